"""Rows of the first sheet of an XLSX workbook, read with limits on memory and time."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.table_file import CELLS, MAX_COLUMNS, MAX_ROWS, ROWS, TABLE_TOO_LONG, TABLE_TOO_WIDE, TableRow
from bibliobus.language import N_, NN_
from bibliobus.quantities import Count

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

    from bibliobus.inputs.files import InputFile

MAX_BLANK_ROWS: Final = 1000
MAX_MEMBERS: Final = 2000
MAX_UNPACKED: Final = 100_000_000
MAX_RATIO: Final = 200
# Below this size a high ratio is harmless.
MIN_RATIO_SIZE: Final = 10_000_000
# Openings of XML tags: what openpyxl's time and memory grow with. A sheet that does not state its size is
# parsed twice.
MAX_SHEET_TAGS: Final = 2_000_000
MAX_UNSIZED_SHEET_TAGS: Final = 300_000
MAX_STRING_TAGS: Final = 300_000
MAX_OTHER_TAGS: Final = 100_000
_OLE: Final = b"\xd0\xcf\x11\xe0"
_FORMULA_WITHOUT_VALUE: Final = re.compile(
    rb'<c [^<>]{0,100}?r="([A-Z]{1,3})([0-9]{1,7})"[^<>]{0,100}>\s{0,9}'
    rb"<f(?:[^<>]{0,500}/>|[^<>]{0,500}>[^<]{0,9000}</f>)\s{0,9}"
    rb"(?:<v\s{0,9}/>|<v>\s{0,9}</v>)?\s{0,9}</c>"
)
# A cell with something in it beyond column 201 (GS), from where on cells are not read.
_FAR_CELL: Final = re.compile(rb'<c [^<>]{0,100}?r="(?:G[T-Z]|[H-Z][A-Z]|[A-Z]{3})([0-9]{1,7})"(?:[^<>]{0,99}[^<>/])?>')

WORKBOOK_UNREADABLE: Final = FindingKind(
    "workbook-unreadable",
    Severity.ERROR,
    N_("The workbook cannot be read: it is damaged or of another kind."),
    N_("Open it in the spreadsheet program and save it as .xlsx again, or save the sheet as “CSV UTF-8”."),
)
WORKBOOK_OLD: Final = FindingKind(
    "workbook-old-or-locked",
    Severity.ERROR,
    N_("The workbook is in the old .xls format, or locked by a password."),
    N_("Remove the password, and save it as .xlsx."),
)
WORKBOOK_TOO_BIG: Final = FindingKind(
    "workbook-too-big",
    Severity.ERROR,
    N_("Unpacked, the workbook is too big to be read safely."),
    N_("Copy only the table into a new workbook, without empty formatted rows, or save the sheet as “CSV UTF-8”."),
)
WORKBOOK_UNSAFE: Final = FindingKind(
    "workbook-unsafe",
    Severity.ERROR,
    N_("The workbook holds XML declarations that no spreadsheet program writes and that can do harm."),
    N_("Do not trust this file. Ask for the table again, as CSV."),
)
SEVERAL_SHEETS: Final = FindingKind(
    "several-sheets",
    Severity.NOTE,
    N_("The workbook has {sheets}; only the first, “{sheet}”, was read."),
    N_("Move the table to the first sheet if it is another one."),
)
MERGED_CELLS: Final = FindingKind(
    "merged-cells",
    Severity.WARNING,
    N_("The sheet has merged cells; only the upper left cell of each group has a value, the others are empty."),
    N_("Undo the merging and fill every cell."),
)
FORMULA_WITHOUT_VALUE: Final = FindingKind(
    "formula-without-value",
    Severity.ERROR,
    N_("Cell {cell} holds a formula, but its result was never saved."),
    N_("Open the workbook in the spreadsheet program and save it, or put the value instead of the formula."),
)
BLANK_ROWS: Final = FindingKind(
    "blank-rows",
    Severity.WARNING,
    N_("More than {limit} follow; nothing below them was read."),
    N_("Delete the empty rows if the table goes on below them."),
)
EMPTY_ROWS: Final = NN_("{count} empty row", "{count} empty rows")
SHEETS: Final = NN_("{count} sheet", "{count} sheets")

# What openpyxl and the libraries below it raise for damaged files.
_DAMAGE: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_workbook(file: InputFile, *, max_rows: int = MAX_ROWS) -> tuple[list[TableRow] | None, list[Finding]]:
    """
    Read the first sheet of a workbook.

    Parameters
    ----------
    file
        An XLSX file; results of formulas are read as saved, never computed.
    max_rows
        Most rows that are read.

    Returns
    -------
    rows : list of TableRow or None
        Rows that are not blank; None if the workbook cannot be read.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    import openpyxl

    place = Place(file.name)
    if file.content.startswith(_OLE):
        return None, [WORKBOOK_OLD.at(place)]
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            kind = _find_danger(archive)
        if kind is not None:
            return None, [kind.at(place)]
        with warnings.catch_warnings():
            # openpyxl warns of extensions it drops; none of them holds a table.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(file.content), read_only=True, data_only=True)
            return _read_sheet(book, file, max_rows)
    except _DAMAGE:
        return None, [WORKBOOK_UNREADABLE.at(place)]


def format_cell(value: object) -> str:
    """
    Format the value of a cell as people would have typed it.

    Parameters
    ----------
    value
        Text, number, truth value, date or time; None for an empty cell.

    Returns
    -------
    str
        Text without blanks at the ends; whole numbers without a decimal point.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).strip()


def _find_danger(archive: zipfile.ZipFile) -> FindingKind | None:
    """Kind of finding for an archive that would take too much memory or time, or that holds entities."""
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        return WORKBOOK_OLD
    bombs = (m.file_size > MIN_RATIO_SIZE and m.file_size > MAX_RATIO * m.compress_size for m in members)
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED or any(bombs):
        return WORKBOOK_TOO_BIG
    other_tags = 0
    for member in members:
        if not member.filename.endswith((".xml", ".rels")):
            continue
        content = archive.read(member).replace(b"\0", b"")
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            return WORKBOOK_UNSAFE
        limit = _find_limit(member.filename, content)
        other_tags += 0 if limit else content.count(b"<")
        if other_tags > MAX_OTHER_TAGS or (limit and content.count(b"<") > limit):
            return WORKBOOK_TOO_BIG
    return None


def _find_limit(name: str, content: bytes) -> int:
    """Most tags that a member may have; 0 if it shares the limit for all the small ones."""
    if "/worksheets/" in name and name.endswith(".xml"):
        return MAX_SHEET_TAGS if b"<dimension" in content[:4000] else MAX_UNSIZED_SHEET_TAGS
    return MAX_STRING_TAGS if name.endswith("/sharedStrings.xml") else 0


def _read_sheet(book: Workbook, file: InputFile, max_rows: int) -> tuple[list[TableRow] | None, list[Finding]]:
    """Rows of the first sheet, and what is worth knowing about it."""
    if not book.worksheets:
        return None, [WORKBOOK_UNREADABLE.at(Place(file.name))]
    sheet: Any = book.worksheets[0]
    findings = []
    if len(book.worksheets) > 1:
        findings.append(
            SEVERAL_SHEETS.at(Place(file.name), sheets=Count(*SHEETS, len(book.worksheets)), sheet=sheet.title)
        )
    # The size that the sheet states may be wrong, and rows beyond it would be lost.
    sheet.reset_dimensions()
    findings += _check_markup(sheet, file)
    rows: list[TableRow] = []
    for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1), 1):
        cells = tuple(format_cell(value) for value in values)
        if any(cells):
            # A sheet has no short rows: each is as long as the header at least.
            width = max(at + 1 for at, cell in enumerate(cells) if cell)
            rows.append(TableRow(number, cells[: max(width, len(rows[0].cells) if rows else 0)]))
        elif number - (rows[-1].row if rows else 0) > MAX_BLANK_ROWS:
            findings.append(BLANK_ROWS.at(Place(file.name, number), limit=Count(*EMPTY_ROWS, MAX_BLANK_ROWS)))
            break
        if number > max_rows + MAX_BLANK_ROWS:
            return None, [*findings, TABLE_TOO_LONG.at(Place(file.name), limit=Count(*ROWS, max_rows))]
    return rows, findings


def _check_markup(sheet: Any, file: InputFile) -> list[Finding]:
    """Findings for merged cells and formulas, which a sheet read row by row does not tell."""
    with sheet._get_source() as stream:
        content = stream.read()
    findings = [MERGED_CELLS.at(Place(file.name))] if b"mergeCell " in content else []
    far = _FAR_CELL.search(content)
    if far is not None:
        findings.append(TABLE_TOO_WIDE.at(Place(file.name, int(far[1])), limit=Count(*CELLS, MAX_COLUMNS)))
    if b"<f" in content:
        findings += [
            FORMULA_WITHOUT_VALUE.at(Place(file.name, int(row)), cell=(column + row).decode("ascii"))
            for column, row in _FORMULA_WITHOUT_VALUE.findall(content)
        ]
    return findings
