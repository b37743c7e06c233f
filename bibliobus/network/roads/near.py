"""Finding segments by place: near a point, near many boxes, or crossed by a shape."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from bibliobus.network.roads.network import RoadNetwork

CELL_DEG: Final = 0.005
"""Height of a cell of the grid in degrees, some 560 m; cells are as wide as they are high. By hand, not measured."""

# The ellipsoid of WGS 84, in which OpenStreetMap and positions of settlements are given.
EQUATOR_M: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257223563
# More than the columns of any grid (72,000 around the equator), so that row and column make one number.
COLUMNS: Final = 1 << 24


@dataclass(frozen=True)
class SegmentGrid:
    """Segments by cells of a grid; a segment stands in every cell of its bounding box."""

    network: RoadNetwork
    width_deg: float
    key: NDArray[np.int64]
    segment: NDArray[np.int64]


@dataclass(frozen=True)
class Nearest:
    """
    The nearest segment of each point, -1 if none is in reach.

    ``fraction``: Where on the segment the nearest point lies, 0 at its start, 1 at its end.
    ``distance_m``: Metres to there; infinite if none is in reach.
    """

    segment: NDArray[np.int64]
    fraction: NDArray[np.float64]
    distance_m: NDArray[np.float64]


def make_grid(network: RoadNetwork, wanted: NDArray[np.bool_]) -> SegmentGrid:
    """Make a grid of segments."""
    import numpy as np

    segment = np.flatnonzero(wanted)
    lat = np.stack([network.point_lat[network.segment_from[segment]], network.point_lat[network.segment_to[segment]]])
    lon = np.stack([network.point_lon[network.segment_from[segment]], network.point_lon[network.segment_to[segment]]])
    width = CELL_DEG / max(0.01, float(np.cos(np.radians(np.median(lat))))) if len(segment) else CELL_DEG
    row, column = np.floor(lat / CELL_DEG).astype(np.int64), np.floor(lon / width).astype(np.int64)
    low, left = row.min(axis=0), column.min(axis=0)
    rows, columns = row.max(axis=0) - low + 1, column.max(axis=0) - left + 1
    count = rows * columns
    owner = np.repeat(np.arange(len(segment)), count)
    within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    key = (low[owner] + within // columns[owner]) * COLUMNS + left[owner] + within % columns[owner]
    order = np.argsort(key, kind="stable")
    return SegmentGrid(network, width, key[order], segment[owner[order]])


def find_nearest(grid: SegmentGrid, lat: NDArray[np.float64], lon: NDArray[np.float64], reach_m: float) -> Nearest:
    """Find the nearest segment of each point (degrees north and east) within so many metres."""
    import numpy as np

    found = Nearest(np.full(len(lat), -1), np.zeros(len(lat)), np.full(len(lat), np.inf))
    # Most places lie at a road: look near first, and farther only for those that do not. The steps are chosen by hand;
    # they only decide how long it takes.
    for reach in sorted({min(200.0, reach_m), min(1000.0, reach_m), reach_m}):
        open_ = np.flatnonzero(found.distance_m > reach)
        point, segment = _list_candidates(grid, lat[open_], lon[open_], reach)
        point = open_[point]
        fraction, distance = _project(grid.network, segment, lat[point], lon[point])
        order = np.lexsort((segment, distance, point))
        best = order[np.flatnonzero(np.diff(point[order], prepend=-1))]
        best = best[distance[best] <= reach]
        found.segment[point[best]] = segment[best]
        found.fraction[point[best]] = fraction[best]
        found.distance_m[point[best]] = distance[best]
    return found


def find_crossed(network: RoadNetwork, shape: BaseGeometry) -> NDArray[np.int64]:
    """Find the segments that a polygon or line touches, degrees as (lon, lat), also those that only cross it."""
    import numpy as np
    import shapely

    if shape.is_empty:
        return np.zeros(0, dtype=np.int64)
    west, south, east, north = shape.bounds
    lat, lon, start, end = network.point_lat, network.point_lon, network.segment_from, network.segment_to
    # Where a point lies of the box: two ends on the same outer side cannot cross it.
    side = (lat < south) | ((lat > north) << 1) | ((lon < west) << 2) | ((lon > east) << 3)
    near = np.flatnonzero((side[start] & side[end]) == 0)
    ends = np.stack([start[near], end[near]], axis=1)
    lines = shapely.linestrings(np.stack([lon[ends], lat[ends]], axis=-1))
    shapely.prepare(shape)
    return near[shapely.intersects(shape, lines)]


def _list_candidates(
    grid: SegmentGrid, lat: NDArray[np.float64], lon: NDArray[np.float64], reach_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of a point and a segment in the cells around it."""
    import numpy as np

    reach_deg = np.degrees(reach_m / (EQUATOR_M * (1 - 2 * FLATTENING)))
    up = int(reach_deg // CELL_DEG) + 1
    # Far north a cell of the middle is narrower in metres; near the pole this grid is not made for.
    widest = max(0.01, float(np.cos(np.radians(np.abs(lat).max(initial=0)))))
    aside = int(reach_deg / widest // grid.width_deg) + 1
    rows, columns = np.mgrid[-up : up + 1, -aside : aside + 1].reshape(2, -1)
    row, column = np.floor(lat / CELL_DEG).astype(np.int64), np.floor(lon / grid.width_deg).astype(np.int64)
    keys = (row[:, None] + rows) * COLUMNS + column[:, None] + columns
    first, last = np.searchsorted(grid.key, keys, "left"), np.searchsorted(grid.key, keys, "right")
    count = (last - first).ravel()
    point = np.repeat(np.repeat(np.arange(len(lat)), keys.shape[1]), count)
    entry = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count - first.ravel(), count)
    return point, grid.segment[entry]


def _project(
    network: RoadNetwork, segment: NDArray[np.int64], lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fraction of the segment and distance in metres, on a plane that touches the ellipsoid at the point."""
    import numpy as np

    bend = 1 - FLATTENING * (2 - FLATTENING) * np.sin(np.radians(lat)) ** 2
    per_lat = np.radians(EQUATOR_M * (1 - FLATTENING) ** 2 / bend**1.5)
    per_lon = np.radians(EQUATOR_M / np.sqrt(bend) * np.cos(np.radians(lat)))
    start, end = network.segment_from[segment], network.segment_to[segment]
    x_m, y_m = (network.point_lon[start] - lon) * per_lon, (network.point_lat[start] - lat) * per_lat
    dx_m, dy_m = (network.point_lon[end] - lon) * per_lon - x_m, (network.point_lat[end] - lat) * per_lat - y_m
    square = dx_m**2 + dy_m**2
    fraction = np.clip(-(x_m * dx_m + y_m * dy_m) / np.where(square > 0, square, 1), 0, 1)
    return fraction, np.hypot(x_m + fraction * dx_m, y_m + fraction * dy_m)


MAX_CELLS: Final = 1024
"""Cells from south to north and from west to east; more are slower to mark than they save."""

# Some 1.1 km: smaller cells would leave more segments that are longer than a cell, which all have to be looked at.
MIN_CELL_DEG: Final = 0.01
DEGREE_DM: Final = 1_105_000
"""Decimetres of the shortest degree of latitude, at the equator, rounded down."""


def list_near(network: RoadNetwork, boxes: Sequence[tuple[float, float, float, float]]) -> NDArray[np.int64]:
    """
    Segments, rising, of which all that touch a box (west, south, east, north in degrees) are some, and more lie near.

    Cells of a grid that a box touches are marked, and those around them. A segment that touches a box has an end in
    a marked cell, or is longer than a cell.
    """
    import numpy as np

    if not network.segments or not len(boxes):
        return np.zeros(0, dtype=np.int64)
    lat, lon = network.point_lat, network.point_lon
    if np.isnan(lat.min()):
        # Points without a position belong to no segment.
        lat, lon = (np.where(np.isnan(lat), np.nanmin(degrees), degrees) for degrees in (lat, lon))
    (south, north), (west, east) = ((float(degrees.min()), float(degrees.max())) for degrees in (lat, lon))
    cell_lat, cell_lon = (max(MIN_CELL_DEG, size / MAX_CELLS) for size in (north - south, east - west))
    # A margin of a cell around all, so that each cell has neighbours on all sides.
    rows, columns = int((north - south) / cell_lat) + 3, int((east - west) / cell_lon) + 3
    marked = np.zeros((rows, columns), dtype=bool)
    for left, low, right, high in boxes:
        if left <= east and right >= west and low <= north and high >= south:
            up = _mark(max(low, south) - south, min(high, north) - south, cell_lat)
            marked[up, _mark(max(left, west) - west, min(right, east) - west, cell_lon)] = True
    row = ((lat - south) * (1 / cell_lat) + 1).astype(np.int32)
    column = ((lon - west) * (1 / cell_lon) + 1).astype(np.int32)
    near = marked.ravel()[np.minimum(row, rows - 1) * np.int32(columns) + np.minimum(column, columns - 1)]
    narrow = math.cos(math.radians(min(89.0, max(abs(south), abs(north)))))
    long_dm = DEGREE_DM * min(cell_lat, cell_lon * narrow)
    return np.flatnonzero(near[network.segment_from] | near[network.segment_to] | (network.segment_dm > long_dm))


def _mark(low: float, high: float, cell: float) -> slice:
    """Cells of a span and one more on each side, the margin counted in."""
    return slice(int(low / cell), int(high / cell) + 3)
