"""Roads as lines for the base of a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.network.geometry import RoadLine
from bibliobus.network.profile_table import read_profile_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.geometry import LatLon
    from bibliobus.network.road_network import RoadNetwork

RANKS: Final = (
    ("motorway", "trunk", "primary", "secondary"),
    ("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary", "tertiary_link"),
    ("unclassified", "ferry"),
    ("residential", "living_street", "road"),
)
"""Classes of roads by how much they matter on a map; others are not drawn."""

MOST_LINES: Final = 3000
MARGIN_DEGREES: Final = 0.03
TOLERANCE_DEGREES: Final = 0.0001


def draw_roads(roads: RoadNetwork, around: Sequence[LatLon]) -> tuple[RoadLine, ...]:
    """
    Draw the roads around some places.

    Parameters
    ----------
    roads
        The roads.
    around
        (lat, lon) of the places; roads far outside their box are left out.

    Returns
    -------
    tuple of RoadLine
        Each road once, corners that one cannot see left out; the smaller classes only while there are
        fewer than `MOST_LINES` lines.
    """
    import numpy as np

    arcs = _find_arcs(roads, around)
    names = {code: name for name, code in read_profile_table().codes("road_class").items()}
    way = roads.segment_way[roads.chain[roads.chain_first[arcs]] >> 1]
    classes = np.array([names.get(int(code), "") for code in roads.ways.road_class[way]], dtype=object)
    lines: list[RoadLine] = []
    for rank in RANKS:
        chosen = np.flatnonzero(np.isin(classes, rank))
        if lines and len(lines) + len(chosen) > MOST_LINES:
            break
        lines += [
            RoadLine(_simplify(roads.arc_line(int(arcs[at]))), str(classes[at]), roads.way_label(int(way[at])))
            for at in chosen
        ]
    return tuple(lines)


def _find_arcs(roads: RoadNetwork, around: Sequence[LatLon]) -> NDArray[np.int64]:
    """Arcs that lead through the box of the places, one of the two directions of a road."""
    import numpy as np

    first, last = roads.chain_first[:-1], roads.chain_first[1:] - 1
    arcs = np.flatnonzero(last >= first)
    start, end = roads.chain[first[arcs]] >> 1, roads.chain[last[arcs]] >> 1
    ends = np.stack([np.minimum(start, end), np.maximum(start, end)], axis=1)
    _, once = np.unique(ends, axis=0, return_index=True)
    inside = np.ones(len(arcs), dtype=bool)
    for degrees, limits in zip((roads.point_lat, roads.point_lon), zip(*around, strict=True), strict=True):
        one, two = degrees[roads.segment_from[roads.chain >> 1]], degrees[roads.segment_to[roads.chain >> 1]]
        # Steps of arcs follow each other without gaps, so each arc ends where the next one begins.
        inside &= np.maximum.reduceat(np.maximum(one, two), first[arcs]) >= min(limits) - MARGIN_DEGREES
        inside &= np.minimum.reduceat(np.minimum(one, two), first[arcs]) <= max(limits) + MARGIN_DEGREES
    kept = np.sort(once)
    return np.asarray(arcs[kept[inside[kept]]], dtype=np.int64)


def _simplify(points: tuple[LatLon, ...]) -> tuple[LatLon, ...]:
    """Line without the corners that one cannot see."""
    import shapely

    line = shapely.simplify(shapely.LineString(points), TOLERANCE_DEGREES)
    return tuple((float(lat), float(lon)) for lat, lon in line.coords)
