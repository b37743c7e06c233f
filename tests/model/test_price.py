from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from worlds import build_bus, build_scenario, build_star, build_weights

from bibliobus.domain.fleet import Shift
from bibliobus.model.area import prepare_area
from bibliobus.model.problem import Costs, Problem, price_opening, price_tour
from bibliobus.words.language import HOUR_S, MINUTE_S


def build_problem(**prices: int) -> Problem:
    """Build a problem with one bus that works eight regular hours, and only the prices that are named."""
    costs = Costs(**{"per_hour": 0, "per_km": 0, "per_bus_day": 0, **prices})
    return replace(prepare_area(build_star({"a": 10})).problem, costs=costs)


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ({"per_hour": 6000}, 57_000),
        ({"per_km": 25}, 2500),
        ({"per_bus_day": 3000}, 3000),
        ({"per_overtime_hour": 3000}, 4500),
        ({"balance": 100}, 9025),
    ],
)
def test_each_part_of_a_price_is_added_up_by_hand(prices, expected):
    # 9 h 30 min of work, of which 1 h 30 min are overtime, and 100 km.
    problem = build_problem(**prices)

    assert price_tour(problem, 0, 9 * HOUR_S + 30 * MINUTE_S, 100_000) == expected


def test_two_equal_days_are_cheaper_than_a_long_and_a_short_one():
    problem = build_problem(balance=100)
    even, long, short = (price_tour(problem, 0, hours * HOUR_S, 0) for hours in (5, 8, 2))

    assert 2 * even < long + short


def build_days(hours: tuple[int, ...], balance: float) -> Problem:
    """Build a problem whose buses may work so many hours each, where a bus day costs nine minutes and time nothing."""
    buses = tuple(
        build_bus(f"bus{at}", shift=Shift(6 * HOUR_S, 20 * HOUR_S, longest * HOUR_S))
        for at, longest in enumerate(hours)
    )
    weights = build_weights(hour=0.0, bus_day=9.0, balance=balance)
    return prepare_area(build_star({"a": 10}, scenario=build_scenario(buses=buses, weights=weights))).problem


def share_out(pieces: tuple[int, ...], hours: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Every way to share pieces of work of so many hours out to the days of buses: hours of work of each."""
    if not pieces:
        yield (0,) * len(hours)
        return
    for rest in share_out(pieces[1:], hours):
        for at, longest in enumerate(hours):
            if rest[at] + pieces[0] <= longest:
                yield (*rest[:at], rest[at] + pieces[0], *rest[at + 1 :])


def find_cheapest(problem: Problem, shared: set[tuple[int, ...]]) -> tuple[int, ...]:
    """Cheapest of some ways to share work out."""
    return min(
        shared,
        key=lambda days: (sum(price_tour(problem, at, work * HOUR_S, 0) for at, work in enumerate(days) if work), days),
    )


@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_weight_of_balance_no_more_days_are_driven_than_without_it(seed):
    draw = random.Random(seed)
    hours = tuple(draw.choice([10, 10, 8, 5]) for _ in range(draw.randint(2, 5)))
    pieces = tuple(draw.randint(1, 6) for _ in range(draw.randint(2, 6)))
    shared = set(share_out(pieces, hours))
    needed = min((sum(work > 0 for work in days) for days in shared), default=0)

    for balance in (0.0, 0.5, 20.0, 10_000.0) if shared else ():
        days = find_cheapest(build_days(hours, balance), shared)

        assert sum(work > 0 for work in days) == needed
        if balance:
            squares = [sum(work**2 for work in other) for other in shared if sum(map(bool, other)) == needed]
            assert sum(work**2 for work in days) == min(squares)


def test_a_day_of_a_small_bus_is_not_opened_to_take_work_off_a_large_one():
    problem = build_days((10, 4), 20.0)
    whole, shared = price_tour(problem, 0, 10 * HOUR_S, 0), price_tour(problem, 0, 6 * HOUR_S, 0)

    assert whole < shared + price_tour(problem, 1, 4 * HOUR_S, 0)


def test_without_a_weight_for_balance_a_bus_day_costs_what_the_scenario_says():
    problem = build_days((10, 4), 0.0)

    assert problem.costs.per_bus_day == 900
    assert price_opening(0, problem.buses) == 0


def test_what_a_bus_day_costs_beside_is_the_square_of_the_longest_day_that_shift_and_crew_allow():
    short, long = build_days((5, 8), 1.0).buses

    assert price_opening(100, (short, long)) == 6400
    assert price_opening(100, (short, replace(long, shift_start_s=14 * HOUR_S))) == 3600
