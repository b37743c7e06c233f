"""
Prices of day tours, compiled: the exact clock of one order, the best order of a set of visits, and all sets of a day.

All times are steps of the grid. The clock is that of `bibliobus.solve.times.sweep`, one leaving at a time; where no
window and no driving rule can matter a tour takes its drives and stays and nothing else, and the meal break is a
question of where, not of how long. A test compares both clocks on random tours with every rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from bibliobus.solve.periodic.compiled import compile_kernel, enter_kernel, inline_kernel

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

NEVER: Final = 10**6
"""A step of the grid that lies beyond every day."""
TOO_DEAR: Final = 1 << 60
"""More than any tour costs, in hundredths of a minute."""
LONGEST: Final = 12
"""Most calls of a tour whose best order is looked for; the table of all subsets grows with 2 to the power of it."""

# Entries of `DayRules.limit`.
START, END, PAUSE, EARLIEST, LATEST, BEFORE, WORK_MOST, UNBROKEN, REST, DRIVE_MOST, FIRST, SECOND = range(12)
CALLS_MOST, LOAD_MOST, MEAL_RESTS, MEAL_FIRST, MEAL_SECOND = range(12, 17)
LIMITS: Final = 17


class DayRules(NamedTuple):
    """One bus on one day; nodes are the visits, then the depot."""

    # (17,): limits in steps, driving in seconds; whether a meal is a break, its first or its second part.
    limit: NDArray[np.int64]
    # (nodes, nodes): steps of a leg; seconds of driving that counts; metres.
    leg: NDArray[np.int64]
    drive: NDArray[np.int64]
    metres: NDArray[np.int64]
    # (nodes, nodes): least steps of any way between two nodes with calls at others on the way.
    shortest: NDArray[np.int64]
    # (visits,): steps of a stay; load; locked place in the tour, 0 for none; whether windows matter.
    dwell: NDArray[np.int64]
    load: NDArray[np.int64]
    position: NDArray[np.int64]
    timed: NDArray[np.bool_]
    # (visits, steps of a day + 1): earliest opening at or after each step.
    opening: NDArray[np.int64]
    # (longest work + 1,): price of so many steps of work and of the bus day, in hundredths of a minute.
    worth: NDArray[np.int64]
    # (1,): price of a kilometre.
    per_km: NDArray[np.float64]


@inline_kernel
def _price(work: Any, metres: Any, rules: DayRules) -> int:
    """Price of a tour, as `bibliobus.model.problem.price_tour` rounds it."""
    return int(rules.worth[work] + np.int64(np.rint(rules.per_km[0] * metres / 1000.0)))


@compile_kernel
def time_order(order: Any, length: int, rules: Any, clock: Any) -> int:
    """Least steps of work of an order, `NEVER` where no times keep all rules; `clock` is room for the work."""
    limit, leg, dwell = rules.limit, rules.leg, rules.dwell
    depot = dwell.shape[0]
    total, driven, load, here, is_timed = 0, 0, 0, depot, False
    for k in range(length):
        visit = order[k]
        total += leg[here, visit] + dwell[visit]
        driven += rules.drive[here, visit]
        load += rules.load[visit]
        wanted = rules.position[visit]
        if wanted != 0 and k != (wanted - 1 if wanted > 0 else length + wanted):
            return NEVER
        if rules.timed[visit]:
            is_timed = True
        here = visit
    total += leg[here, depot]
    driven += rules.drive[here, depot]
    if length > limit[CALLS_MOST] or load > limit[LOAD_MOST]:
        return NEVER
    if total > limit[WORK_MOST] or driven > limit[DRIVE_MOST] or limit[START] + total > limit[END]:
        return NEVER
    if is_timed or driven > limit[UNBROKEN]:
        return _sweep(order, length, driven > limit[UNBROKEN], total, rules, clock)
    if limit[PAUSE] > 0 and not _eats(order, length, total, rules):
        return NEVER
    return int(total)


@inline_kernel
def _eats(order: Any, length: int, total: int, rules: DayRules) -> bool:
    """Whether the meal has a place in a tour that may leave at any time: at the depot, or before or after a call."""
    limit = rules.limit
    start, end, pause, early, late = limit[START], limit[END], limit[PAUSE], limit[EARLIEST], limit[LATEST]
    # Back before the meal, or off after it; on the way nobody need wait for it who may leave later.
    if total <= limit[BEFORE] and start + total <= late:
        return True
    if max(start, early + pause) + total <= end:
        return True
    since, here = 0, rules.dwell.shape[0]
    for k in range(length):
        visit = order[k]
        since += rules.leg[here, visit]
        for stayed in range(2):
            if stayed == 1:
                since += rules.dwell[visit]
            if since <= limit[BEFORE] and max(start, early - since) <= min(late - since, end - pause - total):
                return True
        here = visit
    return False


@compile_kernel
def _sweep(order: Any, length: int, is_limited: bool, total: int, rules: DayRules, clock: Any) -> int:
    """Least work over all leavings, by the earliest clock of every state: meal, stretch of driving, first part."""
    limit, least = rules.limit, NEVER
    for leave in range(limit[START], limit[END] - total + 1):
        if is_limited:
            without, fed = _follow_limited(order, length, leave, rules, clock)
        else:
            without, fed = _follow_freely(order, length, leave, rules)
        if without <= limit[END] and without - leave < least:
            outside = limit[PAUSE] == 0 or leave >= limit[EARLIEST] + limit[PAUSE]
            if outside or without <= min(limit[LATEST], leave + limit[BEFORE]):
                least = without - leave
        if fed <= limit[END]:
            least = min(least, fed - leave - limit[PAUSE])
        if least == total:
            break
    return least if least <= limit[WORK_MOST] else NEVER


@inline_kernel
def _eat(parked: int, leave: int, limit: Any) -> int:
    """Step at which a meal ends that begins as early as it may, `NEVER` where it is too late for one."""
    begin = max(parked, limit[EARLIEST])
    if limit[PAUSE] == 0 or begin > min(limit[LATEST], leave + limit[BEFORE]):
        return NEVER
    return int(begin + limit[PAUSE])


@inline_kernel
def _open(step: int, visit: int, rules: DayRules) -> int:
    """Step at which a call that is reached at a step ends."""
    last = rules.opening.shape[1] - 1
    return int(rules.opening[visit, min(step, last)] + rules.dwell[visit])


@inline_kernel
def _follow_freely(order: Any, length: int, leave: int, rules: Any) -> tuple[int, int]:
    """Earliest return without and with a meal on the way of a tour that is too short for any driving rule."""
    without, fed, here = leave, NEVER, rules.dwell.shape[0]
    for k in range(length):
        visit = order[k]
        without += rules.leg[here, visit]
        fed = min(fed + rules.leg[here, visit], _eat(without, leave, rules.limit))
        without, fed = _open(without, visit, rules), _open(fed, visit, rules)
        fed = min(fed, _eat(without, leave, rules.limit))
        here = visit
    home = rules.leg[here, rules.dwell.shape[0]]
    return without + home, fed + home


@inline_kernel
def _follow_limited(order: Any, length: int, leave: int, rules: DayRules, clock: Any) -> tuple[int, int]:
    """The same for a tour whose driver needs breaks: one clock for each meal, stretch, and first part of a break."""
    depot, unbroken = rules.dwell.shape[0], rules.limit[UNBROKEN]
    for fed in range(2):
        for stretch in range(length + 1):
            for part in range(2):
                clock[fed, stretch, part] = NEVER
    clock[0, 0, 0] = leave
    # The last plane holds the driving up to each stop.
    clock[2, 0, 0] = 0
    here = depot
    for k in range(length + 1):
        visit = order[k] if k < length else depot
        driven = clock[2, k, 0] + rules.drive[here, visit]
        for stretch in range(k + 1):
            over = driven - clock[2, stretch, 0] > unbroken
            for fed in range(2):
                for part in range(2):
                    clock[fed, stretch, part] = NEVER if over else clock[fed, stretch, part] + rules.leg[here, visit]
        here = visit
        if k < length:
            clock[2, k + 1, 0] = driven
            _stand(k + 1, leave, rules.limit, clock)
            for stretch in range(k + 2):
                for fed in range(2):
                    for part in range(2):
                        clock[fed, stretch, part] = _open(clock[fed, stretch, part], visit, rules)
            _stand(k + 1, leave, rules.limit, clock)
    return _first(0, length, clock), _first(1, length, clock)


@inline_kernel
def _first(fed: int, stop: int, clock: Any) -> int:
    """Earliest clock of any stretch up to a stop."""
    least = NEVER
    for stretch in range(stop + 1):
        least = min(least, clock[fed, stretch, 0], clock[fed, stretch, 1])
    return least


@inline_kernel
def _stand(stop: int, leave: int, limit: Any, clock: Any) -> None:
    """Take any breaks at a stop: for the driver, the meal, for the driver again."""
    _rest(stop, limit, clock)
    if limit[PAUSE] > 0:
        _eat_at(stop, leave, limit, clock)
        _rest(stop, limit, clock)


@inline_kernel
def _rest(stop: int, limit: Any, clock: Any) -> None:
    """Take a whole break, a first part, a second part, or none."""
    for fed in range(2):
        fresh = _first(fed, stop, clock) + limit[REST]
        if limit[FIRST] > 0:
            halved = NEVER
            for stretch in range(stop + 1):
                clock[fed, stretch, 1] = min(clock[fed, stretch, 1], clock[fed, stretch, 0] + limit[FIRST])
                halved = min(halved, clock[fed, stretch, 1])
            fresh = min(fresh, halved + limit[SECOND])
            clock[fed, stop, 1] = min(clock[fed, stop, 1], fresh + limit[FIRST])
        clock[fed, stop, 0] = min(clock[fed, stop, 0], fresh)


@inline_kernel
def _eat_at(stop: int, leave: int, limit: Any, clock: Any) -> None:
    """Take the meal, which may be a whole break for the driver, or either part of one."""
    after = 1 if limit[MEAL_FIRST] > 0 else 0
    for stretch in range(stop + 1):
        whole = _eat(clock[0, stretch, 0], leave, limit)
        halved = _eat(clock[0, stretch, 1], leave, limit)
        if limit[MEAL_RESTS] > 0:
            clock[1, stop, 0] = min(clock[1, stop, 0], whole, halved)
            continue
        if limit[MEAL_SECOND] > 0:
            clock[1, stop, 0] = min(clock[1, stop, 0], halved)
        clock[1, stretch, 1] = min(clock[1, stretch, 1], halved)
        clock[1, stretch, after] = min(clock[1, stretch, after], whole)


@enter_kernel
def price_order(order: Any, rules: DayRules, clock: Any) -> int:
    """Price of an order, `TOO_DEAR` where no times keep all rules."""
    work = time_order(order, len(order), rules, clock)
    if work >= NEVER:
        return TOO_DEAR
    metres, here, depot = 0, rules.dwell.shape[0], rules.dwell.shape[0]
    for visit in order:
        metres += rules.metres[here, visit]
        here = visit
    return _price(work, metres + rules.metres[here, depot], rules)


@compile_kernel
def _find_best_order(members: Any, length: int, rules: DayRules, clock: Any, room: Any, found: Any) -> int:
    """Price of the best order of a set, which is written to `found`; every order whose drives alone cost less."""
    leg, metres, depot = rules.leg, rules.metres, rules.dwell.shape[0]
    order, at, busy, far = room[0], room[1], room[2], room[3]
    stays, best, depth = 0, TOO_DEAR, 0
    for k in range(length):
        stays += rules.dwell[members[k]]
    used, at[0], busy[0], far[0] = 0, 0, 0, 0
    while depth >= 0:
        if at[depth] >= length:
            depth -= 1
            if depth >= 0:
                used ^= 1 << (at[depth] - 1)
            continue
        k = at[depth]
        at[depth] += 1
        if used >> k & 1:
            continue
        visit, here = members[k], depot if depth == 0 else order[depth - 1]
        then, there = busy[depth] + leg[here, visit], far[depth] + metres[here, visit]
        # Waiting and detours only add; the way home may lead by others, so the shortest of all is counted.
        work = then + rules.shortest[visit, depot] + stays
        if work > rules.limit[WORK_MOST] or _price(work, there, rules) >= best:
            continue
        order[depth] = visit
        if depth == length - 1:
            exact = time_order(order, length, rules, clock)
            if exact < NEVER:
                price = _price(exact, there + metres[visit, depot], rules)
                if price < best:
                    best = price
                    for j in range(length):
                        found[j] = order[j]
            continue
        used |= 1 << k
        depth += 1
        busy[depth], far[depth], at[depth] = then, there, 0
    return best


@enter_kernel
def list_sets(
    visits: Any,
    first: int,
    rules: DayRules,
    most: int,
    effort: int,
    sets: Any,
    sizes: Any,
    tables: Any,
    room: Any,
) -> tuple[int, int]:
    """
    List all sets of visits that begin at a place of the list and whose ways and stays fit into the longest work.

    `most` is the largest set, `effort` the most comparisons; `tables` (2, 2 ** most, most) and `room` (5, most + 1) are
    room for the work. Gives the number of sets, -1 where there are more than `sets` holds or the effort allows, and
    what was spent. A way that calls elsewhere, too, is never shorter: so whoever does not fit fits into no larger set.
    """
    shortest, dwell, load, limit, depot = rules.shortest, rules.dwell, rules.load, rules.limit, rules.dwell.shape[0]
    members, at, stays, loads, laid = room[0], room[1], room[2], room[3], room[4]
    count, depth, spent = 0, 0, 0
    at[0], stays[0], loads[0], laid[0] = first, 0, 0, 1
    while depth >= 0:
        if at[depth] >= (len(visits) if depth > 0 else first + 1):
            depth -= 1
            continue
        visit = visits[at[depth]]
        at[depth] += 1
        free = limit[WORK_MOST] - stays[depth] - dwell[visit]
        if loads[depth] + load[visit] > limit[LOAD_MOST] or shortest[depot, visit] + shortest[visit, depot] > free:
            continue
        if depth > 0:
            if laid[depth] == 0:
                spent += (1 << depth) * depth * depth
                _lay_tables(members, depth - 1, shortest, depot, tables)
                laid[depth] = 1
            spent += (1 << depth) * (depth + 1)
            if spent > effort:
                return -1, spent
            if not _joins(members, depth, visit, free, shortest, depot, tables):
                continue
        if count >= len(sizes) or (depth + 1 == most and most < limit[CALLS_MOST]):
            # A set that might grow beyond what is looked at counts as one too many.
            return -1, spent
        members[depth] = visit
        for k in range(depth + 1):
            sets[count, k] = members[k]
        sizes[count] = depth + 1
        count += 1
        if depth + 1 < min(most, limit[CALLS_MOST]):
            depth += 1
            at[depth], laid[depth] = at[depth - 1], 0
            stays[depth], loads[depth] = stays[depth - 1] + dwell[visit], loads[depth - 1] + load[visit]
    return count, spent


@inline_kernel
def _joins(members: Any, length: int, visit: int, free: int, shortest: Any, depot: int, tables: Any) -> bool:
    """Whether a round tour of the members with one visit more takes no more steps than are free."""
    come, go, whole = tables[0], tables[1], (1 << length) - 1
    for first in range(whole + 1):
        there = shortest[depot, visit] if first == 0 else NEVER
        then, home = whole ^ first, NEVER
        if then == 0:
            home = shortest[visit, depot]
        for k in range(length):
            if first >> k & 1:
                there = min(there, come[first, k] + shortest[members[k], visit])
            else:
                home = min(home, shortest[visit, members[k]] + go[then, k])
        if there + home <= free:
            return True
    return False


@inline_kernel
def _lay_tables(members: Any, last: int, shortest: Any, depot: int, tables: Any) -> None:
    """
    Lay the tables of Held and Karp (1962) for the members up to the last, which is new: ways from the depot that end at
    a member, and ways home that begin at one, by the set of members on them.
    """
    come, go, bit, new = tables[0], tables[1], 1 << last, members[last]
    come[bit, last], go[bit, last] = shortest[depot, new], shortest[new, depot]
    for rest in range(1, bit):
        mask, to_new, from_new = rest | bit, NEVER * 10, NEVER * 10
        for j in range(last):
            if rest >> j & 1:
                to_new = min(to_new, come[rest, j] + shortest[members[j], new])
                from_new = min(from_new, shortest[new, members[j]] + go[rest, j])
                before, there, home = mask ^ (1 << j), NEVER * 10, NEVER * 10
                for i in range(last + 1):
                    if before >> i & 1:
                        there = min(there, come[before, i] + shortest[members[i], members[j]])
                        home = min(home, shortest[members[j], members[i]] + go[before, i])
                come[mask, j], go[mask, j] = there, home
        come[mask, last], go[mask, last] = to_new, from_new


@enter_kernel
def price_sets(
    sets: Any,
    sizes: Any,
    rules: DayRules,
    clock: Any,
    room: Any,
    prices: Any,
    orders: Any,
) -> None:
    """Price of every set in its best order, and that order; `TOO_DEAR` where none keeps all rules."""
    members, found = room[4], room[5]
    for row in range(len(sizes)):
        length = sizes[row]
        for k in range(length):
            members[k] = sets[row, k]
        prices[row] = _find_best_order(members, length, rules, clock, room, found)
        for k in range(length):
            orders[row, k] = found[k]
