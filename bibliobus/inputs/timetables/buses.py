"""
Buses of a timetable, and the cycle into which it fits: how many weeks, from which Monday on, on which days.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, count
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, rhythm_days
from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.inputs.tables.cells import show_value
from bibliobus.inputs.tables.ids import make_ids
from bibliobus.inputs.timetables.rows import place_column
from bibliobus.words.language import N_, NN_
from bibliobus.words.text import Count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from bibliobus.domain.calendar import Cycle
    from bibliobus.inputs.timetables.rows import TimetableRow

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


def fit_timetable_rhythm(weeks: int, cycle_weeks: int) -> int:
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
    week = row.recurrence.find_week(row.first, cycle.first_day) % fit_timetable_rhythm(
        row.recurrence.weeks, cycle.weeks
    )
    return week * WEEK_DAYS + row.weekday


def _find_monday(day: date) -> date:
    """Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def _count_fitting(counts: Counter[int], cycle_weeks: int) -> int:
    """Number of rows whose rhythm divides the cycle."""
    return sum(count for weeks, count in counts.items() if cycle_weeks % weeks == 0)


SEVERAL_BUSES: Final = FindingKind(
    "timetable-several-buses",
    Severity.NOTE,
    N_("“{name}” drives several routes at the same time (such as “{first}” and “{second}”), so it counts as {buses}."),
    N_("If it is one bus, mend the times; else give each bus a name of its own in the column “mobile”."),
)
BUSES: Final = NN_("{count} bus", "{count} buses")


@dataclass(frozen=True)
class TimetableBus:
    """
    One bus of a timetable.

    Parameters
    ----------
    bus_id
        Unique text made from its name.
    name
        Name people know.
    """

    bus_id: str
    name: str


def assign_buses(
    rows: Sequence[TimetableRow], cycle: Cycle, file: str
) -> tuple[dict[int, TimetableBus], list[Finding]]:
    """
    Assign a bus to every row.

    Parameters
    ----------
    rows
        Rows of the timetable.
    cycle
        The cycle.
    file
        Name of the file, for findings.

    Returns
    -------
    buses : dict of TimetableBus
        By row. Two routes of one name whose spans overlap on a day of the cycle are driven by two buses.
    findings : list of Finding
        One for each name that stands for several buses.
    """
    numbers: dict[tuple[str, str], int] = {}
    findings = []
    for mobile in sorted({row.mobile for row in rows}):
        spans = _measure_spans([row for row in rows if row.mobile == mobile], cycle)
        clashes = [pair for pair in combinations(sorted(spans), 2) if _overlap(spans[pair[0]], spans[pair[1]])]
        for route in sorted(spans):
            taken = {numbers.get((mobile, other)) for pair in clashes if route in pair for other in pair}
            numbers[mobile, route] = next(number for number in count(1) if number not in taken)
        if clashes:
            most = max(numbers[mobile, route] for route in spans)
            first, second = (show_value(route) for route in clashes[0])
            told = {"name": show_value(mobile), "first": first, "second": second, "buses": Count(*BUSES, most)}
            findings.append(SEVERAL_BUSES.at(place_column(rows, file, "mobile"), **told))
    kinds = sorted({(mobile, number) for (mobile, _), number in numbers.items()})
    names = [mobile if number == 1 else f"{mobile} {number}" for mobile, number in kinds]
    buses = dict(zip(kinds, map(TimetableBus, make_ids(names), names), strict=True))
    return {row.row: buses[row.mobile, numbers[row.mobile, row.route]] for row in rows}, findings


def _measure_spans(rows: Sequence[TimetableRow], cycle: Cycle) -> dict[str, dict[int, tuple[int, int]]]:
    """First arrival and last departure of each route on each of its days."""
    spans: dict[str, dict[int, tuple[int, int]]] = {}
    for row in rows:
        mine = spans.setdefault(row.route, {})
        for day in rhythm_days(
            cycle.weeks, fit_timetable_rhythm(row.recurrence.weeks, cycle.weeks), find_day(row, cycle)
        ):
            start_s, end_s = mine.get(day, (row.start_s, row.end_s))
            mine[day] = min(start_s, row.start_s), max(end_s, row.end_s)
    return spans


def _overlap(first: dict[int, tuple[int, int]], second: dict[int, tuple[int, int]]) -> bool:
    """Whether two routes are driven at the same time on any day."""
    return any(
        max(first[day][0], second[day][0]) < min(first[day][1], second[day][1]) for day in first.keys() & second.keys()
    )
