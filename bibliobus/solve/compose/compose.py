"""
Compose a plan out of day tours: those of the search, or all there are, and tell how good it is at best.

Where the tours of every kind of day can be listed, the relaxation proves a bound, and the plan of least price may be
found and proved: first among the columns that cost least beyond the bound, then among more of them, until no column is
left that a better plan could have. Else CP-SAT recombines the tours that the search has had.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bibliobus.solve.compose.days import DayPrices
from bibliobus.solve.compose.master import choose
from bibliobus.solve.compose.nest import find_nest
from bibliobus.solve.compose.nested import NestedMaster
from bibliobus.solve.compose.pool import TourPool, can_compose
from bibliobus.solve.compose.relax import Relaxation, Relaxed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem
    from bibliobus.solve.compose.days import Tours
    from bibliobus.solve.compose.nest import Node
    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.times.schedule import Scheduler

COMPARISONS: Final = 150_000_000
"""Comparisons of the listing that take about as long as one deterministic second of CP-SAT."""

NEAR: Final = 0.005
"""Share of the gap by which the bound may stay below the relaxation: the last steps take longest and gain least."""

FIRST_COLUMNS: Final = 2000
MOST_COLUMNS: Final = 20_000
HOPEFUL_COLUMNS: Final = 100_000
"""Columns that CP-SAT is given first and at most, and could matter at most for it to be asked at all. By hand: 27,000
that could matter became 100 in kramatorsk after the first question, 225,000 stayed as many in donetsk."""

MOST_MIXED: Final = 3000
"""Columns of the search's own tours that CP-SAT is given at most, those that cost least beyond their bound. By hand."""

LISTING_SHARE: Final = 0.5
"""Share of the effort that one kind of day may take to be listed. By hand."""

EFFORT_PER_STEP: Final = 0.06
EFFORT_LEAST, EFFORT_SLOPE = 4.0, 0.005
"""Deterministic seconds of composing for each step of the search, and from the least that is enough for most on, for
each step more. By hand: about as long as the search itself takes, and no longer than it for a few steps."""


@dataclass
class Effort:
    """Deterministic seconds, about those of one core, that composing may still take, and what its time allows."""

    left: float
    find_left_s: Callable[[], float]
    check: Callable[[], None]

    def is_over(self) -> bool:
        """Whether nothing is left; asks whether to stop."""
        self.check()
        return self.left <= 0 or self.find_left_s() <= 0


@dataclass(frozen=True)
class Composed:
    """Tours by bus and day that cost less than any before, and their cost."""

    orders: Mapping[TourKey, tuple[int, ...]]
    cost: int


def find_effort(steps: int | None, left_s: float) -> float:
    """Deterministic seconds of composing beside a search of so many steps, or in the time that is left."""
    by_steps = math.inf if steps is None else min(EFFORT_PER_STEP * steps, EFFORT_LEAST + EFFORT_SLOPE * steps)
    return max(0.0, min(by_steps, left_s))


class Composer:
    """Composes plans of one problem; `bound` is a cost that no plan undercuts, None as long as none is known."""

    def __init__(self, problem: Problem, pool: TourPool, nest: Sequence[Node], seed: int) -> None:
        self.problem, self.pool, self.nest, self.seed = problem, pool, nest, seed
        self.bound: int | None = None
        self._whole: NestedMaster | None = None
        self._is_too_large = False
        self._relaxation: Relaxation | None = None
        self._relaxed: Relaxed | None = None

    def recombine(self, orders: Mapping[TourKey, tuple[int, ...]], cost: int, effort: Effort) -> Composed | None:
        """Tours out of those that the search has had which cost less than a plan; None where none are found."""
        if self._leaves_out_required(orders) or effort.is_over():
            return None
        self.pool.add(orders)
        nested = NestedMaster(self.problem, self.nest, lambda node, visits: self.pool.list_known(node.rows[0], visits))
        hint, relaxation = nested.count(orders), Relaxation(nested)
        if hint is None:
            return None
        relaxation.start(orders)
        relaxed = relaxation.run(cost, NEAR, effort.is_over)
        if relaxed is None or relaxed.bound >= cost:
            return None
        over = relaxation.find_over(relaxed, cost - relaxed.bound)
        ranked = np.argsort(over, kind="stable")[:MOST_MIXED]
        choice = _Choosing(nested, hint, cost, self.seed, effort)
        choice.choose(ranked[over[ranked] <= cost - relaxed.bound], 1.0)
        return choice.read()

    def prove(self, orders: Mapping[TourKey, tuple[int, ...]], cost: int, effort: Effort) -> Composed | None:
        """
        Look for tours among all that there are, as far as they can be listed, and for a bound.

        None where nothing costs less than the plan; `bound` says how good that is.
        """
        if self._leaves_out_required(orders) or not self._find_bound(orders, cost, effort):
            return None
        assert self._whole and self._relaxation and self._relaxed  # they were found
        hint, bound = self._whole.count(orders), self._relaxed.bound
        if hint is None or bound >= cost:
            return None
        over = self._relaxation.find_over(self._relaxed, cost - bound)
        choice = _Choosing(self._whole, hint, cost, self.seed, effort)
        if FIRST_COLUMNS < int((over <= cost - bound).sum()) <= HOPEFUL_COLUMNS:
            known, least = self._whole.find_tours(self.pool.list_sets), np.argsort(over, kind="stable")[:FIRST_COLUMNS]
            choice.choose(np.concatenate([known, least]), 0.5)
        within = np.flatnonzero(over <= choice.cost - bound)
        if len(within) <= MOST_COLUMNS and choice.choose(within, 1.0):
            self.bound = choice.cost
        return choice.read()

    def _find_bound(self, orders: Mapping[TourKey, tuple[int, ...]], cost: int, effort: Effort) -> bool:
        """Whether a bound is known; the cheaper the plan, the nearer it is brought."""
        if effort.is_over():
            return self._relaxed is not None
        if self._whole is None and not self._is_too_large:
            self._whole = self._list_whole(effort)
            self._is_too_large = self._whole is None
            self._relaxation = Relaxation(self._whole) if self._whole else None
        if self._relaxation is not None:
            self._relaxation.start(orders)
            found = self._relaxation.run(cost, NEAR, effort.is_over)
            if found is not None and (self._relaxed is None or found.bound >= self._relaxed.bound):
                self._relaxed, self.bound = found, found.bound
        return self._relaxed is not None

    def _list_whole(self, effort: Effort) -> NestedMaster | None:
        """The master of all tours that there are; None where they are too many to be listed."""

        def list_tours(node: Node, visits: frozenset[int]) -> Tours:
            most = int(effort.left * LISTING_SHARE * COMPARISONS)
            found, spent = self.pool.list_all(node.rows[0], visits, most)
            effort.left -= spent / COMPARISONS
            if found is None:
                raise _TooManyError
            return found

        try:
            return NestedMaster(self.problem, self.nest, list_tours)
        except _TooManyError:
            return None

    def _leaves_out_required(self, orders: Mapping[TourKey, tuple[int, ...]]) -> bool:
        """Whether a required visit is left out: then others are looked at first."""
        served = {visit for order in orders.values() for visit in order}
        return any(visit.required and at not in served for at, visit in enumerate(self.problem.visits))


def open_composer(problem: Problem, scheduler: Scheduler, seed: int, check: Callable[[], None]) -> Composer | None:
    """Who composes plans of a problem; None where its days do not nest, or there are too many visits."""
    if not can_compose(problem):
        return None
    pool = TourPool(problem, scheduler, check)
    nest = find_nest(problem, pool.kinds)
    return None if nest is None else Composer(problem, pool, nest, seed)


def compile_composing(problem: Problem, check: Callable[[], None]) -> None:
    """Compile or load all machine code of composing, on a problem of one visit; `check` is asked between its parts."""
    from bibliobus.solve.compose.pairs import complete_tours, pair_tours

    prices = DayPrices(problem, 0, problem.buses[0].days[0])
    check()
    prices.price((0,))
    prices.list_tours((0,), most=2, effort=COMPARISONS, check=check)
    start, ranked, own = np.array([0, 1]), np.array([0]), np.full((1, 1), -1, dtype=np.int16)
    pair_tours(start, ranked, np.zeros(1), own, np.zeros(1), np.zeros((1, 2), dtype=np.int64))
    check()
    complete_tours(start, ranked, np.zeros(1), own, np.zeros(1), np.zeros(1))
    check()


class _TooManyError(Exception):
    """A day has too many tours to be listed."""


class _Choosing:
    """The best choice so far among the columns of a master."""

    def __init__(self, nested: NestedMaster, hint: Mapping[int, int], cost: int, seed: int, effort: Effort) -> None:
        self.nested, self.hint, self.cost, self.seed, self.effort = nested, hint, cost, seed, effort
        self.is_better = False

    def choose(self, columns: NDArray[np.int64], share: float) -> bool:
        """Choose among some columns and those of the best so far; tells whether the best of them is known."""
        if self.effort.is_over():
            return False
        found = choose(
            self.nested.master,
            self.nested.complete(np.concatenate([columns, np.array(sorted(self.hint), dtype=np.int64)])),
            self.hint,
            most=self.cost,
            seed=self.seed,
            effort=share * self.effort.left,
            limit_s=share * self.effort.find_left_s(),
            check=self.effort.check,
        )
        if found is None:
            return False
        self.effort.left -= found.spent
        if found.cost < self.cost:
            self.cost, self.hint, self.is_better = found.cost, found.count, True
        return found.proved

    def read(self) -> Composed | None:
        """The tours that were found, if any are better."""
        return Composed(self.nested.read(self.hint), self.cost) if self.is_better else None
