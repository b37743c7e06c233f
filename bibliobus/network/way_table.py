"""WayTable: what is known of each OpenStreetMap road, one row a way."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class WayTable:
    """
    Tags of roads in numbers, as `bibliobus.network.osm_tags.WayTags` describes them.

    Parameters
    ----------
    way_id
        Number in OpenStreetMap, rising.
    name_code
        Position of the name in the texts.
    ref_code
        Position of the road's number (such as ``T-05-14``) in the texts.
    road_class
        Code in the table.
    surface
        Code in the table, 0 if not tagged, 255 if the table does not name it.
    tracktype
        Code in the table, 0 if not tagged, 255 if the table does not name it.
    smoothness
        Code in the table, 0 if not tagged, 255 if the table does not name it.
    directions
        1 along the way, 2 against it, 3 both.
    flags
        Sum of the flags in `bibliobus.network.osm_tags`.
    maxspeed_forward
        Signed limit along the way in kilometres an hour; 0 for none.
    maxspeed_backward
        Signed limit against the way in kilometres an hour; 0 for none.
    max_weight_t
        Heaviest vehicle in tonnes; 0 for no limit.
    max_height_m
        Highest vehicle in metres; 0 for no limit.
    max_width_m
        Widest vehicle in metres; 0 for no limit.
    max_length_m
        Longest vehicle in metres; 0 for no limit.
    duration_s
        Seconds a ferry takes from end to end; 0 if unknown or no ferry.
    """

    way_id: NDArray[np.int64]
    name_code: NDArray[np.int32]
    ref_code: NDArray[np.int32]
    road_class: NDArray[np.uint8]
    surface: NDArray[np.uint8]
    tracktype: NDArray[np.uint8]
    smoothness: NDArray[np.uint8]
    directions: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    maxspeed_forward: NDArray[np.float32]
    maxspeed_backward: NDArray[np.float32]
    max_weight_t: NDArray[np.float32]
    max_height_m: NDArray[np.float32]
    max_width_m: NDArray[np.float32]
    max_length_m: NDArray[np.float32]
    duration_s: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for column in fields(self):
            getattr(self, column.name).setflags(write=False)

    def __len__(self) -> int:
        """Number of roads."""
        return len(self.way_id)

    def select(self, rows: NDArray[np.int64]) -> WayTable:
        """
        Select rows.

        Parameters
        ----------
        rows
            Positions of the rows to keep, in the order wanted.

        Returns
        -------
        WayTable
            Only these rows.
        """
        return replace(self, **{column.name: getattr(self, column.name)[rows] for column in fields(self)})
