"""Who reaches a library or a stop, on which way, and whether the norms are met."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bibliobus.domain.places import SETTLEMENT_LETTERS
from bibliobus.network.places import LIBRARY_PREFIX, UNREACHABLE_S
from bibliobus.plan.plan import Standing
from bibliobus.words.language import KM_M, MINUTE_S, alphabet_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bibliobus.domain.norms import Norm, NormRule
    from bibliobus.model.area import PreparedArea
    from bibliobus.network.places import TravelMatrix
    from bibliobus.plan.plan import Plan


@dataclass(frozen=True)
class ShortestWay:
    """The shortest way by road to something; its seconds of driving hold no reserve."""

    length_m: int
    duration_s: int


@dataclass(frozen=True)
class Access:
    """
    Access of one settlement.

    Parameters
    ----------
    settlement_id
        The settlement.
    hromada, raion
        Its municipality and district; may be empty.
    population
        Residents, counted or assumed.
    standing
        Served, not needed, or unserved.
    library
        Way to the nearest library; None if none can be reached.
    stop
        Way to the nearest settlement that the bus serves, zero for one it serves itself; None if none can be reached.
    other_stop
        Way to the nearest other settlement that the bus serves; None if none can be reached.
    stays_s
        Length of each call in the cycle.
    rhythm_weeks
        Weeks between visits; 0 if it is not served.
    category
        Letter of the codifier; empty if unknown.
    """

    settlement_id: str
    hromada: str
    raion: str
    population: int
    standing: Standing
    library: ShortestWay | None
    stop: ShortestWay | None
    other_stop: ShortestWay | None
    stays_s: tuple[int, ...]
    rhythm_weeks: int
    category: str = ""

    @property
    def nearest(self) -> ShortestWay | None:
        """The shorter of the ways to a library and to a stop; None if neither can be reached."""
        ways = [way for way in (self.library, self.stop) if way is not None]
        return min(ways, key=lambda way: way.length_m, default=None)

    @property
    def served(self) -> bool:
        """Whether the bus calls here."""
        return self.standing is Standing.SERVED


def measure_access(plan: Plan, prepared: PreparedArea) -> tuple[Access, ...]:
    """
    Measure the access of every settlement.

    Parameters
    ----------
    plan
        A plan of the prepared area.
    prepared
        Its area; the ways are those of the first kind of bus.

    Returns
    -------
    tuple of Access
        One for each settlement of the plan, in its order.
    """
    matrix = prepared.matrices[0]
    rows = {place: at for at, place in enumerate(matrix.place_ids)}
    settlements = {settlement.settlement_id: settlement for settlement in prepared.dataset.settlements}
    libraries = [at for place, at in rows.items() if place.startswith(LIBRARY_PREFIX)]
    stops = [rows[one.settlement_id] for one in plan.accounts if one.standing is Standing.SERVED]
    stays: dict[str, list[int]] = {}
    for tour in plan.tours:
        for call in tour.calls:
            stays.setdefault(call.settlement_id, []).append(call.end_s - call.start_s)
    found = []
    for account in plan.accounts:
        here, served = rows[account.settlement_id], account.standing is Standing.SERVED
        other = _find_way(matrix, here, [stop for stop in stops if stop != here])
        settlement = settlements[account.settlement_id]
        found.append(
            Access(
                settlement_id=account.settlement_id,
                hromada=settlement.hromada,
                raion=settlement.raion,
                population=account.population,
                standing=account.standing,
                library=_find_way(matrix, here, libraries),
                stop=ShortestWay(0, 0) if served else other,
                other_stop=other,
                stays_s=tuple(stays.get(account.settlement_id, ())),
                rhythm_weeks=account.rhythm_weeks if served else 0,
                category=settlement.category,
            )
        )
    return tuple(found)


def _find_way(matrix: TravelMatrix, here: int, ends: Sequence[int]) -> ShortestWay | None:
    """Shortest way from a place to any of others; None if no road leads to one."""
    ways = [
        ShortestWay(int(matrix.length_m[here, end]), int(matrix.duration_s[here, end]))
        for end in ends
        if matrix.duration_s[here, end] < UNREACHABLE_S
    ]
    return min(ways, key=lambda way: (way.length_m, way.duration_s), default=None)


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

    ``raion``: Name of the raion; empty for the whole area, or where it is unknown.
    ``hromada``: Name of the hromada; empty for the whole area and for raions, or where it is unknown.
    ``minutes_per_100``: Minutes that the bus is open for every 100 residents without a library near, in a mean month; 0
        if there are none.
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
    Gini coefficient (Gini 1912, by the trapezoids under the Lorenz curve), 0 to 1 with four decimals; 0 if all have 0.

    ``values``: What each resident has, and how many residents have that much; both 0 or more.
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


class RuleVerdict(StrEnum):
    """What came out for a rule."""

    MET = "met"
    NOT_MET = "not_met"
    DEPENDS = "depends"
    NO_DATA = "no_data"
    NEEDS_LOG = "needs_log"
    NOT_VERIFIED = "not_verified"


@dataclass(frozen=True)
class RuleResult:
    """
    What came out for one rule.

    Parameters
    ----------
    rule
        The rule.
    verdict
        Met, not met, or why that is not known.
    share
        Share for which the rule holds, 0 to 1 with four decimals; None if nothing was measured.
    good
        How many it holds for: residents, stops or stays.
    counted
        How many it was asked of.
    set_aside
        How many it could not be asked of, as nobody knows what kind of settlement theirs is.
    """

    rule: NormRule
    verdict: RuleVerdict
    share: float | None = None
    good: int = 0
    counted: int = 0
    set_aside: int = 0


def judge_norm(norm: Norm, access: Sequence[Access]) -> tuple[RuleResult, ...]:
    """
    Hold a norm against a plan, rule by rule in order.

    A rule that nobody verified, and one that asks for what the inputs do not hold, are neither met nor broken.
    """
    return tuple(_judge_rule(rule, access) for rule in norm.rules)


def _judge_rule(rule: NormRule, access: Sequence[Access]) -> RuleResult:
    """Result of one rule."""
    if not rule.verified:
        return RuleResult(rule, RuleVerdict.NOT_VERIFIED)
    if rule.measure == NEEDS_LOG:
        return RuleResult(rule, RuleVerdict.NEEDS_LOG)
    asked, unknown = _choose(rule, access)
    good, counted = _count(rule, asked)
    _, set_aside = _count(rule, unknown)
    if not counted:
        return RuleResult(rule, RuleVerdict.NO_DATA, set_aside=set_aside)
    verdict = RuleVerdict.MET if good >= rule.share * counted else RuleVerdict.NOT_MET
    if not DENSITY.isdisjoint(rule.limits):
        # The rule is one of several by residents a hectare, and the inputs hold no hectares.
        verdict = RuleVerdict.DEPENDS
    return RuleResult(rule, verdict, round(good / counted, 4), good, counted, set_aside)


def _choose(rule: NormRule, access: Sequence[Access]) -> tuple[list[Access], list[Access]]:
    """Settlements that a rule is about, and those of which nobody knows whether it is."""
    if not rule.categories:
        return list(access), []
    unknown = [one for one in access if one.category not in SETTLEMENT_LETTERS]
    return [one for one in access if one.category in rule.categories], unknown


def _count(rule: NormRule, access: Sequence[Access]) -> tuple[int, int]:
    """How many a rule holds for, and how many it was asked of."""
    measure = MEASURES.get(rule.measure)
    pairs = list(measure(access, rule.limits)) if measure else []
    return sum(weight for weight, holds in pairs if holds), sum(weight for weight, _ in pairs)


def _is_within(way: ShortestWay | None, km: float | None) -> bool:
    """Whether a way is at most so long; never without a way or a limit."""
    return way is not None and km is not None and way.length_m <= km * KM_M


def _share_within(access: Sequence[Access], limits: Mapping[str, float]) -> Iterable[tuple[int, bool]]:
    """Residents within a distance of a library, or within another of a stop."""
    for one in access:
        near = _is_within(one.library, limits.get("library_km")) or _is_within(one.stop, limits.get("stop_km"))
        yield one.population, near


def _library_or_bus(access: Sequence[Access], limits: Mapping[str, float]) -> Iterable[tuple[int, bool]]:
    """Residents of settlements of some size with a library within a distance, or with the bus."""
    for one in access:
        if one.population >= limits.get("min_people", 0):
            yield one.population, one.served or _is_within(one.library, limits.get("library_km"))


def _stop_people(access: Sequence[Access], limits: Mapping[str, float]) -> Iterable[tuple[int, bool]]:
    """Stops where enough people live."""
    return ((1, one.population >= limits["min_people"]) for one in access if one.served)


def _stop_library(access: Sequence[Access], limits: Mapping[str, float]) -> Iterable[tuple[int, bool]]:
    """Stops far enough from a library."""
    return ((1, one.library is None or one.library.length_m >= limits["library_km"] * KM_M) for one in _stops(access))


def _stop_stop(access: Sequence[Access], limits: Mapping[str, float]) -> Iterable[tuple[int, bool]]:
    """Stops far enough from the next one."""
    far_m = limits["stop_km"] * KM_M
    return ((1, one.other_stop is None or one.other_stop.length_m >= far_m) for one in _stops(access))


def _stay(access: Sequence[Access], limits: Mapping[str, float]) -> Iterable[tuple[int, bool]]:
    """Stays that are long enough, and not too long."""
    least_s, most_s = (
        limits.get(name, least) * MINUTE_S for name, least in (("minutes", 0), ("max_minutes", math.inf))
    )
    return ((1, least_s <= stay_s <= most_s) for one in access for stay_s in one.stays_s)


def _rhythm(access: Sequence[Access], limits: Mapping[str, float]) -> Iterable[tuple[int, bool]]:
    """Stops that are visited often enough."""
    return ((1, one.rhythm_weeks <= limits["weeks"]) for one in _stops(access))


def _stops(access: Sequence[Access]) -> list[Access]:
    """Settlements that the bus serves."""
    return [one for one in access if one.served]


MEASURES: Final[Mapping[str, Callable[[Sequence[Access], Mapping[str, float]], Iterable[tuple[int, bool]]]]] = {
    "share_within": _share_within,
    "library_or_bus": _library_or_bus,
    "stop_people": _stop_people,
    "stop_library": _stop_library,
    "stop_stop": _stop_stop,
    "stay": _stay,
    "rhythm": _rhythm,
}
"""What a plan alone can be measured by: how many, and whether the rule holds for them."""

DENSITY: Final = frozenset(("min_people_per_ha", "max_people_per_ha"))
"""Limits that say for which density of population a rule is meant."""

NEEDS_LOG: Final = "visitors"
"""Measure that needs a log of visits that were made."""

NO_DATA: Final = "no_data"
"""Measure of what the inputs do not hold."""
