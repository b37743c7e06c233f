"""scipy's Dijkstra finds the fastest and then the shortest drive, exactly: also beyond what a float can hold."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from road_graphs import RoadCase, make_case, small_cases

from bibliobus.network.engine.dijkstra import PlainIndex
from bibliobus.network.engine.graph import CLOSED, RoadGraph, join_nodes, pack_weights


def search(case: RoadCase, weights: np.ndarray, source: int) -> list[int]:
    """Packed weight from a source to each target, by a search in Python's whole numbers."""
    leaving: list[list[tuple[int, int]]] = [[] for _ in range(case.graph.nodes)]
    for tail, head, weight in zip(case.graph.tail.tolist(), case.graph.head.tolist(), weights.tolist(), strict=True):
        leaving[tail].append((head, weight))
    entries = range(*case.sources.first[source : source + 2])
    queue = [(int(case.sources.offset[e]), int(case.sources.node[e])) for e in entries]
    heapq.heapify(queue)
    best: dict[int, int] = {}
    while queue:
        weight, node = heapq.heappop(queue)
        if node not in best:
            best[node] = weight
            for head, more in leaving[node]:
                heapq.heappush(queue, (weight + more, head))
    ends = [range(*case.targets.first[target : target + 2]) for target in range(case.targets.places)]
    nodes, offsets = case.targets.node.tolist(), case.targets.offset.tolist()
    return [min([CLOSED, *(best.get(nodes[e], CLOSED) + offsets[e] for e in end)]) for end in ends]


@given(small_cases())
@settings(deadline=None, derandomize=True)
def test_small_graphs_are_measured_as_a_search_in_whole_numbers_measures_them(case: RoadCase) -> None:
    metric = PlainIndex(case.graph).customize(case.weights_after)

    found = metric.measure_places(case.sources, case.targets)

    assert found.packed.tolist() == [search(case, metric.weights, s) for s in range(case.sources.places)]


@pytest.mark.parametrize("short", [False, True])
def test_bigger_graphs_are_measured_as_a_search_in_whole_numbers_measures_them(short: bool) -> None:
    case = make_case(31, 400, short=short)
    metric = PlainIndex(case.graph).customize(case.weights)

    found = metric.measure_places(case.sources, case.targets)

    assert found.packed.tolist() == [search(case, case.weights, s) for s in range(case.sources.places)]


def test_a_decimetre_counts_after_a_day_of_driving() -> None:
    # 25 hours each way, one decimetre apart: as one number the sums are beyond 2**53.
    graph = RoadGraph(np.zeros(4), np.arange(4.0), np.array([0, 1, 0, 2]), np.array([1, 3, 2, 3]))
    day, far = 45_000_000, 20_000_000
    weights = pack_weights(np.array([day, day, day + 1, day - 1]), np.array([far, far, far, far - 1]))

    found = PlainIndex(graph).customize(weights).measure_places(join_nodes([0]), join_nodes([3]))

    assert found.length_dm.tolist() == [[2 * far - 1]]


def test_a_place_outside_the_graph_is_refused() -> None:
    graph = RoadGraph(np.zeros(2), np.zeros(2), np.array([0]), np.array([1]))
    metric = PlainIndex(graph).customize(np.array([1]))

    with pytest.raises(IndexError, match="outside the 2 nodes"):
        metric.measure_places(join_nodes([0]), join_nodes([2]))
