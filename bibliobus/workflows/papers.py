"""All papers of a plan: what a plan folder holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.language import Language
from bibliobus.maps.hromada_pages import render_hromada_pages
from bibliobus.maps.map_page import render_page
from bibliobus.maps.overview import draw_overview
from bibliobus.network.shapes import gather_geometry
from bibliobus.plan.store import FILE_NAME, format_plan
from bibliobus.reports.timetable_csv import render_timetable_csv
from bibliobus.reports.workbook import render_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.maps.view import View
    from bibliobus.model.case import Case
    from bibliobus.network.geometry import MapGeometry
    from bibliobus.plan.timetable import Plan

AREA_FOLDER = "area"


def render_map(plan: Plan, case: Case, language: Language, view: View | None = None) -> bytes:
    """
    Render the map of a plan.

    Parameters
    ----------
    plan
        A verified plan.
    case
        The area it was made for.
    language
        Language of the page.
    view
        For whom it is and what is in front; None for the planner.

    Returns
    -------
    bytes
        One HTML file in UTF-8.
    """
    drawing = draw_overview(plan, case.dataset, _gather(plan, case), language, view)
    return render_page(drawing, plan, case.dataset, language, view).encode()


def render_pages(plan: Plan, case: Case, language: Language, view: View) -> dict[str, bytes]:
    """
    Render the pages of the hromadas.

    Parameters
    ----------
    plan
        A verified plan.
    case
        The area it was made for.
    language
        Language of the pages.
    view
        For whom they are; its hromada alone if one is in front.

    Returns
    -------
    dict of str to bytes
        HTML in UTF-8 by file name.
    """
    pages = render_hromada_pages(plan, case.dataset, _gather(plan, case), language, view)
    return {name: page.encode() for name, page in pages.items()}


def render_papers(plan: Plan, case: Case, inputs: Mapping[str, bytes]) -> dict[str, bytes]:
    """
    Render everything a plan folder holds.

    Parameters
    ----------
    plan
        A verified plan.
    case
        The area it was made for.
    inputs
        Content of the files of the area by name, to be kept beside the plan.

    Returns
    -------
    dict of str to bytes
        Content by path inside the folder.
    """
    language = Language(plan.language)
    papers = {
        FILE_NAME: format_plan(plan).encode(),
        "timetable.xlsx": render_workbook(plan, case.dataset, language),
        "timetable.csv": render_timetable_csv(plan, case.dataset, language),
        "map.html": render_map(plan, case, language),
    }
    return papers | {f"{AREA_FOLDER}/{name}": content for name, content in inputs.items()}


def _gather(plan: Plan, case: Case) -> MapGeometry:
    """Where places lie and the legs of the plan run."""
    scenario = case.dataset.scenario
    profiles = {bus.bus_id: bus.profile_id for bus in scenario.buses}
    legs = ((profiles[tour.bus_id], leg.from_id, leg.to_id) for tour in plan.tours for leg in tour.legs)
    return gather_geometry(case.network, scenario.profiles, legs)
