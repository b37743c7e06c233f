"""``bibliobus settlements``: commands about tables of settlements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.cli.group import CommandGroup
from bibliobus.words.language import N_

if TYPE_CHECKING:
    import click

    from bibliobus.words.language import Language

ABOUT: Final = N_("Bring settlements into an area, from gazetteers or from a table of any layout.")
MODULES: Final = {"import": "settlements_import"}


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
        ``settlements``.
    """
    return CommandGroup("settlements", MODULES, ABOUT, language)
