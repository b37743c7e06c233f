"""``bibliobus export``: a plan in the format of another program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.options import audience_option, output_option, shared_options, span_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.domain.audience import Audience
from bibliobus.output.registry import EXPORTED, FORMATS
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from datetime import date

HELP: Final = N_("Write a plan in the format of another program.")
OUTPUT: Final = N_("File to write.")
PLAN: Final = N_("Folder that `plan` or `demo` wrote, or its plan.json.")
FORMAT: Final = N_("Format of the file.")
AUDIENCE: Final = N_("For whom: the public learns times and places of stops and nothing else. Default: {defaults}.")
DEFAULT: Final = N_("{audience} for {formats}")
STOP: Final = N_("Id of the settlement whose stop alone is wanted; for {formats}.")
AUDIENCES: Final = tuple(audience.value for audience in Audience)
PAGES: Final = {".html", ".htm"}
"""Names that end so are pages for print; sheets and posters are PDF documents otherwise."""


def build_command(language: Language) -> click.Command:
    """
    Build the command.

    Parameters
    ----------
    language
        Language of the help.

    Returns
    -------
    click.Command
        ``export``.
    """

    @click.command("export", cls=SpokenCommand, language=language, help=language.gettext(HELP))
    @click.argument("plan", type=click.Path(), help=language.gettext(PLAN))
    @click.option("--format", "wanted", type=click.Choice(EXPORTED), required=True, help=language.gettext(FORMAT))
    @output_option(language, "FILE", OUTPUT, required=True)
    @click.option(
        "--area", metavar="DIR", type=click.Path(), help=language.gettext("Other inputs than those beside the plan.")
    )
    @span_options(language)
    @audience_option(language, AUDIENCES, _tell_audience(language))
    @click.option("--settlement", metavar="SETTLEMENT", help=_tell_stops(language))
    @shared_options(language, judges=False)
    def export(
        plan: str,
        wanted: str,
        audience: str | None,
        output: str,
        force: bool,
        area: str | None,
        first: date | None,
        last: date | None,
        settlement: str | None,
        lang: str | None,
        as_json: bool,
    ) -> int:
        from bibliobus.cli.clock import tell_dates
        from bibliobus.cli.console import print_json, print_lines, show_waiting
        from bibliobus.output.registry import PaperOrder
        from bibliobus.tasks.export import export_plan

        is_page = Path(output).suffix.lower() in PAGES
        reader = Audience(audience) if audience else None
        with show_waiting(language, quiet=as_json):
            exported = export_plan(
                Path(plan),
                Path(output),
                order=PaperOrder(wanted, reader, first, last, settlement, page=is_page),
                area=Path(area) if area else None,
                language=lang,
                force=force,
            )
        spoken = Language(lang or exported.language)
        findings = tell_dates(exported, first, spoken, as_json=as_json)
        if as_json:
            print_json({"exit_code": 0, "output": output, "format": wanted, "findings": findings})
        else:
            print_lines([spoken.gettext("The plan was written to {file}.").format(file=output)])
        return 0

    return export


def _tell_audience(language: Language) -> str:
    """Help of ``--audience``: for whom each format is made as a rule."""
    formats = {audience: [name for name in EXPORTED if FORMATS[name].audiences[0] is audience] for audience in Audience}
    told = [
        language.gettext(DEFAULT).format(audience=audience.value, formats=", ".join(names))
        for audience, names in formats.items()
        if names
    ]
    return language.gettext(AUDIENCE).format(defaults="; ".join(told))


def _tell_stops(language: Language) -> str:
    """Help of ``--settlement``: which formats are made a stop."""
    return language.gettext(STOP).format(formats=", ".join(name for name in EXPORTED if FORMATS[name].by_stop))
