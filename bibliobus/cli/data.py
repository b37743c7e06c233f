"""``roads`` and ``settlements``: data of an area."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.groups import CommandGroup
from bibliobus.cli.options import changes_option, encoding_option, output_option, shared_options
from bibliobus.cli.speech import SpokenCommand
from bibliobus.findings import FindingKind, Place, Severity, UsageError
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bibliobus.network.study import CriticalRoad
    from bibliobus.tasks.roads import RoadInfo
    from bibliobus.tasks.settlements import ImportedSettlements

ROADS_ABOUT: Final = N_("Import real roads from OpenStreetMap into an area, and describe them.")


def build_roads(language: Language) -> click.Command:
    """Build ``roads`` with its commands."""
    return CommandGroup("roads", ROADS_ABOUT, language)


ROADS_IMPORT_HELP: Final = N_(
    "Import the roads of an OpenStreetMap file into an area; it may be new and needs no scenario."
)
ROADS_IMPORT_FILE: Final = N_("File from OpenStreetMap: .osm.pbf, .osm, .osm.gz or .osm.bz2.")
ROADS_IMPORT_OUTPUT: Final = N_("Area to write into: its folder “roads”, and nothing else.")
WITHIN: Final = N_("Only roads that touch this GeoJSON polygon.")
AROUND: Final = N_("Only roads within so many kilometres of the settlements in a table.")
PLACES: Final = N_("Also write the places of the file as settlements.csv.")


def build_roads_import(language: Language) -> click.Command:
    """Build ``roads import``."""
    _ = language.gettext

    @click.command("import", cls=SpokenCommand, language=language, help=_(ROADS_IMPORT_HELP))
    @click.argument("file", type=click.Path(), help=_(ROADS_IMPORT_FILE))
    @output_option(language, "AREA", ROADS_IMPORT_OUTPUT, required=True)
    @click.option("--within", metavar="FILE", type=click.Path(), help=_(WITHIN))
    @click.option(
        "--around", metavar="SETTLEMENTS KM", nargs=2, type=(click.Path(), click.FloatRange(0.1, 1000)), help=_(AROUND)
    )
    @click.option("--places", is_flag=True, help=_(PLACES))
    @shared_options(language)
    def import_(
        file: str,
        output: str,
        force: bool,
        within: str | None,
        around: tuple[str, float] | None,
        places: bool,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines, show_reading
        from bibliobus.tasks.roads import import_roads

        spoken = Language(lang) if lang else language
        with show_reading(spoken, quiet=as_json) as on_progress:
            imported = import_roads(
                Path(file),
                Path(output),
                within=Path(within) if within else None,
                around=(Path(around[0]), around[1]) if around else None,
                places=places,
                force=force,
                on_progress=on_progress,
            )
        code = 1 if strict and imported.report.warnings else 0
        if as_json:
            findings = [finding_document(finding, spoken) for finding in imported.report.findings]
            document = {"total_m": imported.stats.total_m, "class_m": dict(imported.stats.class_m)}
            print_json(
                {"exit_code": code, "output": output, "places": imported.places, **document, "findings": findings}
            )
            return code
        print_findings(imported.report.findings, spoken)
        length = spoken.kilometres(imported.stats.total_m)
        print_lines(
            [spoken.gettext("{length} of roads were imported into {folder}.").format(length=length, folder=output)]
        )
        if places:
            print_lines(
                [spoken.ngettext("{count} place was written.", "{count} places were written.", imported.places)]
            )
        if imported.needs_scenario:
            _ = spoken.gettext
            lines = [_("Next: look at the roads, and let a scenario be written for the area")]
            print_lines([*lines, f"  bibliobus roads info {output}", f"  bibliobus init {output}"])
        return code

    return import_


ROADS_INFO_HELP: Final = N_(
    "Show what the roads of an area are: kilometres by class and surface, parts, missing tags, date."
)
AREA: Final = N_("Folder of the area; it needs no scenario.")
CRITICAL: Final = N_("List the roads without which settlements are cut off.")
MOST_PARTS: Final = 10


def build_roads_info(language: Language) -> click.Command:
    """Build ``roads info``."""
    _ = language.gettext

    @click.command("info", cls=SpokenCommand, language=language, help=_(ROADS_INFO_HELP))
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
    from bibliobus.words.language import alphabet_key

    _ = language.gettext
    rows = [
        (name or _("not tagged"), language.kilometres(length_m))
        for name, length_m in sorted(metres.items(), key=lambda item: (-item[1], alphabet_key(item[0])))
    ]
    print_table(title, (_("Value"), _("Length")), rows, right=[1])


SETTLEMENTS_ABOUT: Final = N_("Bring settlements into an area, from gazetteers or from a table of any layout.")


def build_settlements(language: Language) -> click.Command:
    """Build ``settlements`` with its commands."""
    return CommandGroup("settlements", SETTLEMENTS_ABOUT, language)


SETTLEMENTS_IMPORT_HELP: Final = N_(
    "Import settlements into an area: GeoNames joined with the codifier KATOTTG, or any table."
)
SETTLEMENTS_IMPORT_FILE: Final = N_("Table or layer with settlements: .csv, .xlsx, .gpkg or .geojson.")
SETTLEMENTS_IMPORT_OUTPUT: Final = N_("Area to write into: its settlements.csv, and nothing else.")
GEONAMES: Final = N_("Country dump of GeoNames, such as UA.zip.")
KATOTTG: Final = N_("Codifier KATOTTG, the workbook of the ministry.")
RAION: Final = N_("Only this raion; may be given several times.")
OBLAST: Final = N_("Only this oblast; may be given several times.")
MAP_COLUMNS: Final = N_("Which column is which, such as name_uk=NAZVA,lat=Y; or “ask”, to be asked once.")
ASK: Final = "ask"

WHICH_SOURCE: Final = FindingKind(
    "which-source",
    Severity.ERROR,
    N_("It is not clear where the settlements come from."),
    N_("Give either a table, or both --geonames and --katottg."),
)


def build_settlements_import(language: Language) -> click.Command:
    """Build ``settlements import``."""
    _ = language.gettext

    @click.command("import", cls=SpokenCommand, language=language, help=_(SETTLEMENTS_IMPORT_HELP))
    @click.argument("file", type=click.Path(), required=False, help=_(SETTLEMENTS_IMPORT_FILE))
    @output_option(language, "AREA", SETTLEMENTS_IMPORT_OUTPUT, required=True)
    @click.option("--geonames", metavar="FILE", type=click.Path(), help=_(GEONAMES))
    @click.option("--katottg", metavar="FILE", type=click.Path(), help=_(KATOTTG))
    @click.option("--raion", "raions", metavar="NAME", multiple=True, help=_(RAION))
    @click.option("--oblast", "oblasts", metavar="NAME", multiple=True, help=_(OBLAST))
    @click.option("--map-columns", "mapping", metavar="PAIRS", default="", help=_(MAP_COLUMNS))
    @encoding_option(language)
    @shared_options(language)
    def import_(
        file: str | None,
        output: str,
        force: bool,
        geonames: str | None,
        katottg: str | None,
        raions: tuple[str, ...],
        oblasts: tuple[str, ...],
        mapping: str,
        encoding: str,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.tasks.settlements import import_gazetteers, import_table

        spoken = Language(lang) if lang else language
        if (file is None) == (geonames is None) or (geonames is None) != (katottg is None):
            raise UsageError(WHICH_SOURCE.at(Place()))
        if geonames is not None and katottg is not None:
            imported = import_gazetteers(
                Path(geonames),
                Path(katottg),
                Path(output),
                raions=raions,
                oblasts=oblasts,
                encoding=encoding,
                force=force,
            )
        else:
            asked = mapping.strip().casefold() == ASK
            imported = import_table(
                Path(file or ""),
                Path(output),
                mapping="" if asked else mapping,
                ask=_build_questions(spoken) if asked else None,
                encoding=encoding,
                force=force,
            )
        code = 1 if strict and imported.report.warnings else 0
        _show(imported, output, spoken, code, as_json=as_json)
        return code

    return import_


def _build_questions(language: Language) -> Callable[[Sequence[str]], dict[str, str]]:
    """Questions, one for each column that settlements have, and the answer as an option for the next time."""

    def ask(headers: Sequence[str]) -> dict[str, str]:
        from bibliobus.inputs.settlements import COLUMNS

        _ = language.gettext
        click.echo(_("Columns of the file: {names}").format(names=", ".join(headers)), err=True)
        click.echo(_("Name the column that is meant; leave it empty if there is none."), err=True)
        mapping = {}
        for column in COLUMNS:
            answer = click.prompt(f"{column.name} ({', '.join(column.synonyms[:2])})", default="", err=True)
            if answer.strip():
                mapping[column.name] = answer.strip()
        option = ",".join(f"{ours}={theirs}" for ours, theirs in mapping.items())
        click.echo(_("The next time: {option}").format(option=f'--map-columns "{option}"'), err=True)
        return mapping

    return ask


def _show(imported: ImportedSettlements, output: str, language: Language, code: int, *, as_json: bool) -> None:
    """Result as a document or as tables for people."""
    from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines, print_table
    from bibliobus.inputs.gazetteers.geonames import GEONAMES_ATTRIBUTION

    _ = language.gettext
    count = len(imported.settlements)
    if as_json:
        findings = [finding_document(finding, language) for finding in imported.report.findings]
        document = {"settlements": count, "matches": dict(imported.matches), "missing": imported.missing}
        print_json({"exit_code": code, "output": output, **document, "findings": findings})
        return
    print_findings(imported.report.findings, language, brief=True)
    written = language.ngettext("{count} settlement was written.", "{count} settlements were written.", count)
    print_lines([written])
    if imported.matches:
        from bibliobus.tasks.settlements import MATCH_WORDS

        rows = [(_(MATCH_WORDS[match]), language.number(number)) for match, number in imported.matches.items()]
        rows.append((_("without a position in GeoNames"), language.number(imported.missing)))
        print_table(_("How code and position were brought together"), (_("Match"), _("Settlements")), rows, right=[1])
        print_lines(
            [
                _("The licence asks that the source be named; every paper names it: {source}.").format(
                    source=GEONAMES_ATTRIBUTION
                )
            ]
        )
