"""Kilometres by class and surface, and shares of missing tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from osm_text import osm_text, write_text

from bibliobus.network.osm.read import read_osm
from bibliobus.network.roads.build import build_roads
from bibliobus.network.roads.lines import measure_roads

if TYPE_CHECKING:
    from pathlib import Path


def test_lengths_add_up_by_class_and_surface(tmp_path: Path) -> None:
    nodes = {number: (0.0, number / 100) for number in range(1, 6)}
    ways = {
        10: ([1, 2], {"highway": "primary", "surface": "asphalt", "maxspeed": "70"}),
        20: ([2, 3], {"highway": "track", "surface": "lava"}),
        30: ([3, 4], {"highway": "track", "tracktype": "grade2", "oneway": "yes"}),
        40: ([4, 5], {"route": "ferry", "motor_vehicle": "yes"}),
    }
    roads, _ = read_osm(write_text(tmp_path, osm_text(nodes, ways)))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None

    stats = measure_roads(network)

    assert stats.class_m == {"primary": 1113, "track": 2226, "ferry": 1113}
    assert stats.surface_m == {"asphalt": 1113, "": 1113, "other": 1113}
    assert stats.total_m == 4453
    assert stats.missing == pytest.approx({"surface": 1 / 3, "smoothness": 1, "maxspeed": 2 / 3, "tracktype": 0.5})


def test_without_tracks_no_track_type_is_missing(tmp_path: Path) -> None:
    nodes = {1: (0.0, 0.0), 2: (0.0, 0.01)}
    roads, _ = read_osm(write_text(tmp_path, osm_text(nodes, {10: ([1, 2], {"highway": "primary"})})))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None

    stats = measure_roads(network)

    assert stats.missing["tracktype"] == 0
