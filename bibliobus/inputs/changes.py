"""Road changes from ``changes.geojson``, ``changes.csv`` or ``changes.gpkg``, and the words people use in them."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bibliobus.domain.roads import AlongLine, BetweenPlaces, ChangeKind, Direction, InArea, OnWays, RoadChange
from bibliobus.findings import Finding, FindingKind, Place, Severity, explain_refusal
from bibliobus.inputs.bounds import limits_of
from bibliobus.inputs.files import FILE_TOO_BIG, FILE_UNREADABLE, MEGABYTE, NOT_A_FILE, InputFile
from bibliobus.inputs.tables.cells import clean_id, clean_name, find_unknown, parse_number, show_value
from bibliobus.inputs.tables.ids import check_id, check_unique
from bibliobus.inputs.tables.layers import FeatureTable, parse_wkt, read_geojson, read_layer, read_shape
from bibliobus.inputs.tables.rows import (
    CELL_EMPTY,
    RowCells,
    TableColumn,
    match_columns,
    read_cell,
    read_within,
    require_text,
)
from bibliobus.inputs.tables.table import read_table
from bibliobus.inputs.tables.text import decode_text
from bibliobus.words.language import N_
from bibliobus.words.text import Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from bibliobus.domain.roads import Where

KIND_WORDS: Final = {
    ChangeKind.CLOSED: ("closed", "закрито", "закрита", "закрита дорога", "перекрито", "перекриття", "закриття"),
    ChangeKind.OPENED: ("opened", "open", "відкрито", "відкрита", "відкрита дорога"),
    ChangeKind.SPEED: ("speed", "швидкість", "обмеження швидкості"),
    ChangeKind.WEIGHT_LIMIT: ("weight limit", "вага", "маса", "обмеження ваги", "обмеження маси"),
    ChangeKind.HEIGHT_LIMIT: ("height limit", "висота", "обмеження висоти"),
    ChangeKind.DANGER_AREA: ("danger area", "danger", "небезпечна зона", "небезпека"),
}
DIRECTION_WORDS: Final = {
    Direction.BOTH: ("both", "обидва", "обидві", "в обидва боки"),
    Direction.ALONG: ("along", "уздовж", "вперед", "туди"),
    Direction.AGAINST: ("against", "проти", "назад"),
}
Meaning = TypeVar("Meaning")

_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")

UNKNOWN_KIND: Final = FindingKind(
    "unknown-change-kind",
    Severity.ERROR,
    N_("“{value}” is not a known kind of road change."),
    N_("Known kinds: {known}."),
)
UNKNOWN_DIRECTION: Final = FindingKind(
    "unknown-direction",
    Severity.ERROR,
    N_("“{value}” is not a known direction."),
    N_("Known directions: {known}; an empty cell means both."),
)
NOT_A_DATE: Final = FindingKind(
    "not-a-date",
    Severity.ERROR,
    N_("“{value}” is not a date."),
    N_("Write year, month and day, such as 2026-03-09; leave the cell empty if there is no such day."),
)


def read_kind(row: RowCells, findings: list[Finding]) -> ChangeKind | None:
    """Read what happens to a road from a cell that is not empty; None if the word is unknown."""
    found = _find_word(row.text("kind"), KIND_WORDS)
    if found is None:
        findings.append(_make_unknown(UNKNOWN_KIND, row, "kind", KIND_WORDS))
    return found


def read_direction(row: RowCells, findings: list[Finding]) -> Direction:
    """Read in which direction it happens: both if the cell is empty or the word is unknown."""
    text = row.text("direction")
    found = _find_word(text, DIRECTION_WORDS) if text else Direction.BOTH
    if found is None:
        findings.append(_make_unknown(UNKNOWN_DIRECTION, row, "direction", DIRECTION_WORDS))
    return found or Direction.BOTH


def parse_date(text: str) -> date:
    """Parse a date such as ``2026-03-09`` or ``9.3.2026``; the time of midnight after it is passed over."""
    day_first = _DAY_FIRST.fullmatch(text)
    if day_first:
        return date(int(day_first[3]), int(day_first[2]), int(day_first[1]))
    year_first = _YEAR_FIRST.fullmatch(text)
    if not year_first:
        raise ValueError(text)
    return date.fromisoformat(year_first[1])


def _find_word(text: str, words: Mapping[Meaning, tuple[str, ...]]) -> Meaning | None:
    """Meaning of a text; underscores and hyphens count as blanks."""
    plain = " ".join(re.split(r"[\s_-]+", text.casefold()))
    return next((meaning for meaning, known in words.items() if plain in known), None)


def _make_unknown(kind: FindingKind, row: RowCells, column: str, words: Mapping[Meaning, tuple[str, ...]]) -> Finding:
    """Finding for a word that has no meaning here."""
    known = [names[0] for names in words.values()]
    others = [name for names in words.values() for name in names[1:]]
    return find_unknown(kind, row.place(column), row.text(column), known, others)


SUFFIXES: Final = (".geojson", ".json", ".csv", ".gpkg")
MAX_SIZE_MB: Final = 20
MAX_CHANGES: Final = 5000
MAX_WAYS: Final = 10_000
MAX_WAY_ID: Final = 1 << 62

COLUMNS: Final = (
    TableColumn("id", ("номер", "код", "change_id")),
    TableColumn("kind", ("вид", "вид зміни", "тип", "type"), required=True),
    TableColumn("geometry", ("геометрія", "wkt")),
    TableColumn("way_ids", ("лінії OSM", "номери ліній OSM", "way_id", "osm_id")),
    TableColumn("from_place", ("від", "звідки", "from")),
    TableColumn("to_place", ("до", "куди", "to")),
    TableColumn("road", ("дорога", "номер дороги", "ref")),
    TableColumn("direction", ("напрямок", "напрям")),
    TableColumn("valid_from", ("діє з", "дата початку", "початок")),
    TableColumn("valid_to", ("діє до", "дата кінця", "кінець")),
    TableColumn("vehicles", ("бібліобуси", "автобуси", "транспорт", "buses")),
    TableColumn("value", ("значення", "обмеження")),
    TableColumn("note", ("примітка", "примітки", "коментар"), free_text=True),
    TableColumn("source", ("джерело",), free_text=True),
)
VALUE_LIMITS: Final = {
    ChangeKind.SPEED: limits_of("changes: speed"),
    ChangeKind.WEIGHT_LIMIT: limits_of("changes: weight limit"),
    ChangeKind.HEIGHT_LIMIT: limits_of("changes: height limit"),
}

UNKNOWN_CHANGES_FILE: Final = FindingKind(
    "unknown-changes-file",
    Severity.ERROR,
    N_("Road changes are not read from a file that ends in “{value}”."),
    N_("Save them as one of these: {known}."),
)
TOO_MANY_CHANGES: Final = FindingKind(
    "too-many-changes",
    Severity.ERROR,
    N_("The file has {found} road changes, but at most {limit} are read."),
    N_("Delete those that are over, or draw one polygon around many small ones."),
)
NO_CHANGES: Final = FindingKind(
    "no-changes",
    Severity.WARNING,
    N_("The file has no road changes in it."),
    N_("Add a row for each change, or delete the file."),
)
NO_WHERE: Final = FindingKind(
    "change-without-place",
    Severity.ERROR,
    N_("It is not said where the road changes."),
    N_("Draw a line or a polygon, or give way_ids, or give from_place, to_place and road."),
)
SEVERAL_WHERES: Final = FindingKind(
    "change-with-several-places",
    Severity.ERROR,
    N_("It is said in more than one way where the road changes: {found}."),
    N_("Keep one of them, or make a row for each."),
)
BAD_WAY_IDS: Final = FindingKind(
    "bad-way-ids",
    Severity.ERROR,
    N_("“{value}” is not a list of way numbers."),
    N_("Write the numbers of OpenStreetMap ways with semicolons between them, such as 4305161; 4305162."),
)
AREA_NEEDS_POLYGON: Final = FindingKind(
    "area-needs-polygon",
    Severity.ERROR,
    N_("A danger area is a polygon, but none is drawn."),
    N_("Draw a polygon around the area, or use the kind “closed” for a single road."),
)
AREA_HAS_NO_DIRECTION: Final = FindingKind(
    "area-has-no-direction",
    Severity.ERROR,
    N_("The direction is “{value}”, but an area has none."),
    N_("Leave the direction empty, or draw a line in place of the polygon."),
)
VALUE_NOT_USED: Final = FindingKind(
    "value-not-used",
    Severity.WARNING,
    N_("The value {value} is not used: the kind “{kind}” has no number."),
    N_("Leave the cell empty, or use a kind with a number: speed, weight limit or height limit."),
)
DATES_REVERSED: Final = FindingKind(
    "dates-reversed",
    Severity.ERROR,
    N_("The last day, {last}, comes before the first, {first}."),
    N_("Exchange the two dates, or mend one of them."),
)


def read_changes_file(path: Path) -> tuple[tuple[RoadChange, ...] | None, list[Finding]]:
    """
    Read a file of road changes.

    Parameters
    ----------
    path
        A file that ends in one of `SUFFIXES`.

    Returns
    -------
    changes : tuple of RoadChange or None
        In the order of the file; None if any finding is an error.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    place = Place(path.name)
    try:
        if not path.is_file():
            return None, [NOT_A_FILE.at(place)]
        with path.open("rb") as stream:
            content = stream.read(MAX_SIZE_MB * MEGABYTE + 1)
    except OSError as error:
        return None, [FILE_UNREADABLE.at(place, problem=explain_refusal(error))]
    return read_changes(InputFile(path.name, content))


def read_changes(file: InputFile) -> tuple[tuple[RoadChange, ...] | None, list[Finding]]:
    """Read road changes in the order of the file; None if any finding is an error."""
    if len(file.content) > MAX_SIZE_MB * MEGABYTE:
        return None, [FILE_TOO_BIG.at(Place(file.name), limit=Number(MAX_SIZE_MB))]
    layer, findings = _read_layer(file)
    if layer is None:
        return None, findings
    changes = _read_rows(layer, findings)
    broken = any(finding.severity is Severity.ERROR for finding in findings)
    return (None if broken else tuple(changes)), findings


def _read_layer(file: InputFile) -> tuple[FeatureTable | None, list[Finding]]:
    """Cells and geometries of a file, whatever its kind."""
    suffix = "." + file.name.rpartition(".")[2].casefold()
    if suffix in (".geojson", ".json"):
        return read_geojson(file)
    if suffix == ".gpkg":
        return read_layer(file)
    if suffix == ".csv":
        table, findings = read_table(file)
        return None if table is None else FeatureTable(table), findings
    return None, [UNKNOWN_CHANGES_FILE.at(Place(file.name), value=show_value(suffix), known=", ".join(SUFFIXES))]


def _read_rows(layer: FeatureTable, findings: list[Finding]) -> list[RoadChange]:
    """Changes of all rows that could be read."""
    place = Place(layer.table.file)
    if len(layer.table.rows) > MAX_CHANGES:
        findings.append(TOO_MANY_CHANGES.at(place, found=len(layer.table.rows), limit=MAX_CHANGES))
        return []
    # A collection without features has no columns either, and is all right.
    rows, more = match_columns(layer.table, COLUMNS) if layer.table.header.cells else ([], [])
    findings += more
    if rows is None:
        return []
    if not rows:
        findings.append(NO_CHANGES.at(place))
    findings += check_unique(rows, "id")
    changes = (_read_change(row, layer.geometries, findings) for row in rows)
    return [change for change in changes if change is not None]


def _read_change(row: RowCells, geometries: Mapping[int, BaseGeometry], findings: list[Finding]) -> RoadChange | None:
    """Change of one row; None if it is not clear what happens or where."""
    change_id = check_id(row, "id", clean_id(row.text("id")) or str(row.row), findings)
    kind = read_kind(row, findings) if require_text(row, "kind", findings) else None
    where = _read_where(row, geometries.get(row.row), findings)
    direction = read_direction(row, findings)
    valid_from = read_cell(row, "valid_from", parse_date, NOT_A_DATE, findings)
    valid_to = read_cell(row, "valid_to", parse_date, NOT_A_DATE, findings)
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        findings.append(DATES_REVERSED.at(row.place("valid_to"), first=valid_from, last=valid_to))
    if isinstance(where, InArea) and direction is not Direction.BOTH:
        findings.append(AREA_HAS_NO_DIRECTION.at(row.place("direction"), value=show_value(row.text("direction"))))
    if kind is ChangeKind.DANGER_AREA and where is not None and not isinstance(where, InArea):
        findings.append(AREA_NEEDS_POLYGON.at(row.place("kind")))
    value = None if kind is None else _read_value(row, kind, findings)
    if kind is None or where is None:
        return None
    vehicles = sorted({clean_id(part) for part in re.split("[;,]", row.text("vehicles"))} - {""})
    return RoadChange(
        change_id=change_id,
        kind=kind,
        where=where,
        direction=direction,
        valid_from=valid_from,
        valid_to=valid_to,
        vehicles=tuple(vehicles),
        value=value,
        note=row.text("note"),
        source=row.text("source"),
        file=row.file,
        row=row.row,
    )


def _read_value(row: RowCells, kind: ChangeKind, findings: list[Finding]) -> float | None:
    """Number of a kind that needs one."""
    if kind not in VALUE_LIMITS:
        if row.text("value"):
            findings.append(VALUE_NOT_USED.at(row.place("value"), value=show_value(row.text("value")), kind=kind.value))
        return None
    if not row.text("value"):
        findings.append(CELL_EMPTY.at(row.place("value")))
    return read_within(row, "value", parse_number, VALUE_LIMITS[kind], findings)


def _read_where(row: RowCells, drawn: BaseGeometry | None, findings: list[Finding]) -> Where | None:
    """Where it happens, told in exactly one way; None if it is not clear."""
    told = [column for column in ("geometry", "way_ids") if row.text(column)]
    told += ["from_place, to_place"] if row.text("from_place") or row.text("to_place") else []
    told += ["geometry"] if drawn is not None else []
    if len(told) != 1:
        findings.append(SEVERAL_WHERES.at(row.place(), found="; ".join(told)) if told else NO_WHERE.at(row.place()))
        return None
    if told == ["way_ids"]:
        return read_cell(row, "way_ids", _parse_ways, BAD_WAY_IDS, findings)
    if told == ["from_place, to_place"]:
        return _read_between(row, findings)
    place = row.place("geometry")
    geometry = parse_wkt(row.text("geometry"), place) if drawn is None else drawn
    shape = geometry if isinstance(geometry, Finding) else read_shape(geometry, place)
    if isinstance(shape, Finding):
        findings.append(shape)
        return None
    return shape


def _read_between(row: RowCells, findings: list[Finding]) -> BetweenPlaces | None:
    """Stretch between two places; None if one of them is not named."""
    places = [clean_name(clean_id(require_text(row, column, findings))) for column in ("from_place", "to_place")]
    return BetweenPlaces(places[0], places[1], row.text("road")) if all(places) else None


def _parse_ways(text: str) -> OnWays:
    """Numbers of ways with semicolons, commas or blanks between them."""
    words = re.split(r"[;,\s]+", text.strip(" ;,"))
    if not all(word.isascii() and word.isdigit() for word in words):
        raise ValueError(text)
    ways = sorted({int(word) for word in words})
    if len(ways) > MAX_WAYS or ways[0] <= 0 or ways[-1] >= MAX_WAY_ID:
        raise ValueError(text)
    return OnWays(tuple(ways))


OTHER_PROPERTIES: Final = FindingKind(
    "changes-of-other-program",
    Severity.ERROR,
    N_("The file has properties that would be lost if it were written again: {names}."),
    N_("Add the change with the program that made the file, or delete these properties."),
)
DECIMALS: Final = 7
"""Decimals of a degree: about a centimetre."""


def format_changes(changes: Iterable[RoadChange]) -> str:
    """Format road changes as GeoJSON: a feature a line, empty properties left out; it ends with a line feed."""
    features = (json.dumps(_make_feature(change), ensure_ascii=False) for change in changes)
    body = ",\n".join(features)
    return '{"type": "FeatureCollection", "features": [\n' + body + "\n]}\n"


def find_foreign(content: bytes, file: str) -> list[Finding]:
    """Find what a GeoJSON file that was read without an error holds that would be lost if it were written again."""
    text, _ = decode_text(InputFile(file, content))
    document = json.loads(text or "{}")
    features = document.get("features", [document])
    names = {name for feature in features for name in feature.get("properties", {})}
    known = {name.casefold() for column in COLUMNS for name in (column.name, *column.synonyms)}
    foreign = sorted(name for name in names if name.casefold() not in known)
    foreign += sorted(set(document) - {"type", "features", "crs", "name", "properties", "geometry", "id"})
    return [OTHER_PROPERTIES.at(Place(file), names=", ".join(map(show_value, foreign)))] if foreign else []


def make_change_id(change: RoadChange, taken: Sequence[RoadChange]) -> str:
    """Kind and the first free number, such as ``closed-2``; stored with the change, so it never changes."""
    known = {other.change_id.casefold() for other in taken}
    stem = change.kind.value.replace(" ", "-")
    return next(name for number in count(1) if (name := f"{stem}-{number}") not in known)


def _make_feature(change: RoadChange) -> dict[str, Any]:
    """Feature of a change."""
    told = _tell_where(change.where)
    facts = {
        "id": change.change_id,
        "kind": change.kind.value,
        "value": change.value,
        **told,
        "direction": "" if change.direction is Direction.BOTH else change.direction.value,
        "valid_from": change.valid_from and change.valid_from.isoformat(),
        "valid_to": change.valid_to and change.valid_to.isoformat(),
        "vehicles": "; ".join(change.vehicles),
        "note": change.note,
        "source": change.source,
    }
    properties = {name: value for name, value in facts.items() if value not in ("", None)}
    return {"type": "Feature", "properties": properties, "geometry": _make_geometry(change.where)}


def _tell_where(where: Where) -> dict[str, str]:
    """Where a change is, for those that are not drawn."""
    match where:
        case OnWays(way_ids):
            return {"way_ids": "; ".join(map(str, way_ids))}
        case BetweenPlaces(from_place, to_place, road):
            return {"from_place": from_place, "to_place": to_place, "road": road}
        case _:
            return {}


def _make_geometry(where: Where) -> dict[str, Any] | None:
    """Geometry of a change that is drawn, longitude first."""
    match where:
        case AlongLine(parts):
            return {"type": "MultiLineString", "coordinates": [_turn(part) for part in parts]}
        case InArea(polygons):
            rings = [[_turn(ring) for ring in polygon] for polygon in polygons]
            return {"type": "MultiPolygon", "coordinates": rings}
        case _:
            return None


def _turn(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points with the longitude first."""
    return [(round(lon, DECIMALS), round(lat, DECIMALS)) for lat, lon in points]
