"""Which stretches of road a drawn line runs along."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.geometry import LatLon
    from bibliobus.network.stretches import Stretches

LINE_REACH_M: Final = 30.0
"""Metres that a road may lie beside a drawn line."""

LINE_ANGLE_DEG: Final = 35.0
"""Degrees by which a road may turn away from the line; a road that crosses turns farther."""

LINE_BESIDE_M: Final = 12.0
"""Metres that a road may lie farther from the line than the nearest one beside it, as two carriageways do."""

LINE_SHARED_M: Final = 20.0
"""Metres of a road that must run along the line; of one shorter than twice as much, half of it."""

SAMPLE_M: Final = 10.0
ROUNDING_M: Final = 1e-6
BIN_M: Final = 30.0
SMOOTH_M: Final = 5.0
DEGREE_M: Final = 111_320.0


def widen_box(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """
    Widen the box of a line by what a road may lie beside it.

    Parameters
    ----------
    box
        West, south, east and north in degrees.

    Returns
    -------
    tuple of float
        The wider box.
    """
    west, south, east, north = box
    up = LINE_REACH_M / DEGREE_M * 1.01
    aside = up / max(0.01, math.cos(math.radians(min(89.0, max(abs(south), abs(north))))))
    return west - aside, south - up, east + aside, north + up


def find_along(stretches: Stretches, line: Sequence[LatLon]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """
    Find what a line runs along; roads that it only crosses are not found.

    Parameters
    ----------
    stretches
        Straight stretches of road.
    line
        At least two points.

    Returns
    -------
    owner : numpy.ndarray
        Owners, rising.
    same_way : numpy.ndarray
        Whether the line runs in the direction of the owner.

    Notes
    -----
    Every stretch is looked at each `SAMPLE_M` metres. A spot lies along the line if the line passes within
    `LINE_REACH_M` and their directions differ by at most `LINE_ANGLE_DEG`; of spots side by side only those count
    that lie within `LINE_BESIDE_M` of the nearest. An owner is found if `LINE_SHARED_M` of it, or half of it where
    that is less, lie along the line.
    """
    import numpy as np
    import shapely

    lat, lon = np.array(line, dtype=float).T
    near = stretches.select_box(*widen_box((lon.min(), lat.min(), lon.max(), lat.max())))
    per_lon = DEGREE_M * max(0.01, float(np.cos(np.radians(lat.mean()))))
    path = np.stack([lon * per_lon, lat * DEGREE_M], axis=-1)
    start = np.stack([near.from_lon * per_lon, near.from_lat * DEGREE_M], axis=-1)
    way = np.stack([near.to_lon * per_lon, near.to_lat * DEGREE_M], axis=-1) - start
    length = np.hypot(way[:, 0], way[:, 1])
    whole = shapely.LineString(path)
    shapely.prepare(whole)
    # Stretches that the line does not come near need not be looked at spot by spot.
    close = shapely.dwithin(whole, shapely.linestrings(np.stack([start, start + way], axis=1)), LINE_REACH_M)
    close &= length > 0
    owner, start, way, length = near.owner[close], start[close], way[close], length[close]
    spots = np.maximum(1, np.ceil(length / SAMPLE_M)).astype(np.int64)
    which = np.repeat(np.arange(len(owner)), spots)
    part = (np.arange(len(which)) - np.repeat(np.cumsum(spots) - spots, spots) + 0.5) / spots[which]
    along, turned = _compare(path, start[which] + part[:, None] * way[which], way[which] / length[which, None])
    owners, inverse = np.unique(owner, return_inverse=True)
    share = (length / spots)[which]
    shared_m = np.bincount(inverse[which][along], weights=share[along], minlength=len(owners))
    whole_m = np.bincount(inverse, weights=length, minlength=len(owners))
    ahead_m = np.bincount(inverse[which][along], weights=(share * np.sign(turned))[along], minlength=len(owners))
    found = (shared_m > 0) & (shared_m >= np.minimum(LINE_SHARED_M, whole_m / 2) - ROUNDING_M)
    return owners[found], ahead_m[found] >= 0


def _compare(
    path: NDArray[np.float64], spot: NDArray[np.float64], heading: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Whether each spot lies along the path, and the cosine between its heading and that of the path beside it."""
    import numpy as np

    path = path[np.concatenate([[True], (np.diff(path, axis=0) != 0).any(axis=1)])]
    passed_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    at_m, distance_m = _locate(path, passed_m, spot)
    before, after = (
        np.stack([np.interp(at_m + shift, passed_m, path[:, axis]) for axis in (0, 1)], axis=-1)
        for shift in (-SMOOTH_M, SMOOTH_M)
    )
    course = after - before
    size = np.hypot(course[:, 0], course[:, 1])
    turned = (course * heading).sum(axis=1) / np.where(size > 0, size, 1)
    along = (distance_m <= LINE_REACH_M) & (np.abs(turned) >= math.cos(math.radians(LINE_ANGLE_DEG)))
    # Spots beyond the ends of the line lie behind it, not beside it.
    along &= (at_m > 0) & (at_m < passed_m[-1])
    along[along] = _is_nearest(at_m[along], distance_m[along])
    return along, turned


def _locate(
    path: NDArray[np.float64], passed_m: NDArray[np.float64], spot: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres along the path to the point nearest to each spot, and the distance to there."""
    import numpy as np
    import shapely

    pieces = np.asarray(shapely.linestrings(np.stack([path[:-1], path[1:]], axis=1)), dtype=object)
    tree = shapely.STRtree(pieces)
    piece = tree.nearest(shapely.points(spot))
    step = path[piece + 1] - path[piece]
    fraction = np.clip(((spot - path[piece]) * step).sum(axis=1) / (step**2).sum(axis=1), 0, 1)
    offset = spot - path[piece] - fraction[:, None] * step
    return passed_m[piece] + fraction * (passed_m[piece + 1] - passed_m[piece]), np.hypot(offset[:, 0], offset[:, 1])


def _is_nearest(at: NDArray[np.float64], distance_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each spot is about as near as the nearest one at that part of the line."""
    import numpy as np

    bins = (at // BIN_M).astype(np.int64)
    nearest = np.full(int(bins.max(initial=0)) + 1, np.inf)
    np.minimum.at(nearest, bins, distance_m)
    return distance_m <= nearest[bins] + LINE_BESIDE_M
