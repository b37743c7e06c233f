"""``changes``: road changes without a geographic information system."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.cli.groups import CommandGroup
from bibliobus.cli.options import REPORT_FILE, Decorator, Function, changes_option, output_option, shared_options
from bibliobus.cli.speech import SpokenCommand
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from datetime import date, datetime

    from bibliobus.domain.roads import RoadChange

CHANGES_ABOUT: Final = N_("Add road changes to an area, list them, and see on a map what each of them hits.")


def build_changes(language: Language) -> click.Command:
    """Build ``changes`` with its commands."""
    return CommandGroup("changes", CHANGES_ABOUT, language)


CHANGES_ADD_HELP: Final = N_(
    "Add a road change to an area: what happens, and where. It is written to AREA/changes.geojson."
)
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


def build_changes_add(language: Language) -> click.Command:
    """Build ``changes add``."""
    _ = language.gettext

    @click.command("add", cls=SpokenCommand, language=language, help=_(CHANGES_ADD_HELP))
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
    from bibliobus.domain.roads import ChangeKind
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


CHANGES_LIST_HELP: Final = N_("List the road changes of an area.")


def build_changes_list(language: Language) -> click.Command:
    """Build ``changes list``."""
    _ = language.gettext

    @click.command("list", cls=SpokenCommand, language=language, help=_(CHANGES_LIST_HELP))
    @click.argument("area", type=click.Path(), help=_(AREA))
    @changes_option(language)
    @shared_options(language)
    def show(area: str, changes: str | None, lang: str | None, as_json: bool, strict: bool) -> int:
        from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines, print_table
        from bibliobus.tasks.changes import list_changes, name_settlements
        from bibliobus.view.changes import write_dates, write_kind, write_where
        from bibliobus.view.reports.changes import list_change_facts

        spoken = Language(lang) if lang else language
        found, report = list_changes(Path(area), changes=Path(changes) if changes else None)
        code = 1 if strict and report.warnings else 0
        if as_json:
            findings = [finding_document(finding, spoken) for finding in report.findings]
            print_json({"exit_code": code, "changes": [list_change_facts(c) for c in found], "findings": findings})
            return code
        print_findings(report.findings, spoken, brief=True)
        names = name_settlements(Path(area), spoken)
        rows = [
            (
                c.change_id,
                write_kind(c, spoken),
                write_where(c, names, spoken),
                write_dates(c, spoken),
                c.note,
                c.source,
            )
            for c in found
        ]
        words = spoken.gettext
        head = (words("Id"), words("What"), words("Where"), words("When"), words("Note"), words("Source"))
        if rows:
            print_table(words("Road changes"), head, rows)
        else:
            print_lines([words("There are no road changes.")])
        return code

    return show


CHANGES_CHECK_HELP: Final = N_("Show what each road change of an area hits. Exit code 3 if one of them finds no road.")


def build_changes_check(language: Language) -> click.Command:
    """Build ``changes check``."""
    _ = language.gettext

    @click.command("check", cls=SpokenCommand, language=language, help=_(CHANGES_CHECK_HELP))
    @click.argument("area", type=click.Path(), help=_(AREA))
    @changes_option(language)
    @output_option(language, "FILE", REPORT_FILE, required=False)
    @shared_options(language)
    def check(
        area: str, changes: str | None, output: str | None, force: bool, lang: str | None, as_json: bool, strict: bool
    ) -> int:
        from bibliobus.cli.console import (
            finding_document,
            print_findings,
            print_json,
            print_lines,
            print_tables,
            show_waiting,
        )
        from bibliobus.output.tables import find_report_format
        from bibliobus.tasks.changes import check_changes, make_changes_report, render_effects
        from bibliobus.tasks.folders import check_output, write_file

        if output:
            check_output(Path(output), force=force)
        with show_waiting(language, quiet=as_json):
            checked, report = check_changes(Path(area), changes=Path(changes) if changes else None)
        spoken = Language(lang or checked.dataset.scenario.language)
        if output:
            content = render_effects(checked, find_report_format(output, "html"), spoken)
            write_file(Path(output), content, force=force)
        made = make_changes_report(checked, spoken)
        code = 3 if report.errors else 1 if strict and report.warnings else 0
        if as_json:
            findings = [finding_document(finding, spoken) for finding in report.findings]
            print_json({"exit_code": code, **made.facts, "output": output, "findings": findings})
            return code
        print_findings(report.findings, spoken)
        print_lines(made.told if checked.effects else ())
        print_tables(made.tables, spoken)
        return code

    return check
