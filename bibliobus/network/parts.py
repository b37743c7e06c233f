"""Parts of a network: roads between which a bus can drive there and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.network.weights import CLOSED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.road_network import RoadNetwork


@dataclass(frozen=True)
class RoadParts:
    """
    Parts of a network for one bus, the longest first.

    Parameters
    ----------
    node_part
        Shape (nodes,), part of each node; 0 is the longest.
    length_m
        Shape (parts,), metres of road in each part, a road counted once.
    segment_part
        Shape (segments,), part of each segment; -1 if it only leads from one part to another, or nowhere.
    """

    node_part: NDArray[np.int64]
    length_m: NDArray[np.int64]
    segment_part: NDArray[np.int64]


def find_parts(network: RoadNetwork, weights: NDArray[np.int64]) -> RoadParts:
    """
    Find the parts of a network.

    Parameters
    ----------
    network
        Roads.
    weights
        Packed weights of the arcs; `CLOSED` arcs are not driven.

    Returns
    -------
    RoadParts
        Every node in one part; nothing is cut away.
    """
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = network.graph
    open_ = weights < CLOSED
    tail, head = graph.tail[open_], graph.head[open_]
    matrix = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(graph.nodes, graph.nodes)).tocsr()
    count, label = connected_components(matrix, directed=True, connection="strong")
    inside = open_ & (label[graph.tail] == label[graph.head])
    step_part = np.full(2 * network.segments, -1, dtype=np.int64)
    arc_part = np.where(inside, label[graph.tail], -1)
    step_part[network.chain] = np.repeat(arc_part, np.diff(network.chain_first))
    segment_part = np.maximum(step_part[::2], step_part[1::2])
    found = segment_part >= 0
    length_dm = np.bincount(segment_part[found], weights=network.segment_dm[found], minlength=count)
    order = np.argsort(-length_dm, kind="stable")
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    return RoadParts(
        rank[label],
        np.rint(length_dm[order] / 10).astype(np.int64),
        np.where(found, rank[np.maximum(segment_part, 0)], -1),
    )
