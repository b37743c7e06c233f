"""``--encoding``, and the key ``encoding`` of a scenario: the choice where the text leaves doubt."""

from __future__ import annotations

import pytest
from areas import SCENARIO, SETTLEMENTS, write_area
from timetables import write_rows

TABLE = "id;name_uk;lat;lon;population\nA;Genève;48,7;37,5;900\nB;Sète;48,8;37,6;700\n"


@pytest.fixture
def doubtful(tmp_path):
    """Table of which nobody can say in which encoding it is."""
    file = tmp_path / "table.csv"
    file.write_bytes(TABLE.encode("cp1252"))
    return file


def test_an_import_asks_which_encoding_a_doubtful_table_has(bibliobus, doubtful, tmp_path):
    ran = bibliobus("settlements", "import", doubtful, "-o", tmp_path / "area", "--lang", "en")

    assert ran.code == 3
    assert "“Genčve”" in ran.err
    assert "“Genève”" in ran.err
    assert "(encoding-doubtful)" in ran.err
    assert not (tmp_path / "area" / "settlements.csv").exists()


@pytest.mark.parametrize(("name", "read"), [("windows-1252", "Genève"), ("cp1250", "Genčve")])
def test_an_import_takes_the_encoding_that_is_named(bibliobus, doubtful, tmp_path, name, read):
    ran = bibliobus("settlements", "import", doubtful, "--encoding", name, "-o", tmp_path / "area")

    assert ran.code == 0
    assert read in (tmp_path / "area" / "settlements.csv").read_text(encoding="utf-8-sig")


def test_an_encoding_that_there_is_not_is_refused(bibliobus, doubtful, tmp_path):
    ran = bibliobus("settlements", "import", doubtful, "--encoding", "1252x", "-o", tmp_path / "area", "--lang", "en")

    assert ran.code == 2
    assert "There is no encoding of text called “1252x”." in ran.err


def write_doubtful_area(folder, scenario):
    """Area of which one file cannot be read without a choice."""
    names = {"Східне": "Genève", "Далеке": "Sète", "Північне": "Nord", "Місто": "Ville", "Західне": "Ouest"}
    text = SETTLEMENTS.replace("Краматорський", "Raion").replace("Мала", "Petite")
    for old, new in names.items():
        text = text.replace(old, new)
    return write_area(folder, scenario=scenario, settlements=text.encode("cp1252"))


def test_the_files_of_an_area_have_the_encoding_that_its_scenario_names(bibliobus, tmp_path):
    before = bibliobus("check", write_doubtful_area(tmp_path / "a", SCENARIO), "--json")
    named = 'encoding = "windows-1252"\n' + SCENARIO.replace('language = "en"', 'language = "uk"')
    area = write_doubtful_area(tmp_path / "b", named)

    after = bibliobus("check", area, "--json")
    planned = bibliobus("plan", area, "-o", tmp_path / "plan", "--iterations", "0")

    assert before.code == 3
    assert [finding["code"] for finding in before.document["findings"]].count("encoding-doubtful") == 1
    assert after.code == 0
    assert planned.code == 0
    assert "Genève" in (tmp_path / "plan" / "timetable.csv").read_text(encoding="utf-8-sig")
    assert bibliobus("verify", tmp_path / "plan").code == 0


def test_an_encoding_of_a_scenario_that_there_is_not_is_an_error(bibliobus, tmp_path):
    ran = bibliobus("check", write_area(tmp_path / "area", scenario='encoding = "cp9999"\n' + SCENARIO), "--json")

    assert ran.code == 3
    assert [finding["code"] for finding in ran.document["findings"]] == ["encoding-unknown"]


def test_init_takes_the_encoding_and_writes_it_into_the_scenario(bibliobus, tmp_path):
    area = tmp_path / "area"
    area.mkdir()
    (area / "settlements.csv").write_bytes(TABLE.replace("id;", "settlement_id;").encode("cp1252"))

    assert bibliobus("init", area).code == 3
    assert bibliobus("init", area, "--encoding", "windows-1252").code == 0

    assert 'encoding = "cp1252"' in (area / "scenario.toml").read_text(encoding="utf-8")
    assert bibliobus("check", area).code == 0


def test_a_timetable_and_a_log_have_the_encoding_that_is_named(bibliobus, made_once, tmp_path):
    timetable = tmp_path / "stops.csv"
    timetable.write_bytes(write_rows({"stop": "Genève"}).encode("cp1252"))
    log = tmp_path / "log.csv"
    log.write_bytes("date,settlement_id,note\n2026-03-02,nowhere,Genève\n".encode("cp1252"))

    for words in (
        ("init", tmp_path / "today", "--from-timetable", timetable),
        ("monitor", made_once, log),
        ("report", made_once, "--log", log),
    ):
        assert "(encoding-doubtful)" in bibliobus(*words).err, words
        assert bibliobus(*words, "--encoding", "windows-1252").code == 0, words


def test_changes_that_are_not_utf_8_are_added_to_all_the_same(bibliobus, area):
    words = ("changes", "add", area, "--closed", "--between", "town", "east", "--note", "міст зачинено")
    assert bibliobus(*words).code == 0
    file = area / "changes.geojson"
    file.write_bytes(file.read_text(encoding="utf-8").encode("cp1251"))

    ran = bibliobus("changes", "add", area, "--closed", "--between", "town", "north", "--note", "повінь на шляху")

    assert ran.code == 0, ran.err
    text = file.read_text(encoding="utf-8")
    assert "міст зачинено" in text
    assert "повінь на шляху" in text
