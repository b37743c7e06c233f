"""``bibliobus changes``: road changes without a geographic information system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.cli.group import CommandGroup
from bibliobus.words.language import N_

if TYPE_CHECKING:
    import click

    from bibliobus.words.language import Language

ABOUT: Final = N_("Add road changes to an area, list them, and see on a map what each of them hits.")
MODULES: Final = {"add": "changes_add", "list": "changes_list", "check": "changes_check"}


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
        ``changes``.
    """
    return CommandGroup("changes", MODULES, ABOUT, language)
