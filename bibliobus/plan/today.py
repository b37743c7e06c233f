"""Plan that is driven today: a timetable put into the shape of a plan, whatever rules it breaks."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import bibliobus
from bibliobus.demand.observed import BASE, Drives, find_ends, find_gaps
from bibliobus.plan.build import list_deciding_libraries
from bibliobus.plan.measure.figures import measure_plan
from bibliobus.plan.plan import Account, Call, Leg, Pause, Plan, Provenance, Standing, Tour

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bibliobus.demand.observed import ObservedTour
    from bibliobus.demand.visits import Visit
    from bibliobus.domain.fleet import MealBreak
    from bibliobus.model.area import PreparedArea
    from bibliobus.network.places import TravelMatrix
    from bibliobus.plan.plan import Row

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
