"""Exact clock times of one tour whose calls are in a given order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bibliobus.model.price import price_tour
from bibliobus.solve.layout import lay_out
from bibliobus.solve.solution import SolvedCall, SolvedTour
from bibliobus.solve.sweep import NEVER, Way, find_best
from bibliobus.units import DAY_S, round_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem, ProblemBus


@dataclass(frozen=True)
class Timing:
    """
    The best clock times of one order of calls.

    Parameters
    ----------
    tour
        The tour with its times.
    work_s
        Time from leaving to returning without a meal break on the way; other breaks are paid.
    cost
        Price in hundredths of a minute.
    """

    tour: SolvedTour
    work_s: int
    cost: int


class Scheduler:
    """
    Find the times of tours of one problem.

    All times lie on the grid, so a day has few steps: the earliest opening of every stop at every
    step is looked up in a table, and all leavings of the depot are followed at once
    (`bibliobus.solve.sweep`). The result is exact: no schedule of that order has less paid time.

    Parameters
    ----------
    problem
        The planning problem.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._timings: dict[tuple[int, int, tuple[int, ...]], Timing | None] = {}
        self._openings: dict[tuple[int, int], NDArray[np.int64]] = {}
        self._same_as = _find_equal_days(problem)

    def time_tour(self, bus: int, day: int, order: Sequence[int]) -> Timing | None:
        """
        Find the times with the least paid time.

        Parameters
        ----------
        bus
            Index of the bus.
        day
            Day of the cycle.
        order
            Visits in the order of their calls, at least one.

        Returns
        -------
        Timing or None
            Times with the least paid time; among equals those that are back first, then those with the meal
            break at the depot. None if the order cannot keep all rules on that day.
        """
        if day not in self.problem.buses[bus].days:
            return None
        key = (bus, self._same_as[day], tuple(order))
        if key not in self._timings:
            self._timings[key] = self._find_times(bus, self._same_as[day], key[2])
        timing = self._timings[key]
        if timing is None or timing.tour.day == day:
            return timing
        return Timing(replace(timing.tour, day=day), timing.work_s, timing.cost)

    def _find_times(self, bus: int, day: int, order: tuple[int, ...]) -> Timing | None:
        """Times with the least paid time, or None."""
        crew = self.problem.buses[bus]
        if not self._allows(crew, order):
            return None
        driving = self._driving_before(crew, order)
        if driving[-1] > crew.max_driving_s:
            return None
        if self._is_plain(crew, day, order, driving[-1]):
            return self._time_plain(bus, day, order)
        way = Way(
            grid_s=self.problem.grid_s,
            crew=crew,
            order=order,
            legs=tuple(self.leg_steps(crew, order)),
            driving=tuple(driving),
            dwells=tuple(self.problem.visits[visit].dwell_s // self.problem.grid_s for visit in order),
            openings=tuple(self.find_openings(visit, day) for visit in order),
        )
        found = find_best(way)
        if found is None:
            return None
        leave, on_the_way, work_s = found
        tour = lay_out(way, bus, day, leave, meal_on_the_way=on_the_way)
        return Timing(tour, work_s, price_tour(self.problem, bus, work_s, self._measure_length(crew, order)))

    def _is_plain(self, crew: ProblemBus, day: int, order: tuple[int, ...], driving_s: int) -> bool:
        """Whether nothing but the length of the legs and dwells decides: no break, no window inside the shift."""
        if crew.break_duration_s or driving_s > crew.max_unbroken_s:
            return False
        days = [self.problem.visits[visit].windows[day] for visit in order]
        whole = (crew.shift_start_s, crew.shift_end_s)
        return all(len(spans) == 1 and spans[0][0] <= whole[0] and spans[0][1] >= whole[1] for spans in days)

    def _time_plain(self, bus: int, day: int, order: tuple[int, ...]) -> Timing | None:
        """Times of a tour for which nothing but legs and dwells counts: it leaves as early as it may."""
        crew, grid_s = self.problem.buses[bus], self.problem.grid_s
        leave_s = clock_s = round_up(crew.shift_start_s, grid_s)
        legs, calls = self.leg_steps(crew, order), []
        for visit, leg in zip(order, legs, strict=False):
            start_s = clock_s + leg * grid_s
            clock_s = start_s + self.problem.visits[visit].dwell_s
            calls.append(SolvedCall(visit, start_s, clock_s))
        back_s = clock_s + legs[-1] * grid_s
        work_s = back_s - leave_s
        if back_s > crew.shift_end_s or work_s > crew.max_work_s:
            return None
        price = price_tour(self.problem, bus, work_s, self._measure_length(crew, order))
        return Timing(SolvedTour(bus, day, leave_s, tuple(calls), back_s, None), work_s, price)

    def _allows(self, crew: ProblemBus, order: tuple[int, ...]) -> bool:
        """Whether the calls are not too many, their load not too much, and each at its place in the order."""
        visits = [self.problem.visits[visit] for visit in order]
        if crew.max_calls is not None and len(order) > crew.max_calls:
            return False
        if crew.capacity is not None and sum(visit.load for visit in visits) > crew.capacity:
            return False
        return all(visit.position in (None, at, at - len(order) - 1) for at, visit in enumerate(visits, start=1))

    def _measure_length(self, crew: ProblemBus, order: tuple[int, ...]) -> int:
        """Metres from depot to depot."""
        lengths = self.problem.length_m[crew.profile]
        return sum(int(lengths[a, b]) for a, b in self._hops(crew, order))

    def _hops(self, crew: ProblemBus, order: tuple[int, ...]) -> list[tuple[int, int]]:
        """Pairs of places from depot to depot."""
        places = [crew.depot, *(self.problem.visits[visit].place for visit in order), crew.depot]
        return list(zip(places, places[1:], strict=False))

    def _driving_before(self, crew: ProblemBus, order: tuple[int, ...]) -> list[int]:
        """Driving seconds up to the depot, each call, and the return."""
        driving_s = self.problem.driving_s[crew.profile]
        sums = [0]
        for a, b in self._hops(crew, order):
            sums.append(sums[-1] + int(driving_s[a, b]))
        return sums

    def leg_steps(self, crew: ProblemBus, order: tuple[int, ...]) -> list[int]:
        """
        Count the steps of each leg.

        Parameters
        ----------
        crew
            The bus.
        order
            Visits in the order of their calls.

        Returns
        -------
        list of int
            Steps of the grid, from the depot to the depot.
        """
        leg_s = self.problem.leg_s[crew.profile]
        return [min(int(leg_s[a, b]) // self.problem.grid_s, NEVER) for a, b in self._hops(crew, order)]

    def find_first_like(self, day: int) -> int:
        """
        Find the first day that has the same windows at every stop.

        Parameters
        ----------
        day
            Day of the cycle.

        Returns
        -------
        int
            Day of the cycle; tours of the same calls on both have the same times.
        """
        return self._same_as[day]

    def find_openings(self, visit: int, day: int) -> NDArray[np.int64]:
        """
        Find the earliest opening at or after each step of the day.

        Parameters
        ----------
        visit
            Index of the visit.
        day
            Day of the cycle.

        Returns
        -------
        numpy.ndarray
            Shape (steps of a day + 1,); `NEVER` where no window with room for the dwell is left.
        """
        key = (visit, self._same_as[day])
        if key not in self._openings:
            self._openings[key] = self._tabulate(visit, day)
        return self._openings[key]

    def _tabulate(self, visit: int, day: int) -> NDArray[np.int64]:
        """Table for one visit and day; its last row stands for everything beyond the day."""
        grid_s, wish = self.problem.grid_s, self.problem.visits[visit]
        steps = np.arange(DAY_S // grid_s + 1)
        table = np.full(len(steps), NEVER)
        for start_s, end_s in reversed(wish.windows[day]):
            first, last = start_s // grid_s, (end_s - wish.dwell_s) // grid_s
            if last >= first:
                inside = steps <= last
                table[inside] = np.maximum(steps[inside], first)
        table[-1] = NEVER
        return table


def _find_equal_days(problem: Problem) -> list[int]:
    """For each day of the cycle the first on which every stop has the same windows."""
    first: dict[tuple[tuple[tuple[int, int], ...], ...], int] = {}
    return [first.setdefault(tuple(wish.windows[day] for wish in problem.visits), day) for day in range(problem.days)]
