"""Tables of report pages are sorted by what their cells mean, not by how they are written."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from bibliobus.output.pages.report import render_report_page
from bibliobus.output.values import list_texts
from bibliobus.view.tables import Block, Kind, Report, ReportColumn, ReportTable
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.browser

# In their order; what is no number comes last, in either direction.
ORDERED = {
    Kind.WHOLE: [-1200, -5, 0, 9, 125, 1044, 12_500],
    Kind.NUMBER: [-12.5, -1.25, 0.5, 2, 12.5, 125, 1234.5],
    Kind.KM: [0, 900, 1250, 12_500, 125_000, 1_250_000],
    Kind.SHARE: [0.0, 0.074, 0.0751, 0.5, 0.93, 1.0],
    Kind.CLOCK: [30_600, 36_000, 64_800, 90_000],
    Kind.DATE: [date(2025, 12, 31), date(2026, 1, 2), date(2026, 2, 1), date(2026, 11, 30)],
    Kind.TEXT: ["Абрикосівка", "Білокузьминівка", "Ґанок", "Іванопілля", "Їжаківка", "Ямпіль"],
}
MISSING = {kind: [None] if kind is Kind.TEXT else ["unknown", None] for kind in ORDERED}


def make_sheet(kind, values):
    """A sheet of one column."""
    return ReportTable("table", (ReportColumn("head", kind),), (Block(tuple((value,) for value in values)),))


def test_long_headings_do_not_lie_over_each_other_on_a_telephone(open_page: Callable[..., Any]) -> None:
    heads = (
        "Найкоротша стоянка, хв",
        "Частка задоволеної потреби",
        "Хвилин на місяць на 100 мешканців",
        "Годин на тиждень",
    )
    row = tuple(1 for _ in heads)
    table = ReportTable("table", tuple(ReportColumn(head, Kind.WHOLE) for head in heads), (Block((row,)),))
    page = open_page(render_report_page(Report("title", (table,)), Language("uk")), width=360).page

    assert (
        page.locator("tbody td").evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length") == 0
    )


@pytest.mark.parametrize("code", ["uk", "en"])
@pytest.mark.parametrize("kind", ORDERED)
def test_a_column_is_sorted_by_its_values(kind: Kind, code: str, open_page: Callable[..., Any]) -> None:
    language = Language(code)
    known, missing = ORDERED[kind], MISSING[kind]
    mixed = make_sheet(kind, [*known[::2], *missing, *reversed(known[1::2])])
    page = open_page(render_report_page(Report("title", (mixed,)), language)).page
    shown = [text for (text,) in list_texts(make_sheet(kind, known), language)]
    last = [value or "" for value in missing]

    page.locator("thead button").click()
    upwards = page.locator("tbody td").all_inner_texts()
    page.locator("thead button").click()
    downwards = page.locator("tbody td").all_inner_texts()

    assert upwards == [*shown, *last]
    assert downwards == [*reversed(shown), *last]
