"""From settlements and libraries to the demand: every settlement is to be served or needs no bus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.demand.nearest import find_nearest_libraries
from bibliobus.demand.rules import count_people, find_dwell, find_rhythm, measure_need
from bibliobus.demand.visits import Demand, NotNeeded, Visit
from bibliobus.domain.calendar import WEEK_DAYS, rhythm_days

if TYPE_CHECKING:
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.scenario import Scenario
    from bibliobus.inputs.dataset import Dataset
    from bibliobus.network.matrix import TravelMatrix


def build_demand(dataset: Dataset, matrix: TravelMatrix) -> Demand:
    """
    Build the demand of an area.

    Parameters
    ----------
    dataset
        Checked inputs.
    matrix
        Travel between all places, for the distance to libraries.

    Returns
    -------
    Demand
        Each settlement exactly once.
    """
    nearest = find_nearest_libraries((s.settlement_id for s in dataset.settlements), matrix)
    rules = dataset.scenario.rules
    visits, not_needed = [], []
    for settlement in dataset.settlements:
        library_id, library_m = nearest.get(settlement.settlement_id, ("", None))
        if library_m is not None and library_m <= rules.library_radius_m:
            people = count_people(settlement, rules)
            not_needed.append(NotNeeded(settlement.settlement_id, library_id, library_m, people))
        else:
            visits.append(_build_visit(settlement, dataset.scenario, library_id, library_m))
    return Demand(tuple(visits), tuple(not_needed))


def _build_visit(settlement: Settlement, scenario: Scenario, library_id: str, library_m: int | None) -> Visit:
    """Visit of a settlement that no library serves."""
    rules = scenario.rules
    people = count_people(settlement, rules)
    rhythm_weeks = find_rhythm(settlement, rules)
    return Visit(
        settlement_id=settlement.settlement_id,
        population=people,
        need=measure_need(people, library_m, rules),
        rhythm_weeks=rhythm_weeks,
        dwell_s=find_dwell(settlement, rules),
        windows=settlement.windows,
        needs=settlement.needs,
        patterns=_find_patterns(settlement, scenario, rhythm_weeks),
        library_id=library_id,
        library_m=library_m,
    )


def _find_patterns(settlement: Settlement, scenario: Scenario, rhythm_weeks: int) -> tuple[tuple[int, ...], ...]:
    """Sets of days in the rhythm, on weekdays when some bus is out and the settlement is open."""
    weekdays = {weekday for bus in scenario.buses for weekday in bus.weekdays}
    if settlement.windows:
        weekdays &= {window.weekday for window in settlement.windows}
    return tuple(
        rhythm_days(scenario.cycle.weeks, rhythm_weeks, week * WEEK_DAYS + weekday)
        for week in range(rhythm_weeks)
        for weekday in sorted(weekdays)
    )
