"""GeoPackage: layers of the plan with the styles in which QGIS opens them, the same bytes at every run."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.domain.calendar import week_of
from bibliobus.view.periods import tell_change, tell_since
from bibliobus.words.language import N_, Language, format_clock
from bibliobus.words.safe import clean_text
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bibliobus.view.days import BusDay
    from bibliobus.view.ground import LatLon
    from bibliobus.view.stops import Stop, StopTime
    from bibliobus.view.view import PlanView

Cell: TypeAlias = "str | int | bytes"

LAST_CHANGE: Final = "2000-01-01T00:00:00.000Z"
WGS_84: Final = 4326
APPLICATION_ID: Final = 0x47504B47
VERSION: Final = 10300

_WGS_84_TEXT: Final = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
_SYSTEMS: Final = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate reference system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
    ("WGS 84 geodetic", WGS_84, "EPSG", WGS_84, _WGS_84_TEXT, "longitude and latitude in degrees"),
)
_TABLES: Final = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
"""


class Shape(StrEnum):
    """What the rows of a layer are on the map."""

    POINT = "POINT"
    LINE = "LINESTRING"
    NONE = ""


@dataclass(frozen=True)
class PackageLayer:
    """One layer: values of its rows as the columns are, behind any geometry, and the QML of QGIS or empty."""

    name: str
    shape: Shape
    columns: Mapping[str, str]
    rows: tuple[tuple[Cell, ...], ...] = field(repr=False)
    style: str = ""


def write_contents(file: sqlite3.Connection) -> None:
    """Write the tables that every GeoPackage has, and the one in which QGIS looks for styles."""
    file.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    file.execute(f"PRAGMA user_version = {VERSION}")
    file.executescript(_TABLES)
    file.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _SYSTEMS)
    _register(file, "layer_styles", "attributes", "", None)


def write_layer(file: sqlite3.Connection, layer: PackageLayer, description: str) -> None:
    """Write a layer."""
    spatial = layer.shape is not Shape.NONE
    columns = {"geom": layer.shape.value} | dict(layer.columns) if spatial else dict(layer.columns)
    names = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    file.execute(f'CREATE TABLE "{layer.name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {names})')
    _register(file, layer.name, "features" if spatial else "attributes", description, WGS_84 if spatial else None)
    if spatial:
        geometry = (layer.name, "geom", layer.shape.value, WGS_84, 0, 0)
        file.execute("INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, ?, ?)", geometry)
    marks = ", ".join("?" * len(columns))
    heads = ", ".join(f'"{name}"' for name in columns)
    rows = (tuple(clean_text(cell) if isinstance(cell, str) else cell for cell in row) for row in layer.rows)
    file.executemany(f'INSERT INTO "{layer.name}" ({heads}) VALUES ({marks})', rows)
    if layer.style:
        style = ("", "", layer.name, "geom", layer.name, layer.style, "", 1, "", "", None, LAST_CHANGE)
        file.execute("INSERT INTO layer_styles VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", style)


def _register(file: sqlite3.Connection, name: str, kind: str, description: str, srs_id: int | None) -> None:
    """List a table among the contents."""
    row = (name, kind, name, description, LAST_CHANGE, None, None, None, None, srs_id)
    file.execute("INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


_QML: Final = '<qgis version="3.22.0" styleCategories="Symbology|Labeling">'
_LABEL: Final = (
    '<labeling type="simple"><settings calloutType="simple"><text-style fieldName="name" isExpression="0"'
    ' fontFamily="DejaVu Sans" fontSize="9" fontSizeUnit="Point" textColor="0,0,0,255"><text-buffer bufferDraw="1"'
    ' bufferSize="0.8" bufferSizeUnits="MM" bufferColor="255,255,255,255"/></text-style>'
    '<placement placement="6" dist="1" distUnits="MM"/></settings></labeling>'
)
_WEEKDAYS: Final = (
    ("0,114,178,255", "solid"),
    ("213,94,0,255", "dash"),
    ("0,158,115,255", "dash dot"),
    ("204,121,167,255", "dot"),
    ("86,180,233,255", "dash dot dot"),
    ("230,159,0,255", "solid"),
    ("0,0,0,255", "dash"),
)
"""Colour (Okabe and Ito 2008) and dash of each weekday."""
_STANDINGS: Final = {
    "impossible": {"name": "cross2", "color": "0,0,0,255", "outline_color": "0,0,0,255", "size": "3"},
    "sacrificed": {"name": "triangle", "color": "230,159,0,255", "outline_color": "0,0,0,255", "size": "3"},
    "not_needed": {"name": "circle", "color": "255,255,255,255", "outline_color": "90,90,90,255", "size": "2"},
}


def style_points(shape: str, colour: str, size_mm: str, *, label: bool) -> str:
    """
    Style points in a colour (red, green, blue and opacity, 0 to 255), with the column ``name`` beside them or not.
    """
    marker = {"name": shape, "color": colour, "outline_color": "255,255,255,255", "size": size_mm}
    symbol = _symbol("marker", "0", "SimpleMarker", marker)
    labels = ' labelsEnabled="1">' if label else ">"
    return (
        f'{_QML[:-1]}{labels}<renderer-v2 type="singleSymbol"><symbols>{symbol}</symbols></renderer-v2>'
        f"{_LABEL if label else ''}</qgis>"
    )


def style_outside() -> str:
    """Style the settlements without a bus by their standing."""
    symbols = [_symbol("marker", name, "SimpleMarker", look) for name, look in _STANDINGS.items()]
    return _categorise("standing", {name: name for name in _STANDINGS}, symbols)


def style_legs() -> str:
    """Style the legs by weekday."""
    english = Language("en")
    symbols = [
        _symbol("line", str(at), "SimpleLine", {"line_color": colour, "line_style": dash, "line_width": "0.8"})
        for at, (colour, dash) in enumerate(_WEEKDAYS, start=1)
    ]
    return _categorise("weekday", {str(at): english.weekday(at - 1) for at in range(1, len(_WEEKDAYS) + 1)}, symbols)


def _categorise(column: str, labels: Mapping[str, str], symbols: list[str]) -> str:
    """Style by the values of a column; the symbols are named after the values."""
    categories = "".join(
        f'<category value="{value}" symbol="{value}" label="{label}" render="true"/>' for value, label in labels.items()
    )
    return (
        f'{_QML}<renderer-v2 type="categorizedSymbol" attr="{column}"><categories>{categories}</categories>'
        f"<symbols>{''.join(symbols)}</symbols></renderer-v2></qgis>"
    )


def _symbol(kind: str, name: str, layer: str, look: Mapping[str, str]) -> str:
    """Symbol of one layer; both spellings of its properties, that of QGIS before 3.20 and that of later ones."""
    options = "".join(f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in look.items())
    props = "".join(f'<prop k="{key}" v="{value}"/>' for key, value in look.items())
    return (
        f'<symbol type="{kind}" name="{name}" alpha="1"><layer class="{layer}" enabled="1" pass="0" locked="0">'
        f'<Option type="Map">{options}</Option>{props}</layer></symbol>'
    )


WHEN: Final = N_("{weekday} {start}-{end}")
WHEN_WEEK: Final = N_("{weekday} {start}-{end}, week {week}")

LEGS: Final = "legs"
CHANGED_LEGS: Final = "changed_legs"
"""Layers of the drives of the cycle and of a time, which alone have lengths that may be an estimate."""

_POINT: Final = struct.Struct("<bIdd")
_LINE: Final = struct.Struct("<bII")
_HEAD: Final = struct.pack("<2sBBi", b"GP", 0, 1, 4326)
_WKB_POINT: Final = 1
_WKB_LINE: Final = 2
_LITTLE_ENDIAN: Final = 1


def render_geopackage(view: PlanView, *, stops_only: bool = False) -> bytes:
    """
    Render the plan as a GeoPackage.

    Parameters
    ----------
    view
        The plan as its reader may know it.
    stops_only
        True for the layers of the stops and their visits and no others.

    Returns
    -------
    bytes
        The file, a SQLite database, made in memory.
    """
    notices = [*view.notices, view.attribution]
    with closing(sqlite3.connect(":memory:")) as file:
        write_contents(file)
        layers = _list_stop_layers(view) if stops_only else (*_list_layers(view), *_list_stop_layers(view))
        for layer in layers:
            told = (*view.estimate, *notices) if layer.name in (LEGS, CHANGED_LEGS) else notices
            write_layer(file, layer, clean_text(" ".join(told)))
        file.commit()
        return file.serialize()


_NAMED: Final = {"id": "TEXT", "name": "TEXT", "hromada": "TEXT", "raion": "TEXT"}


def _list_layers(view: PlanView) -> Iterator[PackageLayer]:
    """Layers under the stops, from the lowest to the highest on the map."""
    yield PackageLayer(LEGS, Shape.LINE, _LEG_COLUMNS, tuple(_list_legs(view.days)), style_legs())
    if view.changed_days:
        rows = ((*cells, first, last) for cells, first, last in _list_changed_legs(view))
        columns = _LEG_COLUMNS | {"first_date": "TEXT", "last_date": "TEXT"}
        yield PackageLayer(CHANGED_LEGS, Shape.LINE, columns, tuple(rows), style_legs())
    outside = tuple(_list_outside(view))
    columns = _NAMED | {"population": "INTEGER", "standing": "TEXT", "why": "TEXT"}
    yield PackageLayer("without_bus", Shape.POINT, columns, outside, style_outside())
    libraries = tuple(
        (_place(library.spot), library.building_id, library.name, library.source) for library in view.libraries
    )
    columns = {"id": "TEXT", "name": "TEXT", "source": "TEXT"}
    yield PackageLayer(
        "libraries", Shape.POINT, columns, libraries, style_points("square", "213,94,0,255", "3", label=False)
    )
    depots = tuple((_place(depot.spot), depot.building_id, depot.name) for depot in view.depots)
    columns = {"id": "TEXT", "name": "TEXT"}
    yield PackageLayer("depots", Shape.POINT, columns, depots, style_points("pentagon", "0,0,0,255", "4.5", label=True))


def _list_stop_layers(view: PlanView) -> Iterator[PackageLayer]:
    """The stops, which everybody may know, their visits, and the dates on which these are changed, if there are any."""
    columns = _NAMED | {"rhythm_weeks": "INTEGER", "times": "TEXT"}
    stops = tuple(_list_stops(view))
    yield PackageLayer("stops", Shape.POINT, columns, stops, style_points("circle", "0,114,178,255", "3.5", label=True))
    yield PackageLayer("visits", Shape.NONE, _VISIT_COLUMNS, tuple(_list_visits(view)))
    if changed := tuple(_list_changes(view)):
        yield PackageLayer("changed_dates", Shape.NONE, _CHANGE_COLUMNS, changed)


_LEG_COLUMNS: Final = {
    "tour": "TEXT",
    "bus": "TEXT",
    "week": "INTEGER",
    "weekday": "INTEGER",
    "leg": "INTEGER",
    "from_name": "TEXT",
    "to_name": "TEXT",
    "leave": "TEXT",
    "arrive": "TEXT",
    "length_m": "INTEGER",
}
_VISIT_COLUMNS: Final = {
    "id": "TEXT",
    "name": "TEXT",
    "bus": "TEXT",
    "week": "INTEGER",
    "weekday": "INTEGER",
    "first_date": "TEXT",
    "arrival": "TEXT",
    "departure": "TEXT",
}


_CHANGE_COLUMNS: Final = {
    "id": "TEXT",
    "name": "TEXT",
    "bus": "TEXT",
    "date": "TEXT",
    "comes": "INTEGER",
    "arrival": "TEXT",
    "departure": "TEXT",
}


def _list_changed_legs(view: PlanView) -> Iterator[tuple[tuple[Cell, ...], str, str]]:
    """A row for each drive of a time, and its first and last date."""
    for tour in view.changed_days:
        assert tour.period is not None  # that is what makes it one of them
        for cells in _list_legs((tour,)):
            yield cells, tour.period.first.isoformat(), tour.period.last.isoformat()


def _list_legs(days: Iterable[BusDay]) -> Iterator[tuple[Cell, ...]]:
    """A row for each drive."""
    for tour in days:
        for order, drive in enumerate(tour.drives, start=1):
            points = b"".join(struct.pack("<dd", lon, lat) for lat, lon in drive.line)
            yield (
                _HEAD + _LINE.pack(_LITTLE_ENDIAN, _WKB_LINE, len(drive.line)) + points,
                tour.tour_id,
                tour.bus,
                tour.week,
                tour.weekday + 1,
                order,
                drive.from_place,
                drive.place,
                format_clock(drive.start_s),
                format_clock(drive.end_s),
                drive.length_m or 0,
            )


def _list_outside(view: PlanView) -> Iterator[tuple[Cell, ...]]:
    """A row for each settlement without a bus."""
    for row in view.outside:
        place = _place(row.spot)
        yield place, row.settlement_id, row.name, row.hromada, row.raion, row.residents, row.standing, row.why


def _list_stops(view: PlanView) -> Iterator[tuple[Cell, ...]]:
    """A row for each stop, with all its times in words, and what is changed."""
    for stop in view.stops:
        if stop.times or stop.changed:
            changes = (tell_change(change, view.language) for change in stop.changes if change.felt or not view.public)
            times = "; ".join((*(_tell(day, time, view) for day, time in stop.calls), *changes))
            named = (stop.settlement_id, stop.name, stop.hromada, stop.raion)
            yield _place(stop.spot), *named, stop.rhythm_weeks, times


def _list_visits(view: PlanView) -> Iterator[tuple[Cell, ...]]:
    """A row for each visit."""
    for stop in view.stops:
        yield from (_visit(stop, day, time, view) for day, time in stop.calls)


def _list_changes(view: PlanView) -> Iterator[tuple[Cell, ...]]:
    """A row for each visit of the cycle that falls out because other tours are driven, and for each that comes then."""
    for stop in view.stops:
        for change in stop.changes:
            for visit, comes in ((change.missing, 0), (change.visit, 1)):
                if visit is not None:
                    clocks = format_clock(visit.start_s), format_clock(visit.end_s)
                    yield stop.settlement_id, stop.name, visit.bus, visit.date.isoformat(), comes, *clocks


def _visit(stop: Stop, day: int, time: StopTime, view: PlanView) -> tuple[Cell, ...]:
    """Row of a visit."""
    start, end = format_clock(time.start_s), format_clock(time.end_s)
    week, weekday, date = week_of(day), time.weekday + 1, time.find_first(view.cycle, day).isoformat()
    return stop.settlement_id, stop.name, time.bus, week, weekday, date, start, end


def _tell(day: int, time: StopTime, view: PlanView) -> str:
    """When a visit is, in words."""
    weekday = view.language.weekday(time.weekday)
    words = {"weekday": weekday, "start": format_clock(time.start_s), "end": format_clock(time.end_s)}
    template = WHEN if view.cycle.weeks == 1 else WHEN_WEEK
    return tell_since(Text(template, words | {"week": week_of(day)}).render(view.language), time.since, view.language)


def _place(spot: LatLon | None) -> bytes:
    """Geometry of a place."""
    assert spot is not None  # what is drawn has ground
    lat, lon = spot
    return _HEAD + _POINT.pack(_LITTLE_ENDIAN, _WKB_POINT, lon, lat)
