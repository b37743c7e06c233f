"""
From settlements and libraries, each with its nearest, to the demand: who is to be served and who needs no bus.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.demand.visits import (
    Demand,
    NotNeeded,
    Visit,
    count_people,
    find_dwell,
    find_rhythm,
    measure_need,
    weigh_equity,
    weigh_requests,
)
from bibliobus.domain.calendar import WEEK_DAYS, rhythm_days, week_of
from bibliobus.network.places import LIBRARY_PREFIX, UNREACHABLE_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.domain.places import Request, Settlement
    from bibliobus.domain.scenario import Lock, Scenario, StopWish
    from bibliobus.inputs.area import Dataset
    from bibliobus.network.places import TravelMatrix


def find_nearest_libraries(settlement_ids: Iterable[str], matrix: TravelMatrix) -> dict[str, tuple[str, int]]:
    """
    Find the nearest library of every settlement.

    Parameters
    ----------
    settlement_ids
        Settlements, each a place of the matrix.
    matrix
        Travel between all places; its libraries are those that count.

    Returns
    -------
    dict of str to (str, int)
        Library id and metres by road; settlements that reach no library are left out.
    """
    libraries = [
        (at, place.removeprefix(LIBRARY_PREFIX))
        for at, place in enumerate(matrix.place_ids)
        if place.startswith(LIBRARY_PREFIX)
    ]
    rows = {place: at for at, place in enumerate(matrix.place_ids)}
    nearest: dict[str, tuple[str, int]] = {}
    for settlement_id in settlement_ids:
        here = rows[settlement_id]
        reached = [
            (int(matrix.length_m[here, at]), library)
            for at, library in libraries
            if matrix.duration_s[here, at] < UNREACHABLE_S
        ]
        if reached:
            distance_m, library = min(reached)
            nearest[settlement_id] = (library, distance_m)
    return nearest


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
    rules, locked = dataset.scenario.rules, {lock.settlement_id for lock in dataset.scenario.locks}
    visits, not_needed = [], []
    for settlement in dataset.settlements:
        library_id, library_m = nearest.get(settlement.settlement_id, ("", None))
        near = library_m is not None and library_m <= rules.library_radius_m
        if library_m is not None and near and settlement.settlement_id not in locked:
            people = count_people(settlement, rules)
            not_needed.append(NotNeeded(settlement.settlement_id, library_id, library_m, people))
        else:
            asked = [request for request in dataset.requests if request.settlement_id == settlement.settlement_id]
            visits.append(_build_visit(settlement, dataset.scenario, library_id, library_m, near=near, asked=asked))
    return Demand(tuple(visits), tuple(not_needed))


def _build_visit(
    settlement: Settlement,
    scenario: Scenario,
    library_id: str,
    library_m: int | None,
    *,
    near: bool,
    asked: Sequence[Request],
) -> Visit:
    """Visit of a settlement that no library serves, or that is locked although one does."""
    rules, where = scenario.rules, (settlement.settlement_id, settlement.hromada, settlement.raion)
    wish = next((wish for wish in scenario.stops if wish.settlement_id == settlement.settlement_id), None)
    lock = next((lock for lock in scenario.locks if lock.settlement_id == settlement.settlement_id), None)
    people = count_people(settlement, rules)
    rhythm_weeks = find_rhythm(settlement, rules)
    times = weigh_equity(people, library_m, wish, scenario) * weigh_requests(people, asked, scenario.weights)
    return Visit(
        settlement_id=settlement.settlement_id,
        population=people,
        need=0 if near else measure_need(people, library_m, rules) * times,
        rhythm_weeks=rhythm_weeks,
        dwell_s=find_dwell(settlement, rules),
        windows=settlement.windows,
        needs=settlement.needs,
        patterns=_find_patterns(settlement, scenario, rhythm_weeks, wish, lock),
        library_id=library_id,
        library_m=library_m,
        load=wish.load if wish else 0,
        curfews=tuple(curfew for curfew in scenario.curfews if curfew.covers(*where)),
        lock=lock,
        lat=settlement.lat,
        lon=settlement.lon,
    )


def _find_patterns(
    settlement: Settlement, scenario: Scenario, rhythm_weeks: int, wish: StopWish | None, lock: Lock | None
) -> tuple[tuple[int, ...], ...]:
    """Sets of days in the rhythm, on weekdays when some bus is out and the settlement is open and wishes for it."""
    weekdays = {weekday for bus in scenario.buses for weekday in bus.weekdays}
    if settlement.windows:
        weekdays &= {window.weekday for window in settlement.windows}
    if wish is not None:
        weekdays &= set(wish.weekdays or range(WEEK_DAYS)) - set(wish.forbidden_weekdays)
    if lock is not None and lock.weekday is not None:
        weekdays &= {lock.weekday}
    patterns = (
        rhythm_days(scenario.cycle.weeks, rhythm_weeks, week * WEEK_DAYS + weekday)
        for week in range(rhythm_weeks)
        for weekday in sorted(weekdays)
    )
    week = lock.week if lock else None
    return tuple(days for days in patterns if week is None or any(week_of(day) == week for day in days))
