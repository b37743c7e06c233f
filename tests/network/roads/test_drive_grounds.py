"""What drives go over: classes of road and unpaved metres, added up by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from worlds import TOWN, build_dataset, build_road, build_scenario, build_village

from bibliobus.domain.fleet import Rates
from bibliobus.model.area import prepare_area
from bibliobus.network.build import build_network
from bibliobus.network.roads.drives import Ground, is_unpaved, join_grounds
from bibliobus.plan.measure.figures import make_kind_finder, measure_area_expense
from bibliobus.tasks.plan import make_plan

ROADS = (
    build_road(TOWN, "a", 10),
    build_road("a", "b", 4, road_class="track"),
    build_road("b", "c", 3, road_class="tertiary", surface="gravel"),
)


@pytest.mark.parametrize(
    ("road_class", "surface", "unpaved"),
    [
        ("track", "", True),
        ("track", "asphalt", False),
        ("primary", "gravel", True),
        ("primary", "", False),
        ("primary", "unknown", False),
    ],
)
def test_a_road_is_unpaved_where_its_surface_says_so_or_a_track_says_nothing(road_class, surface, unpaved):
    assert is_unpaved(road_class, surface) is unpaved


def test_roads_of_one_kind_are_one_and_the_longest_comes_first():
    parts = [Ground("track", True, 100), Ground("primary", False, 150), Ground("track", True, 60)]

    assert join_grounds(parts) == (Ground("track", True, 160), Ground("primary", False, 150))


def test_a_drive_along_a_table_is_told_by_class_and_ground():
    dataset = build_dataset([build_village(name) for name in "abc"], ROADS)
    network, (profile,) = build_network(dataset), dataset.scenario.profiles

    assert network.list_grounds(profile, TOWN, "c") == (
        Ground("primary", False, 10_000),
        Ground("track", True, 4_000),
        Ground("tertiary", True, 3_000),
    )
    assert network.measure_unpaved(profile, TOWN, "c") == 7_000
    assert network.find_main_class(profile, TOWN, "c") == "primary"
    assert network.find_main_class(profile, "a", "c") == "track"
    assert network.list_grounds(profile, "depot/main", TOWN) == ()


def test_nothing_is_known_where_roads_are_an_estimate():
    villages = [build_village(name) for name in "abc"]
    known = build_dataset(villages, ROADS)
    (profile,) = known.scenario.profiles

    for dataset in (replace(known, roads=replace(known.roads, estimated=True)), build_dataset(villages, None)):
        network = build_network(dataset)
        assert network.list_grounds(profile, TOWN, "c") == ()
        assert network.find_main_class(profile, TOWN, "c") == ""
        assert network.measure_unpaved(profile, TOWN, "c") == 0


def test_fuel_is_that_of_the_ground():
    """There and back to `b`: 28 km a week, of which 8 on a track that takes half as much again."""
    rates = Rates(fuel_l_per_100km=10.0, fuel_unpaved_percent=50.0)
    case = prepare_area(build_dataset([build_village("b")], ROADS[:2], scenario=build_scenario(money=rates)))
    plan = make_plan(case)

    expense = measure_area_expense(plan, case)

    assert (expense.week_m, expense.unpaved_week_m) == (28_000, 8_000)
    assert expense.month_fuel_l == pytest.approx((28 + 4) / 100 * 10 * 365.25 / 12 / 7, abs=0.06)
    assert make_kind_finder(case)("one", TOWN, "b") == "primary"
