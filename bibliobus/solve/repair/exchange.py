"""Exact step: the visits of a few tours exchanged among them for the least sum, proved by prices of the places."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bibliobus.solve.repair.clock import SetPrices
from bibliobus.solve.solver import build_cp_solver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.repair.times import TourValue
    from bibliobus.solve.repair.tours import Keeper, Kept

ROUNDS: Final = 60
"""Steps towards the best prices of places; what could fill the gap that is left after them is looked at one by one."""

NODES: Final = 1500
"""Choices looked at by hand before CP-SAT is asked, whose loading alone takes longer than most searches."""

EFFORT: Final = 1.0
"""Deterministic seconds of CP-SAT: the same on every machine."""

MOST_COLUMNS: Final = 20_000
"""More tours than these are not given to CP-SAT."""

MOST_ORDERS: Final = 40
"""Orders of one set that are tried where the cheapest break a rule which their prices do not see."""

SAME: Final = 0.5
"""Hundredths of a minute within which sums are the same; prices are whole hundredths."""


@dataclass(frozen=True)
class Exchanged:
    """Better tours, None where there are none, and whether it is proved that nothing is better still."""

    kept: Kept | None
    proved: bool


@dataclass(frozen=True)
class _Option:
    """One way to serve a visit, or none: its price, and the tours that it joins as bits and as indices."""

    price: float
    uses: int
    joins: tuple[int, ...]
    places: tuple[TourKey, ...]


@dataclass
class _Columns:
    """Tours that a bus-day could make: bit masks of the pool, least prices, and who is in them."""

    key: TourKey
    pool: tuple[int, ...]
    sets: SetPrices
    masks: NDArray[np.int64]
    prices: NDArray[np.float64]
    members: NDArray[np.float64]
    row: dict[int, int] = field(default_factory=dict)


class Exchange:
    """
    Visits of a few tours in the pools of these tours, to be put where the sum of promises and driving is least.

    A visit some of whose tours are not among them stays where it is. Every set out of the pool of a tour is priced in
    its best order; prices of places, one for each visit and tour, give a bound under every choice; what could be below
    the best so far is looked at one by one, or given to CP-SAT where that is much.
    """

    def __init__(
        self,
        keeper: Keeper,
        kept: Kept,
        pools: Mapping[TourKey, Sequence[int]],
        *,
        known: dict[tuple[TourKey, tuple[int, ...]], SetPrices],
        seed: int,
        most: int,
        whole: bool,
    ) -> None:
        self.whole = whole
        self.keeper, self.kept, self.seed = keeper, kept, seed
        self.problem = keeper.problem
        self.keys = tuple(pools)
        self.at = {key: at for at, key in enumerate(self.keys)}
        visits = sorted({visit for pool in pools.values() for visit in pool})
        self.fixed = {visit for visit in visits if any(key not in self.at for key in kept.homes.get(visit, ()))}
        self.columns = [self._list_columns(key, tuple(sorted(pool)), known, most) for key, pool in pools.items()]
        self.seats = [{visit: seat for seat, visit in enumerate(one.pool)} for one in self.columns]
        self.heavy = self._price_missing(visits)
        self.options = {visit: self._list_options(visit) for visit in visits}
        self.certain = True
        self.truth: dict[tuple[int, int], tuple[float, TourValue | None]] = {}
        for at, one in enumerate(self.columns):
            self._keep_whole(at, one)

    def run(self) -> Exchanged:
        """Better tours, if there are any."""
        self.best = self._price_now()
        self.found: tuple[list[int], dict[int, _Option]] | None = None
        if all(len(one.masks) for one in self.columns):
            self._bound()
            if self.floor < self.best - SAME:
                self._choose()
        return Exchanged(self._build() if self.found else None, self.certain)

    def _list_columns(
        self,
        key: TourKey,
        pool: tuple[int, ...],
        known: dict[tuple[TourKey, tuple[int, ...]], SetPrices],
        most: int,
    ) -> _Columns:
        """Every tour out of a pool that has the visits which stay."""
        crew = self.problem.buses[key[0]]
        limit = len(pool) if crew.max_calls is None else crew.max_calls
        if (key, pool) not in known:
            known[key, pool] = SetPrices(self.keeper.times.clock(key), pool, min(limit, most))
        sets = known[key, pool]
        must = sum(1 << seat for seat, visit in enumerate(pool) if visit in self.fixed)
        pairs = [(mask, price) for mask, price in sets.list_sets() if mask & must == must and price < float("inf")]
        masks = np.array([mask for mask, _ in pairs], dtype=np.int64)
        prices = np.array([price + self.problem.costs.per_bus_day * (mask > 0) for mask, price in pairs])
        members = ((masks[:, None] >> np.arange(len(pool))) & 1).astype(float).reshape(len(masks), len(pool))
        if crew.capacity is not None:
            loads = np.array([self.problem.visits[visit].load for visit in pool])
            light = members @ loads <= crew.capacity
            masks, prices, members = masks[light], prices[light], members[light]
        return _Columns(key, pool, sets, masks, prices, members, {mask: at for at, mask in enumerate(masks.tolist())})

    def _keep_whole(self, at: int, one: _Columns) -> None:
        """Let an announced tour that can still be driven be the only one of its visits."""
        value = self.keeper.times.keep_whole(one.key)
        seats = self.seats[at]
        if value is not None and all(visit in seats for visit in value.order):
            column = one.row.get(sum(1 << seats[visit] for visit in value.order))
            if column is not None:
                one.prices[column] = value.sum
                self.truth[at, column] = float(value.sum), value

    def _price_missing(self, visits: Sequence[int]) -> float:
        """A price above every other together, for visits that the planner requires."""
        lost = sum(self.keeper.price_lost(visit) for visit in visits)
        return float(2 * lost + 2 * sum(one.prices.max() for one in self.columns if len(one.masks)) + 1)

    def _list_options(self, visit: int) -> list[_Option]:
        """Ways to serve a visit with these tours; the only one of a visit that stays is to stay."""
        homes = self.kept.homes.get(visit, ())
        if visit in self.fixed:
            joins = tuple(self.at[key] for key in homes if key in self.at)
            return [_Option(0.0, sum(1 << at for at in joins), joins, homes)]
        wish, found = self.problem.visits[visit], {}
        for days in wish.patterns:
            for keys in self._list_keys(visit, days):
                joins = tuple(self.at[key] for key in keys)
                price = float(self.keeper.price_days(visit, keys))
                found[keys] = _Option(price, sum(1 << at for at in joins), joins, keys)
        lost = self.keeper.price_lost(visit) + self.heavy * wish.required
        return [_Option(float(lost), 0, (), ()), *(found[keys] for keys in sorted(found))]

    def _list_keys(self, visit: int, days: Sequence[int]) -> list[tuple[TourKey, ...]]:
        """Tours of these for a set of days: by one bus, or by one each where the problem allows it."""
        buses = self.problem.visits[visit].buses
        can = [[(bus, day) for bus in buses if visit in self._seats((bus, day))] for day in days]
        if not self.problem.one_bus:
            return list(product(*can))
        whole = [tuple((bus, day) for day in days) for bus in buses]
        return [keys for keys in whole if all(key in some for key, some in zip(keys, can, strict=True))]

    def _seats(self, key: TourKey) -> Mapping[int, int]:
        """Seats of the pool of a tour; none where it is not among them."""
        return self.seats[self.at[key]] if key in self.at else {}

    def _price_now(self) -> float:
        """Sum of these tours and visits as they are."""
        total = 0.0
        for key in self.keys:
            if key in self.kept.tours:
                total += self.keeper.value(key, self.kept.tours[key]).sum
        for visit, options in self.options.items():
            homes = self.kept.homes.get(visit, ())
            now = next((option for option in options if set(option.places) == set(homes)), None)
            total += now.price if now else float(self.keeper.price_days(visit, homes))
        return total

    def _bound(self) -> None:
        """Prices of places by which no choice costs less than `floor`: a subgradient method with the step of Polyak."""
        places = self._start_prices()
        self.floor, self.places, speed = -float("inf"), places, 1.0
        for _ in range(ROUNDS):
            values = [one.prices - one.members @ place for one, place in zip(self.columns, places, strict=True)]
            picked = [int(value.argmin()) for value in values]
            total = sum(float(value[at]) for value, at in zip(values, picked, strict=True))
            slope = [-one.members[at] for one, at in zip(self.columns, picked, strict=True)]
            for visit, options in self.options.items():
                priced = [(self._price_option(option, visit, places), at) for at, option in enumerate(options)]
                price, at = min(priced)
                total += price
                for key in options[at].joins:
                    slope[key][self.seats[key][visit]] += 1
            if total > self.floor:
                self.floor, self.places = total, [place.copy() for place in places]
            else:
                speed *= 0.9
            size = sum(float(one @ one) for one in slope)
            if not size or self.floor >= self.best - SAME:
                break
            step = speed * max(self.best - total, 1.0) / size
            places = [place + step * one for place, one in zip(places, slope, strict=True)]

    def _start_prices(self) -> list[NDArray[np.float64]]:
        """First prices of places: what a visit would cost otherwise, less what it costs there."""
        places = [np.zeros(len(one.pool)) for one in self.columns]
        for visit, options in self.options.items():
            if len(options) > 1:
                lost = options[0].price
                for option in options[1:]:
                    for key in option.joins:
                        seat, gain = self.seats[key][visit], (lost - option.price) / len(option.joins)
                        places[key][seat] = max(places[key][seat], gain)
        return places

    def _price_option(self, option: _Option, visit: int, places: Sequence[NDArray[np.float64]]) -> float:
        """Price of an option with those of its places."""
        return option.price + sum(float(places[key][self.seats[key][visit]]) for key in option.joins)

    def _choose(self) -> None:
        """Look at every choice that could be better, or let CP-SAT do it."""
        over = []
        for one, place in zip(self.columns, self.places, strict=True):
            value = one.prices - one.members @ place
            over.append(value - value.min())
        self.over = over
        self.extra: dict[int, list[float]] = {}
        for visit, options in self.options.items():
            priced = [self._price_option(option, visit, self.places) for option in options]
            self.extra[visit] = [price - min(priced) for price in priced]
        gap = self.best - SAME - self.floor
        self.left = [np.flatnonzero(value <= gap) for value in over]
        order = sorted(range(len(self.keys)), key=lambda at: (len(self.left[at]), at))
        self.ranked = [sorted(left.tolist(), key=lambda at: (over[key][at], at)) for key, left in enumerate(self.left)]
        self.nodes = 0
        rest = {visit: list(range(len(options))) for visit, options in self.options.items()}
        if not self._descend(order, 0, self.floor, [0] * len(self.keys), rest):
            if self.whole:
                self._ask_solver()
            else:
                self.certain = False

    def _descend(
        self, order: list[int], depth: int, total: float, chosen: list[int], rest: dict[int, list[int]]
    ) -> bool:
        """Choose a tour for one bus-day after the other; False where that takes too long."""
        if depth == len(order):
            self._take(chosen, {visit: self.options[visit][some[0]] for visit, some in rest.items()})
            return True
        at = order[depth]
        one, bit = self.columns[at], 1 << at
        now = [
            (visit, seat, min(self.extra[visit][some] for some in rest[visit]))
            for visit, seat in self.seats[at].items()
        ]
        for column in self.ranked[at]:
            base = total + float(self.over[at][column]) + self._find_excess(at, column)
            if total + float(self.over[at][column]) >= self.best - SAME:
                break
            self.nodes += 1
            if self.nodes > NODES:
                return False
            mask, narrowed = int(one.masks[column]), dict(rest)
            for visit, seat, before in now:
                inside = mask >> seat & 1
                narrowed[visit] = [
                    some for some in rest[visit] if bool(self.options[visit][some].uses & bit) == bool(inside)
                ]
                if not narrowed[visit]:
                    base = float("inf")
                    break
                best = min(narrowed[visit], key=lambda some: (self.extra[visit][some], some))
                base += self.extra[visit][best] - before
            if base < self.best - SAME:
                chosen[at] = column
                ordered = {
                    visit: sorted(some, key=lambda one: (self.extra[visit][one], one))
                    for visit, some in narrowed.items()
                }
                if not self._descend(order, depth + 1, base, chosen, ordered):
                    return False
        return True

    def _find_excess(self, at: int, column: int) -> float:
        """What a tour that was looked at costs more than its least price."""
        known = self.truth.get((at, column))
        return 0.0 if known is None else known[0] - float(self.columns[at].prices[column])

    def _find_truth(self, at: int, column: int, limit: float) -> tuple[float, TourValue | None]:
        """
        True price of a tour with its best order, or a price above `limit` that it does not undercut; where neither is
        certain it is told.
        """
        known = self.truth.get((at, column))
        if known is None or (known[1] is None and self.columns[at].masks[column] and known[0] <= limit):
            known = self.truth[at, column] = self._look_at(at, column, limit)
        return known

    def _look_at(self, at: int, column: int, limit: float) -> tuple[float, TourValue | None]:
        """Value of the best order, looking at them from the cheapest on until none can be better."""
        one, best = self.columns[at], None
        mask = int(one.masks[column])
        if not mask:
            return 0.0, None
        opening = self.problem.costs.per_bus_day
        for looked, (least, order) in enumerate(one.sets.list_orders(mask)):
            if best is not None and best.sum <= least + opening + 1:
                return float(best.sum), best
            if least + opening > limit:
                return (float(best.sum), best) if best is not None else (least + opening, None)
            if looked >= MOST_ORDERS:
                self.certain = False
                break
            value = self.keeper.times.value(one.key, order)
            if value is not None and (best is None or value.sum < best.sum):
                best = value
        return (float("inf"), None) if best is None else (float(best.sum), best)

    def _take(self, chosen: Sequence[int], options: Mapping[int, _Option]) -> None:
        """Take a choice if its true price is the best so far."""
        total = sum(option.price for option in options.values())
        total += sum(
            float(self.columns[at].prices[column]) + self._find_excess(at, column) for at, column in enumerate(chosen)
        )
        for at, column in enumerate(chosen):
            if total >= self.best - SAME:
                return
            before = float(self.columns[at].prices[column]) + self._find_excess(at, column)
            total += self._find_truth(at, column, before + self.best - total)[0] - before
        if total >= self.best - SAME:
            return
        self.best, self.found = total, (list(chosen), dict(options))

    def _ask_solver(self) -> None:
        """Let CP-SAT choose among what is left, until the tours it chooses cost what they seemed to."""
        if sum(map(len, self.left)) > MOST_COLUMNS:
            self.certain = False
            return
        for _ in range(8):
            answer = self._solve()
            if answer is None:
                return
            chosen, options = answer
            if any((at, column) not in self.truth for at, column in enumerate(chosen)):
                self._take(chosen, options)
                if all(self._find_excess(at, column) < 1 for at, column in enumerate(chosen)):
                    return
            else:
                return
        self.certain = False

    def _solve(self) -> tuple[list[int], dict[int, _Option]] | None:
        """The choice of least price by CP-SAT below the best so far; None if there is none."""
        from ortools.sat.python import cp_model

        model, terms = cp_model.CpModel(), list[Any]()
        tours: list[dict[int, Any]] = []
        for at, left in enumerate(self.left):
            tours.append({column: model.new_bool_var("") for column in left.tolist()})
            model.add_exactly_one(tours[at].values())
            for column, used in tours[at].items():
                price = float(self.columns[at].prices[column]) + self._find_excess(at, column)
                if price == float("inf"):
                    model.add(used == 0)
                else:
                    terms.append(int(price) * used)
        ways = {visit: [model.new_bool_var("") for _ in options] for visit, options in self.options.items()}
        for visit, options in self.options.items():
            model.add_exactly_one(ways[visit])
            terms += [int(option.price) * used for option, used in zip(options, ways[visit], strict=True)]
        for at, seats in enumerate(self.seats):
            for visit, seat in seats.items():
                here = [used for column, used in tours[at].items() if self.columns[at].masks[column] >> seat & 1]
                by = [
                    used for option, used in zip(self.options[visit], ways[visit], strict=True) if option.uses >> at & 1
                ]
                model.add(sum(here) == sum(by))
        model.add(sum(terms) <= int(self.best) - 1)
        model.minimize(sum(terms))
        solver = build_cp_solver(self.seed)
        solver.parameters.max_deterministic_time = EFFORT
        status = solver.solve(model)
        self.certain = self.certain and status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        chosen = [next(column for column, used in some.items() if solver.value(used)) for some in tours]
        picked = {
            visit: next(option for option, used in zip(self.options[visit], some, strict=True) if solver.value(used))
            for visit, some in ways.items()
        }
        return chosen, picked

    def _build(self) -> Kept:
        """The tours that were found."""
        assert self.found is not None  # who calls has looked
        chosen, options = self.found
        tours: dict[TourKey, tuple[int, ...]] = {}
        for at, column in enumerate(chosen):
            value = self.truth[at, column][1]
            if value is not None or self.keys[at] in self.kept.tours:
                tours[self.keys[at]] = value.order if value is not None else ()
        homes = {
            visit: tuple(sorted(option.places, key=lambda key: (key[1], key[0]))) for visit, option in options.items()
        }
        changed = {visit: keys for visit, keys in homes.items() if keys != self.kept.homes.get(visit, ())}
        kept = self.keeper.put(self.kept, tours, changed)
        assert kept is not None  # every tour was priced
        return kept
