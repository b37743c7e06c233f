"""A plan composed of day tours: as cheap as the cheapest there is, proved by a bound that nothing undercuts."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from itertools import permutations, product

import pytest
from random_problems import build_problem, build_strict_problem

from bibliobus.model.problem import Problem
from bibliobus.solve.compose.compose import Composed, compose
from bibliobus.solve.compose.pool import TourPool
from bibliobus.solve.drafts import TourKey
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


def compose_all(problem: Problem, *, effort: float = 20.0) -> Composed:
    """Compose from nothing."""
    nobody = sum(visit.reward for visit in problem.visits)
    found = compose(
        problem,
        TourPool(problem, Scheduler(problem), lambda: None),
        {},
        nobody,
        seed=1,
        effort=effort,
        find_left_s=lambda: math.inf,
    )
    assert found is not None
    if found.orders is not None:
        assert price(problem, dict(found.orders)) == found.cost
    else:
        assert found.cost == nobody
    return found


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
    found = compose_all(problem)
    assert found.proved
    assert found.cost == find_least_cost(problem)


@pytest.mark.parametrize("seed", range(10))
def test_without_time_the_bound_is_never_above_the_cheapest_plan(seed: int) -> None:
    problem = free(build_problem(seed))
    problem = replace(problem, visits=problem.visits[:5])
    found = compose_all(problem, effort=0.01)
    if found.bound is not None:
        assert found.bound <= find_least_cost(problem) <= found.cost
