from __future__ import annotations

import pytest
from worlds import build_road

from bibliobus.domain.fleet import BusProfile
from bibliobus.network.profile_table import find_speed

LORRY = BusProfile("lorry", 5.0, 3.0, 1.0)


@pytest.mark.parametrize(
    ("road_class", "surface", "speed_kmh"),
    [
        ("primary", "", 60.0),
        ("primary", "asphalt", 60.0),
        ("primary", "gravel", 30.0),
        ("track", "asphalt", 15.0),
        ("track", "mud", 10.0),
        ("tertiary", "a surface nobody knows", 50.0),
    ],
)
def test_the_slower_of_class_and_surface_counts(road_class, surface, speed_kmh):
    road = build_road("a", "b", 1, road_class=road_class, surface=surface, speed_kmh=None)

    assert find_speed(road, LORRY) == speed_kmh


def test_a_speed_of_the_planner_counts_before_the_tables():
    road = build_road("a", "b", 1, road_class="track", surface="mud", speed_kmh=45.0)

    assert find_speed(road, LORRY) == 45.0


def test_a_slow_bus_is_slower_on_every_road():
    slow = BusProfile("old", 5.0, 3.0, 0.5)

    assert find_speed(build_road("a", "b", 1, speed_kmh=None), slow) == 30.0
    assert find_speed(build_road("a", "b", 1, speed_kmh=40.0), slow) == 20.0


@pytest.mark.parametrize("limit", [{"max_weight_t": 4.99}, {"max_height_m": 2.99}])
def test_a_bus_too_heavy_or_too_high_has_no_speed(limit):
    assert find_speed(build_road("a", "b", 1, **limit), LORRY) is None
