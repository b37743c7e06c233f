"""Visits that the settlements need in a cycle: how often, how long, for how many people, and who needs none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.demand.driven import find_driven_days, find_same_places, keep_apart
from bibliobus.domain.calendar import WEEK_DAYS, rhythm_days, week_of
from bibliobus.network.places import LIBRARY_PREFIX, UNREACHABLE_S
from bibliobus.words.language import round_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.domain.calendar import WeeklyWindow
    from bibliobus.domain.places import Request, Settlement
    from bibliobus.domain.scenario import Curfew, Lock, Scenario, ServiceRules, StopWish, Weights
    from bibliobus.inputs.area import Dataset
    from bibliobus.network.places import TravelMatrix


@dataclass(frozen=True)
class Visit:
    """
    One settlement to be served in its rhythm.

    Parameters
    ----------
    settlement_id
        Settlement to be served.
    population
        Residents, counted or assumed.
    need
        Residents weighted by their distance to the nearest library.
    rhythm_weeks
        Weeks between visits; divides the cycle.
    dwell_s
        Shortest time the bus is open there, a multiple of the grid.
    windows
        When the bus may be open there; empty means at any time.
    needs
        Bus features needed.
    patterns
        Sets of days of the cycle on which all visits may fall, each on one weekday.
    library_id, library_m
        Nearest library by road and metres to it; empty and None if none can be reached.
    load
        What each call takes of the capacity of a bus.
    curfews
        Hours in which no bus may be there.
    lock
        How it must be served; None if it need not be.
    lat, lon
        Degrees north and east.
    """

    settlement_id: str
    population: int
    need: float
    rhythm_weeks: int
    dwell_s: int
    windows: tuple[WeeklyWindow, ...]
    needs: tuple[str, ...]
    patterns: tuple[tuple[int, ...], ...]
    library_id: str
    library_m: int | None
    load: int = 0
    curfews: tuple[Curfew, ...] = ()
    lock: Lock | None = None
    lat: float = 0.0
    lon: float = 0.0


@dataclass(frozen=True)
class NotNeeded:
    """A settlement that needs no bus because a library is near: metres by road, 0 if it stands in the settlement."""

    settlement_id: str
    library_id: str
    distance_m: int
    population: int


@dataclass(frozen=True)
class Demand:
    """
    Every settlement of an area: to be served or not.

    Parameters
    ----------
    visits
        Sorted by settlement.
    not_needed
        Sorted by settlement.
    """

    visits: tuple[Visit, ...]
    not_needed: tuple[NotNeeded, ...]


DAYS_A_YEAR: Final = 365.25
MOST_YEARS: Final = 10
"""Years without service beyond these weigh no more."""


def count_people(settlement: Settlement, rules: ServiceRules) -> int:
    """Residents of a settlement; the default of the rules where nobody knows."""
    return rules.default_population if settlement.population is None else settlement.population


def find_dwell(settlement: Settlement, rules: ServiceRules) -> int:
    """Seconds that the bus stays: as the settlement wishes, or else by its size."""
    people = count_people(settlement, rules)
    by_rule = [rule.dwell_s for rule in rules.dwell if rule.from_population <= people][-1]
    return round_up(by_rule if settlement.dwell_s is None else settlement.dwell_s, rules.grid_s)


def find_rhythm(settlement: Settlement, rules: ServiceRules) -> int:
    """Weeks between visits: as the settlement wishes, or else by its size."""
    people = count_people(settlement, rules)
    by_rule = [rule.weeks for rule in rules.rhythm if rule.from_population <= people][-1]
    return by_rule if settlement.rhythm_weeks is None else settlement.rhythm_weeks


def measure_need(people: int, library_m: int | None, rules: ServiceRules) -> float:
    """Residents weighted by metres by road to the nearest library, 0 or more; most where none can be reached (None)."""
    if library_m is None:
        return people * rules.need_factor_max
    factor = library_m / rules.need_distance_m
    return people * min(max(factor, rules.need_factor_min), rules.need_factor_max)


def weigh_requests(people: int, requests: Iterable[Request], weights: Weights) -> float:
    """
    How many times need counts for what residents have asked for: each who has signed counts ``1 + weights.request``
    times.

    Of several requests the one with the most signatures counts, for the same people may have signed all of them, and
    never more people than live there.
    """
    signed = max((request.signatures for request in requests), default=0)
    return 1 + weights.request * min(signed, people) / people if people else 1.0


def weigh_equity(people: int, library_m: int | None, wish: StopWish | None, scenario: Scenario) -> float:
    """
    How many times need counts for what makes a settlement worse off; 1 by default.

    No library near (`library_m` in metres, None if none can be reached), few residents, the years without any service.
    """
    weights, rules = scenario.weights, scenario.rules
    times = 1.0
    if library_m is None or library_m > rules.need_distance_m:
        times *= weights.no_library
    if people < rules.small_population:
        times *= weights.small_village
    if wish is not None and wish.unserved_since is not None:
        years = (scenario.cycle.first_day - wish.unserved_since).days / DAYS_A_YEAR
        times *= 1 + weights.unserved_year * min(max(years, 0), MOST_YEARS)
    return times


def find_nearest_libraries(settlement_ids: Iterable[str], matrix: TravelMatrix) -> dict[str, tuple[str, int]]:
    """Id of the nearest library of every settlement and metres by road to it; who reaches none is left out."""
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
    return Demand(_keep_places_apart(visits, dataset), tuple(not_needed))


def _keep_places_apart(visits: Sequence[Visit], dataset: Dataset) -> tuple[Visit, ...]:
    """Visits that do not meet at one place on a day on which they do not meet today."""
    cycle = dataset.scenario.cycle
    driven = find_driven_days(dataset.driven, cycle)
    same = find_same_places(one for one in dataset.settlements if one.settlement_id in driven)
    return tuple(
        replace(
            visit,
            patterns=keep_apart(visit.patterns, visit.settlement_id, same[visit.settlement_id], driven, cycle.weeks),
        )
        if visit.settlement_id in same
        else visit
        for visit in visits
    )


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
    weekdays = {weekday for bus in scenario.buses for weekday in bus.planned_weekdays}
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
