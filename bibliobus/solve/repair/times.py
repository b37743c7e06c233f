"""Times of a tour that keep as many announced times as the rules allow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import find_reordered
from bibliobus.solve.times.schedule import Scheduler

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bibliobus.model.problem import Problem
    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.repair.promises import AnnouncedTimetable, ChangePrices, Promise
    from bibliobus.solve.solver import SolvedTour
    from bibliobus.solve.times.schedule import Timing

EXACT_CALLS: Final = 8
"""Up to so many announced calls every choice of times to give up is tried; of more, only neighbours together. Eight
have 255 choices. Chosen by hand, not measured."""

Span = tuple[int, int]


@dataclass(frozen=True)
class TourValue:
    """A tour, and the prices of its announced changes and of driving it, in hundredths of a minute."""

    change: int
    cost: int
    tour: SolvedTour


class TimeKeeper:
    """
    Finds times that keep what was announced, by the exact scheduler with windows narrowed around the announced times.

    First all of them to the minute, then within the tolerance, then without the cheapest set of them that makes the
    tour possible.
    """

    def __init__(self, problem: Problem, published: AnnouncedTimetable, prices: ChangePrices) -> None:
        self.problem = problem
        self.published = published
        self.prices = prices
        self.free = Scheduler(problem)
        self._legs = [matrix.tolist() for matrix in problem.leg_s]
        self._values: dict[tuple[TourKey, tuple[int, ...]], TourValue | None] = {}

    def value(self, key: TourKey, order: Sequence[int]) -> TourValue | None:
        """Value the times of a tour with the fewest announced changes; None if the order breaks a rule on that day."""
        asked = (key, tuple(order))
        if asked not in self._values:
            self._values[asked] = self._find_value(key, asked[1])
        return self._values[asked]

    def bound(self, key: TourKey, order: Sequence[int]) -> tuple[int, int] | None:
        """Change and cost that no times of this order undercut, without looking for times; None if it breaks a rule."""
        calls = tuple(order)
        if (key, calls) in self._values:
            known = self._values[key, calls]
            return None if known is None else (known.change, known.cost)
        free = self.free.time_tour(*key, calls)
        if free is None:
            return None
        promises = self._list_promises(key, calls)
        clash, least, used = self._find_clashes(key, calls, promises), 0, set[int]()
        for one, two in sorted(clash, key=lambda pair: (pair[0] != pair[1], pair)):
            if not used.intersection((one, two)):
                used.update((one, two))
                dear = all(promises[visit].bus == key[0] for visit in (one, two))
                least += self.prices.time if dear else 0
        mine = [visit for visit in self.published.orders.get(key, ()) if visit in promises]
        moved = set(find_reordered(mine, calls)) - used
        others = sum(promise.bus != key[0] for promise in promises.values())
        return least + len(moved) * self.prices.order + others * self.prices.bus, free.cost

    def _list_promises(self, key: TourKey, order: tuple[int, ...]) -> dict[int, Promise]:
        """Promises of a tour's visits on its day, in the order of the tour."""
        found = ((visit, self.published.promises.get(visit, {}).get(key[1])) for visit in order)
        return {visit: promise for visit, promise in found if promise is not None}

    def _find_value(self, key: TourKey, order: tuple[int, ...]) -> TourValue | None:
        """Best times, or None."""
        free = self.free.time_tour(*key, order)
        if free is None:
            return None
        promises = self._list_promises(key, order)
        kept, timing = self._keep_times(key, order, promises) if promises else ((), free)
        return TourValue(self._price(key, order, promises, kept, timing), timing.cost, timing.tour)

    def _price(
        self,
        key: TourKey,
        order: tuple[int, ...],
        promises: Mapping[int, Promise],
        kept: Sequence[int],
        timing: Timing,
    ) -> int:
        """Price of the gravest change of each announced call."""
        prices, starts = self.prices, {call.visit: call.start_s for call in timing.tour.calls}
        mine = [visit for visit in self.published.orders.get(key, ()) if visit in promises]
        moved = set(find_reordered(mine, order))
        total = 0
        for visit, promise in promises.items():
            if promise.bus != key[0]:
                total += prices.bus
            elif visit not in kept:
                total += prices.time
            elif visit in moved or starts[visit] != promise.start_s:
                total += prices.order
        return total

    def _keep_times(
        self, key: TourKey, order: tuple[int, ...], promises: Mapping[int, Promise]
    ) -> tuple[tuple[int, ...], Timing]:
        """Visits whose times are kept within the tolerance, and the times of the tour."""
        announced = tuple(promises)
        exact = self._try(key, order, {visit: self._span(visit, promises[visit], 0) for visit in announced})
        if exact is not None:
            return announced, exact
        clash = self._find_clashes(key, order, promises)
        for kept in self._list_kept(key, promises):
            if any(pair in clash for pair in combinations(kept, 2)) or not clash.isdisjoint((one, one) for one in kept):
                continue
            spans = {visit: self._span(visit, promises[visit], self.prices.tolerance_s) for visit in kept}
            timing = self._try(key, order, spans)
            if timing is not None:
                return kept, self._sharpen(key, order, promises, spans, timing)
        free = self.free.time_tour(*key, order)
        assert free is not None  # it was found before
        return (), free

    def _could_keep(self, key: TourKey, order: tuple[int, ...], spans: Mapping[int, Span]) -> bool:
        """Whether the spans could be kept without breaks and other rules: a quick look before the exact one."""
        crew = self.problem.buses[key[0]]
        legs = self._legs[crew.profile]
        here, clock_s = crew.depot, crew.shift_start_s
        for visit in order:
            wish = self.problem.visits[visit]
            clock_s += legs[here][wish.place]
            if visit in spans:
                first, last = spans[visit]
                if clock_s > last:
                    return False
                clock_s = max(clock_s, first)
            here, clock_s = wish.place, clock_s + wish.dwell_s
        return bool(clock_s + legs[here][crew.depot] <= crew.shift_end_s)

    def _find_clashes(
        self, key: TourKey, order: tuple[int, ...], promises: Mapping[int, Promise]
    ) -> frozenset[tuple[int, int]]:
        """Pairs of visits whose times cannot both be kept, in the order of the tour; one that cannot alone twice."""
        crew = self.problem.buses[key[0]]
        legs = self.problem.leg_s[crew.profile]
        spans = {visit: self._span(visit, promise, self.prices.tolerance_s) for visit, promise in promises.items()}
        here, clock_s, least = crew.depot, 0, {}
        for visit in order:
            wish = self.problem.visits[visit]
            clock_s += int(legs[here, wish.place])
            least[visit] = clock_s
            here, clock_s = wish.place, clock_s + wish.dwell_s
        found = {(one, one) for one, (_, last) in spans.items() if crew.shift_start_s + least[one] > last}
        found |= {
            (one, two)
            for one, two in combinations(promises, 2)
            if spans[one][0] + least[two] - least[one] > spans[two][1]
        }
        return frozenset(found)

    def _list_kept(self, key: TourKey, promises: Mapping[int, Promise]) -> Iterator[tuple[int, ...]]:
        """Sets of visits whose times could be kept, the dearest first; never none of them."""
        announced = tuple(promises)
        dear = {visit for visit, promise in promises.items() if promise.bus == key[0]}
        if len(announced) <= EXACT_CALLS:
            sets = [some for size in range(1, len(announced) + 1) for some in combinations(announced, size)]
            yield from sorted(sets, key=lambda some: (-len(dear.intersection(some)), -len(some)))
            return
        yield announced
        for size in range(1, len(announced)):
            for at in range(len(announced) - size + 1):
                yield announced[:at] + announced[at + size :]

    def _sharpen(
        self,
        key: TourKey,
        order: tuple[int, ...],
        promises: Mapping[int, Promise],
        spans: Mapping[int, Span],
        timing: Timing,
    ) -> Timing:
        """Times in which, one after the other, as many as possible are those announced to the minute."""
        now = dict(spans)
        for visit in spans:
            sharper = now | {visit: self._span(visit, promises[visit], 0)}
            found = self._try(key, order, sharper)
            if found is not None:
                now, timing = sharper, found
        return timing

    def _span(self, visit: int, promise: Promise, tolerance_s: int) -> Span:
        """First and last opening that count as kept."""
        dwell_s = self.problem.visits[visit].dwell_s
        if not tolerance_s:
            return promise.start_s, promise.start_s
        late_s = promise.end_s - dwell_s
        return max(promise.start_s, late_s) - tolerance_s, min(promise.start_s, late_s) + tolerance_s

    def _try(self, key: TourKey, order: tuple[int, ...], spans: Mapping[int, Span]) -> Timing | None:
        """Times of a tour some of whose calls open within spans; None if there are none."""
        if not self._could_keep(key, order, spans):
            return None
        visits = []
        for visit in order:
            wish = self.problem.visits[visit]
            windows = wish.windows[key[1]]
            if visit in spans:
                first, last = spans[visit]
                windows = tuple(
                    (max(start, first), min(end, last + wish.dwell_s))
                    for start, end in windows
                    if max(start, first) + wish.dwell_s <= min(end, last + wish.dwell_s)
                )
                if not windows:
                    return None
            visits.append(replace(wish, windows=(windows,) * self.problem.days))
        small = replace(self.problem, visits=tuple(visits))
        timing = Scheduler(small).time_tour(*key, range(len(order)))
        if timing is None:
            return None
        calls = tuple(replace(call, visit=order[call.visit]) for call in timing.tour.calls)
        return replace(timing, tour=replace(timing.tour, calls=calls))
