"""``bibliobus settlements import``: settlements from gazetteers or a table into an area."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.options import encoding_option, output_option, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.findings import FindingKind, Place, Severity, UsageError
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bibliobus.tasks.settlements import ImportedSettlements

HELP: Final = N_("Import settlements into an area: GeoNames joined with the codifier KATOTTG, or any table.")
FILE: Final = N_("Table or layer with settlements: .csv, .xlsx, .gpkg or .geojson.")
OUTPUT: Final = N_("Area to write into: its settlements.csv, and nothing else.")
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
        ``settlements import``.
    """
    _ = language.gettext

    @click.command("import", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("file", type=click.Path(), required=False, help=_(FILE))
    @output_option(language, "AREA", OUTPUT, required=True)
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
