"""``bibliobus roads import``: roads from an OpenStreetMap file into an area."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from bibliobus.cli.options import output_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

HELP: Final = N_("Import the roads of an OpenStreetMap file into an area; it may be new and needs no scenario.")
FILE: Final = N_("File from OpenStreetMap: .osm.pbf, .osm, .osm.gz or .osm.bz2.")
OUTPUT: Final = N_("Area to write into: its folder “roads”, and nothing else.")
WITHIN: Final = N_("Only roads that touch this GeoJSON polygon.")
AROUND: Final = N_("Only roads within so many kilometres of the settlements in a table.")
PLACES: Final = N_("Also write the places of the file as settlements.csv.")


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
        ``roads import``.
    """
    _ = language.gettext

    @click.command("import", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("file", type=click.Path(), help=_(FILE))
    @output_option(language, "AREA", OUTPUT, required=True)
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
