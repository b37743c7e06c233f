"""Graphs and accesses are checked when they are made, and never change."""

from __future__ import annotations

import numpy as np
import pytest

from bibliobus.network.engine.graph import CLOSED, Drive, RoadAccess, RoadGraph, join_nodes


def test_a_graph_keeps_read_only_copies() -> None:
    tail = np.array([0, 1])

    graph = RoadGraph(np.zeros(2), np.zeros(2), tail, np.array([1, 1]))
    tail[0] = 1

    assert (graph.nodes, graph.arcs) == (2, 2)
    assert graph.tail.tolist() == [0, 1]
    assert not graph.tail.flags.writeable
    assert graph.tail.dtype == np.int32


def test_read_only_arrays_are_not_copied() -> None:
    head = np.array([1, 1], dtype=np.int32)
    head.setflags(write=False)

    graph = RoadGraph(np.zeros(2), np.zeros(2), np.array([0, 1]), head)

    assert graph.head is head


@pytest.mark.parametrize("end", [-1, 2])
def test_an_arc_cannot_end_outside_the_nodes(end: int) -> None:
    with pytest.raises(ValueError, match="an arc ends outside the 2 nodes"):
        RoadGraph(np.zeros(2), np.zeros(2), np.array([0]), np.array([end]))


def test_tails_and_heads_come_in_pairs() -> None:
    with pytest.raises(ValueError, match="one tail and one head an arc"):
        RoadGraph(np.zeros(2), np.zeros(2), np.array([0]), np.array([1, 0]))


def test_arrays_have_one_dimension() -> None:
    with pytest.raises(ValueError, match="node_lat has 2 dimensions, not one"):
        RoadGraph(np.zeros((2, 2)), np.zeros(2), np.array([0]), np.array([1]))


def test_each_node_may_be_a_place() -> None:
    access = join_nodes([4, 2, 4])

    assert access.places == 3
    assert access.first.tolist() == [0, 1, 2, 3]
    assert access.node.tolist() == [4, 2, 4]
    assert access.offset.tolist() == [0, 0, 0]


@pytest.mark.parametrize("first", [[], [1, 2], [0, 1], [0, 2, 1, 2]])
def test_entries_of_an_access_must_be_shared_out(first: list[int]) -> None:
    with pytest.raises(ValueError, match="first runs from 0 to the number of entries"):
        RoadAccess(np.array(first, int), np.array([0, 1]), np.array([0, 0]))


@pytest.mark.parametrize(("node", "offset"), [([0, 1], [0]), ([-1], [0])])
def test_each_entry_has_a_node_and_an_offset(node: list[int], offset: list[int]) -> None:
    with pytest.raises(ValueError, match="one node and one offset an entry"):
        RoadAccess(np.array([0, len(node)]), np.array(node), np.array(offset))


@pytest.mark.parametrize("offset", [-1, CLOSED + 1])
def test_offsets_that_could_overflow_are_refused(offset: int) -> None:
    with pytest.raises(ValueError, match="at most CLOSED"):
        RoadAccess(np.array([0, 1]), np.array([0]), np.array([offset]))


def test_arcs_of_a_drive_cannot_be_written() -> None:
    drive = Drive(3, np.array([1, 2], dtype=np.int32), 0, 0)

    assert not drive.arcs.flags.writeable
