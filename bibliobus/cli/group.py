"""Groups of commands that are loaded when they are called."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import click

from bibliobus.cli.words import help_option, write_options, write_usage
from bibliobus.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.language import Language


class CommandGroup(click.Group):
    """
    Commands that are loaded when they are called.

    Parameters
    ----------
    name
        Name of the group on the command line.
    modules
        Module of `bibliobus.cli` for each command, in the order a planner meets them.
    about
        English help of the group, marked for the catalogues.
    language
        Language of the help.
    """

    def __init__(self, name: str, modules: Mapping[str, str], about: str, language: Language) -> None:
        super().__init__(name, help=language.gettext(about), add_help_option=False, no_args_is_help=True)
        self.modules = modules
        self.language = language
        self.params = [
            click.Option(
                ["--lang"], expose_value=False, type=click.Choice(LANGUAGES), help=language.gettext("Language.")
            ),
            help_option(language),
        ]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """
        List the commands.

        Parameters
        ----------
        ctx
            Context of the call.

        Returns
        -------
        list of str
            Names in the order a planner meets them.
        """
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """
        Load a command.

        Parameters
        ----------
        ctx
            Context of the call.
        cmd_name
            Its name.

        Returns
        -------
        click.Command or None
            None if there is none of that name.
        """
        if cmd_name not in self.modules:
            return None
        command: click.Command = importlib.import_module(f"bibliobus.cli.{self.modules[cmd_name]}").build_command(
            self.language
        )
        return command

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """
        Write the line that shows how the program is called.

        Parameters
        ----------
        ctx
            Context of the call.
        formatter
            Where the help is written.
        """
        write_usage(self, self.language, ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """
        Write the tables of the commands and options.

        Parameters
        ----------
        ctx
            Context of the call.
        formatter
            Where the help is written.
        """
        commands = ((name, self.get_command(ctx, name)) for name in self.modules)
        with formatter.section(self.language.gettext("Commands")):
            formatter.write_dl([(name, command.get_short_help_str(limit=200)) for name, command in commands if command])
        write_options(self, self.language, ctx, formatter)
