"""
The plan as plain text, one fact a line in a stable order, and as tags for mappers of OpenStreetMap.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import week_of, weekday_of
from bibliobus.plan.names import name_area
from bibliobus.plan.plan import Call, Leg, Pause
from bibliobus.view.heading import list_warnings, write_period, write_title
from bibliobus.view.visits import STANDINGS, list_figures, list_outside
from bibliobus.words.language import N_
from bibliobus.words.safe import clean_text
from bibliobus.words.text import Length, Text
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from bibliobus.plan.plan import Row, Tour
    from bibliobus.view.material import Material
    from bibliobus.view.visits import Series

TOUR: Final = N_("{bus}, week {week}, {weekday}")
DRIVE: Final = N_("drive to {place}, {length}")
OPEN: Final = N_("open in {place}")
MEAL: Final = N_("meal break in {place}")
REST: Final = N_("break for the driver in {place}")
OUTSIDE: Final = N_("{name}: {standing}. {why}")
FIGURE: Final = N_("{label}: {value}")
WITHOUT: Final = N_("Without a bus")
FIGURES: Final = N_("Key figures")


def render_text(material: Material) -> bytes:
    """
    Render the plan as text.

    Parameters
    ----------
    material
        The plan and what its papers need.

    Returns
    -------
    bytes
        UTF-8 with LF: heading, a paragraph for each tour with a line for each thing the crew does, settlements
        without a bus with the reason, key figures. Settlements stand with their ids.
    """
    language = material.language
    top = [write_title(material.dataset, language), write_period(material.plan, language)]
    paragraphs = [
        [*top, *list_warnings(material.plan, material.dataset, language)],
        *(list(_list_tour(material, tour)) for tour in material.plan.tours),
    ]
    if material.plan.figures:  # the public gets none, and learns of no place without a bus
        paragraphs += [
            [language.gettext(WITHOUT), *_list_outside(material)],
            [language.gettext(FIGURES), *_list_figures(material)],
        ]
    lines = "\n\n".join("\n".join(map(clean_text, paragraph)) for paragraph in paragraphs)
    return f"{lines}\n".encode()


def _list_tour(material: Material, tour: Tour) -> Iterator[str]:
    """Heading of a tour and a line for each row."""
    heading = {
        "bus": material.buses[tour.bus_id],
        "week": week_of(tour.day),
        "weekday": material.language.weekday(weekday_of(tour.day)),
    }
    yield f"{Text(TOUR, heading).render(material.language)} [{tour.tour_id}]"
    for row in tour.rows:
        start_s, end_s, place_id, words = _tell(material, row)
        yield f"  {format_clock(start_s)}-{format_clock(end_s)} {words} [{place_id}]"


def _tell(material: Material, row: Row) -> tuple[int, int, str, str]:
    """Start, end, place and words of a row."""
    match row:
        case Leg():
            values: dict[str, object] = {"place": material.names[row.to_id], "length": Length(row.length_m)}
            return row.leave_s, row.arrive_s, row.to_id, Text(DRIVE, values).render(material.language)
        case Call():
            values = {"place": material.names[row.settlement_id]}
            return row.start_s, row.end_s, row.settlement_id, Text(OPEN, values).render(material.language)
        case Pause():
            values = {"place": material.names[row.place_id]}
            return (
                row.start_s,
                row.end_s,
                row.place_id,
                Text(MEAL if row.is_meal else REST, values).render(material.language),
            )


def _list_outside(material: Material) -> Iterator[str]:
    """A line for each settlement without a bus."""
    for row in list_outside(material.plan, material.dataset, material.language):
        standing = material.language.gettext(STANDINGS[row.standing])
        words = {"name": material.names[row.settlement_id], "standing": standing, "why": row.why}
        yield f"  {Text(OUTSIDE, words).render(material.language)} [{row.settlement_id}]"


def _list_figures(material: Material) -> Iterator[str]:
    """A line for each key figure."""
    for row in list_figures(material.plan, material.language):
        yield f"  {Text(FIGURE, {'label': row.label, 'value': row.text}).render(material.language)}"


ADVICE: Final = N_("Tags for OpenStreetMap, one stop a paragraph. Ask the local mappers before you upload anything.")
YEAR: Final = N_("Rhythms of several weeks are counted in weeks of one year: make this file anew for the next one.")
WEEKDAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LAST_WEEK_MONTH: Final = 12
LAST_WEEK_DAY: Final = 28
"""The 28th of December always lies in the last ISO week of its year."""


def render_osm_tags(material: Material) -> bytes:
    """
    Render the stops as tags of OpenStreetMap.

    Parameters
    ----------
    material
        The plan and what its papers need.

    Returns
    -------
    bytes
        UTF-8 with LF: lines of comment, then for each stop its position and ``key=value`` lines.

    Notes
    -----
    Tag and ``week 1-52/3 We 10:00-10:30`` for a rhythm of several weeks are those of the page
    ``Tag:amenity=mobile_library`` of the OpenStreetMap wiki.
    """
    language = material.language
    top = [write_title(material.dataset, language), *list_warnings(material.plan, material.dataset, language)]
    top += [language.gettext(ADVICE), language.gettext(YEAR)]
    paragraphs = [[f"# {clean_text(line)}" for line in top]]
    visited = (series for series in material.series if series.visits)
    for _, stays in groupby(visited, key=lambda series: series.call.settlement_id):
        paragraphs.append(list(_list_tags(material, list(stays))))
    return ("\n\n".join("\n".join(lines) for lines in paragraphs) + "\n").encode()


def _list_tags(material: Material, stays: list[Series]) -> Iterator[str]:
    """Lines of a stop."""
    first = stays[0].call
    settlement = next(s for s in material.dataset.settlements if s.settlement_id == first.settlement_id)
    yield f"# {clean_text(material.names[first.settlement_id])} [{first.settlement_id}]"
    yield f"# {first.lat:.6f} {first.lon:.6f}"
    tags = {
        "amenity": "mobile_library",
        "name": settlement.name_uk,
        "name:uk": settlement.name_uk,
        "name:en": settlement.name_latin,
        "operator": name_area(material.dataset, material.language),
        "opening_hours": write_opening_hours(stays),
    }
    yield from (f"{key}={clean_text(value)}" for key, value in tags.items() if value)


def write_opening_hours(stays: Iterable[Series]) -> str:
    """
    Write the times of a stop in the language of the key ``opening_hours``.

    Parameters
    ----------
    stays
        Series of one stop.

    Returns
    -------
    str
        Such as ``week 10-53/2 Mo 10:00-10:30; 2026 Apr 13 off``.
    """
    return "; ".join(rule for series in stays for rule in _list_hours(series))


def _list_hours(series: Series) -> Iterator[str]:
    """Rules of one series; later ones override earlier ones."""
    call = series.call
    times = f"{format_clock(call.start_s)}-{format_clock(call.end_s)}"
    cancelled = [one.day for one in series.cancelled]
    if series.dates:
        yield f"{_write_weeks(series.weeks, min([*series.dates, *cancelled]))}{WEEKDAYS[call.weekday]} {times}"
        yield from (f"{_write_date(day)} off" for day in cancelled)
    yield from (f"{_write_date(day)} {times}" for day in series.extra)


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
