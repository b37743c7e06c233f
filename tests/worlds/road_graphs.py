"""Random road graphs with one-ways, parallel roads, loops and parts that cannot be reached."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from bibliobus.network.engine.graph import CLOSED, RoadAccess, RoadGraph, pack_weights


@dataclass(frozen=True)
class RoadCase:
    """A graph with weights, places and arcs to close."""

    graph: RoadGraph
    weights: np.ndarray
    sources: RoadAccess
    targets: RoadAccess
    closed: np.ndarray

    @property
    def weights_after(self) -> np.ndarray:
        """Weights with the closures laid over them."""
        return close(self.weights, self.closed)


def close(weights: np.ndarray, closed: np.ndarray) -> np.ndarray:
    """Weights with some arcs closed."""
    return np.where(np.isin(np.arange(len(weights)), closed), CLOSED, weights)


def make_case(seed: int, nodes: int, *, short: bool = False, places: int = 12) -> RoadCase:
    """
    Make a random case: a thinned grid with one-ways, parallel roads and loops.

    With ``short`` weights are so small that many drives take equally long, and some take no time at all.
    """
    rng = np.random.default_rng(seed)
    width = max(1, round(nodes**0.5))
    east, north = np.arange(nodes) % width, np.arange(nodes) // width
    pairs = [(v, v + 1) for v in range(nodes - 1) if east[v] + 1 < width]
    pairs += [(v, v + width) for v in range(nodes - width)]
    pairs = [pair for pair in pairs if rng.random() < 0.8]
    arcs: list[tuple[int, int]] = []
    for tail, head in pairs:
        kind = rng.random()
        arcs += [(tail, head)] if kind < 0.1 else [(head, tail)] if kind < 0.2 else [(tail, head), (head, tail)]
        arcs += [(tail, head)] if rng.random() < 0.1 else []
    arcs += [(int(v), int(v)) for v in rng.integers(0, nodes, 3)]
    arcs += [(int(v), int(w)) for v, w in rng.integers(0, nodes, (nodes // 20, 2))]
    ends = np.array(arcs)[rng.permutation(len(arcs))]
    graph = RoadGraph(48 + 0.01 * north + rng.normal(0, 0.003, nodes), 37 + 0.01 * east, ends[:, 0], ends[:, 1])
    limit = 4 if short else 600_000
    weights = pack_weights(rng.integers(0, limit, len(ends)), rng.integers(0, limit, len(ends)))
    closed = np.flatnonzero(rng.random(len(ends)) < 0.1)
    return RoadCase(graph, weights, _join(rng, nodes, places, limit), _join(rng, nodes, places + 7, limit), closed)


def _join(rng: np.random.Generator, nodes: int, places: int, limit: int) -> RoadAccess:
    """Places in the middle of roads: none to four nodes each, some of them closed."""
    counts = rng.integers(0, 5, places)
    entries = int(counts.sum())
    offset = pack_weights(rng.integers(0, limit, entries), rng.integers(0, limit, entries))
    offset[rng.random(entries) < 0.1] = CLOSED
    return RoadAccess(np.concatenate(([0], np.cumsum(counts))), rng.integers(0, nodes, entries), offset)


@st.composite
def small_cases(draw: st.DrawFn) -> RoadCase:
    """Any small graph, with weights that often tie."""
    nodes = draw(st.integers(1, 9))
    node = st.integers(0, nodes - 1)
    weight = st.tuples(st.integers(0, 3), st.integers(0, 3))
    arcs = draw(st.lists(st.tuples(node, node, weight), max_size=24))
    degrees = st.integers(-2, 2).map(float)
    lat, lon = (draw(st.lists(degrees, min_size=nodes, max_size=nodes)) for _ in range(2))
    graph = RoadGraph(
        np.array(lat), np.array(lon), np.array([a[0] for a in arcs], int), np.array([a[1] for a in arcs], int)
    )
    weights = pack_weights(np.array([a[2][0] for a in arcs], int), np.array([a[2][1] for a in arcs], int))
    closed = np.array(sorted(draw(st.sets(st.integers(0, max(len(arcs) - 1, 0)), max_size=len(arcs)))), int)
    access = st.lists(st.lists(st.tuples(node, weight), max_size=3), max_size=4)
    return RoadCase(graph, weights, _from_lists(draw(access)), _from_lists(draw(access)), closed)


def _from_lists(places: list[list[tuple[int, tuple[int, int]]]]) -> RoadAccess:
    """Access of places given as lists of (node, (milliseconds, decimetres))."""
    entries = [entry for place in places for entry in place]
    offset = pack_weights(np.array([e[1][0] for e in entries], int), np.array([e[1][1] for e in entries], int))
    first = np.cumsum([0, *(len(place) for place in places)])
    return RoadAccess(first, np.array([e[0] for e in entries], int), offset)
