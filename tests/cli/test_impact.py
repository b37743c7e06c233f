"""``bibliobus impact``: whom a closure would cut off or delay, before any road is closed."""

from __future__ import annotations

import pytest
from areas import ROADS, SCENARIO, write_area


def test_the_road_that_cuts_off_most_comes_first(bibliobus, made_once):
    document = bibliobus("impact", made_once, "--json").document

    first = document["roads"][0]
    assert {one["settlement"] for one in first["cut_off"]} == {"west"}
    assert (first["drives"], first["changed_visits"], first["lost_visits"]) == (2, 1, 1)
    cut_off = [{one["settlement"] for one in road["cut_off"]} for road in document["roads"]]
    assert {"north", "far"} in cut_off
    assert {"far"} in cut_off


def test_a_way_round_delays_and_does_not_cut_off(bibliobus, tmp_path):
    area = write_area(tmp_path / "area", roads=ROADS + "east,far,60,tertiary,asphalt,,,,,,x\n")
    assert bibliobus("plan", area, "-o", tmp_path / "plan", "--iterations", "3").code == 0

    roads = bibliobus("impact", tmp_path / "plan", "--json").document["roads"]

    east = next(road for road in roads if road["road"] == "T0514")
    assert east["cut_off"] == []
    assert [one["settlement"] for one in east["delayed"]] == ["east"]
    assert east["delayed"][0]["later_s"] > 600


def test_the_table_names_roads_and_places(bibliobus, made_once):
    ran = bibliobus("impact", made_once, "--lang", "en")

    assert ran.code == 0
    assert "Which roads matter to whom, before any of them is closed" in ran.out.splitlines()
    assert "T0514: Misto – Skhidne\t8.0\tSkhidne\t640\t\t0\t1\t1\t2" in ran.out.replace(
        "Skhidne – Misto", "Misto – Skhidne"
    )


@pytest.mark.parametrize("name", ["a.html", "a.xlsx"])
def test_a_page_or_a_workbook_is_written_and_is_the_same_every_time(bibliobus, made_once, tmp_path, name):
    for folder in ("one", "two"):
        assert bibliobus("impact", made_once, "-o", tmp_path / folder / name).code == 0

    content = (tmp_path / "one" / name).read_bytes()
    assert content == (tmp_path / "two" / name).read_bytes()
    assert b"default-src 'none'" in content or name.endswith("xlsx")


def test_other_files_are_refused(bibliobus, made_once, tmp_path):
    ran = bibliobus("impact", made_once, "-o", tmp_path / "a.pdf", "--lang", "en")

    assert ran.code == 2
    assert "The file has to end in .xlsx, .html, .md, .json or .txt." in ran.err


def test_where_there_are_no_roads_assumed_ones_are_closed_and_it_is_said_that_they_are(bibliobus, tmp_path):
    area = write_area(tmp_path / "area", roads=None)
    assert bibliobus("plan", area, "-o", tmp_path / "plan", "--iterations", "3").code == 0

    ran = bibliobus("impact", tmp_path / "plan", "--lang", "en")

    assert ran.code == 0
    said, _, roads = ran.out.partition(
        "Distances and driving times are an estimate: they were not measured on real roads."
    )
    assert "Zakhidne" not in said
    assert "Pivnichne – Zakhidne" in roads


def test_a_plan_without_drives_has_no_road_to_close(bibliobus, tmp_path):
    area = write_area(tmp_path / "area", scenario=SCENARIO + "[weights]\nneed = 0.0\n")
    assert bibliobus("plan", area, "-o", tmp_path / "plan", "--iterations", "3").code == 0

    ran = bibliobus("impact", tmp_path / "plan", "--lang", "en")

    assert ran.code == 3
    assert "The plan has no drives, so there is no road to close on trial." in ran.err
    assert "Look at the plan: no settlement has a stop in it." in ran.err
