"""Wishes of settlements, curfews and locks of a scenario: from the planner's words to ours, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.scenario import Curfew, Lock, StopWish
from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.inputs.scenario.fleet import BAD_SPAN, BAD_WEEKDAY, OFF_GRID
from bibliobus.inputs.tables.cells import clean_id, clean_name, find_unknown, show_value
from bibliobus.inputs.tables.windows import WEEKDAYS, parse_span, parse_weekday
from bibliobus.words.language import N_
from bibliobus.words.text import Duration, Number
from bibliobus.words.units import MINUTE_S, parse_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.inputs.scenario.shape import CurfewShape, LockShape, ScenarioShape, StopShape
    from bibliobus.inputs.toml.file import KeyLines

DATES_REVERSED: Final = FindingKind(
    "date-span-reversed",
    Severity.ERROR,
    N_("The span ends on {last}, before it begins on {first}."),
    N_("Swap the two dates."),
)
SETTLEMENT_TWICE: Final = FindingKind(
    "settlement-twice",
    Severity.ERROR,
    N_("The settlement “{value}” appears twice in {table}."),
    N_("Join the two tables into one."),
)
NO_DAY_LEFT: Final = FindingKind(
    "no-day-left",
    Severity.ERROR,
    N_("Every weekday on which this settlement may be visited is forbidden as well."),
    N_("Change weekdays or forbidden_weekdays."),
)
CURFEW_NOWHERE: Final = FindingKind(
    "curfew-nowhere",
    Severity.ERROR,
    N_("The curfew names no settlement, no hromada and no raion."),
    N_("List at least one in settlements, hromadas or raions."),
)
BAD_TIME: Final = FindingKind(
    "bad-clock-time",
    Severity.ERROR,
    N_("“{value}” is not a clock time."),
    N_("Write it like this: 09:30."),
)
LOCK_WEEK_OUTSIDE: Final = FindingKind(
    "lock-week-outside",
    Severity.ERROR,
    N_("The lock names week {value}, but the cycle has {weeks}."),
    N_("Use a week of the cycle; 1 is the first."),
)
LOCK_NO_PLACE: Final = FindingKind(
    "lock-position-zero",
    Severity.ERROR,
    N_("The position 0 means nothing."),
    N_("Use 1 for the first call of the day, 2 for the second, or -1 for the last."),
)
LOCK_UNKNOWN_BUS: Final = FindingKind(
    "lock-unknown-bus", Severity.ERROR, N_("There is no bus “{value}”."), N_("Known buses: {known}.")
)


def build_stops(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> tuple[StopWish, ...]:
    """Wishes of single settlements in the order of the file."""
    _check_repeats("stops", shape.stops, lines, findings)
    return tuple(_build_stop(stop, at, lines, findings) for at, stop in enumerate(shape.stops))


def build_curfews(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> tuple[Curfew, ...]:
    """Curfews that could be built, in the order of the file."""
    built = (_build_curfew(curfew, at, lines, findings) for at, curfew in enumerate(shape.curfews))
    return tuple(curfew for curfew in built if curfew is not None)


def build_locks(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> tuple[Lock, ...]:
    """Locks in the order of the file; what cannot be read is left open."""
    _check_repeats("locks", shape.locks, lines, findings)
    return tuple(_build_lock(shape, lock, at, lines, findings) for at, lock in enumerate(shape.locks))


def _check_repeats(
    table: str, shapes: Sequence[StopShape | LockShape], lines: KeyLines, findings: list[Finding]
) -> None:
    """Add a finding for each settlement that is there twice."""
    ids = [clean_id(shape.settlement_id) for shape in shapes]
    for at, settlement_id in enumerate(ids):
        if settlement_id in ids[:at]:
            place = lines.place(table, at, "settlement_id")
            findings.append(SETTLEMENT_TWICE.at(place, value=show_value(settlement_id), table=table))


def _build_stop(stop: StopShape, at: int, lines: KeyLines, findings: list[Finding]) -> StopWish:
    """Wishes of one settlement."""
    allowed = _read_weekdays(stop.weekdays, ("stops", at, "weekdays"), lines, findings)
    forbidden = _read_weekdays(stop.forbidden_weekdays, ("stops", at, "forbidden_weekdays"), lines, findings)
    if not set(allowed or range(len(WEEKDAYS))) - set(forbidden):
        findings.append(NO_DAY_LEFT.at(lines.place("stops", at, "forbidden_weekdays")))
    return StopWish(
        settlement_id=clean_id(stop.settlement_id),
        weekdays=allowed,
        forbidden_weekdays=forbidden,
        load=stop.load,
        school_terms_only=stop.school_terms_only,
        unserved_since=stop.unserved_since,
        note=stop.note,
    )


def _read_weekdays(
    names: Iterable[str], path: tuple[str | int, ...], lines: KeyLines, findings: list[Finding]
) -> tuple[int, ...]:
    """Weekdays, sorted, each once."""
    weekdays = set()
    for name in names:
        try:
            weekdays.add(parse_weekday(name))
        except ValueError:
            findings.append(find_unknown(BAD_WEEKDAY, lines.place(*path), name, WEEKDAYS))
    return tuple(sorted(weekdays))


def _build_curfew(curfew: CurfewShape, at: int, lines: KeyLines, findings: list[Finding]) -> Curfew | None:
    """One curfew; None if its hours cannot be read."""
    if not (curfew.settlements or curfew.hromadas or curfew.raions):
        findings.append(CURFEW_NOWHERE.at(lines.place("curfews", at, "settlements")))
    if curfew.first is not None and curfew.last is not None and curfew.last < curfew.first:
        dates = {"first": curfew.first.isoformat(), "last": curfew.last.isoformat()}
        findings.append(DATES_REVERSED.at(lines.place("curfews", at, "last"), **dates))
    try:
        start_s, end_s = parse_span(curfew.hours)
    except ValueError:
        findings.append(BAD_SPAN.at(lines.place("curfews", at, "hours"), value=show_value(curfew.hours)))
        return None
    return Curfew(
        start_s=start_s,
        end_s=end_s,
        settlements=tuple(clean_id(name) for name in curfew.settlements),
        hromadas=tuple(clean_name(name) for name in curfew.hromadas),
        raions=tuple(clean_name(name) for name in curfew.raions),
        first=curfew.first,
        last=curfew.last,
        margin_s=curfew.margin_min * MINUTE_S,
        note=curfew.note,
    )


def _build_lock(shape: ScenarioShape, lock: LockShape, at: int, lines: KeyLines, findings: list[Finding]) -> Lock:
    """One lock; what cannot be read is left open."""
    buses = [clean_id(bus.id) for bus in shape.buses]
    if lock.bus is not None and clean_id(lock.bus) not in buses:
        findings.append(find_unknown(LOCK_UNKNOWN_BUS, lines.place("locks", at, "bus"), lock.bus, buses))
    if lock.week is not None and lock.week > shape.cycle.weeks:
        place = lines.place("locks", at, "week")
        findings.append(LOCK_WEEK_OUTSIDE.at(place, value=Number(lock.week), weeks=Number(shape.cycle.weeks)))
    if lock.position == 0:
        findings.append(LOCK_NO_PLACE.at(lines.place("locks", at, "position")))
    weekdays = _read_weekdays([lock.weekday] if lock.weekday else [], ("locks", at, "weekday"), lines, findings)
    return Lock(
        settlement_id=clean_id(lock.settlement_id),
        weekday=weekdays[0] if weekdays else None,
        week=lock.week,
        time_s=_read_time(shape, lock, at, lines, findings),
        bus_id=None if lock.bus is None else clean_id(lock.bus),
        position=lock.position,
        note=lock.note,
    )


def _read_time(shape: ScenarioShape, lock: LockShape, at: int, lines: KeyLines, findings: list[Finding]) -> int | None:
    """Clock time of a lock in seconds; None if there is none or it cannot be read."""
    if lock.time is None:
        return None
    place, grid_s = lines.place("locks", at, "time"), shape.rules.grid_min * MINUTE_S
    try:
        time_s = parse_clock(lock.time)
    except ValueError:
        findings.append(BAD_TIME.at(place, value=show_value(lock.time)))
        return None
    if time_s % grid_s:
        findings.append(OFF_GRID.at(place, value=show_value(lock.time), grid=Duration(grid_s)))
    return time_s
