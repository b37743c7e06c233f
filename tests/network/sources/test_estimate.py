from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import build_dataset, build_scenario, build_village

from bibliobus.domain.fleet import BusProfile
from bibliobus.network.build import build_network
from bibliobus.network.places import RoadLine, measure_distances
from bibliobus.network.sources.estimate import estimate_drive, estimate_roads, join_neighbours

LORRY = BusProfile("lorry", 5.0, 3.0, 1.0)

metres = st.floats(0, 200_000)


@given(metres, metres, st.floats(0.1, 1.0))
def test_a_longer_way_never_takes_less_time_and_is_never_shorter(one, other, speed_factor):
    near, far = sorted([one, other])

    duration_s, length_m = estimate_drive(np.array([near, far]), speed_factor)

    assert duration_s[0] <= duration_s[1]
    assert length_m[0] <= length_m[1]


@given(metres)
def test_a_road_is_never_shorter_than_the_line_of_the_crow(crow_m):
    _, length_m = estimate_drive(np.array([crow_m]), 1.0)

    assert length_m[0] >= round(crow_m)


@given(metres)
def test_a_slower_bus_never_arrives_earlier(crow_m):
    fast_s, _ = estimate_drive(np.array([crow_m]), 1.0)
    slow_s, _ = estimate_drive(np.array([crow_m]), 0.5)

    assert slow_s[0] >= fast_s[0]


@pytest.mark.parametrize(
    ("crow_m", "length_m", "duration_s"),
    [
        # 15 km lie in the middle of the band from 10 to 20 km: detour 1.30, 48 km/h.
        (15_000, 19_500, 1463),
        # From 20 km on: detour 1.28, 52 km/h.
        (100_000, 128_000, 8862),
        # Below the middle of the first band its numbers hold: detour 1.38, 27 km/h.
        (500, 690, 92),
        (0, 0, 0),
    ],
)
def test_the_estimate_is_that_of_its_distance_band(crow_m, length_m, duration_s):
    found_s, found_m = estimate_drive(np.array([float(crow_m)]), 1.0)

    assert (found_m[0], found_s[0]) == (length_m, duration_s)


def test_an_area_without_roads_has_assumed_ones_between_neighbours():
    dataset = build_dataset([build_village("a", lat=48.1), build_village("b", lat=48.3)], None)

    network = build_network(dataset)
    matrix = network.measure_travel(LORRY)

    # The depot stands in town: depot, a, b, town, library.
    assert network.estimated
    assert network.lines == (
        RoadLine(((48.1, 37.0), (48.3, 37.0)), "estimate", ""),
        RoadLine(((48.1, 37.0), (48.0, 37.0)), "estimate", ""),
    )
    assert matrix.place_ids == ("depot/main", "a", "b", "town", "library/town")
    assert matrix.duration_s[0, 3] == matrix.length_m[0, 3] == 0
    # 0.1 degrees of latitude at 48° N are 11.12 km on the ellipsoid.
    assert 11_100 * 1.29 < matrix.length_m[0, 1] < 11_150 * 1.3
    # The way to b leads over a, and both parts are estimated for themselves.
    assert matrix.duration_s[0, 2] == matrix.duration_s[0, 1] + matrix.duration_s[1, 2]
    assert (matrix.duration_s == matrix.duration_s.T).all()


@pytest.mark.parametrize("speed_factor", [1.0, 0.7])
def test_a_drive_between_neighbours_is_that_of_its_distance(speed_factor):
    bus = BusProfile("lorry", 5.0, 3.0, speed_factor)
    scenario = build_scenario(profiles=(bus,))
    dataset = build_dataset([build_village("a", lat=48.2, lon=37.1)], None, scenario=scenario)

    matrix = build_network(dataset).measure_travel(bus)

    distance_m = measure_distances([48.0], [37.0], [48.2], [37.1])
    (seconds,), (metres,) = (values[0] for values in estimate_drive(distance_m, speed_factor))
    assert abs(matrix.duration_s[0, 1] - seconds) <= 1
    assert matrix.length_m[0, 1] == metres


def test_a_path_of_an_estimate_leads_straight_from_neighbour_to_neighbour():
    dataset = build_dataset([build_village("a", lat=48.1), build_village("b", lat=48.3)], None)

    path = build_network(dataset).find_path(LORRY, "depot/main", "b")

    assert path == ((48.0, 37.0), (48.1, 37.0), (48.3, 37.0))


def test_a_village_alone_needs_no_roads():
    network = build_network(build_dataset([], None))

    assert network.lines == ()
    assert network.measure_travel(LORRY).duration_s.tolist() == [[0] * 3] * 3


def test_two_settlements_at_one_place_are_a_metre_apart():
    matrix = build_network(build_dataset([build_village("a")], None)).measure_travel(LORRY)

    assert (matrix.duration_s[0, 1], matrix.length_m[0, 1]) == (1, 1)


points = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=25)


@given(points)
def test_neighbours_have_no_other_place_in_the_circle_between_them(spots):
    distance_m = np.hypot(*(np.subtract.outer(column, column) for column in np.array(spots, dtype=float).T))

    pairs = join_neighbours(distance_m)

    square = distance_m**2
    assert pairs == [
        (here, there)
        for here, there in combinations(range(len(spots)), 2)
        if not any(square[here] + square[there] < square[here, there])
    ]


@given(points)
def test_roads_between_neighbours_join_all_places(spots):
    distance_m = np.hypot(*(np.subtract.outer(column, column) for column in np.array(spots, dtype=float).T))

    graph = nx.Graph(join_neighbours(distance_m))
    graph.add_nodes_from(range(len(spots)))

    assert nx.is_connected(graph)


def test_the_order_of_the_settlements_does_not_matter():
    villages = [build_village(name, lat=48 + at * at / 50, lon=37 + at % 3 / 10) for at, name in enumerate("dcabe")]

    assert estimate_roads(villages) == estimate_roads(villages[::-1])
