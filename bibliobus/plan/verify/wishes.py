"""Rules about what the planner wishes for single settlements and buses: weekdays, curfews, locks, calls and load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, week_of, weekday_of
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.plan.verify.service import CALLS
from bibliobus.words.language import N_
from bibliobus.words.text import Count, CycleDay, Number
from bibliobus.words.units import DAY_S, format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.domain.scenario import Curfew, Lock
    from bibliobus.plan.plan import Call, Tour
    from bibliobus.plan.verify.evidence import Evidence

WEEKDAY_NOT_ALLOWED: Final = FindingKind(
    "weekday-not-allowed",
    Severity.ERROR,
    N_("{name} is visited on {day}, a weekday that the scenario rules out there."),
    N_("Move its visits to another weekday, or change weekdays and forbidden_weekdays in [[stops]]."),
)
IN_CURFEW: Final = FindingKind(
    "in-curfew",
    Severity.ERROR,
    N_("In {name} the bus is open from {start} to {end} on {day}; the curfew there with its margin is {curfew}."),
    N_("Move the call out of the hours of the curfew, so that the bus is away in time."),
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
            yield from _check_curfews(evidence, tour, call)
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


def _check_curfews(evidence: Evidence, tour: Tour, call: Call) -> Iterator[Finding]:
    """One call lies outside the curfews of its settlement on its date in the first cycle."""
    scenario, settlement = evidence.dataset.scenario, evidence.settlements[call.settlement_id]
    for curfew in scenario.curfews:
        named = curfew.covers(settlement.settlement_id, settlement.hromada, settlement.raion)
        if named and curfew.holds_on(scenario.cycle.date_of(tour.day)) and _overlaps(curfew, call):
            first_s, last_s = curfew.start_s - curfew.margin_s, curfew.end_s + curfew.margin_s
            yield IN_CURFEW.at(
                Place(tour_id=tour.tour_id, settlement_id=call.settlement_id),
                name=evidence.name(call.settlement_id),
                start=format_clock(call.start_s),
                end=format_clock(call.end_s),
                day=CycleDay(tour.day),
                curfew=f"{format_clock(max(first_s, 0))}-{format_clock(min(last_s, DAY_S))}",
            )


def _overlaps(curfew: Curfew, call: Call) -> bool:
    """Whether a call touches a curfew or its margin."""
    # The night before and the night after, as two spans on a line of time.
    nights = [(0, 0)] if curfew.end_s > curfew.start_s else [(-DAY_S, 0), (0, DAY_S)]
    return any(
        call.start_s < curfew.end_s + end_s + curfew.margin_s
        and curfew.start_s + start_s - curfew.margin_s < call.end_s
        for start_s, end_s in nights
    )


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
