"""Dates of visits after the first cycle."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bibliobus.domain.calendar import Cycle

NEXT_VISITS: Final = 6
"""How many visits are listed by date."""


def list_next_visits(cycle: Cycle, days: Iterable[int], first: date) -> tuple[tuple[date, int], ...]:
    """
    List the next visits.

    Parameters
    ----------
    cycle
        The cycle that repeats.
    days
        Days of the cycle with a visit; one that occurs twice has two visits.
    first
        First date that counts; before the cycle began there were no visits.

    Returns
    -------
    tuple of tuple
        Date and day of the cycle of the first `NEXT_VISITS`, in order.
    """
    length = cycle.weeks * WEEK_DAYS
    visits = []
    for day in days:
        start = cycle.date_of(day)
        skipped = max(0, -((start - first).days // length))  # whole cycles, rounded up
        visits += [(start + timedelta(days=(skipped + k) * length), day) for k in range(NEXT_VISITS)]
    return tuple(sorted(visits)[:NEXT_VISITS])
