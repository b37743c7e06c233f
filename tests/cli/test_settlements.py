"""``bibliobus settlements import``."""

from __future__ import annotations

import io

import pytest
from gazetteers import codify, line, pack


@pytest.fixture
def gazetteers(tmp_path):
    """Words that name both gazetteers."""
    lines = [line(1, "Nove", "Нове", 48.7, 37.5, population="420"), line(2, "Haj", "Гай", 48.71, 37.52)]
    settlements = [
        ("UA14120010010000001", "C", "Нове"),
        ("UA14120010020000002", "C", "Гай"),
        ("UA14120030010000003", "C", "Гай"),
    ]
    (tmp_path / "UA.zip").write_bytes(pack(lines))
    (tmp_path / "codifier.xlsx").write_bytes(codify(settlements))
    return "--geonames", tmp_path / "UA.zip", "--katottg", tmp_path / "codifier.xlsx"


def test_gazetteers_are_joined_and_told(bibliobus, gazetteers, tmp_path):
    ran = bibliobus("settlements", "import", *gazetteers, "-o", tmp_path / "area", "--lang", "en")

    assert ran.code == 0
    assert (tmp_path / "area" / "settlements.csv").is_file()
    lines = ran.out.splitlines()
    assert lines[0] == "2 settlements were written."
    assert "the same name, the only one in its raion\t1" in lines
    assert "several of this name in the raion\t1" in lines
    assert "without a position in GeoNames\t1" in lines
    assert ran.err.startswith("warning: Hai, hromada Північна: joined with “Haj” of GeoNames, but not surely")


def test_json_tells_the_same(bibliobus, gazetteers, tmp_path):
    ran = bibliobus("settlements", "import", *gazetteers, "-o", tmp_path / "area", "--json")

    assert ran.document["settlements"] == 2
    assert ran.document["matches"] == {"name": 1, "uncertain: homonym": 1}
    assert ran.document["missing"] == 1
    assert [finding["code"] for finding in ran.document["findings"]] == ["join-uncertain", "position-not-found"]


def test_strict_minds_what_is_not_sure(bibliobus, gazetteers, tmp_path):
    assert bibliobus("settlements", "import", *gazetteers, "-o", tmp_path / "area", "--strict").code == 1


@pytest.mark.parametrize("words", [[], ["some.csv", "--geonames", "UA.zip"], ["--geonames", "UA.zip"]])
def test_it_must_be_clear_where_settlements_come_from(bibliobus, words, tmp_path):
    ran = bibliobus("settlements", "import", *words, "-o", tmp_path / "area", "--lang", "en")

    assert ran.code == 2
    assert ran.err == (
        "error: It is not clear where the settlements come from.\n"
        "  → Give either a table, or both --geonames and --katottg. (which-source)\n"
    )


def test_who_asks_to_be_asked_is_asked_and_told_the_option(bibliobus, tmp_path, monkeypatch):
    (tmp_path / "sela.csv").write_text("KOD,NAZVA,Y,X\na,Нове,48.7,37.5\n", encoding="utf-8")
    answers = ["KOD", "NAZVA", "", "", "", "", "Y", "X", *[""] * 7]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(answers) + "\n"))

    ran = bibliobus(
        "settlements", "import", tmp_path / "sela.csv", "-o", tmp_path / "area", "--map-columns", "ask", "--lang", "en"
    )

    assert ran.code == 0
    assert 'The next time: --map-columns "settlement_id=KOD,name_uk=NAZVA,lat=Y,lon=X"' in ran.err
    assert ran.out == "1 settlement was written.\n"
