"""The master of a nest: tours and shared visits of all kinds of nodes as columns, and tours read back from a choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bibliobus.solve.compose.master import Master
from bibliobus.solve.compose.nest import group_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem
    from bibliobus.solve.compose.days import Tours
    from bibliobus.solve.compose.nest import Node
    from bibliobus.solve.drafts import TourKey


@dataclass
class Level:
    """
    Columns of one kind of node: which visits each has, sorted, -1 behind the last; parts by kind, each with the number
    of the content of this level that its own contents lie in.
    """

    node: Node
    contents: NDArray[np.int16]
    first: int
    parts: list[tuple[Level, int, NDArray[np.int64]]]
    orders: NDArray[np.int16] | None = None
    known: dict[bytes, int] | None = None

    def find(self, visits: Sequence[int]) -> int | None:
        """Column of some visits."""
        if self.known is None:
            self.known = {row.tobytes(): at for at, row in enumerate(self.contents)}
        width = self.contents.shape[1]
        if len(visits) > width:
            return None
        wanted = np.full(width, -1, dtype=np.int16)
        wanted[: len(visits)] = sorted(visits)
        at = self.known.get(wanted.tobytes())
        return None if at is None else self.first + at


class NestedMaster:
    """
    All tours of a nest as one master problem.

    ``tours``: Gives the tours of a row, empty one included, that have only some visits.
    """

    def __init__(self, problem: Problem, nest: Sequence[Node], tours: Callable[[Node, frozenset[int]], Tours]) -> None:
        self.problem, self.tours = problem, tours
        self._cost: list[NDArray[np.int64]] = []
        self._most: list[NDArray[np.int64]] = []
        self._entries: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
        self._right: list[tuple[int, bool]] = [(1, visit.required) for visit in problem.visits]
        self._columns = 0
        self.roots: list[tuple[Level, list[Node]]] = []
        for group in group_nodes(nest):
            level = self._lay(group[0], frozenset(), [], len(group))
            row = self._add_rows(1, len(group), equal=True)
            self._add_entries(np.full(len(level.contents), row), level.first + np.arange(len(level.contents)), 1)
            self.roots.append((level, group))
        self.master = self._finish()

    def count(self, orders: Mapping[TourKey, Sequence[int]]) -> dict[int, int] | None:
        """How many of each column some tours are; None if one of them is no column."""
        counted: dict[int, int] = {}
        for level, group in self.roots:
            for node in group:
                for column in self._find_columns(level, node, orders, frozenset()):
                    if column is None:
                        return None
                    counted[column] = counted.get(column, 0) + 1
        return counted

    def list_columns(self, node: Node, orders: Mapping[TourKey, Sequence[int]]) -> list[int]:
        """Columns of an outermost node in some tours that are all known."""
        level = next(level for level, group in self.roots if group[0].sign == node.sign)
        columns = list(self._find_columns(level, node, orders, frozenset()))
        known = [column for column in columns if column is not None]
        assert len(known) == len(columns)  # who asks has counted them
        return known

    def complete(self, columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """Some columns, and those of the contents above that their tours lie in, sorted."""
        wanted = np.zeros(self._columns, dtype=bool)
        wanted[columns] = True
        for level, _ in self.roots:
            _mark_above(level, wanted)
        return np.flatnonzero(wanted)

    def find_tours(self, list_sets: Callable[[TourKey], Iterable[Collection[int]]]) -> NDArray[np.int64]:
        """Columns of the tours of every row among some sets of visits."""
        waiting, columns = [level for level, _ in self.roots], list[int | None]()
        while waiting:
            level = waiting.pop()
            waiting += [part for part, *_ in level.parts]
            if level.orders is not None:
                columns += [level.find(sorted(some)) for some in list_sets(level.node.rows[0])]
        return np.array(sorted({column for column in columns if column is not None}), dtype=np.int64)

    def read(self, counted: Mapping[int, int]) -> dict[TourKey, tuple[int, ...]]:
        """Tours by bus and day that are such a choice."""
        left = dict(counted)
        orders: dict[TourKey, tuple[int, ...]] = {}
        for level, group in self.roots:
            for node in group:
                self._read_node(level, node, range(len(level.contents)), left, orders)
        return orders

    def _lay(self, node: Node, above: frozenset[int], numbers: list[tuple[frozenset[int], int]], number: int) -> Level:
        """Columns of one kind of node and of all below it; `number` is how many nodes there are of it."""
        visits, numbers = above | node.joining, [*numbers, (node.joining, number)]
        if not node.parts:
            tours = self.tours(node, visits)
            contents = _sort_rows(tours.orders)
            first = self._add_columns(tours.prices.astype(np.int64), contents, node.joining, numbers)
            return Level(node, contents, first, [], tours.orders)
        levels = []
        for group in group_nodes(node.parts):
            level = self._lay(group[0], visits, numbers, number * len(group))
            levels.append((level, len(group), _project(level.contents, visits)))
        width = max(projected.shape[1] for *_, projected in levels)
        padded = [_pad(projected, width) for *_, projected in levels]
        contents, inverse = np.unique(np.concatenate(padded), axis=0, return_inverse=True)
        first = self._add_columns(np.zeros(len(contents), dtype=np.int64), contents, node.joining, numbers)
        parts, start = [], 0
        for (level, times, projected), _ in zip(levels, padded, strict=True):
            inside = inverse.reshape(-1)[start : start + len(projected)]
            start += len(projected)
            row = self._add_rows(len(contents), 0, equal=True)
            self._add_entries(row + inside, level.first + np.arange(len(projected)), 1)
            self._add_entries(row + np.arange(len(contents)), first + np.arange(len(contents)), -times)
            parts.append((level, times, inside))
        return Level(node, contents, first, parts)

    def _add_columns(
        self,
        price: NDArray[np.int64],
        contents: NDArray[np.int16],
        joining: frozenset[int],
        numbers: list[tuple[frozenset[int], int]],
    ) -> int:
        """Add columns with the rewards of those who join here; gives the number of the first."""
        first = self._columns
        self._columns += len(price)
        place, seat = np.nonzero(_is_in(contents, joining))
        visits = contents[place, seat].astype(np.int64)
        rewards = np.array([visit.reward for visit in self.problem.visits], dtype=np.int64)
        self._cost.append(price - np.bincount(place, rewards[visits], minlength=len(price)).astype(np.int64))
        self._add_entries(visits, first + place, 1)
        most = np.full(len(price), numbers[-1][1], dtype=np.int64)
        for shared, number in numbers:
            # Who joins a node joins one of them; below it there are as many nodes as in one.
            most[_is_in(contents, shared).any(axis=1)] = numbers[-1][1] // number
        self._most.append(most)
        return first

    def _add_rows(self, rows: int, right: int, *, equal: bool) -> int:
        """Add rows; gives the number of the first."""
        first = len(self._right)
        self._right += [(right, equal)] * rows
        return first

    def _add_entries(self, row: NDArray[np.int64], column: NDArray[np.int64], value: int) -> None:
        """Add entries of one value."""
        self._entries.append((row, column, np.full(len(row), value, dtype=np.int64)))

    def _finish(self) -> Master:
        """The master, its entries sorted by column."""
        row, column, value = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        by_column = np.argsort(column, kind="stable")
        return Master(
            cost=np.concatenate(self._cost),
            most=np.concatenate(self._most),
            row=row[by_column],
            column=column[by_column],
            value=value[by_column],
            right=np.array([right for right, _ in self._right], dtype=np.int64),
            equal=np.array([equal for _, equal in self._right]),
            fixed=sum(visit.reward for visit in self.problem.visits),
        )

    def _find_columns(
        self, level: Level, node: Node, orders: Mapping[TourKey, Sequence[int]], above: frozenset[int]
    ) -> Iterator[int | None]:
        """Columns of a node and of all below it in some tours."""
        visits = above | level.node.joining
        leaf = next(node.list_leaves())
        yield level.find([visit for visit in orders.get(leaf.rows[0], ()) if visit in visits])
        for (part, *_), group in zip(level.parts, group_nodes(node.parts), strict=True):
            for one in group:
                yield from self._find_columns(part, one, orders, visits)

    def _read_node(
        self,
        level: Level,
        node: Node,
        among: Sequence[int],
        left: dict[int, int],
        orders: dict[TourKey, tuple[int, ...]],
    ) -> None:
        """Give a node one of some columns that are left, and the nodes in it others."""
        at = next(at for at in among if left.get(level.first + at, 0) > 0)
        left[level.first + at] -= 1
        if level.orders is not None:
            order = tuple(int(visit) for visit in level.orders[at] if visit >= 0)
            if order:
                orders[node.rows[0]] = order
        for (part, _, inside), group in zip(level.parts, group_nodes(node.parts), strict=True):
            below = np.flatnonzero(inside == at).tolist()
            for one in group:
                self._read_node(part, one, below, left, orders)


def _mark_above(level: Level, wanted: NDArray[np.bool_]) -> None:
    """Mark the contents of a level in which a marked column of a part lies."""
    for part, _, inside in level.parts:
        _mark_above(part, wanted)
        marked = wanted[part.first : part.first + len(inside)]
        wanted[level.first + inside[marked]] = True


def _sort_rows(orders: NDArray[np.int16]) -> NDArray[np.int16]:
    """Visits of every row, sorted, -1 behind the last."""
    high = np.where(orders < 0, np.iinfo(np.int16).max, orders)
    high.sort(axis=1)
    return np.where(high == np.iinfo(np.int16).max, -1, high).astype(np.int16)


def _is_in(contents: NDArray[np.int16], visits: frozenset[int]) -> NDArray[np.bool_]:
    """Which entries are among some visits."""
    return np.isin(contents, np.array(sorted(visits), dtype=np.int16))


def _project(contents: NDArray[np.int16], visits: frozenset[int]) -> NDArray[np.int16]:
    """Only some visits of every row."""
    return _sort_rows(np.where(_is_in(contents, visits), contents, -1))


def _pad(contents: NDArray[np.int16], width: int) -> NDArray[np.int16]:
    """Wider rows of the same visits."""
    return np.pad(contents, ((0, 0), (0, width - contents.shape[1])), constant_values=-1)
