"""From a solution in indices to a Plan with names, dates and clock times."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import bibliobus
from bibliobus.libraries import COMPILER, PAPER_LIBRARIES, PLAN_LIBRARIES, list_versions
from bibliobus.network.engine import has_compiler
from bibliobus.plan.by_hand import score_tours
from bibliobus.plan.explain import explain_unserved
from bibliobus.plan.measure import measure_plan
from bibliobus.plan.timetable import Account, Call, Leg, Pause, Plan, Provenance, Row, Standing, Tour

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.demand.visits import Visit
    from bibliobus.model.case import Case
    from bibliobus.plan.timetable import Reason
    from bibliobus.solve.solution import SearchOptions, Solution, SolvedTour


def assemble_plan(case: Case, solution: Solution, *, solver: str, options: SearchOptions, language: str) -> Plan:
    """
    Assemble a plan.

    Parameters
    ----------
    case
        What was planned.
    solution
        What the search found.
    solver
        Name of the solver.
    options
        How it searched.
    language
        Language of the outputs, ``uk`` or ``en``.

    Returns
    -------
    Plan
        Complete with the account of every settlement and the key figures; not yet verified.
    """
    scenario = case.dataset.scenario
    tours = tuple(_build_tour(case, tour) for tour in solution.tours)
    accounts = _build_accounts(case, solution)
    return Plan(
        area_id=case.dataset.area_id,
        language=language,
        notice_uk=scenario.notice_uk,
        notice_en=scenario.notice_en,
        cycle=scenario.cycle,
        estimated=case.network.estimated,
        tours=tours,
        accounts=accounts,
        figures=measure_plan(tours, accounts),
        provenance=Provenance(
            version=bibliobus.__version__,
            solver=solver,
            seed=options.seed,
            iterations=options.iterations,
            status=solution.status.value,
            ended_by=solution.ended_by.value,
            cost=score_tours(case, tours),
            bound=solution.bound,
            weights=asdict(scenario.weights),
            digests=dict(case.dataset.digests),
            libraries=list_libraries(compiled=has_compiler()),
        ),
    )


def list_libraries(*, compiled: bool) -> dict[str, str]:
    """
    List the versions of the libraries that decide a plan and its papers.

    Parameters
    ----------
    compiled
        True if compiled code measures or searches; else numba has no part in the plan.

    Returns
    -------
    dict of str to str
        Version by name, sorted by name.
    """
    return list_versions({*PLAN_LIBRARIES, *PAPER_LIBRARIES} - ({COMPILER} if not compiled else set()))


def _build_tour(case: Case, solved: SolvedTour) -> Tour:
    """Tour with names."""
    bus = case.dataset.scenario.buses[solved.bus]
    return Tour(bus.bus_id, solved.day, tuple(_list_rows(case, solved)))


def _list_rows(case: Case, solved: SolvedTour) -> Iterator[Row]:
    """Legs, calls and breaks in the order of time."""
    crew = case.problem.buses[solved.bus]
    stops = [crew.depot, *(case.problem.visits[call.visit].place for call in solved.calls), crew.depot]
    pauses: dict[int, list[Pause]] = {}
    for rest in (*((solved.meal_break,) if solved.meal_break else ()), *solved.breaks):
        place_id = case.matrices[0].place_ids[stops[rest.leg]]
        pause = Pause(place_id, rest.start_s, rest.start_s + rest.duration_s, rest is solved.meal_break)
        pauses.setdefault(rest.leg, []).append(pause)
    clock = solved.leave_s
    yield from pauses.get(0, ())
    for at, call in enumerate(solved.calls, start=1):
        yield (leg := _build_leg(case, crew.profile, stops[at - 1], stops[at], clock))
        stay = Call(leg.to_id, call.start_s, call.end_s)
        parked: list[Call | Pause] = [stay, *pauses.get(at, ())]
        rows = sorted(parked, key=lambda row: row.start_s)
        yield from rows
        clock = rows[-1].end_s
    yield _build_leg(case, crew.profile, stops[-2], stops[-1], clock)
    yield from pauses.get(len(stops) - 1, ())


def _build_leg(case: Case, profile: int, start: int, end: int, leave_s: int) -> Leg:
    """Drive with names."""
    matrix = case.matrices[profile]
    return Leg(
        from_id=matrix.place_ids[start],
        to_id=matrix.place_ids[end],
        leave_s=leave_s,
        arrive_s=leave_s + int(case.problem.leg_s[profile][start, end]),
        driving_s=int(matrix.duration_s[start, end]),
        length_m=int(matrix.length_m[start, end]),
    )


def _build_accounts(case: Case, solution: Solution) -> tuple[Account, ...]:
    """Account of every settlement, sorted."""
    reasons = explain_unserved(case, solution)
    served = [_account_visit(visit, reasons.get(at)) for at, visit in enumerate(case.demand.visits)]
    near = [
        Account(
            settlement_id=one.settlement_id,
            standing=Standing.NOT_NEEDED,
            population=one.population,
            need=0,
            rhythm_weeks=0,
            library_id=one.library_id,
            library_m=one.distance_m,
        )
        for one in case.demand.not_needed
    ]
    return tuple(sorted([*served, *near], key=lambda account: account.settlement_id))


def _account_visit(visit: Visit, reason: Reason | None) -> Account:
    """Account of a settlement that is to be served."""
    return Account(
        settlement_id=visit.settlement_id,
        standing=Standing.SERVED if reason is None else Standing.UNSERVED,
        population=visit.population,
        need=round(visit.need),
        rhythm_weeks=visit.rhythm_weeks,
        library_id=visit.library_id,
        library_m=visit.library_m,
        reason=reason,
    )
