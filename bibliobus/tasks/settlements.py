"""Import settlements into an area: gazetteers joined by code and name, or a table of any layout."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.domain.places import Settlement
from bibliobus.findings import Finding, FindingKind, FindingReport, InputError, Place, Severity
from bibliobus.inputs.area import refuse_plan
from bibliobus.inputs.files import SETTLEMENTS_CSV, read_file
from bibliobus.inputs.gazetteers.geonames import read_geonames
from bibliobus.inputs.gazetteers.join import Match, join_gazetteers
from bibliobus.inputs.gazetteers.katottg import choose_region, read_katottg, transliterate
from bibliobus.inputs.settlements import (
    format_settlements,
    parse_mapping,
    read_any_table,
    read_settlement_rows,
    rename_columns,
)
from bibliobus.tasks.folders import check_output, write_file
from bibliobus.words.language import N_
from bibliobus.words.text import Name, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.gazetteers.join import Join, Joined
    from bibliobus.inputs.gazetteers.katottg import CodedPlace

GEONAMES_LIMIT_MB: Final = 200
KATOTTG_LIMIT_MB: Final = 50
TABLE_LIMIT_MB: Final = 100

MATCH_WORDS: Final = {
    str(Match.NAME): N_("the same name, the only one in its raion"),
    str(Match.LATIN): N_("the same name in Latin letters, the only one in its raion"),
    str(Match.FAR): N_("far from the rest of its hromada"),
    str(Match.FORMER): N_("perhaps a former name of another place"),
    str(Match.HOMONYM): N_("several of this name in the raion"),
    str(Match.SIMILAR): N_("the name is only similar"),
}
"""What each way of joining means."""

JOIN_UNCERTAIN: Final = FindingKind(
    "join-uncertain",
    Severity.WARNING,
    N_("{name}, hromada {hromada}: joined with “{point}” of GeoNames, but not surely ({match})."),
    N_("Look it up on a map, correct latitude and longitude where needed, and empty its cell in column “match”."),
)
NO_POSITION_FOUND: Final = FindingKind(
    "position-not-found",
    Severity.NOTE,
    N_("{name}, hromada {hromada}: GeoNames has no place that it could be; it is not in the table."),
    N_("Add a row by hand with its code {code}, if people live there."),
)
NOTHING_JOINED: Final = FindingKind(
    "nothing-joined",
    Severity.ERROR,
    N_("Not one settlement of the codifier was found in GeoNames."),
    N_("Check that both files are of Ukraine, and the name of the raion or oblast."),
)


@dataclass(frozen=True)
class ImportedSettlements:
    """
    What an import of settlements gave.

    ``matches``: How many settlements by way of joining; empty for a table.
    ``missing``: Settlements of the codifier without a position.
    """

    settlements: tuple[Settlement, ...]
    matches: Mapping[str, int]
    missing: int
    report: FindingReport


def import_gazetteers(
    geonames: Path,
    katottg: Path,
    area: Path,
    *,
    raions: Sequence[str] = (),
    oblasts: Sequence[str] = (),
    encoding: str = "",
    force: bool = False,
) -> ImportedSettlements:
    """
    Import settlements from GeoNames and the codifier KATOTTG; uncertain joins are marked in ``match`` and listed.

    ``area``: Folder, which may be new; only settlements.csv in it is written, and replaced with `force`.
    ``raions``: Names of the raions that are wanted; none means all.
    ``encoding``: Python's name of that of a codifier that is a text but not UTF-8; empty means by its text.
    """
    if (refused := refuse_plan(area)) is not None:
        raise InputError(refused)
    target = area / SETTLEMENTS_CSV
    check_output(target, force=force)
    findings: list[Finding] = []
    files = [_open(geonames, GEONAMES_LIMIT_MB, findings), _open(katottg, KATOTTG_LIMIT_MB, findings, encoding)]
    if files[0] is None or files[1] is None:
        raise InputError(*findings)
    points, more = read_geonames(files[0])
    coded, others = read_katottg(files[1])
    chosen, unknown = choose_region(coded, raions, oblasts) if coded else ((), [])
    findings += [*more, *others, *unknown]
    if FindingReport(tuple(findings)).errors:
        raise InputError(*findings)
    joined = join_gazetteers(chosen, points)
    if not joined.joins:
        raise InputError(NOTHING_JOINED.at(Place(files[0].name)))
    settlements = tuple(_name_settlement(join) for join in joined.joins)
    write_file(target, format_settlements(settlements), force=force)
    matches = Counter(str(join.match) for join in joined.joins)
    report = FindingReport.of([*findings, *_list_doubts(joined)])
    return ImportedSettlements(settlements, dict(sorted(matches.items())), len(joined.missing), report)


def import_table(
    source: Path,
    area: Path,
    *,
    mapping: str = "",
    ask: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
    encoding: str = "",
    force: bool = False,
) -> ImportedSettlements:
    """
    Import settlements from a table or layer of any layout.

    ``source``: CSV, XLSX, GeoPackage or GeoJSON; points of a layer become latitude and longitude.
    ``area``: Folder, which may be new; only settlements.csv in it is written, and replaced with `force`.
    ``mapping``: Which column is which, such as ``name_uk=NAZVA,population=LUDEI``; known names need not be mentioned.
    ``ask``: Called with the names of the file's columns if there is no mapping yet; None means nobody is asked.
    ``encoding``: Python's name of that of a table that is not UTF-8; empty means by its text.
    """
    if (refused := refuse_plan(area)) is not None:
        raise InputError(refused)
    target = area / SETTLEMENTS_CSV
    check_output(target, force=force)
    findings: list[Finding] = []
    columns, more = parse_mapping(mapping) if mapping else ({}, [])
    findings += more
    file = _open(source, TABLE_LIMIT_MB, findings, encoding)
    if file is None:
        raise InputError(*findings)
    table, more = read_any_table(file)
    findings += more
    if table is None or FindingReport(tuple(findings)).errors:
        raise InputError(*findings)
    if not columns and ask is not None:
        columns = dict(ask(table.header.cells))
    table, more = rename_columns(table, columns)
    findings += more
    if FindingReport(tuple(findings)).errors:
        raise InputError(*findings)
    read, more = read_settlement_rows(table)
    findings += more
    if FindingReport(tuple(findings)).errors:
        raise InputError(*findings)
    settlements = tuple(sorted(read.by_row.values(), key=lambda settlement: settlement.settlement_id))
    write_file(target, format_settlements(settlements), force=force)
    return ImportedSettlements(settlements, {}, 0, FindingReport.of(findings))


def _open(path: Path, limit_mb: int, findings: list[Finding], encoding: str = "") -> InputFile | None:
    """File read into memory; None, with a finding, if it cannot be."""
    got = read_file(path, path.name, limit_mb, encoding=encoding)
    if isinstance(got, Finding):
        findings.append(got)
        return None
    return got


def _name_settlement(join: Join) -> Settlement:
    """Settlement of a join."""
    coded, point = join.coded, join.point
    return Settlement(
        settlement_id=coded.code,
        name_uk=coded.name,
        name_latin=point.name,
        category=coded.category,
        raion=coded.raion,
        hromada=coded.hromada,
        lat=point.lat,
        lon=point.lon,
        population=point.population,
        note=f"GeoNames {point.geoname_id}",
        match=str(join.match),
    )


def _list_doubts(joined: Joined) -> list[Finding]:
    """Findings for uncertain joins and for settlements without a position."""
    doubts = [
        JOIN_UNCERTAIN.at(
            Place(SETTLEMENTS_CSV),
            name=_name(join.coded),
            hromada=join.coded.hromada,
            point=join.point.name,
            match=Text(MATCH_WORDS[str(join.match)]),
        )
        for join in joined.joins
        if not join.match.certain
    ]
    lost = [
        NO_POSITION_FOUND.at(Place(SETTLEMENTS_CSV), name=_name(place), hromada=place.hromada, code=place.code)
        for place in joined.missing
    ]
    return doubts + lost


def _name(place: CodedPlace) -> Name:
    """Name of a settlement of the codifier in both alphabets."""
    return Name(place.name, transliterate(place.name))
