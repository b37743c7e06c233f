"""``bibliobus check``: what is wrong with an area, and what was understood."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from bibliobus.cli.options import changes_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

HELP: Final = N_("Check the files of an area and show what was understood.")
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
        ``check``.
    """

    @click.command("check", cls=SpokenCommand, language=language, help=language.gettext(HELP))
    @click.argument("area", type=click.Path(), help=language.gettext(AREA))
    @changes_option(language)
    @shared_options(language)
    def check(area: str, changes: str | None, lang: str | None, as_json: bool, strict: bool) -> int:
        from bibliobus.cli.clock import find_today
        from bibliobus.cli.console import finding_document, print_findings, print_json, print_table, show_waiting
        from bibliobus.findings import FindingReport
        from bibliobus.tasks.check import check_area, describe_area
        from bibliobus.tasks.reopen import judge_first_day

        with show_waiting(language, quiet=as_json):
            understood, report = check_area(Path(area), changes=Path(changes) if changes else None)
        spoken = Language(lang or understood.language)
        report = FindingReport.of([*report.findings, *judge_first_day(understood.first_day, find_today())])
        code = 1 if strict and report.warnings else 0
        if as_json:
            document = asdict(understood) | {"first_day": understood.first_day.isoformat()}
            findings = [finding_document(finding, spoken) for finding in report.findings]
            print_json({"exit_code": code, "understood": document, "findings": findings})
            return code
        # Errors are mended one by one; of a hundred alike warnings a screen keeps two and --json all.
        print_findings(report.findings, spoken, brief=True)
        print_table(
            spoken.gettext("The area was understood as follows."),
            ("", ""),
            describe_area(understood, spoken),
            right=[1],
        )
        return code

    return check
