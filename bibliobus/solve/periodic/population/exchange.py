"""
SWAP*: two calls of two tours change their tours, each going where it fits best there (Vidal 2022, HGS-CVRP).

For a call and a tour the three cheapest places are remembered until the tour changes. If the call that leaves it spoils
two of them, one is left; or the new one takes its place. The search for another pattern asks the same places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.solve.periodic.compiled import INFINITE, compile_kernel, inline_kernel
from bibliobus.solve.periodic.population.chains import CALLS, EXTRA, LOADED, PLACES, WORK
from bibliobus.solve.periodic.population.moves import (
    LEAST_GAIN,
    find_place,
    join,
    overload,
    price_extra,
    shift,
    sum_tour,
)

if TYPE_CHECKING:
    from bibliobus.solve.periodic.population.chains import Chain, Ground

CLOSE: Final = 10
"""Nearest neighbours of a call, one of which lies in the other tour where two tours are near each other. By hand."""


@compile_kernel
def exchange_calls(day: int, ground: Ground, chain: Chain) -> bool:
    """Improve all pairs of tours of a day that are near each other; whether any got better."""
    first, last = ground.day_first[day], ground.day_first[day + 1]
    better = False
    for r in range(first, last):
        for other in range(r + 1, last):
            if max(chain.changed[r], chain.changed[other]) <= chain.paired[r, other]:
                continue
            if chain.tour[r, CALLS] == 0.0 or chain.tour[other, CALLS] == 0.0:
                continue
            chain.paired[r, other] = chain.clock[0]
            if _are_close(day, r, other, ground, chain) and _exchange(day, r, other, ground, chain):
                better = True
    return better


@inline_kernel
def _are_close(day: int, r: int, other: int, ground: Ground, chain: Chain) -> bool:
    """Whether a call of the first tour has a near neighbour in the second."""
    near, visits = ground.near, ground.load.shape[0]
    node = chain.following[day, visits + r]
    while node < visits:
        for k in range(min(CLOSE, near.shape[1])):
            if near[node, k] >= 0 and chain.row[day, near[node, k]] == other:
                return True
        node = chain.following[day, node]
    return False


@compile_kernel
def find_places(day: int, visit: int, r: int, ground: Ground, chain: Chain) -> None:
    """Remember the cheapest places of a visit in a tour, by price."""
    way, visits = ground.way, ground.load.shape[0]
    node, at = visits + r, visits
    cheapest, second, third = INFINITE, INFINITE, INFINITE
    behind, behind_second, behind_third = -1, -1, -1
    while True:
        onward = chain.following[day, node]
        to = find_place(onward, visits)
        price = way[at, visit, 0] + way[visit, to, 0] - way[at, to, 0]
        if price < cheapest:
            third, behind_third = second, behind_second
            second, behind_second = cheapest, behind
            cheapest, behind = price, node
        elif price < second:
            third, behind_third = second, behind_second
            second, behind_second = price, node
        elif price < third:
            third, behind_third = price, node
        if onward >= visits:
            break
        node, at = onward, to
    detour, places = chain.detour, chain.behind
    detour[visit, r, 0], detour[visit, r, 1], detour[visit, r, 2] = cheapest, second, third
    places[visit, r, 0], places[visit, r, 1], places[visit, r, 2] = behind, behind_second, behind_third
    chain.found[visit, r] = chain.clock[0]


@inline_kernel
def add_detour(day: int, visit: int, behind: int, without: int, k: int, ground: Ground, chain: Chain) -> float:
    """Price (k = 0) or seconds (1) of a visit behind a call, where another visit (-1: none) was taken out."""
    way, visits = ground.way, ground.load.shape[0]
    onward = chain.following[day, behind]
    if onward == without:
        onward = chain.following[day, without]
    at, to = find_place(behind, visits), find_place(onward, visits)
    return float(way[at, visit, k] + way[visit, to, k] - way[at, to, k])


@inline_kernel
def take_away(day: int, visit: int, k: int, ground: Ground, chain: Chain) -> float:
    """Price (k = 0) or seconds (1) that a tour gains without a call: below 0 where that saves."""
    way, visits = ground.way, ground.load.shape[0]
    at, to = find_place(chain.before[day, visit], visits), find_place(chain.following[day, visit], visits)
    return float(way[at, to, k] - way[at, visit, k] - way[visit, to, k])


@inline_kernel
def _place_without(day: int, visit: int, without: int, r: int, ground: Ground, chain: Chain) -> tuple[float, int]:
    """Cheapest place of a visit in a tour from which another was taken out: price, and the call before."""
    behind = chain.before[day, without]
    price = add_detour(day, visit, behind, without, 0, ground, chain)
    for k in range(PLACES):
        place = chain.behind[visit, r, k]
        if place >= 0 and place != without and chain.following[day, place] != without:
            if chain.detour[visit, r, k] < price:
                price, behind = chain.detour[visit, r, k], place
            break
    return price, behind


@inline_kernel
def _get_ready(day: int, r: int, other: int, ground: Ground, chain: Chain) -> None:
    """Work out what taking out each call of a tour saves, and its cheapest places in the other."""
    visits = ground.load.shape[0]
    node = chain.following[day, visits + r]
    while node < visits:
        chain.saving[day, node] = take_away(day, node, 0, ground, chain)
        if chain.found[node, other] < chain.changed[other]:
            find_places(day, node, other, ground, chain)
        node = chain.following[day, node]


@compile_kernel
def _exchange(day: int, r: int, other: int, ground: Ground, chain: Chain) -> bool:
    """Do the best exchange, or move of one call, between two tours; whether there is one."""
    visits, following = ground.load.shape[0], chain.following
    _get_ready(day, r, other, ground, chain)
    _get_ready(day, other, r, ground, chain)
    least, best_u, best_v, behind_u, behind_v = -LEAST_GAIN, -1, -1, -1, -1
    u = following[day, visits + r]
    while u < visits:
        v = following[day, visits + other]
        while v < visits:
            change, place_u, place_v = _price_exchange(day, u, v, r, other, least, ground, chain)
            if change < least:
                least, best_u, best_v, behind_u, behind_v = change, u, v, place_u, place_v
            v = following[day, v]
        u = following[day, u]
    for turn in range(2):
        source, target = (r, other) if turn == 0 else (other, r)
        u = following[day, visits + source]
        while u < visits:
            change = _price_move(day, u, source, target, least, ground, chain)
            if change < least:
                least, best_u, best_v, behind_u = change, u, -1, chain.behind[u, target, 0]
            u = following[day, u]
    if best_u < 0:
        return False
    if best_v < 0:
        shift(day, best_u, behind_u, chain)
    else:
        _swap(day, best_u, best_v, behind_u, behind_v, chain)
    sum_tour(day, r, ground, chain)
    sum_tour(day, other, ground, chain)
    return True


@inline_kernel
def _price_exchange(
    day: int, u: int, v: int, r: int, other: int, least: float, ground: Ground, chain: Chain
) -> tuple[float, int, int]:
    """Change of cost if u and v change their tours, and their places; INFINITE if not below `least`."""
    tour, load, limit, penalty = chain.tour, ground.load, ground.limit, chain.penalty
    load_r, load_other = tour[r, LOADED] - load[u] + load[v], tour[other, LOADED] - load[v] + load[u]
    change = chain.saving[day, u] + chain.saving[day, v] - tour[r, EXTRA] - tour[other, EXTRA]
    fixed = overload(r, load_r, limit, penalty) + overload(other, load_other, limit, penalty)
    if change + fixed >= least:
        return INFINITE, -1, -1
    price_u, place_u = _place_without(day, u, v, other, ground, chain)
    if change + fixed + price_u >= least:
        return INFINITE, -1, -1
    price_v, place_v = _place_without(day, v, u, r, ground, chain)
    change += price_u + price_v
    if change + fixed >= least:
        return INFINITE, -1, -1
    work_r = tour[r, WORK] + take_away(day, u, 1, ground, chain) + add_detour(day, v, place_v, u, 1, ground, chain)
    work_other = tour[other, WORK] + take_away(day, v, 1, ground, chain)
    work_other += add_detour(day, u, place_u, v, 1, ground, chain)
    change += price_extra(r, work_r, load_r, tour[r, CALLS], ground, penalty)
    change += price_extra(other, work_other, load_other, tour[other, CALLS], ground, penalty)
    return change, place_u, place_v


@inline_kernel
def _price_move(day: int, u: int, source: int, target: int, least: float, ground: Ground, chain: Chain) -> float:
    """Change of cost if u goes to its cheapest place in another tour; INFINITE if not below `least`."""
    tour, load, penalty = chain.tour, ground.load, chain.penalty
    change = chain.saving[day, u] + chain.detour[u, target, 0] - tour[source, EXTRA] - tour[target, EXTRA]
    if change >= least:
        return INFINITE
    left = tour[source, WORK] + take_away(day, u, 1, ground, chain)
    longer = tour[target, WORK] + add_detour(day, u, chain.behind[u, target, 0], -1, 1, ground, chain)
    change += price_extra(source, left, tour[source, LOADED] - load[u], tour[source, CALLS] - 1.0, ground, penalty)
    change += price_extra(target, longer, tour[target, LOADED] + load[u], tour[target, CALLS] + 1.0, ground, penalty)
    return float(change)


@inline_kernel
def _swap(day: int, u: int, v: int, behind_u: int, behind_v: int, chain: Chain) -> None:
    """Take both calls out, then put each in: a place may be that of the other."""
    for turn in range(2):
        node = u if turn == 0 else v
        join(day, chain.before[day, node], chain.following[day, node], chain)
    for turn in range(2):
        node, behind = (u, behind_u) if turn == 0 else (v, behind_v)
        onward = chain.following[day, behind]
        join(day, behind, node, chain)
        join(day, node, onward, chain)
