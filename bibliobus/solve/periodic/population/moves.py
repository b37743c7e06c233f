"""
Moves of the local search within one day, between a call and its neighbours (Vidal et al. 2012, after Prins 2004).

A call u, alone or with the next one x, goes behind another call v or changes places with it or with it and the next one
y; or the tours behind u and v are exchanged, one of them turned, or the calls between them turned. What a move changes
is told in constant time from sums along the tours. The first that saves anything is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from bibliobus.solve.periodic.arrays import (
    CALLS_MOST,
    CAPACITY,
    PER_BUS_DAY,
    REGULAR,
    SPAN,
    WATCHED,
    WORK_MOST,
)
from bibliobus.solve.periodic.compiled import compile_kernel, inline_kernel
from bibliobus.solve.periodic.penalties import price_overtime
from bibliobus.solve.periodic.population.chains import (
    BACK_PRICE,
    BACK_WORK,
    CALLS,
    EXTRA,
    LOADED,
    PRICE,
    TO_BACK_PRICE,
    TO_BACK_WORK,
    TO_LOAD,
    TO_PRICE,
    TO_WORK,
    WORK,
)

if TYPE_CHECKING:
    from typing import Any

    from bibliobus.solve.periodic.population.chains import Chain, Ground

LEAST_GAIN: Final = 1e-4
"""Hundredths of a minute that a move must save: more than what rounding makes of sums, less than any real gain."""

(NONE, ONE_BEHIND, TWO_BEHIND, TURNED_BEHIND, ONE_FOR_ONE, TWO_FOR_ONE, TWO_FOR_TWO, TURN, CROSS, CROSS_TURNED) = range(
    10
)


class Pair(NamedTuple):
    """Two calls with their neighbours: nodes, then the same as places."""

    day: int
    u: int
    v: int
    x: int
    y: int
    row_u: int
    row_v: int
    before_u_at: int
    x_at: int
    after_x_at: int
    before_v_at: int
    v_at: int
    y_at: int
    after_y_at: int
    slack: float


@inline_kernel
def find_place(node: int, visits: int) -> int:
    """Place of a node in `Ground.way`."""
    return node if node < visits else visits


@inline_kernel
def overload(r: int, load: float, limit: Any, penalty: Any) -> float:
    """Penalty of a load."""
    return float(penalty[0] * max(0.0, load - limit[r, CAPACITY]))


@inline_kernel
def overtime(r: int, work: float, limit: Any) -> float:
    """Seconds by which a tour is too long."""
    return float(max(0.0, work - limit[r, SPAN]) + max(0.0, work - limit[r, WORK_MOST]))


@inline_kernel
def price_extra(r: int, work: float, load: float, calls: float, ground: Ground, penalty: Any) -> float:
    """What a tour costs beside its legs: bus day, overtime, and the rules it breaks."""
    if calls <= 0.0:
        return 0.0
    limit, money = ground.limit, ground.money
    extra = money[PER_BUS_DAY] + overload(r, load, limit, penalty)
    if limit[r, WATCHED] > 0.0:
        extra += penalty[1] * overtime(r, work, limit) + price_overtime(work, limit[r, REGULAR], money)
    if calls > limit[r, CALLS_MOST]:
        extra += penalty[2] * (calls - limit[r, CALLS_MOST])
    return float(extra)


@inline_kernel
def join(day: int, first: int, second: int, chain: Chain) -> None:
    """Let one call follow another."""
    chain.following[day, first] = second
    chain.before[day, second] = first


@inline_kernel
def shift(day: int, node: int, behind: int, chain: Chain) -> None:
    """Put a call behind another of the same day."""
    if node != behind and chain.following[day, behind] != node:
        join(day, chain.before[day, node], chain.following[day, node], chain)
        onward = chain.following[day, behind]
        join(day, behind, node, chain)
        join(day, node, onward, chain)


@compile_kernel
def sum_tour(day: int, r: int, ground: Ground, chain: Chain) -> None:
    """Work out all sums along a tour from the order of its calls, and note that it changed."""
    way, load, following, sums = ground.way, ground.load, chain.following, chain.sum
    visits = load.shape[0]
    node, at = visits + r, visits
    price, work, loaded, back_price, back_work, calls = 0.0, 0.0, 0.0, 0.0, 0.0, 0
    for k in range(sums.shape[2]):
        sums[day, node, k] = 0.0
    chain.number[day, node] = 0
    chain.row[day, node] = r
    while True:
        onward = following[day, node]
        to = find_place(onward, visits)
        price += way[at, to, 0]
        work += way[at, to, 1]
        back_price += way[to, at, 0] - way[at, to, 0]
        back_work += way[to, at, 1] - way[at, to, 1]
        chain.before[day, onward] = node
        if onward >= visits:
            break
        calls += 1
        loaded += load[onward]
        sums[day, onward, TO_PRICE] = price
        sums[day, onward, TO_WORK] = work
        sums[day, onward, TO_LOAD] = loaded
        sums[day, onward, TO_BACK_PRICE] = back_price
        sums[day, onward, TO_BACK_WORK] = back_work
        chain.number[day, onward] = calls
        chain.row[day, onward] = r
        node, at = onward, to
    tour = chain.tour
    tour[r, PRICE], tour[r, WORK], tour[r, LOADED], tour[r, CALLS] = price, work, loaded, calls
    tour[r, EXTRA] = price_extra(r, work, loaded, calls, ground, chain.penalty)
    tour[r, BACK_PRICE], tour[r, BACK_WORK] = back_price, back_work
    chain.clock[0] += 1
    chain.changed[r] = chain.clock[0]


@inline_kernel
def _look_at(day: int, u: int, v: int, visits: int, chain: Chain) -> Pair:
    """Two calls with their neighbours; `slack` is what their tours cost beside legs, the most to save."""
    following, before, row = chain.following, chain.before, chain.row
    x, y = following[day, u], following[day, v]
    row_u, row_v = row[day, u], row[day, v]
    slack = chain.tour[row_u, EXTRA] + (chain.tour[row_v, EXTRA] if row_u != row_v else 0.0)
    return Pair(
        day,
        u,
        v,
        x,
        y,
        row_u,
        row_v,
        find_place(before[day, u], visits),
        find_place(x, visits),
        find_place(following[day, x], visits),
        find_place(before[day, v], visits),
        find_place(v, visits),
        find_place(y, visits),
        find_place(following[day, y], visits),
        slack - LEAST_GAIN,
    )


@inline_kernel
def _price_moved(
    pair: Pair, price: float, work_u: float, work_v: float, load: float, calls: float, ground: Ground, chain: Chain
) -> float:
    """Change of cost if the tours of u and v gain seconds, and load and calls go from the first to the second."""
    tour, u, v = chain.tour, pair.row_u, pair.row_v
    if u == v:
        work = tour[u, WORK] + work_u + work_v
        extra = price_extra(u, work, tour[u, LOADED], tour[u, CALLS], ground, chain.penalty)
        return float(price + extra - tour[u, EXTRA])
    extra = price_extra(
        u, tour[u, WORK] + work_u, tour[u, LOADED] - load, tour[u, CALLS] - calls, ground, chain.penalty
    )
    extra += price_extra(
        v, tour[v, WORK] + work_v, tour[v, LOADED] + load, tour[v, CALLS] + calls, ground, chain.penalty
    )
    return float(price + extra - tour[u, EXTRA] - tour[v, EXTRA])


@inline_kernel
def _relocate(p: Pair, ground: Ground, chain: Chain) -> int:
    """Moves of u, or u and x, behind v."""
    way, load = ground.way, ground.load
    u, v, before, x, end, y = p.u, p.v_at, p.before_u_at, p.x_at, p.after_x_at, p.y_at
    if p.u == p.y:
        return NONE
    left = way[before, x, 0] - way[before, u, 0] - way[u, x, 0]
    come = way[v, u, 0] + way[u, y, 0] - way[v, y, 0]
    if left + come < p.slack:
        work_u = way[before, x, 1] - way[before, u, 1] - way[u, x, 1]
        work_v = way[v, u, 1] + way[u, y, 1] - way[v, y, 1]
        if _price_moved(p, left + come, work_u, work_v, load[u], 1.0, ground, chain) < -LEAST_GAIN:
            return ONE_BEHIND
    if p.v == p.x or p.x >= load.shape[0]:
        return NONE
    left = way[before, end, 0] - way[before, u, 0] - way[u, x, 0] - way[x, end, 0]
    come = way[v, u, 0] + way[u, x, 0] + way[x, y, 0] - way[v, y, 0]
    turned = way[v, x, 0] + way[x, u, 0] + way[u, y, 0] - way[v, y, 0]
    if left + min(come, turned) < p.slack:
        work_u = way[before, end, 1] - way[before, u, 1] - way[u, x, 1] - way[x, end, 1]
        moved = load[u] + load[x]
        work_v = way[v, u, 1] + way[u, x, 1] + way[x, y, 1] - way[v, y, 1]
        if _price_moved(p, left + come, work_u, work_v, moved, 2.0, ground, chain) < -LEAST_GAIN:
            return TWO_BEHIND
        work_v = way[v, x, 1] + way[x, u, 1] + way[u, y, 1] - way[v, y, 1]
        if _price_moved(p, left + turned, work_u, work_v, moved, 2.0, ground, chain) < -LEAST_GAIN:
            return TURNED_BEHIND
    return NONE


@inline_kernel
def _swap(p: Pair, ground: Ground, chain: Chain) -> int:
    """Moves of u, or u and x, to the place of v, or v and y, and of those to theirs."""
    way, load, visits = ground.way, ground.load, ground.load.shape[0]
    u, v, x, y = p.u, p.v_at, p.x_at, p.y_at
    before_u, before_v, end_u, end_v = p.before_u_at, p.before_v_at, p.after_x_at, p.after_y_at
    if p.v >= visits or p.u == p.y or p.v == p.x:
        return NONE
    if u < v:
        price = way[before_u, v, 0] + way[v, x, 0] - way[before_u, u, 0] - way[u, x, 0]
        price += way[before_v, u, 0] + way[u, y, 0] - way[before_v, v, 0] - way[v, y, 0]
        if price < p.slack:
            work_u = way[before_u, v, 1] + way[v, x, 1] - way[before_u, u, 1] - way[u, x, 1]
            work_v = way[before_v, u, 1] + way[u, y, 1] - way[before_v, v, 1] - way[v, y, 1]
            if _price_moved(p, price, work_u, work_v, load[u] - load[v], 0.0, ground, chain) < -LEAST_GAIN:
                return ONE_FOR_ONE
    if p.x >= visits:
        return NONE
    if chain.before[p.day, p.v] != p.x:
        price = way[before_u, v, 0] + way[v, end_u, 0] - way[before_u, u, 0] - way[u, x, 0] - way[x, end_u, 0]
        price += way[before_v, u, 0] + way[u, x, 0] + way[x, y, 0] - way[before_v, v, 0] - way[v, y, 0]
        if price < p.slack:
            work_u = way[before_u, v, 1] + way[v, end_u, 1] - way[before_u, u, 1] - way[u, x, 1] - way[x, end_u, 1]
            work_v = way[before_v, u, 1] + way[u, x, 1] + way[x, y, 1] - way[before_v, v, 1] - way[v, y, 1]
            moved = load[u] + load[x] - load[v]
            if _price_moved(p, price, work_u, work_v, moved, 1.0, ground, chain) < -LEAST_GAIN:
                return TWO_FOR_ONE
    apart = p.y < visits and p.y != chain.before[p.day, p.u] and p.v != chain.following[p.day, p.x]
    if u < v and apart:
        price = way[before_u, v, 0] + way[v, y, 0] + way[y, end_u, 0]
        price -= way[before_u, u, 0] + way[u, x, 0] + way[x, end_u, 0]
        price += way[before_v, u, 0] + way[u, x, 0] + way[x, end_v, 0]
        price -= way[before_v, v, 0] + way[v, y, 0] + way[y, end_v, 0]
        if price < p.slack:
            work_u = way[before_u, v, 1] + way[v, y, 1] + way[y, end_u, 1]
            work_u -= way[before_u, u, 1] + way[u, x, 1] + way[x, end_u, 1]
            work_v = way[before_v, u, 1] + way[u, x, 1] + way[x, end_v, 1]
            work_v -= way[before_v, v, 1] + way[v, y, 1] + way[y, end_v, 1]
            moved = load[u] + load[x] - load[v] - load[y]
            if _price_moved(p, price, work_u, work_v, moved, 0.0, ground, chain) < -LEAST_GAIN:
                return TWO_FOR_TWO
    return NONE


@inline_kernel
def _turn(p: Pair, ground: Ground, chain: Chain) -> int:
    """The calls from x to v the other way round, in one tour."""
    way, number, sums = ground.way, chain.number, chain.sum
    if number[p.day, p.u] >= number[p.day, p.v] or p.x == p.v:
        return NONE
    u, v, x, y = p.u, p.v_at, p.x_at, p.y_at
    price = way[u, v, 0] + way[x, y, 0] - way[u, x, 0] - way[v, y, 0]
    price += sums[p.day, p.v, TO_BACK_PRICE] - sums[p.day, p.x, TO_BACK_PRICE]
    if price < p.slack:
        work = way[u, v, 1] + way[x, y, 1] - way[u, x, 1] - way[v, y, 1]
        work += sums[p.day, p.v, TO_BACK_WORK] - sums[p.day, p.x, TO_BACK_WORK]
        if _price_moved(p, price, work, 0.0, 0.0, 0.0, ground, chain) < -LEAST_GAIN:
            return TURN
    return NONE


@inline_kernel
def _cross(p: Pair, ground: Ground, chain: Chain) -> int:
    """The calls behind u and behind v change their tours; or u goes on to v and back, and x, from the end, to y."""
    way, sums, number, tour, visits = ground.way, chain.sum, chain.number, chain.tour, ground.load.shape[0]
    u, v, x, y, d, row_u, row_v = p.u, p.v_at, p.x_at, p.y_at, p.day, p.row_u, p.row_v
    # Seconds of the tours behind x and behind y.
    tail_u = tour[row_u, WORK] - sums[d, p.u, TO_WORK] - way[u, x, 1]
    tail_v = tour[row_v, WORK] - sums[d, p.v, TO_WORK] - way[v, y, 1]
    price = way[u, y, 0] + way[v, x, 0] - way[u, x, 0] - way[v, y, 0]
    if price < p.slack:
        work_u = sums[d, p.u, TO_WORK] + way[u, y, 1] + tail_v - tour[row_u, WORK]
        work_v = sums[d, p.v, TO_WORK] + way[v, x, 1] + tail_u - tour[row_v, WORK]
        load = tour[row_u, LOADED] - sums[d, p.u, TO_LOAD] - tour[row_v, LOADED] + sums[d, p.v, TO_LOAD]
        calls = tour[row_u, CALLS] - number[d, p.u] - tour[row_v, CALLS] + number[d, p.v]
        if _price_moved(p, price, work_u, work_v, load, calls, ground, chain) < -LEAST_GAIN:
            return CROSS
    back_price, back_work = 0.0, 0.0
    if p.x < visits:
        back_price = tour[row_u, BACK_PRICE] - sums[d, p.x, TO_BACK_PRICE]
        back_work = tour[row_u, BACK_WORK] - sums[d, p.x, TO_BACK_WORK]
    price = way[u, v, 0] + way[x, y, 0] - way[u, x, 0] - way[v, y, 0] + sums[d, p.v, TO_BACK_PRICE] + back_price
    if price < p.slack:
        work_u = sums[d, p.u, TO_WORK] + way[u, v, 1] + sums[d, p.v, TO_WORK] + sums[d, p.v, TO_BACK_WORK]
        work_v = tail_u + back_work + way[x, y, 1] + tail_v
        load = tour[row_u, LOADED] - sums[d, p.u, TO_LOAD] - sums[d, p.v, TO_LOAD]
        calls = tour[row_u, CALLS] - number[d, p.u] - number[d, p.v]
        gained_u, gained_v = work_u - tour[row_u, WORK], work_v - tour[row_v, WORK]
        if _price_moved(p, price, gained_u, gained_v, load, calls, ground, chain) < -LEAST_GAIN:
            return CROSS_TURNED
    return NONE


@inline_kernel
def try_pair(day: int, u: int, v: int, ground: Ground, chain: Chain) -> bool:
    """Do the first move of u and v (a call or a depot) that saves anything; whether there is one."""
    pair = _look_at(day, u, v, ground.load.shape[0], chain)
    move = _relocate(pair, ground, chain)
    if move == NONE:
        move = _swap(pair, ground, chain)
    if move == NONE:
        move = _turn(pair, ground, chain) if pair.row_u == pair.row_v else _cross(pair, ground, chain)
    if move == NONE:
        return False
    _do_move(move, day, u, v, ground, chain)
    return True


@compile_kernel
def _do_move(move: int, day: int, u: int, v: int, ground: Ground, chain: Chain) -> None:
    """Do a move, and sum up the tours it changed."""
    row_u, row_v = chain.row[day, u], chain.row[day, v]
    x, y = chain.following[day, u], chain.following[day, v]
    before_u, before_v = chain.before[day, u], chain.before[day, v]
    if move == TURN:
        _turn_between(day, u, v, chain)
    elif move == CROSS:
        _exchange_tails(day, u, v, ground.load.shape[0], chain)
    elif move == CROSS_TURNED:
        _exchange_turned(day, u, v, ground.load.shape[0], chain)
    elif move == TURNED_BEHIND:
        shift(day, x, v, chain)
        shift(day, u, x, chain)
    elif move in (ONE_BEHIND, TWO_BEHIND):
        shift(day, u, v, chain)
        if move == TWO_BEHIND:
            shift(day, x, u, chain)
    else:
        shift(day, u, before_v, chain)
        if move != ONE_FOR_ONE:
            shift(day, x, u, chain)
        shift(day, v, before_u, chain)
        if move == TWO_FOR_TWO:
            shift(day, y, v, chain)
    sum_tour(day, row_u, ground, chain)
    if row_v != row_u:
        sum_tour(day, row_v, ground, chain)


@inline_kernel
def _turn_between(day: int, u: int, v: int, chain: Chain) -> None:
    """Turn the calls behind u up to v."""
    x, y = chain.following[day, u], chain.following[day, v]
    node, last = x, y
    while last != v:
        onward = chain.following[day, node]
        join(day, node, last, chain)
        last, node = node, onward
    join(day, u, v, chain)


@inline_kernel
def _exchange_tails(day: int, u: int, v: int, visits: int, chain: Chain) -> None:
    """Let y and all behind it follow u, and x and all behind it follow v."""
    depot_u, depot_v = visits + chain.row[day, u], visits + chain.row[day, v]
    x, y = chain.following[day, u], chain.following[day, v]
    last_u, last_v = chain.before[day, depot_u], chain.before[day, depot_v]
    if y == depot_v:
        join(day, u, depot_u, chain)
    else:
        join(day, u, y, chain)
        join(day, last_v, depot_u, chain)
    if x == depot_u:
        join(day, v, depot_v, chain)
    else:
        join(day, v, x, chain)
        join(day, last_u, depot_v, chain)


@inline_kernel
def _exchange_turned(day: int, u: int, v: int, visits: int, chain: Chain) -> None:
    """Let v and all before it follow u, backwards; and begin the other tour with the end of the first, backwards."""
    depot_u, depot_v = visits + chain.row[day, u], visits + chain.row[day, v]
    x, y = chain.following[day, u], chain.following[day, v]
    last, node = u, v
    while node != depot_v:
        onward = chain.before[day, node]
        join(day, last, node, chain)
        last, node = node, onward
    chain.following[day, last] = depot_u
    last, node = y, x
    while node != depot_u:
        onward = chain.following[day, node]
        chain.following[day, node] = last
        last, node = node, onward
    chain.following[day, depot_v] = last
