"""Fit a timetable into a cycle: how many weeks, from which Monday on, and on which days a row is driven."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from bibliobus.domain.calendar import Cycle
    from bibliobus.inputs.timetable_row import TimetableRow

MAX_WEEKS: Final = 4


def choose_weeks(rhythms: Iterable[int]) -> int:
    """
    Choose the weeks of the cycle.

    Parameters
    ----------
    rhythms
        Weeks between the visits of each row; more than four count as four.

    Returns
    -------
    int
        1 to 4: the cycle that the rhythms of the most rows divide, and the shortest of those.
    """
    counts = Counter(min(weeks, MAX_WEEKS) for weeks in rhythms)
    return max(range(1, MAX_WEEKS + 1), key=lambda weeks: (_count_fitting(counts, weeks), -weeks))


def fit_rhythm(weeks: int, cycle_weeks: int) -> int:
    """
    Fit a rhythm into the cycle.

    Parameters
    ----------
    weeks
        Weeks between visits.
    cycle_weeks
        Weeks of the cycle.

    Returns
    -------
    int
        The divisor of the cycle whose visits a year are nearest to those of the rhythm.
    """
    divisors = [step for step in range(1, cycle_weeks + 1) if cycle_weeks % step == 0]
    return min(divisors, key=lambda step: abs(1 / step - 1 / weeks))


def find_first_day(rows: Sequence[TimetableRow], weeks: int) -> date:
    """
    Find the Monday on which the cycle starts.

    Parameters
    ----------
    rows
        Rows, at least one.
    weeks
        Weeks of the cycle.

    Returns
    -------
    date
        Monday of the oldest row, or where rows are older than a cycle the one from which on a whole cycle ends with
        the week of the newest row.
    """
    oldest, newest = (_find_monday(choose(row.first for row in rows)) for choose in (min, max))
    return max(oldest, newest - timedelta(weeks=weeks - 1))


def find_day(row: TimetableRow, cycle: Cycle) -> int:
    """
    Find the first day on which a row is driven.

    Parameters
    ----------
    row
        The row.
    cycle
        The cycle.

    Returns
    -------
    int
        Day of the cycle, within the weeks of the fitted rhythm.
    """
    week = row.recurrence.find_week(row.first, cycle.first_day) % fit_rhythm(row.recurrence.weeks, cycle.weeks)
    return week * WEEK_DAYS + row.weekday


def _find_monday(day: date) -> date:
    """Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def _count_fitting(counts: Counter[int], cycle_weeks: int) -> int:
    """Number of rows whose rhythm divides the cycle."""
    return sum(count for weeks, count in counts.items() if cycle_weeks % weeks == 0)
