"""Sheets as plain values."""

from __future__ import annotations

from bibliobus.view.tables import PADDING, WIDEST, Block, Kind, ReportColumn, ReportTable, count_lines, measure_text


def test_wide_letters_count_twice_and_marks_over_letters_not() -> None:
    widths = [measure_text(text) for text in ("Їжак", "🚌", "日本", "e\N{COMBINING ACUTE ACCENT}", "a\x00b")]

    assert widths == [4, 2, 4, 1, 2]


def test_a_text_takes_as_many_lines_as_its_length_asks() -> None:
    lines = [count_lines(text, 10) for text in ("", "1234567890", "12345678901")]

    assert lines == [1, 1, 2]


def test_columns_are_as_wide_as_their_texts_within_bounds() -> None:
    columns = (
        ReportColumn("Minutes", Kind.WHOLE),
        ReportColumn("Name"),
        ReportColumn("Why"),
        ReportColumn("Two words"),
        ReportColumn("Date", Kind.DATE),
        ReportColumn("Short", widest=20),
    )
    rows = ((5, "Їжаківка-Велика", "x" * 300, None, None, "y" * 40), (7, "A", "", None, None, ""))

    widths = ReportTable("ReportTable", columns, (Block(rows),)).widths

    assert widths == (7 + PADDING, 15 + PADDING, WIDEST + PADDING, 6 + PADDING, 10 + PADDING, 20 + PADDING)
