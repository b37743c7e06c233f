"""``bibliobus locks``: stops marked in an edited timetable become locks of the scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from bibliobus.cli.options import shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

HELP: Final = N_("Take the stops marked in the column “Lock” of an edited timetable over into the scenario of an area.")
AREA: Final = N_("Folder of the area; only its scenario is written.")
WORKBOOK: Final = N_("Workbook with the timetable, with x, day, time or bus in the column “Lock”.")


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
        ``locks``.
    """
    _ = language.gettext

    @click.command("locks", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("area", type=click.Path(), help=_(AREA))
    @click.argument("timetable", type=click.Path(), help=_(WORKBOOK))
    @shared_options(language)
    def locks(area: str, timetable: str, lang: str | None, as_json: bool, strict: bool) -> int:
        from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines
        from bibliobus.tasks.edit import take_locks

        taken = take_locks(Path(area), Path(timetable))
        spoken = Language(lang or taken.language)
        code = 1 if strict and taken.report.warnings else 0
        if as_json:
            findings = [finding_document(finding, spoken) for finding in taken.report.findings]
            ids = [lock.settlement_id for lock in taken.locks]
            print_json({"exit_code": code, "locks": ids, "findings": findings})
            return code
        print_findings(taken.report.findings, spoken)
        count = len(taken.locks)
        print_lines([spoken.ngettext("{count} lock was copied.", "{count} locks were copied.", count)])
        return code

    return locks
