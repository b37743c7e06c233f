"""Commands whose help speaks the user's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.words.language import DEFAULT_LANGUAGE, LANGUAGES, N_, Language

if TYPE_CHECKING:
    from collections.abc import Sequence

HELP: Final = N_("Show this help and exit.")
VERSION: Final = N_("Show the version and exit.")
TOO_MANY: Final = N_("Too many words: {words}.")
PIECES: Final = (N_("[OPTIONS]"), N_("COMMAND [ARGS]..."))
"""Pieces of the usage line that click writes in English."""
METAVARS: Final = (
    N_("AREA"),
    N_("PLAN"),
    N_("DATE"),
    N_("DIR"),
    N_("SETTLEMENT"),
    N_("FILE"),
    N_("NAME"),
    N_("NUMBER"),
    N_("SECONDS"),
    N_("SETTLEMENTS KM"),
    N_("LAT,LON"),
    N_("OLD"),
    N_("NEW"),
    N_("KMH"),
    N_("TONNES"),
    N_("METRES"),
    N_("NUMBERS"),
    N_("BUS DATE"),
    N_("IDS"),
    N_("TEXT"),
    N_("ID"),
    N_("SHELL"),
    N_("[COMMAND]..."),
    N_("LOG"),
    N_("VALUES"),
    N_("ADDRESS"),
    N_("KM"),
    N_("PAIRS"),
    N_("A"),
    N_("A B"),
    N_("TIMETABLE"),
    N_("[FILE]"),
    N_("[NUMBER]"),
    N_("[NEW]"),
)
"""What stands for the value of an argument or option, in the help and in messages."""


class SpokenCommand(click.Command):
    """A command whose help has translated headings."""

    def __init__(self, *args: Any, language: Language, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"add_help_option": False})
        self.language = language
        self.params += [help_option(language), version_option(language, hidden=True)]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line that shows how the command is called."""
        write_usage(self, self.language, ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words of the command line."""
        ctx.allow_extra_args = True
        left = super().parse_args(ctx, args)
        if left and not ctx.resilient_parsing:
            raise click.UsageError(self.language.gettext(TOO_MANY).format(words=" ".join(left)), ctx)
        return left

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of the arguments."""
        arguments = [param for param in self.get_params(ctx) if isinstance(param, click.Argument)]
        if arguments:
            with formatter.section(self.language.gettext("Arguments")):
                formatter.write_dl(
                    [(name_value(argument, ctx, self.language), argument.help or "") for argument in arguments]
                )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of the options."""
        write_options(self, self.language, ctx, formatter)


def write_usage(command: click.Command, language: Language, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the line that shows how a command is called."""
    pieces = [language.gettext(piece) for piece in command.collect_usage_pieces(ctx)]
    formatter.write_usage(ctx.command_path, " ".join(pieces), language.gettext("Usage:") + " ")


def name_value(param: click.Parameter, ctx: click.Context, language: Language) -> str:
    """Name what stands for a value in the help."""
    return language.gettext(param.make_metavar(ctx))


def write_options(
    command: click.Command, language: Language, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """Write the table of the options of a command."""
    options = [param for param in command.get_params(ctx) if isinstance(param, click.Option) and not param.hidden]
    with formatter.section(language.gettext("Options")):
        formatter.write_dl([_describe_option(option, ctx, language) for option in options])


def _describe_option(option: click.Option, ctx: click.Context, language: Language) -> tuple[str, str]:
    """Names of an option, and its help with what holds when it is not given."""
    value = "" if option.is_flag else f" {name_value(option, ctx, language)}"
    extra = ""
    if option.required:
        extra = language.gettext("required")
    elif option.show_default:
        extra = language.gettext("default: {value}").format(value=option.default)
    return f"{', '.join(option.opts)}{value}", f"{option.help}  [{extra}]" if extra else option.help or ""


def help_option(language: Language) -> click.Option:
    """Build the option that shows the help."""

    def show(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            click.echo(ctx.get_help())
            ctx.exit()

    return click.Option(
        ["-h", "--help"], is_flag=True, expose_value=False, is_eager=True, callback=show, help=language.gettext(HELP)
    )


def version_option(language: Language, *, hidden: bool) -> click.Option:
    """Build the option that shows the version; behind a command it is understood but hidden."""

    def show(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            import bibliobus

            click.echo(f"bibliobus {bibliobus.__version__}")
            ctx.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        hidden=hidden,
        callback=show,
        help=language.gettext(VERSION),
    )


def find_language(arguments: Sequence[str]) -> str | None:
    """Find ``uk`` or ``en`` before the command line is parsed; None if none, or an unknown one, was asked for."""
    asked = None
    for at, word in enumerate(arguments):
        value = word.partition("=")[2] if word.startswith("--lang=") else ""
        if word == "--lang" and at + 1 < len(arguments):
            value = arguments[at + 1]
        asked = value if value in LANGUAGES else asked
    return asked


def speak(code: str | None) -> Language:
    """Choose the language of messages; None means the default."""
    return Language(code or DEFAULT_LANGUAGE)
