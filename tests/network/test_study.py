"""Critical roads: what closing one stretch cuts off, by closing every stretch in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from osm_text import Tags, osm_text, write_text
from road_towns import Town, make_town

from bibliobus.network.osm.read import read_osm
from bibliobus.network.roads.build import build_roads
from bibliobus.network.roads.profile import IMPASSABLE_MS, RoadBus, StepTimes, close_segments, measure_steps
from bibliobus.network.roads.snap import place_on_segments, snap_places
from bibliobus.network.study import CriticalRoad, find_critical_roads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.snap import Snaps

PLACES = 9
BUS = RoadBus(9.0, 3.1)
ROAD = {"highway": "primary"}


def read(folder: Path, text: str) -> RoadNetwork:
    """Roads of a file."""
    roads, _ = read_osm(write_text(folder, text))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None
    return network


def list_pieces(town: Town, roads: RoadNetwork, times: StepTimes, snaps: Snaps) -> list[tuple[object, object, bool]]:
    """Both ends of every open piece of road between points and places, and whether it has a length to close."""
    on: dict[int, list[int]] = {}
    for place, segment in enumerate(snaps.segment.tolist()):
        on.setdefault(segment, []).append(place)
    pieces: list[tuple[object, object, bool]] = []
    for segment, (_, one, two) in enumerate(town.segments):
        if times.step_ms[[2 * segment, 2 * segment + 1]].min() >= IMPASSABLE_MS:
            continue
        length_dm = int(roads.segment_dm[segment])
        inside = sorted((round(float(snaps.fraction[p]) * length_dm), p) for p in on.get(segment, []))
        spots: list[tuple[int, object]] = [(0, one), *((dm, f"place {p}") for dm, p in inside), (length_dm, two)]
        for (near_dm, near), (far_dm, far) in zip(spots, spots[1:], strict=False):
            pieces.append((near, far, far_dm > near_dm))
    return pieces


def reach(pieces: Sequence[tuple[object, object, bool]], without: int, start: object) -> set[object]:
    """Everything that hangs together with the start if one piece is gone."""
    neighbours: dict[object, list[object]] = {}
    for at, (one, two, _) in enumerate(pieces):
        if at != without:
            neighbours.setdefault(one, []).append(two)
            neighbours.setdefault(two, []).append(one)
    found, todo = {start}, [start]
    while todo:
        new = set(neighbours.get(todo.pop(), ())) - found
        found |= new
        todo += new
    return found


def close_each(town: Town, roads: RoadNetwork, times: StepTimes, snaps: Snaps) -> set[tuple[str, ...]]:
    """Every set of places that closing one piece cuts off from place 0."""
    pieces = list_pieces(town, roads, times, snaps)
    whole = reach(pieces, -1, "place 0")
    gone = [whole - reach(pieces, at, "place 0") for at, (_, _, closable) in enumerate(pieces) if closable]
    cut_off = [tuple(sorted(str(spot) for spot in spots if str(spot).startswith("place"))) for spots in gone]
    return {places for places in cut_off if places}


@pytest.mark.parametrize("seed", range(24))
def test_the_roads_are_those_that_cut_places_off_when_each_is_closed_in_turn(tmp_path: Path, seed: int) -> None:
    town = make_town(seed, gaps=0.42, turns=seed % 2 > 0)
    roads = read(tmp_path, town.text)
    random = np.random.default_rng(500 + seed)
    times = close_segments(measure_steps(roads, BUS), random.integers(0, roads.segments, seed % 5))
    usable = np.flatnonzero(times.usable)
    segment = random.choice(usable, PLACES)
    segment[1] = segment[0]
    fraction = np.where(random.random(PLACES) < 0.2, 0.0, random.random(PLACES))
    snaps = place_on_segments(roads, times, segment, fraction, np.zeros(PLACES))

    found = find_critical_roads(roads, times, snaps, [f"place {at}" for at in range(PLACES)], 0)

    assert sorted(road.cut_off for road in found) == sorted(close_each(town, roads, times, snaps))


def test_in_such_towns_a_road_may_be_closed_in_its_middle_only(tmp_path: Path) -> None:
    roads = read(tmp_path, make_town(4, gaps=0.42).text)
    times = close_segments(measure_steps(roads, BUS), np.random.default_rng(504).integers(0, roads.segments, 4))

    closed = np.concatenate([[0], np.cumsum(times.step_ms[roads.chain] >= IMPASSABLE_MS)])
    per_arc = np.diff(closed[roads.chain_first])

    assert ((per_arc > 0) & (per_arc < np.diff(roads.chain_first))).any()


# A road to the east with a bridge in it, a village behind the bridge, and one in a lane beside it.
NODES = {1: (48.0, 37.0), 2: (48.0, 37.01), 3: (48.0, 37.02), 4: (48.0, 37.03), 5: (48.01, 37.01), 6: (48.02, 37.01)}
WAYS: dict[int, tuple[list[int], Tags]] = {
    10: ([1, 2], {"highway": "primary", "ref": "T0514"}),
    20: ([2, 3], {"highway": "primary", "ref": "T0514", "name": "Bridge"}),
    21: ([3, 4], {"highway": "primary", "ref": "T0514"}),
    30: ([2, 5], {"highway": "residential"}),
}
TOWN, BEHIND, LANE = (48.0, 37.001), (48.0, 37.028), (48.009, 37.01)


def find(folder: Path, ways: dict[int, tuple[list[int], Tags]], *, closed: int | None = None) -> list[CriticalRoad]:
    """Critical roads between the town and both villages."""
    roads = read(folder, osm_text(NODES, ways))
    times = measure_steps(roads, BUS)
    lat, lon = np.array([TOWN, BEHIND, LANE]).T
    snaps = snap_places(roads, times, lat, lon)
    if closed is not None:
        times = close_segments(times, roads.segments_of_ways(np.array([closed])))
        snaps = place_on_segments(roads, times, snaps.segment, snaps.fraction, snaps.distance_m)
    return list(find_critical_roads(roads, times, snaps, ["town", "behind", "lane"], 0))


def test_each_road_has_its_name_its_ways_and_those_it_would_cut_off(tmp_path: Path) -> None:
    found = find(tmp_path, WAYS)

    assert [(road.cut_off, road.label, road.way_ids) for road in found] == [
        (("behind", "lane"), "T0514", (10,)),
        (("behind",), "T0514, T0514 Bridge", (20, 21)),
        (("lane",), "", (30,)),
    ]
    assert [road.length_m for road in found] == pytest.approx([672, 1343, 1001], abs=1)
    assert all(48.0 <= road.position[0] <= 48.01 and 37.0 <= road.position[1] <= 37.03 for road in found)


def test_a_second_road_makes_both_dispensable(tmp_path: Path) -> None:
    found = find(tmp_path, WAYS | {40: ([2, 3], {"highway": "track"})})

    assert [road.cut_off for road in found] == [("behind", "lane"), ("behind",), ("lane",)]
    assert found[1].way_ids == (21,)


def test_a_one_way_road_counts_in_both_directions(tmp_path: Path) -> None:
    ring = {41: ([2, 3], {"highway": "track", "oneway": "yes"}), 20: (WAYS[20][0], WAYS[20][1] | {"oneway": "-1"})}

    found = find(tmp_path, WAYS | ring)

    assert [road.way_ids for road in found] == [(10,), (21,), (30,)]


def test_a_village_that_is_cut_off_already_depends_on_nothing(tmp_path: Path) -> None:
    found = find(tmp_path, WAYS, closed=20)

    assert [road.cut_off for road in found] == [("lane",)]
    assert found[0].way_ids == (10, 30)


def test_a_village_on_the_open_half_of_a_road_still_depends_on_it(tmp_path: Path) -> None:
    # The lane goes on as way 31 without any junction; only that second half is closed.
    longer = WAYS | {31: ([5, 6], {"highway": "residential"})}

    found = find(tmp_path, longer, closed=31)

    assert [road.cut_off for road in found] == [("behind", "lane"), ("behind",), ("lane",)]


def test_from_a_home_without_a_road_nothing_can_be_said(tmp_path: Path) -> None:
    roads = read(tmp_path, osm_text(NODES, WAYS))
    times = measure_steps(roads, BUS)
    snaps = snap_places(roads, times, np.array([50.0, 48.0]), np.array([37.0, 37.0]))

    assert find_critical_roads(roads, times, snaps, ["far", "town"], 0) == ()
