"""Drives between places over the contracted network equal those over every single point of the roads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from osm_text import Tags, osm_text, write_text
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from bibliobus.network.engine.graph import CLOSED, TIME_SHIFT
from bibliobus.network.osm.read import read_osm
from bibliobus.network.roads.build import build_roads
from bibliobus.network.roads.profile import IMPASSABLE_MS, RoadBus, close_segments, measure_steps, weigh_arcs
from bibliobus.network.roads.snap import find_direct_drives, make_arriving, make_leaving, place_on_segments, snap_places

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.profile import StepTimes
    from bibliobus.network.roads.snap import Snaps

SIDE = 7


def random_roads(random: np.random.Generator) -> str:
    """A crooked grid of roads with gaps, one-way streets, rings and dead ends."""
    nodes = {
        row * SIDE + column + 1: (48 + row / 200 + float(random.random()) / 500, 37 + column / 200)
        for row in range(SIDE)
        for column in range(SIDE)
    }
    ways: dict[int, tuple[list[int], Tags]] = {}
    # Two one-way roads over the same points would offer turning round between them, which a bus does not do.
    taken: set[frozenset[int]] = set()
    for number in range(1, 60):
        walk = [int(random.integers(1, SIDE * SIDE + 1))]
        for _ in range(int(random.integers(1, 8))):
            row, column = divmod(walk[-1] - 1, SIDE)
            sides = [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]
            near = [r * SIDE + c + 1 for r, c in sides if 0 <= r < SIDE and 0 <= c < SIDE]
            free = [node for node in near if frozenset((walk[-1], node)) not in taken]
            if not free:
                break
            walk.append(free[int(random.integers(len(free)))])
            taken.add(frozenset(walk[-2:]))
        classes = ("primary", "track", "residential", "service")
        oneway = ("no", "yes", "-1", "no")[int(random.integers(4))]
        ways[number] = (walk, {"highway": classes[int(random.integers(4))], "oneway": oneway})
    return osm_text(nodes, ways)


def solve_plainly(network: RoadNetwork, times: StepTimes, snaps: Snaps) -> NDArray[np.float64]:
    """Milliseconds between places over all points, with a point more for each place."""
    points, places = len(network.point_lat), len(snaps.segment)
    best: dict[tuple[int, int], int] = {}
    for step, ms in enumerate(times.step_ms.tolist()):
        if ms >= IMPASSABLE_MS:
            continue
        segment, against = step >> 1, bool(step & 1)
        ends = int(network.segment_from[segment]), int(network.segment_to[segment])
        tail, head = ends[::-1] if against else ends
        here = np.flatnonzero(snaps.segment == segment).tolist()
        share = {place: float(1 - snaps.fraction[place] if against else snaps.fraction[place]) for place in here}
        at = {tail: 0, head: ms} | {points + place: round(share[place] * ms) for place in here}
        # Points of the roads are passed through; a place only starts or ends a drive.
        for one, one_ms in at.items():
            for two, two_ms in at.items():
                if one != two and two_ms >= one_ms and one != head and two != tail:
                    ends_at = two if two < points else two + places
                    best[one, ends_at] = min(best.get((one, ends_at), IMPASSABLE_MS), two_ms - one_ms)
    size = points + 2 * places
    # A length of nothing is no entry for scipy: a thousandth of a millisecond stands for it.
    rows, columns = np.array(list(best)).T
    matrix = coo_array(
        (np.maximum(np.array(list(best.values()), dtype=float), 1e-3), (rows, columns)), shape=(size, size)
    )
    return np.asarray(dijkstra(matrix.tocsr(), indices=np.arange(points, points + places))[:, points + places :])


def solve_contracted(network: RoadNetwork, times: StepTimes, snaps: Snaps) -> NDArray[np.float64]:
    """Milliseconds between places over the arcs of the network."""
    nodes, places = network.graph.nodes, len(snaps.segment)
    weights = weigh_arcs(network, times)
    best: dict[tuple[int, int], int] = {}
    arcs = zip(network.graph.tail.tolist(), network.graph.head.tolist(), weights.tolist(), strict=True)
    entries = [(tail, head, weight) for tail, head, weight in arcs if weight < CLOSED and tail != head]
    for access, base, leaves in (
        (make_leaving(network, snaps), nodes, True),
        (make_arriving(network, snaps), nodes + places, False),
    ):
        place = np.repeat(np.arange(places), np.diff(access.first)) + base
        pairs = zip(place.tolist(), access.node.tolist(), access.offset.tolist(), strict=True)
        entries += [(p, node, offset) if leaves else (node, p, offset) for p, node, offset in pairs]
    source, target, packed = find_direct_drives(snaps)
    entries += list(zip((source + nodes).tolist(), (target + nodes + places).tolist(), packed.tolist(), strict=True))
    for tail, head, weight in entries:
        best[tail, head] = min(best.get((tail, head), CLOSED), weight)
    rows, columns = np.array(list(best)).T
    ms = np.array(list(best.values())) >> TIME_SHIFT
    size = nodes + 2 * places
    matrix = coo_array((np.maximum(ms.astype(float), 1e-3), (rows, columns)), shape=(size, size))
    return np.asarray(dijkstra(matrix.tocsr(), indices=np.arange(nodes, nodes + places))[:, nodes + places :])


@pytest.mark.parametrize("seed", range(25))
def test_drives_over_arcs_equal_drives_over_points(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    roads, _ = read_osm(write_text(tmp_path, random_roads(random)))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None
    times = measure_steps(network, RoadBus(5.5, 3.1))
    snaps = snap_places(network, times, 48 + random.random(20) * 0.03, 37 + random.random(20) * 0.03)

    closed = close_segments(times, np.unique(random.integers(0, network.segments, 5)))
    after = place_on_segments(network, closed, snaps.segment, snaps.fraction, snaps.distance_m)

    for some_times, some_snaps in ((times, snaps), (closed, after)):
        plain, contracted = (
            solve_plainly(network, some_times, some_snaps),
            solve_contracted(network, some_times, some_snaps),
        )
        elsewhere = ~np.eye(20, dtype=bool)
        np.testing.assert_allclose(contracted[elsewhere], plain[elsewhere], rtol=0, atol=0.9)
    assert (snaps.segment >= 0).all() and network.graph.nodes < len(network.point_lat)
