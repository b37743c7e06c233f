"""``bibliobus roads info``: what the roads of an area are, and on which ones settlements depend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.options import changes_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.network.study.critical import CriticalRoad
    from bibliobus.tasks.roads import RoadInfo

HELP: Final = N_("Show what the roads of an area are: kilometres by class and surface, parts, missing tags, date.")
AREA: Final = N_("Folder of the area; it needs no scenario.")
CRITICAL: Final = N_("List the roads without which settlements are cut off.")
MOST_PARTS: Final = 10


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
        ``roads info``.
    """
    _ = language.gettext

    @click.command("info", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("area", type=click.Path(), help=_(AREA))
    @click.option("--critical", is_flag=True, help=_(CRITICAL))
    @changes_option(language)
    @shared_options(language)
    def info(area: str, critical: bool, changes: str | None, lang: str | None, as_json: bool, strict: bool) -> int:
        from bibliobus.cli.console import finding_document, print_findings, print_json, show_waiting
        from bibliobus.tasks.roads import describe_roads

        spoken = Language(lang) if lang else language
        with show_waiting(spoken, quiet=as_json):
            found, report = describe_roads(Path(area), critical=critical, changes=Path(changes) if changes else None)
        code = 1 if strict and report.warnings else 0
        if as_json:
            findings = [finding_document(finding, spoken) for finding in report.findings]
            print_json({"exit_code": code, **_document(found), "findings": findings})
            return code
        print_findings(report.findings, spoken, brief=True)
        _print_info(found, spoken)
        return code

    return info


def _document(found: RoadInfo) -> dict[str, object]:
    """Values that JSON knows."""
    critical = None
    if found.critical is not None:
        critical = [
            {
                "road": road.label,
                "way_ids": list(road.way_ids),
                "position": list(road.position) if road.position else None,
                "ends": list(road.ends),
                "length_m": road.length_m,
                "cut_off": list(road.cut_off),
            }
            for road in found.critical
        ]
    return {
        "total_m": found.stats.total_m,
        "class_m": dict(found.stats.class_m),
        "surface_m": dict(found.stats.surface_m),
        "missing": dict(found.stats.missing),
        "parts_m": list(found.parts_m),
        "data_date": found.data_date,
        "estimated": found.estimated,
        "critical": critical,
        "seen_from": found.seen_from or None,
    }


def _print_info(found: RoadInfo, language: Language) -> None:
    """Tables for people."""
    from bibliobus.cli.console import print_lines, print_table
    from bibliobus.view.heading import ESTIMATED

    _, km = language.gettext, language.kilometres
    total = found.stats.total_m
    print_lines([_("Roads in all: {length}").format(length=km(total))])
    if found.data_date:
        print_lines([_("Date of the data: {date}").format(date=found.data_date)])
    if found.estimated:
        print_lines([_(ESTIMATED)])
    if found.attribution:
        print_lines([_("Data: {attribution}").format(attribution=found.attribution)])
    print_lines([""])
    _print_lengths(_("By class"), found.stats.class_m, language)
    _print_lengths(_("By surface"), found.stats.surface_m, language)
    missing = [(key, language.percent(share)) for key, share in found.stats.missing.items()]
    print_table(_("Share of the length without the tag"), (_("Tag"), _("Share")), missing, right=[1])
    parts = [(str(at), km(length_m)) for at, length_m in enumerate(found.parts_m[:MOST_PARTS], start=1)]
    count = language.ngettext("{count} part", "{count} parts", len(found.parts_m))
    title = _("Parts between which no bus can drive there and back: {count}").format(count=count)
    print_table(title, (_("Part"), _("Length")), parts, right=[0, 1])
    if found.critical is not None:
        _print_critical(found.critical, found, language)


def _print_critical(roads: Sequence[CriticalRoad], found: RoadInfo, language: Language) -> None:
    """Table of critical roads, or that there are none."""
    from bibliobus.cli.console import print_lines, print_table
    from bibliobus.tasks.roads import name_critical

    _ = language.gettext
    names = {place_id: name.render(language) for place_id, name in found.names.items()}
    if not found.seen_from:
        print_lines([_("No settlement joins the roads, so none depends on them.")])
        return
    home = names[found.seen_from]
    if not roads:
        print_lines([_("Seen from {place}, no settlement depends on a single road.").format(place=home)])
        return
    rows = [
        (
            name_critical(road, names) or _("road without a name"),
            language.kilometres(road.length_m),
            ", ".join(names[place] for place in road.cut_off),
        )
        for road in roads
    ]
    title = _("Roads on which settlements depend, seen from {place}").format(place=home)
    print_table(title, (_("Road"), _("Length"), _("Would be cut off")), rows, right=[1])


def _print_lengths(title: str, metres: Mapping[str, int], language: Language) -> None:
    """Table of lengths, the longest first."""
    from bibliobus.cli.console import print_table
    from bibliobus.words.alphabet import alphabet_key

    _ = language.gettext
    rows = [
        (name or _("not tagged"), language.kilometres(length_m))
        for name, length_m in sorted(metres.items(), key=lambda item: (-item[1], alphabet_key(item[0])))
    ]
    print_table(title, (_("Value"), _("Length")), rows, right=[1])
