"""Tests of `bibliobus.maps.style`."""

from __future__ import annotations

from math import gcd
from xml.etree import ElementTree

import pytest

from bibliobus.maps.style import (
    COLOURS,
    DASHES,
    SYMBOL_SIZES,
    WEEK_STYLES,
    Symbol,
    draw_line,
    draw_symbol,
    find_layer_style,
    find_road_kind,
)


def test_forty_two_layers_differ_in_colour_or_dash() -> None:
    styles = {find_layer_style(index) for index in range(42)}

    assert len(styles) == 42
    assert gcd(len(COLOURS), len(DASHES)) == 1


def test_neighbouring_layers_differ_in_colour_and_in_dash() -> None:
    pairs = [(find_layer_style(index), find_layer_style(index + 1)) for index in range(100)]

    assert all(one.colour != other.colour and one.dash != other.dash for one, other in pairs)


@pytest.mark.parametrize(("colour", "ink"), COLOURS)
def test_numbers_are_readable_on_every_colour(colour: str, ink: str) -> None:
    light, dark = sorted((_luminance(colour), _luminance(ink)), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_each_week_of_the_longest_cycle_has_a_line_of_its_own() -> None:
    assert len(set(WEEK_STYLES)) == 4


@pytest.mark.parametrize("symbol", list(Symbol))
def test_every_symbol_is_well_formed_and_has_a_size(symbol: Symbol) -> None:
    drawing = ElementTree.fromstring(draw_symbol(symbol))

    assert drawing.get("width") == str(SYMBOL_SIZES[symbol])


def test_symbols_differ_in_shape_not_only_in_colour() -> None:
    shapes = {
        tuple(part.get("d", part.tag) for part in ElementTree.fromstring(draw_symbol(symbol))) for symbol in Symbol
    }

    assert len(shapes) == len(Symbol) - 1  # served and not needed: a full and an empty dot


def test_a_double_line_is_drawn_as_a_line_with_a_white_core() -> None:
    plain, double = (ElementTree.fromstring(draw_line("#000000", "4 4", style)) for style in WEEK_STYLES[:2])

    assert [part.get("stroke") for part in plain] == ["#000000"]
    assert [part.get("stroke") for part in double] == ["#000000", "#ffffff"]


@pytest.mark.parametrize(
    ("road_class", "kind"),
    [("estimate", "estimated"), ("primary", "main"), ("trunk", "main"), ("track", "other"), ("", "other")],
)
def test_roads_are_drawn_by_class(road_class: str, kind: str) -> None:
    assert find_road_kind(road_class) == kind


def _luminance(colour: str) -> float:
    """Relative luminance of a colour, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
