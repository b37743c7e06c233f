"""
Customizable contraction hierarchy, ordered by nested dissection: drives in microseconds, on roads that may change
every minute.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar, Final

from bibliobus.network.engine.graph import CLOSED, Drive, PackedMatrix, check_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.engine.graph import RoadAccess, RoadGraph


@dataclass(frozen=True)
class Hierarchy:
    """
    A road graph contracted once for all weights it may ever have. Arrays are read-only.

    ``rank``: Shape (nodes,), rank of each node, 0 contracted first.
    ``up_first``: Shape (nodes + 1,): edges of the node of rank r are ``up_first[r]`` to ``up_first[r + 1] - 1``.
    ``up_head``: Shape (edges,), rank of the higher node of each edge, rising for each node.
    ``parent``: Shape (nodes,), rank of the lowest upper neighbour of each rank, -1 for none: the elimination tree.
    ``slots``: Shape (arcs,): arc a runs up edge ``slots[a] // 2``, or down if odd; -1 if it ends where it starts.

    Dibbelt, Strasser and Wagner (2016), Customizable contraction hierarchies: order and shortcuts depend on the
    topology alone; weights are laid over them afterwards. The edges are those of a symbolic Cholesky factor.
    """

    compiled: ClassVar[bool] = True

    rank: NDArray[np.int32]
    up_first: NDArray[np.int64]
    up_head: NDArray[np.int32]
    parent: NDArray[np.int32]
    slots: NDArray[np.int32]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        _freeze(self)

    def customize(self, weights: NDArray[np.int64]) -> HierarchyMetric:
        """Lay packed weights over the hierarchy; `CLOSED` for an arc that is closed."""
        from bibliobus.network.engine.kernels import lay_weights

        checked = check_weights(weights, len(self.slots))
        return HierarchyMetric(self, checked, *lay_weights(self.up_first, self.up_head, self.slots, checked))


@dataclass(frozen=True)
class HierarchyMetric:
    """
    A hierarchy with packed weights, read-only.

    ``weights``: Shape (arcs,), those of the arcs.
    ``up``, ``down``: Shape (edges,), those of each edge towards the higher and the lower node, over lower nodes only.
    ``via_up``, ``via_down``: Shape (edges,), what these are made of: -2 - arc, the rank of a middle node, -1 for
        nothing.
    """

    hierarchy: Hierarchy
    weights: NDArray[np.int64]
    up: NDArray[np.int64]
    down: NDArray[np.int64]
    via_up: NDArray[np.int32]
    via_down: NDArray[np.int32]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        _freeze(self)

    def measure_places(self, sources: RoadAccess, targets: RoadAccess) -> PackedMatrix:
        """
        Measure the fastest drives from places to places; offsets lead from sources to nodes, and from nodes to targets.

        Delling, Goldberg, Nowatzyk and Werneck (2011), PHAST: one climb a source and one linear sweep down for a
        batch of sources, restricted to the nodes above the targets.
        """
        from bibliobus.network.engine.kernels import sweep

        above, rank = self.hierarchy, self.hierarchy.rank
        return PackedMatrix(
            sweep(
                above.up_first,
                above.up_head,
                above.parent,
                self.up,
                self.down,
                sources.first,
                rank[sources.node],
                sources.offset,
                targets.first,
                rank[targets.node],
                targets.offset,
            )
        )

    def find_drive(self, sources: RoadAccess, source: int, targets: RoadAccess, target: int) -> Drive | None:
        """Find the fastest drive from a place among the sources to one among the targets; None if no road leads."""
        from bibliobus.network.engine.kernels import find_way

        above, rank = self.hierarchy, self.hierarchy.rank
        start, end = sources.first[source : source + 2], targets.first[target : target + 2]
        weight, arcs, source_entry, target_entry = find_way(
            above.up_first,
            above.up_head,
            above.parent,
            self.up,
            self.down,
            self.via_up,
            self.via_down,
            rank[sources.node[slice(*start)]],
            sources.offset[slice(*start)],
            rank[targets.node[slice(*end)]],
            targets.offset[slice(*end)],
        )
        if weight >= CLOSED:
            return None
        return Drive(int(weight), arcs, int(start[0]) + source_entry, int(end[0]) + target_entry)


def build_hierarchy(graph: RoadGraph, rank: NDArray[np.int32]) -> Hierarchy:
    """Contract a road graph in the order of `order_nodes`; any permutation is right, a good one is fast."""
    import numpy as np

    from bibliobus.network.engine.kernels import find_edges, find_slots

    if len(rank) != graph.nodes or not np.array_equal(np.sort(rank), np.arange(graph.nodes)):
        raise ValueError(f"ranks are no permutation of {graph.nodes} nodes")
    rank = np.array(rank, dtype=np.int32)
    tail, head = rank[graph.tail], rank[graph.head]
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    first = np.zeros(graph.nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(low, minlength=graph.nodes), out=first[1:])
    up_first, up_head, parent = find_edges(first, high[np.argsort(low, kind="stable")])
    return Hierarchy(rank, up_first, up_head, parent, find_slots(up_first, up_head, tail, head))


def _freeze(value: Hierarchy | HierarchyMetric) -> None:
    """Arrays of the value made read-only."""
    for field in fields(value):
        array = getattr(value, field.name)
        if not isinstance(array, Hierarchy):
            array.setflags(write=False)


LINES: Final = ((1, 0), (2, 1), (1, 1), (1, 2), (0, 1), (-1, 2), (-1, 1), (-2, 1))
"""Directions (east, north) along which cuts are looked for: every 22 to 27 degrees."""

# OpenStreetMap keeps degrees in whole units of 1e-7; with the scale for the narrowing of meridians and the directions
# above, sums stay below 2**63 (180 * 1e7 * 1024 * 3 is 5.5e12).
_UNITS_A_DEGREE: Final = 10**7
_SCALE: Final = 1024


def order_nodes(graph: RoadGraph) -> NDArray[np.int32]:
    """
    Rank the nodes of a graph by nested dissection, 0 contracted first, the same on every machine.

    George (1973), Nested dissection of a regular finite element mesh: separators rank above what they separate.
    Cuts are straight lines, as in the first step of inertial flow (Schild and Sommer 2015): nodes are swept along
    eight lines, and of all cuts that leave each side at least three tenths of the nodes the one with the fewest nodes
    at its border wins; that border is the separator. The eight sorted lists are made once and split stably with the
    cells, so a level takes linear time. Directions and weights do not matter.
    """
    from bibliobus.network.engine.dissection import dissect

    first, neighbour = _list_neighbours(graph)
    return dissect(first, neighbour, _sort_along_lines(graph))


def _list_neighbours(graph: RoadGraph) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Neighbours of each node without doubles and loops, as offsets and one list."""
    import numpy as np

    low, high = np.minimum(graph.tail, graph.head).astype(np.int64), np.maximum(graph.tail, graph.head)
    edges = np.unique((low * graph.nodes + high)[low != high])
    low, high = np.divmod(edges, max(graph.nodes, 1))
    ends, others = np.concatenate((low, high)), np.concatenate((high, low))
    first = np.zeros(graph.nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends, minlength=graph.nodes), out=first[1:])
    return first, others[np.argsort(ends, kind="stable")].astype(np.int32)


def _sort_along_lines(graph: RoadGraph) -> NDArray[np.int32]:
    """Nodes sorted along each line, shape (lines, nodes); in whole numbers, so that every machine sorts alike."""
    import numpy as np

    lat = np.rint(graph.node_lat * _UNITS_A_DEGREE).astype(np.int64)
    lon = np.rint(graph.node_lon * _UNITS_A_DEGREE).astype(np.int64)
    middle_lat = float(graph.node_lat.min() + graph.node_lat.max()) / 2 if graph.nodes else 0.0
    narrowing = round(_SCALE * math.cos(math.radians(middle_lat)))
    x, y = lon * narrowing, lat * _SCALE
    return np.stack([np.argsort(east * x + north * y, kind="stable").astype(np.int32) for east, north in LINES])
