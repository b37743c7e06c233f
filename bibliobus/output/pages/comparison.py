"""The map that compares two plans: old tours dashed, new ones solid, settlements concerned numbered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.output.pages.layers import DECIMALS, draw_places, draw_polyline, draw_roads, make_map
from bibliobus.output.pages.page import WORDS
from bibliobus.output.pages.report import Badge, Drawing, draw_badge_markup, make_cards
from bibliobus.output.pages.shown import list_map_places
from bibliobus.output.values import list_texts
from bibliobus.plan.compare.compare import Difference
from bibliobus.view.reports.comparison import KINDS
from bibliobus.view.style import ALARM, NAVY, Symbol, draw_line, draw_symbol
from bibliobus.view.tables import PlaceName
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import folium

    from bibliobus.output.pages.shown import MapPlace
    from bibliobus.plan.compare.compare import Comparison
    from bibliobus.view.ground import LatLon
    from bibliobus.view.tables import ReportTable
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

LAYERS: Final = {
    "same": N_("Drives that stay as they are"),
    "new": N_("Drives of the new plan only"),
    "old": N_("Drives of the old plan only"),
    "roads": N_("Roads that have changed"),
}
"""Layers of the map, the lowest first."""

STROKES: Final = {
    "same": ("#6b7682", 2.0, ""),
    "new": (NAVY, 4.5, ""),
    "old": (ALARM, 2.5, "7 6"),
    "roads": ("#e69f00", 9.0, ""),
}
"""Colour, width and dash of each layer."""

KIND_COLOURS: Final[Mapping[Difference, tuple[str, str]]] = {
    Difference.LOST: (ALARM, "#ffffff"),
    Difference.DAY: ("#D55E00", "#000000"),
    Difference.BUS: ("#0072B2", "#ffffff"),
    Difference.TIME: ("#E69F00", "#000000"),
    Difference.ORDER: ("#56B4E9", "#000000"),
    Difference.SLIGHT: ("#d5dae0", "#000000"),
    Difference.NEW: ("#009E73", "#000000"),
}
"""Colour and ink of the number of a settlement, by its gravest difference."""

Line = tuple["LatLon", ...]


def draw_comparison(
    sides: tuple[PlanView, PlanView],
    comparison: Comparison,
    roads: Sequence[Line],
    table: ReportTable,
    language: Language,
) -> Drawing:
    """Draw what changes between the old and the new plan; each row of the table begins with the place it tells of."""
    new = sides[1]
    places = list_map_places(new)
    order = [value.place_id for value, *_ in table.rows if isinstance(value, PlaceName)]
    drawing = make_map()
    draw_roads(new.roads).add_to(drawing)
    _draw_lines(drawing, _sort_lines(sides) | {"roads": list(roads)}, language)
    draw_places(places).add_to(drawing)
    badges = _make_badges(comparison, order)
    _draw_badges(drawing, places, badges)
    finish_map(drawing, places)
    return Drawing(
        drawing,
        caption=new.attribution,
        legend=_list_legend(comparison, places, language),
        cards=_make_cards(places, order, table, language),
        numbers={place.place_id: place.index for place in places},
        badges=badges,
    )


def finish_map(drawing: folium.Map, places: Sequence[MapPlace]) -> None:
    """Add the list of layers and choose the part of the map that is shown."""
    import folium

    folium.LayerControl(collapsed=False).add_to(drawing)
    lats, lons = zip(*(place.spot for place in places), strict=True)
    drawing.fit_bounds([(min(lats), min(lons)), (max(lats), max(lons))], padding=(24, 24), max_zoom=14)


def _sort_lines(sides: tuple[PlanView, PlanView]) -> dict[str, list[Line]]:
    """Lines driven in both plans, only in the new one, only in the old one."""
    old, new = (_list_lines(side) for side in sides)
    return {
        "same": [line for key, line in new.items() if key in old],
        "new": [line for key, line in new.items() if key not in old],
        "old": [line for key, line in old.items() if key not in new],
    }


def _list_lines(side: PlanView) -> dict[Line, Line]:
    """Each line that is driven once, whatever the direction."""
    found: dict[Line, Line] = {}
    for tour in side.days:
        for drive in tour.drives:
            line = tuple((round(lat, DECIMALS), round(lon, DECIMALS)) for lat, lon in drive.line)
            found.setdefault(min(line, line[::-1]), line)
    return {key: line for key, line in found.items() if len(line) > 1}


def _draw_lines(drawing: folium.Map, lines: Mapping[str, Sequence[Line]], language: Language) -> None:
    """A layer for each kind of line that occurs."""
    import folium

    for name in ("roads", "same", "new", "old"):
        if not lines[name]:
            continue
        colour, weight, dash = STROKES[name]
        label = f'<span class="layer" data-layer="{list(LAYERS).index(name)}">{_sample(name)}'
        words = language.gettext(LAYERS[name])
        group = folium.FeatureGroup(name=f"{label}<bdi>{words}</bdi></span>")
        draw_polyline(
            [list(line) for line in lines[name]],
            color=colour,
            weight=weight,
            opacity=0.6 if name == "roads" else 0.95,
            dash_array=dash or None,
            className="way",
        ).add_to(group)
        group.add_to(drawing)


def _sample(name: str) -> str:
    """Sample of a line."""
    colour, weight, dash = STROKES[name]
    return draw_line(colour, dash, weight)


def _make_badges(comparison: Comparison, order: Sequence[str]) -> dict[str, Badge]:
    """Number of each settlement concerned, coloured by its gravest difference."""
    kinds = {place.settlement_id: place.kind for place in comparison.places}
    return {key: Badge(str(at), *KIND_COLOURS[kinds[key]]) for at, key in enumerate(order, start=1)}


def _draw_badges(drawing: folium.Map, places: Sequence[MapPlace], badges: Mapping[str, Badge]) -> None:
    """Number beside each settlement concerned."""
    import folium

    group = folium.FeatureGroup(name="badges", control=False)
    for place in places:
        if place.place_id in badges:
            html = str(draw_badge_markup(badges[place.place_id]))
            icon = folium.DivIcon(html=html, icon_size=(0, 0), class_name="call")
            folium.Marker(place.spot, icon=icon, place=place.index, layer=-1, z_index_offset=1000).add_to(group)
    group.add_to(drawing)


def _list_legend(comparison: Comparison, places: Sequence[MapPlace], language: Language) -> tuple[tuple[str, str], ...]:
    """Numbers and symbols with what they mean."""
    kinds = {place.kind for place in comparison.places}
    found = {place.symbol for place in places}
    return (
        *(
            (str(draw_badge_markup(Badge("1", *KIND_COLOURS[kind]))), language.gettext(words))
            for kind, words in KINDS.items()
            if kind in kinds
        ),
        *((draw_symbol(symbol), language.gettext(WORDS[symbol.value])) for symbol in Symbol if symbol in found),
    )


def _make_cards(
    places: Sequence[MapPlace], order: Sequence[str], table: ReportTable, language: Language
) -> tuple[dict[str, object], ...]:
    """Card of each place: what changes there."""
    heads = [column.label for column in table.columns]
    told = {
        key: [f"{heading}: {cell}" for heading, cell in list(zip(heads, row, strict=True))[3:] if cell]
        for key, row in zip(order, list_texts(table, language), strict=True)
    }
    numbers = {place.place_id: place.index for place in places}
    cards = []
    for place in places:
        sub = place.settlement.hromada_name if place.settlement else ""
        cards.append((place.name, sub, told.get(place.place_id, [])))
    first = [numbers[key] for key in order if key in numbers]
    return make_cards(cards, [*first, *(p.index for p in places if p.settlement and p.index not in first)])
