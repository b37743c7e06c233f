"""Rules about the crew of one tour: its meal break, its shift, and how long it works and drives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from bibliobus.findings import FindingKind, Severity
from bibliobus.plan.plan import Leg, Pause
from bibliobus.words.language import N_, NN_
from bibliobus.words.text import Count, Duration
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.domain.fleet import Bus, DrivingRules
    from bibliobus.plan.plan import Tour
    from bibliobus.plan.verify.evidence import Evidence

BREAK_MISSING: Final = FindingKind(
    "break-missing",
    Severity.ERROR,
    N_("The tour has {found}; it needs exactly one."),
    N_("Give the crew one meal break."),
)
BREAK_UNKNOWN: Final = FindingKind(
    "break-unknown",
    Severity.ERROR,
    N_("The tour has {found}, but by the scenario this bus has none."),
    N_("Take the breaks out, or give the bus a meal break in scenario.toml."),
)
BREAK_TOO_SHORT: Final = FindingKind(
    "break-too-short",
    Severity.ERROR,
    N_("The meal break lasts {found}; it has to last {expected}."),
    N_("Make the break longer."),
)
BREAK_OUTSIDE_WINDOW: Final = FindingKind(
    "break-outside-window",
    Severity.ERROR,
    N_("The meal break starts at {found}; it has to start between {earliest} and {latest}."),
    N_("Move the break into its window."),
)
OUTSIDE_SHIFT: Final = FindingKind(
    "outside-shift",
    Severity.ERROR,
    N_("The tour runs from {start} to {end}; the shift is from {earliest} to {latest}."),
    N_("Start later, or drop a call."),
)
WORK_TOO_LONG: Final = FindingKind(
    "work-too-long",
    Severity.ERROR,
    N_("The crew works {found} without the meal break; the limit is {expected}."),
    N_("Drop a call, or move it to another day."),
)
RESERVE_USED: Final = FindingKind(
    "reserve-used",
    Severity.ERROR,
    N_("Only {found} of working time are kept free on this day; it has to be {expected}."),
    N_("Drop a call, move it to another day, or lower rules.reserve_min in scenario.toml."),
)
DRIVING_TOO_LONG: Final = FindingKind(
    "driving-too-long",
    Severity.ERROR,
    N_("The driver drives {found} with reserve; the limit of a day is {expected}."),
    N_("Drop a call, or move it to another day."),
)
DRIVING_UNBROKEN: Final = FindingKind(
    "driving-unbroken",
    Severity.ERROR,
    N_("The driver drives {found} without a long enough break; the limit is {expected}."),
    N_("Take the break at a stop nearer to the middle of the driving."),
)
MEAL_TOO_LATE: Final = FindingKind(
    "meal-too-late",
    Severity.ERROR,
    N_("The crew works {found} before the meal break; the limit is {expected}."),
    N_("Take the meal break earlier, or leave later."),
)
BREAKS: Final = NN_("{count} meal break", "{count} meal breaks")
Found = tuple[FindingKind, dict[str, object]]
"""A broken rule and the values of its sentence."""


def check_crew(evidence: Evidence, tour: Tour, bus: Bus) -> Iterator[Found]:
    """
    Check every rule about the crew of one tour.

    Parameters
    ----------
    evidence
        The plan and its inputs.
    tour
        A tour with at least one drive.
    bus
        Its bus.

    Yields
    ------
    kind : FindingKind
        The rule that is broken.
    values : dict of str to object
        What its sentence says.
    """
    yield from _check_break(tour, bus)
    yield from _check_meal_time(tour, bus)
    yield from _check_hours(evidence, tour, bus)


def _check_break(tour: Tour, bus: Bus) -> Iterator[Found]:
    """One meal break, long enough, in its window."""
    meal = bus.meal_break
    if meal is None:
        if tour.pauses:
            yield BREAK_UNKNOWN, {"found": Count(*BREAKS, len(tour.pauses))}
        return
    if len(tour.pauses) != 1:
        yield BREAK_MISSING, {"found": Count(*BREAKS, len(tour.pauses))}
    for pause in tour.pauses:
        if pause.end_s - pause.start_s < meal.duration_s:
            found = Duration.rounded_down(pause.end_s - pause.start_s)
            yield BREAK_TOO_SHORT, {"found": found, "expected": Duration.rounded_up(meal.duration_s)}
        if not meal.earliest_s <= pause.start_s <= meal.latest_s:
            window = {"earliest": format_clock(meal.earliest_s), "latest": format_clock(meal.latest_s)}
            yield BREAK_OUTSIDE_WINDOW, {"found": format_clock(pause.start_s), **window}


def _check_hours(evidence: Evidence, tour: Tour, bus: Bus) -> Iterator[Found]:
    """Shift, paid time, and the driver's limits."""
    leave_s, return_s = tour.legs[0].leave_s, tour.legs[-1].arrive_s
    if leave_s < bus.shift.start_s or return_s > bus.shift.end_s:
        limits = {"earliest": format_clock(bus.shift.start_s), "latest": format_clock(bus.shift.end_s)}
        yield OUTSIDE_SHIFT, {"start": format_clock(leave_s), "end": format_clock(return_s), **limits}
    work_s = return_s - leave_s
    unpaid_s = bus.meal_break.duration_s if bus.meal_break else 0
    for pause in tour.pauses:
        # A break that is longer than it has to be is paid from there on.
        work_s -= min(unpaid_s, max(0, min(pause.end_s, return_s) - max(pause.start_s, leave_s)))
    limit_s, reserve_s = bus.shift.max_work_s + bus.shift.overtime_s, evidence.dataset.scenario.rules.reserve_s
    if work_s > limit_s:
        yield WORK_TOO_LONG, {"found": Duration.rounded_up(work_s), "expected": Duration.rounded_down(limit_s)}
    elif work_s > limit_s - reserve_s:
        found = Duration.rounded_down(limit_s - work_s)
        yield RESERVE_USED, {"found": found, "expected": Duration.rounded_up(reserve_s)}
    if bus.driving_rules is None:
        return
    stretches = _measure_stretches(evidence, tour, bus, bus.driving_rules)
    if sum(stretches) > bus.driving_rules.max_driving_s:
        limit = Duration.rounded_down(bus.driving_rules.max_driving_s)
        yield DRIVING_TOO_LONG, {"found": Duration.rounded_up(sum(stretches)), "expected": limit}
    if max(stretches) > bus.driving_rules.max_unbroken_s:
        limit = Duration.rounded_down(bus.driving_rules.max_unbroken_s)
        yield DRIVING_UNBROKEN, {"found": Duration.rounded_up(max(stretches)), "expected": limit}


def _measure_stretches(evidence: Evidence, tour: Tour, bus: Bus, rules: DrivingRules) -> list[int]:
    """Seconds driven with reserve between two whole breaks, or breaks in two parts."""
    stretches, first_part = [0], False
    first_s, second_s = rules.split_break_s or (math.inf, math.inf)
    for row in tour.rows:
        if isinstance(row, Leg):
            drive = evidence.find_drive(bus, row.from_id, row.to_id)
            stretches[-1] += evidence.add_reserve(drive.duration_s) if drive else 0
        elif isinstance(row, Pause):
            rest_s = row.end_s - row.start_s
            if rest_s >= rules.min_break_s or (first_part and rest_s >= second_s):
                stretches.append(0)
                first_part = False
            else:
                first_part = first_part or rest_s >= first_s
    return stretches


def _check_meal_time(tour: Tour, bus: Bus) -> Iterator[Found]:
    """Nobody works too long before the meal, or before the end of a day without one on the way."""
    limit_s = bus.driving_rules.max_before_break_s if bus.driving_rules and bus.meal_break else None
    leave_s, return_s = tour.legs[0].leave_s, tour.legs[-1].arrive_s
    if limit_s is None or not tour.pauses or tour.pauses[0].start_s < leave_s:
        return
    found_s = min(tour.pauses[0].start_s, return_s) - leave_s
    if found_s > limit_s:
        yield MEAL_TOO_LATE, {"found": Duration.rounded_up(found_s), "expected": Duration.rounded_down(limit_s)}
