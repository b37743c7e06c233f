"""Sheets as text, as Markdown and as a workbook of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.output.archive import pack_workbook
from bibliobus.output.cells import write_sheets
from bibliobus.view.tables import Kind
from bibliobus.words.safe import clean_text
from bibliobus.words.text import Number
from bibliobus.words.units import KM_M, format_clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.view.tables import Sheet, Value
    from bibliobus.words.language import Language

_MARKDOWN = str.maketrans({letter: f"\\{letter}" for letter in "\\`*_{}[]()#+!|<>~"})


def render_sheets(
    sheets: Sequence[Sheet],
    title: Sequence[str],
    warnings: Sequence[str],
    language: Language,
    *,
    once: Sequence[str] = (),
) -> bytes:
    """
    Render sheets as a workbook.

    Parameters
    ----------
    sheets
        The sheets.
    title
        Lines above each; the first is the title.
    warnings
        What must be said on each before anything else.
    language
        Language of the reader.
    once
        What need only be said on the first.

    Returns
    -------
    bytes
        An XLSX file; equal arguments give equal bytes.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    write_sheets(book, sheets, title=title, warnings=warnings, once=once, language=language)
    return pack_workbook(book)


def format_markdown(sheets: Sequence[Sheet], title: Sequence[str], warnings: Sequence[str], language: Language) -> str:
    """
    Format sheets as Markdown.

    Parameters
    ----------
    sheets
        The sheets; those without rows are left out.
    title
        Lines above all of them; the first is the heading.
    warnings
        What must be said before anything else.
    language
        Language of the reader.

    Returns
    -------
    str
        Text with a heading and a table for each sheet; marks in texts from data are escaped.
    """
    lines = [f"# {_escape(title[0])}", ""]
    for line in [*title[1:], *warnings]:
        lines += [_escape(line), ""]
    for sheet in sheets:
        rows = list_texts(sheet, language)
        if not rows:
            continue
        right = ["---:" if column.kind is not Kind.TEXT else "---" for column in sheet.columns]
        lines += [f"## {_escape(sheet.name)}", ""]
        heads = [_escape(column.label) for column in sheet.columns]
        lines += [f"| {' | '.join(cells)} |" for cells in (heads, right, *([_escape(c) for c in row] for row in rows))]
        lines.append("")
    return "\n".join(lines)


def list_cells(sheet: Sheet, language: Language) -> tuple[tuple[tuple[str, str], ...], ...]:
    """
    List the rows of a sheet for a page whose reader can sort them.

    Parameters
    ----------
    sheet
        The sheet.
    language
        Language of the reader.

    Returns
    -------
    tuple of tuple of (str, str)
        Text of each cell as `list_texts`, and by what it is sorted: a text by itself, a number or a date by its exact
        value. What is no number in a column of numbers has nothing to be sorted by, and comes last.
    """
    numbers = [column.kind is not Kind.TEXT for column in sheet.columns]
    values = [row for block in sheet.blocks for row in block.rows]
    return tuple(
        tuple(
            (text, _find_sort(value, text, number=number))
            for value, text, number in zip(row, texts, numbers, strict=True)
        )
        for row, texts in zip(values, list_texts(sheet, language), strict=True)
    )


def _find_sort(value: Value, text: str, *, number: bool) -> str:
    """By what a cell is sorted."""
    if not number:
        return text
    if value is None or isinstance(value, str):
        return ""
    # A page sorts by what JavaScript takes for a number; days count from one beginning.
    return str(value if isinstance(value, int | float) else value.toordinal())


def list_texts(sheet: Sheet, language: Language) -> tuple[tuple[str, ...], ...]:
    """
    List the rows of a sheet as text.

    Parameters
    ----------
    sheet
        The sheet.
    language
        Language of the reader.

    Returns
    -------
    tuple of tuple of str
        Cells of each row, on one line each.
    """
    kinds = [column.kind for column in sheet.columns]
    return tuple(
        tuple(clean_text(format_value(value, kind, language)) for value, kind in zip(row, kinds, strict=True))
        for block in sheet.blocks
        for row in block.rows
    )


def format_value(value: Value, kind: Kind, language: Language) -> str:
    """
    Format a value of a sheet as text.

    Parameters
    ----------
    value
        The value.
    kind
        What its number means.
    language
        Language of the reader.

    Returns
    -------
    str
        Text; empty for None.
    """
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, int | float):
        return _format_number(value, kind, language)
    return language.date(value)


def _format_number(value: float, kind: Kind, language: Language) -> str:
    """Number as its column shows it in the workbook."""
    match kind:
        case Kind.CLOCK:
            return format_clock(int(value))
        case Kind.KM:
            return language.number(value / KM_M, 1)
        case Kind.SHARE:
            return language.percent(value)
        case Kind.NUMBER:
            return Number(value).render(language)
        case _:
            return language.number(value)


def _escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return clean_text(text).translate(_MARKDOWN)
