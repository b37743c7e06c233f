from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import build_dataset, build_village

from bibliobus.domain.fleet import BusProfile
from bibliobus.network.build import build_network
from bibliobus.network.estimate import EstimatedNetwork, estimate_drive

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


def test_an_area_without_roads_is_estimated_from_positions():
    dataset = build_dataset([build_village("a", lat=48.1), build_village("b", lat=48.3)], None)

    network = build_network(dataset)
    matrix = network.measure_travel(LORRY)

    # The depot stands in town: depot, a, b, town, library.
    assert isinstance(network, EstimatedNetwork)
    assert network.estimated
    assert network.lines == ()
    assert matrix.place_ids == ("depot/main", "a", "b", "town", "library/town")
    assert matrix.duration_s[0, 3] == matrix.length_m[0, 3] == 0
    assert matrix.duration_s[0, 1] < matrix.duration_s[0, 2]
    # 0.1 degrees of latitude at 48° N are 11.12 km on the ellipsoid.
    assert 11_100 * 1.29 < matrix.length_m[0, 1] < 11_150 * 1.3
    assert (matrix.duration_s == matrix.duration_s.T).all()


def test_a_path_of_an_estimate_is_a_straight_line():
    dataset = build_dataset([build_village("a", lat=48.1)], None)

    path = build_network(dataset).find_path(LORRY, "depot/main", "a")

    assert path == ((48.0, 37.0), (48.1, 37.0))
