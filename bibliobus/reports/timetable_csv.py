"""timetable.csv: open data of mobile library stops, in the columns of the LibrariesHacked schema."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, rhythm_days
from bibliobus.language import N_
from bibliobus.plan.names import name_area
from bibliobus.reports.heading import list_warnings
from bibliobus.reports.rows import CallRow, list_calls
from bibliobus.reports.text import guard_text
from bibliobus.units import format_clock
from bibliobus.wording import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bibliobus.inputs.dataset import Dataset
    from bibliobus.language import Language
    from bibliobus.plan.timetable import Plan

COLUMNS: Final = (
    "organisation",
    "mobile",
    "route",
    "community",
    "stop",
    "address",
    "postcode",
    "geox",
    "geoy",
    "day",
    "type",
    "arrival",
    "departure",
    "frequency",
    "start",
    "end",
    "exceptions",
    "timetable",
)
"""Columns of the schema "mobile library stops" 0.3.0 (schema.librarydata.uk), in its order."""

ENGLISH_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ROUTE: Final = N_("{bus}, {weekday}")
PUBLIC: Final = "Public"


def render_timetable_csv(plan: Plan, dataset: Dataset, language: Language) -> bytes:
    """
    Render the timetable as open data.

    Parameters
    ----------
    plan
        A verified plan.
    dataset
        Checked inputs it was made from.
    language
        Language of names.

    Returns
    -------
    bytes
        CSV in UTF-8 with BOM, commas and LF: a row for each settlement, weekday, bus and clock time, with the
        rhythm of those visits. Sorted by name in the alphabet, then first date and time. A text that a
        spreadsheet could take for a formula stands behind an apostrophe; line breaks in texts become spaces and
        control characters are removed.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    # The schema has no column for warnings, and the table may travel without the other papers.
    area = " ".join([name_area(dataset, language), *(f"({text})" for text in list_warnings(plan, dataset, language))])
    calls = list_calls(plan, dataset, language)
    for weeks, call in group_calls(calls, plan.cycle.weeks):
        writer.writerow(_write_row(area, weeks, call, language))
    return stream.getvalue().encode("utf-8-sig")


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


def _write_row(area: str, weeks: int, call: CallRow, language: Language) -> list[str]:
    """Cells of a row in the order of `COLUMNS`."""
    route = Text(ROUTE, {"bus": call.bus, "weekday": language.weekday(call.weekday)}).render(language)
    address = ", ".join(part for part in (call.name, call.hromada, call.raion) if part)
    cells = {
        "organisation": guard_text(area),
        "mobile": guard_text(call.bus),
        "route": guard_text(route),
        "community": guard_text(call.name),
        "stop": guard_text(call.name),
        "address": guard_text(address),
        "geox": f"{call.lon:.6f}",
        "geoy": f"{call.lat:.6f}",
        "day": ENGLISH_WEEKDAYS[call.weekday],
        "type": PUBLIC,
        "arrival": format_clock(call.start_s),
        "departure": format_clock(call.end_s),
        "frequency": f"FREQ=WEEKLY;INTERVAL={weeks}",
        "start": call.date.isoformat(),
    }
    return [cells.get(column, "") for column in COLUMNS]
