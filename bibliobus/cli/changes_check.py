"""``bibliobus changes check``: what each road change hits."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from bibliobus.cli.options import REPORT_FILE, changes_option, output_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

HELP: Final = N_("Show what each road change of an area hits. Exit code 3 if one of them finds no road.")
AREA: Final = N_("Folder of the area.")


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
        ``changes check``.
    """
    _ = language.gettext

    @click.command("check", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("area", type=click.Path(), help=_(AREA))
    @changes_option(language)
    @output_option(language, "FILE", REPORT_FILE, required=False)
    @shared_options(language)
    def check(
        area: str, changes: str | None, output: str | None, force: bool, lang: str | None, as_json: bool, strict: bool
    ) -> int:
        from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines, show_waiting
        from bibliobus.cli.reports import print_tables
        from bibliobus.output.tables import find_report_format
        from bibliobus.tasks.changes import check_changes, make_changes_report, render_effects
        from bibliobus.tasks.folders import check_output, write_file

        if output:
            check_output(Path(output), force=force)
        with show_waiting(language, quiet=as_json):
            checked, report = check_changes(Path(area), changes=Path(changes) if changes else None)
        spoken = Language(lang or checked.dataset.scenario.language)
        if output:
            content = render_effects(checked, find_report_format(output, "html"), spoken)
            write_file(Path(output), content, force=force)
        made = make_changes_report(checked, spoken)
        code = 3 if report.errors else 1 if strict and report.warnings else 0
        if as_json:
            findings = [finding_document(finding, spoken) for finding in report.findings]
            print_json({"exit_code": code, **made.facts, "output": output, "findings": findings})
            return code
        print_findings(report.findings, spoken)
        print_lines(made.told if checked.effects else ())
        print_tables(made.tables, spoken)
        return code

    return check
