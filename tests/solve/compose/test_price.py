"""Prices of day tours: the compiled clock is the exact clock, the best order is the best, and no set is missed."""

from __future__ import annotations

import random
from itertools import combinations, permutations

import numpy as np
import pytest
from random_problems import build_strict_problem

from bibliobus.model.problem import Problem
from bibliobus.solve.compose.days import DayPrices, find_shortest
from bibliobus.solve.times.schedule import Scheduler

ALL = 10**9


def go_on() -> None:
    """Nobody stops."""


def price_by_clock(problem: Problem, bus: int, day: int, order: tuple[int, ...]) -> int | None:
    """Price by the exact clock."""
    timing = Scheduler(problem).time_tour(bus, day, order)
    return timing.cost if timing else None


def list_best(problem: Problem, bus: int, day: int) -> dict[frozenset[int], int]:
    """Price of every set of at most four visits in its best order, looking at all orders."""
    scheduler, best = Scheduler(problem), {frozenset[int](): 0}
    for size in range(1, 5):
        for some in combinations(range(len(problem.visits)), size):
            timings = (scheduler.time_tour(bus, day, order) for order in permutations(some))
            costs = [timing.cost for timing in timings if timing]
            if costs:
                best[frozenset(some)] = min(costs)
    return best


@pytest.mark.parametrize("seed", range(60))
def test_an_order_costs_what_the_exact_clock_says(seed: int) -> None:
    problem, draw = build_strict_problem(seed), random.Random(seed)
    for bus, crew in enumerate(problem.buses):
        prices = DayPrices(problem, bus, crew.days[0])
        for _ in range(12):
            order = tuple(draw.sample(range(len(problem.visits)), draw.randint(1, min(6, len(problem.visits)))))
            assert prices.price(order) == price_by_clock(problem, bus, crew.days[0], order), order


@pytest.mark.parametrize("seed", range(25))
def test_all_tours_of_a_day_are_listed_each_in_its_best_order(seed: int) -> None:
    problem = build_strict_problem(seed)
    for bus, crew in enumerate(problem.buses):
        found, _ = DayPrices(problem, bus, crew.days[0]).list_tours(
            range(len(problem.visits)), most=5000, effort=ALL, check=go_on
        )
        assert found is not None
        listed = {
            frozenset(row[row >= 0].tolist()): int(price) for row, price in zip(found.orders, found.prices, strict=True)
        }
        assert len(listed) == len(found)
        assert {some: price for some, price in listed.items() if len(some) <= 4} == list_best(
            problem, bus, crew.days[0]
        )
        for row, price in zip(found.orders[1:], found.prices[1:], strict=True):
            assert price_by_clock(problem, bus, crew.days[0], tuple(row[row >= 0].tolist())) == price


def test_more_tours_than_there_is_room_for_are_not_listed_at_all() -> None:
    problem = build_strict_problem(3)
    prices, day = DayPrices(problem, 0, problem.buses[0].days[0]), problem.buses[0].days[0]
    found, _ = prices.list_tours(range(len(problem.visits)), most=5000, effort=ALL, check=go_on)
    assert found is not None and len(found) > 2, day
    tried = sum(1 for row in found.orders if (row >= 0).any())
    assert prices.list_tours(range(len(problem.visits)), most=tried // 2, effort=ALL, check=go_on)[0] is None
    assert prices.list_tours(range(len(problem.visits)), most=5000, effort=1, check=go_on)[0] is None


def test_a_way_with_calls_on_it_counts_their_stays() -> None:
    # 0 → 2 takes 9 steps, by 1 it takes 2 + 2 and a stay of 3; the depot, node 3, is no call on the way.
    leg = np.array([[0, 2, 9, 1], [2, 0, 2, 1], [9, 2, 0, 1], [1, 1, 1, 0]])
    shortest = find_shortest(leg, np.array([1, 3, 1]))
    assert shortest[0, 2] == 7
    assert shortest[2, 0] == 7
    assert shortest[0, 1] == 2
