"""GeoJSON, GeoPackage, GPX, tags of OpenStreetMap and plain text, read back by other programs."""

from __future__ import annotations

import io
import json
import sqlite3
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import geopandas
import gpxpy
import pyogrio
import pytest
from hostile_world import NAMES, build_hostile, list_names
from made import Made
from plans import tiny_dataset, tiny_geometry, tiny_plan

from bibliobus.domain.roads import RoadFile
from bibliobus.output.exchange.geojson import render_geojson
from bibliobus.output.exchange.geopackage import APPLICATION_ID, LAST_CHANGE, render_geopackage
from bibliobus.output.exchange.texts import render_osm_tags, render_text
from bibliobus.output.exchange.tracks import render_gpx
from bibliobus.plan.plan import Call
from bibliobus.words.safe import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bibliobus.view.view import PlanView

RENDERERS = (render_geojson, render_geopackage, render_gpx, render_osm_tags, render_text)


@pytest.fixture(scope="module")
def material() -> Made:
    """The tiny plan in English."""
    return Made(tiny_plan(), tiny_dataset(), tiny_geometry())


@pytest.fixture(scope="module")
def hostile() -> Made:
    """A plan whose every text is hostile."""
    return build_hostile()


def _visits(material: Made) -> int:
    """Visits of the plan."""
    return sum(len(tour.calls) for tour in material.plan.tours)


def _read_layer(file: Path, layer: str) -> Any:
    """Layer as GDAL reads it."""
    return geopandas.read_file(file, layer=layer)


@pytest.mark.parametrize("render", RENDERERS)
def test_the_same_plan_gives_the_same_bytes(material: Made, render: Callable[[PlanView], bytes]) -> None:
    again = Made(tiny_plan(), tiny_dataset(), tiny_geometry())

    assert render(material.view()) == render(again.view())


def test_there_are_thirty_hostile_names() -> None:
    assert len(set(list_names())) == len(NAMES) == 30
    assert [name for name in list_names() if clean_text(name) != name] == []


def test_geojson_holds_stops_with_visits_and_everything_else_by_kind(material: Made) -> None:
    document = json.loads(render_geojson(material.view()))

    kinds = Counter(feature["properties"]["kind"] for feature in document["features"])
    assert kinds == {"stop": 4, "settlement": 4, "library": 1, "depot": 1, "leg": 8}
    assert document["title"] == "Mistechko hromada: timetable of the mobile library"
    assert document["attribution"] == "GeoNames, CC BY 4.0"
    andriivka = document["features"][0]
    assert andriivka["geometry"] == {"type": "Point", "coordinates": [37.6, 48.74]}
    assert andriivka["properties"]["visits"][0] == {
        "week": 1,
        "weekday": 1,
        "first_date": "2026-03-02",
        "arrival": "09:20",
        "departure": "10:20",
        "bus": "Бібліобус 1",
    }


def test_a_leg_follows_its_road_and_is_straight_where_none_is_known(material: Made) -> None:
    features = json.loads(render_geojson(material.view()))["features"]

    legs = [feature["geometry"]["coordinates"] for feature in features if feature["properties"]["kind"] == "leg"]
    assert legs[0] == [[37.5, 48.7], [37.57, 48.72], [37.6, 48.74]]
    assert legs[1] == [[37.6, 48.74], [37.56, 48.8]]


def test_geojson_for_everybody_holds_stops_only(material: Made) -> None:
    content = render_geojson(material.view(), stops_only=True)

    kinds = {feature["properties"]["kind"] for feature in json.loads(content)["features"]}
    assert kinds == {"stop"}
    assert "Гараж".encode() not in content


def test_gdal_reads_geojson(hostile: Made) -> None:
    frame: Any = geopandas.read_file(io.BytesIO(render_geojson(hostile.view())))

    stops = frame[frame["kind"] == "stop"]
    assert sorted(stops["name"]) == sorted(list_names())
    assert set(frame.geometry.geom_type) == {"Point", "LineString"}


def test_gdal_reads_every_layer_of_the_geopackage(material: Made, tmp_path: Path) -> None:
    file = tmp_path / "plan.gpkg"
    file.write_bytes(render_geopackage(material.view()))

    layers = {str(name): kind for name, kind in pyogrio.list_layers(file)}
    assert layers == {
        "legs": "LineString",
        "without_bus": "Point",
        "libraries": "Point",
        "depots": "Point",
        "stops": "Point",
        "visits": None,
        "layer_styles": None,
    }
    stops = _read_layer(file, "stops")
    assert stops.crs == "EPSG:4326"
    assert list(stops["name"]) == ["Andriivka", "Ivanivka", "Yelyzavetivka", "Zoloti Prudy"]
    assert (stops.geometry[0].x, stops.geometry[0].y) == (37.6, 48.74)
    assert stops["times"][0] == "Monday 09:20-10:20, week 1; Monday 10:05-11:05, week 2"
    assert len(_read_layer(file, "legs")) == 8
    assert len(pyogrio.read_dataframe(file, layer="visits")) == _visits(material)


def test_the_geopackage_is_one_by_its_marks_and_has_fixed_dates(material: Made, tmp_path: Path) -> None:
    file = tmp_path / "plan.gpkg"
    file.write_bytes(render_geopackage(material.view()))

    with sqlite3.connect(file) as base:
        (mark,) = base.execute("PRAGMA application_id").fetchone()
        dates = set(base.execute("SELECT last_change FROM gpkg_contents").fetchall())
        dates |= set(base.execute("SELECT update_time FROM layer_styles").fetchall())
        damage = base.execute("PRAGMA integrity_check").fetchall() + base.execute("PRAGMA foreign_key_check").fetchall()
    base.close()
    assert mark == APPLICATION_ID
    assert dates == {(LAST_CHANGE,)}
    assert damage == [("ok",)]


def test_every_layer_with_a_geometry_opens_in_a_style_that_is_sound_xml(material: Made, tmp_path: Path) -> None:
    file = tmp_path / "plan.gpkg"
    file.write_bytes(render_geopackage(material.view()))

    styles = pyogrio.read_dataframe(file, layer="layer_styles")
    assert sorted(styles["f_table_name"]) == ["depots", "legs", "libraries", "stops", "without_bus"]
    assert set(styles["useAsDefault"]) == {True}
    roots = [ElementTree.fromstring(text) for text in styles["styleQML"]]
    assert {root.tag for root in roots} == {"qgis"}
    symbols = [{symbol.get("name") for symbol in root.iter("symbol")} for root in roots]
    assert all(symbols)
    for root, names in zip(roots, symbols, strict=True):
        assert {category.get("symbol") for category in root.iter("category")} <= names


def test_hostile_names_pass_through_the_geopackage(hostile: Made, tmp_path: Path) -> None:
    file = tmp_path / "plan.gpkg"
    file.write_bytes(render_geopackage(hostile.view()))

    assert sorted(_read_layer(file, "stops")["name"]) == sorted(list_names())


def test_gpx_has_a_route_and_a_track_for_each_tour(material: Made) -> None:
    gpx = gpxpy.parse(render_gpx(material.view()).decode())

    titles = ["Бібліобус 1, Monday, week 1", "Бібліобус 2, Wednesday, week 1", "Бібліобус 1, Monday, week 2"]
    assert [route.name for route in gpx.routes] == [track.name for track in gpx.tracks] == titles
    first = gpx.routes[0]
    assert [(point.name, point.description) for point in first.points] == [
        ("Гараж бібліотеки", "leave 09:00"),
        ("Andriivka", "09:20-10:20"),
        ("Yelyzavetivka", "10:35-11:05"),
        ("Yelyzavetivka", "meal break 11:30-12:15"),
        ("Гараж бібліотеки", "back 12:35"),
    ]
    assert [len(segment.points) for segment in gpx.tracks[0].segments] == [3, 2, 2]
    assert [point.name for point in gpx.waypoints] == ["Andriivka", "Ivanivka", "Yelyzavetivka", "Zoloti Prudy"]
    assert "This is only an example." in (gpx.description or "")


def test_gpx_of_one_tour_holds_its_stops_only(material: Made) -> None:
    view = material.view()

    gpx = gpxpy.parse(render_gpx(view, [view.days[1]]).decode())

    assert (len(gpx.routes), len(gpx.tracks)) == (1, 1)
    assert [point.name for point in gpx.waypoints] == ["Zoloti Prudy"]


def test_hostile_names_pass_through_gpx(hostile: Made) -> None:
    content = render_gpx(hostile.view())

    names = {point.name for point in gpxpy.parse(content.decode()).waypoints}
    root = ElementTree.fromstring(content)
    space = "{http://www.topografix.com/GPX/1/1}"
    assert names == set(list_names())
    assert {point.findtext(f"{space}name") for point in root.iter(f"{space}wpt")} == set(list_names())


def test_tags_name_the_stop_and_its_hours(material: Made) -> None:
    paragraphs = render_osm_tags(material.view()).decode().split("\n\n")

    assert len(paragraphs) == 1 + 4
    assert paragraphs[2].splitlines() == [
        "# Ivanivka [s4]",
        "# 48.660000 37.660000",
        "amenity=mobile_library",
        "name=Іванівка",
        "name:uk=Іванівка",
        "name:en=Ivanivka",
        "operator=Mistechko hromada",
        "opening_hours=week 11-53/2 Mo 09:20-09:50",
    ]


def test_a_weekly_stop_has_no_weeks_in_its_hours() -> None:
    plan = tiny_plan()
    first = plan.tours[0]
    other = replace(first, day=7)
    weekly = Made(replace(plan, tours=(first, other)), tiny_dataset(), tiny_geometry())

    assert b"\nopening_hours=Mo 09:20-10:20\n" in render_osm_tags(weekly.view())


def test_hostile_names_stay_on_one_line_of_the_tags(hostile: Made) -> None:
    lines = render_osm_tags(hostile.view()).decode().split("\n")

    names = [line.partition("=")[2] for line in lines if line.startswith("name=")]
    assert sorted(names) == sorted(list_names())


def test_the_text_has_a_line_for_each_row_of_the_plan(material: Made) -> None:
    lines = render_text(material.view()).decode().splitlines()

    assert "Бібліобус 1, week 1, Monday [b1/0]" in lines
    assert "  09:00-09:20 drive to Andriivka, 12.0\xa0km [s2]" in lines
    assert "  09:20-10:20 open in Andriivka [s2]" in lines
    assert "  11:30-12:15 meal break in Yelyzavetivka [s3]" in lines
    assert sum(" open in " in line for line in lines) == _visits(material)
    assert sum(line.startswith("  Daleka Balka: Not served: no time left.") for line in lines) == 1


def test_a_moved_visit_changes_only_its_lines_of_the_text(material: Made) -> None:
    tour = material.plan.tours[1]
    later = tuple(
        replace(row, start_s=row.start_s + 600, end_s=row.end_s + 600) if isinstance(row, Call) else row
        for row in tour.rows
    )
    tours = (material.plan.tours[0], replace(tour, rows=later), material.plan.tours[2])
    moved = replace(material, plan=replace(material.plan, tours=tours))

    before, after = (set(render_text(each.view()).decode().splitlines()) for each in (material, moved))

    assert before - after == {"  09:20-10:05 open in Zoloti Prudy [s5]"}
    assert after - before == {"  09:30-10:15 open in Zoloti Prudy [s5]"}


def test_hostile_names_stay_on_one_line_of_the_text(hostile: Made) -> None:
    lines = render_text(hostile.view()).decode().split("\n")

    opened = [line for line in lines if line.endswith("]") and "відчинено" in line]
    assert len(opened) == 30
    for name in list_names():
        assert sum(name in line for line in opened) == 1


def test_real_roads_are_credited_everywhere(material: Made, tmp_path: Path) -> None:
    roads = RoadFile(tmp_path / "roads.osm.pbf", tmp_path / "roads.cache")
    real = replace(material, dataset=replace(material.dataset, roads=roads))

    assert real.view().attribution == "GeoNames, CC BY 4.0; © OpenStreetMap contributors (ODbL)"
    for render in (render_geojson, render_geopackage, render_gpx):
        assert "© OpenStreetMap contributors (ODbL)".encode() in render(real.view())


def test_a_tour_says_the_week_only_where_there_are_several(material: Made) -> None:
    plan = material.plan
    weekly = replace(material, plan=replace(plan, cycle=replace(plan.cycle, weeks=1)))

    assert weekly.view().days[0].title == "Бібліобус 1, Monday"
    assert b"Monday 09:20-10:20" in render_geopackage(weekly.view())
