"""Verify a timetable that people edited in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.errors import InputError
from bibliobus.findings import Finding, FindingReport
from bibliobus.inputs.files import read_file
from bibliobus.plan.by_hand import build_by_hand
from bibliobus.plan.evidence import gather_evidence
from bibliobus.plan.verify import verify_plan
from bibliobus.reports.edited import read_edited
from bibliobus.workflows.ready import ready_area
from bibliobus.workflows.reopen import find_area

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.model.case import Case
    from bibliobus.plan.timetable import Plan

LARGEST_MB: Final = 20


def verify_workbook(path: Path, *, area: Path | None = None) -> tuple[Plan, Case, FindingReport]:
    """
    Verify an edited timetable workbook.

    Parameters
    ----------
    path
        ``timetable.xlsx`` of a plan folder, with times, places, rows or days changed by hand.
    area
        Folder of the inputs; None means those beside the workbook.

    Returns
    -------
    plan : Plan
        What the workbook says, with key figures and cost of its own.
    case : Case
        Its area made ready.
    report : FindingReport
        One error for each broken rule, with sheet and row; empty if every rule is kept.

    Raises
    ------
    InputError
        If the workbook or the inputs cannot be used.
    """
    file = read_file(path, path.name, LARGEST_MB)
    if isinstance(file, Finding):
        raise InputError(file)
    folder = area or find_area(path)
    case, _ = ready_area(folder, area_id=folder.resolve().name, keep_cache=area is not None)
    language = case.dataset.scenario.language
    edited, findings = read_edited(file, gather_evidence(build_by_hand(case, (), language), case))
    if FindingReport.of(findings).errors:
        raise InputError(*findings)
    plan = build_by_hand(case, edited.tours, language)
    broken = verify_plan(gather_evidence(plan, case)).findings
    return plan, case, FindingReport.of([*findings, *(edited.locate(finding) for finding in broken)])
