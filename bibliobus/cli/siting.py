"""``bibliobus siting``: which branches to open or close, and what is left to the bus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.options import REPORT_FILE, output_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language
from bibliobus.words.units import KM_M

if TYPE_CHECKING:
    from bibliobus.tasks.siting import Sited

HELP: Final = N_(
    "Show where a branch would serve best and where the bus would, and who loses when branches close. No verdict."
)
AREA: Final = N_("Folder of an area, or of a plan.")
OPEN: Final = N_("How many branches to open. Default: 0.")
CLOSE: Final = N_("How many libraries to close. Default: 0.")
REACH: Final = N_("Kilometres by road within which a library is within reach; else those of the scenario.")
SEED: Final = N_("Seed of the random numbers.")


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
        ``siting``.
    """
    _ = language.gettext

    @click.command("siting", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("area", type=click.Path(), help=_(AREA))
    @click.option("--open", "to_open", metavar="NUMBER", type=click.IntRange(0), default=0, help=_(OPEN))
    @click.option("--close", "to_close", metavar="NUMBER", type=click.IntRange(0), default=0, help=_(CLOSE))
    @click.option("--reach-km", metavar="KM", type=click.FloatRange(0, 100), help=_(REACH))
    @click.option("--seed", metavar="NUMBER", type=click.IntRange(0), default=1, help=_(SEED))
    @output_option(language, "FILE", REPORT_FILE, required=False)
    @shared_options(language)
    def siting(
        area: str,
        to_open: int,
        to_close: int,
        reach_km: float | None,
        seed: int,
        output: str | None,
        force: bool,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.console import show_waiting
        from bibliobus.output.tables import find_report_format
        from bibliobus.tasks.folders import check_output, write_file
        from bibliobus.tasks.siting import render_siting, site_area

        if output:
            check_output(Path(output), force=force)
        reach_m = None if reach_km is None else round(reach_km * KM_M)
        with show_waiting(language, quiet=as_json):
            sited = site_area(Path(area), to_open=to_open, to_close=to_close, reach_m=reach_m, seed=seed)
        spoken = Language(lang or sited.prepared.dataset.scenario.language)
        if output:
            write_file(Path(output), render_siting(sited, find_report_format(output, "xlsx"), spoken), force=force)
        code = 1 if strict and (sited.siting.lost or sited.report.warnings) else 0
        _show(sited, output, spoken, code, as_json=as_json)
        return code

    return siting


def _show(sited: Sited, output: str | None, language: Language, code: int, *, as_json: bool) -> None:
    """Siting as a document, or as sentences and tables for people."""
    from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines
    from bibliobus.cli.reports import print_report
    from bibliobus.tasks.siting import make_siting_report

    report = make_siting_report(sited, language)
    if as_json:
        findings = [finding_document(finding, language) for finding in sited.report.findings]
        print_json({"exit_code": code, "output": output, **report.facts, "findings": findings})
        return
    print_findings(sited.report.findings, language, brief=True)
    print_report(report, language)
    if output:
        print_lines([language.gettext("The tables were written to {file}.").format(file=output)])
