"""Pool: the day tours that are known for each kind of day, those that a search has had or all there are."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from bibliobus.solve.compose.days import MOST_NODES, DayPrices, Tours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bibliobus.model.problem import Problem
    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.times.schedule import Scheduler

MOST_TOURS: Final = 500_000
"""Tours of one kind of day that are listed; with more of them only those of the search are looked at."""

MOST_SETS: Final = 1_000_000_000
"""Sets of the usual number of calls with which listing is begun. By hand: 41 visits by 6 are 4 million, 123 by 5
are 200 million, and are listed in 0.5 and 1.6 s; 56 by 8 are 1.4 thousand million, and were not listed in 100 s."""

ORDERED: Final = 8
"""Most calls of a tour of the search that is put into its best order; longer ones stay as the search had them."""


class TourPool:
    """Tours by kind of day, each as the search had it last; `check` is asked whether to stop."""

    def __init__(self, problem: Problem, scheduler: Scheduler, check: Callable[[], None]) -> None:
        self.problem, self.check = problem, check
        self.kinds = find_kinds(problem, scheduler)
        self._orders: dict[int, dict[frozenset[int], tuple[int, ...]]] = {kind: {} for kind in self.kinds.values()}
        self._prices: dict[int, DayPrices] = {}

    def add(self, orders: Mapping[TourKey, Sequence[int]]) -> None:
        """Take in the tours of a plan."""
        for key, order in orders.items():
            self._orders[self.kinds[key]][frozenset(order)] = tuple(order)

    def list_sets(self, row: TourKey) -> Iterable[frozenset[int]]:
        """Visits of each tour that the search has had on days like a row."""
        return self._orders[self.kinds[row]]

    def list_all(self, row: TourKey, visits: frozenset[int], effort: int) -> tuple[Tours | None, int]:
        """All tours of a row out of some visits, None where they are too many; and the effort spent, in comparisons."""
        calls = [len(some) for some in self.list_sets(row)] or [0]
        # Sets of the usual size, of which most do not fit: with so many more of them it is no use to begin.
        if math.comb(len(visits), round(sum(calls) / len(calls))) > MOST_SETS:
            return None, 0
        return self._price(row).list_tours(sorted(visits), most=MOST_TOURS, effort=effort, check=self.check)

    def list_known(self, row: TourKey, visits: frozenset[int]) -> Tours:
        """Tours of a row that the search has had and that have only some visits, in order of their visits."""
        prices = self._price(row)
        known = {some: order for some, order in self._orders[self.kinds[row]].items() if some <= visits}
        short = sorted(tuple(sorted(some)) for some in known if 0 < len(some) <= ORDERED)
        width = max(map(len, known), default=1)
        sets = np.full((len(short), max(width, 1)), -1, dtype=np.int16)
        for at, some in enumerate(short):
            sets[at, : len(some)] = some
        tours = prices.price_all(sets, np.array([len(some) for some in short], dtype=np.int8), self.check)
        long = sorted(order for order in known.values() if len(order) > ORDERED)
        good = [
            (order, price) for order, price in ((order, prices.price(order)) for order in long) if price is not None
        ]
        orders = np.full((len(tours) + len(good), max(width, 1)), -1, dtype=np.int16)
        orders[: len(tours), : tours.orders.shape[1]] = tours.orders
        for at, (order, _) in enumerate(good, start=len(tours)):
            orders[at, : len(order)] = order
        return Tours(orders, np.concatenate([tours.prices, np.array([price for _, price in good], dtype=np.int64)]))

    def _price(self, row: TourKey) -> DayPrices:
        """Prices of the tours of a row."""
        kind = self.kinds[row]
        if kind not in self._prices:
            self.check()
            self._prices[kind] = DayPrices(self.problem, *row)
        return self._prices[kind]


def can_compose(problem: Problem) -> bool:
    """Whether there are not too many visits, and each is served by one bus."""
    return len(problem.visits) <= MOST_NODES and problem.one_bus


def find_kinds(problem: Problem, scheduler: Scheduler) -> dict[TourKey, int]:
    """Kind of every row, by what its bus and the windows of the day allow."""
    numbers: dict[object, int] = {}
    return {
        (bus, day): numbers.setdefault((replace(crew, days=()), scheduler.find_first_like(day)), len(numbers))
        for bus, crew in enumerate(problem.buses)
        for day in crew.days
    }
