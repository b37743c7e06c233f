"""
Time-window segments: when a tour with windows can be driven, in constant time for every place of a new call.

A segment is a part of a tour told in four numbers (Vidal, Crainic, Gendreau and Prins 2013, after Nagata, Bräysy and
Dullaert 2010): its least duration, waiting included; the time warp in it, that is by how many seconds the clock would
have to be turned back to open everywhere in time; and the earliest and the latest start at which both are least. Two
segments with a leg between them merge into one by a few sums, so a new call between two others costs two merges: of the
segment from the depot to the call before (`Tours.prefix`), the call, and the segment from the next call to the depot
(`Tours.suffix`). Warp may be driven on the way to a better plan, at a penalty a second.

The meal break is one more segment, without a leg, before or behind the call where it costs least; the bus then leaves
as late as it may, so that the break is as soon after leaving as it can be. So a measured tour is exact where each call
has one window and the driver needs no breaks. While places for a new call are compared the meal stays where it is, so
the scan only guesses how a tour is with its break moved; `insertion` measures each tour again after a call was put in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.solve.periodic.arrays import (
    ABSENT,
    CHANGED,
    CLOCK,
    DAY,
    DEPOT,
    DRIVEN,
    DWELL,
    END,
    FIGURES,
    MEAL,
    MEAL_EARLIEST,
    MEAL_LAG,
    MEAL_LATEST,
    PROFILE,
    START,
    SWITCHED,
    WAS_ABSENT,
    WATCHED,
    WINDOWED,
)
from bibliobus.solve.periodic.compiled import INFINITE, compile_kernel, inline_kernel

if TYPE_CHECKING:
    from typing import Any

    from bibliobus.solve.periodic.arrays import Instance, Notes, Tours

Segment = tuple[float, float, float, float]
"""Duration, time warp, earliest and latest start."""

WARP_FIRST: Final = 1000.0
"""A second of warp counts as so many of duration where the break is laid: windows go before waiting less. By hand."""


@inline_kernel
def merge(first: Segment, leg: float, second: Segment) -> Segment:
    """Join two segments with a leg between them (equations 8 to 12 of Vidal et al. 2013)."""
    # From the start of the first to reaching the second, if nobody waits and the clock is turned back as needed.
    delta = first[0] - first[1] + leg
    wait = max(second[2] - delta - first[3], 0.0)
    warp = max(first[2] + delta - second[3], 0.0)
    return (
        first[0] + second[0] + leg + wait,
        first[1] + second[1] + warp,
        max(second[2] - delta, first[2]) - wait,
        min(second[3] - delta, first[3]) + warp,
    )


@inline_kernel
def read_segment(segments: Any, r: int, k: int) -> Segment:
    """Segment that was kept in `Tours.prefix` or `Tours.suffix`."""
    return (segments[r, k, 0], segments[r, k, 1], segments[r, k, 2], segments[r, k, 3])


@inline_kernel
def _keep_segment(segments: Any, r: int, k: int, segment: Segment) -> None:
    """Keep a segment there."""
    segments[r, k, 0] = segment[0]
    segments[r, k, 1] = segment[1]
    segments[r, k, 2] = segment[2]
    segments[r, k, 3] = segment[3]


@inline_kernel
def _call_segment(r: int, k: int, day: int, visits: Any, openings: Any, tours: Tours) -> Segment:
    """Segment of the k-th call alone, k from 0, in the window that it uses."""
    visit, window = tours.sequence[r, k], tours.window[r, k]
    return (visits[visit, DWELL], 0.0, openings[visit, day, window, 0], openings[visit, day, window, 1])


@inline_kernel
def keeps_reach(limit: Any, r: int) -> bool:
    """Whether a tour notes when it reaches its calls: only meals and driving rules ask for it."""
    return bool(limit[r, MEAL] > 0.0 or limit[r, WATCHED] > 1.0)


@inline_kernel
def forget_reach(r: int, tours: Tours) -> None:
    """Note that a tour without calls reaches the depot at once."""
    tours.reach[r, 0, CLOCK] = 0.0
    tours.reach[r, 0, DRIVEN] = 0.0
    for j in range(4):
        tours.meal[r, j] = 0.0


@inline_kernel
def needs_meal(segment: Segment, limit: Any, r: int) -> bool:
    """Whether a whole tour neither returns before nor leaves after its meal break."""
    # Earliest start and duration, less what the clock would have to be turned back: the earliest return.
    lasts = segment[0] - segment[1]
    late = segment[2] + lasts > limit[r, MEAL_LATEST] or lasts > limit[r, MEAL_LAG]
    soon = segment[3] < limit[r, MEAL_EARLIEST] + limit[r, MEAL]
    return bool(limit[r, MEAL] > 0.0 and late and soon)


@compile_kernel
def lay_segments(r: int, busy: float, day: int, visits: Any, openings: Any, limit: Any, tours: Tours) -> float:
    """
    Work out all prefixes and suffixes of a tour, with the meal break where it fits best.

    `busy` is the time of legs and dwells. Gives by how many seconds the meal is too late after leaving.
    """
    prefix, leg, length = tours.prefix, tours.leg, tours.calls[r]
    depot = (0.0, 0.0, limit[r, START], limit[r, END])
    meal = (limit[r, MEAL], 0.0, limit[r, MEAL_EARLIEST], limit[r, MEAL_LATEST])
    stand, late = 0, 0.0
    _keep_segment(prefix, r, 0, depot)
    whole = merge(_lay_prefixes(r, 0, 0, depot, meal, day, visits, openings, tours), leg[r, length, 1], depot)
    needed = needs_meal(whole, limit, r)
    # A bus that waits may as well eat, which is not paid.
    may_eat = limit[r, MEAL] > 0.0 and limit[r, MEAL_EARLIEST] <= limit[r, MEAL_LATEST]
    if length > 0 and may_eat and (needed or whole[0] > busy):
        most = INFINITE if needed else whole[1] * WARP_FIRST + whole[0]
        stand, late = _place_meal(r, most, depot, meal, day, visits, openings, limit, tours)
        if stand > 0:
            done = (stand - 1) // 2
            _lay_prefixes(r, done, stand, read_segment(prefix, r, done), meal, day, visits, openings, tours)
    elif needed:
        late = limit[r, MEAL]
    tours.meal_after[r] = stand
    # Suffixes hold the meal at its place, too: two merges then tell what a new call does to a tour with its break.
    segment = depot
    _keep_segment(tours.suffix, r, length + 1, segment)
    for k in range(length, 0, -1):
        call = _call_segment(r, k - 1, day, visits, openings, tours)
        if stand == 2 * k:
            call = merge(call, 0.0, meal)
        elif stand == 2 * k - 1:
            call = merge(meal, 0.0, call)
        segment = merge(call, leg[r, k, 1], segment)
        _keep_segment(tours.suffix, r, k, segment)
    return late


@inline_kernel
def _lay_prefixes(
    r: int, done: int, stand: int, segment: Segment, meal: Segment, day: int, visits: Any, openings: Any, tours: Tours
) -> Segment:
    """Work out the prefixes behind that of the first `done` calls, with the meal at a stand; gives that of all."""
    for k in range(done, tours.calls[r]):
        call = _call_segment(r, k, day, visits, openings, tours)
        if stand == 2 * k + 2:
            call = merge(call, 0.0, meal)
        elif stand == 2 * k + 1:
            call = merge(meal, 0.0, call)
        segment = merge(segment, tours.leg[r, k, 1], call)
        _keep_segment(tours.prefix, r, k + 1, segment)
    return segment


@inline_kernel
def _place_meal(
    r: int,
    most: float,
    depot: Segment,
    meal: Segment,
    day: int,
    visits: Any,
    openings: Any,
    limit: Any,
    tours: Tours,
) -> tuple[int, float]:
    """
    Stand where the meal break costs least warp, and then least work, and by how many seconds it is too late there.

    Stand 2 k is behind the k-th call, k from 1, stand 2 k - 1 before it; 0 if none costs less than `most`.
    """
    stand, least, late, segment = 0, most, 0.0, depot
    for k in range(tours.calls[r], 0, -1):
        leg_before, leg_behind = tours.leg[r, k - 1, 1], tours.leg[r, k, 1]
        call = _call_segment(r, k - 1, day, visits, openings, tours)
        so_far = read_segment(tours.prefix, r, k)
        paused = merge(merge(so_far, 0.0, meal), leg_behind, segment)
        missed = _miss_lag(so_far[0] - so_far[1], paused, limit, r)
        cost = (paused[1] + missed) * WARP_FIRST + paused[0] - limit[r, MEAL]
        if cost < least:
            least, stand, late = cost, 2 * k, missed
        segment = merge(call, leg_behind, segment)
        so_far = read_segment(tours.prefix, r, k - 1)
        paused = merge(merge(so_far, leg_before, meal), 0.0, segment)
        missed = _miss_lag(so_far[0] - so_far[1] + leg_before, paused, limit, r)
        cost = (paused[1] + missed) * WARP_FIRST + paused[0] - limit[r, MEAL]
        if cost < least:
            least, stand, late = cost, 2 * k - 1, missed
    return stand, late


@inline_kernel
def _miss_lag(before: float, whole: Segment, limit: Any, r: int) -> float:
    """By how many seconds a meal on the way is too late after leaving, which is as late as the tour may leave."""
    return float(max(0.0, max(before, limit[r, MEAL_EARLIEST] - whole[3]) - limit[r, MEAL_LAG]))


@inline_kernel
def insert_call(visit: int, r: int, k: int, window: int, instance: Instance, tours: Tours) -> None:
    """Put a call into a tour as its k-th, k from 0, in that window of the day; figures are not worked out anew."""
    length = tours.calls[r]
    sequence, leg, windows = tours.sequence, tours.leg, tours.window
    profile, depot = instance.vehicle_day[r, PROFILE], instance.vehicle_day[r, DEPOT]
    before = sequence[r, k - 1] if k > 0 else depot
    following = sequence[r, k] if k < length else depot
    for j in range(length, k, -1):
        sequence[r, j] = sequence[r, j - 1]
        windows[r, j] = windows[r, j - 1]
        leg[r, j + 1, 0] = leg[r, j, 0]
        leg[r, j + 1, 1] = leg[r, j, 1]
    sequence[r, k] = visit
    windows[r, k] = window
    leg[r, k, 0] = instance.price[profile, before, visit]
    leg[r, k, 1] = instance.leg[profile, before, visit]
    leg[r, k + 1, 0] = instance.price[profile, visit, following]
    leg[r, k + 1, 1] = instance.leg[profile, visit, following]
    tours.calls[r] = length + 1
    tours.served_by[visit, instance.vehicle_day[r, DAY]] = r


@inline_kernel
def remove_call(visit: int, r: int, instance: Instance, tours: Tours) -> None:
    """Take a call out of a tour; figures are not worked out anew."""
    length = tours.calls[r]
    sequence, leg, windows = tours.sequence, tours.leg, tours.window
    profile, depot = instance.vehicle_day[r, PROFILE], instance.vehicle_day[r, DEPOT]
    k = 0
    while sequence[r, k] != visit:
        k += 1
    before = sequence[r, k - 1] if k > 0 else depot
    following = sequence[r, k + 1] if k + 1 < length else depot
    for j in range(k, length - 1):
        sequence[r, j] = sequence[r, j + 1]
        windows[r, j] = windows[r, j + 1]
        leg[r, j + 1, 0] = leg[r, j + 2, 0]
        leg[r, j + 1, 1] = leg[r, j + 2, 1]
    leg[r, k, 0] = instance.price[profile, before, following] if length > 1 else 0.0
    leg[r, k, 1] = instance.leg[profile, before, following] if length > 1 else 0.0
    tours.calls[r] = length - 1
    tours.served_by[visit, instance.vehicle_day[r, DAY]] = -1


@inline_kernel
def mark_absent(visit: int, tours: Tours) -> None:
    """Note that a visit is not served."""
    if tours.absent_at[visit] < 0:
        size = int(tours.score[ABSENT])
        tours.absent[size] = visit
        tours.absent_at[visit] = size
        tours.score[ABSENT] = size + 1


@inline_kernel
def mark_served(visit: int, tours: Tours) -> None:
    """Note that a visit is served: the last of the absent takes its place."""
    at = tours.absent_at[visit]
    if at >= 0:
        last = int(tours.score[ABSENT]) - 1
        other = tours.absent[last]
        tours.absent[at] = other
        tours.absent_at[other] = at
        tours.absent_at[visit] = -1
        tours.score[ABSENT] = last


@inline_kernel
def note_switch(visit: int, was: int, notes: Notes) -> None:
    """Note how a visit stood before the round, unless that is noted."""
    if notes.was[visit] == 0:
        notes.switched[notes.tally[SWITCHED]] = visit
        notes.was[visit] = was
        notes.tally[SWITCHED] += 1


@inline_kernel
def save_tour(r: int, instance: Instance, tours: Tours, saved: Tours, notes: Notes) -> None:
    """Copy a tour before its first change in a round."""
    if not notes.is_changed[r]:
        notes.is_changed[r] = True
        notes.changed[notes.tally[CHANGED]] = r
        notes.tally[CHANGED] += 1
        _copy_tour(r, tours, saved, instance.limit)


@compile_kernel
def _copy_tour(r: int, source: Tours, target: Tours, limit: Any) -> None:
    """Copy one tour with its figures, and with its reach and its segments if it has any."""
    length = source.calls[r]
    target.calls[r] = length
    target.meal_after[r] = source.meal_after[r]
    for k in range(length):
        target.sequence[r, k] = source.sequence[r, k]
        target.window[r, k] = source.window[r, k]
    for k in range(length + 1):
        target.leg[r, k, 0] = source.leg[r, k, 0]
        target.leg[r, k, 1] = source.leg[r, k, 1]
    for k in range(FIGURES):
        target.figure[r, k] = source.figure[r, k]
    if keeps_reach(limit, r):
        for k in range(length + 1):
            target.reach[r, k, CLOCK] = source.reach[r, k, CLOCK]
            target.reach[r, k, DRIVEN] = source.reach[r, k, DRIVEN]
        for j in range(4):
            target.meal[r, j] = source.meal[r, j]
    if limit[r, WINDOWED] > 0.0:
        for k in range(length + 2):
            for j in range(4):
                target.prefix[r, k, j] = source.prefix[r, k, j]
                target.suffix[r, k, j] = source.suffix[r, k, j]


@inline_kernel
def undo_round(instance: Instance, tours: Tours, saved: Tours, notes: Notes) -> None:
    """Bring back the tours, and who was absent, as they were before the round."""
    days, served_by = instance.vehicle_day, tours.served_by
    # All calls of the changed tours are forgotten before any comes back: a visit may have moved between two of them.
    for z in range(notes.tally[CHANGED]):
        r = notes.changed[z]
        for k in range(tours.calls[r]):
            served_by[tours.sequence[r, k], days[r, DAY]] = -1
    for z in range(notes.tally[CHANGED]):
        r = notes.changed[z]
        _copy_tour(r, saved, tours, instance.limit)
        for k in range(tours.calls[r]):
            served_by[tours.sequence[r, k], days[r, DAY]] = r
    # Backwards, so that the absent stand in the same order as before: the next round draws from it.
    for j in range(notes.tally[SWITCHED] - 1, -1, -1):
        visit = notes.switched[j]
        if notes.was[visit] == WAS_ABSENT:
            mark_absent(visit, tours)
        else:
            mark_served(visit, tours)


@compile_kernel
def keep_best(tours: Tours, best: Tours) -> None:
    """Copy the order of all calls, and who is served."""
    for r in range(tours.calls.shape[0]):
        length = tours.calls[r]
        best.calls[r] = length
        for k in range(length):
            best.sequence[r, k] = tours.sequence[r, k]
            best.window[r, k] = tours.window[r, k]
    best.score[ABSENT] = tours.score[ABSENT]
