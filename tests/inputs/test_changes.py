"""Road changes read from GeoJSON, CSV and GeoPackage, with everything that is wrong in them."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from areas import say

from bibliobus.domain.roads import (
    AlongLine,
    BetweenPlaces,
    ChangeKind,
    Direction,
    InArea,
    OnWays,
    RoadChange,
)
from bibliobus.inputs.changes import MAX_SIZE_MB, read_changes, read_changes_file
from bibliobus.inputs.files import MEGABYTE, InputFile

if TYPE_CHECKING:
    from pathlib import Path

LINE = "LINESTRING (37.0 48.0, 37.1 48.0)"
POLYGON = "POLYGON ((37 48, 38 48, 38 49, 37 48))"
POINTS = ((48.0, 37.0), (48.0, 37.1))
SQUARE = (((48.0, 37.0), (48.0, 38.0), (49.0, 38.0), (48.0, 37.0)),)


def read(text: str, name: str = "changes.csv") -> tuple[tuple[RoadChange, ...] | None, list[str]]:
    """Changes and messages of a text."""
    changes, findings = read_changes(InputFile(name, text.encode()))
    return changes, say(findings)


def row(**cells: str) -> str:
    """Table of one row."""
    return f"{','.join(cells)}\n" + ",".join(f'"{cell}"' for cell in cells.values()) + "\n"


def feature(geometry: Any, **properties: Any) -> str:
    """Collection of one feature."""
    one = {"type": "Feature", "geometry": geometry, "properties": properties}
    return json.dumps({"type": "FeatureCollection", "features": [one]})


def one(text: str, name: str = "changes.csv") -> RoadChange:
    """The only change of a text without any message."""
    changes, messages = read(text, name)
    assert messages == []
    assert changes is not None
    (change,) = changes
    return change


def message(text: str, name: str = "changes.csv") -> str:
    """The only message of a text."""
    _, (only,) = read(text, name)
    return only


def test_a_row_says_what_happens_where_and_when() -> None:
    text = row(
        id="bridge",
        kind="weight limit",
        geometry=LINE,
        direction="along",
        valid_from="2026-03-09",
        valid_to="20.3.2026",
        vehicles="bus2; bus1",
        value="3,5",
        note="Bridge repair",
        source="letter of 1 March",
    )

    change = one(text)

    assert change == RoadChange(
        "bridge",
        ChangeKind.WEIGHT_LIMIT,
        AlongLine((POINTS,)),
        Direction.ALONG,
        date(2026, 3, 9),
        date(2026, 3, 20),
        ("bus1", "bus2"),
        3.5,
        "Bridge repair",
        "letter of 1 March",
        "changes.csv",
        2,
    )


def test_ukrainian_columns_and_words_are_understood() -> None:
    text = "Вид;Від;До;Дорога;Напрямок;Діє з\nЗакрито;Мар`ївка;UA14120030010000000;Т-05-14;проти;2026-03-09\n"

    change = one(text)

    assert change.kind is ChangeKind.CLOSED
    assert change.where == BetweenPlaces("Мар’ївка", "UA14120030010000000", "Т-05-14")
    assert change.direction is Direction.AGAINST
    assert (change.change_id, change.valid_from, change.valid_to) == ("2", date(2026, 3, 9), None)


@pytest.mark.parametrize(
    ("word", "value", "kind"),
    [
        ("closed", "", ChangeKind.CLOSED),
        ("Opened", "", ChangeKind.OPENED),
        ("speed", "30", ChangeKind.SPEED),
        ("weight_limit", "5", ChangeKind.WEIGHT_LIMIT),
        ("height-limit", "3.2", ChangeKind.HEIGHT_LIMIT),
        ("danger area", "", ChangeKind.DANGER_AREA),
        ("небезпечна зона", "", ChangeKind.DANGER_AREA),
    ],
)
def test_every_kind_has_a_word(word: str, value: str, kind: ChangeKind) -> None:
    text = row(kind=word, geometry=POLYGON, value=value)

    change = one(text)

    assert (change.kind, change.where) == (kind, InArea((SQUARE,)))
    assert change.value == (float(value) if value else None)


def test_way_numbers_may_be_separated_in_any_way() -> None:
    text = row(kind="closed", way_ids="12; 5,7  12")

    change = one(text)

    assert change.where == OnWays((5, 7, 12))


@pytest.mark.parametrize("cell", ["w12", "-5", "0", "1.5", "9" * 30, ";", "1_0"])
def test_what_is_no_way_number_is_refused(cell: str) -> None:
    text = row(kind="closed", way_ids=cell)

    told = message(text)

    assert told == (
        f"changes.csv:2:way_ids | “{cell}” is not a list of way numbers."
        " | Write the numbers of OpenStreetMap ways with semicolons between them, such as 4305161; 4305162."
    )


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (
            {"kind": "closd", "way_ids": "1"},
            "changes.csv:2:kind | “closd” is not a known kind of road change. | Did you mean “closed”?",
        ),
        (
            {"kind": "xyz", "way_ids": "1"},
            "changes.csv:2:kind | “xyz” is not a known kind of road change."
            " | Known kinds: closed, opened, speed, weight limit, height limit, danger area.",
        ),
        (
            {"kind": "", "way_ids": "1"},
            "changes.csv:2:kind | The cell is empty, but a value is needed here. | Fill it in.",
        ),
        (
            {"kind": "closed", "way_ids": "1", "direction": "xyz"},
            "changes.csv:2:direction | “xyz” is not a known direction."
            " | Known directions: both, along, against; an empty cell means both.",
        ),
        (
            {"kind": "closed", "way_ids": "1", "valid_from": "31.2.2026"},
            "changes.csv:2:valid_from | “31.2.2026” is not a date."
            " | Write year, month and day, such as 2026-03-09; leave the cell empty if there is no such day.",
        ),
        (
            {"kind": "closed", "way_ids": "1", "valid_to": "soon"},
            "changes.csv:2:valid_to | “soon” is not a date."
            " | Write year, month and day, such as 2026-03-09; leave the cell empty if there is no such day.",
        ),
        (
            {"kind": "closed", "way_ids": "1", "valid_from": "2026-03-09", "valid_to": "2026-03-08"},
            "changes.csv:2:valid_to | The last day, 2026-03-08, comes before the first, 2026-03-09."
            " | Exchange the two dates, or mend one of them.",
        ),
        (
            {"kind": "speed", "way_ids": "1"},
            "changes.csv:2:value | The cell is empty, but a value is needed here. | Fill it in.",
        ),
        (
            {"kind": "speed", "way_ids": "1", "value": "500"},
            "changes.csv:2:value | 500 is out of range: expected 1 to 130. | Check the number and its unit.",
        ),
        (
            {"kind": "closed", "way_ids": "1", "value": "5"},
            "changes.csv:2:value | The value 5 is not used: the kind “closed” has no number."
            " | Leave the cell empty, or use a kind with a number: speed, weight limit or height limit.",
        ),
        (
            {"kind": "danger area", "way_ids": "1"},
            "changes.csv:2:kind | A danger area is a polygon, but none is drawn."
            " | Draw a polygon around the area, or use the kind “closed” for a single road.",
        ),
        (
            {"kind": "closed", "geometry": POLYGON, "direction": "along"},
            "changes.csv:2:direction | The direction is “along”, but an area has none."
            " | Leave the direction empty, or draw a line in place of the polygon.",
        ),
        (
            {"kind": "closed"},
            "changes.csv:2 | It is not said where the road changes."
            " | Draw a line or a polygon, or give way_ids, or give from_place, to_place and road.",
        ),
        (
            {"kind": "closed", "way_ids": "1", "from_place": "A", "to_place": "B"},
            "changes.csv:2 | It is said in more than one way where the road changes: way_ids; from_place, to_place."
            " | Keep one of them, or make a row for each.",
        ),
        (
            {"kind": "closed", "from_place": "A", "to_place": ""},
            "changes.csv:2:to_place | The cell is empty, but a value is needed here. | Fill it in.",
        ),
        (
            {"kind": "closed", "geometry": "LINESTRING (37"},
            "changes.csv:2:geometry | The geometry cannot be read: it is neither well-known text (WKT) nor GeoJSON, or"
            " it is damaged. | Draw the line or polygon again, or say where by way numbers or by two "
            "settlements and a road.",
        ),
        (
            {"kind": "closed", "geometry": "LINESTRING (37 48, 37 48)"},
            "changes.csv:2:geometry | The geometry cannot be read: it is neither well-known text (WKT) nor GeoJSON, or"
            " it is damaged. | Draw the line or polygon again, or say where by way numbers or by two "
            "settlements and a road.",
        ),
        (
            {"kind": "closed", "geometry": "LINESTRING EMPTY"},
            "changes.csv:2:geometry | The geometry cannot be read: it is neither well-known text (WKT) nor GeoJSON, or"
            " it is damaged. | Draw the line or polygon again, or say where by way numbers or by two "
            "settlements and a road.",
        ),
        (
            {"kind": "closed", "geometry": "POINT (37 48)"},
            "changes.csv:2:geometry | The geometry is a Point, but expected is a line or a polygon."
            " | Draw a line along the road, or a polygon around the area.",
        ),
        (
            {"kind": "closed", "geometry": "LINESTRING (4120000 6100000, 4130000 6100000)"},
            "changes.csv:2:geometry | The geometry leaves the range of degrees: longitude first, up to 180, then"
            " latitude, up to 90. | Export it in WGS 84 (EPSG:4326).",
        ),
        (
            {"kind": "closed", "geometry": "LINESTRING (nan 48, 37 48)"},
            "changes.csv:2:geometry | The geometry leaves the range of degrees: longitude first, up to 180, then"
            " latitude, up to 90. | Export it in WGS 84 (EPSG:4326).",
        ),
        (
            {"kind": "closed", "geometry": "POLYGON ((37 48, 38 49, 38 48, 37 49, 37 48))"},
            "changes.csv:2:geometry | The outline of the area crosses itself, so it is not clear what lies inside."
            " | Draw the outline again without crossings, or as several polygons.",
        ),
    ],
)
def test_what_is_wrong_in_a_row_is_said(cells: dict[str, str], told: str) -> None:
    text = row(**cells)

    assert message(text) == told


def test_all_rows_are_checked_at_once() -> None:
    text = "id,kind,way_ids\na,closed,1\na,xyz,2\nb,closed,\n"

    changes, messages = read(text)

    assert changes is None
    assert [line.partition(" ")[0] for line in messages] == ["changes.csv:3:id", "changes.csv:3:kind", "changes.csv:4"]


def test_a_table_without_a_kind_or_without_rows_is_told_of() -> None:
    assert read("way_ids\n1\n")[0] is None
    empty = "The file has no road changes in it. | Add a row for each change, or delete the file."
    assert read("id,kind\n") == ((), [f"changes.csv | {empty}"])
    nothing = '{"type": "FeatureCollection", "features": []}'
    assert read(nothing, "changes.geojson") == ((), [f"changes.geojson | {empty}"])


def test_a_feature_has_its_line_and_its_properties() -> None:
    line = {"type": "MultiLineString", "coordinates": [[[37.0, 48.0], [37.1, 48.0]], [[37.2, 48.0], [37.2, 48.0]]]}
    text = feature(line, id=7, kind="speed", value=30, note=None, vehicles=["bus2", "bus1"])

    change = one(text, "changes.geojson")

    assert change == RoadChange(
        "7",
        ChangeKind.SPEED,
        AlongLine((POINTS,)),
        vehicles=("bus1", "bus2"),
        value=30.0,
        file="changes.geojson",
        row=1,
    )


def test_a_feature_without_a_geometry_uses_its_properties() -> None:
    text = json.dumps({"type": "Feature", "geometry": None, "properties": {"kind": "closed", "way_ids": [5, 6]}})

    change = one(text, "changes.json")

    assert change.where == OnWays((5, 6))


NOT_READ = "Export it again as GeoJSON; the file may be cut off, or was changed by hand."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{\n", f"changes.geojson | The file is not valid JSON: it cannot be read from line 2 on. | {NOT_READ}"),
        (
            "[" * 100_000,
            f"changes.geojson | The file is not valid JSON: it cannot be read from line 1 on. | {NOT_READ}",
        ),
        ("9" * 5000, f"changes.geojson | The file is not valid JSON: it cannot be read from line 1 on. | {NOT_READ}"),
        (
            "[]",
            "changes.geojson | The file is JSON, but not a collection of features."
            " | Export it as GeoJSON: a FeatureCollection with one feature for each change.",
        ),
        (
            '{"type": "FeatureCollection", "features": {}}',
            "changes.geojson | The file is JSON, but not a collection of features."
            " | Export it as GeoJSON: a FeatureCollection with one feature for each change.",
        ),
        (
            feature({"type": "LineString", "coordinates": [[37, "x"]]}, kind="closed", way_ids=1),
            "changes.geojson:1:geometry | The geometry cannot be read: it is neither well-known text (WKT) nor "
            "GeoJSON, or"
            " it is damaged. | Draw the line or polygon again, or say where by way numbers or by two settlements and a"
            " road.",
        ),
        (
            '{"type": "FeatureCollection", "features": [5, {"properties": {"kind": "closed", "way_ids": 5}}]}',
            "changes.geojson:1 | This feature cannot be read: it needs “properties” and “geometry”."
            " | Compare it with the other features of the file, and mend or delete it.",
        ),
        (
            feature(None, kind="closed", way_ids=5)[:-1]
            + ', "crs": {"type": "name", "properties": {"name": "EPSG:3857"}}}',
            "changes.geojson | The file gives its coordinates as “EPSG:3857”, but GeoJSON has longitude and latitude"
            " in WGS 84. | Export it in WGS 84 (EPSG:4326).",
        ),
    ],
)
def test_what_is_wrong_in_a_geojson_is_said(text: str, told: str) -> None:
    changes, messages = read(text, "changes.geojson")

    assert changes is None
    assert messages == [told]


def test_wgs_84_by_name_is_no_finding() -> None:
    crs = ', "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}'

    assert one(feature(None, kind="closed", way_ids=5)[:-1] + crs, "changes.geojson").where == OnWays((5,))


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bibliobus.inputs.changes.MAX_CHANGES", 1)
    monkeypatch.setattr("bibliobus.inputs.tables.layers.MAX_POINTS", 1)
    monkeypatch.setattr("bibliobus.inputs.tables.layers.MAX_ROWS", 0)

    many = message("kind,way_ids\nclosed,1\nclosed,2\n")
    long = message(row(kind="closed", geometry=LINE))
    features = message(feature(None, kind="closed", way_ids=5), "changes.geojson")
    big = message(" " * (MAX_SIZE_MB * MEGABYTE + 1))

    assert many == (
        "changes.csv | The file has 2 road changes, but at most 1 are read."
        " | Delete those that are over, or draw one polygon around many small ones."
    )
    assert long == (
        "changes.csv:2:geometry | The geometry has 2 points, but at most 1 are read."
        " | Simplify it; a few points a kilometre are enough."
    )
    assert features.startswith("changes.geojson | The table has more than 0 rows")
    assert big.startswith("changes.csv | The file is bigger than 20 MB")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "changes.txt"
    path.write_text("kind", encoding="utf-8")

    changes, findings = read_changes_file(path)

    assert changes is None
    assert say(findings) == [
        "changes.txt | Road changes are not read from a file that ends in “.txt”."
        " | Save them as one of these: .geojson, .json, .csv, .gpkg."
    ]


def test_a_file_that_is_not_there_is_one_finding(tmp_path: Path) -> None:
    changes, findings = read_changes_file(tmp_path / "changes.csv")

    assert changes is None
    assert [finding.code for finding in findings] == ["not-a-file"]


def test_a_file_that_cannot_be_opened_is_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "changes.csv"
    path.write_text("kind", encoding="utf-8")
    monkeypatch.setattr("pathlib.Path.open", refuse)

    _, findings = read_changes_file(path)

    assert [finding.code for finding in findings] == ["file-unreadable"]


def test_a_geopackage_has_lines_polygons_and_columns(tmp_path: Path) -> None:
    import geopandas
    import shapely

    shapes = [shapely.from_wkt(text) for text in (LINE, POLYGON, POLYGON)]
    frame = geopandas.GeoDataFrame(
        {"kind": ["closed", "danger area", "speed"], "value": [None, None, 30.0]}, geometry=shapes, crs=4326
    )
    frame.to_crs(epsg=3857).to_file(tmp_path / "changes.gpkg", driver="GPKG", layer="changes")

    changes, findings = read_changes_file(tmp_path / "changes.gpkg")

    assert findings == []
    assert changes is not None
    line, area, speed = changes
    assert isinstance(line.where, AlongLine)
    assert line.where.parts[0][1] == pytest.approx((48.0, 37.1))
    assert isinstance(area.where, InArea)
    assert (area.kind, speed.value, speed.row) == (ChangeKind.DANGER_AREA, 30.0, 3)


@pytest.mark.parametrize("name", ["changes.csv", "changes.gpkg", "changes.geojson"])
def test_bytes_that_are_no_table_never_crash(name: str) -> None:
    for content in (b"", b"\0" * 50, b"\xff\xfe\x00", b"SQLite format 3\0" * 9, b'{"a": 1}'):
        changes, findings = read_changes(InputFile(name, content))

        assert changes is None
        assert findings
