"""Groups of commands that are loaded when they are called."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.words import help_option, version_option, write_options, write_usage
from bibliobus.words.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.words.language import Language

ASKED: Final = "bibliobus.lang"
"""Where the context keeps the language that was asked for before the command."""


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
    sections
        Short English lines of the commands under headings, marked for the catalogues; None for one list of all.
    """

    def __init__(
        self,
        name: str,
        modules: Mapping[str, str],
        about: str,
        language: Language,
        *,
        sections: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        # Without a command the group shows its help, whatever options are given.
        super().__init__(
            name,
            help=language.gettext(about),
            add_help_option=False,
            no_args_is_help=True,
            invoke_without_command=True,
            subcommand_metavar="COMMAND [ARGS]...",
            callback=_show_help,
        )
        self.modules = modules
        self.language = language
        self.sections = sections
        self.params = [
            click.Option(
                ["--lang"],
                expose_value=False,
                type=click.Choice(LANGUAGES),
                callback=_remember_language,
                help=language.gettext("Language."),
            ),
            help_option(language),
            version_option(language, hidden=sections is None),
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

    def list_inner(self) -> dict[str, tuple[str, ...]]:
        """
        List the commands of the groups in this group.

        Returns
        -------
        dict of str to tuple of str
            Names by name of their group.
        """
        modules = {name: importlib.import_module(f"bibliobus.cli.{module}") for name, module in self.modules.items()}
        return {name: tuple(module.MODULES) for name, module in modules.items() if hasattr(module, "MODULES")}

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
        if self.sections is None:
            commands = ((name, self.get_command(ctx, name)) for name in self.modules)
            with formatter.section(self.language.gettext("Commands")):
                formatter.write_dl(
                    [(name, command.get_short_help_str(limit=200)) for name, command in commands if command]
                )
        else:
            self._write_sections(self.sections, formatter)
        write_options(self, self.language, ctx, formatter)

    def _write_sections(self, sections: Mapping[str, Mapping[str, str]], formatter: click.HelpFormatter) -> None:
        """Commands under their headings, all lines aligned with each other, and no module loaded for it."""
        width = max(map(len, self.modules))
        for heading, commands in sections.items():
            with formatter.section(self.language.gettext(heading)):
                formatter.write_dl(
                    [(name.ljust(width), self.language.gettext(line)) for name, line in commands.items()]
                )


@click.pass_context
def _show_help(ctx: click.Context) -> None:
    """Show the help of a group that was called without a command."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _remember_language(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    """Keep the language for the command that follows."""
    if value:
        ctx.meta[ASKED] = value
