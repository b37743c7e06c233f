"""What road changes hit: lines to draw, and legs over them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from areas import say
from changed_worlds import MAIN, ROUND, SETTLEMENTS, build_world, make_scenario
from worlds import build_dataset, build_star, build_village

from bibliobus.domain.roads import BetweenPlaces, ChangeKind, InArea, OnWays, RoadChange
from bibliobus.inputs.area import Dataset
from bibliobus.network.build import build_network
from bibliobus.network.changes.effects import draw_change, find_touched_legs, list_new_changes, resolve_on
from bibliobus.network.network import join_network
from bibliobus.network.places import UNREACHABLE_S, NetworkPlace

CLOSED = RoadChange("a", ChangeKind.CLOSED, BetweenPlaces("town", "x", ""))


def test_a_row_of_a_table_is_touched_by_the_drives_over_it():
    dataset = build_star({"x": 5, "y": 7})
    network = build_network(dataset)

    resolved, findings = resolve_on(network, dataset, [CLOSED])
    legs = [("lorry", "depot/main", "x"), ("lorry", "x", "y"), ("lorry", "y", "depot/main"), ("lorry", "y", "?")]
    touched = find_touched_legs(network, dataset.scenario.profiles, resolved, legs)

    assert findings == []
    assert touched == {"a": frozenset({("lorry", "depot/main", "x"), ("lorry", "x", "y")})}
    assert draw_change(network, resolved[0]) == (((48.0, 37.0), (48.0, 37.0)),)


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
    network = join_network(roads, places, scenario.profiles, [s.name_uk for s in SETTLEMENTS[:4]])
    dataset = Dataset("tiny", scenario, SETTLEMENTS, (), None, {})
    changes = [RoadChange(str(way), ChangeKind.CLOSED, OnWays((way,))) for way in (MAIN, ROUND)]

    resolved, _ = resolve_on(network, dataset, changes)
    touched = find_touched_legs(network, scenario.profiles, resolved, [("lorry", "west", "east")])

    assert touched == {str(MAIN): frozenset({("lorry", "west", "east")}), str(ROUND): frozenset()}
    (line,) = draw_change(network, resolved[0])
    assert len(line) == 5


def test_where_there_are_no_roads_changes_hold_for_those_between_neighbours():
    villages = [build_village("x", lat=48.1), build_village("y", lat=48.2)]
    dataset = build_dataset(villages, None)
    network = build_network(dataset)

    resolved, findings = resolve_on(network, dataset, [CLOSED])
    changed = build_network(replace(dataset, changes=(CLOSED,)))

    assert resolve_on(network, dataset, []) == ((), [])
    assert draw_change(network, resolved[0]) == (((48.0, 37.0), (48.1, 37.0)),)
    assert say(findings) == [
        " | The area has no roads, so the road changes hold for straight connections between neighbouring settlements."
        " | Import roads with “bibliobus roads import”, or put a road table into the area, to change real roads."
    ]
    assert say(changed.findings) == say(findings)
    profile = dataset.scenario.profiles[0]
    assert (network.measure_travel(profile).duration_s < UNREACHABLE_S).all()
    # Nothing leads round the only connection between town and x.
    after = changed.measure_travel(profile)
    town, x, y = (after.place_ids.index(name) for name in ("town", "x", "y"))
    assert after.duration_s[town, x] == after.duration_s[town, y] == UNREACHABLE_S
    assert after.duration_s[x, y] < UNREACHABLE_S


def test_a_danger_area_closes_the_connections_that_touch_it_where_there_are_no_roads():
    villages = [build_village("x", lat=48.1), build_village("y", lat=48.05, lon=37.15)]
    dataset = build_dataset(villages, None)
    ring = ((48.04, 36.9), (48.04, 37.02), (48.06, 37.02), (48.06, 36.9), (48.04, 36.9))
    mined = RoadChange("a", ChangeKind.DANGER_AREA, InArea(((ring,),)))

    matrix = build_network(replace(dataset, changes=(mined,))).measure_travel(dataset.scenario.profiles[0])

    town, x, y = (matrix.place_ids.index(name) for name in ("town", "x", "y"))
    before = build_network(dataset).measure_travel(dataset.scenario.profiles[0])
    assert before.duration_s[town, x] < before.duration_s[town, y]
    # The way from town to x leads over y.
    assert matrix.duration_s[town, x] == before.duration_s[town, y] + before.duration_s[y, x]


def test_new_changes_are_told_by_what_they_say_and_not_by_where_they_stand():
    moved = RoadChange("a", ChangeKind.CLOSED, CLOSED.where, file="changes.csv", row=9)
    other = RoadChange("a", ChangeKind.OPENED, CLOSED.where)

    assert list_new_changes([CLOSED], [moved, other]) == (other,)
