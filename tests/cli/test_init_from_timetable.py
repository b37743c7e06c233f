"""``bibliobus init --from-timetable``: what is said about a service of today."""

from __future__ import annotations

import json

import pytest
from timetables import FARM, MILL, SCHOOL, write_rows

BASE = ("--base", "48.7,37.5")


@pytest.fixture
def timetable(tmp_path):
    """Write a timetable whose bus waits for its farm, which is paid time."""
    file = tmp_path / "stops.csv"
    rows = (SCHOOL, MILL | {"frequency": "FREQ=MONTHLY;BYDAY=1MO"}, FARM | {"arrival": "12:55"})
    file.write_text(write_rows(*rows), encoding="utf-8")
    return file


def test_it_tells_what_was_understood_and_which_rules_are_broken_today(bibliobus, tmp_path, timetable):
    ran = bibliobus("init", "--from-timetable", timetable, *BASE, tmp_path / "mine", "--lang", "en")

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "The timetable was understood as follows.",
        "Stops\t3",
        "Weeks of the cycle\t4",
        "First day of the cycle\tMarch 2, 2026",
        "Visits in the cycle\t5",
        "Bus days in the cycle\t2",
        "Distance driven in the cycle\t51.4\xa0km",
        "Distances and times\testimated",
        "Base: degrees north, east\t48.7000; 37.5000",
        "",
        "Buses; the limit of work is what stays and drives take on nine days out of ten today, waiting not counted",
        "Bus\tWeekdays\tShift\tLongest work\tMeal break",
        "Bus\tMon\t10:00–14:15\t3\xa0h\xa000\xa0min\t45\xa0min",
        "",
        "The plan of today breaks rules, as plans made by hand do. That stops nothing.",
        "How many times\tFor example\tCode",
        "2\tThe crew works 3\xa0h\xa030\xa0min without the meal break; the limit is 3\xa0h\xa000\xa0min. [bus/0]"
        "\twork-too-long",
        "",
        f"{tmp_path / 'mine'} holds the area and today.json, the plan that is driven today. Next:",
        f"  bibliobus check {tmp_path / 'mine'}",
        f"  bibliobus verify {tmp_path / 'mine'}/today.json",
        f"  bibliobus plan {tmp_path / 'mine'} -o plan-1",
        f"  bibliobus compare {tmp_path / 'mine'}/today.json plan-1",
    ]
    assert "(timetable-monthly)" in ran.err


def test_json_is_one_document(bibliobus, tmp_path, timetable):
    ran = bibliobus("init", "--from-timetable", timetable, tmp_path / "mine", "--json", "--lang", "uk")

    assert ran.code == 0
    assert ran.document["base_assumed"] is True
    assert (ran.document["cycle_weeks"], ran.document["first_day"], ran.document["buses"]) == (4, "2026-03-02", ["bus"])
    assert [finding["code"] for finding in ran.document["findings"]] == ["timetable-monthly"]
    assert ran.document["figures"]["visits"] == 5
    assert [(finding["code"], finding["tour"]) for finding in ran.document["broken"]] == [
        ("work-too-long", "bus/0"),
        ("work-too-long", "bus/14"),
    ]


def test_the_plan_of_today_is_verified_with_the_area_around_it(bibliobus, tmp_path, timetable):
    bibliobus("init", "--from-timetable", timetable, *BASE, tmp_path / "mine")

    ran = bibliobus("verify", tmp_path / "mine" / "today.json", "--lang", "en", "--json")

    assert ran.code == 1
    assert {finding["code"] for finding in ran.document["findings"]} == {"work-too-long"}


def test_a_new_plan_is_compared_with_the_plan_of_today(bibliobus, tmp_path, timetable):
    bibliobus("init", "--from-timetable", timetable, *BASE, tmp_path / "mine")
    bibliobus("plan", tmp_path / "mine", "-o", tmp_path / "plan", "--solver", "ortools", "--iterations", "3")

    ran = bibliobus("compare", tmp_path / "mine" / "today.json", tmp_path / "plan", "--json")

    assert ran.code in (0, 1)
    assert "lost" not in ran.document["differences"]


def test_an_area_that_was_changed_since_is_told_by_file(bibliobus, tmp_path, timetable):
    bibliobus("init", "--from-timetable", timetable, *BASE, tmp_path / "mine")
    with (tmp_path / "mine" / "scenario.toml").open("ab") as stream:
        stream.write(b"# changed\n")

    ran = bibliobus("verify", tmp_path / "mine" / "today.json", "--lang", "en")
    on_purpose = bibliobus("verify", tmp_path / "mine" / "today.json", "--area", tmp_path / "mine")

    assert ran.code == 3
    assert ran.err.startswith("error: The file is missing, or is not the one the plan was made from. [scenario.toml]\n")
    assert on_purpose.code == 1


def test_rows_that_are_one_rhythm_can_be_joined(bibliobus, tmp_path):
    file = tmp_path / "stops.csv"
    file.write_text(write_rows(SCHOOL, SCHOOL | {"start": "2026-03-09"}), encoding="utf-8")

    apart = bibliobus("init", "--from-timetable", file, tmp_path / "apart", "--json").document
    joined = bibliobus("init", "--from-timetable", file, "--join-rows", tmp_path / "joined", "--json").document

    assert (apart["figures"]["settlements"], apart["figures"]["visits"]) == (2, 2)
    assert (joined["figures"]["settlements"], joined["figures"]["visits"]) == (1, 2)
    assert [finding["code"] for finding in apart["findings"]] == ["timetable-site-recurs"]
    assert joined["findings"] == []


def test_a_broken_timetable_is_unusable_input(bibliobus, tmp_path):
    file = tmp_path / "stops.csv"
    file.write_text(write_rows(SCHOOL | {"arrival": "ten"}, MILL | {"geox": ""}), encoding="utf-8")

    ran = bibliobus("init", "--from-timetable", file, tmp_path / "mine", "--lang", "en")

    assert ran.code == 3
    assert [line for line in ran.err.splitlines() if line.startswith("error")] == [
        "error: “ten” is not a clock time. [stops.csv:2:arrival]",
        "error: The cell is empty, but a value is needed here. [stops.csv:3:geox]",
    ]
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("base", ["Kramatorsk", "48.7", "98.7,37.5", "48.7,937.5", "48,7,37,5"])
def test_a_base_that_is_no_place_is_wrong_use(bibliobus, tmp_path, timetable, base):
    ran = bibliobus("init", "--from-timetable", timetable, "--base", base, tmp_path / "mine", "--lang", "en")

    assert ran.code == 2
    assert ran.err.startswith(
        "The value of --base does not fit; it has to be degrees north and east with a comma between them, such as "
        "48.73,37.57."
    )


def test_a_base_without_a_timetable_is_wrong_use(bibliobus, tmp_path):
    ran = bibliobus("init", *BASE, tmp_path / "mine", "--lang", "en")

    assert ran.code == 2
    assert ran.err == (
        "error: A base is given, but no timetable that starts from it.\n"
        "  → Give the timetable with --from-timetable, or write the place of the depot into scenario.toml. "
        "(base-without-timetable)\n"
    )
    assert not (tmp_path / "mine").exists()


def test_the_summary_speaks_ukrainian(bibliobus, tmp_path, timetable):
    ran = bibliobus("init", "--from-timetable", timetable, tmp_path / "mine", "--lang", "uk")

    assert ran.out.startswith("Ось як програма зрозуміла графік.\nЗупинки\t3\n")
    assert "(припущено: медіана зупинок)" in ran.out
    assert json.loads((tmp_path / "mine" / "today.json").read_text(encoding="utf-8"))["language"] == "en"
