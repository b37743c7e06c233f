"""Assign visits to days and buses with CP-SAT: the start of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import weekday_of
from bibliobus.network.places import UNREACHABLE_S
from bibliobus.words.units import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem

NEIGHBOURS: Final = 2
"""A visit's own driving is guessed from the legs to this many nearest visits."""

EFFORT: Final = 4.0
"""Deterministic seconds of CP-SAT: the same on every machine."""


def assign_days(problem: Problem, seed: int, time_limit_s: float | None = None) -> dict[int, tuple[int, int]]:
    """
    Assign visits to sets of days and to buses.

    Each bus and weekday gets a seed place, far from the depots and from each other; a visit costs
    its way to the seed, and the work of a day is limited (Fisher and Jaikumar 1981, with the
    weekday as cluster because all repeats of a visit keep it).

    ``time_limit_s``: Wall time after which the best assignment so far is taken; None means never.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    options = _find_options(problem)
    chosen = {option: model.new_bool_var("") for option in options}
    by_visit: dict[int, list[tuple[int, int, int]]] = {}
    by_tour: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for option in options:
        visit, pattern, bus = option
        by_visit.setdefault(visit, []).append(option)
        for day in problem.visits[visit].patterns[pattern]:
            by_tour.setdefault((bus, day), []).append(option)
    for same in by_visit.values():
        model.add_at_most_one(chosen[option] for option in same)
    for (bus, _), inside in sorted(by_tour.items()):
        work = sum(_guess_work(problem, visit, bus) * chosen[visit, pattern, bus] for visit, pattern, bus in inside)
        crew = problem.buses[bus]
        model.add(work <= crew.max_work_s // MINUTE_S)
        if crew.max_calls is not None:
            model.add(sum(chosen[option] for option in inside) <= crew.max_calls)
        if crew.capacity is not None:
            model.add(sum(problem.visits[option[0]].load * chosen[option] for option in inside) <= crew.capacity)
    worth = _find_worth(problem, options)
    model.maximize(sum(worth[option] * chosen[option] for option in options))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = EFFORT
    if time_limit_s is not None:
        solver.parameters.max_time_in_seconds = time_limit_s
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {}
    return {
        visit: (pattern, bus) for visit, pattern, bus in options if solver.boolean_value(chosen[visit, pattern, bus])
    }


def _find_options(problem: Problem) -> list[tuple[int, int, int]]:
    """Every visit with every pattern and bus that are out on those days and can reach it."""
    return [
        (at, pattern, bus)
        for at, visit in enumerate(problem.visits)
        for pattern, days in enumerate(visit.patterns)
        for bus in visit.buses
        if set(days) <= set(problem.buses[bus].days) and _is_reached(problem, at, bus)
    ]


def _is_reached(problem: Problem, visit: int, bus: int) -> bool:
    """Whether roads lead from the depot to a visit and back; then they lead from each such visit to every other."""
    legs, depot, here = problem.leg_s[problem.buses[bus].profile], problem.buses[bus].depot, problem.visits[visit].place
    return max(int(legs[depot, here]), int(legs[here, depot])) < UNREACHABLE_S


def _guess_work(problem: Problem, visit: int, bus: int) -> int:
    """Minutes a visit takes of a day: its dwell and the mean leg to its nearest neighbours."""
    legs = problem.leg_s[problem.buses[bus].profile]
    here = problem.visits[visit].place
    ways = (int(legs[here, other.place]) for at, other in enumerate(problem.visits) if at != visit)
    others = sorted(way_s for way_s in ways if way_s < UNREACHABLE_S)
    near = [*others[:NEIGHBOURS], int(legs[here, problem.buses[bus].depot])][:NEIGHBOURS]
    return (problem.visits[visit].dwell_s + sum(near) // len(near)) // MINUTE_S


def _find_worth(problem: Problem, options: Sequence[tuple[int, int, int]]) -> Mapping[tuple[int, int, int], int]:
    """Reward of each option less the way to the seed of its bus and weekday, in minutes."""
    ways = {}
    for bus, crew in enumerate(problem.buses):
        places = sorted({problem.visits[visit].place for visit, _, at in options if at == bus})
        weekdays = sorted({weekday_of(day) for day in crew.days})
        seeds = _spread_seeds(problem.leg_s[crew.profile], crew.depot, places, len(weekdays))
        for slot, weekday in enumerate(weekdays):
            ways[bus, weekday] = seeds[slot % len(seeds)] if seeds else crew.depot
    worth = {}
    for visit, pattern, bus in options:
        days, place = problem.visits[visit].patterns[pattern], problem.visits[visit].place
        way_s = int(problem.leg_s[problem.buses[bus].profile][ways[bus, weekday_of(days[0])], place])
        worth[visit, pattern, bus] = problem.visits[visit].reward // 100 - len(days) * (way_s // MINUTE_S)
    return worth


def _spread_seeds(legs: NDArray[np.int64], depot: int, places: Sequence[int], count: int) -> list[int]:
    """Places far from the depot and from each other, the farthest first (Gonzalez 1985)."""
    seeds: list[int] = []
    while places and len(seeds) < min(count, len(places)):
        seeds.append(max(places, key=lambda place: min(int(legs[a, place]) for a in [depot, *seeds])))
    return seeds
