from __future__ import annotations

from worlds import TOWN, build_dataset, build_road, build_village

from bibliobus.network.build import build_network, gather_geometry
from bibliobus.network.places import RoadLine


def test_the_geometry_holds_positions_roads_and_each_leg_once():
    dataset = build_dataset([build_village("a", lat=48.1)], [build_road(TOWN, "a", 12)])
    leg = ("lorry", "depot/main", "a")

    geometry = gather_geometry(build_network(dataset), dataset.scenario.profiles, [leg, leg])

    line = ((48.0, 37.0), (48.1, 37.0))
    assert geometry.positions == {
        "depot/main": (48.0, 37.0),
        "a": (48.1, 37.0),
        "town": (48.0, 37.0),
        "library/town": (48.0, 37.0),
    }
    assert geometry.roads == (RoadLine(line, "primary", ""),)
    assert geometry.legs == {leg: line}
