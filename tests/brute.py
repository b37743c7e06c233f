"""Slow and simple searches that share nothing with the package: the oracles of the tests."""

from __future__ import annotations

from itertools import chain, combinations, permutations, product
from typing import TYPE_CHECKING

from bibliobus.solve.schedule import Scheduler

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


def find_least_work(problem: Problem, bus: int, day: int, order: Sequence[int]) -> tuple[int, bool, int] | None:
    """Least paid seconds, break on the way, earliest leaving of an order of calls; every leaving, wait, break tried."""
    crew = problem.buses[bus]
    grid_s = problem.grid_s
    if day not in crew.days:
        return None
    places = [crew.depot, *(problem.visits[visit].place for visit in order), crew.depot]
    legs = [int(problem.leg_s[crew.profile][a, b]) for a, b in zip(places, places[1:], strict=False)]
    drives = [int(problem.driving_s[crew.profile][a, b]) for a, b in zip(places, places[1:], strict=False)]
    if sum(drives) > crew.max_driving_s:
        return None
    pause = crew.break_duration_s
    undivided = sum(drives) <= crew.max_unbroken_s
    # Parked at call k, the break divides the driving into that before and that after it.
    counts = pause >= crew.min_break_s
    divided = [
        (max(sum(drives[:k]), sum(drives[k:])) if counts else sum(drives)) <= crew.max_unbroken_s
        for k in range(len(places))
    ]
    found = []
    for leave in range(-(-crew.shift_start_s // grid_s) * grid_s, crew.shift_end_s + 1, grid_s):
        for back, paused in _follow(problem, crew.shift_end_s, day, order, legs, leave, bus, divided):
            work = back - leave - (pause if paused else 0)
            if work > crew.max_work_s:
                continue
            if not paused and not undivided:
                continue
            if pause and not paused and not _rests_at_depot(crew, grid_s, leave, back):
                continue
            found.append((work, paused, leave))
    return min(found, default=None)


def _rests_at_depot(crew, grid_s: int, leave: int, back: int) -> bool:
    """Whether some start of the break lies before leaving or after returning."""
    starts = range(0, 24 * 3600, grid_s)
    return any(
        crew.break_earliest_s <= start <= crew.break_latest_s
        and (start + crew.break_duration_s <= leave or start >= back)
        for start in starts
    )


def _follow(
    problem: Problem,
    end_s: int,
    day: int,
    order: Sequence[int],
    legs: Sequence[int],
    leave: int,
    bus: int,
    divided: Sequence[bool],
) -> Iterator[tuple[int, bool]]:
    """Every return of a bus that leaves at one time, and whether it had its break on the way."""
    crew, grid_s = problem.buses[bus], problem.grid_s
    # A state: calls done, time, break taken; the bus stands at the place of call number `at`, before or after it.
    states = {(leave + legs[0], False)}
    for at, visit in enumerate(order, start=1):
        wish = problem.visits[visit]
        states = _stand(states, crew, grid_s, end_s, divided[at])
        states = {
            (now + wish.dwell_s, paused)
            for now, paused in states
            if any(start <= now and now + wish.dwell_s <= end for start, end in wish.windows[day])
        }
        states = _stand(states, crew, grid_s, end_s, divided[at])
        states = {(now + legs[at], paused) for now, paused in states}
    for back, paused in sorted(states):
        if back <= end_s:
            yield back, paused


def _stand(states, crew, grid_s: int, end_s: int, may_pause: bool) -> set[tuple[int, bool]]:
    """States that are reached by waiting any time, with or without taking the break."""
    found, fresh = set(), set(states)
    while fresh:
        now, paused = fresh.pop()
        if now > end_s or (now, paused) in found:
            continue
        found.add((now, paused))
        fresh.add((now + grid_s, paused))
        in_time = crew.break_duration_s > 0 and crew.break_earliest_s <= now <= crew.break_latest_s
        if in_time and may_pause and not paused:
            fresh.add((now + crew.break_duration_s, True))
    return found


def find_least_cost(problem: Problem) -> int:
    """Least cost of any plan, the rewards of the unserved included; all orders, subsets, patterns and buses tried."""
    visits = range(len(problem.visits))
    everyone = tuple(visits)
    best = dict.fromkeys([()], 0)
    for bus, weekday in product(range(len(problem.buses)), range(7)):
        if not any(day % 7 == weekday for day in problem.buses[bus].days):
            continue
        group = _price_groups(problem, bus, weekday)
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


def _price_groups(problem: Problem, bus: int, weekday: int) -> dict[tuple[int, ...], int]:
    """Least cost of serving each set of visits by one bus on one weekday of all weeks."""
    scheduler = Scheduler(problem)
    options = {
        visit: [days for days in wish.patterns if days[0] % 7 == weekday]
        for visit, wish in enumerate(problem.visits)
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
