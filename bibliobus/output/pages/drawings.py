"""Maps that stand beside the reports: road changes, comparison, coverage."""

from __future__ import annotations

import math
from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, Final

from bibliobus.output.pages.beside import draw_beside
from bibliobus.output.pages.layers import DECIMALS, draw_places, draw_polyline, draw_roads, make_map
from bibliobus.output.pages.page import WORDS
from bibliobus.output.pages.report import Badge, Drawing, draw_badge_markup, make_cards
from bibliobus.output.pages.shown import list_map_places
from bibliobus.output.values import list_texts
from bibliobus.view.reports.comparison_tables import KINDS
from bibliobus.view.reports.coverage import REACHED_BY, ReachedBy
from bibliobus.view.style import ALARM, COLOURS, DASHES, NAVY, Symbol, draw_line, draw_symbol
from bibliobus.view.tables import PlaceName
from bibliobus.words.language import N_
from bibliobus.words.safe import escape_markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import folium

    from bibliobus.output.pages.shown import MapPlace
    from bibliobus.view.area import BareGround
    from bibliobus.view.ground import LatLon
    from bibliobus.view.reports.comparison import Mark
    from bibliobus.view.reports.coverage import Disc
    from bibliobus.view.tables import Report, ReportTable
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

WEIGHT: Final = 7.0

Line = tuple["LatLon", ...]


def draw_changes(
    ground: BareGround, hit: Sequence[tuple[str, Sequence[Line]]], report: Report, language: Language
) -> Drawing:
    """
    Draw the roads that changes hit.

    ``report``: Its one table has a row for each of them in the same order, whose first cell is its `PlaceName`.
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
        icon = folium.DivIcon(html=str(draw_badge_markup(_make_badge(at))), icon_size=(0, 0), class_name="call")
        spot = _find_middle(lines)
        folium.Marker(spot, icon=icon, place=first + at, layer=at, z_index_offset=1000).add_to(group)
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

KIND_COLOURS: Final[Mapping[str, tuple[str, str]]] = {
    "lost": (ALARM, "#ffffff"),
    "day": ("#D55E00", "#000000"),
    "bus": ("#0072B2", "#ffffff"),
    "time": ("#E69F00", "#000000"),
    "order": ("#56B4E9", "#000000"),
    "slight": ("#d5dae0", "#000000"),
    "new": ("#009E73", "#000000"),
}
"""Colour and ink of the number of a settlement, by its gravest difference."""


def draw_comparison(
    sides: tuple[PlanView, PlanView],
    marks: Sequence[Mark],
    roads: Mapping[str, Sequence[Line]],
    report: Report,
    holds: tuple[date | None, date | None] = (None, None),
) -> Drawing:
    """
    Draw what changes between the old and the new plan, on one map and on two beside each other.

    ``marks``: The settlements in the order of the table of the report whose name is ``places``.
    ``roads``: Lines of each road change, by the place id it has in the table of the report whose name is ``causes``.
    ``holds``: First and last date of the new plan, as far as they are known.
    """
    new = sides[1]
    places, language = list_map_places(new), new.language
    lines = [line for some in roads.values() for line in some]
    drawing = make_map()
    draw_roads(new.roads).add_to(drawing)
    _draw_lines(drawing, _sort_lines(sides) | {"roads": lines}, language)
    draw_places(places).add_to(drawing)
    badges = {mark.settlement_id: _make_kind_badge(str(at), mark.kind) for at, mark in enumerate(marks, start=1)}
    letters = {key: _make_letter(at) for at, key in enumerate(key for key in roads if roads[key])}
    _draw_badges(drawing, places, badges)
    _draw_letters(drawing, {key: roads[key] for key in letters}, letters, len(places))
    finish_map(drawing, places)
    tables = {table.name: table for table in report.tables}
    return Drawing(
        drawing,
        caption=new.attribution,
        legend=_list_legend(marks, places, language),
        cards=(
            *_make_cards(places, [mark.settlement_id for mark in marks], tables["places"], language),
            *_make_change_cards(tables.get("causes"), letters, language),
        ),
        numbers={place.place_id: place.index for place in places}
        | {key: len(places) + at for at, key in enumerate(letters)},
        badges=badges | letters,
        beside=draw_beside(sides, lines, badges, holds),
    )


def _make_letter(at: int) -> Badge:
    """Letter of a road change, in the colour of roads that have changed; a number from the 27th on."""
    return Badge(ascii_uppercase[at] if at < len(ascii_uppercase) else str(at + 1), STROKES["roads"][0], "#000000")


def _draw_letters(
    drawing: folium.Map, roads: Mapping[str, Sequence[Line]], letters: Mapping[str, Badge], first: int
) -> None:
    """Letter on each road that has changed."""
    import folium

    group = folium.FeatureGroup(name="changes", control=False)
    for at, (key, lines) in enumerate(roads.items()):
        icon = folium.DivIcon(html=str(draw_badge_markup(letters[key])), icon_size=(0, 0), class_name="call")
        folium.Marker(_find_middle(lines), icon=icon, place=first + at, layer=-1, z_index_offset=900).add_to(group)
    group.add_to(drawing)


def _find_middle(lines: Sequence[Line]) -> LatLon:
    """Point in the middle of the longest line."""
    longest = max(lines, key=len)
    return longest[len(longest) // 2] if len(longest) > 2 else _middle(longest[0], longest[1])


def _make_change_cards(
    table: ReportTable | None, letters: Mapping[str, Badge], language: Language
) -> tuple[dict[str, object], ...]:
    """Card of each road change that has a letter: what, where, when and why, in the words of the planner."""
    if table is None:
        return ()
    rows = zip(table.rows, list_texts(table, language), strict=True)
    told = {value.place_id: cells for (value, *_), cells in rows if isinstance(value, PlaceName)}
    return make_cards([(told[key][0], "", tuple(filter(None, told[key][1:6]))) for key in letters], [])


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


def _make_kind_badge(text: str, kind: str) -> Badge:
    """Badge in the colour of a difference."""
    return Badge(text, *KIND_COLOURS[kind])


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


def _list_legend(marks: Sequence[Mark], places: Sequence[MapPlace], language: Language) -> tuple[tuple[str, str], ...]:
    """Numbers and symbols with what they mean."""
    kinds = {mark.kind for mark in marks}
    found = {place.symbol for place in places}
    return (
        *(
            (str(draw_badge_markup(_make_kind_badge("1", kind))), language.gettext(words))
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


SMALLEST, LARGEST = 5.0, 34.0
"""Radius of the smallest and the largest disc in pixels."""


@dataclass(frozen=True)
class DiscStyle:
    """How the disc of a settlement looks."""

    colour: str
    dash: str


DISC_STYLES: Final[Mapping[ReachedBy, DiscStyle]] = {
    ReachedBy.LIBRARY: DiscStyle("#56B4E9", ""),
    ReachedBy.BUS: DiscStyle("#009E73", "8 4"),
    ReachedBy.NEITHER: DiscStyle("#D55E00", "2 4"),
}
"""Discs by what reaches the settlement."""


def draw_coverage(view: PlanView, discs: Sequence[Disc]) -> Drawing:
    """Draw who is reached, from the discs of all settlements."""
    places, language = list_map_places(view), view.language
    drawing = make_map()
    draw_roads(view.roads).add_to(drawing)
    _draw_discs(drawing, discs, places, language)
    draw_places(places).add_to(drawing)
    finish_map(drawing, places)
    return Drawing(
        drawing,
        caption=view.attribution,
        legend=_list_legend_coverage(places, language),
        cards=_make_cards_coverage(places, {disc.settlement_id: disc for disc in discs}),
        numbers={place.place_id: place.index for place in places},
    )


def _draw_discs(drawing: folium.Map, discs: Sequence[Disc], places: Sequence[MapPlace], language: Language) -> None:
    """A layer of discs for each way of being reached, the largest below."""
    import folium

    spots = {place.place_id: place.spot for place in places}
    most = max((disc.residents for disc in discs), default=0)
    for at, (reached, style) in enumerate(DISC_STYLES.items()):
        words = language.gettext(REACHED_BY[reached])
        name = f'<span class="layer" data-layer="{at}">{_draw_disc(style)}<bdi>{words}</bdi></span>'
        group = folium.FeatureGroup(name=name)
        for disc in sorted((disc for disc in discs if disc.reached is reached), key=lambda disc: -disc.residents):
            make: Any = folium.CircleMarker
            make(
                spots[disc.settlement_id],
                radius=round(_find_radius(disc.residents, most), 1),
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


def _list_legend_coverage(places: Sequence[MapPlace], language: Language) -> tuple[tuple[str, str], ...]:
    """Discs and symbols with what they mean."""
    found = {place.symbol for place in places}
    return (
        *((_draw_disc(style), language.gettext(REACHED_BY[reached])) for reached, style in DISC_STYLES.items()),
        *((draw_symbol(symbol), language.gettext(WORDS[symbol.value])) for symbol in Symbol if symbol in found),
    )


def _make_cards_coverage(places: Sequence[MapPlace], discs: Mapping[str, Disc]) -> tuple[dict[str, Any], ...]:
    """Card of each place: people and ways."""
    told = []
    for place in places:
        disc = discs.get(place.place_id)
        hromada = place.settlement.hromada_name if place.settlement else ""
        told.append((place.name, hromada, disc.lines if disc else ()))
    ranked = sorted(
        (place.index for place in places if place.place_id in discs),
        key=lambda at: -discs[places[at].place_id].residents,
    )
    return make_cards(told, ranked)
