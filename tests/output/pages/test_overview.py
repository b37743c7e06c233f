"""Tests of `bibliobus.output.pages.layers`."""

from __future__ import annotations

import folium
from plans import tiny_made

from bibliobus.output.pages.layers import draw_overview


def test_the_map_has_roads_places_and_a_layer_for_each_bus_and_weekday() -> None:
    drawing = draw_overview(tiny_made().view())

    groups = [child for child in drawing._children.values() if isinstance(child, folium.FeatureGroup)]
    assert [group.control for group in groups] == [False, False, True, True]
    assert isinstance(drawing, folium.Map)


def test_drawing_leaves_the_lists_that_all_maps_share_as_they_were() -> None:
    before = list(folium.Map.default_js), list(folium.Map.default_css)

    drawing = draw_overview(tiny_made().view())

    assert (folium.Map.default_js, folium.Map.default_css) == before
    assert (drawing.default_js, drawing.default_css) == ([], [])
