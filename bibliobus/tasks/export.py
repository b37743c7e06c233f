"""
Export a published plan into the format of another program, or draw its map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience
from bibliobus.findings import FindingKind, InputError, Place, Severity, UsageError
from bibliobus.inputs.tables.cells import find_unknown
from bibliobus.output.pages.shown import MapOptions
from bibliobus.output.registry import FORMATS, write_paper
from bibliobus.tasks.folders import check_output, write_file, write_folder
from bibliobus.tasks.plan import make_view, render_map, render_pages
from bibliobus.tasks.reopen import choose_span, verify_folder
from bibliobus.view.ground import gather_ground
from bibliobus.view.reader import Reader, span_year
from bibliobus.view.view import build_view
from bibliobus.words.alphabet import alphabet_key
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
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
    plan, prepared, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    span = choose_span(plan, order.first, order.last)
    stops = {call.settlement_id for tour in plan.tours for call in tour.calls}
    if order.settlement_id is not None and order.settlement_id not in stops:
        raise UsageError(find_unknown(STOP_UNKNOWN, Place(), order.settlement_id, (), stops))
    reader = Reader(order.reader, Language(language or plan.language), span)
    ground = gather_ground(plan, prepared.dataset, prepared.network, pieces=FORMATS[order.wanted].roads)
    alone = order.settlement_id if FORMATS[order.wanted].by_stop else None
    view = build_view(plan, prepared.dataset, reader, ground, alone=alone or "")
    content = write_paper(view, order)
    assert isinstance(content, bytes)
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
    plan, prepared, hromada = _reopen(path, area, request)
    view = make_view(plan, prepared, _find_reader(plan, request, language))
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
    plan, prepared, hromada = _reopen(path, area, request)
    view = make_view(plan, prepared, _find_reader(plan, request, language))
    if not any(settlement.hromada for settlement in prepared.dataset.settlements):
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


def _reopen(path: Path, area: Path | None, request: MapRequest) -> tuple[Plan, PreparedArea, str]:
    """A plan that keeps every rule, and the hromada as the inputs spell it."""
    plan, prepared, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    return plan, prepared, find_hromada(prepared.dataset, request.hromada) if request.hromada else ""


def _find_reader(plan: Plan, request: MapRequest, language: str | None) -> Reader:
    """For whom the map is; visits are listed for a year."""
    span = span_year(request.first or plan.cycle.first_day)
    return Reader(request.audience, Language(language or plan.language), span)
