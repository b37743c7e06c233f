"""timetable.csv: open data of mobile library stops, in the columns of the LibrariesHacked schema."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from bibliobus.words.language import N_
from bibliobus.words.safe import guard_text
from bibliobus.words.text import Text
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.view.stops import Stop, StopTime
    from bibliobus.view.view import PlanView

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


def render_timetable_csv(view: PlanView, *, endless: bool = False) -> bytes:
    """Render the timetable as open data."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    # The schema has no column for the notice, and the table may travel without the other papers.
    area = " ".join([view.area, *(f"({text})" for text in view.notices)])
    end = "" if endless else view.span.last.isoformat()
    for stop in view.stops:
        for time in stop.times:
            for cells in _list_dates(time, end):
                writer.writerow(_write_row(area, stop, time, cells, view))
    return stream.getvalue().encode("utf-8-sig")


def _list_dates(time: StopTime, end: str) -> Iterator[dict[str, str]]:
    """Cells about dates: a row for the rhythm, if it has dates, and a row for each moved visit."""
    cancelled = [one.date for one in time.cancelled]
    if rhythm := sorted([*time.dates, *cancelled]):
        yield {
            "day": ENGLISH_WEEKDAYS[time.weekday],
            "frequency": f"FREQ=WEEKLY;INTERVAL={time.weeks}",
            "start": rhythm[0].isoformat(),
            "end": end,
            "exceptions": ",".join(day.isoformat() for day in cancelled),
        }
    for day in time.extra:
        once = {"frequency": ONCE, "start": day.isoformat(), "end": day.isoformat()}
        yield {"day": ENGLISH_WEEKDAYS[day.weekday()]} | once


def _write_row(area: str, stop: Stop, time: StopTime, dates: dict[str, str], view: PlanView) -> list[str]:
    """Cells of a row in the order of `COLUMNS`."""
    language = view.language
    route = Text(ROUTE, {"bus": time.bus, "weekday": language.weekday(time.weekday)}).render(language)
    address = ", ".join(filter(None, (stop.name, stop.district)))
    cells = {
        "organisation": guard_text(area),
        "mobile": guard_text(time.bus),
        "route": guard_text(route),
        "community": guard_text(stop.name),
        "stop": guard_text(stop.name),
        "address": guard_text(address),
        "geox": f"{stop.lon:.6f}",
        "geoy": f"{stop.lat:.6f}",
        "type": PRIVATE if stop.kept_back else PUBLIC,
        "arrival": format_clock(time.start_s),
        "departure": format_clock(time.end_s),
    } | dates
    return [cells.get(column, "") for column in COLUMNS]
