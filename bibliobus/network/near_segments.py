"""Segments near many boxes at once, found in one look over the points of a network."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.road_network import RoadNetwork

MAX_CELLS: Final = 1024
"""Cells from south to north and from west to east; more are slower to mark than they save."""

MIN_CELL_DEG: Final = 0.01
DEGREE_DM: Final = 1_105_000
"""Decimetres of the shortest degree of latitude, at the equator, rounded down."""


def list_near(network: RoadNetwork, boxes: Sequence[tuple[float, float, float, float]]) -> NDArray[np.int64]:
    """
    List the segments near some boxes.

    Parameters
    ----------
    network
        Roads.
    boxes
        West, south, east and north of each, in degrees.

    Returns
    -------
    numpy.ndarray
        Segments, rising; all that touch a box are among them, and some that lie near one.

    Notes
    -----
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
