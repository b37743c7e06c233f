"""
Layers of the map: roads, places, and the tours of a bus on a weekday; and the map of a whole plan.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import week_of
from bibliobus.output.pages.shown import draw_badge, mark_weeks
from bibliobus.output.pages.view import View, build_atlas, keep_ground
from bibliobus.view.style import (
    ESTIMATED_CLASS,
    LINE_WEIGHT,
    ROAD_STYLES,
    SYMBOL_SIZES,
    Symbol,
    draw_line,
    draw_symbol,
    find_road_kind,
)
from bibliobus.words.language import N_
from bibliobus.words.safe import escape_markup

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import folium

    from bibliobus.inputs.area import Dataset
    from bibliobus.network.geometry import LatLon, MapGeometry
    from bibliobus.output.pages.shown import MapPlace, Stay, TourLayer
    from bibliobus.output.pages.view import Atlas
    from bibliobus.plan.plan import Plan, Tour
    from bibliobus.words.language import Language

LAYER_NAME: Final = N_("{bus} · {weekday}")
LAYER_NAME_MARKED: Final = N_("{mark} · {bus} · {weekday}")
DECIMALS: Final = 5
"""Decimals of a degree: about one metre."""


def draw_roads(geometry: MapGeometry, audience: Audience = Audience.PLANNER) -> folium.FeatureGroup:
    """
    Draw the roads under everything else.

    Parameters
    ----------
    geometry
        Where places lie and roads run.
    audience
        For whom the map is; the public sees no estimated connections, which are none of its roads.

    Returns
    -------
    folium.FeatureGroup
        One line object for each kind of road that occurs; not in the list of layers.
    """
    import folium

    group = folium.FeatureGroup(name="roads", control=False)
    roads = [r for r in geometry.roads if audience is not Audience.PUBLIC or r.road_class != ESTIMATED_CLASS]
    for kind, style in ROAD_STYLES.items():
        lines = [_rounded(road.points) for road in roads if find_road_kind(road.road_class) == kind]
        if lines:
            draw_polyline(
                lines,
                color=style.colour,
                weight=style.weight,
                dash_array=style.dash or None,
                className=f"road road-{kind}",
            ).add_to(group)
    return group


def draw_places(places: Sequence[MapPlace], geometry: MapGeometry, far: Collection[int] = ()) -> folium.FeatureGroup:
    """
    Draw settlements, libraries and depots.

    Parameters
    ----------
    places
        What to draw.
    geometry
        Where places lie.
    far
        Numbers of the places that stay in the background.

    Returns
    -------
    folium.FeatureGroup
        One marker a place, bound to its card by the option ``place``; not in the list of layers.
    """
    import folium

    group = folium.FeatureGroup(name="places", control=False)
    for place in places:
        size = SYMBOL_SIZES[place.symbol]
        pin = place.symbol is Symbol.DEPOT
        icon = folium.DivIcon(
            html=draw_symbol(place.symbol),
            icon_size=(size, size),
            icon_anchor=(size // 2, size if pin else size // 2),
            class_name=f"place {place.symbol.value}{' far' if place.index in far else ''}",
        )
        folium.Marker(_rounded([geometry.positions[place.place_id]])[0], icon=icon, place=place.index).add_to(group)
    return group


def draw_tours(layer: TourLayer, atlas: Atlas, geometry: MapGeometry) -> folium.FeatureGroup:
    """
    Draw the tours of one bus on one weekday.

    Parameters
    ----------
    layer
        The tours.
    atlas
        The map they belong to.
    geometry
        Where places lie and legs run.

    Returns
    -------
    folium.FeatureGroup
        Lines for each different way, and a badge for each stop; what does not touch the hromada in front is pale
        and has no badges.
    """
    import folium

    group = folium.FeatureGroup(name=draw_layer_name(layer, atlas.language))
    near = {place.place_id: place.index for place in atlas.places if not atlas.is_far(place)}
    for points, tours in find_ways(layer, geometry):
        held = [week_of(tour.day) for tour in tours]
        far = not any(call.settlement_id in near for tour in tours for call in tour.calls)
        draw_polyline(
            points,
            color=layer.style.colour,
            weight=LINE_WEIGHT,
            opacity=0.25 if far else 0.95,
            dash_array=layer.style.dash or None,
            line_cap="butt",
            className=f"way {mark_weeks(held)}",
        ).add_to(group)
    for settlement_id, stays in _by_settlement(layer.stays):
        if settlement_id not in near:
            continue
        held = sorted({stay.week for stay in stays})
        icon = folium.DivIcon(
            html=draw_badge(layer, stays, atlas.language),
            icon_size=(0, 0),
            class_name=f"call {mark_weeks(held)}",
        )
        folium.Marker(
            _rounded([geometry.positions[settlement_id]])[0],
            icon=icon,
            place=near[settlement_id],
            layer=layer.index,
            z_index_offset=1000,
        ).add_to(group)
    return group


def draw_polyline(points: Sequence[object], **options: object) -> Any:
    """
    Draw a line with folium, whose constructor has no types.

    Parameters
    ----------
    points
        Points as (lat, lon), or several lists of them.
    **options
        Options of the line.

    Returns
    -------
    folium.PolyLine
        The line.
    """
    import folium

    make: Any = folium.PolyLine
    return make(points, **options)


def name_layer(layer: TourLayer, language: Language) -> str:
    """
    Name a layer.

    Parameters
    ----------
    layer
        Tours of a bus on a weekday.
    language
        Language of the reader.

    Returns
    -------
    str
        Bus and weekday, as plain text; the weekday alone where buses have no names.
    """
    weekday = language.weekday(layer.weekday)
    if not layer.bus.name:
        return weekday
    template = LAYER_NAME_MARKED if layer.mark else LAYER_NAME
    return language.gettext(template).format(mark=layer.mark, bus=layer.bus.name, weekday=weekday)


def draw_layer_name(layer: TourLayer, language: Language) -> str:
    """
    Draw the entry of a layer in the list of layers.

    Parameters
    ----------
    layer
        Tours of a bus on a weekday.
    language
        Language of the reader.

    Returns
    -------
    str
        Markup: a sample of the line and the escaped name.
    """
    style = layer.style
    chip = f'<span class="chip" style="background:{style.colour}"></span>'
    sample = draw_line(style.colour, style.dash, LINE_WEIGHT) if layer.ordered else chip
    return (
        f'<span class="layer" data-layer="{layer.index}" data-weekday="{layer.weekday}"'
        f' data-bus="{escape_markup(layer.bus.bus_id)}">{sample}'
        f"<bdi>{escape_markup(name_layer(layer, language))}</bdi></span>"
    )


def find_ways(layer: TourLayer, geometry: MapGeometry) -> list[tuple[list[LatLon], list[Tour]]]:
    """
    Find the different ways that are driven in a layer.

    Parameters
    ----------
    layer
        Tours of a bus on a weekday.
    geometry
        Where places lie and legs run.

    Returns
    -------
    list of tuple
        Points of each way, and the tours that take it; none for tours without drives.
    """
    ways: dict[tuple[LatLon, ...], list[Tour]] = {}
    for tour in layer.tours:
        ways.setdefault(_way(tour, layer.bus.profile_id, geometry), []).append(tour)
    return [(list(way), tours) for way, tours in ways.items() if way]


def _way(tour: Tour, profile_id: str, geometry: MapGeometry) -> tuple[LatLon, ...]:
    """Points of a whole tour, so that the dashes run on across stops."""
    points: list[LatLon] = []
    for leg in tour.legs:
        straight = (geometry.positions[leg.from_id], geometry.positions[leg.to_id])
        points += geometry.legs.get((profile_id, leg.from_id, leg.to_id), straight)
    return tuple(point for point, _ in groupby(_rounded(points)))


def _by_settlement(stays: Sequence[Stay]) -> list[tuple[str, list[Stay]]]:
    """Calls of a layer by settlement, in the order of the tour."""
    found: dict[str, list[Stay]] = {}
    for stay in stays:
        found.setdefault(stay.settlement_id, []).append(stay)
    return list(found.items())


def _rounded(points: Sequence[LatLon]) -> list[LatLon]:
    """Points as precise as a map needs."""
    return [(round(lat, DECIMALS), round(lon, DECIMALS)) for lat, lon in points]


TILES: Final = "https://tile.openstreetmap.org"
"""Where background pictures come from, if they are wanted."""
TILE_CREDIT: Final = "© OpenStreetMap contributors"


def draw_overview(
    plan: Plan, dataset: Dataset, geometry: MapGeometry, language: Language, view: View | None = None
) -> folium.Map:
    """
    Draw a whole plan: roads, places, and a layer for each bus and weekday.

    Parameters
    ----------
    plan
        The plan; every settlement of the dataset has an account.
    dataset
        Checked inputs it was made from.
    geometry
        Where places lie and legs run; every place has a position.
    language
        Language of the reader.
    view
        For whom it is and what is in front; None for the planner.

    Returns
    -------
    folium.Map
        Without links to scripts or styles, and without tiles unless the view wants them;
        `bibliobus.output.pages.map.render_page` makes a page of it.
    """
    import folium

    view = view or View()
    atlas = build_atlas(plan, dataset, language, view)
    geometry = keep_ground(geometry, atlas, dataset)
    drawing = make_map()
    if view.tiles:
        folium.TileLayer(f"{TILES}/{{z}}/{{x}}/{{y}}.png", attr=TILE_CREDIT, control=False, max_zoom=17).add_to(drawing)
    else:
        draw_roads(geometry, view.audience).add_to(drawing)
    draw_places(atlas.places, geometry, [p.index for p in atlas.places if atlas.is_far(p)]).add_to(drawing)
    for layer in atlas.layers:
        draw_tours(layer, atlas, geometry).add_to(drawing)
    folium.LayerControl(collapsed=False).add_to(drawing)
    ends = [geometry.positions[place.place_id] for place in atlas.places if not atlas.is_far(place)]
    lats, lons = zip(*(ends or [(0.0, 0.0)]), strict=True)
    drawing.fit_bounds([(min(lats), min(lons)), (max(lats), max(lons))], padding=(24, 24), max_zoom=14)
    return drawing


def make_map() -> folium.Map:
    """
    Make an empty map without tiles and without links to scripts or styles.

    Returns
    -------
    folium.Map
        The map.
    """
    import folium

    # Lists of its own: folium changes the lists of the class, which all maps of a process share.
    made: folium.Map = type("OfflineMap", (folium.Map,), {"default_js": [], "default_css": []})(
        location=(0, 0),
        tiles=None,
        control_scale=True,
        attribution_control=False,
        zoom_snap=0,
        wheel_px_per_zoom_level=120,
        scroll_wheel_zoom=False,
    )
    return made
