"""Commands and options that speak the user's language."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import click

from bibliobus.language import DEFAULT_LANGUAGE, LANGUAGES, N_, Language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Function = TypeVar("Function", bound="Callable[..., Any]")

HELP: Final = N_("Show this help and exit.")
TOO_MANY: Final = N_("Too many words: {words}.")
PIECES: Final = (N_("[OPTIONS]"), N_("COMMAND [ARGS]..."))
"""Pieces of the usage line that click writes in English."""


class Decorator(Protocol):
    """Something that adds options to a function of any signature."""

    def __call__(self, function: Function, /) -> Function:
        """
        Add the options.

        Parameters
        ----------
        function
            Body of a command.

        Returns
        -------
        callable
            The same function.
        """
        ...


class Seconds(click.FloatRange):
    """A finite number of seconds; the parser of numbers also knows ``nan`` and ``inf``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """
        Convert the text of an option.

        Parameters
        ----------
        value
            The text.
        param
            The option.
        ctx
            Context of the call.

        Returns
        -------
        float
            Seconds.
        """
        seconds = super().convert(value, param, ctx)
        if not math.isfinite(seconds):
            self.fail(str(value), param, ctx)
        return float(seconds)


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
        super().__init__(*args, **kwargs | {"add_help_option": False})
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
        write_usage(self, self.language, ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """
        Parse the words of the command line.

        Parameters
        ----------
        ctx
            Context of the call.
        args
            Words behind the command.

        Returns
        -------
        list of str
            Empty: words that are left over are refused in the user's language.
        """
        ctx.allow_extra_args = True
        left = super().parse_args(ctx, args)
        if left and not ctx.resilient_parsing:
            raise click.UsageError(self.language.gettext(TOO_MANY).format(words=" ".join(left)), ctx)
        return left

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """
        Write the table of the arguments.

        Parameters
        ----------
        ctx
            Context of the call.
        formatter
            Where the help is written.
        """
        arguments = [param for param in self.get_params(ctx) if isinstance(param, click.Argument)]
        if arguments:
            with formatter.section(self.language.gettext("Arguments")):
                formatter.write_dl([argument.get_help_record(ctx) for argument in arguments])

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
        write_options(self, self.language, ctx, formatter)


def write_usage(command: click.Command, language: Language, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """
    Write the line that shows how a command is called.

    Parameters
    ----------
    command
        The command.
    language
        Language of the help.
    ctx
        Context of the call.
    formatter
        Where the help is written.
    """
    pieces = [language.gettext(piece) for piece in command.collect_usage_pieces(ctx)]
    formatter.write_usage(ctx.command_path, " ".join(pieces), f"{language.gettext('Usage:')} ")


def write_options(
    command: click.Command, language: Language, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """
    Write the table of the options of a command.

    Parameters
    ----------
    command
        The command.
    language
        Language of the help.
    ctx
        Context of the call.
    formatter
        Where the help is written.
    """
    options = [param for param in command.get_params(ctx) if isinstance(param, click.Option)]
    with formatter.section(language.gettext("Options")):
        formatter.write_dl([_describe_option(option, ctx, language) for option in options])


def _describe_option(option: click.Option, ctx: click.Context, language: Language) -> tuple[str, str]:
    """Names of an option, and its help with what holds when it is not given."""
    value = "" if option.is_flag else f" {option.make_metavar(ctx)}"
    extra = ""
    if option.required:
        extra = language.gettext("required")
    elif option.show_default:
        extra = language.gettext("default: {value}").format(value=option.default)
    return f"{', '.join(option.opts)}{value}", f"{option.help}  [{extra}]" if extra else option.help or ""


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


def shared_options(language: Language, *, judges: bool = True) -> Decorator:
    """
    Build the options that every command has, with the same meaning everywhere.

    Parameters
    ----------
    language
        Language of the help.
    judges
        True if the command judges data or a plan, which ``--strict`` makes stricter.

    Returns
    -------
    decorator
        Adds ``--lang`` and ``--json``, and ``--strict`` to a command that judges.
    """
    _ = language.gettext

    def add(function: Function) -> Function:
        if judges:
            strict = _("Exit with 1 if there is a warning or an unserved settlement.")
            function = click.option("--strict", is_flag=True, help=strict)(function)
        for option in (
            click.option("--json", "as_json", is_flag=True, help=_("Print one JSON document and nothing else.")),
            click.option("--lang", type=click.Choice(LANGUAGES), help=_("Language; else that of the scenario.")),
        ):
            function = option(function)
        return function

    return add


def search_options(language: Language) -> Decorator:
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

    def add(function: Function) -> Function:
        for option in (
            click.option("--solver", metavar="NAME", default="ortools", show_default=True, help=_("How to search.")),
            click.option(
                "--time-limit",
                metavar="S",
                type=Seconds(min=0, min_open=True),
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


def output_option(language: Language, metavar: str, help_text: str, *, required: bool) -> Decorator:
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

    def add(function: Function) -> Function:
        force = language.gettext("Replace what stands there.")
        function = click.option("--force", is_flag=True, help=force)(function)
        return click.option(
            "-o", "--output", metavar=metavar, required=required, type=click.Path(), help=language.gettext(help_text)
        )(function)

    return add
