"""The map of a whole plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.maps.layers import draw_places, draw_roads, draw_tours
from bibliobus.maps.places import list_places
from bibliobus.maps.tours import find_layers

if TYPE_CHECKING:
    import folium

    from bibliobus.inputs.dataset import Dataset
    from bibliobus.language import Language
    from bibliobus.network.geometry import MapGeometry
    from bibliobus.plan.timetable import Plan


def draw_overview(plan: Plan, dataset: Dataset, geometry: MapGeometry, language: Language) -> folium.Map:
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

    Returns
    -------
    folium.Map
        Without tiles and without links to scripts or styles; `bibliobus.maps.page.render_page`
        makes a page of it.
    """
    import folium

    drawing = make_map()
    places = list_places(plan, dataset)
    draw_roads(geometry).add_to(drawing)
    draw_places(places, geometry).add_to(drawing)
    for layer in find_layers(plan, dataset):
        draw_tours(layer, places, geometry, plan.cycle.weeks, language).add_to(drawing)
    folium.LayerControl(collapsed=False).add_to(drawing)
    lats, lons = zip(*(geometry.positions[place.place_id] for place in places), strict=True)
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
