"""
Export a published plan into the format of another program, or draw its map.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience
from bibliobus.findings import FindingKind, InputError, Place, Severity, UsageError
from bibliobus.inputs.tables.cells import find_unknown
from bibliobus.network.build import gather_geometry
from bibliobus.output.pages.view import View
from bibliobus.output.registry import FORMATS, write_paper
from bibliobus.plan.kept_back import refuse_kept_back
from bibliobus.tasks.folders import check_output, write_file, write_folder
from bibliobus.tasks.plan import render_map, render_pages
from bibliobus.tasks.reopen import choose_span, verify_folder
from bibliobus.view.material import Material, keep_public_material
from bibliobus.words.alphabet import alphabet_key
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.domain.calendar import DateSpan
    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import Case
    from bibliobus.output.registry import PaperOrder
    from bibliobus.plan.plan import Plan

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
    order: PaperOrder,
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
    order
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
    _check_audience(order)
    check_output(out, force=force)
    plan, case, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    span = choose_span(plan, order.first, order.last)
    stops = {call.settlement_id for tour in plan.tours for call in tour.calls}
    if order.settlement_id is not None and order.settlement_id not in stops:
        raise UsageError(find_unknown(STOP_UNKNOWN, Place(), order.settlement_id, (), stops))
    material = gather_material(plan, case, Language(language or plan.language), span)
    if order.settlement_id is not None and FORMATS[order.wanted].by_stop:
        material = material.at_stop(order.settlement_id)
    refuse_kept_back(order.reader, (material.plan, material.dataset))
    shown = keep_public_material(material) if order.reader is Audience.PUBLIC else material
    content = write_paper(material, shown, order)
    assert isinstance(content, bytes)  # no format that is exported is a folder
    write_file(out, content, force=force)
    return plan


def _check_audience(order: PaperOrder) -> None:
    """Stop if the format shows what these readers may not see."""
    known = FORMATS[order.wanted].audiences
    if order.reader not in known:
        values = {"value": order.wanted, "audience": order.reader.value, "known": ", ".join(known)}
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


def draw_plan(
    path: Path,
    out: Path,
    *,
    area: Path | None = None,
    language: str | None = None,
    view: View | None = None,
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
    view
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
    plan, case, view = _reopen(path, area, view or View())
    write_file(out, render_map(plan, case, Language(language or plan.language), view), force=force)
    return plan


def draw_pages(
    path: Path,
    out: Path,
    *,
    view: View,
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
    view
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
    plan, case, view = _reopen(path, area, view)
    if not any(settlement.hromada for settlement in case.dataset.settlements):
        raise UsageError(HROMADA_NONE.at(Place()))
    pages = render_pages(plan, case, Language(language or plan.language), view)
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


def _reopen(path: Path, area: Path | None, view: View) -> tuple[Plan, Case, View]:
    """A plan that keeps every rule and may be shown, with the hromada as the inputs spell it."""
    plan, case, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    refuse_kept_back(view.audience, (plan, case.dataset))
    if view.hromada:
        view = replace(view, hromada=find_hromada(case.dataset, view.hromada))
    return plan, case, view
