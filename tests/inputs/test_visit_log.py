"""Logs of visits as libraries keep them."""

from __future__ import annotations

from datetime import date

import pytest

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.visit_log import LoggedVisit, read_log
from bibliobus.words.language import Language

ENGLISH = Language("en")


def read(text, encoding="utf-8"):
    """Log of a text."""
    return read_log(InputFile("log.csv", text.encode(encoding)))


def test_a_log_with_ukrainian_headers_from_excel_is_read():
    rows = (
        "Дата;Код;Прибуття;Відправлення;Користувачі;Видачі",
        "02.03.2026;east;9:40;10:10;7;15",
        "09.03.2026;east;09:45:00;10.15;;",
    )
    text = "\n".join(rows)

    visits, findings = read(text, "cp1251")

    assert [finding.code for finding in findings] == ["text-cp1251"]
    assert visits == (
        LoggedVisit(2, date(2026, 3, 2), "east", "", 34800, 36600, 7, 15),
        LoggedVisit(3, date(2026, 3, 9), "east", "", 35100, 36900, None, None),
    )


HEAD = "date,settlement_id,arrival,departure,readers\n"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("soon,east,,,", ["“soon” is not a date."]),
        (",east,,,", ["The cell is empty, but a value is needed here."]),
        ("2026-03-02,,,,", ["The cell is empty, but a value is needed here."]),
        ("2026-03-02,east,noon,,", ["“noon” is not a clock time."]),
        ("2026-03-02,east,10:00,09:00,", ["By this row the bus left at 09:00, before it came at 10:00."]),
        ("2026-03-02,east,,,-1", ["-1 is out of range: expected 0 to 100,000."]),
        ("2026-03-02,east,,,\n2026-03-02,east,,,", ["The visit of this settlement on this date is in row 2 already."]),
        ("", ["The log has no rows."]),
    ],
)
def test_what_is_wrong_is_told_with_its_row(rows, words):
    _, findings = read(HEAD + rows)

    assert [finding.sentence.render(ENGLISH) for finding in findings] == words


def test_a_table_without_its_columns_is_told():
    visits, findings = read("a,b\n1,2\n")

    assert visits == ()
    assert {finding.code for finding in findings} == {"missing-column", "unknown-column"}
