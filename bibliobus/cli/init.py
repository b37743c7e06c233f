"""``bibliobus init``: an example area to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from bibliobus.cli.options import shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.language import N_, Language

HELP: Final = N_("Write an example area with a documented scenario, to be filled with your own data.")
DIRECTORY: Final = N_("Folder to write.")


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
        ``init``.
    """

    @click.command("init", cls=SpokenCommand, language=language, help=language.gettext(HELP))
    @click.argument("directory", metavar="DIR", type=click.Path(), help=language.gettext(DIRECTORY))
    @click.option("--force", is_flag=True, help=language.gettext("Replace what stands there."))
    @shared_options(language, judges=False)
    def init(directory: str, force: bool, lang: str | None, as_json: bool) -> int:
        from bibliobus.cli.console import print_json, print_lines
        from bibliobus.workflows.samples import init_area

        spoken = Language(lang) if lang else language
        init_area(Path(directory), force=force)
        if as_json:
            print_json({"exit_code": 0, "output": directory, "findings": []})
            return 0
        print_lines(
            [
                spoken.gettext("An example area was written to {folder}.").format(folder=directory),
                spoken.gettext("Next: put your settlements into settlements.csv, read scenario.toml, then run"),
                f"  bibliobus check {directory}",
                f"  bibliobus plan {directory} -o plan-1",
            ]
        )
        return 0

    return init
