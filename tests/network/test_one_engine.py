"""Road tables on the engine of OpenStreetMap roads: the same answers as the engine that tables had for themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from worlds import TOWN, build_dataset, build_road, build_scenario, build_village

from bibliobus.domain.changes import AlongLine, BetweenPlaces, ChangeKind, Direction, InArea, RoadChange
from bibliobus.domain.fleet import BusProfile, Depot
from bibliobus.domain.roads import RoadTable
from bibliobus.inputs.area import read_area
from bibliobus.network.build import build_network
from bibliobus.network.changes.resolve import resolve_changes
from bibliobus.network.changes_osm import RoadsToChange
from bibliobus.network.changes_table import make_table_roads
from bibliobus.network.engine.engine import build_index
from bibliobus.network.network import join_network
from bibliobus.network.places import UNREACHABLE_S
from bibliobus.network.table import TableNetwork

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset

SAMPLES = Path(__file__).parents[2] / "data" / "settlements"
MOST_DRIVES = 600
NODES = (TOWN, "a", "b", "c", "x1", "x2")
VILLAGES = [build_village("a", lat=48.1), build_village("b", lat=48.2, lon=37.3), build_village("c", lon=37.2)]
BENDS = {
    (TOWN, "a"): ((48.0, 37.0), (48.05, 37.2), (48.1, 37.0)),
    ("b", "c"): ((48.2, 37.3), (48.1, 37.3), (48.0, 37.2)),
}
KINDS = st.sampled_from(
    [
        (ChangeKind.CLOSED, None),
        (ChangeKind.OPENED, None),
        (ChangeKind.SPEED, 10.0),
        (ChangeKind.SPEED, 45.0),
        (ChangeKind.WEIGHT_LIMIT, 5.0),
        (ChangeKind.HEIGHT_LIMIT, 3.5),
        (ChangeKind.DANGER_AREA, None),
    ]
)


@st.composite
def roads(draw):
    """Draw a row: lengths to the metre, one-way rows, limits, given speeds and those of class and surface."""
    start, end = draw(st.permutations(NODES))[:2]
    return replace(
        build_road(start, end, draw(st.integers(1, 40_000)) / 1000),
        road_class=draw(st.sampled_from(["primary", "tertiary", "track", "unclassified"])),
        surface=draw(st.sampled_from(["", "asphalt", "gravel", "unknown"])),
        speed_kmh=draw(st.sampled_from([None, 20.0, 33.0, 47.5, 60.0, 120.0])),
        oneway=draw(st.booleans()),
        max_weight_t=draw(st.sampled_from([None, None, 3.5, 5.0])),
        max_height_m=draw(st.sampled_from([None, None, 2.9, 3.1])),
        name=draw(st.sampled_from(["", "T0514", "Стара дорога"])),
        shape=draw(st.sampled_from([(), BENDS.get((start, end), ())])),
    )


@st.composite
def edits(draw):
    """Draw a road change, told in any way that a table knows."""
    kind, value = draw(KINDS)
    one, two = draw(st.permutations((TOWN, "a", "b", "c")))[:2]
    west, south = draw(st.floats(36.9, 37.3)), draw(st.floats(47.9, 48.3))
    ring = ((south, west), (south, west + 0.1), (south + 0.1, west + 0.1), (south + 0.1, west), (south, west))
    where = draw(
        st.sampled_from(
            [
                BetweenPlaces(one, two, ""),
                BetweenPlaces(one, two, "t-05-14"),
                InArea(((ring,),)),
                AlongLine((((48.0, 37.0), (48.1, 37.0)),)),
            ]
        )
    )
    return RoadChange("one", kind, where, value=value, direction=draw(st.sampled_from(Direction)))


def build_both(dataset: Dataset, changes: Any = ()) -> tuple[Any, TableNetwork]:
    """The area on the one engine and on the one that tables had."""
    assert isinstance(dataset.roads, RoadTable)
    plain = build_network(replace(dataset, changes=()))
    new, old = (
        resolve_changes(roads, changes, dataset.settlements)
        for roads in (RoadsToChange(plain.roads, plain.index), make_table_roads(dataset.roads, dataset.settlements))
    )
    assert (new[0] is None) == (old[0] is None)
    assert [finding.code for finding in new[1]] == [finding.code for finding in old[1]]
    assume(new[0] is not None)
    for one, other in zip(new[0], old[0], strict=True):
        np.testing.assert_array_equal(one.steps, other.steps)
    names = [place.place_id for place in plain.places]
    profiles = dataset.scenario.profiles
    network = join_network(plain.roads, plain.places, profiles, names, index=plain.index, changes=new[0])
    return network, TableNetwork(plain.places, dataset.roads, old[0])


def compare(network: Any, oracle: TableNetwork, profile: BusProfile) -> None:
    """Compare matrices, and the drives of which only one is the best."""
    mine, theirs = network.measure_travel(profile), oracle.measure_travel(profile)
    np.testing.assert_array_equal(mine.duration_s, theirs.duration_s)
    np.testing.assert_array_equal(mine.length_m, theirs.length_m)
    ids = mine.place_ids
    for row, column in np.argwhere(mine.duration_s < UNREACHABLE_S).tolist()[:MOST_DRIVES]:
        drive = (profile, ids[row], ids[column])
        assert network.find_path(*drive) == oracle.find_path(*drive)
        assert network.list_roads(*drive) == oracle.list_roads(*drive)
        assert network.list_grounds(*drive) == oracle.list_grounds(*drive)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    rows=st.lists(roads(), min_size=1, max_size=12),
    changes=st.lists(edits(), max_size=4),
    speed_factor=st.sampled_from([1.0, 0.7, 0.85]),
)
def test_random_tables_with_random_changes_are_driven_as_before(rows: Any, changes: Any, speed_factor: float) -> None:
    lorry = BusProfile("lorry", 5.0, 3.0, speed_factor)
    yard = Depot("main", "Yard", "", 48.02, 37.01)
    scenario = build_scenario(depots=(yard,), profiles=(lorry,))
    # A limit of exactly the speed of the bus is a matter of the last digit where the bus is slower than the table.
    assume(speed_factor == 1.0 or all(change.kind is not ChangeKind.SPEED for change in changes))

    network, oracle = build_both(build_dataset(VILLAGES, rows, scenario=scenario), changes)

    compare(network, oracle, lorry)
    assert network.lines == oracle.lines


@pytest.mark.parametrize("name", ["kramatorsk", "donetsk"])
def test_samples_are_driven_as_before(name: str) -> None:
    dataset, _ = read_area(SAMPLES / name)
    assert dataset is not None
    plain = build_network(dataset)
    assert isinstance(dataset.roads, RoadTable)
    oracle = TableNetwork(plain.places, dataset.roads)

    compare(plain, oracle, dataset.scenario.profiles[0])

    assert plain.lines == oracle.lines
    index = build_index(plain.roads.graph)
    names = [place.place_id for place in plain.places]
    large = join_network(plain.roads, plain.places, dataset.scenario.profiles, names, index=index)
    small, big = (one.measure_travel(dataset.scenario.profiles[0]) for one in (plain, large))
    np.testing.assert_array_equal(small.duration_s, big.duration_s)
    # Of equally fast drives the engine of large networks takes the shortest.
    assert (big.length_m <= small.length_m).all()
