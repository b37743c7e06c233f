"""Road changes resolved on imported roads: every way of saying where, dates, vehicles, and the findings' words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from areas import say
from changed_worlds import BRIDGE, LANE, MAIN, ROUND, SCHOOL, SETTLEMENTS, build_world, make_scenario

from bibliobus.domain.roads import AlongLine, BetweenPlaces, ChangeKind, Direction, InArea, OnWays, RoadChange
from bibliobus.network.changes.find import RoadsToChange
from bibliobus.network.changes.resolve import resolve_changes, select_changes
from bibliobus.network.network import make_index

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.domain.roads import Where
    from bibliobus.network.roads.network import RoadNetwork

MONDAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    """Network of the tiny world."""
    folder: Path = tmp_path_factory.mktemp("world")
    return build_world(folder)


def change(where: Where, **values: Any) -> RoadChange:
    """Closure in row 2 of a table."""
    return replace(RoadChange("c1", ChangeKind.CLOSED, where, file="changes.csv", row=2), **values)


def box(west: float, south: float, east: float, north: float) -> InArea:
    """Rectangle."""
    ring = ((south, west), (south, east), (north, east), (north, west), (south, west))
    return InArea(((ring,),))


def steps_of(world: RoadNetwork, where: Where, direction: Direction = Direction.BOTH) -> set[tuple[int, float, float]]:
    """Way, and longitude of start and end, of every step that a change closes."""
    resolved, findings = resolve_changes(
        RoadsToChange(world, make_index(world)), [change(where, direction=direction)], SETTLEMENTS
    )
    assert findings == []
    assert resolved is not None
    found = set()
    for step in resolved[0].steps.tolist():
        (_, start), (_, end) = world.line_of_steps(world.chain[world.step_at[[step]]])
        found.add((int(world.ways.way_id[world.segment_way[step >> 1]]), round(start, 3), round(end, 3)))
    return found


def ways_of(world: RoadNetwork, where: Where) -> set[int]:
    """Ways that a closure is about."""
    return {way for way, _, _ in steps_of(world, where)}


def messages_of(world: RoadNetwork, *changes: RoadChange) -> list[str]:
    """Messages of changes that cannot be resolved."""
    resolved, findings = resolve_changes(RoadsToChange(world, make_index(world)), changes, SETTLEMENTS)
    assert resolved is None
    return say(findings)


def test_an_area_hits_roads_that_cross_it_and_not_only_those_inside(world: RoadNetwork) -> None:
    where = box(37.012, 47.999, 37.018, 48.001)

    found = steps_of(world, where)

    assert found == {(MAIN, 37.01, 37.02), (MAIN, 37.02, 37.01)}


def test_a_hole_in_an_area_is_not_in_it(world: RoadNetwork) -> None:
    ((ring,),) = box(36.5, 47.5, 37.5, 48.5).polygons
    ((hole,),) = box(36.9, 47.9, 37.045, 48.1).polygons

    found = steps_of(world, InArea(((ring, hole),)))

    assert found == {(LANE, 37.04, 37.05)}


def test_two_polygons_hit_the_roads_of_both(world: RoadNetwork) -> None:
    one, two = box(37.019, 48.004, 37.021, 48.005), box(37.0, 48.029, 37.01, 48.031)

    assert ways_of(world, InArea((*one.polygons, *two.polygons))) == {SCHOOL, ROUND}


def test_a_line_hits_the_road_it_runs_along_and_no_road_it_crosses(world: RoadNetwork) -> None:
    # Some 15 m beside the main road, past the crossing with the school street.
    where = AlongLine((((48.00013, 37.011), (48.00013, 37.029)),))

    found = steps_of(world, where)

    assert found == {(MAIN, 37.01, 37.02), (MAIN, 37.02, 37.01), (MAIN, 37.02, 37.03), (MAIN, 37.03, 37.02)}


def test_a_line_may_cover_only_a_part_of_a_long_road(world: RoadNetwork) -> None:
    where = AlongLine((((48.01, 37.0), (48.011, 37.0)),))

    assert ways_of(world, where) == {ROUND}


def test_the_direction_of_a_line_is_that_in_which_it_is_drawn(world: RoadNetwork) -> None:
    westward = AlongLine((((48.0, 37.019), (48.0, 37.011)),))

    assert steps_of(world, westward, Direction.ALONG) == {(MAIN, 37.02, 37.01)}
    assert steps_of(world, westward, Direction.AGAINST) == {(MAIN, 37.01, 37.02)}


def test_way_numbers_are_meant_exactly_and_in_the_direction_of_the_map(world: RoadNetwork) -> None:
    assert ways_of(world, OnWays((SCHOOL, BRIDGE))) == {SCHOOL, BRIDGE}
    assert steps_of(world, OnWays((LANE,))) == {(LANE, 37.04, 37.05)}
    assert {(start, end) for _, start, end in steps_of(world, OnWays((MAIN,)), Direction.ALONG)} == {
        (37.0, 37.01),
        (37.01, 37.02),
        (37.02, 37.03),
        (37.03, 37.04),
    }


@pytest.mark.parametrize("road", ["Т-05-14", "T 0514", "e40"])
@pytest.mark.parametrize("ends", [("west", "east"), ("Захід", "СХІД"), ("zakhid", "Skhid")])
def test_a_stretch_between_two_settlements_is_that_of_the_fastest_drive(
    world: RoadNetwork, road: str, ends: tuple[str, str]
) -> None:
    where = BetweenPlaces(*ends, road)

    found = steps_of(world, where)

    # The first and the last segment, where the settlements lie, stay open.
    assert found == {(MAIN, 37.01, 37.02), (MAIN, 37.02, 37.01), (MAIN, 37.02, 37.03), (MAIN, 37.03, 37.02)}


def test_the_direction_of_a_stretch_leads_from_the_first_settlement_to_the_second(world: RoadNetwork) -> None:
    where = BetweenPlaces("east", "west", "E40")

    assert steps_of(world, where, Direction.ALONG) == {(MAIN, 37.02, 37.01), (MAIN, 37.03, 37.02)}
    assert steps_of(world, where, Direction.AGAINST) == {(MAIN, 37.01, 37.02), (MAIN, 37.02, 37.03)}


def test_settlements_on_neighbouring_segments_mean_these(world: RoadNetwork) -> None:
    where = BetweenPlaces("north", "south", "Шкільна  Вулиця")

    assert ways_of(world, where) == {SCHOOL}


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (
            box(37.1, 48.1, 37.2, 48.2),
            "changes.csv:2 | No road touches the area of the change “c1”."
            " | Check where the polygon lies, longitude first, and that the roads of the area reach there.",
        ),
        (
            AlongLine((((47.995, 37.015), (48.005, 37.015)),)),
            "changes.csv:2 | No road runs along the line of the change “c1”."
            " | Draw the line on the road itself, at most 30 m beside it; a line across a road does not count.",
        ),
        (
            AlongLine((((10.0, 10.0), (10.0, 10.1)),)),
            "changes.csv:2 | No road runs along the line of the change “c1”."
            " | Draw the line on the road itself, at most 30 m beside it; a line across a road does not count.",
        ),
        (
            OnWays((1, 2, 3, 4, 5, 6, MAIN)),
            "changes.csv:2:way_ids | 6 way numbers of the change “c1” are not among the roads: 1, 2, 3, 4, 5, …."
            " | Check the numbers; roads that no bus may ever use are not imported, and numbers change as the map is"
            " edited.",
        ),
        (
            BetweenPlaces("Західд", "Схід", "E40"),
            "changes.csv:2:from_place | There is no settlement “Західд” in the area. | Did you mean “Захід”?",
        ),
        (
            BetweenPlaces("west", "Paris", "E40"),
            "changes.csv:2:to_place | There is no settlement “Paris” in the area."
            " | Write the name or the settlement_id as in the table of settlements.",
        ),
        (
            BetweenPlaces("west", "Ганнівка", "E40"),
            "changes.csv:2:to_place | 2 settlements are called “Ганнівка”."
            " | Write the settlement_id in place of the name: north, south.",
        ),
        (
            BetweenPlaces("west", "Zakhid", "E40"),
            "changes.csv:2:to_place | The change “c1” begins and ends at “Zakhid”. | Name two different settlements.",
        ),
        (
            BetweenPlaces("west", "east", ""),
            "changes.csv:2:road | The change “c1” names two settlements, but not the road between them."
            " | Write the number or the name of the road, or draw a line along it.",
        ),
        (
            BetweenPlaces("west", "east", "Lan"),
            "changes.csv:2:road | No road is called “Lan”. | Did you mean “Lane”?",
        ),
        (
            BetweenPlaces("west", "east", "M-99"),
            "changes.csv:2:road | No road is called “M-99”."
            " | Write the number or the name as OpenStreetMap has it, or draw a line along the road.",
        ),
        (
            BetweenPlaces("west", "far", "E40"),
            "changes.csv:2:to_place | No road leads from Захід to Далеке."
            " | Check that both lie near a road, or draw a line along the road.",
        ),
        (
            BetweenPlaces("west", "east", "Lane"),
            "changes.csv:2:road | The fastest drive between Захід and Схід does not use the road “Lane”; it uses"
            " Т-05-14;E40. | Name settlements that lie along the road, or draw a line along it.",
        ),
    ],
)
def test_a_change_that_finds_no_road_or_several_is_a_finding(world: RoadNetwork, where: Where, told: str) -> None:
    assert messages_of(world, change(where)) == [told]


def test_a_change_against_a_one_way_road_is_a_finding(world: RoadNetwork) -> None:
    wrong = change(OnWays((LANE,)), direction=Direction.AGAINST)

    assert messages_of(world, wrong) == [
        "changes.csv:2:direction | The road of the change “c1” is one-way, and the change is for the other direction."
        " | Exchange “along” and “against”, or leave the direction empty."
    ]


def test_one_wrong_change_stops_all_and_every_wrong_one_is_named(world: RoadNetwork) -> None:
    good = change(OnWays((MAIN,)))
    wrong = [change(OnWays((99,)), row=3), change(BetweenPlaces("Ганнівка", "nowhere", "E40"), row=4)]

    found = messages_of(world, good, *wrong)

    assert [message.partition(" ")[0] for message in found] == [
        "changes.csv:3:way_ids",
        "changes.csv:4:from_place",
        "changes.csv:4:to_place",
    ]


def test_no_changes_are_no_findings(world: RoadNetwork) -> None:
    assert resolve_changes(RoadsToChange(world, make_index(world)), [], SETTLEMENTS) == ((), [])


def resolve_for(world: RoadNetwork, *vehicles: str, **values: Any) -> tuple[tuple[str, ...] | None, list[str]]:
    """Profiles that a change for some vehicles holds for, and messages."""
    scenario = make_scenario(MONDAY, bus1="lorry", bus2="lorry", bus3="van")
    one = change(OnWays((MAIN,)), vehicles=vehicles, **values)
    resolved, findings = resolve_changes(RoadsToChange(world, make_index(world)), [one], SETTLEMENTS, scenario)
    return resolved[0].profile_ids if resolved else (), say(findings)


def test_a_change_may_be_meant_for_some_profiles_or_for_all_buses_of_one(world: RoadNetwork) -> None:
    assert resolve_for(world) == (None, [])
    assert resolve_for(world, "van") == (("van",), [])
    assert resolve_for(world, "bus3") == (("van",), [])
    assert resolve_for(world, "bus1", "bus2") == (("lorry",), [])
    assert resolve_for(world, "bus1", "lorry") == (("lorry",), [])


def test_a_closure_for_one_of_two_like_buses_holds_for_both(world: RoadNetwork) -> None:
    assert resolve_for(world, "bus1") == (
        ("lorry",),
        [
            "changes.csv:2:vehicles | The change is meant for bus1, but bus2 has the same profile lorry, so it holds"
            " for both. | Give bus1 a profile of its own in the scenario to tell them apart."
        ],
    )


def test_a_road_opened_for_one_of_two_like_buses_stays_closed(world: RoadNetwork) -> None:
    assert resolve_for(world, "bus1", kind=ChangeKind.OPENED) == (
        (),
        [
            "changes.csv:2:vehicles | The road is opened for bus1, but bus2 has the same profile lorry, so it stays"
            " closed for both. | Give bus1 a profile of its own in the scenario to tell them apart."
        ],
    )


def test_an_unknown_vehicle_is_a_finding(world: RoadNetwork) -> None:
    assert resolve_for(world, "bus9", "xyz") == (
        (),
        [
            "changes.csv:2:vehicles | “bus9” is neither a bus nor a bus profile of the scenario."
            " | Did you mean “bus3”?",
            "changes.csv:2:vehicles | “xyz” is neither a bus nor a bus profile of the scenario."
            " | Known ids: bus1, bus2, bus3, lorry, van; an empty cell means all buses.",
        ],
    )


def test_only_changes_that_hold_on_a_day_of_the_plan_count() -> None:
    days = (MONDAY, date(2026, 3, 15))
    old = change(OnWays((1,)), valid_to=date(2026, 3, 1))
    now = change(OnWays((2,)), valid_from=MONDAY, valid_to=days[1])
    half = change(OnWays((3,)), valid_to=date(2026, 3, 9))
    late = change(OnWays((4,)), valid_from=date(2026, 3, 9), kind=ChangeKind.OPENED)

    kept, findings = select_changes([old, now, half, late], *days)

    assert kept == (now, half)
    assert say(findings) == [
        "changes.csv:2:valid_to | The change “c1” holds only on some days of the plan, 2026-03-02 to "
        "2026-03-15; the plan"
        " respects it on all days. | Plan the days before and after it separately to use the road on the other days.",
        "changes.csv:2:valid_from | The change “c1” opens a road only on some days of the plan, 2026-03-02 to"
        " 2026-03-15; it is not used at all. | Plan the days on which the road is open separately to use it.",
    ]
