"""
Slow and simple searches, the oracles of the tests.

`measure_all_pairs` and `find_least_work` share nothing with the package but the shape of a problem. `find_least_cost`
tries every order, subset, pattern and bus, and takes the times of each tour from the package's `Scheduler`, which
`find_least_work` proves right.
"""

from __future__ import annotations

from itertools import chain, combinations, permutations, product
from typing import TYPE_CHECKING

from bibliobus.solve.times.schedule import Scheduler

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bibliobus.model.problem import Problem

Arc = tuple[int, int]


def measure_all_pairs(nodes: Sequence[str], arcs: Mapping[tuple[str, str], Arc]) -> dict[tuple[str, str], Arc]:
    """Seconds and metres between every two nodes (Floyd 1962, Warshall 1962); the shorter among equally fast ways."""
    best = {(node, node): (0, 0) for node in nodes}
    for (tail, head), cost in arcs.items():
        best[tail, head] = min(cost, best.get((tail, head), cost))
    for middle, tail, head in product(nodes, nodes, nodes):
        if (tail, middle) in best and (middle, head) in best:
            through = tuple(a + b for a, b in zip(best[tail, middle], best[middle, head], strict=True))
            best[tail, head] = min(best.get((tail, head), through), through)
    return best


def find_least_work(problem: Problem, bus: int, day: int, order: Sequence[int]) -> tuple[int, int, bool, int] | None:
    """Least paid seconds, earliest return, break on the way, and leaving; every leaving, wait and break is tried."""
    crew = problem.buses[bus]
    grid_s = problem.grid_s
    if day not in crew.days:
        return None
    places = [crew.depot, *(problem.visits[visit].place for visit in order), crew.depot]
    legs = [int(problem.leg_s[crew.profile][a, b]) for a, b in zip(places, places[1:], strict=False)]
    drives = [int(problem.driving_s[crew.profile][a, b]) for a, b in zip(places, places[1:], strict=False)]
    if sum(drives) > crew.max_driving_s:
        return None
    visits = [problem.visits[visit] for visit in order]
    if crew.max_calls is not None and len(order) > crew.max_calls:
        return None
    if crew.capacity is not None and sum(visit.load for visit in visits) > crew.capacity:
        return None
    for place, visit in enumerate(visits):
        if visit.position is not None and visit.position - (1 if visit.position > 0 else -len(visits)) != place:
            return None
    pause = crew.break_duration_s
    found = []
    for leave in range(-(-crew.shift_start_s // grid_s) * grid_s, crew.shift_end_s + 1, grid_s):
        for back, paused in _follow(problem, day, order, legs, drives, leave, bus):
            work = back - leave - (pause if paused else 0)
            if work > crew.max_work_s:
                continue
            if pause and not paused and not _rests_at_depot(crew, grid_s, leave, back):
                continue
            found.append((work, back, paused, leave))
    return min(found, default=None)


def _rests_at_depot(crew, grid_s: int, leave: int, back: int) -> bool:
    """Whether some start of the break lies before leaving or after returning."""
    starts = range(0, 24 * 3600, grid_s)
    return any(
        crew.break_earliest_s <= start <= crew.break_latest_s
        and (start + crew.break_duration_s <= leave or (start >= back and back - leave <= _before_break(crew)))
        for start in starts
    )


def _before_break(crew) -> int:
    """Most seconds of work before the meal."""
    return 24 * 3600 if crew.max_before_break_s is None else crew.max_before_break_s


# A state of a bus under way: time, meal taken, seconds driven since the last whole break, a first part taken since.
State = tuple[int, bool, int, bool]


def _follow(
    problem: Problem, day: int, order: Sequence[int], legs: Sequence[int], drives: Sequence[int], leave: int, bus: int
) -> Iterator[tuple[int, bool]]:
    """Every return of a bus that leaves at one time, and whether it had its meal on the way."""
    crew, grid_s = problem.buses[bus], problem.grid_s
    states: set[State] = {(leave, False, 0, False)}
    for at, visit in enumerate(order):
        wish = problem.visits[visit]
        states = _stand(_drive(states, crew, legs[at], drives[at]), crew, grid_s, leave)
        states = {
            (now + wish.dwell_s, *rest)
            for now, *rest in states
            if any(start <= now and now + wish.dwell_s <= end for start, end in wish.windows[day])
        }
        states = _stand(states, crew, grid_s, leave)
    for back, paused in {state[:2] for state in _drive(states, crew, legs[-1], drives[-1])}:
        if back <= crew.shift_end_s:
            yield back, paused


def _drive(states: set[State], crew, leg: int, driving: int) -> set[State]:
    """States after a leg; nobody drives on beyond the longest stretch."""
    return {
        (now + leg, paused, since + driving, first)
        for now, paused, since, first in states
        if since + driving <= crew.max_unbroken_s
    }


def _stand(states: set[State], crew, grid_s: int, leave: int) -> set[State]:
    """States that are reached by waiting any time, with or without breaks of the least length."""
    found, fresh = set(), set(states)
    parts = crew.split_break_s or (10**9, 10**9)
    lengths = {crew.min_break_s, *(parts if crew.split_break_s else ())}
    while fresh:
        state = fresh.pop()
        now, paused, since, first = state
        if now > crew.shift_end_s or state in found:
            continue
        found.add(state)
        fresh.add((now + grid_s, paused, since, first))
        rests = [(max(grid_s, -(-length // grid_s) * grid_s), paused) for length in lengths]
        in_time = crew.break_earliest_s <= now <= min(crew.break_latest_s, leave + _before_break(crew))
        if crew.break_duration_s and in_time and not paused:
            rests.append((crew.break_duration_s, True))
        for length, fed in rests:
            if length >= crew.min_break_s or (first and length >= parts[1]):
                fresh.add((now + length, fed, 0, False))
            else:
                fresh.add((now + length, fed, since, first or length >= parts[0]))
    return found


def find_least_cost(problem: Problem) -> int:
    """Least cost of any plan, the rewards of the unserved included; all orders, subsets, patterns and buses tried."""
    visits = range(len(problem.visits))
    everyone = tuple(visits)
    best = dict.fromkeys([()], 0)
    # One for all weekdays: it times an order once for days on which everybody is open alike.
    scheduler = Scheduler(problem)
    for bus, weekday in product(range(len(problem.buses)), range(7)):
        if not any(day % 7 == weekday for day in problem.buses[bus].days):
            continue
        group = _price_groups(scheduler, bus, weekday)
        best = _join(best, group)
    rewards = [visit.reward for visit in problem.visits]
    return min(cost + sum(rewards[visit] for visit in everyone if visit not in served) for served, cost in best.items())


def _join(best: Mapping[tuple[int, ...], int], group: Mapping[tuple[int, ...], int]) -> dict[tuple[int, ...], int]:
    """Least cost of serving each set of visits when one more bus and weekday takes a share of it."""
    joined: dict[tuple[int, ...], int] = {}
    for (done, cost), (more, extra) in product(best.items(), group.items()):
        if not set(done) & set(more):
            key = tuple(sorted(done + more))
            joined[key] = min(joined.get(key, cost + extra), cost + extra)
    return joined


def _price_groups(scheduler: Scheduler, bus: int, weekday: int) -> dict[tuple[int, ...], int]:
    """Least cost of serving each set of visits by one bus on one weekday of all weeks."""
    options = {
        visit: [days for days in wish.patterns if days[0] % 7 == weekday]
        for visit, wish in enumerate(scheduler.problem.visits)
        if bus in wish.buses
    }
    allowed = [visit for visit, patterns in options.items() if patterns]
    tours: dict[tuple[int, ...], int | None] = {(): 0}
    prices: dict[tuple[int, ...], int] = {}
    for group in _subsets(allowed):
        for chosen in product(*(options[visit] for visit in group)):
            cost = 0
            for day in sorted(set(chain.from_iterable(chosen))):
                key = tuple(visit for visit, days in zip(group, chosen, strict=True) if day in days)
                if key not in tours:
                    tours[key] = _price_tour(scheduler, bus, weekday, key)
                price = tours[key]
                if price is None:
                    break
                cost += price
            else:
                prices[group] = min(prices.get(group, cost), cost)
    return prices


def _price_tour(scheduler: Scheduler, bus: int, weekday: int, group: tuple[int, ...]) -> int | None:
    """Least cost of one tour over all orders of its calls; times by the scheduler, which has an oracle of its own."""
    timings = (scheduler.time_tour(bus, weekday, order) for order in permutations(group))
    return min((timing.cost for timing in timings if timing), default=None)


def _subsets(items: Sequence[int]) -> Iterable[tuple[int, ...]]:
    """Every subset, the empty one first."""
    return chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))
