"""Real roads: on those of the packaged sample the hierarchy and scipy give the same, whatever is closed."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bibliobus.domain.fleet import BusProfile
from bibliobus.domain.roads import ChangeKind, OnWays, RoadChange
from bibliobus.network.changes.find import RoadsToChange
from bibliobus.network.changes.resolve import resolve_changes
from bibliobus.network.engine.dijkstra import PlainIndex
from bibliobus.network.engine.engine import build_index
from bibliobus.network.network import Network, join_network, join_places, measure_view
from bibliobus.network.places import NetworkPlace
from bibliobus.network.roads.lines import measure_roads
from bibliobus.network.roads.profile import RoadBus, close_segments, measure_steps
from bibliobus.network.sources.osm import load_roads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.network.engine.engine import RoadIndex
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.profile import StepTimes

FILE = Path(__file__).parents[2] / "data" / "settlements" / "neubrandenburg" / "roads" / "roads.osm.pbf"
PLACES = 60
BUS = RoadBus(5.5, 3.1, width_m=2.3, length_m=7.5)


@pytest.fixture(scope="module")
def roads() -> RoadNetwork:
    """Roads of the sample."""
    network, findings = load_roads(FILE, None)
    assert network is not None and findings == []
    return network


@pytest.fixture(scope="module")
def indices(roads: RoadNetwork) -> tuple[RoadIndex, RoadIndex]:
    """The hierarchy and the plain graph for scipy."""
    compiled = build_index(roads.graph)
    assert compiled.compiled
    return compiled, PlainIndex(roads.graph)


def scatter(roads: RoadNetwork, seed: int) -> tuple[NetworkPlace, ...]:
    """Places some 50 m beside random points of the roads."""
    random = np.random.default_rng(seed)
    at = random.integers(0, len(roads.point_lat), PLACES)
    lats = roads.point_lat[at] + random.uniform(-0.0005, 0.0005, PLACES)
    lons = roads.point_lon[at] + random.uniform(-0.0008, 0.0008, PLACES)
    return tuple(
        NetworkPlace(str(n), float(lat), float(lon), str(n), 0)
        for n, (lat, lon) in enumerate(zip(lats, lons, strict=True))
    )


def measure(roads: RoadNetwork, index: RoadIndex, places: tuple[NetworkPlace, ...], times: StepTimes) -> np.ndarray:
    """Packed times and lengths between all places."""
    return measure_view(join_places(roads, index, places, times)).packed


def digest(roads: RoadNetwork) -> str:
    """Digest of every array of a network."""
    arrays = [getattr(roads, field.name) for field in fields(roads) if hasattr(getattr(roads, field.name), "tobytes")]
    arrays += [roads.graph.tail, roads.graph.head, *vars(roads.ways).values()]
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()


@pytest.mark.parametrize("seed", range(3))
def test_times_and_lengths_equal_those_of_scipy_before_and_after_closures(
    roads: RoadNetwork, indices: tuple[RoadIndex, RoadIndex], seed: int
) -> None:
    places, times, untouched = scatter(roads, seed), measure_steps(roads, BUS), digest(roads)
    closed = np.random.default_rng(100 + seed).integers(0, roads.segments, 40 * 4**seed)

    for now in (times, close_segments(times, closed)):
        fast, slow = (measure(roads, index, places, now) for index in indices)

        np.testing.assert_array_equal(fast, slow)
    assert digest(roads) == untouched


def test_the_sample_has_one_way_roads_parallel_roads_and_pairs_that_no_road_joins(
    roads: RoadNetwork, indices: tuple[RoadIndex, RoadIndex]
) -> None:
    ends = np.stack([roads.graph.tail, roads.graph.head], axis=1)

    packed = measure(roads, indices[0], scatter(roads, 0), measure_steps(roads, BUS))

    assert (roads.step_arc < 0).any()
    assert len(np.unique(ends, axis=0)) < len(ends)
    assert not np.array_equal(packed >> 32, packed.T >> 32)
    assert 0.5 < (packed < packed.max()).mean() < 1


VAN = BusProfile("van", 5.5, 3.1, 1.0)


def join(
    roads: RoadNetwork, index: RoadIndex, places: tuple[NetworkPlace, ...], changes: Sequence[RoadChange] = ()
) -> Network:
    """Network of places for one kind of bus, with road changes."""
    resolved, findings = resolve_changes(RoadsToChange(roads, index), changes, [])
    assert resolved is not None and findings == []
    names = [place.place_id for place in places]
    return join_network(roads, places, [VAN], names, index=index, changes=resolved)


@pytest.mark.parametrize("seed", range(3))
def test_closing_roads_never_makes_a_drive_faster_and_opening_them_again_changes_nothing(
    roads: RoadNetwork, indices: tuple[RoadIndex, RoadIndex], seed: int
) -> None:
    places, untouched = scatter(roads, seed), digest(roads)
    way_ids = np.random.default_rng(seed).choice(roads.ways.way_id, 60, replace=False)
    ways = OnWays(tuple(sorted(way_ids.tolist())))
    close, reopen = RoadChange("one", ChangeKind.CLOSED, ways), RoadChange("two", ChangeKind.OPENED, ways)

    before, after, again = (
        join(roads, indices[0], places, changes).measure_travel(VAN) for changes in ((), (close,), (close, reopen))
    )

    assert (after.duration_s >= before.duration_s).all()
    assert (after.duration_s > before.duration_s).any()
    np.testing.assert_array_equal(again.duration_s, before.duration_s)
    np.testing.assert_array_equal(again.length_m, before.length_m)
    assert digest(roads) == untouched


def test_the_order_of_the_places_does_not_matter(roads: RoadNetwork, indices: tuple[RoadIndex, RoadIndex]) -> None:
    places = scatter(roads, 7)
    shuffle = np.random.default_rng(8).permutation(PLACES)

    straight = join(roads, indices[0], places).measure_travel(VAN)
    shuffled = join(roads, indices[0], tuple(places[at] for at in shuffle)).measure_travel(VAN)

    np.testing.assert_array_equal(shuffled.duration_s, straight.duration_s[np.ix_(shuffle, shuffle)])
    np.testing.assert_array_equal(shuffled.length_m, straight.length_m[np.ix_(shuffle, shuffle)])


@pytest.mark.upkeep
def test_the_readme_of_the_sample_tells_the_kilometres_that_are_measured(roads: RoadNetwork) -> None:
    class_m = dict(measure_roads(roads).class_m)
    small_m = class_m.pop("track") + class_m.pop("service")

    readme = (FILE.parents[1] / "README.md").read_text(encoding="utf-8")

    assert f"{sum(class_m.values()) / 1000:.0f} km of public roads, {small_m / 1000:.0f} km of tracks" in readme
    assert f"{sum(class_m.values()) / 1000:.0f} км доріг загального користування, {small_m / 1000:.0f} км" in readme
