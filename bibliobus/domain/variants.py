"""Variants of a scenario: another number of buses, another cycle, longer stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.domain.fleet import Bus
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.scenario import Scenario, ServiceRules


@dataclass(frozen=True, order=True)
class Variant:
    """
    What is changed about a scenario: weeks of the cycle, 1 to 4, and the shortest stay, 0 for no such rule.

    ``buses``: Number of buses without spare vehicles, 1 or more: the first of the scenario, then copies of the last.
    """

    buses: int
    weeks: int
    min_dwell_s: int


def list_variants(buses: Iterable[int], weeks: Iterable[int], min_dwell_s: Iterable[int]) -> tuple[Variant, ...]:
    """Every combination, sorted, each once."""
    return tuple(sorted({Variant(b, w, d) for b in buses for w in weeks for d in min_dwell_s}))


def vary_scenario(scenario: Scenario, variant: Variant) -> Scenario:
    """
    Apply a variant to a scenario.

    A rhythm that does not divide the new cycle becomes the longest shorter one that does, so that nobody is visited
    less often.
    """
    rules = scenario.rules
    varied = replace(
        rules,
        rhythm=tuple(replace(rule, weeks=fit_rhythm(rule.weeks, variant.weeks)) for rule in rules.rhythm),
        dwell=tuple(replace(rule, dwell_s=_lengthen(rule.dwell_s, variant, rules)) for rule in rules.dwell),
    )
    cycle = replace(scenario.cycle, weeks=variant.weeks)
    return replace(scenario, cycle=cycle, buses=_vary_buses(scenario.buses, variant.buses), rules=varied)


def vary_settlements(
    settlements: Iterable[Settlement], variant: Variant, rules: ServiceRules
) -> tuple[Settlement, ...]:
    """Apply a variant to settlements, in their order: rhythms divide the new cycle, stays are long enough."""
    return tuple(
        replace(
            settlement,
            rhythm_weeks=_fit_wish(settlement.rhythm_weeks, variant.weeks),
            dwell_s=None if settlement.dwell_s is None else _lengthen(settlement.dwell_s, variant, rules),
        )
        for settlement in settlements
    )


def fit_rhythm(weeks: int, cycle_weeks: int) -> int:
    """Fit weeks between visits into a cycle: the longest rhythm that divides it and is not longer."""
    return max(shorter for shorter in range(1, weeks + 1) if cycle_weeks % shorter == 0)


def _fit_wish(weeks: int | None, cycle_weeks: int) -> int | None:
    """Rhythm that a settlement wishes, fitted; None stays by rule."""
    return None if weeks is None else fit_rhythm(weeks, cycle_weeks)


def _lengthen(dwell_s: int, variant: Variant, rules: ServiceRules) -> int:
    """Stay that is long enough, on the grid."""
    return max(dwell_s, -(-variant.min_dwell_s // rules.grid_s) * rules.grid_s)


def _vary_buses(buses: tuple[Bus, ...], count: int) -> tuple[Bus, ...]:
    """The first buses, then copies of the last with names of their own; spare vehicles stay beside them."""
    spare, planned = (tuple(bus for bus in buses if bus.spare is one) for one in (True, False))
    last = planned[-1]
    taken = {bus.bus_id for bus in buses}
    copies: list[Bus] = []
    number = 1
    while len(planned) + len(copies) < count:
        number += 1
        bus_id = f"{last.bus_id}-{number}"
        if bus_id not in taken:
            copies.append(replace(last, bus_id=bus_id, name=f"{last.name} ({number})"))
    return (*(*planned, *copies)[:count], *spare)
