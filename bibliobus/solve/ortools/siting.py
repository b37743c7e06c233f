"""Which branches to open and close so that most people reach one: facility location with CP-SAT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

FAR_OFF_M: Final = 1_000_000
"""Where no road leads counts as this far."""

EFFORT: Final = 30.0
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
    """
    Which sites have a library afterwards.

    ``sites``: Sites with a library, sorted.
    """

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
    """
    Find how far everybody is from the nearest of some sites.

    Returns metres for each settlement; `FAR_OFF_M` where no road leads to any.
    """
    return tuple(min((row[site] for site in sites), default=FAR_OFF_M) for row in problem.distance_m)


def _search(model: Any, seed: int) -> tuple[Any, bool]:
    """Solver after a search of bounded effort on one thread, and whether the best was proved."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = EFFORT
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
