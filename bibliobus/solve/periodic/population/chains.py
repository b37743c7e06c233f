"""
Ground, Chain and Members: what a population of plans needs to know, one plan as linked calls, and all plans as orders.

Nothing here needs numba. A *node* is a visit, or N + r for the depot of row r, where N visits there are; as a place in
`Ground.way` every depot is N.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from bibliobus.solve.periodic.arrays import DEPOT, DWELL, LOAD, PER_SECOND, PROFILE, seed_random

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bibliobus.solve.periodic.arrays import Instance
    from bibliobus.solve.periodic.params import BreedingParams

# Columns of `Chain.tour`: price of the legs, work, load, calls, what else the tour costs, and what the legs of the
# tour cost more, in price and in seconds, if it is driven the other way round.
PRICE, WORK, LOADED, CALLS, EXTRA, BACK_PRICE, BACK_WORK, FIGURES = range(8)
# Last axis of `Chain.sum`: the same from the depot to a call.
TO_PRICE, TO_WORK, TO_LOAD, TO_BACK_PRICE, TO_BACK_WORK, SUMS = range(6)
# Columns of `Members.value`.
COST, OVER_LOAD, OVER_TIME, OVER_CALLS, VALUES = range(5)
# Entries of `Members.tally`: children, and those that kept each rule since the penalties were last adjusted.
BORN, KEPT_LOAD, KEPT_TIME, KEPT_CALLS, TALLIES = range(5)
# Rows of `Members.member`.
SOUND, BROKEN = range(2)

PLACES: Final = 3
"""Cheapest places of a visit in a tour that are remembered: as in SWAP* (Vidal 2022), one is left of them."""
DAYS_TURNED: Final = 6
"""Days up to which all orders of the days are tried for a symmetry: 720; with more, only turns and mirror images."""
NOTHING: Final = 1e30
"""Cost of what is not there."""


class Ground(NamedTuple):
    """What does not change while plans are bred."""

    # (visits + 1, visits + 1, 2): price and seconds of a leg and of the dwell behind it.
    way: NDArray[np.float64]
    # (visits, neighbours): nearest visits that may be served on one of the same days, then -1.
    near: NDArray[np.int64]
    # (visits,)
    load: NDArray[np.float64]
    # As in `Instance`; and the days of each pattern, and of all of a visit, as bits.
    pattern: NDArray[np.int64]
    patterns: NDArray[np.int64]
    repeats: NDArray[np.int64]
    mask: NDArray[np.int64]
    possible: NDArray[np.int64]
    day_first: NDArray[np.int64]
    limit: NDArray[np.float64]
    money: NDArray[np.float64]
    # (turns, days), (turns, days): orders of the days under which the problem stays the same, and their inverses.
    turn: NDArray[np.int64]
    turn_back: NDArray[np.int64]
    # (turns, visits, patterns): number of the pattern that a pattern becomes.
    turned: NDArray[np.int64]
    # (3,), (3,): as in `Instance`.
    penalty_least: NDArray[np.float64]
    penalty_most: NDArray[np.float64]


class Chain(NamedTuple):
    """One plan as linked calls, changed by the local search, and room for its work."""

    # (days, nodes): neighbours in the tour, row of the tour (-1: not served), number of the call in it.
    following: NDArray[np.int64]
    before: NDArray[np.int64]
    row: NDArray[np.int64]
    number: NDArray[np.int64]
    # (days, nodes, 5), (rows, 7)
    sum: NDArray[np.float64]
    tour: NDArray[np.float64]
    # (visits,): number of the pattern.
    chosen: NDArray[np.int64]
    # (3,): penalties of broken rules: a unit of load, a second, a call.
    penalty: NDArray[np.float64]
    # When a tour changed, a visit was tried on a day, two tours were tried together: by a clock that counts changes.
    changed: NDArray[np.int64]
    tried: NDArray[np.int64]
    paired: NDArray[np.int64]
    clock: NDArray[np.int64]
    # (visits, rows, 3): cheapest places of a visit in a tour by price; the node before; and when they were found.
    detour: NDArray[np.float64]
    behind: NDArray[np.int64]
    found: NDArray[np.int64]
    # (days, visits): price that taking out a call saves, negative.
    saving: NDArray[np.float64]
    # (days,): what a visit costs on a day, the node before it, and the row.
    cost: NDArray[np.float64]
    place: NDArray[np.int64]
    into: NDArray[np.int64]
    # Orders that are drawn: of visits, of visits while days are searched, of days.
    visits: NDArray[np.int64]
    others: NDArray[np.int64]
    days: NDArray[np.int64]
    # (days, visits), (days,), (visits,): calls of a day before they are cut into tours; days of a visit as bits.
    giant: NDArray[np.int64]
    size: NDArray[np.int64]
    has: NDArray[np.int64]
    # (rows + 1, visits + 1): cheapest cost of the first calls in so many tours, and where the last of them begins.
    label: NDArray[np.float64]
    cut: NDArray[np.int64]
    rng: NDArray[np.uint64]


class Members(NamedTuple):
    """All plans of a population in slots; and the best that keeps all rules."""

    # (slots, visits), (slots, days, visits), (slots, rows): patterns, calls day by day, number of calls of each tour.
    chosen: NDArray[np.int64]
    order: NDArray[np.int64]
    calls: NDArray[np.int64]
    # (slots, 4): cost without penalties, and by how much each rule is broken.
    value: NDArray[np.float64]
    # (slots, slots): number of visits on different patterns.
    far: NDArray[np.int64]
    # (2, slots), (2,): slots of those that keep all rules and of the others, cheapest first, and how many.
    member: NDArray[np.int64]
    alive: NDArray[np.int64]
    # (slots,): rank among them by cost and by difference; difference; whether a slot is free.
    rank: NDArray[np.float64]
    apart: NDArray[np.float64]
    free: NDArray[np.bool_]
    # (1,), (days, visits), (rows,)
    best_cost: NDArray[np.float64]
    best_order: NDArray[np.int64]
    best_calls: NDArray[np.int64]
    # (4,)
    tally: NDArray[np.int64]


def lay_ground(instance: Instance, params: BreedingParams) -> Ground:
    """Read from a problem that can be recombined what its population needs."""
    visits = len(instance.visit)
    profile, depot = int(instance.vehicle_day[0, PROFILE]), int(instance.vehicle_day[0, DEPOT])
    places = np.array([*range(visits), depot])
    pairs = np.ix_(places, places)
    dwell = np.array([*instance.visit[:, DWELL], 0.0])
    price = instance.price[profile][pairs] + instance.money[PER_SECOND] * dwell
    mask = _mask_patterns(instance)
    possible = np.bitwise_or.reduce(mask, axis=1)
    turn, turned = _list_turns(instance, mask)
    return Ground(
        way=np.stack([price, instance.leg[profile][pairs] + dwell], axis=2).copy(),
        near=_list_neighbours(price, possible, params.neighbours),
        load=instance.visit[:, LOAD].copy(),
        pattern=instance.pattern,
        patterns=instance.patterns,
        repeats=instance.repeats,
        mask=mask,
        possible=possible,
        day_first=instance.day_first,
        limit=instance.limit,
        money=instance.money,
        turn=turn,
        turn_back=np.argsort(turn, axis=1),
        turned=turned,
        penalty_least=instance.penalty_least,
        penalty_most=instance.penalty_most,
    )


def _mask_patterns(instance: Instance) -> NDArray[np.int64]:
    """Days of every pattern as bits; 0 for patterns that are not there."""
    bits = np.where(instance.pattern >= 0, 1 << np.maximum(instance.pattern, 0), 0)
    return np.array(bits.sum(axis=2), dtype=np.int64)


def _list_neighbours(price: NDArray[np.float64], possible: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Nearest visits by the cheaper direction that share a day."""
    visits = len(possible)
    near = np.full((visits, most), -1, dtype=np.int64)
    cheaper = np.minimum(price, price.T)[:visits, :visits]
    for visit, row in enumerate(np.argsort(cheaper, axis=1, kind="stable")):
        shared = row[(row != visit) & (possible[row] & possible[visit] != 0)][:most]
        near[visit, : len(shared)] = shared
    return near


def _list_turns(instance: Instance, mask: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Orders of the days under which limits and patterns stay the same, as it is first; and what patterns become."""
    days = len(instance.day_first) - 1
    rows = [instance.limit[a:b].tolist() for a, b in itertools.pairwise(instance.day_first)]
    numbers = [
        {int(bits): p for p, bits in enumerate(row[:count])} for row, count in zip(mask, instance.patterns, strict=True)
    ]
    turns, turned = [], []
    for order in _list_orders(days):
        if any(rows[day] != rows[order[day]] for day in range(days)):
            continue
        moved = [[_turn(bits, order) for bits in known] for known in numbers]
        if all(bits in known for row, known in zip(moved, numbers, strict=True) for bits in row):
            turns.append(order)
            width = mask.shape[1]
            turned.append(
                [
                    [known[bits] for bits in row] + [0] * (width - len(row))
                    for row, known in zip(moved, numbers, strict=True)
                ]
            )
    return np.array(turns, dtype=np.int64), np.array(turned, dtype=np.int64)


def _list_orders(days: int) -> list[tuple[int, ...]]:
    """Orders of the days that are tried, the one as it is first."""
    if days <= DAYS_TURNED:
        return list(itertools.permutations(range(days)))
    return [tuple((start + way * day) % days for day in range(days)) for way in (1, -1) for start in range(days)]


def _turn(bits: int, order: tuple[int, ...]) -> int:
    """Days in another order."""
    return sum(1 << to for day, to in enumerate(order) if bits >> day & 1)


def make_chain(ground: Ground, penalty: NDArray[np.float64], seed: int) -> Chain:
    """Make room for one plan; the seed, 0 or more, starts the random numbers."""
    visits, rows, days = len(ground.load), len(ground.limit), len(ground.day_first) - 1

    def whole(*shape: int) -> NDArray[np.int64]:
        return np.zeros(shape, dtype=np.int64)

    nodes = visits + rows
    return Chain(
        following=whole(days, nodes),
        before=whole(days, nodes),
        row=whole(days, nodes),
        number=whole(days, nodes),
        sum=np.zeros((days, nodes, SUMS)),
        tour=np.zeros((rows, FIGURES)),
        chosen=whole(visits),
        penalty=penalty.copy(),
        changed=whole(rows),
        tried=whole(days, visits),
        paired=whole(rows, rows),
        clock=whole(1),
        detour=np.zeros((visits, rows, PLACES)),
        behind=whole(visits, rows, PLACES),
        found=whole(visits, rows),
        saving=np.zeros((days, visits)),
        cost=np.zeros(days),
        place=whole(days),
        into=whole(days),
        visits=whole(visits),
        others=whole(visits),
        days=whole(days),
        giant=whole(days, visits),
        size=whole(days),
        has=whole(visits),
        label=np.zeros((rows + 1, visits + 1)),
        cut=whole(rows + 1, visits + 1),
        rng=seed_random(seed),
    )


def make_members(ground: Ground, params: BreedingParams) -> Members:
    """Make an empty population."""
    visits, rows, days = len(ground.load), len(ground.limit), len(ground.day_first) - 1
    # Two populations up to their fullest, and the child.
    slots = 2 * (params.parents + params.children) + 1
    return Members(
        chosen=np.zeros((slots, visits), dtype=np.int64),
        order=np.zeros((slots, days, visits), dtype=np.int64),
        calls=np.zeros((slots, rows), dtype=np.int64),
        value=np.zeros((slots, VALUES)),
        far=np.zeros((slots, slots), dtype=np.int64),
        member=np.zeros((2, slots), dtype=np.int64),
        alive=np.zeros(2, dtype=np.int64),
        rank=np.zeros(slots),
        apart=np.zeros(slots),
        free=np.ones(slots, dtype=np.bool_),
        best_cost=np.full(1, np.inf),
        best_order=np.zeros((days, visits), dtype=np.int64),
        best_calls=np.zeros(rows, dtype=np.int64),
        tally=np.zeros(TALLIES, dtype=np.int64),
    )
