"""The old and the new plan beside each other, and the letters of road changes on the map."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from changed_plans import leave_out
from plans import tiny_geometry, tiny_made, tiny_plan

from bibliobus.output.pages.beside import HIGHEST, LOWEST, draw_beside
from bibliobus.output.pages.report import Badge
from bibliobus.words.language import Language

OLD = tiny_plan()
NEW = replace(OLD, tours=(leave_out(OLD.tours[0], "s3"), *OLD.tours[1:]))
ROAD = (((48.70, 37.50), (48.72, 37.57), (48.74, 37.60)),)
NO_DATES = (None, None)


def draw(roads=(), badges=None, holds=NO_DATES, language="en", **geometry):
    """Both maps."""
    made = (replace(tiny_made(plan, **geometry), language=Language(language)) for plan in (OLD, NEW))
    old, new = (one.view() for one in made)
    return draw_beside((old, new), roads, badges or {}, holds)


def find_places(drawing) -> list[str]:
    """Where the symbols of the places stand."""
    return re.findall(r'<g transform="(translate\([^"]*\))">', drawing)


def test_both_maps_are_well_formed_and_show_the_same_part_of_the_earth_at_the_same_scale():
    old, new = (ElementTree.fromstring(side.drawing) for side in draw().sides)

    assert old.attrib == new.attrib
    assert LOWEST <= int(old.attrib["height"]) <= HIGHEST
    (bar,) = {element.attrib["d"] for tree in (old, new) for element in tree if element.tag == "path"}
    assert bar.startswith("M8")
    places = [find_places(side.drawing) for side in draw().sides]
    assert places[0] == places[1]
    assert len(places[0]) > 5


def test_a_settlement_has_the_same_number_on_both_maps_and_is_named_first():
    sides = draw(badges={"s3": Badge("7", "#a4133c", "#ffffff")}).sides

    for side in sides:
        assert side.drawing.count(">7</text>") == 1
        assert side.drawing.index("Yelyzavetivka") < side.drawing.index("Andriivka")


def test_a_road_that_has_changed_lies_under_everything_else():
    for side in draw(ROAD).sides:
        tree = ElementTree.fromstring(side.drawing)
        assert tree[0].attrib["stroke"] == "#e69f00"
    assert '#e69f00" stroke-width="9"' not in draw().sides[0].drawing


@pytest.mark.parametrize(
    ("holds", "language", "caption"),
    [
        (NO_DATES, "en", "The new plan"),
        ((date(2026, 3, 9), None), "en", "The new plan, from March 9, 2026"),
        ((date(2026, 3, 9), date(2026, 3, 20)), "en", "The new plan, from March 9, 2026 to March 20, 2026"),
        (
            (date(2026, 3, 9), date(2026, 3, 20)),
            "uk",
            "Новий план, з 9 березня 2026 року до 20 березня 2026 року включно",
        ),
    ],
)
def test_the_caption_says_when_the_new_plan_holds(holds, language, caption):
    old, new = draw(holds=holds, language=language).sides

    assert new.caption.replace("\N{NO-BREAK SPACE}", " ") == caption
    assert old.caption == {"en": "The old plan", "uk": "Старий план"}[language]


def test_a_name_from_data_is_escaped():
    geometry = tiny_geometry()
    made = tiny_made(geometry=geometry)
    settlements = tuple(replace(one, name_latin="<b>&") for one in made.dataset.settlements)
    view = replace(made, dataset=replace(made.dataset, settlements=settlements)).view()

    for side in draw_beside((view, view), (), {}, NO_DATES).sides:
        ElementTree.fromstring(side.drawing)
        assert "<b>" not in side.drawing
