"""Rules about what the planner wishes for single settlements and buses: weekdays, curfews, locks, calls and load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, week_of, weekday_of
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.model.rules import STOP_RULES
from bibliobus.plan.verify.service import CALLS
from bibliobus.words.language import N_
from bibliobus.words.text import Count, CycleDay, Number
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.domain.scenario import Lock
    from bibliobus.plan.plan import Call, Tour
    from bibliobus.plan.verify.evidence import Evidence

WEEKDAY_NOT_ALLOWED: Final = FindingKind(
    "weekday-not-allowed",
    Severity.ERROR,
    N_("{name} is visited on {day}, a weekday that the scenario rules out there."),
    N_("Move its visits to another weekday, or change weekdays and forbidden_weekdays in [[stops]]."),
)
TOO_MANY_CALLS: Final = FindingKind(
    "too-many-calls",
    Severity.ERROR,
    N_("The tour has {found}; the bus may have {expected}."),
    N_("Drop a call, or move it to another day."),
)
OVERLOADED: Final = FindingKind(
    "overloaded",
    Severity.ERROR,
    N_("The calls of the tour need a load of {found}; the bus holds {expected}."),
    N_("Drop a call, move it to another day, or change load in [[stops]] or capacity of the bus."),
)
LOCK_NOT_SERVED: Final = FindingKind(
    "lock-not-served",
    Severity.ERROR,
    N_("{name} is locked, but the plan does not serve it."),
    N_("Serve it, or take its lock out of scenario.toml."),
)
LOCK_WEEKDAY: Final = FindingKind(
    "lock-weekday",
    Severity.ERROR,
    N_("{name} is visited on {day}; its lock says another weekday."),
    N_("Move its visits to the locked weekday, or change the lock."),
)
LOCK_WEEK: Final = FindingKind(
    "lock-week",
    Severity.ERROR,
    N_("{name} has no visit in week {expected}, in which its lock wants one."),
    N_("Move its visits, or change the lock."),
)
LOCK_TIME: Final = FindingKind(
    "lock-time",
    Severity.ERROR,
    N_("In {name} the bus opens at {found} on {day}; its lock says {expected}."),
    N_("Open at the locked time, or change the lock."),
)
LOCK_BUS: Final = FindingKind(
    "lock-bus",
    Severity.ERROR,
    N_("{name} is served by {found}; its lock says {expected}."),
    N_("Send the locked bus, or change the lock."),
)
LOCK_POSITION: Final = FindingKind(
    "lock-position",
    Severity.ERROR,
    N_("{name} is call {found} of {calls} on {day}; its lock says {expected}."),
    N_("Change the order of the calls, or change the lock. -1 means the last call."),
)


def check_wishes(evidence: Evidence) -> Iterator[Finding]:
    """
    Check every rule about wishes, curfews and locks.

    Parameters
    ----------
    evidence
        The plan and its inputs.

    Yields
    ------
    Finding
        One for each broken rule and place.
    """
    calls: dict[str, list[tuple[Tour, Call]]] = {}
    for tour in evidence.plan.tours:
        yield from _check_size(evidence, tour)
        for call in tour.calls:
            calls.setdefault(call.settlement_id, []).append((tour, call))
    for wish in evidence.dataset.scenario.stops:
        barred = {day for day in range(WEEK_DAYS) if wish.weekdays and day not in wish.weekdays}
        barred |= set(wish.forbidden_weekdays)
        for tour, _ in calls.get(wish.settlement_id, ()):
            if weekday_of(tour.day) in barred:
                place = Place(tour_id=tour.tour_id, settlement_id=wish.settlement_id)
                name = evidence.name(wish.settlement_id)
                yield WEEKDAY_NOT_ALLOWED.at(place, name=name, day=CycleDay(tour.day))
    for settlement_id in sorted(calls.keys() & evidence.settlements.keys()):
        for tour, call in calls[settlement_id]:
            place, stay = Place(tour_id=tour.tour_id, settlement_id=settlement_id), (call.start_s, call.end_s)
            settlement, name = evidence.settlements[settlement_id], evidence.name(settlement_id)
            for rule in STOP_RULES:
                yield from rule.check(evidence.dataset.scenario, settlement, name, place, tour.day, stay)
    for lock in evidence.dataset.scenario.locks:
        yield from _check_lock(evidence, lock, calls.get(lock.settlement_id, []))


def _check_size(evidence: Evidence, tour: Tour) -> Iterator[Finding]:
    """Calls and load of one tour."""
    bus = evidence.buses.get(tour.bus_id)
    if bus is None:
        return
    place = Place(tour_id=tour.tour_id)
    if bus.max_calls is not None and len(tour.calls) > bus.max_calls:
        found, expected = Count(*CALLS, len(tour.calls)), Number(bus.max_calls)
        yield TOO_MANY_CALLS.at(place, found=found, expected=expected)
    loads = {wish.settlement_id: wish.load for wish in evidence.dataset.scenario.stops}
    load = sum(loads.get(call.settlement_id, 0) for call in tour.calls)
    if bus.capacity is not None and load > bus.capacity:
        yield OVERLOADED.at(place, found=Number(load), expected=Number(bus.capacity))


def _check_lock(evidence: Evidence, lock: Lock, calls: list[tuple[Tour, Call]]) -> Iterator[Finding]:
    """A locked settlement is served as its lock says."""
    name = evidence.name(lock.settlement_id)
    if not calls:
        yield LOCK_NOT_SERVED.at(Place(settlement_id=lock.settlement_id), name=name)
        return
    if lock.week is not None and all(week_of(tour.day) != lock.week for tour, _ in calls):
        yield LOCK_WEEK.at(Place(settlement_id=lock.settlement_id), name=name, expected=Number(lock.week))
    for tour, call in calls:
        place = Place(tour_id=tour.tour_id, settlement_id=lock.settlement_id)
        for kind, values in _check_locked_call(evidence, lock, tour, call):
            yield kind.at(place, name=name, **values)


def _check_locked_call(
    evidence: Evidence, lock: Lock, tour: Tour, call: Call
) -> Iterator[tuple[FindingKind, dict[str, object]]]:
    """One call of a locked settlement."""
    day = CycleDay(tour.day)
    if lock.weekday is not None and weekday_of(tour.day) != lock.weekday:
        yield LOCK_WEEKDAY, {"day": day}
    if lock.time_s is not None and call.start_s != lock.time_s:
        yield LOCK_TIME, {"found": format_clock(call.start_s), "expected": format_clock(lock.time_s), "day": day}
    if lock.bus_id is not None and tour.bus_id != lock.bus_id:
        names = {bus_id: bus.name for bus_id, bus in evidence.buses.items()}
        found, expected = names.get(tour.bus_id, tour.bus_id), names.get(lock.bus_id, lock.bus_id)
        yield LOCK_BUS, {"found": found, "expected": expected}
    if lock.position is not None:
        calls = tour.calls
        at = lock.position - 1 if lock.position > 0 else len(calls) + lock.position
        if not (at < len(calls) and calls[at] == call):
            values = {"found": Number(calls.index(call) + 1), "calls": Number(len(calls))}
            yield LOCK_POSITION, values | {"day": day, "expected": Number(lock.position)}
