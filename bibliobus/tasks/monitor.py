"""Monitor a published plan: what was announced, what was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, FindingReport, InputError, Place, Severity, UsageError
from bibliobus.inputs.files import read_file
from bibliobus.inputs.visit_log import read_log
from bibliobus.output.tables import render_report
from bibliobus.plan.compare.monitor import judge_log
from bibliobus.plan.measure.coverage import NEEDS_LOG
from bibliobus.plan.measure.figures import make_kind_finder
from bibliobus.plan.measure.reach import measure_access
from bibliobus.tasks.coverage import find_norm
from bibliobus.tasks.reopen import verify_folder
from bibliobus.view.reports.monitor import report_record
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bibliobus.domain.norms import Norm, NormRule
    from bibliobus.inputs.visit_log import LoggedVisit
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.compare.monitor import Record
    from bibliobus.plan.plan import Plan
    from bibliobus.view.tables import Report
    from bibliobus.words.language import Language

READERS_NORM: Final = "kent_2016"
LOG_LIMIT_MB: Final = 20

NORM_WITHOUT_READERS: Final = FindingKind(
    "norm-without-readers",
    Severity.ERROR,
    N_("The norm “{name}” has no verified rule about the number of readers of a stop."),
    N_("Take another one, such as kent_2016, or write your own with the measure “visitors”."),
)


@dataclass(frozen=True)
class Monitored:
    """
    A plan and its record.

    Parameters
    ----------
    plan
        The plan.
    prepared
        Its area.
    record
        What became of what was announced.
    rule
        Rule by which a stop is weak.
    report
        Warnings about the log.
    """

    plan: Plan
    prepared: PreparedArea
    record: Record
    rule: NormRule
    report: FindingReport


def monitor_plan(
    path: Path, log: Path, *, norm: str = READERS_NORM, area: Path | None = None, encoding: str = ""
) -> Monitored:
    """
    Hold a log against a published plan.

    Parameters
    ----------
    path
        Plan folder, or its plan.json.
    log
        Table of visits that were made, CSV or XLSX.
    norm
        Norm by which a stop is weak: a name or a file.
    area
        Folder of other inputs; None means those beside the plan.
    encoding
        Python's name of the encoding of a log that is not UTF-8; empty means by its text.

    Returns
    -------
    Monitored
        The record.

    Raises
    ------
    UsageError
        If there is no such norm, or it says nothing about readers.
    InputError
        If a file cannot be used, or the plan breaks a rule.
    """
    rule = find_readers_rule(find_norm(norm))
    visits, report = read_visits(log, encoding=encoding)
    plan, prepared, verified = verify_folder(path, area=area)
    if verified.errors:
        raise InputError(*verified.errors)
    record = judge_visits(plan, prepared, visits, rule)
    return Monitored(plan, prepared, record, rule, report)


def find_readers_rule(norm: Norm) -> NormRule:
    """
    Find the rule by which a stop is weak.

    Parameters
    ----------
    norm
        A norm.

    Returns
    -------
    NormRule
        Its verified rule about the number of readers.

    Raises
    ------
    UsageError
        If it has none.
    """
    rule = next((rule for rule in norm.rules if rule.measure == NEEDS_LOG and rule.verified), None)
    if rule is None:
        raise UsageError(NORM_WITHOUT_READERS.at(Place(), name=norm.norm_id))
    return rule


def read_visits(log: Path, *, encoding: str = "") -> tuple[tuple[LoggedVisit, ...], FindingReport]:
    """
    Read a log of visits.

    Parameters
    ----------
    log
        Table of visits that were made, CSV or XLSX.
    encoding
        Python's name of the encoding of a log that is not UTF-8; empty means by its text.

    Returns
    -------
    visits : tuple of LoggedVisit
        In the order of the file.
    report : FindingReport
        Warnings.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    file = read_file(log, log.name, LOG_LIMIT_MB, encoding=encoding)
    if isinstance(file, Finding):
        raise InputError(file)
    visits, findings = read_log(file)
    report = FindingReport.of(findings)
    if report.errors:
        raise InputError(*report.findings)
    return visits, report


def judge_visits(plan: Plan, prepared: PreparedArea, visits: Sequence[LoggedVisit], rule: NormRule) -> Record:
    """
    Hold visits against a plan.

    Parameters
    ----------
    plan
        The plan.
    prepared
        Its area.
    visits
        Visits that were made.
    rule
        Rule by which a stop is weak.

    Returns
    -------
    Record
        What became of what was announced.
    """
    access = {one.settlement_id: one for one in measure_access(plan, prepared)}
    kinds = make_kind_finder(prepared)
    limit = rule.limits[NEEDS_LOG]
    return judge_log(plan, prepared.dataset.scenario, visits, access, fewest_readers=limit, find_kind=kinds)


def make_record_report(monitored: Monitored, language: Language) -> Report:
    """Report of a record in the reader's language."""
    return report_record(monitored.plan, monitored.prepared.dataset, monitored.record, monitored.rule, language)


def render_record(monitored: Monitored, kind: str, language: Language) -> bytes:
    """Record as a file in one of `REPORT_FORMATS`; equal records give equal bytes."""
    return render_report(make_record_report(monitored, language), kind, language)
