"""``bibliobus siting``."""

from __future__ import annotations

import openpyxl
import pytest


def test_people_read_first_what_is_given_up(bibliobus, area):
    ran = bibliobus("siting", area, "--close", 1, "--lang", "en")

    assert ran.code == 0
    lines = ran.out.replace("\xa0", " ").splitlines()
    assert lines[1] == "Losing a library within 3.0 km by road: 12,000 residents in 1 settlement."
    assert lines.index("Who loses reach") < lines.index("Branch or bus")


def test_an_area_and_a_plan_of_it_give_the_same(bibliobus, made_once):
    of_plan = bibliobus("siting", made_once, "--open", 1, "--json").document
    of_area = bibliobus("siting", made_once / "area", "--open", 1, "--json").document

    assert of_plan["opened"] == of_area["opened"] == [{"settlement_id": "west", "library_id": ""}]
    assert of_plan["proved"] is True
    assert of_plan["lost"] == []


@pytest.mark.parametrize("name", ["--open", "--close"])
def test_more_than_there_are_is_wrong_use(bibliobus, area, name):
    ran = bibliobus("siting", area, name, 9, "--lang", "en")

    assert ran.code == 2
    sentences = {
        "--close": "error: 9 libraries cannot be closed: there are only 1.\n"
        "  → Give a smaller number with --close. (too-many-to-close)\n",
        "--open": "error: 9 branches cannot be opened: only 4 settlements have none.\n"
        "  → Give a smaller number with --open. (too-many-to-open)\n",
    }
    assert ran.err == sentences[name]


def test_strict_minds_who_loses_reach(bibliobus, area):
    assert bibliobus("siting", area, "--strict").code == 0
    assert bibliobus("siting", area, "--close", 1, "--strict").code == 1


def test_reach_is_that_of_the_option(bibliobus, area):
    assert bibliobus("siting", area, "--reach-km", 9, "--json").document["reach_m"] == 9000


def test_two_runs_write_the_same_workbook(bibliobus, area, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        assert bibliobus("siting", area, "--open", 1, "-o", tmp_path / name, "--lang", "uk").code == 0

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames[0] == "Хто втрачає доступ"
