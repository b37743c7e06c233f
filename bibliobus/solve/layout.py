"""Calls and breaks of one tour for one leaving, each as early as possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bibliobus.solve.solution import SolvedBreak, SolvedCall, SolvedTour

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bibliobus.solve.sweep import Way


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


def lay_out(way: Way, bus: int, day: int, leave: int, *, meal_on_the_way: bool) -> SolvedTour:
    """
    Lay out one tour.

    Parameters
    ----------
    way
        What is driven; it is known to be possible.
    bus
        Index of the bus.
    day
        Day of the cycle.
    leave
        Step of leaving the depot.
    meal_on_the_way
        Whether the meal break is taken on the way.

    Returns
    -------
    SolvedTour
        Calls as early as possible, breaks where they delay the return least.
    """
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


def _drive(way: Way, states: Iterable[_State], at: int) -> Iterator[_State]:
    """States after a leg, without those that drove too long."""
    for state in states:
        if way.driving[at + 1] - way.driving[state.stretch] <= way.crew.max_unbroken_s:
            yield _advance(state, clock=state.clock + way.legs[at])


def _serve(way: Way, states: Iterable[_State], at: int) -> Iterator[_State]:
    """States after a call."""
    table = way.openings[at]
    for state in states:
        start = int(table[min(state.clock, len(table) - 1)])
        yield _advance(state, clock=start + way.dwells[at], starts=(*state.starts, start))


def _stand(way: Way, states: Iterable[_State], leave: int, stop: int, *, before: bool) -> Iterator[_State]:
    """States after any breaks at a stop."""
    waiting = list(states)
    while waiting:
        state = waiting.pop()
        yield state
        waiting += _rest(way, state, stop, before=before)
        waiting += _eat(way, state, leave, stop, before=before)


def _rest(way: Way, state: _State, stop: int, *, before: bool) -> Iterator[_State]:
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


def _eat(way: Way, state: _State, leave: int, stop: int, *, before: bool) -> Iterator[_State]:
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


def _eat_at_depot(way: Way, leave: int, back: int) -> SolvedBreak:
    """Meal break before leaving or after returning."""
    before = leave >= way.earliest + way.pause
    begin = min(way.latest, leave - way.pause) if before else max(back, way.earliest)
    return SolvedBreak(begin * way.grid_s, 0 if before else len(way.order) + 1, way.crew.break_duration_s)
