"""Settlements from tables and layers of any layout: columns renamed by a mapping, points as latitude and longitude."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.cells import show_value
from bibliobus.inputs.settlements import COLUMNS
from bibliobus.inputs.suggestions import find_unknown
from bibliobus.inputs.table_file import TableRow, read_table
from bibliobus.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.geopackage import Layer
    from bibliobus.inputs.table_file import Table

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
    """
    Parse a mapping of columns.

    Parameters
    ----------
    text
        Such as ``name_uk=NAZVA,population=LUDEI``: our column, then that of the file.

    Returns
    -------
    mapping : dict of str to str
        Column of the file by our column.
    findings : list of Finding
        One for each part that cannot be understood.
    """
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


def read_any_table(file: InputFile) -> tuple[Table | None, list[Finding]]:
    """
    Read a table, or the points of a layer as one.

    Parameters
    ----------
    file
        CSV, XLSX, GeoPackage or GeoJSON, told apart by its name.

    Returns
    -------
    table : Table or None
        The table; a layer's geometries stand in two further columns ``lat`` and ``lon``, unless it has columns of these
        names. None if the file cannot be read.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    name = file.name.casefold()
    if name.endswith((".csv", ".txt", ".tsv", ".xlsx")):
        return read_table(replace(file, name=name) if name.endswith(".xlsx") else file)
    from bibliobus.inputs.geojson import read_geojson
    from bibliobus.inputs.geopackage import read_layer

    layer, findings = read_layer(file) if name.endswith(".gpkg") else read_geojson(file)
    return None if layer is None else _add_positions(layer), findings


def rename_columns(table: Table, mapping: Mapping[str, str]) -> tuple[Table, list[Finding]]:
    """
    Rename the columns of a table.

    Parameters
    ----------
    table
        The table.
    mapping
        Column of the table by our column. A column that has one of our names but is not meant is left out.

    Returns
    -------
    table : Table
        With our names in the header.
    findings : list of Finding
        One for each column of the mapping that the table does not have.
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


def _add_positions(layer: Layer) -> Table:
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
