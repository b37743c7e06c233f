"""Observed service: the tours that a timetable tells of, and the working days that its crews have."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import rhythm_days, weekday_of
from bibliobus.domain.fleet import MealBreak, Shift
from bibliobus.network.places import DEPOT_PREFIX
from bibliobus.units import DAY_S, HOUR_S, MINUTE_S, round_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.inputs.timetable_cycle import Timetable, TimetableStop
    from bibliobus.network.matrix import TravelMatrix

BASE_ID: Final = "base"
BASE: Final = DEPOT_PREFIX + BASE_ID
MIDDAY_S: Final = (11 * HOUR_S + 30 * MINUTE_S, 14 * HOUR_S + 30 * MINUTE_S)
"""When a meal break may start: on 90 % of the days of 29 British timetables (2019-2020) a gap of half an hour does."""
LONGEST_BREAK_S: Final = 45 * MINUTE_S
SHORTEST_BREAK_S: Final = 10 * MINUTE_S
"""A gap that is shorter is slack between two stops, and no meal."""
USUAL_TENTHS: Final = 9
"""Tenths of the days that are at most as long as a crew is asked to work."""


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


@dataclass(frozen=True)
class Crew:
    """
    The working day of a bus, as far as a timetable shows it.

    Parameters
    ----------
    bus_id
        The bus.
    weekdays
        Weekdays on which it is out, sorted.
    shift
        From the earliest leaving to the latest return; nine of ten days need no more work than its limit.
    meal_break
        The usual midday gap, at most `LONGEST_BREAK_S`; None if there is none.
    """

    bus_id: str
    weekdays: tuple[int, ...]
    shift: Shift
    meal_break: MealBreak | None


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


def observe_crew(tours: Sequence[ObservedTour], drives: Drives, grid_s: int) -> Crew:
    """
    Observe the working day of a bus.

    Parameters
    ----------
    tours
        Its tours, at least one.
    drives
        Drives between its base and the stops.
    grid_s
        Published times are multiples of this.

    Returns
    -------
    Crew
        Its weekdays, shift, and meal break.
    """
    ends = [find_ends(tour, drives, grid_s) for tour in tours]
    start_s = max(0, min(leave_s for leave_s, _ in ends))
    end_s = min(DAY_S, max(return_s for _, return_s in ends))
    # A stop that is far out must fit into a day of its own, however long the others are.
    single = {stop for tour in tours for stop in tour.stops}
    longest_single_s = max(_measure_work((stop,), drives, grid_s) for stop in single)
    work = sorted(_measure_work(tour.stops, drives, grid_s) for tour in tours)
    usual_s = work[-(-len(work) * USUAL_TENTHS // 10) - 1]
    return Crew(
        bus_id=tours[0].bus_id,
        weekdays=tuple(sorted({weekday_of(tour.day) for tour in tours})),
        shift=Shift(start_s, end_s, max(usual_s, longest_single_s)),
        meal_break=_observe_break(tours, drives, grid_s, (start_s, end_s)),
    )


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
        Seconds after midnight, in time for the first stop; below 0 if that is on the day before.
    return_s : int
        Seconds after midnight.
    """
    first, last = tour.stops[0], tour.stops[-1]
    leave_s = first.start_s - round_up(drives.between(BASE, first.settlement_id), grid_s)
    end_s = max(stop.end_s for stop in tour.stops)
    return leave_s, end_s + round_up(drives.between(last.settlement_id, BASE), grid_s)


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


def _measure_work(stops: Sequence[TimetableStop], drives: Drives, grid_s: int) -> int:
    """Seconds of stays and drives, without any slack or break, as a plan of ours would need them."""
    places = [BASE, *(stop.settlement_id for stop in stops), BASE]
    driving_s = sum(round_up(drives.between(here, there), grid_s) for here, there in pairwise(places))
    return driving_s + sum(stop.end_s - stop.start_s for stop in stops)


def _observe_break(
    tours: Sequence[ObservedTour], drives: Drives, grid_s: int, shift: tuple[int, int]
) -> MealBreak | None:
    """Median of the longest midday gap of each day that has one."""
    longest = [max((gap.length_s for gap in find_gaps(tour, drives, MIDDAY_S, grid_s)), default=0) for tour in tours]
    gaps = [length_s for length_s in longest if length_s >= SHORTEST_BREAK_S]
    if not gaps:
        return None
    duration_s = min(median_low(gaps), LONGEST_BREAK_S // grid_s * grid_s)
    earliest_s, latest_s = max(MIDDAY_S[0], shift[0]), min(MIDDAY_S[1], shift[1] - duration_s)
    return MealBreak(duration_s, earliest_s, latest_s) if earliest_s <= latest_s else None
