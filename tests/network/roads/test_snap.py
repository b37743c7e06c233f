"""Places joined to roads: near, far, one-way, closed, and two on one road."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osm_text import Tags, osm_text, write_text
from pyproj import Geod

from bibliobus.network.engine.graph import CLOSED, TIME_SHIFT
from bibliobus.network.osm.read import read_osm
from bibliobus.network.roads.build import build_roads
from bibliobus.network.roads.near import find_crossed, find_nearest, make_grid
from bibliobus.network.roads.profile import RoadBus, StepTimes, close_segments, measure_steps, weigh_arcs
from bibliobus.network.roads.snap import (
    check_snaps,
    find_direct_drives,
    make_arriving,
    make_leaving,
    place_on_segments,
    snap_places,
)
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.snap import Snaps

SPACE = "\N{NO-BREAK SPACE}"
BUS = RoadBus(5.5, 3.1)
# A road to the east along the equator, 1113.2 m a stretch, and one to the north from its middle.
NODES = {1: (0.0, 0.0), 2: (0.0, 0.01), 3: (0.0, 0.02), 4: (0.01, 0.01)}
ROAD = {"highway": "primary"}
STRETCH_MS = 66_792


def build(folder: Path, tags: Tags, second: Tags | None = None) -> tuple[RoadNetwork, StepTimes]:
    """Network of the two roads, and the times of the bus."""
    roads, _ = read_osm(write_text(folder, osm_text(NODES, {10: ([1, 2, 3], tags), 20: ([2, 4], second or tags)})))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None
    return network, measure_steps(network, BUS)


def snap(network: RoadNetwork, times: StepTimes, *places: tuple[float, float]) -> Snaps:
    """Places given as (lat, lon), joined to the roads."""
    lat, lon = np.array(places).T
    return snap_places(network, times, lat, lon)


def test_a_place_joins_the_road_beside_it_in_both_directions(tmp_path: Path) -> None:
    network, times = build(tmp_path, ROAD)

    snaps = snap(network, times, (0.001, 0.0025))
    leaving, arriving = make_leaving(network, snaps), make_arriving(network, snaps)

    assert snaps.fraction[0] == pytest.approx(0.25, abs=1e-6)
    assert snaps.distance_m[0] == pytest.approx(110.6, abs=0.1)
    at = {
        round(float(network.graph.node_lon[node]), 3): offset >> TIME_SHIFT
        for node, offset in zip(leaving.node, leaving.offset, strict=True)
    }
    assert at == {0.01: pytest.approx(0.75 * STRETCH_MS, abs=2), 0.0: pytest.approx(0.25 * STRETCH_MS, abs=2)}
    assert sorted(arriving.node.tolist()) == sorted(leaving.node.tolist())
    assert sorted(o & 0xFFFFFFFF for o in arriving.offset.tolist()) == [2783, 8349]


def test_a_one_way_road_is_left_at_its_end_and_reached_from_its_start(tmp_path: Path) -> None:
    network, times = build(tmp_path, ROAD | {"oneway": "yes"})

    snaps = snap(network, times, (0.001, 0.0025))
    leaving, arriving = make_leaving(network, snaps), make_arriving(network, snaps)

    assert network.graph.node_lon[leaving.node].round(3).tolist() == [0.01]
    assert network.graph.node_lon[arriving.node].round(3).tolist() == [0.0]


def test_a_road_the_bus_may_not_use_is_passed_over_for_the_next(tmp_path: Path) -> None:
    network, times = build(tmp_path, ROAD, ROAD | {"maxweight": "3"})

    snaps = snap(network, times, (0.002, 0.0101))

    assert network.ways.way_id[network.segment_way[snaps.segment[0]]] == 10


def test_places_too_far_off_are_findings_with_the_distance(tmp_path: Path) -> None:
    network, times = build(tmp_path, ROAD)

    snaps = snap(network, times, (-0.03, 0.01), (2.0, 2.0), (0.0, 0.01))
    findings = check_snaps(snaps, ["a", "b", "c"], ["Far", "Farther", "Here"])

    assert snaps.segment[:2].tolist() == [-1, -1] and snaps.segment[2] >= 0
    assert make_leaving(network, snaps).first.tolist()[:3] == [0, 0, 0]
    assert [finding.sentence.render(Language("en")) for finding in findings] == [
        f"Far lies 3.3{SPACE}km from the nearest road that the bus may use; at most 2.0{SPACE}km are bridged.",
        f"Farther lies more than 20.0{SPACE}km from every road that the bus may use.",
    ]
    assert [finding.place.settlement_id for finding in findings] == ["a", "b"]


def test_places_on_one_road_drive_straight_to_each_other(tmp_path: Path) -> None:
    network, times = build(tmp_path, ROAD)

    source, target, packed = find_direct_drives(snap(network, times, (0.0, 0.002), (0.0, 0.006), (0.005, 0.01)))

    drives = {
        (s, t): p >> TIME_SHIFT for s, t, p in zip(source.tolist(), target.tolist(), packed.tolist(), strict=True)
    }
    assert drives == {(0, 1): pytest.approx(0.4 * STRETCH_MS, abs=2), (1, 0): pytest.approx(0.4 * STRETCH_MS, abs=2)}


def test_on_a_one_way_road_only_one_of_them_drives_straight(tmp_path: Path) -> None:
    network, times = build(tmp_path, ROAD | {"oneway": "yes"})

    source, target, _ = find_direct_drives(snap(network, times, (0.0, 0.006), (0.0, 0.002)))

    assert (source.tolist(), target.tolist()) == ([1], [0])


def test_two_names_for_one_spot_are_no_drive_apart(tmp_path: Path) -> None:
    network, times = build(tmp_path, ROAD)

    _, _, packed = find_direct_drives(snap(network, times, (0.0, 0.006), (0.0, 0.006)))

    assert set(packed.tolist()) == {0}


def test_a_closed_stretch_between_two_places_of_an_arc_parts_them(tmp_path: Path) -> None:
    nodes = {number: (0.0, number / 100) for number in range(1, 5)}
    roads, _ = read_osm(write_text(tmp_path, osm_text(nodes, {10: (list(nodes), ROAD)})))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None
    times = measure_steps(network, BUS)
    snaps = snap(network, times, (0.0, 0.015), (0.0, 0.035))

    closed = close_segments(times, np.array([1]))
    after = place_on_segments(network, closed, snaps.segment, snaps.fraction, snaps.distance_m)

    assert len(find_direct_drives(snaps)[0]) == 2
    assert len(find_direct_drives(after)[0]) == 0
    assert make_leaving(network, after).first.tolist() == [0, 1, 2]
    assert make_arriving(network, after).first.tolist() == [0, 1, 2]
    assert (weigh_arcs(network, closed) == CLOSED).all() and (weigh_arcs(network, times) < CLOSED).all()
    assert measure_steps(network, BUS).step_ms.tolist() == times.step_ms.tolist()


def test_ferries_take_no_places(tmp_path: Path) -> None:
    network, times = build(tmp_path, ROAD, {"route": "ferry", "motor_vehicle": "yes"})

    snaps = snap(network, times, (0.0095, 0.0101))

    assert network.ways.way_id[network.segment_way[snaps.segment[0]]] == 10


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_the_nearest_segment_is_the_nearest(seed: int) -> None:
    random = np.random.default_rng(seed)
    network = scatter(random)
    lat, lon = 65 + random.random(5) / 5, 20 + random.random(5) / 5

    nearest = find_nearest(make_grid(network, np.ones(network.segments, dtype=bool)), lat, lon, 3000)

    # Many points on every segment, and the true distance to each.
    share = np.linspace(0, 1, 400)
    point_lat, point_lon = network.point_lat, network.point_lon
    many_lat = point_lat[network.segment_from][:, None] * (1 - share) + point_lat[network.segment_to][:, None] * share
    many_lon = point_lon[network.segment_from][:, None] * (1 - share) + point_lon[network.segment_to][:, None] * share
    for place in range(5):
        size = many_lat.size
        _, _, metres = Geod(ellps="WGS84").inv(
            np.full(size, lon[place]), np.full(size, lat[place]), many_lon.ravel(), many_lat.ravel()
        )
        least = metres.min()
        if least < 2990:
            assert nearest.distance_m[place] == pytest.approx(least, rel=0.002, abs=3)
        elif least > 3010:
            assert nearest.segment[place] == -1 and nearest.distance_m[place] == np.inf


def scatter(random: np.random.Generator) -> RoadNetwork:
    """Network of ten lone segments of up to 1.5 km near 65 degrees north."""
    from bibliobus.network.engine.graph import RoadGraph
    from bibliobus.network.roads.network import RoadNetwork, WayTable

    lat, lon = 65 + random.random(20) / 5, 20 + random.random(20) / 5
    lat[1::2], lon[1::2] = lat[::2] + random.random(10) / 100, lon[::2] + random.random(10) / 50
    ends = np.arange(20, dtype=np.int32)
    start, end = ends[::2], ends[1::2]
    none = np.zeros(10, dtype=np.int32)
    return RoadNetwork(
        graph=RoadGraph(lat, lon, start, end),
        node_point=ends.copy(),
        chain_first=np.arange(11),
        chain=2 * np.arange(10, dtype=np.int32),
        segment_from=start.copy(),
        segment_to=end.copy(),
        segment_way=np.arange(10, dtype=np.int32),
        segment_dm=none + 10,
        segment_ford=none > 0,
        point_lat=lat,
        point_lon=lon,
        ways=WayTable(*([none] * 16)),  # type: ignore[arg-type]
        texts=("",),
        data_date="",
    )


def test_a_shape_finds_the_segments_it_only_crosses(tmp_path: Path) -> None:
    import shapely

    network, _ = build(tmp_path, ROAD)

    crossed = find_crossed(network, shapely.box(0.004, -0.001, 0.006, 0.001))
    beside = find_crossed(network, shapely.Polygon([(0.0, 0.003), (0.009, 0.012), (0.0, 0.012)]))
    nothing = find_crossed(network, shapely.Polygon())

    assert network.ways.way_id[network.segment_way[crossed]].tolist() == [10]
    assert (len(crossed), len(beside), len(nothing)) == (1, 0, 0)
