"""
The linear relaxation of a nested master, by columns that are whole nodes, and the bound that it proves.

A column of it is one outermost node with all its tours: its price is theirs, and what it takes is one or more calls of
each visit. So there is one row a visit and one a kind of node, which GLOP solves in hundredths of a second; the columns
come from the list of all tours, those of the least reduced cost for each content first (Dantzig and Wolfe 1960). Prices
of the visits alone give a bound (Lagrange), whatever they are; they are smoothed towards the best so far (Wentges
1997).
Two tours that share a node of two days never serve the same visit of one day twice: that makes the bound tighter than
that of the master as CP-SAT sees it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from bibliobus.solve.compose.nest import Node
    from bibliobus.solve.compose.nested import Level, NestedMaster
    from bibliobus.solve.drafts import TourKey

AT_ONCE: Final = 300
"""Columns of a kind that come in at once. By hand."""

EXACT: Final = 600
"""Contents whose two tours are found exactly at each step, those that could be the best. By hand: twice as many as come
in at once."""

KEPT: Final = 1500
"""Columns that stay from one step to the next, those of the least reduced cost. By hand."""

SMOOTHED: Final = 0.5
"""How far prices are drawn towards those of the best bound. By hand: with 0 it took half as long again."""

SLIGHT: Final = 1.0
"""Hundredths of a minute below which a reduced cost is rounding."""


@dataclass(frozen=True)
class Relaxed:
    """A cost below which no choice lies, and the prices of the visits that prove it."""

    bound: int
    prices: NDArray[np.float64]


@dataclass(frozen=True)
class _Whole:
    """One outermost node with all its tours: kind, price, and how many calls of each visit."""

    kind: int
    price: float
    calls: Mapping[int, int]

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it another than the others."""
        return self.kind, self.price, tuple(sorted(self.calls.items()))


class Relaxation:
    """The relaxation of one master, with the columns that were looked at."""

    def __init__(self, nested: NestedMaster) -> None:
        self.nested, self.master = nested, nested.master
        self.visits = len(nested.problem.visits)
        cover = self.master.row < self.visits
        self._row, self._column = self.master.row[cover], self.master.column[cover]
        self._pairs = {id(level): _Pairs(level) for level in _list_levels(nested) if _Pairs.fits(level)}
        self._free = np.array([visit.required for visit in nested.problem.visits], dtype=bool)
        self.wholes: list[_Whole] = []
        self._known: set[tuple[object, ...]] = set()

    def start(self, orders: Mapping[TourKey, Sequence[int]]) -> None:
        """Take in empty nodes, and the nodes of some tours."""
        for kind, (_, group) in enumerate(self.nested.roots):
            self._add(_Whole(kind, 0.0, {}))
            for node in group:
                self._add(_Whole(kind, float(self._price(node, orders)), _count_calls(node, orders)))

    def run(self, aim: int, near: float, is_over: Callable[[], bool]) -> Relaxed | None:
        """
        Take in columns until the bound is near enough; None if GLOP gives up.

        `aim` is the cost of the best plan so far: a bound that reaches it proves it. `near` is the share of what lies
        between bound and aim by which the bound may stay below the relaxation. None, too, if it is over before.
        """
        best, center = -math.inf, np.zeros(self.visits)
        while True:
            solved = self._solve()
            if solved is None:
                return None
            least, prices, kinds = solved
            self._forget(prices, kinds)
            added = 0
            for asked in (SMOOTHED * center + (1 - SMOOTHED) * prices, prices):
                reduced = self._reduce(asked)
                found = [self._value(level, reduced) for level, _ in self.nested.roots]
                bound = self._bound(asked, found)
                if bound > best:
                    best, center = bound, asked
                added = sum(
                    self._add_best(kind, level, value, reduced, prices, kinds[kind])
                    for kind, ((level, _), value) in enumerate(zip(self.nested.roots, found, strict=True))
                )
                if added:
                    break
            # Costs are whole, and sums of floating numbers of this size are right to far less than a hundredth.
            proved = self.master.fixed + math.ceil(best - 0.01)
            if not added or proved >= aim or least - best <= near * (aim - proved):
                return Relaxed(proved, center)
            if is_over():
                return None

    def _reduce(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Cost of every column of the master less what its visits are paid."""
        paid = np.bincount(self._column, prices[self._row], minlength=len(self.master.cost))
        return np.asarray(self.master.cost - paid)

    def _value(self, level: Level, reduced: NDArray[np.float64]) -> NDArray[np.float64]:
        """Least cost of every content of a level with all below it."""
        value = reduced[level.first : level.first + len(level.contents)].astype(np.float64)
        for part, times, inside in level.parts:
            below = self._value(part, reduced)
            if id(level) in self._pairs:
                value = self._pairs[id(level)].find(value, below)
            else:
                least = np.full(len(value), np.inf)
                np.minimum.at(least, inside, below)
                value += times * least
        return value

    def _bound(self, prices: NDArray[np.float64], found: Sequence[NDArray[np.float64]]) -> float:
        """What no choice undercuts: the prices of the visits, and of every node its cheapest content."""
        whole = float(prices.sum())
        for (_, group), value in zip(self.nested.roots, found, strict=True):
            whole += len(group) * float(value.min())
        return whole

    def _add_best(
        self,
        kind: int,
        level: Level,
        value: NDArray[np.float64],
        reduced: NDArray[np.float64],
        prices: NDArray[np.float64],
        paid: float,
    ) -> int:
        """Take in the contents of least value; gives how many are new and cost less than their kind is paid."""
        good = np.flatnonzero(value < -SLIGHT)
        if len(good) > AT_ONCE:
            good = good[np.argpartition(value[good], AT_ONCE)[:AT_ONCE]]
        added = 0
        for content in good.tolist():
            price = 0.0
            calls: dict[int, int] = {}
            for column, visits in self._unfold(level, content, reduced):
                price += float(self.master.cost[column])
                for visit in visits:
                    calls[visit] = calls.get(visit, 0) + 1
            whole = _Whole(kind, price, calls)
            worth = price - sum(prices[visit] * times for visit, times in calls.items())
            if worth < paid - SLIGHT:
                added += self._add(whole)
        return added

    def _unfold(self, level: Level, content: int, reduced: NDArray[np.float64]) -> Iterator[tuple[int, list[int]]]:
        """Column of a content and the best of all below it, each with the visits that join there."""
        here = level.contents[content].tolist()
        yield level.first + content, [visit for visit in here if visit in level.node.joining]
        for part, times, inside in level.parts:
            if id(level) in self._pairs:
                chosen = self._pairs[id(level)].pair[content].tolist()
            else:
                among = np.flatnonzero(inside == content)
                chosen = [int(among[self._value(part, reduced)[among].argmin()])] * times
            for one in chosen:
                yield from self._unfold(part, one, reduced)

    def _add(self, whole: _Whole) -> bool:
        """Take in a column if it is new."""
        if whole.key in self._known:
            return False
        self._known.add(whole.key)
        self.wholes.append(whole)
        return True

    def _forget(self, prices: NDArray[np.float64], kinds: Sequence[float]) -> None:
        """Let go of the columns that cost most beyond what they are paid: GLOP begins anew each time."""
        if len(self.wholes) <= KEPT:
            return
        extra = [
            whole.price - kinds[whole.kind] - sum(prices[visit] * times for visit, times in whole.calls.items())
            for whole in self.wholes
        ]
        ranked = sorted(range(len(extra)), key=lambda at: (extra[at], at))
        self._known -= {self.wholes[at].key for at in ranked[KEPT:]}
        self.wholes = [self.wholes[at] for at in sorted(ranked[:KEPT])]

    def _solve(self) -> tuple[float, NDArray[np.float64], list[float]] | None:
        """Least cost over the columns, and the prices of visits and kinds, by GLOP."""
        from ortools.linear_solver.python import model_builder as untyped

        model_builder: Any = untyped
        model = model_builder.Model()
        used: list[Any] = [model.new_num_var(0.0, math.inf, "") for _ in self.wholes]
        visits: dict[int, tuple[list[Any], list[int]]] = {}
        kinds: list[list[Any]] = [[] for _ in self.nested.roots]
        for one, whole in zip(used, self.wholes, strict=True):
            kinds[whole.kind].append(one)
            for visit, times in whole.calls.items():
                terms, factors = visits.setdefault(visit, ([], []))
                terms.append(one)
                factors.append(times)
        weigh = model_builder.LinearExpr.weighted_sum
        once = {}
        for visit in sorted(visits):
            total = weigh(*visits[visit])
            once[visit] = model.add(total == 1 if self._free[visit] else total <= 1)
        days = [
            model.add(model_builder.LinearExpr.sum(some) == len(group))
            for some, (_, group) in zip(kinds, self.nested.roots, strict=True)
        ]
        model.minimize(weigh(used, [whole.price for whole in self.wholes]))
        solver = model_builder.Solver("glop")
        if solver.solve(model) != model_builder.SolveStatus.OPTIMAL:
            return None
        prices = np.zeros(self.visits)
        for visit, rule in once.items():
            price = solver.dual_value(rule)
            # Who must be served has a price of either sign; with rounding, who need not could seem to have one.
            prices[visit] = price if self._free[visit] else min(0.0, price)
        return float(solver.objective_value), prices, [solver.dual_value(rule) for rule in days]

    def find_over(self, relaxed: Relaxed, most: float) -> NDArray[np.float64]:
        """By how much more than the bound a choice with each column costs at least; exact up to `most`."""
        reduced, over = self._reduce(relaxed.prices), np.full(len(self.master.cost), np.inf)
        for level, _ in self.nested.roots:
            value = self._value(level, reduced)
            self._spread(level, value - value.min(), reduced, most, over)
        return over

    def _spread(
        self,
        level: Level,
        extra: NDArray[np.float64],
        reduced: NDArray[np.float64],
        most: float,
        over: NDArray[np.float64],
    ) -> None:
        """Write what every content of a level and all below it costs more than the cheapest."""
        over[level.first : level.first + len(extra)] = extra
        for part, _, inside in level.parts:
            below = self._value(part, reduced)
            if id(level) in self._pairs:
                # What a content costs without its tours, so that those of each pair come on top.
                alone = extra - self._value(level, reduced) + reduced[level.first : level.first + len(extra)]
                self._spread(part, self._pairs[id(level)].spread(below, alone, most), reduced, most, over)
                continue
            least = np.full(len(extra), np.inf)
            np.minimum.at(least, inside, below)
            self._spread(part, extra[inside] + below - least[inside], reduced, most, over)

    def _price(self, node: Node, orders: Mapping[TourKey, Sequence[int]]) -> int:
        """Price of the tours of a node less the rewards of its visits, as the columns of the master have it."""
        columns = self.nested.list_columns(node, orders)
        return sum(int(self.master.cost[column]) for column in columns)


class _Pairs:
    """The two tours of every content of a level whose only part is a row that is there twice."""

    def __init__(self, level: Level) -> None:
        part, _, self.inside = level.parts[0]
        own = np.where(np.isin(part.contents, np.array(sorted(part.node.joining), dtype=np.int16)), part.contents, -1)
        # -1 behind the last.
        self.own = -np.sort(-own, axis=1)
        self.by_content = np.argsort(self.inside, kind="stable")
        self.start = np.searchsorted(self.inside[self.by_content], np.arange(len(level.contents) + 1))
        self.pair = np.zeros((len(level.contents), 2), dtype=np.int64)

    @staticmethod
    def fits(level: Level) -> bool:
        """Whether a level is one of two days."""
        return len(level.parts) == 1 and level.parts[0][1] == 2 and not level.parts[0][0].parts

    def find(self, base: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
        """
        Value of every content with its two tours, at least: exact, with the tours in `pair`, for the best of them.

        Twice the cheapest tour is never more than two that differ.
        """
        from bibliobus.solve.compose.pairs import pair_tours

        value = base + 2.0 * np.minimum.reduceat(below[self.by_content], self.start[:-1])
        count = min(EXACT, len(value))
        best = np.sort(np.argpartition(value, count - 1)[:count])
        start, ranked = self._rank(best, below)
        least, pair = np.zeros(count), np.zeros((count, 2), dtype=np.int64)
        pair_tours(start, ranked, below, self.own, least, pair)
        value[best], self.pair[best] = base[best] + least, pair
        return value

    def spread(self, below: NDArray[np.float64], extra: NDArray[np.float64], most: float) -> NDArray[np.float64]:
        """What every tour costs more, with the best other one, than the cheapest of all; exact up to `most`."""
        from bibliobus.solve.compose.pairs import complete_tours

        contents, sums = np.arange(len(extra)), np.zeros(len(below))
        start, ranked = self._rank(contents, below)
        complete_tours(start, ranked, below, self.own, most - extra, sums)
        return np.asarray(extra[self.inside] + sums)

    def _rank(
        self, contents: NDArray[np.int64], below: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Tours of some contents, the cheapest first, and where each content begins among them."""
        ranked = [self.by_content[self.start[content] : self.start[content + 1]] for content in contents]
        sizes = self.start[contents + 1] - self.start[contents]
        rows = np.repeat(np.arange(len(contents)), sizes)
        together = np.concatenate(ranked)
        order = np.lexsort((below[together], rows))
        return np.concatenate([[0], np.cumsum(sizes)]), together[order]


def _list_levels(nested: NestedMaster) -> Iterator[Level]:
    """All levels of a master."""
    waiting = [level for level, _ in nested.roots]
    while waiting:
        level = waiting.pop()
        yield level
        waiting += [part for part, *_ in level.parts]


def _count_calls(node: Node, orders: Mapping[TourKey, Sequence[int]]) -> dict[int, int]:
    """How many times each visit of some tours joins a node or one in it."""
    calls: dict[int, int] = {}
    waiting = [node]
    while waiting:
        one = waiting.pop()
        waiting += one.parts
        first = next(one.list_leaves()).rows[0]
        for visit in orders.get(first, ()):
            if visit in one.joining:
                calls[visit] = calls.get(visit, 0) + 1
    return calls
