"""Drives by scipy's Dijkstra: the same answers as the hierarchy, slower, where numba is missing; and its oracle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final

from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.network.engine.graph import CLOSED, TIME_SHIFT, Drive, PackedMatrix, check_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

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

    def measure_places(self, sources: RoadAccess, targets: RoadAccess, watch: Watch = UNWATCHED) -> PackedMatrix:
        """
        Measure the fastest drives from places to places; offsets lead from sources to nodes, and from nodes to targets.
        """
        import numpy as np

        joined = _join_places(self, sources, targets)
        ends = joined.nodes - targets.places + np.arange(targets.places)
        packed = np.empty((sources.places, targets.places), dtype=np.int64)
        for source in range(sources.places):
            watch.check()
            packed[source] = measure_from(joined, self.graph.nodes + source)[0][ends]
        return PackedMatrix(packed)

    def find_drive(self, sources: RoadAccess, source: int, targets: RoadAccess, target: int) -> Drive | None:
        """Find the fastest drive from a place among the sources to one among the targets; None if no road leads."""
        import numpy as np

        joined = _join_places(self, sources, targets)
        start, node = self.graph.nodes + source, joined.nodes - targets.places + target
        packed, before = measure_from(joined, start)
        weight = int(packed[node])
        if weight >= CLOSED:
            return None
        entry, *arcs, exit_ = trace_links(joined, before, start, node).tolist()
        sources_from, targets_from = self.graph.arcs, self.graph.arcs + len(sources.node)
        return Drive(weight, np.array(arcs, dtype=np.int32), entry - sources_from, exit_ - targets_from)


@dataclass(frozen=True)
class Links:
    """Open links between nodes and places: graph nodes first, then sources, then targets; sorted, no doubles."""

    nodes: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    weight: NDArray[np.int64]
    # Arc; or arcs + entry of the sources; or arcs + entries of the sources + entry of the targets.
    origin: NDArray[np.int64]

    @cached_property
    def _keys(self) -> NDArray[np.int64]:
        """Tail and head of each link as one number."""
        return self.tail * self.nodes + self.head

    def find(self, tail: Sequence[int], head: Sequence[int]) -> NDArray[np.int64]:
        """Origins of the links between nodes, which must be there."""
        import numpy as np

        wanted = np.array(tail, dtype=np.int64) * self.nodes + np.array(head, dtype=np.int64)
        return np.asarray(self.origin[np.searchsorted(self._keys, wanted)])


def _join_places(metric: PlainMetric, sources: RoadAccess, targets: RoadAccess) -> Links:
    """Links of the graph and of the places."""
    import numpy as np

    graph = metric.graph
    if max(sources.node.max(initial=0), targets.node.max(initial=0)) >= max(graph.nodes, 1):
        raise IndexError(f"a place joins the roads outside the {graph.nodes} nodes")
    from_source = graph.nodes + np.repeat(np.arange(sources.places), np.diff(sources.first))
    to_target = graph.nodes + sources.places + np.repeat(np.arange(targets.places), np.diff(targets.first))
    tail = np.concatenate((graph.tail, from_source, targets.node)).astype(np.int64)
    head = np.concatenate((graph.head, sources.node, to_target)).astype(np.int64)
    weight = np.concatenate((metric.weights, sources.offset, targets.offset))
    return list_links(graph.nodes + sources.places + targets.places, tail, head, weight)


def list_links(nodes: int, tail: NDArray[np.int64], head: NDArray[np.int64], weight: NDArray[np.int64]) -> Links:
    """List the open links, sorted; of parallel ones the lightest, of equal ones the first."""
    import numpy as np

    links = np.flatnonzero((weight < CLOSED) & (tail != head))
    links = links[np.lexsort((weight[links], head[links], tail[links]))]
    doubles = (np.diff(tail[links], prepend=-1) == 0) & (np.diff(head[links], prepend=-1) == 0)
    links = links[~doubles]
    return Links(nodes, tail[links], head[links], weight[links], links)


def trace_links(links: Links, before: NDArray[np.int32], start: int, node: int) -> NDArray[np.int64]:
    """Origins of the links of a way that was found, in the order of the drive."""
    nodes = [node]
    while nodes[-1] != start:
        nodes.append(int(before[nodes[-1]]))
    nodes.reverse()
    return links.find(nodes[:-1], nodes[1:])


def measure_from(links: Links, start: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
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


LENGTH_BITS: Final = 25
"""Bits for the length where time and length are one float: up to 3,355 km, which leaves 74 hours for the time."""

EXACT: Final = 1 << 53
"""Below this floats hold all whole numbers."""


def measure_at_once(links: Links, starts: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """
    Packed weights of the best ways from some nodes to every node, and the nodes before them, as `measure_from` tells.

    Where no sum is too big for a float, and none of lengths spills into the times, one search does for both.
    """
    import numpy as np
    from scipy.sparse.csgraph import dijkstra

    link_ms, link_dm = links.weight >> TIME_SHIFT, links.weight & ((1 << TIME_SHIFT) - 1)
    if max(link_ms.max(initial=0) << LENGTH_BITS, link_dm.max(initial=0)) < EXACT:
        sums, before = dijkstra(
            _as_matrix(links, (link_ms << LENGTH_BITS) + link_dm), indices=starts, return_predecessors=True
        )
        reached = np.isfinite(sums)
        sums[~reached] = 0
        if sums.max(initial=0) < EXACT:
            whole = sums.astype(np.int64)
            lengths = whole & ((1 << LENGTH_BITS) - 1)
            # A link more would not spill either: so adding these numbers is adding times and lengths.
            if lengths.max(initial=0) + link_dm.max(initial=0) < 1 << LENGTH_BITS:
                return np.where(reached, (whole >> LENGTH_BITS << TIME_SHIFT) + lengths, CLOSED), before
    found = [measure_from(links, start) for start in starts]
    return np.stack([one[0] for one in found]), np.stack([one[1] for one in found])


def _as_matrix(links: Links, values: NDArray[np.int64]) -> csr_array:
    """Values of the links as a sparse matrix; zeros stay links of no weight."""
    import numpy as np
    from scipy.sparse import csr_array

    first = np.searchsorted(links.tail, np.arange(links.nodes + 1))
    return csr_array((values.astype(np.float64), links.head, first), shape=(links.nodes, links.nodes))
