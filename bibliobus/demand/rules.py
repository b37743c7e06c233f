"""Rules by size and distance: how long, how often, and how much a visit is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.units import round_up

if TYPE_CHECKING:
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.scenario import ServiceRules


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
