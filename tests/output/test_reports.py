"""Every writer makes every report, and says the same."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
from made import Made

from bibliobus.output.tables import REPORT_FORMATS, find_report_format, render_report
from bibliobus.view.reports.variants import summarise_plan
from bibliobus.view.tables import (
    Bar,
    Block,
    Kind,
    PlaceName,
    Report,
    ReportColumn,
    ReportTable,
    Section,
    SortedText,
)
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan

ENGLISH = Language("en")

COLUMNS = (
    ReportColumn("Place"),
    ReportColumn("Length", Kind.LENGTH),
    ReportColumn("Share", Kind.SHARE),
    ReportColumn("At", Kind.CLOCK),
    ReportColumn("Day", Kind.DATE),
    ReportColumn("When"),
)
ROW = (PlaceName("v1", "Yavir [old]"), 12_300, 0.25, 30_600, date(2026, 3, 2), SortedText("in March", "2026-03"))
REPORT = Report(
    title="Small land: who is reached",
    kind="Who is reached",
    area="Small land",
    lines=("From March on",),
    warnings=("This is an example.",),
    once=("Distances are an estimate.",),
    asked="What the council asked.",
    sections=(Section("access", "Access", ("All are reached.",)),),
    bars=(Bar("1 bus", (10, 5, 0)),),
    tables=(
        ReportTable("Places", COLUMNS, (Block((ROW,), "Norm A"), Block((ROW,), "Norm: B"), Block((), "Empty"))),
        ReportTable("What: went wrong?", COLUMNS, (), empty="Nothing went wrong."),
    ),
    sources=("Data: somebody",),
    facts={"places": [{"settlement": "v1", "length_m": 12_300}]},
)


def write(report: Report, kind: str, code: str = "en") -> str:
    """What a writer says, as text."""
    content = render_report(report, kind, Language(code))
    assert content == render_report(report, kind, Language(code))
    if kind != "xlsx":
        return content.decode()
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("kind", [kind for kind in REPORT_FORMATS if kind != "json"])
def test_each_writer_says_everything_that_is_said_in_words(kind):
    text = write(REPORT, kind).replace("\\", "")

    said = [*REPORT.heads, *REPORT.told, "Access", "All are reached.", "Yavir [old]", "Norm A", "in March"]
    assert [words for words in said if words not in text] == []
    assert (REPORT.title in text) or (REPORT.kind in text and REPORT.area in text)


def test_json_has_the_exact_values():
    assert json.loads(write(REPORT, "json")) == REPORT.facts


@pytest.mark.parametrize(
    ("kind", "shown"), [("text", "12.3\N{NO-BREAK SPACE}km\t25%\t08:30"), ("xlsx", "12.3\n0.25\n08:30:00")]
)
def test_numbers_are_shown_as_their_columns_say(kind, shown):
    assert shown in write(REPORT, kind)


def test_names_that_no_workbook_takes_become_names_of_sheets():
    book = openpyxl.load_workbook(io.BytesIO(render_report(REPORT, "xlsx", ENGLISH)))

    assert book.sheetnames == ["Sections", "Places", "What went wrong"]


def test_a_page_sorts_a_text_by_what_it_stands_for_and_says_what_is_missing():
    page = write(Report("t", REPORT.tables, kind="k", area="a"), "html")

    assert 'data-sort="2026-03"><bdi>in March' in page
    assert "<p>Nothing went wrong.</p>" in page
    assert page.index("Places: Norm A") < page.index("Places: Norm: B")
    assert "Empty" not in page


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.xlsx", "xlsx"), ("a.HTM", "html"), ("a.html", "html"), ("a.md", "md"), ("a.txt", "text"), ("a", "json")],
)
def test_the_end_of_a_name_says_how_to_write(name, kind):
    assert find_report_format(name, "json") == kind


@pytest.mark.parametrize("code", ["uk", "en"])
@pytest.mark.parametrize("kind", REPORT_FORMATS)
def test_a_plan_on_one_screen_can_be_written_in_every_way(plan: Plan, dataset: Dataset, kind: str, code: str) -> None:
    report = summarise_plan(Made(plan, dataset, language=Language(code)).view())

    assert "3950" in "".join(letter for letter in write(report, kind, code) if letter.isdigit())
