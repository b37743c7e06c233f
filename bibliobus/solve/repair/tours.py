"""Kept tours: the tours of a cycle while a search changes as few announced visits as it can."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Final

from bibliobus.domain.watch import UNWATCHED
from bibliobus.network.places import UNREACHABLE_S
from bibliobus.words.language import HOUR_S, KM_M

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.repair.times import TimeKeeper, TourValue

ALL_ORDERS: Final = 5
"""Tours of so many calls are tried in every order, at most 120. Chosen by hand, not measured."""

MOST_PLACES: Final = 12
"""So many sets of days and buses are tried for a visit, the cheapest first. Chosen by hand, not measured."""

MOST_POSITIONS: Final = 5
"""So many positions in a longer tour are tried, the shortest detours first. Chosen by hand, not measured."""

Worth = tuple[int, ...]
"""What is compared first, and what then."""


@dataclass(frozen=True)
class Kept:
    """
    Tours of a cycle, those of each served visit sorted by day, and what all of them break and cost.

    ``change``, ``cost``: Prices of broken promises, and of driving with the rewards of the unserved.
    ``forgone``: Those rewards: who was never announced is not missed by a repair.
    ``missing``: Visits that the planner requires and no tour makes.
    """

    tours: Mapping[TourKey, tuple[int, ...]]
    homes: Mapping[int, tuple[TourKey, ...]]
    change: int
    cost: int
    forgone: int
    missing: int

    @property
    def sum(self) -> int:
        """What a repair makes small: broken promises and driving, in hundredths of a minute."""
        return self.change + self.cost - self.forgone


class Keeper:
    """Changes tours and keeps account of what that breaks and costs; `cheap_first` for an improvement and no repair."""

    def __init__(self, times: TimeKeeper, *, cheap_first: bool = False) -> None:
        self.times = times
        self.problem = times.problem
        self.published = times.published
        self.cheap_first = cheap_first
        self.watch = UNWATCHED
        """Told, and asked whether to stop, before every change that is tried."""

    def start(self) -> Kept:
        """Start without any tour."""
        visits = self.problem.visits
        change = sum(self.price_lost(visit) for visit in range(len(visits)))
        rewards = sum(visit.reward for visit in visits)
        return Kept({}, {}, change, rewards, rewards, sum(visit.required for visit in visits))

    def worth(self, kept: Kept) -> Worth:
        """What a search makes small, the first number before the second."""
        if self.cheap_first:
            return kept.missing, kept.cost, kept.change
        return kept.missing, kept.sum

    def is_movable(self, kept: Kept, visit: int) -> bool:
        """Tell whether none of the days of a visit is frozen."""
        return not any(day in self.published.frozen for _, day in kept.homes.get(visit, ()))

    def put(
        self, kept: Kept, tours: Mapping[TourKey, tuple[int, ...]], homes: Mapping[int, tuple[TourKey, ...]]
    ) -> Kept | None:
        """
        Replace tours and homes, where an empty one removes the tour or leaves the visit unserved; None if a tour breaks
        a rule.
        """
        now, change, cost = dict(kept.tours), kept.change, kept.cost
        for key, order in tours.items():
            if key in now:
                before = self.value(key, now.pop(key))
                change, cost = change - before.change, cost - before.cost
            if order:
                value = self.times.value(key, order)
                if value is None:
                    return None
                now[key] = order
                change, cost = change + value.change, cost + value.cost
        where, forgone, missing = dict(kept.homes), kept.forgone, kept.missing
        for visit, keys in homes.items():
            wish, before_keys = self.problem.visits[visit], where.pop(visit, ())
            change += self.price_days(visit, keys) - self.price_days(visit, before_keys)
            gone = bool(before_keys) - bool(keys)
            forgone, missing = forgone + wish.reward * gone, missing + wish.required * gone
            cost += wish.reward * gone
            if keys:
                where[visit] = keys
        return Kept(now, where, change, cost, forgone, missing)

    def take_out(self, kept: Kept, visits: Iterable[int]) -> Kept | None:
        """Take visits out of all their tours; None if one of them breaks a rule without them."""
        removed = set(visits)
        keys = sorted({key for visit in removed for key in kept.homes.get(visit, ()) if key in kept.tours})
        tours = {key: tuple(visit for visit in kept.tours[key] if visit not in removed) for key in keys}
        return self.put(kept, tours, dict.fromkeys(sorted(removed), ()))

    def clear(self, kept: Kept, visits: Iterable[int]) -> Kept:
        """Take visits out of all their tours, and with them all visits of tours that break a rule without them."""
        removed = set(visits)
        while (without := self.take_out(kept, removed)) is None:
            keys = {key for visit in removed for key in kept.homes.get(visit, ()) if key in kept.tours}
            rests = {key: tuple(visit for visit in kept.tours[key] if visit not in removed) for key in keys}
            removed |= {
                visit for key, rest in rests.items() if rest and not self.times.value(key, rest) for visit in rest
            }
        return without

    def insert(self, kept: Kept, visit: int) -> Kept | None:
        """Insert a visit that is not there where that is worth most; None if it fits nowhere."""
        self.watch.check()
        best: Kept | None = None
        for _, keys in self.rank_places(kept, visit)[:MOST_PLACES]:
            found = self.insert_at(kept, visit, keys)
            if found is not None and (best is None or self.worth(found) < self.worth(best)):
                best = found
        return best

    def reorder(self, kept: Kept, key: TourKey) -> Kept:
        """Order a tour anew while that is worth more; a frozen one stays."""
        best = kept
        improved = key in kept.tours and key[1] not in self.published.frozen
        while improved:
            improved = False
            for order in list_near_orders(best.tours[key]):
                self.watch.check()
                if self.times.least_cost(key, order) >= self._price(self.value(key, best.tours[key]))[0]:
                    continue
                found = self.put(best, {key: order}, {})
                if found is not None and self.worth(found) < self.worth(best):
                    best, improved = found, True
            improved = improved and len(best.tours[key]) > ALL_ORDERS
        return best

    def price_lost(self, visit: int) -> int:
        """Price of a visit that is not served, in hundredths of a minute."""
        return self.price_days(visit, ())

    def price_days(self, visit: int, keys: Iterable[TourKey]) -> int:
        """Price of the days of a visit by what was announced, in hundredths of a minute."""
        return self.published.price_days(visit, (day for _, day in keys), self.times.prices)

    def value(self, key: TourKey, order: tuple[int, ...]) -> TourValue:
        """Value of a tour that is known to keep all rules."""
        value = self.times.value(key, order)
        assert value is not None
        return value

    def rank_places(self, kept: Kept, visit: int) -> list[tuple[int, tuple[TourKey, ...]]]:
        """Sets of tours a visit could join, the cheapest first by days, bus and detours, which they come with."""
        wish, found = self.problem.visits[visit], []
        for bus in wish.buses:
            out = set(self.problem.buses[bus].days) - self.published.frozen
            for days in wish.patterns:
                keys = tuple((bus, day) for day in days)
                if out.issuperset(days):
                    detours = [min(self._detours(kept.tours.get(key, ()), bus, visit)) for key in keys]
                    opening = sum(self.problem.costs.per_bus_day for key in keys if key not in kept.tours)
                    if max(detours) < UNREACHABLE_S:
                        change = 0 if self.cheap_first else self._price_change(visit, keys)
                        found.append((change + sum(detours) + opening, keys))
        return sorted(found)

    def _price(self, value: TourValue) -> Worth:
        """What a tour is compared by."""
        return (value.cost, value.change) if self.cheap_first else (value.sum, value.cost)

    def _price_change(self, visit: int, keys: tuple[TourKey, ...]) -> int:
        """Least price of the changes of a visit in some tours."""
        promises = self.published.promises.get(visit, {})
        others = sum(day in promises and promises[day].bus != bus for bus, day in keys)
        return self.price_days(visit, keys) + others * self.published.weigh(visit, self.times.prices.bus)

    def insert_at(self, kept: Kept, visit: int, keys: tuple[TourKey, ...]) -> Kept | None:
        """Tours with a visit at its best position in each of some tours; None where it does not fit."""
        tours = {}
        for key in keys:
            order = kept.tours.get(key, ())
            best: tuple[Worth, tuple[int, ...]] | None = None
            for candidate in self._list_positions(order, key, visit):
                if best is not None and self.times.least_cost(key, candidate) >= best[0][0]:
                    continue
                value = self.times.value(key, candidate)
                if value is not None:
                    best = min(filter(None, (best, (self._price(value), candidate))))
            if best is None:
                return None
            tours[key] = best[1]
        return self.put(kept, tours, {visit: keys})

    def _list_positions(self, order: tuple[int, ...], key: TourKey, visit: int) -> Iterator[tuple[int, ...]]:
        """Tour with the visit at each position worth trying: short detours, both ends, and where it was announced."""
        detours = self._detours(order, key[0], visit)
        ranked = sorted(range(len(order) + 1), key=lambda at: (detours[at], at))
        if len(order) > ALL_ORDERS:
            ranked = list(
                dict.fromkeys([*ranked[:MOST_POSITIONS], self._find_announced(order, key, visit), 0, len(order)])
            )
        for at in ranked:
            yield (*order[:at], visit, *order[at:])

    def _find_announced(self, order: tuple[int, ...], key: TourKey, visit: int) -> int:
        """Position by announced times; the end if there is none."""
        promises = self.published.promises
        start_s = promises[visit][key[1]].start_s if key[1] in promises.get(visit, ()) else None
        if start_s is None:
            return len(order)
        starts = [promises[other][key[1]].start_s for other in order if key[1] in promises.get(other, ())]
        return sum(other < start_s for other in starts)

    def _detours(self, order: tuple[int, ...], bus: int, visit: int) -> list[int]:
        """Price of the extra way for each position in a tour, in hundredths of a minute."""
        crew, costs = self.problem.buses[bus], self.problem.costs
        legs, lengths = self.times.legs[crew.profile], self.times.lengths[crew.profile]
        here = self.problem.visits[visit].place
        places = [crew.depot, *(self.problem.visits[other].place for other in order), crew.depot]
        found = []
        for one, two in zip(places, places[1:], strict=False):
            if max(legs[one][here], legs[here][two]) >= UNREACHABLE_S:
                found.append(UNREACHABLE_S)
                continue
            extra_s = legs[one][here] + legs[here][two] - (legs[one][two] if order else 0)
            extra_m = lengths[one][here] + lengths[here][two] - (lengths[one][two] if order else 0)
            found.append(round(costs.per_hour * extra_s / HOUR_S + costs.per_km * extra_m / KM_M))
        return found


def list_near_orders(order: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Every order of a few visits; of more, each with one visit elsewhere, or with a part turned round."""
    if len(order) <= ALL_ORDERS:
        yield from permutations(order)
        return
    for at, visit in enumerate(order):
        rest = (*order[:at], *order[at + 1 :])
        for to in range(len(order)):
            if to != at:
                yield (*rest[:to], visit, *rest[to:])
    for start in range(len(order) - 1):
        # Two calls turned round are one visit elsewhere, which was listed above.
        for end in range(start + 3, len(order) + 1):
            yield (*order[:start], *order[start:end][::-1], *order[end:])
