"""``bibliobus impact``: which roads matter to whom, before any of them is closed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from bibliobus.cli.options import output_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

HELP: Final = N_(
    "Show which roads matter most: whom a closure would cut off or delay, and how many visits would change."
)
PLAN: Final = N_("Folder that `plan` or `demo` wrote, or its plan.json.")
OUTPUT: Final = N_("File to write, which ends in .xlsx, .html, .md, .json or .txt; else the result is printed.")
OTHER_FILE: Final = N_("The file has to end in .xlsx, .html, .md, .json or .txt.")


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
        ``impact``.
    """
    _ = language.gettext

    @click.command("impact", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("plan", type=click.Path(), help=_(PLAN))
    @output_option(language, "FILE", OUTPUT, required=False)
    @shared_options(language, judges=False)
    def impact(plan: str, output: str | None, force: bool, lang: str | None, as_json: bool) -> int:
        from bibliobus.cli.console import print_json, print_lines, show_waiting
        from bibliobus.cli.reports import print_report
        from bibliobus.output.tables import find_report_format
        from bibliobus.tasks.folders import check_output, write_file
        from bibliobus.tasks.impact import make_impact_report, measure_impact, render_impact

        kind = find_report_format(output, "") if output else ""
        if output and not kind:
            raise click.UsageError(_(OTHER_FILE))
        if output:
            check_output(Path(output), force=force)
        with show_waiting(language, quiet=as_json):
            found = measure_impact(Path(plan))
        spoken = Language(lang or found.plan.language)
        if output:
            write_file(Path(output), render_impact(found, kind, spoken), force=force)
        if as_json:
            facts = make_impact_report(found, spoken).facts
            print_json({"exit_code": 0, "output": output, **facts, "findings": []})
        elif output:
            print_lines([spoken.gettext("The roads were written to {file}.").format(file=output)])
        else:
            print_report(make_impact_report(found, spoken), spoken)
        return 0

    return impact
