"""The order is a permutation, always the same, and good enough to keep the hierarchy small."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from road_graphs import RoadCase, make_case, small_cases

from bibliobus.network.engine.graph import RoadGraph
from bibliobus.network.engine.hierarchy import LINES, build_hierarchy, order_nodes


def grid(width: int) -> RoadGraph:
    """Square grid of two-way roads."""
    node = np.arange(width * width).reshape(width, width)
    tail = np.concatenate((node[:, :-1].ravel(), node[:-1].ravel()))
    head = np.concatenate((node[:, 1:].ravel(), node[1:].ravel()))
    lat, lon = 48 + 0.01 * (np.arange(width * width) // width), 37 + 0.015 * (np.arange(width * width) % width)
    return RoadGraph(lat, lon, np.concatenate((tail, head)), np.concatenate((head, tail)))


@given(small_cases())
@settings(deadline=None, derandomize=True)
def test_every_node_has_a_rank_of_its_own(case: RoadCase) -> None:
    rank = order_nodes(case.graph)

    assert sorted(rank.tolist()) == list(range(case.graph.nodes))


def test_no_nodes_have_no_ranks() -> None:
    nothing = np.zeros(0)

    rank = order_nodes(RoadGraph(nothing, nothing, nothing, nothing))

    assert rank.tolist() == []


def test_the_same_graph_gets_the_same_order() -> None:
    case = make_case(21, 500)

    first, second = order_nodes(case.graph), order_nodes(case.graph)

    assert first.tobytes() == second.tobytes()


def test_neither_direction_nor_doubles_nor_the_order_of_arcs_matter() -> None:
    graph = make_case(22, 300).graph
    shuffle = np.random.default_rng(1).permutation(graph.arcs)
    doubled = RoadGraph(
        graph.node_lat,
        graph.node_lon,
        np.concatenate((graph.head[shuffle], graph.tail)),
        np.concatenate((graph.tail[shuffle], graph.head)),
    )

    rank = order_nodes(doubled)

    assert rank.tolist() == order_nodes(graph).tolist()


def test_the_middle_of_a_long_road_ranks_highest() -> None:
    road = RoadGraph(np.full(9, 48.0), 37 + np.arange(9.0), np.arange(8), np.arange(1, 9))

    rank = order_nodes(road)

    assert rank.argmax() in (3, 4, 5)


def test_a_grid_of_n_nodes_gets_few_shortcuts_and_a_low_tree() -> None:
    width = 40
    graph = grid(width)

    hierarchy = build_hierarchy(graph, order_nodes(graph))
    height = np.zeros(graph.nodes, dtype=int)
    for rank in range(graph.nodes - 1, -1, -1):
        if hierarchy.parent[rank] != -1:
            height[rank] = height[hierarchy.parent[rank]] + 1

    # George's own order of a grid takes 31/4 n log2 n edges at most; the height is a few widths.
    assert len(hierarchy.up_head) < 2 * graph.nodes * np.log2(graph.nodes)
    assert height.max() < 4 * width


def test_places_that_all_lie_on_one_point_are_ordered_too() -> None:
    graph = make_case(23, 200).graph
    heap = RoadGraph(np.zeros(graph.nodes), np.zeros(graph.nodes), graph.tail, graph.head)

    rank = order_nodes(heap)

    assert sorted(rank.tolist()) == list(range(graph.nodes))


def test_lines_go_all_round() -> None:
    angles = np.degrees([np.arctan2(north, east) for east, north in LINES])

    assert (np.diff(angles) > 18).all()
    assert angles[0] == 0
    assert angles[-1] < 180
