"""Drives on small networks: plain Dijkstra, done before anything faster would even be loaded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from bibliobus.network.engine.graph import Drive
from bibliobus.network.engine.weights import CLOSED, TIME_SHIFT, PackedMatrix, check_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.engine.graph import RoadAccess, RoadGraph

FEW_NODES: Final = 500
"""
Up to so many nodes this is the fastest: on the machine of the experiment 300 nodes take 0.3 s and 500 nodes 0.9 s,
while loading the compiled hierarchy takes 1.0 s before it has measured anything.
"""

Search: TypeAlias = dict[int, tuple[int, int]]
"""Packed weight of the drive to each node that is reached, and the arc it ends with; -1 at the start."""


@dataclass(frozen=True)
class SmallIndex:
    """A small road graph as it is."""

    compiled: ClassVar[bool] = True

    graph: RoadGraph

    def customize(self, weights: NDArray[np.int64]) -> SmallMetric:
        """Lay weights over the graph."""
        return SmallMetric(self.graph, check_weights(weights, self.graph.arcs))


@dataclass(frozen=True)
class SmallMetric:
    """
    A small road graph with weights.

    Of equally fast drives the one that is found first counts, its length too. So road tables have always been driven,
    and plans made from them stay as they are; larger networks take the shortest.
    """

    graph: RoadGraph
    weights: NDArray[np.int64]

    @cached_property
    def _arcs_from(self) -> list[dict[int, tuple[int, int]]]:
        """Weight and number of the lightest open arc to each head, by tail; heads in the order of their arcs."""
        found: list[dict[int, tuple[int, int]]] = [{} for _ in range(self.graph.nodes)]
        arcs = zip(self.graph.tail.tolist(), self.graph.head.tolist(), self.weights.tolist(), strict=True)
        for arc, (tail, head, weight) in enumerate(arcs):
            if weight < found[tail].get(head, (CLOSED, 0))[0]:
                found[tail][head] = weight, arc
        return found

    @cached_property
    def _searches(self) -> dict[int, Search]:
        """Searches that were done already, by the node they start from."""
        return {}

    def _search(self, start: int) -> Search:
        """
        Fastest drives from a node to all others.

        Dijkstra (1959), A note on two problems in connexion with graphs. Only times are compared: of equal ones the
        drive stays that was found first, so that the order of the rows of a table decides.
        """
        if start in self._searches:
            return self._searches[start]
        found: Search = {}
        seen = {start: (0, -1)}
        queue, pushed = [(0, 0, start)], 0
        while queue:
            node = heappop(queue)[2]
            if node in found:
                continue
            weight = seen[node][0]
            found[node] = seen[node]
            for head, (more, arc) in self._arcs_from[node].items():
                total = weight + more
                if head not in found and (head not in seen or total >> TIME_SHIFT < seen[head][0] >> TIME_SHIFT):
                    seen[head] = total, arc
                    pushed += 1
                    heappush(queue, (total >> TIME_SHIFT, pushed, head))
        self._searches[start] = found
        return found

    def measure_places(self, sources: RoadAccess, targets: RoadAccess) -> PackedMatrix:
        """Fastest drives from places to places."""
        import numpy as np

        packed = np.full((sources.places, targets.places), CLOSED, dtype=np.int64)
        rows, columns = (np.repeat(np.arange(access.places), np.diff(access.first)) for access in (sources, targets))
        goals = targets.node.tolist()
        for row, node, offset in zip(rows.tolist(), sources.node.tolist(), sources.offset.tolist(), strict=True):
            search = self._search(node)
            reached = np.array([search.get(goal, (CLOSED, -1))[0] for goal in goals], dtype=np.int64)
            np.minimum.at(packed[row], columns, offset + reached + targets.offset)
        return PackedMatrix(packed)

    def find_drive(self, sources: RoadAccess, source: int, targets: RoadAccess, target: int) -> Drive | None:
        """Fastest drive from one place to another; None if no road leads."""
        exits = range(int(targets.first[target]), int(targets.first[target + 1]))
        best = (CLOSED, 0, 0)
        for entry in range(int(sources.first[source]), int(sources.first[source + 1])):
            search = self._search(int(sources.node[entry]))
            for exit_ in exits:
                weight = search.get(int(targets.node[exit_]), (CLOSED, -1))[0]
                best = min(best, (int(sources.offset[entry]) + weight + int(targets.offset[exit_]), entry, exit_))
        weight, entry, exit_ = best
        if weight >= CLOSED:
            return None
        return Drive(weight, self._trace(int(sources.node[entry]), int(targets.node[exit_])), entry, exit_)

    def _trace(self, start: int, node: int) -> NDArray[np.int32]:
        """Arcs of the fastest drive between two nodes."""
        import numpy as np

        search, way = self._search(start), []
        while (arc := search[node][1]) >= 0:
            way.append(arc)
            node = int(self.graph.tail[arc])
        return np.array(way[::-1], dtype=np.int32)
