"""The one engine of drives: a hierarchy where a compiler is, a plain search where none is or the roads are few."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, TypeAlias, cast

from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.network.engine.dijkstra import Links, PlainIndex, list_links, measure_at_once, trace_links
from bibliobus.network.engine.graph import CLOSED, TIME_SHIFT, Drive, PackedMatrix, check_weights
from bibliobus.network.engine.hierarchy import build_hierarchy, order_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.engine.graph import RoadAccess, RoadGraph

FEW_NODES: Final = 500
"""
Up to so many nodes this is the fastest: on the machine of the experiment 300 nodes take 0.3 s and 500 nodes 0.9 s,
while loading the compiled hierarchy takes 1.0 s before it has measured anything.
"""

FEW_SEARCHES: Final = 400_000
"""
Up to so many nodes times places a plain search of imported roads is faster than the hierarchy for a few road changes:
it takes 0.3 µs of each, 0.1 s together, while loading the compiled hierarchy takes 0.8 s.
"""

Search: TypeAlias = tuple["NDArray[np.int64]", "NDArray[np.int32]"]
"""Packed weight of the drive to each node, `CLOSED` if none leads there; and the arc or the node before it."""


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
    def _arcs_from(self) -> list[list[tuple[int, int, int]]]:
        """Head, weight and number of the lightest open arc to each head, by tail; heads in the order of their arcs."""
        found: list[dict[int, tuple[int, int, int]]] = [{} for _ in range(self.graph.nodes)]
        arcs = zip(self.graph.tail.tolist(), self.graph.head.tolist(), self.weights.tolist(), strict=True)
        for arc, (tail, head, weight) in enumerate(arcs):
            if weight < found[tail].get(head, (head, CLOSED, 0))[1]:
                found[tail][head] = head, weight, arc
        return [list(heads.values()) for heads in found]

    @cached_property
    def _searches(self) -> dict[int, Search]:
        """Searches that were done already, by the node they start from."""
        return {}

    def _search(self, start: int) -> Search:
        """Fastest drives from a node to all others, searched once."""
        if start not in self._searches:
            self._searches[start] = self._search_anew(start)
        return self._searches[start]

    def _search_anew(self, start: int) -> Search:
        """
        Search the fastest drives from a node to all others.

        Dijkstra (1959), A note on two problems in connexion with graphs. Only times are compared: of equal ones the
        drive stays that was found first, so that the order of the rows of a table decides.
        """
        import numpy as np

        nodes = self.graph.nodes
        weights, times, ends = [CLOSED] * nodes, [CLOSED] * nodes, [-1] * nodes
        weights[start] = times[start] = 0
        # Time, then how many came before, then the node, in one number: far faster than triples. No arc comes twice.
        turn, pushed, queue = (self.graph.arcs + 1) * nodes, 0, [start]
        done, arcs_from = [False] * nodes, self._arcs_from
        while queue:
            node = heappop(queue) % nodes
            if done[node]:
                continue
            done[node] = True
            weight = weights[node]
            for head, more, arc in arcs_from[node]:
                total = weight + more
                time = total >> TIME_SHIFT
                if time < times[head]:
                    weights[head], times[head], ends[head] = total, time, arc
                    pushed += nodes
                    heappush(queue, time * turn + pushed + head)
        return np.array(weights, dtype=np.int64), np.array(ends, dtype=np.int32)

    def measure_places(self, sources: RoadAccess, targets: RoadAccess, watch: Watch = UNWATCHED) -> PackedMatrix:
        """Fastest drives from places to places, as `RoadMetric` tells."""
        import numpy as np

        packed = np.full((sources.places, targets.places), CLOSED, dtype=np.int64)
        rows, columns = (np.repeat(np.arange(access.places), np.diff(access.first)) for access in (sources, targets))
        for row, node, offset in zip(rows.tolist(), sources.node.tolist(), sources.offset.tolist(), strict=True):
            watch.check()
            np.minimum.at(packed[row], columns, offset + self._search(node)[0][targets.node] + targets.offset)
        return PackedMatrix(packed)

    def find_drive(self, sources: RoadAccess, source: int, targets: RoadAccess, target: int) -> Drive | None:
        """Fastest drive from one place to another, as `RoadMetric` tells."""
        best = min(self._weigh_drives(sources, source, targets, target), default=(CLOSED, 0, 0))
        return None if best[0] >= CLOSED else self._take_drive(sources, targets, *best)

    def _weigh_drives(
        self, sources: RoadAccess, source: int, targets: RoadAccess, target: int
    ) -> Iterator[tuple[int, int, int]]:
        """Weight of the drive from each entry of a place to each of another, and the two entries."""
        exits = range(int(targets.first[target]), int(targets.first[target + 1]))
        for entry in range(int(sources.first[source]), int(sources.first[source + 1])):
            weights = self._search(int(sources.node[entry]))[0]
            for exit_ in exits:
                weight = int(sources.offset[entry]) + int(weights[targets.node[exit_]]) + int(targets.offset[exit_])
                yield weight, entry, exit_

    def _take_drive(self, sources: RoadAccess, targets: RoadAccess, weight: int, entry: int, exit_: int) -> Drive:
        """The drive from an entry to another with its arcs."""
        return Drive(weight, self._trace(int(sources.node[entry]), int(targets.node[exit_])), entry, exit_)

    def _trace(self, start: int, node: int) -> NDArray[np.int32]:
        """Arcs of the fastest drive between two nodes."""
        import numpy as np

        ends, way = self._search(start)[1], []
        while (arc := int(ends[node])) >= 0:
            way.append(arc)
            node = int(self.graph.tail[arc])
        return np.array(way[::-1], dtype=np.int32)


@dataclass(frozen=True)
class FewIndex:
    """A road graph as it is, on which only a few places are to be measured a few times."""

    compiled: ClassVar[bool] = True

    graph: RoadGraph

    def customize(self, weights: NDArray[np.int64]) -> FewMetric:
        """Lay weights over the graph."""
        return FewMetric(self.graph, check_weights(weights, self.graph.arcs))


@dataclass(frozen=True)
class FewMetric(SmallMetric):
    """
    The same with weights: of equally fast drives the shortest counts, as in the hierarchy.

    A place at a junction may be left through it, or along a road to the next; the drive with fewer arcs is taken.
    """

    @cached_property
    def _links(self) -> Links:
        """Open arcs to search."""
        import numpy as np

        tail, head = self.graph.tail.astype(np.int64), self.graph.head.astype(np.int64)
        return list_links(self.graph.nodes, tail, head, self.weights)

    def measure_places(self, sources: RoadAccess, targets: RoadAccess, watch: Watch = UNWATCHED) -> PackedMatrix:
        """Fastest drives from places to places, as `RoadMetric` tells."""
        nodes = set(sources.node.tolist())
        starts = sorted(nodes - self._searches.keys())
        watch.check()
        if starts:
            self._searches.update(zip(starts, zip(*measure_at_once(self._links, starts), strict=True), strict=True))
        return super().measure_places(sources, targets, watch)

    def _search_anew(self, start: int) -> Search:
        """Packed weight of the fastest drive to each node, and the node before it."""
        weights, before = measure_at_once(self._links, [start])
        return weights[0], before[0]

    def _trace(self, start: int, node: int) -> NDArray[np.int32]:
        """Arcs of the fastest drive between two nodes."""
        return trace_links(self._links, self._search(start)[1], start, node).astype("int32")

    def find_drive(self, sources: RoadAccess, source: int, targets: RoadAccess, target: int) -> Drive | None:
        """Find the fastest drive from one place to another, as `RoadMetric` tells."""
        found = [*self._weigh_drives(sources, source, targets, target)]
        least = min((weight for weight, _, _ in found), default=CLOSED)
        if least >= CLOSED:
            return None
        drives = (self._take_drive(sources, targets, *one) for one in found if one[0] == least)
        return min(drives, key=lambda drive: len(drive.arcs))


class RoadMetric(Protocol):
    """Roads with the weights of one kind of bus at one time."""

    @property
    def weights(self) -> NDArray[np.int64]:
        """Packed weights of the arcs."""
        ...

    def measure_places(self, sources: RoadAccess, targets: RoadAccess, watch: Watch = UNWATCHED) -> PackedMatrix:
        """
        Measure the fastest drives from places to places.

        Parameters
        ----------
        sources
            Places to start from; offsets lead from the place to its nodes.
        targets
            Places to reach; offsets lead from the nodes to the place.
        watch
            Told, and asked whether to stop, where one place after the other is searched from.

        Returns
        -------
        PackedMatrix
            Shape (sources, targets). A drive always goes through a node: between two places on the same road the way
            along that road is for the caller to compare.
        """
        ...

    def find_drive(self, sources: RoadAccess, source: int, targets: RoadAccess, target: int) -> Drive | None:
        """
        Find the fastest drive from one place to another.

        Parameters
        ----------
        sources, source, targets, target
            Places as for `measure_places`, and one among each of them, from 0.

        Returns
        -------
        Drive or None
            The drive, with the weight that the matrix has; None if no road leads.
        """
        ...


class RoadIndex(Protocol):
    """Roads made ready for any weights; a closed road or another bus needs new weights only."""

    @property
    def compiled(self) -> bool:
        """Whether compiled code does the work; if not, the user should be told that it is slower."""
        ...

    def customize(self, weights: NDArray[np.int64]) -> RoadMetric:
        """
        Lay weights over the roads.

        Parameters
        ----------
        weights
            Shape (arcs,), packed weights of `pack_weights`; `CLOSED` for an arc that is closed.

        Returns
        -------
        RoadMetric
            Drives with these weights.
        """
        ...


def has_compiler() -> bool:
    """Tell whether numba is there, can be loaded, and has a place to keep its machine code."""
    try:
        import bibliobus.network.engine.kernels  # noqa: F401
    except (ImportError, RuntimeError):
        # numba raises RuntimeError if neither the package nor the user's cache folder can be written.
        return False
    return True


def try_compiler() -> None:
    """Compile and run something small, and write where machine code is kept."""
    import numba

    from bibliobus.network.engine.kernels import grow_int32

    if (total := cast("Any", numba.njit)(_add_up)(5)) != 10:
        raise RuntimeError(f"0 + 1 + 2 + 3 + 4 = {total}")
    place = Path(cast("Any", grow_int32).stats.cache_path)
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=place) as file:
        file.write(b"bibliobus")


def _add_up(below: int) -> int:
    """Sum of the whole numbers below one."""
    total = 0
    for number in range(below):
        total += number
    return total


def rank_nodes(graph: RoadGraph) -> NDArray[np.int32] | None:
    """Rank of each node, to be kept with the graph, as `order_nodes`; None without numba, where nothing needs it."""
    return order_nodes(graph) if has_compiler() else None


def build_index(graph: RoadGraph, rank: NDArray[np.int32] | None = None, watch: Watch = UNWATCHED) -> RoadIndex:
    """
    Make roads ready for any weights.

    Parameters
    ----------
    graph
        Roads.
    rank
        Shape (nodes,), what `rank_nodes` returned for this graph; None to rank the nodes now.
    watch
        Told, and asked whether to stop, after every part of the machine code that is loaded.

    Returns
    -------
    RoadIndex
        A contraction hierarchy where numba is there, else the plain graph.
    """
    watch.check()
    if not has_compiler():
        return PlainIndex(graph)
    watch.check()
    rank = order_nodes(graph) if rank is None else rank
    watch.check()
    return build_hierarchy(graph, rank, watch)
