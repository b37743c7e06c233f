"""The hierarchy gives exactly what scipy gives, before and after closures."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import fields
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from road_graphs import RoadCase, close, make_case, small_cases

from bibliobus.network.engine import dissection as hierarchy_dissection
from bibliobus.network.engine import kernels as hierarchy_kernels
from bibliobus.network.engine.dijkstra import PlainIndex
from bibliobus.network.engine.engine import FewIndex
from bibliobus.network.engine.graph import CLOSED, RoadAccess, RoadGraph, join_nodes, pack_weights
from bibliobus.network.engine.hierarchy import Hierarchy, HierarchyMetric, build_hierarchy, order_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.network.engine.dijkstra import PlainMetric

any_case = settings(deadline=None, derandomize=True, max_examples=100, suppress_health_check=[HealthCheck.too_slow])


def contract(case: RoadCase) -> Hierarchy:
    """Hierarchy of a case."""
    return build_hierarchy(case.graph, order_nodes(case.graph))


def assert_drive_adds_up(case: RoadCase, metric: HierarchyMetric | PlainMetric, source: int, target: int) -> None:
    """The drive runs from source to target on joined, open arcs, and weighs what the matrix says."""
    expected = metric.measure_places(case.sources, case.targets).packed[source, target]
    drive = metric.find_drive(case.sources, source, case.targets, target)
    if drive is None:
        assert expected == CLOSED
        return
    assert case.sources.first[source] <= drive.source_entry < case.sources.first[source + 1]
    assert case.targets.first[target] <= drive.target_entry < case.targets.first[target + 1]
    start, end = case.sources.node[drive.source_entry], case.targets.node[drive.target_entry]
    assert [start, *case.graph.head[drive.arcs]] == [*case.graph.tail[drive.arcs], end]
    offsets = case.sources.offset[drive.source_entry] + case.targets.offset[drive.target_entry]
    assert drive.weight == expected == offsets + metric.weights[drive.arcs].sum()


@given(small_cases())
@any_case
def test_matrices_of_any_small_graph_equal_those_of_scipy_before_and_after_closures(case: RoadCase) -> None:
    hierarchy, plain = contract(case), PlainIndex(case.graph)

    for weights in (case.weights, case.weights_after):
        fast = hierarchy.customize(weights).measure_places(case.sources, case.targets)
        slow = plain.customize(weights).measure_places(case.sources, case.targets)

        np.testing.assert_array_equal(fast.packed, slow.packed)


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize(("seed", "nodes"), [(1, 30), (2, 30), (3, 200), (4, 900), (5, 2500)])
def test_matrices_of_bigger_graphs_equal_those_of_scipy_before_and_after_closures(
    seed: int, nodes: int, short: bool
) -> None:
    case = make_case(seed, nodes, short=short, places=30)
    hierarchy, plain = contract(case), PlainIndex(case.graph)

    for weights in (case.weights, case.weights_after):
        fast = hierarchy.customize(weights).measure_places(case.sources, case.targets)
        slow = plain.customize(weights).measure_places(case.sources, case.targets)

        np.testing.assert_array_equal(fast.packed, slow.packed)
        assert fast.reached.any()
        assert not fast.reached.all()


@given(small_cases())
@any_case
def test_drives_on_any_small_graph_add_up_to_the_matrix(case: RoadCase) -> None:
    indices = contract(case), PlainIndex(case.graph), FewIndex(case.graph)

    for index, weights in product(indices, (case.weights, case.weights_after)):
        metric = index.customize(weights)

        for source, target in product(range(case.sources.places), range(case.targets.places)):
            assert_drive_adds_up(case, metric, source, target)


@pytest.mark.parametrize("short", [False, True])
def test_drives_on_a_bigger_graph_add_up_to_the_matrix(short: bool) -> None:
    case = make_case(8, 900, short=short)
    metric = contract(case).customize(case.weights_after)

    drives = list(product(range(case.sources.places), range(case.targets.places)))

    for source, target in drives:
        assert_drive_adds_up(case, metric, source, target)


@given(small_cases())
@any_case
def test_closing_roads_never_makes_a_drive_faster(case: RoadCase) -> None:
    hierarchy = contract(case)

    before = hierarchy.customize(case.weights).measure_places(case.sources, case.targets)
    after = hierarchy.customize(case.weights_after).measure_places(case.sources, case.targets)

    assert (after.packed >= before.packed).all()


@given(small_cases())
@any_case
def test_closing_roads_and_opening_them_again_changes_nothing(case: RoadCase) -> None:
    hierarchy = contract(case)
    first = hierarchy.customize(case.weights)

    closed = hierarchy.customize(close(first.weights, case.closed))
    opened = np.array(closed.weights)
    opened[np.isin(np.arange(len(opened)), case.closed)] = case.weights[np.isin(np.arange(len(opened)), case.closed)]
    again = hierarchy.customize(opened)

    for field in fields(first):
        if field.name != "hierarchy":
            np.testing.assert_array_equal(getattr(again, field.name), getattr(first, field.name))


def test_the_order_of_places_does_not_matter() -> None:
    case = make_case(11, 400)
    metric = contract(case).customize(case.weights)
    nodes = np.random.default_rng(3).permutation(case.graph.nodes)[:40]
    shuffle = np.random.default_rng(4).permutation(len(nodes))

    straight = metric.measure_places(join_nodes(nodes), join_nodes(nodes))
    shuffled = metric.measure_places(join_nodes(nodes[shuffle]), join_nodes(nodes[shuffle]))

    np.testing.assert_array_equal(shuffled.packed, straight.packed[np.ix_(shuffle, shuffle)])


def test_any_ranks_give_the_same_matrix() -> None:
    case = make_case(12, 200)
    anyhow = np.random.default_rng(5).permutation(case.graph.nodes)

    ordered = contract(case).customize(case.weights).measure_places(case.sources, case.targets)
    unordered = build_hierarchy(case.graph, anyhow).customize(case.weights)

    np.testing.assert_array_equal(unordered.measure_places(case.sources, case.targets).packed, ordered.packed)


def test_the_same_graph_gives_the_same_hierarchy() -> None:
    case = make_case(13, 300)

    first, second = contract(case), contract(case)

    for field in fields(first):
        assert getattr(first, field.name).tobytes() == getattr(second, field.name).tobytes()


def test_of_two_equally_fast_drives_the_shorter_one_counts() -> None:
    graph = RoadGraph(np.zeros(4), np.arange(4.0), np.array([0, 1, 0, 2]), np.array([1, 3, 2, 3]))
    weights = pack_weights(np.array([5, 5, 4, 6]), np.array([70, 30, 50, 49]))
    metric = build_hierarchy(graph, order_nodes(graph)).customize(weights)

    found = metric.measure_places(join_nodes([0]), join_nodes([3]))

    assert found.duration_ms.tolist() == [[10]]
    assert found.length_dm.tolist() == [[99]]


def test_a_place_in_the_middle_of_a_road_may_leave_either_way() -> None:
    # 0 -- 1 -- 2 -- 3, 10 ms each way; the place lies between 1 and 2, 3 ms from 1 and 7 ms from 2.
    graph = RoadGraph(np.zeros(4), np.arange(4.0), np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]))
    metric = build_hierarchy(graph, order_nodes(graph)).customize(pack_weights(np.full(6, 10), np.full(6, 100)))
    place = RoadAccess(np.array([0, 2]), np.array([1, 2]), pack_weights(np.array([3, 7]), np.array([30, 70])))

    out = metric.measure_places(place, join_nodes([0, 3]))
    home = metric.measure_places(join_nodes([0, 3]), place)

    assert out.duration_ms.tolist() == [[13, 17]]
    assert home.length_dm.tolist() == [[130], [170]]


def test_a_drive_of_more_than_149_hours_counts_as_closed() -> None:
    graph = RoadGraph(np.zeros(3), np.arange(3.0), np.array([0, 1]), np.array([1, 2]))
    weights = pack_weights(np.array([300_000_000, 300_000_000]), np.array([0, 0]))

    for index in (build_hierarchy(graph, order_nodes(graph)), PlainIndex(graph)):
        reached = index.customize(weights).measure_places(join_nodes([0]), join_nodes([1, 2])).reached

        assert reached.tolist() == [[True, False]]


@pytest.mark.parametrize("arcs", [0, 1])
def test_a_graph_may_have_hardly_any_roads(arcs: int) -> None:
    graph = RoadGraph(np.zeros(1), np.zeros(1), np.zeros(arcs, int), np.zeros(arcs, int))
    metric = build_hierarchy(graph, order_nodes(graph)).customize(np.full(arcs, 7))

    found = metric.measure_places(join_nodes([0, 0]), join_nodes([0]))

    assert found.packed.tolist() == [[0], [0]]


def test_no_places_give_an_empty_matrix() -> None:
    case = make_case(14, 30)
    metric = contract(case).customize(case.weights)

    found = metric.measure_places(case.sources, join_nodes([]))

    assert found.packed.shape == (case.sources.places, 0)


def test_arrays_of_a_hierarchy_cannot_be_written() -> None:
    case = make_case(15, 30)
    hierarchy = contract(case)
    metric = hierarchy.customize(case.weights)

    for array in (hierarchy.rank, hierarchy.slots, metric.up, metric.weights):
        assert not array.flags.writeable
    assert case.weights.flags.writeable


def test_ranks_must_be_a_permutation() -> None:
    graph = RoadGraph(np.zeros(3), np.zeros(3), np.zeros(0, int), np.zeros(0, int))

    with pytest.raises(ValueError, match="ranks are no permutation of 3 nodes"):
        build_hierarchy(graph, np.array([0, 1, 1]))


@pytest.fixture
def interpreted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kernels as plain Python: a fresh copy of their modules in place of the compiled ones."""
    import numba

    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    for module in (hierarchy_dissection, hierarchy_kernels):
        spec = importlib.util.spec_from_file_location(module.__name__, module.__file__)
        assert spec
        assert spec.loader
        fresh = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, module.__name__, fresh)
        spec.loader.exec_module(fresh)
    yield


@pytest.mark.usefixtures("interpreted")
@pytest.mark.parametrize(("seed", "nodes"), [(1, 4), (2, 30), (3, 90)])
def test_the_kernels_do_the_same_when_they_are_not_compiled(seed: int, nodes: int) -> None:
    case = make_case(seed, nodes, places=20)

    plain = PlainIndex(case.graph).customize(case.weights_after)
    metric = contract(case).customize(case.weights_after)

    assert type(hierarchy_kernels.sweep) is not type(sys.modules[hierarchy_kernels.__name__].sweep)
    np.testing.assert_array_equal(
        metric.measure_places(case.sources, case.targets).packed,
        plain.measure_places(case.sources, case.targets).packed,
    )
    for source, target in product(range(5), range(5)):
        assert_drive_adds_up(case, metric, source, target)


@pytest.mark.usefixtures("interpreted")
def test_a_long_drive_in_a_bad_order_outgrows_every_list_that_starts_short() -> None:
    # The start ranks highest and all others rise away from it, so every shortcut nests in the next.
    path = RoadGraph(np.zeros(1001), np.arange(1001.0), np.arange(1000), np.arange(1, 1001))
    metric = build_hierarchy(path, np.array([1000, *range(1000)])).customize(np.ones(1000, int))

    drive = metric.find_drive(join_nodes([0]), 0, join_nodes([1000]), 0)

    assert drive
    assert drive.arcs.tolist() == list(range(1000))


@pytest.mark.usefixtures("interpreted")
def test_a_star_whose_centre_ranks_lowest_becomes_complete() -> None:
    star = RoadGraph(np.zeros(41), np.zeros(41), np.zeros(40, int), np.arange(1, 41))

    hierarchy = build_hierarchy(star, np.arange(41))

    assert len(hierarchy.up_head) == 41 * 40 // 2
    assert hierarchy.parent.tolist() == [*range(1, 41), -1]


PROGRAM = """
import numpy as np
from bibliobus.network.engine.engine import build_index
from bibliobus.network.engine.graph import RoadGraph, join_nodes
index = build_index(RoadGraph(np.zeros(4), np.arange(4.0), np.arange(3), np.arange(1, 4)))
metric = index.customize(np.array([1, 2, 4]))
drive = metric.find_drive(join_nodes([0]), 0, join_nodes([3]), 0)
print(index.compiled, metric.measure_places(join_nodes([0]), join_nodes([1, 2, 3])).packed.tolist(), *drive.arcs)
"""


def test_numba_may_be_told_by_its_variable_not_to_compile() -> None:
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(sys.path)}

    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True, timeout=60
    )

    assert run.stdout.split("\n")[0] == "True [[1, 3, 7]] 0 1 2"


# The interpreter's own arithmetic warns of overflow, so this also shows that no sum leaves 64 bits.
@pytest.mark.usefixtures("interpreted")
def test_sums_of_closed_weights_stay_in_64_bits() -> None:
    graph = RoadGraph(np.zeros(3), np.arange(3.0), np.array([0, 1, 2]), np.array([1, 2, 0]))
    place = RoadAccess(np.array([0, 1]), np.array([0]), np.array([CLOSED]))
    metric = build_hierarchy(graph, order_nodes(graph)).customize(np.full(3, CLOSED))

    found = metric.measure_places(place, place)

    assert found.packed.tolist() == [[CLOSED]]
    assert metric.find_drive(place, 0, place, 0) is None
