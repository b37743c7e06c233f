"""From a solution in indices, or from tours that people wrote, to a plan with names, dates and clock times."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

import bibliobus
from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.libraries import COMPILER, PAPER_LIBRARIES, PLAN_LIBRARIES, list_versions
from bibliobus.model.problem import price_tour
from bibliobus.network.engine.engine import has_compiler
from bibliobus.plan.explain.impossible import tell_as_before
from bibliobus.plan.explain.reasons import describe_reason, explain_unserved
from bibliobus.plan.measure.figures import measure_plan, work_of
from bibliobus.plan.names import spell_places
from bibliobus.plan.plan import Account, Call, Leg, Pause, Plan, Provenance, Row, Standing, Tour
from bibliobus.solve.solver import Ending, Solution, SolvedCall, SolvedTour, Status
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bibliobus.demand.visits import Visit
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Reason
    from bibliobus.solve.solver import SearchOptions

SOLVER: Final = "by hand"
STATUS: Final = "by_hand"
ENDED_BY: Final = "none"


def build_by_hand(prepared: PreparedArea, tours: Iterable[Tour], language: str) -> Plan:
    """Complete tours made by hand, which may break rules, with accounts, key figures and cost; nothing is verified."""
    scenario = prepared.dataset.scenario
    ordered = tuple(sorted(tours, key=lambda tour: (tour.day, tour.bus_id)))
    accounts = tuple(sorted(_list_accounts(prepared, ordered), key=lambda account: account.settlement_id))
    return Plan(
        area_id=prepared.dataset.area_id,
        language=language,
        notice_uk=scenario.notice_uk,
        notice_en=scenario.notice_en,
        cycle=scenario.cycle,
        estimated=prepared.network.estimated,
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
            cost=score_tours(prepared, ordered),
            bound=None,
            weights=asdict(scenario.weights),
            digests=dict(prepared.dataset.digests),
        ),
    )


def score_tours(prepared: PreparedArea, tours: Iterable[Tour]) -> int:
    """Score tours as a search scores its own; those of unknown buses cost nothing."""
    buses = {bus.bus_id: at for at, bus in enumerate(prepared.dataset.scenario.buses)}
    called: set[str] = set()
    cost = 0
    for tour in tours:
        called |= {call.settlement_id for call in tour.calls}
        if tour.bus_id in buses and tour.legs:
            length_m = sum(leg.length_m for leg in tour.legs)
            cost += price_tour(prepared.problem, buses[tour.bus_id], work_of(tour), length_m)
    visits = zip(prepared.demand.visits, prepared.problem.visits, strict=True)
    return cost + sum(wish.reward for visit, wish in visits if visit.settlement_id not in called)


def explain_again(prepared: PreparedArea, tours: tuple[Tour, ...], watch: Watch = UNWATCHED) -> dict[str, Reason]:
    """Find out once more why settlements are not served."""
    reasons = explain_unserved(prepared, _to_solution(prepared, tours), watch)
    return {prepared.demand.visits[at].settlement_id: reason for at, reason in reasons.items()}


def _list_accounts(prepared: PreparedArea, tours: tuple[Tour, ...]) -> Iterator[Account]:
    """Account of every settlement: whoever is called at is served."""
    called = {call.settlement_id for tour in tours for call in tour.calls}
    reasons = explain_again(prepared, tours)
    for visit in prepared.demand.visits:
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
    for near in prepared.demand.not_needed:
        standing = Standing.SERVED if near.settlement_id in called else Standing.NOT_NEEDED
        yield Account(near.settlement_id, standing, near.population, 0, 0, near.library_id, near.distance_m)


def _to_solution(prepared: PreparedArea, tours: tuple[Tour, ...]) -> Solution:
    """The same tours as a search would give them, as far as buses, days and settlements are known."""
    buses = {bus.bus_id: at for at, bus in enumerate(prepared.dataset.scenario.buses)}
    visits = {visit.settlement_id: at for at, visit in enumerate(prepared.demand.visits)}
    days = prepared.dataset.scenario.cycle.weeks * WEEK_DAYS
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
    cost = score_tours(prepared, tours)
    return Solution(tuple(solved), unserved, cost, None, Status.FEASIBLE, Ending.BUDGET)


def assemble_plan(
    prepared: PreparedArea,
    solution: Solution,
    *,
    solver: str,
    options: SearchOptions,
    language: str,
    compiled: bool | None = None,
    watch: Watch = UNWATCHED,
) -> Plan:
    """
    Assemble a plan.

    Parameters
    ----------
    prepared
        What was planned.
    solution
        What the search found.
    solver
        Name of the solver.
    options
        How it searched.
    language
        Language of the outputs, ``uk`` or ``en``.
    compiled
        True if the compiler is known to have a part in the plan; None to find out, which loads it.
    watch
        Told, and asked whether to stop, as the reasons of the unserved take their time.

    Returns
    -------
    Plan
        Complete with the account of every settlement and the key figures; not yet verified.
    """
    scenario = prepared.dataset.scenario
    tours = build_tours(prepared, solution)
    accounts = _build_accounts(prepared, solution, watch)
    watch.check()
    # To ask for the compiler loads it, which takes its time where nothing else did.
    libraries = list_deciding_libraries(compiled=has_compiler() if compiled is None else compiled)
    watch.check()
    return Plan(
        area_id=prepared.dataset.area_id,
        language=language,
        notice_uk=scenario.notice_uk,
        notice_en=scenario.notice_en,
        cycle=scenario.cycle,
        estimated=prepared.network.estimated,
        tours=tours,
        accounts=accounts,
        figures=measure_plan(tours, accounts),
        provenance=Provenance(
            version=bibliobus.__version__,
            solver=solver,
            seed=options.seed,
            iterations=solution.steps,
            status=solution.status.value,
            ended_by=solution.ended_by.value,
            cost=score_tours(prepared, tours),
            bound=solution.bound,
            weights=asdict(scenario.weights),
            digests=dict(prepared.dataset.digests),
            libraries=libraries,
        ),
    )


def list_deciding_libraries(*, compiled: bool) -> dict[str, str]:
    """Versions of the libraries that decide a plan and its papers, sorted by name; numba only if `compiled`."""
    return list_versions({*PLAN_LIBRARIES, *PAPER_LIBRARIES} - ({COMPILER} if not compiled else set()))


def build_tours(prepared: PreparedArea, solution: Solution) -> tuple[Tour, ...]:
    """Build the tours of a solution with names and clock times, in its order."""
    return tuple(build_tour(prepared, tour) for tour in solution.tours)


def account_tours(plan: Plan, prepared: PreparedArea, tours: tuple[Tour, ...]) -> Plan:
    """
    Account for other tours of a plan, such as those of a period: who is lost gets a reason, others keep their accounts.

    Prices and bounds of the plan say nothing of these tours; nobody verifies the result as a plan.
    """
    called = {call.settlement_id for tour in tours for call in tour.calls}
    solution = _to_solution(prepared, tours)
    served = {one.settlement_id for one in plan.accounts if one.standing is Standing.SERVED}
    lost = {at for at in solution.unserved if prepared.demand.visits[at].settlement_id in served}
    reasons = {
        prepared.demand.visits[at].settlement_id: reason
        for at, reason in explain_unserved(prepared, solution, only=lost).items()
    }
    accounts = tuple(
        replace(
            one,
            standing=Standing.SERVED if one.settlement_id in called else Standing.UNSERVED,
            reason=None if one.settlement_id in called else reasons.get(one.settlement_id, one.reason),
        )
        if one.standing is not Standing.NOT_NEEDED or one.settlement_id in called
        else one
        for one in plan.accounts
    )
    return replace(plan, tours=tours, accounts=accounts, figures=measure_plan(tours, accounts))


def build_tour(prepared: PreparedArea, solved: SolvedTour) -> Tour:
    """Tour with names."""
    bus = prepared.dataset.scenario.buses[solved.bus]
    return Tour(bus.bus_id, solved.day, tuple(_list_rows(prepared, solved)))


def _list_rows(prepared: PreparedArea, solved: SolvedTour) -> Iterator[Row]:
    """Legs, calls and breaks in the order of time."""
    crew = prepared.problem.buses[solved.bus]
    stops = [crew.depot, *(prepared.problem.visits[call.visit].place for call in solved.calls), crew.depot]
    pauses: dict[int, list[Pause]] = {}
    for rest in (*((solved.meal_break,) if solved.meal_break else ()), *solved.breaks):
        place_id = prepared.matrices[0].place_ids[stops[rest.leg]]
        pause = Pause(place_id, rest.start_s, rest.start_s + rest.duration_s, rest is solved.meal_break)
        pauses.setdefault(rest.leg, []).append(pause)
    clock = solved.leave_s
    yield from pauses.get(0, ())
    for at, call in enumerate(solved.calls, start=1):
        yield (leg := _build_leg(prepared, crew.profile, stops[at - 1], stops[at], clock))
        stay = Call(leg.to_id, call.start_s, call.end_s)
        parked: list[Call | Pause] = [stay, *pauses.get(at, ())]
        rows = sorted(parked, key=lambda row: row.start_s)
        yield from rows
        clock = rows[-1].end_s
    yield _build_leg(prepared, crew.profile, stops[-2], stops[-1], clock)
    yield from pauses.get(len(stops) - 1, ())


def _build_leg(prepared: PreparedArea, profile: int, start: int, end: int, leave_s: int) -> Leg:
    """Drive with names."""
    matrix = prepared.matrices[profile]
    return Leg(
        from_id=matrix.place_ids[start],
        to_id=matrix.place_ids[end],
        leave_s=leave_s,
        arrive_s=leave_s + int(prepared.problem.leg_s[profile][start, end]),
        driving_s=int(matrix.duration_s[start, end]),
        length_m=int(matrix.length_m[start, end]),
    )


def _build_accounts(prepared: PreparedArea, solution: Solution, watch: Watch) -> tuple[Account, ...]:
    """Account of every settlement, sorted."""
    reasons = explain_unserved(prepared, solution, watch)
    served = [_account_visit(visit, reasons.get(at)) for at, visit in enumerate(prepared.demand.visits)]
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
        for one in prepared.demand.not_needed
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


REASON_DIFFERS: Final = FindingKind(
    "reason-differs",
    Severity.ERROR,
    N_("The reason why {name} is not served, or a number in it, was changed; these tours give: {expected}"),
    N_("Plan anew, so that the reason is a true one."),
)


def check_retold(plan: Plan, prepared: PreparedArea, watch: Watch = UNWATCHED) -> list[Finding]:
    """
    Find each settlement whose reason differs in any value from what the tours of the plan give once more.

    What these reasons rest on, times that fit and prices, is found by the code that planned: this shows that nobody
    changed them, not that they are right.
    """
    expected, names = explain_again(prepared, plan.tours, watch), spell_places(prepared.dataset)
    return [
        REASON_DIFFERS.at(
            Place(settlement_id=account.settlement_id),
            name=names[account.settlement_id],
            expected=describe_reason(expected[account.settlement_id]),
        )
        for account in plan.accounts
        if account.standing is Standing.UNSERVED and not _tells(account.reason, expected.get(account.settlement_id))
    ]


def _tells(reason: Reason | None, expected: Reason | None) -> bool:
    """Whether a reason is the expected one; that of an older plan may lack what must change together."""
    return reason == expected or (expected is not None and reason in tell_as_before(expected))
