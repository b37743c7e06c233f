"""Plans made by hand: tours that people wrote, completed with accounts, key figures and their cost."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import bibliobus
from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.model.price import price_tour
from bibliobus.plan.explain import explain_unserved
from bibliobus.plan.measure import measure_plan, work_of
from bibliobus.plan.timetable import Account, Plan, Provenance, Standing
from bibliobus.solve.solution import Ending, Solution, SolvedCall, SolvedTour, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bibliobus.model.case import Case
    from bibliobus.plan.timetable import Reason, Tour

SOLVER: Final = "by hand"
STATUS: Final = "by_hand"
ENDED_BY: Final = "none"


def build_by_hand(case: Case, tours: Iterable[Tour], language: str) -> Plan:
    """
    Complete tours made by hand to a plan.

    Parameters
    ----------
    case
        The area they are for.
    tours
        The tours, in any order; they may break rules.
    language
        Language of the outputs, ``uk`` or ``en``.

    Returns
    -------
    Plan
        With an account of every settlement, key figures and cost; not verified.
    """
    scenario = case.dataset.scenario
    ordered = tuple(sorted(tours, key=lambda tour: (tour.day, tour.bus_id)))
    accounts = tuple(sorted(_list_accounts(case, ordered), key=lambda account: account.settlement_id))
    return Plan(
        area_id=case.dataset.area_id,
        language=language,
        notice_uk=scenario.notice_uk,
        notice_en=scenario.notice_en,
        cycle=scenario.cycle,
        estimated=case.network.estimated,
        tours=ordered,
        accounts=accounts,
        figures=measure_plan(ordered, accounts),
        provenance=Provenance(
            version=bibliobus.__version__,
            solver=SOLVER,
            seed=0,
            iterations=0,
            status=STATUS,
            ended_by=ENDED_BY,
            cost=score_tours(case, ordered),
            bound=None,
            weights=asdict(scenario.weights),
            digests=dict(case.dataset.digests),
        ),
    )


def score_tours(case: Case, tours: Iterable[Tour]) -> int:
    """
    Score tours as a search scores its own.

    Parameters
    ----------
    case
        The area they are for.
    tours
        The tours; those of unknown buses cost nothing.

    Returns
    -------
    int
        Price of all tours and rewards of the visits that none of them calls at, in hundredths of a minute.
    """
    buses = {bus.bus_id: at for at, bus in enumerate(case.dataset.scenario.buses)}
    called: set[str] = set()
    cost = 0
    for tour in tours:
        called |= {call.settlement_id for call in tour.calls}
        if tour.bus_id in buses and tour.legs:
            length_m = sum(leg.length_m for leg in tour.legs)
            cost += price_tour(case.problem, buses[tour.bus_id], work_of(tour), length_m)
    visits = zip(case.demand.visits, case.problem.visits, strict=True)
    return cost + sum(wish.reward for visit, wish in visits if visit.settlement_id not in called)


def explain_again(case: Case, tours: tuple[Tour, ...]) -> dict[str, Reason]:
    """
    Find out once more why settlements are not served.

    Parameters
    ----------
    case
        The area.
    tours
        Tours of a plan.

    Returns
    -------
    dict of str to Reason
        For each settlement that is to be served and at which none of the tours calls.
    """
    reasons = explain_unserved(case, _to_solution(case, tours))
    return {case.demand.visits[at].settlement_id: reason for at, reason in reasons.items()}


def _list_accounts(case: Case, tours: tuple[Tour, ...]) -> Iterator[Account]:
    """Account of every settlement: whoever is called at is served."""
    called = {call.settlement_id for tour in tours for call in tour.calls}
    reasons = explain_again(case, tours)
    for visit in case.demand.visits:
        served = visit.settlement_id in called
        yield Account(
            settlement_id=visit.settlement_id,
            standing=Standing.SERVED if served else Standing.UNSERVED,
            population=visit.population,
            need=round(visit.need),
            rhythm_weeks=visit.rhythm_weeks,
            library_id=visit.library_id,
            library_m=visit.library_m,
            reason=reasons.get(visit.settlement_id),
        )
    for near in case.demand.not_needed:
        standing = Standing.SERVED if near.settlement_id in called else Standing.NOT_NEEDED
        yield Account(near.settlement_id, standing, near.population, 0, 0, near.library_id, near.distance_m)


def _to_solution(case: Case, tours: tuple[Tour, ...]) -> Solution:
    """The same tours as a search would give them, as far as buses, days and settlements are known."""
    buses = {bus.bus_id: at for at, bus in enumerate(case.dataset.scenario.buses)}
    visits = {visit.settlement_id: at for at, visit in enumerate(case.demand.visits)}
    days = case.dataset.scenario.cycle.weeks * WEEK_DAYS
    solved = []
    for tour in tours:
        calls = [
            SolvedCall(visits[c.settlement_id], c.start_s, c.end_s) for c in tour.calls if c.settlement_id in visits
        ]
        if calls and tour.legs and tour.bus_id in buses and 0 <= tour.day < days:
            bus = buses[tour.bus_id]
            solved.append(SolvedTour(bus, tour.day, tour.leave_s, tuple(calls), tour.return_s, None))
    called = {call.settlement_id for tour in tours for call in tour.calls}
    unserved = tuple(at for settlement_id, at in visits.items() if settlement_id not in called)
    cost = score_tours(case, tours)
    return Solution(tuple(solved), unserved, cost, None, Status.FEASIBLE, Ending.BUDGET)
