"""Layers of the map: roads, places, and the tours of a bus on a weekday."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.calendar import week_of
from bibliobus.language import N_
from bibliobus.maps.escape import escape_markup
from bibliobus.maps.style import (
    ROAD_STYLES,
    SYMBOL_SIZES,
    WEEK_STYLES,
    Symbol,
    draw_line,
    draw_symbol,
    find_road_kind,
)
from bibliobus.maps.tours import draw_badge, mark_weeks

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium

    from bibliobus.language import Language
    from bibliobus.maps.places import MapPlace
    from bibliobus.maps.tours import Stay, TourLayer
    from bibliobus.network.geometry import LatLon, MapGeometry
    from bibliobus.plan.timetable import Tour

LAYER_NAME: Final = N_("{bus} · {weekday}")
LAYER_NAME_MARKED: Final = N_("{mark} · {bus} · {weekday}")
DECIMALS: Final = 5
"""Decimals of a degree: about one metre."""


def draw_roads(geometry: MapGeometry) -> folium.FeatureGroup:
    """
    Draw the roads under everything else.

    Parameters
    ----------
    geometry
        Where places lie and roads run.

    Returns
    -------
    folium.FeatureGroup
        One line object for each kind of road that occurs; not in the list of layers.
    """
    import folium

    group = folium.FeatureGroup(name="roads", control=False)
    for kind, style in ROAD_STYLES.items():
        lines = [_rounded(road.points) for road in geometry.roads if find_road_kind(road.road_class) == kind]
        if lines:
            draw_polyline(
                lines,
                color=style.colour,
                weight=style.weight,
                dash_array=style.dash or None,
                className=f"road road-{kind}",
            ).add_to(group)
    return group


def draw_places(places: Sequence[MapPlace], geometry: MapGeometry) -> folium.FeatureGroup:
    """
    Draw settlements, libraries and depots.

    Parameters
    ----------
    places
        What to draw.
    geometry
        Where places lie.

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
            class_name=f"place {place.symbol.value}",
        )
        folium.Marker(_rounded([geometry.positions[place.place_id]])[0], icon=icon, place=place.index).add_to(group)
    return group


def draw_tours(
    layer: TourLayer, places: Sequence[MapPlace], geometry: MapGeometry, weeks: int, language: Language
) -> folium.FeatureGroup:
    """
    Draw the tours of one bus on one weekday.

    Parameters
    ----------
    layer
        The tours.
    places
        Places of the map, for their numbers.
    geometry
        Where places lie and legs run.
    weeks
        Weeks of the cycle.
    language
        Language of the reader.

    Returns
    -------
    folium.FeatureGroup
        Lines for each different way, and a badge with order numbers for each stop.
    """
    import folium

    group = folium.FeatureGroup(name=draw_layer_name(layer, language))
    for points, held in _ways(layer, geometry):
        for weight, colour in _strokes(layer, held[0]):
            draw_polyline(
                points,
                color=colour,
                weight=weight,
                opacity=0.95,
                dash_array=layer.style.dash or None,
                line_cap="butt",
                className=f"way {mark_weeks(held)}",
            ).add_to(group)
    indices = {place.place_id: place.index for place in places}
    for settlement_id, stays in _by_settlement(layer.stays):
        held = tuple(sorted({stay.week for stay in stays}))
        icon = folium.DivIcon(
            html=draw_badge(layer, stays, weeks, language),
            icon_size=(0, 0),
            class_name=f"call {mark_weeks(held)}",
        )
        folium.Marker(
            _rounded([geometry.positions[settlement_id]])[0],
            icon=icon,
            place=indices[settlement_id],
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
        Bus and weekday, as plain text.
    """
    template = LAYER_NAME_MARKED if layer.mark else LAYER_NAME
    weekday = language.weekday(layer.weekday)
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
    return (
        f'<span class="layer" data-layer="{layer.index}" data-weekday="{layer.weekday}">'
        f"{draw_line(layer.style.colour, layer.style.dash, WEEK_STYLES[0])}"
        f"<bdi>{escape_markup(name_layer(layer, language))}</bdi></span>"
    )


def _ways(layer: TourLayer, geometry: MapGeometry) -> list[tuple[list[LatLon], tuple[int, ...]]]:
    """Different ways driven in a layer, each with the weeks it is driven in."""
    ways: dict[tuple[LatLon, ...], list[int]] = {}
    for tour in layer.tours:
        ways.setdefault(_way(tour, layer.bus.profile_id, geometry), []).append(week_of(tour.day))
    return [(list(way), tuple(weeks)) for way, weeks in ways.items()]


def _way(tour: Tour, profile_id: str, geometry: MapGeometry) -> tuple[LatLon, ...]:
    """Points of a whole tour, so that the dashes run on across stops."""
    points: list[LatLon] = []
    for leg in tour.legs:
        straight = (geometry.positions[leg.from_id], geometry.positions[leg.to_id])
        points += geometry.legs.get((profile_id, leg.from_id, leg.to_id), straight)
    return tuple(point for point, _ in groupby(_rounded(points)))


def _strokes(layer: TourLayer, week: int) -> list[tuple[float, str]]:
    """Width and colour of the strokes that make the line of a week."""
    style = WEEK_STYLES[(week - 1) % len(WEEK_STYLES)]
    line = (style.weight, layer.style.colour)
    return [line, (style.core, "#ffffff")] if style.core else [line]


def _by_settlement(stays: Sequence[Stay]) -> list[tuple[str, list[Stay]]]:
    """Calls of a layer by settlement, in the order of the tour."""
    found: dict[str, list[Stay]] = {}
    for stay in stays:
        found.setdefault(stay.settlement_id, []).append(stay)
    return list(found.items())


def _rounded(points: Sequence[LatLon]) -> list[LatLon]:
    """Points as precise as a map needs."""
    return [(round(lat, DECIMALS), round(lon, DECIMALS)) for lat, lon in points]
