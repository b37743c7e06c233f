"""The part of an OpenStreetMap file that is wanted: inside a polygon, or around places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from bibliobus.network.osm_roads import OsmRoads

REGION_UNREADABLE: Final = FindingKind(
    "region-unreadable",
    Severity.ERROR,
    N_("The file with the outline holds no polygon in GeoJSON, in degrees."),
    N_("Draw the outline as a polygon and save it as GeoJSON in WGS 84."),
)

CORNERS: Final = 72
MAX_BYTES: Final = 50_000_000

Region: TypeAlias = "BaseGeometry"
"""A part of the Earth; degrees as (lon, lat)."""


def read_region(path: Path) -> tuple[BaseGeometry | None, list[Finding]]:
    """
    Read an outline.

    Parameters
    ----------
    path
        GeoJSON file with one or more polygons.

    Returns
    -------
    region : shapely geometry or None
        All polygons together, degrees as (lon, lat); None if there is none.
    findings : list of Finding
        Why there is none.
    """
    import shapely

    try:
        with path.open("rb") as stream:
            text = stream.read(MAX_BYTES).decode("utf-8-sig")
        shapes = shapely.get_parts(shapely.from_geojson(text))
        polygons = [shape for shape in shapes.tolist() if shape.geom_type in ("Polygon", "MultiPolygon")]
        region = shapely.make_valid(shapely.union_all(polygons))
    except (OSError, ValueError, shapely.errors.ShapelyError):
        return None, [REGION_UNREADABLE.at(Place(path.name))]
    west, south, east, north = region.bounds
    if region.is_empty or not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None, [REGION_UNREADABLE.at(Place(path.name))]
    return region, []


def make_region(lats: Sequence[float], lons: Sequence[float], radius_m: float) -> BaseGeometry:
    """
    Make the region around places.

    Parameters
    ----------
    lats
        Degrees north.
    lons
        Degrees east.
    radius_m
        Metres around each place, above 0.

    Returns
    -------
    shapely geometry
        Circles on the ellipsoid, joined; degrees as (lon, lat).
    """
    import numpy as np
    import shapely
    from pyproj import Geod

    bearing = np.tile(np.linspace(0, 360, CORNERS, endpoint=False), len(lats))
    lon, lat, _ = Geod(ellps="WGS84").fwd(
        np.repeat(np.asarray(lons, dtype=float), CORNERS),
        np.repeat(np.asarray(lats, dtype=float), CORNERS),
        bearing,
        # The corners lie a little outside, so that the sides do not cut into the circle.
        np.full(len(bearing), radius_m / np.cos(np.pi / CORNERS)),
    )
    corners = np.stack([lon, lat], axis=-1).reshape(len(lats), CORNERS, 2)
    return shapely.union_all(shapely.polygons(corners))


def cut_region(roads: OsmRoads, region: BaseGeometry) -> OsmRoads:
    """
    Cut a region out of roads; roads that touch it stay whole.

    Parameters
    ----------
    roads
        All roads.
    region
        What is wanted, degrees as (lon, lat).

    Returns
    -------
    OsmRoads
        Roads and places of the region.
    """
    import numpy as np
    import shapely

    inside = find_ways_inside(region, roads.first, roads.lat[roads.point], roads.lon[roads.point])
    kept = roads.point[np.repeat(inside, np.diff(roads.first))]
    used, point = np.unique(kept, return_inverse=True)
    rows = np.flatnonzero(inside)
    return replace(
        roads,
        ways=roads.ways.select(rows),
        first=np.concatenate([[0], np.cumsum(np.diff(roads.first)[rows])]).astype(np.int64),
        point=point.astype(np.int32),
        point_id=roads.point_id[used],
        lat=roads.lat[used],
        lon=roads.lon[used],
        barrier=roads.barrier[used],
        ford=roads.ford[used],
        places=tuple(p for p in roads.places if shapely.contains_xy(region, p.lon, p.lat)),
    )


def find_ways_inside(
    region: BaseGeometry, first: NDArray[np.int64], lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """
    Find the ways that run through a region, even if no node of theirs lies in it.

    Parameters
    ----------
    region
        The region, degrees as (lon, lat).
    first
        Shape (ways + 1,): points ``first[w]`` to ``first[w + 1] - 1`` belong to way w.
    lat
        Degrees north of the points; NaN if unknown.
    lon
        Degrees east of the points; NaN if unknown.

    Returns
    -------
    numpy.ndarray
        Shape (ways,), whether the way is to be kept; it is kept whole.
    """
    import numpy as np
    import shapely

    ways = len(first) - 1
    known = np.isfinite(lat) & np.isfinite(lon)
    way = np.repeat(np.arange(ways), np.diff(first))[known]
    points = np.stack([lon[known], lat[known]], axis=-1)
    # A line needs two points: those with one only are left out.
    enough = np.bincount(way, minlength=ways) >= 2
    lines = shapely.linestrings(points[enough[way]], indices=np.cumsum(enough)[way[enough[way]]] - 1)
    inside = np.zeros(ways, dtype=bool)
    shapely.prepare(region)
    inside[enough] = shapely.intersects(region, lines)
    return inside
