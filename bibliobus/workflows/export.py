"""Export a published plan into the format of another program."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience, read_papers
from bibliobus.domain.calendar import WEEK_DAYS, DateSpan
from bibliobus.errors import InputError, UsageError
from bibliobus.findings import FindingKind, Place, Severity
from bibliobus.inputs.suggestions import find_unknown
from bibliobus.language import N_, Language
from bibliobus.network.shapes import gather_geometry
from bibliobus.plan.kept_back import refuse_kept_back
from bibliobus.reports.calendar import render_calendar
from bibliobus.reports.geojson import render_geojson
from bibliobus.reports.geopackage import render_geopackage
from bibliobus.reports.gpx import render_gpx
from bibliobus.reports.gtfs import render_gtfs
from bibliobus.reports.material import Material
from bibliobus.reports.osm_tags import render_osm_tags
from bibliobus.reports.plan_text import render_text
from bibliobus.reports.posters import list_posters
from bibliobus.reports.posters_pdf import render_posters_pdf
from bibliobus.reports.print_page import render_posters_html, render_sheets_html
from bibliobus.reports.public_material import keep_public_material
from bibliobus.reports.sheets import list_sheets
from bibliobus.reports.sheets_pdf import render_sheets_pdf
from bibliobus.reports.timetable_csv import render_timetable_csv
from bibliobus.workflows.output import check_output, write_file
from bibliobus.workflows.reopen import verify_folder
from bibliobus.workflows.spans import choose_span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from bibliobus.model.case import Case
    from bibliobus.plan.timetable import Plan


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


def _render_csv(material: Material, request: Request) -> bytes:
    """Open data; without end where no dates were asked for, as in the plan folder."""
    span = material.span if request.first or request.last else None
    return render_timetable_csv(material.plan, material.dataset, material.language, span)


def _render_ics(material: Material, request: Request) -> bytes:
    """Calendar of one stop or all."""
    return render_calendar(material, request.settlement_id)


def _render_posters(material: Material, request: Request) -> bytes:
    """Posters of one stop or all."""
    render = render_posters_html if request.page else render_posters_pdf
    return render(material, list_posters(material, request.settlement_id))


def _render_sheets(material: Material, request: Request) -> bytes:
    """Day sheets; those of the first cycle of the dates where no end was asked for."""
    if request.last is None:
        days = material.plan.cycle.weeks * WEEK_DAYS
        first = material.span.first
        material = replace(material, span=DateSpan(first, first + timedelta(days=days - 1)))
    render = render_sheets_html if request.page else render_sheets_pdf
    return render(material, list_sheets(material))


FORMATS: Final[Mapping[str, Callable[[Material, Request], bytes]]] = {
    "csv": _render_csv,
    "geojson": lambda material, request: render_geojson(material, stops_only=request.reader is Audience.PUBLIC),
    "gpkg": lambda material, request: render_geopackage(material, stops_only=request.reader is Audience.PUBLIC),
    "gpx": lambda material, request: render_gpx(material),
    "gtfs": lambda material, request: render_gtfs(material),
    "ics": _render_ics,
    "osm": lambda material, request: render_osm_tags(material),
    "posters": _render_posters,
    "sheets": _render_sheets,
    "text": lambda material, request: render_text(material),
}
"""What makes the bytes of each format."""


def gather_material(plan: Plan, case: Case, language: Language, span: DateSpan) -> Material:
    """
    Gather what papers are made from.

    Parameters
    ----------
    plan
        A verified plan.
    case
        The area it was made for.
    language
        Language of the reader.
    span
        Dates that are wanted.

    Returns
    -------
    Material
        The plan with the shape and the roads of each leg.
    """
    scenario = case.dataset.scenario
    profiles = {bus.bus_id: bus.profile_id for bus in scenario.buses}
    legs = sorted({(profiles[tour.bus_id], leg.from_id, leg.to_id) for tour in plan.tours for leg in tour.legs})
    geometry = gather_geometry(case.network, scenario.profiles, legs)
    by_id = {profile.profile_id: profile for profile in scenario.profiles}
    roads = {leg: case.network.list_roads(by_id[leg[0]], *leg[1:]) for leg in legs}
    return Material(plan, case.dataset, geometry, language, span, roads)


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
    material = gather_material(plan, case, Language(language or plan.language), span)
    if request.settlement_id is not None and request.wanted in STOP_FORMATS:
        material = material.at_stop(request.settlement_id)
    refuse_kept_back(request.reader, (material.plan, material.dataset))
    shown = keep_public_material(material) if request.reader is Audience.PUBLIC else material
    write_file(out, FORMATS[request.wanted](shown, request), force=force)
    return plan


def _check_audience(request: Request) -> None:
    """Stop if the format shows what these readers may not see."""
    known = read_papers()[f"export-{request.wanted}"].audiences
    if request.reader not in known:
        values = {"value": request.wanted, "audience": request.reader.value, "known": ", ".join(known)}
        raise UsageError(NOT_FOR_AUDIENCE.at(Place(), **values))
