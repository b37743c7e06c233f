"""``bibliobus monitor``."""

from __future__ import annotations

import json

import openpyxl
import pytest


@pytest.fixture
def log(made_once, tmp_path):
    """Log in which the first announced visit was late, the second missed, and a day nobody announced."""
    plan = json.loads((made_once / "plan.json").read_text(encoding="utf-8"))
    rows = ["date,settlement_id,arrival,readers", "2026-03-02,nowhere,,", "2026-03-15,nowhere,,"]
    assert plan["format"] == "bibliobus-plan/1"
    file = tmp_path / "log.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_people_read_what_became_of_the_visits(bibliobus, made_once, log):
    announced = bibliobus("monitor", made_once, log, "--json").document["announced"]

    ran = bibliobus("monitor", made_once, log, "--lang", "en")

    assert ran.code == 0
    assert announced > 0
    lines = ran.out.splitlines()
    assert f"Visits missed\t{announced}" in lines
    assert "Rows of the log that no announced visit explains\t2" in lines


def test_the_workbook_has_a_sheet_for_each_table(bibliobus, made_once, log, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        assert bibliobus("monitor", made_once, log, "-o", tmp_path / name, "--lang", "uk").code == 0

    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == [
        "Показники",
        "Зупинки",
        "Що пішло не так",
        "Справжній час у дорозі",
    ]
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_strict_minds_missed_visits(bibliobus, made_once, log):
    assert bibliobus("monitor", made_once, log, "--strict").code == 1


def test_a_norm_without_readers_is_wrong_use(bibliobus, made_once, log):
    ran = bibliobus("monitor", made_once, log, "--norm", "wales_2014", "--lang", "en")

    assert ran.code == 2
    assert "The norm “wales_2014” has no verified rule about the number of readers of a stop." in ran.err


@pytest.mark.parametrize("content", [None, "date,settlement_id\nsoon,a\n"])
def test_a_log_that_cannot_be_used_is_refused(bibliobus, made_once, tmp_path, content):
    if content is not None:
        (tmp_path / "bad.csv").write_text(content, encoding="utf-8")

    assert bibliobus("monitor", made_once, tmp_path / "bad.csv").code == 3
