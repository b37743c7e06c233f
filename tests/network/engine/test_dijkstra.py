"""scipy's Dijkstra finds the fastest and then the shortest drive, exactly: also beyond what a float can hold."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from road_graphs import RoadCase, make_case, small_cases

from bibliobus.network.engine.dijkstra import PlainIndex
from bibliobus.network.engine.engine import FewIndex
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


@pytest.mark.parametrize("kind", [PlainIndex, FewIndex])
@given(case=small_cases())
@settings(deadline=None, derandomize=True)
def test_small_graphs_are_measured_as_a_search_in_whole_numbers_measures_them(
    kind: type[PlainIndex | FewIndex], case: RoadCase
) -> None:
    metric = kind(case.graph).customize(case.weights_after)

    found = metric.measure_places(case.sources, case.targets)

    assert found.packed.tolist() == [search(case, metric.weights, s) for s in range(case.sources.places)]


@pytest.mark.parametrize("kind", [PlainIndex, FewIndex])
@pytest.mark.parametrize("short", [False, True])
def test_bigger_graphs_are_measured_as_a_search_in_whole_numbers_measures_them(
    kind: type[PlainIndex | FewIndex], short: bool
) -> None:
    case = make_case(31, 400, short=short)
    metric = kind(case.graph).customize(case.weights)

    found = metric.measure_places(case.sources, case.targets)

    assert found.packed.tolist() == [search(case, case.weights, s) for s in range(case.sources.places)]


@pytest.mark.parametrize("kind", [PlainIndex, FewIndex])
def test_a_decimetre_counts_after_a_day_of_driving(kind: type[PlainIndex | FewIndex]) -> None:
    # 25 hours each way, one decimetre apart: as one number the sums are beyond 2**53.
    graph = RoadGraph(np.zeros(4), np.arange(4.0), np.array([0, 1, 0, 2]), np.array([1, 3, 2, 3]))
    day, far = 45_000_000, 20_000_000
    weights = pack_weights(np.array([day, day, day + 1, day - 1]), np.array([far, far, far, far - 1]))

    found = kind(graph).customize(weights).measure_places(join_nodes([0]), join_nodes([3]))

    assert found.length_dm.tolist() == [[2 * far - 1]]


def test_lengths_that_would_spill_into_the_times_are_searched_apart() -> None:
    # By time the upper way is a millisecond faster; its 4,000 km would count as a millisecond and more in one number.
    graph = RoadGraph(np.zeros(4), np.arange(4.0), np.array([0, 1, 0, 2]), np.array([1, 3, 2, 3]))
    weights = pack_weights(np.array([10, 10, 10, 11]), np.array([20_000_000, 20_000_000, 1, 1]))

    metric = FewIndex(graph).customize(weights)

    assert metric.measure_places(join_nodes([0]), join_nodes([3])).length_dm.tolist() == [[40_000_000]]
    drive = metric.find_drive(join_nodes([0]), 0, join_nodes([3]), 0)
    assert drive is not None and drive.arcs.tolist() == [0, 1]


def test_a_place_outside_the_graph_is_refused() -> None:
    graph = RoadGraph(np.zeros(2), np.zeros(2), np.array([0]), np.array([1]))
    metric = PlainIndex(graph).customize(np.array([1]))

    with pytest.raises(IndexError, match="outside the 2 nodes"):
        metric.measure_places(join_nodes([0]), join_nodes([2]))
