"""Commands in groups, found by name and loaded only when they are called."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.speech import help_option, version_option, write_options, write_usage
from bibliobus.words.language import LANGUAGES, N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.words.language import Language

SECTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    N_("To begin with"): {
        "demo": N_("Plan a sample area, to see what comes out."),
        "init": N_("Make an area of your own, from an example or a timetable."),
        "check": N_("Show what is wrong with an area, and what was understood."),
        "plan": N_("Plan an area: timetable, map and workbook."),
        "publish": N_("Make all papers for residents, the council or the driver."),
    },
    N_("Data of an area"): {
        "settlements": N_("Bring in settlements from gazetteers or any table."),
        "roads": N_("Bring in real roads from OpenStreetMap, and describe them."),
    },
    N_("Look at a plan"): {
        "verify": N_("Check that a plan keeps every rule, also one edited by hand."),
        "explain": N_("Explain why a settlement is not served, and what would help."),
        "locks": N_("Take stops locked in the edited workbook into the scenario."),
    },
    N_("When something changes"): {
        "changes": N_("Add and check road changes: closures, limits, danger areas."),
        "replan": N_("Plan anew and keep what was announced as far as possible."),
        "compare": N_("Show what changes for whom between two plans."),
        "versions": N_("List the versions of a plan, compare them, take one back."),
        "impact": N_("Show which roads matter most before any is closed."),
    },
    N_("Single papers and maps"): {
        "map": N_("Draw the map of a plan for the council, residents or you."),
        "export": N_("Write a plan as PDF, calendar, GTFS, GeoJSON and more."),
    },
    N_("Answer the council"): {
        "coverage": N_("Show who is reached by a library or the bus, by which norm."),
        "report": N_("Answer a resolution point by point on one page."),
        "monitor": N_("Compare the log of visits with the plan."),
        "whatif": N_("Compare other numbers of buses, rhythms and stays."),
        "siting": N_("Show where a branch serves best, and where the bus does."),
    },
    N_("Help"): {
        "help": N_("Show the help of a command, or the guide for planners."),
        "doctor": N_("Check whether everything works on this computer."),
        "completion": N_("Let the terminal complete commands with the Tab key."),
    },
}
"""Commands in the order a planner meets them, under what they are for, each in one short line."""

CHAPTERS: Final[Mapping[str, str]] = {
    "demo": "areas",
    "init": "areas",
    "check": "areas",
    "plan": "plans",
    "publish": "papers",
    "settlements": "data",
    "settlements import": "data",
    "roads": "data",
    "roads import": "data",
    "roads info": "data",
    "verify": "explaining",
    "explain": "explaining",
    "locks": "explaining",
    "changes": "changes",
    "changes add": "changes",
    "changes list": "changes",
    "changes check": "changes",
    "replan": "replanning",
    "compare": "replanning",
    "versions": "versions",
    "versions list": "versions",
    "versions show": "versions",
    "versions compare": "versions",
    "versions restore": "versions",
    "impact": "replanning",
    "map": "papers",
    "export": "papers",
    "coverage": "council",
    "report": "council",
    "monitor": "council",
    "whatif": "plans",
    "siting": "council",
    "help": "help",
    "doctor": "help",
    "completion": "help",
}
"""
Module of `bibliobus.cli` in which each command is built, in the order a planner meets them; the function is called
``build_`` and the words of the command.
"""

COMMANDS: Final = tuple(words for words in CHAPTERS if " " not in words)
"""Every command of the program, in the order a planner meets them."""

ASKED: Final = "bibliobus.lang"
"""Where the context keeps the language that was asked for before the command."""


def build_command(words: str, language: Language) -> click.Command:
    """Load the module of a command, such as ``roads import``, and build it with its help in that language."""
    module = importlib.import_module(f"bibliobus.cli.{CHAPTERS[words]}")
    command: click.Command = getattr(module, f"build_{words.replace(' ', '_')}")(language)
    return command


def list_inner(group: str) -> tuple[str, ...]:
    """The commands of a group, in their order; none of what is no group."""
    return tuple(words.removeprefix(f"{group} ") for words in CHAPTERS if words.startswith(f"{group} "))


class CommandGroup(click.Group):
    """
    Commands that are loaded when they are called.

    ``about`` is the English help of the group, ``sections`` the short English lines of the commands under headings,
    None for one list of all; both are marked for the catalogues.
    """

    def __init__(
        self,
        name: str,
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
        # The program has all commands of one word, another group those that begin with its name.
        self.whole = {words: words for words in COMMANDS}
        if sections is None:
            self.whole = {inner: f"{name} {inner}" for inner in list_inner(name)}
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
        """Names of the commands in the order a planner meets them."""
        return list(self.whole)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; None if there is none of that name."""
        return build_command(self.whole[cmd_name], self.language) if cmd_name in self.whole else None

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line that shows how the program is called."""
        write_usage(self, self.language, ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the tables of the commands and options."""
        if self.sections is None:
            commands = ((name, self.get_command(ctx, name)) for name in self.whole)
            with formatter.section(self.language.gettext("Commands")):
                formatter.write_dl(
                    [(name, command.get_short_help_str(limit=200)) for name, command in commands if command]
                )
        else:
            self._write_sections(self.sections, formatter)
        write_options(self, self.language, ctx, formatter)

    def _write_sections(self, sections: Mapping[str, Mapping[str, str]], formatter: click.HelpFormatter) -> None:
        """Commands under their headings, all lines aligned with each other, and no module loaded for it."""
        width = max(map(len, self.whole))
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
