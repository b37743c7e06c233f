"""``bibliobus init``: an example area, a scenario for the tables of an area, or an area from the timetable of today."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from bibliobus.cli.options import encoding_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.findings import FindingKind, Place, Severity, UsageError
from bibliobus.words.language import N_, Language

HELP: Final = N_(
    "Write an example area with a documented scenario, or only a scenario if DIR has roads or settlements already; "
    "or, from a timetable, an area and today.json, the plan that is driven today."
)
DIRECTORY: Final = N_("Folder to write.")
TIMETABLE: Final = N_("Timetable of today as open data of mobile library stops (.csv or .xlsx).")
BASE: Final = N_("Where the buses of the timetable start, in degrees north and east; else the median of the stops.")
JOIN_ROWS: Final = N_("Make one stop of rows of one bus, place, weekday and time that together are one rhythm.")

BASE_WITHOUT_TIMETABLE: Final = FindingKind(
    "base-without-timetable",
    Severity.ERROR,
    N_("A base is given, but no timetable that starts from it."),
    N_("Give the timetable with --from-timetable, or write the place of the depot into scenario.toml."),
)


class Position(click.ParamType[tuple[float, float]]):
    """A place on Earth as ``LAT,LON`` in degrees."""

    name = N_("degrees north and east with a comma between them, such as 48.73,37.57")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
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
        tuple of (float, float)
            Degrees north and east.
        """
        from bibliobus.inputs.tables.cells import parse_number

        try:
            lat, lon = (parse_number(half) for half in str(value).split(","))
        except ValueError:
            self.fail(str(value), param, ctx)
        if abs(lat) > 90 or abs(lon) > 180:
            self.fail(str(value), param, ctx)
        return lat, lon


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
        ``init``.
    """
    _ = language.gettext

    @click.command("init", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("directory", metavar="DIR", type=click.Path(), help=_(DIRECTORY))
    @click.option("--from-timetable", "timetable", metavar="FILE", type=click.Path(), help=_(TIMETABLE))
    @click.option("--base", metavar="LAT,LON", type=Position(), help=_(BASE))
    @click.option("--join-rows", is_flag=True, help=_(JOIN_ROWS))
    @encoding_option(language)
    @click.option("--force", is_flag=True, help=_("Replace what stands there."))
    @shared_options(language, judges=False)
    def init(
        directory: str,
        timetable: str | None,
        base: tuple[float, float] | None,
        join_rows: bool,
        encoding: str,
        force: bool,
        lang: str | None,
        as_json: bool,
    ) -> int:
        from bibliobus.cli.clock import find_today
        from bibliobus.cli.console import print_json, print_lines
        from bibliobus.cli.today import report_today
        from bibliobus.tasks.start import init_from_timetable, start_area
        from bibliobus.words.text import Name

        if timetable is not None:
            today = init_from_timetable(
                Path(timetable), Path(directory), base=base, join_rows=join_rows, encoding=encoding, force=force
            )
            return report_today(today, directory, Language(lang or today.plan.language), as_json=as_json)
        if base is not None:
            raise UsageError(BASE_WITHOUT_TIMETABLE.at(Place()))
        spoken = Language(lang) if lang else language
        depot = start_area(Path(directory), language=spoken.code, encoding=encoding, today=find_today(), force=force)
        if as_json:
            print_json({"exit_code": 0, "output": directory, "findings": []})
            return 0
        _ = spoken.gettext
        if depot is None:
            lines = [
                _("An example area was written to {folder}.").format(folder=directory),
                _("Next: put your settlements into settlements.csv, read scenario.toml, then run"),
            ]
        else:
            lines = [
                _("A scenario for the existing tables was written to {folder}.").format(folder=directory),
                _("It assumes a depot in {place}, and one bus.").format(
                    place=Name(depot.name_uk, depot.name_latin).render(spoken)
                ),
                _("Next: read scenario.toml and change what is different with you, then run"),
            ]
        print_lines([*lines, f"  bibliobus check {directory}", f"  bibliobus plan {directory} -o plan-1"])
        return 0

    return init
