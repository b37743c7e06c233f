"""Problem: what a solver gets, whole numbers and indices without names; and the price that every search minimises."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bibliobus.words.language import HOUR_S, KM_M

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ProblemVisit:
    """
    One visit with all its repeats; optional unless it is required.

    Parameters
    ----------
    place
        Index of its place in the matrices.
    dwell_s
        Length of each call, a multiple of the grid.
    reward
        What serving it is worth, in hundredths of a minute of paid time.
    patterns
        Sets of days; exactly one is served, or none.
    windows
        For each day of the cycle the spans (start, end) in seconds in which a call must lie; sorted.
    buses
        Buses that may serve it.
    load
        What each call takes of the capacity of a bus.
    required
        True for a locked visit: a plan without it is infeasible.
    position
        Place in its tour: 1 for the first call, 2 for the second …, -1 for the last; None for any.
    """

    place: int
    dwell_s: int
    reward: int
    patterns: tuple[tuple[int, ...], ...]
    windows: tuple[tuple[tuple[int, int], ...], ...]
    buses: tuple[int, ...]
    load: int = 0
    required: bool = False
    position: int | None = None


@dataclass(frozen=True)
class ProblemBus:
    """
    One bus with its crew.

    Parameters
    ----------
    depot
        Index of its depot's place in the matrices.
    profile
        Index of its matrices.
    days
        Days of the cycle on which it is out, sorted.
    shift_start_s, shift_end_s
        Earliest leaving and latest return, multiples of the grid.
    regular_work_s
        Work beyond it is overtime; work is the time from leaving to returning without a meal break on the
        way. Other breaks are paid.
    max_work_s
        Longest work of a day, overtime allowed.
    break_duration_s
        Length of the meal break, a multiple of the grid; 0 if there is none.
    break_earliest_s, break_latest_s
        Earliest and latest start of the meal break.
    max_driving_s
        Longest driving of a day.
    max_unbroken_s
        Longest driving without a break.
    min_break_s
        A break of at least this long, the meal break too, ends a stretch of driving.
    split_break_s
        A first part of at least this long, then a second of at least that long, together end a stretch
        of driving like one break; None if a break cannot be split.
    max_before_break_s
        Longest time from leaving the depot to the meal break, or to the return if the break comes after
        it; None for no limit.
    max_calls, capacity
        Most calls and most load of a tour; None for no limit.
    """

    depot: int
    profile: int
    days: tuple[int, ...]
    shift_start_s: int
    shift_end_s: int
    regular_work_s: int
    max_work_s: int
    break_duration_s: int
    break_earliest_s: int
    break_latest_s: int
    max_driving_s: int
    max_unbroken_s: int
    min_break_s: int = 0
    split_break_s: tuple[int, int] | None = None
    max_before_break_s: int | None = None
    max_calls: int | None = None
    capacity: int | None = None


@dataclass(frozen=True)
class Costs:
    """
    Prices in hundredths of a minute of paid time.

    ``per_bus_day``: Of a tour as such, what `price_opening` adds to it included where days are balanced.
    ``balance``: Of one squared hour of work of a tour: equal days are cheapest; 0 for none.
    ``same_time``: Of a stop whose calls open at different clock times, and again for every hour they are apart.
    """

    per_hour: int
    per_km: int
    per_bus_day: int
    per_overtime_hour: int = 0
    balance: int = 0
    same_time: int = 0


@dataclass(frozen=True)
class Problem:
    """
    One planning problem.

    Parameters
    ----------
    days
        Number of days of the cycle.
    grid_s
        All published times are multiples of this.
    visits
        Visits, most of them optional.
    buses
        Buses.
    leg_s
        Per profile shape (n, n): time between leaving and arriving, with buffer, rounded up to
        the grid; at least `UNREACHABLE_S` where no road leads.
    driving_s
        Per profile shape (n, n): driving that counts for the driving rules, with buffer.
    length_m
        Per profile shape (n, n): whole metres.
    costs
        Prices.
    one_bus
        True if all repeats of a visit are by one bus, False if each may be by another.
    """

    days: int
    grid_s: int
    visits: tuple[ProblemVisit, ...]
    buses: tuple[ProblemBus, ...]
    leg_s: tuple[NDArray[np.int64], ...]
    driving_s: tuple[NDArray[np.int64], ...]
    length_m: tuple[NDArray[np.int64], ...]
    costs: Costs
    one_bus: bool = True


def keep_days(problem: Problem, days: frozenset[int], visits: frozenset[int]) -> Problem:
    """
    Keep only some days of a problem, and of its visits only some: no bus is out on others, and nobody else is served.

    Of each pattern only the part on these days is left; visits without any cannot be served, and need not.
    """
    kept = []
    for at, visit in enumerate(problem.visits):
        parts = dict.fromkeys(tuple(day for day in pattern if day in days) for pattern in visit.patterns)
        patterns = tuple(part for part in parts if part) if at in visits else ()
        kept.append(
            replace(
                visit,
                patterns=patterns,
                reward=visit.reward if patterns else 0,
                required=visit.required and bool(patterns),
            )
        )
    buses = tuple(replace(bus, days=tuple(day for day in bus.days if day in days)) for bus in problem.buses)
    return replace(problem, visits=tuple(kept), buses=buses)


def require(problem: Problem, visits: frozenset[int]) -> Problem:
    """Require some visits beside those that are required already."""
    wanted = tuple(
        replace(visit, required=True) if at in visits and visit.patterns else visit
        for at, visit in enumerate(problem.visits)
    )
    return replace(problem, visits=wanted)


def price_opening(balance: int, buses: Iterable[ProblemBus]) -> int:
    """
    Price a bus day beside its own price, so that balance spreads work over the days that are needed and opens no other.

    Squares alone buy days: the same work costs half on two days. Work W on n days that hold at most H each, W <= nH,
    saves W²/n - W²/(n + 1) = W²/(n(n + 1)) < H² on one more, so that is what each costs. H is the longest day of any
    bus: with its own, a bus of short days would be opened to take work off one of long days.
    """
    longest_s = max((min(bus.max_work_s, bus.shift_end_s - bus.shift_start_s) for bus in buses), default=0)
    return math.ceil(balance * (longest_s / HOUR_S) ** 2)


def price_tour(problem: Problem, bus: int, work_s: int, length_m: int) -> int:
    """
    Price one tour.

    Parameters
    ----------
    problem
        The planning problem.
    bus
        Index of the bus.
    work_s
        Seconds of work: from leaving to returning without a meal break on the way.
    length_m
        Metres driven.

    Returns
    -------
    int
        Hundredths of a minute of paid time: hours, kilometres, the bus day, overtime, and the squared hours
        that make equal days cheapest; each rounded by itself.
    """
    costs, overtime_s = problem.costs, max(0, work_s - problem.buses[bus].regular_work_s)
    return (
        round(costs.per_hour * work_s / HOUR_S)
        + round(costs.per_km * length_m / KM_M)
        + costs.per_bus_day
        + round(costs.per_overtime_hour * overtime_s / HOUR_S)
        + round(costs.balance * (work_s / HOUR_S) ** 2)
    )
