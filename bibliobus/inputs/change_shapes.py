"""Where a road change is drawn: geometries checked and turned into plain points."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.changes import AlongLine, InArea
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.language import N_

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

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
    """
    Parse well-known text.

    Parameters
    ----------
    text
        Such as ``LINESTRING (37.5 48.7, 37.6 48.7)``, longitude first.
    place
        Where the text stands.

    Returns
    -------
    BaseGeometry or Finding
        The geometry, or why it cannot be read.
    """
    import shapely

    try:
        with warnings.catch_warnings():
            # Coordinates that are no numbers are found by `read_shape`.
            warnings.simplefilter("ignore")
            return shapely.from_wkt(text)
    except shapely.errors.ShapelyError:
        return NOT_A_GEOMETRY.at(place)


def read_shape(geometry: BaseGeometry, place: Place) -> AlongLine | InArea | Finding:
    """
    Check a geometry and take its points.

    Parameters
    ----------
    geometry
        Any geometry, coordinates as (lon, lat) in degrees.
    place
        Where it stands.

    Returns
    -------
    AlongLine, InArea or Finding
        Its points, or why it cannot be used.
    """
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
