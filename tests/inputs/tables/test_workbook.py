"""Workbooks: values as typed, limits, and every message."""

from __future__ import annotations

import io
import zipfile
from datetime import date, time

import pytest
from areas import say
from workbooks import SHEET, build_sheet, build_workbook, replace_members

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.tables.table import TableRow, format_cell, read_workbook


def read(content: bytes) -> tuple[list[TableRow] | None, list[str]]:
    """Rows and messages of a workbook."""
    rows, findings = read_workbook(InputFile("t.xlsx", content))
    return rows, say(findings)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (1044.0, "1044"),
        (48.5, "48.5"),
        (True, "true"),
        (False, "false"),
        (" x ", "x"),
        (date(2026, 3, 2), "2026-03-02"),
        (time(9), "09:00:00"),
        (7, "7"),
    ],
)
def test_values_become_what_people_would_type(value: object, text: str) -> None:
    assert format_cell(value) == text


def test_blank_rows_keep_their_numbers() -> None:
    rows, messages = read(build_workbook([["a", "b"], [], [None, "2"]]))

    assert messages == []
    assert rows == [TableRow(1, ("a", "b")), TableRow(3, ("", "2"))]


def test_rows_beyond_the_stated_size_are_read() -> None:
    cells = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (at, at, at) for at in range(1, 4))

    rows, _ = read(build_sheet(cells))

    assert rows is not None
    assert [row.cells for row in rows] == [("1",), ("2",), ("3",)]


SOUND = build_workbook([["a"], ["1"]])
UNREADABLE = (
    "t.xlsx | The workbook cannot be read: it is damaged or of another kind."
    " | Open it in the spreadsheet program and save it as .xlsx again, or save the sheet as “CSV UTF-8”."
)
TOO_BIG = (
    "t.xlsx | Unpacked, the workbook is too big to be read safely."
    " | Copy only the table into a new workbook, without empty formatted rows, or save the sheet as “CSV UTF-8”."
)


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        (b"junk", [UNREADABLE]),
        (SOUND[:-40], [UNREADABLE]),
        (replace_members(SOUND, {SHEET: b"<worksheet"}), [UNREADABLE]),
        (replace_members(SOUND, {"xl/workbook.xml": b"<x/>"}), [UNREADABLE]),
        (
            b"\xd0\xcf\x11\xe0" * 9,
            [
                (
                    "t.xlsx | The workbook is in the old .xls format, or locked by a password. | Remove"
                    " the password, and save it as .xlsx."
                )
            ],
        ),
        (replace_members(SOUND, {"a.xml": bytes(20_000_000)}), [TOO_BIG]),
        (replace_members(SOUND, {f"{at}.xml": b"" for at in range(2001)}), [TOO_BIG]),
        (replace_members(SOUND, {"xl/styles.xml": b"<a/>" * 600_000}), [TOO_BIG]),
        (
            replace_members(SOUND, {"xl/styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}),
            [
                (
                    "t.xlsx | The workbook holds XML declarations that no spreadsheet program writes and"
                    " that can do harm. | Do not trust this file. Ask for the table again, as CSV."
                )
            ],
        ),
        (
            replace_members(SOUND, {"xl/styles.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")}),
            [
                (
                    "t.xlsx | The workbook holds XML declarations that no spreadsheet program writes and"
                    " that can do harm. | Do not trust this file. Ask for the table again, as CSV."
                )
            ],
        ),
        (
            build_workbook([["a"]], [["b"]]),
            [
                (
                    "t.xlsx | The workbook has 2 sheets; only the first, “Sheet”, was read. | Move the"
                    " table to the first sheet if it is another one."
                )
            ],
        ),
        (
            build_workbook([["a", "b"]], merge="A1:B1"),
            [
                (
                    "t.xlsx | The sheet has merged cells; only the upper left cell of each group has a"
                    " value, the others are empty. | Undo the merging and fill every cell."
                )
            ],
        ),
        (
            build_workbook([["a"], ["=A1"]]),
            [
                (
                    "t.xlsx:2 | Cell A2 holds a formula, but its result was never saved. | Open the"
                    " workbook in the spreadsheet program and save it, or put the value instead of the"
                    " formula."
                )
            ],
        ),
        (
            build_workbook([["a"], *[[]] * 1001, ["b"]]),
            [
                (
                    "t.xlsx:1002 | More than 1,000 empty rows follow; nothing below them was read. |"
                    " Delete the empty rows if the table goes on below them."
                )
            ],
        ),
        (
            build_workbook([[*["a"] * 5, *[None] * 250, "b"]]),
            [
                (
                    "t.xlsx:1 | The row has more than 200 cells, the most that are read. | Delete the"
                    " columns that are not needed."
                )
            ],
        ),
        (
            build_sheet(
                b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (at, at) for at in range(999, 22_000, 999))
            ),
            [
                (
                    "t.xlsx | The table has more than 20,000 rows, the most that are read. | Split the"
                    " area, or delete the rows that are not needed, empty ones too."
                )
            ],
        ),
    ],
    ids=range(16),
)
def test_every_message_says_what_to_do(content: bytes, messages: list[str]) -> None:
    _, found = read(content)

    assert found == messages


def test_a_formula_with_a_saved_result_is_read() -> None:
    rows, messages = read(build_sheet(b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>'))

    assert messages == []
    assert rows == [TableRow(1, ("2",))]


def test_a_locked_member_is_refused() -> None:
    content = bytearray(SOUND)
    with zipfile.ZipFile(io.BytesIO(SOUND)) as archive:
        start = archive.start_dir
    content[start + 8] |= 1

    _, messages = read(bytes(content))

    assert len(messages) == 1
    assert "locked by a password" in messages[0]
