"""Siting: which branches to open or close, and what is left to the bus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.findings import FindingKind, FindingReport, Place, Severity, UsageError
from bibliobus.output.tables import render_report
from bibliobus.plan.siting import list_sites, site_branches
from bibliobus.plan.store import FILE_NAME
from bibliobus.tasks.areas import ready_area
from bibliobus.tasks.reopen import reopen_plan
from bibliobus.view.reports.siting import report_siting
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.siting import Siting
    from bibliobus.view.tables import Report
    from bibliobus.words.language import Language

TOO_MANY_TO_CLOSE: Final = FindingKind(
    "too-many-to-close",
    Severity.ERROR,
    N_("{found} libraries cannot be closed: there are only {limit}."),
    N_("Give a smaller number with --close."),
)
TOO_MANY_TO_OPEN: Final = FindingKind(
    "too-many-to-open",
    Severity.ERROR,
    N_("{found} branches cannot be opened: only {limit} settlements have none."),
    N_("Give a smaller number with --open."),
)


@dataclass(frozen=True)
class Sited:
    """An area and what opening and closing branches changes there."""

    prepared: PreparedArea
    siting: Siting
    report: FindingReport


def site_area(path: Path, *, to_open: int = 0, to_close: int = 0, reach_m: int | None = None, seed: int = 1) -> Sited:
    """
    Tell what opening and closing branches changes in an area.

    ``to_open``: How many branches to open, 0 or more.
    ``to_close``: How many libraries to close, 0 or more.
    ``reach_m``: A library within this distance by road is within reach; None means the distance of the scenario.
    """
    if (path / FILE_NAME).is_file() or path.name == FILE_NAME:
        prepared, report = reopen_plan(path)[1], FindingReport()
    else:
        prepared, report = ready_area(path)
    old = sum(bool(site.library_id) for site in list_sites(prepared))
    new = len(list_sites(prepared)) - old
    wrong = [
        kind.at(Place(), found=found, limit=limit)
        for kind, found, limit in ((TOO_MANY_TO_CLOSE, to_close, old), (TOO_MANY_TO_OPEN, to_open, new))
        if found > limit
    ]
    if wrong:
        raise UsageError(*wrong)
    radius_m = prepared.dataset.scenario.rules.library_radius_m if reach_m is None else reach_m
    siting = site_branches(prepared, to_open=to_open, to_close=to_close, reach_m=radius_m, seed=seed)
    return Sited(prepared, siting, report)


def make_siting_report(sited: Sited, language: Language) -> Report:
    """Report of a siting in the reader's language."""
    return report_siting(sited.siting, sited.prepared.dataset, language, estimated=sited.prepared.network.estimated)


def render_siting(sited: Sited, kind: str, language: Language) -> bytes:
    """Siting as a file in one of `REPORT_FORMATS`; equal sitings give equal bytes."""
    return render_report(make_siting_report(sited, language), kind, language)
