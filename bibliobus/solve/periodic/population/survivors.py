"""
Who survives: plans are ranked by cost and by how much they differ from the others (HGSADC: Vidal et al. 2012).

Those that keep all rules and the others are two populations. When one is full, twins go first, then whoever has the
worst rank, until as many are left as may be parents. Plans differ by the number of visits on other patterns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.solve.periodic.arrays import CALLS_MOST, CAPACITY, PER_BUS_DAY, REGULAR, WATCHED
from bibliobus.solve.periodic.compiled import EPSILON, compile_kernel, draw_below, inline_kernel
from bibliobus.solve.periodic.penalties import price_overtime
from bibliobus.solve.periodic.population.chains import (
    BROKEN,
    CALLS,
    COST,
    LOADED,
    OVER_CALLS,
    OVER_LOAD,
    OVER_TIME,
    PRICE,
    SOUND,
    WORK,
)
from bibliobus.solve.periodic.population.moves import LEAST_GAIN, overtime

if TYPE_CHECKING:
    from typing import Any

    from bibliobus.solve.periodic.params import BreedingParams
    from bibliobus.solve.periodic.population.chains import Chain, Ground, Members


@compile_kernel
def add_member(ground: Ground, chain: Chain, members: Members, params: BreedingParams) -> int:
    """Write the plan of the chain into a free slot, and let those who are too many go; gives the slot."""
    s = 0
    while not members.free[s]:
        s += 1
    members.free[s] = False
    _write(s, ground, chain, members)
    for side in range(2):
        for k in range(members.alive[side]):
            _measure_apart(s, members.member[side, k], members)
    side = SOUND if keeps_all(s, members) else BROKEN
    if side == SOUND and members.value[s, COST] < members.best_cost[0] - LEAST_GAIN:
        _keep_best(s, members)
    at = members.alive[side]
    members.member[side, at] = s
    members.alive[side] += 1
    _sink(side, at, chain.penalty, members)
    if members.alive[side] > params.parents + params.children:
        while members.alive[side] > params.parents:
            _rank(side, members, params)
            _remove_worst(side, members)
    _rank(side, members, params)
    return s


@inline_kernel
def keeps_all(s: int, members: Members) -> bool:
    """Whether a plan keeps all rules."""
    value = members.value
    return bool(value[s, OVER_LOAD] <= EPSILON and value[s, OVER_TIME] <= EPSILON and value[s, OVER_CALLS] <= EPSILON)


@compile_kernel
def _write(s: int, ground: Ground, chain: Chain, members: Members) -> None:
    """Write the plan of the chain into a slot, with its cost and by how much it breaks each rule."""
    visits, limit, tour, value = ground.load.shape[0], ground.limit, chain.tour, members.value
    for visit in range(visits):
        members.chosen[s, visit] = chain.chosen[visit]
    for k in range(value.shape[1]):
        value[s, k] = 0.0
    for day in range(chain.size.shape[0]):
        written = 0
        for r in range(ground.day_first[day], ground.day_first[day + 1]):
            node = chain.following[day, visits + r]
            while node < visits:
                members.order[s, day, written] = node
                written += 1
                node = chain.following[day, node]
            members.calls[s, r] = int(tour[r, CALLS])
            if tour[r, CALLS] > 0.0:
                value[s, COST] += tour[r, PRICE] + ground.money[PER_BUS_DAY]
                value[s, OVER_LOAD] += max(0.0, tour[r, LOADED] - limit[r, CAPACITY])
                value[s, OVER_CALLS] += max(0.0, tour[r, CALLS] - limit[r, CALLS_MOST])
                if limit[r, WATCHED] > 0.0:
                    value[s, COST] += price_overtime(tour[r, WORK], limit[r, REGULAR], ground.money)
                    value[s, OVER_TIME] += overtime(r, tour[r, WORK], limit)


@inline_kernel
def _measure_apart(s: int, other: int, members: Members) -> None:
    """Count the visits on other patterns."""
    apart = 0
    for visit in range(members.chosen.shape[1]):
        if members.chosen[s, visit] != members.chosen[other, visit]:
            apart += 1
    members.far[s, other] = apart
    members.far[other, s] = apart


@inline_kernel
def _keep_best(s: int, members: Members) -> None:
    """Keep a plan as the best."""
    members.best_cost[0] = members.value[s, COST]
    for r in range(members.calls.shape[1]):
        members.best_calls[r] = members.calls[s, r]
    for day in range(members.order.shape[1]):
        for k in range(members.order.shape[2]):
            members.best_order[day, k] = members.order[s, day, k]


@inline_kernel
def _price(s: int, penalty: Any, members: Members) -> float:
    """Cost of a plan with its penalties."""
    value = members.value
    broken = penalty[0] * value[s, OVER_LOAD] + penalty[1] * value[s, OVER_TIME] + penalty[2] * value[s, OVER_CALLS]
    return float(value[s, COST] + broken)


@inline_kernel
def _sink(side: int, at: int, penalty: Any, members: Members) -> None:
    """Let a member go forward to its place by cost."""
    member = members.member
    s = member[side, at]
    price = _price(s, penalty, members)
    while at > 0 and _price(member[side, at - 1], penalty, members) > price:
        member[side, at] = member[side, at - 1]
        at -= 1
    member[side, at] = s


@compile_kernel
def sort_broken(penalty: Any, members: Members, params: BreedingParams) -> None:
    """Put those that break rules in order again, after penalties changed."""
    for at in range(members.alive[BROKEN]):
        _sink(BROKEN, at, penalty, members)
    _rank(BROKEN, members, params)


@compile_kernel
def _rank(side: int, members: Members, params: BreedingParams) -> None:
    """Rank a population by cost and by the mean difference from the nearest (equation 4 of the paper)."""
    count, member, apart = members.alive[side], members.member, members.apart
    for k in range(count):
        apart[k] = _find_apart(side, k, min(params.nearest, count - 1), members)
    weight = 1.0 - min(params.elite, count) / max(1, count)
    for k in range(count):
        rank = 0
        for other in range(count):
            if apart[other] > apart[k] or (apart[other] == apart[k] and other < k):
                rank += 1
        members.rank[member[side, k]] = (k + weight * rank) / max(1, count - 1)


@inline_kernel
def _find_apart(side: int, k: int, nearest: int, members: Members) -> float:
    """Mean difference of a member from so many that are nearest to it."""
    far, member = members.far, members.member
    s, total, last, last_at = member[side, k], 0, -1, -1
    for _ in range(nearest):
        # The next of the differences in order, equal ones by their place.
        small, at = members.chosen.shape[1] + 1, -1
        for other in range(members.alive[side]):
            apart = far[s, member[side, other]]
            if other != k and (apart > last or (apart == last and other > last_at)) and apart < small:
                small, at = apart, other
        last, last_at = small, at
        total += small
    return total / max(1, nearest)


@inline_kernel
def _remove_worst(side: int, members: Members) -> None:
    """Let go the worst twin, or if there is none the worst; never the cheapest."""
    member, count = members.member, members.alive[side]
    worst, at, twins = -1.0, -1, False
    for k in range(1, count):
        s, twin = member[side, k], False
        for other in range(k):
            if members.far[s, member[side, other]] == 0:
                twin = True
        if (twin and not twins) or (twin == twins and members.rank[s] > worst):
            worst, at, twins = members.rank[s], k, twin
    members.free[member[side, at]] = True
    for k in range(at, count - 1):
        member[side, k] = member[side, k + 1]
    members.alive[side] -= 1


@inline_kernel
def choose_parent(members: Members, rng: Any) -> int:
    """Better of two members that are drawn."""
    sound = members.alive[SOUND]
    k, other = draw_below(sound + members.alive[BROKEN], rng), draw_below(sound + members.alive[BROKEN], rng)
    s = members.member[SOUND, k] if k < sound else members.member[BROKEN, k - sound]
    t = members.member[SOUND, other] if other < sound else members.member[BROKEN, other - sound]
    return int(s if members.rank[s] <= members.rank[t] else t)
