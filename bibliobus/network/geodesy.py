"""Distances on the ellipsoid."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


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
