"""Real roads with places: matrices, lines, findings, several kinds of bus, and roads without numba."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from areas import say
from osm_text import Tags, osm_text, write_text
from pyproj import Geod
from road_towns import Town, lay_plainly, make_town, search_plainly

from bibliobus.domain.fleet import BusProfile
from bibliobus.domain.roads import ChangeKind, OnWays, RoadChange
from bibliobus.network import network as networks
from bibliobus.network.changes.find import RoadsToChange
from bibliobus.network.changes.resolve import resolve_changes
from bibliobus.network.engine.dijkstra import PlainIndex
from bibliobus.network.engine.engine import FEW_SEARCHES, FewIndex
from bibliobus.network.engine.hierarchy import Hierarchy
from bibliobus.network.network import Network, hasten, join_network, make_index, measure_view
from bibliobus.network.osm.read import read_osm
from bibliobus.network.places import UNREACHABLE_S, NetworkPlace
from bibliobus.network.roads.build import build_roads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bibliobus.network.changes.apply import ResolvedChange
    from bibliobus.network.engine.engine import RoadIndex
    from bibliobus.network.places import LatLon
    from bibliobus.network.roads.network import RoadNetwork

LIGHT = BusProfile("light", 5.5, 3.1, 1.0)
HEAVY = BusProfile("heavy", 9.0, 3.1, 0.9)
ROAD = {"highway": "primary"}
SPACE = "\N{NO-BREAK SPACE}"


def read(folder: Path, text: str) -> RoadNetwork:
    """Roads of a file."""
    roads, findings = read_osm(write_text(folder, text))
    assert roads is not None and findings == []
    network, _ = build_roads(roads)
    assert network is not None
    return network


def join(
    roads: RoadNetwork,
    places: Sequence[LatLon],
    *profiles: BusProfile,
    plain: bool = False,
    index: RoadIndex | None = None,
    changes: Sequence[ResolvedChange] = (),
    like: Network | None = None,
) -> Network:
    """Network with places named 0, 1, 2, …"""
    named = tuple(NetworkPlace(str(at), lat, lon, str(at), 0) for at, (lat, lon) in enumerate(places))
    index = PlainIndex(roads.graph) if plain else index
    names = [f"Place {place.place_id}" for place in named]
    return join_network(roads, named, profiles or (LIGHT,), names, index=index, changes=changes, like=like)


def spread(town: Town, seed: int, places: int) -> list[LatLon]:
    """Places on random segments, some at their ends, the first two on one segment, one on the island."""
    random = np.random.default_rng(1000 + seed)
    segments = town.segments
    chosen = random.integers(0, len(segments) - 2, places).tolist()
    chosen[1] = chosen[0]
    chosen[2] = len(segments) - 1
    shares = np.where(random.random(places) < 0.1, 0.0, random.random(places)).tolist()
    lines = [(town.nodes[one], town.nodes[two]) for _, one, two in (segments[at] for at in chosen)]
    return [
        (one[0] + share * (two[0] - one[0]), one[1] + share * (two[1] - one[1]))
        for (one, two), share in zip(lines, shares, strict=True)
    ]


def measure_line(line: Sequence[LatLon]) -> float:
    """Length of a line on the ellipsoid in metres."""
    lats, lons = zip(*line, strict=True)
    return float(Geod(ellps="WGS84").line_length(lons, lats))


@pytest.mark.parametrize("seed", range(14))
def test_the_matrix_equals_a_search_point_by_point(tmp_path: Path, seed: int) -> None:
    town = make_town(seed, turns=seed % 3 > 0)
    roads = read(tmp_path, town.text)
    network = join(roads, spread(town, seed, 12), LIGHT, HEAVY, plain=seed > 9)
    plain = lay_plainly(town)

    for profile in (LIGHT, HEAVY):
        matrix, view = network.measure_travel(profile), network.views[profile.profile_id]
        packed = measure_view(view)

        for source in range(12):
            expected = search_plainly(plain, roads, view.times, view.snaps, source)
            reached = np.flatnonzero(matrix.duration_s[source] < UNREACHABLE_S).tolist()
            assert reached == sorted(expected)
            for target, (ms, dm) in expected.items():
                # Where a place lies on its segment is known to a nanometre, and rounded.
                assert packed.duration_ms[source, target] == pytest.approx(ms, abs=2)
                assert matrix.duration_s[source, target] == -(-packed.duration_ms[source, target] // 1000)
                assert matrix.length_m[source, target] == pytest.approx(dm / 10, abs=0.8)
        assert (matrix.length_m[matrix.duration_s == UNREACHABLE_S] == 0).all()
        assert (matrix.duration_s == UNREACHABLE_S).any()


@pytest.mark.parametrize("seed", range(10))
def test_with_turns_one_way_and_parallel_roads_the_matrix_equals_that_of_scipy_before_and_after_closures(
    tmp_path: Path, seed: int
) -> None:
    town = make_town(seed)
    places = spread(town, seed, 12)
    parallel = {5000 + way: (refs, {"highway": "track"}) for way, (refs, _) in list(town.ways.items())[::4]}
    town = replace(town, ways=town.ways | parallel)
    roads = read(tmp_path, town.text)
    ways = np.random.default_rng(seed).choice(sorted(town.ways), 5, replace=False)
    closed = RoadChange("closed", ChangeKind.CLOSED, OnWays(tuple(sorted(ways.tolist()))))
    assert len(town.turns) > 0

    for changes in ((), (closed,)):
        resolved, _ = resolve_changes(RoadsToChange(roads, make_index(roads)), changes, [])
        assert resolved is not None
        fast, slow = (
            measure_view(join(roads, places, HEAVY, plain=plain, changes=resolved).views["heavy"])
            for plain in (False, True)
        )

        np.testing.assert_array_equal(fast.packed, slow.packed)
        assert 0 < fast.reached.mean() < 1


@pytest.mark.parametrize("seed", range(6))
def test_every_line_is_as_long_as_the_matrix_says(tmp_path: Path, seed: int) -> None:
    town = make_town(seed)
    network = join(read(tmp_path, town.text), spread(town, seed, 12), LIGHT, plain=seed > 3)
    matrix = network.measure_travel(LIGHT)

    for source, target in np.argwhere(matrix.duration_s < UNREACHABLE_S).tolist():
        line = network.find_path(LIGHT, str(source), str(target))

        assert line[0] == (network.places[source].lat, network.places[source].lon)
        assert line[-1] == (network.places[target].lat, network.places[target].lon)
        # The matrix has segments in whole decimetres, and nothing of the way from a place to the road.
        beside_m = float(network.views["light"].snaps.distance_m[[source, target]].sum())
        expected = matrix.length_m[source, target] + (beside_m if source != target else 0)
        assert measure_line(line) == pytest.approx(expected, abs=1 + 0.06 * len(line))


# A road to the east along the equator, 1113.2 m a stretch, and one to the north from its middle.
NODES = {1: (0.0, 0.0), 2: (0.0, 0.01), 3: (0.0, 0.02), 4: (0.01, 0.01)}


def crossing(tags: Tags, second: Tags | None = None) -> str:
    """File of the two roads."""
    return osm_text(NODES, {10: ([1, 2, 3], tags), 20: ([2, 4], second or tags)})


def test_a_drive_in_the_middle_of_a_road_is_counted_in_seconds_and_metres(tmp_path: Path) -> None:
    network = join(read(tmp_path, crossing(ROAD)), [(0.0, 0.005), (0.0, 0.015), (0.004, 0.01)])

    matrix = network.measure_travel(LIGHT)

    # A primary road is driven at 60 km/h, so as many minutes as kilometres, rounded up to a second.
    assert matrix.profile_id == "light" and matrix.place_ids == ("0", "1", "2")
    assert matrix.length_m.tolist() == [[0, 1113, 999], [1113, 0, 999], [999, 999, 0]]
    assert matrix.duration_s.tolist() == [[0, 67, 60], [67, 0, 60], [60, 60, 0]]


def test_places_beside_the_road_are_joined_to_it_and_drawn_where_they_stand(tmp_path: Path) -> None:
    network = join(read(tmp_path, crossing(ROAD)), [(0.001, 0.005), (0.0015, 0.005), (-0.001, 0.015)])

    assert network.measure_travel(LIGHT).duration_s[:2, :2].tolist() == [[0, 0], [0, 0]]
    assert network.find_path(LIGHT, "0", "1") == ((0.001, 0.005), (0.0, 0.005), (0.0015, 0.005))
    line = network.find_path(LIGHT, "0", "2")
    assert [tuple(round(degrees, 9) for degrees in point) for point in line] == [
        (0.001, 0.005),
        (0.0, 0.005),
        (0.0, 0.01),
        (0.0, 0.015),
        (-0.001, 0.015),
    ]
    assert network.find_path(LIGHT, "0", "0") == ((0.001, 0.005), (0.001, 0.005))


def test_on_a_one_way_ring_the_way_back_leads_round(tmp_path: Path) -> None:
    ring = osm_text(NODES, {10: ([1, 2, 4, 1], ROAD | {"oneway": "yes"})})
    network = join(read(tmp_path, ring), [(0.0, 0.002), (0.0, 0.008)])

    matrix = network.measure_travel(LIGHT)

    around_m = matrix.length_m[0, 1] + matrix.length_m[1, 0]
    assert matrix.length_m[0, 1] == pytest.approx(668, abs=1)
    assert around_m == pytest.approx(1113.2 + 1105.7 + 1569.0, abs=3)
    assert measure_line(network.find_path(LIGHT, "1", "0")) == pytest.approx(matrix.length_m[1, 0], abs=2)


@pytest.mark.parametrize("bend", [False, True])
def test_a_turn_that_is_not_allowed_is_not_driven_by_turning_round_beside_the_crossing(
    tmp_path: Path, bend: bool
) -> None:
    nodes = {1: (0.0, -0.01), 2: (0.0, 0.0), 5: (0.0, 0.0002), 3: (0.0, 0.01), 4: (0.01, 0.0)}
    east = [2, 5, 3] if bend else [2, 3]
    ways = {10: ([1, 2], ROAD), 20: (east, ROAD), 30: ([2, 4], ROAD)}
    rule = [("way", "from", 10), ("node", "via", 2), ("way", "to", 30)]
    text = osm_text(nodes, ways, relations=[(rule, {"type": "restriction", "restriction": "no_left_turn"})])
    network = join(read(tmp_path, text), [(0.0, -0.005), (0.005, 0.0)])

    matrix = network.measure_travel(LIGHT)

    # One has to drive to the end of the road to the east, 1113 m away, and come back.
    assert matrix.length_m.tolist() == [[0, 1110 + 2 * 1113], [1110, 0]]


def test_a_road_too_weak_for_one_bus_is_a_road_for_the_other(tmp_path: Path) -> None:
    roads = read(tmp_path, crossing(ROAD, ROAD | {"maxweight": "7.5"}))
    network = join(roads, [(0.0, 0.002), (0.009, 0.01)], LIGHT, HEAVY)

    light, heavy = network.measure_travel(LIGHT), network.measure_travel(HEAVY)

    assert network.views["light"].snaps.distance_m[1] == pytest.approx(0, abs=0.1)
    assert network.views["heavy"].snaps.distance_m[1] == pytest.approx(995, abs=1)
    # The heavy bus leaves its place at the crossing, and drives at nine tenths of the speed.
    assert (light.length_m[0, 1], heavy.length_m[0, 1]) == (1886, 891)
    assert heavy.duration_s[0, 1] == 60
    assert network.findings == ()


def test_a_village_before_a_bridge_that_is_too_weak_stays_on_its_road(tmp_path: Path) -> None:
    # The road to the north has no junction: only its second half is barred to the heavy bus.
    nodes = NODES | {5: (0.02, 0.01)}
    ways = {10: ([1, 2, 3], ROAD), 20: ([2, 4], ROAD), 21: ([4, 5], ROAD | {"maxweight": "7.5"})}
    roads = read(tmp_path, osm_text(nodes, ways))

    network = join(roads, [(0.0, 0.002), (0.009, 0.01)], HEAVY)

    assert network.views["heavy"].snaps.distance_m[1] == pytest.approx(0, abs=0.1)
    assert network.measure_travel(HEAVY).length_m.tolist() == [[0, 1886], [1886, 0]]


def test_a_wide_bus_a_long_bus_and_a_wet_season_are_those_of_the_scenario(tmp_path: Path) -> None:
    earth = {"highway": "track", "surface": "earth"}
    narrow, short = earth | {"maxwidth": "2.2"}, earth | {"maxlength": "7"}
    places = [(0.0, 0.002), (0.009, 0.01)]

    for tags, small in ((narrow, replace(LIGHT, width_m=2.2)), (short, replace(LIGHT, length_m=7.0))):
        roads = read(tmp_path, crossing(ROAD, tags))
        assert join(roads, places, LIGHT).measure_travel(LIGHT).length_m[0, 1] == 891
        assert join(roads, places, small).measure_travel(small).length_m[0, 1] == 1886
    roads = read(tmp_path, crossing(earth))
    wet = replace(LIGHT, season_factor=0.5)
    dry_s, wet_s = (join(roads, places, bus).measure_travel(bus).duration_s[0, 1] for bus in (LIGHT, wet))
    assert wet_s == pytest.approx(2 * dry_s, abs=1)


def test_a_place_off_every_road_is_told_once_whatever_the_buses_and_is_not_reached(tmp_path: Path) -> None:
    network = join(read(tmp_path, crossing(ROAD)), [(0.0, 0.005), (-0.03, 0.01), (2.0, 2.0)], LIGHT, HEAVY)

    matrix = network.measure_travel(LIGHT)

    assert say(network.findings) == [
        f"1 | Place 1 lies 3.3{SPACE}km from the nearest road that the bus may use; at most 2.0{SPACE}km are bridged."
        " | Check its position and the road file; if the road is missing there, add it to OpenStreetMap.",
        f"2 | Place 2 lies more than 20.0{SPACE}km from every road that the bus may use."
        " | Check its position (latitude first), and that the road file covers the area.",
    ]
    assert matrix.duration_s[0].tolist() == [0, UNREACHABLE_S, UNREACHABLE_S]
    assert matrix.duration_s.diagonal().tolist() == [0, 0, 0]
    assert matrix.length_m.sum() == 0


def test_a_place_beside_a_crumb_of_road_joins_the_network(tmp_path: Path) -> None:
    nodes = NODES | {5: (0.004, 0.005), 6: (0.004, 0.006)}
    text = osm_text(nodes, {10: ([1, 2, 3], ROAD), 20: ([5, 6], ROAD)})

    network = join(read(tmp_path, text), [(0.0, 0.015), (0.004, 0.0055)])

    assert network.findings == ()
    assert network.measure_travel(LIGHT).length_m[0, 1] == pytest.approx(0.0095 * 111_320, abs=2)


def test_where_no_road_at_all_may_be_used_every_place_is_told(tmp_path: Path) -> None:
    network = join(read(tmp_path, crossing(ROAD | {"maxweight": "3"})), [(0.0, 0.005), (0.0, 0.015)])

    assert [finding.code for finding in network.findings] == ["no-road-near"] * 2
    assert network.measure_travel(LIGHT).duration_s.tolist() == [[0, UNREACHABLE_S], [UNREACHABLE_S, 0]]


def test_roads_are_real_and_drawn(tmp_path: Path) -> None:
    network = join(read(tmp_path, crossing(ROAD | {"name": "Long Street"})), [(0.0, 0.005), (0.0, 0.015)])

    assert not network.estimated
    assert {(line.road_class, line.name) for line in network.lines} == {("primary", "Long Street")}


def test_without_numba_the_result_is_the_same_and_a_note_says_that_it_is_slower(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = make_town(3)
    roads = read(tmp_path, town.text)
    fast = join(roads, spread(town, 3, 12))
    monkeypatch.setattr(networks, "build_index", lambda graph, watch: PlainIndex(graph))

    slow = join(roads, spread(town, 3, 12), LIGHT, HEAVY)

    np.testing.assert_array_equal(fast.measure_travel(LIGHT).duration_s, slow.measure_travel(LIGHT).duration_s)
    np.testing.assert_array_equal(fast.measure_travel(LIGHT).length_m, slow.measure_travel(LIGHT).length_m)
    assert fast.findings == ()
    assert say(slow.findings) == [
        " | The fast way to measure drives cannot be used on this computer; a slower one with the same results is."
        " | Nothing is wrong with the result. To be faster, install the Python package numba."
    ]


def test_few_places_are_measured_and_driven_to_without_a_compiler_as_with_one(tmp_path: Path) -> None:
    town = make_town(3)
    roads, places = read(tmp_path, town.text), spread(town, 3, 12)
    few = make_index(roads, len(places))
    ids = [str(at) for at in range(len(places))]

    slow, fast = join(roads, places, index=few), join(roads, places)

    assert isinstance(few, FewIndex)
    assert isinstance(fast.index, Hierarchy)
    assert isinstance(make_index(roads, FEW_SEARCHES), Hierarchy)
    assert slow.findings == fast.findings == ()
    np.testing.assert_array_equal(fast.measure_travel(LIGHT).duration_s, slow.measure_travel(LIGHT).duration_s)
    np.testing.assert_array_equal(fast.measure_travel(LIGHT).length_m, slow.measure_travel(LIGHT).length_m)
    for start, end in product(ids, ids):
        lengths = [
            roads.segment_dm[np.array(one.find_steps(LIGHT.profile_id, start, end), int) >> 1] for one in (slow, fast)
        ]
        assert lengths[0].sum() == lengths[1].sum()
    assert isinstance(hasten(slow).index, Hierarchy)
    assert hasten(fast) is fast


def test_what_a_like_network_has_measured_is_taken_and_nothing_else(tmp_path: Path) -> None:
    town = make_town(3)
    roads, places = read(tmp_path, town.text), spread(town, 3, 12)
    first = join(roads, places, LIGHT, HEAVY, index=make_index(roads, len(places)))

    again = join(roads, places, LIGHT, HEAVY, index=first.index, like=first)
    fewer = join(roads, places[:-1], LIGHT, HEAVY, index=first.index, like=first)
    slower = join(roads, places, replace(LIGHT, speed_factor=0.5), index=first.index, like=first)

    assert [again.views[key] is first.views[key] for key in again.views] == [True, True]
    assert [fewer.views[key].metric is first.views[key].metric for key in fewer.views] == [True, True]
    assert [len(view.snaps.segment) for view in fewer.views.values()] == [11, 11]
    # Half as fast is half as fast, whatever the like network says.
    assert slower.views[LIGHT.profile_id].metric is not first.views[LIGHT.profile_id].metric
    assert (slower.measure_travel(LIGHT).duration_s >= first.measure_travel(LIGHT).duration_s).all()


def test_the_roads_of_a_drive_are_named_by_number_or_name(tmp_path: Path) -> None:
    text = crossing(ROAD | {"ref": "H20", "name": "Long road"}, ROAD | {"name": "Short street"})
    network = join(read(tmp_path, text), [(0.0, 0.005), (0.008, 0.01), (0.0, 0.005)])

    assert [piece.name for piece in network.list_roads(LIGHT, "0", "1")] == ["H20", "Short street"]
    assert network.list_roads(LIGHT, "0", "0") == ()


def test_what_a_drive_goes_over_is_told_by_the_tags(tmp_path: Path) -> None:
    text = crossing(ROAD, {"highway": "track"})
    network = join(read(tmp_path, text), [(0.0, 0.005), (0.008, 0.01), (0.0, 0.005)])

    told = network.list_grounds(LIGHT, "0", "1")

    assert {(ground.road_class, ground.unpaved) for ground in told} == {("primary", False), ("track", True)}
    assert all(ground.length_m > 0 for ground in told)
    assert network.list_grounds(LIGHT, "0", "0") == ()
