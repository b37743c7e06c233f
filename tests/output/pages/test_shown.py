"""Tests of `bibliobus.output.pages.shown`."""

from __future__ import annotations

import re
from dataclasses import replace

from plans import tiny_atlas, tiny_dataset, tiny_plan

from bibliobus.domain.audience import Audience
from bibliobus.output.pages.shown import draw_badge, mark_weeks
from bibliobus.words.language import Language

ENGLISH = Language("en")


def test_there_is_one_layer_for_each_bus_and_weekday() -> None:
    layers = tiny_atlas().layers

    assert [(layer.bus.bus_id, layer.weekday, len(layer.tours)) for layer in layers] == [("b1", 0, 2), ("b2", 2, 1)]


def test_stops_are_numbered_in_the_order_of_the_tour() -> None:
    layer = tiny_atlas().layers[0]

    numbers = [(week, order, row.place_id) for week, order, row in layer.calls]

    assert numbers == [(1, 1, "s2"), (1, 2, "s3"), (2, 1, "s4"), (2, 2, "s2")]


def test_buses_have_letters_only_when_there_are_several() -> None:
    dataset = tiny_dataset()
    alone = replace(dataset, scenario=replace(dataset.scenario, buses=dataset.scenario.buses[:1]))
    plan = replace(tiny_plan(), tours=tuple(tour for tour in tiny_plan().tours if tour.bus_id == "b1"))

    several, single = tiny_atlas(dataset=dataset).layers, tiny_atlas(plan=plan, dataset=alone).layers

    assert [layer.mark for layer in several] == ["A", "B"]
    assert [layer.mark for layer in single] == [""]


def test_the_twenty_seventh_bus_has_two_letters() -> None:
    dataset = tiny_dataset()
    buses = tuple(replace(dataset.scenario.buses[0], bus_id=f"b{number}") for number in range(1, 28))
    many = replace(dataset, scenario=replace(dataset.scenario, buses=buses))
    tour = replace(tiny_plan().tours[0], bus_id="b27")

    layers = tiny_atlas(plan=replace(tiny_plan(), tours=(tour,)), dataset=many).layers

    assert layers[0].mark == "AA"


def test_a_badge_shows_the_day_and_for_each_week_number_and_time() -> None:
    layer = tiny_atlas().layers[0]

    badge = draw_badge(layer, [call for call in layer.calls if call[2].place_id == "s2"], ENGLISH)

    assert re.sub(r"<[^>]*>", " ", badge).split() == [
        *("A", "Mon"),
        *("A", "Mon", "A", "1", "09:20"),
        *("A", "Mon", "A", "2", "10:05"),
    ]
    assert 'class="in-week w1"' in badge
    assert 'class="in-week w2"' in badge


def test_weeks_with_the_same_number_and_time_share_a_part_of_the_badge() -> None:
    again = replace(tiny_plan().tours[0], day=7)
    layer = tiny_atlas(plan=replace(tiny_plan(), tours=(tiny_plan().tours[0], again))).layers[0]

    badge = draw_badge(layer, [call for call in layer.calls if call[2].place_id == "s2"], ENGLISH)

    assert badge.count("<b>") == 1
    assert 'class="in-week w1 w2"' in badge


def test_a_badge_without_drives_does_not_tell_the_order() -> None:
    layer = tiny_atlas(Audience.PUBLIC).layers[0]

    badge = draw_badge(layer, layer.calls[:1], ENGLISH)

    assert re.sub(r"<[^>]*>", " ", badge).split() == ["Mon", "Mon", "09:20"]


def test_weeks_are_classes_of_the_markup() -> None:
    assert mark_weeks((1, 3)) == "in-week w1 w3"
