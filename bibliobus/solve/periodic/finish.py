"""
Finish of the periodic search: exact times for its tours, and whatever still fits.

The kernel knows breaks and driving rules only roughly, so a tour of it may have no exact times: visits leave it then,
the least needed first. What is left is put in order by OR-Tools where clocks decide, and filled up by exact prices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.solve.drafts import Draft, insert_visit, place_call, replace_tours
from bibliobus.solve.ortools.stage import order_calls

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bibliobus.model.problem import Problem
    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.times.schedule import Scheduler

ORDERED_FROM: Final = 3
"""Tours with fewer calls have one order only, up to its direction."""


def time_orders(scheduler: Scheduler, orders: Mapping[TourKey, tuple[int, ...]]) -> Draft:
    """Find exact times for tours, without the visits, the least needed first, for which a tour has none."""
    removed: set[int] = set()
    kept = dict(orders)
    while True:
        broken = [key for key in sorted(kept) if scheduler.time_tour(*key, kept[key]) is None]
        if not broken:
            return _draft(scheduler, kept)
        removed.add(_choose_removed(scheduler, broken[0], kept[broken[0]]))
        left = {key: tuple(visit for visit in order if visit not in removed) for key, order in kept.items()}
        kept = {key: order for key, order in left.items() if order}


def finish_draft(scheduler: Scheduler, draft: Draft) -> Draft:
    """Order tours by all rules, and fill in what still fits: never dearer, rewards of the unserved included."""
    problem = scheduler.problem
    for key in sorted(draft.tours):
        if len(draft.tours[key]) >= ORDERED_FROM and _has_clock(problem, key, draft.tours[key]):
            better = order_calls(problem, *key, sorted(draft.tours[key]))
            candidate = replace_tours(draft, {key: better}, scheduler) if better else None
            if candidate is not None and candidate.cost < draft.cost:
                draft = candidate
    unserved = list_unserved(problem, draft)
    for visit in sorted(unserved, key=lambda visit: (-problem.visits[visit].reward, visit)):
        fuller = insert_visit(draft, visit, scheduler) if problem.one_bus else _insert_anywhere(draft, visit, scheduler)
        if fuller is not None and price_draft(problem, fuller) <= price_draft(problem, draft):
            draft = fuller
    return draft


def list_unserved(problem: Problem, draft: Draft) -> tuple[int, ...]:
    """Visits without a tour, sorted."""
    return tuple(visit for visit in range(len(problem.visits)) if visit not in draft.homes)


def price_draft(problem: Problem, draft: Draft) -> int:
    """Price of the tours and the rewards of the unserved, in hundredths of a minute."""
    return draft.cost + sum(problem.visits[visit].reward for visit in list_unserved(problem, draft))


def _draft(scheduler: Scheduler, orders: Mapping[TourKey, tuple[int, ...]]) -> Draft:
    """Draft of tours that all have times."""
    homes: dict[int, tuple[int, tuple[int, ...]]] = {}
    cost = 0
    for (bus, day), order in sorted(orders.items(), key=lambda item: (item[0][1], item[0][0])):
        timing = scheduler.time_tour(bus, day, order)
        assert timing is not None
        cost += timing.cost
        for visit in order:
            homes[visit] = (bus, (*homes.get(visit, (bus, ()))[1], day))
    return Draft(dict(orders), homes, cost)


def _choose_removed(scheduler: Scheduler, key: TourKey, order: tuple[int, ...]) -> int:
    """Visit to leave out of a tour without times: one that helps if there is one, optional, of little reward."""
    visits = scheduler.problem.visits

    def rank(visit: int) -> tuple[bool, bool, int, int]:
        without = tuple(other for other in order if other != visit)
        helps = not without or scheduler.time_tour(*key, without) is not None
        return visits[visit].required, not helps, visits[visit].reward, visit

    return min(order, key=rank)


def _has_clock(problem: Problem, key: TourKey, order: Iterable[int]) -> bool:
    """Whether breaks or windows decide about a tour, which the search only knows roughly."""
    crew, day = problem.buses[key[0]], key[1]
    whole = (crew.shift_start_s, crew.shift_end_s)
    windows = (problem.visits[visit].windows[day] for visit in order)
    open_all_day = all(any(a <= whole[0] and b >= whole[1] for a, b in spans) for spans in windows)
    return crew.break_duration_s > 0 or crew.max_unbroken_s < crew.max_work_s or not open_all_day


def _insert_anywhere(draft: Draft, visit: int, scheduler: Scheduler) -> Draft | None:
    """Draft with a visit whose repeats may be by several buses, on the cheapest of its patterns."""
    wish = scheduler.problem.visits[visit]
    found = []
    for pattern in wish.patterns:
        changes = {}
        for day in pattern:
            orders = ((bus, place_call(draft, visit, bus, day, scheduler)) for bus in wish.buses)
            choices = [(_added(draft, (bus, day), order, scheduler), bus, order) for bus, order in orders if order]
            if choices:
                _, bus, order = min(choices)
                changes[bus, day] = order
        if len(changes) == len(pattern):
            fuller = replace_tours(draft, changes, scheduler)
            found += [fuller] if fuller else []
    if not found:
        return None
    best = min(found, key=lambda fuller: fuller.cost)
    return _draft(scheduler, best.tours)


def _added(draft: Draft, key: TourKey, order: tuple[int, ...], scheduler: Scheduler) -> int:
    """What a tour costs more in a new order."""
    changed = replace_tours(draft, {key: order}, scheduler)
    assert changed is not None
    return changed.cost - draft.cost
