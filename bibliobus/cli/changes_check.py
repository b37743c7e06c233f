"""``bibliobus changes check``: what each road change hits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.changes_list import describe_change
from bibliobus.cli.options import changes_option, output_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from bibliobus.tasks.changes import CheckedChanges

HELP: Final = N_("Show what each road change of an area hits. Exit code 3 if one of them finds no road.")
AREA: Final = N_("Folder of the area.")
OUTPUT: Final = N_("Page with a map to write.")


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
    @output_option(language, "FILE", OUTPUT, required=False)
    @shared_options(language)
    def check(
        area: str, changes: str | None, output: str | None, force: bool, lang: str | None, as_json: bool, strict: bool
    ) -> int:
        from bibliobus.cli.console import finding_document, print_findings, print_json, print_table, show_waiting
        from bibliobus.tasks.changes import check_changes, tabulate_effects, write_page
        from bibliobus.tasks.folders import check_output

        if output:
            check_output(Path(output), force=force)
        with show_waiting(language, quiet=as_json):
            checked, report = check_changes(Path(area), changes=Path(changes) if changes else None)
        spoken = Language(lang or checked.dataset.scenario.language)
        if output:
            write_page(checked, Path(output), spoken, force=force)
        code = 3 if report.errors else 1 if strict and report.warnings else 0
        if as_json:
            findings = [finding_document(finding, spoken) for finding in report.findings]
            print_json({"exit_code": code, "changes": _list_facts(checked), "output": output, "findings": findings})
            return code
        print_findings(report.findings, spoken)
        title, head, rows = tabulate_effects(checked, spoken)
        texts = [[text for text, _ in row] for row in rows]
        print_table(
            title, [text for text, _ in head], texts, right=[at for at, (_, number) in enumerate(head) if number]
        )
        return code

    return check


def _list_facts(checked: CheckedChanges) -> list[dict[str, object]]:
    """Facts of each change."""
    return [
        {
            **describe_change(effect.change),
            "length_m": effect.length_m,
            "roads": list(effect.roads),
            "holds": effect.holds,
        }
        for effect in checked.effects
    ]
