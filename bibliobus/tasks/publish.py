"""
Publish a plan: the whole set of papers for one audience, in one folder.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import WEEK_DAYS, DateSpan
from bibliobus.findings import InputError
from bibliobus.output.exchange.calendar import render_calendar
from bibliobus.output.exchange.geojson import render_geojson
from bibliobus.output.exchange.geopackage import render_geopackage
from bibliobus.output.exchange.gpx import render_gpx
from bibliobus.output.exchange.gtfs import render_gtfs
from bibliobus.output.exchange.texts import render_osm_tags
from bibliobus.output.exchange.timetable_csv import render_timetable_csv
from bibliobus.output.print.html import Paper, render_index, render_posters_html, render_sheets_html
from bibliobus.output.print.posters import list_posters
from bibliobus.output.print.posters_pdf import render_posters_pdf
from bibliobus.output.print.sheets import list_sheets, render_sheets_pdf
from bibliobus.output.workbook import render_workbook
from bibliobus.tasks.folders import check_output, write_folder
from bibliobus.tasks.plan import render_map, render_pages
from bibliobus.tasks.reopen import choose_span, verify_folder
from bibliobus.view.ground import gather_ground
from bibliobus.view.reader import Reader, span_year
from bibliobus.view.view import build_view
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from bibliobus.output.print.posters import Poster
    from bibliobus.output.print.sheets import DaySheet
    from bibliobus.plan.plan import Plan
    from bibliobus.view.view import PlanView

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


def render_publication(view: PlanView, ahead: PlanView) -> dict[str, bytes]:
    """
    Render the papers of one audience.

    Parameters
    ----------
    view
        The plan as that audience may know it, for the dates that were asked for.
    ahead
        The same for a year: a map lists the next visits, however short the dates of the other papers are.

    Returns
    -------
    dict of str to bytes
        Content by path inside the folder; ``index.html`` leads to all of it.
    """
    posters = list_posters(view)
    calendars = name_files(poster.settlement_id for poster in posters)
    files = dict(_list_common(view, posters))
    files |= {path: render_calendar(view.at_stop(stop), stop) for stop, path in calendars.items()}
    files["map.html"] = render_map(ahead)
    if not view.public:
        files["timetable.xlsx"] = render_workbook(view)
    if view.audience is Audience.COUNCIL and any(place.hromada for place in view.places):
        files |= {f"{_HROMADAS}/{name}": page for name, page in render_pages(ahead).items()}
    if view.audience is Audience.DRIVER:
        files |= _list_for_driver(view)
    papers = tuple(_list_papers(files, view))
    return {"index.html": render_index(view, papers, posters, calendars, _tell_reader(view))} | files


def _tell_reader(view: PlanView) -> tuple[str, ...]:
    """What the council, or the crew, must not miss; a resident needs none of it."""
    return (*view.cautions, *view.long_after) if view.audience is Audience.COUNCIL else view.long_after


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


def _list_common(view: PlanView, posters: tuple[Poster, ...]) -> Iterator[tuple[str, bytes]]:
    """Times and places of the stops, which every audience gets."""
    yield "posters.pdf", render_posters_pdf(view, posters)
    yield "posters.html", render_posters_html(view, posters)
    yield f"{_CALENDARS}/all.ics", render_calendar(view)
    yield "stops.csv", render_timetable_csv(view)
    yield "stops.geojson", render_geojson(view, stops_only=True)
    yield "gtfs.zip", render_gtfs(view)
    yield "osm-tags.txt", render_osm_tags(view)


def _list_for_driver(view: PlanView) -> dict[str, bytes]:
    """What else the crew gets."""
    files = {
        "tours.gpx": render_gpx(view),
        "plan.gpkg": render_geopackage(view),
        "plan.geojson": render_geojson(view),
    }
    sheets: list[DaySheet] = []
    for week in _list_weeks(view.span):
        found = list_sheets(view, week)
        sheets += found
        if found:
            files[_name_week(week)] = render_sheets_pdf(view, found)
    return files | {"sheets.html": render_sheets_html(view, sheets)}


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


def _list_papers(files: dict[str, bytes], view: PlanView) -> Iterator[Paper]:
    """Papers that the page leads to; the calendar of each stop stands in its table instead."""
    language = view.language
    for week in _list_weeks(view.span):
        if _name_week(week) in files:
            yield Paper(_name_week(week), language.gettext(WEEK).format(date=language.date(week.first)))
    pages = sorted(path for path in files if path.startswith(f"{_HROMADAS}/"))
    shown = [path for path in pages if path.endswith("/index.html")] or pages
    yield from (Paper(path, language.gettext(HROMADAS)) for path in shown)
    yield from (Paper(path, language.gettext(about)) for path, about in ABOUT.items() if path in files)


FORMAT: Final = "bibliobus-publication/1"
MANIFEST: Final = "published.json"


@dataclass(frozen=True)
class Publication:
    """
    What is to be published.

    Parameters
    ----------
    audience
        Public, council or driver.
    first
        First date; None means the first day of the plan.
    last
        Last date; None means a year from the first.
    """

    audience: Audience
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Published:
    """
    What was published.

    Parameters
    ----------
    plan
        The plan.
    files
        Paths inside the folder, sorted.
    """

    plan: Plan
    files: tuple[str, ...]


def publish_plan(
    path: Path,
    out: Path,
    publication: Publication,
    *,
    area: Path | None = None,
    language: str | None = None,
    force: bool = False,
) -> Published:
    """
    Publish a plan into a folder.

    Parameters
    ----------
    path
        Plan folder, or its plan.json.
    out
        Folder to write, whole or not at all; the inputs of the plan are never in it.
    publication
        For whom, and for which dates.
    area
        Folder of other inputs; None means those beside the plan.
    language
        Language of the papers; None means that of the plan.
    force
        True if a folder that stands there may be replaced.

    Returns
    -------
    Published
        The plan and the files.

    Raises
    ------
    UsageError
        If the folder is in the way, or the dates do not fit.
    InputError
        If the plan or its inputs cannot be used, the plan breaks a rule, or a stop must not be published.
    ToolError
        If the folder cannot be written.
    """
    check_output(out, force=force)
    plan, case, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    span = choose_span(plan, publication.first, publication.last)
    reader = Reader(publication.audience, Language(language or plan.language), span)
    pieces = publication.audience is Audience.DRIVER  # who alone gets day sheets
    ground = gather_ground(plan, case.dataset, case.network, pieces=pieces)
    view = build_view(plan, case.dataset, reader, ground)
    year = span_year(span.first)
    ahead = view if span == year else build_view(plan, case.dataset, replace(reader, span=year), ground)
    files = render_publication(view, ahead)
    files[MANIFEST] = _write_manifest(reader, files.keys() | {MANIFEST})
    write_folder(out, files, force=force)
    return Published(plan, tuple(sorted(files)))


def _write_manifest(reader: Reader, paths: set[str]) -> bytes:
    """What the folder is, for programs; it also marks the folder as one that was written by us."""
    document = {
        "format": FORMAT,
        "audience": reader.audience.value,
        "first": reader.span.first.isoformat(),
        "last": reader.span.last.isoformat(),
        "language": reader.language.code,
        "files": sorted(paths),
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
