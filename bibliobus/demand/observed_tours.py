"""Observed tours: what a timetable says that each bus does on each day of the cycle."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import rhythm_days
from bibliobus.network.places import DEPOT_PREFIX
from bibliobus.units import DAY_S, round_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.inputs.timetable_cycle import Timetable, TimetableStop
    from bibliobus.network.matrix import TravelMatrix

BASE_ID: Final = "base"
BASE: Final = DEPOT_PREFIX + BASE_ID


@dataclass(frozen=True)
class Drives:
    """
    Drives between a base and the stops.

    Parameters
    ----------
    rows
        Row of each place in the matrix.
    duration_s
        Shape (n, n), whole seconds, rows are starts.
    """

    rows: Mapping[str, int]
    duration_s: NDArray[np.int64]

    @classmethod
    def of(cls, matrix: TravelMatrix) -> Drives:
        """
        Look a matrix up by the names of its places.

        Parameters
        ----------
        matrix
            Travel between all places.

        Returns
        -------
        Drives
            The same durations.
        """
        return cls({place: at for at, place in enumerate(matrix.place_ids)}, matrix.duration_s)

    def between(self, from_id: str, to_id: str) -> int:
        """
        Find how long the drive from one place to another takes.

        Parameters
        ----------
        from_id
            Place it leaves.
        to_id
            Place it reaches.

        Returns
        -------
        int
            Whole seconds.
        """
        return int(self.duration_s[self.rows[from_id], self.rows[to_id]])


@dataclass(frozen=True)
class Gap:
    """
    A time in which a bus is parked and closed.

    Parameters
    ----------
    after
        Number of the stop after which it comes, 0 for the first of the tour.
    start_s
        Seconds after midnight.
    length_s
        Seconds, a multiple of the grid.
    """

    after: int
    start_s: int
    length_s: int


@dataclass(frozen=True)
class ObservedTour:
    """
    One bus on one day of the cycle, as the timetable has it.

    Parameters
    ----------
    bus_id
        The bus.
    day
        Day of the cycle.
    stops
        Stops by arrival, then departure.
    """

    bus_id: str
    day: int
    stops: tuple[TimetableStop, ...]


def build_tours(timetable: Timetable) -> tuple[ObservedTour, ...]:
    """
    Build the tours of a timetable.

    Parameters
    ----------
    timetable
        A timetable.

    Returns
    -------
    tuple of ObservedTour
        Sorted by day and bus.
    """
    days: dict[tuple[int, str], list[TimetableStop]] = {}
    for stop in timetable.stops:
        for day in rhythm_days(timetable.cycle.weeks, stop.rhythm_weeks, stop.day):
            days.setdefault((day, stop.bus_id), []).append(stop)
    return tuple(
        ObservedTour(bus_id, day, tuple(sorted(stops, key=lambda stop: (stop.start_s, stop.end_s, stop.settlement_id))))
        for (day, bus_id), stops in sorted(days.items())
    )


def measure_work(stops: Sequence[TimetableStop], drives: Drives, step_s: int = 1) -> int:
    """
    Measure the stays and drives of a tour.

    Parameters
    ----------
    stops
        Stops in order.
    drives
        Drives between the base and the stops.
    step_s
        Drives are rounded up to multiples of this.

    Returns
    -------
    int
        Seconds without waiting and breaks.
    """
    places = [BASE, *(stop.settlement_id for stop in stops), BASE]
    driving_s = sum(round_up(drives.between(here, there), step_s) for here, there in pairwise(places))
    return driving_s + sum(stop.end_s - stop.start_s for stop in stops)


def find_ends(tour: ObservedTour, drives: Drives, grid_s: int) -> tuple[int, int]:
    """
    Find when a tour leaves its base and returns.

    Parameters
    ----------
    tour
        The tour.
    drives
        Drives between its base and the stops.
    grid_s
        Published times are multiples of this.

    Returns
    -------
    leave_s : int
        Seconds after midnight, in time for the first stop unless that is on the day before.
    return_s : int
        Seconds after midnight; at the end of the day if it is later.
    """
    first, last = tour.stops[0], tour.stops[-1]
    leave_s = first.start_s - round_up(drives.between(BASE, first.settlement_id), grid_s)
    end_s = max(stop.end_s for stop in tour.stops)
    return_s = end_s + round_up(drives.between(last.settlement_id, BASE), grid_s)
    return max(leave_s, 0), min(return_s, DAY_S)


def find_gaps(tour: ObservedTour, drives: Drives, window: tuple[int, int], grid_s: int) -> tuple[Gap, ...]:
    """
    Find when the bus is parked and closed between two stops.

    Parameters
    ----------
    tour
        The tour.
    drives
        Drives between the stops.
    window
        First and last moment, seconds after midnight, at which a gap may begin.
    grid_s
        Published times are multiples of this.

    Returns
    -------
    tuple of Gap
        In the order of time; the drive to the next stop is no part of a gap.
    """
    gaps, end_s = [], 0
    for at, (here, there) in enumerate(pairwise(tour.stops)):
        end_s = max(end_s, here.end_s)
        start_s = max(end_s, window[0])
        drive_s = drives.between(here.settlement_id, there.settlement_id)
        length_s = (there.start_s - drive_s - start_s) // grid_s * grid_s
        if start_s <= window[1] and length_s > 0:
            gaps.append(Gap(at, start_s, length_s))
    return tuple(gaps)
