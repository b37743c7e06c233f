"""Days: what a bus may do on one of them as arrays, and all tours that it could make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bibliobus.model.problem import price_tour
from bibliobus.words.language import DAY_S

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem, ProblemBus
    from bibliobus.solve.compose.price import DayRules

MOST_NODES: Final = 600
"""Shortest ways with calls on the way are worked out for so many visits, in some tenths of a second; with more of them
a day has too many tours to list anyway."""

AT_ONCE: Final = 10_000
"""Tours that are priced before somebody is asked whether to stop: some hundredths of a second."""

ROOMY: Final = 1 << 40
"""More than any load or number of calls."""


@dataclass(frozen=True)
class Tours:
    """
    Tours that one kind of day may have, the empty one first.

    ``orders``: Shape (tours, most calls), -1 behind the last call. ``prices``: Hundredths of a minute.
    """

    orders: NDArray[np.int16]
    prices: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.prices)


class DayPrices:
    """Prices of the tours of one bus on one day, and of all days like it."""

    def __init__(self, problem: Problem, bus: int, day: int) -> None:
        from bibliobus.solve.compose.price import LONGEST

        self.problem = problem
        self.rules = build_rules(problem, bus, day)
        self.clock = np.zeros((3, max(len(problem.visits), LONGEST) + 2, 2), dtype=np.int64)
        self.room = np.zeros((6, LONGEST + 2), dtype=np.int64)

    def price(self, order: Sequence[int]) -> int | None:
        """Price of an order in hundredths of a minute; None where no times keep all rules."""
        from bibliobus.solve.compose.price import TOO_DEAR, price_order

        found = price_order(np.array(order, dtype=np.int64), self.rules, self.clock)
        return None if found >= TOO_DEAR else int(found)

    def list_tours(
        self, visits: Sequence[int], *, most: int, effort: int, check: Callable[[], None]
    ) -> tuple[Tours | None, int]:
        """All tours out of some visits, None where they are more than `most` or the effort; and the effort spent."""
        from bibliobus.solve.compose.price import LONGEST, list_sets

        if len(self.problem.visits) > MOST_NODES:
            return None, 0
        tables = np.zeros((2, 1 << LONGEST, LONGEST), dtype=np.int64)
        sets, sizes = np.full((most, LONGEST), -1, dtype=np.int16), np.zeros(most, dtype=np.int8)
        asked, count, spent = np.array(visits, dtype=np.int64), 0, 0
        for first in range(len(asked)):
            check()
            room = (sets[count:], sizes[count:], tables, self.room)
            more, used = list_sets(asked, first, self.rules, LONGEST, effort - spent, *room)
            spent += used
            if more < 0:
                return None, spent
            count += more
        return self.price_all(sets[:count], sizes[:count], check), spent

    def price_all(self, sets: NDArray[np.int16], sizes: NDArray[np.int8], check: Callable[[], None]) -> Tours:
        """The tours of some sets that have times, each in its best order, after the empty one."""
        from bibliobus.solve.compose.price import TOO_DEAR, price_sets

        prices, orders = np.zeros(len(sizes), dtype=np.int64), np.full(sets.shape, -1, dtype=np.int16)
        for start in range(0, len(sizes), AT_ONCE):
            check()
            part = slice(start, start + AT_ONCE)
            price_sets(sets[part], sizes[part], self.rules, self.clock, self.room, prices[part], orders[part])
        good = prices < TOO_DEAR
        width = max(1, int(sizes[good].max(initial=0)))
        none = np.full((1, width), -1, dtype=np.int16)
        return Tours(np.concatenate([none, orders[good, :width]]), np.concatenate([[0], prices[good]]))


def build_rules(problem: Problem, bus: int, day: int) -> DayRules:
    """Write what one bus may do on one day as arrays."""
    from bibliobus.solve.compose.price import DayRules

    crew = problem.buses[bus]
    places = np.array([*(visit.place for visit in problem.visits), crew.depot])
    pairs = np.ix_(places, places)
    dwell = np.array([visit.dwell_s for visit in problem.visits], dtype=np.int64) // problem.grid_s
    leg = np.minimum(problem.leg_s[crew.profile][pairs] // problem.grid_s, _never())
    limit = _limit(problem, crew)
    return DayRules(
        limit=limit,
        leg=leg.astype(np.int64),
        drive=problem.driving_s[crew.profile][pairs].astype(np.int64),
        metres=problem.length_m[crew.profile][pairs].astype(np.int64),
        shortest=find_shortest(leg, dwell) if len(problem.visits) <= MOST_NODES else np.zeros_like(leg),
        dwell=dwell,
        load=np.array([visit.load for visit in problem.visits], dtype=np.int64),
        position=np.array([visit.position or 0 for visit in problem.visits], dtype=np.int64),
        timed=np.array([not _is_open_all_day(visit.windows[day], crew) for visit in problem.visits]),
        opening=_tabulate_openings(problem, day),
        worth=np.array([price_tour(problem, bus, step * problem.grid_s, 0) for step in range(limit[6] + 1)]),
        per_km=np.array([float(problem.costs.per_km)]),
    )


def _never() -> int:
    """Steps of no way at all."""
    from bibliobus.solve.compose.price import NEVER

    return NEVER


def _limit(problem: Problem, crew: ProblemBus) -> NDArray[np.int64]:
    """Limits of a bus in steps, as `DayRules.limit` wants them."""
    grid_s = problem.grid_s
    start, end = -(-crew.shift_start_s // grid_s), crew.shift_end_s // grid_s
    first, second = crew.split_break_s or (0, 0)
    meal_s, is_split = crew.break_duration_s, crew.split_break_s is not None
    return np.array(
        [
            start,
            end,
            meal_s // grid_s,
            -(-crew.break_earliest_s // grid_s),
            crew.break_latest_s // grid_s,
            _never() if crew.max_before_break_s is None else crew.max_before_break_s // grid_s,
            max(0, min(crew.max_work_s // grid_s, end - start)),
            crew.max_unbroken_s,
            max(1, -(-crew.min_break_s // grid_s)),
            crew.max_driving_s,
            max(1, -(-first // grid_s)) if is_split else 0,
            max(1, -(-second // grid_s)) if is_split else 0,
            ROOMY if crew.max_calls is None else crew.max_calls,
            ROOMY if crew.capacity is None else crew.capacity,
            meal_s >= crew.min_break_s,
            is_split and meal_s >= first,
            is_split and meal_s >= second,
        ],
        dtype=np.int64,
    )


def find_shortest(leg: NDArray[np.int64], dwell: NDArray[np.int64]) -> NDArray[np.int64]:
    """Least steps between two nodes with any calls on the way (Floyd and Warshall 1962): the depot is no such call."""
    shortest = leg.astype(np.int64)
    for visit, stay in enumerate(dwell):
        np.minimum(shortest, shortest[:, visit, None] + (stay + shortest[None, visit, :]), out=shortest)
    return shortest


def _is_open_all_day(spans: Sequence[tuple[int, int]], crew: ProblemBus) -> bool:
    """Whether one window holds the whole shift."""
    return any(start_s <= crew.shift_start_s and end_s >= crew.shift_end_s for start_s, end_s in spans)


def _tabulate_openings(problem: Problem, day: int) -> NDArray[np.int64]:
    """Earliest opening of each visit at or after each step; the last stands for everything beyond the day."""
    from bibliobus.solve.times.schedule import Scheduler

    scheduler = Scheduler(problem)
    if not problem.visits:
        return np.zeros((0, DAY_S // problem.grid_s + 1), dtype=np.int64)
    return np.stack([scheduler.find_openings(visit, day) for visit in range(len(problem.visits))])
