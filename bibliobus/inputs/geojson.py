"""GeoJSON: properties of its features as text cells, geometries beside them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.cells import show_value
from bibliobus.inputs.change_shapes import NOT_A_GEOMETRY
from bibliobus.inputs.geopackage import Layer
from bibliobus.inputs.table_file import MAX_ROWS, ROWS, TABLE_TOO_LONG, TableRow, build_table
from bibliobus.inputs.text_file import decode_text
from bibliobus.inputs.workbook import format_cell
from bibliobus.language import N_
from bibliobus.quantities import Count

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from bibliobus.inputs.files import InputFile

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


def read_geojson(file: InputFile) -> tuple[Layer | None, list[Finding]]:
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


def _build_layer(file: InputFile, features: list[Any], findings: list[Finding]) -> Layer | None:
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
    return None if table is None else Layer(table, geometries)


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
