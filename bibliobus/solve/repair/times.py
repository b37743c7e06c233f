"""Times of a tour for the least price: of what they change for people, and of driving."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Final

from bibliobus.model.problem import price_tour
from bibliobus.solve.repair.clock import DayClock, find_span
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import HOUR_S, KM_M

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bibliobus.model.problem import Problem
    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.repair.promises import AnnouncedTimetable, ChangePrices, Promise
    from bibliobus.solve.solver import SolvedTour
    from bibliobus.solve.times.schedule import Timing

EXACT_CALLS: Final = 8
"""Of a tour that needs breaks for the driver every choice of times to give up is tried up to so many announced calls;
of more, only neighbours together. Eight have 255 choices. Chosen by hand, not measured."""

PERMUTED: Final = 6
"""Sets of so many calls are tried in every order where the cheapest order breaks a rule: 720 at most."""

Span = tuple[int, int]


@dataclass(frozen=True)
class TourValue:
    """
    A tour, and the prices of its announced changes and of driving it, in hundredths of a minute.

    ``starts_s``: Openings in seconds after midnight, in the order of the calls.
    """

    change: int
    cost: int
    order: tuple[int, ...]
    starts_s: tuple[int, ...]
    keeper: TimeKeeper
    key: TourKey

    @property
    def sum(self) -> int:
        """What is broken and what driving costs, together."""
        return self.change + self.cost

    @cached_property
    def tour(self) -> SolvedTour:
        """The tour with all its times."""
        timing = self.keeper.hold(self.key, self.order, dict(zip(self.order, self.starts_s, strict=True)))
        assert timing is not None  # it was found before
        return timing.tour

    @cached_property
    def grave(self) -> frozenset[int]:
        """Visits of the tour that another bus makes, or that move by more than the tolerance."""
        starts = dict(zip(self.order, self.starts_s, strict=True))
        return frozenset(
            visit
            for visit, promise in self.keeper.list_promises(self.key, self.order).items()
            if promise.bus != self.key[0] or not self.keeper.is_slight(visit, promise, starts[visit])
        )


class TimeKeeper:
    """
    Finds times whose sum of broken promises and driving is least, by following all clock times at once. A tour that can
    be driven to the minute as it was announced is not asked whether other times would save a wait.

    Tours that need breaks for the driver besides the meal, or whose meal is bound to the leaving, are looked at with
    the exact scheduler and windows narrowed around the announced times: first all of them to the minute, then within
    the tolerance, then without the cheapest set of them that makes the tour possible.
    """

    def __init__(self, problem: Problem, published: AnnouncedTimetable, prices: ChangePrices) -> None:
        self.problem = problem
        self.published = published
        self.prices = prices
        self.free = Scheduler(problem)
        self.legs = [matrix.tolist() for matrix in problem.leg_s]
        self.driving = [matrix.tolist() for matrix in problem.driving_s]
        self.lengths = [matrix.tolist() for matrix in problem.length_m]
        self._values: dict[tuple[TourKey, tuple[int, ...]], TourValue | None] = {}
        self._clocks: dict[TourKey, DayClock] = {}

    def clock(self, key: TourKey) -> DayClock:
        """Prices of clock times of a bus on a day."""
        found = self._clocks.get(key)
        if found is None:
            found = self._clocks[key] = DayClock(self.problem, self.published, self.prices, key)
        return found

    def value(self, key: TourKey, order: Sequence[int]) -> TourValue | None:
        """Value the times of a tour with the least price; None if the order breaks a rule on that day."""
        asked = (key, tuple(order))
        if asked not in self._values:
            self._values[asked] = self._find_value(key, asked[1])
        return self._values[asked]

    def least_cost(self, key: TourKey, order: Sequence[int]) -> int:
        """Price of driving and staying alone, which no times of an order undercut but by rounding."""
        crew, costs = self.problem.buses[key[0]], self.problem.costs
        busy_s = self._measure(self.legs[crew.profile], crew.depot, order)
        busy_s += sum(self.problem.visits[visit].dwell_s for visit in order)
        length_m = self._measure(self.lengths[crew.profile], crew.depot, order)
        return int(costs.per_hour * busy_s / HOUR_S + costs.per_km * length_m / KM_M) + costs.per_bus_day - 1

    def hold(self, key: TourKey, order: Sequence[int], starts_s: Mapping[int, int]) -> Timing | None:
        """Time a tour around given openings with the least paid time; None if no such times keep all rules."""
        return self._try(key, tuple(order), {visit: (start_s, start_s) for visit, start_s in starts_s.items()})

    def is_slight(self, visit: int, promise: Promise, start_s: int) -> bool:
        """Tell whether an opening is within the tolerance of what was announced."""
        low_s, high_s = find_span(promise, self.problem.visits[visit].dwell_s, self.prices.tolerance_s)
        return start_s == promise.start_s or low_s <= start_s <= high_s

    def list_promises(self, key: TourKey, order: Sequence[int]) -> dict[int, Promise]:
        """Promises of a tour's visits on its day, in the order of the tour."""
        found = ((visit, self.published.promises.get(visit, {}).get(key[1])) for visit in order)
        return {visit: promise for visit, promise in found if promise is not None}

    def keep_whole(self, key: TourKey) -> TourValue | None:
        """An announced tour as it was announced; None where that is not possible, or there is none."""
        order = self.published.orders.get(key, ())
        promises = self.list_promises(key, order)
        if not order or any(promise.bus != key[0] for promise in promises.values()) or not self._allows(key, order):
            return None
        held = self.hold(key, order, {visit: promise.start_s for visit, promise in promises.items()})
        return None if held is None else self._build(key, order, held)

    def _find_value(self, key: TourKey, order: tuple[int, ...]) -> TourValue | None:
        """Best times, or None; what can be driven as it was announced is driven so."""
        if order == self.published.orders.get(key):
            whole = self.keep_whole(key)
            if whole is not None:
                return whole
        crew = self.problem.buses[key[0]]
        if key[1] not in crew.days or not self._allows(key, order) or not self._could_fit(key, order):
            return None
        driving_s = self._measure(self.driving[crew.profile], crew.depot, order)
        if driving_s > crew.max_driving_s:
            return None
        if driving_s > crew.max_unbroken_s:
            return self._hold_some(key, order)
        clock = self.clock(key)
        course = clock.price_order(order)
        if course is None:
            return None
        grid_s = self.problem.grid_s
        work_s = (course.back - course.leave - clock.pause * course.ate_on_the_way) * grid_s
        paid_evenly = not self.problem.costs.balance and work_s <= crew.regular_work_s
        if work_s > crew.max_work_s or not paid_evenly:
            course = clock.price_exactly(order, crew.max_work_s)
            if course is None:
                return None
        starts_s = tuple((start + clock.first) * grid_s for start in course.starts)
        if crew.max_before_break_s is not None:
            held = self.hold(key, order, dict(zip(order, starts_s, strict=True)))
            return self._hold_some(key, order) if held is None else self._build(key, order, held)
        work_s = (course.back - course.leave - clock.pause * course.ate_on_the_way) * grid_s
        length_m = self._measure(self.lengths[crew.profile], crew.depot, order)
        change = sum(int(clock.openings(visit)[start]) for visit, start in zip(order, course.starts, strict=True))
        return TourValue(change, price_tour(self.problem, key[0], work_s, length_m), order, starts_s, self, key)

    def _build(self, key: TourKey, order: tuple[int, ...], timing: Timing) -> TourValue:
        """Value of a tour with its times."""
        clock, grid_s = self.clock(key), self.problem.grid_s
        starts_s = tuple(call.start_s for call in timing.tour.calls)
        change = sum(
            int(clock.openings(visit)[start_s // grid_s - clock.first])
            for visit, start_s in zip(order, starts_s, strict=True)
        )
        return TourValue(change, timing.cost, order, starts_s, self, key)

    def _allows(self, key: TourKey, order: tuple[int, ...]) -> bool:
        """Whether the calls are not too many, their load not too much, and each at its place in the order."""
        crew = self.problem.buses[key[0]]
        visits = [self.problem.visits[visit] for visit in order]
        if crew.max_calls is not None and len(order) > crew.max_calls:
            return False
        if crew.capacity is not None and sum(visit.load for visit in visits) > crew.capacity:
            return False
        return all(visit.position in (None, at, at - len(order) - 1) for at, visit in enumerate(visits, start=1))

    def _could_fit(self, key: TourKey, order: tuple[int, ...]) -> bool:
        """Whether drives and stays alone are short enough: a quick look before the exact one."""
        crew = self.problem.buses[key[0]]
        busy_s = self._measure(self.legs[crew.profile], crew.depot, order)
        busy_s += sum(self.problem.visits[visit].dwell_s for visit in order)
        return busy_s <= crew.max_work_s

    def _measure(self, matrix: Sequence[Sequence[int]], depot: int, order: Sequence[int]) -> int:
        """Sum of a matrix from the depot through the calls and back."""
        here, total = depot, 0
        for visit in order:
            there = self.problem.visits[visit].place
            total += matrix[here][there]
            here = there
        return total + matrix[here][depot]

    def _hold_some(self, key: TourKey, order: tuple[int, ...]) -> TourValue | None:
        """Value of a tour that needs breaks, with as many announced times as can be held."""
        free = self.free.time_tour(*key, order)
        if free is None:
            return None
        promises = {
            visit: promise for visit, promise in self.list_promises(key, order).items() if promise.bus == key[0]
        }
        timing = self._keep_times(key, order, promises) if promises else None
        found = [self._build(key, order, one) for one in (timing, free) if one is not None]
        return min(found, key=lambda value: value.sum)

    def _keep_times(self, key: TourKey, order: tuple[int, ...], promises: Mapping[int, Promise]) -> Timing | None:
        """Times of a tour that keep announced ones, within the tolerance where not to the minute; None for none."""
        exact = self._try(key, order, {visit: self._span(visit, promise, 0) for visit, promise in promises.items()})
        if exact is not None:
            return exact
        clash = self._find_clashes(key, order, promises)
        for kept in self._list_kept(promises):
            if any(pair in clash for pair in combinations(kept, 2)) or not clash.isdisjoint((one, one) for one in kept):
                continue
            spans = {visit: self._span(visit, promises[visit], self.prices.tolerance_s) for visit in kept}
            timing = self._try(key, order, spans)
            if timing is not None:
                return self._sharpen(key, order, promises, spans, timing)
        return None

    def _could_keep(self, key: TourKey, order: tuple[int, ...], spans: Mapping[int, Span]) -> bool:
        """Whether the spans could be kept without breaks and other rules: a quick look before the exact one."""
        crew = self.problem.buses[key[0]]
        legs = self.legs[crew.profile]
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
        legs = self.legs[crew.profile]
        spans = {visit: self._span(visit, promise, self.prices.tolerance_s) for visit, promise in promises.items()}
        here, clock_s, least = crew.depot, 0, {}
        for visit in order:
            wish = self.problem.visits[visit]
            clock_s += legs[here][wish.place]
            least[visit] = clock_s
            here, clock_s = wish.place, clock_s + wish.dwell_s
        found = {(one, one) for one, (_, last) in spans.items() if crew.shift_start_s + least[one] > last}
        found |= {
            (one, two)
            for one, two in combinations(promises, 2)
            if spans[one][0] + least[two] - least[one] > spans[two][1]
        }
        return frozenset(found)

    def _list_kept(self, promises: Mapping[int, Promise]) -> Iterator[tuple[int, ...]]:
        """Sets of visits whose times could be kept, the dearest first; never none of them."""
        announced = tuple(promises)
        if len(announced) <= EXACT_CALLS:
            worth = {visit: self.published.weigh(visit, self.prices.time) for visit in announced}
            sets = [some for size in range(1, len(announced) + 1) for some in combinations(announced, size)]
            yield from sorted(sets, key=lambda some: -sum(worth[visit] for visit in some))
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
        if not tolerance_s:
            return promise.start_s, promise.start_s
        return find_span(promise, self.problem.visits[visit].dwell_s, tolerance_s)

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
