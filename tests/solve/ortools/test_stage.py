from __future__ import annotations

from itertools import chain, repeat
from types import SimpleNamespace

import pytest
from worlds import TOWN, build_bus, build_dataset, build_road, build_scenario, build_star, build_village, build_weights

from bibliobus.domain.fleet import Shift
from bibliobus.model.area import prepare_area
from bibliobus.solve.ortools import stage as ortools_stage
from bibliobus.solve.ortools.stage import OrtoolsStage
from bibliobus.solve.solver import Ending, SearchOptions
from bibliobus.words.language import HOUR_S


def ignore(_: object) -> None:
    """Listen to no progress."""


def test_an_interrupt_while_the_first_tours_are_built_still_gives_a_plan(monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ortools_stage, "assign_days", interrupt)
    problem = prepare_area(build_star({"a": 10, "b": 20})).problem

    solution = OrtoolsStage().solve(problem, SearchOptions(), ignore)

    # Whatever still fits is filled in.
    assert solution.ended_by is Ending.INTERRUPT
    assert solution.unserved == ()


def test_what_the_first_stage_forgot_is_filled_in(monkeypatch):
    monkeypatch.setattr(ortools_stage, "assign_days", lambda *_: {})
    problem = prepare_area(build_star({"a": 10, "b": 20})).problem

    solution = OrtoolsStage().solve(problem, SearchOptions(iterations=0), ignore)

    assert solution.unserved == ()
    assert solution.ended_by is Ending.BUDGET


def test_a_visit_that_did_not_fit_where_it_was_sent_is_sent_elsewhere(monkeypatch):
    # Both visits are sent to Monday, which has room for one.
    monkeypatch.setattr(ortools_stage, "assign_days", lambda *_: {0: (0, 0), 1: (0, 0)})
    bus = build_bus(weekdays=(0, 1), shift=Shift(8 * HOUR_S, 17 * HOUR_S, HOUR_S))
    problem = prepare_area(build_star({"a": 10, "b": 10}, scenario=build_scenario(buses=(bus,)))).problem

    solution = OrtoolsStage().solve(problem, SearchOptions(iterations=0), ignore)

    assert [(tour.day, [call.visit for call in tour.calls]) for tour in solution.tours] == [(0, [0]), (1, [1])]


def test_an_order_of_ortools_that_is_dearer_is_not_taken(monkeypatch):
    monkeypatch.setattr(ortools_stage, "order_calls", lambda *_: (0, 2, 1))
    roads = [build_road(TOWN, "a", 10), build_road("a", "b", 10), build_road("b", "c", 10), build_road("c", TOWN, 10)]
    problem = prepare_area(build_dataset([build_village(name) for name in "abc"], roads)).problem

    solution = OrtoolsStage().solve(problem, SearchOptions(iterations=5), ignore)

    # Round the ring: 40 min of driving, 90 min open.
    assert solution.cost == 130 * 100


@pytest.mark.parametrize("answer", [None, (2, 1, 0)])
def test_a_tour_keeps_its_order_when_ortools_has_no_better_one(monkeypatch, answer):
    monkeypatch.setattr(ortools_stage, "order_calls", lambda *_: answer)
    scenario = build_scenario(weights=build_weights(km=1.0))
    problem = prepare_area(build_star({"a": 10, "b": 20, "c": 30}, scenario=scenario)).problem

    solution = OrtoolsStage().solve(problem, SearchOptions(iterations=2), ignore)

    # 120 min and km of driving, 90 min open.
    assert solution.cost == (120 + 120 + 90) * 100


@pytest.mark.parametrize("iterations", [0, 400])
def test_the_time_limit_holds_for_the_first_stage_too(monkeypatch, iterations):
    asked = []
    # The clock is read when the search begins, and again when the first stage has used up its minute.
    clock = chain([0.0], repeat(60.0))
    monkeypatch.setattr(ortools_stage, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr(ortools_stage, "assign_days", lambda *arguments: asked.append(arguments) or {})
    problem = prepare_area(build_star({"a": 10})).problem

    solution = OrtoolsStage().solve(problem, SearchOptions(7, iterations, time_limit_s=59.0), ignore)

    assert asked == [(problem, 7, 59.0)]
    assert solution.ended_by is Ending.LIMIT
    assert solution.unserved == ()


def test_a_search_within_its_time_limit_ends_with_its_budget(monkeypatch):
    monkeypatch.setattr(ortools_stage, "time", SimpleNamespace(monotonic=lambda: 0.0))
    problem = prepare_area(build_star({"a": 10})).problem

    solution = OrtoolsStage().solve(problem, SearchOptions(1, 3, time_limit_s=1.0), ignore)

    assert solution.ended_by is Ending.BUDGET


def test_a_time_limit_that_is_not_reached_changes_nothing():
    problem = prepare_area(build_star({"a": 10, "b": 20, "c": 30})).problem
    without = OrtoolsStage().solve(problem, SearchOptions(1, 10), ignore)

    within = OrtoolsStage().solve(problem, SearchOptions(1, 10, time_limit_s=3600.0), ignore)

    assert within == without
