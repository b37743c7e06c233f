from __future__ import annotations

from dataclasses import replace

import pytest
from worlds import build_star

from bibliobus.model.area import prepare_area
from bibliobus.model.problem import Costs, Problem, price_tour
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
