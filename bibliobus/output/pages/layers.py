"""Layers of the map: roads, places, and the tours of a bus on a weekday; and the map of a whole plan."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from bibliobus.output.pages.shown import MapOptions, build_atlas, draw_badge, mark_weeks
from bibliobus.view.style import LINE_WEIGHT, ROAD_STYLES, SYMBOL_SIZES, Symbol, draw_line, draw_symbol, find_road_kind
from bibliobus.words.language import N_
from bibliobus.words.safe import escape_markup

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import folium

    from bibliobus.output.pages.shown import Atlas, Held, MapPlace, TourLayer
    from bibliobus.view.days import BusDay
    from bibliobus.view.ground import LatLon, RoadLine
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

LAYER_NAME: Final = N_("{bus} · {weekday}")
LAYER_NAME_MARKED: Final = N_("{mark} · {bus} · {weekday}")
DECIMALS: Final = 5
"""Decimals of a degree: about one metre."""


def draw_roads(lines: Iterable[RoadLine]) -> folium.FeatureGroup:
    """Draw the roads under everything else."""
    import folium

    group = folium.FeatureGroup(name="roads", control=False)
    roads = tuple(lines)
    for kind, style in ROAD_STYLES.items():
        of_kind = [_rounded(road.points) for road in roads if find_road_kind(road.road_class) == kind]
        if of_kind:
            draw_polyline(
                of_kind,
                color=style.colour,
                weight=style.weight,
                dash_array=style.dash or None,
                className=f"road road-{kind}",
            ).add_to(group)
    return group


def draw_places(places: Iterable[MapPlace], far: Collection[int] = ()) -> folium.FeatureGroup:
    """Draw settlements, libraries and depots."""
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
        folium.Marker(_rounded([place.spot])[0], icon=icon, place=place.index).add_to(group)
    return group


def draw_tours(layer: TourLayer, atlas: Atlas) -> folium.FeatureGroup:
    """Draw the tours of one bus on one weekday."""
    import folium

    group = folium.FeatureGroup(name=draw_layer_name(layer, atlas.language))
    near = {place.place_id: place for place in atlas.places if not atlas.is_far(place)}
    for points, tours in find_ways(layer):
        held = [tour.week for tour in tours]
        far = not any(call.place_id in near for tour in tours for call in tour.calls)
        draw_polyline(
            points,
            color=layer.style.colour,
            weight=LINE_WEIGHT,
            opacity=0.25 if far else 0.95,
            dash_array=layer.style.dash or None,
            line_cap="butt",
            className=f"way {mark_weeks(held)}",
        ).add_to(group)
    for settlement_id, calls in _by_settlement(layer.calls):
        if settlement_id not in near:
            continue
        held = sorted({week for week, _, _ in calls})
        icon = folium.DivIcon(
            html=draw_badge(layer, calls, atlas.language),
            icon_size=(0, 0),
            class_name=f"call {mark_weeks(held)}",
        )
        folium.Marker(
            _rounded([near[settlement_id].spot])[0],
            icon=icon,
            place=near[settlement_id].index,
            layer=layer.index,
            z_index_offset=1000,
        ).add_to(group)
    return group


def draw_polyline(points: Sequence[object], **options: object) -> Any:
    """Draw a line with folium, whose constructor has no types."""
    import folium

    make: Any = folium.PolyLine
    return make(points, **options)


def name_layer(layer: TourLayer, language: Language) -> str:
    """Weekday of a layer, and its bus where there are several."""
    weekday = language.weekday(layer.weekday)
    if not layer.bus.name:
        return weekday
    template = LAYER_NAME_MARKED if layer.mark else LAYER_NAME
    return language.gettext(template).format(mark=layer.mark, bus=layer.bus.name, weekday=weekday)


def draw_layer_name(layer: TourLayer, language: Language) -> str:
    """Draw the entry of a layer in the list of layers."""
    style = layer.style
    chip = f'<span class="chip" style="background:{style.colour}"></span>'
    sample = draw_line(style.colour, style.dash, LINE_WEIGHT) if layer.ordered else chip
    return (
        f'<span class="layer" data-layer="{layer.index}" data-weekday="{layer.weekday}"'
        f' data-bus="{escape_markup(layer.bus.bus_id)}">{sample}'
        f"<bdi>{escape_markup(name_layer(layer, language))}</bdi></span>"
    )


def find_ways(layer: TourLayer) -> list[tuple[list[LatLon], list[BusDay]]]:
    """Find the different ways that are driven in a layer."""
    ways: dict[tuple[LatLon, ...], list[BusDay]] = {}
    for tour in layer.tours:
        ways.setdefault(_way(tour), []).append(tour)
    return [(list(way), tours) for way, tours in ways.items() if way]


def _way(tour: BusDay) -> tuple[LatLon, ...]:
    """Points of a whole tour, so that the dashes run on across stops."""
    points = [point for drive in tour.drives for point in drive.line]
    return tuple(point for point, _ in groupby(_rounded(points)))


def _by_settlement(calls: Iterable[Held]) -> list[tuple[str, list[Held]]]:
    """Calls of a layer by settlement, in the order of the tour."""
    found: dict[str, list[Held]] = {}
    for call in calls:
        found.setdefault(call[2].place_id, []).append(call)
    return list(found.items())


def _rounded(points: Sequence[LatLon]) -> list[LatLon]:
    """Points as precise as a map needs."""
    return [(round(lat, DECIMALS), round(lon, DECIMALS)) for lat, lon in points]


TILES: Final = "https://tile.openstreetmap.org"
"""Where background pictures come from, if they are wanted."""
TILE_CREDIT: Final = "© OpenStreetMap contributors"


def draw_overview(view: PlanView, options: MapOptions | None = None) -> folium.Map:
    """Draw a whole plan: roads, places, and a layer for each bus and weekday."""
    import folium

    atlas = build_atlas(view, options or MapOptions())
    drawing = make_map()
    if atlas.options.tiles:
        folium.TileLayer(f"{TILES}/{{z}}/{{x}}/{{y}}.png", attr=TILE_CREDIT, control=False, max_zoom=17).add_to(drawing)
    else:
        draw_roads(view.roads).add_to(drawing)
    draw_places(atlas.places, [p.index for p in atlas.places if atlas.is_far(p)]).add_to(drawing)
    for layer in atlas.layers:
        draw_tours(layer, atlas).add_to(drawing)
    folium.LayerControl(collapsed=False).add_to(drawing)
    ends = [place.spot for place in atlas.places if not atlas.is_far(place)]
    lats, lons = zip(*(ends or [(0.0, 0.0)]), strict=True)
    drawing.fit_bounds([(min(lats), min(lons)), (max(lats), max(lons))], padding=(24, 24), max_zoom=14)
    return drawing


def make_map() -> folium.Map:
    """Make an empty map without tiles and without links to scripts or styles."""
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
