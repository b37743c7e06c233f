"""
Edits of the tours: calls put in and taken out, who is absent, and the copies by which a round is undone.

A round that is not accepted must leave no trace. So each tour is saved before its first change in a round, each visit
that may be served before and absent after it (or the other way round) is noted once, and `undo_round` copies the ones
and turns the others back. Copying a few short tours costs less than working out figures and segments again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.solve.periodic.arrays import (
    ABSENT,
    CHANGED,
    DAY,
    DEPOT,
    FIGURES,
    PROFILE,
    SWITCHED,
    WAS_ABSENT,
    WINDOWED,
)
from bibliobus.solve.periodic.compiled import compile_kernel, inline_kernel

if TYPE_CHECKING:
    from bibliobus.solve.periodic.arrays import Instance, Notes, Tours


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
        _copy_tour(r, tours, saved, instance.limit[r, WINDOWED] > 0.0)


@compile_kernel
def _copy_tour(r: int, source: Tours, target: Tours, windowed: bool) -> None:
    """Copy one tour with its figures, and with its segments if it has any."""
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
    if windowed:
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
        _copy_tour(r, saved, tours, instance.limit[r, WINDOWED] > 0.0)
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
