"""A road near a settlement on imported roads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from changed_worlds import SETTLEMENTS, build_world, make_scenario
from worlds import build_star, build_village

from bibliobus.domain.roads import AlongLine, NoRoads
from bibliobus.findings import Finding
from bibliobus.network.build import build_network
from bibliobus.network.changes.effects import find_road_near
from bibliobus.network.network import join_network
from bibliobus.network.places import NetworkPlace


@pytest.fixture
def network(tmp_path):
    """Imported roads with four places."""
    places = tuple(NetworkPlace(s.settlement_id, s.lat, s.lon, s.settlement_id, 0) for s in SETTLEMENTS[:4])
    names = [s.name_uk for s in SETTLEMENTS[:4]]
    profiles = make_scenario(date(2026, 3, 2), one="lorry").profiles
    return join_network(build_world(tmp_path), places, profiles, names)


def test_only_the_part_near_the_settlement_is_meant(network):
    where = find_road_near(network, "e40", SETTLEMENTS[0])

    assert isinstance(where, AlongLine)
    (line,) = where.parts
    assert line[0] == (48.0, 37.0)
    assert line[-1] == (48.0, 37.04)


def test_a_road_that_is_far_or_unknown_is_told(network):
    far, unknown = find_road_near(network, "E40", SETTLEMENTS[4]), find_road_near(network, "X1", SETTLEMENTS[0])

    assert isinstance(far, Finding)
    assert isinstance(unknown, Finding)
    assert (far.code, unknown.code) == ("change-road-not-near", "change-no-such-road")


def test_roads_that_are_assumed_have_no_names():
    dataset = build_star({"x": 5})

    found = find_road_near(build_network(replace(dataset, roads=NoRoads())), "E40", build_village("x"))

    assert isinstance(found, Finding)
    assert found.code == "change-no-such-road"
