"""The map of the roads that changes hit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.output.pages.layers import draw_polyline, draw_roads, make_map
from bibliobus.output.pages.report import Badge, Drawing, draw_badge_markup, make_cards
from bibliobus.output.values import list_texts
from bibliobus.view.style import COLOURS, DASHES, Symbol, draw_line, draw_symbol
from bibliobus.view.tables import PlaceName
from bibliobus.words.language import N_
from bibliobus.words.safe import escape_markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium

    from bibliobus.view.ground import BareGround, LatLon
    from bibliobus.view.tables import Report
    from bibliobus.words.language import Language

WEIGHT: Final = 7.0

Line = tuple["LatLon", ...]


def draw_changes(
    ground: BareGround, hit: Sequence[tuple[str, Sequence[Line]]], report: Report, language: Language
) -> Drawing:
    """
    Draw the roads that changes hit.

    Parameters
    ----------
    ground
        Settlements and roads of the area.
    hit
        What stands in the list of layers, and the lines of the roads, for each change.
    report
        Its one table has a row for each of them in the same order, whose first cell is its `PlaceName`.
    language
        Language of the reader.
    """
    drawing = make_map()
    draw_roads(ground.roads).add_to(drawing)
    names, spots, residents = zip(*ground.settlements, strict=True)
    _draw_changes(drawing, hit, len(spots))
    _draw_settlements(drawing, spots)
    _finish(drawing, spots)
    (table,) = report.tables
    ids = [value.place_id for value, *_ in table.rows if isinstance(value, PlaceName)]
    texts = list_texts(table, language)
    changes = [(label, "", tuple(filter(None, row[1:]))) for (label, _), row in zip(hit, texts, strict=True)]
    order = sorted(range(len(spots)), key=lambda at: -residents[at])
    return Drawing(
        drawing,
        caption=ground.attribution,
        legend=((draw_symbol(Symbol.SERVED), language.gettext(N_("Settlement"))),),
        cards=make_cards([*((name, "", ()) for name in names), *changes], order),
        numbers={key: len(spots) + at for at, key in enumerate(ids) if hit[at][1]},
        badges={key: _make_badge(at) for at, key in enumerate(ids)},
    )


def _make_badge(at: int) -> Badge:
    """Number of a change."""
    return Badge(str(at + 1), *COLOURS[at % len(COLOURS)])


def _draw_changes(drawing: folium.Map, hit: Sequence[tuple[str, Sequence[Line]]], first: int) -> None:
    """A layer for each change that hits a road: its lines and its number."""
    import folium

    for at, (label, lines) in enumerate(hit):
        if not lines:
            continue
        colour, dash = COLOURS[at % len(COLOURS)][0], DASHES[at % len(DASHES)]
        sample = draw_line(colour, dash, WEIGHT)
        text = escape_markup(label)
        group = folium.FeatureGroup(name=f'<span class="layer" data-layer="{at}">{sample}<bdi>{text}</bdi></span>')
        draw_polyline(
            [list(line) for line in lines], color=colour, weight=WEIGHT, dash_array=dash or None, className="way"
        ).add_to(group)
        longest = max(lines, key=len)
        icon = folium.DivIcon(html=str(draw_badge_markup(_make_badge(at))), icon_size=(0, 0), class_name="call")
        middle = longest[len(longest) // 2] if len(longest) > 2 else _middle(longest[0], longest[1])
        folium.Marker(middle, icon=icon, place=first + at, layer=at, z_index_offset=1000).add_to(group)
        group.add_to(drawing)


def _middle(one: LatLon, two: LatLon) -> LatLon:
    """Point between two others."""
    return ((one[0] + two[0]) / 2, (one[1] + two[1]) / 2)


def _draw_settlements(drawing: folium.Map, spots: Sequence[LatLon]) -> None:
    """A dot for each settlement."""
    import folium

    group = folium.FeatureGroup(name="places", control=False)
    for at, spot in enumerate(spots):
        icon = folium.DivIcon(
            html=draw_symbol(Symbol.SERVED), icon_size=(10, 10), icon_anchor=(5, 5), class_name="place served"
        )
        folium.Marker(spot, icon=icon, place=at).add_to(group)
    group.add_to(drawing)


def _finish(drawing: folium.Map, points: Sequence[LatLon]) -> None:
    """List of layers, and the part of the map that is shown."""
    import folium

    folium.LayerControl(collapsed=False).add_to(drawing)
    lats, lons = zip(*points, strict=True)
    drawing.fit_bounds([(min(lats), min(lons)), (max(lats), max(lons))], padding=(24, 24), max_zoom=14)
