"""What a change needs of roads, whatever their source, and a change with the roads it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bibliobus.findings import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.domain.changes import RoadChange
    from bibliobus.domain.places import Settlement
    from bibliobus.network.stretches import Stretches


@dataclass(frozen=True)
class RoadMatch:
    """
    Roads that a change is about, as steps.

    A step is a segment of a network, or a row of a road table, in one direction: ``2 * segment`` along it,
    ``2 * segment + 1`` against it.

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


class ChangeableRoads(Protocol):
    """Roads of whatever source on which changes can be found."""

    def list_stretches(self, boxes: Sequence[tuple[float, float, float, float]]) -> Stretches:
        """
        List the stretches of road near some boxes, and perhaps more.

        Parameters
        ----------
        boxes
            West, south, east and north of each, in degrees.

        Returns
        -------
        Stretches
            All that touch a box are among them; owners are segments or rows.
        """
        ...

    def find_ways(self, change: RoadChange, way_ids: Sequence[int]) -> RoadMatch | Finding:
        """
        Find roads by their numbers in OpenStreetMap.

        Parameters
        ----------
        change
            The change, for the finding.
        way_ids
            Numbers.

        Returns
        -------
        RoadMatch or Finding
            The roads, or what is wrong.
        """
        ...

    def find_between(self, change: RoadChange, start: Settlement, end: Settlement, road: str) -> RoadMatch | Finding:
        """
        Find the stretch of a road between two settlements.

        Parameters
        ----------
        change
            The change, for the finding.
        start
            Where it begins.
        end
            Where it ends.
        road
            Number or name of the road; may be empty.

        Returns
        -------
        RoadMatch or Finding
            The stretch, or what is wrong.
        """
        ...

    def may_drive(self, steps: NDArray[np.int64]) -> NDArray[np.bool_]:
        """
        Tell where any bus may drive at all.

        Parameters
        ----------
        steps
            Steps.

        Returns
        -------
        numpy.ndarray
            False against one-way roads.
        """
        ...


def place_change(change: RoadChange, column: str = "") -> Place:
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
