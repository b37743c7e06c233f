"""Plan that is driven today: a timetable as a plan, whatever rules it breaks; a search's start; and who does better."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import bibliobus
from bibliobus.demand.driven import find_same_places
from bibliobus.demand.observed import BASE, Drives, find_ends, find_gaps
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.files import TODAY_FILE
from bibliobus.plan.build import list_deciding_libraries
from bibliobus.plan.measure.figures import measure_plan
from bibliobus.plan.plan import Account, Call, Leg, Pause, Plan, Provenance, Standing, Tour
from bibliobus.solve.driven import draft_driven
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import N_
from bibliobus.words.text import Number, Rhythm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bibliobus.demand.observed import ObservedTour
    from bibliobus.demand.visits import Visit
    from bibliobus.domain.fleet import MealBreak
    from bibliobus.inputs.driven import DrivenTour
    from bibliobus.model.area import PreparedArea
    from bibliobus.network.places import TravelMatrix
    from bibliobus.plan.plan import Row
    from bibliobus.solve.drafts import TourKey

SOLVER: Final = "timetable"
STATUS: Final = "driven"
"""Nothing was searched for, and the plan may break rules."""
ENDED_BY: Final = "none"


def build_today(tours: Sequence[ObservedTour], prepared: PreparedArea) -> Plan:
    """
    Build the plan that is driven today: every stop at its published times, drives when the bus closes or its break
    ends.

    It is not verified: what people drive today may break rules.
    """
    scenario, matrix = prepared.dataset.scenario, prepared.matrices[0]
    meals = {bus.bus_id: bus.meal_break for bus in scenario.buses}
    drives = Drives.of(matrix)
    planned = tuple(
        Tour(tour.bus_id, tour.day, tuple(_list_rows(tour, meals[tour.bus_id], matrix, drives, scenario.rules.grid_s)))
        for tour in tours
    )
    accounts = tuple(_account(visit) for visit in prepared.demand.visits)
    return Plan(
        area_id=prepared.dataset.area_id,
        language=scenario.language,
        notice_uk=scenario.notice_uk,
        notice_en=scenario.notice_en,
        cycle=scenario.cycle,
        estimated=prepared.network.estimated,
        tours=planned,
        accounts=accounts,
        figures=measure_plan(planned, accounts),
        provenance=Provenance(
            version=bibliobus.__version__,
            solver=SOLVER,
            seed=0,
            iterations=0,
            status=STATUS,
            ended_by=ENDED_BY,
            cost=0,
            bound=None,
            weights=asdict(scenario.weights),
            digests=dict(prepared.dataset.digests),
            libraries=list_deciding_libraries(compiled=False),
        ),
    )


def _list_rows(
    tour: ObservedTour, meal: MealBreak | None, matrix: TravelMatrix, drives: Drives, grid_s: int
) -> Iterator[Row]:
    """Legs, calls and the meal break of a tour in the order of time."""
    leave_s, return_s = find_ends(tour, drives, grid_s)
    at, pause = _place_break(tour, meal, drives, grid_s)
    if at == 0 and pause is not None:
        yield pause
    here, clock = BASE, leave_s
    for number, stop in enumerate(tour.stops, start=1):
        yield _build_leg(matrix, drives, (here, clock), (stop.settlement_id, stop.start_s))
        yield Call(stop.settlement_id, stop.start_s, stop.end_s)
        here, clock = stop.settlement_id, stop.end_s
        if at == number and pause is not None:
            yield pause
            clock = pause.end_s
    yield _build_leg(matrix, drives, (here, clock), (BASE, return_s))
    if at > len(tour.stops) and pause is not None:
        yield pause


def _place_break(tour: ObservedTour, meal: MealBreak | None, drives: Drives, grid_s: int) -> tuple[int, Pause | None]:
    """
    Number of stops before the meal break, and the break; None if there is no time for any.

    The longest gap between two stops comes first, then the base before or after the tour if only there it is whole.
    """
    if meal is None:
        return 0, None
    leave_s, return_s = find_ends(tour, drives, grid_s)
    gaps = find_gaps(tour, drives, (meal.earliest_s, meal.latest_s), grid_s)
    longest = max(gaps, key=lambda gap: gap.length_s, default=None)
    if longest is None or longest.length_s < meal.duration_s:
        if return_s <= meal.latest_s:
            start_s = max(return_s, meal.earliest_s)
            return len(tour.stops) + 1, Pause(BASE, start_s, start_s + meal.duration_s)
        if leave_s - meal.duration_s >= meal.earliest_s:
            return 0, Pause(BASE, leave_s - meal.duration_s, leave_s)
    if longest is None:
        return 0, None
    end_s = longest.start_s + min(longest.length_s, meal.duration_s)
    return longest.after + 1, Pause(tour.stops[longest.after].settlement_id, longest.start_s, end_s)


def _build_leg(matrix: TravelMatrix, drives: Drives, start: tuple[str, int], end: tuple[str, int]) -> Leg:
    """Drive between two places, each with its clock time."""
    return Leg(
        from_id=start[0],
        to_id=end[0],
        leave_s=start[1],
        arrive_s=end[1],
        driving_s=drives.between(start[0], end[0]),
        length_m=int(matrix.length_m[drives.rows[start[0]], drives.rows[end[0]]]),
    )


def _account(visit: Visit) -> Account:
    """Account of a stop that is served."""
    return Account(
        settlement_id=visit.settlement_id,
        standing=Standing.SERVED,
        population=visit.population,
        need=round(visit.need),
        rhythm_weeks=visit.rhythm_weeks,
        library_id=visit.library_id,
        library_m=visit.library_m,
    )


OTHER_WEEKS: Final = FindingKind(
    "today-other-weeks",
    Severity.NOTE,
    N_("What is driven today repeats {found}, and the cycle {expected}: the search started from nothing."),
    N_("To start from it, let cycle.weeks in scenario.toml be the same."),
)
STARTED: Final = FindingKind(
    "today-start",
    Severity.NOTE,
    N_("The search started from what is driven today; of its stops, {kept} of {all} could stay where they are."),
    N_("The others break a rule of the scenario there; “bibliobus verify” on that plan names each rule."),
)
KEPT: Final = FindingKind(
    "today-kept",
    Severity.NOTE,
    N_("Nothing better was found than what is driven today: the plan keeps the stops of every tour."),
    N_("Search longer; by the weights of the scenario it may be hard to do better."),
)
SERVES_LESS: Final = FindingKind(
    "today-serves-more",
    Severity.WARNING,
    N_("Stops to which the bus comes today and that the plan leaves out: {lost}."),
    N_("See with “bibliobus explain” why; search longer, or change the rules that stand in the way."),
)
NEEDS_MORE: Final = FindingKind(
    "today-needs-less",
    Severity.WARNING,
    N_("The plan needs more bus days in a cycle than today: {found} in place of {expected}."),
    N_("Today's tours may break rules of the scenario, which costs days; else search longer."),
)
MEETS_AGAIN: Final = FindingKind(
    "place-twice-a-day",
    Severity.WARNING,
    N_("Calls of the plan at a place where a bus was on the same day already: {found}; today: {expected}."),
    N_("Readers gain nothing from such a call: give the stops of that place other days with [[stops]] or [[locks]]."),
)


def list_start(prepared: PreparedArea) -> dict[TourKey, tuple[int, ...]]:
    """Orders of visits by bus and day that are driven today, as far as area and cycle know them; empty for none."""
    buses = {bus.bus_id: at for at, bus in enumerate(prepared.dataset.scenario.buses)}
    visits = {visit.settlement_id: at for at, visit in enumerate(prepared.demand.visits)}
    orders: dict[TourKey, tuple[int, ...]] = {}
    for tour in _list_driven(prepared):
        known = tuple(visits[one] for one in tour.settlement_ids if one in visits)
        if tour.bus_id in buses and known:
            key = (buses[tour.bus_id], tour.day)
            orders[key] = tuple(dict.fromkeys((*orders.get(key, ()), *known)))
    return orders


def judge_by_today(plan: Plan, prepared: PreparedArea) -> list[Finding]:
    """Judge a plan by what is driven today: whether the search started there, and all that is worse than today."""
    driven, tours = prepared.dataset.driven, _list_driven(prepared)
    if driven is None or not driven.tours:
        return []
    if not tours:
        weeks = {"found": Rhythm(driven.cycle.weeks), "expected": Rhythm(prepared.dataset.scenario.cycle.weeks)}
        return [OTHER_WEEKS.at(Place(TODAY_FILE), **weeks)]
    return [*_tell_start(plan, prepared, tours), *_tell_worse(plan, prepared, tours)]


def _tell_start(plan: Plan, prepared: PreparedArea, tours: Sequence[DrivenTour]) -> Iterator[Finding]:
    """How much of today could be the start, and whether the plan is still the same."""
    start = list_start(prepared)
    wanted = {visit for order in start.values() for visit in order}
    kept = len(draft_driven(Scheduler(prepared.problem), start).homes)
    yield STARTED.at(Place(TODAY_FILE), kept=Number(kept), all=Number(len(wanted)))
    planned = {(tour.bus_id, tour.day): {call.settlement_id for call in tour.calls} for tour in plan.tours}
    if planned == {(tour.bus_id, tour.day): set(tour.settlement_ids) for tour in tours}:
        yield KEPT.at(Place(TODAY_FILE))


def _tell_worse(plan: Plan, prepared: PreparedArea, tours: Sequence[DrivenTour]) -> Iterator[Finding]:
    """Who is left out, how many bus-days are more, and how many calls are at a place where a bus was already."""
    place, known = Place(TODAY_FILE), {visit.settlement_id for visit in prepared.demand.visits}
    served, driven = list_calls(plan.tours), list_driven_calls(prepared)
    lost = len(known & {one for _, one in driven} - {one for _, one in served})
    if lost:
        yield SERVES_LESS.at(place, lost=Number(lost))
    if len(plan.tours) > len(tours):
        yield NEEDS_MORE.at(place, found=Number(len(plan.tours)), expected=Number(len(tours)))
    again, today = (count_second_calls(calls, prepared) for calls in (served, driven))
    if again > today:
        yield MEETS_AGAIN.at(place, found=Number(again), expected=Number(today))


def list_calls(tours: Iterable[Tour]) -> list[tuple[int, str]]:
    """Day of the cycle and settlement of each call of tours."""
    return [(tour.day, call.settlement_id) for tour in tours for call in tour.calls]


def list_driven_calls(prepared: PreparedArea) -> list[tuple[int, str]]:
    """Day of the cycle and settlement of each call that is driven today; empty where nobody knows."""
    return [(tour.day, settlement_id) for tour in _list_driven(prepared) for settlement_id in tour.settlement_ids]


def count_second_calls(calls: Iterable[tuple[int, str]], prepared: PreparedArea) -> int:
    """Count calls (day of the cycle, settlement) at a place where a bus is on the same day already."""
    same: Mapping[str, tuple[str, ...]] = find_same_places(prepared.dataset.settlements)
    seen: dict[int, set[str]] = {}
    again = 0
    for day, settlement_id in calls:
        there = seen.setdefault(day, set())
        again += not there.isdisjoint((settlement_id, *same.get(settlement_id, ())))
        there.add(settlement_id)
    return again


def _list_driven(prepared: PreparedArea) -> tuple[DrivenTour, ...]:
    """Tours that are driven today, on the days of the cycle of an area."""
    driven = prepared.dataset.driven
    return () if driven is None else driven.list_tours(prepared.dataset.scenario.cycle)
