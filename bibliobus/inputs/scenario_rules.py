"""Cycle and service rules of a scenario: from the planner's units to ours, checked against each other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, Cycle
from bibliobus.domain.scenario import DwellRule, PromiseWeights, RhythmRule, ServiceRules
from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.words.language import N_, NN_
from bibliobus.words.text import Count, Duration, Number, Rhythm
from bibliobus.words.units import KM_M, MINUTE_S, round_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.domain.fleet import Bus
    from bibliobus.inputs.scenario_lines import KeyLines
    from bibliobus.inputs.scenario_schema import DwellShape, RhythmShape, ScenarioShape
    from bibliobus.inputs.scenario_schema_promises import PromisesShape

# In a cycle of four weeks, villages below this many people are visited every four weeks.
SMALL_VILLAGE: Final = 200

NOT_MONDAY: Final = FindingKind(
    "not-a-monday",
    Severity.ERROR,
    N_("{value} is not a Monday, but a cycle begins on one."),
    N_("The next Monday is {monday}."),
)
RHYTHM_DOES_NOT_DIVIDE: Final = FindingKind(
    "rhythm-does-not-divide",
    Severity.ERROR,
    N_("A visit {rhythm} does not fit a cycle of {weeks}."),
    N_("Use a number of weeks by which the cycle can be divided."),
)
RULES_NOT_FROM_ZERO: Final = FindingKind(
    "rules-not-from-zero",
    Severity.ERROR,
    N_("No rule holds for the smallest settlements: the first begins at {people}."),
    N_("Let the first rule begin at from_population = 0."),
)
RULE_REPEATED: Final = FindingKind(
    "rule-repeated",
    Severity.ERROR,
    N_("Two rules begin at {people}."),
    N_("Keep one of them."),
)
FACTORS_REVERSED: Final = FindingKind(
    "factors-reversed",
    Severity.ERROR,
    N_("need_factor_min is {minimum}, more than need_factor_max, which is {maximum}."),
    N_("Swap them."),
)
DWELL_OFF_GRID: Final = FindingKind(
    "dwell-off-grid",
    Severity.WARNING,
    N_("A stay of {value} does not fit published times that are multiples of {grid}; it will last {longer}."),
    N_("Write the longer stay, or change rules.grid_min."),
)
DWELL_LONGER_THAN_SHIFT: Final = FindingKind(
    "dwell-longer-than-shift",
    Severity.ERROR,
    N_("A stay of {value} is longer than the working day of every bus."),
    N_("Shorten the stay, or lengthen shift and max_work_h of a bus."),
)
RESIDENTS: Final = NN_("{count} resident", "{count} residents")
WEEKS: Final = NN_("{count} week", "{count} weeks")


def build_cycle(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> Cycle:
    """
    Build the cycle.

    Parameters
    ----------
    shape
        The scenario as written.
    lines
        Where its keys stand.
    findings
        Where findings are added.

    Returns
    -------
    Cycle
        As written, with a finding if it does not begin on a Monday.
    """
    day = shape.cycle.first_day
    if day.weekday():
        monday = day + timedelta(days=WEEK_DAYS - day.weekday())
        place = lines.place("cycle", "first_day")
        findings.append(NOT_MONDAY.at(place, value=day.isoformat(), monday=monday.isoformat()))
    return Cycle(shape.cycle.weeks, day)


def build_rules(shape: ScenarioShape, buses: Sequence[Bus], lines: KeyLines, findings: list[Finding]) -> ServiceRules:
    """
    Build the service rules.

    Parameters
    ----------
    shape
        The scenario as written.
    buses
        The buses that could be built.
    lines
        Where the keys of the scenario stand.
    findings
        Where findings are added.

    Returns
    -------
    ServiceRules
        With rules by size sorted, smallest first.
    """
    rules, weeks = shape.rules, shape.cycle.weeks
    _check_sizes("dwell", rules.dwell, lines, findings)
    _check_dwell(shape, buses, lines, findings)
    rhythm = tuple(RhythmRule(rule.from_population, rule.weeks) for rule in rules.rhythm)
    if rhythm:
        _check_sizes("rhythm", rules.rhythm, lines, findings)
    for at, rule in enumerate(rhythm):
        if weeks % rule.weeks:
            place = lines.place("rules", "rhythm", at, "weeks")
            findings.append(RHYTHM_DOES_NOT_DIVIDE.at(place, rhythm=Rhythm(rule.weeks), weeks=Count(*WEEKS, weeks)))
    if rules.need_factor_min > rules.need_factor_max:
        place = lines.place("rules", "need_factor_min")
        limits = {"minimum": Number(rules.need_factor_min), "maximum": Number(rules.need_factor_max)}
        findings.append(FACTORS_REVERSED.at(place, **limits))
    dwell = (DwellRule(rule.from_population, rule.minutes * MINUTE_S) for rule in rules.dwell)
    return ServiceRules(
        dwell=tuple(sorted(dwell, key=lambda rule: rule.from_population)),
        rhythm=tuple(sorted(rhythm or default_rhythm(weeks), key=lambda rule: rule.from_population)),
        default_population=rules.default_population,
        library_radius_m=round(rules.library_radius_km * KM_M),
        need_distance_m=max(1, round(rules.need_distance_km * KM_M)),
        need_factor_min=rules.need_factor_min,
        need_factor_max=rules.need_factor_max,
        buffer_share=rules.buffer_percent / 100,
        buffer_min_s=rules.buffer_min * MINUTE_S,
        grid_s=rules.grid_min * MINUTE_S,
        reserve_s=rules.reserve_min * MINUTE_S,
        small_population=rules.small_population,
    )


def build_promises(shape: PromisesShape) -> PromiseWeights:
    """
    Build the weights of announced visits.

    Parameters
    ----------
    shape
        The table as written.

    Returns
    -------
    PromiseWeights
        In minutes, the tolerance in seconds.
    """
    tolerance_s = shape.tolerance_min * MINUTE_S
    return PromiseWeights(shape.lost, shape.day, shape.bus, shape.time, shape.order, tolerance_s)


def default_rhythm(weeks: int) -> tuple[RhythmRule, ...]:
    """
    Choose the rhythm where the scenario says nothing.

    Parameters
    ----------
    weeks
        Weeks of the cycle, 1 to 4.

    Returns
    -------
    tuple of RhythmRule
        Every two weeks, small villages every four, where the cycle allows; else once a cycle.
    """
    if weeks == 4:
        return RhythmRule(0, 4), RhythmRule(SMALL_VILLAGE, 2)
    return (RhythmRule(0, weeks),)


def _check_sizes(
    key: str, shapes: Sequence[DwellShape | RhythmShape], lines: KeyLines, findings: list[Finding]
) -> None:
    """Add findings for rules that leave the smallest settlements out, or begin at the same size."""
    sizes = [shape.from_population for shape in shapes]
    if min(sizes, default=1):
        place = lines.place("rules", key)
        findings.append(RULES_NOT_FROM_ZERO.at(place, people=Count(*RESIDENTS, min(sizes, default=0))))
    for at, size in enumerate(sizes):
        if size in sizes[:at]:
            findings.append(
                RULE_REPEATED.at(lines.place("rules", key, at, "from_population"), people=Count(*RESIDENTS, size))
            )


def _check_dwell(shape: ScenarioShape, buses: Sequence[Bus], lines: KeyLines, findings: list[Finding]) -> None:
    """Add findings for stays that no working day holds, or that do not fit the grid."""
    grid = shape.rules.grid_min
    days = [min(bus.shift.end_s - bus.shift.start_s, bus.shift.max_work_s) for bus in buses]
    for at, rule in enumerate(shape.rules.dwell):
        place = lines.place("rules", "dwell", at, "minutes")
        if days and rule.minutes * MINUTE_S > max(days):
            findings.append(DWELL_LONGER_THAN_SHIFT.at(place, value=Duration(rule.minutes * MINUTE_S)))
        if rule.minutes % grid:
            stays = {"value": rule.minutes, "grid": grid, "longer": round_up(rule.minutes, grid)}
            told = {name: Duration(minutes * MINUTE_S) for name, minutes in stays.items()}
            findings.append(DWELL_OFF_GRID.at(place, **told))
