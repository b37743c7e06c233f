"""``bibliobus map``: the map of a plan as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from bibliobus.cli.options import output_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.language import N_, Language

HELP: Final = N_("Draw the map of a plan as one HTML file that needs no internet.")
OUTPUT: Final = N_("File to write.")
PLAN: Final = N_("Folder that `plan` or `demo` wrote, or its plan.json.")


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
        ``map``.
    """

    @click.command("map", cls=SpokenCommand, language=language, help=language.gettext(HELP))
    @click.argument("plan", type=click.Path(), help=language.gettext(PLAN))
    @output_option(language, "FILE", OUTPUT, required=True)
    @click.option(
        "--area", metavar="DIR", type=click.Path(), help=language.gettext("Other inputs than those beside the plan.")
    )
    @shared_options(language, judges=False)
    def draw(plan: str, output: str, force: bool, area: str | None, lang: str | None, as_json: bool) -> int:
        from bibliobus.cli.console import print_json, print_lines, show_waiting
        from bibliobus.workflows.draw import draw_plan

        with show_waiting(language, quiet=as_json):
            drawn = draw_plan(Path(plan), Path(output), area=Path(area) if area else None, language=lang, force=force)
        spoken = Language(lang or drawn.language)
        if as_json:
            print_json({"exit_code": 0, "output": output, "findings": []})
        else:
            print_lines([spoken.gettext("The map was written to {file}.").format(file=output)])
        return 0

    return draw
