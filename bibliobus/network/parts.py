"""Parts of a network: roads between which a bus can drive there and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.network.bus_profile import IMPASSABLE_MS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.bus_profile import StepTimes
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


def find_parts(network: RoadNetwork, times: StepTimes) -> RoadParts:
    """
    Find the parts of a network.

    Parameters
    ----------
    network
        Roads.
    times
        How long the bus takes for each step; closed ones are not driven.

    Returns
    -------
    RoadParts
        Every node in one part; nothing is cut away. A road that is closed in its middle belongs with each of its
        open ends to the part from which the bus drives there and back.
    """
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph, chain = network.graph, network.chain
    closed = np.concatenate([[0], np.cumsum(times.step_ms[chain] >= IMPASSABLE_MS)])
    first, last = network.chain_first[:-1], network.chain_first[1:]
    open_ = closed[last] == closed[first]
    tail, head = graph.tail[open_], graph.head[open_]
    matrix = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(graph.nodes, graph.nodes)).tocsr()
    count, label = connected_components(matrix, directed=True, connection="strong")
    # Part from which each step is reached, and to which it leads, with no closed step between.
    arc, at = np.repeat(np.arange(graph.arcs), last - first), np.arange(len(chain))
    reached, leads = (np.full(2 * network.segments, -1, dtype=np.int64) for _ in range(2))
    reached[chain] = np.where(closed[at + 1] == closed[first[arc]], label[graph.tail[arc]], -1)
    leads[chain] = np.where(closed[at] == closed[last[arc]], label[graph.head[arc]], -1)
    segment_part = np.maximum(*(_keep_if_back(reached[way::2], leads) for way in (0, 1)))
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


def _keep_if_back(part: NDArray[np.int64], leads: NDArray[np.int64]) -> NDArray[np.int64]:
    """Part of each segment if it leads back there, in whatever direction; else -1."""
    import numpy as np

    return np.where((part == leads[::2]) | (part == leads[1::2]), part, -1)
