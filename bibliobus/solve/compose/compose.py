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

from bibliobus.solve.compose.master import choose
from bibliobus.solve.compose.nest import find_nest
from bibliobus.solve.compose.nested import NestedMaster
from bibliobus.solve.compose.relax import Relaxation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem
    from bibliobus.solve.compose.days import Tours
    from bibliobus.solve.compose.nest import Node
    from bibliobus.solve.compose.pool import TourPool
    from bibliobus.solve.drafts import TourKey

COMPARISONS: Final = 150_000_000
"""Comparisons of the listing that take about as long as one deterministic second of CP-SAT."""

NEAR: Final = 0.02
"""Share of the gap by which the bound may stay below the relaxation: the last steps take longest and gain least."""

FIRST_COLUMNS: Final = 2000
MOST_COLUMNS: Final = 20_000
"""Columns that CP-SAT is given first and at most: by hand; twice as many took it more than twice as long."""


EFFORT_LEAST: Final = 6.0
EFFORT_PER_STEP: Final = 0.02
"""Deterministic seconds of a composition after so many steps of the search, which it may end long before. By hand."""


@dataclass(frozen=True)
class Composed:
    """
    Tours by bus and day, None where nothing better was found; and a cost that no plan undercuts, None if unknown.

    ``cost``: Price of the tours, or of the plan before; ``proved``: whether that is the bound.
    """

    orders: Mapping[TourKey, tuple[int, ...]] | None
    cost: int
    bound: int | None

    @property
    def proved(self) -> bool:
        """Whether nothing is cheaper."""
        return self.bound is not None and self.bound >= self.cost


def find_effort(steps: int, left_s: float) -> float:
    """Deterministic seconds of a composition after a search, by its steps, or by the time that is left."""
    return max(EFFORT_LEAST, EFFORT_PER_STEP * steps) if math.isinf(left_s) else max(0.0, left_s)


def compose(
    problem: Problem,
    pool: TourPool,
    orders: Mapping[TourKey, tuple[int, ...]],
    cost: int,
    *,
    seed: int,
    effort: float,
    find_left_s: Callable[[], float],
) -> Composed | None:
    """
    Compose tours that cost less than those of a plan, or prove that there are none.

    None where days cannot be nested, or where the plan so far leaves out a required visit.

    ``orders``, ``cost``: The plan so far. ``effort``: Deterministic seconds, about those of one core.
    ``find_left_s``: Tells how many seconds are left, infinite without a limit.
    """
    nest = find_nest(problem, pool.kinds) if problem.one_bus else None
    served = {visit for order in orders.values() for visit in order}
    missing = any(visit.required and at not in served for at, visit in enumerate(problem.visits))
    if nest is None or missing:
        return None
    pool.add(orders)
    composer = _Composer(problem, pool, nest, seed=seed, effort=effort, find_left_s=find_left_s)
    return composer.run(orders, cost)


class _Composer:
    """One composition: its master, its relaxation, and the best choice so far."""

    def __init__(
        self,
        problem: Problem,
        pool: TourPool,
        nest: tuple[Node, ...],
        *,
        seed: int,
        effort: float,
        find_left_s: Callable[[], float],
    ) -> None:
        self.pool, self.seed, self.find_left_s = pool, seed, find_left_s
        self.effort = effort
        self.whole = True
        self.nested = NestedMaster(problem, nest, self._list_tours)
        self.master = self.nested.master

    def run(self, orders: Mapping[TourKey, tuple[int, ...]], cost: int) -> Composed:
        """Better tours, and the bound."""
        hint = self.nested.count(orders)
        if hint is None:
            return Composed(None, cost, None)
        relaxation = Relaxation(self.nested)
        relaxation.start(orders)
        relaxed = relaxation.run(cost, NEAR, self._may_go_on)
        if relaxed is None:
            return Composed(None, cost, None)
        self.cost, self.hint, self.better = cost, hint, False
        over = relaxation.find_over(relaxed, cost - relaxed.bound)
        bound = self._climb(over, relaxed.bound)
        found = self.nested.read(self.hint) if self.better else None
        return Composed(found, self.cost, min(bound, self.cost) if self.whole else None)

    def _list_tours(self, node: Node, visits: frozenset[int]) -> Tours:
        """All tours of a row, or those of the pool where they are too many."""
        row = node.rows[0]
        found, spent = self.pool.list_all(row, visits, int(self.effort / 2 * COMPARISONS)) if self.whole else (None, 0)
        self.effort -= spent / COMPARISONS
        if found is None:
            self.whole = False
            return self.pool.list_known(row, visits)
        return found

    def _climb(self, over: NDArray[np.float64], bound: int) -> int:
        """Choose among few columns and then, for a proof, among all that could matter; gives the bound."""
        known, least = self._list_pool(), np.argsort(over, kind="stable")[:FIRST_COLUMNS]
        before = None
        while bound < self.cost != before and self._may_go_on():
            before = self.cost
            within = np.flatnonzero(over <= self.cost - bound)
            if len(within) > FIRST_COLUMNS:
                self._choose(np.concatenate([known, least]))
                within = np.flatnonzero(over <= self.cost - bound)
            if self._may_go_on() and len(within) <= MOST_COLUMNS and self._choose(within):
                return self.cost
        return bound

    def _may_go_on(self) -> bool:
        """Whether there is any effort and time left."""
        self.pool.check()
        return self.effort > 0 and self.find_left_s() > 0

    def _list_pool(self) -> NDArray[np.int64]:
        """Columns of the tours that the search has had."""
        if not self.whole:
            return np.arange(len(self.master.cost))
        return self.nested.find_tours(self.pool.list_sets)

    def _choose(self, columns: NDArray[np.int64]) -> bool:
        """Choose among some columns and those of the best so far; tells whether the best of them is known."""
        columns = self.nested.complete(np.concatenate([columns, np.array(sorted(self.hint), dtype=np.int64)]))
        found = choose(
            self.master,
            columns,
            self.hint,
            most=self.cost,
            seed=self.seed,
            effort=self.effort,
            limit_s=self.find_left_s(),
            check=self.pool.check,
        )
        if found is None:
            return False
        self.effort -= found.spent
        if found.cost < self.cost:
            self.cost, self.hint, self.better = found.cost, found.count, True
        return found.proved
