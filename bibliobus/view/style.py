"""Colours, dashes, line widths and symbols, told apart by shape as well as by colour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

INK: Final = "#17202a"
ALARM: Final = "#a4133c"
NAVY: Final = "#12355b"

COLOURS: Final = (
    ("#0072B2", "#ffffff"),
    ("#D55E00", "#000000"),
    ("#009E73", "#000000"),
    ("#CC79A7", "#000000"),
    ("#000000", "#ffffff"),
    ("#E69F00", "#000000"),
    ("#56B4E9", "#000000"),
)
"""Colours and the ink that is readable on them: Okabe and Ito 2008, "Color Universal Design", without its yellow."""

DASHES: Final = (
    "",
    "14 5",
    "5 4",
    "16 4 3 4",
    "9 3 3 3 3 3",
    "24 6",
    "2 4",
    "9 9",
    "16 3 5 3 5 3",
    "4 10",
    "20 3 2 3 2 3 2 3",
    "5 3 5 10",
)
"""Dash patterns in pixels; twelve buses on one day all differ."""

LINE_WEIGHT: Final = 4.0
"""Width of the line of a tour in pixels."""


@dataclass(frozen=True)
class LayerStyle:
    """How the tours of one bus on one weekday look; a line without dash pattern is solid."""

    colour: str
    ink: str
    dash: str


@dataclass(frozen=True)
class RoadStyle:
    """How roads of one kind look; a line without dash pattern is solid."""

    colour: str
    weight: float
    dash: str


ESTIMATED_CLASS: Final = "estimate"
MAIN_CLASSES: Final = frozenset({"motorway", "trunk", "primary", "secondary"})
ROAD_STYLES: Final[Mapping[str, RoadStyle]] = {
    "estimated": RoadStyle("#b9bfc7", 1.4, "4 4"),
    "other": RoadStyle("#c3c8cf", 1.2, ""),
    "main": RoadStyle("#a4abb5", 2.2, ""),
}
"""Roads by kind, drawn in this order."""


class Symbol(StrEnum):
    """What a place on the map is."""

    SERVED = "served"
    NOT_NEEDED = "not-needed"
    SACRIFICED = "sacrificed"
    IMPOSSIBLE = "impossible"
    LIBRARY = "library"
    DEPOT = "depot"


SYMBOL_SIZES: Final[Mapping[Symbol, int]] = {
    Symbol.SERVED: 10,
    Symbol.NOT_NEEDED: 10,
    Symbol.SACRIFICED: 19,
    Symbol.IMPOSSIBLE: 17,
    Symbol.LIBRARY: 18,
    Symbol.DEPOT: 30,
}
"""Width and height of a symbol in pixels."""

_DRAWINGS: Final[Mapping[Symbol, str]] = {
    Symbol.SERVED: f'<circle cx="8" cy="8" r="6" fill="{INK}" stroke="#fff" stroke-width="2"/>',
    Symbol.NOT_NEEDED: '<circle cx="8" cy="8" r="6" fill="#fff" stroke="#8a929d" stroke-width="2.5"/>',
    Symbol.SACRIFICED: (
        f'<path d="M8 1 15 8 8 15 1 8Z" fill="#fff" stroke="{ALARM}" stroke-width="1.8"/>'
        f'<path d="M8 4.6v4.2" stroke="{ALARM}" stroke-width="1.8"/><circle cx="8" cy="11" r="1.1" fill="{ALARM}"/>'
    ),
    Symbol.IMPOSSIBLE: (
        f'<path d="M1.5 1.5h13v13h-13Z" fill="{ALARM}" stroke="#fff"/>'
        '<path d="m5 5 6 6m0-6-6 6" stroke="#fff" stroke-width="2"/>'
    ),
    Symbol.LIBRARY: (
        f'<rect x=".5" y=".5" width="15" height="15" rx="3" fill="{NAVY}" stroke="#fff"/>'
        '<path d="M8 5C6.7 3.9 5 3.7 3 3.8v7.7c2-.1 3.7.1 5 1.2 1.3-1.1 3-1.3 5-1.2V3.8'
        'c-2-.1-3.7.1-5 1.2Zm0 0v7.4" fill="none" stroke="#fff" stroke-width="1.2"/>'
    ),
    Symbol.DEPOT: (
        f'<path d="M3 1h10a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-3l-2 4-2-4H3a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2Z" fill="{INK}" '
        'stroke="#fff" stroke-width=".8"/>'
        '<path d="M3.5 3.5h9v5h-9Zm0 2.6h9M6.5 3.5v2.6m3-2.6v2.6" fill="none" stroke="#fff"/>'
        '<circle cx="5.5" cy="9.2" r="1.1" fill="#fff"/><circle cx="10.5" cy="9.2" r="1.1" fill="#fff"/>'
    ),
}


def find_layer_style(weekday: int, bus: int) -> LayerStyle:
    """
    Colour by weekday, 0 for Monday, and dash by the number of the bus, from 0.

    The dash is moved on by one from day to day so that the days of one bus can be told apart in black and white too.
    """
    colour, ink = COLOURS[weekday % len(COLOURS)]
    return LayerStyle(colour, ink, DASHES[(weekday + bus) % len(DASHES)])


def find_road_kind(road_class: str) -> str:
    """Find how a road is drawn."""
    if road_class == ESTIMATED_CLASS:
        return "estimated"
    return "main" if road_class in MAIN_CLASSES else "other"


def draw_symbol(symbol: Symbol) -> str:
    """Draw a symbol."""
    size = SYMBOL_SIZES[symbol]
    return (
        f'<svg class="symbol" width="{size}" height="{size}" viewBox="0 0 16 16" aria-hidden="true">'
        f"{_DRAWINGS[symbol]}</svg>"
    )


def draw_line(colour: str, dash: str, weight: float) -> str:
    """Draw a sample of a line for a legend; without dash pattern it is solid."""
    return (
        '<svg class="line" width="46" height="12" viewBox="0 0 46 12" aria-hidden="true">'
        f'<path d="M1 6h44" fill="none" stroke="{colour}" stroke-width="{weight:g}" stroke-dasharray="{dash}"/></svg>'
    )
