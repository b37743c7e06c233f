"""What each audience gets: the files of a publication."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import WEEK_DAYS, DateSpan
from bibliobus.language import N_
from bibliobus.maps.view import View
from bibliobus.plan.cautions import tell_cautions, tell_long_after
from bibliobus.reports.calendar import render_calendar
from bibliobus.reports.geojson import render_geojson
from bibliobus.reports.geopackage import render_geopackage
from bibliobus.reports.gpx import render_gpx
from bibliobus.reports.gtfs import render_gtfs
from bibliobus.reports.index_page import Paper, render_index
from bibliobus.reports.osm_tags import render_osm_tags
from bibliobus.reports.posters import list_posters
from bibliobus.reports.posters_pdf import render_posters_pdf
from bibliobus.reports.print_page import render_posters_html, render_sheets_html
from bibliobus.reports.public_material import keep_public_material
from bibliobus.reports.sheets import list_sheets
from bibliobus.reports.sheets_pdf import render_sheets_pdf
from bibliobus.reports.timetable_csv import render_timetable_csv
from bibliobus.reports.workbook import render_workbook
from bibliobus.workflows.papers import render_map, render_pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bibliobus.model.case import Case
    from bibliobus.reports.material import Material
    from bibliobus.reports.posters import Poster
    from bibliobus.reports.sheets import DaySheet

ABOUT: Final = {
    "map.html": N_("map with all times, opens in any browser without internet"),
    "timetable.xlsx": N_("timetable for Excel"),
    "posters.pdf": N_("posters, a page for each stop"),
    "posters.html": N_("the same posters to print from a browser"),
    "calendars/all.ics": N_("all visits for calendar programs"),
    "stops.csv": N_("open table of the stops"),
    "stops.geojson": N_("stops for map programs"),
    "gtfs.zip": N_("timetable for journey planners (GTFS)"),
    "osm-tags.txt": N_("tags for OpenStreetMap"),
    "sheets.html": N_("day sheets of the first weeks to print from a browser"),
    "tours.gpx": N_("tours for phones and navigators"),
    "plan.gpkg": N_("plan for QGIS"),
    "plan.geojson": N_("plan for map programs"),
}
"""Papers in the order of the page that leads to them."""
HROMADAS: Final = N_("page to print for the hromada, or a list of such pages")
WEEK: Final = N_("day sheets of the week of {date}")
SHEET_WEEKS: Final = 4
"""Weeks whose day sheets are made; later ones change too often to be printed now."""

_CALENDARS: Final = "calendars"
_HROMADAS: Final = "hromadas"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9-]+")
_LONGEST_NAME: Final = 60


def render_publication(material: Material, case: Case, audience: Audience) -> dict[str, bytes]:
    """
    Render the papers of one audience and the page that leads to them.

    Parameters
    ----------
    material
        The plan and what its papers need, uncut.
    case
        The area it was made for.
    audience
        Public, council or driver.

    Returns
    -------
    dict of str to bytes
        Content by path inside the folder. Of a public one, everything but the map is made from a material that
        holds nothing else than what everybody may know; the map keeps to the same.
    """
    shown = keep_public_material(material) if audience is Audience.PUBLIC else material
    posters = list_posters(shown)
    calendars = name_files(poster.settlement_id for poster in posters)
    files = dict(_list_common(shown, posters))
    files |= {path: render_calendar(shown.at_stop(stop), stop) for stop, path in calendars.items()}
    view = View(audience if audience is not Audience.DRIVER else Audience.PLANNER, first=material.span.first)
    files["map.html"] = render_map(material.plan, case, material.language, view)
    if audience is not Audience.PUBLIC:
        files["timetable.xlsx"] = render_workbook(material.plan, material.dataset, material.language)
    if audience is Audience.COUNCIL and any(place.hromada for place in material.dataset.settlements):
        pages = render_pages(material.plan, case, material.language, view)
        files |= {f"{_HROMADAS}/{name}": page for name, page in pages.items()}
    if audience is Audience.DRIVER:
        files |= _list_for_driver(material)
    papers = tuple(_list_papers(files, material))
    cautions = _tell_reader(material, audience)
    return {"index.html": render_index(shown, papers, posters, calendars, cautions)} | files


def _tell_reader(material: Material, audience: Audience) -> tuple[str, ...]:
    """What the council, or the crew, must not miss; a resident needs none of it."""
    first = material.span.first
    if audience is Audience.COUNCIL:
        return tell_cautions(material.plan, material.dataset, material.language, first=first)
    return tell_long_after(material.plan, material.language, first) if audience is Audience.DRIVER else ()


def name_files(ids: Iterable[str]) -> dict[str, str]:
    """
    Name the calendar files of stops so that every file system takes them.

    Parameters
    ----------
    ids
        Settlements, in order.

    Returns
    -------
    dict of str to str
        Path inside the folder by settlement; letters, digits and hyphens only, no two alike in small letters.
    """
    names: dict[str, str] = {}
    taken = {"all"}
    for settlement_id in ids:
        plain = f"stop-{_UNSAFE.sub('-', settlement_id).strip('-')[:_LONGEST_NAME]}".rstrip("-")
        name, number = plain, 1
        while name.lower() in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name.lower())
        names[settlement_id] = f"{_CALENDARS}/{name}.ics"
    return names


def _list_common(material: Material, posters: tuple[Poster, ...]) -> Iterator[tuple[str, bytes]]:
    """Times and places of the stops, which every audience gets."""
    yield "posters.pdf", render_posters_pdf(material, posters)
    yield "posters.html", render_posters_html(material, posters)
    yield f"{_CALENDARS}/all.ics", render_calendar(material)
    yield "stops.csv", render_timetable_csv(material.plan, material.dataset, material.language, material.span)
    yield "stops.geojson", render_geojson(material, stops_only=True)
    yield "gtfs.zip", render_gtfs(material)
    yield "osm-tags.txt", render_osm_tags(material)


def _list_for_driver(material: Material) -> dict[str, bytes]:
    """What else the crew gets."""
    files = {
        "tours.gpx": render_gpx(material),
        "plan.gpkg": render_geopackage(material),
        "plan.geojson": render_geojson(material),
    }
    sheets: list[DaySheet] = []
    for week in _list_weeks(material.span):
        found = list_sheets(replace(material, span=week))
        sheets += found
        if found:
            files[_name_week(week)] = render_sheets_pdf(material, found)
    return files | {"sheets.html": render_sheets_html(material, sheets)}


def _list_weeks(span: DateSpan) -> Iterator[DateSpan]:
    """First weeks of a span, from Monday to Sunday as far as they lie in it."""
    first = span.first
    for _ in range(SHEET_WEEKS):
        if first <= span.last:
            sunday = first + timedelta(days=WEEK_DAYS - 1 - first.weekday())
            yield DateSpan(first, min(sunday, span.last))
            first = sunday + timedelta(days=1)


def _name_week(week: DateSpan) -> str:
    """File of the sheets of a week."""
    return f"sheets-{week.first.isoformat()}.pdf"


def _list_papers(files: dict[str, bytes], material: Material) -> Iterator[Paper]:
    """Papers that the page leads to; the calendar of each stop stands in its table instead."""
    language = material.language
    for week in _list_weeks(material.span):
        if _name_week(week) in files:
            yield Paper(_name_week(week), language.gettext(WEEK).format(date=language.date(week.first)))
    pages = sorted(path for path in files if path.startswith(f"{_HROMADAS}/"))
    shown = [path for path in pages if path.endswith("/index.html")] or pages
    yield from (Paper(path, language.gettext(HROMADAS)) for path in shown)
    yield from (Paper(path, language.gettext(about)) for path, about in ABOUT.items() if path in files)
