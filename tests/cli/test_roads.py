"""Commands about real roads."""

from __future__ import annotations

import json
import re
import sys

import pytest
from folders import read_folder
from osm_text import write_text
from road_areas import BRIDGE, make_area, write_osm

from bibliobus.domain.roads import OSM_ATTRIBUTION

SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def osm(tmp_path):
    """The tiny file."""
    return write_osm(tmp_path)


def test_an_import_tells_what_it_wrote_and_what_comes_next(bibliobus, osm, tmp_path):
    area = tmp_path / "area"

    ran = bibliobus("roads", "import", osm, "-o", area, "--places", "--lang", "en")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"16.2{SPACE}km of roads were imported into {area}.",
        "4 places were written.",
        "Next: look at the roads, and let a scenario be written for the area",
        f"  bibliobus roads info {area}",
        f"  bibliobus init {area}",
    ]


def test_an_import_speaks_ukrainian(bibliobus, osm, tmp_path):
    ran = bibliobus("roads", "import", osm, "-o", tmp_path / "area", "--places", "--lang", "uk")

    assert ran.code == 0
    assert ran.out.splitlines()[1] == "Записано 4 населені пункти."
    assert f"16,2{SPACE}км" in ran.out


def test_an_import_into_an_area_with_a_scenario_needs_no_next_step(bibliobus, tmp_path):
    area = make_area(tmp_path)

    ran = bibliobus("roads", "import", tmp_path / "region.osm", "-o", area, "--force", "--lang", "en")

    assert ran.out == f"16.2{SPACE}km of roads were imported into {area}.\n"


def test_an_import_is_one_json_document(bibliobus, osm, tmp_path):
    ran = bibliobus("roads", "import", osm, "-o", tmp_path / "area", "--places", "--json")

    document = ran.document
    assert (ran.code, ran.err) == (0, "")
    assert document["exit_code"] == 0
    assert document["output"] == str(tmp_path / "area")
    assert document["places"] == 4
    assert document["findings"] == []
    assert document["total_m"] == pytest.approx(sum(document["class_m"].values()), abs=4)


def test_strict_turns_warnings_of_an_import_into_exit_1_but_writes(bibliobus, tmp_path):
    from osm_text import osm_text
    from road_areas import NODES, WAYS

    file = write_text(tmp_path, osm_text(NODES, WAYS), "bare.osm")

    ran = bibliobus("roads", "import", file, "-o", tmp_path / "area", "--places", "--strict", "--lang", "en")

    assert ran.code == 1
    assert ran.err.startswith("warning: The file names no places in this region")
    assert (tmp_path / "area" / "roads" / "roads.osm.pbf").is_file()


def test_a_region_is_a_polygon_or_the_surroundings_of_settlements(bibliobus, osm, tmp_path):
    ring = [[37.4, 48.6], [37.55, 48.6], [37.55, 48.9], [37.4, 48.9], [37.4, 48.6]]
    outline = write_text(tmp_path, json.dumps({"type": "Polygon", "coordinates": [ring]}), "oblast.geojson")
    table = write_text(tmp_path, "settlement_id,name_uk,lat,lon\nisle,Isle,48.9,37.9\n", "villages.csv")

    within = bibliobus("roads", "import", osm, "-o", tmp_path / "one", "--within", outline, "--json")
    around = bibliobus("roads", "import", osm, "-o", tmp_path / "two", "--around", table, 5, "--json")
    both = bibliobus(
        "roads", "import", osm, "-o", tmp_path / "three", "--within", outline, "--around", table, 5, "--lang", "en"
    )

    assert within.document["class_m"].keys() == {"primary", "tertiary"}
    assert around.document["class_m"].keys() == {"track"}
    assert both.code == 2
    assert both.err.startswith("error: Both --within and --around are given")


@pytest.mark.parametrize("km", ["0", "1001", "near"])
def test_kilometres_around_are_a_number_in_range(bibliobus, osm, tmp_path, km):
    ran = bibliobus("roads", "import", osm, "-o", tmp_path / "area", "--around", osm, km)

    assert (ran.code, ran.out) == (2, "")
    assert not (tmp_path / "area").exists()


def test_a_file_without_roads_is_exit_3_and_one_error(bibliobus, tmp_path):
    file = write_text(tmp_path, "name;population\n", "region.osm.pbf")

    ran = bibliobus("roads", "import", file, "-o", tmp_path / "area", "--lang", "en")
    told = bibliobus("roads", "import", file, "-o", tmp_path / "area", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("error: This is not an OpenStreetMap file: it holds neither PBF nor OSM XML.")
    assert ran.err.count("error:") == 1
    assert told.document["exit_code"] == 3
    assert [finding["code"] for finding in told.document["findings"]] == ["not-osm"]
    assert not (tmp_path / "area").exists()


def test_roads_in_the_way_are_kept_without_force(bibliobus, tmp_path):
    area = make_area(tmp_path)
    before = (area / "roads" / "roads.osm.pbf").read_bytes()

    ran = bibliobus("roads", "import", tmp_path / "region.osm", "-o", area, "--lang", "en")

    assert ran.code == 2
    assert ran.err.startswith("error: “roads” exists already and is not empty.")
    assert (area / "roads" / "roads.osm.pbf").read_bytes() == before


def test_info_shows_classes_surfaces_tags_parts_and_the_source(bibliobus, tmp_path):
    ran = bibliobus("roads", "info", make_area(tmp_path, scenario=False), "--lang", "en")

    assert (ran.code, ran.err) == (0, "")
    for line in (
        f"Roads in all: 16.2{SPACE}km",
        f"Data: {OSM_ATTRIBUTION}",
        f"tertiary\t6.7{SPACE}km",
        f"gravel\t6.7{SPACE}km",
        f"not tagged\t5.1{SPACE}km",
        "maxspeed\t73%",
        "Parts between which no bus can drive there and back: 2 parts",
        f"2\t2.2{SPACE}km",
    ):
        assert line in ran.out.splitlines()
    assert "depend" not in ran.out


def test_critical_roads_say_who_would_be_cut_off_from_where(bibliobus, tmp_path):
    area = make_area(tmp_path, scenario=False)

    english = bibliobus("roads", "info", area, "--critical", "--lang", "en")
    ukrainian = bibliobus("roads", "info", area, "--critical", "--lang", "uk")

    lines = english.out.splitlines()
    title = lines.index("Roads on which settlements depend, seen from Misto")
    assert lines[title + 1 : title + 4] == [
        "Road\tLength\tWould be cut off",
        f"T0514, Мостова\t7.1{SPACE}km\tСхідне",
        f"T0514\t6.6{SPACE}km\tNorth",
    ]
    assert "Дороги, від яких залежать населені пункти (виїзд: Місто)" in ukrainian.out.splitlines()


def test_critical_roads_are_told_in_json(bibliobus, tmp_path):
    area = make_area(tmp_path, scenario=False)

    plain = bibliobus("roads", "info", area, "--json").document
    document = bibliobus("roads", "info", area, "--critical", "--json").document

    assert (plain["critical"], plain["seen_from"]) == (None, None)
    assert document["seen_from"] == "osm-201"
    assert [(road["cut_off"], road["way_ids"]) for road in document["critical"]] == [
        (["UA14"], [10, BRIDGE]),
        (["osm-203"], [10, 30]),
    ]
    assert document["parts_m"] == pytest.approx([14_035, 2200], abs=9)
    assert document["exit_code"] == 0


def test_where_two_roads_lead_everywhere_no_settlement_depends_on_one(bibliobus, tmp_path):
    area = make_area(tmp_path, scenario=False)
    (area / "settlements.csv").write_text("settlement_id,name_uk,lat,lon\nonly,Єдине,48.7,37.5\n", encoding="utf-8")

    ran = bibliobus("roads", "info", area, "--critical", "--lang", "en")

    assert ran.out.splitlines()[-1] == "Seen from Єдине, no settlement depends on a single road."


def test_settlements_off_all_roads_depend_on_none(bibliobus, tmp_path):
    area = make_area(tmp_path, scenario=False)
    (area / "settlements.csv").write_text("settlement_id,name_uk,lat,lon\nfar,Далеке,50,37\n", encoding="utf-8")

    ran = bibliobus("roads", "info", area, "--critical", "--lang", "en")
    strict = bibliobus("roads", "info", area, "--strict", "--json")

    assert ran.code == 0
    assert ran.err.startswith(f"warning: Далеке lies more than 20.0{SPACE}km from every road that the bus may use.")
    assert ran.out.splitlines()[-1] == "No settlement joins the roads, so none depends on them."
    assert strict.code == strict.document["exit_code"] == 1


def test_changes_are_laid_over_the_roads_and_wrong_ones_are_exit_3(bibliobus, tmp_path):
    area = make_area(tmp_path, scenario=False)
    flood = write_text(tmp_path, f"kind,way_ids\nclosed,{BRIDGE}\n", "flood.csv")
    wrong = write_text(tmp_path, "kind,way_ids\nclosed,99\n", "wrong.csv")

    after = bibliobus("roads", "info", area, "--critical", "--changes", flood, "--json")
    refused = bibliobus("roads", "info", area, "--changes", wrong, "--lang", "en")

    assert [road["cut_off"] for road in after.document["critical"]] == [["osm-203"]]
    assert (refused.code, refused.out) == (3, "")
    assert "wrong.csv:2" in refused.err


def test_an_area_without_roads_is_exit_3_with_the_command_that_imports_them(bibliobus, tmp_path):
    ran = bibliobus("roads", "info", tmp_path, "--lang", "en")

    assert (ran.code, ran.out) == (3, "")
    assert "bibliobus roads import FILE.osm.pbf -o AREA" in ran.err


def test_init_writes_a_scenario_for_imported_roads(bibliobus, tmp_path):
    area = make_area(tmp_path, scenario=False)

    ran = bibliobus("init", area, "--lang", "en")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"A scenario for the existing tables was written to {area}.",
        "It assumes a depot in Misto, and one bus.",
        "Next: read scenario.toml and change what is different with you, then run",
        f"  bibliobus check {area}",
        f"  bibliobus plan {area} -o plan-1",
    ]
    checked = bibliobus("check", area, "--lang", "en")
    assert checked.code == 0
    assert {"Libraries\t0", "Farthest settlement from a library\t–"} <= set(checked.out.splitlines())


def test_papers_of_imported_roads_name_openstreetmap_whatever_the_scenario_says(bibliobus, tmp_path):
    area = make_area(tmp_path)

    ran = bibliobus("plan", area, "-o", tmp_path / "out", "--iterations", "3")

    assert ran.code == 0
    page = (tmp_path / "out" / "map.html").read_text(encoding="utf-8")
    assert f"Data: made up for tests; {OSM_ATTRIBUTION}" in page


def test_without_numba_the_plan_is_the_same_and_a_few_places_are_measured_no_slower(bibliobus, tmp_path, monkeypatch):
    area = make_area(tmp_path)
    assert bibliobus("plan", area, "-o", tmp_path / "fast", "--iterations", "3").code == 0
    monkeypatch.setitem(sys.modules, "bibliobus.network.engine.kernels", None)

    ran = bibliobus("plan", area, "-o", tmp_path / "slow", "--iterations", "3", "--lang", "en")
    again = bibliobus("roads", "info", area, "--critical", "--json")

    assert ran.code == 0
    assert "numba" not in ran.err
    slow, fast = (read_folder(tmp_path / name) for name in ("slow", "fast"))
    # Only the plan that compiled code has made names its compiler.
    assert slow.pop("plan.json") == re.sub(rb'"numba": "[^"]*", ', b"", fast.pop("plan.json"), count=1)
    assert slow == fast
    assert "no-compiler" not in {finding["code"] for finding in again.document["findings"]}
