"""
Choices that CP-SAT proves best: which tours go to which days and buses, and which branches to open or close.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.calendar import weekday_of
from bibliobus.network.places import UNREACHABLE_S
from bibliobus.solve.solver import build_cp_solver
from bibliobus.words.language import MINUTE_S

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
    Assign visits to sets of days and to buses; without a limit in wall seconds (None) until that is proved best.

    Each bus and weekday gets a seed place, far from the depots and from each other; a visit costs its way to the seed,
    and the work of a day is limited (Fisher and Jaikumar 1981, with the weekday as cluster because all repeats of a
    visit keep it).
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
    solver = build_cp_solver(seed)
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


FAR_OFF_M: Final = 1_000_000
"""Where no road leads counts as this far."""

SITING_EFFORT: Final = 30.0
"""Deterministic seconds of each of the two searches: the same on every machine."""


@dataclass(frozen=True)
class SitingProblem:
    """
    Where branches may stand, and who lives how far from there.

    Parameters
    ----------
    people
        Residents of each settlement, 0 or more.
    distance_m
        Metres by road from each settlement (row) to each site (column), at most `FAR_OFF_M`.
    existing
        Whether a library stands at each site today.
    reach_m
        A library within this distance is within reach.
    to_open
        How many sites without a library get one, exactly.
    to_close
        How many libraries are closed, exactly.
    """

    people: tuple[int, ...]
    distance_m: tuple[tuple[int, ...], ...]
    existing: tuple[bool, ...]
    reach_m: int
    to_open: int
    to_close: int


@dataclass(frozen=True)
class SitingSolution:
    """Sites that have a library afterwards, sorted, and whether no other choice is better."""

    sites: tuple[int, ...]
    proved: bool


def choose_sites(problem: SitingProblem, *, seed: int = 1) -> SitingSolution:
    """
    Choose the sites that bring most people within reach and, among these choices, the shortest ways.

    Parameters
    ----------
    problem
        Sites and people; there must be as many sites to open and to close.
    seed
        Start of the random numbers, 0 or more.

    Returns
    -------
    SitingSolution
        The sites.

    Raises
    ------
    RuntimeError
        If the search gave nothing, which it never should: every choice of so many sites is allowed.

    Notes
    -----
    Maximal covering (Church and ReVelle 1974), then the p-median (Hakimi 1964) under the covering that was found. A
    settlement goes only to the nearest libraries of which at least one stays, and to new sites nearer than these.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    stands = [model.new_bool_var(f"site{site}") for site in range(len(problem.existing))]
    model.add(sum(one for one, old in zip(stands, problem.existing, strict=True) if not old) == problem.to_open)
    old = [one for one, there in zip(stands, problem.existing, strict=True) if there]
    model.add(sum(old) == len(old) - problem.to_close)
    covered = _add_covering(model, stands, problem)
    model.maximize(covered)
    first, most_proved = _search(model, seed)
    most = round(first.objective_value)
    hints = [first.boolean_value(one) for one in stands]
    model.add(covered >= most)
    model.minimize(_add_ways(model, stands, problem))
    for one, value in zip(stands, hints, strict=True):
        model.add_hint(one, value)
    second, least_proved = _search(model, seed)
    sites = tuple(site for site, one in enumerate(stands) if second.boolean_value(one))
    return SitingSolution(sites, most_proved and least_proved)


def measure_nearest(problem: SitingProblem, sites: Sequence[int]) -> tuple[int, ...]:
    """Metres from each settlement to the nearest of some sites; `FAR_OFF_M` where no road leads to any."""
    return tuple(min((row[site] for site in sites), default=FAR_OFF_M) for row in problem.distance_m)


def _search(model: Any, seed: int) -> tuple[Any, bool]:
    """Solver after a search of bounded effort on one thread, and whether the best was proved."""
    from ortools.sat.python import cp_model

    solver = build_cp_solver(seed)
    solver.parameters.max_deterministic_time = SITING_EFFORT
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise RuntimeError("no choice of sites was found")
    return solver, status == cp_model.OPTIMAL


def _add_covering(model: Any, stands: Sequence[Any], problem: SitingProblem) -> Any:
    """Residents within reach of a library."""
    terms = []
    for people, row in zip(problem.people, problem.distance_m, strict=True):
        near = [stands[site] for site, distance_m in enumerate(row) if distance_m <= problem.reach_m]
        if people and near:
            reached = model.new_bool_var("")
            model.add(sum(near) >= reached)
            terms.append(people * reached)
    return sum(terms)


def _add_ways(model: Any, stands: Sequence[Any], problem: SitingProblem) -> Any:
    """Metres of everybody's way to the nearest library, added up."""
    terms = []
    for people, row in zip(problem.people, problem.distance_m, strict=True):
        if not people:
            continue
        goes = {site: model.new_bool_var("") for site in _list_choices(row, problem)}
        nowhere = model.new_bool_var("")
        model.add_exactly_one(*goes.values(), nowhere)
        for site, one in goes.items():
            model.add_implication(one, stands[site])
        terms.append(people * (sum(row[site] * one for site, one in goes.items()) + FAR_OFF_M * nowhere))
    return sum(terms)


def _list_choices(row: Sequence[int], problem: SitingProblem) -> list[int]:
    """Sites that may be the nearest library of a settlement: the last of these stays open whatever is closed."""
    old = sorted((distance_m, site) for site, distance_m in enumerate(row) if problem.existing[site])
    kept = old[: problem.to_close + 1]
    limit_m = kept[-1][0] if len(kept) > problem.to_close else FAR_OFF_M
    new = [site for site, distance_m in enumerate(row) if not problem.existing[site] and distance_m < limit_m]
    return sorted({site for _, site in kept} | set(new))
