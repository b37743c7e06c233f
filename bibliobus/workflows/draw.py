"""Draw the map of a published plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.errors import InputError
from bibliobus.language import Language
from bibliobus.workflows.output import check_output, write_file
from bibliobus.workflows.papers import render_map
from bibliobus.workflows.reopen import verify_folder

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.plan.timetable import Plan


def draw_plan(
    path: Path, out: Path, *, area: Path | None = None, language: str | None = None, force: bool = False
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
    force
        True if an existing file may be replaced.

    Returns
    -------
    Plan
        The plan that was drawn.

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
    write_file(out, render_map(plan, case, Language(language or plan.language)), force=force)
    return plan
