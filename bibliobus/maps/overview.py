"""The map of a whole plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.maps.layers import draw_places, draw_roads, draw_tours
from bibliobus.maps.view import View, build_atlas, keep_ground

if TYPE_CHECKING:
    import folium

    from bibliobus.inputs.dataset import Dataset
    from bibliobus.language import Language
    from bibliobus.network.geometry import MapGeometry
    from bibliobus.plan.timetable import Plan


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
        `bibliobus.maps.map_page.render_page` makes a page of it.
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
