"""Random planning problems with every rule in them, small enough to be checked by hand-made sums."""

from __future__ import annotations

import random
from dataclasses import replace

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


def build_strict_problem(seed: int) -> Problem:
    """
    Build such a problem with stricter rules of time.

    Meals have a latest start after leaving, and their time may be short or hardly there; breaks may be split, short
    drives end stretches, times lie off the grid, windows come in pairs, and legs may be longer than the way round.
    """
    problem, draw = build_problem(seed), random.Random(-seed - 1)
    visits = tuple(
        replace(visit, windows=(_draw_windows(draw),) * DAYS, required=draw.random() < 0.1) for visit in problem.visits
    )
    return replace(problem, visits=visits, buses=tuple(_draw_rules(draw, bus) for bus in problem.buses))


def _draw_windows(draw: random.Random) -> tuple[tuple[int, int], ...]:
    """Draw windows of a day: mostly none, else one or two, on the grid or not."""
    if draw.random() < 0.6:
        return ((0, DAY_S),)
    off_s, start_s = draw.choice([0, 0, MINUTE_S, 4 * MINUTE_S]), draw.choice([8, 9, 10, 12]) * HOUR_S
    first = (start_s + off_s, start_s + draw.choice([1, 2]) * HOUR_S)
    second = (start_s + 3 * HOUR_S + off_s, start_s + 6 * HOUR_S - off_s)
    return draw.choice([(first,), (second,), (first, second)])


def _draw_rules(draw: random.Random, bus: ProblemBus) -> ProblemBus:
    """Draw meal break, driving rules and shift of a bus."""
    off_s, earliest_s = draw.choice([0, 0, 2 * MINUTE_S]), draw.choice([20, 22, 23]) * HOUR_S // 2
    return replace(
        bus,
        shift_start_s=bus.shift_start_s + off_s,
        shift_end_s=bus.shift_end_s - off_s,
        max_work_s=draw.choice([6, 8, 9]) * HOUR_S,
        break_duration_s=draw.choice([0, 4, 6, 9, 9, 9]) * GRID_S,
        break_earliest_s=earliest_s + off_s,
        break_latest_s=earliest_s + draw.choice([-1, 3, 12, 36]) * GRID_S + off_s,
        max_driving_s=draw.choice([4, 9]) * HOUR_S,
        max_unbroken_s=draw.choice([1, 2, 3, 9]) * HOUR_S,
        min_break_s=draw.choice([0, 6, 9, 12]) * GRID_S + off_s,
        split_break_s=draw.choice([None, None, (3 * GRID_S, 6 * GRID_S), (GRID_S, 3 * GRID_S)]),
        max_before_break_s=draw.choice([None, 2 * HOUR_S, 3 * HOUR_S, 4 * HOUR_S]),
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
