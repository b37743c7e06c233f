"""Options that several commands share, with the same meaning everywhere."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import click

from bibliobus.cli.groups import ASKED
from bibliobus.findings import Place, UsageError
from bibliobus.words.language import LANGUAGES, N_, Language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Function = TypeVar("Function", bound="Callable[..., Any]")


class Decorator(Protocol):
    """Something that adds options to a function of any signature."""

    def __call__(self, function: Function, /) -> Function:
        """Add the options."""
        ...


class Seconds(click.FloatRange):
    """A finite number of seconds; the parser of numbers also knows ``nan`` and ``inf``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Convert the text of an option."""
        seconds = super().convert(value, param, ctx)
        if not math.isfinite(seconds):
            self.fail(str(value), param, ctx)
        return float(seconds)


def language_option(language: Language) -> Decorator:
    """Build ``--lang`` of a command; where it is not given, what stands before the command counts."""

    def inherit(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
        return value or ctx.meta.get(ASKED)

    words = language.gettext("Language; else that of the scenario.")
    return click.option("--lang", type=click.Choice(LANGUAGES), callback=inherit, help=words)


def shared_options(language: Language, *, judges: bool = True) -> Decorator:
    """Build the options that every command has; ``--strict`` only where it judges data or a plan."""
    _ = language.gettext

    def add(function: Function) -> Function:
        if judges:
            strict = _("Exit with 1 if there is a warning or an unserved settlement.")
            function = click.option("--strict", is_flag=True, help=strict)(function)
        for option in (
            click.option("--json", "as_json", is_flag=True, help=_("Print one JSON document and nothing else.")),
            language_option(language),
        ):
            function = option(function)
        return function

    return add


def changes_option(language: Language) -> Decorator:
    """Build ``--changes``."""
    help_text = language.gettext("Road changes (.geojson, .csv or .gpkg) in place of the area's own file.")
    return click.option("--changes", metavar="FILE", type=click.Path(), help=help_text)


def search_options(language: Language) -> Decorator:
    """Build the options of commands that search for a plan."""
    _ = language.gettext

    def add(function: Function) -> Function:
        for option in (
            click.option("--solver", metavar="NAME", default="periodic", show_default=True, help=_("How to search.")),
            click.option(
                "--time-limit",
                metavar="SECONDS",
                type=Seconds(min=0, min_open=True),
                help=_(
                    "Seconds that the search takes: more of them find a better plan, which depends on the machine, too."
                ),
            ),
            click.option(
                "--iterations",
                metavar="NUMBER",
                type=click.IntRange(min=0, max=10_000_000),
                help=_(
                    "Steps of the search: the same number gives the same plan on every machine. Else it depends on the "
                    "size of the area, or on --time-limit; of both, what ends first counts."
                ),
            ),
            click.option(
                "--seed",
                metavar="NUMBER",
                type=click.IntRange(min=0, max=2**31 - 1),
                default=1,
                show_default=True,
                help=_("Seed of the random numbers."),
            ),
        ):
            function = option(function)
        return function

    return add


def workers_option(language: Language) -> Decorator:
    """Build ``--workers``."""
    help_text = language.gettext(
        "Threads that search at once; else one for each core. With any number the same steps give the same plan."
    )
    return click.option("--workers", metavar="NUMBER", type=click.IntRange(1, 256), help=help_text)


def audience_option(
    language: Language, choices: Sequence[str], help_text: str, *, default: str | None = None
) -> Decorator:
    """
    Build ``--audience``.

    ``choices``: For whom the paper can be made; a test holds them equal to the table of papers, which is not loaded for
        the help.
    ``default``: For whom it is made where nobody says so, which the help says; None if that depends on the format.
    """
    words = language.gettext(help_text)
    return click.option("--audience", type=click.Choice(choices), default=default, help=words)


REPORT_FILE: Final = N_("File to write as well; it ends in .xlsx, .html, .md, .json or .txt.")
"""Where a report goes, whichever command makes it."""
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100


class DayType(click.ParamType[date]):
    """A date as ISO 8601 writes it, such as ``2026-03-02``."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Convert the text of an option."""
        day = parse_day(value)
        return self.fail(str(value), param, ctx) if day is None else day


def parse_day(text: str) -> date | None:
    """
    Parse a date of the command line; None if it is none, or not from 2000 to 2100, the years of a scenario.

    A year of papers that begins on the last day of the calendar has no end.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


class Encoding(click.ParamType[str]):
    """The name of an encoding of text, such as ``windows-1252``."""

    name = "encoding"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Convert the text of an option."""
        if not value:
            return ""
        from bibliobus.inputs.tables.text import ENCODING_UNKNOWN, find_codec

        codec = find_codec(str(value))
        if codec is None:
            raise UsageError(ENCODING_UNKNOWN.at(Place(), value=str(value)))
        return codec


def encoding_option(language: Language) -> Decorator:
    """Build ``--encoding``; the command gets Python's name of the encoding, or an empty text."""
    help_text = language.gettext(
        "Encoding of the table if it is not UTF-8, such as windows-1252; if none is given, it is "
        "recognised from the text."
    )
    return click.option("--encoding", metavar="NAME", type=Encoding(), default="", help=help_text)


def span_options(language: Language) -> Decorator:
    """Build ``--from`` and ``--to``."""
    _ = language.gettext

    def add(function: Function) -> Function:
        last = _("Last date; else a year from the first.")
        function = click.option("--to", "last", metavar="DATE", type=DayType(), help=last)(function)
        first = _("First date; else the first day of the plan.")
        return click.option("--from", "first", metavar="DATE", type=DayType(), help=first)(function)

    return add


def output_option(language: Language, metavar: str, help_text: str, *, required: bool) -> Decorator:
    """Build ``-o`` and ``--force``."""

    def add(function: Function) -> Function:
        force = language.gettext("Replace what stands there.")
        function = click.option("--force", is_flag=True, help=force)(function)
        return click.option(
            "-o", "--output", metavar=metavar, required=required, type=click.Path(), help=language.gettext(help_text)
        )(function)

    return add
