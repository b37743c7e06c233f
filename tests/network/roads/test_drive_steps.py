"""The steps of the fastest drive between two places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from changed_worlds import LANE, MAIN, SCHOOL, build_world

from bibliobus.network.engine.dijkstra import PlainIndex
from bibliobus.network.roads.drives import find_drive_steps
from bibliobus.network.roads.profile import RoadBus, close_segments, measure_steps, weigh_arcs
from bibliobus.network.roads.snap import snap_places

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.network.roads.network import RoadNetwork


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    """Network of the tiny world."""
    folder: Path = tmp_path_factory.mktemp("world")
    return build_world(folder)


def drive(
    world: RoadNetwork, start: tuple[float, float], end: tuple[float, float], *closed: int
) -> list[tuple[int, float]] | None:
    """Way, and longitude at the end, of each step of a drive."""
    bus = RoadBus(1, 1)
    open_times = measure_steps(world, bus)
    lat, lon = np.array([start, end]).T
    snaps = snap_places(world, open_times, lat, lon)
    times = close_segments(open_times, world.segments_of_ways(np.array(closed, dtype=np.int64)))
    metric = PlainIndex(world.graph).customize(weigh_arcs(world, times))
    steps = find_drive_steps(world, metric, snaps, 0, 1)
    if steps is None:
        return None
    ends = [world.line_of_steps(steps[at : at + 1])[1][1] for at in range(len(steps))]
    ways = world.ways.way_id[world.segment_way[steps >> 1]].tolist()
    return [(way, round(lon, 3)) for way, lon in zip(ways, ends, strict=True)]


def test_a_drive_goes_over_junctions_from_the_step_it_starts_on_to_the_one_it_ends_on(world: RoadNetwork) -> None:
    found = drive(world, (48.0, 37.005), (47.995, 37.02))

    assert found == [(MAIN, 37.01), (MAIN, 37.02), (SCHOOL, 37.02)]


def test_a_drive_along_one_road_need_not_leave_it(world: RoadNetwork) -> None:
    assert drive(world, (48.0, 37.002), (48.0, 37.018)) == [(MAIN, 37.01), (MAIN, 37.02)]
    assert drive(world, (48.0, 37.018), (48.0, 37.002)) == [(MAIN, 37.01), (MAIN, 37.0)]
    assert drive(world, (48.0, 37.002), (48.0, 37.008)) == [(MAIN, 37.01)]


def test_where_no_road_leads_there_are_no_steps(world: RoadNetwork) -> None:
    assert drive(world, (48.0, 37.045), (48.0, 37.002)) is None
    assert drive(world, (48.0, 37.045), (48.0, 37.042)) is None
    assert drive(world, (48.0, 37.035), (48.0, 37.045)) == [(MAIN, 37.04), (LANE, 37.05)]
