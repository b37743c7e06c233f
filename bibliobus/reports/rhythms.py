"""Visits that one rhythm describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.domain.calendar import WEEK_DAYS, rhythm_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bibliobus.reports.rows import CallRow


def group_calls(calls: Sequence[CallRow], cycle_weeks: int) -> Iterator[tuple[int, CallRow]]:
    """
    Group the visits that one rhythm describes.

    Parameters
    ----------
    calls
        Visits of the cycle.
    cycle_weeks
        Weeks of the cycle, 1 to 4.

    Yields
    ------
    tuple of int and CallRow
        Weeks between the visits, and the first of them. Visits at one settlement by one bus on one weekday at one
        clock time that come at equal distances are one group; others are groups of one, once a cycle.
    """
    groups: dict[tuple[str, str, int, int, int], list[CallRow]] = {}
    for call in calls:
        groups.setdefault((call.settlement_id, call.bus, call.weekday, call.start_s, call.end_s), []).append(call)
    found = [pair for group in groups.values() for pair in _split(group, cycle_weeks)]
    place = {settlement_id: at for at, settlement_id in enumerate(dict.fromkeys(call.settlement_id for call in calls))}
    yield from sorted(found, key=lambda pair: (place[pair[1].settlement_id], pair[1].day, pair[1].start_s, pair[1].bus))


def _split(group: Sequence[CallRow], cycle_weeks: int) -> list[tuple[int, CallRow]]:
    """The group as one rhythm if it is regular, else each visit once a cycle."""
    weeks, rest = divmod(cycle_weeks, len(group))
    days = tuple(call.day for call in group)
    if not rest and days[0] < weeks * WEEK_DAYS and days == rhythm_days(cycle_weeks, weeks, days[0]):
        return [(weeks, group[0])]
    return [(cycle_weeks, call) for call in group]
