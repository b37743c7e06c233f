"""
Recreate: removed visits come back one after another, each at its cheapest places of its cheapest pattern.

For a visit, the scan finds the cheapest place on each day that one of its patterns needs, over all tours and positions
of that day, and adds up the days of each pattern. What a place costs is told in constant time: the detour, the rules
that are broken at their penalties, and the overtime. Tours where windows matter are asked by segments, others by their
sums, and whether a meal fits by the stands between which it may lie (`breaks`). Now and then a better place is passed
over (a *blink*), so that one insertion does not decide all that follow (Christiaens and Vanden Berghe 2020).

With windows, or with several breaks for the driver, the scan guesses. Who turns out not to fit when the tour is
measured tries the next best places, without the tours that did not do.

Visits that must be served may break rules at a price. Visits that may stay out are only put where they fit, and only if
that costs less than their reward.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bibliobus.solve.periodic.arrays import (
    BUS,
    CALLS_MOST,
    CAPACITY,
    DEPOT,
    DRIVE,
    DRIVE_MOST,
    DWELL,
    FAR,
    IN_WINDOW,
    KIND,
    LOAD,
    LOCKED,
    MEAL,
    MEAL_OUTSIDE,
    MEAL_RESTS,
    OVER_CALLS,
    OVER_LOAD,
    OVER_TIME,
    PER_BUS_DAY,
    PER_SECOND,
    POSITION,
    PROFILE,
    REGULAR,
    REMOVED,
    REQUIRED,
    REWARD,
    ROW,
    SIZE,
    SPAN,
    STAMP,
    TAKEN,
    TIMED,
    UNBROKEN,
    WAIT,
    WAS_ABSENT,
    WAS_SERVED,
    WATCHED,
    WINDOW,
    WINDOWED,
    WORK,
    WORK_MOST,
)
from bibliobus.solve.periodic.breaks import least_rest, miss_at_new_call, miss_outside
from bibliobus.solve.periodic.compiled import EPSILON, INFINITE, compile_kernel, draw, inline_kernel
from bibliobus.solve.periodic.penalties import count_misplaced, measure_tour, price_overtime
from bibliobus.solve.periodic.segments import (
    insert_call,
    mark_absent,
    mark_served,
    merge,
    needs_meal,
    note_switch,
    read_segment,
    remove_call,
    save_tour,
)

if TYPE_CHECKING:
    from typing import Any

    from bibliobus.solve.periodic.arrays import Instance, Notes, Tours
    from bibliobus.solve.periodic.params import KernelParams


class Scan(NamedTuple):
    """
    What is the same at every place of a tour: read once, as a compiler cannot know that drawing changes none of it.

    Seconds of the visit and of the tour as it is; `over_time` is by how many the tour breaks rules already.
    """

    required: bool
    dwell: float
    work: float
    drive: float
    wait: float
    overtime: float
    over_time: float
    regular: float
    span: float
    work_most: float
    drive_most: float
    outside: float
    unbroken: float


@inline_kernel
def order_removed(visits: Any, notes: Notes, params: KernelParams, any_absent: bool, rng: Any) -> None:
    """Choose an order for all removed visits at once: by reward, random, large first, far first, or near first."""
    key, until = notes.key, params.order_until
    way = draw(rng)
    for z in range(notes.tally[REMOVED]):
        visit = notes.removed[z]
        if way < until[0] and any_absent:
            noise = 1.0 - params.reward_noise + 2.0 * params.reward_noise * draw(rng)
            key[z] = -visits[visit, REWARD] * noise
        elif way < until[1]:
            key[z] = draw(rng)
        elif way < until[2]:
            key[z] = -visits[visit, SIZE] * (1.0 + params.size_noise * draw(rng))
        elif way < until[3]:
            key[z] = -visits[visit, FAR]
        else:
            key[z] = visits[visit, FAR]
    _sort(key, notes.order, notes.tally[REMOVED])


@compile_kernel
def _sort(key: Any, order: Any, count: int) -> None:
    """Rank the first keys, the least first; equal ones stay as they are (there are few: by insertion)."""
    for k in range(count):
        j = k
        while j > 0 and key[order[j - 1]] > key[k]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = k


@inline_kernel
def put_in(z: int, instance: Instance, tours: Tours, saved: Tours, notes: Notes, params: KernelParams) -> None:
    """Put one removed visit in where it costs least, or leave it absent."""
    visit, lost_day = notes.removed[z], notes.lost_day[z]
    # A visit that found no place for one of its lost calls is absent by now, with all the others.
    if lost_day >= 0 and tours.absent_at[visit] >= 0:
        return
    required = instance.visit[visit, REQUIRED] > 0.0
    # Who lost one call goes back wherever it fits: without it all others would have to go.
    worth = instance.visit[visit, REWARD] if lost_day < 0 else INFINITE / 2.0
    fits = lost_day < 0
    notes.tally[STAMP] += 1
    for day in range(notes.scanned.shape[0]):
        notes.scanned[day] = False
    for _ in range(params.tries_most):
        cost, pattern, bus = _choose_pattern(visit, lost_day, required, instance, tours, notes, params)
        if pattern < 0 or cost >= worth:
            break
        spoilt = _insert_repeats(visit, lost_day, pattern, bus, instance, tours, saved, notes)
        # The scan only guesses where some breaks fall: who turns out not to fit tries the next best places.
        if required or not spoilt:
            if tours.absent_at[visit] >= 0:
                note_switch(visit, WAS_ABSENT, notes)
                mark_served(visit, tours)
            fits = True
            break
        _take_back(visit, lost_day, pattern, instance, tours, notes)
    if not fits:
        _take_out(visit, instance, tours, saved, notes)


@inline_kernel
def _choose_pattern(
    visit: int,
    lost_day: int,
    required: bool,
    instance: Instance,
    tours: Tours,
    notes: Notes,
    params: KernelParams,
) -> tuple[float, int, int]:
    """Cheapest pattern of a visit, or the day it lost; gives its cost, its number (-1: none) and the bus (0: any)."""
    one_bus = instance.one_bus[0] > 0
    buses = instance.bus_count[0] if one_bus else 1
    only_bus = _find_bus(visit, instance.vehicle_day, tours.served_by) if one_bus and lost_day >= 0 else -1
    least, chosen, chosen_bus = INFINITE, -1, 0
    for p in range(instance.patterns[visit] if lost_day < 0 else 1):
        # The first pattern is never passed over, so that there is always an answer.
        if p > 0 and params.blink > 0.0 and draw(tours.rng) < params.blink:
            continue
        repeats = instance.repeats[visit, p] if lost_day < 0 else 1
        for y in range(repeats):
            day = instance.pattern[visit, p, y] if lost_day < 0 else lost_day
            if not notes.scanned[day]:
                notes.scanned[day] = True
                _scan_day(visit, day, required, one_bus, instance, tours, notes, params)
        for b in range(buses):
            if only_bus >= 0 and b != only_bus:
                continue
            total = 0.0
            for y in range(repeats):
                day = instance.pattern[visit, p, y] if lost_day < 0 else lost_day
                total += notes.cost[day, b]
                if total >= least:
                    break
            if total < least:
                least, chosen, chosen_bus = total, p, b
    return least, chosen, chosen_bus


@inline_kernel
def _find_bus(visit: int, vehicle_day: Any, served_by: Any) -> int:
    """Bus of the calls that a visit still has, -1 if it has none."""
    bus = -1
    for day in range(served_by.shape[1]):
        r = served_by[visit, day]
        if r >= 0:
            bus = vehicle_day[r, BUS]
            break
    return bus


@inline_kernel
def _insert_repeats(
    visit: int,
    lost_day: int,
    pattern: int,
    bus: int,
    instance: Instance,
    tours: Tours,
    saved: Tours,
    notes: Notes,
) -> bool:
    """Put a visit into the places that were found; gives whether a tour breaks rules of time more than before."""
    spoilt = False
    for y in range(instance.repeats[visit, pattern] if lost_day < 0 else 1):
        day = instance.pattern[visit, pattern, y] if lost_day < 0 else lost_day
        r = notes.place[day, bus, ROW]
        save_tour(r, instance, tours, saved, notes)
        over_before = tours.figure[r, OVER_TIME]
        insert_call(visit, r, notes.place[day, bus, POSITION], notes.place[day, bus, WINDOW], instance, tours)
        measure_tour(r, instance, tours)
        if tours.figure[r, OVER_TIME] > over_before + EPSILON:
            notes.barred[r] = notes.tally[STAMP]
            spoilt = True
    return spoilt


@inline_kernel
def _take_back(visit: int, lost_day: int, pattern: int, instance: Instance, tours: Tours, notes: Notes) -> None:
    """Undo the last insertion of a visit; days are looked at again where a tour turned out not to do."""
    for y in range(instance.repeats[visit, pattern] if lost_day < 0 else 1):
        day = instance.pattern[visit, pattern, y] if lost_day < 0 else lost_day
        r = tours.served_by[visit, day]
        remove_call(visit, r, instance, tours)
        measure_tour(r, instance, tours)
        if notes.barred[r] == notes.tally[STAMP]:
            notes.scanned[day] = False


@inline_kernel
def _take_out(visit: int, instance: Instance, tours: Tours, saved: Tours, notes: Notes) -> None:
    """Take a visit out of all tours: who cannot have one of its repeats has none."""
    for day in range(tours.served_by.shape[1]):
        r = tours.served_by[visit, day]
        if r >= 0:
            save_tour(r, instance, tours, saved, notes)
            remove_call(visit, r, instance, tours)
            measure_tour(r, instance, tours)
    note_switch(visit, WAS_SERVED, notes)
    mark_absent(visit, tours)


@inline_kernel
def _scan_day(
    visit: int,
    day: int,
    required: bool,
    one_bus: bool,
    instance: Instance,
    tours: Tours,
    notes: Notes,
    params: KernelParams,
) -> None:
    """Find the cheapest place for a visit on one day, over all buses or, if `one_bus`, for each of them."""
    for b in range(notes.cost.shape[1]):
        notes.cost[day, b] = INFINITE
        notes.place[day, b, ROW] = -1
    room = tours.sequence.shape[1] - 2
    empty_kind = -1
    for r in range(instance.day_first[day], instance.day_first[day + 1]):
        if instance.fits[visit, r] == 0 or tours.calls[r] >= room or notes.barred[r] == notes.tally[STAMP]:
            continue
        if tours.calls[r] == 0 and not one_bus:
            # Of buses that are alike in everything, one without calls is as good as the other.
            if instance.vehicle_day[r, KIND] == empty_kind:
                continue
            empty_kind = instance.vehicle_day[r, KIND]
        b = instance.vehicle_day[r, BUS] if one_bus else 0
        fixed = _price_anywhere(visit, r, required, instance, tours)
        if fixed < notes.cost[day, b]:
            _scan_tour(visit, r, day, b, fixed, required, instance, tours, notes, params)


@inline_kernel
def _price_anywhere(visit: int, r: int, required: bool, instance: Instance, tours: Tours) -> float:
    """What a visit costs a tour at whatever place: bus day, load, number of calls, and dwell instead of waiting."""
    limit, figure, money, length = instance.limit, tours.figure, instance.money, tours.calls[r]
    fixed = money[PER_BUS_DAY] if length == 0 else 0.0
    over = max(0.0, figure[r, TAKEN] + instance.visit[visit, LOAD] - limit[r, CAPACITY]) - figure[r, OVER_LOAD]
    too_many = length + 1 > limit[r, CALLS_MOST]
    if not required and (over > 0.0 or too_many):
        return INFINITE
    if over > 0.0:
        fixed += tours.penalty[0] * over
    if too_many:
        fixed += tours.penalty[2]
    return float(fixed + money[PER_SECOND] * (instance.visit[visit, DWELL] - figure[r, WAIT]))


@inline_kernel
def _scan_tour(
    visit: int,
    r: int,
    day: int,
    b: int,
    fixed: float,
    required: bool,
    instance: Instance,
    tours: Tours,
    notes: Notes,
    params: KernelParams,
) -> None:
    """Compare all places of a tour with the best so far, the cheap questions first."""
    limit, figure, rng, sequence, tour_leg = instance.limit, tours.figure, tours.rng, tours.sequence, tours.leg
    price, price_to, leg, leg_to, drive = (
        instance.price,
        instance.price_to,
        instance.leg,
        instance.leg_to,
        instance.drive,
    )
    profile, depot = instance.vehicle_day[r, PROFILE], instance.vehicle_day[r, DEPOT]
    length, blink, best = tours.calls[r], params.blink, notes.cost[day, b]
    watched, driven = limit[r, WATCHED] > 0.0, limit[r, WATCHED] > 1.0
    breaks = driven or limit[r, MEAL] > 0.0
    timed = limit[r, WINDOWED] > 0.0 and (instance.fits[visit, r] == IN_WINDOW or figure[r, TIMED] > 0.0)
    locked = instance.position[visit] != 0 or figure[r, LOCKED] > 0.0
    scan = _read_scan(visit, r, required, watched, instance, tours)
    found, chosen = -1, 0
    following = depot
    for k in range(length + 1):
        here = following
        following = sequence[r, k] if k < length else depot
        total = fixed + price_to[profile, visit, here] + price[profile, visit, following] - tour_leg[r, k, 0]
        if total >= best:
            continue
        window = 0
        if watched:
            there, onward = leg_to[profile, visit, here], leg[profile, visit, following]
            detour = there + onward - tour_leg[r, k, 1]
            drive_then = scan.drive
            if driven:
                drive_then += drive[profile, here, visit] + drive[profile, visit, following]
                drive_then -= drive[profile, here, following] if length > 0 else 0.0
            if timed:
                added, window = _price_in_windows(
                    visit, day, r, k, there, onward, detour, drive_then, scan, instance, tours
                )
            else:
                added = _price_by_sums(detour, drive_then, scan, instance.money, tours.penalty[1])
            total += added
            if total >= best:
                continue
            if breaks and not timed:
                busy = scan.work - scan.wait + detour + scan.dwell
                if busy > scan.outside or drive_then > scan.unbroken:
                    driven_there = drive[profile, here, visit] if driven else 0.0
                    total += _price_breaks(
                        r,
                        k,
                        there,
                        driven_there,
                        busy,
                        drive_then,
                        scan,
                        instance.money,
                        limit,
                        tours.penalty[1],
                        tours.reach,
                        tours.meal,
                        length,
                        tour_leg[r, k, 1],
                    )
                    if total >= best:
                        continue
        if locked:
            wrong = count_misplaced(sequence, r, length, instance.position, visit, k)
            wrong -= figure[r, OVER_CALLS] - max(0.0, length - limit[r, CALLS_MOST])
            if not required and wrong > 0.0:
                continue
            total += tours.penalty[2] * wrong
            if total >= best:
                continue
        if blink > 0.0 and draw(rng) < blink:
            continue
        best, found, chosen = total, k, window
    if found >= 0:
        notes.cost[day, b] = best
        notes.place[day, b, ROW] = r
        notes.place[day, b, POSITION] = found
        notes.place[day, b, WINDOW] = chosen


@inline_kernel
def _read_scan(visit: int, r: int, required: bool, watched: bool, instance: Instance, tours: Tours) -> Scan:
    """What is the same at every place of a tour."""
    limit, figure = instance.limit, tours.figure
    work, regular = figure[r, WORK], limit[r, REGULAR]
    return Scan(
        required,
        instance.visit[visit, DWELL],
        work,
        figure[r, DRIVE],
        figure[r, WAIT],
        price_overtime(work, regular, instance.money) if watched else 0.0,
        figure[r, OVER_TIME],
        regular,
        limit[r, SPAN],
        limit[r, WORK_MOST],
        limit[r, DRIVE_MOST],
        limit[r, MEAL_OUTSIDE],
        limit[r, UNBROKEN],
    )


@inline_kernel
def _price_by_sums(detour: float, drive_then: float, scan: Scan, money: Any, time_penalty: float) -> float:
    """What time costs at least at a place of a tour without windows, INFINITE where it breaks rules and may not."""
    # What the tour waits or rests now was taken off already, with what it costs at any place.
    busy = scan.work - scan.wait + detour + scan.dwell
    extra = max(0.0, busy - scan.span) + max(0.0, busy - scan.work_most)
    extra += max(0.0, drive_then - scan.drive_most) - scan.over_time
    if not scan.required and extra > EPSILON:
        return INFINITE
    return float(price_overtime(busy, scan.regular, money) - scan.overtime + time_penalty * extra)


@compile_kernel
def _price_breaks(
    r: int,
    k: int,
    there: float,
    driven_there: float,
    busy: float,
    drive_then: float,
    scan: Scan,
    money: Any,
    limit: Any,
    time_penalty: float,
    reach: Any,
    meal: Any,
    length: int,
    leg: float,
) -> float:
    """What breaks on the way add to that at a place that would do without them, INFINITE where they do not fit."""
    is_limited = drive_then > scan.unbroken
    extra, rested = INFINITE, 0.0
    if limit[r, MEAL] > 0.0 and (limit[r, MEAL_RESTS] > 0.0 or not is_limited):
        extra = miss_at_new_call(
            r, k, there, driven_there, scan.dwell, busy, drive_then, limit, reach, meal, length, leg
        )
    if extra > 0.0 and is_limited:
        # A meal that ends the stretch does not do: where the breaks lie is found when the tour is measured.
        rested = least_rest(drive_then, limit[r, MEAL] if drive_then > 2.0 * scan.unbroken else 0.0, limit, r)
        extra = max(0.0, busy + rested - scan.span) + max(0.0, busy + rested - scan.work_most)
        if busy + rested > scan.outside:
            extra += max(0.0, busy + rested + limit[r, MEAL] - scan.span)
    elif extra > 0.0:
        extra = min(extra, miss_outside(busy, limit, r))
    # By the sums alone the rules may be broken by less than they are now.
    spare = scan.over_time - max(0.0, busy - scan.span) - max(0.0, busy - scan.work_most)
    if not scan.required and extra > spare + EPSILON:
        return INFINITE
    overtime = price_overtime(busy + rested, scan.regular, money) - price_overtime(busy, scan.regular, money)
    return float(money[PER_SECOND] * rested + overtime + time_penalty * extra)


@inline_kernel
def _price_in_windows(
    visit: int,
    day: int,
    r: int,
    k: int,
    there: float,
    onward: float,
    detour: float,
    drive_then: float,
    scan: Scan,
    instance: Instance,
    tours: Tours,
) -> tuple[float, int]:
    """The same in the cheapest window of the day, by merging segments; and that window."""
    limit, money, weight = instance.limit, instance.money, tours.penalty[1]
    too_far = max(0.0, drive_then - scan.drive_most) - scan.over_time
    cheapest, worse, chosen = INFINITE, 0.0, 0
    for w in range(instance.windows[visit, day]):
        call = (scan.dwell, 0.0, instance.window[visit, day, w, 0], instance.window[visit, day, w, 1])
        whole = merge(read_segment(tours.prefix, r, k), there, call)
        whole = merge(whole, onward, read_segment(tours.suffix, r, k + 1))
        laid = limit[r, MEAL] if tours.meal_after[r] > 0 else 0.0
        work = whole[0] - laid
        meal = laid
        if laid == 0.0 and needs_meal(whole, limit, r):
            meal = limit[r, MEAL]
        work += least_rest(drive_then, limit[r, MEAL], limit, r)
        extra = whole[1] + max(0.0, work + meal - scan.span) + max(0.0, work - scan.work_most) + too_far
        added = money[PER_SECOND] * (work - scan.work - detour - scan.dwell + scan.wait)
        added += price_overtime(work, scan.regular, money) - scan.overtime + weight * extra
        if added < cheapest:
            cheapest, chosen, worse = added, w, extra
    if not scan.required and worse > EPSILON:
        cheapest = INFINITE
    return cheapest, chosen
