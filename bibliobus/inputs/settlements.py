"""Settlements: the table of an area read and written, and tables and layers of any other layout."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.places import Settlement
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.bounds import limits_of
from bibliobus.inputs.tables.cells import (
    WindowError,
    clean_category,
    clean_id,
    clean_name,
    find_unknown,
    format_windows,
    parse_whole,
    parse_windows,
    show_name,
    show_value,
    split_list,
)
from bibliobus.inputs.tables.ids import check_positions, check_unique, read_degrees, read_id
from bibliobus.inputs.tables.rows import RowCells, TableColumn, match_columns, read_within, require_text
from bibliobus.inputs.tables.table import TableRow, read_table
from bibliobus.words.language import MINUTE_S, N_, NN_
from bibliobus.words.text import Count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shapely.geometry.base import BaseGeometry

    from bibliobus.domain.calendar import WeeklyWindow
    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.tables.layers import FeatureTable
    from bibliobus.inputs.tables.table import TextTable

COLUMNS: Final = (
    TableColumn("settlement_id", ("код КАТОТТГ", "КАТОТТГ", "katottg", "код", "id"), required=True),
    TableColumn("name_uk", ("назва", "населений пункт", "назва населеного пункту", "name"), required=True),
    TableColumn("name_latin", ("назва латиницею", "латиницею", "name_en")),
    TableColumn("category", ("категорія", "тип")),
    TableColumn("raion", ("район",)),
    TableColumn("hromada", ("громада", "територіальна громада", "ТГ")),
    TableColumn("lat", ("широта", "latitude"), required=True),
    TableColumn("lon", ("довгота", "longitude", "lng"), required=True),
    TableColumn("population", ("населення", "кількість населення", "кількість жителів", "мешканців")),
    TableColumn("rhythm_weeks", ("періодичність", "періодичність, тижнів")),
    TableColumn("dwell_min", ("тривалість стоянки", "тривалість стоянки, хв", "стоянка, хв")),
    TableColumn("windows", ("часові вікна", "вікна", "години")),
    TableColumn("needs", ("потреби", "вимоги до бібліобуса")),
    TableColumn("note", ("примітка", "примітки", "коментар"), free_text=True),
    TableColumn("match", ("збіг", "як зіставлено")),
)
CATEGORIES: Final = "OKPHMTCXB"

NO_SETTLEMENTS: Final = FindingKind(
    "no-settlements",
    Severity.ERROR,
    N_("The area has no settlements."),
    N_("Put a table settlements.csv or settlements.xlsx into the area, with a row for each settlement."),
)
UNKNOWN_CATEGORY: Final = FindingKind(
    "unknown-category",
    Severity.WARNING,
    N_("The category “{value}” is not one of the codifier: {known}."),
    N_("M is a city, X a settlement, C a village; leave the cell empty if you do not know."),
)
SAME_NAME: Final = FindingKind(
    "same-name",
    Severity.NOTE,
    N_("{settlements} are called {name}; their ids tell them apart."),
    N_("Nothing to do, unless one of them is listed twice."),
)
SETTLEMENTS: Final = NN_("{count} settlement", "{count} settlements")


@dataclass(frozen=True)
class SettlementTable:
    """Settlements with the rows they stand in; without a file there are none."""

    file: str = ""
    by_row: Mapping[int, Settlement] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    headers: Mapping[str, str] = field(default_factory=dict)

    def place(self, row: int, column: str) -> Place:
        """Say where a cell is."""
        return Place(self.file, row, self.headers.get(column, column))


def read_settlements(file: InputFile) -> tuple[SettlementTable, list[Finding]]:
    """
    Read the settlements of an area.

    Parameters
    ----------
    file
        ``settlements.csv`` or ``settlements.xlsx``.

    Returns
    -------
    settlements : SettlementTable
        Settlements that could be read; empty if the file cannot be.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    table, findings = read_table(file)
    if table is None:
        return SettlementTable(file.name), findings
    settlements, more = read_settlement_rows(table)
    return settlements, findings + more


def read_settlement_rows(table: TextTable) -> tuple[SettlementTable, list[Finding]]:
    """Read settlements from the rows of a table; none if needed columns are missing."""
    file = table.file
    rows, findings = match_columns(table, COLUMNS)
    if rows is None:
        return SettlementTable(file), findings
    if not rows:
        return SettlementTable(file), [*findings, NO_SETTLEMENTS.at(Place(file))]
    settlements = {row.row: found for row in rows if (found := _read_settlement(row, findings)) is not None}
    findings += check_unique(rows, "settlement_id")
    findings += check_positions({row.row: row for row in rows if row.row in settlements}, settlements)
    findings += _check_names(settlements, file)
    ids = frozenset(clean_id(row.text("settlement_id")) for row in rows)
    broken = {finding.place.row for finding in findings if finding.severity is Severity.ERROR}
    sound = {number: settlement for number, settlement in settlements.items() if number not in broken}
    return SettlementTable(file, sound, ids, rows[0].headers), findings


def _read_settlement(row: RowCells, findings: list[Finding]) -> Settlement | None:
    """Settlement of one row; None if it lacks what every settlement has."""
    settlement_id = read_id(row, "settlement_id", findings)
    name_uk = clean_name(require_text(row, "name_uk", findings))
    lat = read_degrees(row, "lat", findings, required=True)
    lon = read_degrees(row, "lon", findings, required=True)
    category = _read_category(row, findings)
    population = read_within(row, "population", parse_whole, limits_of("settlements.csv: population"), findings)
    rhythm_weeks = read_within(row, "rhythm_weeks", parse_whole, limits_of("settlements.csv: rhythm_weeks"), findings)
    dwell_min = read_within(row, "dwell_min", parse_whole, limits_of("settlements.csv: dwell_min"), findings)
    windows = _read_windows(row, findings)
    if not settlement_id or not name_uk or lat is None or lon is None:
        return None
    return Settlement(
        settlement_id=settlement_id,
        name_uk=name_uk,
        name_latin=clean_name(row.text("name_latin")),
        category=category,
        raion=clean_name(row.text("raion")),
        hromada=clean_name(row.text("hromada")),
        lat=lat,
        lon=lon,
        population=population,
        rhythm_weeks=rhythm_weeks,
        dwell_s=None if dwell_min is None else dwell_min * MINUTE_S,
        windows=windows,
        needs=split_list(row.text("needs")),
        note=row.text("note"),
        match=row.text("match"),
    )


def _read_category(row: RowCells, findings: list[Finding]) -> str:
    """Letter of the codifier; one that it does not have is kept, with a finding."""
    category = clean_category(row.text("category"))
    if category and category not in tuple(CATEGORIES):
        place = row.place("category")
        findings.append(UNKNOWN_CATEGORY.at(place, value=show_value(row.text("category")), known=", ".join(CATEGORIES)))
    return category


def _read_windows(row: RowCells, findings: list[Finding]) -> tuple[WeeklyWindow, ...]:
    """Windows of the row; none if they cannot be read."""
    try:
        return parse_windows(row.text("windows"))
    except WindowError as error:
        findings.append(error.kind.at(row.place("windows"), value=show_value(error.part)))
        return ()


def _check_names(settlements: Mapping[int, Settlement], file: str) -> list[Finding]:
    """Note for every name that several settlements share."""
    alike: dict[str, list[Settlement]] = {}
    for settlement in settlements.values():
        alike.setdefault(settlement.name_uk, []).append(settlement)
    return [
        SAME_NAME.at(Place(file), settlements=Count(*SETTLEMENTS, len(homonyms)), name=show_name(homonyms[0]))
        for homonyms in alike.values()
        if len(homonyms) > 1
    ]


FORMULA_SIGNS: Final = ("=", "+", "-", "@")


def format_settlements(settlements: Iterable[Settlement]) -> bytes:
    """
    Format settlements as CSV in their order: UTF-8 with BOM, commas, LF; unknown values are empty.

    A text that a spreadsheet could take for a formula stands behind an apostrophe. Column ``match`` is there if some
    settlement has it.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    rows = list(settlements)
    matched = any(settlement.match for settlement in rows)
    names = [column.name for column in COLUMNS if matched or column.name != "match"]
    writer.writerow(names)
    for settlement in rows:
        cells = _list_cells(settlement)
        writer.writerow([cells[name] for name in names])
    return stream.getvalue().encode("utf-8-sig")


def _list_cells(settlement: Settlement) -> dict[str, str]:
    """Cells of a settlement by column."""
    texts = {
        "settlement_id": settlement.settlement_id,
        "name_uk": settlement.name_uk,
        "name_latin": settlement.name_latin,
        "category": settlement.category,
        "raion": settlement.raion,
        "hromada": settlement.hromada,
        "windows": format_windows(settlement.windows),
        "needs": ";".join(settlement.needs),
        "note": settlement.note,
        "match": settlement.match,
    }
    numbers = {
        "lat": f"{settlement.lat:.6f}".rstrip("0").rstrip("."),
        "lon": f"{settlement.lon:.6f}".rstrip("0").rstrip("."),
        "population": "" if settlement.population is None else str(settlement.population),
        "rhythm_weeks": "" if settlement.rhythm_weeks is None else str(settlement.rhythm_weeks),
        "dwell_min": "" if settlement.dwell_s is None else str(settlement.dwell_s // MINUTE_S),
    }
    guarded = {name: f"'{text}" if text.startswith(FORMULA_SIGNS) else text for name, text in texts.items()}
    return guarded | numbers


MAPPING_UNREADABLE: Final = FindingKind(
    "mapping-unreadable",
    Severity.ERROR,
    N_("“{value}” does not say which column is meant."),
    N_("Write the pairs with commas between them, such as: name_uk=NAZVA,population=LUDEI."),
)
MAPPED_COLUMN_UNKNOWN: Final = FindingKind(
    "mapped-column-unknown",
    Severity.ERROR,
    N_("Settlements have no column “{value}”."),
    N_("Known columns: {known}."),
)
MAPPED_HEADER_MISSING: Final = FindingKind(
    "mapped-header-missing",
    Severity.ERROR,
    N_("The file has no column “{value}”."),
    N_("Its columns: {known}."),
)


def parse_mapping(text: str) -> tuple[dict[str, str], list[Finding]]:
    """Parse a mapping of columns."""
    mapping: dict[str, str] = {}
    findings: list[Finding] = []
    known = [column.name for column in COLUMNS]
    for part in text.split(","):
        ours, sign, theirs = (word.strip() for word in part.partition("="))
        if not (ours and sign and theirs):
            findings.append(MAPPING_UNREADABLE.at(Place(), value=show_value(part.strip())))
        elif ours not in known:
            findings.append(find_unknown(MAPPED_COLUMN_UNKNOWN, Place(), ours, known))
        else:
            mapping[ours] = theirs
    return mapping, findings


def read_any_table(file: InputFile) -> tuple[TextTable | None, list[Finding]]:
    """
    Read a table, or the points of a layer as one; None if the file cannot be read.

    A layer's geometries stand in two further columns ``lat`` and ``lon``, unless it has columns of these names.
    """
    name = file.name.casefold()
    if name.endswith((".csv", ".txt", ".tsv", ".xlsx")):
        return read_table(replace(file, name=name) if name.endswith(".xlsx") else file)
    from bibliobus.inputs.tables.layers import read_geojson, read_layer

    layer, findings = read_layer(file) if name.endswith(".gpkg") else read_geojson(file)
    return None if layer is None else _add_positions(layer), findings


def rename_columns(table: TextTable, mapping: Mapping[str, str]) -> tuple[TextTable, list[Finding]]:
    """
    Rename the columns of a table; those that have one of our names but are not meant are left out.

    ``mapping``: Column of the table by our column; a finding for each that the table does not have.
    """
    headers = [header.strip() for header in table.header.cells]
    findings = [
        find_unknown(MAPPED_HEADER_MISSING, Place(table.file, table.header.row), theirs, headers)
        for theirs in mapping.values()
        if theirs not in headers
    ]
    ours = {theirs: name for name, theirs in mapping.items()}
    keep = [at for at, header in enumerate(headers) if header in ours or header not in mapping]
    header = TableRow(table.header.row, tuple(ours.get(headers[at], headers[at]) for at in keep))
    rows = tuple(TableRow(row.row, tuple(row.cells[at] for at in keep)) for row in table.rows)
    return replace(table, header=header, rows=rows), findings


def _add_positions(layer: FeatureTable) -> TextTable:
    """Table of a layer with the position of each geometry."""
    table = layer.table
    names = {header.casefold() for header in table.header.cells}
    if not layer.geometries or {"lat", "lon"} <= names:
        return table
    header = TableRow(table.header.row, (*table.header.cells, "lat", "lon"))
    rows = tuple(TableRow(row.row, (*row.cells, *_position(layer.geometries.get(row.row)))) for row in table.rows)
    return replace(table, header=header, rows=rows)


def _position(geometry: BaseGeometry | None) -> tuple[str, str]:
    """Latitude and longitude of a point, or of a point inside an area; empty without a geometry."""
    if geometry is None:
        return "", ""
    point = geometry.representative_point()
    return f"{point.y:.6f}", f"{point.x:.6f}"
