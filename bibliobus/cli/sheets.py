"""Sheets of a report on the terminal; shared by the commands that print some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.cli.console import print_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.view.tables import Sheet
    from bibliobus.words.language import Language


def print_sheets(sheets: Iterable[Sheet], language: Language) -> None:
    """
    Print sheets to stdout, each block as a table; those without rows are left out.

    Parameters
    ----------
    sheets
        The sheets.
    language
        Language of the reader.
    """
    from bibliobus.output.tables import list_texts
    from bibliobus.view.tables import Kind

    for sheet in sheets:
        right = [at for at, column in enumerate(sheet.columns) if column.kind is not Kind.TEXT]
        heads = [column.label for column in sheet.columns]
        for block in sheet.blocks:
            rows = list_texts(sheet.take(block), language)
            if rows:
                print_table(block.heading or sheet.name, heads, rows, right=right)
