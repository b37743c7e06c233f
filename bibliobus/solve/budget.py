"""
Budget: what a search may use, steps or time, and how much of it is used.

Steps alone make a search repeatable: the same seed and as many steps give the same bytes on every machine. Time alone
means as many steps as fit into it. Where both are set the one that ends first counts, and until time is seen to end
first everything goes by steps, so that a limit that is never near changes nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.solve.compose.pool import can_compose

if TYPE_CHECKING:
    from collections.abc import Callable

    from bibliobus.model.problem import Problem
    from bibliobus.solve.solver import SearchOptions

STEPS_LEAST: Final = 400
"""Steps of a small area: 2 to 3 CPU s of the default search for 60 places. By hand; table "Budgets"."""

SIZE_OF_LEAST: Final = 12_000
"""Size (`measure_size`) up to which they are enough: 600 places in four weeks. By hand; table "Budgets"."""

COMPOSED_FROM: Final = 1000
COMPOSED_SHARE: Final = 0.4
"""Size from which an area has fewer steps where plans are composed, and the least share of them. By hand: 60 places in
two weeks are of size 410, 300 in four weeks of size 4,440."""

TIME_LAG: Final = 0.05
"""Share of the time limit by which a search must lag behind its steps for the time to lead. By hand."""


@dataclass(frozen=True)
class Budget:
    """
    What a search may use; `steps` and `limit_s` are None where nothing is set, `by_time` says that time leads.

    The clock is the caller's, in seconds; `began_s` is what it showed when the search began.
    """

    steps: int | None
    limit_s: float | None
    began_s: float
    clock: Callable[[], float]
    by_time: bool = False

    @property
    def passed_s(self) -> float:
        """Seconds since the search began."""
        return self.clock() - self.began_s

    @property
    def left_s(self) -> float:
        """Seconds until the limit, less than 0 after it and infinite without one."""
        return math.inf if self.limit_s is None else self.limit_s - self.passed_s

    def share(self, done: int, ahead: int = 0) -> float:
        """Share that is used after so many steps, from 0 to 1; 1 as well if fewer steps than `ahead` are left."""
        if self.steps is not None and done + ahead > self.steps:
            return 1.0
        if self.by_time and self.limit_s is not None:
            return min(1.0, max(self._share_of_steps(done), self.passed_s / self.limit_s))
        return self._share_of_steps(done)

    def look(self, done: int) -> Budget:
        """The same budget, led by time from now on if its steps lag behind the time."""
        if self.by_time or self.limit_s is None:
            return self
        return replace(self, by_time=self.passed_s / self.limit_s > self._share_of_steps(done) + TIME_LAG)

    def look_ahead(self, done: int, a_step_s: float) -> Budget:
        """The same budget, led by time from the beginning if steps of so many seconds will not all fit into it."""
        if self.by_time or self.limit_s is None or self.steps is None:
            return self
        return replace(self, by_time=self._count_fitting(done, a_step_s) < self.steps * (1.0 - TIME_LAG))

    def count_steps(self, done: int, a_step_s: float) -> float:
        """Steps that there will be if each takes so many seconds."""
        if self.by_time or self.steps is None:
            return min(self._count_fitting(done, a_step_s), math.inf if self.steps is None else self.steps)
        return self.steps

    def shorten(self, less_s: float) -> Budget:
        """The same budget, which ends so many seconds earlier if it goes by time; half of its time is left at least."""
        if not self.by_time or self.limit_s is None:
            return self
        return replace(self, limit_s=max(self.limit_s / 2.0, self.limit_s - less_s))

    def take(self, share: float) -> Budget:
        """The first part of the budget, its share above 0 and up to 1: what comes afterwards has the rest."""
        return replace(
            self,
            steps=None if self.steps is None else round(self.steps * share),
            limit_s=None if self.limit_s is None else self.limit_s * share,
        )

    def guess_total(self, done: int) -> int:
        """Steps that there will be: those that were set, or as many as the time gives at the pace so far."""
        if not self.by_time and self.steps is not None:
            return self.steps
        share = self.share(done)
        return max(done, round(done / share)) if share else done

    def _count_fitting(self, done: int, a_step_s: float) -> float:
        """Steps that fit into the time, those that are done among them."""
        return done + max(0.0, self.left_s) / max(1e-6, a_step_s)

    def _share_of_steps(self, done: int) -> float:
        """Share of the steps that are done; 0 if none are set."""
        if self.steps is None:
            return 0.0
        return done / self.steps if self.steps else 1.0


def open_budget(problem: Problem, options: SearchOptions, clock: Callable[[], float]) -> Budget:
    """Begin the budget of a search: what the options set, else steps by the size of the problem."""
    steps, limit_s = options.iterations, options.time_limit_s
    if steps is None and limit_s is None:
        steps = choose_steps(problem)
    return Budget(steps, limit_s, clock(), clock, by_time=steps is None)


def choose_steps(problem: Problem) -> int:
    """
    Choose the steps of a search for which nobody set anything: the same for the same problem on every machine.

    They are `STEPS_LEAST` for a small area. Where plans are composed as well, a larger one has fewer, since composing
    takes the rest of the time; beyond `SIZE_OF_LEAST` they grow with the square root of the size, as the time of a step
    grows, too: the time of the whole search so grows about as the size does.
    """
    size = measure_size(problem)
    share = max(COMPOSED_SHARE, math.sqrt(COMPOSED_FROM / max(size, COMPOSED_FROM))) if can_compose(problem) else 1.0
    return round(STEPS_LEAST * share * max(1.0, math.sqrt(size / SIZE_OF_LEAST)))


def measure_size(problem: Problem) -> int:
    """Calls of the cycle, each counted once for every pattern that its visit may have."""
    return sum(len(visit.patterns) * max((len(days) for days in visit.patterns), default=0) for visit in problem.visits)
