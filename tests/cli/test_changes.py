"""``bibliobus changes``: edited without a map program, never half-written, checked on the roads."""

from __future__ import annotations

import json

import pytest
from areas import ROADS

AREA_OF_EAST = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[37.55, 48.69], [37.65, 48.69], [37.65, 48.71], [37.55, 48.71], [37.55, 48.69]]],
            },
        }
    ],
}


def read_changes(area):
    """Properties of the features in the order of the file."""
    document = json.loads((area / "changes.geojson").read_text(encoding="utf-8"))
    return [feature["properties"] for feature in document["features"]]


def test_a_closure_between_two_places_by_name_gets_an_id_that_stays(bibliobus, area):
    first = bibliobus("changes", "add", area, "--closed", "--between", "misto", "Східне", "--road", "T0514", "--json")
    bibliobus(
        *("changes", "add", area, "--speed", "30", "--between", "town", "west", "--from", "2026-03-09"),
        *(
            "--until",
            "2026-03-20",
            "--source",
            "letter 12",
            "--note",
            "mud",
            "--vehicles",
            "one",
            "--direction",
            "along",
        ),
    )
    bibliobus("changes", "add", area, "--closed", "--between", "town", "north")

    assert (first.code, first.document["id"]) == (0, "closed-1")
    assert read_changes(area) == [
        {"id": "closed-1", "kind": "closed", "from_place": "town", "to_place": "east", "road": "T0514"},
        {
            "id": "speed-1",
            "kind": "speed",
            "value": 30.0,
            "from_place": "town",
            "to_place": "west",
            "direction": "along",
            "valid_from": "2026-03-09",
            "valid_to": "2026-03-20",
            "vehicles": "one",
            "note": "mud",
            "source": "letter 12",
        },
        {"id": "closed-2", "kind": "closed", "from_place": "town", "to_place": "north"},
    ]
    assert bibliobus("check", area).code == 0


def test_a_road_near_a_place_is_the_row_that_begins_there(bibliobus, area):
    ran = bibliobus("changes", "add", area, "--closed", "--road", "т-05-14", "--near", "east", "--lang", "en")

    assert (ran.code, ran.out) == (0, "The change “closed-1” was added to changes.geojson.\n")
    assert read_changes(area)[0]["to_place"] == "town"
    far = bibliobus("changes", "add", area, "--closed", "--road", "T0514", "--near", "far", "--lang", "en")
    assert far.code == 3
    assert "The road “T0514” does not come within 3.0 km of Далеке." in far.err.replace("\N{NO-BREAK SPACE}", " ")
    assert "Name a settlement on the road, or two settlements between which it is meant" in far.err
    assert len(read_changes(area)) == 1


def test_a_road_that_leads_to_several_places_must_be_told_apart(bibliobus, area):
    (area / "roads.csv").write_text(ROADS + "east,far,12,tertiary,asphalt,,,,,T0514,x\n", encoding="utf-8")

    ran = bibliobus("changes", "add", area, "--closed", "--road", "T0514", "--near", "east", "--lang", "en")

    assert ran.code == 3
    assert "The road “T0514” leads from Східне to several places: far, town." in ran.err
    assert "Say which part is meant with --between. (change-several-rows-near)" in ran.err


def test_a_polygon_file_makes_a_danger_area(bibliobus, area, tmp_path):
    (tmp_path / "area.json").write_text(json.dumps(AREA_OF_EAST), encoding="utf-8")
    (tmp_path / "line.json").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")

    ran = bibliobus("changes", "add", area, "--danger-area", "--area", tmp_path / "area.json")
    empty = bibliobus("changes", "add", area, "--danger-area", "--area", tmp_path / "line.json", "--lang", "en")
    missing = bibliobus("changes", "add", area, "--danger-area", "--area", tmp_path / "none.json", "--lang", "en")

    assert ran.code == 0
    assert read_changes(area) == [{"id": "danger-area-1", "kind": "danger area"}]
    assert empty.code == 3
    assert "The file “line.json” holds no polygon." in empty.err
    assert "Draw the outline of the area and save it as GeoJSON, in degrees." in empty.err
    assert missing.code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--between", "town", "east"), "Say in exactly one way what happens"),
        (("--closed", "--opened", "--between", "town", "east"), "Say in exactly one way what happens"),
        (("--closed",), "Say in exactly one way where it happens"),
        (("--closed", "--near", "east"), "Say in exactly one way where it happens"),
        (("--closed", "--ways", "one"), "Say in exactly one way where it happens"),
    ],
)
def test_what_and_where_are_said_in_exactly_one_way(bibliobus, area, words, said):
    ran = bibliobus("changes", "add", area, *words, "--lang", "en")

    assert ran.code == 2
    assert said in ran.err
    assert not (area / "changes.geojson").exists()


def test_a_change_without_a_road_is_not_written(bibliobus, area):
    ran = bibliobus("changes", "add", area, "--closed", "--between", "east", "far", "--lang", "en")

    assert ran.code == 3
    assert "change-no-row-between" in ran.err
    assert not (area / "changes.geojson").exists()


def test_an_id_is_used_once(bibliobus, area):
    words = ("changes", "add", area, "--closed", "--between", "town", "east", "--id", "Bridge", "--lang", "en")
    bibliobus(*words)

    ran = bibliobus(*words)

    assert ran.code == 3
    assert "There is a change “Bridge” already." in ran.err
    assert "Give another id, or none: then one is made. (change-id-taken)" in ran.err


def test_a_table_of_another_program_is_left_alone(bibliobus, area):
    table = "id,kind,from_place,to_place\na,closed,town,east\n"
    (area / "changes.csv").write_text(table, encoding="utf-8")

    ran = bibliobus("changes", "add", area, "--closed", "--between", "town", "west", "--lang", "en")

    assert ran.code == 3
    assert "The area keeps its road changes in changes.csv, which only the program that made it can edit." in ran.err
    assert "Edit them there, or save them as changes.geojson and take changes.csv out of the folder." in ran.err
    assert (area / "changes.csv").read_text(encoding="utf-8") == table
    assert bibliobus("changes", "list", area, "--json").document["changes"][0]["id"] == "a"


def test_properties_of_another_program_are_not_lost(bibliobus, area):
    bibliobus("changes", "add", area, "--closed", "--between", "town", "east")
    text = (area / "changes.geojson").read_text(encoding="utf-8").replace('"kind"', '"qgis_style": "x", "kind"')
    (area / "changes.geojson").write_text(text, encoding="utf-8")

    ran = bibliobus("changes", "add", area, "--closed", "--between", "town", "west", "--lang", "en")

    assert ran.code == 3
    assert "The file has properties that would be lost if it were written again: qgis_style." in ran.err
    assert "Add the change with the program that made the file, or delete these properties." in ran.err
    assert (area / "changes.geojson").read_text(encoding="utf-8") == text


def test_a_broken_file_is_left_alone(bibliobus, area):
    (area / "changes.geojson").write_text("{", encoding="utf-8")

    ran = bibliobus("changes", "add", area, "--closed", "--between", "town", "west")

    assert ran.code == 3
    assert (area / "changes.geojson").read_text(encoding="utf-8") == "{"


def test_the_list_says_what_where_and_when(bibliobus, area):
    empty = bibliobus("changes", "list", area, "--lang", "en")
    bibliobus("changes", "add", area, "--weight-limit", "5", "--between", "town", "east", "--until", "2026-04-01")

    ran = bibliobus("changes", "list", area, "--lang", "en")

    assert empty.out == "There are no road changes.\n"
    assert "weight-limit-1\tat most 5 t\tbetween Misto and Skhidne\tuntil April 1, 2026\t\t" in ran.out
    assert "не важче 5 т" in bibliobus("changes", "list", area, "--lang", "uk").out


def test_check_says_what_each_change_hits_and_draws_it(bibliobus, area, tmp_path):
    bibliobus("changes", "add", area, "--closed", "--between", "town", "east", "--note", "</script>${x}")
    bibliobus("changes", "add", area, "--opened", "--between", "town", "west", "--from", "2030-01-01")

    ran = bibliobus("changes", "check", area, "-o", tmp_path / "map.html", "--lang", "en")

    assert ran.code == 0
    assert (
        "closed-1\tclosed\tbetween Misto and Skhidne\tuntil further notice\t8.0\N{NO-BREAK SPACE}km\tT0514\t" in ran.out
    )
    assert "from January 1, 2030 (not on the days of the plan)\t9.0\N{NO-BREAK SPACE}km" in ran.out
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "closed-1: between Misto and Skhidne, closed" in page
    assert "</script>${x}" not in page


def test_check_exits_with_3_when_a_change_finds_no_road_and_shows_the_others(bibliobus, area):
    features = "id,kind,from_place,to_place\na,closed,town,east\nb,closed,east,far\nc,closed,nowhere,far\n"
    (area / "changes.csv").write_text(features, encoding="utf-8")

    document = bibliobus("changes", "check", area, "--json").document

    assert document["exit_code"] == 3
    assert [(change["id"], change["length_m"]) for change in document["changes"]] == [
        ("a", 8000),
        ("b", None),
        ("c", None),
    ]
    assert {finding["code"] for finding in document["findings"]} == {"change-no-row-between", "change-unknown-place"}
