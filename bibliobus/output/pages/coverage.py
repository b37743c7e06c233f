"""The map of who is reached: a disc for each settlement, as big as its people, by what reaches them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.output.pages.comparison import finish_map
from bibliobus.output.pages.layers import draw_places, draw_roads, make_map
from bibliobus.output.pages.page import WORDS
from bibliobus.output.pages.report import Drawing, make_cards
from bibliobus.output.pages.shown import list_map_places
from bibliobus.plan.plan import Standing
from bibliobus.view.style import Symbol, draw_symbol
from bibliobus.words.language import N_
from bibliobus.words.text import Duration, Length, Number, Text
from bibliobus.words.units import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import folium

    from bibliobus.output.pages.shown import MapPlace
    from bibliobus.plan.measure.reach import Access, ShortestWay
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

RESIDENTS: Final = N_("Residents: {people}")
TO_LIBRARY: Final = N_("To the nearest library by road: {length}, {duration}")
TO_STOP: Final = N_("To the nearest stop by road: {length}, {duration}")
NO_WAY: Final = N_("No road leads to a library or a stop.")

SMALLEST, LARGEST = 5.0, 34.0
"""Radius of the smallest and the largest disc in pixels."""


@dataclass(frozen=True)
class DiscStyle:
    """How the disc of a settlement looks."""

    colour: str
    dash: str
    words: str


DISCS: Final[Mapping[Standing, DiscStyle]] = {
    Standing.NOT_NEEDED: DiscStyle("#56B4E9", "", N_("A library is near")),
    Standing.SERVED: DiscStyle("#009E73", "8 4", N_("The bus comes")),
    Standing.UNSERVED: DiscStyle("#D55E00", "2 4", N_("Neither library nor bus")),
}
"""Disc of each standing."""


def draw_coverage(view: PlanView, access: Sequence[Access]) -> Drawing:
    """Draw who is reached, from the access of every settlement."""
    places, language = list_map_places(view), view.language
    drawing = make_map()
    draw_roads(view.roads).add_to(drawing)
    _draw_discs(drawing, access, places, language)
    draw_places(places).add_to(drawing)
    finish_map(drawing, places)
    return Drawing(
        drawing,
        caption=view.attribution,
        legend=_list_legend(places, language),
        cards=_make_cards(places, {one.settlement_id: one for one in access}, language),
        numbers={place.place_id: place.index for place in places},
    )


def _draw_discs(drawing: folium.Map, access: Sequence[Access], places: Sequence[MapPlace], language: Language) -> None:
    """A layer of discs for each standing, the largest below."""
    import folium

    spots = {place.place_id: place.spot for place in places}
    most = max((one.population for one in access), default=0)
    for at, (standing, style) in enumerate(DISCS.items()):
        words = language.gettext(style.words)
        name = f'<span class="layer" data-layer="{at}">{_draw_disc(style)}<bdi>{words}</bdi></span>'
        group = folium.FeatureGroup(name=name)
        members = sorted((one for one in access if one.standing is standing), key=lambda one: -one.population)
        for one in members:
            make: Any = folium.CircleMarker
            make(
                spots[one.settlement_id],
                radius=round(_find_radius(one.population, most), 1),
                color=style.colour,
                weight=2,
                dash_array=style.dash or None,
                fill=True,
                fill_color=style.colour,
                fill_opacity=0.35,
                interactive=False,
            ).add_to(group)
        group.add_to(drawing)


def _find_radius(people: int, most: int) -> float:
    """Radius whose area grows with the people."""
    return max(SMALLEST, LARGEST * math.sqrt(people / most)) if most else SMALLEST


def _draw_disc(style: DiscStyle) -> str:
    """Sample of a disc."""
    dash = f' stroke-dasharray="{style.dash}"' if style.dash else ""
    return (
        '<svg width="20" height="16" viewBox="0 0 20 16" aria-hidden="true">'
        f'<circle cx="10" cy="8" r="6.5" fill="{style.colour}" fill-opacity="0.35" stroke="{style.colour}" '
        f'stroke-width="2"{dash}/></svg>'
    )


def _list_legend(places: Sequence[MapPlace], language: Language) -> tuple[tuple[str, str], ...]:
    """Discs and symbols with what they mean."""
    found = {place.symbol for place in places}
    return (
        *((_draw_disc(style), language.gettext(style.words)) for style in DISCS.values()),
        *((draw_symbol(symbol), language.gettext(WORDS[symbol.value])) for symbol in Symbol if symbol in found),
    )


def _make_cards(
    places: Sequence[MapPlace], access: Mapping[str, Access], language: Language
) -> tuple[dict[str, Any], ...]:
    """Card of each place: people and ways."""
    told = []
    for place in places:
        one = access.get(place.place_id)
        hromada = place.settlement.hromada_name if place.settlement else ""
        told.append((place.name, hromada, [] if one is None else _tell_access(one, language)))
    ranked = sorted(
        (place.index for place in places if place.place_id in access),
        key=lambda at: -access[places[at].place_id].population,
    )
    return make_cards(told, ranked)


def _tell_access(one: Access, language: Language) -> list[str]:
    """Sentences about a settlement."""
    lines = [
        language.gettext(DISCS[one.standing].words),
        Text(RESIDENTS, {"people": Number(one.population)}).render(language),
    ]
    for template, way in ((TO_LIBRARY, one.library), (TO_STOP, one.stop)):
        if way is not None and way.length_m:
            lines.append(_tell_way(template, way, language))
    if one.nearest is None:
        lines.append(language.gettext(NO_WAY))
    return lines


def _tell_way(template: str, way: ShortestWay, language: Language) -> str:
    """Sentence about a way."""
    minutes_s = -(-way.duration_s // MINUTE_S) * MINUTE_S
    return Text(template, {"length": Length(way.length_m), "duration": Duration(minutes_s)}).render(language)
