"""timetable.csv: open data of mobile library stops, in the columns of the LibrariesHacked schema."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from bibliobus.plan.kept_back import find_kept_back
from bibliobus.plan.names import name_area, name_district
from bibliobus.view.heading import list_notices
from bibliobus.view.visits import list_series, span_year
from bibliobus.words.language import N_
from bibliobus.words.safe import guard_text
from bibliobus.words.text import Text
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.domain.calendar import DateSpan
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.view.visits import Series
    from bibliobus.words.language import Language

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
PRIVATE: Final = "Private"
"""Type of a stop that must not be published."""
ONCE: Final = "FREQ=DAILY;COUNT=1"


def render_timetable_csv(plan: Plan, dataset: Dataset, language: Language, span: DateSpan | None = None) -> bytes:
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
    span
        Dates that are wanted; None for exceptions of a year from the first day of the plan, and no end.

    Returns
    -------
    bytes
        CSV in UTF-8 with BOM, commas and LF: a row for each settlement, weekday, bus and clock time, with the
        rhythm of those visits and its exceptions, and a row for each visit moved to another date. Sorted by name in
        the alphabet, then first date and time. A text that a spreadsheet could take for a formula stands behind an
        apostrophe; line breaks in texts become spaces and control characters are removed.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    # The schema has no column for the notice, and the table may travel without the other papers.
    notices = list_notices(dataset, language, (plan, dataset))
    area = " ".join([name_area(dataset, language), *(f"({text})" for text in notices)])
    end = span.last.isoformat() if span else ""
    kept_back = find_kept_back(plan, dataset)
    for series in list_series(plan, dataset, span or span_year(plan.cycle.first_day), language):
        kind = PRIVATE if series.call.settlement_id in kept_back else PUBLIC
        for cells in _list_rows(series, end):
            writer.writerow(_write_row(area, series, cells | {"type": kind}, language))
    return stream.getvalue().encode("utf-8-sig")


def _list_rows(series: Series, end: str) -> Iterator[dict[str, str]]:
    """Cells about dates: a row for the rhythm, if it has dates, and a row for each moved visit."""
    cancelled = [one.day for one in series.cancelled]
    if rhythm := sorted([*series.dates, *cancelled]):
        yield {
            "day": ENGLISH_WEEKDAYS[series.call.weekday],
            "frequency": f"FREQ=WEEKLY;INTERVAL={series.weeks}",
            "start": rhythm[0].isoformat(),
            "end": end,
            "exceptions": ",".join(day.isoformat() for day in cancelled),
        }
    for day in series.extra:
        once = {"frequency": ONCE, "start": day.isoformat(), "end": day.isoformat()}
        yield {"day": ENGLISH_WEEKDAYS[day.weekday()]} | once


def _write_row(area: str, series: Series, others: dict[str, str], language: Language) -> list[str]:
    """Cells of a row in the order of `COLUMNS`."""
    call = series.call
    route = Text(ROUTE, {"bus": call.bus, "weekday": language.weekday(call.weekday)}).render(language)
    address = ", ".join(filter(None, (call.name, name_district(call.hromada, call.raion, language))))
    cells = {
        "organisation": guard_text(area),
        "mobile": guard_text(call.bus),
        "route": guard_text(route),
        "community": guard_text(call.name),
        "stop": guard_text(call.name),
        "address": guard_text(address),
        "geox": f"{call.lon:.6f}",
        "geoy": f"{call.lat:.6f}",
        "arrival": format_clock(call.start_s),
        "departure": format_clock(call.end_s),
    } | others
    return [cells.get(column, "") for column in COLUMNS]
