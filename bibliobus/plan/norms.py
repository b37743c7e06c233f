"""Norms held against a plan: for every rule what was measured, and whether it is met."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bibliobus.domain.places import SETTLEMENT_LETTERS
from bibliobus.units import KM_M, MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bibliobus.domain.norms import Norm, NormRule
    from bibliobus.plan.access import Access, Way


class Verdict(StrEnum):
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
    verdict: Verdict
    share: float | None = None
    good: int = 0
    counted: int = 0
    set_aside: int = 0


def judge_norm(norm: Norm, access: Sequence[Access]) -> tuple[RuleResult, ...]:
    """
    Hold a norm against a plan.

    Parameters
    ----------
    norm
        The norm.
    access
        Access of every settlement.

    Returns
    -------
    tuple of RuleResult
        One for each rule, in order. A rule that nobody verified, and one that asks for what the inputs do not hold,
        are neither met nor broken.
    """
    return tuple(_judge_rule(rule, access) for rule in norm.rules)


def _judge_rule(rule: NormRule, access: Sequence[Access]) -> RuleResult:
    """Result of one rule."""
    if not rule.verified:
        return RuleResult(rule, Verdict.NOT_VERIFIED)
    if rule.measure == NEEDS_LOG:
        return RuleResult(rule, Verdict.NEEDS_LOG)
    asked, unknown = _choose(rule, access)
    good, counted = _count(rule, asked)
    _, set_aside = _count(rule, unknown)
    if not counted:
        return RuleResult(rule, Verdict.NO_DATA, set_aside=set_aside)
    verdict = Verdict.MET if good >= rule.share * counted else Verdict.NOT_MET
    if not DENSITY.isdisjoint(rule.limits):
        # The rule is one of several by residents a hectare, and the inputs hold no hectares.
        verdict = Verdict.DEPENDS
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


def _is_within(way: Way | None, km: float | None) -> bool:
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
