"""Checks of what settlements get: visits, rhythm, windows; and of what the planner wished."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.calendar import WEEK_DAYS, week_of, weekday_of
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.model.rules import STOP_RULES
from bibliobus.plan.plan import Standing
from bibliobus.words.language import N_, NN_, format_clock
from bibliobus.words.text import Count, CycleDay, Duration, Number, Rhythm, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.demand.visits import Visit
    from bibliobus.domain.scenario import Lock
    from bibliobus.plan.plan import Account, Call, Tour
    from bibliobus.plan.verify.evidence import Evidence
    from bibliobus.words.language import Language

CYCLE_DIFFERS: Final = FindingKind(
    "cycle-differs",
    Severity.ERROR,
    N_("The plan repeats {found} from {found_day}; the scenario says {expected} from {expected_day}."),
    N_("Plan anew, or give the area the plan was made from."),
)
SETTLEMENT_UNKNOWN: Final = FindingKind(
    "settlement-unknown",
    Severity.ERROR,
    N_("The plan names the settlement “{found}”, which the area does not have."),
    N_("Use an id of the settlements file."),
)
ACCOUNT_MISSING: Final = FindingKind(
    "account-missing",
    Severity.ERROR,
    N_("The plan does not say whether {name} is served."),
    N_("List it exactly once as served, not needed or unserved."),
)
ACCOUNT_TWICE: Final = FindingKind(
    "account-twice",
    Severity.ERROR,
    N_("The plan lists {name} {found}."),
    N_("List it exactly once as served, not needed or unserved."),
)
ACCOUNT_CONTRADICTED: Final = FindingKind(
    "account-contradicted",
    Severity.ERROR,
    N_("The plan calls {name} “{found}”, but it has {calls}."),
    N_("Let the list of settlements agree with the tours."),
)
NOT_NEEDED_UNTRUE: Final = FindingKind(
    "not-needed-untrue",
    Severity.ERROR,
    N_("The plan says that {name} needs no bus, but no library is near enough."),
    N_("Serve it, or say why it is not served."),
)
ACCOUNT_WRONG: Final = FindingKind(
    "account-wrong",
    Severity.ERROR,
    N_("{name}: by the plan, “{field}” is “{found}”; by the inputs it is “{expected}”."),
    N_("Plan anew, so that the plan agrees with the inputs."),
)
REASON_MISSING: Final = FindingKind(
    "reason-missing",
    Severity.ERROR,
    N_("{name} is not served, and the plan does not say why."),
    N_("Plan anew; an unserved settlement has a reason."),
)
WEEKDAY_DIFFERS: Final = FindingKind(
    "weekday-differs",
    Severity.ERROR,
    N_("{name} is visited on different weekdays: {found}."),
    N_("Move its visits to one weekday."),
)
RHYTHM_BROKEN: Final = FindingKind(
    "rhythm-broken",
    Severity.ERROR,
    N_("{name} is to be visited {rhythm}, but its visits are on: {found}."),
    N_("Give it the right number of visits, evenly spaced."),
)
DWELL_TOO_SHORT: Final = FindingKind(
    "dwell-too-short",
    Severity.ERROR,
    N_("In {name} the bus stays {found}; it has to stay {expected}."),
    N_("Make the stay longer."),
)
OUTSIDE_WINDOW: Final = FindingKind(
    "outside-window",
    Severity.ERROR,
    N_("In {name} the bus is open from {start} to {end} on {day}, outside the times allowed there."),
    N_("Move the stay into a window of the settlement."),
)
FEATURE_MISSING: Final = FindingKind(
    "feature-missing",
    Severity.ERROR,
    N_("{name} needs “{found}”, which {bus} does not have."),
    N_("Send another bus."),
)
CALLS: Final = NN_("{count} call", "{count} calls")
TIMES: Final = NN_("{count} time", "{count} times")
STANDINGS: Final = {
    Standing.SERVED: N_("Served by the bus"),
    Standing.NOT_NEEDED: N_("No bus needed: a library is near"),
    Standing.UNSERVED: N_("Not served"),
}
FIELDS: Final = {
    "standing": N_("Standing"),
    "population": N_("Residents"),
    "need": N_("Need"),
    "rhythm_weeks": N_("How often"),
    "library_id": N_("Nearest library"),
    "library_m": N_("Distance by road"),
}
"""What people read for the fields of an account."""
METRES: Final = N_("{number} m")
NOTHING: Final = "–"


def check_service(evidence: Evidence) -> Iterator[Finding]:
    """Check every rule about settlements."""
    yield from _check_cycle(evidence)
    calls: dict[str, list[tuple[Tour, Call]]] = {}
    for tour in evidence.plan.tours:
        for call in tour.calls:
            calls.setdefault(call.settlement_id, []).append((tour, call))
    for unknown in sorted(calls.keys() - evidence.settlements.keys()):
        yield SETTLEMENT_UNKNOWN.at(Place(settlement_id=unknown), found=unknown)
    yield from _check_accounts(evidence, calls)
    for settlement_id in sorted(calls.keys() & evidence.visits.keys()):
        evidence.watch.check()
        yield from check_calls(evidence, evidence.visits[settlement_id], calls[settlement_id])


def _check_cycle(evidence: Evidence) -> Iterator[Finding]:
    """The plan has the cycle of the scenario."""
    found, expected = evidence.plan.cycle, evidence.dataset.scenario.cycle
    if found != expected:
        yield CYCLE_DIFFERS.at(
            Place(),
            found=Rhythm(found.weeks),
            found_day=found.first_day.isoformat(),
            expected=Rhythm(expected.weeks),
            expected_day=expected.first_day.isoformat(),
        )


def _check_accounts(evidence: Evidence, calls: dict[str, list[tuple[Tour, Call]]]) -> Iterator[Finding]:
    """Every settlement is accounted for once, and rightly."""
    accounts: dict[str, list[Account]] = {}
    for account in evidence.plan.accounts:
        accounts.setdefault(account.settlement_id, []).append(account)
    for unknown in sorted(accounts.keys() - evidence.settlements.keys() - calls.keys()):
        yield SETTLEMENT_UNKNOWN.at(Place(settlement_id=unknown), found=unknown)
    for settlement_id in evidence.settlements:
        evidence.watch.check()
        place, name = Place(settlement_id=settlement_id), evidence.name(settlement_id)
        mine = accounts.get(settlement_id, [])
        if not mine:
            yield ACCOUNT_MISSING.at(place, name=name)
        elif len(mine) > 1:
            yield ACCOUNT_TWICE.at(place, name=name, found=Count(*TIMES, len(mine)))
        else:
            yield from _check_account(evidence, mine[0], len(calls.get(settlement_id, [])))


def _check_account(evidence: Evidence, account: Account, calls: int) -> Iterator[Finding]:
    """One account agrees with the tours and the inputs."""
    place, name = Place(settlement_id=account.settlement_id), evidence.name(account.settlement_id)
    if (account.standing is Standing.SERVED) != (calls > 0):
        found = Text(STANDINGS[account.standing])
        yield ACCOUNT_CONTRADICTED.at(place, name=name, found=found, calls=Count(*CALLS, calls))
    elif account.standing is Standing.NOT_NEEDED and account.settlement_id in evidence.visits:
        yield NOT_NEEDED_UNTRUE.at(place, name=name)
    elif account.standing is Standing.UNSERVED and account.reason is None:
        yield REASON_MISSING.at(place, name=name)
    else:
        for field, expected in _expected_fields(evidence, account).items():
            said = getattr(account, field)
            if said != expected:
                told = {"found": _tell(evidence, field, said), "expected": _tell(evidence, field, expected)}
                yield ACCOUNT_WRONG.at(place, name=name, field=Text(FIELDS[field]), **told)


def _tell(evidence: Evidence, field: str, value: Any) -> object:
    """What people read for the value of a field of an account."""
    match field:
        case "standing":
            return Text(STANDINGS[value])
        case "library_id":
            names = {library.library_id: library.name for library in evidence.dataset.libraries}
            return names.get(value, value) or NOTHING
        case "library_m":
            return NOTHING if value is None else Text(METRES, {"number": Number(value)})
        case "rhythm_weeks":
            return Rhythm(value) if value else NOTHING
        case _:
            return Number(value)


def _expected_fields(evidence: Evidence, account: Account) -> dict[str, object]:
    """What an account has to say by the inputs; a bus may call where a library is near, but that serves no need."""
    near = evidence.not_needed.get(account.settlement_id)
    if near is not None:
        standing = Standing.SERVED if account.standing is Standing.SERVED else Standing.NOT_NEEDED
        numbers = {"population": near.population, "need": 0, "rhythm_weeks": 0}
        return {"standing": standing, **numbers, "library_id": near.library_id, "library_m": near.distance_m}
    visit = evidence.visits[account.settlement_id]
    return {
        "population": visit.population,
        "need": round(visit.need),
        "rhythm_weeks": visit.rhythm_weeks,
        "library_id": visit.library_id,
        "library_m": visit.library_m,
    }


def check_calls(evidence: Evidence, visit: Visit, calls: list[tuple[Tour, Call]]) -> Iterator[Finding]:
    """Check that the calls at one settlement, at least one, keep rhythm, dwell, windows and needs."""
    name = evidence.name(visit.settlement_id)
    place = Place(settlement_id=visit.settlement_id)
    days = tuple(sorted(tour.day for tour, _ in calls))
    step = visit.rhythm_weeks * WEEK_DAYS
    if len({weekday_of(day) for day in days}) > 1:
        yield WEEKDAY_DIFFERS.at(place, name=name, found=_Days(days))
    elif days != tuple(range(days[0] % step, evidence.dataset.scenario.cycle.weeks * WEEK_DAYS, step)):
        yield RHYTHM_BROKEN.at(place, name=name, rhythm=Rhythm(visit.rhythm_weeks), found=_Days(days))
    for tour, call in calls:
        yield from check_call(evidence, visit, tour, call)


def check_call(evidence: Evidence, visit: Visit, tour: Tour, call: Call) -> Iterator[Finding]:
    """Check that one call is long enough, at an allowed time, by a bus that suits."""
    name = evidence.name(visit.settlement_id)
    place = Place(tour_id=tour.tour_id, settlement_id=visit.settlement_id)
    if call.end_s - call.start_s < visit.dwell_s:
        found, expected = Duration.rounded_down(call.end_s - call.start_s), Duration.rounded_up(visit.dwell_s)
        yield DWELL_TOO_SHORT.at(place, name=name, found=found, expected=expected)
    inside = (
        window.weekday == weekday_of(tour.day) and window.start_s <= call.start_s and call.end_s <= window.end_s
        for window in visit.windows
    )
    if visit.windows and not any(inside):
        start, end = format_clock(call.start_s), format_clock(call.end_s)
        yield OUTSIDE_WINDOW.at(place, name=name, start=start, end=end, day=CycleDay(tour.day))
    bus = evidence.buses.get(tour.bus_id)
    for feature in visit.needs:
        if bus is not None and feature not in bus.features:
            yield FEATURE_MISSING.at(place, name=name, found=feature, bus=bus.name)


@dataclass(frozen=True)
class _Days:
    """Days of the cycle as a list of weekdays and weeks."""

    days: tuple[int, ...]

    def render(self, language: Language) -> str:
        """Words for all days."""
        return "; ".join(CycleDay(day).render(language) for day in self.days)


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
    """Check every rule about wishes, curfews and locks."""
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
        evidence.watch.check()
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
