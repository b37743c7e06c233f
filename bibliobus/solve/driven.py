"""Tours that are there before a search begins: what of them a problem allows, and their exact times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.solve.drafts import Draft

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.model.problem import Problem
    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.times.schedule import Scheduler


def draft_driven(scheduler: Scheduler, orders: Mapping[TourKey, tuple[int, ...]]) -> Draft:
    """
    Draft of tours that are driven already or were planned before: what of them keeps every rule.

    Nobody is asked whether to stop, since it takes no longer than timing each tour a few times, and whoever stops a
    search is to have at least these tours.
    """
    return time_orders(scheduler, fit_orders(scheduler.problem, orders))


def fit_orders(problem: Problem, orders: Mapping[TourKey, tuple[int, ...]]) -> dict[TourKey, tuple[int, ...]]:
    """
    Keep the calls of each visit that are on the days of one of its patterns, by buses that may serve it and are out.

    A visit that is driven more often than it is wanted keeps as many of its days as make a pattern; one that is driven
    less often, or on other days than it may be, is left out.
    """
    driven: dict[int, set[TourKey]] = {}
    for (bus, day), order in orders.items():
        if day in problem.buses[bus].days:
            for visit in order:
                if bus in problem.visits[visit].buses:
                    driven.setdefault(visit, set()).add((bus, day))
    kept = {visit: _choose_keys(problem, visit, keys) for visit, keys in driven.items()}
    fitted = {
        key: tuple(dict.fromkeys(visit for visit in order if key in kept.get(visit, ())))
        for key, order in orders.items()
    }
    return {key: fitted[key] for key in sorted(fitted) if fitted[key]}


def _choose_keys(problem: Problem, visit: int, keys: set[TourKey]) -> frozenset[TourKey]:
    """Tours in which a visit stays: those of a whole pattern, the first that are driven in full; none if none is."""
    fleets = [[bus] for bus in problem.visits[visit].buses] if problem.one_bus else [problem.visits[visit].buses]
    for buses in fleets:
        for pattern in problem.visits[visit].patterns:
            chosen = [next((bus for bus in buses if (bus, day) in keys), None) for day in pattern]
            if None not in chosen:
                return frozenset((bus, day) for bus, day in zip(chosen, pattern, strict=True) if bus is not None)
    return frozenset()


def time_orders(scheduler: Scheduler, orders: Mapping[TourKey, tuple[int, ...]], watch: Watch = UNWATCHED) -> Draft:
    """Find exact times for tours, without the visits, the least needed first, for which a tour has none."""
    removed: set[int] = set()
    kept = dict(orders)
    while True:
        broken = []
        for key in sorted(kept):
            watch.check()
            broken += [key] if scheduler.time_tour(*key, kept[key]) is None else []
        if not broken:
            return build_draft(scheduler, kept)
        removed.add(_choose_removed(scheduler, broken[0], kept[broken[0]]))
        left = {key: tuple(visit for visit in order if visit not in removed) for key, order in kept.items()}
        kept = {key: order for key, order in left.items() if order}


def build_draft(scheduler: Scheduler, orders: Mapping[TourKey, tuple[int, ...]]) -> Draft:
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
