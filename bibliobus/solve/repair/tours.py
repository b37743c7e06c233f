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
"""So many sets of days and buses are tried for a visit where the change is the same, the shortest detours first. Chosen
by hand, not measured."""

MOST_POSITIONS: Final = 5
"""So many positions in a longer tour are tried, the shortest detours first. Chosen by hand, not measured."""

Worth = tuple[int, int]
"""What is compared first and what then: announced changes and cost, or the other way round."""


@dataclass(frozen=True)
class Kept:
    """Tours of a cycle, those of each served visit sorted by day, and what all of them break and cost."""

    tours: Mapping[TourKey, tuple[int, ...]]
    homes: Mapping[int, tuple[TourKey, ...]]
    change: int
    cost: int


class Keeper:
    """Changes tours and keeps account of what that breaks and costs; `cheap_first` for an improvement and no repair."""

    def __init__(self, times: TimeKeeper, *, cheap_first: bool = False) -> None:
        self.times = times
        self.problem = times.problem
        self.published = times.published
        self.cheap_first = cheap_first
        self.blocked: frozenset[TourKey] = frozenset()
        """Tours that no visit may join for now, as they are still to be repaired."""
        self.watch = UNWATCHED
        """Told, and asked whether to stop, before every change that is tried."""

    def start(self) -> Kept:
        """Start without any tour."""
        prices = self.times.prices
        everyone = range(len(self.problem.visits))
        change = sum(self.published.price_days(visit, (), prices) for visit in everyone)
        return Kept({}, {}, change, sum(visit.reward for visit in self.problem.visits))

    def worth(self, kept: Kept) -> Worth:
        """What a search makes small, the first number before the second."""
        return (kept.cost, kept.change) if self.cheap_first else (kept.change, kept.cost)

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
        self.watch.check()
        change, cost = kept.change, kept.cost
        now = dict(kept.tours)
        for key, order in tours.items():
            if key in now:
                before = self._value(key, now.pop(key))
                change, cost = change - before.change, cost - before.cost
            if order:
                value = self.times.value(key, order)
                if value is None:
                    return None
                now[key] = order
                change, cost = change + value.change, cost + value.cost
        where = dict(kept.homes)
        for visit, keys in homes.items():
            reward, before_keys = self.problem.visits[visit].reward, where.pop(visit, ())
            change += self._price_days(visit, keys) - self._price_days(visit, before_keys)
            cost += reward * (bool(before_keys) - bool(keys))
            if keys:
                where[visit] = keys
        return Kept(now, where, change, cost)

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

    def insert(self, kept: Kept, visit: int, limit: int | None = None) -> Kept | None:
        """
        Insert a visit that is not there where that is worth most; None if it fits nowhere.

        ``limit``: Price of announced changes beyond which no place is of interest to a repair; None for no limit.
        """
        self.watch.check()
        best: Kept | None = None
        before = kept.change - self.price_lost(visit)
        tried: dict[int, int] = {}
        for change, _, keys in self._rank_places(kept, visit):
            tried[change] = tried.get(change, 0) + 1
            if tried[change] > MOST_PLACES:
                continue
            most = [limit] if limit is not None else []
            most += [best.change] if best is not None else []
            if not self.cheap_first and most and before + change > min(most):
                break
            found = self._insert_at(kept, visit, keys)
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
                if not self._could_be_better(key, order, self._value(key, best.tours[key])):
                    continue
                found = self.put(best, {key: order}, {})
                if found is not None and self.worth(found) < self.worth(best):
                    best, improved = found, True
            improved = improved and len(best.tours[key]) > ALL_ORDERS
        return best

    def price_lost(self, visit: int) -> int:
        """Price of a visit that is not served, in hundredths of a minute."""
        return self._price_days(visit, ())

    def _could_be_better(self, key: TourKey, order: tuple[int, ...], value: TourValue) -> bool:
        """Whether an order of a tour could be worth more than its value now."""
        worth = (value.cost, value.change) if self.cheap_first else (value.change, value.cost)
        return self._could_beat(key, order, worth)

    def _could_beat(self, key: TourKey, order: tuple[int, ...], worth: Worth) -> bool:
        """Whether the bound of a tour is below a worth."""
        bound = self.times.bound(key, order)
        return bound is not None and (bound[::-1] if self.cheap_first else bound) < worth

    def _value(self, key: TourKey, order: tuple[int, ...]) -> TourValue:
        """Value of a tour that is known to keep all rules."""
        value = self.times.value(key, order)
        assert value is not None
        return value

    def _price_days(self, visit: int, keys: Iterable[TourKey]) -> int:
        """Price of the days of a visit by what was announced, in hundredths of a minute."""
        return self.published.price_days(visit, (day for _, day in keys), self.times.prices)

    def _rank_places(self, kept: Kept, visit: int) -> list[tuple[int, int, tuple[TourKey, ...]]]:
        """Sets of tours a visit could join: least price of its change, detour, tours; the best first."""
        wish, found = self.problem.visits[visit], []
        for bus in wish.buses:
            out = set(self.problem.buses[bus].days) - self.published.frozen
            for days in wish.patterns:
                keys = tuple((bus, day) for day in days)
                if out.issuperset(days) and self.blocked.isdisjoint(keys):
                    detours = [min(self._detours(kept.tours.get(key, ()), bus, visit)) for key in keys]
                    opening = sum(self.problem.costs.per_bus_day for key in keys if key not in kept.tours)
                    if max(detours) < UNREACHABLE_S:
                        found.append((self._price_change(visit, keys), sum(detours) + opening, keys))
        return sorted(found, key=lambda place: place[1:] if self.cheap_first else place)

    def _price_change(self, visit: int, keys: tuple[TourKey, ...]) -> int:
        """Least price of the changes of a visit in some tours."""
        promises = self.published.promises.get(visit, {})
        others = sum(day in promises and promises[day].bus != bus for bus, day in keys)
        return self._price_days(visit, keys) + others * self.times.prices.bus

    def _insert_at(self, kept: Kept, visit: int, keys: tuple[TourKey, ...]) -> Kept | None:
        """Tours with a visit at its best position in each of some tours; None where it does not fit."""
        tours = {}
        for key in keys:
            order = kept.tours.get(key, ())
            best: tuple[Worth, tuple[int, ...]] | None = None
            for candidate in self._list_positions(order, key, visit):
                if best is not None and not self._could_beat(key, candidate, best[0]):
                    continue
                value = self.times.value(key, candidate)
                if value is not None:
                    worth = (value.cost, value.change) if self.cheap_first else (value.change, value.cost)
                    best = min(filter(None, (best, (worth, candidate))))
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
        legs, lengths = self.problem.leg_s[crew.profile], self.problem.length_m[crew.profile]
        here = self.problem.visits[visit].place
        places = [crew.depot, *(self.problem.visits[other].place for other in order), crew.depot]
        found = []
        for one, two in zip(places, places[1:], strict=False):
            if max(int(legs[one, here]), int(legs[here, two])) >= UNREACHABLE_S:
                found.append(UNREACHABLE_S)
                continue
            extra_s = int(legs[one, here]) + int(legs[here, two]) - (int(legs[one, two]) if order else 0)
            extra_m = int(lengths[one, here]) + int(lengths[here, two]) - (int(lengths[one, two]) if order else 0)
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
