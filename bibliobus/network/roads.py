"""From the roads of an OpenStreetMap file to a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, Place
from bibliobus.network.contract import join_chains
from bibliobus.network.graph import RoadGraph
from bibliobus.network.osm_roads import MAX_SEGMENT_KM, OSM_NO_ROADS, OSM_TOO_LONG
from bibliobus.network.osm_tags import BACKWARD, FORD, FORWARD
from bibliobus.network.road_network import RoadNetwork
from bibliobus.network.turns import split_junctions
from bibliobus.units import KM_M

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.osm_roads import OsmRoads

DM_PER_M: Final = 10


def build_roads(roads: OsmRoads, file: str = "") -> tuple[RoadNetwork | None, list[Finding]]:
    """
    Build a network from the roads of a file.

    Parameters
    ----------
    roads
        Roads as they stand in the file.
    file
        Name of the file, for the findings.

    Returns
    -------
    network : RoadNetwork or None
        None if no road has two points with a position.
    findings : list of Finding
        Stretches that are left out.
    """
    import numpy as np

    start, end, way = _find_segments(roads)
    length_m = _measure(roads, start, end)
    too_long = (length_m > MAX_SEGMENT_KM * KM_M) & (roads.ways.duration_s[way] == 0)
    findings = []
    if too_long.any():
        count = len(np.unique(way[too_long]))
        findings.append(OSM_TOO_LONG.at(Place(file), count=count, limit=MAX_SEGMENT_KM))
        start, end, way, length_m = (column[~too_long] for column in (start, end, way, length_m))
    if not len(way):
        return None, [*findings, OSM_NO_ROADS.at(Place(file), ways=roads.ways_read)]
    vertex_from, vertex_to, vertex_point = _part_at_barriers(roads, start, end)
    step, tail, head = _make_steps(roads.ways.directions[way], vertex_from, vertex_to)
    split = split_junctions(
        tail, head, roads.ways.way_id[way[step >> 1]], vertex_point, roads.point_id, roads.restrictions
    )
    # Junctions are split where they have no barrier: there the first vertices are the points themselves.
    vertex = np.arange(len(split.vertex_point), dtype=np.int32)
    junction = np.where(split.split, split.vertex_point, vertex)
    chains = join_chains(len(vertex), split.tail, split.head, split.split, junction)
    # Turns have no step of their own: they vanish from the chain and leave an arc without steps.
    is_step = chains.arc < len(step)
    node_point = split.vertex_point[chains.node]
    network = RoadNetwork(
        graph=RoadGraph(roads.lat[node_point], roads.lon[node_point], chains.tail, chains.head),
        node_point=node_point,
        chain_first=np.concatenate([[0], np.cumsum(is_step)])[chains.first].astype(np.int64),
        chain=step[chains.arc[is_step]],
        segment_from=start.astype(np.int32),
        segment_to=end.astype(np.int32),
        segment_way=way.astype(np.int32),
        segment_dm=np.maximum(1, np.rint(length_m * DM_PER_M)).astype(np.int32),
        segment_ford=roads.ford[start] | roads.ford[end] | ((roads.ways.flags[way] & FORD) > 0),
        point_lat=roads.lat,
        point_lon=roads.lon,
        ways=roads.ways,
        texts=roads.texts,
        data_date=roads.data_date,
    )
    return network, findings


def _find_segments(roads: OsmRoads) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Start, end and way of every straight stretch with a length."""
    import numpy as np

    way = np.repeat(np.arange(len(roads.ways)), np.diff(roads.first))
    start, end = roads.point[:-1], roads.point[1:]
    known = np.isfinite(roads.lat)
    good = (way[1:] == way[:-1]) & (start != end) & known[start] & known[end]
    return start[good].astype(np.int64), end[good].astype(np.int64), way[:-1][good]


def _measure(roads: OsmRoads, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
    """Lengths on the ellipsoid in metres."""
    import numpy as np
    from pyproj import Geod

    _, _, length_m = Geod(ellps="WGS84").inv(roads.lon[start], roads.lat[start], roads.lon[end], roads.lat[end])
    return np.asarray(length_m, dtype=np.float64)


def _part_at_barriers(
    roads: OsmRoads, start: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Vertices where segments start and end, and the point of each: at a barrier every end is a vertex of its own."""
    import numpy as np

    vertex_from, vertex_to = start.copy(), end.copy()
    point = np.arange(len(roads.lat), dtype=np.int32)
    for column in (vertex_from, vertex_to):
        stopped = np.flatnonzero(roads.barrier[point[column]])
        new = point[column[stopped]]
        column[stopped] = len(point) + np.arange(len(stopped))
        point = np.concatenate([point, new])
    return vertex_from, vertex_to, point


def _make_steps(
    directions: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Steps that may be driven, with the vertices where they start and end."""
    import numpy as np

    along, against = np.flatnonzero(directions & FORWARD), np.flatnonzero(directions & BACKWARD)
    step = np.concatenate([2 * along, 2 * against + 1])
    tail = np.concatenate([start[along], end[against]])
    head = np.concatenate([end[along], start[against]])
    return step.astype(np.int32), tail.astype(np.int32), head.astype(np.int32)
