"""
What is driven today, as it bears on a new plan: which visits are to one place, and on which days they stay apart.

In a timetable a place that is visited more often than the rhythm of one row has several rows, and each is planned as a
stop of its own. A plan that may put them where it likes puts them side by side on one day, which saves drives and
gives readers nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.inputs.tables.ids import bound_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bibliobus.domain.calendar import Cycle
    from bibliobus.domain.places import Settlement
    from bibliobus.inputs.driven import Driven

    Patterns = tuple[tuple[int, ...], ...]

SAME_PLACE_M: Final = 50
"""Stops that are no farther apart and share a word of their names are one place: no reader minds such a walk. By hand;
in four British timetables 8 of 10 such pairs were across a square or a street."""

SAME_SPOT_M: Final = 3
"""No farther apart, stops are one place whatever they are called; one metre of it is the reserve of the measure."""

_WORD: Final = re.compile(r"\w{4,}")
_DEGREE_M: Final = 110_000
"""Least metres of one degree of latitude."""


def find_driven_days(driven: Driven | None, cycle: Cycle) -> dict[str, frozenset[int]]:
    """Days of the cycle on which each settlement is visited today; empty if nobody knows, or it repeats otherwise."""
    days: dict[str, set[int]] = {}
    for tour in driven.list_tours(cycle) if driven is not None else ():
        for settlement_id in tour.settlement_ids:
            days.setdefault(settlement_id, set()).add(tour.day)
    return {settlement_id: frozenset(found) for settlement_id, found in days.items()}


def find_same_places(settlements: Iterable[Settlement]) -> dict[str, tuple[str, ...]]:
    """Find which others are at the place of each settlement, sorted; who has a place to itself is left out."""
    ordered = sorted(settlements, key=lambda one: (one.lat, one.settlement_id))
    found: dict[str, list[str]] = {}
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            if (other.lat - one.lat) * _DEGREE_M > SAME_PLACE_M:
                break
            if _is_same_place(one, other):
                found.setdefault(one.settlement_id, []).append(other.settlement_id)
                found.setdefault(other.settlement_id, []).append(one.settlement_id)
    return {settlement_id: tuple(sorted(others)) for settlement_id, others in found.items()}


def _is_same_place(one: Settlement, other: Settlement) -> bool:
    """Whether two stops are one place for a reader."""
    apart_m = bound_line((one.lat, one.lon), (other.lat, other.lon))
    words, others = (set(_WORD.findall(stop.name_uk.casefold())) for stop in (one, other))
    return apart_m <= SAME_SPOT_M or (apart_m <= SAME_PLACE_M and bool(words & others))


def keep_apart(
    patterns: Patterns, settlement_id: str, others: Sequence[str], driven: Mapping[str, frozenset[int]], weeks: int
) -> Patterns:
    """
    Keep the patterns that leave the others at one place their days.

    Each day belongs to the visit that comes nearest to it today, so that no two visits meet on a day on which they do
    not meet today, and the place is still visited all through the cycle. All patterns are kept where that leaves none,
    such as for a visit that is to come more often than today.
    """
    if settlement_id not in driven:
        return patterns
    days = weeks * WEEK_DAYS
    rivals = [(other, driven[other]) for other in others if other in driven]

    def is_free(day: int) -> bool:
        mine = (_count_days(day, driven[settlement_id], days), settlement_id)
        return mine[0] == 0 or all(mine < (_count_days(day, theirs, days), other) for other, theirs in rivals)

    kept = tuple(pattern for pattern in patterns if all(map(is_free, pattern)))
    return kept or patterns


def _count_days(day: int, driven: frozenset[int], days: int) -> int:
    """Days from a day to the nearest of those that are driven, before or after it in the cycle, which goes round."""
    return min(min((day - one) % days, (one - day) % days) for one in driven)
