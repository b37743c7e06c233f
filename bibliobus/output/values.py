"""Values of the cells of a report as texts, and by what a reader sorts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.view.tables import Kind, SortedText, tell_value
from bibliobus.words.safe import clean_text
from bibliobus.words.text import Number
from bibliobus.words.units import KM_M, format_clock

if TYPE_CHECKING:
    from bibliobus.view.tables import Block, ReportTable, Value
    from bibliobus.words.language import Language


def list_cells(table: ReportTable, language: Language) -> tuple[tuple[tuple[str, str], ...], ...]:
    """
    List the rows of a table for a page whose reader can sort them.

    Returns
    -------
    tuple of tuple of (str, str)
        Text of each cell as `list_texts`, and by what it is sorted: a text by itself, a number or a date by its exact
        value. What is no number in a column of numbers has nothing to be sorted by, and comes last.
    """
    numbers = [column.is_number for column in table.columns]
    return tuple(
        tuple(
            (text, _find_sort(value, text, number=number))
            for value, text, number in zip(row, texts, numbers, strict=True)
        )
        for row, texts in zip(table.rows, list_texts(table, language), strict=True)
    )


def _find_sort(value: Value, text: str, *, number: bool) -> str:
    """By what a cell is sorted."""
    if isinstance(value, SortedText):
        return value.sort
    if not number:
        return text
    plain = tell_value(value)
    if plain is None or isinstance(plain, str):
        return ""
    # A page sorts by what JavaScript takes for a number; days count from one beginning.
    return str(plain if isinstance(plain, int | float) else plain.toordinal())


def list_texts(table: ReportTable, language: Language, block: Block | None = None) -> tuple[tuple[str, ...], ...]:
    """Rows of a table, or of one of its blocks, as texts on one line each."""
    kinds = [column.kind for column in table.columns]
    return tuple(
        tuple(clean_text(format_value(value, kind, language)) for value, kind in zip(row, kinds, strict=True))
        for row in (table.rows if block is None else block.rows)
    )


def format_value(value: Value, kind: Kind, language: Language) -> str:
    """Value as its column shows it; empty for None."""
    plain = tell_value(value)
    if plain is None or isinstance(plain, str):
        return plain or ""
    if isinstance(plain, int | float):
        return _format_number(plain, kind, language)
    return language.date(plain)


def _format_number(value: float, kind: Kind, language: Language) -> str:
    """Number as its column shows it in the workbook."""
    match kind:
        case Kind.CLOCK:
            return format_clock(int(value))
        case Kind.KM:
            return language.number(value / KM_M, 1)
        case Kind.LENGTH:
            return language.kilometres(round(value))
        case Kind.SHARE:
            return language.percent(value)
        case Kind.NUMBER:
            return Number(value).render(language)
        case _:
            return language.number(value)
