"""
Where places lie and how legs run, in degrees for drawing only, and distances on the ellipsoid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

LatLon: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class RoadLine:
    """
    One road to draw under the plan.

    Parameters
    ----------
    points
        (lat, lon) from start to end, at least two.
    road_class
        Class as in OpenStreetMap's ``highway``; ``estimate`` if it is no real road.
    name
        Number or name; may be empty.
    """

    points: tuple[LatLon, ...]
    road_class: str
    name: str


@dataclass(frozen=True)
class MapGeometry:
    """
    Everything a map needs to know about the ground.

    Parameters
    ----------
    positions
        (lat, lon) of every place id: settlements, ``depot/…``, ``library/…``.
    roads
        Roads of the area; empty where there are none.
    legs
        (lat, lon) points of each leg by (profile id, from place, to place).
    """

    positions: Mapping[str, LatLon]
    roads: tuple[RoadLine, ...]
    legs: Mapping[tuple[str, str, str], tuple[LatLon, ...]]


def measure_distances(
    from_lat: Sequence[float], from_lon: Sequence[float], to_lat: Sequence[float], to_lon: Sequence[float]
) -> NDArray[np.float64]:
    """
    Measure the shortest lines between every two points on the WGS 84 ellipsoid.

    Parameters
    ----------
    from_lat
        Degrees north of the starts.
    from_lon
        Degrees east of the starts.
    to_lat
        Degrees north of the ends.
    to_lon
        Degrees east of the ends.

    Returns
    -------
    numpy.ndarray
        Shape (starts, ends), metres.
    """
    import numpy as np
    from pyproj import Geod

    starts, ends = len(from_lat), len(to_lat)
    _, _, distances = Geod(ellps="WGS84").inv(
        np.repeat(np.asarray(from_lon, dtype=float), ends),
        np.repeat(np.asarray(from_lat, dtype=float), ends),
        np.tile(np.asarray(to_lon, dtype=float), starts),
        np.tile(np.asarray(to_lat, dtype=float), starts),
    )
    return np.asarray(distances, dtype=np.float64).reshape(starts, ends)
