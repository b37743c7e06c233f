from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations

import pytest
from worlds import (
    MEAL,
    TOWN,
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
from bibliobus.domain.fleet import Shift
from bibliobus.model.area import prepare_area
from bibliobus.model.problem import Problem
from bibliobus.solve.ortools.stage import order_calls
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import HOUR_S, MINUTE_S


def build_day(seed: int) -> Problem:
    """Build a day of three to six calls at random places, some of them open for two hours only."""
    draw = random.Random(seed)
    names = "abcdef"[: draw.randint(3, 6)]
    places = {name: (draw.randint(0, 30), draw.randint(0, 30)) for name in [TOWN, *names]}
    villages = [build_village(name, windows=_draw_windows(draw)) for name in names]
    roads = [
        build_road(a, b, max(1, abs(places[a][0] - places[b][0]) + abs(places[a][1] - places[b][1])))
        for a in places
        for b in places
        if a < b
    ]
    bus = build_bus(
        meal_break=MEAL if draw.random() < 0.5 else None,
        shift=Shift(8 * HOUR_S, 20 * HOUR_S, 12 * HOUR_S),
    )
    scenario = build_scenario(buses=(bus,), weights=build_weights(km=1.0), rules=build_rules(grid_s=5 * MINUTE_S))
    return prepare_area(build_dataset(villages, roads, scenario=scenario)).problem


def _draw_windows(draw: random.Random) -> tuple[WeeklyWindow, ...]:
    """Draw a window of two hours for one village of five."""
    start_s = draw.randint(9, 15) * HOUR_S
    return (WeeklyWindow(0, start_s, start_s + 2 * HOUR_S),) if draw.random() < 0.2 else ()


def measure_gap(problem: Problem) -> float | None:
    """Share by which the order costs more than the best of all orders; None if no order keeps the rules."""
    scheduler = Scheduler(problem)
    visits = range(len(problem.visits))
    timings = [scheduler.time_tour(0, 0, order) for order in permutations(visits)]
    least = min((timing.cost for timing in timings if timing), default=None)
    if least is None:
        return None
    order = order_calls(problem, 0, 0, list(visits))
    assert order is not None
    found = scheduler.time_tour(0, 0, order)
    assert found is not None
    return found.cost / least - 1


def test_the_order_is_hardly_dearer_than_the_best_of_all():
    gaps = [measure_gap(build_day(seed)) for seed in range(20)]

    known = [gap for gap in gaps if gap is not None]
    # Measured: 2.6 % at most, 0.13 % in the mean.
    assert len(known) >= 15
    assert min(known) >= 0
    assert max(known) <= 0.05
    assert sum(known) / len(known) <= 0.01


@pytest.mark.parametrize("calls", [1, 2, 5])
def test_the_order_has_every_visit_once(calls):
    problem = prepare_area(build_star(dict.fromkeys("abcdef", 10))).problem
    visits = list(range(6))[-calls:]

    order = order_calls(problem, 0, 0, visits)

    assert sorted(order) == visits


def test_villages_on_one_road_are_called_at_along_it():
    roads = [build_road(TOWN, "b", 10), build_road("b", "a", 10), build_road("a", "d", 10), build_road("d", "c", 10)]
    problem = prepare_area(build_dataset([build_village(name) for name in "abcd"], roads)).problem

    order = order_calls(problem, 0, 0, [0, 1, 2, 3])

    # a, b, c, d are 0, 1, 2, 3: out along the road every village is passed, whether called at there or on the way back;
    # what counts is that nothing is driven twice.
    assert Scheduler(problem).time_tour(0, 0, order).work_s == (4 * 30 + 80) * MINUTE_S


def test_windows_decide_the_order():
    def opened(start: int) -> tuple[WeeklyWindow, ...]:
        return (WeeklyWindow(0, start * HOUR_S, start * HOUR_S + 30 * MINUTE_S),)

    villages = [
        build_village("a", windows=opened(14)),
        build_village("b", windows=opened(9)),
        build_village("c", windows=opened(11)),
    ]
    roads = [build_road(TOWN, name, 10) for name in "abc"]
    problem = prepare_area(build_dataset(villages, roads)).problem

    assert order_calls(problem, 0, 0, [0, 1, 2]) == (1, 2, 0)


def test_no_order_is_found_where_none_keeps_the_rules():
    problem = prepare_area(build_star({"a": 150, "b": 150, "c": 10})).problem

    assert order_calls(problem, 0, 0, [0, 1, 2]) is None


def test_no_order_is_found_where_a_stop_is_closed_all_day():
    problem = prepare_area(build_star({"a": 10}, windows=(WeeklyWindow(1, 9 * HOUR_S, 12 * HOUR_S),))).problem

    assert order_calls(problem, 0, 0, [0]) is None


def test_the_same_question_has_the_same_answer():
    problem = build_day(3)
    visits = list(range(len(problem.visits)))

    answers = {order_calls(problem, 0, 0, visits) for _ in range(3)}

    assert len(answers) == 1


@pytest.mark.parametrize(("positions", "order"), [((None, None, 1), 2), ((-1, None, None), 0), ((None, 2, None), 1)])
def test_locked_calls_keep_their_places_in_the_order(positions, order):
    problem = prepare_area(build_star({"a": 10, "b": 20, "c": 30})).problem
    visits = tuple(replace(v, position=p) for v, p in zip(problem.visits, positions, strict=True))

    found = order_calls(replace(problem, visits=visits), 0, 0, [0, 1, 2])

    assert sorted(found) == [0, 1, 2]
    position = positions[order]
    assert found[position - 1 if position > 0 else position] == order
