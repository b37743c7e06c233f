"""Lines and areas laid over straight stretches of road, and stretches found by boxes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from changed_worlds import build_world
from hypothesis import given, settings
from hypothesis import strategies as st

from bibliobus.network.changes.apply import Stretches, find_touched
from bibliobus.network.changes.resolve import find_along, widen_box
from bibliobus.network.roads.near import find_crossed, list_near

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.network.roads.network import RoadNetwork

METRE = 1 / 111_320
"""Degrees of a metre at the equator, where the tests lie."""


def stretches(*lines: tuple[float, float, float, float]) -> Stretches:
    """Stretches given as (y, x) in metres of start and end, each its own owner."""
    columns = np.array(lines, dtype=float).T * METRE
    return Stretches(np.arange(len(lines)), *columns)


def along(roads: Stretches, *points: tuple[float, float]) -> dict[int, bool]:
    """Whether the line runs in the direction of each owner that it finds; points are (y, x) in metres."""
    owner, same_way = find_along(roads, [(y * METRE, x * METRE) for y, x in points])
    return dict(zip(owner.tolist(), same_way.tolist(), strict=True))


@pytest.mark.parametrize(("beside_m", "found"), [(0, {0: True}), (28, {0: True}), (32, {})])
def test_a_road_may_lie_thirty_metres_beside_the_line(beside_m: float, found: dict[int, bool]) -> None:
    roads = stretches((0, 0, 0, 500))

    assert along(roads, (beside_m, 0), (beside_m, 500)) == found


@pytest.mark.parametrize(("turn_deg", "hit"), [(0, True), (30, True), (40, False), (90, False), (150, True)])
def test_a_road_may_turn_away_by_thirty_five_degrees(turn_deg: float, hit: bool) -> None:
    angle = np.radians(turn_deg)
    roads = stretches((-15 * np.sin(angle), -15 * np.cos(angle), 15 * np.sin(angle), 15 * np.cos(angle)))

    assert (0 in along(roads, (0, -300), (0, 300))) is hit


def test_a_line_against_the_road_says_so() -> None:
    roads = stretches((0, 0, 0, 500))

    assert along(roads, (0, 500), (0, 0)) == {0: False}


def test_of_roads_side_by_side_only_the_nearest_and_its_twin_are_meant() -> None:
    roads = stretches((0, 0, 0, 500), (10, 0, 10, 500), (25, 0, 25, 500))

    assert along(roads, (0, 0), (0, 500)) == {0: True, 1: True}


def test_twenty_metres_of_a_long_road_or_half_of_a_short_one_must_lie_along_the_line() -> None:
    roads = stretches((0, 0, 0, 500), (0, 500, 0, 512), (0, 512, 0, 800))

    assert along(roads, (0, 400), (0, 510)) == {0: True, 1: True}
    assert along(roads, (0, 400), (0, 540)) == {0: True, 1: True, 2: True}


def test_a_line_with_corners_and_repeated_points_follows_the_road() -> None:
    roads = stretches((0, 0, 0, 100), (0, 100, 100, 100), (0, 100, 0, 200), (100, 100, 100, 0))

    assert along(roads, (0, 0), (0, 100), (0, 100), (100, 100), (100, 100)) == {0: True, 1: True}


def test_nothing_near_the_line_is_nothing_found() -> None:
    assert along(stretches((0, 0, 0, 500)), (900, 0), (900, 500)) == {}
    assert along(stretches((0, 0, 0, 0)), (0, 0), (0, 500)) == {}


def test_a_box_is_widened_by_what_a_road_may_lie_beside() -> None:
    west, south, east, north = widen_box((37.0, 60.0, 37.1, 60.0))

    assert (60.0 - south, north - 60.0) == pytest.approx((30.3 * METRE, 30.3 * METRE))
    assert (37.0 - west, east - 37.1) == pytest.approx((60.6 * METRE, 60.6 * METRE))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    """Network of the tiny world."""
    folder: Path = tmp_path_factory.mktemp("world")
    return build_world(folder)


def touched(world: RoadNetwork, shape: shapely.Polygon) -> list[int]:
    """Segments of a network that a shape touches, found in the way of road changes."""
    near = list_near(world, [shape.bounds])
    ends = (world.segment_from[near], world.segment_to[near])
    (start, end), (lat, lon) = ends, (world.point_lat, world.point_lon)
    return find_touched(Stretches(near, lat[start], lon[start], lat[end], lon[end]), shape).tolist()


@settings(max_examples=60, deadline=None)
@given(
    west=st.floats(36.9, 37.1),
    south=st.floats(47.95, 48.05),
    width=st.sampled_from([0.0005, 0.01, 0.2]),
    height=st.sampled_from([0.0005, 0.01, 0.2]),
)
def test_boxes_miss_no_segment(world: RoadNetwork, west: float, south: float, width: float, height: float) -> None:
    shape = shapely.box(west, south, west + width, south + height)

    assert touched(world, shape) == find_crossed(world, shape).tolist()


def test_points_without_a_position_do_no_harm(world: RoadNetwork) -> None:
    unknown = np.array([np.nan])
    lat, lon = np.append(world.point_lat, unknown), np.append(world.point_lon, unknown)
    box = (37.015, 47.99, 37.025, 47.995)

    found = list_near(replace(world, point_lat=lat, point_lon=lon), [box])

    assert found.tolist() == list_near(world, [box]).tolist()


def test_no_boxes_are_no_segments(world: RoadNetwork) -> None:
    assert list_near(world, []).tolist() == []


def test_a_box_far_away_finds_only_what_is_longer_than_a_cell(world: RoadNetwork) -> None:
    found = list_near(world, [(10.0, 10.0, 11.0, 11.0)])

    assert (world.segment_dm[found] > 4000).all()
