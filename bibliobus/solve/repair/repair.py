"""Repair a published timetable: unbroken tours stay, broken ones lose as little as possible, then little by little."""

from __future__ import annotations

import math
import random
import time
from dataclasses import dataclass
from itertools import combinations, islice, permutations
from typing import TYPE_CHECKING, Final

from bibliobus.domain.watch import Progress, Watch
from bibliobus.solve.repair.times import TimeKeeper
from bibliobus.solve.repair.tours import Keeper, list_near_orders
from bibliobus.solve.solver import Ending, Solution, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.model.problem import Problem
    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.repair.promises import AnnouncedTimetable, ChangePrices
    from bibliobus.solve.repair.tours import Kept
    from bibliobus.solve.solver import SearchOptions

# The numbers below are chosen by hand, not measured one by one. With them a repair takes 0.6 s in the median and 1.1 s
# at most in the sample, 0.2 s and 2.6 s on Iceland's roads (tests/bench/README.md, "Planning anew with few changes").
MOST_SETS: Final = 40
"""So many sets of visits to take out of a broken tour are tried."""

PATIENCE: Final = 8
"""Random steps without success after which a search gives up."""

FEW_VISITS: Final = 8
"""Problems of so few visits are searched by taking out every three of them."""

MOST_FOCUS: Final = 16
"""So many visits are looked at to make a plan cheaper."""

TRIED_PAIRS: Final = 40
"""So many pairs of visits are taken out together."""


@dataclass(frozen=True)
class Repaired:
    """
    What a repair found.

    Parameters
    ----------
    solution
        The tours.
    change
        Price of the announced changes, in hundredths of a minute.
    broken
        Tours of the published timetable that could not be driven as announced.
    """

    solution: Solution
    change: int
    broken: tuple[TourKey, ...]


class Repair:
    """
    Search for tours that break as few promises as possible.

    Parameters
    ----------
    problem
        The planning problem, with the changed roads, fleet or stops.
    published
        What was announced.
    prices
        Prices of changes.
    options
        How long and how to search.
    """

    def __init__(
        self, problem: Problem, published: AnnouncedTimetable, prices: ChangePrices, options: SearchOptions
    ) -> None:
        self.problem = problem
        self.published = published
        self.options = options
        self.times = TimeKeeper(problem, published, prices)
        self.keeper = Keeper(self.times)
        self.random = random.Random(options.seed)
        self.until = math.inf if options.time_limit_s is None else time.monotonic() + options.time_limit_s
        self.broken: tuple[TourKey, ...] = ()
        self.focus: frozenset[int] = frozenset()
        self.best: Kept | None = None
        self.step = 0

    def run(
        self,
        watch: Watch,
        *,
        improve_from: Kept | None = None,
        focus: frozenset[int] = frozenset(),
        keep_all: bool = False,
    ) -> tuple[Kept, Ending]:
        """
        Repair, then search on.

        Parameters
        ----------
        watch
            Told after every step, and asked whether to stop after every move that is tried. The repair itself is whole;
            who stops what comes after it keeps the best so far.
        improve_from
            Tours to make cheaper, whatever that changes; None to repair the published ones.
        focus
            Visits whose tours are made cheaper; not looked at for a repair.
        keep_all
            True if nothing is to be changed where nothing is broken; False to fill in new visits all the same.

        Returns
        -------
        kept : Kept
            The best tours.
        ending : Ending
            What ended the search.
        """
        self.keeper.cheap_first = improve_from is not None
        self.focus, self.step = focus, 0
        self.keeper.watch = watch.to_the_end()
        kept = self._repair() if improve_from is None else improve_from
        self.keeper.watch = watch
        if keep_all and not self.broken and not kept.change:
            return kept, Ending.PROOF
        self.best = kept
        try:
            self._tell()
            kept = self._polish(self._fill(kept))
            # Random steps are for promises; an improvement is an offer that should not keep anybody waiting.
            return (kept, Ending.BUDGET) if self.keeper.cheap_first else self._search(kept)
        except KeyboardInterrupt:
            return self.best, Ending.INTERRUPT

    def _tell(self) -> None:
        """Tell where the search stands."""
        assert self.best is not None  # the repair is whole
        wanted = len(self.problem.visits)
        served = wanted - len(self._list_unserved(self.best))
        self.keeper.watch.tell(Progress(self.step, self.options.iterations, served, self.best.cost, wanted))

    def report(self, kept: Kept, ending: Ending) -> Repaired:
        """
        Report tours as a solution.

        Parameters
        ----------
        kept
            The tours.
        ending
            What ended the search.

        Returns
        -------
        Repaired
            The solution and what it breaks.
        """
        values = [self.times.value(key, kept.tours[key]) for key in kept.tours]
        tours = sorted((value.tour for value in values if value), key=lambda tour: (tour.day, tour.bus))
        solution = Solution(tuple(tours), self._list_unserved(kept), kept.cost, None, Status.FEASIBLE, ending)
        return Repaired(solution, kept.change, self.broken)

    def find_focus(self, kept: Kept, places: frozenset[int]) -> frozenset[int]:
        """
        Find the visits where something could be improved.

        Parameters
        ----------
        kept
            Repaired tours.
        places
            Places in the matrices with a faster drive than before.

        Returns
        -------
        frozenset of int
            Changed visits with those on their tours, and visits at the places that are movable.
        """
        self.keeper.cheap_first = False
        changed, tours = self._find_changed(kept)
        near = {visit for key in tours for visit in kept.tours[key]}
        faster = {at for at, visit in enumerate(self.problem.visits) if visit.place in places}
        found = sorted({*changed, *near, *faster}, key=lambda at: (at not in changed, at not in near, at))[:MOST_FOCUS]
        return frozenset(visit for visit in found if self.keeper.is_movable(kept, visit))

    def _repair(self) -> Kept:
        """Unbroken tours as they were, then the broken ones one by one."""
        orders = {key: self._list_valid(key, order) for key, order in self.published.orders.items()}
        homes: dict[int, list[TourKey]] = {}
        for key in sorted(orders, key=lambda key: (key[1], key[0])):
            for visit in orders[key]:
                homes.setdefault(visit, []).append(key)
        good = {key: order for key, order in sorted(orders.items()) if order and self.times.value(key, order)}
        self.broken = tuple(
            sorted(
                key
                for key, order in self.published.orders.items()
                if good.get(key) != order or self._breaks(key, order)
            )
        )
        kept = self.keeper.put(self.keeper.start(), good, {visit: tuple(keys) for visit, keys in homes.items()})
        assert kept is not None  # every tour was tried
        broken = [key for key in sorted(orders) if orders[key] and key not in good]
        for at, key in enumerate(broken):
            self.keeper.blocked = frozenset(broken[at + 1 :])
            kept = self._repair_tour(kept, key, tuple(v for v in orders[key] if key in kept.homes.get(v, ())))
        self.keeper.blocked = frozenset()
        return kept

    def _list_valid(self, key: TourKey, order: tuple[int, ...]) -> tuple[int, ...]:
        """Visits of a published tour whose days and bus are still allowed."""
        return tuple(
            visit
            for visit in order
            if tuple(sorted(self.published.promises[visit])) in self.problem.visits[visit].patterns
            and key[0] in self.problem.visits[visit].buses
            and all(promise.bus >= 0 for promise in self.published.promises[visit].values())
        )

    def _repair_tour(self, kept: Kept, key: TourKey, order: tuple[int, ...]) -> Kept:
        """Tours with a broken one in another order, or without a few of its visits, which go elsewhere."""
        if not order:
            return kept
        found = [
            fixed for some in list_near_orders(order) if (fixed := self.keeper.put(kept, {key: some}, {})) is not None
        ]
        movable = [visit for visit in order if self.keeper.is_movable(kept, visit)]
        for size in range(1, len(movable) + 1):
            sets = [
                self._leave_out(kept, key, order, removed) for removed in islice(combinations(movable, size), MOST_SETS)
            ]
            found += [fixed for fixed in sets if fixed is not None]
            if found:
                return min(found, key=self.keeper.worth)
        return self._put_back(self.keeper.clear(kept, order), order)

    def _leave_out(self, kept: Kept, key: TourKey, order: tuple[int, ...], removed: Sequence[int]) -> Kept | None:
        """Tours with a broken one without some visits, which are put elsewhere; None if it stays broken."""
        rest = tuple(visit for visit in order if visit not in removed)
        without = self.keeper.take_out(kept, removed)
        if without is None:
            return None
        orders = [rest] if not rest or self.times.value(key, rest) else list(list_near_orders(rest))
        fixed = [one for some in orders if (one := self.keeper.put(without, {key: some}, {})) is not None]
        return self._put_back(min(fixed, key=self.keeper.worth), removed) if fixed else None

    def _put_back(self, kept: Kept, visits: Iterable[int]) -> Kept:
        """Tours with as many visits back as fit, the most needed first."""
        for visit in sorted(visits, key=lambda visit: (-self.problem.visits[visit].reward, visit)):
            if visit not in kept.homes:
                kept = self.keeper.insert(kept, visit) or kept
        return kept

    def _fill(self, kept: Kept) -> Kept:
        """Tours with every unserved visit that fits and is worth it."""
        for visit in sorted(self._list_unserved(kept), key=lambda visit: (-self.problem.visits[visit].reward, visit)):
            fuller = self.keeper.insert(kept, visit)
            if fuller is not None and self.keeper.worth(fuller) < self.keeper.worth(kept):
                self.best = kept = fuller
        return kept

    def _polish(self, kept: Kept) -> Kept:
        """Tours in which no single visit, pair of visits, or order of a changed tour can be made better."""
        better: Kept | None = kept
        while better is not None:
            self.best = kept = better
            better = next((one for one in self._list_neighbours(kept) if self._is_better(one, kept)), None)
            if time.monotonic() > self.until:
                break
        return kept

    def _is_better(self, one: Kept | None, other: Kept) -> bool:
        """Whether tours are worth more than others."""
        return one is not None and self.keeper.worth(one) < self.keeper.worth(other)

    def _list_neighbours(self, kept: Kept) -> Iterable[Kept | None]:
        """Tours near others: changed tours ordered anew, changed visits elsewhere, alone or with a companion."""
        changed, tours = self._find_changed(kept)
        yield from (self.keeper.reorder(kept, key) for key in tours)
        yield from (self._move(kept, (visit,)) for visit in changed)
        near = sorted({visit for key in tours for visit in kept.tours[key]} | set(changed))
        if len(self.problem.visits) <= FEW_VISITS:
            everyone = range(len(self.problem.visits))
            # On up to 5 stops the announced changes are then the least of all assignments and orders
            # (tests/bench/README.md). Eight visits have 84 such sets, so that all can be tried.
            for size in (2, 3):
                yield from (self._move(kept, some) for some in combinations(everyone, size))
            return
        if self.keeper.cheap_first:
            return
        pairs = ((one, two) for one in changed for two in near if one != two)
        yield from (self._move(kept, pair) for pair in islice(pairs, TRIED_PAIRS))

    def _move(self, kept: Kept, visits: Sequence[int]) -> Kept | None:
        """Tours with some visits taken out and put back, in whatever order is best; None if that is not possible."""
        if not all(self.keeper.is_movable(kept, visit) for visit in visits):
            return None
        without = self.keeper.take_out(kept, visits)
        if without is None:
            return None
        found = []
        few = len(self.problem.visits) <= FEW_VISITS
        orders = permutations(visits) if few else (visits, tuple(reversed(visits)))[: len(visits)]
        for order in orders:
            now = without
            for at, visit in enumerate(order):
                waiting = sum(self.keeper.price_lost(other) for other in order[at + 1 :])
                now = self.keeper.insert(now, visit, kept.change + waiting) or now
            found.append(now)
        return min(found, key=self.keeper.worth)

    def _find_changed(self, kept: Kept) -> tuple[list[int], list[TourKey]]:
        """Visits that are not as announced, or all served ones for an improvement, and the tours they are in."""
        if self.keeper.cheap_first:
            return sorted(self.focus), [
                key for key, order in sorted(kept.tours.items()) if self.focus.intersection(order)
            ]
        tours = [
            key
            for key, order in sorted(kept.tours.items())
            if order != self.published.orders.get(key) or self._breaks(key, order)
        ]
        moved = {
            visit
            for visit, promises in self.published.promises.items()
            if {(promise.bus, day) for day, promise in promises.items()} != set(kept.homes.get(visit, ()))
        }
        near = {visit for key in tours for visit in kept.tours[key]}
        return sorted(moved) + sorted(near - moved), tours

    def _breaks(self, key: TourKey, order: tuple[int, ...]) -> bool:
        """Whether a tour breaks any promise."""
        value = self.times.value(key, order)
        return value is None or value.change > 0

    def _search(self, kept: Kept) -> tuple[Kept, Ending]:
        """Random steps until they no longer help."""
        budget, waited = self.options.iterations, 0
        for step in range(budget):
            changed, tours = self._find_changed(kept)
            near = sorted({visit for key in tours for visit in kept.tours[key]} | set(changed))
            if not changed or waited >= PATIENCE:
                break
            if time.monotonic() > self.until:
                return kept, Ending.LIMIT
            # One changed visit with 2 to 4 others, as pairs were tried before: chosen by hand, not measured.
            count = min(len(near), self.random.randint(2, 4))
            some = [self.random.choice(changed), *self.random.sample(near, count)]
            found = self._move(kept, tuple(dict.fromkeys(some)))
            waited += 1
            if self._is_better(found, kept) and found is not None:
                kept, waited = self._polish(found), 0
            self.step = step + 1
            self._tell()
        return kept, Ending.BUDGET

    def _list_unserved(self, kept: Kept) -> tuple[int, ...]:
        """Visits without a tour."""
        return tuple(visit for visit in range(len(self.problem.visits)) if visit not in kept.homes)
