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
from bibliobus.workflows.output import check_output, write_file
from bibliobus.workflows.papers import render_map
from bibliobus.workflows.reopen import verify_folder

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.inputs.dataset import Dataset
    from bibliobus.plan.timetable import Plan

HROMADA_UNKNOWN: Final = FindingKind(
    "hromada-unknown",
    Severity.ERROR,
    N_("The area has no hromada “{value}”."),
    N_("Choose one of: {known}."),
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
        If the plan or its inputs cannot be used, or the plan breaks a rule: no such plan leaves the tool.
    ToolError
        If the file cannot be written.
    """
    check_output(out, force=force)
    plan, case, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    view = view or View()
    if view.hromada:
        view = replace(view, hromada=find_hromada(case.dataset, view.hromada))
    write_file(out, render_map(plan, case, Language(language or plan.language), view), force=force)
    return plan


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
