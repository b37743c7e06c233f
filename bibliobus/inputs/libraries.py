"""Libraries from ``libraries.csv``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.places import Library
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.tables.cells import clean_id, clean_name
from bibliobus.inputs.tables.ids import check_unique, read_degrees, read_id
from bibliobus.inputs.tables.rows import RowCells, TableColumn, match_columns, require_text
from bibliobus.inputs.tables.table import read_table
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from bibliobus.inputs.files import InputFile

LIBRARY_COLUMNS: Final = (
    TableColumn("library_id", ("код бібліотеки", "id", "код"), required=True),
    TableColumn("name", ("назва", "бібліотека", "назва бібліотеки"), required=True),
    TableColumn("settlement_id", ("код КАТОТТГ", "КАТОТТГ", "katottg", "код населеного пункту")),
    TableColumn("lat", ("широта", "latitude")),
    TableColumn("lon", ("довгота", "longitude", "lng")),
    TableColumn("source", ("джерело",), free_text=True),
)

NO_LIBRARIES: Final = FindingKind(
    "no-libraries",
    Severity.WARNING,
    N_("No library is listed, so nobody counts as living near one."),
    N_("Put a table libraries.csv into the area, with a row for each library that is open."),
)
NO_POSITION: Final = FindingKind(
    "no-position",
    Severity.ERROR,
    N_("It is not said where this is."),
    N_("Give a settlement_id, or both lat and lon."),
)


def read_libraries(file: InputFile) -> tuple[dict[int, Library], list[Finding]]:
    """
    Read the libraries of an area.

    Parameters
    ----------
    file
        ``libraries.csv``.

    Returns
    -------
    libraries : dict of Library
        Libraries that could be read, by row.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    table, findings = read_table(file)
    if table is None:
        return {}, findings
    rows, more = match_columns(table, LIBRARY_COLUMNS)
    findings += more
    if rows is None:
        return {}, findings
    if not rows:
        return {}, [*findings, NO_LIBRARIES.at(Place(file.name))]
    findings += check_unique(rows, "library_id")
    return {row.row: found for row in rows if (found := _read_library(row, findings)) is not None}, findings


def _read_library(row: RowCells, findings: list[Finding]) -> Library | None:
    """Library of one row; None if it lacks what every library has."""
    library_id = read_id(row, "library_id", findings)
    name = clean_name(require_text(row, "name", findings))
    settlement_id = clean_id(row.text("settlement_id"))
    lat = read_degrees(row, "lat", findings, required=False)
    lon = read_degrees(row, "lon", findings, required=False)
    halves = [column for column in ("lat", "lon") if row.text(column)]
    if len(halves) == 1 or not (halves or settlement_id):
        findings.append(NO_POSITION.at(row.place("settlement_id")))
        return None
    if not library_id or not name:
        return None
    return Library(library_id, name, settlement_id, lat, lon, row.text("source"))
