"""Least price of the times of one bus on one day, followed over all clock times at once: of an order, or of a set."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from bibliobus.network.places import UNREACHABLE_S
from bibliobus.words.language import HOUR_S, KM_M, round_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem
    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.repair.promises import AnnouncedTimetable, ChangePrices, Promise

NEAR: Final = 1e-3
"""Hundredths of a minute within which two sums of floating numbers are the same."""


@dataclass(frozen=True)
class Course:
    """
    Clock times of calls in an order, in steps of the grid after the shift begins, and what is paid for them.

    ``price``: Price of what they break, of the hours and the kilometres, in hundredths of a minute.
    """

    order: tuple[int, ...]
    starts: tuple[int, ...]
    leave: int
    back: int
    ate_on_the_way: bool
    price: float


class DayClock:
    """
    One bus on one day: prices of opening at every step of the grid, and of everything that is possible from there.

    A state is the clock when a stay ends, without and with the meal taken; its value is the least that is paid so far,
    when leaving at a step has earned the hours before it. So nobody need know when the bus left, as long as an hour
    costs the same whenever it is worked: longest work, overtime and driving rules are left to who asks, and what is
    found here never exceeds the true price. `paid` says whether hours and kilometres are paid for, or only promises.
    """

    def __init__(
        self,
        problem: Problem,
        published: AnnouncedTimetable,
        prices: ChangePrices,
        key: TourKey,
        *,
        paid: bool = True,
    ) -> None:
        self.problem, self.published, self.prices, self.key = problem, published, prices, key
        crew, grid_s = problem.buses[key[0]], problem.grid_s
        self.crew = crew
        self.first = round_up(crew.shift_start_s, grid_s) // grid_s
        self.steps = max(crew.shift_end_s // grid_s - self.first + 1, 1)
        self.pause = crew.break_duration_s // grid_s
        self.earliest = max(-(-crew.break_earliest_s // grid_s) - self.first, 0)
        self.latest = min(crew.break_latest_s // grid_s - self.first, self.steps - 1)
        self.step_price = problem.costs.per_hour * grid_s / HOUR_S * paid
        self.km_price = problem.costs.per_km / KM_M * paid
        self.legs = problem.leg_s[crew.profile]
        self.lengths = problem.length_m[crew.profile]
        self._rows: dict[int, NDArray[np.float64]] = {}
        clock = np.arange(self.steps)
        self.start = np.full((2, self.steps), np.inf)
        # Who leaves late enough has eaten at the depot; a crew without a meal break has always eaten.
        outside = self.earliest + self.pause if self.pause else 0
        if self.pause:
            self.start[0] = -self.step_price * clock
        self.start[1, outside:] = -self.step_price * clock[outside:]

    def openings(self, visit: int) -> NDArray[np.float64]:
        """Price of opening at each step: infinite outside the windows, else what it breaks of what was announced."""
        row = self._rows.get(visit)
        if row is None:
            row = self._rows[visit] = self._price_openings(visit)
        return row

    def leg(self, here: int, there: int) -> tuple[int, float] | None:
        """Steps and kilometre price of a drive between two places; None where no road leads."""
        leg_s = int(self.legs[here, there])
        if leg_s >= UNREACHABLE_S:
            return None
        return leg_s // self.problem.grid_s, self.km_price * int(self.lengths[here, there])

    def allow_detours(self, visits: Sequence[int]) -> None:
        """Let drives between some visits be as short as with calls at any others on the way, which break nothing."""
        crew, everyone = self.crew, self.problem.visits
        through = np.array([visit.place for visit in everyone])
        dwells = np.array([visit.dwell_s for visit in everyone])
        rows = [crew.depot, *map(self.place, visits)]
        legs, shorter = self.legs.copy(), self.legs[rows]
        while True:
            around = (shorter[:, through] + dwells)[:, :, None] + self.legs[through][None]
            found = np.minimum(shorter, around.min(axis=1))
            if np.array_equal(found, shorter):
                break
            shorter = found
        legs[rows] = shorter
        self.legs = legs

    def drive(self, values: NDArray[np.float64], here: int, there: int) -> NDArray[np.float64]:
        """Values after a drive."""
        leg, moved = self.leg(here, there), np.full(values.shape, np.inf)
        if leg is not None and leg[0] < self.steps:
            moved[..., leg[0] :] = values[..., : self.steps - leg[0]] + leg[1]
        return moved

    def stay(self, arrived: NDArray[np.float64], visit: int, *, eat: bool = True) -> NDArray[np.float64]:
        """Values after waiting, a meal or none, the call, and again a meal or none."""
        dwell = np.array(self.problem.visits[visit].dwell_s // self.problem.grid_s)
        return self.stay_at(arrived, self.openings(visit), dwell, eat=eat)

    def stay_at(
        self,
        arrived: NDArray[np.float64],
        openings: NDArray[np.float64],
        dwells: NDArray[np.int64],
        *,
        eat: bool = True,
    ) -> NDArray[np.float64]:
        """The same for one call, or for one of each row."""
        eat = eat and self.pause > 0
        fed = np.minimum(arrived[..., 1, :], self._eat(arrived[..., 0, :])) if eat else arrived[..., 1, :]
        begun = np.minimum.accumulate(np.stack([arrived[..., 0, :], fed], axis=-2), axis=-1)
        begun += openings if openings.ndim == 1 else openings[:, None, :]
        done = np.full(begun.shape, np.inf)
        if dwells.ndim == 0:
            done[..., int(dwells) :] = begun[..., : max(self.steps - int(dwells), 0)]
        for dwell in np.unique(dwells).tolist() if dwells.ndim else ():
            some = dwells == dwell
            done[some, :, dwell:] = begun[some, :, : max(self.steps - dwell, 0)]
        if eat:
            done[..., 1, :] = np.minimum(done[..., 1, :], self._eat(done[..., 0, :]))
        return done

    def finish(self, values: NDArray[np.float64], here: int) -> NDArray[np.float64]:
        """Values when the bus is back, all hours paid, infinite where the crew has not eaten."""
        back = self.drive(values, here, self.crew.depot) + self.step_price * np.arange(self.steps)
        back[..., 0, self.latest + 1 :] = np.inf
        return back

    def place(self, visit: int) -> int:
        """Place of a visit."""
        return self.problem.visits[visit].place

    def price_order(self, order: Sequence[int]) -> Course | None:
        """
        Least price of an order and its times; None if no times keep the windows and the meal break.

        The longest work, overtime, and uneven days are not looked at.
        """
        return self._follow(order, self.start)

    def price_exactly(self, order: Sequence[int], limit_s: int) -> Course | None:
        """Least price of an order, each leaving by itself, with all that the length of the work is paid for."""
        crew, costs, grid_s = self.crew, self.problem.costs, self.problem.grid_s
        clock, best = np.arange(self.steps), None
        for on_the_way in (False, True)[: 2 if self.pause else 1]:
            work = (clock[None, :] - clock[:, None] - self.pause * on_the_way) * grid_s
            extra = costs.per_overtime_hour * np.maximum(work - crew.regular_work_s, 0) / HOUR_S
            extra = np.where(work <= limit_s, extra + costs.balance * (work / HOUR_S) ** 2, np.inf)
            start = np.full((self.steps, 2, self.steps), np.inf)
            for fed in (0, 1):
                start[clock, fed, clock] = self.start[fed] if fed == 0 or not on_the_way else np.inf
            course = self._follow(order, start, extra, eaten=on_the_way)
            if course is not None and (best is None or course.price < best.price):
                best = course
        return best

    def _follow(
        self,
        order: Sequence[int],
        start: NDArray[np.float64],
        extra: NDArray[np.float64] | None = None,
        *,
        eaten: bool | None = None,
    ) -> Course | None:
        """Least price of an order from some leavings on; `eaten` says whether the meal is on the way, None for both."""
        before: list[NDArray[np.float64]] = []
        values, here = start, self.crew.depot
        for visit in order:
            arrived = self.drive(values, here, self.place(visit))
            values, here = self.stay(arrived, visit, eat=eaten is not False), self.place(visit)
            before.append(arrived)
        back = self.finish(values, here)
        if extra is not None:
            back = back + extra[:, None, :]
            if eaten:
                back[:, 0] = np.inf
        at: tuple[int, ...] = tuple(map(int, np.unravel_index(int(back.argmin()), back.shape)))
        price = float(back[at])
        if price == np.inf:
            return None
        if extra is not None:
            values, before, at = values[at[0]], [arrived[at[0]] for arrived in before], at[1:]
        leg = self.leg(here, self.crew.depot)
        assert leg is not None  # it was driven
        fed, clock = at[0], at[1] - leg[0]
        value, starts = float(values[fed, clock]), list[int]()
        ate = False
        places = [self.crew.depot, *map(self.place, order)]
        for at_call in range(len(order) - 1, -1, -1):
            visit, arrived, here = order[at_call], before[at_call], places[at_call]
            came, was_fed, opened = self._trace(arrived, visit, fed, clock, value)
            drive = self.leg(here, self.place(visit))
            assert drive is not None  # it was driven
            ate = ate or was_fed != fed
            value, fed, clock = float(arrived[was_fed, came]) - drive[1], was_fed, came - drive[0]
            starts.append(opened)
        return Course(tuple(order), tuple(reversed(starts)), clock, at[1], ate, price)

    def _price_openings(self, visit: int) -> NDArray[np.float64]:
        """Price of opening at each step."""
        wish, (bus, day), grid_s = self.problem.visits[visit], self.key, self.problem.grid_s
        starts_s = (np.arange(self.steps) + self.first) * grid_s
        allowed = np.zeros(self.steps, dtype=bool)
        for begin_s, end_s in wish.windows[day]:
            allowed |= (starts_s >= begin_s) & (starts_s + wish.dwell_s <= end_s)
        row = np.zeros(self.steps)
        promise = self.published.promises.get(visit, {}).get(day)
        if promise is not None:
            moved, slight, other = (
                self.published.weigh(visit, price) for price in (self.prices.time, self.prices.order, self.prices.bus)
            )
            if promise.bus != bus:
                row[:] = other
            else:
                low_s, high_s = find_span(promise, wish.dwell_s, self.prices.tolerance_s)
                row = np.where((starts_s >= low_s) & (starts_s <= high_s), min(slight, moved), moved).astype(float)
                row[starts_s == promise.start_s] = 0
        row[~allowed] = np.inf
        return row

    def _eat(self, parked: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values after an unpaid meal where the bus is parked."""
        fed = np.full(parked.shape, np.inf)
        last = min(self.latest, self.steps - 1 - self.pause)
        if self.pause and last >= self.earliest:
            waited = np.minimum.accumulate(parked[..., : last + 1], axis=-1)[..., self.earliest :]
            fed[..., self.earliest + self.pause : last + 1 + self.pause] = waited - self.step_price * self.pause
        return fed

    def _trace(
        self, arrived: NDArray[np.float64], visit: int, fed: int, clock: int, value: float
    ) -> tuple[int, int, int]:
        """Arrival, whether fed then, and opening of a call that ends with a value."""
        row, dwell = self.openings(visit), self.problem.visits[visit].dwell_s // self.problem.grid_s
        start = clock - dwell
        if start >= 0:
            came = int(arrived[fed, : start + 1].argmin())
            if abs(arrived[fed, came] + row[start] - value) < NEAR:
                return came, fed, start
            if fed:
                eaten = self._eat(arrived[0])
                ended = int(eaten[: start + 1].argmin())
                if abs(eaten[ended] + row[start] - value) < NEAR:
                    return int(arrived[0, : ended - self.pause + 1].argmin()), 0, start
        begun = clock - self.pause
        waited = np.minimum.accumulate(arrived[0]) + row
        start = int(waited[: begun - dwell + 1].argmin())
        return int(arrived[0, : start + 1].argmin()), 0, start


def find_span(promise: Promise, dwell_s: int, tolerance_s: int) -> tuple[int, int]:
    """First and last opening, in seconds after midnight, that count as kept when a visit may move a little."""
    late_s = promise.end_s - dwell_s
    return max(promise.start_s, late_s) - tolerance_s, min(promise.start_s, late_s) + tolerance_s


@dataclass(frozen=True)
class _Layer:
    """
    Sets of one size: their rows by bit mask, and the values of each by its last member, meal and step.

    A last row of nothing stands for sets that are not possible; steps before the shift let a drive look back.

    ``busy``: Least steps of drives and stays until the last member is served, by row and last member.
    """

    rows: Mapping[int, int]
    values: NDArray[np.float64]
    busy: NDArray[np.int64]


class SetPrices:
    """
    Least price of every set out of a few visits in its best order, after Held and Karp (1962) over all clock times.

    ``most``: Sets of more members are not looked at.
    """

    def __init__(self, clock: DayClock, pool: Sequence[int], most: int) -> None:
        self.clock, self.pool = clock, tuple(pool)
        self.prices: dict[int, float] = {0: 0.0}
        self._layers: list[_Layer] = []
        if self.pool:
            self._read_pool()
            self._grow(min(most, len(self.pool)))

    def list_sets(self) -> Iterator[tuple[int, float]]:
        """Sets and their prices, the empty one first."""
        yield from sorted(self.prices.items())

    def list_orders(self, mask: int) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Orders of a set with their least prices, the cheapest first: from the last call to the first, best first."""
        waiting: list[tuple[float, int, int, tuple[int, ...]]] = []
        self._push(waiting, mask, ())
        while waiting:
            price, rest, last, tail = heappop(waiting)
            tail, rest = (self.pool[last], *tail), rest & ~(1 << last)
            if rest:
                self._push(waiting, rest, tail)
            else:
                yield price, tail

    def _read_pool(self) -> None:
        """Drives, stays and openings of the pool, by seat; the depot has the last row and column of drives."""
        clock, visits = self.clock, self.clock.problem.visits
        places = [*map(clock.place, self.pool), clock.crew.depot]
        legs = clock.legs[np.ix_(places, places)] // clock.problem.grid_s
        # No tour drives longer than all day: what is not reached lies beyond the steps.
        self._legs = np.minimum(legs, clock.steps).astype(np.int64)
        self._roads = clock.lengths[np.ix_(places, places)] * clock.km_price
        self._openings = np.array([clock.openings(visit) for visit in self.pool])
        self._most_steps = clock.crew.max_work_s // clock.problem.grid_s
        self._dwells = np.array([visits[visit].dwell_s // clock.problem.grid_s for visit in self.pool])

    def _grow(self, most: int) -> None:
        """Price sets of one member, two, and so on."""
        clock, seats = self.clock, np.arange(len(self.pool))
        first = [clock.drive(clock.start, clock.crew.depot, clock.place(visit)) for visit in self.pool]
        came, busy = np.stack(first), self._legs[-1, :-1] + self._dwells
        masks = 1 << seats
        while self._add_layer(masks, seats, came, busy) and len(self._layers) < most:
            known = np.array(sorted(self._layers[-1].rows), dtype=np.int64)
            if not len(known):
                break
            longer = known[:, None] | (1 << np.arange(len(self.pool)))[None, :]
            found = np.unique(longer[longer != known[:, None]])
            rows, seats = np.nonzero((found[:, None] >> np.arange(len(self.pool))) & 1)
            masks = found[rows]
            came, busy = self._arrive(masks, seats)

    def _arrive(
        self, masks: NDArray[np.int64], seats: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Values when the bus comes to the last member of each set, from the best before it, and least steps."""
        layer, steps = self._layers[-1], self.clock.steps
        nothing = layer.values.shape[0] - 1
        before = np.array([layer.rows.get(mask, nothing) for mask in (masks & ~(1 << seats)).tolist()])
        inside = ((masks & ~(1 << seats))[:, None] >> np.arange(len(self.pool))) & 1
        members = np.nonzero(inside)[1].reshape(len(masks), -1)
        width, fed = layer.values.shape[-1], np.arange(2)
        base = ((before[:, None] * len(self.pool) + members)[..., None] * 2 + fed) * width + width - steps
        base -= self._legs[members, seats[:, None]][..., None]
        found = np.take(layer.values, base[..., None] + np.arange(steps))
        found += self._roads[members, seats[:, None]][..., None, None]
        busy = layer.busy[before[:, None], members] + self._legs[members, seats[:, None]]
        return np.asarray(found.min(axis=1)), np.asarray(busy.min(axis=1) + self._dwells[seats])

    def _add_layer(
        self,
        masks: NDArray[np.int64],
        seats: NDArray[np.int64],
        came: NDArray[np.float64],
        busy: NDArray[np.int64],
    ) -> bool:
        """Stay at the last member of each set, and keep what is possible; False if nothing is."""
        clock = self.clock
        # Waiting only adds to what drives and stays take.
        short = busy <= self._most_steps
        masks, seats, came, busy = masks[short], seats[short], came[short], busy[short]
        done = clock.stay_at(came, self._openings[seats], self._dwells[seats])
        good = np.isfinite(done).any(axis=(1, 2))
        masks, seats, done, busy = masks[good], seats[good], done[good], busy[good]
        rows = {mask: row for row, mask in enumerate(np.unique(masks).tolist())}
        at = np.array([rows[mask] for mask in masks.tolist()], dtype=np.int64)
        # As many empty steps before the shift as there are steps: no drive looks back farther.
        values = np.full((len(rows) + 1, len(self.pool), 2, 2 * clock.steps), np.inf)
        values[at, seats, :, clock.steps :] = done
        least_busy = np.full((len(rows) + 1, len(self.pool)), 10 * clock.steps, dtype=np.int64)
        least_busy[at, seats] = busy
        self._layers.append(_Layer(rows, values, least_busy))
        back = np.where(busy + self._legs[seats, -1] <= self._most_steps, self._finish(seats, done), np.inf)
        least = np.full(len(rows) + 1, np.inf)
        np.minimum.at(least, at, back)
        self.prices |= {mask: float(least[row]) for mask, row in rows.items() if least[row] < np.inf}
        return bool(rows)

    def _finish(self, seats: NDArray[np.int64], done: NDArray[np.float64]) -> NDArray[np.float64]:
        """Least price of each set when the bus is back, fed, within the shift."""
        clock, legs = self.clock, self._legs[seats, -1]
        last = np.stack([np.minimum(clock.latest, clock.steps - 1) - legs, clock.steps - 1 - legs], axis=1)
        at = np.arange(clock.steps)
        paid = np.where(at <= last[..., None], done + clock.step_price * at, np.inf)
        return np.asarray(paid.min(axis=(1, 2)) + clock.step_price * legs + self._roads[seats, -1])

    def _measure_tail(self, tail: Sequence[int]) -> int:
        """Steps of stays and drives from the first call of a tail to the depot."""
        seats = [*map(self.pool.index, tail)]
        legs = sum(int(self._legs[one, two]) for one, two in pairwise([*seats, -1])) if seats else 0
        return legs + sum(int(self._dwells[seat]) for seat in seats)

    def _push(self, waiting: list[tuple[float, int, int, tuple[int, ...]]], mask: int, tail: tuple[int, ...]) -> None:
        """Add a set before a tail, once for each of its members as the last, with the least price of the whole."""
        layer, clock = self._layers[mask.bit_count() - 1], self.clock
        if mask not in layer.rows:
            return
        rest = self._measure_tail(tail)
        busy = layer.busy[layer.rows[mask]] + rest + self._legs[:-1, self.pool.index(tail[0]) if tail else -1]
        seats = [seat for seat in range(len(self.pool)) if mask >> seat & 1 and busy[seat] <= self._most_steps]
        if not seats:
            return
        values = layer.values[layer.rows[mask]][seats, :, clock.steps :]
        there = clock.place(tail[0]) if tail else clock.crew.depot
        if not tail:
            prices = self._finish(np.array(seats), values)
        else:
            moved = [
                clock.drive(one, clock.place(self.pool[seat]), there) for seat, one in zip(seats, values, strict=True)
            ]
            values = clock.stay(np.stack(moved), tail[0])
            for here, visit in pairwise(tail):
                values = clock.stay(clock.drive(values, clock.place(here), clock.place(visit)), visit)
            prices = clock.finish(values, clock.place(tail[-1])).min(axis=(1, 2))
        for seat, price in zip(seats, prices.tolist(), strict=True):
            if price < np.inf:
                heappush(waiting, (price, mask, seat, tail))
