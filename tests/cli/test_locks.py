"""``bibliobus locks``."""

from __future__ import annotations

import shutil


def test_nothing_marked_takes_nothing_over(bibliobus, made_once, area, tmp_path):
    workbook = shutil.copy(made_once / "timetable.xlsx", tmp_path / "timetable.xlsx")

    ran = bibliobus("locks", area, workbook, "--lang", "en")

    assert (ran.code, ran.out) == (0, "0 locks were copied.\n")
    assert ran.err.startswith("warning: Nothing is marked in the column “Lock” of the first sheet.")
    assert bibliobus("locks", area, workbook, "--strict").code == 1
    assert bibliobus("locks", area, workbook, "--json").document["locks"] == []


def test_a_missing_workbook_is_told(bibliobus, area, tmp_path):
    assert bibliobus("locks", area, tmp_path / "none.xlsx").code == 3
