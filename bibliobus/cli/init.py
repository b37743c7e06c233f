"""``bibliobus init``: an example area to start from, or a scenario for the tables of an area."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from bibliobus.cli.options import shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.language import N_, Language

HELP: Final = N_(
    "Write an example area with a documented scenario, or only a scenario if DIR has roads or settlements already."
)
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
        from bibliobus.wording import Name
        from bibliobus.workflows.start import start_area

        spoken = Language(lang) if lang else language
        depot = start_area(Path(directory), language=spoken.code, force=force)
        if as_json:
            print_json({"exit_code": 0, "output": directory, "findings": []})
            return 0
        _ = spoken.gettext
        if depot is None:
            lines = [
                _("An example area was written to {folder}.").format(folder=directory),
                _("Next: put your settlements into settlements.csv, read scenario.toml, then run"),
            ]
        else:
            lines = [
                _("A scenario for the tables that are there was written to {folder}.").format(folder=directory),
                _("It assumes a depot in {place}, and one bus.").format(
                    place=Name(depot.name_uk, depot.name_latin).render(spoken)
                ),
                _("Next: read scenario.toml and change what is different with you, then run"),
            ]
        print_lines([*lines, f"  bibliobus check {directory}", f"  bibliobus plan {directory} -o plan-1"])
        return 0

    return init
