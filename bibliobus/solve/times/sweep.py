"""All leavings of one order of calls at once: earliest returns under windows, meal break and driving rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bibliobus.model.problem import ProblemBus

NEVER: Final = 10**6
"""A step of the grid that lies beyond every day, which has 1,440 steps of a minute."""


@dataclass(frozen=True)
class OrderedCalls:
    """One order of calls of a bus on a day in steps of the grid; `driving` is seconds up to depot, calls and return."""

    grid_s: int
    crew: ProblemBus
    order: tuple[int, ...]
    legs: tuple[int, ...]
    driving: tuple[int, ...]
    dwells: tuple[int, ...]
    openings: tuple[NDArray[np.int64], ...]

    @property
    def pause(self) -> int:
        """Steps of the meal break; 0 if there is none."""
        return self.crew.break_duration_s // self.grid_s

    @property
    def earliest(self) -> int:
        """Earliest step at which the meal break may start."""
        return -(-self.crew.break_earliest_s // self.grid_s)

    @property
    def latest(self) -> int:
        """Latest step at which the meal break may start."""
        return self.crew.break_latest_s // self.grid_s

    @property
    def before_break(self) -> int:
        """Most steps from leaving to the meal break."""
        limit_s = self.crew.max_before_break_s
        return NEVER if limit_s is None else limit_s // self.grid_s

    @property
    def is_limited(self) -> bool:
        """Whether the driver needs a break at all."""
        return self.driving[-1] > self.crew.max_unbroken_s

    def up(self, seconds: int) -> int:
        """Count the steps of a break, rounded up, at least one."""
        return max(1, -(-seconds // self.grid_s))


def find_best(way: OrderedCalls) -> tuple[int, bool, int] | None:
    """
    Find the leaving with the least work: its step, whether the meal break is on the way, and seconds of work.

    Among equals the one that is back first, then the one with the break at the depot; None if no time keeps all rules.
    """
    crew, grid_s = way.crew, way.grid_s
    end = crew.shift_end_s // grid_s
    leave = np.arange(-(-crew.shift_start_s // grid_s), end + 1)
    without, broken = follow(way, leave)
    choices = ((False, without, 0, _allows_outside(way, leave, without)), (True, broken, way.pause, True))
    best: tuple[int, int, bool, int] | None = None
    for on_the_way, back, deducted, allowed in choices:
        work = back - leave - deducted
        good = (back <= end) & (work * grid_s <= crew.max_work_s) & allowed
        if good.any():
            # Leavings are in order, and a later one is never back earlier: the first of equals is back first.
            at = int(np.where(good, work, NEVER).argmin())
            choice = (int(work[at]), int(back[at]), on_the_way, int(leave[at]))
            best = choice if best is None else min(best, choice)
    return None if best is None else (best[3], best[2], best[0] * grid_s)


def follow(way: OrderedCalls, leave: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Earliest return of every leaving, without and with a meal break on the way; `NEVER` or more for none."""
    if not way.is_limited:
        return _follow_freely(way, leave)
    clock = _Stretches(way, leave)
    for at in range(len(way.order)):
        clock.drive(at)
        clock.stand(at + 1)
        clock.serve(at)
        clock.stand(at + 1)
    clock.drive(len(way.order))
    return clock.best(0), clock.best(1)


def _follow_freely(way: OrderedCalls, leave: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Earliest returns of a tour that is too short for any driving rule."""
    without, broken = leave, np.full(len(leave), NEVER)
    for at, leg in enumerate(way.legs[:-1]):
        without, broken = without + leg, broken + leg
        broken = np.minimum(broken, _eat(way, leave, without))
        without, broken = _serve(way, without, at), _serve(way, broken, at)
        broken = np.minimum(broken, _eat(way, leave, without))
    return without + way.legs[-1], broken + way.legs[-1]


def _serve(way: OrderedCalls, arrival: NDArray[np.int64], at: int) -> NDArray[np.int64]:
    """Closing time of a call for each arrival."""
    table = way.openings[at]
    return table[np.minimum(arrival, len(table) - 1)] + way.dwells[at]


def _eat(way: OrderedCalls, leave: NDArray[np.int64], parked: NDArray[np.int64]) -> NDArray[np.int64]:
    """End of a meal break taken where the bus is parked, `NEVER` where it is too late for one."""
    if not way.pause:
        return np.full(parked.shape, NEVER)
    begin = np.maximum(parked, way.earliest)
    return np.where(begin <= np.minimum(way.latest, leave + way.before_break), begin + way.pause, NEVER)


def _allows_outside(way: OrderedCalls, leave: NDArray[np.int64], back: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the meal break can be taken at the depot, before leaving or after returning."""
    if not way.pause:
        return np.ones(len(leave), dtype=bool)
    return (leave >= way.earliest + way.pause) | (back <= np.minimum(way.latest, leave + way.before_break))


class _Stretches:
    """
    Clocks of all leavings, by meal taken or not, start of the stretch of driving, and first part of a break in it.

    The clock of a state is its earliest; being early is never worse, since a bus may wait.
    """

    def __init__(self, way: OrderedCalls, leave: NDArray[np.int64]) -> None:
        self.way = way
        self.leave = leave
        # Axes: meal taken, stop where the stretch began, first part of a split break taken, leaving.
        self.clocks = np.full((2, len(way.order) + 1, 2, len(leave)), NEVER)
        self.clocks[0, 0, 0] = leave

    def drive(self, at: int) -> None:
        """Drive a leg; a stretch that grows too long has no clock any more."""
        self.clocks += self.way.legs[at]
        driven = [self.way.driving[at + 1] - before for before in self.way.driving[: len(self.way.order) + 1]]
        too_long = np.array([seconds > self.way.crew.max_unbroken_s for seconds in driven])
        self.clocks[:, too_long] = NEVER

    def serve(self, at: int) -> None:
        """Stay at a call."""
        self.clocks = _serve(self.way, self.clocks, at)

    def stand(self, stop: int) -> None:
        """Take any breaks at a stop: for the driver, the meal, for the driver again."""
        self._rest(stop)
        if self.way.pause:
            self._eat_at(stop)
            self._rest(stop)

    def best(self, meal: int) -> NDArray[np.int64]:
        """Earliest clock of any stretch."""
        return np.asarray(self.clocks[meal].min(axis=(0, 1)), dtype=np.int64)

    def _rest(self, stop: int) -> None:
        """Take a whole break, a first part, a second part, or none."""
        crew, clocks = self.way.crew, self.clocks
        fresh = clocks.min(axis=(1, 2)) + self.way.up(crew.min_break_s)
        if crew.split_break_s is not None:
            first, second = (self.way.up(part_s) for part_s in crew.split_break_s)
            np.minimum(clocks[:, :, 1], clocks[:, :, 0] + first, out=clocks[:, :, 1])
            fresh = np.minimum(fresh, clocks[:, :, 1].min(axis=1) + second)
            np.minimum(clocks[:, stop, 1], fresh + first, out=clocks[:, stop, 1])
        np.minimum(clocks[:, stop, 0], fresh, out=clocks[:, stop, 0])

    def _eat_at(self, stop: int) -> None:
        """Take the meal break, which may be a whole break, or either part of one."""
        crew, clocks = self.way.crew, self.clocks
        fed = _eat(self.way, self.leave, clocks[0])
        split = crew.split_break_s
        if crew.break_duration_s >= crew.min_break_s:
            np.minimum(clocks[1, stop, 0], fed.min(axis=(0, 1)), out=clocks[1, stop, 0])
            return
        if split is not None and crew.break_duration_s >= split[1]:
            np.minimum(clocks[1, stop, 0], fed[:, 1].min(axis=0), out=clocks[1, stop, 0])
        np.minimum(clocks[1, :, 1], fed[:, 1], out=clocks[1, :, 1])
        after = 1 if split is not None and crew.break_duration_s >= split[0] else 0
        np.minimum(clocks[1, :, after], fed[:, 0], out=clocks[1, :, after])
