from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from brute import measure_all_pairs
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import TOWN, build_dataset, build_library, build_road, build_scenario, build_village

from bibliobus.domain.fleet import BusProfile, Depot
from bibliobus.domain.scenario import Scenario
from bibliobus.network.build import build_network
from bibliobus.network.engine.dijkstra import PlainIndex
from bibliobus.network.engine.engine import FEW_NODES, SmallIndex, build_index
from bibliobus.network.network import Network, join_network, measure_view
from bibliobus.network.places import UNREACHABLE_S, RoadLine, TravelMatrix
from bibliobus.network.sources.estimate import estimate_drive
from bibliobus.network.study import find_critical_roads

LORRY = BusProfile("lorry", 5.0, 3.0, 1.0)


def build_table(villages, roads, *profiles: BusProfile, scenario: Scenario | None = None, **changes) -> Network:
    """Build the network of an area with a road table, for a lorry if nothing else is said."""
    scenario = replace(scenario or build_scenario(), profiles=profiles or (LORRY,))
    return build_network(build_dataset(villages, roads, scenario=scenario, **changes))


def find_drive(matrix: TravelMatrix, start: str, end: str) -> tuple[int, int]:
    """Seconds and metres from one place to another."""
    row, column = matrix.place_ids.index(start), matrix.place_ids.index(end)
    return int(matrix.duration_s[row, column]), int(matrix.length_m[row, column])


NODES = (TOWN, "a", "b", "c", "x1", "x2")
"""The last two are junctions where nobody lives."""


@st.composite
def roads(draw):
    """Draw a road between two of the nodes: some of one way, some with limits, often two between the same nodes."""
    start, end = draw(st.permutations(NODES))[:2]
    return replace(
        build_road(start, end, draw(st.integers(1, 9))),
        speed_kmh=draw(st.sampled_from([20.0, 30.0, 60.0])),
        oneway=draw(st.booleans()),
        max_weight_t=draw(st.sampled_from([None, None, 3.5, 5.0])),
        max_height_m=draw(st.sampled_from([None, None, 2.9, 3.0])),
    )


def lay_arcs(rows) -> dict[tuple[str, str], tuple[int, int]]:
    """Cheapest arc of the lorry between every two nodes, by hand."""
    arcs: dict[tuple[str, str], tuple[int, int]] = {}
    for road in rows:
        if (road.max_weight_t or 99) < 5.0 or (road.max_height_m or 99) < 3.0:
            continue
        cost = (math.ceil(road.length_m * 3.6 / road.speed_kmh), road.length_m)
        ways = [(road.from_id, road.to_id)] + ([] if road.oneway else [(road.to_id, road.from_id)])
        for way in ways:
            arcs[way] = min(cost, arcs.get(way, cost))
    return arcs


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(roads(), max_size=12))
def test_the_matrix_is_that_of_all_pairs_of_a_simple_search(rows):
    network = build_table([build_village(name) for name in "abc"], rows)

    matrix = network.measure_travel(LORRY)

    best = measure_all_pairs(NODES, lay_arcs(rows))
    for start in (TOWN, "a", "b", "c"):
        for end in (TOWN, "a", "b", "c"):
            seconds, _ = best.get((start, end), (UNREACHABLE_S, 0))
            assert find_drive(matrix, start, end)[0] == seconds


def list_fastest_lengths(start: str, end: str, arcs) -> set[int]:
    """Lengths of all fastest ways without a node twice."""
    found: dict[int, set[int]] = {}

    def walk(node: str, seconds: int, metres: int, seen: frozenset[str]) -> None:
        if node == end:
            found.setdefault(seconds, set()).add(metres)
            return
        for (tail, head), (more_s, more_m) in arcs.items():
            if tail == node and head not in seen:
                walk(head, seconds + more_s, metres + more_m, seen | {head})

    walk(start, 0, 0, frozenset([start]))
    return found[min(found)] if found else {0}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(roads(), max_size=10))
def test_the_length_is_that_of_a_fastest_way(rows):
    network = build_table([build_village(name) for name in "abc"], rows)

    matrix = network.measure_travel(LORRY)

    arcs = lay_arcs(rows)
    for start in (TOWN, "a", "b", "c"):
        for end in (TOWN, "a", "b", "c"):
            assert find_drive(matrix, start, end)[1] in list_fastest_lengths(start, end, arcs)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(roads(), min_size=1, max_size=10), st.integers(0, 9))
def test_closing_a_road_never_speeds_anything_up(rows, closed):
    villages = [build_village(name) for name in "abc"]
    before = build_table(villages, rows).measure_travel(LORRY)
    kept = [road for at, road in enumerate(rows) if at != closed % len(rows)]

    after = build_table(villages, kept).measure_travel(LORRY)

    assert (after.duration_s >= before.duration_s).all()


def test_a_fast_long_road_wins_over_a_slow_short_one():
    slow, fast = build_road(TOWN, "a", 10, speed_kmh=20.0), build_road(TOWN, "a", 15)
    network = build_table([build_village("a")], [slow, fast])

    matrix = network.measure_travel(LORRY)

    # 30 minutes by the slow road, 15 by the fast one, whose length counts.
    assert find_drive(matrix, TOWN, "a") == (15 * 60, 15_000)


def test_of_two_equally_fast_roads_the_shorter_one_counts():
    long, short = build_road(TOWN, "a", 10), build_road(TOWN, "a", 5, speed_kmh=30.0)
    network = build_table([build_village("a")], [long, short])

    matrix = network.measure_travel(LORRY)

    assert find_drive(matrix, TOWN, "a") == (10 * 60, 5_000)


@pytest.mark.parametrize("limit", [{"max_weight_t": 4.9}, {"max_height_m": 2.9}])
def test_a_bus_goes_round_a_road_it_may_not_use(limit):
    roads = [build_road(TOWN, "a", 5, **limit), build_road(TOWN, "x", 10), build_road("x", "a", 10)]
    van = BusProfile("van", 2.0, 2.0, 1.0)
    network = build_table([build_village("a")], roads, LORRY, van)

    heavy, light = network.measure_travel(LORRY), network.measure_travel(van)

    assert find_drive(heavy, TOWN, "a") == (20 * 60, 20_000)
    assert find_drive(light, TOWN, "a") == (5 * 60, 5_000)


def test_a_bus_as_heavy_and_high_as_the_limits_may_pass():
    road = build_road(TOWN, "a", 5, max_weight_t=5.0, max_height_m=3.0)
    network = build_table([build_village("a")], [road])

    matrix = network.measure_travel(LORRY)

    assert find_drive(matrix, TOWN, "a") == (300, 5_000)


def test_a_slow_bus_takes_longer():
    slow = replace(LORRY, speed_factor=0.5)

    matrix = build_table([build_village("a")], [build_road(TOWN, "a", 6)], slow).measure_travel(slow)

    assert find_drive(matrix, TOWN, "a") == (12 * 60, 6_000)


@pytest.mark.parametrize("speed_factor", [0.7, 0.8, 0.9, 0.95])
def test_a_speed_factor_adds_no_second_of_its_own(speed_factor):
    kilometres = round(60 * speed_factor)
    slow = replace(LORRY, speed_factor=speed_factor)

    matrix = build_table([build_village("a")], [build_road(TOWN, "a", kilometres)], slow).measure_travel(slow)

    assert find_drive(matrix, TOWN, "a")[0] == 3600


def test_a_village_without_a_road_is_reached_from_nowhere_and_is_at_home_with_itself():
    network = build_table([build_village("a"), build_village("island")], [build_road(TOWN, "a", 5)])

    matrix = network.measure_travel(LORRY)

    assert find_drive(matrix, TOWN, "island") == (UNREACHABLE_S, 0)
    assert find_drive(matrix, "island", "a") == (UNREACHABLE_S, 0)
    assert find_drive(matrix, "island", "island") == (0, 0)


def test_a_matrix_cannot_be_changed():
    matrix = build_table([], []).measure_travel(LORRY)

    with pytest.raises(ValueError, match="read-only"):
        matrix.duration_s[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        matrix.length_m[0, 0] = 1


def test_the_matrix_has_depots_then_settlements_then_libraries():
    network = build_table([build_village("a")], [], libraries=[build_library("a")])

    matrix = network.measure_travel(LORRY)

    assert matrix.place_ids == ("depot/main", "a", "town", "library/a", "library/town")
    assert matrix.profile_id == "lorry"
    assert matrix.duration_s.dtype == matrix.length_m.dtype == np.int64


def test_a_depot_beside_a_village_first_drives_to_it():
    yard = Depot("main", "Yard", "", 48.02, 37.0)
    scenario = build_scenario(depots=(yard,))
    villages = [build_village("a"), build_village("far", lat=50.0)]
    network = build_table(villages, [build_road("a", "far", 60)], scenario=scenario)

    matrix = network.measure_travel(LORRY)

    # 0.02 degrees are 2.2 km as the crow flies, taken from the estimate; then an hour by road.
    depot = network.places[0]
    access_s, access_m = estimate_drive(np.array([float(depot.access_m)]), 1.0)
    assert 2_200 < depot.access_m < 2_250
    assert find_drive(matrix, "depot/main", "far") == (3600 + access_s[0], 60_000 + access_m[0])
    assert find_drive(matrix, "far", "depot/main") == (3600 + access_s[0], 60_000 + access_m[0])
    assert find_drive(matrix, "depot/main", "depot/main") == (0, 0)


def test_a_path_follows_the_shapes_of_the_roads_in_both_directions():
    bend = ((48.0, 37.0), (48.05, 37.2), (48.1, 37.0))
    villages = [build_village("a", lat=48.1)]
    network = build_table(villages, [build_road(TOWN, "a", 20, shape=bend)])

    there = network.find_path(LORRY, "depot/main", "a")
    back = network.find_path(LORRY, "a", "depot/main")

    assert there == bend
    assert back == bend[::-1]


def test_a_path_without_shapes_runs_straight_from_village_to_village():
    villages = [build_village("a", lat=48.1), build_village("b", lat=48.2)]
    network = build_table(villages, [build_road(TOWN, "a", 10), build_road("a", "b", 10)])

    path = network.find_path(LORRY, TOWN, "b")

    assert path == ((48.0, 37.0), (48.1, 37.0), (48.2, 37.0))


def test_a_path_passes_over_a_junction_whose_position_nobody_knows():
    villages = [build_village("a", lat=48.1)]
    network = build_table(villages, [build_road(TOWN, "x", 10), build_road("x", "a", 10)])

    path = network.find_path(LORRY, TOWN, "a")

    assert path == ((48.0, 37.0), (48.1, 37.0))


def test_a_path_knows_a_junction_from_the_shape_of_another_road():
    villages = [build_village("a", lat=48.1), build_village("b", lat=48.2)]
    shaped = build_road("x", "b", 5, shape=((48.05, 37.1), (48.2, 37.0)))
    network = build_table(villages, [build_road(TOWN, "x", 10), build_road("x", "a", 10), shaped])

    path = network.find_path(LORRY, TOWN, "a")

    assert path == ((48.0, 37.0), (48.05, 37.1), (48.1, 37.0))


def test_a_path_within_a_settlement_needs_no_road():
    network = build_table([build_village("a")], [])

    # The depot stands in town, to which no road leads: a bus may call there all the same.
    assert find_drive(network.measure_travel(LORRY), "depot/main", TOWN) == (0, 0)
    assert network.find_path(LORRY, "depot/main", TOWN) == ((48.0, 37.0), (48.0, 37.0))


def test_a_path_uses_the_fastest_of_parallel_roads():
    direct = build_road(TOWN, "a", 10, speed_kmh=20.0)
    bend = ((48.0, 37.0), (48.05, 37.2), (48.1, 37.0))
    network = build_table([build_village("a", lat=48.1)], [direct, build_road(TOWN, "a", 15, shape=bend)])

    path = network.find_path(LORRY, TOWN, "a")

    assert path == bend


def test_a_path_from_a_depot_beside_the_village_begins_at_the_depot():
    scenario = build_scenario(depots=(Depot("main", "Yard", "", 47.99, 37.0),))
    network = build_table([build_village("a", lat=48.1)], [build_road(TOWN, "a", 10)], scenario=scenario)

    path = network.find_path(LORRY, "depot/main", "a")

    assert path == ((47.99, 37.0), (48.0, 37.0), (48.1, 37.0))


def test_roads_to_draw_have_a_shape_or_two_known_ends():
    bend = ((48.0, 37.0), (48.05, 37.2), (48.1, 37.0))
    rows = [
        build_road(TOWN, "a", 20, shape=bend, name="T0514"),
        build_road(TOWN, "a", 15, road_class="track"),
        build_road("a", "x", 3),
    ]
    network = build_table([build_village("a", lat=48.1)], rows)

    assert network.lines == (RoadLine(bend, "primary", "T0514"), RoadLine(((48.0, 37.0), (48.1, 37.0)), "track", ""))
    assert not network.estimated


def test_an_estimated_table_draws_its_roads_as_an_estimate():
    dataset = build_dataset([build_village("a", lat=48.1)], [build_road(TOWN, "a", 20)])
    network = build_network(replace(dataset, roads=replace(dataset.roads, estimated=True)))

    assert network.estimated
    assert [line.road_class for line in network.lines] == ["estimate"]


@pytest.mark.parametrize(
    ("road_class", "surface", "speed_kmh"),
    [
        ("primary", "", 60),
        ("primary", "asphalt", 60),
        ("primary", "gravel", 30),
        ("track", "asphalt", 15),
        ("track", "mud", 10),
        ("primary", "unknown", 30),
    ],
)
def test_the_slower_of_class_and_surface_counts(road_class, surface, speed_kmh):
    road = build_road(TOWN, "a", speed_kmh, road_class=road_class, surface=surface, speed_kmh=None)

    matrix = build_table([build_village("a")], [road]).measure_travel(LORRY)

    assert find_drive(matrix, TOWN, "a")[0] == 3600


def test_a_speed_of_the_planner_counts_before_the_tables():
    road = build_road(TOWN, "a", 45, road_class="track", surface="mud", speed_kmh=45.0)

    matrix = build_table([build_village("a")], [road]).measure_travel(LORRY)

    assert find_drive(matrix, TOWN, "a")[0] == 3600


def test_a_road_takes_whole_seconds_and_never_less_than_it_needs():
    roads = [build_road(TOWN, "a", 0.001), build_road("a", "b", 1.001)]

    matrix = build_table([build_village("a"), build_village("b")], roads).measure_travel(LORRY)

    # A metre takes 0.06 s, 1001 metres 60.06 s.
    assert find_drive(matrix, TOWN, "a") == (1, 1)
    assert find_drive(matrix, TOWN, "b") == (62, 1002)


@pytest.mark.parametrize(("surface", "minutes"), [("gravel", 20), ("asphalt", 10)])
def test_unpaved_rows_are_slower_in_the_wet_season(surface, minutes):
    wet = replace(LORRY, season_factor=0.5)
    road = build_road(TOWN, "a", 10, surface=surface)

    matrix = build_table([build_village("a")], [road], wet).measure_travel(wet)

    assert find_drive(matrix, TOWN, "a")[0] == minutes * 60


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(roads(), min_size=1, max_size=12))
def test_each_engine_gives_the_same_times_and_drives_that_take_them(rows):
    network = build_table([build_village(name) for name in "abc"], rows)
    names = [place.place_id for place in network.places]
    mine = measure_view(network.views["lorry"])

    others = [
        join_network(network.roads, network.places, (LORRY,), names, index=index)
        for index in (PlainIndex(network.roads.graph), build_index(network.roads.graph))
    ]

    assert isinstance(network.index, SmallIndex)
    for other in others:
        theirs = measure_view(other.views["lorry"])
        assert (mine.duration_ms == theirs.duration_ms).all()
        assert (mine.length_dm >= theirs.length_dm).all()
        for each, packed in ((network, mine), (other, theirs)):
            for row, column in np.argwhere(packed.reached).tolist():
                told = int(packed.duration_ms[row, column]), int(packed.length_dm[row, column])
                assert sum_up(each, names[row], names[column]) == told


def sum_up(network: Network, start: str, end: str) -> tuple[int, int]:
    """Milliseconds and decimetres of the steps of a drive."""
    steps = list(network.find_steps("lorry", start, end))
    return (
        int(network.views["lorry"].times.step_ms[steps].sum()),
        sum(int(network.roads.segment_dm[step >> 1]) for step in steps),
    )


def test_large_tables_are_left_to_the_engine_of_large_networks():
    rows = [build_road(f"j{at}", f"j{at + 1}", 1) for at in range(FEW_NODES)]

    network = build_table([build_village("a")], [*rows, build_road(TOWN, "j0", 1), build_road(f"j{FEW_NODES}", "a", 1)])

    assert not isinstance(network.index, SmallIndex)
    assert find_drive(network.measure_travel(LORRY), TOWN, "a") == (60 * (FEW_NODES + 2), 1000 * (FEW_NODES + 2))


def test_roads_on_which_settlements_depend_are_found_in_a_table():
    rows = [
        build_road(TOWN, "a", 5, name="T0514"),
        build_road("a", "b", 7),
        build_road("a", "x", 3),
        build_road("x", "b", 9),
        build_road("b", "c", 2),
    ]
    network = build_table([build_village(name) for name in "abc"], rows)
    view = network.views["lorry"]
    ids = [place.place_id if "/" not in place.place_id else None for place in network.places]

    found = find_critical_roads(network.roads, view.times, view.snaps, ids, 0)

    # Two ways lead from a to b, one of them over a junction that nobody can place.
    assert [(road.label, road.ends, road.length_m, road.cut_off, road.way_ids) for road in found] == [
        ("T0514", (TOWN, "a"), 5000, ("a", "b", "c"), ()),
        ("", ("b", "c"), 2000, ("c",), ()),
    ]


def test_a_table_without_roads_has_none_that_anybody_depends_on():
    network = build_table([build_village("a")], [])
    view = network.views["lorry"]

    assert find_critical_roads(network.roads, view.times, view.snaps, ["", TOWN, "a"], 0) == ()
