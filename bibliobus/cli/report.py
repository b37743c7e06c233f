"""``bibliobus report``: a published plan told to a council, section by section."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.options import REPORT_FILE, audience_option, encoding_option, output_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.output.registry import list_outputs
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from bibliobus.tasks.report import PlanReport

HELP: Final = N_(
    "Answer a council: access by the norm, remote villages, network and cost, requests, promises kept, what was done."
)
PLAN: Final = N_("Plan folder, or its plan.json.")
AUDIENCE: Final = N_("For whom the file is; a council is shown no stop that must not be published. Default: council.")
NORM: Final = N_("Norm of the program or a file; may be given several times. Default: ua_72_2019.")
BEFORE: Final = N_("Folder of the plan that held before.")
LOG: Final = N_("Table of visits that were made, .csv or .xlsx.")
AUDIENCES: Final = list_outputs()["report"].readers


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
        ``report``.
    """
    _ = language.gettext

    @click.command("report", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("plan", type=click.Path(), help=_(PLAN))
    @click.option("--norm", "norms", metavar="NAME", multiple=True, help=_(NORM))
    @click.option("--before", metavar="OLD", type=click.Path(), help=_(BEFORE))
    @click.option("--log", metavar="LOG", type=click.Path(), help=_(LOG))
    @click.option("--area", metavar="DIR", type=click.Path(), help=_("Other inputs than those beside the plan."))
    @audience_option(language, AUDIENCES, AUDIENCE, default=AUDIENCES[0])
    @encoding_option(language)
    @output_option(language, "FILE", REPORT_FILE, required=False)
    @shared_options(language)
    def report(
        plan: str,
        norms: tuple[str, ...],
        before: str | None,
        log: str | None,
        area: str | None,
        audience: str,
        encoding: str,
        output: str | None,
        force: bool,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.console import show_waiting
        from bibliobus.domain.audience import Audience
        from bibliobus.output.tables import find_report_format
        from bibliobus.tasks.folders import check_output, write_file
        from bibliobus.tasks.report import falls_short, render_plan_report, report_plan

        if output:
            check_output(Path(output), force=force)
        before_path, log_path, area_path = (Path(given) if given else None for given in (before, log, area))
        with show_waiting(language, quiet=as_json):
            made = report_plan(
                Path(plan), norms=norms, before=before_path, log=log_path, area=area_path, encoding=encoding
            )
        spoken = Language(lang or made.reported.plan.language)
        if output:
            content = render_plan_report(made, find_report_format(output, "html"), spoken, Audience(audience))
            write_file(Path(output), content, force=force)
        code = 1 if strict and (falls_short(made.reported) or made.report.warnings) else 0
        _show(made, output, spoken, code, as_json=as_json)
        return code

    return report


def _show(made: PlanReport, output: str | None, language: Language, code: int, *, as_json: bool) -> None:
    """Report as a document, or as sentences and tables for people."""
    from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines
    from bibliobus.cli.reports import print_report
    from bibliobus.domain.audience import Audience
    from bibliobus.tasks.report import make_plan_report

    report = make_plan_report(made, language, Audience.PLANNER)  # a screen is read by whoever called the program
    if as_json:
        findings = [finding_document(finding, language) for finding in made.report.findings]
        print_json({"exit_code": code, "output": output, **report.facts, "findings": findings})
        return
    print_findings(made.report.findings, language, brief=True)
    print_report(report, language)
    if output:
        print_lines([language.gettext("The report was written to {file}.").format(file=output)])
