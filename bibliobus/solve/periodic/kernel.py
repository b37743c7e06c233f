"""
Kernel of the periodic search: ruin and recreate over all tours of the cycle at once, compiled.

One round of `search`:

1. **Ruin** (`ruin`). Near a visit drawn at random, strings of neighbouring calls are removed from some tours (slack
   induction by string removals, SISR: Christiaens and Vanden Berghe 2020). Mostly a visit loses its calls on all days
   with the one that was hit. Some visits that were absent are tried again.
2. **Recreate** (`insertion`). One after another, in an order drawn for the round, each removed visit is put where it
   costs least: of all its patterns, the one whose days cost least together, each day at its cheapest place in any tour.
   Time windows and the meal break are asked by time-window segments (`segments`: Vidal et al. 2013), in constant time
   a place. Who costs more than leaving out stays absent.
3. **Judge** (here). The round is accepted if it costs less than before plus a threshold, which is drawn anew each time
   from the temperature (simulated annealing, in SISR's form); else it is undone (`edits`). The best solution that
   keeps all rules is kept.
4. **Penalties** (`penalties`). Loads, times and calls of visits that must be served may break rules at a price, which
   rises and falls with how often accepted solutions do (Vidal et al. 2012).

The driver (`starts`, `search`) lowers the temperature from call to call, runs several starts side by side, and finds
the clock times. Whether a tour keeps all rules and what it costs is told exactly here (`breaks`, `segments`), so a best
solution loses nobody when it is timed. Nothing here makes an array, asks the time, or draws random numbers other than
those of the tours: same arrays in, same arrays out, on every machine and in any thread.
The functions also run uncompiled (``NUMBA_DISABLE_JIT=1``), and a test compares the two.

What the papers do not have: removed visits choose their days again (SISR is for problems of one day), visits may
stay absent at the price of their reward, and who may stay out never breaks a rule on the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.solve.periodic.arrays import (
    ABSENT,
    ACCEPTED,
    BEST,
    CHANGED,
    NOW,
    OVER_CALLS,
    OVER_LOAD,
    OVER_TIME,
    PRICE,
    REMOVED,
    REWARD,
    SWITCHED,
    TRIED,
    WAS_ABSENT,
)
from bibliobus.solve.periodic.compiled import EPSILON, draw_below, enter_kernel, inline_kernel
from bibliobus.solve.periodic.insertion import order_removed, put_in
from bibliobus.solve.periodic.penalties import adjust_penalties, note_broken_rules, penalised_cost
from bibliobus.solve.periodic.ruin import retry_absent, ruin, take_all_absent
from bibliobus.solve.periodic.segments import keep_best, undo_round

if TYPE_CHECKING:
    from bibliobus.solve.periodic.arrays import Instance, Notes, Tours
    from bibliobus.solve.periodic.params import KernelParams


@enter_kernel
def search(
    instance: Instance,
    tours: Tours,
    saved: Tours,
    best: Tours,
    notes: Notes,
    params: KernelParams,
    rounds: int,
    temperature: float,
    fill: bool,
) -> None:
    """
    Ruin and recreate tours so many times at one temperature, in hundredths of a minute.

    `tours` are changed, and `best` where they cost less than ever and keep all rules; `saved` and `notes` are room for
    the work. With `fill` the first round removes nothing, puts in all who are absent, and is always accepted.
    """
    for number in range(rounds):
        filling = fill and number == 0
        any_absent = tours.score[ABSENT] > 0.0
        if filling:
            take_all_absent(tours, notes)
        else:
            first = ruin(instance, tours, saved, notes, params)
            if any_absent:
                retry_absent(first, instance, tours, notes, params)
        order_removed(instance.visit, notes, params, any_absent, tours.rng)
        for at in range(notes.tally[REMOVED]):
            put_in(notes.order[at], instance, tours, saved, notes, params)
        change = _cost_change(instance, tours, saved, notes)
        if _is_accepted(change, temperature, instance, tours) or filling:
            _accept(change, instance, tours, best, params)
        else:
            undo_round(instance, tours, saved, notes)
        _clear(notes)


@inline_kernel
def _cost_change(instance: Instance, tours: Tours, saved: Tours, notes: Notes) -> float:
    """By how much the round made the tours and the absent visits dearer."""
    penalty, before, change = tours.penalty, saved.figure, 0.0
    for z in range(notes.tally[CHANGED]):
        r = notes.changed[z]
        change += penalised_cost(r, tours)
        change -= before[r, PRICE] + penalty[0] * before[r, OVER_LOAD]
        change -= penalty[1] * before[r, OVER_TIME] + penalty[2] * before[r, OVER_CALLS]
    for j in range(notes.tally[SWITCHED]):
        visit = notes.switched[j]
        is_absent = 1 if tours.absent_at[visit] >= 0 else 0
        change += instance.visit[visit, REWARD] * (is_absent - (1 if notes.was[visit] == WAS_ABSENT else 0))
    return change


@inline_kernel
def _is_accepted(change: float, temperature: float, instance: Instance, tours: Tours) -> bool:
    """Whether the round stands: a change below -T ln(u), u drawn from 0 to 1 (Christiaens and Vanden Berghe 2020)."""
    tours.score[TRIED] += 1.0
    chance = instance.luck[draw_below(instance.luck.shape[0], tours.rng)]
    return bool(tours.score[NOW] + change < tours.score[NOW] + temperature * chance)


@inline_kernel
def _accept(change: float, instance: Instance, tours: Tours, best: Tours, params: KernelParams) -> None:
    """Let the round stand: keep the best solution, and adjust the penalties now and then."""
    score = tours.score
    score[NOW] += change
    keeps_all = note_broken_rules(tours)
    if keeps_all and score[NOW] < score[BEST] - EPSILON:
        score[BEST] = score[NOW]
        keep_best(tours, best)
    if score[ACCEPTED] >= params.penalty_every:
        adjust_penalties(instance, tours, params)


@inline_kernel
def _clear(notes: Notes) -> None:
    """Leave the notes as the next round wants them."""
    for z in range(notes.tally[CHANGED]):
        notes.is_changed[notes.changed[z]] = False
    for z in range(notes.tally[REMOVED]):
        notes.is_removed[notes.removed[z]] = False
    for j in range(notes.tally[SWITCHED]):
        notes.was[notes.switched[j]] = 0
    notes.tally[CHANGED] = 0
    notes.tally[REMOVED] = 0
    notes.tally[SWITCHED] = 0
