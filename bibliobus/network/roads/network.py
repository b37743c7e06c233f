"""
RoadNetwork: roads as junctions and arcs, with what is known of each road and every stretch kept for closures, maps
and places.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.engine.graph import RoadGraph
    from bibliobus.network.places import LatLon


@dataclass(frozen=True)
class WayTable:
    """
    Tags of roads in numbers, as `bibliobus.network.osm.tags.WayTags` describes them.

    Codes of surface, track type and smoothness are 0 if not tagged, 255 if the table does not name the value;
    directions are 1 along the way, 2 against it, 3 both; `ref_code` is the position of the road's number (such as
    ``T-05-14``) in the texts.
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
        """Keep rows, in the order wanted."""
        return replace(self, **{column.name: getattr(self, column.name)[rows] for column in fields(self)})


@dataclass(frozen=True)
class RowFacts:
    """
    What a road table says and OpenStreetMap does not; each of its rows is one way and one segment.

    ``node``: Node of each settlement and junction by its id: places join the roads there, not at the nearest segment.
    ``speed_kmh``: Shape (rows,), speed that takes the place of that of class and surface; NaN where there is none.
    ``shapes``: (lat, lon) points of the rows that are drawn, by row; the others are straight.
    ``estimated``: Whether the rows are an assumption, and every output must say so.
    """

    node: Mapping[str, int]
    speed_kmh: NDArray[np.float64]
    shapes: Mapping[int, tuple[LatLon, ...]]
    estimated: bool

    def __post_init__(self) -> None:
        """Make the array read-only."""
        self.speed_kmh.setflags(write=False)


@dataclass(frozen=True)
class RoadNetwork:
    """
    Roads of an area, whatever their source; the same for every bus, as only times depend on it.

    A *segment* is the straight stretch between two neighbouring points of a way. A *step* is a segment driven in one
    direction: ``2 * segment`` along the way, ``2 * segment + 1`` against it. An *arc* of the graph is a chain of
    steps from junction to junction; each step that may be driven lies in exactly one arc. An arc without steps is a
    turn at a junction with turn restrictions, and costs nothing.

    Parameters
    ----------
    graph
        Junctions and arcs. A junction with turn restrictions is several nodes at one point.
    node_point
        Point where each node lies.
    chain_first
        Shape (arcs + 1,), int64: ``chain[chain_first[a]]`` to ``chain[chain_first[a + 1] - 1]`` are the steps of arc a.
    chain
        Steps of all arcs, in the order they are driven.
    segment_from, segment_to
        Points where each segment starts and ends.
    segment_way
        Row of the segment's way, never falling.
    segment_dm
        Length of each segment in decimetres, at least 1.
    segment_ford
        Whether the segment leads through water.
    point_lat, point_lon
        Degrees north and east; NaN for a junction of a table whose position nobody knows.
    ways
        Tags of the roads in numbers.
    texts
        Names and numbers of roads, the first one empty.
    data_date
        Date of the data as the file gives it; may be empty.
    rows
        What only a road table says; None if the roads are those of OpenStreetMap.
    """

    graph: RoadGraph
    node_point: NDArray[np.int32]
    chain_first: NDArray[np.int64]
    chain: NDArray[np.int32]
    segment_from: NDArray[np.int32]
    segment_to: NDArray[np.int32]
    segment_way: NDArray[np.int32]
    segment_dm: NDArray[np.int32]
    segment_ford: NDArray[np.bool_]
    point_lat: NDArray[np.float64]
    point_lon: NDArray[np.float64]
    ways: WayTable
    texts: tuple[str, ...]
    data_date: str
    rows: RowFacts | None = None

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for value in vars(self).values():
            if hasattr(value, "setflags"):
                value.setflags(write=False)

    @property
    def segments(self) -> int:
        """Number of segments."""
        return len(self.segment_way)

    @property
    def estimated(self) -> bool:
        """Whether lengths and times are an assumption."""
        return self.rows is not None and self.rows.estimated

    @cached_property
    def step_arc(self) -> NDArray[np.int32]:
        """Arc that each step lies in, shape (2 * segments,); -1 if it may not be driven."""
        import numpy as np

        arc = np.full(2 * self.segments, -1, dtype=np.int32)
        arc[self.chain] = np.repeat(np.arange(self.graph.arcs, dtype=np.int32), np.diff(self.chain_first))
        arc.setflags(write=False)
        return arc

    @cached_property
    def step_at(self) -> NDArray[np.int32]:
        """Position of each step in the chain, shape (2 * segments,); -1 if it may not be driven."""
        import numpy as np

        at = np.full(2 * self.segments, -1, dtype=np.int32)
        at[self.chain] = np.arange(len(self.chain), dtype=np.int32)
        at.setflags(write=False)
        return at

    def arc_length_dm(self) -> NDArray[np.int64]:
        """
        Measure the arcs.

        Returns
        -------
        numpy.ndarray
            Shape (arcs,), decimetres.
        """
        import numpy as np

        total = np.concatenate([[0], np.cumsum(self.segment_dm[self.chain >> 1], dtype=np.int64)])
        return np.diff(total[self.chain_first])

    def arc_line(self, arc: int) -> tuple[LatLon, ...]:
        """
        Draw an arc.

        Parameters
        ----------
        arc
            Number of the arc.

        Returns
        -------
        tuple of (lat, lon)
            Every point from start to end; one point for a turn.
        """
        return self.line_of_steps(self.chain[self.chain_first[arc] : self.chain_first[arc + 1]]) or (
            self.point_of(int(self.node_point[self.graph.tail[arc]])),
        )

    def line_of_steps(self, steps: Sequence[int] | NDArray[np.integer[Any]]) -> tuple[LatLon, ...]:
        """
        Draw the line of steps that follow each other.

        Parameters
        ----------
        steps
            Steps in the order in which they are driven.

        Returns
        -------
        tuple of tuple of float
            Points (lat, lon) in degrees, as far as they are known; empty without steps.
        """
        import numpy as np

        if not len(steps):
            return ()
        if self.rows is None:
            return tuple(map(tuple, self.points_of_steps(np.asarray(steps)).tolist()))
        parts = [self.line_of_segment(int(step) >> 1)[:: -1 if step & 1 else 1] for step in steps]
        points = [point for part in parts for point in part]
        return tuple(point for at, point in enumerate(points) if at == 0 or point != points[at - 1])

    def line_of_segment(self, segment: int) -> tuple[LatLon, ...]:
        """
        Draw the line of a segment.

        Parameters
        ----------
        segment
            Its number, from 0.

        Returns
        -------
        tuple of tuple of float
            Points (lat, lon) in degrees; less than two if nobody knows where it lies.
        """
        if self.rows is not None and segment in self.rows.shapes:
            return self.rows.shapes[segment]
        ends = (self.point_of(int(self.segment_from[segment])), self.point_of(int(self.segment_to[segment])))
        return tuple(end for end in ends if not math.isnan(end[0]))

    def points_of_steps(self, steps: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """
        Find the points of steps that follow each other.

        Parameters
        ----------
        steps
            Steps in the order they are driven, at least one.

        Returns
        -------
        numpy.ndarray
            Shape (steps + 1, 2), degrees, latitude first.
        """
        import numpy as np

        segment, against = steps >> 1, (steps & 1).astype(bool)
        end = np.where(against, self.segment_from[segment], self.segment_to[segment])
        first = self.segment_to[segment[0]] if against[0] else self.segment_from[segment[0]]
        points = np.concatenate([[first], end])
        return np.stack([self.point_lat[points], self.point_lon[points]], axis=1)

    def point_of(self, point: int) -> LatLon:
        """
        Look up a point.

        Parameters
        ----------
        point
            Number of the point.

        Returns
        -------
        (lat, lon)
            Where it lies, in degrees.
        """
        return float(self.point_lat[point]), float(self.point_lon[point])

    def way_label(self, way: int) -> str:
        """
        Name a road.

        Parameters
        ----------
        way
            Row of the way.

        Returns
        -------
        str
            Number and name; empty if it has neither.
        """
        ref, name = self.texts[self.ways.ref_code[way]], self.texts[self.ways.name_code[way]]
        return " ".join(text for text in (ref, name) if text)

    def segments_of_ways(self, way_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """
        Find the segments of ways.

        Parameters
        ----------
        way_ids
            Numbers of ways in OpenStreetMap.

        Returns
        -------
        numpy.ndarray
            Segments, rising.
        """
        import numpy as np

        return np.flatnonzero(np.isin(self.ways.way_id, way_ids)[self.segment_way])
