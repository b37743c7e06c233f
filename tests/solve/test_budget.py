from __future__ import annotations

import math
from dataclasses import replace

import pytest
from random_problems import build_problem

from bibliobus.solve.budget import Budget, choose_steps, measure_size, open_budget
from bibliobus.solve.solver import SearchOptions


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now_s


def open_with(clock: Clock, iterations: int | None = None, limit_s: float | None = None) -> Budget:
    """Open a budget of a small problem."""
    return open_budget(build_problem(1), SearchOptions(1, iterations, limit_s), clock)


def test_steps_alone_go_by_steps_and_never_by_time():
    clock = Clock()
    budget = open_with(clock, 10)

    clock.now_s += 10.0**6

    assert not budget.look(3).by_time
    assert [budget.share(done) for done in (0, 3, 10)] == [0.0, 0.3, 1.0]
    assert (budget.share(9, 1), budget.share(9, 2)) == (0.9, 1.0)
    assert budget.left_s == math.inf
    assert budget.guess_total(3) == 10


def test_time_alone_goes_by_time_however_many_steps():
    clock = Clock()
    budget = open_with(clock, None, 20.0)

    clock.now_s += 5.0

    assert budget.by_time
    assert (budget.share(0), budget.share(10**9, 3)) == (0.25, 0.25)
    assert budget.left_s == 15.0
    assert (budget.guess_total(0), budget.guess_total(12)) == (0, 48)
    assert budget.count_steps(10, 0.5) == 40
    clock.now_s += 30.0
    assert (budget.share(7), budget.left_s, budget.guess_total(7)) == (1.0, -15.0, 7)


def test_of_both_the_steps_lead_until_they_lag_behind_the_time_and_then_the_time_leads_for_good():
    clock = Clock()
    budget = open_with(clock, 100, 20.0)

    clock.now_s += 5.0

    assert not budget.look(21).by_time
    assert budget.look(21).share(21) == 0.21
    late = budget.look(19)
    assert late.by_time and late.share(19) == 0.25
    assert late.look(90).by_time and late.share(90) == 0.9
    assert late.guess_total(19) == 76


@pytest.mark.parametrize(("a_step_s", "by_time", "steps"), [(0.15, False, 100), (0.3, True, 51)])
def test_of_both_the_time_leads_at_once_where_the_steps_cannot_fit(a_step_s, by_time, steps):
    clock = Clock()
    budget = open_with(clock, 100, 20.0)

    clock.now_s += 5.0

    assert budget.look_ahead(1, a_step_s).by_time is by_time
    assert budget.look_ahead(1, a_step_s).count_steps(1, a_step_s) == steps


def test_no_steps_at_all_are_used_up():
    assert open_with(Clock(), 0).share(0) == 1.0


def test_the_first_part_of_a_budget_is_a_share_of_its_steps_and_of_its_time():
    part = open_with(Clock(), 50, 20.0).take(0.8)

    assert (part.steps, part.limit_s, part.began_s) == (40, 16.0, 100.0)
    assert (open_with(Clock(), 50).take(0.8).limit_s, open_with(Clock(), None, 1.0).take(0.8).steps) == (None, None)


def test_fewer_steps_are_chosen_where_composing_takes_the_rest_of_the_time():
    problem = build_problem(1)
    often = replace(problem.visits[0], patterns=((0,), (1,), (2,), (3,)))
    larger = replace(problem, visits=(often,) * 500)

    assert choose_steps(problem) == 400
    assert 160 <= choose_steps(larger) < 400
    assert choose_steps(replace(larger, one_bus=False)) == 400


def test_steps_without_any_budget_grow_with_the_problem_and_are_never_fewer_than_a_small_one_has():
    problem = build_problem(1)
    sizes = [replace(problem, visits=problem.visits * times) for times in (1, 100, 400, 1600, 6400)]
    sizes = [replace(one, one_bus=False) for one in sizes]

    steps = [choose_steps(one) for one in sizes]

    assert steps[0] == 400
    assert steps == sorted(steps)
    assert steps[-1] == pytest.approx(2 * steps[-2], abs=1)
    assert measure_size(sizes[1]) == 100 * measure_size(problem)
    assert open_with(Clock()).steps == 400
