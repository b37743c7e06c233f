"""Drives by scipy's Dijkstra: the same answers as the hierarchy, slower, where numba is missing; and its oracle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from bibliobus.network.engine.graph import CLOSED, TIME_SHIFT, Drive, PackedMatrix, check_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from bibliobus.network.engine.graph import RoadAccess, RoadGraph


@dataclass(frozen=True)
class PlainIndex:
    """A road graph as it is."""

    compiled: ClassVar[bool] = False

    graph: RoadGraph

    def customize(self, weights: NDArray[np.int64]) -> PlainMetric:
        """Lay packed weights over the graph; `CLOSED` for an arc that is closed."""
        return PlainMetric(self.graph, check_weights(weights, self.graph.arcs))


@dataclass(frozen=True)
class PlainMetric:
    """A road graph with packed weights of its arcs, shape (arcs,), read-only."""

    graph: RoadGraph
    weights: NDArray[np.int64]

    def measure_places(self, sources: RoadAccess, targets: RoadAccess) -> PackedMatrix:
        """Measure the fastest drives from places to places, as `RoadMetric` tells."""
        import numpy as np

        joined = _join_places(self, sources, targets)
        ends = joined.nodes - targets.places + np.arange(targets.places)
        packed = np.empty((sources.places, targets.places), dtype=np.int64)
        for source in range(sources.places):
            packed[source] = _measure_from(joined, self.graph.nodes + source)[0][ends]
        return PackedMatrix(packed)

    def find_drive(self, sources: RoadAccess, source: int, targets: RoadAccess, target: int) -> Drive | None:
        """Find the fastest drive from a place among the sources to one among the targets; None if no road leads."""
        import numpy as np

        joined = _join_places(self, sources, targets)
        start, node = self.graph.nodes + source, joined.nodes - targets.places + target
        packed, before = _measure_from(joined, start)
        weight, way = int(packed[node]), []
        if weight >= CLOSED:
            return None
        while node != start:
            # Links are sorted by tail, then head.
            keys = joined.tail * joined.nodes + joined.head
            way.append(int(joined.origin[np.searchsorted(keys, int(before[node]) * joined.nodes + node)]))
            node = int(before[node])
        entry, *arcs, exit_ = reversed(way)
        sources_from, targets_from = self.graph.arcs, self.graph.arcs + len(sources.node)
        return Drive(weight, np.array(arcs, dtype=np.int32), entry - sources_from, exit_ - targets_from)


@dataclass(frozen=True)
class _Links:
    """Open links between nodes and places: graph nodes first, then sources, then targets; sorted, no doubles."""

    nodes: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    weight: NDArray[np.int64]
    # Arc; or arcs + entry of the sources; or arcs + entries of the sources + entry of the targets.
    origin: NDArray[np.int64]


def _join_places(metric: PlainMetric, sources: RoadAccess, targets: RoadAccess) -> _Links:
    """Links of the graph and of the places; of parallel ones the lightest, of equal ones the first."""
    import numpy as np

    graph = metric.graph
    if max(sources.node.max(initial=0), targets.node.max(initial=0)) >= max(graph.nodes, 1):
        raise IndexError(f"a place joins the roads outside the {graph.nodes} nodes")
    from_source = graph.nodes + np.repeat(np.arange(sources.places), np.diff(sources.first))
    to_target = graph.nodes + sources.places + np.repeat(np.arange(targets.places), np.diff(targets.first))
    tail = np.concatenate((graph.tail, from_source, targets.node)).astype(np.int64)
    head = np.concatenate((graph.head, sources.node, to_target)).astype(np.int64)
    weight = np.concatenate((metric.weights, sources.offset, targets.offset))
    links = np.flatnonzero((weight < CLOSED) & (tail != head))
    links = links[np.lexsort((weight[links], head[links], tail[links]))]
    doubles = (np.diff(tail[links], prepend=-1) == 0) & (np.diff(head[links], prepend=-1) == 0)
    links = links[~doubles]
    return _Links(graph.nodes + sources.places + targets.places, tail[links], head[links], weight[links], links)


def _measure_from(links: _Links, start: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """
    Packed weight of the best way to every node, and the node before it.

    scipy counts in floats, which hold whole numbers only below 2**53, and packed weights are larger. So the times
    come first; then, of the links that lie on a fastest way, those that make the shortest one.
    """
    import numpy as np
    from scipy.sparse.csgraph import dijkstra

    link_ms, link_dm = links.weight >> TIME_SHIFT, links.weight & ((1 << TIME_SHIFT) - 1)
    durations = dijkstra(_as_matrix(links, link_ms), indices=[start])[0]
    reached = np.isfinite(durations)
    duration_ms = np.where(reached, durations, 0).astype(np.int64)
    # A link fits if it takes exactly the difference of the times; no way over other links is as fast.
    fits = reached[links.tail] & (duration_ms[links.tail] + link_ms == duration_ms[links.head])
    fastest = replace(links, tail=links.tail[fits], head=links.head[fits])
    lengths, before = dijkstra(_as_matrix(fastest, link_dm[fits]), indices=[start], return_predecessors=True)
    length_dm = np.where(reached, lengths[0], 0).astype(np.int64)
    reached &= duration_ms < CLOSED >> TIME_SHIFT
    return np.where(reached, (np.where(reached, duration_ms, 0) << TIME_SHIFT) + length_dm, CLOSED), before[0]


def _as_matrix(links: _Links, values: NDArray[np.int64]) -> csr_array:
    """Values of the links as a sparse matrix; zeros stay links of no weight."""
    import numpy as np
    from scipy.sparse import csr_array

    first = np.searchsorted(links.tail, np.arange(links.nodes + 1))
    return csr_array((values.astype(np.float64), links.head, first), shape=(links.nodes, links.nodes))
