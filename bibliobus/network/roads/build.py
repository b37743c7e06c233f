"""From the roads of a file to a network: turn restrictions laid in, chains of steps passed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.findings import Finding, Place
from bibliobus.network.engine.graph import RoadGraph
from bibliobus.network.osm.roads import MAX_SEGMENT_KM, OSM_NO_ROADS, OSM_TOO_LONG
from bibliobus.network.osm.tags import BACKWARD, FORD, FORWARD
from bibliobus.network.roads.network import RoadNetwork
from bibliobus.words.language import KM_M

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.osm.roads import OsmRoads, Restrictions


@dataclass(frozen=True)
class Chains:
    """
    Arcs joined into chains between nodes that matter.

    ``first``: Shape (chains + 1,): ``arc[first[c]]`` to ``arc[first[c + 1] - 1]`` belong to chain c, in driving order.
    """

    node: NDArray[np.int64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    first: NDArray[np.int64]
    arc: NDArray[np.int64]


def join_chains(
    vertices: int,
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    keep: NDArray[np.bool_],
    junction: NDArray[np.int32] | None = None,
) -> Chains:
    """
    Join arcs into chains, each in exactly one; vertices without arcs are gone.

    ``head``: Vertex where each arc ends; never the same.
    ``keep``: Shape (vertices,), vertices that must stay nodes.
    ``junction``: Shape (vertices,), vertex that each one was split from, itself if it was not; None if none was split.
        The parts of a split junction count as one neighbour, so that no bus turns round at a bend beside it.

    A vertex is passed over if it has two neighbours and one arc for each way through it: two arcs of a one-way road,
    or four of a road for both directions. List ranking by pointer doubling (Wyllie 1979) numbers the arcs of all
    chains at once. Both directions of a road are chains of their own.
    """
    import numpy as np

    near, far = (tail, head) if junction is None else (junction[tail], junction[head])
    through = _find_through(vertices, near, far) & ~keep
    before = _find_before((tail, head), (near, far), through)
    root, rank = _rank(before)
    rings = through[tail[root]]
    if rings.any():
        # A ring without any junction: one vertex of it has to be a node.
        through[_ring_vertices(before, tail, rings)] = False
        root, rank = _rank(_find_before((tail, head), (near, far), through))
    size = np.bincount(root, minlength=len(tail))
    order = np.empty(len(tail), dtype=np.int64)
    order[(np.cumsum(size) - size)[root] + rank] = np.arange(len(tail))
    starts = np.flatnonzero(rank[order] == 0)
    first = np.append(starts, len(order)).astype(np.int64)
    used = np.zeros(vertices, dtype=bool)
    used[tail], used[head] = True, True
    node = np.flatnonzero(used & ~through)
    number = np.full(vertices, -1, dtype=np.int32)
    number[node] = np.arange(len(node), dtype=np.int32)
    return Chains(node, number[tail[order[starts]]], number[head[order[first[1:] - 1]]], first, order)


def _find_through(vertices: int, tail: NDArray[np.int32], head: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether a vertex has two neighbours, and a road only goes on there."""
    import numpy as np

    # One sort tells both: which vertices are neighbours, and which arcs are double.
    keys = np.minimum(tail, head).astype(np.int64) * vertices + np.maximum(tail, head)
    keys = np.sort(2 * keys + (tail > head))
    pairs = keys >> 1
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    neighbours = np.bincount(pairs // vertices, minlength=vertices) + np.bincount(pairs % vertices, minlength=vertices)
    out, into = np.bincount(tail, minlength=vertices), np.bincount(head, minlength=vertices)
    through: NDArray[np.bool_] = (neighbours == 2) & (out == into) & ((out == 1) | (out == 2))
    double = keys[1:][keys[1:] == keys[:-1]] >> 1
    through[double // vertices] = False
    through[double % vertices] = False
    return through


def _find_before(
    ends: tuple[NDArray[np.int32], NDArray[np.int32]],
    junctions: tuple[NDArray[np.int32], NDArray[np.int32]],
    through: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Arc driven before each arc; the arc itself where a chain starts."""
    import numpy as np

    (tail, head), (near, far) = ends, junctions
    vertices = len(through)
    arcs = np.arange(len(tail))
    into = np.argsort(head)
    count = np.bincount(head, minlength=vertices)
    first = np.cumsum(count) - count
    inner = arcs[through[tail]]
    start = tail[inner]
    one = into[first[start]]
    # Of two arcs into the vertex, the one that does not come from where this one goes.
    two = into[first[start] + count[start] - 1]
    before = arcs.copy()
    before[inner] = np.where(near[one] == far[inner], two, one)
    return before


def _rank(before: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First arc of the chain of each arc, and how many arcs come before it."""
    import numpy as np

    root, rank = before, (before != np.arange(len(before))).astype(np.int64)
    for _ in range(max(1, len(before).bit_length())):
        further = root[root]
        if np.array_equal(further, root):
            break
        rank = rank + rank[root]
        root = further
    return root, rank


def _ring_vertices(before: NDArray[np.int64], tail: NDArray[np.int32], rings: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Vertex where the first arc of each ring starts."""
    import numpy as np

    label, at = np.arange(len(before)), before
    for _ in range(max(1, len(before).bit_length())):
        label, at = np.minimum(label, label[at]), at[at]
    return tail[np.unique(label[rings])]


_Rule: TypeAlias = tuple[int, int, bool]


@dataclass(frozen=True)
class SplitArcs:
    """Arcs after restricted junctions were split."""

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    vertex_point: NDArray[np.int32]
    split: NDArray[np.bool_]
    applied: int


def split_junctions(
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    arc_way: NDArray[np.int64],
    vertex_point: NDArray[np.int32],
    point_id: NDArray[np.int64],
    restrictions: Restrictions,
) -> SplitArcs:
    """
    Split the junctions where turns are restricted; the first vertices are the points themselves.

    Every arc into the junction ends at a vertex of its own and every arc out of it starts at one; a turn that is
    allowed is an arc between the two. So each stretch of road stays one arc, whatever is forbidden.
    """
    import numpy as np

    via = np.searchsorted(point_id, restrictions.via_node)
    there = via < len(point_id)
    there[there] = point_id[via[there]] == restrictions.via_node[there]
    rules: dict[int, list[_Rule]] = {}
    for row in np.flatnonzero(there).tolist():
        rule = int(restrictions.from_way[row]), int(restrictions.to_way[row]), bool(restrictions.only[row])
        rules.setdefault(int(via[row]), []).append(rule)
    wanted = np.array(sorted(rules), dtype=np.int64)
    into = _group(head, wanted)
    out = _group(tail, wanted)
    new_tail, new_head = tail.copy(), head.copy()
    points: list[int] = []
    turn_tails: list[int] = []
    turn_heads: list[int] = []
    applied = 0
    for vertex in sorted(rules):
        ins, outs = into.get(vertex, []), out.get(vertex, [])
        turns, used = _find_turns(ins, outs, arc_way, (tail, head), rules[vertex])
        if not used:
            continue
        applied += used
        base = len(vertex_point) + len(points)
        ends = {arc: base + at for at, arc in enumerate(ins)}
        starts = {arc: base + len(ins) + at for at, arc in enumerate(outs)}
        points += [int(vertex_point[vertex])] * (len(ins) + len(outs))
        turn_tails += [ends[a] for a, _ in turns]
        turn_heads += [starts[b] for _, b in turns]
        new_head[ins] = list(ends.values())
        new_tail[outs] = list(starts.values())
    vertex_point = np.concatenate([vertex_point, np.array(points, dtype=np.int32)])
    split = np.zeros(len(vertex_point), dtype=bool)
    split[len(vertex_point) - len(points) :] = True
    return SplitArcs(
        np.concatenate([new_tail, np.array(turn_tails, dtype=np.int32)]),
        np.concatenate([new_head, np.array(turn_heads, dtype=np.int32)]),
        vertex_point,
        split,
        applied,
    )


def _group(ends: NDArray[np.int32], wanted: NDArray[np.int64]) -> dict[int, list[int]]:
    """Arcs by the vertex at one of their ends, for the vertices that are wanted."""
    import numpy as np

    groups: dict[int, list[int]] = {}
    for arc in np.flatnonzero(np.isin(ends, wanted)).tolist():
        groups.setdefault(int(ends[arc]), []).append(arc)
    return groups


def _find_turns(
    ins: list[int],
    outs: list[int],
    arc_way: NDArray[np.int64],
    arcs: tuple[NDArray[np.int32], NDArray[np.int32]],
    rules: list[_Rule],
) -> tuple[list[tuple[int, int]], int]:
    """Pairs of arcs one may drive after another, and how many rules forbade something."""
    ways_in = {int(arc_way[arc]) for arc in ins}
    ways_out = {int(arc_way[arc]) for arc in outs}
    # A rule about a way that no bus may use forbids nothing.
    rules = [rule for rule in rules if rule[0] in ways_in and rule[1] in ways_out]
    if not rules:
        return [], 0
    tail, head = arcs
    turns = []
    for a in ins:
        ordered = {to for from_way, to, only in rules if only and from_way == arc_way[a]}
        forbidden = {to for from_way, to, only in rules if not only and from_way == arc_way[a]}
        for b in outs:
            way = int(arc_way[b])
            turns_back = way == arc_way[a] and tail[a] == head[b]
            if way in forbidden and (way != arc_way[a] or turns_back):
                continue
            if ordered and (way not in ordered or turns_back):
                continue
            # Nobody turns a bus round in a junction that is signed, unless there is no other way out.
            if turns_back and len(outs) > 1:
                continue
            turns.append((a, b))
    return turns, len(rules)


DM_PER_M: Final = 10


def build_roads(roads: OsmRoads, file: str = "") -> tuple[RoadNetwork | None, list[Finding]]:
    """Build a network from the roads of a file; None if no road has two points with a position."""
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
