"""
Ruin: strings of neighbouring calls are removed near a first visit (SISR: Christiaens and Vanden Berghe 2020).

Going from the first visit to its neighbours, each tour that serves one loses a string around it, and no tour loses two,
until enough strings are gone. Capacity, time and space come free in tours that lie near each other. How many
strings and how long they are follows equations 5 to 9 of the paper: as many calls in the mean as the parameters say,
however long the tours are.

A periodic problem asks for more than the paper has. In half of the rounds all strings are from one day. In most rounds
a visit that loses a call loses those of all other days with it, and may come back on another pattern; in the others
it comes back on the day that it lost. Some of the absent are tried again in each round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.solve.periodic.arrays import ABSENT, ALL_DAYS, CHANGED, REMOVED, WAS_SERVED
from bibliobus.solve.periodic.compiled import draw, draw_below, inline_kernel
from bibliobus.solve.periodic.penalties import measure_tour
from bibliobus.solve.periodic.segments import mark_absent, note_switch, remove_call, save_tour

if TYPE_CHECKING:
    from typing import Any

    from bibliobus.solve.periodic.arrays import Instance, Notes, Tours
    from bibliobus.solve.periodic.params import KernelParams


@inline_kernel
def note_removed(visit: int, day: int, notes: Notes) -> None:
    """Note a visit that is to be put in, on a day or with all its repeats."""
    notes.removed[notes.tally[REMOVED]] = visit
    notes.lost_day[notes.tally[REMOVED]] = day
    notes.tally[REMOVED] += 1


@inline_kernel
def ruin(instance: Instance, tours: Tours, saved: Tours, notes: Notes, params: KernelParams) -> int:
    """Remove strings of calls, and measure the tours that lost some; gives the first visit."""
    rng = tours.rng
    longest = _limit_strings(tours.calls, params.string_most)
    # Equations 6 and 7. The mean of as many strings of a uniform length up to `longest` is `removed_mean` calls.
    strings = int(draw(rng) * (4.0 * params.removed_mean / (1.0 + longest) - 1.0) + 1.0)
    first = draw_below(instance.visit.shape[0], rng)
    one_day = draw(rng) < params.one_day_share
    all_repeats = draw(rng) < params.all_repeats_share
    only_day = _choose_day(first, instance.pattern, instance.patterns, tours.served_by, rng) if one_day else -1
    ruined = 0
    for at in range(instance.near.shape[1]):
        if ruined >= strings:
            break
        centre = instance.near[first, at]
        if notes.is_removed[centre] or tours.absent_at[centre] >= 0:
            continue
        day = only_day if only_day >= 0 else _find_day(centre, tours.served_by, rng)
        if day < 0:
            continue
        r = tours.served_by[centre, day]
        # A changed tour lost a string of this round already, or a repeat of one of its visits.
        if r < 0 or notes.is_changed[r]:
            continue
        _remove_string(r, centre, day, longest, all_repeats, instance, tours, saved, notes, params)
        ruined += 1
    for z in range(notes.tally[CHANGED]):
        measure_tour(notes.changed[z], instance, tours)
    return first


@inline_kernel
def _limit_strings(calls: Any, most: int) -> float:
    """Longest string of any tour: the mean number of calls of a tour, up to the limit (equation 5)."""
    used, total = 0, 0
    for r in range(calls.shape[0]):
        if calls[r] > 0:
            used += 1
            total += calls[r]
    return min(float(most), total / max(used, 1))


@inline_kernel
def _find_day(visit: int, served_by: Any, rng: Any) -> int:
    """A day on which a visit is served, -1 if there is none: the first from a day that is drawn."""
    days = served_by.shape[1]
    start = draw_below(days, rng)
    found = -1
    for k in range(days):
        if served_by[visit, (start + k) % days] >= 0:
            found = (start + k) % days
            break
    return found


@inline_kernel
def _choose_day(first: int, pattern: Any, patterns: Any, served_by: Any, rng: Any) -> int:
    """Day from which all strings are removed: one of the first visit, or one on which it might be served."""
    day = _find_day(first, served_by, rng)
    if day < 0 and patterns[first] > 0:
        day = pattern[first, draw_below(patterns[first], rng), 0]
    return day


@inline_kernel
def _remove_string(
    r: int,
    centre: int,
    day: int,
    longest: float,
    all_repeats: bool,
    instance: Instance,
    tours: Tours,
    saved: Tours,
    notes: Notes,
    params: KernelParams,
) -> None:
    """Remove a string around a call of a tour; in half of the cases some calls in its middle stay."""
    rng, sequence, length = tours.rng, tours.sequence, tours.calls[r]
    # Equations 8 and 9.
    size = min(length, int(draw(rng) * min(float(length), longest) + 1.0))
    at = 0
    while sequence[r, at] != centre:
        at += 1
    kept = 0
    if 1 < size < length and draw(rng) < params.split_share:
        kept = 1
        while size + kept < length and draw(rng) > 1.0 - params.split_growth:
            kept += 1
    total = size + kept
    # The call at the centre lies in the string, or among those that are kept in its middle.
    low, high = max(0, at - total + 1), min(at, length - total)
    begin = low + draw_below(high - low + 1, rng)
    keep_from = draw_below(size + 1, rng) if kept > 0 else -1
    string_from = notes.tally[REMOVED]
    # Read to the end before anything is taken out, which moves the calls behind it.
    for j in range(total):
        if not (kept > 0 and keep_from <= j < keep_from + kept):
            note_removed(sequence[r, begin + j], day, notes)
    for z in range(string_from, notes.tally[REMOVED]):
        _remove_visit(z, r, all_repeats, instance, tours, saved, notes)


@inline_kernel
def _remove_visit(
    z: int, r: int, all_repeats: bool, instance: Instance, tours: Tours, saved: Tours, notes: Notes
) -> None:
    """Take out the z-th of the removed visits: its call in the tour, or those of all days."""
    visit = notes.removed[z]
    notes.is_removed[visit] = True
    # With one pattern and any bus, a call can only come back on its own day: its repeats need not move.
    if not (all_repeats and (instance.patterns[visit] > 1 or instance.one_bus[0] > 0)):
        save_tour(r, instance, tours, saved, notes)
        remove_call(visit, r, instance, tours)
        return
    notes.lost_day[z] = ALL_DAYS
    for day in range(tours.served_by.shape[1]):
        other = tours.served_by[visit, day]
        if other >= 0:
            save_tour(other, instance, tours, saved, notes)
            remove_call(visit, other, instance, tours)
    note_switch(visit, WAS_SERVED, notes)
    mark_absent(visit, tours)


@inline_kernel
def retry_absent(first: int, instance: Instance, tours: Tours, notes: Notes, params: KernelParams) -> None:
    """Try some absent visits again: those near the first visit, where room was made, and any one."""
    tried = 0
    for at in range(min(params.absent_near, instance.near.shape[1])):
        if tried >= params.absent_most:
            break
        visit = instance.near[first, at]
        if tours.absent_at[visit] >= 0 and not notes.is_removed[visit]:
            note_removed(visit, ALL_DAYS, notes)
            notes.is_removed[visit] = True
            tried += 1
    visit = tours.absent[draw_below(tours.score[ABSENT], tours.rng)]
    if not notes.is_removed[visit]:
        note_removed(visit, ALL_DAYS, notes)
        notes.is_removed[visit] = True


@inline_kernel
def take_all_absent(tours: Tours, notes: Notes) -> None:
    """Note every absent visit as one to be put in, for the first tours of a start."""
    for k in range(int(tours.score[ABSENT])):
        note_removed(tours.absent[k], ALL_DAYS, notes)
