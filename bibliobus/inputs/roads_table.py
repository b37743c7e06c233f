"""Road table: roads given row by row, in ``roads.csv`` or ``roads.gpkg``."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import RoadRow
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.bounds import limits_of
from bibliobus.inputs.cells import clean_name, parse_number, parse_yes_no, show_value
from bibliobus.inputs.columns import Column, match_columns
from bibliobus.inputs.ids import read_id
from bibliobus.inputs.positions import measure_line
from bibliobus.inputs.rows import CELL_EMPTY, OUT_OF_RANGE, Row, read_cell, read_within, require_text
from bibliobus.inputs.suggestions import find_unknown
from bibliobus.language import N_
from bibliobus.quantities import Number
from bibliobus.units import KM_M

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.inputs.table_file import Table

COLUMNS: Final = (
    Column("from_id", ("звідки", "від", "from"), required=True),
    Column("to_id", ("куди", "до", "to"), required=True),
    Column("length_km", ("довжина, км", "довжина", "length"), required=True),
    Column("road_class", ("клас дороги", "клас", "highway"), required=True),
    Column("surface", ("покриття",)),
    Column("speed_kmh", ("швидкість, км/год", "швидкість")),
    Column("max_weight_t", ("найбільша вага, т", "вага, т", "maxweight")),
    Column("max_height_m", ("найбільша висота, м", "висота, м", "maxheight")),
    Column("oneway", ("односторонній рух", "одностороння")),
    Column("name", ("назва", "номер дороги", "номер", "ref"), free_text=True),
    Column("source", ("джерело",), free_text=True),
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
    """
    List the classes or surfaces that have a speed in the packaged table.

    Parameters
    ----------
    kind
        ``road_class`` or ``surface``.

    Returns
    -------
    tuple of str
        In the order of the table.
    """
    text = (resources.files("bibliobus.tables") / "road_profile.csv").read_text(encoding="utf-8-sig")
    return tuple(row["value"] for row in csv.DictReader(text.splitlines()) if row["kind"] == kind)


def read_road_rows(
    table: Table, shapes: Mapping[int, tuple[tuple[float, float], ...]]
) -> tuple[dict[int, RoadRow], list[Finding]]:
    """
    Read the roads of a table.

    Parameters
    ----------
    table
        The table.
    shapes
        Drawn line of a road as (lat, lon), by row; where the length is not given, it is measured.

    Returns
    -------
    roads : dict of RoadRow
        Roads that could be read, by row.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
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
    """
    Tell whether a road is itself an estimate.

    Parameters
    ----------
    road
        The road.

    Returns
    -------
    bool
        True if its source says so in the first word.
    """
    return road.source.casefold().startswith(ESTIMATE_WORDS)


def _read_road(row: Row, shape: tuple[tuple[float, float], ...], findings: list[Finding]) -> RoadRow | None:
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


def _read_length(row: Row, shape: tuple[tuple[float, float], ...], findings: list[Finding]) -> float | None:
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


def _read_class(row: Row, findings: list[Finding]) -> str:
    """Road class; empty if there is none or it is unknown."""
    road_class = require_text(row, "road_class", findings).casefold()
    known = list_road_values("road_class")
    if not road_class or road_class in known:
        return road_class
    findings.append(find_unknown(UNKNOWN_ROAD_CLASS, row.place("road_class"), road_class, known))
    return ""


def _read_surface(row: Row, findings: list[Finding]) -> str:
    """Surface; empty if there is none or it is unknown."""
    surface = row.text("surface").casefold()
    known = list_road_values("surface")
    if not surface or surface in known:
        return surface
    findings.append(find_unknown(UNKNOWN_SURFACE, row.place("surface"), surface, known))
    return ""
