"""Rows and columns of a table: which names stand for which, and how values are read from the cells of a row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.tables.cells import find_unknown, has_control_characters, parse_whole, show_value, tidy_text
from bibliobus.words.language import N_
from bibliobus.words.text import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bibliobus.inputs.tables.table import TextTable

CELL_EMPTY: Final = FindingKind(
    "cell-empty", Severity.ERROR, N_("The cell is empty, but a value is needed here."), N_("Fill it in.")
)
NOT_A_NUMBER: Final = FindingKind(
    "not-a-number",
    Severity.ERROR,
    N_("“{value}” is not a number."),
    N_("Write digits with a decimal point or comma, such as 12.5, and no unit."),
)
NOT_WHOLE: Final = FindingKind(
    "not-a-whole-number",
    Severity.ERROR,
    N_("“{value}” is not a whole number."),
    N_("Write digits only, such as 1044; leave the cell empty if the number is unknown."),
)
OUT_OF_RANGE: Final = FindingKind(
    "out-of-range",
    Severity.ERROR,
    N_("{value} is out of range: expected {minimum} to {maximum}."),
    N_("Check the number and its unit."),
)

# What spreadsheet programs put where a formula fails.
FORMULA_ERRORS: Final = frozenset(("#REF!", "#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"))

Value = TypeVar("Value")


@dataclass(frozen=True)
class RowCells:
    """The cells of one line of the file or row of the sheet, counted from 1, as far as the table has the columns."""

    file: str
    row: int
    cells: Mapping[str, str]
    headers: Mapping[str, str]

    def text(self, column: str) -> str:
        """Tidy text of a cell; empty if the cell is empty or the column is not there."""
        return tidy_text(self.cells.get(column, ""))

    def place(self, column: str = "") -> Place:
        """Say where a cell is, or the row if no column is given, by the name that the file gives the column."""
        return Place(self.file, self.row, self.headers.get(column, column))


def read_cell(
    row: RowCells, column: str, parse: Callable[[str], Value], kind: FindingKind, findings: list[Finding]
) -> Value | None:
    """Read one cell; None if it is empty or was refused."""
    text = row.text(column)
    if not text or text in FORMULA_ERRORS:
        return None
    try:
        return parse(text)
    except ValueError:
        findings.append(kind.at(row.place(column), value=show_value(text)))
        return None


def read_within(
    row: RowCells,
    column: str,
    parse: Callable[[str], Value],
    limits: tuple[float, float],
    findings: list[Finding],
) -> Value | None:
    """Read a number within limits; None if the cell is empty or was refused."""
    kind = NOT_WHOLE if parse is parse_whole else NOT_A_NUMBER
    number = read_cell(row, column, parse, kind, findings)
    if isinstance(number, int | float) and not limits[0] <= number <= limits[1]:
        shown = show_value(row.text(column))
        findings.append(
            OUT_OF_RANGE.at(row.place(column), value=shown, minimum=Number(limits[0]), maximum=Number(limits[1]))
        )
        return None
    return number


def require_text(row: RowCells, column: str, findings: list[Finding]) -> str:
    """Read a tidy text that must be there; empty, and a finding, if it is not."""
    text = row.text(column)
    if not text:
        findings.append(CELL_EMPTY.at(row.place(column)))
    return text


UNKNOWN_COLUMN: Final = FindingKind(
    "unknown-column",
    Severity.WARNING,
    N_("Column “{value}” is unknown and was not read."),
    N_("Known columns: {known}."),
)
ONE_COLUMN: Final = FindingKind(
    "one-column",
    Severity.ERROR,
    N_("The whole table is in one column: every line is a single cell, such as “{value}”."),
    N_("Divide it in the spreadsheet program (Excel: Data, Text to Columns) and save it, or take the file as it was."),
)
MISSING_COLUMN: Final = FindingKind(
    "missing-column",
    Severity.ERROR,
    N_("Column “{column}” is missing."),
    N_("Add it; it may also be called {synonyms}."),
)
DUPLICATE_COLUMN: Final = FindingKind(
    "duplicate-column",
    Severity.ERROR,
    N_("Columns “{first}” and “{second}” mean the same: {column}."),
    N_("Keep one of them."),
)
CONTROL_CHARACTERS: Final = FindingKind(
    "control-characters",
    Severity.ERROR,
    N_("“{value}” holds a line break or another character that cannot be printed."),
    N_("Type the text again. In a CSV file a missing quotation mark may have joined several rows."),
)
SPREADSHEET_ERROR: Final = FindingKind(
    "spreadsheet-error",
    Severity.ERROR,
    N_("The cell holds the error {value} of a spreadsheet formula."),
    N_("Mend the formula, or put the value instead."),
)


@dataclass(frozen=True)
class TableColumn:
    """
    A column that a table may have.

    Parameters
    ----------
    name
        Name as in our own files.
    synonyms
        Further names, Ukrainian ones first.
    required
        Whether the table is useless without it.
    free_text
        Whether line breaks inside a cell are harmless.
    """

    name: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    free_text: bool = False


_DIVIDED: Final = re.compile(r"[,;\t]")


def match_columns(table: TextTable, columns: Sequence[TableColumn]) -> tuple[list[RowCells] | None, list[Finding]]:
    """
    Match the header of a table with the columns it may have.

    Parameters
    ----------
    table
        The table.
    columns
        Columns that are understood.

    Returns
    -------
    rows : list of Row or None
        The rows by column; None if a needed column is missing or one is there twice.
    findings : list of Finding
        Unknown, missing and repeated columns, and cells that no reader should see.
    """
    known = {_key(name): column for column in columns for name in (column.name, *column.synonyms)}
    if alone := _find_alone(table, known):
        return None, [ONE_COLUMN.at(Place(table.file, table.header.row), value=show_value(alone))]
    found: dict[str, int] = {}
    findings: list[Finding] = []
    usable = True
    for at, header in enumerate(table.header.cells):
        column = known.get(_key(header))
        place = Place(table.file, table.header.row, show_value(header))
        if column is None:
            findings += _check_unknown(table, at, columns, place)
        elif column.name in found:
            first = show_value(table.header.cells[found[column.name]])
            findings.append(DUPLICATE_COLUMN.at(place, first=first, second=show_value(header), column=column.name))
            usable = False
        else:
            found[column.name] = at
    for column in columns:
        if column.required and column.name not in found:
            place = Place(table.file, table.header.row, column.name)
            findings.append(MISSING_COLUMN.at(place, column=column.name, synonyms=", ".join(column.synonyms)))
            usable = False
    rows = _build_rows(table, found)
    findings += _check_cells(rows, columns)
    return rows if usable else None, findings


def _find_alone(table: TextTable, known: Mapping[str, TableColumn]) -> str:
    """Cell that holds a whole line, if every line of the table is one; empty if not."""
    headers = [header for header in table.header.cells if header.strip()]
    lines = [[cell for cell in row.cells if cell.strip()] for row in table.rows]
    whole = len(headers) == 1 and sum(_key(part) in known for part in _DIVIDED.split(headers[0])) > 1
    # Excel puts only those lines into quotation marks that need them, and the header seldom does.
    divided = all(len(cells) == 1 and len(_DIVIDED.findall(cells[0])) >= len(headers) - 1 for cells in lines)
    if whole:
        return headers[0]
    return lines[0][0] if lines and len(headers) > 1 and divided else ""


def _key(header: str) -> str:
    """Header without case, spaces, and marks, so that “Населений пункт, км” and “населений_пункт_км” are the same."""
    return re.sub(r"[\W_]+", "", tidy_text(header).casefold())


def _check_unknown(table: TextTable, at: int, columns: Sequence[TableColumn], place: Place) -> list[Finding]:
    """Finding for a column that nobody knows; none if it has neither a name nor any text."""
    header = table.header.cells[at]
    if not header and not any(row.cells[at] for row in table.rows):
        return []
    synonyms = [name for column in columns for name in column.synonyms]
    return [find_unknown(UNKNOWN_COLUMN, place, header, [column.name for column in columns], synonyms)]


def _build_rows(table: TextTable, found: Mapping[str, int]) -> list[RowCells]:
    """Rows with their cells by column."""
    headers = {name: show_value(table.header.cells[at]) for name, at in found.items()}
    return [
        RowCells(table.file, row.row, {name: row.cells[at] for name, at in found.items()}, headers)
        for row in table.rows
    ]


def _check_cells(rows: Sequence[RowCells], columns: Sequence[TableColumn]) -> list[Finding]:
    """Findings for cells with unprintable characters or errors of formulas."""
    free = {column.name for column in columns if column.free_text}
    findings = []
    for row in rows:
        for name, cell in row.cells.items():
            if cell in FORMULA_ERRORS:
                findings.append(SPREADSHEET_ERROR.at(row.place(name), value=cell))
            shown = " ".join(cell.split()) if name in free else cell
            if not shown.isprintable() and has_control_characters(shown):
                findings.append(CONTROL_CHARACTERS.at(row.place(name), value=show_value(cell)))
    return findings
