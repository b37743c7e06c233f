"""
Breaks of a tour, exactly: what they cost, and whether they fit, by the same rules as the exact times at the end.

The meal break lies at the depot, before leaving or after returning, or at a stand on the way: before or after a call.
Without windows nobody waits, so a tour is told by sums. A break at a stand on the way fits just if the part before it
is at most `MEAL_BEFORE` long and the part after it at most `MEAL_AFTER`: leaving as late as possible, the bus reaches
the stand neither before the earliest meal nor after the latest. As stands are in order, the last that is early enough
and the first that is late enough (`Tours.meal`) also tell in constant time whether a tour has one with a new call.

Driver's breaks are counted from the depot to each stand and from it to the depot, each as seldom as the longest stretch
of driving allows; a meal that is long enough ends a stretch, too. Where that does not decide, because there are windows
or because the meal is one part of a break, the clocks of every leaving are run (`sweep_tour`, as
`bibliobus.solve.times.sweep` does for the exact times).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bibliobus.solve.periodic.arrays import (
    CLOCK,
    DAY,
    DRIVEN,
    DWELL,
    END,
    FIRST_CLOCK,
    FIRST_DRIVEN,
    FIRST_PART,
    LAST_CLOCK,
    LAST_DRIVEN,
    MEAL,
    MEAL_AFTER,
    MEAL_BEFORE,
    MEAL_EARLIEST,
    MEAL_LAG,
    MEAL_LATEST,
    MEAL_OUTSIDE,
    MEAL_PARTS,
    MEAL_RESTS,
    NO_LIMIT,
    REST,
    SECOND_PART,
    SPAN,
    START,
    UNBROKEN,
    WORK_MOST,
)
from bibliobus.solve.periodic.compiled import EPSILON, INFINITE, compile_kernel, inline_kernel

if TYPE_CHECKING:
    from typing import Any

    from bibliobus.solve.periodic.arrays import Instance, Tours

RULES_FIRST: Final = 1000.0
"""A second by which rules are broken counts as so many of work where breaks are laid. By hand."""


@inline_kernel
def least_rest(drive: float, meal: float, limit: Any, r: int) -> float:
    """Seconds of paid breaks that so much driving needs at least, beside a meal break on the way if there is one."""
    if drive <= limit[r, UNBROKEN]:
        return 0.0
    breaks, rest = np.ceil(drive / limit[r, UNBROKEN]) - 1.0, 0.0
    short = min(limit[r, REST], limit[r, FIRST_PART] + limit[r, SECOND_PART])
    if meal > 0.0 and limit[r, MEAL_RESTS] > 0.0:
        breaks -= 1.0
    elif meal > 0.0 and limit[r, MEAL_PARTS] > 0.0:
        breaks -= 1.0
        rest = min(short, limit[r, FIRST_PART], limit[r, SECOND_PART])
    return float(rest + breaks * short)


@inline_kernel
def miss_parts(before: float, after: float, limit: Any, r: int) -> float:
    """By how many seconds the parts before and after a meal break on the way are too long, each and together."""
    too_long = max(0.0, before - limit[r, MEAL_BEFORE]) + max(0.0, after - limit[r, MEAL_AFTER])
    return float(too_long + max(0.0, before + after + limit[r, MEAL] - limit[r, SPAN]))


@inline_kernel
def miss_outside(work: float, limit: Any, r: int) -> float:
    """By how many seconds a tour without a meal on the way is too long for its shift, and for a meal at the depot."""
    return float(max(0.0, work - limit[r, MEAL_OUTSIDE]) + max(0.0, work - limit[r, SPAN]))


@inline_kernel
def miss_at_new_call(
    r: int,
    k: int,
    there: float,
    driven_there: float,
    dwell: float,
    busy: float,
    drive: float,
    limit: Any,
    reach: Any,
    meal: Any,
    length: int,
    leg: float,
) -> float:
    """
    By how many seconds the parts beside a meal on the way are too long with a new call as the k-th; 0 if one fits.

    `busy` and `drive` are those of the tour with the call, `there` and `driven_there` the leg to it. Looks at the best
    stand before it and behind it, and at the call itself; driving is too long where both parts are.
    """
    unbroken = limit[r, UNBROKEN]
    clock, driven = reach[r, k, CLOCK] - leg, reach[r, k - 1, DRIVEN] if k > 0 else 0.0
    more, further = busy - reach[r, length, CLOCK], drive - reach[r, length, DRIVEN]
    before, behind = clock, driven
    if meal[r, LAST_CLOCK] < clock:
        before, behind = meal[r, LAST_CLOCK], meal[r, LAST_DRIVEN]
    missed = miss_parts(before, busy - before, limit, r) + max(0.0, drive - behind - unbroken)
    if missed > 0.0:
        clock, driven = clock + there, driven + driven_there
        stretch = max(0.0, driven - unbroken) + max(0.0, drive - driven - unbroken)
        missed = min(missed, miss_parts(clock, busy - clock, limit, r) + stretch)
        missed = min(missed, miss_parts(clock + dwell, busy - clock - dwell, limit, r) + stretch)
    if missed > 0.0:
        before, behind = reach[r, k, CLOCK], reach[r, k, DRIVEN]
        if meal[r, FIRST_CLOCK] > before:
            before, behind = meal[r, FIRST_CLOCK], meal[r, FIRST_DRIVEN]
        before, behind = before + more, behind + further
        missed = min(missed, miss_parts(before, busy - before, limit, r) + max(0.0, behind - unbroken))
    return float(missed)


@inline_kernel
def lay_meal(r: int, busy: float, drive: float, visits: Any, limit: Any, tours: Tours) -> float:
    """Note between which stands a meal on the way may lie; gives by how many seconds it misses the best of them."""
    meal, reach, unbroken = tours.meal, tours.reach, limit[r, UNBROKEN]
    for j in range(4):
        meal[r, j] = 0.0
    meal[r, FIRST_CLOCK], meal[r, FIRST_DRIVEN] = busy, drive
    missed, is_found = INFINITE, False
    for k in range(tours.calls[r]):
        clock, driven = reach[r, k, CLOCK], reach[r, k, DRIVEN]
        for _ in range(2):
            if clock <= limit[r, MEAL_BEFORE] and driven <= unbroken:
                meal[r, LAST_CLOCK], meal[r, LAST_DRIVEN] = clock, driven
            if not is_found and busy - clock <= limit[r, MEAL_AFTER] and drive - driven <= unbroken:
                meal[r, FIRST_CLOCK], meal[r, FIRST_DRIVEN] = clock, driven
                is_found = True
            missed = min(missed, miss_parts(clock, busy - clock, limit, r))
            clock += visits[tours.sequence[r, k], DWELL]
    return float(missed)


@inline_kernel
def lay_rests(r: int, busy: float, visits: Any, limit: Any, tours: Tours) -> tuple[float, float]:
    """
    Lay the breaks of a tour without windows that is driven longer than without a break.

    Gives by how many seconds rules are broken other than that of the longest work, and the seconds of paid breaks.
    """
    reach, breaks, unbroken, rest = tours.reach, tours.breaks, limit[r, UNBROKEN], limit[r, REST]
    length = tours.calls[r]
    # Breaks behind each call, laid backwards from the return; a leg that is too long stays so.
    too_far, count, stretch = 0.0, 0.0, reach[r, length, DRIVEN]
    for k in range(length - 1, -1, -1):
        too_far += max(0.0, reach[r, k + 1, DRIVEN] - reach[r, k, DRIVEN] - unbroken)
        if stretch - reach[r, k, DRIVEN] > unbroken and k + 1 < length:
            count += 1.0
            stretch = reach[r, k + 1, DRIVEN]
        breaks[k] = count
    too_far += max(0.0, reach[r, 0, DRIVEN] - unbroken)
    count, stretch, before = 0.0, 0.0, 0.0
    missed, rested, least = INFINITE, 0.0, INFINITE
    for k in range(length):
        if reach[r, k, DRIVEN] - stretch > unbroken and k > 0:
            count += 1.0
            stretch = reach[r, k - 1, DRIVEN]
        if limit[r, MEAL_RESTS] > 0.0:
            before, paid = reach[r, k, CLOCK] + count * rest, (count + breaks[k]) * rest
            for _ in range(2):
                broken = miss_parts(before, busy + paid - before, limit, r)
                broken += max(0.0, busy + paid - limit[r, WORK_MOST])
                if broken * RULES_FIRST + paid < least:
                    missed, rested, least = broken, paid, broken * RULES_FIRST + paid
                before += visits[tours.sequence[r, k], DWELL]
    if reach[r, length, DRIVEN] - stretch > unbroken:
        count += 1.0
    broken = miss_outside(busy + count * rest, limit, r) + max(0.0, busy + count * rest - limit[r, WORK_MOST])
    if broken * RULES_FIRST + count * rest < least:
        missed, rested = broken, count * rest
    # What is worked too long is counted for all tours alike.
    return missed + too_far - max(0.0, busy + rested - limit[r, WORK_MOST]), rested


@compile_kernel
def sweep_tour(r: int, is_limited: bool, least: float, instance: Instance, tours: Tours) -> float:
    """
    Least work of a tour under all rules of time, of all leavings on the grid; infinite if none keeps them.

    No tour has less than `least`: with that the sweep ends. `is_limited` tells whether the driver needs breaks.
    """
    limit, grid = instance.limit, float(instance.grid[0])
    best = INFINITE
    leave = limit[r, END] - np.ceil(least / grid) * grid
    while leave >= limit[r, START]:
        _run_clocks(r, leave, is_limited, instance, tours)
        back = _first_clock(0, tours)
        outside = limit[r, MEAL] == 0.0 or leave >= limit[r, MEAL_EARLIEST] + limit[r, MEAL]
        if outside or back <= min(limit[r, MEAL_LATEST], leave + limit[r, MEAL_LAG]):
            best = min(best, back - leave if back <= limit[r, END] else INFINITE)
        back = _first_clock(1, tours)
        if back <= limit[r, END]:
            best = min(best, back - leave - limit[r, MEAL])
        if best <= least + EPSILON:
            break
        leave -= grid
    return float(best if best <= limit[r, WORK_MOST] else INFINITE)


@inline_kernel
def _run_clocks(r: int, leave: float, is_limited: bool, instance: Instance, tours: Tours) -> None:
    """Run the earliest clocks of one leaving, by meal taken, start of the stretch of driving, first part taken."""
    clocks, length, limit = tours.clocks, tours.calls[r], instance.limit
    stretches = length + 1 if is_limited else 1
    for meal in range(2):
        for s in range(stretches):
            clocks[meal, s, 0] = NO_LIMIT
            clocks[meal, s, 1] = NO_LIMIT
    clocks[0, 0, 0] = leave
    for k in range(length):
        reached = min(stretches, k + 1)
        _drive_clocks(r, k, reached, is_limited, limit, tours)
        _stand_clocks(r, k + 1, leave, is_limited, limit, tours)
        _serve_clocks(r, k, min(stretches, k + 2), is_limited, instance, tours)
        _stand_clocks(r, k + 1, leave, is_limited, limit, tours)
    _drive_clocks(r, length, stretches, is_limited, limit, tours)
    for meal in range(2):
        for s in range(1, stretches):
            clocks[meal, 0, 0] = min(clocks[meal, 0, 0], clocks[meal, s, 0])
            clocks[meal, 0, 1] = min(clocks[meal, 0, 1], clocks[meal, s, 1])


@inline_kernel
def _first_clock(meal: int, tours: Tours) -> float:
    """Earliest return that the clocks tell."""
    return float(min(tours.clocks[meal, 0, 0], tours.clocks[meal, 0, 1]))


@inline_kernel
def _drive_clocks(r: int, k: int, stretches: int, is_limited: bool, limit: Any, tours: Tours) -> None:
    """Drive a leg; a stretch that grows too long has no clock any more."""
    clocks, reach, leg = tours.clocks, tours.reach, tours.leg[r, k, 1]
    for s in range(stretches):
        since = reach[r, s - 1, DRIVEN] if s > 0 else 0.0
        too_long = is_limited and reach[r, k, DRIVEN] - since > limit[r, UNBROKEN]
        for meal in range(2):
            for part in range(2):
                clocks[meal, s, part] = NO_LIMIT if too_long else clocks[meal, s, part] + leg


@inline_kernel
def _serve_clocks(r: int, k: int, stretches: int, is_limited: bool, instance: Instance, tours: Tours) -> None:
    """Stay at a call, in whichever window comes first."""
    clocks, window = tours.clocks, instance.window
    visit, day = tours.sequence[r, k], instance.vehicle_day[r, DAY]
    dwell, parts = instance.visit[visit, DWELL], 2 if is_limited else 1
    for meal in range(2):
        for s in range(stretches):
            for part in range(parts):
                clock, opening = clocks[meal, s, part], NO_LIMIT
                if clock < NO_LIMIT:
                    for w in range(instance.windows[visit, day]):
                        if clock <= window[visit, day, w, 1]:
                            opening = max(clock, window[visit, day, w, 0])
                            break
                clocks[meal, s, part] = min(NO_LIMIT, opening + dwell)


@inline_kernel
def _stand_clocks(r: int, stop: int, leave: float, is_limited: bool, limit: Any, tours: Tours) -> None:
    """Take any breaks at a stand: for the driver, the meal, for the driver again."""
    clocks, meal = tours.clocks, limit[r, MEAL]
    latest = min(limit[r, MEAL_LATEST], leave + limit[r, MEAL_LAG])
    if not is_limited:
        if meal > 0.0:
            begin = max(clocks[0, 0, 0], limit[r, MEAL_EARLIEST])
            if begin <= latest:
                clocks[1, 0, 0] = min(clocks[1, 0, 0], begin + meal)
        return
    _rest_clocks(r, stop, limit, tours)
    if meal == 0.0:
        return
    can_split, parts = limit[r, FIRST_PART] < NO_LIMIT, int(limit[r, MEAL_PARTS])
    for s in range(stop + 1):
        for part in range(2):
            begin = max(clocks[0, s, part], limit[r, MEAL_EARLIEST])
            if begin > latest:
                continue
            fed = begin + meal
            if limit[r, MEAL_RESTS] > 0.0:
                clocks[1, stop, 0] = min(clocks[1, stop, 0], fed)
            elif part == 1:
                if can_split and parts >= 2:
                    clocks[1, stop, 0] = min(clocks[1, stop, 0], fed)
                clocks[1, s, 1] = min(clocks[1, s, 1], fed)
            else:
                after = 1 if can_split and parts % 2 == 1 else 0
                clocks[1, s, after] = min(clocks[1, s, after], fed)
    _rest_clocks(r, stop, limit, tours)


@inline_kernel
def _rest_clocks(r: int, stop: int, limit: Any, tours: Tours) -> None:
    """Take a whole break for the driver, a first part, a second part, or none."""
    clocks, first, second = tours.clocks, limit[r, FIRST_PART], limit[r, SECOND_PART]
    for meal in range(2):
        fresh = NO_LIMIT
        for s in range(stop + 1):
            fresh = min(fresh, clocks[meal, s, 0] + limit[r, REST], clocks[meal, s, 1] + limit[r, REST])
            if first < NO_LIMIT:
                clocks[meal, s, 1] = min(clocks[meal, s, 1], clocks[meal, s, 0] + first)
                fresh = min(fresh, clocks[meal, s, 1] + second)
        if first < NO_LIMIT:
            clocks[meal, stop, 1] = min(clocks[meal, stop, 1], fresh + first)
        clocks[meal, stop, 0] = min(clocks[meal, stop, 0], fresh)
