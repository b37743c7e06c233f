"""Draw the map of a published plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.alphabet import alphabet_key
from bibliobus.errors import InputError, UsageError
from bibliobus.findings import FindingKind, Place, Severity
from bibliobus.inputs.suggestions import find_unknown
from bibliobus.language import N_, Language
from bibliobus.maps.view import View
from bibliobus.plan.kept_back import refuse_kept_back
from bibliobus.workflows.output import check_output, write_file, write_folder
from bibliobus.workflows.papers import render_map, render_pages
from bibliobus.workflows.reopen import verify_folder

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.inputs.dataset import Dataset
    from bibliobus.model.case import Case
    from bibliobus.plan.timetable import Plan

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
