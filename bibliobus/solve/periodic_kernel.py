"""Compiled kernel of the periodic search: imports numba, so it is itself imported only where it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import numba
import numpy as np

from bibliobus.solve.periodic_arrays import (
    BANKED,
    BEST,
    BUS,
    CALLS_MOST,
    CAPACITY,
    CLASS,
    DAY,
    DEPOT,
    DRIVE,
    DRIVE_MOST,
    DWELL,
    END,
    FAR,
    FEASIBLE,
    LEGS,
    LOAD,
    MEAL_EARLY,
    MEAL_LATE,
    MEAL_OUTSIDE,
    NOW,
    OVER_CALLS,
    OVER_LOAD,
    OVER_TIME,
    PATTERNS,
    PAUSE,
    PER_BUS_DAY,
    PER_OVERTIME,
    PER_SECOND,
    PER_SQUARE,
    PICKED,
    POSITION,
    PRICE,
    PROFILE,
    REGULAR,
    REQUIRED,
    REST,
    REWARD,
    SCORES,
    SIZE,
    SPAN,
    START,
    TAKEN,
    TIMED,
    TRIED,
    UNBROKEN,
    VALUES,
    WAIT,
    WARP,
    WATCHED,
    WINDOWED,
    WORK,
    WORK_MOST,
    Terms,
    Tours,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Kernel = TypeVar("Kernel", bound=Callable[..., Any])

# numba keeps the machine code until this file changes: who renumbers a column in periodic_arrays.py must touch this file too.
INFINITE: Final = 1e30
EPSILON: Final = 1e-7
SAME_DAY: Final = 0.5
"""Share of removals that stay on one day."""
SPLIT: Final = 0.5
"""Share of strings that keep a piece in the middle (Christiaens and Vanden Berghe 2020)."""
BANK_TRIED: Final = 4
"""Most unserved visits tried again in one step."""
NEAR_SEARCHED: Final = 40
"""Neighbours of the first visit among which unserved ones are looked for."""
ACCEPTED_BETWEEN: Final = 100
"""Accepted steps after which the prices of broken rules are adjusted (Vidal et al. 2012)."""
DEARER: Final = 1.1
CHEAPER: Final = 0.92
SERVED_BEFORE: Final = 1
BANKED_BEFORE: Final = 2


def compile_kernel(function: Kernel) -> Kernel:
    """
    Compile a function when it is first called, and keep the machine code in numba's cache.

    Parameters
    ----------
    function
        Function of arrays and numbers.

    Returns
    -------
    callable
        The same function, compiled; the function itself where ``NUMBA_DISABLE_JIT`` is set.
    """
    return cast("Kernel", numba.njit(cache=True, nogil=True)(function))


@compile_kernel
def draw(rng: NDArray[np.uint64]) -> float:
    """
    Draw a number from 0 to less than 1.

    Parameters
    ----------
    rng
        Shape (1,), state of the generator, not 0; is changed. Nothing else is random, so threads cannot disturb
        each other.

    Returns
    -------
    float
        The number, of 53 random bits (xorshift64: Marsaglia 2003).
    """
    x = rng[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    rng[0] = x
    return float(x >> np.uint64(11)) * 1.1102230246251565e-16


@compile_kernel
def _merge(a: Any, b: Any, leg: float, out: Any) -> None:
    """
    Join two pieces of a tour with a leg between them.

    A piece is its duration, the time warp in it, and the earliest and latest start at which both are
    least (Vidal et al. 2013).
    """
    delta = a[0] - a[1] + leg
    wait = max(b[2] - delta - a[3], 0.0)
    warp = max(a[2] + delta - b[3], 0.0)
    duration = a[0] + b[0] + leg + wait
    early = max(b[2] - delta, a[2]) - wait
    late = min(b[3] - delta, a[3]) + warp
    total = a[1] + b[1] + warp
    out[0] = duration
    out[1] = total
    out[2] = early
    out[3] = late


@compile_kernel
def _rest(work: float, drive: float, limit: Any) -> float:
    """Seconds of breaks that a tour without windows needs on the way."""
    meal = limit[PAUSE] if work > limit[MEAL_OUTSIDE] else 0.0
    if drive <= limit[UNBROKEN]:
        return meal
    breaks = np.ceil(drive / limit[UNBROKEN]) - 1.0
    if limit[PAUSE] >= limit[REST] and limit[PAUSE] > 0.0:
        meal = limit[PAUSE]
        breaks -= 1.0
    return meal + breaks * limit[REST]


@compile_kernel
def _overtime(work: float, limit: Any, money: Any) -> float:
    """Price of overtime and of the balance of the days."""
    return money[PER_OVERTIME] * max(0.0, work - limit[REGULAR]) + money[PER_SQUARE] * work * work


@compile_kernel
def _misplaced(sequence: Any, length: int, position: Any, visit: int, at: int) -> int:
    """Calls of a tour that are not at their locked place, with a visit put in at a place (-1: as it is)."""
    wrong = 0
    total = length if at < 0 else length + 1
    for k in range(total):
        other = sequence[k] if at < 0 or k < at else (visit if k == at else sequence[k - 1])
        wanted = position[other]
        if wanted > 0 and k != min(wanted, total) - 1:
            wrong += 1
        if wanted < 0 and k != total - 1:
            wrong += 1
    return wrong


@compile_kernel
def _lay_windows(
    r: int, visits: Any, slots: Any, limits: Any, window: Any, legs: Any, tours: Tours, piece: Any, meal: Any
) -> None:
    """Find the pieces of a tour from the start and to the end, with the meal break where it fits best."""
    length = tours.count[r]
    before, after, sequence = tours.before[r], tours.after[r], tours.sequence[r]
    limit = limits[r]
    day = slots[r, DAY]
    before[0, 0] = 0.0
    before[0, 1] = 0.0
    before[0, 2] = limit[START]
    before[0, 3] = limit[END]
    for k in range(length):
        visit = sequence[k]
        span = tours.span[r, k]
        piece[0] = visits[visit, DWELL]
        piece[1] = 0.0
        piece[2] = window[visit, day, span, 0]
        piece[3] = window[visit, day, span, 1]
        _merge(before[k], piece, tours.gap[r, k, 1], before[k + 1])
    after[length + 1, 0] = 0.0
    after[length + 1, 1] = 0.0
    after[length + 1, 2] = limit[START]
    after[length + 1, 3] = limit[END]
    for k in range(length, 0, -1):
        visit = sequence[k - 1]
        span = tours.span[r, k - 1]
        piece[0] = visits[visit, DWELL]
        piece[1] = 0.0
        piece[2] = window[visit, day, span, 0]
        piece[3] = window[visit, day, span, 1]
        _merge(piece, after[k + 1], tours.gap[r, k, 1], after[k])
    tours.pause_at[r] = 0
    if limit[PAUSE] <= 0.0 or length == 0:
        return
    _merge(before[0], after[1], tours.gap[r, 0, 1], piece)
    done = piece[2] + piece[0] - piece[1]
    if done <= limit[MEAL_LATE] or piece[3] >= limit[MEAL_EARLY] + limit[PAUSE]:
        return
    meal[0] = limit[PAUSE]
    meal[1] = 0.0
    meal[2] = limit[MEAL_EARLY]
    meal[3] = limit[MEAL_LATE]
    best, place = INFINITE, 1
    for k in range(1, length + 1):
        _merge(before[k], meal, 0.0, piece)
        _merge(piece, after[k + 1], tours.gap[r, k, 1], piece)
        cost = piece[1] * 1000.0 + piece[0]
        if cost < best:
            best, place = cost, k
    tours.pause_at[r] = place
    _merge(before[place], meal, 0.0, before[place])
    for k in range(place, length):
        visit = sequence[k]
        span = tours.span[r, k]
        piece[0] = visits[visit, DWELL]
        piece[1] = 0.0
        piece[2] = window[visit, day, span, 0]
        piece[3] = window[visit, day, span, 1]
        _merge(before[k], piece, tours.gap[r, k, 1], before[k + 1])
    for k in range(place, 0, -1):
        visit = sequence[k - 1]
        span = tours.span[r, k - 1]
        piece[0] = visits[visit, DWELL]
        piece[1] = 0.0
        piece[2] = window[visit, day, span, 0]
        piece[3] = window[visit, day, span, 1]
        if k == place:
            _merge(piece, meal, 0.0, piece)
        _merge(piece, after[k + 1], tours.gap[r, k, 1], after[k])


@compile_kernel
def settle_tour(r: int, terms: Terms, tours: Tours, piece: Any, meal: Any) -> None:
    """
    Work out the figures of a tour from the order of its calls.

    Parameters
    ----------
    r
        Row of the tour.
    terms
        The problem.
    tours
        The tours; the figures of this one are changed.
    piece
        Room for four numbers.
    meal
        Room for four numbers.
    """
    length = tours.count[r]
    value, limit = tours.value[r], terms.limit[r]
    for k in range(VALUES):
        value[k] = 0.0
    if limit[WINDOWED] > 0.0:
        _lay_windows(r, terms.visit, terms.slot, terms.limit, terms.window, terms.leg, tours, piece, meal)
    if length == 0:
        return
    price, legs, dwell, load = 0.0, 0.0, 0.0, 0.0
    locked, timed = False, False
    sequence = tours.sequence[r]
    for k in range(length):
        visit = sequence[k]
        price += tours.gap[r, k, 0]
        legs += tours.gap[r, k, 1]
        dwell += terms.visit[visit, DWELL]
        load += terms.visit[visit, LOAD]
        if terms.position[visit] != 0:
            locked = True
        if terms.fits[visit, r] == 2:
            timed = True
    price += tours.gap[r, length, 0]
    legs += tours.gap[r, length, 1]
    drive = 0.0
    if limit[WATCHED] > 0.0:
        profile, here = terms.slot[r, PROFILE], terms.slot[r, DEPOT]
        for k in range(length):
            drive += terms.drive[profile, here, sequence[k]]
            here = sequence[k]
        drive += terms.drive[profile, here, terms.slot[r, DEPOT]]
    work, warp = legs + dwell, 0.0
    if timed:
        pause = limit[PAUSE] if tours.pause_at[r] > 0 else 0.0
        _merge(tours.before[r, length], tours.after[r, length + 1], tours.gap[r, length, 1], piece)
        work = piece[0] - pause
        rest = _rest(work, drive, limit)
        warp = piece[1] + max(0.0, work + max(rest, pause) - limit[SPAN])
    else:
        warp = max(0.0, work + _rest(work, drive, limit) - limit[SPAN])
    value[LEGS] = legs
    value[WAIT] = work - legs - dwell
    value[WORK] = work
    value[WARP] = warp
    value[DRIVE] = drive
    value[TAKEN] = load
    value[TIMED] = 1.0 if timed else 0.0
    value[PRICE] = price + terms.money[PER_SECOND] * (work - legs) + terms.money[PER_BUS_DAY]
    value[PRICE] += _overtime(work, limit, terms.money)
    value[OVER_LOAD] = max(0.0, load - limit[CAPACITY])
    value[OVER_TIME] = warp + max(0.0, work - limit[WORK_MOST]) + max(0.0, drive - limit[DRIVE_MOST])
    value[OVER_CALLS] = max(0.0, length - limit[CALLS_MOST])
    if locked:
        value[PICKED] = 1.0
        value[OVER_CALLS] += _misplaced(sequence, length, terms.position, -1, -1)


@compile_kernel
def _scan_day(
    visit: int,
    day: int,
    alone: bool,
    hard: bool,
    blink: float,
    visits: Any,
    position: Any,
    slots: Any,
    limits: Any,
    fits: Any,
    day_first: Any,
    price: Any,
    price_to: Any,
    leg: Any,
    leg_to: Any,
    drive: Any,
    window: Any,
    windows: Any,
    money: Any,
    tours: Tours,
    cost: Any,
    place: Any,
    piece: Any,
    meal: Any,
) -> None:
    """
    Find the cheapest place for a visit on one day, over all buses or, if `alone`, for each of them.

    `cost` has one entry (or one a bus): what the visit adds, broken rules included; `place` holds the tour,
    the position in it, and the window.
    """
    value, count, gap, weight = tours.value, tours.count, tours.gap, tours.weight
    for b in range(cost.shape[0]):
        cost[b] = INFINITE
        place[b, 0] = -1
    empty = -1
    dwell, load = visits[visit, DWELL], visits[visit, LOAD]
    room = tours.sequence.shape[1] - 2
    for r in range(day_first[day], day_first[day + 1]):
        kind = fits[visit, r]
        if kind == 0:
            continue
        length = count[r]
        if length >= room:
            continue
        fixed = 0.0
        if length == 0:
            if not alone:
                # Of buses that are alike in everything, one without calls is as good as the other.
                if slots[r, CLASS] == empty:
                    continue
                empty = slots[r, CLASS]
            fixed = money[PER_BUS_DAY]
        b = slots[r, BUS] if alone else 0
        best = cost[b]
        limit = limits[r]
        now = value[r]
        over = max(0.0, now[TAKEN] + load - limit[CAPACITY]) - now[OVER_LOAD]
        if over > 0.0:
            if hard:
                continue
            fixed += weight[0] * over
        if length + 1 > limit[CALLS_MOST]:
            if hard:
                continue
            fixed += weight[2]
        fixed += money[PER_SECOND] * (dwell - now[WAIT])
        if fixed >= best:
            continue
        watched = limit[WATCHED] > 0.0
        timed = limit[WINDOWED] > 0.0 and (kind == 2 or now[TIMED] > 0.0)
        picky = position[visit] != 0 or now[PICKED] > 0.0
        profile, depot = slots[r, PROFILE], slots[r, DEPOT]
        to, fro = price_to[profile, visit], price[profile, visit]
        sequence = tours.sequence[r]
        before = depot
        base = 0.0
        if watched:
            base = _overtime(now[WORK], limit, money)
        for k in range(length + 1):
            here = before
            following = sequence[k] if k < length else depot
            before = following
            total = fixed + to[here] + fro[following] - gap[r, k, 0]
            if total >= best:
                continue
            chosen = 0
            if watched:
                more = leg_to[profile, visit, here] + leg[profile, visit, following] - gap[r, k, 1]
                driven = now[DRIVE]
                if limit[WATCHED] > 1.0:
                    driven += drive[profile, here, visit] + drive[profile, visit, following]
                    driven -= drive[profile, here, following] if length > 0 else 0.0
                if timed:
                    cheapest = INFINITE
                    worse = 0.0
                    for s in range(windows[visit, day]):
                        piece[0] = dwell
                        piece[1] = 0.0
                        piece[2] = window[visit, day, s, 0]
                        piece[3] = window[visit, day, s, 1]
                        _merge(tours.before[r, k], piece, leg_to[profile, visit, here], piece)
                        _merge(piece, tours.after[r, k + 1], leg[profile, visit, following], piece)
                        pause = limit[PAUSE] if tours.pause_at[r] > 0 else 0.0
                        work = piece[0] - pause
                        needed = pause
                        if pause == 0.0 and limit[PAUSE] > 0.0:
                            done = piece[2] + piece[0] - piece[1]
                            if done > limit[MEAL_LATE] and piece[3] < limit[MEAL_EARLY] + limit[PAUSE]:
                                needed = limit[PAUSE]
                        rest = max(needed, _rest(work, driven, limit))
                        late = piece[1] + max(0.0, work + rest - limit[SPAN])
                        late += max(0.0, work - limit[WORK_MOST]) + max(0.0, driven - limit[DRIVE_MOST])
                        extra = late - now[OVER_TIME]
                        added = money[PER_SECOND] * (work - now[WORK] - more - dwell + now[WAIT])
                        added += _overtime(work, limit, money) - base + weight[1] * extra
                        if added < cheapest:
                            cheapest = added
                            chosen = s
                            worse = extra
                    if hard and worse > EPSILON:
                        continue
                    total += cheapest
                else:
                    work = now[WORK] + more + dwell
                    late = max(0.0, work + _rest(work, driven, limit) - limit[SPAN])
                    late += max(0.0, work - limit[WORK_MOST]) + max(0.0, driven - limit[DRIVE_MOST])
                    extra = late - now[OVER_TIME]
                    if hard and extra > EPSILON:
                        continue
                    total += _overtime(work, limit, money) - base + weight[1] * extra
                if total >= best:
                    continue
            if picky:
                wrong = _misplaced(sequence, length, position, visit, k) + max(0.0, length + 1 - limit[CALLS_MOST])
                if length + 1 > limit[CALLS_MOST]:
                    wrong -= 1
                wrong -= now[OVER_CALLS] - (max(0.0, length - limit[CALLS_MOST]))
                if hard and wrong > 0:
                    continue
                total += weight[2] * wrong
                if total >= best:
                    continue
            if blink > 0.0 and draw(tours.rng) < blink:
                continue
            best = total
            cost[b] = total
            place[b, 0] = r
            place[b, 1] = k
            place[b, 2] = chosen


@compile_kernel
def insert_call(visit: int, r: int, k: int, span: int, terms: Terms, tours: Tours) -> None:
    """
    Put a call into a tour; its figures are not worked out anew.

    Parameters
    ----------
    visit
        Index of the visit.
    r
        Row of the tour.
    k
        Position, 0 for the first.
    span
        Which window of the day it uses.
    terms
        The problem.
    tours
        The tours.
    """
    length = tours.count[r]
    sequence, gap = tours.sequence[r], tours.gap[r]
    profile, depot = terms.slot[r, PROFILE], terms.slot[r, DEPOT]
    before = sequence[k - 1] if k > 0 else depot
    following = sequence[k] if k < length else depot
    for j in range(length, k, -1):
        sequence[j] = sequence[j - 1]
        tours.span[r, j] = tours.span[r, j - 1]
        gap[j + 1, 0] = gap[j, 0]
        gap[j + 1, 1] = gap[j, 1]
    sequence[k] = visit
    tours.span[r, k] = span
    gap[k, 0] = terms.price[profile, before, visit]
    gap[k, 1] = terms.leg[profile, before, visit]
    gap[k + 1, 0] = terms.price[profile, visit, following]
    gap[k + 1, 1] = terms.leg[profile, visit, following]
    tours.count[r] = length + 1
    tours.home[visit, terms.slot[r, DAY]] = r


@compile_kernel
def _remove_call(visit: int, r: int, terms: Terms, tours: Tours) -> None:
    """Take a call out of a tour; its figures are not worked out anew."""
    length = tours.count[r]
    sequence, gap = tours.sequence[r], tours.gap[r]
    profile, depot = terms.slot[r, PROFILE], terms.slot[r, DEPOT]
    k = 0
    while sequence[k] != visit:
        k += 1
    before = sequence[k - 1] if k > 0 else depot
    following = sequence[k + 1] if k + 1 < length else depot
    for j in range(k, length - 1):
        sequence[j] = sequence[j + 1]
        tours.span[r, j] = tours.span[r, j + 1]
        gap[j + 1, 0] = gap[j + 2, 0]
        gap[j + 1, 1] = gap[j + 2, 1]
    gap[k, 0] = terms.price[profile, before, following] if length > 1 else 0.0
    gap[k, 1] = terms.leg[profile, before, following] if length > 1 else 0.0
    tours.count[r] = length - 1
    tours.home[visit, terms.slot[r, DAY]] = -1


@compile_kernel
def _copy_tour(r: int, source: Tours, target: Tours, windowed: bool) -> None:
    """Copy one tour with its figures."""
    length = source.count[r]
    target.count[r] = length
    target.pause_at[r] = source.pause_at[r]
    for k in range(length):
        target.sequence[r, k] = source.sequence[r, k]
        target.span[r, k] = source.span[r, k]
    for k in range(length + 1):
        target.gap[r, k, 0] = source.gap[r, k, 0]
        target.gap[r, k, 1] = source.gap[r, k, 1]
    for k in range(VALUES):
        target.value[r, k] = source.value[r, k]
    if windowed:
        for k in range(length + 2):
            for j in range(4):
                target.before[r, k, j] = source.before[r, k, j]
                target.after[r, k, j] = source.after[r, k, j]


@compile_kernel
def _bank(visit: int, tours: Tours) -> None:
    """Note that a visit is not served."""
    if tours.bank_at[visit] < 0:
        size = int(tours.score[BANKED])
        tours.bank[size] = visit
        tours.bank_at[visit] = size
        tours.score[BANKED] = size + 1


@compile_kernel
def _unbank(visit: int, tours: Tours) -> None:
    """Note that a visit is served."""
    at = tours.bank_at[visit]
    if at >= 0:
        last = int(tours.score[BANKED]) - 1
        other = tours.bank[last]
        tours.bank[at] = other
        tours.bank_at[other] = at
        tours.bank_at[visit] = -1
        tours.score[BANKED] = last


@compile_kernel
def _cost_of(r: int, tours: Tours) -> float:
    """Price of a tour with what its broken rules cost."""
    value, weight = tours.value[r], tours.weight
    return (
        value[PRICE]
        + weight[0] * value[OVER_LOAD]
        + weight[1] * value[OVER_TIME]
        + weight[2] * value[OVER_CALLS]
    )


@compile_kernel
def total_cost(terms: Terms, tours: Tours) -> float:
    """
    Add up what the tours cost, broken rules and the rewards of the unserved included.

    Parameters
    ----------
    terms
        The problem.
    tours
        The tours.

    Returns
    -------
    float
        Hundredths of a minute.
    """
    total = 0.0
    for r in range(tours.count.shape[0]):
        total += _cost_of(r, tours)
    for k in range(int(tours.score[BANKED])):
        total += terms.visit[tours.bank[k], REWARD]
    return total


@compile_kernel
def _touch(r: int, terms: Terms, tours: Tours, backup: Tours, touched: Any, changed: Any, counts: Any) -> None:
    """Keep a copy of a tour before its first change in a step."""
    if not touched[r]:
        touched[r] = True
        changed[counts[0]] = r
        counts[0] += 1
        _copy_tour(r, tours, backup, terms.limit[r, WINDOWED] > 0.0)


@compile_kernel
def _keep_best(tours: Tours, best: Tours) -> None:
    """Copy the order of all calls, and who is served."""
    for r in range(tours.count.shape[0]):
        length = tours.count[r]
        best.count[r] = length
        for k in range(length):
            best.sequence[r, k] = tours.sequence[r, k]
            best.span[r, k] = tours.span[r, k]
    best.score[BANKED] = tours.score[BANKED]


@compile_kernel
def search(
    terms: Terms,
    tours: Tours,
    backup: Tours,
    best: Tours,
    steps: int,
    heat: float,
    removed: float,
    string_most: int,
    whole: float,
    blink: float,
    fill: bool,
) -> None:
    """
    Take calls out and put them back, over all tours of the cycle at once.

    Parameters
    ----------
    terms
        The problem.
    tours
        The tours now; are changed.
    backup
        Room for a second set of tours.
    best
        The best tours that keep all rules so far; are changed.
    steps
        How often.
    heat
        Temperature of the annealing, in hundredths of a minute.
    removed
        Calls taken out in the mean.
    string_most
        Most neighbouring calls of one tour taken out together.
    whole
        Share of removals in which a visit loses all its repeats and may come back on other days.
    blink
        Share of places that are passed over, so that the cheapest is not always taken.
    fill
        True to put in everybody who is unserved, once, before anything is taken out.

    Notes
    -----
    Slack induction by string removals: Christiaens and Vanden Berghe (2020).
    """
    visits = terms.visit.shape[0]
    rows = tours.count.shape[0]
    days = terms.day_first.shape[0] - 1
    alone = terms.alone[0] > 0
    buses = terms.bus_count[0] if alone else 1
    touched = np.zeros(rows, np.bool_)
    changed = np.zeros(rows, np.int64)
    counts = np.zeros(1, np.int64)
    most = visits * (days + 1) + 8
    gone = np.zeros(most, np.int64)
    mode = np.zeros(most, np.int64)
    key = np.zeros(most)
    is_gone = np.zeros(visits, np.bool_)
    before = np.zeros(visits, np.int8)
    moved = np.zeros(most, np.int64)
    cost = np.zeros((days, buses))
    place = np.zeros((days, buses, 3), np.int64)
    scanned = np.zeros(days, np.bool_)
    piece = np.zeros(4)
    meal = np.zeros(4)
    weight, score, rng = tours.weight, tours.score, tours.rng
    for step in range(steps):
        gone_count = 0
        counts[0] = 0
        moved_count = 0
        bank_before = int(score[BANKED])
        if fill and step == 0:
            for k in range(bank_before):
                gone[gone_count] = tours.bank[k]
                mode[gone_count] = -1
                gone_count += 1
        else:
            # Ruin: strings of calls near a first visit.
            used, calls = 0, 0
            for r in range(rows):
                if tours.count[r] > 0:
                    used += 1
                    calls += tours.count[r]
            longest = min(float(string_most), calls / max(used, 1))
            strings = int(draw(rng) * (4.0 * removed / (1.0 + longest) - 1.0) + 1.0)
            first = int(draw(rng) * visits)
            one_day = draw(rng) < SAME_DAY
            entire = draw(rng) < whole
            chosen_day = -1
            if one_day:
                start = int(draw(rng) * days)
                for k in range(days):
                    if tours.home[first, (start + k) % days] >= 0:
                        chosen_day = (start + k) % days
                        break
                if chosen_day < 0 and terms.patterns[first] > 0:
                    chosen_day = terms.pattern[first, int(draw(rng) * terms.patterns[first]), 0]
            ruined = 0
            for a in range(terms.near.shape[1]):
                if ruined >= strings:
                    break
                centre = terms.near[first, a]
                if is_gone[centre] or tours.bank_at[centre] >= 0:
                    continue
                day = -1
                if chosen_day >= 0:
                    day = chosen_day
                else:
                    start = int(draw(rng) * days)
                    for k in range(days):
                        if tours.home[centre, (start + k) % days] >= 0:
                            day = (start + k) % days
                            break
                if day < 0:
                    continue
                r = tours.home[centre, day]
                if r < 0 or touched[r]:
                    continue
                length = tours.count[r]
                size = min(length, int(draw(rng) * min(float(length), longest) + 1.0))
                at = 0
                while tours.sequence[r, at] != centre:
                    at += 1
                kept = 0
                if 1 < size < length and draw(rng) < SPLIT:
                    kept = 1
                    while size + kept < length and draw(rng) > 0.5:
                        kept += 1
                total = size + kept
                low, high = max(0, at - total + 1), min(at, length - total)
                begin = low + int(draw(rng) * (high - low + 1))
                keep_from = int(draw(rng) * (size + 1)) if kept > 0 else -1
                string_from = gone_count
                for j in range(total):
                    if kept > 0 and keep_from <= j < keep_from + kept:
                        continue
                    gone[gone_count] = tours.sequence[r, begin + j]
                    gone_count += 1
                for z in range(string_from, gone_count):
                    visit = gone[z]
                    is_gone[visit] = True
                    if entire and (terms.patterns[visit] > 1 or alone):
                        mode[z] = -1
                        for other in range(days):
                            home = tours.home[visit, other]
                            if home >= 0:
                                _touch(home, terms, tours, backup, touched, changed, counts)
                                _remove_call(visit, home, terms, tours)
                        moved[moved_count] = visit
                        before[visit] = SERVED_BEFORE
                        moved_count += 1
                        _bank(visit, tours)
                    else:
                        mode[z] = day
                        _touch(r, terms, tours, backup, touched, changed, counts)
                        _remove_call(visit, r, terms, tours)
                ruined += 1
            for z in range(counts[0]):
                settle_tour(changed[z], terms, tours, piece, meal)
            # Some of the unserved try again: those near the first visit, and any one.
            if bank_before > 0:
                tried = 0
                for a in range(min(NEAR_SEARCHED, terms.near.shape[1])):
                    if tried >= BANK_TRIED:
                        break
                    visit = terms.near[first, a]
                    if tours.bank_at[visit] >= 0 and not is_gone[visit]:
                        gone[gone_count] = visit
                        mode[gone_count] = -1
                        is_gone[visit] = True
                        gone_count += 1
                        tried += 1
                visit = tours.bank[int(draw(rng) * score[BANKED])]
                if not is_gone[visit]:
                    gone[gone_count] = visit
                    mode[gone_count] = -1
                    is_gone[visit] = True
                    gone_count += 1
        # Recreate: one after another at the cheapest place of the cheapest set of days.
        way = draw(rng)
        for z in range(gone_count):
            visit = gone[z]
            if way < 0.18 and bank_before > 0:
                key[z] = -terms.visit[visit, REWARD] * (0.5 + draw(rng))
            elif way < 0.36:
                key[z] = draw(rng)
            elif way < 0.72:
                key[z] = -terms.visit[visit, SIZE] * (1.0 + 0.001 * draw(rng))
            elif way < 0.90:
                key[z] = -terms.visit[visit, FAR]
            else:
                key[z] = terms.visit[visit, FAR]
        order = np.argsort(key[:gone_count])
        for zz in range(gone_count):
            z = order[zz]
            visit = gone[z]
            required = terms.visit[visit, REQUIRED] > 0.0
            if mode[z] >= 0 and tours.bank_at[visit] >= 0:
                continue
            keep_bus = -1
            if mode[z] >= 0 and alone:
                for other in range(days):
                    home = tours.home[visit, other]
                    if home >= 0:
                        keep_bus = terms.slot[home, BUS]
                        break
            for other in range(days):
                scanned[other] = False
            choices = terms.patterns[visit] if mode[z] < 0 else 1
            least, chosen_pattern, chosen_bus = INFINITE, -1, 0
            for p in range(choices):
                if p > 0 and blink > 0.0 and draw(rng) < blink:
                    continue
                repeats = terms.repeats[visit, p] if mode[z] < 0 else 1
                for y in range(repeats):
                    day = terms.pattern[visit, p, y] if mode[z] < 0 else mode[z]
                    if scanned[day]:
                        continue
                    scanned[day] = True
                    _scan_day(
                        visit, day, alone, not required, blink,
                        terms.visit, terms.position, terms.slot, terms.limit, terms.fits, terms.day_first,
                        terms.price, terms.price_to, terms.leg, terms.leg_to, terms.drive,
                        terms.window, terms.windows, terms.money, tours, cost[day], place[day], piece, meal,
                    )
                for b in range(buses):
                    if keep_bus >= 0 and b != keep_bus:
                        continue
                    total = 0.0
                    for y in range(repeats):
                        day = terms.pattern[visit, p, y] if mode[z] < 0 else mode[z]
                        total += cost[day, b]
                        if total >= least:
                            break
                    if total < least:
                        least, chosen_pattern, chosen_bus = total, p, b
            limit = terms.visit[visit, REWARD]
            if mode[z] >= 0:
                limit = INFINITE / 2.0
            if chosen_pattern >= 0 and least < limit:
                repeats = terms.repeats[visit, chosen_pattern] if mode[z] < 0 else 1
                for y in range(repeats):
                    day = terms.pattern[visit, chosen_pattern, y] if mode[z] < 0 else mode[z]
                    r = place[day, chosen_bus, 0]
                    _touch(r, terms, tours, backup, touched, changed, counts)
                    insert_call(visit, r, place[day, chosen_bus, 1], place[day, chosen_bus, 2], terms, tours)
                    settle_tour(r, terms, tours, piece, meal)
                if tours.bank_at[visit] >= 0:
                    if before[visit] == 0:
                        moved[moved_count] = visit
                        before[visit] = BANKED_BEFORE
                        moved_count += 1
                    _unbank(visit, tours)
            elif mode[z] >= 0:
                # One repeat finds no place: the visit goes with all the others.
                for other in range(days):
                    home = tours.home[visit, other]
                    if home >= 0:
                        _touch(home, terms, tours, backup, touched, changed, counts)
                        _remove_call(visit, home, terms, tours)
                        settle_tour(home, terms, tours, piece, meal)
                moved[moved_count] = visit
                before[visit] = SERVED_BEFORE
                moved_count += 1
                _bank(visit, tours)
        for z in range(gone_count):
            is_gone[gone[z]] = False
        # Judge.
        delta = 0.0
        for z in range(counts[0]):
            r = changed[z]
            delta += _cost_of(r, tours)
            value = backup.value[r]
            delta -= (
                value[PRICE]
                + weight[0] * value[OVER_LOAD]
                + weight[1] * value[OVER_TIME]
                + weight[2] * value[OVER_CALLS]
            )
        for j in range(moved_count):
            visit = moved[j]
            banked = 1 if tours.bank_at[visit] >= 0 else 0
            delta += terms.visit[visit, REWARD] * (banked - (1 if before[visit] == BANKED_BEFORE else 0))
        score[TRIED] += 1.0
        chance = terms.luck[int(draw(rng) * terms.luck.shape[0])]
        if score[NOW] + delta < score[NOW] + heat * chance or (fill and step == 0):
            score[NOW] += delta
            over_load, over_time, over_calls = False, False, False
            for r in range(rows):
                value = tours.value[r]
                if value[OVER_LOAD] > EPSILON:
                    over_load = True
                if value[OVER_TIME] > EPSILON:
                    over_time = True
                if value[OVER_CALLS] > EPSILON:
                    over_calls = True
            if not (over_load or over_time or over_calls) and score[NOW] < score[BEST] - EPSILON:
                score[BEST] = score[NOW]
                _keep_best(tours, best)
            score[FEASIBLE] += 1.0
            tours.kept[0] += 0.0 if over_load else 1.0
            tours.kept[1] += 0.0 if over_time else 1.0
            tours.kept[2] += 0.0 if over_calls else 1.0
            if score[FEASIBLE] >= ACCEPTED_BETWEEN:
                for k in range(3):
                    share = tours.kept[k] / score[FEASIBLE]
                    if share < terms.aim[0]:
                        weight[k] = min(weight[k] * DEARER, terms.weight_most[k])
                    elif share > terms.aim[1]:
                        weight[k] = max(weight[k] * CHEAPER, terms.weight_least[k])
                    tours.kept[k] = 0.0
                score[FEASIBLE] = 0.0
                score[NOW] = total_cost(terms, tours)
        else:
            for z in range(counts[0]):
                r = changed[z]
                day = terms.slot[r, DAY]
                for k in range(tours.count[r]):
                    tours.home[tours.sequence[r, k], day] = -1
            for z in range(counts[0]):
                r = changed[z]
                day = terms.slot[r, DAY]
                _copy_tour(r, backup, tours, terms.limit[r, WINDOWED] > 0.0)
                for k in range(tours.count[r]):
                    tours.home[tours.sequence[r, k], day] = r
            for j in range(moved_count - 1, -1, -1):
                visit = moved[j]
                if before[visit] == BANKED_BEFORE:
                    _bank(visit, tours)
                else:
                    _unbank(visit, tours)
        for z in range(counts[0]):
            touched[changed[z]] = False
        for j in range(moved_count):
            before[moved[j]] = 0
