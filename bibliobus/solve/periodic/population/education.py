"""
Local search of a plan: within each day, then over the days, in turns until nothing is gained (Vidal et al. 2012).

Within a day each call is tried with its nearest neighbours, and with an empty tour; where that ends, tours exchange
calls. Over the days each visit goes to its cheapest pattern. Tours that did not change since a pair was tried are not
tried again. Rules may be broken at their penalties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.solve.periodic.compiled import INFINITE, compile_kernel, draw_below, inline_kernel
from bibliobus.solve.periodic.population.chains import CALLS, EXTRA, LOADED, PLACES, WORK
from bibliobus.solve.periodic.population.exchange import add_detour, exchange_calls, find_places, take_away
from bibliobus.solve.periodic.population.moves import (
    LEAST_GAIN,
    join,
    overload,
    price_extra,
    sum_tour,
    try_pair,
)

if TYPE_CHECKING:
    from typing import Any

    from bibliobus.solve.periodic.population.chains import Chain, Ground


@compile_kernel
def shuffle(order: Any, first: int, last: int, rng: Any) -> None:
    """Mix a part of an order."""
    for k in range(last - 1, first, -1):
        other = first + draw_below(k - first + 1, rng)
        order[k], order[other] = order[other], order[k]


@compile_kernel
def educate(passes: int, ground: Ground, chain: Chain) -> None:
    """Improve a plan until neither a day nor a pattern gets better, or so many passes are done."""
    days = chain.cost.shape[0]
    for day in range(days):
        chain.days[day] = day
    for at in range(passes):
        shuffle(chain.days, 0, days, chain.rng)
        better = False
        for k in range(days):
            if _improve_day(chain.days[k], ground, chain):
                better = True
        if at > 0 and not better:
            break
        if not _improve_patterns(ground, chain):
            break


@compile_kernel
def _improve_day(day: int, ground: Ground, chain: Chain) -> bool:
    """Improve the tours of a day; whether any got better."""
    visits, order = ground.load.shape[0], chain.visits
    served = 0
    for visit in range(visits):
        if chain.row[day, visit] >= 0:
            order[served] = visit
            served += 1
    shuffle(order, 0, served, chain.rng)
    better_ever, rounds, again = False, 0, True
    while again:
        again = False
        for k in range(served):
            # Empty tours are tried from the second round on: the first fills those that are begun.
            if _improve_call(day, order[k], rounds > 0, ground, chain):
                again = True
        if not again and rounds > 0:
            again = exchange_calls(day, ground, chain)
        better_ever = better_ever or again
        rounds += 1
        again = again or rounds == 1
    return better_ever


@inline_kernel
def _improve_call(day: int, u: int, to_empty: bool, ground: Ground, chain: Chain) -> bool:
    """Try a call with its neighbours, with the depot before them, and with an empty tour; whether it moved."""
    near, row, visits = ground.near, chain.row, ground.load.shape[0]
    since, moved, k = chain.tried[day, u], False, 0
    chain.tried[day, u] = chain.clock[0]
    most = near.shape[1]
    while k <= most:
        v = -1
        if k < most:
            v = near[u, k]
            if v >= 0 and row[day, v] < 0:
                v = -1
        elif to_empty:
            v = _find_empty(day, visits, ground, chain)
        k += 1
        if v < 0 or max(chain.changed[row[day, u]], chain.changed[row[day, v]]) <= since:
            continue
        for turn in range(2):
            if turn == 1:
                v = chain.before[day, v]
            if try_pair(day, u, v, ground, chain):
                moved = True
                # Beside new neighbours all are tried again.
                k = 0
                break
            if v >= visits or chain.before[day, v] < visits:
                break
    return moved


@inline_kernel
def _find_empty(day: int, visits: int, ground: Ground, chain: Chain) -> int:
    """Depot of the first empty tour of a day; -1 if there is none."""
    for r in range(ground.day_first[day], ground.day_first[day + 1]):
        if chain.tour[r, CALLS] == 0.0:
            return visits + r
    return -1


@compile_kernel
def scan_day(visit: int, day: int, ground: Ground, chain: Chain) -> None:
    """Find the cheapest place of a visit on a day, as if it were not served on it: into `cost`, `place` and `into`."""
    own, load = chain.row[day, visit], ground.load[visit]
    least, place, into, saw_empty = INFINITE, -1, -1, False
    for r in range(ground.day_first[day], ground.day_first[day + 1]):
        work, loaded, calls, before = chain.tour[r, WORK], chain.tour[r, LOADED], chain.tour[r, CALLS], 0.0
        if r == own:
            work += take_away(day, visit, 1, ground, chain)
            loaded -= load
            calls -= 1.0
            before = price_extra(r, work, loaded, calls, ground, chain.penalty)
        else:
            before = chain.tour[r, EXTRA]
        # All tours of a day are alike: one that is empty stands for all.
        if calls == 0.0 and saw_empty:
            continue
        saw_empty = saw_empty or calls == 0.0
        fixed = overload(r, loaded + load, ground.limit, chain.penalty) - before
        if fixed >= least:
            continue
        if chain.found[visit, r] < chain.changed[r]:
            find_places(day, visit, r, ground, chain)
        for k in range(PLACES + 1):
            # The last place is where it is.
            if k == PLACES and r != own:
                break
            behind = chain.before[day, visit] if k == PLACES else chain.behind[visit, r, k]
            if behind < 0 or (k < PLACES and (behind == visit or chain.following[day, behind] == visit)):
                continue
            price = add_detour(day, visit, behind, visit, 0, ground, chain)
            if fixed + price >= least:
                continue
            longer = work + add_detour(day, visit, behind, visit, 1, ground, chain)
            price += price_extra(r, longer, loaded + load, calls + 1.0, ground, chain.penalty) - before
            if price < least:
                least, place, into = price, behind, r
    chain.cost[day], chain.place[day], chain.into[day] = least, place, into


@inline_kernel
def put_behind(visit: int, day: int, ground: Ground, chain: Chain) -> None:
    """Put a visit where a scan of the day found its place."""
    behind = chain.place[day]
    onward = chain.following[day, behind]
    join(day, behind, visit, chain)
    join(day, visit, onward, chain)
    chain.tried[day, visit] = -1
    sum_tour(day, chain.into[day], ground, chain)


@compile_kernel
def _improve_patterns(ground: Ground, chain: Chain) -> bool:
    """Give each visit its cheapest pattern, in an order that is drawn; whether any moved."""
    visits, order = ground.load.shape[0], chain.others
    for k in range(visits):
        order[k] = k
    shuffle(order, 0, visits, chain.rng)
    moved = False
    for k in range(visits):
        visit = order[k]
        if ground.patterns[visit] > 1 and _improve_pattern(visit, ground, chain):
            moved = True
    return moved


@inline_kernel
def _improve_pattern(visit: int, ground: Ground, chain: Chain) -> bool:
    """Move a visit to its cheapest pattern, if that saves anything."""
    days, now = chain.cost.shape[0], 0.0
    for day in range(days):
        if ground.possible[visit] >> day & 1:
            scan_day(visit, day, ground, chain)
            r = chain.row[day, visit]
            if r >= 0:
                work = chain.tour[r, WORK] + take_away(day, visit, 1, ground, chain)
                loaded, calls = chain.tour[r, LOADED] - ground.load[visit], chain.tour[r, CALLS] - 1.0
                now += chain.tour[r, EXTRA] - take_away(day, visit, 0, ground, chain)
                now -= price_extra(r, work, loaded, calls, ground, chain.penalty)
    least, chosen = find_pattern(visit, 0, ground, chain)
    if least >= now - LEAST_GAIN:
        return False
    for day in range(days):
        r = chain.row[day, visit]
        if r >= 0:
            join(day, chain.before[day, visit], chain.following[day, visit], chain)
            chain.row[day, visit] = -1
            sum_tour(day, r, ground, chain)
    for y in range(ground.repeats[visit, chosen]):
        put_behind(visit, ground.pattern[visit, chosen, y], ground, chain)
    chain.chosen[visit] = chosen
    return True


@inline_kernel
def find_pattern(visit: int, has: int, ground: Ground, chain: Chain) -> tuple[float, int]:
    """Cheapest pattern by the days that were scanned, among those with the days that the visit has already (bits)."""
    least, chosen = INFINITE, -1
    for p in range(ground.patterns[visit]):
        if ground.mask[visit, p] & has != has:
            continue
        total = 0.0
        for y in range(ground.repeats[visit, p]):
            day = ground.pattern[visit, p, y]
            if not has >> day & 1:
                total += chain.cost[day]
        if total < least:
            least, chosen = total, p
    return least, chosen
