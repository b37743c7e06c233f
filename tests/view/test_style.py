"""Tests of `bibliobus.view.style`."""

from __future__ import annotations

from itertools import combinations
from math import dist
from xml.etree import ElementTree

import pytest

from bibliobus.view.style import (
    COLOURS,
    DASHES,
    SYMBOL_SIZES,
    Symbol,
    draw_line,
    draw_symbol,
    find_layer_style,
    find_road_kind,
)

SIMULATIONS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Linear RGB as seen with one kind of cones missing: Machado, Oliveira and Fernandes 2009, severity 1.0."""


def test_twelve_buses_on_seven_days_all_differ_in_colour_or_dash() -> None:
    styles = {find_layer_style(weekday, bus) for weekday in range(7) for bus in range(12)}

    assert len(styles) == 7 * 12


def test_a_weekday_has_one_colour_and_buses_on_it_differ_in_dash() -> None:
    monday = [find_layer_style(0, bus) for bus in range(12)]

    assert {style.colour for style in monday} == {COLOURS[0][0]}
    assert len({style.dash for style in monday}) == len(DASHES) == 12


def test_the_days_of_one_bus_differ_in_dash_too_for_black_and_white() -> None:
    week = [find_layer_style(weekday, 0) for weekday in range(7)]

    assert len({style.dash for style in week}) == len({style.colour for style in week}) == 7


@pytest.mark.parametrize("matrix", SIMULATIONS.values(), ids=SIMULATIONS.keys())
def test_weekdays_are_told_apart_without_one_kind_of_cone(matrix: tuple[tuple[float, float, float], ...]) -> None:
    seen = [_lab(_simulate(_linear(colour), matrix)) for colour, _ in COLOURS]

    assert min(dist(one, other) for one, other in combinations(seen, 2)) > 11


@pytest.mark.parametrize(("colour", "ink"), COLOURS)
def test_numbers_are_readable_on_every_colour(colour: str, ink: str) -> None:
    light, dark = sorted((_luminance(colour), _luminance(ink)), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("symbol", list(Symbol))
def test_every_symbol_is_well_formed_and_has_a_size(symbol: Symbol) -> None:
    drawing = ElementTree.fromstring(draw_symbol(symbol))

    assert drawing.get("width") == str(SYMBOL_SIZES[symbol])


def test_symbols_differ_in_shape_not_only_in_colour() -> None:
    shapes = {
        tuple(part.get("d", part.tag) for part in ElementTree.fromstring(draw_symbol(symbol))) for symbol in Symbol
    }

    assert len(shapes) == len(Symbol) - 1  # served and not needed: a full and an empty dot


def test_a_sample_of_a_line_has_its_colour_dash_and_width() -> None:
    (line,) = ElementTree.fromstring(draw_line("#000000", "4 4", 2.5))

    assert (line.get("stroke"), line.get("stroke-dasharray"), line.get("stroke-width")) == ("#000000", "4 4", "2.5")


@pytest.mark.parametrize(
    ("road_class", "kind"),
    [("estimate", "estimated"), ("primary", "main"), ("trunk", "main"), ("track", "other"), ("", "other")],
)
def test_roads_are_drawn_by_class(road_class: str, kind: str) -> None:
    assert find_road_kind(road_class) == kind


def _luminance(colour: str) -> float:
    """Relative luminance of a colour, as WCAG 2.2 defines it."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> tuple[float, ...]:
    """Linear parts of red, green and blue."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def _simulate(linear: tuple[float, ...], matrix: tuple[tuple[float, float, float], ...]) -> tuple[float, ...]:
    """What is left of a colour."""
    seen = (sum(factor * part for factor, part in zip(row, linear, strict=True)) for row in matrix)
    return tuple(min(1.0, max(0.0, part)) for part in seen)


def _lab(linear: tuple[float, ...]) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of linear RGB."""
    rows = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
    white = (0.95047, 1.0, 1.08883)
    xyz = (sum(f * p for f, p in zip(row, linear, strict=True)) / w for row, w in zip(rows, white, strict=True))
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)
