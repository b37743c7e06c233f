"""The same drives by scipy's Dijkstra on the same contracted graph: times and lengths, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from measuring import take_cpu_s
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bibliobus.network.engine.graph import CLOSED, TIME_SHIFT

if TYPE_CHECKING:
    from road_trips import Trips

    from bibliobus.network.engine.graph import RoadGraph

LENGTH_BITS = 25
EXACT = 1 << 53
SOURCES_A_CALL = 50
LENGTH_MASK = (1 << TIME_SHIFT) - 1


def solve_by_scipy(graph: RoadGraph, trips: Trips, sources: np.ndarray) -> tuple[float, np.ndarray]:
    """
    Find the fastest drives from some places to all places.

    Parameters
    ----------
    graph
        Contracted roads.
    trips
        Places on them, with the weights of the roads.
    sources
        Places to start from.

    Returns
    -------
    cpu_s : float
        CPU seconds inside scipy alone; making its matrix is not counted.
    packed : numpy.ndarray
        Shape (sources, places), packed weights as the engine has them.

    Notes
    -----
    scipy counts in floats, which hold whole numbers exactly below 2**53. So time and length are packed into one
    float, 25 bits of it for the length (3,355 km), and one search a source gives both: the fastest drive, of equally
    fast ones the shortest. The places are nodes of the graph here, and drives along one road are arcs between them.
    """
    matrix = _join_places(graph, trips)
    places = trips.leaving.places
    cpu_s, rows = 0.0, []
    for begin in range(0, len(sources), SOURCES_A_CALL):
        start = graph.nodes + sources[begin : begin + SOURCES_A_CALL]
        some_s, found = take_cpu_s(lambda start=start: dijkstra(matrix, indices=start))
        cpu_s += some_s
        rows.append(found[:, graph.nodes + places :])
    values = np.concatenate(rows)
    reached = np.isfinite(values)
    if values[reached].max(initial=0) >= EXACT:
        raise SystemExit("a drive takes more than 74 hours: too long to be checked in floats")
    whole = np.where(reached, values, 0).astype(np.int64)
    packed = np.where(reached, _pack(whole >> LENGTH_BITS, whole & ((1 << LENGTH_BITS) - 1)), CLOSED)
    return cpu_s, packed


def _join_places(graph: RoadGraph, trips: Trips) -> csr_array:
    """Links of roads and places as a sparse matrix; of parallel ones the lightest."""
    leaving, arriving, places = trips.leaving, trips.arriving, trips.leaving.places
    source, target = graph.nodes + np.arange(places), graph.nodes + places + np.arange(places)
    tail = np.concatenate(
        [graph.tail, np.repeat(source, np.diff(leaving.first)), arriving.node, source[trips.direct[0]], source]
    ).astype(np.int64)
    head = np.concatenate(
        [graph.head, leaving.node, np.repeat(target, np.diff(arriving.first)), target[trips.direct[1]], target]
    ).astype(np.int64)
    weight = np.concatenate(
        [trips.weights, leaving.offset, arriving.offset, trips.direct[2], np.zeros(places, dtype=np.int64)]
    )
    keep = np.flatnonzero((weight < CLOSED) & (tail != head))
    keep = keep[np.lexsort((weight[keep], head[keep], tail[keep]))]
    double = (np.diff(tail[keep], prepend=-1) == 0) & (np.diff(head[keep], prepend=-1) == 0)
    keep = keep[~double]
    size = graph.nodes + 2 * places
    value = ((weight[keep] >> TIME_SHIFT) << LENGTH_BITS) + (weight[keep] & LENGTH_MASK)
    first = np.searchsorted(tail[keep], np.arange(size + 1))
    return csr_array((value.astype(np.float64), head[keep], first), shape=(size, size))


def _pack(ms: np.ndarray, dm: np.ndarray) -> np.ndarray:
    """Times and lengths as the engine packs them."""
    packed: np.ndarray = (ms << TIME_SHIFT) | dm
    return packed
