"""``bibliobus changes add``: one more road change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.cli.options import Decorator, Function, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from datetime import date, datetime

    from bibliobus.domain.changes import RoadChange

HELP: Final = N_("Add a road change to an area: what happens, and where. It is written to AREA/changes.geojson.")
AREA: Final = N_("Folder of the area.")
ONE_KIND: Final = N_("Say in exactly one way what happens: {names}.")
ONE_PLACE: Final = N_(
    "Say in exactly one way where it happens: --between A B, --near A with --road, --area, or --ways."
)
FLAGS: Final = {
    "closed": N_("The road is closed."),
    "opened": N_("The road is open again, or passable in spite of a limit."),
    "danger_area": N_("No bus may drive through the area; goes with --area."),
}
NUMBERS: Final = {
    "speed": ("KMH", N_("The road can be driven at this speed only.")),
    "weight_limit": ("TONNES", N_("The road is closed to heavier buses.")),
    "height_limit": ("METRES", N_("The road is closed to higher buses.")),
}


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
        ``changes add``.
    """
    _ = language.gettext

    @click.command("add", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("folder", metavar="AREA", type=click.Path(), help=_(AREA))
    @_add_kinds(language)
    @click.option("--between", metavar="A B", nargs=2, help=_("Between these two settlements, by name or id."))
    @click.option("--road", metavar="NAME", default="", help=_("Number or name of the road."))
    @click.option("--near", metavar="A", default="", help=_("Where the road comes within 3 km of this settlement."))
    @click.option(
        "--area", metavar="FILE", type=click.Path(), help=_("On all roads that touch this polygon (GeoJSON).")
    )
    @click.option(
        "--ways", metavar="NUMBERS", default="", help=_("On these ways of OpenStreetMap, with commas between.")
    )
    @click.option(
        "--direction",
        type=click.Choice(["both", "along", "against"]),
        default="both",
        help=_("Only from A to B (along) or only back (against)."),
    )
    @click.option(
        "--from", "first", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help=_("First day on which it holds.")
    )
    @click.option(
        "--until", "last", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help=_("Last day on which it holds.")
    )
    @click.option(
        "--vehicles", metavar="IDS", default="", help=_("Only for these buses or profiles, with commas between.")
    )
    @click.option("--note", metavar="TEXT", default="", help=_("Note for people."))
    @click.option("--source", metavar="TEXT", default="", help=_("How this is known."))
    @click.option("--id", "change_id", metavar="ID", default="", help=_("Its id; else one is made."))
    @shared_options(language)
    def add(folder: str, lang: str | None, as_json: bool, strict: bool, **words: Any) -> int:
        from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines, show_waiting
        from bibliobus.tasks.changes import add_change

        spoken = Language(lang) if lang else language
        change, spot = _read_change(words, spoken), _read_spot(words, spoken)
        with show_waiting(spoken, quiet=as_json):
            added, report = add_change(Path(folder), change, spot)
        code = 1 if strict and report.warnings else 0
        if as_json:
            findings = [finding_document(finding, spoken) for finding in report.findings]
            print_json({"exit_code": code, "id": added.change_id, "findings": findings})
            return code
        print_findings(report.findings, spoken, brief=True)
        print_lines([spoken.gettext("The change “{name}” was added to changes.geojson.").format(name=added.change_id)])
        return code

    return add


def _add_kinds(language: Language) -> Decorator:
    """Options for what happens."""

    def add(function: Function) -> Function:
        for name, (metavar, text) in reversed(NUMBERS.items()):
            option = f"--{name.replace('_', '-')}"
            words = language.gettext(text)
            function = click.option(option, name, metavar=metavar, type=click.FloatRange(0, min_open=True), help=words)(
                function
            )
        for name, text in reversed(FLAGS.items()):
            words = language.gettext(text)
            function = click.option(f"--{name.replace('_', '-')}", name, is_flag=True, help=words)(function)
        return function

    return add


def _read_change(words: dict[str, Any], language: Language) -> RoadChange:
    """What happens, told in exactly one way."""
    from bibliobus.domain.changes import ChangeKind
    from bibliobus.tasks.changes import make_change

    told = [name for name in (*FLAGS, *NUMBERS) if words[name] not in (None, False)]
    if len(told) != 1:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in (*FLAGS, *NUMBERS))
        raise click.UsageError(language.gettext(ONE_KIND).format(names=names))
    return make_change(
        ChangeKind(told[0].replace("_", " ")),
        words[told[0]] if told[0] in NUMBERS else None,
        change_id=words["change_id"].strip(),
        direction=words["direction"],
        dates=(_day(words["first"]), _day(words["last"])),
        vehicles=tuple(part.strip() for part in words["vehicles"].split(",") if part.strip()),
        words=(words["note"], words["source"]),
    )


def _read_spot(words: dict[str, Any], language: Language) -> Any:
    """Where it happens, told in exactly one way."""
    from bibliobus.tasks.changes import Spot

    told = [name for name in ("between", "near", "area", "ways") if words[name]]
    ways = words["ways"].replace(",", " ").split()
    if len(told) != 1 or (told == ["near"] and not words["road"]) or not all(way.isdecimal() for way in ways):
        raise click.UsageError(language.gettext(ONE_PLACE))
    area = Path(words["area"]) if words["area"] else None
    return Spot(words["between"] or None, words["road"], words["near"], area, tuple(map(int, ways)))


def _day(moment: datetime | None) -> date | None:
    """Day of a moment."""
    return moment.date() if moment else None
