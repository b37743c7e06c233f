"""``publish``, ``map`` and ``export``: papers and maps of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.cli.options import DayType, audience_option, output_option, shared_options, span_options
from bibliobus.cli.speech import SpokenCommand
from bibliobus.domain.audience import Audience
from bibliobus.output.registry import EXPORTED, FORMATS, list_outputs
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from datetime import date

    from bibliobus.cli.options import Decorator, Function
    from bibliobus.plan.plan import Plan
    from bibliobus.tasks.publish import MapRequest

PUBLISH_HELP: Final = N_("Write all papers of a plan for one audience into a folder, with a page that leads to them.")
PUBLISH_OUTPUT: Final = N_("Folder to write.")
PLAN: Final = N_("Folder that `plan` or `demo` wrote, or its plan.json.")
PUBLISH_AUDIENCE: Final = N_(
    "For whom: public shows times and places of stops only, council also routes and reasons, driver "
    "all that the crew needs."
)
PUBLISH_AUDIENCES: Final = list_outputs()["publish"].readers


def build_publish(language: Language) -> click.Command:
    """Build ``publish``."""

    @click.command("publish", cls=SpokenCommand, language=language, help=language.gettext(PUBLISH_HELP))
    @click.argument("plan", type=click.Path(), help=language.gettext(PLAN))
    @click.option(
        "--audience", type=click.Choice(PUBLISH_AUDIENCES), required=True, help=language.gettext(PUBLISH_AUDIENCE)
    )
    @output_option(language, "DIR", PUBLISH_OUTPUT, required=True)
    @click.option(
        "--area", metavar="DIR", type=click.Path(), help=language.gettext("Other inputs than those beside the plan.")
    )
    @span_options(language)
    @shared_options(language, judges=False)
    def publish(
        plan: str,
        audience: str,
        output: str,
        force: bool,
        area: str | None,
        first: date | None,
        last: date | None,
        lang: str | None,
        as_json: bool,
    ) -> int:
        from bibliobus.cli.clock import tell_dates
        from bibliobus.cli.console import print_json, print_lines, show_waiting
        from bibliobus.domain.audience import Audience
        from bibliobus.tasks.publish import Publication, publish_plan

        with show_waiting(language, quiet=as_json):
            published = publish_plan(
                Path(plan),
                Path(output),
                Publication(Audience(audience), first, last),
                area=Path(area) if area else None,
                language=lang,
                force=force,
            )
        spoken = Language(lang or published.plan.language)
        findings = tell_dates(published.plan, first, spoken, as_json=as_json)
        if as_json:
            print_json({"exit_code": 0, "output": output, "files": list(published.files), "findings": findings})
            return 0
        count = spoken.ngettext("{count} file", "{count} files", len(published.files))
        said = spoken.gettext("The papers were written to {folder}: {files}. Begin with {index}.")
        print_lines([said.format(folder=output, files=count, index=Path(output) / "index.html")])
        return 0

    return publish


MAP_HELP: Final = N_("Draw the map of a plan as one HTML file that needs no internet.")
MAP_OUTPUT: Final = N_("File to write; with --pages the folder.")
MAP_AUDIENCE: Final = N_("For whom: the public gets times and places of stops and nothing else.")
HROMADA: Final = N_("Hromada to put in front.")
FROM: Final = N_("Day from which the next visits are counted; else the first day of the plan.")
TILES: Final = N_("Load a background from openstreetmap.org whenever the page is opened.")
MAP_PAGES: Final = N_("Write pages to print instead, one for each hromada or for the one named, into the folder of -o.")
MAP_AUDIENCES: Final = list_outputs()["map"].readers


def build_map(language: Language) -> click.Command:
    """Build ``map``."""

    @click.command("map", cls=SpokenCommand, language=language, help=language.gettext(MAP_HELP))
    @click.argument("plan", type=click.Path(), help=language.gettext(PLAN))
    @output_option(language, "FILE", MAP_OUTPUT, required=True)
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
    """Build the options that say what a map shows."""
    _ = language.gettext

    def add(function: Function) -> Function:
        for option in (
            click.option("--pages", is_flag=True, help=_(MAP_PAGES)),
            click.option("--online-tiles", is_flag=True, help=_(TILES)),
            click.option("--from", "first", metavar="DATE", type=DayType(), help=_(FROM)),
            click.option("--hromada", metavar="NAME", default="", help=_(HROMADA)),
            click.option("--audience", type=click.Choice(MAP_AUDIENCES), default="planner", help=_(MAP_AUDIENCE)),
        ):
            function = option(function)
        return function

    return add


def _write(plan: str, output: str, pages: bool, *, area: str | None, **asked: Any) -> tuple[Plan, list[str]]:
    """Write the map or the pages; the plan, and what was written."""
    from bibliobus.tasks.publish import draw_pages, draw_plan

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
    from bibliobus.tasks.publish import MapRequest

    return MapRequest(Audience(audience), hromada, first, online_tiles)


EXPORT_HELP: Final = N_("Write a plan in the format of another program.")
EXPORT_OUTPUT: Final = N_("File to write.")
FORMAT: Final = N_("Format of the file.")
EXPORT_AUDIENCE: Final = N_(
    "For whom: the public learns times and places of stops and nothing else. Default: {defaults}."
)
DEFAULT: Final = N_("{audience} for {formats}")
STOP: Final = N_("Id of the settlement whose stop alone is wanted; for {formats}.")
EXPORT_AUDIENCES: Final = tuple(audience.value for audience in Audience)
EXPORT_PAGES: Final = {".html", ".htm"}
"""Names that end so are pages for print; sheets and posters are PDF documents otherwise."""


def build_export(language: Language) -> click.Command:
    """Build ``export``."""

    @click.command("export", cls=SpokenCommand, language=language, help=language.gettext(EXPORT_HELP))
    @click.argument("plan", type=click.Path(), help=language.gettext(PLAN))
    @click.option("--format", "wanted", type=click.Choice(EXPORTED), required=True, help=language.gettext(FORMAT))
    @output_option(language, "FILE", EXPORT_OUTPUT, required=True)
    @click.option(
        "--area", metavar="DIR", type=click.Path(), help=language.gettext("Other inputs than those beside the plan.")
    )
    @span_options(language)
    @audience_option(language, EXPORT_AUDIENCES, _tell_audience(language))
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
        from bibliobus.tasks.publish import export_plan

        is_page = Path(output).suffix.lower() in EXPORT_PAGES
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
    return language.gettext(EXPORT_AUDIENCE).format(defaults="; ".join(told))


def _tell_stops(language: Language) -> str:
    """Help of ``--settlement``: which formats are made a stop."""
    return language.gettext(STOP).format(formats=", ".join(name for name in EXPORTED if FORMATS[name].by_stop))
