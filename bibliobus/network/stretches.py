"""Straight stretches of road, and which of them an area touches."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry


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
