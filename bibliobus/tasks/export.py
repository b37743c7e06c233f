"""
Export a published plan into the format of another program, or draw its map.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience, read_papers
from bibliobus.domain.calendar import WEEK_DAYS, DateSpan
from bibliobus.findings import FindingKind, InputError, Place, Severity, UsageError
from bibliobus.inputs.tables.cells import find_unknown
from bibliobus.output.exchange.calendar import render_calendar
from bibliobus.output.exchange.geojson import render_geojson
from bibliobus.output.exchange.geopackage import render_geopackage
from bibliobus.output.exchange.gpx import render_gpx
from bibliobus.output.exchange.gtfs import render_gtfs
from bibliobus.output.exchange.texts import render_osm_tags, render_text
from bibliobus.output.exchange.timetable_csv import render_timetable_csv
from bibliobus.output.pages.shown import MapOptions
from bibliobus.output.print.html import render_posters_html, render_sheets_html
from bibliobus.output.print.posters import list_posters
from bibliobus.output.print.posters_pdf import render_posters_pdf
from bibliobus.output.print.sheets import list_sheets, render_sheets_pdf
from bibliobus.tasks.folders import check_output, write_file, write_folder
from bibliobus.tasks.plan import make_view, render_map, render_pages
from bibliobus.tasks.reopen import choose_span, verify_folder
from bibliobus.view.ground import gather_ground
from bibliobus.view.reader import Reader, span_year
from bibliobus.view.view import build_view
from bibliobus.words.alphabet import alphabet_key
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import Case
    from bibliobus.plan.plan import Plan
    from bibliobus.view.view import PlanView

STOP_UNKNOWN: Final = FindingKind(
    "stop-unknown",
    Severity.ERROR,
    N_("The bus does not call in a settlement “{value}”."),
    N_("Give the id of a settlement that the plan serves."),
)
NOT_FOR_AUDIENCE: Final = FindingKind(
    "paper-not-for-audience",
    Severity.ERROR,
    N_("The format “{value}” shows what these readers may not see: {audience}."),
    N_("It can be made for: {known}."),
)
STOP_FORMATS: Final = ("ics", "posters")
"""Formats of which one stop alone can be had."""


@dataclass(frozen=True)
class Request:
    """
    What is to be exported.

    Parameters
    ----------
    wanted
        One of `FORMATS`.
    first
        First date; None means the first day of the plan.
    last
        Last date; None means a year from the first.
    settlement_id
        Settlement whose stop alone is wanted, in formats that are made a stop; None means all.
    page
        True for a page for print as HTML rather than a PDF document.
    audience
        For whom it is; None for whom the format is made as a rule.
    """

    wanted: str
    first: date | None = None
    last: date | None = None
    settlement_id: str | None = None
    page: bool = False
    audience: Audience | None = None

    @property
    def reader(self) -> Audience:
        """For whom it is."""
        return self.audience or read_papers()[f"export-{self.wanted}"].audiences[0]


def _render_csv(view: PlanView, request: Request) -> bytes:
    """Open data; without end where no dates were asked for, as in the plan folder."""
    return render_timetable_csv(view, endless=not (request.first or request.last))


def _render_ics(view: PlanView, request: Request) -> bytes:
    """Calendar of one stop or all."""
    return render_calendar(view, request.settlement_id)


def _render_posters(view: PlanView, request: Request) -> bytes:
    """Posters of one stop or all."""
    render = render_posters_html if request.page else render_posters_pdf
    return render(view, list_posters(view, request.settlement_id))


def _render_sheets(view: PlanView, request: Request) -> bytes:
    """Day sheets; those of the first cycle of the dates where no end was asked for."""
    span, days = view.span, view.cycle.weeks * WEEK_DAYS
    if request.last is None:
        span = DateSpan(span.first, span.first + timedelta(days=days - 1))
    render = render_sheets_html if request.page else render_sheets_pdf
    return render(view, list_sheets(view, span))


FORMATS: Final[Mapping[str, Callable[[PlanView, Request], bytes]]] = {
    "csv": _render_csv,
    "geojson": lambda view, request: render_geojson(view, stops_only=view.public),
    "gpkg": lambda view, request: render_geopackage(view, stops_only=view.public),
    "gpx": lambda view, request: render_gpx(view),
    "gtfs": lambda view, request: render_gtfs(view),
    "ics": _render_ics,
    "osm": lambda view, request: render_osm_tags(view),
    "posters": _render_posters,
    "sheets": _render_sheets,
    "text": lambda view, request: render_text(view),
}
"""What makes the bytes of each format."""


def export_plan(
    path: Path,
    out: Path,
    *,
    request: Request,
    area: Path | None = None,
    language: str | None = None,
    force: bool = False,
) -> Plan:
    """
    Export a plan into one file.

    Parameters
    ----------
    path
        Plan folder, or its plan.json.
    out
        File to write.
    request
        Format, readers, dates and stop.
    area
        Folder of other inputs; None means those beside the plan.
    language
        Language of the texts; None means that of the plan.
    force
        True if an existing file may be replaced.

    Returns
    -------
    Plan
        The plan that was exported.

    Raises
    ------
    UsageError
        If the file is in the way, the dates do not fit, the stop is none of the plan, or the format shows what
        these readers may not see.
    InputError
        If the plan or its inputs cannot be used, the plan breaks a rule, or a stop must not be shown to them.
    ToolError
        If the file cannot be written.
    """
    _check_audience(request)
    check_output(out, force=force)
    plan, case, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    span = choose_span(plan, request.first, request.last)
    stops = {call.settlement_id for tour in plan.tours for call in tour.calls}
    if request.settlement_id is not None and request.settlement_id not in stops:
        raise UsageError(find_unknown(STOP_UNKNOWN, Place(), request.settlement_id, (), stops))
    reader = Reader(request.reader, Language(language or plan.language), span)
    ground = gather_ground(plan, case.dataset, case.network, pieces=request.wanted == "sheets")
    alone = request.settlement_id if request.wanted in STOP_FORMATS else None
    view = build_view(plan, case.dataset, reader, ground, alone=alone or "")
    write_file(out, FORMATS[request.wanted](view, request), force=force)
    return plan


def _check_audience(request: Request) -> None:
    """Stop if the format shows what these readers may not see."""
    known = read_papers()[f"export-{request.wanted}"].audiences
    if request.reader not in known:
        values = {"value": request.wanted, "audience": request.reader.value, "known": ", ".join(known)}
        raise UsageError(NOT_FOR_AUDIENCE.at(Place(), **values))


HROMADA_UNKNOWN: Final = FindingKind(
    "hromada-unknown",
    Severity.ERROR,
    N_("The area has no hromada “{value}”."),
    N_("Choose one of: {known}."),
)
HROMADA_NONE: Final = FindingKind(
    "hromada-none",
    Severity.ERROR,
    N_("No settlement of the area has a hromada, so there are no pages of hromadas."),
    N_("Fill the column hromada of the settlements, plan again, then draw the pages."),
)


@dataclass(frozen=True)
class MapRequest:
    """
    Which map is wanted.

    Parameters
    ----------
    audience
        For whom it is made.
    hromada
        Hromada to put in front, as people write it; empty for all alike.
    first
        Day from which visits are listed; None means the first day of the plan.
    tiles
        True if the map may load background pictures from the internet.
    """

    audience: Audience = Audience.PLANNER
    hromada: str = ""
    first: date | None = None
    tiles: bool = False


def draw_plan(
    path: Path,
    out: Path,
    *,
    area: Path | None = None,
    language: str | None = None,
    request: MapRequest | None = None,
    force: bool = False,
) -> Plan:
    """
    Draw the map of a plan into one HTML file.

    Parameters
    ----------
    path
        Plan folder, or its plan.json.
    out
        File to write.
    area
        Folder of other inputs; None means those beside the plan.
    language
        Language of the page; None means that of the plan.
    request
        For whom it is and what is in front; None for the planner.
    force
        True if an existing file may be replaced.

    Returns
    -------
    Plan
        The plan that was drawn.

    Raises
    ------
    UsageError
        If the file is in the way, or the area has no such hromada.
    InputError
        If the plan or its inputs cannot be used, the plan breaks a rule, or a stop must not be shown to that audience.
    ToolError
        If the file cannot be written.
    """
    check_output(out, force=force)
    request = request or MapRequest()
    plan, case, hromada = _reopen(path, area, request)
    view = make_view(plan, case, _find_reader(plan, request, language))
    write_file(out, render_map(view, MapOptions(hromada, request.tiles)), force=force)
    return plan


def draw_pages(
    path: Path,
    out: Path,
    *,
    request: MapRequest,
    area: Path | None = None,
    language: str | None = None,
    force: bool = False,
) -> tuple[Plan, tuple[str, ...]]:
    """
    Draw the pages of the hromadas into a folder.

    Parameters
    ----------
    path
        Plan folder, or its plan.json.
    out
        Folder to write.
    request
        For whom the pages are; its hromada alone if one is in front.
    area
        Folder of other inputs; None means those beside the plan.
    language
        Language of the pages; None means that of the plan.
    force
        True if an existing folder may be replaced.

    Returns
    -------
    plan : Plan
        The plan that was drawn.
    names : tuple of str
        Files of the folder, sorted.

    Raises
    ------
    UsageError
        If the folder is in the way, or the area has no such hromada, or none at all.
    InputError
        If the plan or its inputs cannot be used, the plan breaks a rule, or a stop must not be shown to that audience.
    ToolError
        If the folder cannot be written.
    """
    check_output(out, force=force)
    plan, case, hromada = _reopen(path, area, request)
    view = make_view(plan, case, _find_reader(plan, request, language))
    if not any(settlement.hromada for settlement in case.dataset.settlements):
        raise UsageError(HROMADA_NONE.at(Place()))
    pages = render_pages(view, hromada)
    write_folder(out, pages, force=force)
    return plan, tuple(sorted(pages))


def find_hromada(dataset: Dataset, name: str) -> str:
    """
    Find a hromada by what somebody typed.

    Parameters
    ----------
    dataset
        Checked inputs.
    name
        Its name; case, apostrophes and a word “hromada” behind it do not matter.

    Returns
    -------
    str
        The name as the inputs spell it.

    Raises
    ------
    UsageError
        If the area has no such hromada.
    """
    known = sorted({s.hromada for s in dataset.settlements if s.hromada}, key=alphabet_key)
    sought = _letters(name)
    for hromada in known:
        if sought in {_letters(hromada), *(_letters(f"{hromada} {word}") for word in ("громада", "тг", "hromada"))}:
            return hromada
    raise UsageError(find_unknown(HROMADA_UNKNOWN, Place(), name, known))


def _letters(name: str) -> object:
    """Name as the alphabet sees it."""
    return alphabet_key(name)[0]


def _reopen(path: Path, area: Path | None, request: MapRequest) -> tuple[Plan, Case, str]:
    """A plan that keeps every rule, and the hromada as the inputs spell it."""
    plan, case, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    return plan, case, find_hromada(case.dataset, request.hromada) if request.hromada else ""


def _find_reader(plan: Plan, request: MapRequest, language: str | None) -> Reader:
    """For whom the map is; visits are listed for a year."""
    span = span_year(request.first or plan.cycle.first_day)
    return Reader(request.audience, Language(language or plan.language), span)
