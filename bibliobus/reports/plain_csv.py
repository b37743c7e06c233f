"""Plain tables as CSV files that spreadsheets open safely."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from bibliobus.reports.text import guard_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


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
