"""
Visits: who is to be served, how often, how long, on which days, and how much it is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.words.units import round_up

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.domain.calendar import WeeklyWindow
    from bibliobus.domain.places import Request, Settlement
    from bibliobus.domain.scenario import Curfew, Lock, Scenario, ServiceRules, StopWish, Weights


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
    library_id
        Nearest library by road; empty if none can be reached.
    library_m
        Distance to it by road; None if none can be reached.
    load
        What each call takes of the capacity of a bus.
    curfews
        Hours in which no bus may be there.
    lock
        How it must be served; None if it need not be.
    lat
        Degrees north.
    lon
        Degrees east.
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
    """
    One settlement that needs no bus because a library is near.

    Parameters
    ----------
    settlement_id
        The settlement.
    library_id
        Nearest library by road.
    distance_m
        Distance to it by road; 0 if it stands in the settlement.
    population
        Residents, counted or assumed.
    """

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
    """
    Count the residents of a settlement.

    Parameters
    ----------
    settlement
        The settlement.
    rules
        Rules of the scenario.

    Returns
    -------
    int
        Its population, or the stated default where that is unknown.
    """
    return rules.default_population if settlement.population is None else settlement.population


def find_dwell(settlement: Settlement, rules: ServiceRules) -> int:
    """
    Find how long the bus stays.

    Parameters
    ----------
    settlement
        The settlement.
    rules
        Rules of the scenario.

    Returns
    -------
    int
        Seconds, rounded up to the grid: its own wish, or the rule for its size.
    """
    people = count_people(settlement, rules)
    by_rule = [rule.dwell_s for rule in rules.dwell if rule.from_population <= people][-1]
    return round_up(by_rule if settlement.dwell_s is None else settlement.dwell_s, rules.grid_s)


def find_rhythm(settlement: Settlement, rules: ServiceRules) -> int:
    """
    Find how often the bus comes.

    Parameters
    ----------
    settlement
        The settlement.
    rules
        Rules of the scenario.

    Returns
    -------
    int
        Weeks between visits: its own wish, or the rule for its size.
    """
    people = count_people(settlement, rules)
    by_rule = [rule.weeks for rule in rules.rhythm if rule.from_population <= people][-1]
    return by_rule if settlement.rhythm_weeks is None else settlement.rhythm_weeks


def measure_need(people: int, library_m: int | None, rules: ServiceRules) -> float:
    """
    Measure how much a settlement needs the bus.

    Parameters
    ----------
    people
        Residents, 0 or more.
    library_m
        Metres by road to the nearest library; None if none can be reached.
    rules
        Rules of the scenario.

    Returns
    -------
    float
        Residents weighted by distance, 0 or more.
    """
    if library_m is None:
        return people * rules.need_factor_max
    factor = library_m / rules.need_distance_m
    return people * min(max(factor, rules.need_factor_min), rules.need_factor_max)


def weigh_requests(people: int, requests: Iterable[Request], weights: Weights) -> float:
    """
    Weigh what residents have asked for.

    Parameters
    ----------
    people
        Residents, 0 or more.
    requests
        Requests of the settlement.
    weights
        Weights of the scenario.

    Returns
    -------
    float
        Times its need counts: each resident who has signed counts ``1 + weights.request`` times; 1 where nobody asked.
        Of several requests the one with the most signatures counts, for the same people may have signed all of them,
        and never more people than live there.
    """
    signed = max((request.signatures for request in requests), default=0)
    return 1 + weights.request * min(signed, people) / people if people else 1.0


def weigh_equity(people: int, library_m: int | None, wish: StopWish | None, scenario: Scenario) -> float:
    """
    Weigh what makes a settlement worse off than others.

    Parameters
    ----------
    people
        Residents, 0 or more.
    library_m
        Metres by road to the nearest library; None if none can be reached.
    wish
        What the planner says about the settlement; None for nothing.
    scenario
        Weights, and the first day of the cycle.

    Returns
    -------
    float
        Times its need counts: no library near, few residents, and the years without any service; 1 by default.
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
