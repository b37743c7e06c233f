"""Segments near many boxes at once, found in one look over the points of a network."""

from __future__ import annotations

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
    # Points without a position belong to no segment.
    lat, lon = np.nan_to_num(network.point_lat), np.nan_to_num(network.point_lon)
    (south, north), (west, east) = _find_range(network.point_lat), _find_range(network.point_lon)
    cell_lat, cell_lon = (max(MIN_CELL_DEG, size / MAX_CELLS) for size in (north - south, east - west))
    marked = np.zeros((int((north - south) / cell_lat) + 3, int((east - west) / cell_lon) + 3), dtype=bool)
    for left, low, right, high in boxes:
        if left <= east and right >= west and low <= north and high >= south:
            # Row and column 0 lie outside, so that a cell has neighbours on all sides.
            rows = slice(
                max(0, int((max(low, south) - south) / cell_lat)), int((min(high, north) - south) / cell_lat) + 3
            )
            columns = slice(
                max(0, int((max(left, west) - west) / cell_lon)), int((min(right, east) - west) / cell_lon) + 3
            )
            marked[rows, columns] = True
    row = np.clip((lat - south) / cell_lat + 1, 0, marked.shape[0] - 1).astype(np.int32)
    column = np.clip((lon - west) / cell_lon + 1, 0, marked.shape[1] - 1).astype(np.int32)
    near = marked[row, column]
    narrow = np.cos(np.radians(min(89.0, max(abs(south), abs(north)))))
    long_dm = DEGREE_DM * min(cell_lat, cell_lon * narrow)
    return np.flatnonzero(near[network.segment_from] | near[network.segment_to] | (network.segment_dm > long_dm))


def _find_range(degrees: NDArray[np.float64]) -> tuple[float, float]:
    """Least and greatest degree that is known."""
    import numpy as np

    return float(np.nanmin(degrees)), float(np.nanmax(degrees))
