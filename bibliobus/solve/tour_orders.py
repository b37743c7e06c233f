"""Other orders of the calls of a tour that cost little more: room for equal clock times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.units import HOUR_S, KM_M

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bibliobus.model.problem import Problem
    from bibliobus.solve.schedule import Scheduler, Timing


def list_orders(
    scheduler: Scheduler, timing: Timing, partners: Iterable[Sequence[int]], allowance: int, most: int
) -> tuple[Timing, ...]:
    """
    List orders of the calls of a tour that cost little more than its own.

    Parameters
    ----------
    scheduler
        Finds times and prices.
    timing
        The tour as it is now.
    partners
        Orders of other tours that share stops with it.
    allowance
        What another order may cost more, in hundredths of a minute.
    most
        Most orders, that of now included.

    Returns
    -------
    tuple of Timing
        The order of now, then the cheapest others: backwards, with the shared stops in the order of a
        partner, with one shared stop elsewhere, with a stretch turned round.
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
