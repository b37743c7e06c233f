"""Table: a CSV file or a sheet as rows of text cells, each row with its number."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.cells import show_value
from bibliobus.inputs.text_file import decode_text
from bibliobus.language import N_, NN_
from bibliobus.quantities import Count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.inputs.files import InputFile

MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 200
MAX_CELL: Final = 2000

CELLS: Final = NN_("{count} cell", "{count} cells")
CHARACTERS: Final = NN_("{count} character", "{count} characters")
COLUMN_NAMES: Final = NN_("{count} column name", "{count} column names")
ROWS: Final = NN_("{count} row", "{count} rows")

TABLE_EMPTY: Final = FindingKind(
    "table-empty",
    Severity.ERROR,
    N_("The file is empty: expected a row of column names and a row for each entry."),
    N_("Put the table back, or delete the file if it is not needed."),
)
TABLE_TOO_LONG: Final = FindingKind(
    "table-too-long",
    Severity.ERROR,
    N_("The table has more than {limit}, the most that are read."),
    N_("Split the area, or delete the rows that are not needed, empty ones too."),
)
TABLE_TOO_WIDE: Final = FindingKind(
    "table-too-wide",
    Severity.ERROR,
    N_("The row has more than {limit}, the most that are read."),
    N_("Delete the columns that are not needed."),
)
CELL_TOO_LONG: Final = FindingKind(
    "cell-too-long",
    Severity.ERROR,
    N_("The cell has more than {limit}, the most that are read."),
    N_("Shorten the text. In a CSV file a missing quotation mark may have joined several rows."),
)
QUOTES_UNBALANCED: Final = FindingKind(
    "quotes-unbalanced",
    Severity.ERROR,
    N_("A quotation mark is opened or closed in the wrong place, so the rest of the file cannot be read."),
    N_('Look for a lonely " in this row or the next, remove it, or write it twice.'),
)
ROW_TOO_LONG: Final = FindingKind(
    "row-too-long",
    Severity.ERROR,
    N_("The row has {found}, but the header has {expected}."),
    N_("Put text that holds the separator, a decimal comma too, in quotation marks."),
)
ROW_TOO_SHORT: Final = FindingKind(
    "row-too-short",
    Severity.WARNING,
    N_("The row has {found}, but the header has {expected}; the missing cells count as empty."),
    N_("Check that no separator is missing in the row."),
)


@dataclass(frozen=True)
class TableRow:
    """
    One row of a table.

    Parameters
    ----------
    row
        1-based line of the file or row of the sheet.
    cells
        Text of the cells, blanks at the ends removed.
    """

    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """
    A table of text cells.

    Parameters
    ----------
    file
        Name of the file, for findings.
    header
        Names of the columns.
    rows
        Rows that are not blank, each with as many cells as the header.
    """

    file: str
    header: TableRow
    rows: tuple[TableRow, ...]


def read_table(file: InputFile) -> tuple[Table | None, list[Finding]]:
    """
    Read a table from a CSV file or a workbook.

    Parameters
    ----------
    file
        The file; a name that ends in ``.xlsx`` makes it a workbook.

    Returns
    -------
    table : Table or None
        None if the file cannot be read as a table at all.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    if file.name.endswith(".xlsx"):
        from bibliobus.inputs.workbook import read_workbook

        rows, findings = read_workbook(file)
    else:
        rows, findings = read_csv(file)
    if rows is None:
        return None, findings
    table, more = build_table(file.name, rows)
    return table, findings + more


def read_csv(file: InputFile, *, max_rows: int = MAX_ROWS) -> tuple[list[TableRow] | None, list[Finding]]:
    """
    Read the rows of a CSV file.

    Parameters
    ----------
    file
        Text with commas, semicolons or tabs between the cells.
    max_rows
        Most rows that are read; one more is kept, so that the caller sees that there are more.

    Returns
    -------
    rows : list of TableRow or None
        Rows that are not blank; None if the file is no text or its quotes do not fit.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    text, findings = decode_text(file)
    if text is None:
        return None, findings
    lines = text.split("\n")
    told = lines[0].strip().casefold()
    # Excel writes the separator into a first line of its own.
    skip, delimiter = (1, told[4:]) if told in ("sep=,", "sep=;") else (0, _find_delimiter(lines))
    rows, broken = _parse(lines[skip:], delimiter, (skip, max_rows), file.name)
    return (rows, findings) if broken is None else (None, [*findings, broken])


def build_table(file: str, rows: list[TableRow]) -> tuple[Table | None, list[Finding]]:
    """
    Build a table from rows, the first of which names the columns.

    Parameters
    ----------
    file
        Name of the file.
    rows
        Rows that are not blank.

    Returns
    -------
    table : Table or None
        None if there are no rows or too many.
    findings : list of Finding
        Rows and cells that do not fit.
    """
    if not rows:
        return None, [TABLE_EMPTY.at(Place(file))]
    if len(rows) > MAX_ROWS + 1:
        return None, [TABLE_TOO_LONG.at(Place(file), limit=Count(*ROWS, MAX_ROWS))]
    header = TableRow(rows[0].row, _strip_end(rows[0].cells))
    findings = [finding for row in rows for finding in _check_size(file, row, header)]
    width = len(header.cells)
    body = tuple(TableRow(row.row, (row.cells + ("",) * width)[:width]) for row in rows[1:])
    if any(finding.kind is TABLE_TOO_WIDE and finding.place.row == header.row for finding in findings):
        return None, findings
    return Table(file, header, body), findings


def _parse(lines: list[str], delimiter: str, span: tuple[int, int], file: str) -> tuple[list[TableRow], Finding | None]:
    """Rows that are not blank, numbered by the line they begin in, up to the first that is broken."""
    rows: list[TableRow] = []
    skip, max_rows = span
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
    begin = skip + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(TableRow(begin, tuple(cell.strip() for cell in cells)))
            begin = skip + reader.line_num + 1
            if len(rows) > max_rows + 1:
                break
    except csv.Error as error:
        place = Place(file, begin)
        too_long = "limit" in str(error)
        return rows, CELL_TOO_LONG.at(place, limit=Count(*CHARACTERS, MAX_CELL)) if too_long else QUOTES_UNBALANCED.at(
            place
        )
    return rows, None


def _find_delimiter(lines: list[str]) -> str:
    """Separator that the first line with text in it uses most."""
    first = next((line for line in lines if line.strip(" ,;\t")), "")
    outside = "".join(first.split('"')[::2])
    return max(",;\t", key=outside.count)


def _strip_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Cells without the empty ones at the end."""
    width = max((at + 1 for at, cell in enumerate(cells) if cell), default=0)
    return cells[:width]


def _check_size(file: str, row: TableRow, header: TableRow) -> Iterator[Finding]:
    """Findings for a row that is too long or too short, and for cells that are too long."""
    found, expected = len(_strip_end(row.cells)), len(header.cells)
    place = Place(file, row.row)
    counts = {"found": Count(*CELLS, found), "expected": Count(*COLUMN_NAMES, expected)}
    if found > MAX_COLUMNS:
        yield TABLE_TOO_WIDE.at(place, limit=Count(*CELLS, MAX_COLUMNS))
    elif found > expected:
        yield ROW_TOO_LONG.at(place, **counts)
    elif len(row.cells) < expected:
        yield ROW_TOO_SHORT.at(place, **counts | {"found": Count(*CELLS, len(row.cells))})
    for at, cell in enumerate(row.cells[:MAX_COLUMNS]):
        if len(cell) > MAX_CELL:
            column = header.cells[at] if at < expected else ""
            yield CELL_TOO_LONG.at(Place(file, row.row, show_value(column)), limit=Count(*CHARACTERS, MAX_CELL))
