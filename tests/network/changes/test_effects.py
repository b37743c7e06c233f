"""What road changes hit: lines to draw, and legs over them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from changed_worlds import MAIN, ROUND, SETTLEMENTS, build_world, make_scenario
from worlds import build_star

from bibliobus.domain.changes import BetweenPlaces, ChangeKind, OnWays, RoadChange
from bibliobus.domain.roads import NoRoads
from bibliobus.inputs.area import Dataset
from bibliobus.network.build import build_network
from bibliobus.network.changes.effects import draw_change, find_touched_legs, list_new_changes, resolve_on
from bibliobus.network.osm_network import build_osm_network
from bibliobus.network.places import NetworkPlace

CLOSED = RoadChange("a", ChangeKind.CLOSED, BetweenPlaces("town", "x", ""))


def test_a_row_of_a_table_is_touched_by_the_drives_over_it():
    dataset = build_star({"x": 5, "y": 7})
    network = build_network(dataset)

    resolved, findings = resolve_on(network, dataset, [CLOSED])
    legs = [("lorry", "depot/main", "x"), ("lorry", "x", "y"), ("lorry", "y", "depot/main"), ("lorry", "y", "?")]
    touched = find_touched_legs(network, dataset.scenario.profiles, resolved, legs)

    assert findings == []
    assert touched == {"a": frozenset({("lorry", "depot/main", "x"), ("lorry", "x", "y")})}
    assert draw_change(network, dataset, resolved[0]) == (((48.0, 37.0), (48.0, 37.0)),)


def test_a_change_for_another_bus_touches_nothing():
    dataset = build_star({"x": 5})
    network = build_network(dataset)
    resolved, _ = resolve_on(network, dataset, [CLOSED])
    other = type(resolved[0])(resolved[0].change, resolved[0].steps, ("van",))

    touched = find_touched_legs(network, dataset.scenario.profiles, [other], [("lorry", "depot/main", "x")])

    assert touched == {"a": frozenset()}


def test_ways_of_a_map_are_touched_by_the_drives_over_them(tmp_path):
    roads = build_world(tmp_path)
    scenario = make_scenario(date(2026, 3, 2), one="lorry")
    places = tuple(NetworkPlace(s.settlement_id, s.lat, s.lon, s.settlement_id, 0) for s in SETTLEMENTS[:4])
    network = build_osm_network(roads, places, scenario.profiles, [s.name_uk for s in SETTLEMENTS[:4]])
    dataset = Dataset("tiny", scenario, SETTLEMENTS, (), None, {})
    changes = [RoadChange(str(way), ChangeKind.CLOSED, OnWays((way,))) for way in (MAIN, ROUND)]

    resolved, _ = resolve_on(network, dataset, changes)
    touched = find_touched_legs(network, scenario.profiles, resolved, [("lorry", "west", "east")])

    assert touched == {str(MAIN): frozenset({("lorry", "west", "east")}), str(ROUND): frozenset()}
    (line,) = draw_change(network, dataset, resolved[0])
    assert len(line) == 5


def test_an_estimate_has_no_roads_to_change():
    dataset = replace(build_star({"x": 5}), roads=NoRoads())
    network = build_network(dataset)

    resolved, findings = resolve_on(network, dataset, [CLOSED])

    assert resolve_on(network, dataset, []) == ((), [])
    assert (resolved, [finding.code for finding in findings]) == (None, ["changes-without-roads"])


def test_new_changes_are_told_by_what_they_say_and_not_by_where_they_stand():
    moved = RoadChange("a", ChangeKind.CLOSED, CLOSED.where, file="changes.csv", row=9)
    other = RoadChange("a", ChangeKind.OPENED, CLOSED.where)

    assert list_new_changes([CLOSED], [moved, other]) == (other,)
