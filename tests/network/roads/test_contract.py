"""Chains of arcs."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bibliobus.network.roads.build import Chains, join_chains


def join(vertices: int, arcs: list[tuple[int, int]], keep: tuple[int, ...] = ()) -> Chains:
    """Chains of arcs given as pairs."""
    kept = np.zeros(vertices, dtype=bool)
    kept[list(keep)] = True
    ends = np.array(arcs, dtype=np.int32).reshape(-1, 2)
    return join_chains(vertices, ends[:, 0].copy(), ends[:, 1].copy(), kept)


def both(*pairs: tuple[int, int]) -> list[tuple[int, int]]:
    """Arcs in both directions."""
    return [arc for a, b in pairs for arc in ((a, b), (b, a))]


def test_a_road_for_both_directions_becomes_two_arcs() -> None:
    arcs = both((0, 1), (1, 2), (2, 3))

    chains = join(4, arcs)

    assert chains.node.tolist() == [0, 3]
    assert sorted(zip(chains.tail.tolist(), chains.head.tolist(), strict=True)) == [(0, 1), (1, 0)]
    assert [chains.arc[a:b].tolist() for a, b in zip(chains.first[:-1], chains.first[1:], strict=True)] == [
        [0, 2, 4],
        [5, 3, 1],
    ]


def test_a_one_way_road_becomes_one_arc() -> None:
    arcs = [(0, 1), (1, 2)]

    chains = join(3, arcs)

    assert (chains.node.tolist(), chains.tail.tolist(), chains.head.tolist()) == ([0, 2], [0], [1])


def test_where_a_road_becomes_one_way_a_node_stays() -> None:
    arcs = [*both((0, 1)), (1, 2)]

    chains = join(3, arcs)

    assert chains.node.tolist() == [0, 1, 2]


def test_a_node_that_must_stay_stays() -> None:
    arcs = both((0, 1), (1, 2))

    chains = join(3, arcs, keep=(1,))

    assert chains.node.tolist() == [0, 1, 2]


def test_a_ring_without_junctions_keeps_a_node() -> None:
    arcs = both((0, 1), (1, 2), (2, 0))

    chains = join(3, arcs)

    assert len(chains.node) >= 1
    assert sorted(chains.arc.tolist()) == list(range(6))


def test_a_loop_at_the_end_of_a_road_is_an_arc_to_where_it_starts() -> None:
    arcs = both((0, 1), (1, 2), (2, 3), (3, 1))

    chains = join(4, arcs)

    assert chains.node.tolist() == [0, 1]
    assert sorted(zip(chains.tail.tolist(), chains.head.tolist(), strict=True)) == [(0, 1), (1, 0), (1, 1), (1, 1)]


def test_parallel_roads_between_neighbours_stay_apart() -> None:
    arcs = [*both((0, 1)), *both((0, 1)), *both((1, 2))]

    chains = join(3, arcs)

    assert len(chains.tail) == 6


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1]), min_size=1, max_size=40
    )
)
def test_every_arc_is_in_one_chain_and_each_chain_is_a_drive(arcs: list[tuple[int, int]]) -> None:
    ends = np.array(arcs)

    chains = join(10, arcs)

    assert sorted(chains.arc.tolist()) == list(range(len(arcs)))
    for tail, head, first, last in zip(chains.tail, chains.head, chains.first[:-1], chains.first[1:], strict=True):
        steps = ends[chains.arc[first:last]]
        assert steps[0, 0] == chains.node[tail] and steps[-1, 1] == chains.node[head]
        assert (steps[1:, 0] == steps[:-1, 1]).all()
        assert all(vertex not in chains.node for vertex in steps[1:, 0])
