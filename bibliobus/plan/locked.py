"""Whether the locked visits can be served at all: each alone, and together on the same buses and days."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import TYPE_CHECKING, Final

from bibliobus.solve.schedule import Scheduler

if TYPE_CHECKING:
    from bibliobus.model.problem import Problem

MOST_CALLS: Final = 6
"""Every order of up to this many locked calls on one day is tried."""

EFFORT: Final = 6_000
"""Tours that are timed before the question is left open: a few seconds."""

MOST_STEPS: Final = 50_000
"""Choices of a bus and days before the question is left open."""

Home = tuple[int, tuple[int, ...]]
"""Bus and days of a visit."""


def can_serve_locked(problem: Problem) -> bool | None:
    """
    Find out whether all locked visits can be served, with nothing else on the buses.

    Parameters
    ----------
    problem
        The planning problem.

    Returns
    -------
    bool or None
        True if they can; False if no choice of days, buses and orders keeps all rules; None if that was
        not found out within a bounded number of tries.

    Notes
    -----
    Places in the order are kept among the locked calls only: a call that is to be the third may have up to
    two others of them before it, for further stops can stand there.
    """
    return _Question(problem).answer()


@dataclass
class _Question:
    """State of one search for homes of the locked visits."""

    problem: Problem
    tries: int = 0
    steps: int = 0
    is_open: bool = False
    fits: dict[tuple[int, int, tuple[int, ...]], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take the places in the order out of the problem: they are looked at here."""
        free = tuple(replace(visit, position=None) for visit in self.problem.visits)
        self.scheduler = Scheduler(replace(self.problem, visits=free))

    def answer(self) -> bool | None:
        """True, False, or None if the question stayed open."""
        locked = [at for at, visit in enumerate(self.problem.visits) if visit.required]
        homes = {visit: self._list_homes(visit) for visit in locked}
        found = self._place(sorted(locked, key=lambda visit: (len(homes[visit]), visit)), homes, {})
        return None if self.is_open and not found else found

    def _list_homes(self, visit: int) -> list[Home]:
        """Buses and days on which a visit fits alone."""
        wish = self.problem.visits[visit]
        return [
            (bus, days)
            for days in wish.patterns
            for bus in wish.buses
            if all(self._fit(bus, day, (visit,)) for day in days)
        ]

    def _place(
        self, waiting: list[int], homes: dict[int, list[Home]], tours: dict[tuple[int, int], tuple[int, ...]]
    ) -> bool:
        """Whether the waiting visits find homes beside those that have one."""
        if not waiting:
            return True
        visit, *rest = waiting
        for bus, days in homes[visit]:
            self.steps += 1
            if self.steps > MOST_STEPS:
                self.is_open = True
                return False
            joined = {(bus, day): tuple(sorted((*tours.get((bus, day), ()), visit))) for day in days}
            if all(self._fit(*key, group) for key, group in joined.items()) and self._place(
                rest, homes, tours | joined
            ):
                return True
        return False

    def _fit(self, bus: int, day: int, group: tuple[int, ...]) -> bool:
        """Whether some order of a group keeps all rules on one day."""
        if day not in self.problem.buses[bus].days:
            return False
        key = (bus, self.scheduler.find_first_like(day), group)
        if key not in self.fits:
            self.fits[key] = self._try_orders(bus, day, group)
        return self.fits[key]

    def _try_orders(self, bus: int, day: int, group: tuple[int, ...]) -> bool:
        """Whether an order is found; a group that is too large, or too many tries, leave the question open."""
        if len(group) > MOST_CALLS:
            self.is_open = True
            return False
        for order in permutations(group):
            if self.tries >= EFFORT:
                self.is_open = True
                return False
            if self._keeps_places(order):
                self.tries += 1
                if self.scheduler.time_tour(bus, day, order) is not None:
                    return True
        return False

    def _keeps_places(self, order: tuple[int, ...]) -> bool:
        """Whether every call can still come to its place in the order."""
        wanted = [self.problem.visits[visit].position for visit in order]
        numbered = [(at, position) for at, position in enumerate(wanted) if position is not None and position > 0]
        numbers = [position for _, position in numbered]
        in_time = all(at < position for at, position in numbered)
        last = -1 not in wanted[:-1]
        return in_time and last and numbers == sorted(set(numbers))
