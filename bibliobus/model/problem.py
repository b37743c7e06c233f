"""Problem: what a solver gets; whole numbers and indices, no names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ProblemVisit:
    """
    One optional visit with all its repeats.

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
        For each weekday the spans (start, end) in seconds in which a call must lie; sorted.
    buses
        Buses that may serve it.
    """

    place: int
    dwell_s: int
    reward: int
    patterns: tuple[tuple[int, ...], ...]
    windows: tuple[tuple[tuple[int, int], ...], ...]
    buses: tuple[int, ...]


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
    weekdays
        Service weekdays.
    shift_start_s
        Earliest leaving, a multiple of the grid.
    shift_end_s
        Latest return, a multiple of the grid.
    max_work_s
        Longest time from leaving to returning without the meal break.
    break_duration_s
        Length of the meal break, a multiple of the grid; 0 if there is none.
    break_earliest_s
        Earliest start of the meal break.
    break_latest_s
        Latest start of the meal break.
    max_driving_s
        Longest driving of a day.
    max_unbroken_s
        Longest driving without a break.
    """

    depot: int
    profile: int
    weekdays: tuple[int, ...]
    shift_start_s: int
    shift_end_s: int
    max_work_s: int
    break_duration_s: int
    break_earliest_s: int
    break_latest_s: int
    max_driving_s: int
    max_unbroken_s: int


@dataclass(frozen=True)
class Costs:
    """
    Prices in hundredths of a minute of paid time.

    Parameters
    ----------
    per_hour
        Of one paid hour.
    per_km
        Of one kilometre.
    per_bus_day
        Of sending a bus out at all.
    same_time
        Of a stop whose calls open at different clock times, and again for every hour they are apart; 0 if
        that is all the same.
    """

    per_hour: int
    per_km: int
    per_bus_day: int
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
        Optional visits.
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
    """

    days: int
    grid_s: int
    visits: tuple[ProblemVisit, ...]
    buses: tuple[ProblemBus, ...]
    leg_s: tuple[NDArray[np.int64], ...]
    driving_s: tuple[NDArray[np.int64], ...]
    length_m: tuple[NDArray[np.int64], ...]
    costs: Costs
