"""``bibliobus roads``: commands about real roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.cli.group import CommandGroup
from bibliobus.words.language import N_

if TYPE_CHECKING:
    import click

    from bibliobus.words.language import Language

ABOUT: Final = N_("Import real roads from OpenStreetMap into an area, and describe them.")
MODULES: Final = {"import": "roads_import", "info": "roads_info"}


def build_command(language: Language) -> click.Command:
    """
    Build the group of commands.

    Parameters
    ----------
    language
        Language of the help.

    Returns
    -------
    click.Command
        ``roads``.
    """
    return CommandGroup("roads", MODULES, ABOUT, language)
