"""A plan composed of day tours: as cheap as the cheapest there is, proved by a bound that nothing undercuts."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from itertools import permutations, product

import numpy as np
import pytest
from random_problems import build_problem, build_strict_problem

from bibliobus.domain.watch import UNWATCHED
from bibliobus.model.problem import Problem
from bibliobus.solve.compose.compose import Effort, open_composer
from bibliobus.solve.compose.days import Tours
from bibliobus.solve.compose.nest import Node, find_nest
from bibliobus.solve.compose.nested import NestedMaster
from bibliobus.solve.compose.pool import TourPool
from bibliobus.solve.drafts import TourKey
from bibliobus.solve.periodic.search import PeriodicSearch
from bibliobus.solve.solver import SearchOptions, Solution
from bibliobus.solve.times.schedule import Scheduler


def price(problem: Problem, orders: dict[TourKey, tuple[int, ...]]) -> int:
    """Price of tours by the exact clock, with the rewards of who is left out; every visit is there as it may be."""
    scheduler, cost, days = Scheduler(problem), 0, dict[int, list[TourKey]]()
    for key, order in orders.items():
        timing = scheduler.time_tour(*key, order)
        assert timing is not None, (key, order)
        cost += timing.cost
        for visit in order:
            days.setdefault(visit, []).append(key)
    for visit, keys in days.items():
        wish = problem.visits[visit]
        assert len({bus for bus, _ in keys}) == 1 and keys[0][0] in wish.buses
        assert tuple(sorted(day for _, day in keys)) in wish.patterns
    return cost + sum(wish.reward for visit, wish in enumerate(problem.visits) if visit not in days)


def compose_all(problem: Problem, effort_s: float = 60.0) -> tuple[int, int | None]:
    """Compose from nothing; gives cost and bound."""
    composer = open_composer(problem, Scheduler(problem), 1, go_on)
    assert composer is not None
    nobody = sum(visit.reward for visit in problem.visits)
    found = composer.prove({}, nobody, Effort(effort_s, lambda: math.inf, go_on))
    if found is None:
        return nobody, composer.bound
    assert price(problem, dict(found.orders)) == found.cost < nobody
    return found.cost, composer.bound


def read_orders(solution: Solution) -> dict[TourKey, tuple[int, ...]]:
    """Orders of a solution by bus and day."""
    return {(tour.bus, tour.day): tuple(call.visit for call in tour.calls) for tour in solution.tours}


def go_on() -> None:
    """Nobody stops."""


def free(problem: Problem) -> Problem:
    """The same with nobody who must be served."""
    return replace(problem, visits=tuple(replace(visit, required=False) for visit in problem.visits))


def find_least_cost(problem: Problem) -> int:
    """Least cost over all ways to give each visit one of its patterns and buses, or none, and over all orders."""
    scheduler = Scheduler(problem)

    @cache
    def price_set(bus: int, day: int, some: frozenset[int]) -> float:
        timings = (scheduler.time_tour(bus, day, order) for order in permutations(some))
        return min((timing.cost for timing in timings if timing), default=float("inf"))

    options = [
        [
            None,
            *((bus, days) for bus in wish.buses for days in wish.patterns if set(days) <= set(problem.buses[bus].days)),
        ]
        for wish in problem.visits
    ]
    best = float("inf")
    for chosen in product(*options):
        rows: dict[TourKey, set[int]] = {}
        cost = 0.0
        for visit, home in enumerate(chosen):
            if home is None:
                cost += problem.visits[visit].reward
            else:
                for day in home[1]:
                    rows.setdefault((home[0], day), set()).add(visit)
        best = min(best, cost + sum(price_set(*key, frozenset(some)) for key, some in rows.items()))
    return int(best)


@pytest.mark.parametrize("seed", range(40))
def test_the_cheapest_plan_is_found_and_proved(seed: int) -> None:
    problem = free((build_strict_problem if seed % 2 else build_problem)(seed))
    problem = replace(problem, visits=problem.visits[:5])
    cost, bound = compose_all(problem)
    assert cost == bound == find_least_cost(problem)


@pytest.mark.parametrize("seed", range(10))
def test_without_time_the_bound_is_never_above_the_cheapest_plan(seed: int) -> None:
    problem = free(build_problem(seed))
    problem = replace(problem, visits=problem.visits[:5])
    cost, bound = compose_all(problem, 0.001)
    assert (0 if bound is None else bound) <= find_least_cost(problem) <= cost


@pytest.mark.parametrize("seed", range(12))
def test_tours_of_two_plans_are_recombined_into_one_that_is_no_dearer(seed: int) -> None:
    problem = free(build_problem(seed))
    plans = []
    for number in (1, 2):
        solution = PeriodicSearch().solve(problem, SearchOptions(10 * seed + number, 1), UNWATCHED)
        plans.append((solution.cost, read_orders(solution)))
    composer = open_composer(problem, Scheduler(problem), 1, go_on)
    assert composer is not None
    for _, orders in plans:
        composer.pool.add(orders)
    cost, orders = min(plans, key=lambda plan: plan[0])
    found = composer.recombine(orders, cost, Effort(10.0, lambda: math.inf, go_on))
    if found is not None:
        assert price(problem, dict(found.orders)) == found.cost < cost


@pytest.mark.parametrize("seed", range(30))
def test_every_plan_of_the_search_is_a_choice_of_columns_and_costs_the_same(seed: int) -> None:
    problem = free((build_strict_problem if seed % 2 else build_problem)(seed))
    solution = PeriodicSearch().solve(problem, SearchOptions(seed + 1, 2), UNWATCHED)
    pool = TourPool(problem, Scheduler(problem), go_on)
    nest = find_nest(problem, pool.kinds)
    assert nest is not None

    def list_tours(node: Node, visits: frozenset[int]) -> Tours:
        found, _ = pool.list_all(node.rows[0], visits, 10**9)
        assert found is not None
        return found

    nested = NestedMaster(problem, nest, list_tours)
    counted = nested.count(read_orders(solution))
    assert counted is not None
    master = nested.master
    assert master.fixed + sum(int(master.cost[column]) * times for column, times in counted.items()) <= solution.cost
    chosen = np.zeros(len(master.cost), dtype=np.int64)
    chosen[list(counted)] = list(counted.values())
    assert (chosen <= master.most).all()
    rows = np.bincount(master.row, master.value * chosen[master.column], minlength=len(master.right))
    assert np.where(master.equal, rows == master.right, rows <= master.right).all()
    assert price(problem, nested.read(counted)) <= solution.cost


def test_days_that_cross_are_not_nested() -> None:
    problem = build_problem(1)
    crossing = replace(problem.visits[0], patterns=((0, 1), (1, 2)), buses=(0,))
    bus = replace(problem.buses[0], days=(0, 1, 2, 3))
    problem = replace(problem, visits=(crossing, *problem.visits[1:]), buses=(bus, *problem.buses[1:]))
    assert open_composer(problem, Scheduler(problem), 1, go_on) is None
