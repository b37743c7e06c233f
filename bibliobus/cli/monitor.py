"""``bibliobus monitor``: what was announced, what was done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.options import REPORT_FILE, encoding_option, output_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from bibliobus.tasks.monitor import Monitored

HELP: Final = N_("Compare a log of visits with the plan: kept, late, missed, weak stops, real driving times.")
PLAN: Final = N_("Plan folder, or its plan.json.")
LOG: Final = N_("Table of visits that were made, .csv or .xlsx.")
NORM: Final = N_("Norm or file by which a stop is weak. Default: kent_2016.")


def build_command(language: Language) -> click.Command:
    """
    Build the command.

    Parameters
    ----------
    language
        Language of the help.

    Returns
    -------
    click.Command
        ``monitor``.
    """
    _ = language.gettext

    @click.command("monitor", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("plan", type=click.Path(), help=_(PLAN))
    @click.argument("log", type=click.Path(), help=_(LOG))
    @click.option("--norm", metavar="NAME", default="kent_2016", help=_(NORM))
    @click.option("--area", metavar="DIR", type=click.Path(), help=_("Other inputs than those beside the plan."))
    @encoding_option(language)
    @output_option(language, "FILE", REPORT_FILE, required=False)
    @shared_options(language)
    def monitor(
        plan: str,
        log: str,
        norm: str,
        area: str | None,
        encoding: str,
        output: str | None,
        force: bool,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.console import show_waiting
        from bibliobus.output.tables import find_report_format
        from bibliobus.plan.compare.monitor import VisitOutcome
        from bibliobus.tasks.folders import check_output, write_file
        from bibliobus.tasks.monitor import monitor_plan, render_record

        if output:
            check_output(Path(output), force=force)
        with show_waiting(language, quiet=as_json):
            monitored = monitor_plan(
                Path(plan), Path(log), norm=norm, area=Path(area) if area else None, encoding=encoding
            )
        spoken = Language(lang or monitored.plan.language)
        if output:
            write_file(Path(output), render_record(monitored, find_report_format(output, "xlsx"), spoken), force=force)
        broken = monitored.record.count(VisitOutcome.LATE) + monitored.record.count(VisitOutcome.MISSED)
        code = 1 if strict and (broken or monitored.report.warnings) else 0
        _show(monitored, output, spoken, code, as_json=as_json)
        return code

    return monitor


def _show(monitored: Monitored, output: str | None, language: Language, code: int, *, as_json: bool) -> None:
    """Record as a document or as tables for people."""
    from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines
    from bibliobus.cli.reports import print_report
    from bibliobus.tasks.monitor import make_record_report

    report = make_record_report(monitored, language)
    if as_json:
        findings = [finding_document(finding, language) for finding in monitored.report.findings]
        print_json({"exit_code": code, "output": output, **report.facts, "findings": findings})
        return
    print_findings(monitored.report.findings, language, brief=True)
    print_report(report, language)
    if output:
        print_lines([language.gettext("The record was written to {file}.").format(file=output)])
