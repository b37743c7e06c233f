"""Exact clock times of one tour whose calls are in a given order, each call and break as early as possible."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bibliobus.model.problem import price_tour
from bibliobus.solve.solver import SolvedBreak, SolvedCall, SolvedTour
from bibliobus.solve.times.sweep import NEVER, OrderedCalls, find_best
from bibliobus.words.language import DAY_S, round_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem, ProblemBus


class _Rest(NamedTuple):
    """One break on the way: stop, whether before its call, start and steps, and whether it is the meal."""

    stop: int
    before: bool
    start: int
    steps: int
    is_meal: bool


class _State(NamedTuple):
    """A bus on its way; of two alike the lesser is the better: an earlier clock, then fewer breaks."""

    clock: int
    taken: int
    rests: tuple[_Rest, ...]
    starts: tuple[int, ...]
    fed: bool
    stretch: int
    first_part: bool

    @property
    def kind(self) -> tuple[object, ...]:
        """What later rules can tell apart: meal, stretch of driving, first part of a break."""
        return self[4:]


def lay_out(way: OrderedCalls, bus: int, day: int, leave: int, *, meal_on_the_way: bool) -> SolvedTour:
    """Lay out one tour that is known to be possible."""
    states = [_State(leave, 0, (), (), fed=False, stretch=0, first_part=False)]
    may_rest = way.is_limited or meal_on_the_way
    for at in range(len(way.order)):
        states = list(_drive(way, states, at))
        if may_rest:
            states = _keep_best(_stand(way, states, leave, at + 1, before=True))
        states = list(_serve(way, states, at))
        if may_rest:
            states = _keep_best(_stand(way, states, leave, at + 1, before=False))
    end = min(state for state in _drive(way, states, len(way.order)) if state.fed == meal_on_the_way)
    calls = tuple(
        SolvedCall(visit, start * way.grid_s, (start + dwell) * way.grid_s)
        for visit, start, dwell in zip(way.order, end.starts, way.dwells, strict=True)
    )
    breaks = [
        (rest.is_meal, SolvedBreak(rest.start * way.grid_s, rest.stop, rest.steps * way.grid_s)) for rest in end.rests
    ]
    meals = [one for is_meal, one in breaks if is_meal]
    if way.pause and not meals:
        meals.append(_eat_at_depot(way, leave, end.clock))
    others = tuple(one for is_meal, one in breaks if not is_meal)
    return SolvedTour(bus, day, leave * way.grid_s, calls, end.clock * way.grid_s, meals[0] if meals else None, others)


def _keep_best(states: Iterable[_State]) -> list[_State]:
    """The best of the states that later rules cannot tell apart."""
    best: dict[tuple[object, ...], _State] = {}
    for state in states:
        kind = state.kind
        if kind not in best or state < best[kind]:
            best[kind] = state
    return list(best.values())


def _drive(way: OrderedCalls, states: Iterable[_State], at: int) -> Iterator[_State]:
    """States after a leg, without those that drove too long."""
    for state in states:
        if way.driving[at + 1] - way.driving[state.stretch] <= way.crew.max_unbroken_s:
            yield _advance(state, clock=state.clock + way.legs[at])


def _serve(way: OrderedCalls, states: Iterable[_State], at: int) -> Iterator[_State]:
    """States after a call."""
    table = way.openings[at]
    for state in states:
        start = int(table[min(state.clock, len(table) - 1)])
        yield _advance(state, clock=start + way.dwells[at], starts=(*state.starts, start))


def _stand(way: OrderedCalls, states: Iterable[_State], leave: int, stop: int, *, before: bool) -> Iterator[_State]:
    """States after any breaks at a stop."""
    waiting = list(states)
    while waiting:
        state = waiting.pop()
        yield state
        waiting += _rest(way, state, stop, before=before)
        waiting += _eat(way, state, leave, stop, before=before)


def _rest(way: OrderedCalls, state: _State, stop: int, *, before: bool) -> Iterator[_State]:
    """States after one break for the driver, where it helps."""
    if not way.is_limited:
        return
    crew = way.crew
    if state.stretch < stop:
        yield _take(state, _Rest(stop, before, state.clock, way.up(crew.min_break_s), is_meal=False), stop, first=False)
    if crew.split_break_s is not None:
        first, second = (way.up(part_s) for part_s in crew.split_break_s)
        if state.first_part and state.stretch < stop:
            yield _take(state, _Rest(stop, before, state.clock, second, is_meal=False), stop, first=False)
        if not state.first_part:
            yield _take(state, _Rest(stop, before, state.clock, first, is_meal=False), state.stretch, first=True)


def _eat(way: OrderedCalls, state: _State, leave: int, stop: int, *, before: bool) -> Iterator[_State]:
    """State after the meal break, if it may still begin."""
    begin = max(state.clock, way.earliest)
    if state.fed or not way.pause or begin > min(way.latest, leave + way.before_break):
        return
    rest, crew = _Rest(stop, before, begin, way.pause, is_meal=True), way.crew
    split = crew.split_break_s or (crew.break_duration_s + 1, crew.break_duration_s + 1)
    if crew.break_duration_s >= crew.min_break_s or (state.first_part and crew.break_duration_s >= split[1]):
        yield _take(state, rest, stop, first=False)
    else:
        yield _take(state, rest, state.stretch, first=state.first_part or crew.break_duration_s >= split[0])


def _take(state: _State, rest: _Rest, stretch: int, *, first: bool) -> _State:
    """State after a break."""
    return _State(
        clock=rest.start + rest.steps,
        taken=state.taken + 1,
        rests=(*state.rests, rest),
        starts=state.starts,
        fed=state.fed or rest.is_meal,
        stretch=stretch,
        first_part=first,
    )


def _advance(state: _State, *, clock: int, starts: tuple[int, ...] | None = None) -> _State:
    """The same state later."""
    return _State(
        clock,
        state.taken,
        state.rests,
        state.starts if starts is None else starts,
        state.fed,
        state.stretch,
        state.first_part,
    )


def _eat_at_depot(way: OrderedCalls, leave: int, back: int) -> SolvedBreak:
    """Meal break before leaving or after returning."""
    before = leave >= way.earliest + way.pause
    begin = min(way.latest, leave - way.pause) if before else max(back, way.earliest)
    return SolvedBreak(begin * way.grid_s, 0 if before else len(way.order) + 1, way.crew.break_duration_s)


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
    (`bibliobus.solve.times.sweep`). The result is exact: no schedule of that order has less paid time.

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
        bus, day
            Index of the bus, and day of the cycle.
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
        way = OrderedCalls(
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
        visit, day
            Index of the visit, and day of the cycle.

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
