"""``bibliobus coverage``."""

from __future__ import annotations

import io

import openpyxl
import pytest


def test_people_read_who_is_reached(bibliobus, made_once):
    ran = bibliobus("coverage", made_once, "--lang", "en")

    assert ran.code == 0
    lines = ran.out.splitlines()
    assert "Who is reached" in lines
    assert any(line.startswith("All of the area\t\t14,280\t12,000\t") for line in lines)
    assert any("State social norms" in line for line in lines)


@pytest.mark.parametrize("norm", ["wales_2014", "kent_2016", "north_yorkshire_2025"])
def test_json_has_the_exact_figures(bibliobus, made_once, norm):
    document = bibliobus("coverage", made_once, "--norm", norm, "--json").document

    everybody = document["groups"][0]
    assert everybody["population"] == everybody["by_library"] + everybody["by_bus"] + everybody["by_neither"] == 14280
    assert list(document["norms"]) == [norm]


def test_the_workbook_has_a_sheet_for_each_table(bibliobus, made_once, tmp_path):
    ran = bibliobus("coverage", made_once, "-o", tmp_path / "c.xlsx", "--lang", "uk")

    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "c.xlsx").read_bytes()))
    assert ran.code == 0
    assert book.sheetnames == ["Хто охоплений", "У найгіршому становищі", "Показники", "Нормативи"]


def test_two_runs_write_the_same_bytes(bibliobus, made_once, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        bibliobus("coverage", made_once, "-o", tmp_path / name)

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_unknown_norm_is_wrong_use(bibliobus, made_once):
    ran = bibliobus("coverage", made_once, "--norm", "wales_2015", "--lang", "en")

    assert ran.code == 2
    assert ran.err == (
        "error: There is no norm “wales_2015”, neither of the program nor as a file.\n"
        "  → Did you mean “wales_2014”? (norm-not-found)\n"
    )


def test_a_norm_of_ones_own_is_a_file(bibliobus, made_once, tmp_path):
    (tmp_path / "mine.toml").write_text("title_uk = 1", encoding="utf-8")

    ran = bibliobus("coverage", made_once, "--norm", tmp_path / "mine.toml", "--lang", "en")

    assert ran.code == 3
    assert "norm-key-missing" in ran.err


def test_strict_minds_whom_nobody_reaches(bibliobus, made_once):
    document = bibliobus("coverage", made_once, "--json").document
    expected = int(document["groups"][0]["by_neither"] > 0 or "not_met" in str(document["norms"]))

    assert bibliobus("coverage", made_once, "--strict").code == expected


def test_the_page_shows_every_settlement_and_needs_nothing_from_outside(bibliobus, made_once, tmp_path):
    for name in ("a.html", "b.html"):
        assert bibliobus("coverage", made_once, "-o", tmp_path / name, "--lang", "uk").code == 0

    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page == (tmp_path / "b.html").read_text(encoding="utf-8")
    assert '<html lang="uk"' in page
    assert all(name in page for name in ("Східне", "Західне", "Північне", "Далеке", "Місто"))
    assert "Кого охоплює бібліобус" in page
    assert page.count("circleMarker(") == 5
