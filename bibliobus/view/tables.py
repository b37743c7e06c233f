"""
Tables as plain values, before any cell is written, and as CSV files that spreadsheets open safely.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.words.safe import clean_text, guard_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from bibliobus.words.language import Language

Value: TypeAlias = "str | int | float | date | None"

NARROWEST: Final = 6
WIDEST: Final = 60
PADDING: Final = 2


class Kind(StrEnum):
    """What the numbers of a column are; a text may stand in any column."""

    TEXT = "text"
    CLOCK = "clock"
    DATE = "date"
    WHOLE = "whole"
    KM = "km"
    NUMBER = "number"
    SHARE = "share"


_KIND_WIDTHS: Final = {
    Kind.TEXT: 0,
    Kind.CLOCK: 6,
    Kind.DATE: 10,
    Kind.WHOLE: 7,
    Kind.KM: 7,
    Kind.NUMBER: 12,
    Kind.SHARE: 6,
}


@dataclass(frozen=True)
class Column:
    """
    One column.

    Parameters
    ----------
    label
        Heading; English and marked until `translate_columns`.
    kind
        What its numbers are: seconds after midnight for a clock time, metres for kilometres, 0 to 1 for a share.
    widest
        Most characters on a line; longer texts take several lines.
    """

    label: str
    kind: Kind = Kind.TEXT
    widest: int = WIDEST


@dataclass(frozen=True)
class Block:
    """
    Rows that belong together.

    Parameters
    ----------
    rows
        Values in the order of the columns.
    heading
        Line above them; empty if there is none.
    """

    rows: tuple[tuple[Value, ...], ...]
    heading: str = ""


@dataclass(frozen=True)
class Sheet:
    """
    One sheet.

    Parameters
    ----------
    name
        Name on the tab in the reader's language.
    columns
        Columns from left to right.
    blocks
        Blocks from top to bottom.
    landscape
        True if it is printed across.
    """

    name: str
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]
    landscape: bool = False

    @property
    def widths(self) -> tuple[int, ...]:
        """Widths of the columns in characters, so that most cells fit on one line."""
        rows = [row for block in self.blocks for row in block.rows]
        return tuple(_fit(column, [row[at] for row in rows]) for at, column in enumerate(self.columns))

    def take(self, block: Block) -> Sheet:
        """
        Take one block as a sheet of its own.

        Parameters
        ----------
        block
            A block of the sheet.

        Returns
        -------
        Sheet
            The same columns with only that block.
        """
        return replace(self, blocks=(block,))


def translate_columns(columns: Sequence[Column], language: Language) -> tuple[Column, ...]:
    """
    Translate the headings of columns.

    Parameters
    ----------
    columns
        Columns with English headings, marked for the catalogues.
    language
        Language of the reader.

    Returns
    -------
    tuple of Column
        The columns in the same order.
    """
    return tuple(replace(column, label=language.gettext(column.label)) for column in columns)


def measure_text(text: str) -> int:
    """
    Measure the room a text takes.

    Parameters
    ----------
    text
        Text on one line.

    Returns
    -------
    int
        Width in characters; wide ones of East Asia and emoji count twice, marks over a letter not at all.
    """
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in clean_text(text)
    )


def count_lines(text: str, width: int) -> int:
    """
    Estimate how many lines a text takes.

    Parameters
    ----------
    text
        Text that may be broken at spaces.
    width
        Width in characters, at least 1.

    Returns
    -------
    int
        At least 1.
    """
    return max(1, -(-measure_text(text) // width))


def _fit(column: Column, values: list[Value]) -> int:
    """Width of a column: its longest text or number, and the longest word of its heading."""
    texts = [measure_text(value) for value in values if isinstance(value, str)]
    words = [measure_text(word) for word in column.label.split()]
    needed = max([_KIND_WIDTHS[column.kind], NARROWEST, *texts, *words])
    return min(needed, column.widest) + PADDING


def format_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """
    Format a table as CSV.

    Parameters
    ----------
    columns
        Names of the columns.
    rows
        Texts in the order of the columns.

    Returns
    -------
    bytes
        UTF-8 with BOM, commas and LF; a text that a spreadsheet could take for a formula stands behind an apostrophe.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([guard_text(text) for text in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")
