"""Made-up planning problems of any size: places scattered around depots, the same for the same seed."""

from __future__ import annotations

import numpy as np

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.model.problem import Costs, Problem, ProblemBus, ProblemVisit
from bibliobus.words.language import DAY_S, HOUR_S, KM_M, MINUTE_S

GRID_S = 5 * MINUTE_S
SPEED_KMH = 40.0
DETOUR = 1.3


def make_problem(settlements: int, buses: int, weeks: int, seed: int, side_km: float = 100.0) -> Problem:
    """
    Make up a problem.

    Parameters
    ----------
    settlements
        Number of settlements.
    buses
        Number of buses; every three share a depot.
    weeks
        Weeks of the cycle, 1, 2 or 4.
    seed
        Start of the random numbers.
    side_km
        Side of the square they lie in.

    Returns
    -------
    Problem
        Settlements scattered over the square, a third of them visited weekly, a third every two weeks,
        the others once a cycle; shifts 8 to 17 with a meal break of 45 minutes; a tenth has short windows.
    """
    random = np.random.default_rng(seed)
    depots = -(-buses // 3)
    xy_km = random.uniform(0, side_km, (depots + settlements, 2))
    length_m = (np.hypot(*(xy_km[:, None] - xy_km[None]).transpose(2, 0, 1)) * DETOUR * KM_M).astype(np.int64)
    driving_s = (length_m / KM_M / SPEED_KMH * HOUR_S).astype(np.int64)
    reserve = np.where(driving_s > 0, np.maximum(driving_s // 10, 5 * MINUTE_S), 0)
    leg_s = -(-(driving_s + reserve) // GRID_S) * GRID_S
    visits = tuple(_make_visit(random, depots + at, weeks, buses) for at in range(settlements))
    crews = tuple(_make_bus(at // 3, weeks) for at in range(buses))
    costs = Costs(per_hour=6000, per_km=100, per_bus_day=3000, same_time=3000)
    return Problem(weeks * WEEK_DAYS, GRID_S, visits, crews, (leg_s,), (driving_s + reserve,), (length_m,), costs)


def _make_visit(random: np.random.Generator, place: int, weeks: int, buses: int) -> ProblemVisit:
    """Settlement with a random size, rhythm and window."""
    rhythm = min(int(random.choice([1, 2, 4])), weeks)
    step = rhythm * WEEK_DAYS
    first_days = [day for day in range(step) if day % WEEK_DAYS < 5]
    dwell_s = int(random.choice([20, 30, 45, 60])) * MINUTE_S
    window = (9 * HOUR_S, 15 * HOUR_S) if random.random() < 0.1 else (0, DAY_S)
    return ProblemVisit(
        place=place,
        dwell_s=dwell_s,
        reward=int(random.integers(50, 2000)) * (weeks // rhythm) * 100,
        patterns=tuple(tuple(range(day, weeks * WEEK_DAYS, step)) for day in first_days),
        windows=((window,),) * (weeks * WEEK_DAYS),
        buses=tuple(range(buses)),
    )


def _make_bus(depot: int, weeks: int) -> ProblemBus:
    """Bus out from Monday to Friday."""
    return ProblemBus(
        depot=depot,
        profile=0,
        days=tuple(day for day in range(weeks * WEEK_DAYS) if day % WEEK_DAYS < 5),
        shift_start_s=8 * HOUR_S,
        shift_end_s=17 * HOUR_S,
        regular_work_s=8 * HOUR_S,
        max_work_s=8 * HOUR_S,
        break_duration_s=45 * MINUTE_S,
        break_earliest_s=11 * HOUR_S + 30 * MINUTE_S,
        break_latest_s=14 * HOUR_S + 30 * MINUTE_S,
        max_driving_s=9 * HOUR_S,
        max_unbroken_s=4 * HOUR_S + 30 * MINUTE_S,
        min_break_s=45 * MINUTE_S,
        max_before_break_s=4 * HOUR_S,
    )
