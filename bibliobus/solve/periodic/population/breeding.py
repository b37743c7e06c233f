"""A generation: a child of two parents is educated and joins the population; some that break rules are repaired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.solve.periodic.arrays import CALLS_MOST, CAPACITY, WATCHED
from bibliobus.solve.periodic.compiled import EPSILON, compile_kernel, draw, enter_kernel, inline_kernel
from bibliobus.solve.periodic.population.chains import (
    BORN,
    BROKEN,
    CALLS,
    KEPT_CALLS,
    KEPT_LOAD,
    KEPT_TIME,
    LOADED,
    OVER_CALLS,
    OVER_LOAD,
    OVER_TIME,
    SOUND,
    WORK,
)
from bibliobus.solve.periodic.population.crossover import cross, draw_plan, lay_tours
from bibliobus.solve.periodic.population.education import educate
from bibliobus.solve.periodic.population.moves import overtime, sum_tour
from bibliobus.solve.periodic.population.survivors import add_member, choose_parent, keeps_all, sort_broken

if TYPE_CHECKING:
    from bibliobus.solve.periodic.params import BreedingParams
    from bibliobus.solve.periodic.population.chains import Chain, Ground, Members


@enter_kernel
def breed(number: int, drawn: bool, ground: Ground, chain: Chain, members: Members, params: BreedingParams) -> None:
    """Let so many children be born; or so many plans be drawn, to begin with."""
    for _ in range(number):
        if drawn or members.alive[SOUND] + members.alive[BROKEN] < 2:
            draw_plan(ground, chain)
        else:
            _choose_and_cross(ground, chain, members, params)
        _raise(draw(chain.rng) < params.repaired_share, ground, chain, members, params)


@enter_kernel
def adopt(ground: Ground, chain: Chain, members: Members, params: BreedingParams) -> None:
    """Let a plan whose calls were written into `Chain.giant` from outside join the population, educated."""
    _raise(False, ground, chain, members, params)


@inline_kernel
def _choose_and_cross(ground: Ground, chain: Chain, members: Members, params: BreedingParams) -> None:
    """Choose two parents, not the same if luck allows, and cross them."""
    first = choose_parent(members, chain.rng)
    second = choose_parent(members, chain.rng)
    for _ in range(params.tries):
        if second == first:
            second = choose_parent(members, chain.rng)
    cross(first, second, ground, chain, members)


@compile_kernel
def _raise(repaired: bool, ground: Ground, chain: Chain, members: Members, params: BreedingParams) -> None:
    """Lay the tours of a child and educate it; if it breaks rules and is to be repaired, again at higher penalties."""
    lay_tours(ground, chain)
    educate(params.passes, ground, chain)
    s = add_member(ground, chain, members, params)
    sound = keeps_all(s, members)
    _count_kept(s, members)
    if repaired and not sound:
        _repair(ground, chain, members, params)
    if members.tally[BORN] >= params.penalty_every:
        _adjust_penalties(ground, chain, members, params)


@inline_kernel
def _count_kept(s: int, members: Members) -> None:
    """Count which rules a child kept."""
    members.tally[BORN] += 1
    members.tally[KEPT_LOAD] += 1 if members.value[s, OVER_LOAD] <= EPSILON else 0
    members.tally[KEPT_TIME] += 1 if members.value[s, OVER_TIME] <= EPSILON else 0
    members.tally[KEPT_CALLS] += 1 if members.value[s, OVER_CALLS] <= EPSILON else 0


@compile_kernel
def _repair(ground: Ground, chain: Chain, members: Members, params: BreedingParams) -> None:
    """Educate the plan again at higher penalties; it joins the population, too, if it then keeps all rules."""
    for k in range(3):
        chain.penalty[k] *= params.repair_factor
    _sum_all(ground, chain)
    educate(params.passes, ground, chain)
    for k in range(3):
        chain.penalty[k] /= params.repair_factor
    # Before it is written: a tour must be priced as all others are.
    _sum_all(ground, chain)
    if _is_sound(ground, chain):
        add_member(ground, chain, members, params)


@inline_kernel
def _is_sound(ground: Ground, chain: Chain) -> bool:
    """Whether all tours keep all rules."""
    sound, limit, tour = True, ground.limit, chain.tour
    for r in range(tour.shape[0]):
        if tour[r, LOADED] > limit[r, CAPACITY] + EPSILON or tour[r, CALLS] > limit[r, CALLS_MOST] + EPSILON:
            sound = False
        if limit[r, WATCHED] > 0.0 and overtime(r, tour[r, WORK], limit) > EPSILON:
            sound = False
    return sound


@inline_kernel
def _sum_all(ground: Ground, chain: Chain) -> None:
    """Sum up all tours again, at other penalties."""
    for day in range(chain.size.shape[0]):
        for r in range(ground.day_first[day], ground.day_first[day + 1]):
            sum_tour(day, r, ground, chain)


@inline_kernel
def _adjust_penalties(ground: Ground, chain: Chain, members: Members, params: BreedingParams) -> None:
    """Raise the penalties of rules that are broken too often, lower those of rules that hardly are."""
    penalty, tally = chain.penalty, members.tally
    for k in range(3):
        share = tally[KEPT_LOAD + k] / tally[BORN]
        if share < params.kept_aim[0]:
            penalty[k] = min(penalty[k] * params.penalty_raise, ground.penalty_most[k])
        elif share > params.kept_aim[1]:
            penalty[k] = max(penalty[k] * params.penalty_lower, ground.penalty_least[k])
        tally[KEPT_LOAD + k] = 0
    tally[BORN] = 0
    sort_broken(penalty, members, params)
