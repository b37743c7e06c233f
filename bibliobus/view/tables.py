"""Reports as plain values, before any writer has touched them, and CSV files that spreadsheets open safely."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bibliobus.words.safe import clean_text, guard_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from bibliobus.words.language import Language

Value: TypeAlias = "str | int | float | date | PlaceName | SortedText | None"
"""What a cell holds; what a number means its column says."""

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
    LENGTH = "length"
    NUMBER = "number"
    SHARE = "share"


_KIND_WIDTHS: Final = {
    Kind.TEXT: 0,
    Kind.CLOCK: 6,
    Kind.DATE: 10,
    Kind.WHOLE: 7,
    Kind.KM: 7,
    Kind.LENGTH: 10,
    Kind.NUMBER: 12,
    Kind.SHARE: 6,
}


@dataclass(frozen=True)
class PlaceName:
    """Name of something that stands on the map of the report under `place_id`; a page leads there."""

    place_id: str
    name: str


@dataclass(frozen=True)
class SortedText:
    """Text that a reader sorts by something else than its letters, such as dates in words."""

    text: str
    sort: str


@dataclass(frozen=True)
class ReportColumn:
    """
    One column.

    Parameters
    ----------
    label
        Heading; English and marked for translation until `translate_columns`.
    kind
        What its numbers are: seconds after midnight for a clock time, metres for kilometres and lengths, 0 to 1 for a
        share. A length is shown with its unit, kilometres have it in their label.
    widest
        Most characters of a line.
    """

    label: str
    kind: Kind = Kind.TEXT
    widest: int = WIDEST

    @property
    def is_number(self) -> bool:
        """Whether it stands to the right and is sorted by exact values."""
        return self.kind is not Kind.TEXT


@dataclass(frozen=True)
class Block:
    """Rows that belong together, each with a value for every column, and the line above them if there is one."""

    rows: tuple[tuple[Value, ...], ...]
    heading: str = ""


@dataclass(frozen=True)
class ReportTable:
    """
    One table of a report: a sheet of a workbook, a section of a page.

    Parameters
    ----------
    title
        Heading, and the name on the tab, in the reader's language.
    columns
        Columns from left to right.
    blocks
        Blocks from top to bottom.
    landscape
        True if it is printed across.
    name
        Name in the address of a page, Latin letters and hyphens; empty for a number.
    section
        Name of the section of the report it belongs to; empty if it has none.
    empty
        What is said where it has no rows.
    places
        True if the first column names places, among which the reader of a page can search.
    """

    title: str
    columns: tuple[ReportColumn, ...]
    blocks: tuple[Block, ...]
    landscape: bool = False
    name: str = ""
    section: str = ""
    empty: str = ""
    places: bool = False

    @property
    def rows(self) -> tuple[tuple[Value, ...], ...]:
        """Rows of all blocks."""
        return tuple(row for block in self.blocks for row in block.rows)

    @property
    def widths(self) -> tuple[int, ...]:
        """Widths of the columns in characters, so that most cells fit on one line."""
        return tuple(_fit(column, [row[at] for row in self.rows]) for at, column in enumerate(self.columns))

    def split(self) -> tuple[ReportTable, ...]:
        """
        Split into tables of one block each.

        Returns
        -------
        tuple of ReportTable
            Blocks that have rows, in their order; a heading follows the title, a number the name.
        """
        held = [block for block in self.blocks if block.rows]
        return tuple(
            replace(
                self,
                blocks=(block,),
                title=f"{self.title}: {block.heading}" if block.heading else self.title,
                name=f"{self.name}-{at}" if self.name and at > 1 else self.name,
            )
            for at, block in enumerate(held, start=1)
        )


@dataclass(frozen=True)
class Section:
    """One section of a report: its name in Latin letters and hyphens, its title, and what it says."""

    name: str
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: residents served, left out for want of time, and who cannot be served."""

    label: str
    parts: tuple[int, int, int]


@dataclass(frozen=True)
class Report:
    """
    Everything a report says, in the reader's language; every writer writes every report.

    Parameters
    ----------
    title
        One line that stands for itself.
    tables
        Tables in their order.
    kind
        What kind of report it is; on a page it stands above the area.
    area
        Name of the area.
    lines
        Lines under the title.
    warnings
        What must be said before anything else, on every page that may be handed on alone.
    once
        What need only be said once in a paper, after the warnings.
    asked
        What the sections answer; empty if nobody asked.
    sections
        Sections in their order; a paper numbers them.
    bars
        Bars of a chart, if there is one.
    sources
        Whose data they are and what they were made with.
    facts
        The same as exact values that JSON knows; times, lengths and money have their unit in their name.
    """

    title: str
    tables: tuple[ReportTable, ...]
    kind: str = ""
    area: str = ""
    lines: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    asked: str = ""
    sections: tuple[Section, ...] = ()
    bars: tuple[Bar, ...] = ()
    sources: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def heads(self) -> tuple[str, ...]:
        """Everything that stands under the title."""
        return (*self.lines, *filter(None, (self.asked,)))

    @property
    def told(self) -> tuple[str, ...]:
        """Everything that must be said before anything else, where a paper says it once."""
        return (*self.warnings, *self.once)


def tell_value(value: Value) -> str | int | float | date | None:
    """Value of a cell without what only a page needs."""
    if isinstance(value, PlaceName):
        return value.name
    return value.text if isinstance(value, SortedText) else value


def translate_columns(columns: Sequence[ReportColumn], language: Language) -> tuple[ReportColumn, ...]:
    """The same columns with their headings in the reader's language."""
    return tuple(replace(column, label=language.gettext(column.label)) for column in columns)


def measure_text(text: str) -> int:
    """Width in characters; wide ones of East Asia and emoji count twice, marks over a letter not at all."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in clean_text(text)
    )


def count_lines(text: str, width: int) -> int:
    """Estimate how many lines of so many characters a text takes."""
    return max(1, -(-measure_text(text) // width))


def _fit(column: ReportColumn, values: list[Value]) -> int:
    """Width of a column: its longest text or number, and the longest word of its heading."""
    texts = [measure_text(value) for value in map(tell_value, values) if isinstance(value, str)]
    words = [measure_text(word) for word in column.label.split()]
    needed = max([_KIND_WIDTHS[column.kind], NARROWEST, *texts, *words])
    return min(needed, column.widest) + PADDING


def format_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Format a table as CSV in UTF-8 with BOM, commas and LF; an apostrophe stands before what looks like a formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([guard_text(text) for text in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")
