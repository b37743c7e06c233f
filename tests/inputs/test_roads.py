"""Roads: tables, ends, lengths, and every message."""

from __future__ import annotations

from pathlib import Path

import pytest
from areas import ROADS, SETTLEMENTS, say
from workbooks import build_geopackage

from bibliobus.domain.roads import RoadTable
from bibliobus.inputs.files import InputFile
from bibliobus.inputs.roads import list_road_values, read_roads
from bibliobus.inputs.settlements import read_settlements

HOMES, _ = read_settlements(InputFile("settlements.csv", SETTLEMENTS.encode()))


def read(text: str) -> tuple[RoadTable | None, list[str]]:
    """Road table and messages of a CSV text."""
    return read_file(InputFile("roads.csv", text.encode()))


def read_file(file: InputFile) -> tuple[RoadTable | None, list[str]]:
    """Road table and messages of a file."""
    roads, findings = read_roads(Path(), {file.name: file}, [file.name], HOMES)
    assert roads is None or isinstance(roads, RoadTable)
    return roads, say(findings)


def test_limits_speeds_and_directions_are_read() -> None:
    table, messages = read(ROADS.replace(",40,,,no", ",40,,,так"))

    assert messages == []
    assert table is not None
    speeds = [(road.speed_kmh, road.max_weight_t, road.max_height_m, road.oneway) for road in table.rows[3:]]
    assert speeds == [(40, None, None, True), (None, 7.5, 3.5, False)]


@pytest.mark.parametrize(("source", "estimated"), [("Estimate: graph", True), ("оцінка", True), ("survey", False)])
def test_one_estimated_row_makes_the_table_an_estimate(source: str, estimated: bool) -> None:
    table, _ = read(ROADS.replace("made up for tests", source, 1))

    assert table is not None
    assert table.estimated is estimated


def test_every_class_has_a_speed_of_its_own() -> None:
    assert "secondary" in list_road_values("road_class")
    assert "asphalt" in list_road_values("surface")


MESSAGES = [
    (
        "town,east,8",
        "town,east,-8",
        "roads.csv:2:length_km | -8 is out of range: expected 0.001 to 1,000. | Check the number and its unit.",
    ),
    (
        "town,east,8",
        "town,east,",
        "roads.csv:2:length_km | The cell is empty, but a value is needed here. | Fill it in.",
    ),
    (
        "town,east,8",
        "town,east,8 km",
        "roads.csv:2:length_km | “8 km” is not a length. | Write kilometres, such as 7.5, without the unit.",
    ),
    (
        "town,east,8",
        "town,east,5",
        (
            "roads.csv:2:length_km | The road is 5.0\xa0km long, but its ends are 7.4\xa0km apart as the crow"
            " flies. | Check the length, the two ids, and the positions of both settlements."
        ),
    ),
    (
        "secondary",
        "secondari",
        "roads.csv:2:road_class | “secondari” is not a known road class. | Did you mean “secondary”?",
    ),
    (
        "secondary",
        "zzz",
        "roads.csv:2:road_class | “zzz” is not a known road class. | Known classes: "
        + ", ".join(list_road_values("road_class"))
        + ".",
    ),
    (
        "gravel",
        "gravvel",
        (
            "roads.csv:4:surface | “gravvel” is not a known surface; the speed of the road class is used. |"
            " Did you mean “gravel”?"
        ),
    ),
    (
        "gravel",
        "zzz",
        "roads.csv:4:surface | “zzz” is not a known surface; the speed of the road class is used. | Known surfaces: "
        + ", ".join(list_road_values("surface"))
        + ".",
    ),
    (
        "town,east",
        "town,town",
        "roads.csv:2:to_id | The road begins and ends at “town”. | Put the other end, or delete the row.",
    ),
    (
        ",40,,,no",
        ",40,,,perhaps",
        (
            "roads.csv:5:oneway | “perhaps” is neither yes nor no. | Write yes if the road may be driven"
            " only from from_id to to_id; else no, or leave the cell empty."
        ),
    ),
    (
        ",40,",
        ",400,",
        "roads.csv:5:speed_kmh | 400 is out of range: expected 1 to 130. | Check the number and its unit.",
    ),
    (
        "town,west",
        "town,zzz",
        (
            "roads.csv:3:to_id | “zzz” is not a settlement, and no other road leads there. | Check the id;"
            " a junction joins at least two roads."
        ),
    ),
    (
        "town,west",
        "town,wst",
        "roads.csv:3:to_id | “wst” is not a settlement, and no other road leads there. | Did you mean “west”?",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), MESSAGES)
def test_every_message_names_the_cell_and_says_what_to_do(old: str, new: str, message: str) -> None:
    assert old in ROADS

    _, messages = read(ROADS.replace(old, new, 1))

    assert messages == [message]


def test_a_table_without_rows_is_refused() -> None:
    _, messages = read(ROADS.splitlines()[0])

    assert messages == [
        "roads.csv | The road table has no rows, so no place could be reached."
        " | Add the roads, or delete the file: then distances are estimated."
    ]


def row(**others: object) -> dict[str, object]:
    """Attributes and line of a road from the town to the east."""
    import shapely

    line = shapely.LineString([(37.5, 48.7), (37.55, 48.71), (37.6, 48.7)])
    return {"from_id": "town", "to_id": "east", "length_km": 8.0, "road_class": "primary", "geometry": line} | others


def test_a_geopackage_gives_shapes_as_latitude_and_longitude() -> None:
    table, messages = read_file(InputFile("roads.gpkg", build_geopackage([row()])))

    assert messages == []
    assert table is not None
    assert table.rows[0].shape == ((48.7, 37.5), (48.71, 37.55), (48.7, 37.6))
    assert (table.rows[0].length_m, table.file) == (8000, "roads.gpkg")


def test_lines_in_another_system_come_back_to_degrees_and_give_the_length() -> None:
    import geopandas

    line = geopandas.GeoSeries([row()["geometry"]], crs="EPSG:4326").to_crs("EPSG:32637")[0]
    content = build_geopackage([row(geometry=line, length_km=None)], crs="EPSG:32637")

    table, messages = read_file(InputFile("roads.gpkg", content))

    assert messages == []
    assert table is not None
    assert table.rows[0].shape[1] == pytest.approx((48.71, 37.55), abs=1e-7)
    assert table.rows[0].length_m == pytest.approx(7690, abs=5)


def test_parts_of_one_line_are_joined() -> None:
    import shapely

    parts = shapely.MultiLineString([[(37.5, 48.7), (37.55, 48.7)], [(37.55, 48.7), (37.6, 48.7)]])

    table, _ = read_file(InputFile("roads.gpkg", build_geopackage([row(geometry=parts)])))

    assert table is not None
    assert table.rows[0].shape == ((48.7, 37.5), (48.7, 37.55), (48.7, 37.6))


def test_a_geopackage_may_have_rows_without_a_line() -> None:
    table, messages = read_file(InputFile("roads.gpkg", build_geopackage([row(), row(geometry=None, to_id="west")])))

    assert messages == []
    assert table is not None
    assert table.rows[1].shape == ()


def test_a_point_is_no_road() -> None:
    import shapely

    _, messages = read_file(InputFile("roads.gpkg", build_geopackage([row(geometry=shapely.Point(37.5, 48.7))])))

    assert messages == [
        "roads.gpkg:1:geom | The geometry of the road is not a single line: Point."
        " | Draw each road as one line from its start to its end, within latitude 90 and longitude 180."
    ]


def test_a_layer_without_a_coordinate_system_is_taken_for_degrees() -> None:
    _, messages = read_file(InputFile("roads.gpkg", build_geopackage([row()], crs=None)))

    assert messages == [
        "roads.gpkg | The layer does not say its coordinate system; WGS 84 is assumed."
        " | Set the coordinate system of the layer and export it again."
    ]


def test_only_the_first_layer_is_read() -> None:
    table, messages = read_file(InputFile("roads.gpkg", build_geopackage([row()], layers=("first", "second"))))

    assert table is not None
    assert messages == [
        "roads.gpkg | The GeoPackage has 2 layers; only the first, “first”, was read."
        " | Keep what is to be read in a file with one layer."
    ]


def test_a_layer_without_any_line_needs_lengths() -> None:
    table, messages = read_file(InputFile("roads.gpkg", build_geopackage([row(geometry=None)])))

    assert messages == []
    assert table is not None
    assert (table.rows[0].length_m, table.rows[0].shape) == (8000, ())


def test_a_layer_with_too_many_roads_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bibliobus.inputs.tables.layers.MAX_ROWS", 1)

    table, messages = read_file(InputFile("roads.gpkg", build_geopackage([row(), row()])))

    assert table is None
    assert [message.split(" | ")[1] for message in messages] == [
        "The table has more than 1 row, the most that are read."
    ]


def test_a_damaged_geopackage_is_one_finding() -> None:
    content = build_geopackage([row()])

    for damaged in (content[:5000], content[:16] + bytes(len(content) - 16), b"", b"SQLite format 3\0"):
        table, messages = read_file(InputFile("roads.gpkg", damaged))

        assert table is None
        assert messages == [
            "roads.gpkg | The GeoPackage cannot be read: it is damaged, or has no table in it."
            " | Export it again as a GeoPackage with one layer."
        ]
