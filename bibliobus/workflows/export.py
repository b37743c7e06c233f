"""Export a published plan into the format of another program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.errors import InputError
from bibliobus.language import Language
from bibliobus.network.shapes import gather_geometry
from bibliobus.reports.geojson import render_geojson
from bibliobus.reports.geopackage import render_geopackage
from bibliobus.reports.gpx import render_gpx
from bibliobus.reports.material import Material
from bibliobus.reports.osm_tags import render_osm_tags
from bibliobus.reports.plan_text import render_text
from bibliobus.reports.timetable_csv import render_timetable_csv
from bibliobus.workflows.output import check_output, write_file
from bibliobus.workflows.reopen import verify_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bibliobus.model.case import Case
    from bibliobus.plan.timetable import Plan


def _render_csv(material: Material) -> bytes:
    """Open data."""
    return render_timetable_csv(material.plan, material.dataset, material.language)


FORMATS: Final[Mapping[str, Callable[[Material], bytes]]] = {
    "csv": _render_csv,
    "geojson": render_geojson,
    "gpkg": render_geopackage,
    "gpx": render_gpx,
    "osm": render_osm_tags,
    "text": render_text,
}
"""What makes the bytes of each format."""


def gather_material(plan: Plan, case: Case, language: Language) -> Material:
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

    Returns
    -------
    Material
        The plan with names, and the shape of each leg.
    """
    scenario = case.dataset.scenario
    profiles = {bus.bus_id: bus.profile_id for bus in scenario.buses}
    legs = ((profiles[tour.bus_id], leg.from_id, leg.to_id) for tour in plan.tours for leg in tour.legs)
    geometry = gather_geometry(case.network, scenario.profiles, legs)
    return Material(plan, case.dataset, geometry, language)


def export_plan(
    path: Path,
    out: Path,
    *,
    wanted: str,
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
    wanted
        One of `FORMATS`.
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
        If the file is in the way.
    InputError
        If the plan or its inputs cannot be used, or the plan breaks a rule: no such plan leaves the tool.
    ToolError
        If the file cannot be written.
    """
    check_output(out, force=force)
    plan, case, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    material = gather_material(plan, case, Language(language or plan.language))
    write_file(out, FORMATS[wanted](material), force=force)
    return plan
