"""From a published plan to the promises of a search, and from its tours back to a plan that keeps the rest."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.libraries import COMPILER
from bibliobus.plan.build import assemble_plan, score_tours
from bibliobus.plan.measure.figures import measure_plan
from bibliobus.solve.repair.promises import AnnouncedTimetable, ChangePrices, Promise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from bibliobus.domain.scenario import PromiseWeights
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan, Tour
    from bibliobus.solve.solver import SearchOptions, Solution

HUNDREDTHS: Final = 100
SOLVER: Final = "replan"
"""Name of the search in the plans that it makes."""


def make_prices(weights: PromiseWeights) -> ChangePrices:
    """Turn the weights of the scenario, in minutes, into prices of announced changes."""
    return ChangePrices(
        lost=round(weights.lost * HUNDREDTHS),
        day=round(weights.day * HUNDREDTHS),
        bus=round(weights.bus * HUNDREDTHS),
        time=round(weights.time * HUNDREDTHS),
        order=round(weights.order * HUNDREDTHS),
        tolerance_s=weights.tolerance_s,
    )


def turn_plan(plan: Plan, prepared: PreparedArea) -> Plan:
    """Turn a published plan to the cycle of another scenario: the same visits on the same dates, all else as it was."""
    cycle, length = prepared.dataset.scenario.cycle, plan.cycle.weeks * WEEK_DAYS
    if cycle == plan.cycle:
        return plan
    offset = (cycle.first_day - plan.cycle.first_day).days
    by_day: dict[int, list[Tour]] = {}
    for tour in plan.tours:
        by_day.setdefault(tour.day, []).append(tour)
    tours = [
        replace(tour, day=day, date=None)
        for day in range(cycle.weeks * WEEK_DAYS)
        for tour in by_day.get((day + offset) % length, ())
    ]
    return replace(plan, cycle=cycle, tours=tuple(tours))


def list_promises(plan: Plan, prepared: PreparedArea, *, frozen_before: date | None = None) -> AnnouncedTimetable:
    """List what a plan has announced, in the indices of a problem; frozen before a date, None for nothing frozen."""
    visits = {visit.settlement_id: at for at, visit in enumerate(prepared.demand.visits)}
    buses = {bus.bus_id: at for at, bus in enumerate(prepared.dataset.scenario.buses)}
    promises: dict[int, dict[int, Promise]] = {}
    orders = {}
    for tour in plan.tours:
        bus = buses.get(tour.bus_id, -1)
        calls = [(visits[call.settlement_id], call) for call in tour.calls if call.settlement_id in visits]
        for visit, call in calls:
            promises.setdefault(visit, {})[tour.day] = Promise(bus, call.start_s, call.end_s)
        if bus >= 0 and calls and tour.day in prepared.problem.buses[bus].days:
            orders[bus, tour.day] = tuple(visit for visit, _ in calls)
    days = range(prepared.problem.days)
    frozen = {day for day in days if frozen_before is not None and plan.cycle.date_of(day) < frozen_before}
    residents = {at: visit.population for at, visit in enumerate(prepared.demand.visits)}
    known = {account.settlement_id for account in plan.accounts}
    awaited = {
        at: max((len(pattern) for pattern in prepared.problem.visits[at].patterns), default=0)
        for at, visit in enumerate(prepared.demand.visits)
        if visit.settlement_id not in known
    }
    return AnnouncedTimetable(promises, orders, frozenset(frozen), residents, awaited)


def assemble_kept(
    plan: Plan,
    prepared: PreparedArea,
    solution: Solution,
    options: SearchOptions,
    watch: Watch = UNWATCHED,
) -> Plan:
    """Assemble a plan, not yet verified, in which each tour that has not changed is the published one, row by row."""
    # The tours come from a plan that the compiler decided, whatever else there is now.
    compiled = True if COMPILER in plan.provenance.libraries else None
    made = assemble_plan(
        prepared, solution, solver=SOLVER, options=options, language=plan.language, compiled=compiled, watch=watch
    )
    tours = keep_rows(plan, made.tours)
    weights = {**made.provenance.weights, **_list_weights(prepared.dataset.scenario.promises)}
    return replace(
        made,
        tours=tours,
        figures=measure_plan(tours, made.accounts),
        # Rows of the published plan may take more time than the search would need for the same calls.
        provenance=replace(made.provenance, weights=weights, cost=score_tours(prepared, tours)),
    )


def _list_weights(weights: PromiseWeights) -> dict[str, int | float]:
    """Weights of announced visits by name."""
    return {f"promise_{name}": value for name, value in asdict(weights).items()}


def keep_rows(plan: Plan, tours: Iterable[Tour]) -> tuple[Tour, ...]:
    """Tours in which each that has not changed is the one of a plan, row by row."""
    before = {tour.tour_id: tour for tour in plan.tours}
    return tuple(_keep_rows(before, tour) for tour in tours)


def _keep_rows(before: Mapping[str, Tour], tour: Tour) -> Tour:
    """The published tour if its calls and the roads it drives are the same, else the new one."""
    old = before.get(tour.tour_id)
    if old is None or old.calls != tour.calls:
        return tour
    drives = [[(leg.from_id, leg.to_id, leg.driving_s, leg.length_m) for leg in one.legs] for one in (old, tour)]
    return old if drives[0] == drives[1] else tour
