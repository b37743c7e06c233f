"""
What a tour costs: its figures, the rules it breaks and by how much, and the penalties that adjust themselves.

Three rules may be broken on the way to a better plan, each at a penalty: load above the capacity, seconds beyond what
windows, shift, work and driving allow, calls above their number or away from their locked place. The penalty of a rule
rises when accepted solutions break it too often and falls when they hardly do (Vidal et al. 2012), so that the search
walks along the border of the feasible. Visits that may stay out never break a rule: for them absent is an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.solve.periodic.arrays import (
    ABSENT,
    ACCEPTED,
    CALLS_MOST,
    CAPACITY,
    CLOCK,
    DAY,
    DEPOT,
    DRIVE,
    DRIVE_MOST,
    DRIVEN,
    DWELL,
    FIGURES,
    IN_WINDOW,
    LEGS,
    LOAD,
    LOCKED,
    MEAL,
    NOW,
    OVER_CALLS,
    OVER_LOAD,
    OVER_TIME,
    PARTED,
    PER_BUS_DAY,
    PER_OVERTIME,
    PER_SECOND,
    PER_SQUARE,
    PRICE,
    PROFILE,
    REGULAR,
    REWARD,
    SPAN,
    TAKEN,
    TIMED,
    UNBROKEN,
    WAIT,
    WATCHED,
    WINDOWED,
    WORK,
    WORK_MOST,
)
from bibliobus.solve.periodic.breaks import lay_meal, lay_rests, least_rest, miss_outside, sweep_tour
from bibliobus.solve.periodic.compiled import EPSILON, INFINITE, compile_kernel, enter_kernel, inline_kernel
from bibliobus.solve.periodic.segments import forget_reach, keeps_reach, lay_segments, merge, read_segment

if TYPE_CHECKING:
    from typing import Any

    from bibliobus.solve.periodic.arrays import Instance, Tours
    from bibliobus.solve.periodic.params import KernelParams


@inline_kernel
def price_overtime(work: float, regular: float, money: Any) -> float:
    """Price of overtime, and of the balance of the days: squares, so that equal days cost least."""
    return float(money[PER_OVERTIME] * max(0.0, work - regular) + money[PER_SQUARE] * work * work)


@compile_kernel
def count_misplaced(sequence: Any, r: int, length: int, position: Any, visit: int, at: int) -> float:
    """Calls of a tour that are not at their locked place, with a visit put in at a place (-1: as it is)."""
    wrong = 0.0
    total = length if at < 0 else length + 1
    for k in range(total):
        other = sequence[r, k] if at < 0 or k < at else (visit if k == at else sequence[r, k - 1])
        wanted = position[other]
        if wanted != 0 and k != (wanted - 1 if wanted > 0 else total + wanted):
            wrong += 1.0
    return wrong


@enter_kernel
def measure_tour(r: int, instance: Instance, tours: Tours) -> None:
    """Work out all figures of a tour from the order of its calls."""
    figure, limit, length = tours.figure, instance.limit, tours.calls[r]
    for k in range(FIGURES):
        figure[r, k] = 0.0
    price, legs, dwell = _add_calls(r, instance, tours)
    late = 0.0
    if limit[r, WINDOWED] > 0.0:
        day = instance.vehicle_day[r, DAY]
        late = lay_segments(r, legs + dwell, day, instance.visit, instance.window, limit, tours)
    if length == 0:
        forget_reach(r, tours)
        return
    drive = _reach_calls(r, instance, tours) if keeps_reach(limit, r) else 0.0
    work = legs + dwell
    if limit[r, WATCHED] > 0.0:
        work = _time_tour(r, work, drive, late, instance, tours)
    figure[r, LEGS] = legs
    figure[r, WAIT] = work - legs - dwell
    figure[r, WORK] = work
    figure[r, DRIVE] = drive
    # The price of a leg holds its time, so only the rest of the work is added.
    figure[r, PRICE] = price + instance.money[PER_SECOND] * (work - legs) + instance.money[PER_BUS_DAY]
    figure[r, PRICE] += price_overtime(work, limit[r, REGULAR], instance.money)
    figure[r, OVER_LOAD] = max(0.0, figure[r, TAKEN] - limit[r, CAPACITY])
    figure[r, OVER_CALLS] = max(0.0, length - limit[r, CALLS_MOST])
    if figure[r, LOCKED] > 0.0:
        figure[r, OVER_CALLS] += count_misplaced(tours.sequence, r, length, instance.position, -1, -1)


@inline_kernel
def _add_calls(r: int, instance: Instance, tours: Tours) -> tuple[float, float, float]:
    """Write load, and whether windows and locked places matter; gives price and seconds of the legs, and dwell."""
    visits, figure, length = instance.visit, tours.figure, tours.calls[r]
    windowed = instance.limit[r, WINDOWED] > 0.0
    price, legs, dwell, load = 0.0, 0.0, 0.0, 0.0
    locked, timed, several = False, False, False
    day = instance.vehicle_day[r, DAY]
    for k in range(length):
        visit = tours.sequence[r, k]
        price += tours.leg[r, k, 0]
        legs += tours.leg[r, k, 1]
        dwell += visits[visit, DWELL]
        load += visits[visit, LOAD]
        if instance.position[visit] != 0:
            locked = True
        if windowed and instance.fits[visit, r] == IN_WINDOW:
            timed = True
            several = several or instance.windows[visit, day] > 1
    price += tours.leg[r, length, 0]
    legs += tours.leg[r, length, 1]
    figure[r, TAKEN] = load
    figure[r, TIMED] = (2.0 if several else 1.0) if timed else 0.0
    figure[r, LOCKED] = 1.0 if locked else 0.0
    return price, legs, dwell


@inline_kernel
def _reach_calls(r: int, instance: Instance, tours: Tours) -> float:
    """Note when each call and the depot are reached if nobody waits or rests, and by how much driving; gives it all."""
    drives, profile, depot = instance.drive, instance.vehicle_day[r, PROFILE], instance.vehicle_day[r, DEPOT]
    reach, clock, driven, here = tours.reach, 0.0, 0.0, depot
    driving, length = instance.limit[r, WATCHED] > 1.0, tours.calls[r]
    for k in range(length + 1):
        there = tours.sequence[r, k] if k < length else depot
        clock += tours.leg[r, k, 1]
        if driving:
            driven += drives[profile, here, there]
        reach[r, k, CLOCK] = clock
        reach[r, k, DRIVEN] = driven
        if k < length:
            clock += instance.visit[there, DWELL]
        here = there
    return driven


@inline_kernel
def _time_tour(r: int, busy: float, drive: float, late: float, instance: Instance, tours: Tours) -> float:
    """Write by how many seconds the rules of time are broken; gives the work, waiting and paid breaks included."""
    limit, visits, is_limited = instance.limit, instance.visit, drive > instance.limit[r, UNBROKEN]
    work, missed = busy, INFINITE
    if limit[r, MEAL] > 0.0 and tours.figure[r, TIMED] == 0.0:
        missed = lay_meal(r, busy, drive, visits, limit, tours)
    if tours.figure[r, TIMED] > 0.0:
        work, warp, beyond = _read_segments(r, drive, limit, tours)
        over = warp + late + beyond
        # Where each call has one window, segments are exact but for the breaks of the driver, which never help.
        sweeps = is_limited and warp + late <= EPSILON
        if tours.figure[r, TIMED] > 1.0:
            sweeps = is_limited or over > EPSILON or work > busy + EPSILON
    elif is_limited:
        over, rested = lay_rests(r, busy, visits, limit, tours)
        work, sweeps = busy + rested, limit[r, PARTED] > 0.0
    else:
        over, sweeps = min(missed, miss_outside(busy, limit, r)), False
    least = busy + least_rest(drive, limit[r, MEAL], limit, r)
    hopeless = max(0.0, drive - limit[r, DRIVE_MOST])
    hopeless += max(0.0, least - limit[r, WORK_MOST]) + max(0.0, least - limit[r, SPAN])
    over += max(0.0, work - limit[r, WORK_MOST]) + max(0.0, drive - limit[r, DRIVE_MOST])
    if sweeps and hopeless == 0.0:
        swept = sweep_tour(r, is_limited, least, instance, tours)
        if swept < INFINITE:
            work, over = swept, 0.0
        else:
            over = max(over, float(instance.grid[0]))
    tours.figure[r, OVER_TIME] = over
    return work


@inline_kernel
def _read_segments(r: int, drive: float, limit: Any, tours: Tours) -> tuple[float, float, float]:
    """Work of a tour with windows as its segments tell, and by how many seconds these and the shift are broken."""
    length, meal = tours.calls[r], limit[r, MEAL] if tours.meal_after[r] > 0 else 0.0
    last = read_segment(tours.suffix, r, length + 1)
    whole = merge(read_segment(tours.prefix, r, length), tours.leg[r, length, 1], last)
    # The segments hold the meal, which is no work; what rest is needed beyond it has no place yet.
    work = whole[0] - meal + least_rest(drive, meal, limit, r)
    return work, whole[1], max(0.0, work + meal - limit[r, SPAN])


@inline_kernel
def penalised_cost(r: int, tours: Tours) -> float:
    """Price of a tour with the penalties of the rules it breaks."""
    figure, penalty = tours.figure, tours.penalty
    broken = penalty[0] * figure[r, OVER_LOAD] + penalty[1] * figure[r, OVER_TIME] + penalty[2] * figure[r, OVER_CALLS]
    return float(figure[r, PRICE] + broken)


@enter_kernel
def total_cost(instance: Instance, tours: Tours) -> float:
    """Cost of all tours in hundredths of a minute, penalties and the rewards of the absent included."""
    total = 0.0
    for r in range(tours.calls.shape[0]):
        total += penalised_cost(r, tours)
    for k in range(int(tours.score[ABSENT])):
        total += instance.visit[tours.absent[k], REWARD]
    return total


@inline_kernel
def note_broken_rules(tours: Tours) -> bool:
    """Count which rules an accepted solution keeps; gives whether it keeps all."""
    figure = tours.figure
    over_load, over_time, over_calls = False, False, False
    for r in range(tours.calls.shape[0]):
        if figure[r, OVER_LOAD] > EPSILON:
            over_load = True
        if figure[r, OVER_TIME] > EPSILON:
            over_time = True
        if figure[r, OVER_CALLS] > EPSILON:
            over_calls = True
    tours.score[ACCEPTED] += 1.0
    tours.kept[0] += 0.0 if over_load else 1.0
    tours.kept[1] += 0.0 if over_time else 1.0
    tours.kept[2] += 0.0 if over_calls else 1.0
    return not (over_load or over_time or over_calls)


@inline_kernel
def adjust_penalties(instance: Instance, tours: Tours, params: KernelParams) -> None:
    """Raise the penalties of rules that are broken too often, lower those of rules that hardly are."""
    penalty, score = tours.penalty, tours.score
    # Load, time, calls: each rule has its own penalty, since one may be kept while another is broken.
    for k in range(3):
        share = tours.kept[k] / score[ACCEPTED]
        if share < params.penalty_aim[0]:
            penalty[k] = min(penalty[k] * params.penalty_raise, instance.penalty_most[k])
        elif share > params.penalty_aim[1]:
            penalty[k] = max(penalty[k] * params.penalty_lower, instance.penalty_least[k])
        tours.kept[k] = 0.0
    score[ACCEPTED] = 0.0
    # With other penalties the same tours cost something else; added up anew, rounding does not build up either.
    score[NOW] = total_cost(instance, tours)
