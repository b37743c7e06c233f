"""``bibliobus coverage``: who is reached by a plan, and by which norm that is enough."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.options import REPORT_FILE, audience_option, output_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.output.registry import list_outputs
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from bibliobus.tasks.coverage import Covered

HELP: Final = N_("Show who is reached by a library or the bus, who by neither, and which norms are met.")
PLAN: Final = N_("Plan folder, or its plan.json.")
AUDIENCE: Final = N_("For whom the file is; a council is shown no stop that must not be published. Default: planner.")
NORM: Final = N_("Norm of the program or a file; may be given several times. Default: ua_72_2019.")
AUDIENCES: Final = list_outputs()["coverage"].readers


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
        ``coverage``.
    """
    _ = language.gettext

    @click.command("coverage", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("plan", type=click.Path(), help=_(PLAN))
    @click.option("--norm", "norms", metavar="NAME", multiple=True, help=_(NORM))
    @click.option("--area", metavar="DIR", type=click.Path(), help=_("Other inputs than those beside the plan."))
    @audience_option(language, AUDIENCES, AUDIENCE, default=AUDIENCES[0])
    @output_option(language, "FILE", REPORT_FILE, required=False)
    @shared_options(language)
    def coverage(
        plan: str,
        norms: tuple[str, ...],
        area: str | None,
        audience: str,
        output: str | None,
        force: bool,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.console import show_waiting
        from bibliobus.domain.audience import Audience
        from bibliobus.output.tables import find_report_format
        from bibliobus.tasks.coverage import cover_plan, render_coverage
        from bibliobus.tasks.folders import check_output, write_file

        if output:
            check_output(Path(output), force=force)
        with show_waiting(language, quiet=as_json):
            covered = cover_plan(Path(plan), norms=norms, area=Path(area) if area else None)
        spoken = Language(lang or covered.plan.language)
        if output:
            content = render_coverage(covered, find_report_format(output, "xlsx"), spoken, Audience(audience))
            write_file(Path(output), content, force=force)
        code = 1 if strict and _falls_short(covered) else 0
        _show(covered, output, spoken, code, as_json=as_json)
        return code

    return coverage


def _falls_short(covered: Covered) -> bool:
    """Whether anybody is reached by neither, or a rule is not met."""
    from bibliobus.plan.measure.coverage import RuleVerdict

    broken = any(result.verdict is RuleVerdict.NOT_MET for _, results in covered.norms for result in results)
    return broken or covered.coverage.groups[0].by_neither > 0


def _show(covered: Covered, output: str | None, language: Language, code: int, *, as_json: bool) -> None:
    """Coverage as a document or as tables for people."""
    from bibliobus.cli.console import print_json, print_lines
    from bibliobus.cli.reports import print_report
    from bibliobus.tasks.coverage import make_coverage_report

    report = make_coverage_report(covered, language)
    if as_json:
        print_json({"exit_code": code, "output": output, **report.facts, "findings": []})
        return
    print_report(report, language)
    if output:
        print_lines([language.gettext("The coverage was written to {file}.").format(file=output)])
