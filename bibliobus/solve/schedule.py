"""Exact clock times of one tour whose calls are in a given order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from bibliobus.model.price import price_tour
from bibliobus.solve.solution import SolvedBreak, SolvedCall, SolvedTour
from bibliobus.units import DAY_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem, ProblemBus

NEVER: Final = 10**6
"""A step of the grid that lies beyond every day."""


@dataclass(frozen=True)
class Timing:
    """
    The best clock times of one order of calls.

    Parameters
    ----------
    tour
        The tour with its times.
    work_s
        Paid time without a meal break on the way.
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
    step is looked up in a table, and all leavings of the depot are followed at once. A break taken
    on the way is a second layer of the same pass. The result is exact: no schedule of that order
    has less paid time.

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
            Times with the least paid time; among equals those with the break at the depot, then those
            with the earliest leaving. None if the order cannot keep all rules on that day.
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
        driving = self._driving_before(crew, order)
        if driving[-1] > crew.max_driving_s:
            return None
        sweep = _Sweep(self, crew, day, order, driving)
        found = sweep.find_best()
        if found is None:
            return None
        leave, layer, work_s = found
        tour = sweep.lay_out(bus, day, leave, layer)
        return Timing(tour, work_s, price_tour(self.problem, bus, work_s, self._measure_length(crew, order)))

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


class _Sweep:
    """One pass over an order of calls for all leavings at once: layer 0 without, layer 1 with a break on the way."""

    def __init__(
        self, scheduler: Scheduler, crew: ProblemBus, day: int, order: tuple[int, ...], driving: list[int]
    ) -> None:
        self.grid_s = scheduler.problem.grid_s
        self.crew = crew
        self.order = order
        self.driving = driving
        self.legs = scheduler.leg_steps(crew, order)
        self.dwells = [scheduler.problem.visits[visit].dwell_s // self.grid_s for visit in order]
        self.openings = [scheduler.find_openings(visit, day) for visit in order]
        self.pause = crew.break_duration_s // self.grid_s
        self.earliest = -(-crew.break_earliest_s // self.grid_s)
        self.latest = crew.break_latest_s // self.grid_s

    def find_best(self) -> tuple[int, int, int] | None:
        """Leaving step, layer and paid seconds of the best schedule; None if there is none."""
        start, end = -(-self.crew.shift_start_s // self.grid_s), self.crew.shift_end_s // self.grid_s
        leave = np.arange(start, end + 1)
        without, broken = self._follow(leave)
        choices = ((0, without, 0, self._allows_outside(leave, without)), (1, broken, self.pause, True))
        best: tuple[int, int, int] | None = None
        for layer, back, deducted, allowed in choices:
            work = back - leave - deducted
            good = (back <= end) & (work * self.grid_s <= self.crew.max_work_s) & allowed
            if good.any():
                at = int(np.where(good, work, NEVER).argmin())
                choice = (int(work[at]), layer, int(leave[at]))
                best = choice if best is None else min(best, choice)
        return None if best is None else (best[2], best[1], best[0] * self.grid_s)

    def _follow(self, leave: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Earliest return for each leaving, without and with a break on the way."""
        without, broken = leave, np.full(len(leave), NEVER)
        for at, leg in enumerate(self.legs[:-1]):
            without, broken = without + leg, broken + leg
            broken = np.minimum(broken, self._pause_at(without, at + 1))
            without, broken = self._serve(without, at), self._serve(broken, at)
            broken = np.minimum(broken, self._pause_at(without, at + 1))
        return without + self.legs[-1], broken + self.legs[-1]

    def _serve(self, arrival: NDArray[np.int64], at: int) -> NDArray[np.int64]:
        """Closing time of a call for each arrival."""
        table = self.openings[at]
        return table[np.minimum(arrival, len(table) - 1)] + self.dwells[at]

    def _pause_at(self, parked: NDArray[np.int64], leg: int) -> NDArray[np.int64]:
        """End of a break taken where the bus is parked, `NEVER` where it is too late or does not help the driver."""
        if not self.pause or not self._splits_driving(leg):
            return np.full(len(parked), NEVER)
        begin = np.maximum(parked, self.earliest)
        return np.where(begin <= self.latest, begin + self.pause, NEVER)

    def _splits_driving(self, leg: int) -> bool:
        """Whether neither the driving before a break nor that after it is too long."""
        limit = self.crew.max_unbroken_s
        if self.crew.break_duration_s < self.crew.min_break_s:
            return self.driving[-1] <= limit
        return self.driving[leg] <= limit and self.driving[-1] - self.driving[leg] <= limit

    def _allows_outside(self, leave: NDArray[np.int64], back: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the break can be taken at the depot, before leaving or after returning."""
        if self.driving[-1] > self.crew.max_unbroken_s:
            return np.zeros(len(leave), dtype=bool)
        if not self.pause:
            return np.ones(len(leave), dtype=bool)
        return (leave >= self.earliest + self.pause) | (back <= self.latest)

    def lay_out(self, bus: int, day: int, leave: int, layer: int) -> SolvedTour:
        """Tour for one leaving: calls as early as possible, the break where it delays the return least."""
        calls, back, meal = self._lay_calls(leave, self._find_break_place(leave) if layer else None)
        if self.pause and meal is None:
            before = leave >= self.earliest + self.pause
            begin = min(self.latest, leave - self.pause) if before else max(back, self.earliest)
            meal = SolvedBreak(begin * self.grid_s, 0 if before else len(self.order) + 1, self.crew.break_duration_s)
        return SolvedTour(bus, day, leave * self.grid_s, calls, back * self.grid_s, meal)

    def _find_break_place(self, leave: int) -> tuple[int, bool]:
        """Call and side of its dwell (True: before it) where the break gives the earliest return."""
        places = [(at + 1, before) for at in range(len(self.order)) for before in (False, True)]
        good = [place for place in places if self._splits_driving(place[0])]
        return min(good, key=lambda place: self._lay_calls(leave, place)[1])

    def _lay_calls(
        self, leave: int, place: tuple[int, bool] | None
    ) -> tuple[tuple[SolvedCall, ...], int, SolvedBreak | None]:
        """Calls, return step and break when the break is taken at one place."""
        clock, meal, calls = leave, None, []
        for at, visit in enumerate(self.order):
            clock += self.legs[at]
            if place == (at + 1, True):
                clock, meal = self._take_break(clock, at + 1)
            begin = int(self.openings[at][min(clock, len(self.openings[at]) - 1)])
            clock = begin + self.dwells[at]
            calls.append(SolvedCall(visit, begin * self.grid_s, clock * self.grid_s))
            if place == (at + 1, False):
                clock, meal = self._take_break(clock, at + 1)
        return tuple(calls), clock + self.legs[-1], meal

    def _take_break(self, clock: int, leg: int) -> tuple[int, SolvedBreak]:
        """Clock after the break, and the break."""
        begin = max(clock, self.earliest)
        meal = SolvedBreak(begin * self.grid_s, leg, self.crew.break_duration_s)
        return (begin + self.pause if begin <= self.latest else NEVER), meal
