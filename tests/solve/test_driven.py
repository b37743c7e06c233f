"""A search that starts from tours which are driven already never ends with anything worse."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

import pytest
from random_problems import build_problem

from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.solve.backends import SOLVERS
from bibliobus.solve.driven import draft_driven, fit_orders
from bibliobus.solve.periodic.search import PeriodicSearch, price_draft
from bibliobus.solve.solver import Ending, SearchOptions, Solution, Status
from bibliobus.solve.times.schedule import Scheduler

every_solver = pytest.mark.parametrize("name", sorted(SOLVERS))
SEEDS = range(12)


def list_orders(solution: Solution) -> dict[tuple[int, int], tuple[int, ...]]:
    """Orders of the tours of a solution."""
    return {(tour.bus, tour.day): tuple(call.visit for call in tour.calls) for tour in solution.tours}


@cache
def find_good(seed: int) -> tuple:
    """A problem, and tours of it that a long search found."""
    problem = build_problem(seed)
    found = SOLVERS["periodic"].solve(problem, SearchOptions(1, 60), UNWATCHED)
    return problem, list_orders(found), found.cost


def count_missing(problem, solution: Solution) -> int:
    """Required visits that are left out."""
    return sum(problem.visits[visit].required for visit in solution.unserved)


@every_solver
@pytest.mark.parametrize("options", [SearchOptions(3, 0), SearchOptions(3, 1), SearchOptions(3, 10**6, 1e-9)])
def test_no_plan_is_worse_than_its_start_however_little_it_may_search(name, options):
    for seed in SEEDS:
        problem, orders, cost = find_good(seed)

        solution = SOLVERS[name].solve(problem, options, UNWATCHED, orders)

        assert solution.cost <= cost


@every_solver
def test_an_interrupt_at_the_very_first_look_still_leaves_the_start(name):
    def interrupt() -> bool:
        raise KeyboardInterrupt

    for seed in SEEDS:
        problem, orders, cost = find_good(seed)

        solution = SOLVERS[name].solve(problem, SearchOptions(3, 50), Watch(should_stop=interrupt), orders)

        assert solution.ended_by is Ending.INTERRUPT
        assert solution.cost <= cost


@every_solver
def test_a_start_that_breaks_rules_loses_the_visits_that_do_not_fit_and_keeps_the_others(name):
    seen = 0
    for seed in SEEDS:
        problem = build_problem(seed)
        # Everybody on every day by every bus: more than any tour holds, and more often than anybody wishes.
        everybody = tuple(range(len(problem.visits)))
        orders = {(bus, day): everybody for bus, crew in enumerate(problem.buses) for day in crew.days}
        scheduler = Scheduler(problem)
        driven = draft_driven(scheduler, orders)
        seen += 0 < len(driven.homes) < len(everybody)

        solution = SOLVERS[name].solve(problem, SearchOptions(3, 0), UNWATCHED, orders)

        for tour in solution.tours:
            timing = scheduler.time_tour(tour.bus, tour.day, [call.visit for call in tour.calls])
            assert timing is not None and timing.tour == tour
        if not count_missing(problem, solution):
            assert solution.cost <= price_draft(problem, driven)
    assert seen > len(SEEDS) // 2


def test_the_search_goes_on_from_the_start():
    better = 0
    for seed in SEEDS:
        problem = build_problem(seed)
        ticks = itertools.count()
        search = PeriodicSearch(clock=lambda ticks=ticks: float(next(ticks)))
        worst = list_orders(search.solve(problem, SearchOptions(3, 0), UNWATCHED))
        begun = price_draft(problem, draft_driven(Scheduler(problem), worst))

        solution = search.solve(problem, SearchOptions(3, 40), UNWATCHED, worst)

        better += solution.cost < begun or solution.status is Status.OPTIMAL
    assert better >= 3


def test_the_same_start_and_seed_give_the_same_plan_with_any_number_of_threads():
    problem, orders, _ = find_good(3)

    plans = [
        SOLVERS["periodic"].solve(problem, SearchOptions(5, 20, workers=workers), UNWATCHED, orders)
        for workers in (1, 1, 2)
    ]

    assert plans[0] == plans[1] == plans[2]


def test_a_visit_driven_twice_as_often_as_it_is_wanted_keeps_the_days_of_a_pattern():
    problem = build_problem(0)
    wish = replace(problem.visits[0], patterns=((0, 2), (1, 3)), buses=(0,))
    crew = replace(problem.buses[0], days=(0, 1, 2, 3))
    problem = replace(problem, visits=(wish,), buses=(crew,))

    fitted = fit_orders(problem, {(0, day): (0, 0) for day in range(4)})

    assert fitted == {(0, 0): (0,), (0, 2): (0,)}


@pytest.mark.parametrize(
    ("one_bus", "kept"), [(True, {}), (False, {(0, 0): (0,), (1, 2): (0,)})]
)  # fmt: skip
def test_repeats_by_two_buses_stay_only_where_that_is_allowed(one_bus, kept):
    problem = build_problem(0)
    wish = replace(problem.visits[0], patterns=((0, 2),), buses=(0, 1))
    crew = replace(problem.buses[0], days=(0, 1, 2, 3))
    problem = replace(problem, visits=(wish,), buses=(crew, crew), one_bus=one_bus)

    assert fit_orders(problem, {(0, 0): (0,), (1, 2): (0,)}) == kept


def test_a_bus_that_is_not_out_and_one_that_may_not_come_lose_their_calls():
    problem = build_problem(0)
    wish = replace(problem.visits[0], patterns=((0,), (1,)), buses=(1,))
    crew = replace(problem.buses[0], days=(0,))
    problem = replace(problem, visits=(wish,), buses=(crew, crew))

    assert fit_orders(problem, {(0, 0): (0,), (1, 1): (0,)}) == {}
