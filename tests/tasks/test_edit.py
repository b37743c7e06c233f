"""A timetable.xlsx that people edit is read back, verified and scored like any plan."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import openpyxl
import pytest
from areas import say, write_area
from folders import copy_folder

from bibliobus.findings import InputError
from bibliobus.model.area import prepare_area
from bibliobus.plan.build import build_by_hand, score_tours
from bibliobus.plan.plan import Standing
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.edit import verify_workbook
from bibliobus.tasks.plan import plan_area
from bibliobus.tasks.reopen import reopen_plan

FEW = SearchOptions(iterations=3)
KRAMATORSK = Path(__file__).parents[2] / "data" / "settlements" / "kramatorsk"


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """Plan folder of the small area, in English."""
    folder = tmp_path_factory.mktemp("by_hand")
    plan_area(write_area(folder / "area"), folder / "out", options=FEW, language="en")
    return folder / "out"


@pytest.fixture
def out(planned, tmp_path):
    """Plan folder of one's own."""
    return copy_folder(planned, tmp_path / "out")


def edit(out, change) -> None:
    """Change the first sheet of the workbook as a spreadsheet program would."""
    book = openpyxl.load_workbook(out / "timetable.xlsx")
    change(book.worksheets[0])
    book.save(out / "timetable.xlsx")


def find_row(sheet, what: str, where: str = "") -> int:
    """Number of the first row that says so."""
    rows = sheet.iter_rows(values_only=True)
    return next(at for at, row in enumerate(rows, 1) if row[2] == what and (not where or row[3] == where))


def find_problems(out) -> list[str]:
    """Place and sentence of every finding that keeps the workbook from being read."""
    with pytest.raises(InputError) as caught:
        verify_workbook(out / "timetable.xlsx")
    return [" | ".join(text.split(" | ")[:2]) for text in say(caught.value.findings)]


def test_an_unchanged_workbook_is_the_plan_itself(tmp_path):
    none = SearchOptions(iterations=0)
    made = plan_area(KRAMATORSK, tmp_path / "out", options=none, language="uk", area_id="kramatorsk")

    plan, prepared, report = verify_workbook(tmp_path / "out" / "timetable.xlsx")

    assert plan.tours == made.plan.tours
    assert report.findings == ()
    assert plan.provenance.cost == score_tours(prepared, plan.tours) == made.plan.provenance.cost
    assert plan.figures == made.plan.figures
    assert plan.accounts == made.plan.accounts


def test_a_workbook_in_english_is_read_as_well(out):
    made, _ = reopen_plan(out)

    plan, _, report = verify_workbook(out / "timetable.xlsx")

    assert (plan.tours, report.findings) == (made.tours, ())


def test_a_longer_stay_is_found_with_its_sheet_and_row(out):
    def stay_longer(sheet) -> None:
        row = find_row(sheet, "Open to readers")
        sheet.cell(row, 2).value = time(16, 0)

    edit(out, stay_longer)
    _, _, report = verify_workbook(out / "timetable.xlsx")

    found = next(finding for finding in report.findings if finding.code == "time-runs-back")
    assert (found.place.file, found.place.column) == ("timetable.xlsx", "By bus and day")
    sheet = openpyxl.load_workbook(out / "timetable.xlsx").worksheets[0]
    assert str(sheet.cell(found.place.row, 1).value).startswith("Bus 1: ")


def test_a_call_that_is_too_short_is_found_in_its_row(out):
    rows = []

    def hurry(sheet) -> None:
        rows.append(find_row(sheet, "Open to readers"))
        sheet.cell(rows[0], 2).value = sheet.cell(rows[0], 1).value

    edit(out, hurry)
    _, _, report = verify_workbook(out / "timetable.xlsx")

    assert [(f.code, f.place.row) for f in report.findings] == [("dwell-too-short", rows[0])]


def test_a_settlement_taken_out_by_hand_is_unserved(out):
    edit(out, lambda sheet: sheet.delete_rows(find_row(sheet, "Open to readers", "Skhidne")))

    plan, _, report = verify_workbook(out / "timetable.xlsx")

    (account,) = [one for one in plan.accounts if one.standing is Standing.UNSERVED]
    # There would be room: that it was left out is nobody's choice but the editor's.
    assert (account.settlement_id, account.reason.impossible) == ("east", False)
    assert report.findings == ()
    old, _ = reopen_plan(out)
    assert plan.provenance.cost > old.provenance.cost
    assert plan.figures["settlements_served"] == old.figures["settlements_served"] - 1


def test_a_whole_day_moves_with_its_heading(out):
    def move(sheet) -> None:
        row = next(at for at, cells in enumerate(sheet.iter_rows(values_only=True), 1) if "week 1" in str(cells[0]))
        sheet.cell(row, 1).value = "bus 1:  Sunday, WEEK 1"

    edit(out, move)
    plan, _, report = verify_workbook(out / "timetable.xlsx")

    assert 6 in [tour.day for tour in plan.tours]
    assert "bus-off-duty" in {finding.code for finding in report.findings}


def test_times_may_be_typed_as_text_and_places_by_their_ids(out):
    def type_in(sheet) -> None:
        row = find_row(sheet, "Open to readers", "Skhidne")
        sheet.cell(row, 1).value = sheet.cell(row, 1).value.strftime("%H:%M")
        sheet.cell(row, 4).value = "east"

    edit(out, type_in)

    assert verify_workbook(out / "timetable.xlsx")[2].findings == ()


def set_cell(what: str, column: int, value: object):
    """Change of the first row of a kind."""

    def change(sheet) -> None:
        sheet.cell(find_row(sheet, what), column).value = value

    return change


def set_heading(value: str):
    """Change of the first heading."""

    def change(sheet) -> None:
        row = next(at for at, cells in enumerate(sheet.iter_rows(values_only=True), 1) if "week" in str(cells[0]))
        sheet.cell(row, 1).value = value

    return change


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (set_cell("Drives to", 4, "Atlantis"), "There is no settlement and no depot called “Atlantis”."),
        (set_cell("Open to readers", 1, "soon"), "“soon” is not a clock time."),
        (set_cell("Open to readers", 1, None), "“” is not a clock time."),
        (set_cell("Drives to", 3, "Flies to"), "“Flies to” is nothing that a crew does in this sheet."),
        (
            set_heading("Bus 9: Monday, week 1"),
            "“Bus 9: Monday, week 1” is not the heading of a bus and a day of the cycle.",
        ),
        (lambda sheet: sheet.delete_rows(4), "The row belongs to no bus and day: no heading stands above it."),
        (
            lambda sheet: sheet.delete_rows(3),
            "The first sheet is not the timetable by bus and day: it has no row with the column names "
            "From, To, What, Where, Minutes, km, Lock.",
        ),
        (set_cell("Open to readers", 1, "=A1"), "holds a formula, but its result was never saved."),
    ],
)
def test_what_cannot_be_read_is_said_with_sheet_and_row(out, change, problem):
    edit(out, change)

    problems = find_problems(out)

    assert any(problem in text for text in problems)
    assert all(text.startswith("timetable.xlsx") for text in problems)


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_refused(out, content):
    (out / "timetable.xlsx").write_bytes(content)

    assert find_problems(out)[0].startswith("timetable.xlsx")


def test_tours_of_an_unknown_bus_cost_nothing(out):
    plan, prepared = reopen_plan(out)
    nobody = [tour.__class__("ghost", tour.day, tour.rows) for tour in plan.tours]

    assert score_tours(prepared, nobody) == 0
    assert build_by_hand(prepare_area(prepared.dataset), (), "en").figures["settlements_served"] == 0
