"""Order of the nodes for the contraction hierarchy: nested dissection by straight cuts over the ground."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.graph import RoadGraph

LINES: Final = ((1, 0), (2, 1), (1, 1), (1, 2), (0, 1), (-1, 2), (-1, 1), (-2, 1))
"""Directions (east, north) along which cuts are looked for: every 22 to 27 degrees."""

_UNITS_A_DEGREE: Final = 10**7
_SCALE: Final = 1024


def order_nodes(graph: RoadGraph) -> NDArray[np.int32]:
    """
    Rank the nodes of a graph by nested dissection.

    Parameters
    ----------
    graph
        Roads; directions and weights do not matter.

    Returns
    -------
    numpy.ndarray
        Shape (nodes,), int32, rank of each node from 0 (contracted first) to nodes - 1; a permutation. The same
        on every machine.

    Notes
    -----
    George (1973), Nested dissection of a regular finite element mesh: separators rank above what they separate.
    Cuts are straight lines, as in the first step of inertial flow (Schild and Sommer 2015): nodes are swept along
    eight lines, and of all cuts that leave each side at least three tenths of the nodes the one with the fewest nodes
    at its border wins; that border is the separator. The eight sorted lists are made once and split stably with the
    cells, so a level takes linear time.
    """
    from bibliobus.network.hierarchy_dissection import dissect

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
