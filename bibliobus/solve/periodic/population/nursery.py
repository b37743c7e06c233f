"""Nursery: a population of plans as the driver of the search sees it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from bibliobus.network.places import UNREACHABLE_S
from bibliobus.solve.periodic.arrays import make_empty_tours
from bibliobus.solve.periodic.population.chains import lay_ground, make_chain, make_members
from bibliobus.solve.periodic.starts import SEEDS_APART

if TYPE_CHECKING:
    from bibliobus.model.problem import Problem, ProblemBus
    from bibliobus.solve.periodic.arrays import Instance, Tours
    from bibliobus.solve.periodic.params import BreedingParams, SearchParams
    from bibliobus.solve.periodic.population.chains import Chain, Ground, Members

NUMBER: Final = SEEDS_APART - 1
"""Number of the population among the starts of a search, which are fewer: so it shares no random numbers with them."""


@dataclass(frozen=True)
class Nursery:
    """A population, room for a child, and the best plan as tours."""

    ground: Ground
    chain: Chain
    members: Members
    params: BreedingParams
    best: Tours

    @property
    def cost(self) -> float:
        """Cost of the best plan, infinite if none keeps all rules."""
        return float(self.members.best_cost[0])


def can_recombine(problem: Problem) -> bool:
    """
    Tell whether a population can search for the days of a problem.

    Parameters
    ----------
    problem
        What is to be planned.

    Returns
    -------
    bool
        True if its only rules are patterns, load, length of a tour and number of calls: every visit must be served, at
        any time, at any place in a tour; its repeats may be by several buses; the buses of a day are alike, all have
        one depot and one profile, and no breaks.
    """
    crews = problem.buses
    whole = not problem.one_bus and len({(crew.depot, crew.profile) for crew in crews}) == 1
    alike = all(len({replace(crew, days=()) for crew in crews if day in crew.days}) == 1 for day in range(problem.days))
    if not (whole and alike and len(problem.visits) > 1 and not any(_rests(crew) for crew in crews)):
        return False
    earliest, latest = min(crew.shift_start_s for crew in crews), max(crew.shift_end_s for crew in crews)
    everybody = tuple(range(len(crews)))
    out = {day for crew in crews for day in crew.days}
    for visit in problem.visits:
        opens = all(len(spans) == 1 and spans[0][0] <= earliest and spans[0][1] >= latest for spans in visit.windows)
        served = any(out.issuperset(pattern) for pattern in visit.patterns)
        if not (visit.required and served and visit.position is None and opens and visit.buses == everybody):
            return False
    places = [*(visit.place for visit in problem.visits), crews[0].depot]
    legs = problem.leg_s[crews[0].profile][np.ix_(places, places)]
    return bool(legs.max() < UNREACHABLE_S) and _all_fit(problem, legs)


def _rests(crew: ProblemBus) -> bool:
    """Whether a crew needs a break on the way, or its driving is limited."""
    span = crew.shift_end_s - crew.shift_start_s
    return crew.break_duration_s > 0 or min(crew.max_driving_s, crew.max_unbroken_s) < min(crew.max_work_s, span)


def _all_fit(problem: Problem, legs: np.ndarray) -> bool:
    """Whether every visit alone fits into every tour."""
    shortest = min(min(crew.shift_end_s - crew.shift_start_s, crew.max_work_s) for crew in problem.buses)
    dwell = np.array([visit.dwell_s for visit in problem.visits])
    return bool((legs[-1, :-1] + legs[:-1, -1] + dwell).max() <= shortest)


def open_nursery(instance: Instance, params: SearchParams, seed: int) -> Nursery:
    """Make an empty population; the same seed breeds the same plans."""
    chosen = params.for_breeding()
    ground = lay_ground(instance, chosen)
    chain = make_chain(ground, instance.penalty_first, seed * SEEDS_APART + NUMBER)
    # A tour may hold everybody: what the other search never meets must not end this one.
    wide = np.zeros((len(instance.vehicle_day), len(instance.visit)), dtype=np.int64)
    best = make_empty_tours(instance, 0)._replace(sequence=wide, window=wide.copy())
    return Nursery(ground, chain, make_members(ground, chosen), chosen, best)


def compile_breeding() -> None:
    """Compile or load all that breeding runs; ImportError or RuntimeError if numba cannot be used."""
    from bibliobus.model.problem import Costs, Problem, ProblemBus, ProblemVisit
    from bibliobus.solve.periodic.arrays import flatten_problem
    from bibliobus.solve.periodic.params import SearchParams
    from bibliobus.words.language import DAY_S

    ways = (np.array([[0, 60], [60, 0]]),)
    visit = ProblemVisit(0, 60, 0, ((0,),), (((0, DAY_S),),), (0,), required=True)
    bus = ProblemBus(1, 0, (0,), 0, DAY_S, DAY_S, DAY_S, 0, 0, 0, DAY_S, DAY_S)
    problem = Problem(1, 60, (visit,), (bus,), ways, ways, ways, Costs(1, 1, 1), one_bus=False)
    nursery = open_nursery(flatten_problem(problem, SearchParams()), SearchParams(), 0)
    breed_plans(nursery, 0, drawn=True)
    adopt_plan(nursery, nursery.best)


def breed_plans(nursery: Nursery, number: int, *, drawn: bool = False) -> None:
    """Let so many children be born, or so many plans be drawn, and write the best plan as tours."""
    from bibliobus.solve.periodic.population.breeding import breed

    before = nursery.cost
    breed(number, drawn, nursery.ground, nursery.chain, nursery.members, nursery.params)
    _write_best(nursery, before)


def adopt_plan(nursery: Nursery, tours: Tours) -> None:
    """Let a plan of another search join the population, improved; nothing happens if it has no calls."""
    from bibliobus.solve.periodic.population.breeding import adopt

    before, chain = nursery.cost, nursery.chain
    chain.size[:], chain.has[:] = 0, 0
    for day, (first, last) in enumerate(itertools.pairwise(nursery.ground.day_first)):
        calls = [visit for r in range(first, last) for visit in tours.sequence[r, : tours.calls[r]]]
        chain.giant[day, : len(calls)], chain.size[day] = calls, len(calls)
        chain.has[calls] |= 1 << day
    if chain.size.any():
        adopt(nursery.ground, chain, nursery.members, nursery.params)
        _write_best(nursery, before)


def _write_best(nursery: Nursery, before: float) -> None:
    """Write the best plan as tours, if it is better than it was."""
    if nursery.cost >= before:
        return
    best, members = nursery.best, nursery.members
    best.calls[:] = members.best_calls
    best.window[:] = 0
    for day, (first, last) in enumerate(itertools.pairwise(nursery.ground.day_first)):
        at = 0
        for r in range(first, last):
            calls = members.best_calls[r]
            best.sequence[r, :calls] = members.best_order[day, at : at + calls]
            at += calls
