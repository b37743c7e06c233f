"""Table: a CSV file or the first sheet of a workbook as rows of text cells, read with limits on memory and time."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.tables.cells import show_value
from bibliobus.inputs.tables.text import decode_text
from bibliobus.words.language import N_, NN_
from bibliobus.words.text import Count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.workbook.workbook import Workbook

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
    """One line of a file or row of a sheet, counted from 1."""

    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class TextTable:
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


def read_table(file: InputFile) -> tuple[TextTable | None, list[Finding]]:
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
        rows, findings = read_workbook(file)
    else:
        rows, findings = read_csv(file)
    if rows is None:
        return None, findings
    table, more = build_table(file.name, rows)
    return table, findings + more


def read_csv(file: InputFile, *, max_rows: int = MAX_ROWS) -> tuple[list[TableRow] | None, list[Finding]]:
    """
    Read the rows of a CSV file that are not blank; None if it is no text or its quotes do not fit.

    ``max_rows``: Most rows that are read; one more is kept, so that the caller sees that there are more.
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


def build_table(file: str, rows: list[TableRow]) -> tuple[TextTable | None, list[Finding]]:
    """Build a table from rows, the first of which names the columns; None if there are none or too many."""
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
    return TextTable(file, header, body), findings


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
    """Format the value of a cell as people would have typed it; empty for None, no decimal point in whole numbers."""
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
