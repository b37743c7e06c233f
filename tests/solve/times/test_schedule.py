from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from brute import find_least_work
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import (
    DRIVING,
    MEAL,
    build_bus,
    build_dataset,
    build_road,
    build_rules,
    build_scenario,
    build_star,
    build_village,
    build_weights,
)

from bibliobus.domain.calendar import WeeklyWindow
from bibliobus.domain.fleet import DrivingRules, MealBreak, Shift
from bibliobus.model.area import prepare_area
from bibliobus.model.problem import Costs, Problem, ProblemBus, ProblemVisit
from bibliobus.network.places import UNREACHABLE_S
from bibliobus.solve.solver import SolvedTour
from bibliobus.solve.times.schedule import Scheduler, Timing
from bibliobus.words.language import DAY_S, HOUR_S, MINUTE_S, format_clock, parse_clock

GRID_S = 15 * MINUTE_S


def build_scheduler(dataset) -> Scheduler:
    """Build the scheduler of an area."""
    return Scheduler(prepare_area(dataset).problem)


def list_times(tour: SolvedTour) -> list[str]:
    """List leaving, opening and closing of each call, and return."""
    stays = [f"{format_clock(call.start_s)}-{format_clock(call.end_s)}" for call in tour.calls]
    return [format_clock(tour.leave_s), *stays, format_clock(tour.return_s)]


def span(weekday: int, start: str, end: str) -> WeeklyWindow:
    """Build a window from clock times."""
    return WeeklyWindow(weekday, parse_clock(start), parse_clock(end))


steps = st.integers(0, 6)
clocks = st.integers(7 * 4, 18 * 4).map(lambda step: step * GRID_S)


@st.composite
def windows(draw) -> tuple[tuple[int, int], ...]:
    """Draw the spans of a day: mostly all of it, else one or two that may overlap or be empty."""
    if draw(st.booleans()):
        return ((0, DAY_S),)
    spans = draw(st.lists(st.tuples(clocks, clocks), min_size=1, max_size=2))
    return tuple(sorted((min(pair), max(pair)) for pair in spans))


WIDE = st.integers(2, 16)
"""Quarters of an hour that may be driven without a break."""


@st.composite
def tours(draw, *, limits=WIDE, roomy=False) -> Problem:
    """Draw a problem of one bus and up to three calls whose times are quarters of an hour."""
    calls = draw(st.integers(1, 3))
    legs = np.array(draw(st.lists(steps, min_size=(calls + 1) ** 2, max_size=(calls + 1) ** 2))).reshape(calls + 1, -1)
    legs = legs * GRID_S * (1 - np.eye(calls + 1, dtype=np.int64))
    if draw(st.integers(0, 9)) == 0:
        legs[draw(st.integers(0, calls)), draw(st.integers(0, calls))] = UNREACHABLE_S
    # Driving is what is driven of a leg: never more than the leg, and not on the grid.
    driving = np.where(legs < UNREACHABLE_S, legs * draw(st.sampled_from([60, 90, 100])) // 100, UNREACHABLE_S)
    pause = draw(st.sampled_from([0, 0, 2, 3])) * GRID_S
    break_earliest = draw(st.integers(9 * 4, 14 * 4)) * GRID_S if roomy else draw(clocks)
    start = 7 * HOUR_S if roomy else draw(clocks)
    bus = ProblemBus(
        depot=0,
        profile=0,
        days=(0,),
        shift_start_s=start,
        shift_end_s=start + draw(st.integers(30, 44) if roomy else st.integers(2, 36)) * GRID_S,
        regular_work_s=DAY_S,
        max_work_s=draw(st.integers(24, 44) if roomy else st.integers(4, 36)) * GRID_S,
        break_duration_s=pause,
        break_earliest_s=break_earliest + draw(st.sampled_from([0, 0, 7 * MINUTE_S])),
        break_latest_s=break_earliest + draw(st.integers(1, 12)) * GRID_S,
        max_driving_s=draw(st.integers(16, 32) if roomy else st.integers(4, 24)) * GRID_S,
        max_unbroken_s=draw(limits) * GRID_S,
        min_break_s=3 * GRID_S,
        split_break_s=draw(st.sampled_from([None, (GRID_S, 2 * GRID_S), (2 * GRID_S, GRID_S)])),
        max_before_break_s=draw(st.sampled_from([None, None, 16 * GRID_S])),
        max_calls=draw(st.sampled_from([None, None, None, 2])),
        capacity=draw(st.sampled_from([None, None, None, 3])),
    )
    visits = tuple(
        ProblemVisit(
            place=at + 1,
            dwell_s=draw(st.integers(1, 5)) * GRID_S,
            reward=100,
            patterns=((0,),),
            windows=(draw(windows()),) * 7,
            buses=(0,),
            load=draw(st.integers(0, 2)),
            position=draw(st.sampled_from([None, None, None, at + 1, at - calls])),
        )
        for at in range(calls)
    )
    return Problem(7, GRID_S, visits, (bus,), (legs,), (driving,), (legs // 10,), Costs(6000, 100, 500))


def summarise(timing: Timing | None) -> tuple[int, int, bool, int] | None:
    """Paid time, return, whether the break is on the way, and leaving; as the brute search says it."""
    if timing is None:
        return None
    tour = timing.tour
    on_the_way = tour.meal_break is not None and 1 <= tour.meal_break.leg <= len(tour.calls)
    return timing.work_s, tour.return_s, on_the_way, tour.leave_s


@settings(max_examples=150, deadline=None, derandomize=True)
@given(tours())
def test_no_leaving_no_wait_and_no_break_gives_less_paid_time(problem):
    order = range(len(problem.visits))

    timing = Scheduler(problem).time_tour(0, 0, order)

    expected = find_least_work(problem, 0, 0, order)
    assert summarise(timing) == expected


@pytest.mark.slow
@settings(max_examples=150, deadline=None, derandomize=True)
@given(tours(limits=st.integers(5, 9), roomy=True))
def test_no_break_for_the_driver_at_another_place_gives_less_paid_time(problem):
    order = range(len(problem.visits))

    timing = Scheduler(problem).time_tour(0, 0, order)

    expected = find_least_work(problem, 0, 0, order)
    assert summarise(timing) == expected


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.one_of(tours(), tours(limits=st.integers(5, 9), roomy=True)))
def test_the_times_of_a_tour_keep_every_rule(problem):
    order = tuple(range(len(problem.visits)))
    crew = problem.buses[0]

    timing = Scheduler(problem).time_tour(0, 0, order)

    if timing is None:
        return
    tour = timing.tour
    assert tuple(call.visit for call in tour.calls) == order
    places = [0, *(problem.visits[visit].place for visit in order), 0]
    legs = [int(problem.leg_s[0][a, b]) for a, b in zip(places, places[1:], strict=False)]
    drives = [int(problem.driving_s[0][a, b]) for a, b in zip(places, places[1:], strict=False)]
    busy = [(call.start_s, call.end_s) for call in tour.calls]
    clock = tour.leave_s
    pause_s, meal = crew.break_duration_s, tour.meal_break
    assert (meal is None) == (pause_s == 0)
    assert all(rest.duration_s >= min(crew.min_break_s, *(crew.split_break_s or (DAY_S,))) for rest in tour.breaks)
    rests = [*tour.breaks, *([meal] if meal else [])]
    longest, first_part = [0], False
    for at, call in enumerate(tour.calls):
        parked = clock + legs[at]
        longest[-1] += drives[at]
        # Each break at a place lies wholly before or wholly after its dwell.
        here = sorted((rest.start_s, rest.start_s + rest.duration_s) for rest in rests if rest.leg == at + 1)
        for begin, end in sorted([busy[at], *here]):
            assert parked <= begin
            parked = end
            if (begin, end) in here:
                whole = end - begin >= crew.min_break_s
                whole |= first_part and crew.split_break_s is not None and end - begin >= crew.split_break_s[1]
                if whole:
                    longest.append(0)
                first_part = not whole and (first_part or end - begin >= (crew.split_break_s or (DAY_S,))[0])
        clock = parked
        assert call.end_s - call.start_s == problem.visits[call.visit].dwell_s
        assert any(start <= call.start_s and call.end_s <= end for start, end in problem.visits[call.visit].windows[0])
    longest[-1] += drives[-1]
    assert tour.return_s == clock + legs[-1]
    assert crew.shift_start_s <= tour.leave_s < tour.return_s <= crew.shift_end_s or tour.leave_s == tour.return_s
    on_the_way = meal is not None and 1 <= meal.leg <= len(order)
    assert timing.work_s == tour.return_s - tour.leave_s - (pause_s if on_the_way else 0) <= crew.max_work_s
    assert sum(drives) <= crew.max_driving_s
    assert max(longest) <= crew.max_unbroken_s
    if meal is not None:
        assert crew.break_earliest_s <= meal.start_s <= crew.break_latest_s
        assert meal.leg > 0 or meal.start_s + pause_s <= tour.leave_s
        assert meal.leg <= len(order) or meal.start_s >= tour.return_s
        working = min(meal.start_s, tour.return_s) - tour.leave_s
        assert meal.leg == 0 or crew.max_before_break_s is None or working <= crew.max_before_break_s
    times = [tour.leave_s, tour.return_s, *(moment for stay in busy for moment in stay), meal.start_s if meal else 0]
    assert all(moment % GRID_S == 0 for moment in times)


def test_a_tour_is_added_up_leg_by_leg():
    scheduler = build_scheduler(build_star({"a": 10, "b": 20}))

    timing = scheduler.time_tour(0, 0, (0, 1))

    # 10 min there, 30 min open, 30 min through town, 30 min open, 20 min back: 120 minutes of 100 hundredths each.
    assert list_times(timing.tour) == ["08:00", "08:10-08:40", "09:10-09:40", "10:00"]
    assert timing.work_s == 120 * MINUTE_S
    assert timing.cost == 120 * 100


def test_a_tour_costs_its_hours_its_kilometres_and_the_bus_day():
    scenario = build_scenario(weights=build_weights(hour=60.0, km=2.0, bus_day=45.0))
    scheduler = build_scheduler(build_star({"a": 10}, scenario=scenario))

    timing = scheduler.time_tour(0, 0, (0,))

    # 50 min of paid time, 20 km at 2, one bus day at 45.
    assert timing.cost == (50 + 40 + 45) * 100


def test_a_bus_leaves_late_rather_than_wait_at_a_closed_stop():
    scheduler = build_scheduler(build_star({"a": 10}, windows=(span(0, "10:00", "11:00"),)))

    timing = scheduler.time_tour(0, 0, (0,))

    assert list_times(timing.tour) == ["09:50", "10:00-10:30", "10:40"]


def test_a_bus_leaves_as_early_as_it_can_without_paid_time():
    scheduler = build_scheduler(build_star({"a": 10}, windows=(span(0, "07:00", "09:00"), span(0, "12:00", "15:00"))))

    timing = scheduler.time_tour(0, 0, (0,))

    assert list_times(timing.tour) == ["08:00", "08:10-08:40", "08:50"]


def test_of_two_tours_with_equal_work_the_one_with_its_break_at_the_depot_is_driven():
    # With the break in the village the bus could leave as early as 14:05, and the crew would wait there unpaid.
    scenario = build_scenario(buses=(build_bus(meal_break=MEAL),))
    scheduler = build_scheduler(build_star({"a": 10}, windows=(span(0, "15:00", "16:00"),), scenario=scenario))

    timing = scheduler.time_tour(0, 0, (0,))

    assert timing.work_s == 50 * MINUTE_S
    assert (format_clock(timing.tour.leave_s), timing.tour.meal_break.leg) == ("14:50", 0)


def test_a_break_is_taken_while_the_bus_waits_for_a_stop_to_open():
    bus = build_bus(meal_break=MEAL)
    villages = [
        build_village("a", windows=(span(0, "10:30", "11:30"),), dwell_s=HOUR_S),
        build_village("b", windows=(span(0, "12:30", "15:00"),), dwell_s=HOUR_S),
    ]
    roads = [build_road("town", "a", 10), build_road("a", "b", 15), build_road("b", "town", 10)]
    scheduler = build_scheduler(build_dataset(villages, roads, scenario=build_scenario(buses=(bus,))))

    timing = scheduler.time_tour(0, 0, (0, 1))

    # Between 11:30 and 12:30 lie 15 min of driving and the 45 min of the break: no minute is lost.
    assert list_times(timing.tour) == ["10:20", "10:30-11:30", "12:30-13:30", "13:40"]
    assert timing.tour.meal_break.start_s in {parse_clock("11:30"), parse_clock("11:45")}
    assert timing.work_s == (200 - 45) * MINUTE_S


def test_a_break_after_returning_is_taken_at_the_depot():
    scheduler = build_scheduler(build_star({"a": 10}, scenario=build_scenario(buses=(build_bus(meal_break=MEAL),))))

    timing = scheduler.time_tour(0, 0, (0,))

    assert list_times(timing.tour) == ["08:00", "08:10-08:40", "08:50"]
    assert (format_clock(timing.tour.meal_break.start_s), timing.tour.meal_break.leg) == ("11:30", 2)


def test_a_break_before_leaving_is_taken_at_the_depot():
    scenario = build_scenario(buses=(build_bus(meal_break=MEAL),))
    scheduler = build_scheduler(build_star({"a": 10}, windows=(span(0, "15:00", "16:00"),), scenario=scenario))

    timing = scheduler.time_tour(0, 0, (0,))

    assert list_times(timing.tour) == ["14:50", "15:00-15:30", "15:40"]
    assert (format_clock(timing.tour.meal_break.start_s), timing.tour.meal_break.leg) == ("14:05", 0)


def test_a_break_has_to_divide_the_driving():
    # 300 min of driving; only parked at the village is neither part above 270 min.
    bus = build_bus(meal_break=MEAL, driving_rules=DRIVING)
    scheduler = build_scheduler(build_star({"a": 150}, scenario=build_scenario(buses=(bus,))))

    timing = scheduler.time_tour(0, 0, (0,))

    assert timing.tour.meal_break.leg == 1
    assert timing.work_s == 330 * MINUTE_S


def test_a_driver_rests_on_the_way_beside_a_meal_that_is_too_short_to_count():
    short = MealBreak(30 * MINUTE_S, MEAL.earliest_s, MEAL.latest_s)
    bus = build_bus(meal_break=short, driving_rules=DRIVING)
    scheduler = build_scheduler(build_star({"a": 135, "b": 140}, scenario=build_scenario(buses=(bus,))))

    free, limited = scheduler.time_tour(0, 0, (0,)), scheduler.time_tour(0, 0, (1,))

    # 270 min of driving need no rest; 280 min need 45 min at the village, which are paid: only the meal is not.
    assert (free.tour.breaks, free.work_s) == ((), 300 * MINUTE_S)
    assert [(rest.leg, rest.duration_s) for rest in limited.tour.breaks] == [(1, 45 * MINUTE_S)]
    assert limited.work_s == (280 + 30 + 45) * MINUTE_S


def test_a_split_break_lets_a_short_meal_count_as_its_second_part():
    short = MealBreak(30 * MINUTE_S, MEAL.earliest_s, MEAL.latest_s)
    rules = DrivingRules("eu_561", 9 * HOUR_S, 270 * MINUTE_S, 45 * MINUTE_S, (15 * MINUTE_S, 30 * MINUTE_S))
    bus = build_bus(meal_break=short, driving_rules=rules)
    scheduler = build_scheduler(build_star({"b": 140}, scenario=build_scenario(buses=(bus,))))

    timing = scheduler.time_tour(0, 0, (0,))

    # 15 min before the meal, both parked at the village.
    assert [rest.duration_s for rest in timing.tour.breaks] == [15 * MINUTE_S]
    assert timing.tour.breaks[0].start_s < timing.tour.meal_break.start_s
    assert timing.work_s == (280 + 30 + 15) * MINUTE_S


def test_nobody_works_longer_than_four_hours_before_the_meal():
    rules = DrivingRules("ua_340", 9 * HOUR_S, 270 * MINUTE_S, 45 * MINUTE_S, None, 4 * HOUR_S)
    bus = build_bus(meal_break=MEAL, driving_rules=rules)
    villages = [build_village("a", dwell_s=3 * HOUR_S), build_village("b", dwell_s=2 * HOUR_S)]
    roads = [build_road("town", "a", 30), build_road("a", "b", 20), build_road("town", "b", 30)]
    scheduler = build_scheduler(build_dataset(villages, roads, scenario=build_scenario(buses=(bus,))))

    tour = scheduler.time_tour(0, 0, (0, 1)).tour

    # At b the meal would begin only 5 h 50 min after leaving.
    assert tour.meal_break.leg == 1
    assert tour.meal_break.start_s - tour.leave_s == 210 * MINUTE_S


def test_calls_load_and_positions_are_kept():
    problem = prepare_area(build_star({"a": 10, "b": 10, "c": 10})).problem
    few = replace(problem, buses=(replace(problem.buses[0], max_calls=2),))
    small = replace(
        problem,
        buses=(replace(problem.buses[0], capacity=5),),
        visits=tuple(replace(visit, load=2) for visit in problem.visits),
    )
    placed = replace(
        problem,
        visits=(replace(problem.visits[0], position=2), problem.visits[1], replace(problem.visits[2], position=-1)),
    )

    assert [bool(Scheduler(few).time_tour(0, 0, order)) for order in ((0, 1), (0, 1, 2))] == [True, False]
    assert [bool(Scheduler(small).time_tour(0, 0, order)) for order in ((0, 1), (0, 1, 2))] == [True, False]
    possible = [order for order in permutations(range(3)) if Scheduler(placed).time_tour(0, 0, order)]
    assert possible == [(1, 0, 2)]
    assert Scheduler(placed).time_tour(0, 0, (0,)) is None


def test_driving_of_a_day_is_limited():
    rules = DrivingRules("short", 60 * MINUTE_S, 60 * MINUTE_S, 45 * MINUTE_S)
    scenario = build_scenario(buses=(build_bus(driving_rules=rules),))
    scheduler = build_scheduler(build_star({"a": 30, "b": 31}, scenario=scenario))

    possible, impossible = scheduler.time_tour(0, 0, (0,)), scheduler.time_tour(0, 0, (1,))

    assert possible is not None
    assert impossible is None


def test_a_tour_longer_than_the_working_time_is_refused():
    bus = build_bus(shift=Shift(8 * HOUR_S, 17 * HOUR_S, 90 * MINUTE_S))
    scheduler = build_scheduler(build_star({"a": 30, "b": 35}, scenario=build_scenario(buses=(bus,))))

    possible, impossible = scheduler.time_tour(0, 0, (0,)), scheduler.time_tour(0, 0, (1,))

    assert possible.work_s == 90 * MINUTE_S
    assert impossible is None


def test_a_stop_without_a_road_is_refused():
    scheduler = build_scheduler(build_dataset([build_village("island")], []))

    assert scheduler.time_tour(0, 0, (0,)) is None


def test_a_bus_stays_at_home_on_other_weekdays():
    scheduler = build_scheduler(build_star({"a": 10}))

    assert scheduler.time_tour(0, 1, (0,)) is None


def test_the_same_tour_in_another_week_has_the_same_times():
    scheduler = build_scheduler(build_star({"a": 10, "b": 20}, scenario=build_scenario(weeks=2)))
    first = scheduler.time_tour(0, 0, (0, 1))

    second = scheduler.time_tour(0, 7, (0, 1))

    assert second == replace(first, tour=replace(first.tour, day=7))


def test_windows_that_overlap_open_the_stop_from_the_first_start():
    windows = (span(0, "09:00", "09:20"), span(0, "09:10", "12:00"))
    scheduler = build_scheduler(build_star({"a": 10}, windows=windows, dwell_s=30 * MINUTE_S))

    table = scheduler.find_openings(0, 0)

    # The first span is too short for the dwell.
    assert table[parse_clock("08:00") // (5 * MINUTE_S)] * 5 * MINUTE_S == parse_clock("09:10")
    assert table[parse_clock("11:30") // (5 * MINUTE_S)] * 5 * MINUTE_S == parse_clock("11:30")
    assert table[parse_clock("11:35") // (5 * MINUTE_S)] > DAY_S


@pytest.mark.parametrize("grid_min", [1, 5, 15, 30])
def test_every_time_lies_on_the_grid(grid_min):
    scenario = build_scenario(rules=build_rules(grid_s=grid_min * MINUTE_S))
    scheduler = build_scheduler(build_star({"a": 7, "b": 13}, scenario=scenario))

    tour = scheduler.time_tour(0, 0, (0, 1)).tour

    times = [tour.leave_s, tour.return_s, *(moment for call in tour.calls for moment in (call.start_s, call.end_s))]
    assert all(moment % (grid_min * MINUTE_S) == 0 for moment in times)
