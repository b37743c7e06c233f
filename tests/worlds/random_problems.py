"""Random planning problems with every rule in them, small enough to be checked by hand-made sums."""

from __future__ import annotations

import random

import numpy as np

from bibliobus.model.problem import Costs, Problem, ProblemBus, ProblemVisit, price_opening
from bibliobus.words.language import DAY_S, HOUR_S, MINUTE_S

GRID_S = 5 * MINUTE_S
DAYS = 4


def build_problem(seed: int) -> Problem:
    """
    Build a problem of four days, up to nine visits, and up to three buses of two profiles at two depots.

    There are windows, meal breaks, limits of work, driving, calls and load, overtime, balance, required visits and
    locked positions, each in some of the problems.
    """
    draw = random.Random(seed)
    visits, depots = draw.randint(1, 9), 2
    matrices = [_draw_matrix(draw, visits + depots) for _ in range(2)]
    buses = tuple(_draw_bus(draw, visits) for _ in range(draw.randint(1, 3)))
    wanted = tuple(_draw_visit(draw, at, len(buses)) for at in range(visits))
    per_bus_day, per_overtime_hour, balance = (draw.choice(prices) for prices in ([0, 5000], [0, 3000], [0, 200]))
    return Problem(
        days=DAYS,
        grid_s=GRID_S,
        visits=wanted,
        buses=buses,
        leg_s=tuple(matrices),
        driving_s=tuple(matrix - matrix // 10 for matrix in matrices),
        length_m=tuple(matrix * 12 for matrix in matrices),
        costs=Costs(
            per_hour=6000,
            per_km=100,
            per_bus_day=per_bus_day + price_opening(balance, buses),
            per_overtime_hour=per_overtime_hour,
            balance=balance,
        ),
    )


def _draw_matrix(draw: random.Random, places: int) -> np.ndarray:
    """Draw legs between points of a square of two hours."""
    points = [(draw.randint(0, 120), draw.randint(0, 120)) for _ in range(places)]
    legs = [[(abs(a[0] - b[0]) + abs(a[1] - b[1])) // 10 * GRID_S for b in points] for a in points]
    return np.array(legs, dtype=np.int64)


def _draw_visit(draw: random.Random, place: int, buses: int) -> ProblemVisit:
    """Draw a visit."""
    patterns = draw.choice([((0, 2), (1, 3)), ((0,), (1,), (2,), (3,)), ((0, 1, 2, 3),)])
    whole = ((0, DAY_S),)
    start_s = draw.choice([8, 9, 11, 13]) * HOUR_S
    split = ((start_s, start_s + HOUR_S), (start_s + 2 * HOUR_S, start_s + 4 * HOUR_S))
    return ProblemVisit(
        place=place,
        dwell_s=draw.choice([4, 6, 9, 12]) * GRID_S,
        reward=draw.choice([20_000, 500_000]),
        patterns=patterns,
        windows=(draw.choice([whole, whole, split, split[1:]]),) * DAYS,
        buses=tuple(bus for bus in range(buses) if draw.random() < 0.8) or (0,),
        load=draw.randint(0, 3),
        required=draw.random() < 0.15,
        position=draw.choice([1, 2, -1]) if draw.random() < 0.15 else None,
    )


def _draw_bus(draw: random.Random, visits: int) -> ProblemBus:
    """Draw a bus."""
    meal, work_s = draw.random() < 0.5, draw.choice([5, 7, 9]) * HOUR_S
    return ProblemBus(
        depot=visits + draw.randint(0, 1),
        profile=draw.randint(0, 1),
        days=tuple(day for day in range(DAYS) if draw.random() < 0.8) or (0,),
        shift_start_s=8 * HOUR_S,
        shift_end_s=17 * HOUR_S,
        regular_work_s=work_s - HOUR_S,
        max_work_s=work_s,
        break_duration_s=9 * GRID_S if meal else 0,
        break_earliest_s=11 * HOUR_S + 6 * GRID_S if meal else 0,
        break_latest_s=14 * HOUR_S + 6 * GRID_S if meal else 0,
        max_driving_s=draw.choice([3, 9]) * HOUR_S,
        max_unbroken_s=draw.choice([2, 9]) * HOUR_S,
        min_break_s=9 * GRID_S,
        max_calls=draw.choice([None, None, 4]),
        capacity=draw.choice([None, 6]),
    )
