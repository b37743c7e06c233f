"""Variants of a scenario: another number of buses, other cycles and rhythms, other stays, other hours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bibliobus.domain.fleet import Bus, Shift
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.scenario import Scenario, ServiceRules

LONGEST_CYCLE: Final = 4
"""Most weeks of a cycle."""

VARIANT_EXAMPLE: Final = "buses=3 rhythm-weeks=2"
"""A variant as people write it."""


class Hours(NamedTuple):
    """Hours of a shift in seconds after midnight, and the longest work of a day; 0 seconds of it as in the scenario."""

    start_s: int
    end_s: int
    work_s: int = 0


ShiftChange: TypeAlias = tuple[()] | Hours
"""Other hours, or none."""


@dataclass(frozen=True, order=True)
class Variant:
    """
    What is changed about a scenario: weeks of the cycle, 1 to 4, and the shortest stay, 0 for no such rule.

    ``buses``: Number of buses without spare vehicles, 1 or more: the first of the scenario, then copies of the last.
    ``rhythm_weeks``: Weeks between the visits of every settlement, a divisor of the cycle; 0 for those of the scenario.
    ``dwell_s``: Every stay; 0 for those of the scenario.
    ``shift``: Hours of every bus; empty for those of the scenario.
    """

    buses: int
    weeks: int
    min_dwell_s: int
    rhythm_weeks: int = 0
    dwell_s: int = 0
    shift: ShiftChange = ()


@dataclass(frozen=True)
class Wish:
    """What somebody asks for of a `Variant`; None for what stays as the scenario has it."""

    buses: int | None = None
    weeks: int | None = None
    min_dwell_s: int | None = None
    rhythm_weeks: int | None = None
    dwell_s: int | None = None
    shift: Hours | None = None

    @property
    def fits(self) -> bool:
        """Whether the rhythm that is asked for divides the cycle that is asked for."""
        return self.weeks is None or self.rhythm_weeks is None or self.weeks % self.rhythm_weeks == 0


@dataclass(frozen=True)
class Wishes:
    """Values to be combined, each with each, and combinations that were named one by one."""

    buses: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    min_dwell_s: tuple[int, ...] = ()
    rhythm_weeks: tuple[int, ...] = ()
    dwell_s: tuple[int, ...] = ()
    shifts: tuple[Hours, ...] = ()
    named: tuple[Wish, ...] = ()

    def combine(self) -> Iterator[Wish]:
        """Every combination, then those that were named; the scenario as it is if nothing was asked for."""
        numbers = (self.buses, self.weeks, self.min_dwell_s, self.rhythm_weeks, self.dwell_s)
        if any(numbers) or self.shifts or not self.named:
            for buses, weeks, least_s, rhythm_weeks, dwell_s in product(*map(_or_none, numbers)):
                for shift in self.shifts or (None,):
                    yield Wish(buses, weeks, least_s, rhythm_weeks, dwell_s, shift)
        yield from self.named


def _or_none(values: tuple[int, ...]) -> tuple[int | None, ...]:
    """Values to be combined, or that of the scenario."""
    return values or (None,)


def list_variants(scenario: Scenario, wishes: Iterable[Wish]) -> tuple[Variant, ...]:
    """List what is asked for as variants of a scenario, sorted, each once."""
    return tuple(sorted({_make_variant(scenario, wish) for wish in wishes}))


def _make_variant(scenario: Scenario, wish: Wish) -> Variant:
    """Variant of a scenario; a cycle that a rhythm does not divide becomes one that it divides."""
    rhythm_weeks = wish.rhythm_weeks or 0
    weeks = wish.weeks or fit_cycle(rhythm_weeks, scenario.cycle.weeks)
    buses = wish.buses or sum(not bus.spare for bus in scenario.buses)
    return Variant(buses, weeks, wish.min_dwell_s or 0, rhythm_weeks, wish.dwell_s or 0, wish.shift or ())


def fit_cycle(rhythm_weeks: int, cycle_weeks: int) -> int:
    """Fit the weeks of a cycle to a rhythm of 1 to 4 weeks, 0 for none: as they are, else those of the rhythm."""
    return cycle_weeks if not rhythm_weeks or cycle_weeks % rhythm_weeks == 0 else rhythm_weeks


def vary_scenario(scenario: Scenario, variant: Variant) -> Scenario:
    """
    Apply a variant to a scenario.

    Without a rhythm of its own, a rhythm that does not divide the new cycle becomes the longest shorter one that does,
    so that nobody is visited less often.
    """
    rules = scenario.rules
    varied = replace(
        rules,
        rhythm=tuple(replace(rule, weeks=_vary_rhythm(rule.weeks, variant)) for rule in rules.rhythm),
        dwell=tuple(replace(rule, dwell_s=_vary_dwell(rule.dwell_s, variant, rules)) for rule in rules.dwell),
    )
    buses = tuple(replace(bus, shift=_vary_shift(bus.shift, variant)) for bus in scenario.buses)
    cycle = replace(scenario.cycle, weeks=variant.weeks)
    return replace(scenario, cycle=cycle, buses=_vary_buses(buses, variant.buses), rules=varied)


def vary_settlements(
    settlements: Iterable[Settlement], variant: Variant, rules: ServiceRules
) -> tuple[Settlement, ...]:
    """Apply a variant to settlements, in their order: rhythms divide the new cycle, stays are as long as asked for."""
    return tuple(
        replace(
            settlement,
            rhythm_weeks=None if settlement.rhythm_weeks is None else _vary_rhythm(settlement.rhythm_weeks, variant),
            dwell_s=None if settlement.dwell_s is None else _vary_dwell(settlement.dwell_s, variant, rules),
        )
        for settlement in settlements
    )


def fit_rhythm(weeks: int, cycle_weeks: int) -> int:
    """Fit weeks between visits into a cycle: the longest rhythm that divides it and is not longer."""
    return max(shorter for shorter in range(1, weeks + 1) if cycle_weeks % shorter == 0)


def _vary_rhythm(weeks: int, variant: Variant) -> int:
    """Weeks between visits: those of the variant, or those of the scenario fitted."""
    return variant.rhythm_weeks or fit_rhythm(weeks, variant.weeks)


def _vary_dwell(dwell_s: int, variant: Variant, rules: ServiceRules) -> int:
    """Stay of the variant or of the scenario, but as long as it must be, on the grid."""
    return max(variant.dwell_s or dwell_s, -(-variant.min_dwell_s // rules.grid_s) * rules.grid_s)


def _vary_shift(shift: Shift, variant: Variant) -> Shift:
    """Hours of the variant, or of the scenario."""
    if not variant.shift:
        return shift
    hours = variant.shift
    return replace(shift, start_s=hours.start_s, end_s=hours.end_s, max_work_s=hours.work_s or shift.max_work_s)


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
