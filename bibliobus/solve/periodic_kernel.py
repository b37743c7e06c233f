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
    PAUSE,
    PER_BUS_DAY,
    PER_OVERTIME,
    PER_SECOND,
    PER_SQUARE,
    PICKED,
    PRICE,
    PROFILE,
    REGULAR,
    REQUIRED,
    REST,
    REWARD,
    SIZE,
    SPAN,
    START,
    TAKEN,
    TIMED,
    TRIED,
    UNBROKEN,
    VALUES,
    WAIT,
    WATCHED,
    WINDOWED,
    WORK,
    WORK_MOST,
    Room,
    Terms,
    Tours,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Kernel = TypeVar("Kernel", bound=Callable[..., Any])
    Piece = tuple[float, float, float, float]

# numba keeps the machine code until this file changes: who renumbers a column in periodic_arrays.py must touch it, too.
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
FLAGS: Final[Mapping[str, Any]] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}


def compile_kernel(function: Kernel) -> Kernel:
    """
    Compile a function when it is first called, and keep the machine code in numba's cache.

    Parameters
    ----------
    function
        Function of arrays and numbers that makes no arrays of its own.

    Returns
    -------
    callable
        The same function, compiled; the function itself where ``NUMBA_DISABLE_JIT`` is set.

    Notes
    -----
    ``_nrt=False`` leaves out the counting of references to arrays, which took half of the time here.
    """
    return cast("Kernel", numba.njit(**FLAGS)(function))


def inline_kernel(function: Kernel) -> Kernel:
    """
    Compile a small function into those that call it.

    Parameters
    ----------
    function
        Function of arrays and numbers that makes no arrays of its own.

    Returns
    -------
    callable
        The same function, compiled; the function itself where ``NUMBA_DISABLE_JIT`` is set.
    """
    return cast("Kernel", numba.njit(**FLAGS, forceinline=True)(function))


@inline_kernel
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


@inline_kernel
def _merge(a: Piece, leg: float, b: Piece) -> Piece:
    """
    Join two pieces of a tour with a leg between them.

    A piece is its duration, the time warp in it, and the earliest and latest start at which both are
    least (Vidal et al. 2013).
    """
    delta = a[0] - a[1] + leg
    wait = max(b[2] - delta - a[3], 0.0)
    warp = max(a[2] + delta - b[3], 0.0)
    return (
        a[0] + b[0] + leg + wait,
        a[1] + b[1] + warp,
        max(b[2] - delta, a[2]) - wait,
        min(b[3] - delta, a[3]) + warp,
    )


@inline_kernel
def _read_piece(pieces: Any, r: int, k: int) -> Piece:
    """Piece of a tour that was kept."""
    return (pieces[r, k, 0], pieces[r, k, 1], pieces[r, k, 2], pieces[r, k, 3])


@inline_kernel
def _keep_piece(pieces: Any, r: int, k: int, piece: Piece) -> None:
    """Keep a piece of a tour."""
    pieces[r, k, 0] = piece[0]
    pieces[r, k, 1] = piece[1]
    pieces[r, k, 2] = piece[2]
    pieces[r, k, 3] = piece[3]


@inline_kernel
def _rest(work: float, drive: float, limit: Any, r: int) -> float:
    """Seconds of breaks that a tour without windows needs on the way."""
    meal = limit[r, PAUSE] if work > limit[r, MEAL_OUTSIDE] else 0.0
    if drive <= limit[r, UNBROKEN]:
        return float(meal)
    breaks = np.ceil(drive / limit[r, UNBROKEN]) - 1.0
    if limit[r, PAUSE] >= limit[r, REST] and limit[r, PAUSE] > 0.0:
        meal = limit[r, PAUSE]
        breaks -= 1.0
    return float(meal + breaks * limit[r, REST])


@inline_kernel
def _overtime(work: float, regular: float, money: Any) -> float:
    """Price of overtime and of the balance of the days."""
    return float(money[PER_OVERTIME] * max(0.0, work - regular) + money[PER_SQUARE] * work * work)


@compile_kernel
def _misplaced(sequence: Any, r: int, length: int, position: Any, visit: int, at: int) -> float:
    """Calls of a tour that are not at their locked place, with a visit put in at a place (-1: as it is)."""
    wrong = 0.0
    total = length if at < 0 else length + 1
    for k in range(total):
        other = sequence[r, k] if at < 0 or k < at else (visit if k == at else sequence[r, k - 1])
        wanted = position[other]
        if wanted != 0 and k != (wanted - 1 if wanted > 0 else total + wanted):
            wrong += 1.0
    return wrong


@inline_kernel
def _needs_meal(piece: Piece, limit: Any, r: int) -> bool:
    """Whether a tour neither returns before nor leaves after its meal break."""
    done = piece[2] + piece[0] - piece[1]
    late, soon = done > limit[r, MEAL_LATE], piece[3] < limit[r, MEAL_EARLY] + limit[r, PAUSE]
    return bool(limit[r, PAUSE] > 0.0 and late and soon)


@compile_kernel
def _lay_windows(r: int, visits: Any, slots: Any, limit: Any, window: Any, tours: Tours) -> None:
    """Find the pieces of a tour from the start and to the end, with the meal break where it fits best."""
    length = tours.calls[r]
    before, after, sequence, spans, gap = tours.before, tours.after, tours.sequence, tours.span, tours.gap
    day = slots[r, DAY]
    depot = (0.0, 0.0, limit[r, START], limit[r, END])
    meal = (limit[r, PAUSE], 0.0, limit[r, MEAL_EARLY], limit[r, MEAL_LATE])
    tours.pause_at[r] = 0
    piece = depot
    _keep_piece(before, r, 0, piece)
    for k in range(length):
        visit, span = sequence[r, k], spans[r, k]
        call = (visits[visit, DWELL], 0.0, window[visit, day, span, 0], window[visit, day, span, 1])
        piece = _merge(piece, gap[r, k, 1], call)
        _keep_piece(before, r, k + 1, piece)
    place = 0
    if length > 0 and _needs_meal(_merge(piece, gap[r, length, 1], depot), limit, r):
        # The pieces to the end, without the break, are kept only to look for its place.
        piece = depot
        _keep_piece(after, r, length + 1, piece)
        least = INFINITE
        for k in range(length, 0, -1):
            visit, span = sequence[r, k - 1], spans[r, k - 1]
            paused = _merge(_merge(_read_piece(before, r, k), 0.0, meal), gap[r, k, 1], piece)
            if paused[1] * 1000.0 + paused[0] < least:
                least, place = paused[1] * 1000.0 + paused[0], k
            call = (visits[visit, DWELL], 0.0, window[visit, day, span, 0], window[visit, day, span, 1])
            piece = _merge(call, gap[r, k, 1], piece)
        tours.pause_at[r] = place
        piece = _merge(_read_piece(before, r, place), 0.0, meal)
        _keep_piece(before, r, place, piece)
        for k in range(place, length):
            visit, span = sequence[r, k], spans[r, k]
            call = (visits[visit, DWELL], 0.0, window[visit, day, span, 0], window[visit, day, span, 1])
            piece = _merge(piece, gap[r, k, 1], call)
            _keep_piece(before, r, k + 1, piece)
    piece = depot
    _keep_piece(after, r, length + 1, piece)
    for k in range(length, 0, -1):
        visit, span = sequence[r, k - 1], spans[r, k - 1]
        call = (visits[visit, DWELL], 0.0, window[visit, day, span, 0], window[visit, day, span, 1])
        if k == place:
            call = _merge(call, 0.0, meal)
        piece = _merge(call, gap[r, k, 1], piece)
        _keep_piece(after, r, k, piece)


@compile_kernel
def settle_tour(r: int, terms: Terms, tours: Tours) -> None:
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
    """
    length = tours.calls[r]
    value, limit, visits, slots = tours.value, terms.limit, terms.visit, terms.slot
    sequence, gap, fits, position = tours.sequence, tours.gap, terms.fits, terms.position
    for k in range(VALUES):
        value[r, k] = 0.0
    windowed = limit[r, WINDOWED] > 0.0
    if windowed:
        _lay_windows(r, visits, slots, limit, terms.window, tours)
    if length == 0:
        return
    price, legs, dwell, load = 0.0, 0.0, 0.0, 0.0
    locked, timed = False, False
    for k in range(length):
        visit = sequence[r, k]
        price += gap[r, k, 0]
        legs += gap[r, k, 1]
        dwell += visits[visit, DWELL]
        load += visits[visit, LOAD]
        if position[visit] != 0:
            locked = True
        if windowed and fits[visit, r] == 2:
            timed = True
    price += gap[r, length, 0]
    legs += gap[r, length, 1]
    drive = 0.0
    if limit[r, WATCHED] > 1.0:
        drives, profile, depot = terms.drive, slots[r, PROFILE], slots[r, DEPOT]
        here = depot
        for k in range(length):
            drive += drives[profile, here, sequence[r, k]]
            here = sequence[r, k]
        drive += drives[profile, here, depot]
    work, warp = legs + dwell, 0.0
    if limit[r, WATCHED] > 0.0:
        if timed:
            pause = limit[r, PAUSE] if tours.pause_at[r] > 0 else 0.0
            whole = _merge(
                _read_piece(tours.before, r, length), gap[r, length, 1], _read_piece(tours.after, r, length + 1)
            )
            work = whole[0] - pause
            warp = whole[1] + max(0.0, work + max(pause, _rest(work, drive, limit, r)) - limit[r, SPAN])
        else:
            warp = max(0.0, work + _rest(work, drive, limit, r) - limit[r, SPAN])
        value[r, OVER_TIME] = warp + max(0.0, work - limit[r, WORK_MOST]) + max(0.0, drive - limit[r, DRIVE_MOST])
    value[r, LEGS] = legs
    value[r, WAIT] = work - legs - dwell
    value[r, WORK] = work
    value[r, DRIVE] = drive
    value[r, TAKEN] = load
    value[r, TIMED] = 1.0 if timed else 0.0
    value[r, PRICE] = price + terms.money[PER_SECOND] * (work - legs) + terms.money[PER_BUS_DAY]
    value[r, PRICE] += _overtime(work, limit[r, REGULAR], terms.money)
    value[r, OVER_LOAD] = max(0.0, load - limit[r, CAPACITY])
    value[r, OVER_CALLS] = max(0.0, length - limit[r, CALLS_MOST])
    if locked:
        value[r, PICKED] = 1.0
        value[r, OVER_CALLS] += _misplaced(sequence, r, length, position, -1, -1)


@inline_kernel
def _scan_day(
    visit: int,
    day: int,
    alone: bool,
    hard: bool,
    blink: float,
    visits: Any,
    position: Any,
    slots: Any,
    limit: Any,
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
    value: Any,
    count: Any,
    gap: Any,
    weight: Any,
    sequence: Any,
    before: Any,
    after: Any,
    pause_at: Any,
    rng: Any,
    cost: Any,
    place: Any,
) -> None:
    """
    Find the cheapest place for a visit on one day, over all buses or, if `alone`, for each of them.

    `cost` has one entry a day (or one a day and bus): what the visit adds, broken rules included; `place` holds
    the tour, the position in it, and the window.
    """
    for b in range(cost.shape[1]):
        cost[day, b] = INFINITE
        place[day, b, 0] = -1
    empty = -1
    dwell, load = visits[visit, DWELL], visits[visit, LOAD]
    room = sequence.shape[1] - 2
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
        best = cost[day, b]
        over = max(0.0, value[r, TAKEN] + load - limit[r, CAPACITY]) - value[r, OVER_LOAD]
        if over > 0.0:
            if hard:
                continue
            fixed += weight[0] * over
        if length + 1 > limit[r, CALLS_MOST]:
            if hard:
                continue
            fixed += weight[2]
        fixed += money[PER_SECOND] * (dwell - value[r, WAIT])
        if fixed >= best:
            continue
        watched = limit[r, WATCHED] > 0.0
        driven = limit[r, WATCHED] > 1.0
        timed = limit[r, WINDOWED] > 0.0 and (kind == 2 or value[r, TIMED] > 0.0)
        picky = position[visit] != 0 or value[r, PICKED] > 0.0
        profile, depot = slots[r, PROFILE], slots[r, DEPOT]
        following = depot
        regular, span, work_most = limit[r, REGULAR], limit[r, SPAN], limit[r, WORK_MOST]
        work_now, over_now, drive_now = value[r, WORK], value[r, OVER_TIME], value[r, DRIVE]
        base = _overtime(work_now, regular, money) if watched else 0.0
        found = -1
        chosen = 0
        for k in range(length + 1):
            here = following
            following = sequence[r, k] if k < length else depot
            total = fixed + price_to[profile, visit, here] + price[profile, visit, following] - gap[r, k, 0]
            if total >= best:
                continue
            pick = 0
            if watched:
                there, onward = leg_to[profile, visit, here], leg[profile, visit, following]
                more = there + onward - gap[r, k, 1]
                drive_then = drive_now
                if driven:
                    drive_then += drive[profile, here, visit] + drive[profile, visit, following]
                    drive_then -= drive[profile, here, following] if length > 0 else 0.0
                too_far = max(0.0, drive_then - limit[r, DRIVE_MOST]) - over_now
                if timed:
                    cheapest, worse = INFINITE, 0.0
                    for s in range(windows[visit, day]):
                        piece = (dwell, 0.0, window[visit, day, s, 0], window[visit, day, s, 1])
                        piece = _merge(_read_piece(before, r, k), there, piece)
                        piece = _merge(piece, onward, _read_piece(after, r, k + 1))
                        pause = limit[r, PAUSE] if pause_at[r] > 0 else 0.0
                        work = piece[0] - pause
                        needed = pause
                        if pause == 0.0 and _needs_meal(piece, limit, r):
                            needed = limit[r, PAUSE]
                        rest = max(needed, _rest(work, drive_then, limit, r))
                        extra = piece[1] + max(0.0, work + rest - span) + max(0.0, work - work_most) + too_far
                        added = money[PER_SECOND] * (work - work_now - more - dwell + value[r, WAIT])
                        added += _overtime(work, regular, money) - base + weight[1] * extra
                        if added < cheapest:
                            cheapest, pick, worse = added, s, extra
                    if hard and worse > EPSILON:
                        continue
                    total += cheapest
                else:
                    work = work_now + more + dwell
                    extra = max(0.0, work + _rest(work, drive_then, limit, r) - span)
                    extra += max(0.0, work - work_most) + too_far
                    if hard and extra > EPSILON:
                        continue
                    total += _overtime(work, regular, money) - base + weight[1] * extra
                if total >= best:
                    continue
            if picky:
                wrong = _misplaced(sequence, r, length, position, visit, k)
                wrong -= value[r, OVER_CALLS] - max(0.0, length - limit[r, CALLS_MOST])
                if hard and wrong > 0.0:
                    continue
                total += weight[2] * wrong
                if total >= best:
                    continue
            if blink > 0.0 and draw(rng) < blink:
                continue
            best, found, chosen = total, k, pick
        if found >= 0:
            cost[day, b] = best
            place[day, b, 0] = r
            place[day, b, 1] = found
            place[day, b, 2] = chosen


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
    length = tours.calls[r]
    sequence, gap, spans, price, leg = tours.sequence, tours.gap, tours.span, terms.price, terms.leg
    profile, depot = terms.slot[r, PROFILE], terms.slot[r, DEPOT]
    before = sequence[r, k - 1] if k > 0 else depot
    following = sequence[r, k] if k < length else depot
    for j in range(length, k, -1):
        sequence[r, j] = sequence[r, j - 1]
        spans[r, j] = spans[r, j - 1]
        gap[r, j + 1, 0] = gap[r, j, 0]
        gap[r, j + 1, 1] = gap[r, j, 1]
    sequence[r, k] = visit
    spans[r, k] = span
    gap[r, k, 0] = price[profile, before, visit]
    gap[r, k, 1] = leg[profile, before, visit]
    gap[r, k + 1, 0] = price[profile, visit, following]
    gap[r, k + 1, 1] = leg[profile, visit, following]
    tours.calls[r] = length + 1
    tours.home[visit, terms.slot[r, DAY]] = r


@compile_kernel
def _remove_call(visit: int, r: int, terms: Terms, tours: Tours) -> None:
    """Take a call out of a tour; its figures are not worked out anew."""
    length = tours.calls[r]
    sequence, gap, spans = tours.sequence, tours.gap, tours.span
    profile, depot = terms.slot[r, PROFILE], terms.slot[r, DEPOT]
    k = 0
    while sequence[r, k] != visit:
        k += 1
    before = sequence[r, k - 1] if k > 0 else depot
    following = sequence[r, k + 1] if k + 1 < length else depot
    for j in range(k, length - 1):
        sequence[r, j] = sequence[r, j + 1]
        spans[r, j] = spans[r, j + 1]
        gap[r, j + 1, 0] = gap[r, j + 2, 0]
        gap[r, j + 1, 1] = gap[r, j + 2, 1]
    gap[r, k, 0] = terms.price[profile, before, following] if length > 1 else 0.0
    gap[r, k, 1] = terms.leg[profile, before, following] if length > 1 else 0.0
    tours.calls[r] = length - 1
    tours.home[visit, terms.slot[r, DAY]] = -1


@compile_kernel
def _copy_tour(r: int, source: Tours, target: Tours, windowed: bool) -> None:
    """Copy one tour with its figures."""
    length = source.calls[r]
    target.calls[r] = length
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


@inline_kernel
def _bank(visit: int, tours: Tours) -> None:
    """Note that a visit is not served."""
    if tours.bank_at[visit] < 0:
        size = int(tours.score[BANKED])
        tours.bank[size] = visit
        tours.bank_at[visit] = size
        tours.score[BANKED] = size + 1


@inline_kernel
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


@inline_kernel
def _cost_of(r: int, tours: Tours) -> float:
    """Price of a tour with what its broken rules cost."""
    value, weight = tours.value, tours.weight
    broken = weight[0] * value[r, OVER_LOAD] + weight[1] * value[r, OVER_TIME] + weight[2] * value[r, OVER_CALLS]
    return float(value[r, PRICE] + broken)


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
    for r in range(tours.calls.shape[0]):
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
    for r in range(tours.calls.shape[0]):
        length = tours.calls[r]
        best.calls[r] = length
        for k in range(length):
            best.sequence[r, k] = tours.sequence[r, k]
            best.span[r, k] = tours.span[r, k]
    best.score[BANKED] = tours.score[BANKED]


@compile_kernel
def _sort(key: Any, order: Any, count: int) -> None:
    """Rank the first keys, the least first; equal ones stay as they are (there are few: by insertion)."""
    for k in range(count):
        j = k
        while j > 0 and key[order[j - 1]] > key[k]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = k


@compile_kernel
def search(
    terms: Terms,
    tours: Tours,
    backup: Tours,
    best: Tours,
    room: Room,
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
    room
        Room for what one step needs.
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
    rows = tours.calls.shape[0]
    days = terms.day_first.shape[0] - 1
    alone = terms.alone[0] > 0
    buses = terms.bus_count[0] if alone else 1
    touched, changed, counts, gone, mode, key = room.touched, room.changed, room.counts, room.gone, room.mode, room.key
    order, is_gone, before, moved = room.order, room.is_gone, room.before, room.moved
    cost, place, scanned = room.cost, room.place, room.scanned
    weight, score, rng, value, count = tours.weight, tours.score, tours.rng, tours.value, tours.calls
    sequence, gap, home, bank, bank_at = tours.sequence, tours.gap, tours.home, tours.bank, tours.bank_at
    pieces_before, pieces_after, pause_at, kept_rules = tours.before, tours.after, tours.pause_at, tours.kept
    kept_value = backup.value
    visit_terms, position, slots, limits, fits = terms.visit, terms.position, terms.slot, terms.limit, terms.fits
    day_first, price, price_to, leg, leg_to = terms.day_first, terms.price, terms.price_to, terms.leg, terms.leg_to
    drive, window, windows, money, near = terms.drive, terms.window, terms.windows, terms.money, terms.near
    pattern, patterns, repeat_count, luck = terms.pattern, terms.patterns, terms.repeats, terms.luck
    for step in range(steps):
        gone_count = 0
        counts[0] = 0
        moved_count = 0
        bank_before = int(score[BANKED])
        if fill and step == 0:
            for k in range(bank_before):
                gone[gone_count] = bank[k]
                mode[gone_count] = -1
                gone_count += 1
        else:
            # Ruin: strings of calls near a first visit.
            used, calls = 0, 0
            for r in range(rows):
                if count[r] > 0:
                    used += 1
                    calls += count[r]
            longest = min(float(string_most), calls / max(used, 1))
            strings = int(draw(rng) * (4.0 * removed / (1.0 + longest) - 1.0) + 1.0)
            first = int(draw(rng) * visits)
            one_day = draw(rng) < SAME_DAY
            entire = draw(rng) < whole
            chosen_day = -1
            if one_day:
                start = int(draw(rng) * days)
                for k in range(days):
                    if home[first, (start + k) % days] >= 0:
                        chosen_day = (start + k) % days
                        break
                if chosen_day < 0 and patterns[first] > 0:
                    chosen_day = pattern[first, int(draw(rng) * patterns[first]), 0]
            ruined = 0
            for a in range(near.shape[1]):
                if ruined >= strings:
                    break
                centre = near[first, a]
                if is_gone[centre] or bank_at[centre] >= 0:
                    continue
                day = -1
                if chosen_day >= 0:
                    day = chosen_day
                else:
                    start = int(draw(rng) * days)
                    for k in range(days):
                        if home[centre, (start + k) % days] >= 0:
                            day = (start + k) % days
                            break
                if day < 0:
                    continue
                r = home[centre, day]
                if r < 0 or touched[r]:
                    continue
                length = count[r]
                size = min(length, int(draw(rng) * min(float(length), longest) + 1.0))
                at = 0
                while sequence[r, at] != centre:
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
                    gone[gone_count] = sequence[r, begin + j]
                    gone_count += 1
                for z in range(string_from, gone_count):
                    visit = gone[z]
                    is_gone[visit] = True
                    if entire and (patterns[visit] > 1 or alone):
                        mode[z] = -1
                        for other in range(days):
                            slot = home[visit, other]
                            if slot >= 0:
                                _touch(slot, terms, tours, backup, touched, changed, counts)
                                _remove_call(visit, slot, terms, tours)
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
                settle_tour(changed[z], terms, tours)
            # Some of the unserved try again: those near the first visit, and any one.
            if bank_before > 0:
                tried = 0
                for a in range(min(NEAR_SEARCHED, near.shape[1])):
                    if tried >= BANK_TRIED:
                        break
                    visit = near[first, a]
                    if bank_at[visit] >= 0 and not is_gone[visit]:
                        gone[gone_count] = visit
                        mode[gone_count] = -1
                        is_gone[visit] = True
                        gone_count += 1
                        tried += 1
                visit = bank[int(draw(rng) * score[BANKED])]
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
                key[z] = -visit_terms[visit, REWARD] * (0.5 + draw(rng))
            elif way < 0.36:
                key[z] = draw(rng)
            elif way < 0.72:
                key[z] = -visit_terms[visit, SIZE] * (1.0 + 0.001 * draw(rng))
            elif way < 0.90:
                key[z] = -visit_terms[visit, FAR]
            else:
                key[z] = visit_terms[visit, FAR]
        _sort(key, order, gone_count)
        for zz in range(gone_count):
            z = order[zz]
            visit = gone[z]
            required = visit_terms[visit, REQUIRED] > 0.0
            if mode[z] >= 0 and bank_at[visit] >= 0:
                continue
            keep_bus = -1
            if mode[z] >= 0 and alone:
                for other in range(days):
                    slot = home[visit, other]
                    if slot >= 0:
                        keep_bus = slots[slot, BUS]
                        break
            for other in range(days):
                scanned[other] = False
            choices = patterns[visit] if mode[z] < 0 else 1
            least, chosen_pattern, chosen_bus = INFINITE, -1, 0
            for p in range(choices):
                if p > 0 and blink > 0.0 and draw(rng) < blink:
                    continue
                repeats = repeat_count[visit, p] if mode[z] < 0 else 1
                for y in range(repeats):
                    day = pattern[visit, p, y] if mode[z] < 0 else mode[z]
                    if scanned[day]:
                        continue
                    scanned[day] = True
                    _scan_day(
                        visit,
                        day,
                        alone,
                        not required,
                        blink,
                        visit_terms,
                        position,
                        slots,
                        limits,
                        fits,
                        day_first,
                        price,
                        price_to,
                        leg,
                        leg_to,
                        drive,
                        window,
                        windows,
                        money,
                        value,
                        count,
                        gap,
                        weight,
                        sequence,
                        pieces_before,
                        pieces_after,
                        pause_at,
                        rng,
                        cost,
                        place,
                    )
                for b in range(buses):
                    if keep_bus >= 0 and b != keep_bus:
                        continue
                    total = 0.0
                    for y in range(repeats):
                        day = pattern[visit, p, y] if mode[z] < 0 else mode[z]
                        total += cost[day, b]
                        if total >= least:
                            break
                    if total < least:
                        least, chosen_pattern, chosen_bus = total, p, b
            limit = visit_terms[visit, REWARD]
            if mode[z] >= 0:
                limit = INFINITE / 2.0
            drop = mode[z] >= 0
            if chosen_pattern >= 0 and least < limit:
                repeats = repeat_count[visit, chosen_pattern] if mode[z] < 0 else 1
                spoilt = False
                for y in range(repeats):
                    day = pattern[visit, chosen_pattern, y] if mode[z] < 0 else mode[z]
                    r = place[day, chosen_bus, 0]
                    _touch(r, terms, tours, backup, touched, changed, counts)
                    over_before = value[r, OVER_TIME]
                    insert_call(visit, r, place[day, chosen_bus, 1], place[day, chosen_bus, 2], terms, tours)
                    settle_tour(r, terms, tours)
                    if value[r, OVER_TIME] > over_before + EPSILON:
                        spoilt = True
                if bank_at[visit] >= 0:
                    if before[visit] == 0:
                        moved[moved_count] = visit
                        before[visit] = BANKED_BEFORE
                        moved_count += 1
                    _unbank(visit, tours)
                # The scan only guesses where a break falls: who turns out not to fit is taken out again.
                drop = spoilt and not required
            if drop:
                # A visit whose repeat finds no place goes with all the others.
                for other in range(days):
                    slot = home[visit, other]
                    if slot >= 0:
                        _touch(slot, terms, tours, backup, touched, changed, counts)
                        _remove_call(visit, slot, terms, tours)
                        settle_tour(slot, terms, tours)
                if before[visit] == 0:
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
            delta -= kept_value[r, PRICE] + weight[0] * kept_value[r, OVER_LOAD]
            delta -= weight[1] * kept_value[r, OVER_TIME] + weight[2] * kept_value[r, OVER_CALLS]
        for j in range(moved_count):
            visit = moved[j]
            banked = 1 if bank_at[visit] >= 0 else 0
            delta += visit_terms[visit, REWARD] * (banked - (1 if before[visit] == BANKED_BEFORE else 0))
        score[TRIED] += 1.0
        chance = luck[int(draw(rng) * luck.shape[0])]
        if score[NOW] + delta < score[NOW] + heat * chance or (fill and step == 0):
            score[NOW] += delta
            over_load, over_time, over_calls = False, False, False
            for r in range(rows):
                if value[r, OVER_LOAD] > EPSILON:
                    over_load = True
                if value[r, OVER_TIME] > EPSILON:
                    over_time = True
                if value[r, OVER_CALLS] > EPSILON:
                    over_calls = True
            if not (over_load or over_time or over_calls) and score[NOW] < score[BEST] - EPSILON:
                score[BEST] = score[NOW]
                _keep_best(tours, best)
            score[FEASIBLE] += 1.0
            kept_rules[0] += 0.0 if over_load else 1.0
            kept_rules[1] += 0.0 if over_time else 1.0
            kept_rules[2] += 0.0 if over_calls else 1.0
            if score[FEASIBLE] >= ACCEPTED_BETWEEN:
                for k in range(3):
                    share = kept_rules[k] / score[FEASIBLE]
                    if share < terms.aim[0]:
                        weight[k] = min(weight[k] * DEARER, terms.weight_most[k])
                    elif share > terms.aim[1]:
                        weight[k] = max(weight[k] * CHEAPER, terms.weight_least[k])
                    kept_rules[k] = 0.0
                score[FEASIBLE] = 0.0
                score[NOW] = total_cost(terms, tours)
        else:
            for z in range(counts[0]):
                r = changed[z]
                day = slots[r, DAY]
                for k in range(count[r]):
                    home[sequence[r, k], day] = -1
            for z in range(counts[0]):
                r = changed[z]
                day = slots[r, DAY]
                _copy_tour(r, backup, tours, limits[r, WINDOWED] > 0.0)
                for k in range(count[r]):
                    home[sequence[r, k], day] = r
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
