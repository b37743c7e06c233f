"""The plan as a workbook, read back cell by cell."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import Made
from openpyxl import load_workbook

from bibliobus.output.workbook import render_workbook as write_workbook
from bibliobus.plan.plan import Call, Tour
from bibliobus.words.safe import clean_text

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language

HEAD = 5


def render_workbook(plan: Plan, dataset: Dataset, language: Language) -> bytes:
    """Workbook for the planner."""
    return write_workbook(Made(plan, dataset, language=language).view())


def _open(content: bytes) -> Workbook:
    """Workbook as a reader sees it."""
    return load_workbook(io.BytesIO(content))


def _rows(page: Worksheet, first: int = HEAD + 1) -> list[tuple[object, ...]]:
    """Values from a row on."""
    return [tuple(row) for row in page.iter_rows(min_row=first, values_only=True)]


@pytest.fixture(scope="module")
def book(plan: Plan, dataset: Dataset, english: Language) -> Workbook:
    """Workbook in English."""
    return _open(render_workbook(plan, dataset, english))


def test_there_are_five_sheets(book: Workbook) -> None:
    names = book.sheetnames

    assert names == ["By bus and day", "By settlement", "Without a bus", "Key figures", "Sources"]


def test_title_period_and_warnings_stand_on_top_of_every_sheet(book: Workbook) -> None:
    tops = [[page.cell(row, 1).value for row in range(1, HEAD)] for page in book]

    everywhere = [
        "Small land: timetable of the mobile library",
        "First cycle: March 2, 2026 to March 15, 2026",
        "This is an example.",
    ]
    assert [top[:3] for top in tops] == [everywhere] * 5
    sentence = "Distances and driving times are an estimate: they were not measured on real roads."
    assert [sentence in top for top in tops] == [True, False, False, False, False]


def test_a_block_tells_a_day_of_a_bus_with_the_meal_break_in_a_row_of_its_own(book: Workbook) -> None:
    rows = _rows(book["By bus and day"])

    assert rows[0] == ("Bus 1: Monday, week 1, March 2, 2026", None, None, None, None, None, None)
    assert rows[1:14] == [
        (time(8, 0), None, "Leaves the depot", "Central library", None, None, None),
        (time(8, 0), time(8, 50), "Drives to", "Hannivka", 50, 24.5, None),
        (time(8, 50), time(9, 0), "Waits", "Hannivka", 10, None, None),
        (time(9, 0), time(10, 0), "Open to readers", "Hannivka", 60, None, None),
        (time(10, 0), time(10, 20), "Drives to", "Ganok", 20, 9, None),
        (time(10, 20), time(11, 20), "Open to readers", "Ganok", 60, None, None),
        (time(11, 20), time(11, 40), "Drives to", "Ivanivka (Mala)", 20, 8.2, None),
        (time(11, 40), time(12, 25), "Meal break", "Ivanivka (Mala)", 45, None, None),
        (time(12, 25), time(12, 30), "Waits", "Ivanivka (Mala)", 5, None, None),
        (time(12, 30), time(13, 0), "Open to readers", "Ivanivka (Mala)", 30, None, None),
        (time(13, 0), time(13, 45), "Drives to", "Central library", 45, 21.3, None),
        (time(13, 45), None, "Back at the depot", "Central library", None, None, None),
        (time(8, 0), time(13, 45), "In all, meal break not counted", None, 300, 63, None),
    ]
    assert [row[0] for row in rows if isinstance(row[0], str)] == [
        "Bus 1: Monday, week 1, March 2, 2026",
        "Bus 1: Monday, week 2, March 9, 2026",
        "Bus 2: Tuesday, week 2, March 10, 2026",
    ]


def test_by_settlement_there_is_a_row_for_each_visit(book: Workbook, plan: Plan) -> None:
    rows = _rows(book["By settlement"])

    heading = "Settlement, Hromada, Raion, How often, Week, Weekday, Date, Arrival, Departure, Minutes, Bus"
    assert ", ".join(str(cell.value) for cell in book["By settlement"][HEAD]) == heading
    assert rows[2][:6] == ("Hannivka", "Мала", "Північний", "every week", 1, "Monday")
    assert rows[2][6:] == (datetime(2026, 3, 2), time(9, 0), time(10, 0), 60, "Bus 1")
    assert len(rows) == plan.figures["visits"]


def test_times_and_dates_are_real_values_with_formats(
    book: Workbook, plan: Plan, dataset: Dataset, ukrainian: Language
) -> None:
    translated = _open(render_workbook(plan, dataset, ukrainian)).worksheets[1]

    row = book["By settlement"][HEAD + 1]
    assert [cell.number_format for cell in row[6:10]] == ["yyyy-mm-dd", "hh:mm", "hh:mm", "#,##0"]
    assert [cell.data_type for cell in row[6:9]] == ["d", "d", "d"]
    assert translated.cell(HEAD + 1, 7).number_format == "dd.mm.yyyy"


def test_ukrainian_names_are_in_the_order_of_their_alphabet(plan: Plan, dataset: Dataset, ukrainian: Language) -> None:
    page = _open(render_workbook(plan, dataset, ukrainian)).worksheets[1]

    names = list(dict.fromkeys(row[0] for row in _rows(page)))

    assert names == ["Ганнівка", "Ґанок", "Іванівка", "Їжаківка"]


def test_settlements_without_a_bus_have_standing_reason_and_library(book: Workbook) -> None:
    rows = _rows(book["Without a bus"])

    assert [(row[0], row[3], row[4], row[6], row[7]) for row in rows] == [
        ("Ivanivka", 90, "Not served: not possible under the rules", None, "none can be reached"),
        ("Yelyzavetivka", 200, "Not served: no time left", "Town library", 11.5),
        ("Blyzhnie", 300, "No bus needed: a library is near", "Town library", 2.4),
        ("Misto", 12000, "No bus needed: a library is near", "Town library", 0),
    ]
    assert rows[0][5] == "No road leads there from a depot and back for any suitable bus."


def test_key_figures_come_in_words_and_as_exact_numbers(book: Workbook, plan: Plan) -> None:
    rows = {row[0]: row[1:] for row in _rows(book["Key figures"])}

    assert rows["Distance driven in the cycle"] == ("178.5\N{NO-BREAK SPACE}km", 178500, "metres")
    assert rows["Share of the need that is served"] == ("92%", 0.9229, "share from 0 to 1")
    assert rows["Time open to readers in the cycle"][1:] == (18000, "seconds")
    assert rows["Visits in the cycle"] == ("6", 6, None)
    assert len(rows) == len(plan.figures)


def test_sources_name_digests_seed_and_weights(book: Workbook) -> None:
    rows = dict(_rows(book["Sources"]))

    assert rows["Data"] == "GeoNames (CC BY 4.0)"
    assert rows["Digest of settlements.csv"] == "sha256:aa"
    assert rows["Seed of the search"] == 7
    assert rows["Weight: one kilometre"] == 1


def test_headings_stay_in_sight_and_sheets_print_on_a4(book: Workbook) -> None:
    pages = list(book)

    assert {page.freeze_panes for page in pages} == {f"A{HEAD + 1}"}
    assert {page.print_title_rows for page in pages} == {f"$1:${HEAD}"}
    assert {int(page.page_setup.paperSize) for page in pages} == {9}
    assert [page.page_setup.orientation for page in pages] == [
        "portrait",
        "landscape",
        "landscape",
        "portrait",
        "portrait",
    ]
    assert {(page.page_setup.fitToWidth, page.page_setup.fitToHeight) for page in pages} == {(1, 0)}
    assert all(page.sheet_properties.pageSetUpPr.fitToPage for page in pages)
    assert {page.oddFooter.center.text for page in pages} == {"Page &P of &N"}


def test_lists_can_be_filtered_and_blocks_not(book: Workbook) -> None:
    filters = [page.auto_filter.ref for page in book]

    assert filters == [None, "A5:K11", "A5:I9", "A5:D25", "A5:B25"]


def test_columns_are_wide_enough_for_what_is_not_wrapped(book: Workbook) -> None:
    for page in book:
        for column in page.iter_cols(min_row=HEAD + 1):
            width = page.column_dimensions[column[0].column_letter].width
            texts = [cell.value for cell in column if isinstance(cell.value, str) and cell.alignment.wrap_text]
            assert width >= min(26, max([len(text) for text in texts], default=0))


def test_without_tours_the_sheets_are_there_and_empty(plan: Plan, dataset: Dataset, english: Language) -> None:
    book = _open(render_workbook(replace(plan, tours=(), accounts=()), dataset, english))

    assert _rows(book["By bus and day"]) == []
    assert book["By settlement"].auto_filter.ref == "A5:K5"


def test_midnight_at_the_end_of_a_day_stays_24_hours(plan: Plan, dataset: Dataset, english: Language) -> None:
    first = plan.tours[0]
    late = tuple(replace(row, end_s=86400) if isinstance(row, Call) else row for row in first.rows)
    book = _open(render_workbook(replace(plan, tours=(Tour("bus1", 0, late),)), dataset, english))

    cell = book["By settlement"].cell(HEAD + 1, 9)

    assert (cell.value, cell.number_format) == (timedelta(days=1), "[hh]:mm")


def test_equal_plans_give_equal_bytes(plan: Plan, dataset: Dataset, english: Language, ukrainian: Language) -> None:
    contents = [render_workbook(plan, dataset, language) for language in (english, english, ukrainian, ukrainian)]

    assert contents[0] == contents[1]
    assert contents[2] == contents[3]


def _rename(dataset: Dataset, name: str) -> Dataset:
    """Dataset in which every free text is the given one."""
    settlements = (
        replace(s, name_uk=name, name_latin=name, hromada=name, raion=name) if s.settlement_id == "hanna" else s
        for s in dataset.settlements
    )
    scenario = dataset.scenario
    return replace(
        dataset,
        settlements=tuple(settlements),
        libraries=tuple(replace(library, name=name, source=name) for library in dataset.libraries),
        scenario=replace(
            scenario,
            title_en=name,
            notice_en=name,
            attribution=name,
            data_date=name,
            buses=tuple(replace(bus, name=name) for bus in scenario.buses),
            depots=tuple(replace(depot, name=name) for depot in scenario.depots),
        ),
    )


HOSTILE = [
    "<script>alert(1)</script>",
    "${7*7} {0} {name} %s",
    "\"quoted\" 'and' `ticks` \\ &amp; ]]>",
    "\N{RIGHT-TO-LEFT OVERRIDE}txt.exe\N{RIGHT-TO-LEFT MARK}",
    "Ї" * 300,
    "🚌👩‍👩‍👧",
    "=1+1",
    "=",
    "+380",
    "-5",
    "@SUM(A1)",
    "#REF!",
    " spaces at both ends ",
    "two\nlines\tand\ra tab",
    "bell\x07 escape\x1b[31m nul\x00 del\x7f",
    "_x003D_1+1",
    "12",
    "2026-03-02",
    "&P&N&A",
]


def _check_round_trip(plan: Plan, dataset: Dataset, language: Language, name: str) -> None:
    """Every text reads back as it was, control characters aside, and there is no formula."""
    content = render_workbook(plan, _rename(dataset, name), language)

    book = _open(content)
    kept = clean_text(name) or None
    visits = [row for row in _rows(book["By settlement"]) if row[10] == kept]
    assert len(visits) == plan.figures["visits"]
    assert sum(row[:3] == (kept, kept, kept) for row in visits) == 2
    assert book["Without a bus"].cell(HEAD + 2, 7).value == kept
    assert book["By bus and day"].cell(HEAD + 2, 4).value == kept
    assert {page.cell(3, 1).value for page in book} == {kept}
    assert dict(_rows(book["Sources"]))["Data"] == kept
    assert {cell.data_type for page in book for row in page.iter_rows() for cell in row} <= {"s", "n", "d"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"<f>" in archive.read(entry) for entry in archive.namelist())


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_read_back_as_text(plan: Plan, dataset: Dataset, english: Language, name: str) -> None:
    _check_round_trip(plan, dataset, english, name)


@settings(max_examples=25, deadline=None)
@given(name=st.text(alphabet=st.characters(), min_size=1, max_size=40).filter(clean_text))
def test_any_text_reads_back_as_text(plan: Plan, dataset: Dataset, english: Language, name: str) -> None:
    _check_round_trip(plan, dataset, english, name)


def test_text_that_looks_like_a_formula_stays_text_when_the_cell_is_edited(
    plan: Plan, dataset: Dataset, english: Language
) -> None:
    book = _open(render_workbook(plan, _rename(dataset, "=1+1"), english))

    cell = next(row[0] for row in book["By settlement"].iter_rows(min_row=HEAD + 1) if row[0].value == "=1+1")

    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_a_long_notice_is_kept_whole_and_gets_a_higher_row(plan: Plan, dataset: Dataset, english: Language) -> None:
    notice = "Not a plan to drive. " * 30
    scenario = replace(dataset.scenario, notice_en=notice)

    page = _open(render_workbook(plan, replace(dataset, scenario=scenario), english)).worksheets[0]

    assert page["A3"].value == notice
    assert page.row_dimensions[3].height > 3 * page.row_dimensions[2].height


def test_a_text_longer_than_excel_allows_is_cut(plan: Plan, dataset: Dataset, english: Language) -> None:
    scenario = replace(dataset.scenario, notice_en="x" * 40_000)

    page = _open(render_workbook(plan, replace(dataset, scenario=scenario), english)).worksheets[0]

    assert page["A3"].value == "x" * 32_767
