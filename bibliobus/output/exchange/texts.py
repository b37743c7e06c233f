"""Tables and texts for other programs: the timetable as CSV, plain text, tags for OpenStreetMap."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from bibliobus.view.days import Doing
from bibliobus.view.periods import tell_change
from bibliobus.view.view import STANDINGS
from bibliobus.words.language import N_, format_clock
from bibliobus.words.safe import clean_text, guard_text
from bibliobus.words.text import Length, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from bibliobus.view.days import BusDay, DayRow
    from bibliobus.view.periods import DatedVisit
    from bibliobus.view.stops import Stop, StopTime
    from bibliobus.view.view import PlanView

WORDS: Final = {
    Doing.DRIVE: N_("drive to {place}, {length}"),
    Doing.OPEN: N_("open in {place}"),
    Doing.MEAL: N_("meal break in {place}"),
    Doing.REST: N_("break for the driver in {place}"),
}
"""What is told of a tour: the rows of the plan; leaving, waiting and coming back follow from them."""
TOUR: Final = N_("{bus}, week {week}, {weekday}")
OUTSIDE: Final = N_("{name}: {standing}. {why}")
FIGURE: Final = N_("{label}: {value}")
WITHOUT: Final = N_("Without a bus")
FIGURES: Final = N_("Key figures")
CHANGED: Final = N_("Changed dates")
STOP: Final = N_("{name}: {text}")


def render_text(view: PlanView) -> bytes:
    """
    Render the plan as text.

    Heading, a paragraph for each tour with a line for each thing the crew does, what is changed for a time and the
    tours of that time, settlements without a bus with the reason, key figures; the last two only for readers who may
    know of them. Settlements stand with their ids.

    Parameters
    ----------
    view
        The plan as its reader may know it.

    Returns
    -------
    bytes
        The file in UTF-8.
    """
    language = view.language
    heading = [view.title, view.period, *filter(None, (view.changes,)), *view.warnings]
    paragraphs = [heading, *(list(_list_tour(view, tour)) for tour in view.days)]
    if view.changes:
        paragraphs += [[language.gettext(CHANGED), *_list_changes(view)]]
        paragraphs += [list(_list_tour(view, tour)) for tour in view.changed_days]
    if view.figures:
        paragraphs += [
            [language.gettext(WITHOUT), *_list_outside(view)],
            [language.gettext(FIGURES), *_list_figures(view)],
        ]
    lines = "\n\n".join("\n".join(map(clean_text, paragraph)) for paragraph in paragraphs)
    return f"{lines}\n".encode()


def _list_tour(view: PlanView, tour: BusDay) -> Iterator[str]:
    """Heading of a tour and a line for each row."""
    heading = {"bus": tour.bus, "week": tour.week, "weekday": view.language.weekday(tour.weekday)}
    title = tour.title if tour.period else Text(TOUR, heading).render(view.language)
    yield f"{title} [{tour.tour_id}]"
    for row in tour.rows:
        if row.doing in WORDS:
            clock = f"{format_clock(row.start_s)}-{format_clock(row.end_s)}"
            yield f"  {clock} {_tell(view, row)} [{row.place_id}]"


def _tell(view: PlanView, row: DayRow) -> str:
    """Words of a row."""
    words: dict[str, object] = {"place": row.place, "length": Length(row.length_m or 0)}
    return Text(WORDS[row.doing], words).render(view.language)


def _list_changes(view: PlanView) -> Iterator[str]:
    """A line for each change at a stop, by stop and date."""
    for stop in view.stops:
        for change in stop.changes:
            if change.felt or not view.public:
                words = {"name": stop.full_name, "text": tell_change(change, view.language)}
                yield f"  {Text(STOP, words).render(view.language)} [{stop.settlement_id}]"


def _list_outside(view: PlanView) -> Iterator[str]:
    """A line for each settlement without a bus."""
    for row in view.outside:
        standing = view.language.gettext(STANDINGS[row.standing])
        words = {"name": row.full_name, "standing": standing, "why": row.why}
        yield f"  {Text(OUTSIDE, words).render(view.language)} [{row.settlement_id}]"


def _list_figures(view: PlanView) -> Iterator[str]:
    """A line for each key figure."""
    for row in view.figures:
        yield f"  {Text(FIGURE, {'label': row.label, 'value': row.text}).render(view.language)}"


ADVICE: Final = N_("Tags for OpenStreetMap, one stop a paragraph. Ask the local mappers before you upload anything.")
YEAR: Final = N_("Rhythms of several weeks are counted in weeks of one year: make this file anew for the next one.")
WEEKDAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LAST_WEEK_MONTH: Final = 12
LAST_WEEK_DAY: Final = 28
"""The 28th of December always lies in the last ISO week of its year."""


def render_osm_tags(view: PlanView) -> bytes:
    """
    Render the stops as tags of OpenStreetMap.

    Parameters
    ----------
    view
        The plan as its reader may know it.

    Returns
    -------
    bytes
        The file in UTF-8: notices and advice, then a paragraph for each stop at which the bus comes.
    """
    language = view.language
    top = [view.title, *view.warnings]
    top += [language.gettext(ADVICE), language.gettext(YEAR)]
    paragraphs = [[f"# {clean_text(line)}" for line in top]]
    for stop in view.stops:
        if stop.coming:
            paragraphs.append(list(_list_tags(view, stop)))
    return ("\n\n".join("\n".join(lines) for lines in paragraphs) + "\n").encode()


def _list_tags(view: PlanView, stop: Stop) -> Iterator[str]:
    """Lines of a stop."""
    yield f"# {clean_text(stop.full_name)} [{stop.settlement_id}]"
    yield f"# {stop.lat:.6f} {stop.lon:.6f}"
    tags = {
        "amenity": "mobile_library",
        "name": stop.name_uk,
        "name:uk": stop.name_uk,
        "name:en": stop.name_latin,
        "operator": view.area,
        "opening_hours": write_opening_hours(stop),
    }
    yield from (f"{key}={clean_text(value)}" for key, value in tags.items() if value)


def write_opening_hours(stop: Stop) -> str:
    """Write the times of a stop in the language of the key ``opening_hours``, whose later rules override earlier ones:
    so a date of which a time is changed has all its times in one rule."""
    changed = sorted({visit.date for visit in stop.changed})
    held = {day: [one for one in stop.coming if one.date == day] for day in changed}
    rules = [rule for time in stop.times if time.all_dates for rule in _list_hours(time)]
    return "; ".join((*rules, *(f"{_write_date(day)} {_write_clocks(visits)}" for day, visits in held.items())))


def _write_clocks(visits: Iterable[DatedVisit]) -> str:
    """Clock times of the visits of one date."""
    clocks = dict.fromkeys(f"{format_clock(one.start_s)}-{format_clock(one.end_s)}" for one in visits)
    return ",".join(clocks)


def _list_hours(time: StopTime) -> Iterator[str]:
    """Rules of one time; later ones override earlier ones."""
    clock = f"{format_clock(time.start_s)}-{format_clock(time.end_s)}"
    if time.dates and (first := time.first):
        weeks = _write_since(first) if time.since and time.weeks == 1 else _write_weeks(time.weeks, first)
        yield f"{weeks}{WEEKDAYS[time.weekday]} {clock}"
        yield from (f"{_write_date(day)} off" for day in time.gaps)
    yield from (f"{_write_date(day)} {clock}" for day in time.extra)


def _write_date(day: date) -> str:
    """Date as the key has it."""
    return f"{day.year} {MONTHS[day.month - 1]} {day.day:02d}"


def _write_weeks(weeks: int, first: date) -> str:
    """Weeks of the year of the first date, by the count of ISO 8601; empty for every week."""
    if weeks == 1:
        return ""
    year, week, _ = first.isocalendar()
    last = first.replace(year=year, month=LAST_WEEK_MONTH, day=LAST_WEEK_DAY).isocalendar().week
    return f"week {week:02d}-{last:02d}/{weeks} "


def _write_since(first: date) -> str:
    """The rest of a year, from the date of a first visit on."""
    return f"{_write_date(first)}-{first.year} Dec 31 "


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
    """
    Render the timetable as open data.

    Parameters
    ----------
    view
        The plan as its reader may know it.
    endless
        True for rhythms without a last date; otherwise they end with the last date of the view.

    Returns
    -------
    bytes
        The table in UTF-8 with a byte order mark: a row for each rhythm of each stop, and one for each visit that the
        cycle does not give, in the order of the stops.

    Notes
    -----
    Columns of the schema "mobile library stops" 0.3.0 (schema.librarydata.uk), in its order.
    """
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
        for visit in stop.changed:
            writer.writerow(_write_row(area, stop, visit, _write_once(visit.date), view))
    return stream.getvalue().encode("utf-8-sig")


def _list_dates(time: StopTime, end: str) -> Iterator[dict[str, str]]:
    """Cells about dates: a row for the rhythm, if it has dates, and a row for each moved visit."""
    if first := time.first:
        yield {
            "day": ENGLISH_WEEKDAYS[time.weekday],
            "frequency": f"FREQ=WEEKLY;INTERVAL={time.weeks}",
            "start": first.isoformat(),
            "end": end,
            "exceptions": ",".join(day.isoformat() for day in time.gaps),
        }
    yield from map(_write_once, time.extra)


def _write_once(day: date) -> dict[str, str]:
    """Cells about the date of a single visit."""
    once = {"frequency": ONCE, "start": day.isoformat(), "end": day.isoformat()}
    return {"day": ENGLISH_WEEKDAYS[day.weekday()]} | once


def _write_row(area: str, stop: Stop, time: StopTime | DatedVisit, dates: dict[str, str], view: PlanView) -> list[str]:
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
