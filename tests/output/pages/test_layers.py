"""Tests of `bibliobus.output.pages.layers`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from plans import DEPOT, tiny_atlas, tiny_dataset, tiny_geometry, tiny_plan

from bibliobus.domain.audience import Audience
from bibliobus.domain.roads import RoadFile
from bibliobus.output.pages.layers import draw_layer_name, draw_places, draw_roads, draw_tours, name_layer
from bibliobus.words.language import Language

ENGLISH = Language("en")


def test_roads_are_drawn_as_one_line_object_for_each_kind() -> None:
    lines = _children(draw_roads(tiny_geometry().roads), "PolyLine")

    assert [line.options["className"] for line in lines] == ["road road-estimated", "road road-other", "road road-main"]
    assert lines[0].options["dashArray"]


def test_an_area_without_roads_has_no_lines() -> None:
    group = draw_roads(())

    assert _children(group, "PolyLine") == []


def test_every_place_has_a_marker_bound_by_its_number() -> None:
    places = tiny_atlas().places

    markers = _children(draw_places(places), "Marker")

    assert [marker.options["place"] for marker in markers] == list(range(9))
    assert markers[1].location == [48.74, 37.6]


def test_the_depot_is_a_pin_whose_tip_is_at_the_place() -> None:
    places = tiny_atlas().places

    pin = _children(draw_places(places), "Marker")[-1]

    assert pin.icon.options["icon_anchor"] == (15, 30)


def test_the_public_does_not_see_estimated_connections() -> None:
    dataset = replace(tiny_dataset(), roads=RoadFile(Path("roads.osm.pbf"), Path("roads.cache")))

    lines = _children(draw_roads(tiny_atlas(Audience.PUBLIC, dataset=dataset).view.roads), "PolyLine")

    assert [line.options["className"] for line in lines] == ["road road-other", "road road-main"]


def test_each_way_is_a_line_with_the_weeks_it_is_driven_in() -> None:
    lines = _children(_tours(0), "PolyLine")

    assert [line.options["className"] for line in lines] == ["way in-week w1", "way in-week w2"]
    assert {line.options["color"] for line in lines} == {"#0072B2"}


def test_what_does_not_touch_the_hromada_in_front_is_pale_and_without_badges() -> None:
    dataset = tiny_dataset()
    moved = tuple(replace(s, hromada="Інша") if s.settlement_id == "s5" else s for s in dataset.settlements)
    atlas = tiny_atlas(hromada="Містецька", dataset=replace(dataset, settlements=moved))

    near, far = (draw_tours(layer, atlas) for layer in atlas.layers)

    assert {line.options["opacity"] for line in _children(near, "PolyLine")} == {0.95}
    assert {line.options["opacity"] for line in _children(far, "PolyLine")} == {0.25}
    assert _children(far, "Marker") == []


def test_the_public_gets_no_lines_and_one_layer_a_weekday() -> None:
    atlas = tiny_atlas(Audience.PUBLIC)

    groups = [draw_tours(layer, atlas) for layer in atlas.layers]

    assert [_children(group, "PolyLine") for group in groups] == [[], []]
    assert [name_layer(layer, ENGLISH) for layer in atlas.layers] == ["Monday", "Wednesday"]


def test_a_leg_with_a_known_shape_follows_it_and_others_are_straight() -> None:
    positions = tiny_geometry().positions

    line = _children(_tours(0), "PolyLine")[0]

    assert line.locations == [
        list(positions[DEPOT]),
        [48.72, 37.57],
        list(positions["s2"]),
        list(positions["s3"]),
        list(positions[DEPOT]),
    ]


def test_two_weeks_with_the_same_way_share_one_line() -> None:
    plan = tiny_plan()
    again = replace(plan.tours[0], day=7)
    atlas = tiny_atlas(plan=replace(plan, tours=(plan.tours[0], again)))
    layer = atlas.layers[0]

    group = draw_tours(layer, atlas)

    assert [line.options["className"] for line in _children(group, "PolyLine")] == ["way in-week w1 w2"]


def test_each_stop_of_a_layer_has_one_numbered_marker() -> None:
    markers = _children(_tours(0), "Marker")

    assert [(marker.options["place"], marker.options["layer"]) for marker in markers] == [(1, 0), (2, 0), (3, 0)]
    assert [marker.icon.options["class_name"] for marker in markers] == [
        "call in-week w1 w2",
        "call in-week w1",
        "call in-week w2",
    ]


def test_a_layer_is_named_by_bus_and_weekday() -> None:
    layer = tiny_atlas().layers[0]

    assert name_layer(layer, ENGLISH) == "A · Бібліобус 1 · Monday"
    assert name_layer(replace(layer, mark=""), ENGLISH) == "Бібліобус 1 · Monday"


def test_the_name_of_a_bus_is_escaped_in_the_list_of_layers() -> None:
    layer = tiny_atlas().layers[0]
    hostile = replace(layer, bus=replace(layer.bus, name="<b>{{x}}`${y}\\"))

    entry = draw_layer_name(hostile, ENGLISH)

    assert "&lt;b&gt;&#123;&#123;x&#125;&#125;&#96;&#36;&#123;y&#125;&#92;" in entry
    assert 'data-layer="0" data-weekday="0"' in entry


def _tours(index: int) -> Any:
    """Layer of the tiny plan, drawn."""
    atlas = tiny_atlas()
    return draw_tours(atlas.layers[index], atlas)


def _children(group: Any, name: str) -> list[Any]:
    """Children of a group that are of one kind."""
    return [child for child in group._children.values() if child._name == name]
