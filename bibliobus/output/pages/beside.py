"""The old and the new plan beside each other: two still maps of the same part of the earth at the same scale."""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING, Final

from bibliobus.output.pages.hromadas import WIDTH, Frame, draw_name, draw_path, draw_scale, find_frame
from bibliobus.output.pages.layers import find_ways, name_layer
from bibliobus.output.pages.report import Beside, Side
from bibliobus.output.pages.shown import find_layers, list_map_places
from bibliobus.view.style import LINE_WEIGHT, SYMBOL_SIZES, draw_line, draw_symbol
from bibliobus.words.language import N_
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from markupsafe import Markup

    from bibliobus.output.pages.hromadas import Box
    from bibliobus.output.pages.report import Badge
    from bibliobus.output.pages.shown import MapPlace
    from bibliobus.view.ground import LatLon
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

LOWEST, HIGHEST = 400, 760
"""Height of each map in pixels, by the shape of the area."""

BADGE: Final = 9
"""Radius of the number of a settlement in pixels."""

ROAD: Final = ("#e69f00", 9.0)
"""Colour and width of a road that has changed."""

OLD: Final = N_("The old plan")
NEW: Final = N_("The new plan")
NEW_FROM: Final = N_("The new plan, from {first}")
NEW_UNTIL: Final = N_("The new plan, from {first} to {last}")
BESIDE: Final = N_("Old and new plan side by side")


def draw_beside(
    sides: tuple[PlanView, PlanView],
    roads: Sequence[Sequence[LatLon]],
    badges: Mapping[str, Badge],
    holds: tuple[date | None, date | None],
) -> Beside:
    """Draw both plans; `holds` are first and last date of the new one as far as known, `badges` those of places."""
    language = sides[1].language
    old, new = (list_map_places(side) for side in sides)
    frame = _find_frame([place.spot for place in (*old, *new)])
    captions = language.gettext(OLD), _write_new(holds, language)
    drawn = (
        Side(caption, _draw_side(side, places, roads, badges, frame))
        for caption, side, places in zip(captions, sides, (old, new), strict=True)
    )
    before, after = drawn
    return Beside(language.gettext(BESIDE), (before, after), _list_legend(sides))


def _write_new(holds: tuple[date | None, date | None], language: Language) -> str:
    """Caption of the new plan."""
    first, last = holds
    words = {name: language.date(day) for name, day in (("first", first), ("last", last)) if day}
    template = NEW_UNTIL if first and last else NEW_FROM if first else NEW
    return Text(template, words).render(language)


def _find_frame(spots: Sequence[LatLon]) -> Frame:
    """Find the part of the earth that both maps show, on drawings that are as high as it needs."""
    lats, lons = zip(*spots, strict=True)
    wide = (max(lons) - min(lons)) * math.cos(math.radians((min(lats) + max(lats)) / 2))
    tall = WIDTH * (max(lats) - min(lats)) / wide if wide else HIGHEST
    return find_frame(spots, min(HIGHEST, max(LOWEST, round(tall))))


def _draw_side(
    view: PlanView,
    places: Sequence[MapPlace],
    roads: Sequence[Sequence[LatLon]],
    badges: Mapping[str, Badge],
    frame: Frame,
) -> Markup:
    """Roads that have changed, tours, places, and the numbers and names of the settlements concerned."""
    from markupsafe import Markup

    parts = [
        *(part for line in roads if len(line) > 1 for part in draw_path(line, frame, *ROAD, "")),
        *_draw_tours(view, frame),
        *_draw_places(places, badges, frame),
        draw_scale(frame, view.language),
    ]
    size = f'viewBox="0 0 {WIDTH} {frame.height}" width="{WIDTH}" height="{frame.height}"'
    return Markup(f'<svg class="sketch" {size} aria-hidden="true">{"".join(parts)}</svg>')


def _draw_tours(view: PlanView, frame: Frame) -> Iterator[str]:
    """Lines of the tours; points that fall together are drawn once."""
    for layer in find_layers(view):
        for points, _ in find_ways(layer):
            apart = [next(some) for _, some in groupby(points, key=frame.place)]
            yield from draw_path(apart, frame, layer.style.colour, 3.0, layer.style.dash)


def _draw_places(places: Sequence[MapPlace], badges: Mapping[str, Badge], frame: Frame) -> Iterator[str]:
    """Symbols, then numbers, then as many names as there is room for, those with a number first."""
    boxes: dict[int, Box] = {}
    for place in places:
        (x, y), size = frame.place(place.spot), SYMBOL_SIZES[place.symbol]
        boxes[place.index] = (x - size / 2, y - size / 2, x + size / 2, y + size / 2)
        yield f'<g transform="translate({x - size / 2:g} {y - size / 2:g})">{draw_symbol(place.symbol)}</g>'
    for place in places:
        if place.place_id in badges:
            x, y = frame.place(place.spot)
            boxes[place.index] = (x - BADGE, y - BADGE, x + BADGE, y + BADGE)
            yield _draw_badge(badges[place.place_id], x, y)
    taken = list(boxes.values())
    inhabited = [place for place in places if place.settlement is not None]
    for place in sorted(inhabited, key=lambda p: (p.place_id not in badges, not p.libraries, -p.residents, p.index)):
        yield from draw_name(place, boxes[place.index], taken, frame)


def _draw_badge(badge: Badge, x: float, y: float) -> str:
    """Number in the colour of its difference."""
    from markupsafe import escape

    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="{BADGE}" fill="{badge.colour}" stroke="#fff"/>'
        f'<text class="day" x="{x:g}" y="{y + 3.5:g}" fill="{badge.ink}">{escape(badge.text)}</text>'
    )


def _list_legend(sides: tuple[PlanView, PlanView]) -> tuple[tuple[Markup, str], ...]:
    """Line of each bus and weekday of either plan."""
    from markupsafe import Markup

    found = {}
    for side in sides:
        for layer in find_layers(side):
            name = name_layer(layer, side.language)
            found[layer.weekday, name] = Markup(draw_line(layer.style.colour, layer.style.dash, LINE_WEIGHT)), name
    return tuple(found[key] for key in sorted(found))
