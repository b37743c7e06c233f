"""Tests of `bibliobus.output.pages.hromadas`."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st
from plans import tiny_atlas, tiny_dataset, tiny_geometry

from bibliobus.domain.audience import Audience
from bibliobus.output.pages.hromadas import HEIGHT, MARGIN, WIDTH, draw_sketch, find_frame

NO_ROADS = replace(tiny_geometry(), roads=())
POINTS = st.lists(st.tuples(st.floats(47, 49), st.floats(36, 39)), min_size=1, max_size=8)


@settings(max_examples=50, deadline=None)
@given(POINTS)
def test_every_point_lies_inside_of_the_margin(points: list[tuple[float, float]]) -> None:
    frame = find_frame(points)

    for x, y in map(frame.place, points):
        assert MARGIN - 0.1 <= x <= WIDTH - MARGIN + 0.1
        assert MARGIN - 0.1 <= y <= HEIGHT - MARGIN + 0.1


def test_north_is_up_and_east_is_right() -> None:
    frame = find_frame([(48.0, 37.0), (48.2, 37.4)])

    (west, south), (east, north) = frame.place((48.0, 37.0)), frame.place((48.2, 37.4))

    assert west < east
    assert north < south


def test_the_drawing_is_well_formed_and_names_the_days_and_places_of_the_hromada() -> None:
    drawing = ElementTree.fromstring(draw_sketch(tiny_atlas(hromada="Містецька")))

    texts = [part.text for part in drawing.iter() if part.tag == "text"]
    assert {"Mon", "Wed", "Andriivka", "Daleka Balka"} <= set(texts)
    assert texts[-1] == "20\u00a0km"


def test_tours_that_do_not_serve_the_hromada_are_left_out() -> None:
    dataset = tiny_dataset()
    moved = tuple(replace(s, hromada="Інша") if s.settlement_id == "s5" else s for s in dataset.settlements)
    atlas = tiny_atlas(hromada="Інша", dataset=replace(dataset, settlements=moved), geometry=NO_ROADS)

    drawing = draw_sketch(atlas)

    assert drawing.count("<polyline") == 1
    assert 'stroke="#009E73"' in drawing


def test_the_public_sees_no_drive() -> None:
    atlas = tiny_atlas(Audience.PUBLIC, hromada="Містецька", geometry=NO_ROADS)

    assert "<polyline" not in draw_sketch(atlas)


def test_a_hostile_or_endless_name_is_text_and_cut() -> None:
    dataset = tiny_dataset()
    named = tuple(replace(s, name_latin="<b>" + "x" * 300) for s in dataset.settlements[1:2])
    atlas = tiny_atlas(
        hromada="Містецька",
        dataset=replace(dataset, settlements=(*named, *dataset.settlements[:1], *dataset.settlements[2:])),
    )

    drawing = draw_sketch(atlas)

    assert "<b>" not in drawing
    assert "x" * 40 not in drawing
