"""Stops marked in the workbook come back as locks, and the next plan keeps them."""

from __future__ import annotations

import openpyxl
import pytest
from areas import say, write_area

from bibliobus.findings import InputError
from bibliobus.plan.day_sheet import LOCK_WORDS
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks import edit
from bibliobus.tasks.edit import take_locks
from bibliobus.tasks.plan import plan_area
from bibliobus.tasks.reopen import verify_folder

FEW = SearchOptions(iterations=2)


@pytest.fixture
def world(tmp_path):
    """Area and a plan of it, in English."""
    area = write_area(tmp_path / "area")
    planned = plan_area(area, tmp_path / "out", options=FEW, language="en")
    return area, tmp_path / "out" / "timetable.xlsx", planned.plan


def mark(workbook, word, *, every=False):
    """Write a word beside the first stop, or beside every one; name the settlement of the first."""
    book = openpyxl.load_workbook(workbook)
    sheet = book.worksheets[0]
    column = next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == "Lock")
    rows = [row for row in sheet.iter_rows() if row[2].value == "Open to readers"]
    for row in rows if every else rows[:1]:
        sheet.cell(row[0].row, column, word)
    book.save(workbook)
    return rows[0][3].value


@pytest.mark.parametrize("word", sorted(LOCK_WORDS))
def test_a_mark_becomes_a_lock_that_keeps_what_it_says(world, word):
    area, workbook, plan = world
    before = (area / "scenario.toml").read_text(encoding="utf-8")
    mark(workbook, word.upper())

    (lock,) = take_locks(area, workbook).locks

    first = plan.tours[0].calls[0]
    assert (lock.settlement_id, lock.weekday, lock.week) == (first.settlement_id, plan.tours[0].day % 7, 1)
    assert lock.time_s == (first.start_s if "time" in LOCK_WORDS[word] else None)
    assert lock.bus_id == ("one" if "bus" in LOCK_WORDS[word] else None)
    after = (area / "scenario.toml").read_text(encoding="utf-8")
    assert after.startswith(before.rstrip())
    assert "[[locks]]" in after


def test_the_next_plan_keeps_the_locks(world, tmp_path):
    area, workbook, plan = world
    mark(workbook, "x", every=True)
    taken = take_locks(area, workbook)

    again = plan_area(area, tmp_path / "again", options=SearchOptions(seed=9, iterations=2)).plan

    first = {}
    for tour in plan.tours:
        for call in tour.calls:
            first.setdefault(call.settlement_id, (tour.day, call.start_s, tour.bus_id))
    kept = {(c.settlement_id, t.day, c.start_s, t.bus_id) for t in again.tours for c in t.calls}
    assert len(taken.locks) == len(first)
    assert {(name, *where) for name, where in first.items()} <= kept
    assert verify_folder(tmp_path / "again")[2].errors == ()


def test_a_lock_that_is_there_is_left(world):
    area, workbook, _ = world
    mark(workbook, "x")
    take_locks(area, workbook)
    before = (area / "scenario.toml").read_bytes()

    again = take_locks(area, workbook)

    assert again.locks == ()
    assert [finding.code for finding in again.report.findings] == ["locked-already"]
    assert (area / "scenario.toml").read_bytes() == before


def test_nothing_marked_is_told(world):
    area, workbook, _ = world

    taken = take_locks(area, workbook)

    assert say(taken.report.findings)[0].startswith(
        "timetable.xlsx | Nothing is marked in the column “Lock” of the first sheet. | Write x beside a stop"
    )


def test_an_unknown_mark_is_told_and_nothing_is_written(world):
    area, workbook, plan = world
    before = (area / "scenario.toml").read_bytes()
    mark(workbook, "maybe")

    with pytest.raises(InputError) as caught:
        take_locks(area, workbook)

    assert "“maybe” does not say what is to be kept." in say(caught.value.findings)[0]
    assert (area / "scenario.toml").read_bytes() == before


def test_neither_locks_nor_the_checker_explain_an_empty_plan(world, monkeypatch):
    area, workbook, plan = world
    built = []

    def count(prepared, tours, language):
        built.append(len(tours))
        return build(prepared, tours, language)

    build = edit.build_by_hand
    monkeypatch.setattr(edit, "build_by_hand", count)

    take_locks(area, workbook)
    edit.verify_workbook(workbook)

    assert built == [len(plan.tours)]
