"""
Crossover of plans: PIX, periodic crossover with insertions (Vidal et al. 2012), with days turned to fit.

Some days, and a part of the calls of others, come from the first parent; what the second has on the other days follows
where it makes no visit's days impossible. Calls of a day are then cut into tours at least cost (Prins 2004), and visits
whose days are not complete go where they cost least.

In many problems days can be exchanged: two plans may be the same but for their order, and a child of both would inherit
the best of neither. So the days of the second parent are put into the order, among those that change nothing, in which
most visits have the pattern that they have in the first. (Not in the paper.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.solve.periodic.arrays import CAPACITY
from bibliobus.solve.periodic.compiled import INFINITE, compile_kernel, draw_below, inline_kernel
from bibliobus.solve.periodic.population.education import find_pattern, put_behind, scan_day, shuffle
from bibliobus.solve.periodic.population.moves import join, price_extra, sum_tour

if TYPE_CHECKING:
    from bibliobus.solve.periodic.population.chains import Chain, Ground, Members

MOST_LOAD: Final = 1.5
"""Capacities that a tour may hold where calls are cut into tours: as in HGS-CVRP."""


@compile_kernel
def draw_plan(ground: Ground, chain: Chain) -> None:
    """Draw the pattern of every visit, and the order of all calls."""
    _clear(chain)
    for visit in range(ground.load.shape[0]):
        p = draw_below(ground.patterns[visit], chain.rng)
        for y in range(ground.repeats[visit, p]):
            _take(visit, ground.pattern[visit, p, y], chain)
    for day in range(chain.size.shape[0]):
        for k in range(chain.size[day] - 1, 0, -1):
            other = draw_below(k + 1, chain.rng)
            chain.giant[day, k], chain.giant[day, other] = chain.giant[day, other], chain.giant[day, k]


@inline_kernel
def _clear(chain: Chain) -> None:
    """Forget all calls."""
    for day in range(chain.size.shape[0]):
        chain.size[day] = 0
    for visit in range(chain.has.shape[0]):
        chain.has[visit] = 0


@inline_kernel
def _take(visit: int, day: int, chain: Chain) -> None:
    """Add a call at the end of a day."""
    chain.giant[day, chain.size[day]] = visit
    chain.size[day] += 1
    chain.has[visit] |= 1 << day


@compile_kernel
def cross(first: int, second: int, ground: Ground, chain: Chain, members: Members) -> None:
    """Inherit from two parents: from the first whole days and parts of days, from the second what still fits."""
    days = chain.size.shape[0]
    turn = _fit_days(first, second, ground, members)
    _clear(chain)
    for day in range(days):
        chain.days[day] = day
    shuffle(chain.days, 0, days, chain.rng)
    whole, mixed = draw_below(days + 1, chain.rng), draw_below(days + 1, chain.rng)
    whole, mixed = min(whole, mixed), max(whole, mixed)
    # At least one day is not the first parent's alone.
    whole = min(whole, days - 1)
    for k in range(days):
        if not whole <= k < mixed:
            _take_string(first, chain.days[k], k < whole, ground, chain, members)
    shuffle(chain.days, whole, days, chain.rng)
    for k in range(whole, days):
        day = chain.days[k]
        source = ground.turn_back[turn, day]
        for at in range(_count_calls(second, source, ground, members)):
            visit = members.order[second, source, at]
            if not chain.has[visit] >> day & 1 and _is_possible(visit, chain.has[visit] | 1 << day, ground):
                _take(visit, day, chain)


@compile_kernel
def _fit_days(first: int, second: int, ground: Ground, members: Members) -> int:
    """Number of the order of the second parent's days in which it is most like the first."""
    chosen, turned, visits = members.chosen, ground.turned, ground.load.shape[0]
    best, least = 0, visits + 1
    for k in range(turned.shape[0]):
        apart = 0
        for visit in range(visits):
            if chosen[first, visit] != turned[k, visit, chosen[second, visit]]:
                apart += 1
        if apart < least:
            best, least = k, apart
    return best


@inline_kernel
def _count_calls(s: int, day: int, ground: Ground, members: Members) -> int:
    """Number of calls of a plan on a day."""
    count = 0
    for r in range(ground.day_first[day], ground.day_first[day + 1]):
        count += members.calls[s, r]
    return count


@inline_kernel
def _take_string(s: int, day: int, all_calls: bool, ground: Ground, chain: Chain, members: Members) -> None:
    """Take all calls of a day, or those from one place to another, around the end if the second comes first."""
    count = _count_calls(s, day, ground, members)
    begin, end = 0, count - 1
    if not all_calls and count > 0:
        begin, end = draw_below(count, chain.rng), draw_below(count, chain.rng)
    for at in range(count):
        inside = begin <= at <= end if begin <= end else at >= begin or at <= end
        if inside:
            _take(members.order[s, day, at], day, chain)


@inline_kernel
def _is_possible(visit: int, has: int, ground: Ground) -> bool:
    """Whether a pattern of a visit has all these days."""
    possible = False
    for p in range(ground.patterns[visit]):
        if ground.mask[visit, p] & has == has:
            possible = True
    return possible


@compile_kernel
def lay_tours(ground: Ground, chain: Chain) -> None:
    """Cut the calls of every day into tours, and complete the days of the visits."""
    visits = ground.load.shape[0]
    for day in range(chain.size.shape[0]):
        empty_day(day, ground, chain)
        _cut_day(day, ground, chain)
    incomplete = 0
    for visit in range(visits):
        complete = -1
        for p in range(ground.patterns[visit]):
            if ground.mask[visit, p] == chain.has[visit]:
                complete = p
        if complete >= 0:
            chain.chosen[visit] = complete
        else:
            chain.others[incomplete] = visit
            incomplete += 1
    shuffle(chain.others, 0, incomplete, chain.rng)
    for k in range(incomplete):
        _complete(chain.others[k], ground, chain)


@inline_kernel
def _complete(visit: int, ground: Ground, chain: Chain) -> None:
    """Give a visit the pattern whose missing days cost least."""
    has = chain.has[visit]
    for day in range(chain.size.shape[0]):
        if (ground.possible[visit] & ~has) >> day & 1:
            scan_day(visit, day, ground, chain)
    _, chosen = find_pattern(visit, has, ground, chain)
    chain.chosen[visit] = chosen
    for y in range(ground.repeats[visit, chosen]):
        day = ground.pattern[visit, chosen, y]
        if not has >> day & 1:
            put_behind(visit, day, ground, chain)


@inline_kernel
def empty_day(day: int, ground: Ground, chain: Chain) -> None:
    """Leave a day without calls."""
    visits = ground.load.shape[0]
    for visit in range(visits):
        chain.row[day, visit] = -1
        chain.tried[day, visit] = -1
    for r in range(ground.day_first[day], ground.day_first[day + 1]):
        join(day, visits + r, visits + r, chain)
        sum_tour(day, r, ground, chain)


@inline_kernel
def _cut_day(day: int, ground: Ground, chain: Chain) -> None:
    """Cut the calls of a day into tours at least cost, with penalties, in the order they have."""
    first, count = ground.day_first[day], chain.size[day]
    most = ground.day_first[day + 1] - first
    bound = MOST_LOAD * ground.limit[first, CAPACITY]
    # As many tours as it takes, in one row of labels; only where that is too many, a row for each number of tours.
    _label_cuts(day, 1, 0, bound, ground, chain)
    used, at = 0, count
    while at > 0:
        at = chain.cut[0, at]
        used += 1
    freely = used <= most
    if not freely:
        _label_cuts(day, most, 1, bound, ground, chain)
        used = _find_fewest(most, count, chain)
        if used < 0:
            _label_cuts(day, most, 1, INFINITE, ground, chain)
            used = _find_fewest(most, count, chain)
    at, r = count, first
    while at > 0:
        begin = chain.cut[0 if freely else used, at]
        _lay_tour(day, r, begin, at, ground, chain)
        at, used, r = begin, used - 1, r + 1


@compile_kernel
def _label_cuts(day: int, layers: int, step: int, bound: float, ground: Ground, chain: Chain) -> None:
    """Find the cheapest tours that hold the first calls, for each number of calls (Prins 2004)."""
    way, load, label, cut, giant = ground.way, ground.load, chain.label, chain.cut, chain.giant
    visits, count, first = load.shape[0], chain.size[day], ground.day_first[day]
    for k in range(layers + 1):
        for at in range(count + 1):
            label[k, at] = INFINITE
    label[0, 0] = 0.0
    for k in range(layers):
        for begin in range(count):
            if label[k, begin] >= INFINITE:
                continue
            price, work, loaded, last = 0.0, 0.0, 0.0, visits
            for at in range(begin, count):
                visit = giant[day, at]
                loaded += load[visit]
                if loaded > bound and at > begin:
                    break
                price += way[last, visit, 0]
                work += way[last, visit, 1]
                extra = price_extra(
                    first, work + way[visit, visits, 1], loaded, at - begin + 1.0, ground, chain.penalty
                )
                cost = label[k, begin] + price + way[visit, visits, 0] + extra
                if cost < label[k + step, at + 1]:
                    label[k + step, at + 1] = cost
                    cut[k + step, at + 1] = begin
                last = visit


@inline_kernel
def _find_fewest(most: int, count: int, chain: Chain) -> int:
    """Number of tours that is cheapest for all calls; -1 if none holds them."""
    best, least = -1, INFINITE
    for k in range(most + 1):
        if chain.label[k, count] < least:
            best, least = k, chain.label[k, count]
    return best


@inline_kernel
def _lay_tour(day: int, r: int, begin: int, end: int, ground: Ground, chain: Chain) -> None:
    """Link the calls of one tour."""
    depot = ground.load.shape[0] + r
    last = depot
    for at in range(begin, end):
        join(day, last, chain.giant[day, at], chain)
        last = chain.giant[day, at]
    join(day, last, depot, chain)
    sum_tour(day, r, ground, chain)
