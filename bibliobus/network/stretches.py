"""Straight stretches of road, and which of them an area touches or a drawn line runs along."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from bibliobus.network.geometry import LatLon

LINE_REACH_M: Final = 30.0
"""Metres that a road may lie beside a drawn line."""

LINE_ANGLE_DEG: Final = 35.0
"""Degrees by which a road may turn away from the line; a road that crosses turns farther."""

LINE_BESIDE_M: Final = 12.0
"""Metres that a road may lie farther from the line than the nearest one beside it, as two carriageways do."""

LINE_SHARED_M: Final = 20.0
"""Metres of a road that must run along the line; of one shorter than twice as much, half of it."""

SAMPLE_M: Final = 10.0
BIN_M: Final = 30.0
SMOOTH_M: Final = 5.0
DEGREE_M: Final = 111_320.0


@dataclass(frozen=True)
class Stretches:
    """
    Straight stretches of road.

    Parameters
    ----------
    owner
        Shape (stretches,), int64, what each stretch is a part of: a segment, or a row of a table.
    from_lat
        Degrees north of the starts.
    from_lon
        Degrees east of the starts.
    to_lat
        Degrees north of the ends.
    to_lon
        Degrees east of the ends.
    """

    owner: NDArray[np.int64]
    from_lat: NDArray[np.float64]
    from_lon: NDArray[np.float64]
    to_lat: NDArray[np.float64]
    to_lon: NDArray[np.float64]

    def select(self, wanted: NDArray[Any]) -> Stretches:
        """
        Select stretches.

        Parameters
        ----------
        wanted
            Positions, or whether each stretch is wanted.

        Returns
        -------
        Stretches
            Only these.
        """
        return Stretches(*(getattr(self, column.name)[wanted] for column in fields(self)))

    def select_box(self, west: float, south: float, east: float, north: float) -> Stretches:
        """
        Select the stretches that a box may touch.

        Parameters
        ----------
        west
            Degrees east of the left side.
        south
            Degrees north of the lower side.
        east
            Degrees east of the right side.
        north
            Degrees north of the upper side.

        Returns
        -------
        Stretches
            Those that do not lie beyond one side as a whole.
        """
        import numpy as np

        inside = (np.maximum(self.from_lat, self.to_lat) >= south) & (np.minimum(self.from_lat, self.to_lat) <= north)
        inside &= (np.maximum(self.from_lon, self.to_lon) >= west) & (np.minimum(self.from_lon, self.to_lon) <= east)
        return self.select(inside)


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
    import math

    west, south, east, north = box
    up = LINE_REACH_M / DEGREE_M * 1.01
    aside = up / max(0.01, math.cos(math.radians(min(89.0, max(abs(south), abs(north))))))
    return west - aside, south - up, east + aside, north + up


def find_touched(stretches: Stretches, area: BaseGeometry) -> NDArray[np.int64]:
    """
    Find what an area touches, also what only crosses it.

    Parameters
    ----------
    stretches
        Straight stretches of road.
    area
        Polygons, degrees as (lon, lat).

    Returns
    -------
    numpy.ndarray
        Owners, rising.
    """
    import numpy as np
    import shapely

    near = stretches.select_box(*area.bounds)
    starts = np.stack([near.from_lon, near.from_lat], axis=-1)
    ends = np.stack([near.to_lon, near.to_lat], axis=-1)
    shapely.prepare(area)
    return np.unique(near.owner[shapely.intersects(area, shapely.linestrings(np.stack([starts, ends], axis=1)))])


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
    path = shapely.LineString(np.stack([lon * per_lon, lat * DEGREE_M], axis=-1))
    start = np.stack([near.from_lon * per_lon, near.from_lat * DEGREE_M], axis=-1)
    way = np.stack([near.to_lon * per_lon, near.to_lat * DEGREE_M], axis=-1) - start
    length = np.hypot(way[:, 0], way[:, 1])
    shapely.prepare(path)
    # Long stretches would be sampled in vain where the line does not come near them at all.
    close = shapely.dwithin(path, shapely.linestrings(np.stack([start, start + way], axis=1)), LINE_REACH_M)
    close &= length > 0
    owner, start, way, length = near.owner[close], start[close], way[close], length[close]
    spots = np.maximum(1, np.ceil(length / SAMPLE_M)).astype(np.int64)
    which = np.repeat(np.arange(len(owner)), spots)
    part = (np.arange(len(which)) - np.repeat(np.cumsum(spots) - spots, spots) + 0.5) / spots[which]
    turned, distance_m, at = _compare(path, start[which] + part[:, None] * way[which], way[which] / length[which, None])
    along = (distance_m <= LINE_REACH_M) & (np.abs(turned) >= np.cos(np.radians(LINE_ANGLE_DEG)))
    # Spots beyond the ends of the line lie behind it, not beside it.
    along &= (at > 0) & (at < path.length)
    along[along] = _is_nearest(at[along], distance_m[along])
    owners, inverse = np.unique(owner, return_inverse=True)
    share = (length / spots)[which]
    shared_m = np.bincount(inverse[which][along], weights=share[along], minlength=len(owners))
    whole_m = np.bincount(inverse, weights=length, minlength=len(owners))
    ahead_m = np.bincount(inverse[which][along], weights=(share * np.sign(turned))[along], minlength=len(owners))
    found = (shared_m > 0) & (shared_m >= np.minimum(LINE_SHARED_M, whole_m / 2) - 1e-6)
    return owners[found], ahead_m[found] >= 0


def _compare(
    path: Any, spot: NDArray[np.float64], heading: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Cosine between a heading and that of the path beside a spot, distance in metres, and metres along the path."""
    import numpy as np
    import shapely

    points = shapely.points(spot)
    at = shapely.line_locate_point(path, points)
    nearest = shapely.get_coordinates(shapely.line_interpolate_point(path, at))
    before = shapely.get_coordinates(shapely.line_interpolate_point(path, np.maximum(at - SMOOTH_M, 0)))
    after = shapely.get_coordinates(shapely.line_interpolate_point(path, np.minimum(at + SMOOTH_M, path.length)))
    course = after - before
    size = np.hypot(course[:, 0], course[:, 1])
    turned = (course * heading).sum(axis=1) / np.where(size > 0, size, 1)
    return turned, np.hypot(*(spot - nearest).T), at


def _is_nearest(at: NDArray[np.float64], distance_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each spot is about as near as the nearest one at that part of the line."""
    import numpy as np

    bins = (at // BIN_M).astype(np.int64)
    nearest = np.full(int(bins.max(initial=0)) + 1, np.inf)
    np.minimum.at(nearest, bins, distance_m)
    return distance_m <= nearest[bins] + LINE_BESIDE_M
