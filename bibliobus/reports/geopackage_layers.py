"""Tables of a GeoPackage, as the OGC standard 12-128r18 (version 1.3) wants them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.reports.text import clean_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

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
class Layer:
    """
    One layer.

    Parameters
    ----------
    name
        Name of the table.
    shape
        What its rows are on the map.
    columns
        Types by name, the geometry left out.
    rows
        Values in the order of the columns, behind the geometry if there is one.
    style
        QML of QGIS; empty if there is none.
    """

    name: str
    shape: Shape
    columns: Mapping[str, str]
    rows: tuple[tuple[Cell, ...], ...] = field(repr=False)
    style: str = ""


def write_contents(file: sqlite3.Connection) -> None:
    """
    Write the tables that every GeoPackage has, and the one in which QGIS looks for styles.

    Parameters
    ----------
    file
        An empty database.
    """
    file.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    file.execute(f"PRAGMA user_version = {VERSION}")
    file.executescript(_TABLES)
    file.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _SYSTEMS)
    _register(file, "layer_styles", "attributes", "", None)


def write_layer(file: sqlite3.Connection, layer: Layer, description: str) -> None:
    """
    Write a layer.

    Parameters
    ----------
    file
        Database with the tables of `write_contents`.
    layer
        What to write.
    description
        What the file says of the layer.
    """
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
