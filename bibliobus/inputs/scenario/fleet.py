"""Depots and buses of a scenario: from the planner's units to ours, checked against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.fleet import Bus, BusProfile, Depot, MealBreak, Shift
from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.inputs.norms import NO_RULES, read_driving_rules
from bibliobus.inputs.places import NO_POSITION
from bibliobus.inputs.tables.cells import (
    WEEKDAYS,
    clean_id,
    clean_name,
    find_unknown,
    parse_span,
    parse_weekday,
    show_value,
    split_list,
)
from bibliobus.words.language import HOUR_S, MINUTE_S, N_, format_clock
from bibliobus.words.text import Duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.domain.fleet import DrivingRules
    from bibliobus.inputs.scenario.shape import BusShape, DepotShape, ProfileShape, ScenarioShape
    from bibliobus.inputs.toml.file import KeyLines

NONE_LISTED: Final = FindingKind(
    "nothing-listed",
    Severity.ERROR,
    N_("The scenario lists no {table}."),
    N_("Add at least one table [[{table}]]."),
)
REPEATED_ID: Final = FindingKind(
    "repeated-id",
    Severity.ERROR,
    N_("The id “{value}” is used twice in {table}."),
    N_("Give each of them an id of its own."),
)
UNKNOWN_DEPOT: Final = FindingKind(
    "unknown-depot", Severity.ERROR, N_("There is no depot “{value}”."), N_("Known depots: {known}.")
)
UNKNOWN_PROFILE: Final = FindingKind(
    "unknown-profile", Severity.ERROR, N_("There is no profile “{value}”."), N_("Known profiles: {known}.")
)
UNKNOWN_RULES: Final = FindingKind(
    "unknown-driving-rules", Severity.ERROR, N_("There are no driving rules “{value}”."), N_("Known rules: {known}.")
)
BAD_WEEKDAY: Final = FindingKind(
    "bad-weekday", Severity.ERROR, N_("“{value}” is not a weekday."), N_("Known weekdays: {known}.")
)
ALL_SPARE: Final = FindingKind(
    "all-spare",
    Severity.ERROR,
    N_("Every bus is a spare vehicle: there is none that a plan may use."),
    N_("Write spare = false at the buses that drive by the timetable."),
)
NO_WEEKDAYS: Final = FindingKind(
    "no-weekdays", Severity.ERROR, N_("The bus runs on no weekday."), N_('List weekdays, such as ["Mon", "Tue"].')
)
BAD_SPAN: Final = FindingKind(
    "bad-span",
    Severity.ERROR,
    N_("“{value}” is not a span of clock times, or it ends before it begins."),
    N_("Write it like this: 08:00-17:00."),
)
BREAK_OUTSIDE_SHIFT: Final = FindingKind(
    "break-outside-shift",
    Severity.ERROR,
    N_("The break of {duration} that may start {earliest} to {latest} does not lie inside the shift {start}-{end}."),
    N_("Change break_start, break_min or shift."),
)
OFF_GRID: Final = FindingKind(
    "off-grid-setting",
    Severity.ERROR,
    N_("“{value}” does not fit published times that are multiples of {grid}."),
    N_("Change it to a multiple, or change rules.grid_min."),
)


def build_depots(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> tuple[Depot, ...]:
    """Depots in the order of the file; a finding for each whose place is not said."""
    _check_list("depots", shape.depots, lines, findings)
    for at, depot in enumerate(shape.depots):
        halves = [degrees for degrees in (depot.lat, depot.lon) if degrees is not None]
        if len(halves) == 1 or not (halves or depot.settlement_id):
            findings.append(NO_POSITION.at(lines.place("depots", at, "settlement_id")))
    return tuple(
        Depot(clean_id(d.id), clean_name(d.name), clean_id(d.settlement_id or ""), d.lat, d.lon, d.phone)
        for d in shape.depots
    )


def build_profiles(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> tuple[BusProfile, ...]:
    """Kinds of bus in the order of the file."""
    _check_list("profiles", shape.profiles, lines, findings)
    return tuple(
        BusProfile(clean_id(p.id), p.weight_t, p.height_m, p.speed_factor, p.width_m, p.length_m, p.season_factor)
        for p in shape.profiles
    )


def build_buses(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> tuple[Bus, ...]:
    """Buses that could be built, in the order of the file."""
    _check_list("buses", shape.buses, lines, findings)
    depots = [clean_id(depot.id) for depot in shape.depots]
    profiles = [clean_id(profile.id) for profile in shape.profiles]
    for at, bus in enumerate(shape.buses):
        if depots and clean_id(bus.depot) not in depots:
            findings.append(find_unknown(UNKNOWN_DEPOT, lines.place("buses", at, "depot"), bus.depot, depots))
        if profiles and clean_id(bus.profile) not in profiles:
            findings.append(find_unknown(UNKNOWN_PROFILE, lines.place("buses", at, "profile"), bus.profile, profiles))
    grid_s = shape.rules.grid_min * MINUTE_S
    if shape.buses and all(bus.spare for bus in shape.buses):
        findings.append(ALL_SPARE.at(lines.place("buses", 0, "spare")))
    built = (_build_bus(bus, at, grid_s, lines, findings) for at, bus in enumerate(shape.buses))
    return tuple(bus for bus in built if bus is not None)


def _check_list(
    table: str, shapes: Sequence[DepotShape | ProfileShape | BusShape], lines: KeyLines, findings: list[Finding]
) -> None:
    """Add findings for a list that is empty or holds an id twice."""
    if not shapes:
        findings.append(NONE_LISTED.at(lines.place(table), table=table))
    ids = [clean_id(shape.id) for shape in shapes]
    for at, shape_id in enumerate(ids):
        if shape_id in ids[:at]:
            findings.append(REPEATED_ID.at(lines.place(table, at, "id"), value=show_value(shape_id), table=table))


def _build_bus(bus: BusShape, at: int, grid_s: int, lines: KeyLines, findings: list[Finding]) -> Bus | None:
    """One bus; None if its times or rules cannot be used."""
    weekdays = _build_weekdays(bus.weekdays, "weekdays", at, lines, findings)
    further = _build_weekdays(bus.replacement_weekdays, "replacement_weekdays", at, lines, findings)
    if not bus.weekdays:
        findings.append(NO_WEEKDAYS.at(lines.place("buses", at, "weekdays")))
    shift = _build_span(bus.shift, "shift", at, grid_s, lines, findings)
    break_start = _build_span(bus.break_start, "break_start", at, grid_s, lines, findings) if bus.break_min else None
    if bus.break_min * MINUTE_S % grid_s:
        place = lines.place("buses", at, "break_min")
        findings.append(OFF_GRID.at(place, value=bus.break_min, grid=Duration(grid_s)))
    rules = _find_rules(bus, at, lines, findings)
    if shift is None or (bus.break_min and break_start is None):
        return None
    meal_break = None if break_start is None else MealBreak(bus.break_min * MINUTE_S, *break_start)
    if meal_break is not None:
        findings += _check_break(meal_break, shift, lines, at)
    return Bus(
        bus_id=clean_id(bus.id),
        name=clean_name(bus.name),
        depot_id=clean_id(bus.depot),
        profile_id=clean_id(bus.profile),
        features=split_list(";".join(bus.features)),
        weekdays=weekdays,
        shift=Shift(*shift, round(bus.max_work_h * HOUR_S), round(bus.overtime_h * HOUR_S)),
        meal_break=meal_break,
        driving_rules=rules,
        days_off=tuple(sorted(set(bus.days_off))),
        max_calls=bus.max_calls,
        capacity=bus.capacity,
        spare=bus.spare,
        replacement_weekdays=tuple(day for day in further if day not in weekdays),
    )


def _build_weekdays(
    names: Sequence[str], key: str, at: int, lines: KeyLines, findings: list[Finding]
) -> tuple[int, ...]:
    """Weekdays of a key, sorted, each once."""
    weekdays = set()
    for name in names:
        try:
            weekdays.add(parse_weekday(name))
        except ValueError:
            findings.append(find_unknown(BAD_WEEKDAY, lines.place("buses", at, key), name, WEEKDAYS))
    return tuple(sorted(weekdays))


def _build_span(
    text: str, key: str, at: int, grid_s: int, lines: KeyLines, findings: list[Finding]
) -> tuple[int, int] | None:
    """Start and end of a span on the grid; None if it cannot be read."""
    place = lines.place("buses", at, key)
    try:
        start_s, end_s = parse_span(text)
    except ValueError:
        findings.append(BAD_SPAN.at(place, value=show_value(text)))
        return None
    # A break may start at one moment only; a shift must last.
    if end_s < start_s or (end_s == start_s and key == "shift"):
        findings.append(BAD_SPAN.at(place, value=show_value(text)))
        return None
    if start_s % grid_s or end_s % grid_s:
        findings.append(OFF_GRID.at(place, value=show_value(text), grid=Duration(grid_s)))
    return start_s, end_s


def _check_break(meal_break: MealBreak, shift: tuple[int, int], lines: KeyLines, at: int) -> list[Finding]:
    """Finding for a break that does not lie inside the shift."""
    if shift[0] <= meal_break.earliest_s and meal_break.latest_s + meal_break.duration_s <= shift[1]:
        return []
    return [
        BREAK_OUTSIDE_SHIFT.at(
            lines.place("buses", at, "break_start"),
            duration=Duration(meal_break.duration_s),
            earliest=format_clock(meal_break.earliest_s),
            latest=format_clock(meal_break.latest_s),
            start=format_clock(shift[0]),
            end=format_clock(shift[1]),
        )
    ]


def _find_rules(bus: BusShape, at: int, lines: KeyLines, findings: list[Finding]) -> DrivingRules | None:
    """Driving rules by name; None for ``none``."""
    known = {rules.name: rules for rules in read_driving_rules()}
    if bus.driving_rules != NO_RULES and bus.driving_rules not in known:
        place = lines.place("buses", at, "driving_rules")
        findings.append(find_unknown(UNKNOWN_RULES, place, bus.driving_rules, (*known, NO_RULES)))
    return known.get(bus.driving_rules)
