"""``bibliobus changes list``: the road changes of an area."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from bibliobus.cli.options import changes_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

HELP: Final = N_("List the road changes of an area.")
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
        ``changes list``.
    """
    _ = language.gettext

    @click.command("list", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("area", type=click.Path(), help=_(AREA))
    @changes_option(language)
    @shared_options(language)
    def show(area: str, changes: str | None, lang: str | None, as_json: bool, strict: bool) -> int:
        from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines, print_table
        from bibliobus.tasks.changes import list_changes, name_settlements
        from bibliobus.view.changes import write_dates, write_kind, write_where
        from bibliobus.view.reports.changes import list_change_facts

        spoken = Language(lang) if lang else language
        found, report = list_changes(Path(area), changes=Path(changes) if changes else None)
        code = 1 if strict and report.warnings else 0
        if as_json:
            findings = [finding_document(finding, spoken) for finding in report.findings]
            print_json({"exit_code": code, "changes": [list_change_facts(c) for c in found], "findings": findings})
            return code
        print_findings(report.findings, spoken, brief=True)
        names = name_settlements(Path(area), spoken)
        rows = [
            (
                c.change_id,
                write_kind(c, spoken),
                write_where(c, names, spoken),
                write_dates(c, spoken),
                c.note,
                c.source,
            )
            for c in found
        ]
        words = spoken.gettext
        head = (words("Id"), words("What"), words("Where"), words("When"), words("Note"), words("Source"))
        if rows:
            print_table(words("Road changes"), head, rows)
        else:
            print_lines([words("There are no road changes.")])
        return code

    return show
