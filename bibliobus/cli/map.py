"""``bibliobus map``: the map of a plan as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.cli.options import DayType, output_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.output.registry import list_outputs
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from datetime import date

    from bibliobus.cli.options import Decorator, Function
    from bibliobus.plan.plan import Plan
    from bibliobus.tasks.export import MapRequest

HELP: Final = N_("Draw the map of a plan as one HTML file that needs no internet.")
OUTPUT: Final = N_("File to write; with --pages the folder.")
PLAN: Final = N_("Folder that `plan` or `demo` wrote, or its plan.json.")
AUDIENCE: Final = N_("For whom: the public gets times and places of stops and nothing else.")
HROMADA: Final = N_("Hromada to put in front.")
FROM: Final = N_("Day from which the next visits are counted; else the first day of the plan.")
TILES: Final = N_("Load a background from openstreetmap.org whenever the page is opened.")
PAGES: Final = N_("Write pages to print instead, one for each hromada or for the one named, into the folder of -o.")
AUDIENCES: Final = list_outputs()["map"].readers


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
        ``map``.
    """

    @click.command("map", cls=SpokenCommand, language=language, help=language.gettext(HELP))
    @click.argument("plan", type=click.Path(), help=language.gettext(PLAN))
    @output_option(language, "FILE", OUTPUT, required=True)
    @click.option(
        "--area", metavar="DIR", type=click.Path(), help=language.gettext("Other inputs than those beside the plan.")
    )
    @view_options(language)
    @shared_options(language, judges=False)
    def draw(
        plan: str, output: str, force: bool, pages: bool, area: str | None, lang: str | None, as_json: bool, **view: Any
    ) -> int:
        from bibliobus.cli.clock import tell_dates
        from bibliobus.cli.console import print_json, print_lines, show_waiting

        with show_waiting(language, quiet=as_json):
            drawn, written = _write(plan, output, pages, area=area, language=lang, force=force, **view)
        spoken = Language(lang or drawn.language)
        findings = tell_dates(drawn, view["first"], spoken, as_json=as_json)
        if as_json:
            print_json({"exit_code": 0, "output": output, "findings": findings} | ({"pages": written} if pages else {}))
        elif pages:
            print_lines([spoken.gettext("The pages were written to {folder}.").format(folder=output)])
        else:
            print_lines([spoken.gettext("The map was written to {file}.").format(file=output)])
        return 0

    return draw


def view_options(language: Language) -> Decorator:
    """
    Build the options that say what a map shows.

    Parameters
    ----------
    language
        Language of the help.

    Returns
    -------
    decorator
        Adds ``--audience``, ``--hromada``, ``--from``, ``--online-tiles`` and ``--pages``.
    """
    _ = language.gettext

    def add(function: Function) -> Function:
        for option in (
            click.option("--pages", is_flag=True, help=_(PAGES)),
            click.option("--online-tiles", is_flag=True, help=_(TILES)),
            click.option("--from", "first", metavar="DATE", type=DayType(), help=_(FROM)),
            click.option("--hromada", metavar="NAME", default="", help=_(HROMADA)),
            click.option("--audience", type=click.Choice(AUDIENCES), default="planner", help=_(AUDIENCE)),
        ):
            function = option(function)
        return function

    return add


def _write(plan: str, output: str, pages: bool, *, area: str | None, **asked: Any) -> tuple[Plan, list[str]]:
    """Write the map or the pages; the plan, and what was written."""
    from bibliobus.tasks.export import draw_pages, draw_plan

    language, force = asked.pop("language"), asked.pop("force")
    folder, request = Path(area) if area else None, _make_request(**asked)
    if not pages:
        drawn = draw_plan(Path(plan), Path(output), area=folder, language=language, request=request, force=force)
        return drawn, [output]
    drawn, names = draw_pages(Path(plan), Path(output), request=request, area=folder, language=language, force=force)
    return drawn, list(names)


def _make_request(audience: str, hromada: str, first: date | None, online_tiles: bool) -> MapRequest:
    """What the options ask for."""
    from bibliobus.domain.audience import Audience
    from bibliobus.tasks.export import MapRequest

    return MapRequest(Audience(audience), hromada, first, online_tiles)
