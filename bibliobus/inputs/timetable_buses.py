"""Buses of a timetable: one for each name, and more where routes of one name are driven at the same time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, count
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import rhythm_days
from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.inputs.cells import show_value
from bibliobus.inputs.ids import make_ids
from bibliobus.inputs.timetable_fit import find_day, fit_rhythm
from bibliobus.inputs.timetable_row import place_column
from bibliobus.language import N_, NN_
from bibliobus.quantities import Count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.domain.calendar import Cycle
    from bibliobus.inputs.timetable_row import TimetableRow

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
        for day in rhythm_days(cycle.weeks, fit_rhythm(row.recurrence.weeks, cycle.weeks), find_day(row, cycle)):
            start_s, end_s = mine.get(day, (row.start_s, row.end_s))
            mine[day] = min(start_s, row.start_s), max(end_s, row.end_s)
    return spans


def _overlap(first: dict[int, tuple[int, int]], second: dict[int, tuple[int, int]]) -> bool:
    """Whether two routes are driven at the same time on any day."""
    return any(
        max(first[day][0], second[day][0]) < min(first[day][1], second[day][1]) for day in first.keys() & second.keys()
    )
