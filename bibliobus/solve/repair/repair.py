"""Repair a published timetable: unbroken tours stay, broken ones exchange their visits with those beside them."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bibliobus.domain.watch import Progress, Watch
from bibliobus.solve.repair.clock import DayClock, SetPrices
from bibliobus.solve.repair.exchange import Exchange
from bibliobus.solve.repair.promises import AnnouncedTimetable, ChangePrices
from bibliobus.solve.repair.times import TimeKeeper
from bibliobus.solve.repair.tours import Keeper
from bibliobus.solve.solver import Ending, Solution, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bibliobus.model.problem import Problem
    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.repair.tours import Kept
    from bibliobus.solve.solver import SearchOptions

# The numbers below are chosen by hand, together: with them the figures of tests/bench/README.md, "Planning anew with
# few changes", were reached. Four times as many neighbourhoods gave little more there in three times the time.
MOST_TOURS: Final = 4
"""Tours that exchange their visits at once: a broken one and those beside it."""

MOST_POOL: Final = 8
"""Visits among which the tours of one bus-day are chosen, where not more are in it already: 256 sets."""

MOST_OPTIONS: Final = 3
"""So many sets of days and buses are looked at for a lost visit, the cheapest first; for one of many only the first."""

MOST_HELPERS: Final = 1
"""So many times other tours are looked at beside the same ones."""

MORE_OPTIONS: Final = 8
"""So many once nothing else helps and a visit is about to be lost; where nobody is, no more time is spent."""

MOST_FORCED: Final = 6
"""So many sets of days and buses are tried for a visit that pushes out others, the cheapest first."""

MOST_CALLS: Final = 3
"""A tour is looked at with so many calls more than it has, or than was announced."""

ALL_VISITS: Final = 8
"""Problems of so few visits are searched as a whole."""

ALL_TOURS: Final = 12
"""The same of bus-days."""

MOST_STEPS: Final = 60
"""Exchanges after which a repair ends where the options say no less; more than any closure of the samples took."""

MANY_BROKEN: Final = 12
"""Of more broken tours, as by a winter that slows every road, each is mended with one beside it, to save time."""

MOST_FOCUS: Final = 16
"""So many visits are looked at to make a plan cheaper."""


class Newcomers(StrEnum):
    """What becomes of settlements that were never announced; whom the planner requires is always put in."""

    NONE = "none"
    FILL = "fill"


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
    price
        What the repair made small: `change` and the price of driving, in hundredths of a minute.
    bound
        Price of announced changes that no timetable undercuts, by each broken tour alone, in hundredths of a minute.
    proved
        True if no timetable has a lower `price`, or none a lower `change` than this one.
    """

    solution: Solution
    change: int
    broken: tuple[TourKey, ...]
    price: int
    bound: int
    proved: bool


class Repair:
    """
    Search for tours that break as few promises as possible, weighed by the residents they were given to.

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
        # A repair ends by itself: with a time limit alone it need not use all of it.
        self.most_steps = MOST_STEPS if options.iterations is None else min(options.iterations, MOST_STEPS)
        self.until = math.inf if options.time_limit_s is None else time.monotonic() + options.time_limit_s
        self.broken: tuple[TourKey, ...] = ()
        self.focus: frozenset[int] = frozenset()
        self.best: Kept | None = None
        self.step = 0
        self.whole = False
        self._known: dict[tuple[TourKey, tuple[int, ...]], SetPrices] = {}
        self._seen: set[tuple[object, ...]] = set()
        self._orders: dict[TourKey, tuple[int, ...]] = {}

    def run(
        self,
        watch: Watch,
        *,
        improve_from: Kept | None = None,
        focus: frozenset[int] = frozenset(),
        keep_all: bool = False,
        newcomers: Newcomers = Newcomers.FILL,
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
        newcomers
            Whether visits that were never announced may fill what is free: only where no announced visit is lost but
            those that no tour could make, and where no promise is broken for it. Visits that the planner requires get
            in whatever that breaks.

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
        if keep_all and not self.broken and not kept.change and not kept.missing:
            self.whole = True
            return kept, Ending.PROOF
        self.best = kept
        try:
            self._tell()
            if self.keeper.cheap_first:
                # An improvement is an offer that should not keep anybody waiting.
                return self._polish(self._fill(kept)), Ending.BUDGET
            kept, ending = self._search(kept)
            return (self._admit(kept) if newcomers is Newcomers.FILL else kept), ending
        except KeyboardInterrupt:
            return self.best, Ending.INTERRUPT

    def _tell(self) -> None:
        """Tell where the search stands."""
        assert self.best is not None  # the repair is whole
        wanted = len(self.problem.visits)
        served = wanted - len(self._list_unserved(self.best))
        self.keeper.watch.tell(Progress(self.step, self.most_steps, served, self.best.cost, wanted))

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
        steps = self.step if ending in (Ending.LIMIT, Ending.INTERRUPT) else self.most_steps
        unserved = self._list_unserved(kept)
        solution = Solution(tuple(tours), unserved, kept.cost, None, Status.FEASIBLE, ending, steps)
        price = kept.sum
        bound = self._find_bound()
        return Repaired(solution, kept.change, self.broken, price, bound, self.whole or kept.change <= bound)

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
        """Unbroken tours as they were, then the broken ones, that of the most residents first."""
        self._orders = {key: self._list_valid(key, order) for key, order in self.published.orders.items()}
        homes: dict[int, list[TourKey]] = {}
        for key in sorted(self._orders, key=lambda key: (key[1], key[0])):
            for visit in self._orders[key]:
                homes.setdefault(visit, []).append(key)
        good = {key: order for key, order in sorted(self._orders.items()) if order and self.times.value(key, order)}
        self.broken = tuple(
            sorted(
                key
                for key, order in self.published.orders.items()
                if good.get(key) != order or self._breaks(key, order)
            )
        )
        kept = self.keeper.put(self.keeper.start(), good, {visit: tuple(keys) for visit, keys in homes.items()})
        assert kept is not None  # every tour was tried
        broken = [key for key in sorted(self._orders) if self._orders[key] and key not in good]
        kept = self._clear(kept, broken)
        for key in sorted(broken, key=lambda key: (-sum(map(self.keeper.price_lost, self._orders[key])), key)):
            partners = self._list_partners(key)[: MOST_TOURS if len(broken) <= MANY_BROKEN else 1]
            kept = self._exchange(kept, self._pool(kept, self._join([key, *partners]))) or kept
        for visit in self._sort_lost(kept):
            kept = self._better(kept, self.keeper.insert(kept, visit))
            if visit not in kept.homes:
                kept = self._better(kept, self._force(kept, visit))
        for visit in self._sort_lost(kept):
            kept = self._better(kept, self.keeper.insert(kept, visit))
        return kept

    def _force(self, kept: Kept, visit: int) -> Kept | None:
        """Tours with a visit for which others of less worth make way, the least first; None where it fits nowhere."""
        required = self.problem.visits[visit].required
        best: Kept | None = None
        for _, keys in self.keeper.rank_places(kept, visit)[: None if required else MOST_FORCED]:
            found = self._make_way(kept, visit, keys)
            if found is not None and (best is None or self._is_better(found, best)):
                best = found
        return best

    def _make_way(self, kept: Kept, visit: int, keys: tuple[TourKey, ...]) -> Kept | None:
        """Tours with a visit in some of them, less those that have to go for it; None if it fits not even then."""
        required, worth = self.problem.visits[visit].required, self.keeper.price_lost(visit)
        now = kept
        for key in keys:
            lesser = [
                other
                for other in sorted(kept.tours.get(key, ()), key=lambda other: (self.keeper.price_lost(other), other))
                if (required or self.keeper.price_lost(other) < worth)
                and not self.problem.visits[other].required
                and self.keeper.is_movable(kept, other)
            ]
            while not self._fits(now, visit, key) and lesser:
                now = self.keeper.take_out(now, (lesser.pop(0),)) or now
        return self.keeper.insert_at(now, visit, keys)

    def _fits(self, kept: Kept, visit: int, key: TourKey) -> bool:
        """Whether a visit could join a tour at any position."""
        order = kept.tours.get(key, ())
        return any(self.times.value(key, (*order[:at], visit, *order[at:])) is not None for at in range(len(order) + 1))

    def _list_valid(self, key: TourKey, order: tuple[int, ...]) -> tuple[int, ...]:
        """Visits of a published tour whose days and bus are still allowed."""
        return tuple(
            visit
            for visit in order
            if tuple(sorted(self.published.promises[visit])) in self.problem.visits[visit].patterns
            and key[0] in self.problem.visits[visit].buses
            and all(promise.bus >= 0 for promise in self.published.promises[visit].values())
        )

    def _clear(self, kept: Kept, broken: Sequence[TourKey]) -> Kept:
        """Tours without the visits of broken ones; frozen ones stay where a tour can be driven with them alone."""
        visits = {visit for key in broken for visit in self._orders[key]}
        kept = self.keeper.clear(kept, [visit for visit in sorted(visits) if self.keeper.is_movable(kept, visit)])
        for key in broken:
            stay = tuple(visit for visit in self._orders[key] if visit in kept.homes)
            alone = self.keeper.put(kept, {key: stay}, {})
            kept = self.keeper.clear(kept, stay) if alone is None else alone
        return kept

    def _list_partners(self, key: TourKey) -> list[TourKey]:
        """Other announced tours of the visits of one, those of the most residents first."""
        shared: dict[TourKey, int] = {}
        for other, order in self._orders.items():
            common = set(order) & set(self._orders[key])
            if other != key and common:
                shared[other] = sum(map(self.keeper.price_lost, common))
        return sorted(shared, key=lambda other: (-shared[other], other))

    def _sort_lost(self, kept: Kept) -> list[int]:
        """Visits that are missed: those the planner requires, then announced ones, the dearest first."""
        missed = [
            visit
            for visit in self._list_unserved(kept)
            if self.problem.visits[visit].required or self.published.expects(visit)
        ]
        return sorted(
            missed, key=lambda visit: (not self.problem.visits[visit].required, -self.keeper.price_lost(visit), visit)
        )

    def _better(self, kept: Kept, other: Kept | None) -> Kept:
        """The better of two."""
        return other if other is not None and self._is_better(other, kept) else kept

    def _join(self, keys: Iterable[TourKey]) -> tuple[TourKey, ...]:
        """So many tours as exchange their visits at once, without frozen ones and those a bus is not out for."""
        good = [
            (bus, day)
            for bus, day in dict.fromkeys(keys)
            if day not in self.published.frozen and day in self.problem.buses[bus].days
        ]
        return tuple(good[:MOST_TOURS])

    def _pool(self, kept: Kept, keys: Sequence[TourKey]) -> dict[TourKey, tuple[int, ...]]:
        """Visits among which each of some tours is chosen: its own, announced ones that are lost, cheap others."""
        members = {visit for key in keys for visit in (*kept.tours.get(key, ()), *self._orders.get(key, ()))}
        members |= set(self._sort_lost(kept)[:MOST_TOURS])
        free = sorted(visit for visit in members if self._is_free(kept, visit, keys))
        slack = self._measure_slack(kept, members, keys)
        inside = set(keys)
        joins: dict[TourKey, list[tuple[int, int]]] = {key: [] for key in keys}
        for visit in free:
            for price, some in self.keeper.rank_places(kept, visit):
                if price < slack and inside.issuperset(some):
                    for key in some:
                        joins[key].append((price, visit))
        pools = {}
        for key in keys:
            own = list(kept.tours.get(key, ()))
            own += [visit for visit in self._orders.get(key, ()) if visit in free and visit not in own]
            chosen = [visit for _, visit in sorted(joins[key]) if visit not in own]
            pools[key] = (*own, *list(dict.fromkeys(chosen))[: max(MOST_POOL - len(own), int(len(own) == MOST_POOL))])
        return pools

    def _measure_slack(self, kept: Kept, members: Iterable[int], keys: Iterable[TourKey]) -> float:
        """What tours and visits could save at most: a visit whose move costs more stays where it is."""
        values = [self.keeper.value(key, kept.tours[key]) for key in keys if key in kept.tours]
        days = [self.keeper.price_days(visit, kept.homes.get(visit, ())) for visit in members]
        required = any(self.problem.visits[visit].required and visit not in kept.homes for visit in members)
        return math.inf if required else sum(value.sum for value in values) + sum(days)

    def _is_free(self, kept: Kept, visit: int, keys: Sequence[TourKey]) -> bool:
        """Whether a visit is in none but some tours."""
        return all(key in keys for key in kept.homes.get(visit, ()))

    def _exchange(self, kept: Kept, pools: dict[TourKey, tuple[int, ...]]) -> Kept | None:
        """Better tours by the exact step; None where there are none, or where it was asked the same before."""
        asked = (
            tuple((key, pool, kept.tours.get(key)) for key, pool in pools.items()),
            tuple(sorted((visit, kept.homes.get(visit, ())) for pool in pools.values() for visit in pool)),
        )
        if asked in self._seen or not pools:
            return None
        self._seen.add(asked)
        self.keeper.watch.check()
        longest = max(
            (len(some) for key in pools for some in (kept.tours.get(key, ()), self._orders.get(key, ()))), default=0
        )
        most = len(self.problem.visits) if self._is_small() else longest + MOST_CALLS
        step = Exchange(
            self.keeper, kept, pools, known=self._known, seed=self.options.seed, most=most, whole=self._is_small()
        )
        found = step.run()
        self.whole = found.proved and self._is_small() and len(pools) == len(self._list_keys())
        return found.kept

    def _is_small(self) -> bool:
        """Whether all visits and bus-days can be looked at together."""
        return len(self.problem.visits) <= ALL_VISITS and len(self._list_keys()) <= ALL_TOURS

    def _list_keys(self) -> list[TourKey]:
        """Every bus-day that is not frozen."""
        return [
            (bus, day)
            for bus, crew in enumerate(self.problem.buses)
            for day in crew.days
            if day not in self.published.frozen
        ]

    def _search(self, kept: Kept) -> tuple[Kept, Ending]:
        """Exchanges around every visit that changes, until none helps."""
        if self._is_small():
            everyone = [
                visit
                for visit, wish in enumerate(self.problem.visits)
                if wish.required or self.published.expects(visit)
            ]
            pools = {
                (bus, day): tuple(
                    visit
                    for visit in everyone
                    if visit in kept.tours.get((bus, day), ())
                    or (
                        bus in self.problem.visits[visit].buses
                        and any(day in days for days in self.problem.visits[visit].patterns)
                    )
                )
                for bus, day in self._list_keys()
            }
            self._seen.clear()
            kept = self._exchange(kept, pools) or kept
            self.best, self.step = kept, 1
            self._tell()
            return kept, Ending.PROOF if self.whole else Ending.BUDGET
        budget = self.most_steps
        better: Kept | None = kept
        while better is not None:
            self.best = kept = better
            better = None
            for keys in self._list_neighbourhoods(kept):
                if time.monotonic() > self.until:
                    return kept, Ending.LIMIT
                if self.step >= budget:
                    return kept, Ending.BUDGET
                before = len(self._seen)
                better = self._exchange(kept, self._pool(kept, keys))
                if len(self._seen) > before:
                    self.step += 1
                    self._tell()
                if better is not None:
                    break
        return kept, Ending.BUDGET

    def _list_neighbourhoods(self, kept: Kept) -> Iterator[tuple[TourKey, ...]]:
        """Tours that could exchange visits: around each lost visit, around each that is moved, then farther off."""
        lost = self._sort_lost(kept)
        for visit in lost:
            yield from self._list_around(kept, visit, MOST_OPTIONS if len(lost) <= MOST_TOURS else 1)
        changed, tours = self._find_changed(kept)
        grave = {visit for key in tours for visit in self.keeper.value(key, kept.tours[key]).grave}
        moved = [visit for visit in changed if visit in kept.homes and (visit in grave or self._is_moved(kept, visit))]
        for visit in sorted(moved, key=lambda visit: (-self.keeper.price_lost(visit), visit)):
            homes = [
                (promise.bus, day)
                for day, promise in self.published.promises.get(visit, {}).items()
                if promise.bus >= 0
            ]
            near = [*kept.homes[visit], *homes]
            yield from self._add_helpers(kept, near)
        if len(lost) <= MOST_TOURS:
            for visit in lost:
                yield from self._list_around(kept, visit, MORE_OPTIONS)

    def _list_around(self, kept: Kept, visit: int, options: int) -> Iterator[tuple[TourKey, ...]]:
        """Tours that a lost visit could join, the cheapest first, with those beside them."""
        for _, keys in self.keeper.rank_places(kept, visit)[:options]:
            yield from self._add_helpers(kept, keys)

    def _add_helpers(self, kept: Kept, keys: Iterable[TourKey]) -> Iterator[tuple[TourKey, ...]]:
        """Some tours with those beside them, the nearest first."""
        mine = self._join(keys)
        helpers = self._list_helpers(kept, mine)
        count = max(MOST_TOURS - len(mine), 1)
        for at in range(0, min(len(helpers), count * MOST_HELPERS), count):
            yield (*mine, *self._join(helpers[at : at + count]))[:MOST_TOURS]

    def _is_moved(self, kept: Kept, visit: int) -> bool:
        """Whether a visit is on other days or by another bus than announced."""
        announced = {(promise.bus, day) for day, promise in self.published.promises.get(visit, {}).items()}
        return announced != set(kept.homes.get(visit, ()))

    def _list_helpers(self, kept: Kept, keys: Sequence[TourKey]) -> list[TourKey]:
        """Tours that visits of some could go to at the least price."""
        found: dict[TourKey, int] = {}
        visits = sorted({visit for key in keys for visit in (*kept.tours.get(key, ()), *self._orders.get(key, ()))})
        for visit in visits:
            others = [
                (price, some) for price, some in self.keeper.rank_places(kept, visit) if not set(some) <= set(keys)
            ]
            for price, some in others[:2]:
                for key in some:
                    found[key] = min(found.get(key, price), price)
        return sorted(found, key=lambda key: (found[key], key))

    def _admit(self, kept: Kept) -> Kept:
        """Tours with those who were never announced, where nobody who was is lost and no promise is broken for it."""
        lost = [visit for visit in self._list_unserved(kept) if self.published.expects(visit)]
        if any(self._could_be_served(visit) for visit in lost):
            return kept
        never = [visit for visit in self._list_unserved(kept) if not self.published.expects(visit)]
        for visit in sorted(never, key=lambda visit: (-self.problem.visits[visit].reward, visit)):
            fuller = self.keeper.insert(kept, visit)
            if fuller is not None and fuller.cost < kept.cost and fuller.change <= kept.change:
                self.best = kept = fuller
        return kept

    def _could_be_served(self, visit: int) -> bool:
        """Whether a visit could be made if nothing else were."""
        wish = self.problem.visits[visit]
        return any(
            all(self.times.value((bus, day), (visit,)) is not None for day in days)
            for bus in wish.buses
            for days in wish.patterns
        )

    def _find_bound(self) -> int:
        """Price of announced changes that no timetable undercuts, by each broken tour alone."""
        return sum(self._bound_tour(key) for key in self.broken)

    def _bound_tour(self, key: TourKey) -> int:
        """Least price of what a tour breaks, where visits that leave it break no more than they must."""
        order = self.published.orders[key]
        stay = [visit for visit in order if visit in self._orders[key]]
        leave = {visit: self._price_leaving(visit, key) for visit in order}
        gone = sum(leave[visit] for visit in order if visit not in stay)
        clock = DayClock(self.problem, self.published, self.times.prices, key, paid=False)
        clock.allow_detours(stay)
        sets = SetPrices(clock, stay, len(stay))
        return gone + int(
            min(
                price + sum(leave[visit] for seat, visit in enumerate(stay) if not mask >> seat & 1)
                for mask, price in sets.list_sets()
            )
        )

    def _price_leaving(self, visit: int, key: TourKey) -> int:
        """Least price of a visit that no longer joins an announced tour, its part of what all its tours break."""
        promises, wish = self.published.promises[visit], self.problem.visits[visit]
        announced = {(promise.bus, day) for day, promise in promises.items()}
        prices = [self.keeper.price_lost(visit)]
        for bus in wish.buses:
            for days in wish.patterns:
                keys = [(bus, day) for day in days]
                if key not in keys:
                    other = sum(day in promises and (bus, day) not in announced for day in days)
                    by_bus = self.published.weigh(visit, self.times.prices.bus) * other
                    prices.append(self.keeper.price_days(visit, keys) + by_bus)
        return min(prices) // len(promises)

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

    def _list_neighbours(self, kept: Kept) -> Iterator[Kept | None]:
        """Tours near others: tours of the focus ordered anew, and its visits elsewhere."""
        changed, tours = self._find_changed(kept)
        yield from (self.keeper.reorder(kept, key) for key in tours)
        yield from (self._move(kept, visit) for visit in changed)

    def _move(self, kept: Kept, visit: int) -> Kept | None:
        """Tours with a visit taken out and put back where that is best; None if that is not possible."""
        if not self.keeper.is_movable(kept, visit):
            return None
        without = self.keeper.take_out(kept, (visit,))
        return None if without is None else self.keeper.insert(without, visit) or without

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

    def _list_unserved(self, kept: Kept) -> tuple[int, ...]:
        """Visits without a tour."""
        return tuple(visit for visit in range(len(self.problem.visits)) if visit not in kept.homes)
