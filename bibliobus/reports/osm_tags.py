"""Tags of the stops for mappers of OpenStreetMap, as a text to read and copy."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from bibliobus.language import N_
from bibliobus.plan.names import name_area
from bibliobus.reports.heading import list_warnings, write_title
from bibliobus.reports.text import clean_text
from bibliobus.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from bibliobus.reports.material import Material
    from bibliobus.reports.series import Series

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
