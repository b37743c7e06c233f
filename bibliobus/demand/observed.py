"""What a timetable shows: the tours of each bus, its shifts, breaks and limits of work."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import rhythm_days, weekday_of
from bibliobus.domain.fleet import MealBreak, Shift
from bibliobus.network.places import DEPOT_PREFIX
from bibliobus.words.language import DAY_S, HOUR_S, MINUTE_S, round_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.inputs.timetables.cycle import Timetable, TimetableStop
    from bibliobus.network.places import TravelMatrix

BASE_ID: Final = "base"
BASE: Final = DEPOT_PREFIX + BASE_ID


@dataclass(frozen=True)
class Drives:
    """Drives between a base and the stops."""

    rows: Mapping[str, int]
    duration_s: NDArray[np.int64]

    @classmethod
    def of(cls, matrix: TravelMatrix) -> Drives:
        """Look a matrix up by the names of its places."""
        return cls({place: at for at, place in enumerate(matrix.place_ids)}, matrix.duration_s)

    def between(self, from_id: str, to_id: str) -> int:
        """Seconds from one place to another, without reserve."""
        return int(self.duration_s[self.rows[from_id], self.rows[to_id]])


@dataclass(frozen=True)
class Gap:
    """A time in which a bus is parked and closed, after the stop of that number in the tour, 0 for the first."""

    after: int
    start_s: int
    length_s: int


@dataclass(frozen=True)
class ObservedTour:
    """One bus on one day of the cycle, as the timetable has it."""

    bus_id: str
    day: int
    stops: tuple[TimetableStop, ...]


def build_observed_tours(timetable: Timetable) -> tuple[ObservedTour, ...]:
    """Build the tours of a timetable: the stops of each bus on each day of the cycle, in the order of time."""
    days: dict[tuple[int, str], list[TimetableStop]] = {}
    for stop in timetable.stops:
        for day in rhythm_days(timetable.cycle.weeks, stop.rhythm_weeks, stop.day):
            days.setdefault((day, stop.bus_id), []).append(stop)
    return tuple(
        ObservedTour(bus_id, day, tuple(sorted(stops, key=lambda stop: (stop.start_s, stop.end_s, stop.settlement_id))))
        for (day, bus_id), stops in sorted(days.items())
    )


def measure_work(stops: Sequence[TimetableStop], drives: Drives, step_s: int = 1) -> int:
    """Measure the stays and drives of a tour in seconds, without waiting and breaks."""
    places = [BASE, *(stop.settlement_id for stop in stops), BASE]
    driving_s = sum(round_up(drives.between(here, there), step_s) for here, there in pairwise(places))
    return driving_s + sum(stop.end_s - stop.start_s for stop in stops)


def find_ends(tour: ObservedTour, drives: Drives, grid_s: int) -> tuple[int, int]:
    """When a tour leaves its base and returns: at the start of the day at the earliest, at its end at the latest."""
    first, last = tour.stops[0], tour.stops[-1]
    leave_s = first.start_s - round_up(drives.between(BASE, first.settlement_id), grid_s)
    end_s = max(stop.end_s for stop in tour.stops)
    return_s = end_s + round_up(drives.between(last.settlement_id, BASE), grid_s)
    return max(leave_s, 0), min(return_s, DAY_S)


def find_gaps(tour: ObservedTour, drives: Drives, window: tuple[int, int], grid_s: int) -> tuple[Gap, ...]:
    """
    Find when the bus is parked and closed between two stops, in the order of time; driving on is no part of a gap.

    ``window``: First and last moment, seconds after midnight, at which a gap may begin.
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


MIDDAY_S: Final = (11 * HOUR_S + 30 * MINUTE_S, 14 * HOUR_S + 30 * MINUTE_S)
"""When a meal break may start: on 90 % of the days of 29 British timetables (2019-2020) a gap of half an hour does."""
LONGEST_BREAK_S: Final = 45 * MINUTE_S
SHORTEST_BREAK_S: Final = 10 * MINUTE_S
"""A gap that is shorter is slack between two stops, and no meal."""
USUAL_TENTHS: Final = 9
"""Tenths of the days that are at most as long as a crew is asked to work."""
FULLEST: Final = 0.95
"""Share of the days' time that stays and drives may fill; beyond it, a plan on the grid hardly finds room for all."""


@dataclass(frozen=True)
class Crew:
    """The working day of a bus, as far as a timetable shows it: sorted weekdays, and the usual midday gap or None."""

    bus_id: str
    weekdays: tuple[int, ...]
    shift: Shift
    meal_break: MealBreak | None


def observe_crews(tours: Sequence[ObservedTour], drives: Drives, grid_s: int, weeks: int) -> tuple[Crew, ...]:
    """
    Observe the working days of the buses.

    Parameters
    ----------
    tours
        Tours of all buses.
    drives
        Drives between the base and the stops.
    grid_s
        Published times are multiples of this.
    weeks
        Weeks of the cycle.

    Returns
    -------
    tuple of Crew
        Sorted by bus; all have one limit of work.
    """
    max_work_s = find_usual_work(tours, drives, grid_s)
    by_bus: dict[str, list[ObservedTour]] = {}
    for tour in tours:
        by_bus.setdefault(tour.bus_id, []).append(tour)
    return tuple(_observe_crew(mine, drives, grid_s, weeks, max_work_s) for _, mine in sorted(by_bus.items()))


def find_weekdays(days: Sequence[int], weeks: int) -> tuple[int, ...]:
    """
    Find the service days of a bus, sorted.

    Those of fewer than half of the weeks, such as one Sunday a month, are left out if the others have room for as many
    days: a crew that now and then works on a Sunday is not to do so every week.
    """
    counts = Counter(weekday_of(day) for day in days)
    regular = [weekday for weekday, count in counts.items() if 2 * count >= weeks]
    return tuple(sorted(regular if len(regular) * weeks >= len(days) else counts))


def find_usual_work(tours: Sequence[ObservedTour], drives: Drives, grid_s: int) -> int:
    """
    Seconds on the grid that stays and drives of nine of ten tours at most take, so that no planned day is longer.

    Where days are so full that drives rounded to the grid would not fit, they are counted rounded. A stop that is far
    out fits into a day of its own in any case.
    """
    exact, rounded = (sorted(measure_work(tour.stops, drives, step_s) for tour in tours) for step_s in (1, grid_s))
    at = -(-len(tours) * USUAL_TENTHS // 10) - 1
    usual_s = exact[at] // grid_s * grid_s
    if sum(exact) > FULLEST * usual_s * len(tours):
        usual_s = rounded[at]
    single = {stop for tour in tours for stop in tour.stops}
    return max(usual_s, *(measure_work((stop,), drives, grid_s) for stop in single))


def _observe_crew(tours: Sequence[ObservedTour], drives: Drives, grid_s: int, weeks: int, max_work_s: int) -> Crew:
    """Working day of one bus."""
    ends = [find_ends(tour, drives, grid_s) for tour in tours]
    start_s, end_s = min(leave_s for leave_s, _ in ends), max(return_s for _, return_s in ends)
    return Crew(
        bus_id=tours[0].bus_id,
        weekdays=find_weekdays([tour.day for tour in tours], weeks),
        shift=Shift(start_s, end_s, max_work_s),
        meal_break=_observe_break(tours, drives, grid_s, (start_s, end_s)),
    )


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
