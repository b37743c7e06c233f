"""Coverage: who is reached by a library or by the bus, and how evenly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bibliobus.alphabet import alphabet_key
from bibliobus.plan.timetable import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.plan.access import Access

MONTH_WEEKS: Final = 365.25 / 12 / 7
"""Weeks in a mean month."""

BRITISH_SHARE_OPEN: Final = 0.62
"""Median share of a tour that is open to readers: 29 British timetables, 2019 and 2020 (LibrariesHacked open data)."""

WORST: Final = 10
"""Settlements that are listed as the worst off."""


class Level(StrEnum):
    """What a group is."""

    ALL = "all"
    RAION = "raion"
    HROMADA = "hromada"


@dataclass(frozen=True)
class Group:
    """
    Coverage of one group of settlements; everybody counts once.

    Parameters
    ----------
    level
        The whole area, a raion or a hromada.
    raion
        Name of the raion; empty for the whole area, or where it is unknown.
    hromada
        Name of the hromada; empty for the whole area and for raions, or where it is unknown.
    population
        Residents.
    by_library
        Residents of settlements with a library near, whatever the bus does.
    by_bus
        Residents of other settlements that the bus serves.
    by_neither
        Residents of all others.
    bus_s
        Seconds that the bus is open in the group in one cycle.
    minutes_per_100
        Minutes that the bus is open for every 100 residents without a library near, in a mean month; 0 if there are
        none.
    distance_m
        Mean distance by road from a resident to the nearest library or stop, in metres, of those who can reach one.
    duration_s
        Mean time of driving there, in seconds.
    """

    level: Level
    raion: str
    hromada: str
    population: int
    by_library: int
    by_bus: int
    by_neither: int
    bus_s: int
    minutes_per_100: float
    distance_m: float
    duration_s: float


@dataclass(frozen=True)
class Coverage:
    """
    Coverage of a plan.

    Parameters
    ----------
    groups
        The whole area, then its raions, then its hromadas, each in the order of the alphabet.
    worst
        Settlements farthest from every library and stop, those that reach none first.
    gini
        How unevenly visits of the bus are spread over residents without a library near: 0 if all get as many, towards
        1 if few get all.
    share_open
        Share of the time on the road that is open to readers.
    """

    groups: tuple[Group, ...]
    worst: tuple[Access, ...]
    gini: float
    share_open: float


def measure_coverage(access: Sequence[Access], *, weeks: int, share_open: float) -> Coverage:
    """
    Measure the coverage of a plan.

    Parameters
    ----------
    access
        Access of every settlement.
    weeks
        Weeks of the cycle.
    share_open
        Share of the time on the road that is open, a key figure of the plan.

    Returns
    -------
    Coverage
        Groups, the worst off, and figures of the whole.
    """
    groups = [_measure_group(Level.ALL, "", "", access, weeks)]
    for raion in sorted({one.raion for one in access}, key=alphabet_key):
        members = [one for one in access if one.raion == raion]
        groups.append(_measure_group(Level.RAION, raion, "", members, weeks))
    homes = {(one.raion, one.hromada) for one in access}
    for raion, hromada in sorted(homes, key=lambda home: (alphabet_key(home[1]), alphabet_key(home[0]))):
        members = [one for one in access if (one.raion, one.hromada) == (raion, hromada)]
        groups.append(_measure_group(Level.HROMADA, raion, hromada, members, weeks))
    visits = [(len(one.stays_s), one.population) for one in access if one.standing is not Standing.NOT_NEEDED]
    return Coverage(tuple(groups), _find_worst(access), measure_gini(visits), share_open)


def measure_gini(values: Iterable[tuple[float, int]]) -> float:
    """
    Measure how unevenly something is spread.

    Parameters
    ----------
    values
        What each resident has, and how many residents have that much; both 0 or more.

    Returns
    -------
    float
        Gini coefficient with four decimals, 0 to 1; 0 if nobody has anything.

    Notes
    -----
    Gini 1912, by the trapezoids under the Lorenz curve.
    """
    ranked = sorted((value, people) for value, people in values if people)
    people = sum(count for _, count in ranked)
    total = sum(value * count for value, count in ranked)
    if not total:
        return 0.0
    area = below = 0.0
    for value, count in ranked:
        area += count * (2 * below + value * count)
        below += value * count
    return round(1 - area / (people * total), 4)


def _measure_group(level: Level, raion: str, hromada: str, members: Sequence[Access], weeks: int) -> Group:
    """Coverage of some settlements."""
    by_library = sum(one.population for one in members if one.standing is Standing.NOT_NEEDED)
    by_bus = sum(one.population for one in members if one.served)
    population = sum(one.population for one in members)
    bus_s = sum(sum(one.stays_s) for one in members)
    without = population - by_library
    ways = [(one.nearest, one.population) for one in members if one.nearest is not None and one.population]
    return Group(
        level=level,
        raion=raion,
        hromada=hromada,
        population=population,
        by_library=by_library,
        by_bus=by_bus,
        by_neither=without - by_bus,
        bus_s=bus_s,
        minutes_per_100=round(bus_s / 60 / weeks * MONTH_WEEKS * 100 / without, 1) if without else 0.0,
        distance_m=_mean((way.length_m, people) for way, people in ways),
        duration_s=_mean((way.duration_s, people) for way, people in ways),
    )


def _mean(values: Iterable[tuple[int, int]]) -> float:
    """Mean over residents with one decimal; 0 of nobody."""
    pairs = list(values)
    people = sum(count for _, count in pairs)
    return round(sum(value * count for value, count in pairs) / people, 1) if people else 0.0


def _find_worst(access: Sequence[Access]) -> tuple[Access, ...]:
    """Settlements with residents that neither the bus serves nor a library is near, the farthest first."""
    outside = [one for one in access if one.standing is Standing.UNSERVED and one.population]

    def rank(one: Access) -> tuple[int, int, int, str]:
        nearest = one.nearest
        return (nearest is not None, -(nearest.length_m if nearest else 0), -one.population, one.settlement_id)

    return tuple(sorted(outside, key=rank)[:WORST])
