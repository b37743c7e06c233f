"""
What a change needs of roads, whatever their source: straight stretches, and the change with the roads it is about.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from bibliobus.findings import Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from bibliobus.domain.changes import RoadChange


@dataclass(frozen=True)
class RoadMatch:
    """
    Roads that a change is about, as steps.

    A step is a segment of a network in one direction: ``2 * segment`` along it, ``2 * segment + 1`` against it.

    Parameters
    ----------
    along
        Steps in the direction of the change, int64.
    against
        Steps in the other direction, int64.
    """

    along: NDArray[np.int64]
    against: NDArray[np.int64]


@dataclass(frozen=True)
class ResolvedChange:
    """
    A change with the roads it is about.

    Parameters
    ----------
    change
        The change.
    steps
        Steps it holds for, rising, int64; at least one. Read-only.
    profile_ids
        Bus profiles it holds for, sorted; None means all.
    """

    change: RoadChange
    steps: NDArray[np.int64]
    profile_ids: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Make the array read-only."""
        self.steps.setflags(write=False)

    def holds_for(self, profile_id: str) -> bool:
        """
        Tell whether the change holds for a bus profile.

        Parameters
        ----------
        profile_id
            The profile.

        Returns
        -------
        bool
            True if it does.
        """
        return self.profile_ids is None or profile_id in self.profile_ids


def tell_place(change: RoadChange, column: str = "") -> Place:
    """
    Say where a change stands.

    Parameters
    ----------
    change
        The change.
    column
        Column that is meant; empty for the whole row.

    Returns
    -------
    Place
        File, row and column.
    """
    return Place(change.file, change.row, column)


@dataclass(frozen=True)
class Stretches:
    """
    Straight stretches of road.

    Parameters
    ----------
    owner
        Shape (stretches,), int64, what each stretch is a part of: a segment.
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

    def join(self, other: Stretches) -> Stretches:
        """These stretches and then some others."""
        import numpy as np

        return Stretches(*(np.concatenate([getattr(self, one.name), getattr(other, one.name)]) for one in fields(self)))

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
