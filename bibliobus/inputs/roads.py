"""Roads of an area: the one place where their sources come together, and the road table, as CSV or GeoPackage."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import NoRoads, RoadFile, RoadRow, Roads, RoadTable
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.bounds import limits_of
from bibliobus.inputs.checks import check_road_ends
from bibliobus.inputs.files import ROADS_CSV, ROADS_GPKG, ROADS_OSM
from bibliobus.inputs.tables.cells import clean_name, find_unknown, parse_number, parse_yes_no, show_value
from bibliobus.inputs.tables.ids import measure_line, read_id
from bibliobus.inputs.tables.layers import read_layer
from bibliobus.inputs.tables.rows import (
    CELL_EMPTY,
    OUT_OF_RANGE,
    RowCells,
    TableColumn,
    match_columns,
    read_cell,
    read_within,
    require_text,
)
from bibliobus.inputs.tables.table import read_table
from bibliobus.words.language import KM_M, N_
from bibliobus.words.text import Number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.settlements import SettlementTable
    from bibliobus.inputs.tables.table import TextTable

COLUMNS: Final = (
    TableColumn("from_id", ("звідки", "від", "from"), required=True),
    TableColumn("to_id", ("куди", "до", "to"), required=True),
    TableColumn("length_km", ("довжина, км", "довжина", "length"), required=True),
    TableColumn("road_class", ("клас дороги", "клас", "highway"), required=True),
    TableColumn("surface", ("покриття",)),
    TableColumn("speed_kmh", ("швидкість, км/год", "швидкість")),
    TableColumn("max_weight_t", ("найбільша вага, т", "вага, т", "maxweight")),
    TableColumn("max_height_m", ("найбільша висота, м", "висота, м", "maxheight")),
    TableColumn("oneway", ("односторонній рух", "одностороння")),
    TableColumn("name", ("назва", "номер дороги", "номер", "ref"), free_text=True),
    TableColumn("source", ("джерело",), free_text=True),
)
ESTIMATE_WORDS: Final = ("estimate", "оцінка")

ROADS_EMPTY: Final = FindingKind(
    "roads-empty",
    Severity.ERROR,
    N_("The road table has no rows, so no place could be reached."),
    N_("Add the roads, or delete the file: then distances are estimated."),
)
UNKNOWN_ROAD_CLASS: Final = FindingKind(
    "unknown-road-class",
    Severity.ERROR,
    N_("“{value}” is not a known road class."),
    N_("Known classes: {known}."),
)
UNKNOWN_SURFACE: Final = FindingKind(
    "unknown-surface",
    Severity.WARNING,
    N_("“{value}” is not a known surface; the speed of the road class is used."),
    N_("Known surfaces: {known}."),
)
NOT_YES_NO: Final = FindingKind(
    "not-yes-or-no",
    Severity.ERROR,
    N_("“{value}” is neither yes nor no."),
    N_("Write yes if the road may be driven only from from_id to to_id; else no, or leave the cell empty."),
)
ROAD_TO_ITSELF: Final = FindingKind(
    "road-to-itself",
    Severity.ERROR,
    N_("The road begins and ends at “{value}”."),
    N_("Put the other end, or delete the row."),
)
LENGTH_UNREADABLE: Final = FindingKind(
    "length-unreadable",
    Severity.ERROR,
    N_("“{value}” is not a length."),
    N_("Write kilometres, such as 7.5, without the unit."),
)


@cache
def list_road_values(kind: str) -> tuple[str, ...]:
    """Classes or surfaces that have a speed in the packaged table, in its order."""
    text = (resources.files("bibliobus.tables") / "road_profile.csv").read_text(encoding="utf-8-sig")
    return tuple(row["value"] for row in csv.DictReader(text.splitlines()) if row["kind"] == kind)


def read_road_rows(
    table: TextTable, shapes: Mapping[int, tuple[tuple[float, float], ...]]
) -> tuple[dict[int, RoadRow], list[Finding]]:
    """Read the roads of a table; where no length is given, it is measured along the line (lat, lon) of the row."""
    drawn = bool(shapes)
    columns = [
        replace(column, required=False) if drawn and column.name == "length_km" else column for column in COLUMNS
    ]
    rows, findings = match_columns(table, columns)
    if rows is None:
        return {}, findings
    if not rows:
        return {}, [*findings, ROADS_EMPTY.at(Place(table.file))]
    found = ((row.row, _read_road(row, shapes.get(row.row, ()), findings)) for row in rows)
    return {number: road for number, road in found if road is not None}, findings


def is_estimate(road: RoadRow) -> bool:
    """Tell whether a road is itself an estimate: its source says so in the first word."""
    return road.source.casefold().startswith(ESTIMATE_WORDS)


def _read_road(row: RowCells, shape: tuple[tuple[float, float], ...], findings: list[Finding]) -> RoadRow | None:
    """Road of one row; None if it cannot be driven."""
    from_id, to_id = read_id(row, "from_id", findings), read_id(row, "to_id", findings)
    if from_id and from_id == to_id:
        findings.append(ROAD_TO_ITSELF.at(row.place("to_id"), value=show_value(to_id)))
    length_km = _read_length(row, shape, findings)
    road_class = _read_class(row, findings)
    surface = _read_surface(row, findings)
    speed_kmh = read_within(row, "speed_kmh", parse_number, limits_of("roads.csv: speed_kmh"), findings)
    max_weight_t = read_within(row, "max_weight_t", parse_number, limits_of("roads.csv: max_weight_t"), findings)
    max_height_m = read_within(row, "max_height_m", parse_number, limits_of("roads.csv: max_height_m"), findings)
    oneway = bool(read_cell(row, "oneway", parse_yes_no, NOT_YES_NO, findings))
    if not from_id or not to_id or length_km is None or not road_class:
        return None
    return RoadRow(
        from_id=from_id,
        to_id=to_id,
        length_m=max(1, round(length_km * KM_M)),
        road_class=road_class,
        surface=surface,
        speed_kmh=speed_kmh,
        max_weight_t=max_weight_t,
        max_height_m=max_height_m,
        oneway=oneway,
        name=clean_name(row.text("name")),
        source=row.text("source"),
        shape=shape,
    )


def _read_length(row: RowCells, shape: tuple[tuple[float, float], ...], findings: list[Finding]) -> float | None:
    """Length in kilometres: as given, or that of the drawn line."""
    if not row.text("length_km"):
        if shape:
            return measure_line(shape) / KM_M
        findings.append(CELL_EMPTY.at(row.place("length_km")))
        return None
    length_km = read_cell(row, "length_km", parse_number, LENGTH_UNREADABLE, findings)
    least_km, most_km = limits_of("roads.csv: length_km")
    if length_km is not None and not least_km <= length_km <= most_km:
        shown = show_value(row.text("length_km"))
        limits = {"minimum": Number(least_km), "maximum": Number(most_km)}
        findings.append(OUT_OF_RANGE.at(row.place("length_km"), value=shown, **limits))
        return None
    return length_km


def _read_class(row: RowCells, findings: list[Finding]) -> str:
    """Road class; empty if there is none or it is unknown."""
    road_class = require_text(row, "road_class", findings).casefold()
    known = list_road_values("road_class")
    if not road_class or road_class in known:
        return road_class
    findings.append(find_unknown(UNKNOWN_ROAD_CLASS, row.place("road_class"), road_class, known))
    return ""


def _read_surface(row: RowCells, findings: list[Finding]) -> str:
    """Surface; empty if there is none or it is unknown."""
    surface = row.text("surface").casefold()
    known = list_road_values("surface")
    if not surface or surface in known:
        return surface
    findings.append(find_unknown(UNKNOWN_SURFACE, row.place("surface"), surface, known))
    return ""


NOT_A_LINE: Final = FindingKind(
    "not-a-line",
    Severity.ERROR,
    N_("The geometry of the road is not a single line: {found}."),
    N_("Draw each road as one line from its start to its end, within latitude 90 and longitude 180."),
)


@dataclass(frozen=True)
class DrawnTable:
    """A table whose rows may have a line of points (lat, lon), WGS 84."""

    table: TextTable
    shapes: Mapping[int, tuple[tuple[float, float], ...]] = field(default_factory=dict)


def read_geopackage(file: InputFile) -> tuple[DrawnTable | None, list[Finding]]:
    """Read the first layer of a GeoPackage, rows numbered by their feature ids; None if the file cannot be read."""
    layer, findings = read_layer(file)
    if layer is None:
        return None, findings
    shapes = {}
    for fid, geometry in layer.geometries.items():
        points = _read_line(geometry)
        if points:
            shapes[fid] = points
        else:
            findings.append(NOT_A_LINE.at(Place(file.name, fid, "geom"), found=geometry.geom_type))
    return DrawnTable(layer.table, shapes), findings


def _read_line(geometry: BaseGeometry) -> tuple[tuple[float, float], ...]:
    """Points of a line or of the one line that several parts make up; empty if there is none on Earth."""
    import shapely

    line = shapely.line_merge(geometry) if geometry.geom_type == "MultiLineString" else geometry
    if line.geom_type != "LineString":
        return ()
    points = tuple((float(lat), float(lon)) for lon, lat in line.coords)
    return points if all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in points) else ()


ROADS_CACHE: Final = "roads.cache"
"""Made from the roads, beside them; may be deleted at any time."""

NO_ROADS: Final = FindingKind(
    "no-roads",
    Severity.WARNING,
    N_("The area has no roads; distances and times are estimates from positions."),
    N_("Put a road table roads.csv or roads.gpkg into the area, or run “bibliobus roads import”."),
)
TWO_ROAD_SOURCES: Final = FindingKind(
    "two-road-sources",
    Severity.ERROR,
    N_("The area has both {first} and {second}, and it is not clear which one holds."),
    N_("Keep one of them in the folder."),
)


def read_roads(
    folder: Path, files: Mapping[str, InputFile], present: Sequence[str], settlements: SettlementTable
) -> tuple[Roads | None, list[Finding]]:
    """
    Read the roads of an area, whatever their source.

    Parameters
    ----------
    folder
        The area's folder.
    files
        Files that could be read, by name.
    present
        Names of the files that are there, also of those that could not be read.
    settlements
        Settlements of the area; if they could not be read, ends of roads are not checked.

    Returns
    -------
    roads : Roads or None
        None if a file of roads is there and cannot be used.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    sources = [name for name in (ROADS_CSV, ROADS_GPKG, ROADS_OSM) if name in present]
    if not sources:
        return NoRoads(), [NO_ROADS.at(Place())]
    findings = []
    if len(sources) > 1:
        findings.append(TWO_ROAD_SOURCES.at(Place(sources[0]), first=sources[0], second=sources[1]))
    if sources == [ROADS_OSM]:
        return (_find_road_file(folder, files[ROADS_OSM]) if ROADS_OSM in files else None), findings
    tables = []
    for name in sources:
        if name in files and name != ROADS_OSM:
            table, more = _read_road_table(files[name], settlements)
            findings += more
            tables.append(table)
    return (tables[0] if len(tables) == len(sources) == 1 else None), findings


def _find_road_file(folder: Path, file: InputFile) -> RoadFile:
    """Where imported roads lie; nothing is kept beside those that versions of a plan share."""
    path = folder / ROADS_OSM
    return RoadFile(path, path.with_name(ROADS_CACHE)) if file.path is None else RoadFile(file.path, None)


def _read_road_table(file: InputFile, settlements: SettlementTable) -> tuple[RoadTable | None, list[Finding]]:
    """Road table of one file."""
    drawn, findings = _read_drawn(file)
    if drawn is None:
        return None, findings
    rows, more = read_road_rows(drawn.table, drawn.shapes)
    findings += more
    if settlements.ids:
        findings += check_road_ends(rows, settlements, file.name)
    roads = tuple(rows.values())
    return RoadTable(roads, file.name, any(is_estimate(road) for road in roads)), findings


def _read_drawn(file: InputFile) -> tuple[DrawnTable | None, list[Finding]]:
    """Rows of the file, with lines if it has any."""
    if file.name == ROADS_GPKG:
        return read_geopackage(file)
    table, findings = read_table(file)
    return None if table is None else DrawnTable(table), findings
