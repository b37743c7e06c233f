"""Draft: the tours of a cycle while a search changes them, the cheapest place for one more visit, and other orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bibliobus.network.places import UNREACHABLE_S
from bibliobus.words.language import HOUR_S, KM_M

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from bibliobus.model.problem import Problem
    from bibliobus.solve.times.schedule import Scheduler, Timing

TourKey = tuple[int, int]
"""Index of the bus and day of the cycle."""


@dataclass(frozen=True)
class Draft:
    """Orders of visits by bus and day, none empty; `cost` is that of the tours, without rewards of the unserved."""

    tours: Mapping[TourKey, tuple[int, ...]]
    homes: Mapping[int, tuple[int, tuple[int, ...]]]
    cost: int


EMPTY: Final = Draft({}, {}, 0)


def replace_tours(draft: Draft, changes: Mapping[TourKey, tuple[int, ...]], scheduler: Scheduler) -> Draft | None:
    """Replace tours by new orders, of which an empty one removes its tour; None if a new tour breaks a rule."""
    tours, cost = dict(draft.tours), draft.cost
    for key, order in changes.items():
        if key in tours:
            cost -= _price(scheduler, key, tours.pop(key))
        if order:
            timing = scheduler.time_tour(*key, order)
            if timing is None:
                return None
            tours[key] = order
            cost += timing.cost
    return Draft(tours, draft.homes, cost)


def remove_visits(draft: Draft, visits: Iterable[int], scheduler: Scheduler) -> Draft:
    """Take visits out of all their tours; a tour that breaks a rule without one (odd travel times) loses all."""
    removed = set(visits)
    homes = {visit: home for visit, home in draft.homes.items() if visit not in removed}
    keys = sorted({(bus, day) for visit in removed for bus, day in _keys(draft.homes[visit])})
    changes = {key: tuple(visit for visit in draft.tours[key] if visit not in removed) for key in keys}
    without = replace_tours(Draft(draft.tours, homes, draft.cost), changes, scheduler)
    if without is not None:
        return without
    broken = {visit for key in keys for visit in changes[key] if scheduler.time_tour(*key, changes[key]) is None}
    return remove_visits(draft, removed | broken, scheduler)


def insert_visit(
    draft: Draft,
    visit: int,
    scheduler: Scheduler,
    patterns: Iterable[tuple[int, int]] | None = None,
    is_over: Callable[[], bool] = lambda: False,
) -> Draft | None:
    """
    Insert a visit that is not there with all its repeats on the first days that have room, least detour first.

    ``patterns``: Pairs (pattern, bus) to try; None means all of them. Returns None if the visit fits nowhere.
    ``is_over``: Whether time is over and no more is to be tried.
    """
    problem = scheduler.problem
    wish = problem.visits[visit]
    pairs = [(p, bus) for p in range(len(wish.patterns)) for bus in wish.buses] if patterns is None else patterns
    able = [(p, bus) for p, bus in pairs if set(wish.patterns[p]) <= set(problem.buses[bus].days)]
    keys = dict.fromkeys((bus, day) for p, bus in able for day in wish.patterns[p])
    detour = {key: _detour(scheduler, draft, *key, visit) for key in keys}
    ranked = sorted((sum(detour[bus, day] for day in wish.patterns[p]), p, bus) for p, bus in able)
    for _, pattern, bus in ranked:
        if is_over():
            return None
        changes = {}
        for day in wish.patterns[pattern]:
            order = _insert_into_tour(draft.tours.get((bus, day), ()), bus, day, visit, scheduler)
            if order is None:
                break
            changes[bus, day] = order
        else:
            homes = {**draft.homes, visit: (bus, wish.patterns[pattern])}
            return replace_tours(Draft(draft.tours, homes, draft.cost), changes, scheduler)
    return None


def place_call(draft: Draft, visit: int, bus: int, day: int, scheduler: Scheduler) -> tuple[int, ...] | None:
    """Find the cheapest position for a call of a visit not yet there that day; None where none keeps all rules."""
    return _insert_into_tour(draft.tours.get((bus, day), ()), bus, day, visit, scheduler)


def _insert_into_tour(
    order: tuple[int, ...], bus: int, day: int, visit: int, scheduler: Scheduler
) -> tuple[int, ...] | None:
    """Tour with the visit at its cheapest position, or None where no position keeps all rules."""
    problem = scheduler.problem
    if order and _busy_s(problem, bus, (*order, visit)) > problem.buses[bus].max_work_s:
        return None
    room_s = _find_room_s(problem, bus)
    places = (at for at, busy_s in enumerate(_list_busy_s(problem, bus, order, visit)) if busy_s <= room_s)
    candidates = [(*order[:at], visit, *order[at:]) for at in places]
    timed = ((scheduler.time_tour(bus, day, candidate), candidate) for candidate in candidates)
    return min(((timing.cost, candidate) for timing, candidate in timed if timing), default=(0, None))[1]


def _find_room_s(problem: Problem, bus: int) -> int:
    """Seconds of drives and dwells that a tour of a bus may have at most, whatever its times."""
    crew = problem.buses[bus]
    span_s = crew.shift_end_s - crew.shift_start_s
    # A meal break that must lie in the shift takes its time from it, wherever it falls.
    inside = crew.break_earliest_s >= crew.shift_start_s
    inside = inside and crew.break_latest_s + crew.break_duration_s <= crew.shift_end_s
    return min(crew.max_work_s, span_s - (crew.break_duration_s if inside else 0))


def _list_busy_s(problem: Problem, bus: int, order: tuple[int, ...], visit: int) -> list[int]:
    """Seconds of drives and dwells of a tour with a visit at each position, in whole steps of the grid as its times."""
    crew, grid_s = problem.buses[bus], problem.grid_s
    legs, here = problem.leg_s[crew.profile], problem.visits[visit].place
    places = np.array([crew.depot, *(problem.visits[other].place for other in order), crew.depot])
    now = legs[places[:-1], places[1:]] // grid_s if order else np.zeros(1, dtype=np.int64)
    steps = now.sum() - now + legs[places[:-1], here] // grid_s + legs[here, places[1:]] // grid_s
    dwells_s = sum(problem.visits[other].dwell_s for other in (*order, visit))
    return [int(step) * grid_s + dwells_s for step in steps]


def _busy_s(problem: Problem, bus: int, order: tuple[int, ...]) -> int:
    """Seconds that any tour of these visits takes at least: its dwells and the shortest leg to each place."""
    legs = problem.leg_s[problem.buses[bus].profile]
    places = [problem.buses[bus].depot, *(problem.visits[visit].place for visit in order)]
    ways = legs[np.ix_(places, places)] + np.where(np.eye(len(places), dtype=bool), UNREACHABLE_S, 0)
    return int(ways.min(axis=0).sum()) + sum(problem.visits[visit].dwell_s for visit in order)


def _detour(scheduler: Scheduler, draft: Draft, bus: int, day: int, visit: int) -> int:
    """Least price of the extra way to a visit on one day and of a longer day, in hundredths of a minute."""
    problem, order = scheduler.problem, draft.tours.get((bus, day), ())
    timing = scheduler.time_tour(bus, day, order) if order else None
    work_s, dwell_s = timing.work_s if timing else 0, problem.visits[visit].dwell_s
    costs = problem.costs
    opening = 0 if order else costs.per_bus_day
    return opening + min(
        round(costs.per_hour * extra_s / HOUR_S + costs.per_km * extra_m / KM_M)
        + _lengthen(problem, bus, work_s, dwell_s + extra_s)
        for extra_s, extra_m in _detours(problem, order, bus, visit)
    )


def _lengthen(problem: Problem, bus: int, work_s: int, more_s: int) -> int:
    """Price of overtime and of an uneven day when a tour grows longer, in hundredths of a minute."""
    costs, regular_s, longer_s = problem.costs, problem.buses[bus].regular_work_s, max(0, work_s + more_s)
    overtime_s = max(0, longer_s - regular_s) - max(0, work_s - regular_s)
    squares = (longer_s / HOUR_S) ** 2 - (work_s / HOUR_S) ** 2
    return round(costs.per_overtime_hour * overtime_s / HOUR_S) + round(costs.balance * squares)


def _detours(problem: Problem, order: tuple[int, ...], bus: int, visit: int) -> Iterator[tuple[int, int]]:
    """Seconds and metres of the extra way for each position in a tour."""
    crew = problem.buses[bus]
    legs, lengths = problem.leg_s[crew.profile], problem.length_m[crew.profile]
    here = problem.visits[visit].place
    places = [crew.depot, *(problem.visits[other].place for other in order), crew.depot]
    for a, b in zip(places, places[1:], strict=False):
        extra_s = int(legs[a, here]) + int(legs[here, b]) - (int(legs[a, b]) if order else 0)
        extra_m = int(lengths[a, here]) + int(lengths[here, b]) - (int(lengths[a, b]) if order else 0)
        yield extra_s, extra_m


def _keys(home: tuple[int, tuple[int, ...]]) -> list[TourKey]:
    """Bus and day of each tour of a visit."""
    bus, days = home
    return [(bus, day) for day in days]


def _price(scheduler: Scheduler, key: TourKey, order: tuple[int, ...]) -> int:
    """Hundredths of a minute that a tour costs which is known to keep all rules."""
    timing = scheduler.time_tour(*key, order)
    assert timing is not None
    return timing.cost


def list_orders(
    scheduler: Scheduler, timing: Timing, partners: Iterable[Sequence[int]], allowance: int, most: int
) -> tuple[Timing, ...]:
    """
    List orders of the calls of a tour that cost at most `allowance` (hundredths of a minute) more than its own.

    The order of now comes first, then the cheapest others: backwards, with the shared stops in the order of a partner
    (a tour that shares stops with it), with one shared stop elsewhere, with a stretch turned round.
    """
    now = tuple(call.visit for call in timing.tour.calls)
    bus, day = timing.tour.bus, timing.tour.day
    found = {order for order in _vary(scheduler.problem, bus, now, list(partners)) if order != now}
    limit = _price_way(scheduler.problem, bus, now) + allowance
    priced = sorted((_price_way(scheduler.problem, bus, order), order) for order in found)
    near = [order for price, order in priced if price <= limit][: 2 * most]
    timed = [other for order in near if (other := scheduler.time_tour(bus, day, order))]
    good = sorted(
        (other for other in timed if other.cost <= timing.cost + allowance),
        key=lambda other: (other.cost, other.work_s),
    )
    return (timing, *good[: most - 1])


def _vary(problem: Problem, bus: int, now: tuple[int, ...], partners: list[Sequence[int]]) -> Iterator[tuple[int, ...]]:
    """Orders near that of now."""
    yield now[::-1]
    shared: set[int] = set()
    for partner in partners:
        common = [visit for visit in partner if visit in now]
        shared |= set(common)
        yield _fill_in(problem, bus, common, now)
        yield _fill_in(problem, bus, common[::-1], now)
        rest = [visit for visit in now if visit not in common]
        yield (*common, *rest)
        yield (*rest, *common)
    for visit in sorted(shared):
        rest = [other for other in now if other != visit]
        yield from ((*rest[:at], visit, *rest[at:]) for at in range(len(now)))
    for start in range(len(now) - 1):
        for end in range(start + 2, len(now) + 1):
            yield (*now[:start], *now[start:end][::-1], *now[end:])


def _fill_in(problem: Problem, bus: int, common: Sequence[int], now: Sequence[int]) -> tuple[int, ...]:
    """Shared stops in a given order with every other stop of the tour where it costs least."""
    order = tuple(common)
    for visit in now:
        if visit not in order:
            places = ((*order[:at], visit, *order[at:]) for at in range(len(order) + 1))
            order = min(places, key=lambda candidate: (_price_way(problem, bus, candidate), candidate))
    return order


def _price_way(problem: Problem, bus: int, order: Sequence[int]) -> int:
    """Price of the drives of an order, in hundredths of a minute."""
    crew, costs = problem.buses[bus], problem.costs
    legs, lengths = problem.leg_s[crew.profile], problem.length_m[crew.profile]
    places = [crew.depot, *(problem.visits[visit].place for visit in order), crew.depot]
    hops = list(zip(places, places[1:], strict=False))
    way_s, way_m = sum(int(legs[hop]) for hop in hops), sum(int(lengths[hop]) for hop in hops)
    return round(costs.per_hour * way_s / HOUR_S + costs.per_km * way_m / KM_M)
