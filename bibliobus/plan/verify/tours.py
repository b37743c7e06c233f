"""Checks of the tours: clock, drives and stays; and of the people who drive them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, weekday_of
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.bounds import BOUNDS
from bibliobus.plan.plan import Call, Leg, Pause
from bibliobus.plan.verify.evidence import depot_of
from bibliobus.words.language import DAY_S, HOUR_S, KM_M, N_, NN_, format_clock
from bibliobus.words.text import Count, CycleDay, Duration, Number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.domain.fleet import Bus, DrivingRules
    from bibliobus.plan.plan import Row, Tour
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
    """Check every rule about the crew of a tour with at least one drive."""
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


BUS_UNKNOWN: Final = FindingKind(
    "bus-unknown",
    Severity.ERROR,
    N_("The tour is driven by “{bus}”, but the scenario has no such bus."),
    N_("Use the id of a bus in scenario.toml."),
)
BUS_OFF_DUTY: Final = FindingKind(
    "bus-off-duty",
    Severity.ERROR,
    N_("{bus} drives on {day}, but that is none of its service days."),
    N_("Move the tour, or add the weekday to the bus in scenario.toml."),
)
BUS_SPARE: Final = FindingKind(
    "bus-spare",
    Severity.ERROR,
    N_("{bus} has a tour in the timetable, but it is a spare vehicle, which only replaces cancelled visits."),
    N_("Give the tour to another bus, or write spare = false in scenario.toml."),
)
BUS_DAY_OFF: Final = FindingKind(
    "bus-day-off",
    Severity.ERROR,
    N_("{bus} drives on {day}, but {date} is one of its days off."),
    N_("Move the tour, or change days_off of the bus in scenario.toml."),
)
BUS_TWICE: Final = FindingKind(
    "bus-twice",
    Severity.ERROR,
    N_("{bus} has two tours on {day}."),
    N_("Join the two tours, or give one to another bus or day."),
)
TOUR_BROKEN: Final = FindingKind(
    "tour-broken",
    Severity.ERROR,
    N_("The bus is at {here}, but the next row starts at {there}."),
    N_("Every leg has to start where the row before it ended."),
)
TOUR_NOT_FROM_DEPOT: Final = FindingKind(
    "tour-not-from-depot",
    Severity.ERROR,
    N_("The tour starts at {start} and ends at {end}; the depot of the bus is {depot}."),
    N_("Let the tour start and end at the depot."),
)
NO_ROAD: Final = FindingKind(
    "no-road",
    Severity.ERROR,
    N_("No road leads from {start} to {end} for this bus."),
    N_("Check the roads, or the weight and height of the bus."),
)
LEG_TOO_FAST: Final = FindingKind(
    "leg-too-fast",
    Severity.ERROR,
    N_("From {start} to {end} the plan allows {found}; with reserve the drive takes {expected}."),
    N_("Give the leg more time."),
)
LEG_WRONG: Final = FindingKind(
    "leg-wrong",
    Severity.ERROR,
    N_(
        "From {start} to {end} the plan says {found} s and {found_m} m; "
        "by the roads it is {expected} s and {expected_m} m."
    ),
    N_("Plan anew, so that the plan agrees with the roads."),
)
TIME_RUNS_BACK: Final = FindingKind(
    "time-runs-back",
    Severity.ERROR,
    N_("A row starts at {found}, before the row above it has ended at {expected}."),
    N_("Put the rows in the order of time without overlap."),
)
BREAK_NOT_PARKED: Final = FindingKind(
    "break-not-parked",
    Severity.ERROR,
    N_("The break from {start} to {end} overlaps a drive or a stay."),
    N_("Take the break while the bus is parked and closed."),
)
OFF_GRID: Final = FindingKind(
    "off-grid",
    Severity.ERROR,
    N_("{found} is not a multiple of {grid}."),
    N_("Publish times that people can remember: on the grid of the scenario."),
)
DAY_OUTSIDE_CYCLE: Final = FindingKind(
    "day-outside-cycle",
    Severity.ERROR,
    N_("The tour is on day {found} of the cycle, which has the days 0 to {last}."),
    N_("Move the tour into the cycle."),
)


DATE_WRONG: Final = FindingKind(
    "date-wrong",
    Severity.ERROR,
    N_("The tour on {day} has the date {found}; by the first day of the cycle it is {expected}."),
    N_("Put the right date, or move the tour to the day of its date."),
)
ROW_REVERSED: Final = FindingKind(
    "row-reversed",
    Severity.ERROR,
    N_("A row ends at {found}, before it begins at {expected}."),
    N_("Exchange the two times, or mend one of them."),
)
DRIVE_IMPOSSIBLE: Final = FindingKind(
    "drive-impossible",
    Severity.ERROR,
    N_("From {start} to {end} the plan says {found} s and {found_m} m: no bus can drive that."),
    N_("Check roads and speeds: a drive is never negative, longer than a day, or faster than {limit} km/h."),
)
FASTEST_KMH: Final = BOUNDS["roads.csv: speed_kmh"].most
"""No road and no bus of the inputs is faster."""


def check_tours(evidence: Evidence) -> Iterator[Finding]:
    """Check every rule about single tours."""
    seen = set()
    for tour in evidence.plan.tours:
        evidence.watch.check()
        bus = evidence.buses.get(tour.bus_id)
        place = Place(tour_id=tour.tour_id)
        if bus is None:
            yield BUS_UNKNOWN.at(place, bus=tour.bus_id)
            continue
        if (tour.bus_id, tour.day) in seen:
            yield BUS_TWICE.at(place, bus=bus.name, day=CycleDay(tour.day))
        seen.add((tour.bus_id, tour.day))
        for kind, values in _check_tour(evidence, tour, bus):
            yield kind.at(place, **values)


def _check_tour(evidence: Evidence, tour: Tour, bus: Bus) -> Iterator[Found]:
    """Every rule about one tour of a known bus."""
    days = evidence.dataset.scenario.cycle.weeks * WEEK_DAYS
    if not 0 <= tour.day < days:
        yield DAY_OUTSIDE_CYCLE, {"found": Number(tour.day), "last": Number(days - 1)}
    elif bus.spare:
        yield BUS_SPARE, {"bus": bus.name}
    elif weekday_of(tour.day) not in bus.weekdays:
        yield BUS_OFF_DUTY, {"bus": bus.name, "day": CycleDay(tour.day)}
    elif (day := evidence.dataset.scenario.cycle.date_of(tour.day)) in bus.days_off:
        yield BUS_DAY_OFF, {"bus": bus.name, "day": CycleDay(tour.day), "date": day.isoformat()}
    yield from _check_date(evidence, tour)
    if not tour.legs:
        yield TOUR_NOT_FROM_DEPOT, {"start": "–", "end": "–", "depot": evidence.name(depot_of(bus))}
        return
    yield from _check_chain(evidence, tour, bus)
    yield from _check_spans(tour)
    yield from _check_legs(evidence, tour, bus)
    yield from _check_order(tour)
    yield from check_crew(evidence, tour, bus)
    yield from _check_grid(evidence, tour)


def _check_date(evidence: Evidence, tour: Tour) -> Iterator[Found]:
    """The date is that of the day; where the cycle is another, the rule about cycles says so."""
    cycle = evidence.dataset.scenario.cycle
    if tour.date is None or evidence.plan.cycle != cycle or not 0 <= tour.day < cycle.weeks * WEEK_DAYS:
        return
    expected = cycle.date_of(tour.day)
    if tour.date != expected:
        dates = {"found": tour.date.isoformat(), "expected": expected.isoformat()}
        yield DATE_WRONG, {"day": CycleDay(tour.day), **dates}


def _check_chain(evidence: Evidence, tour: Tour, bus: Bus) -> Iterator[Found]:
    """Every row starts where the one before it ended, and the ends are the depot."""
    depot, start, end = depot_of(bus), tour.legs[0].from_id, tour.legs[-1].to_id
    if (start, end) != (depot, depot):
        yield TOUR_NOT_FROM_DEPOT, _name_all(evidence, start=start, end=end, depot=depot)
    here = start
    for row in tour.rows:
        there = row.from_id if isinstance(row, Leg) else row.settlement_id if isinstance(row, Call) else row.place_id
        if there != here:
            yield TOUR_BROKEN, _name_all(evidence, here=here, there=there)
        here = row.to_id if isinstance(row, Leg) else there


def _check_legs(evidence: Evidence, tour: Tour, bus: Bus) -> Iterator[Found]:
    """Every leg has a road, time for it with reserve, and the numbers of the roads."""
    for leg in tour.legs:
        drive = evidence.find_drive(bus, leg.from_id, leg.to_id)
        ends = _name_all(evidence, start=leg.from_id, end=leg.to_id)
        if leg.arrive_s < leg.leave_s:
            continue  # a row that ends before it begins is told already
        if not _can_be_driven(leg):
            numbers = {"found": Number(leg.driving_s), "found_m": Number(leg.length_m), "limit": Number(FASTEST_KMH)}
            yield DRIVE_IMPOSSIBLE, ends | numbers
            continue
        if drive is None:
            yield NO_ROAD, ends
            continue
        needed_s = evidence.add_reserve(drive.duration_s)
        if leg.arrive_s - leg.leave_s < needed_s:
            found = Duration.rounded_down(leg.arrive_s - leg.leave_s)
            yield LEG_TOO_FAST, ends | {"found": found, "expected": Duration.rounded_up(needed_s)}
        if (leg.driving_s, leg.length_m) != (drive.duration_s, drive.length_m):
            # As plan.json has them: rounded to minutes and kilometres they might look alike.
            found_values = {"found": Number(leg.driving_s), "found_m": Number(leg.length_m)}
            drive_values = {"expected": Number(drive.duration_s), "expected_m": Number(drive.length_m)}
            yield LEG_WRONG, ends | found_values | drive_values


def _can_be_driven(leg: Leg) -> bool:
    """Whether a bus could drive that, whatever the roads say; up to a second is lost by rounding."""
    fastest_m = FASTEST_KMH * KM_M * (leg.driving_s + 1) / HOUR_S
    return 0 <= leg.driving_s <= DAY_S and 0 <= leg.length_m <= fastest_m


def _check_spans(tour: Tour) -> Iterator[Found]:
    """No row ends before it begins."""
    for start_s, end_s in map(_span, tour.rows):
        if end_s < start_s:
            yield ROW_REVERSED, {"found": format_clock(end_s), "expected": format_clock(start_s)}


def _name_all(evidence: Evidence, **places: str) -> dict[str, object]:
    """Names of places, for the values of a sentence."""
    return {name: evidence.name(place) for name, place in places.items()}


def _span(row: Row) -> tuple[int, int]:
    """Start and end of a row in seconds after midnight."""
    return (row.leave_s, row.arrive_s) if isinstance(row, Leg) else (row.start_s, row.end_s)


def _check_order(tour: Tour) -> Iterator[Found]:
    """Rows follow each other without overlap."""
    clock = _span(tour.rows[0])[1]
    for before, after in pairwise(tour.rows):
        if _span(after)[0] < clock:
            pause = next((row for row in (before, after) if isinstance(row, Pause)), None)
            if pause is not None:
                yield BREAK_NOT_PARKED, {"start": format_clock(pause.start_s), "end": format_clock(pause.end_s)}
            else:
                yield TIME_RUNS_BACK, {"found": format_clock(_span(after)[0]), "expected": format_clock(clock)}
        clock = max(clock, _span(after)[1])


def _check_grid(evidence: Evidence, tour: Tour) -> Iterator[Found]:
    """Published times lie on the grid."""
    grid_s = evidence.dataset.scenario.rules.grid_s
    stays = [row for row in tour.rows if not isinstance(row, Leg)]
    times = {tour.legs[0].leave_s, tour.legs[-1].arrive_s, *(moment for row in stays for moment in _span(row))}
    for moment in sorted(times):
        if moment % grid_s:
            yield OFF_GRID, {"found": format_clock(moment), "grid": Duration(grid_s)}
