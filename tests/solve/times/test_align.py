"""The same stop at the same clock time in all its repeats, wherever that is worth its price."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from worlds import (
    MEAL,
    build_bus,
    build_dataset,
    build_road,
    build_scenario,
    build_star,
    build_village,
    build_weights,
)

from bibliobus.domain.calendar import WeeklyWindow
from bibliobus.domain.fleet import DrivingRules
from bibliobus.model.area import prepare_area
from bibliobus.model.problem import Costs, Problem, ProblemBus, ProblemVisit
from bibliobus.solve.solver import Ending, Solution, Status
from bibliobus.solve.times import align as timetable
from bibliobus.solve.times.align import align_times, hold_openings, price_times
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import HOUR_S, MINUTE_S, format_clock, parse_clock

GRID_S = 15 * MINUTE_S
TWO_WEEKS = ((0, 7),)


def build_problem(distances_km, same_time: float, **changes) -> Problem:
    """Build a star of villages for two weeks in which equal times are worth so many minutes."""
    scenario = build_scenario(weeks=2, weights=build_weights(same_time=same_time))
    return prepare_area(build_star(distances_km, scenario=replace(scenario, **changes))).problem


def build_solution(problem: Problem, orders) -> Solution:
    """Build a solution from the order of calls by bus and day, each tour with its least paid time."""
    scheduler = Scheduler(problem)
    timings = [
        scheduler.time_tour(*key, order) for key, order in sorted(orders.items(), key=lambda item: item[0][::-1])
    ]
    cost = sum(timing.cost for timing in timings)
    return Solution(tuple(timing.tour for timing in timings), (), cost, cost, Status.OPTIMAL, Ending.PROOF)


def build_wait(same_time: float) -> tuple[Problem, Solution]:
    """Build two tours that call first at a stop open from 8:00 to 8:40, 20 and 10 minutes from the stop they share."""
    villages = [build_village("a"), *(build_village(name, windows=(span(0, "08:00", "08:40"),)) for name in "bc")]
    roads = [*(build_road("town", name, 10) for name in "abc"), build_road("c", "a", 10)]
    scenario = build_scenario(weeks=2, weights=build_weights(same_time=same_time))
    problem = prepare_area(build_dataset(villages, roads, scenario=scenario)).problem
    return problem, build_solution(problem, {(0, 0): (1, 0), (0, 7): (2, 0)})


def list_openings(solution: Solution, visit: int) -> list[str]:
    """List the openings of one visit."""
    return [format_clock(call.start_s) for tour in solution.tours for call in tour.calls if call.visit == visit]


def time_all(problem: Problem, solution: Solution):
    """Time all tours with the openings they have."""
    return [hold_openings(problem, tour, {c.visit: c.start_s for c in tour.calls}) for tour in solution.tours]


def span(weekday: int, start: str, end: str) -> WeeklyWindow:
    """Build a window from clock times."""
    return WeeklyWindow(weekday, parse_clock(start), parse_clock(end))


@st.composite
def pairs_of_tours(draw) -> tuple[Problem, Solution]:
    """Draw two tours of at most two calls that share a stop, on a coarse grid and a short day."""
    steps = st.integers(0, 2)
    legs = np.array(draw(st.lists(steps, min_size=16, max_size=16))).reshape(4, 4) * GRID_S
    legs = legs * (1 - np.eye(4, dtype=np.int64))
    windows = []
    for _ in range(3):
        first = draw(st.integers(8 * 4, 10 * 4)) * GRID_S
        windows.append(((first, first + draw(st.integers(2, 10)) * GRID_S),))
    pause = draw(st.sampled_from([0, 2])) * GRID_S
    bus = ProblemBus(
        depot=0,
        profile=0,
        days=(0, 7),
        shift_start_s=8 * HOUR_S,
        shift_end_s=13 * HOUR_S,
        regular_work_s=draw(st.integers(6, 20)) * GRID_S,
        max_work_s=draw(st.integers(8, 20)) * GRID_S,
        break_duration_s=pause,
        break_earliest_s=9 * HOUR_S,
        break_latest_s=draw(st.integers(36, 44)) * GRID_S,
        max_driving_s=20 * GRID_S,
        max_unbroken_s=draw(st.sampled_from([2, 4, 20])) * GRID_S,
        min_break_s=draw(st.sampled_from([1, 2, 3])) * GRID_S,
        max_before_break_s=draw(st.sampled_from([None, 8 * GRID_S])),
    )
    visits = tuple(
        ProblemVisit(at + 1, draw(st.integers(1, 2)) * GRID_S, 0, TWO_WEEKS, (windows[at],) * 14, (0,))
        for at in range(3)
    )
    worth = draw(st.sampled_from([500, 2000, 6000]))
    costs = Costs(6000, 100, 0, draw(st.sampled_from([0, 3000])), draw(st.sampled_from([0, 500])), same_time=worth)
    problem = Problem(14, GRID_S, visits, (bus,), (legs,), (legs // 2,), (legs * 10,), costs)
    scheduler, orders = Scheduler(problem), {}
    for day, calls in ((0, (0, 1)), (7, (0, 2))):
        timings = filter(None, (scheduler.time_tour(0, day, order) for order in permutations(calls)))
        best = min(timings, key=lambda timing: timing.cost, default=None)
        assume(best is not None)
        orders[0, day] = tuple(call.visit for call in best.tour.calls)
    return problem, build_solution(problem, orders)


def find_least_price(problem: Problem, solution: Solution) -> int:
    """Try every order and every opening of every call."""
    every_tour = []
    for tour in solution.tours:
        calls = [call.visit for call in tour.calls]
        starts = [range(start, end, GRID_S) for ((start, end),) in (problem.visits[v].windows[0] for v in calls)]
        held = []
        for order in permutations(tour.calls):
            for openings in product(*starts):
                timing = hold_openings(problem, replace(tour, calls=order), dict(zip(calls, openings, strict=True)))
                held += [timing] if timing else []
        every_tour.append(held)
    return min(price_times(problem, timings) for timings in product(*every_tour))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(pairs_of_tours())
def test_no_order_and_no_openings_cost_less(drawn):
    problem, solution = drawn

    aligned = align_times(problem, solution)

    assert price_times(problem, time_all(problem, aligned)) == find_least_price(problem, solution)


def test_a_stop_gets_one_time_where_that_costs_nothing():
    # Near is called at first in one week and last in the other; driven backwards, both tours cost the same.
    problem = build_problem({"a": 10, "b": 20, "c": 30}, same_time=15)
    solution = build_solution(problem, {(0, 0): (0, 1), (0, 7): (2, 0)})

    aligned = align_times(problem, solution)

    assert list_openings(solution, 0) == ["08:10", "09:40"]
    assert list_openings(aligned, 0) == ["08:10", "08:10"]
    assert (aligned.cost, aligned.status, aligned.bound) == (solution.cost, Status.OPTIMAL, solution.bound)


@pytest.mark.parametrize(("same_time", "openings"), [(8, ["09:00", "08:50"]), (9, ["09:00", "09:00"])])
def test_waiting_is_paid_for_equal_times_only_as_far_as_they_are_worth_it(same_time, openings):
    # Equal times save the price itself and a sixth of it for the ten minutes; waiting costs ten.
    problem, solution = build_wait(same_time)

    aligned = align_times(problem, solution)

    assert list_openings(aligned, 0) == openings


def test_a_plan_that_was_optimal_is_only_feasible_when_its_own_price_rises():
    problem, solution = build_wait(same_time=60)

    aligned = align_times(problem, solution)

    # Ten minutes of waiting at 100 hundredths.
    assert (aligned.cost, aligned.status) == (solution.cost + 1000, Status.FEASIBLE)
    assert aligned.bound == solution.bound


def test_times_that_cannot_be_equal_are_as_near_as_windows_allow():
    problem = build_problem({"a": 10}, same_time=15)
    monday, other = ((parse_clock("08:00"), parse_clock("09:00")),), ((parse_clock("11:00"), parse_clock("12:00")),)
    problem = replace(
        problem,
        visits=(replace(problem.visits[0], patterns=((0, 8),), windows=(monday,) * 8 + (other,) * 6),),
        buses=(replace(problem.buses[0], days=(0, 8)),),
    )
    solution = build_solution(problem, {(0, 0): (0,), (0, 8): (0,)})

    aligned = align_times(problem, solution)

    assert list_openings(aligned, 0) == ["08:30", "11:00"]


def test_tours_with_equal_times_start_as_early_as_they_can():
    problem = build_problem({"a": 10, "b": 20, "c": 30}, same_time=15)
    solution = build_solution(problem, {(0, 0): (0, 1), (0, 7): (2, 0)})

    aligned = align_times(problem, solution)

    assert [format_clock(tour.leave_s) for tour in aligned.tours] == ["08:00", "08:00"]


def test_nothing_changes_where_equal_times_are_worth_nothing():
    problem = build_problem({"a": 10, "b": 20, "c": 30}, same_time=0)
    solution = build_solution(problem, {(0, 0): (0, 1), (0, 7): (2, 0)})

    assert align_times(problem, solution) == solution


def test_a_published_time_is_kept_rather_than_an_earlier_one():
    problem = build_problem({"a": 10, "b": 20, "c": 30}, same_time=15)
    solution = build_solution(problem, {(0, 0): (0, 1), (0, 7): (2, 0)})

    aligned = align_times(problem, solution, published={(0, 0): parse_clock("10:20"), (1, 0): parse_clock("09:20")})

    # Driven backwards the first tour is at the far stop at 9:20, and 60 minutes later here; the other week follows.
    assert list_openings(aligned, 0) == ["10:20", "10:20"]
    assert list_openings(aligned, 1) == ["09:20"]


def test_a_published_time_that_cannot_be_kept_moves_as_little_as_it_can():
    problem = build_problem({"a": 10}, same_time=15)
    solution = build_solution(problem, {(0, 0): (0,)})

    aligned = align_times(problem, solution, published={(0, 0): parse_clock("07:00")})

    assert list_openings(aligned, 0) == ["08:10"]


def test_aligned_tours_keep_meal_break_and_driving_rules():
    rules = DrivingRules("tight", 9 * HOUR_S, 2 * HOUR_S, 45 * MINUTE_S, None, None)
    bus = build_bus(meal_break=MEAL, driving_rules=rules)
    problem = build_problem({"a": 20, "b": 40, "c": 50}, same_time=60, buses=(bus,))
    solution = build_solution(problem, {(0, 0): (0, 1), (0, 7): (2, 0)})

    aligned = align_times(problem, solution)

    assert len(set(list_openings(aligned, 0))) == 1
    assert [timing.tour for timing in time_all(problem, aligned)] == list(aligned.tours)


def test_a_tour_that_breaks_a_rule_is_left_for_the_checker():
    problem = build_problem({"a": 10}, same_time=15)
    solution = build_solution(problem, {(0, 0): (0,), (0, 7): (0,)})
    tour = solution.tours[0]
    early = replace(tour, calls=(replace(tour.calls[0], start_s=6 * HOUR_S, end_s=6 * HOUR_S + 1800),))
    broken = replace(solution, tours=(early, solution.tours[1]))

    assert align_times(problem, broken) == broken


def test_an_interrupt_keeps_the_tours_of_before(monkeypatch):
    def interrupt(*args, **options):
        raise KeyboardInterrupt

    problem = build_problem({"a": 10, "b": 20, "c": 30}, same_time=15)
    solution = build_solution(problem, {(0, 0): (0, 1), (0, 7): (2, 0)})
    monkeypatch.setattr(timetable, "choose_times", interrupt)

    stopped = replace(solution, ended_by=Ending.INTERRUPT, status=Status.FEASIBLE)
    assert align_times(problem, solution) == stopped


def test_tours_whose_chosen_times_break_a_rule_stay_as_they_are(monkeypatch):
    choose = timetable.choose_times

    def choose_badly(problem, choices, published, **options):
        chosen = choose(problem, choices, published, **options)
        return tuple(
            times if choice.fixed else replace(times, starts_s=dict.fromkeys(times.starts_s, 6 * HOUR_S))
            for choice, times in zip(choices, chosen, strict=True)
        )

    problem = build_problem({"a": 10, "b": 20, "c": 30}, same_time=15)
    solution = build_solution(problem, {(0, 0): (0, 1), (0, 7): (2, 0)})
    monkeypatch.setattr(timetable, "choose_times", choose_badly)

    assert align_times(problem, solution).tours == solution.tours
