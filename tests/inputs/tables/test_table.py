"""Tables: separators, limits, and every message."""

from __future__ import annotations

import pytest
from areas import say

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.tables.table import MAX_ROWS, TextTable, read_table
from bibliobus.inputs.tables.text import decode_text


def read(text: str | bytes) -> tuple[TextTable | None, list[str]]:
    """Table and messages of a CSV text."""
    content = text.encode() if isinstance(text, str) else text
    table, findings = read_table(InputFile("t.csv", content))
    return table, say(findings)


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", "a;b\r\n1;2", "a\tb\n1\t2\n", "sep=;\na;b\n1;2\n", "\n,\n a , b \n\n1,2\n,,\n"]
)
def test_the_usual_separators_and_line_ends_are_read(text: str) -> None:
    table, messages = read(text)

    assert messages == []
    assert table is not None
    assert table.header.cells == ("a", "b")
    assert [row.cells for row in table.rows] == [("1", "2")]


def test_rows_are_numbered_by_the_line_they_begin_in() -> None:
    table, _ = read('sep=,\na,b\n"x\ny",1\n\nz,2\n')

    assert table is not None
    assert [row.row for row in (table.header, *table.rows)] == [2, 3, 6]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "",
            (
                "t.csv | The file is empty: expected a row of column names and a row for each entry. |"
                " Put the table back, or delete the file if it is not needed."
            ),
        ),
        (
            "a,b\n1,2,3\n",
            (
                "t.csv:2 | The row has 3 cells, but the header has 2 column names. | Put text that holds the"
                " separator, a decimal comma too, in quotation marks."
            ),
        ),
        (
            "a,b\n1\n",
            (
                "t.csv:2 | The row has 1 cell, but the header has 2 column names; the missing cells count as"
                " empty. | Check that no separator is missing in the row."
            ),
        ),
        (
            'a,b\n1,"2\n',
            (
                "t.csv:2 | A quotation mark is opened or closed in the wrong place, so the rest of the "
                'file cannot be read. | Look for a lonely " in this row or the next, remove it, or write it'
                " twice."
            ),
        ),
        (
            "a,b\n1," + "x" * 2001,
            (
                "t.csv:2:b | The cell has more than 2,000 characters, the most that are read. | Shorten"
                " the text. In a CSV file a missing quotation mark may have joined several rows."
            ),
        ),
        (
            "a,b\n1" + ",2" * 200,
            (
                "t.csv:2 | The row has more than 200 cells, the most that are read. | Delete the columns"
                " that are not needed."
            ),
        ),
        (
            "a" + "\n1" * (MAX_ROWS + 1),
            (
                "t.csv | The table has more than 20,000 rows, the most that are read. | Split the area,"
                " or delete the rows that are not needed, empty ones too."
            ),
        ),
        (
            b"a\0b",
            (
                "t.csv | This is not a text file: it holds bytes that no text has. | Save the table as"
                " “CSV UTF-8” in the spreadsheet program."
            ),
        ),
        (
            "назва".encode()[:-1],
            (
                "t.csv | The text is UTF-8 with damaged characters in it. | The file was cut off or"
                " changed on its way: take the original, or save it again as UTF-8."
            ),
        ),
        (
            "назва\nСело".encode("cp1251"),
            (
                "t.csv | The file is not UTF-8; it was read as Windows-1251 (Cyrillic). | If names look"
                " wrong, save the file as “CSV UTF-8”."
            ),
        ),
    ],
)
def test_every_message_names_the_row_and_says_what_to_do(text: str | bytes, message: str) -> None:
    _, messages = read(text)

    assert messages == [message]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_ukrainian_survives_every_encoding(encoding: str) -> None:
    words = "Їжакове, Ґрунтівка, Святогірськ, Рябчики, Сосни"

    text, _ = decode_text(InputFile("t.csv", words.encode(encoding)))

    assert text == words


def test_bytes_that_no_text_has_are_refused() -> None:
    text, findings = decode_text(InputFile("t.csv", b"\x01\xe0\xe1\xe2\xe3\xe4"))

    assert text is None
    assert [finding.code for finding in findings] == ["not-text"]
