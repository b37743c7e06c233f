"""Row: the cells of one row of a table by column, and how values are read from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.cells import clean_text, parse_whole, show_value
from bibliobus.language import N_
from bibliobus.quantities import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
class Row:
    """
    The cells of one row, by column.

    Parameters
    ----------
    file
        Name of the file.
    row
        1-based line of the file or row of the sheet.
    cells
        Text by name of the column; columns that the table lacks are left out.
    headers
        Name that the file itself gives each column.
    """

    file: str
    row: int
    cells: Mapping[str, str]
    headers: Mapping[str, str]

    def text(self, column: str) -> str:
        """
        Get the text of a cell.

        Parameters
        ----------
        column
            Name of the column.

        Returns
        -------
        str
            Tidy text; empty if the cell is empty or the column is not there.
        """
        return clean_text(self.cells.get(column, ""))

    def place(self, column: str = "") -> Place:
        """
        Say where a cell is.

        Parameters
        ----------
        column
            Name of the column; empty if the whole row is meant.

        Returns
        -------
        Place
            File, row and the name that the file gives the column.
        """
        return Place(self.file, self.row, self.headers.get(column, column))


def read_cell(
    row: Row, column: str, parse: Callable[[str], Value], kind: FindingKind, findings: list[Finding]
) -> Value | None:
    """
    Read one cell.

    Parameters
    ----------
    row
        The row.
    column
        Name of the column.
    parse
        Turns text into a value, or raises ValueError.
    kind
        Finding for text that it refuses, with a place for ``{value}``.
    findings
        Where a finding is added.

    Returns
    -------
    Value or None
        The value; None if the cell is empty or was refused.
    """
    text = row.text(column)
    if not text or text in FORMULA_ERRORS:
        return None
    try:
        return parse(text)
    except ValueError:
        findings.append(kind.at(row.place(column), value=show_value(text)))
        return None


def read_within(
    row: Row,
    column: str,
    parse: Callable[[str], Value],
    limits: tuple[float, float],
    findings: list[Finding],
) -> Value | None:
    """
    Read a number within limits.

    Parameters
    ----------
    row
        The row.
    column
        Name of the column.
    parse
        `parse_number` or `parse_whole`.
    limits
        Smallest and largest number allowed.
    findings
        Where a finding is added.

    Returns
    -------
    Value or None
        The number; None if the cell is empty or was refused.
    """
    kind = NOT_WHOLE if parse is parse_whole else NOT_A_NUMBER
    number = read_cell(row, column, parse, kind, findings)
    if isinstance(number, int | float) and not limits[0] <= number <= limits[1]:
        shown = show_value(row.text(column))
        findings.append(
            OUT_OF_RANGE.at(row.place(column), value=shown, minimum=Number(limits[0]), maximum=Number(limits[1]))
        )
        return None
    return number


def require_text(row: Row, column: str, findings: list[Finding]) -> str:
    """
    Read a text that must be there.

    Parameters
    ----------
    row
        The row.
    column
        Name of the column.
    findings
        Where a finding is added if the cell is empty.

    Returns
    -------
    str
        Tidy text; empty if there is none.
    """
    text = row.text(column)
    if not text:
        findings.append(CELL_EMPTY.at(row.place(column)))
    return text
