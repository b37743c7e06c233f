"""Commands and options that speak the user's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.language import DEFAULT_LANGUAGE, LANGUAGES, N_, Language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HELP: Final = N_("Show this help and exit.")


class SpokenCommand(click.Command):
    """
    A command whose help has translated headings.

    Parameters
    ----------
    *args
        As for `click.Command`.
    language
        Language of the help.
    **kwargs
        As for `click.Command`.
    """

    def __init__(self, *args: Any, language: Language, **kwargs: Any) -> None:
        super().__init__(*args, add_help_option=False, **kwargs)
        self.language = language
        self.params.append(help_option(language))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """
        Write the line that shows how the command is called.

        Parameters
        ----------
        ctx
            Context of the call.
        formatter
            Where the help is written.
        """
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), f"{self.language.gettext('Usage:')} ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """
        Write the table of the options.

        Parameters
        ----------
        ctx
            Context of the call.
        formatter
            Where the help is written.
        """
        records = [record for param in self.get_params(ctx) if (record := param.get_help_record(ctx))]
        with formatter.section(self.language.gettext("Options")):
            formatter.write_dl(records)


def help_option(language: Language) -> click.Option:
    """
    Build the option that shows the help.

    Parameters
    ----------
    language
        Language of the help.

    Returns
    -------
    click.Option
        ``--help``.
    """

    def show(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            click.echo(ctx.get_help())
            ctx.exit()

    return click.Option(
        ["--help"], is_flag=True, expose_value=False, is_eager=True, callback=show, help=language.gettext(HELP)
    )


def find_language(arguments: Sequence[str]) -> str | None:
    """
    Find the language a user asked for, before the command line is parsed.

    Parameters
    ----------
    arguments
        Words of the command line without the program.

    Returns
    -------
    str or None
        ``uk`` or ``en``; None if none, or an unknown one, was asked for.
    """
    asked = None
    for at, word in enumerate(arguments):
        if word.startswith("--lang="):
            asked = word.partition("=")[2]
        elif word == "--lang" and at + 1 < len(arguments):
            asked = arguments[at + 1]
    return asked if asked in LANGUAGES else None


def speak(code: str | None) -> Language:
    """
    Choose the language of messages.

    Parameters
    ----------
    code
        What was asked for; None means the default.

    Returns
    -------
    Language
        The language.
    """
    return Language(code or DEFAULT_LANGUAGE)


def shared_options(language: Language) -> Any:
    """
    Build the options that every command has, with the same meaning everywhere.

    Parameters
    ----------
    language
        Language of the help.

    Returns
    -------
    decorator
        Adds ``--lang``, ``--json`` and ``--strict``.
    """
    _ = language.gettext

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option(
                "--strict", is_flag=True, help=_("Exit with 1 if there is a warning or an unserved settlement.")
            ),
            click.option("--json", "as_json", is_flag=True, help=_("Print one JSON document and nothing else.")),
            click.option("--lang", type=click.Choice(LANGUAGES), help=_("Language; else that of the scenario.")),
        ):
            function = option(function)
        return function

    return add


def search_options(language: Language) -> Any:
    """
    Build the options of commands that search for a plan.

    Parameters
    ----------
    language
        Language of the help.

    Returns
    -------
    decorator
        Adds ``--seed``, ``--iterations``, ``--time-limit`` and ``--solver``.
    """
    _ = language.gettext

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option("--solver", metavar="NAME", default="ortools", show_default=True, help=_("How to search.")),
            click.option(
                "--time-limit",
                metavar="S",
                type=click.FloatRange(min=0, min_open=True),
                help=_("Seconds after which the search is cut short; the plan then depends on the machine."),
            ),
            click.option(
                "--iterations",
                metavar="N",
                type=click.IntRange(min=0, max=10_000_000),
                default=400,
                show_default=True,
                help=_("Steps of the search; the same number gives the same plan on every machine."),
            ),
            click.option(
                "--seed",
                metavar="N",
                type=click.IntRange(min=0, max=2**31 - 1),
                default=1,
                show_default=True,
                help=_("Start of the random numbers."),
            ),
        ):
            function = option(function)
        return function

    return add


def output_option(language: Language, metavar: str, help_text: str, *, required: bool) -> Any:
    """
    Build ``-o`` and ``--force``.

    Parameters
    ----------
    language
        Language of the help.
    metavar
        What ``-o`` takes.
    help_text
        English help of ``-o``, marked for the catalogues.
    required
        True if ``-o`` must be given.

    Returns
    -------
    decorator
        Adds the two options.
    """

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        force = language.gettext("Replace what stands there.")
        function = click.option("--force", is_flag=True, help=force)(function)
        return click.option(
            "-o", "--output", metavar=metavar, required=required, type=click.Path(), help=language.gettext(help_text)
        )(function)

    return add
