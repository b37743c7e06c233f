"""Layers of geographic programs, GeoJSON and GeoPackage: attributes as text cells, geometries as plain points."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.roads import AlongLine, InArea
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.tables.cells import show_value
from bibliobus.inputs.tables.table import MAX_ROWS, ROWS, TABLE_TOO_LONG, TableRow, build_table, format_cell
from bibliobus.inputs.tables.text import decode_text
from bibliobus.words.language import N_, NN_
from bibliobus.words.text import Count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.tables.table import TextTable

MAX_POINTS: Final = 50_000

NOT_A_GEOMETRY: Final = FindingKind(
    "not-a-geometry",
    Severity.ERROR,
    N_("The geometry cannot be read: it is neither well-known text (WKT) nor GeoJSON, or it is damaged."),
    N_("Draw the line or polygon again, or say where by way numbers or by two settlements and a road."),
)
WRONG_GEOMETRY: Final = FindingKind(
    "wrong-geometry",
    Severity.ERROR,
    N_("The geometry is a {found}, but expected is a line or a polygon."),
    N_("Draw a line along the road, or a polygon around the area."),
)
GEOMETRY_OFF_EARTH: Final = FindingKind(
    "geometry-off-earth",
    Severity.ERROR,
    N_("The geometry leaves the range of degrees: longitude first, up to 180, then latitude, up to 90."),
    N_("Export it in WGS 84 (EPSG:4326)."),
)
GEOMETRY_TOO_BIG: Final = FindingKind(
    "geometry-too-big",
    Severity.ERROR,
    N_("The geometry has {found} points, but at most {limit} are read."),
    N_("Simplify it; a few points a kilometre are enough."),
)
AREA_CROSSES_ITSELF: Final = FindingKind(
    "area-crosses-itself",
    Severity.ERROR,
    N_("The outline of the area crosses itself, so it is not clear what lies inside."),
    N_("Draw the outline again without crossings, or as several polygons."),
)


def parse_wkt(text: str, place: Place) -> BaseGeometry | Finding:
    """Parse well-known text such as ``LINESTRING (37.5 48.7, 37.6 48.7)``, longitude first."""
    import shapely

    try:
        with warnings.catch_warnings():
            # Coordinates that are no numbers are found by `read_shape`.
            warnings.simplefilter("ignore")
            return shapely.from_wkt(text)
    except shapely.errors.ShapelyError:
        return NOT_A_GEOMETRY.at(place)


def read_shape(geometry: BaseGeometry, place: Place) -> AlongLine | InArea | Finding:
    """Check a geometry of degrees as (lon, lat) and take its points."""
    import numpy as np
    import shapely

    if geometry.is_empty:
        return NOT_A_GEOMETRY.at(place)
    if geometry.geom_type not in ("LineString", "MultiLineString", "Polygon", "MultiPolygon"):
        return WRONG_GEOMETRY.at(place, found=geometry.geom_type)
    degrees = shapely.get_coordinates(geometry)
    if len(degrees) > MAX_POINTS:
        return GEOMETRY_TOO_BIG.at(place, found=len(degrees), limit=MAX_POINTS)
    # Comparisons with NaN are false, so that it is off Earth too.
    if not np.all(np.abs(degrees) <= (180, 90)):
        return GEOMETRY_OFF_EARTH.at(place)
    parts: list[Any] = list(shapely.get_parts(geometry))
    if geometry.geom_type.endswith("LineString"):
        lines = tuple(_list_points(part) for part in parts if part.length > 0)
        return AlongLine(lines) if lines else NOT_A_GEOMETRY.at(place)
    if not geometry.is_valid:
        return AREA_CROSSES_ITSELF.at(place)
    return InArea(tuple(tuple(_list_points(ring) for ring in (part.exterior, *part.interiors)) for part in parts))


def _list_points(line: Any) -> tuple[tuple[float, float], ...]:
    """Points as (lat, lon)."""
    return tuple((float(point[1]), float(point[0])) for point in line.coords)


GEOPACKAGE_UNREADABLE: Final = FindingKind(
    "geopackage-unreadable",
    Severity.ERROR,
    N_("The GeoPackage cannot be read: it is damaged, or has no table in it."),
    N_("Export it again as a GeoPackage with one layer."),
)
LAYERS: Final = NN_("{count} layer", "{count} layers")
SEVERAL_LAYERS: Final = FindingKind(
    "several-layers",
    Severity.NOTE,
    N_("The GeoPackage has {layers}; only the first, “{layer}”, was read."),
    N_("Keep what is to be read in a file with one layer."),
)
NO_COORDINATE_SYSTEM: Final = FindingKind(
    "no-coordinate-system",
    Severity.WARNING,
    N_("The layer does not say its coordinate system; WGS 84 is assumed."),
    N_("Set the coordinate system of the layer and export it again."),
)


@dataclass(frozen=True)
class FeatureTable:
    """
    A table whose rows may have a geometry.

    Parameters
    ----------
    table
        The attributes.
    geometries
        Geometries in WGS 84, coordinates as (lon, lat), by row; none of them empty.
    """

    table: TextTable
    geometries: Mapping[int, BaseGeometry] = field(default_factory=dict)


def read_layer(file: InputFile) -> tuple[FeatureTable | None, list[Finding]]:
    """
    Read the first layer of a GeoPackage.

    Parameters
    ----------
    file
        The file; its rows are numbered by their feature ids.

    Returns
    -------
    layer : Layer or None
        None if the file cannot be read.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    import geopandas
    import pyogrio
    import pyogrio.errors

    place = Place(file.name)
    if not file.content.startswith(b"SQLite format 3\0"):
        return None, [GEOPACKAGE_UNREADABLE.at(place)]
    try:
        with warnings.catch_warnings():
            # GDAL warns of missing side files and measures; what matters is checked below.
            warnings.simplefilter("ignore")
            layers = [str(name) for name, _ in pyogrio.list_layers(file.content)]
            if not layers:
                return None, [GEOPACKAGE_UNREADABLE.at(place)]
            frame: Any = geopandas.read_file(
                BytesIO(file.content), layer=layers[0], rows=MAX_ROWS + 1, fid_as_index=True, force_2d=True
            )
            findings = _check_layers(layers, place)
            if len(frame) > MAX_ROWS:
                return None, [*findings, TABLE_TOO_LONG.at(place, limit=Count(*ROWS, MAX_ROWS))]
            return _build_layer_geopackage(frame, file, findings)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, ValueError):
        return None, [GEOPACKAGE_UNREADABLE.at(place)]


def _check_layers(layers: list[str], place: Place) -> list[Finding]:
    """Note if there are several layers."""
    if len(layers) == 1:
        return []
    return [SEVERAL_LAYERS.at(place, layers=Count(*LAYERS, len(layers)), layer=show_value(layers[0]))]


def _build_layer_geopackage(
    frame: Any, file: InputFile, findings: list[Finding]
) -> tuple[FeatureTable | None, list[Finding]]:
    """Text cells and geometries of a frame."""
    names = [str(name) for name in frame.columns if name != "geometry"]
    header = TableRow(1, tuple(names))
    cells = [[_format_geopackage(value) for value in frame[name]] for name in names]
    rows = [TableRow(int(fid), tuple(column[at] for column in cells)) for at, fid in enumerate(frame.index)]
    table, more = build_table(file.name, [header, *rows])
    findings += more
    if table is None:
        return None, findings
    return FeatureTable(table, _read_geometries(frame, file, findings)), findings


def _format_geopackage(value: Any) -> str:
    """Text of an attribute; empty for a missing one."""
    import pandas

    if pandas.isna(value):
        return ""
    return format_cell(value.item() if hasattr(value, "item") else value)


def _read_geometries(frame: Any, file: InputFile, findings: list[Finding]) -> dict[int, BaseGeometry]:
    """Geometries of the rows that have one."""
    import geopandas

    if not isinstance(frame, geopandas.GeoDataFrame) or frame.geometry.isna().all():
        return {}
    if frame.crs is None:
        findings.append(NO_COORDINATE_SYSTEM.at(Place(file.name)))
    else:
        frame = frame.to_crs(epsg=4326)
    return {
        int(fid): geometry
        for fid, geometry in zip(frame.index, frame.geometry, strict=True)
        if geometry is not None and not geometry.is_empty
    }


NOT_JSON: Final = FindingKind(
    "not-json",
    Severity.ERROR,
    N_("The file is not valid JSON: it cannot be read from line {line} on."),
    N_("Export it again as GeoJSON; the file may be cut off, or was changed by hand."),
)
NOT_GEOJSON: Final = FindingKind(
    "not-geojson",
    Severity.ERROR,
    N_("The file is JSON, but not a collection of features."),
    N_("Export it as GeoJSON: a FeatureCollection with one feature for each change."),
)
BAD_FEATURE: Final = FindingKind(
    "bad-feature",
    Severity.ERROR,
    N_("This feature cannot be read: it needs “properties” and “geometry”."),
    N_("Compare it with the other features of the file, and mend or delete it."),
)
OTHER_COORDINATES: Final = FindingKind(
    "other-coordinates",
    Severity.ERROR,
    N_("The file gives its coordinates as “{value}”, but GeoJSON has longitude and latitude in WGS 84."),
    N_("Export it in WGS 84 (EPSG:4326)."),
)
WGS_84: Final = ("crs84", "4326")


def read_geojson(file: InputFile) -> tuple[FeatureTable | None, list[Finding]]:
    """
    Read the features of a GeoJSON file.

    Parameters
    ----------
    file
        The file; its rows are numbered by the order of the features, from 1.

    Returns
    -------
    layer : Layer or None
        None if the file cannot be read.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    text, findings = decode_text(file)
    if text is None:
        return None, findings
    place = Place(file.name)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        return None, [*findings, NOT_JSON.at(place, line=error.lineno)]
    except (ValueError, RecursionError):
        # Numbers of thousands of digits, or brackets nested as deep.
        return None, [*findings, NOT_JSON.at(place, line=1)]
    features = _list_features(document)
    if features is None:
        return None, [*findings, NOT_GEOJSON.at(place)]
    if len(features) > MAX_ROWS:
        return None, [*findings, TABLE_TOO_LONG.at(place, limit=Count(*ROWS, MAX_ROWS))]
    findings += _check_coordinates(document, place)
    return _build_layer(file, features, findings), findings


def _list_features(document: Any) -> list[Any] | None:
    """Features of a document; None if it has none to be read."""
    if not isinstance(document, dict):
        return None
    if document.get("type") == "Feature":
        return [document]
    features = document.get("features")
    return features if document.get("type") == "FeatureCollection" and isinstance(features, list) else None


def _check_coordinates(document: dict[str, Any], place: Place) -> list[Finding]:
    """Finding for another coordinate system, which older programs write into the file."""
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if name is None or (isinstance(name, str) and name.casefold().endswith(WGS_84)):
        return []
    return [OTHER_COORDINATES.at(place, value=show_value(name))]


def _build_layer(file: InputFile, features: list[Any], findings: list[Finding]) -> FeatureTable | None:
    """Text cells and geometries of the features."""
    properties: dict[int, dict[str, Any]] = {}
    geometries: dict[int, BaseGeometry] = {}
    for number, feature in enumerate(features, start=1):
        place = Place(file.name, number)
        if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
            findings.append(BAD_FEATURE.at(place))
            continue
        properties[number] = feature["properties"]
        if feature.get("geometry") is not None:
            geometry = _parse_geometry(feature["geometry"])
            if geometry is None:
                findings.append(NOT_A_GEOMETRY.at(Place(file.name, number, "geometry")))
            elif not geometry.is_empty:
                geometries[number] = geometry
    names = list(dict.fromkeys(name for row in properties.values() for name in row))
    rows = [TableRow(number, tuple(_format(row.get(name)) for name in names)) for number, row in properties.items()]
    table, more = build_table(file.name, [TableRow(0, tuple(names)), *rows])
    findings += more
    return None if table is None else FeatureTable(table, geometries)


def _parse_geometry(geometry: Any) -> BaseGeometry | None:
    """Geometry of a feature; None if it is none."""
    import shapely

    try:
        return shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.ShapelyError, RecursionError):
        return None


def _format(value: Any) -> str:
    """Text of a property; a list as words with semicolons between them."""
    if isinstance(value, list):
        return "; ".join(_format(part) for part in value if not isinstance(part, list))
    return format_cell(value)
