"""Turn restrictions laid into a graph: a restricted junction becomes one vertex for each road into and out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.osm_roads import Restrictions

_Rule: TypeAlias = tuple[int, int, bool]


@dataclass(frozen=True)
class SplitArcs:
    """
    Arcs after restricted junctions were split.

    Parameters
    ----------
    tail
        Vertex where each arc starts: first the arcs as they were, then the turns.
    head
        Vertex where each arc ends.
    vertex_point
        Point where each vertex lies, the new ones behind the old ones.
    split
        Shape (vertices,), whether a vertex is part of a restricted junction.
    applied
        Restrictions that forbade a turn.
    """

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
    Split the junctions where turns are restricted.

    Parameters
    ----------
    tail
        Vertex where each arc starts.
    head
        Vertex where each arc ends.
    arc_way
        Number of each arc's way in OpenStreetMap.
    vertex_point
        Point where each vertex lies; the first vertices are the points themselves.
    point_id
        Numbers of the points in OpenStreetMap, rising.
    restrictions
        Turns that are not allowed.

    Returns
    -------
    SplitArcs
        Arcs that a drive obeying all restrictions can follow, and no others.

    Notes
    -----
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
