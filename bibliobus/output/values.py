"""Typed cells as values of JSON, of a page whose reader can sort, and of a workbook."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Final, cast

from bibliobus.view.tables import Kind, SortedText, count_lines, tell_value
from bibliobus.words.language import DAY_S, HOUR_S, KM_M, MINUTE_S, N_, format_clock
from bibliobus.words.safe import clean_text, starts_formula
from bibliobus.words.text import Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from bibliobus.view.tables import Block, Report, ReportColumn, ReportTable, Value
    from bibliobus.words.language import Language


def list_cells(table: ReportTable, language: Language) -> tuple[tuple[tuple[str, str], ...], ...]:
    """
    Rows of a table for a page whose reader can sort them: text of each cell as `list_texts`, and what it is sorted by.

    That is a text itself, a number or a date by its exact value. What is no number in a column of numbers comes last.
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


PAGE_OF: Final = N_("Page {page} of {pages}")
KM: Final = N_("km")
LONGEST_SHEET_NAME: Final = 31
_NOT_IN_NAMES: Final = str.maketrans("[]/\\", "()––", ":*?")
"""Letters that the name of a sheet may not have."""
LONGEST_TEXT: Final = 32_767

NUMBER_FORMATS: Final = {
    Kind.TEXT: "General",
    Kind.CLOCK: "hh:mm",
    Kind.WHOLE: "#,##0",
    Kind.KM: "0.0",
    Kind.NUMBER: "General",
    Kind.SHARE: "0%",
}
DATE_FORMATS: Final = {"uk": "dd.mm.yyyy", "en": "yyyy-mm-dd"}
MIDNIGHT_FORMAT: Final = "[hh]:mm"

_HEAD_FILL: Final = "D9D9D9"
_NOTICE_FILL: Final = "FFF2CC"
_BLOCK_FILL: Final = "EDEDED"
_LINE_PT: Final = 15.0
_TITLE_SIZE: Final = 14
_MOST_NOTICE_LINES: Final = 6
_MARGIN_INCH: Final = 0.4
_FOOT_MARGIN_INCH: Final = 0.6


def write_sheets(book: Workbook, tables: Iterable[ReportTable], report: Report, language: Language) -> None:
    """
    Write tables at the end of a workbook, each as a sheet with the title and the warnings of the report.

    What need only be said once stands on the first sheet; the others have empty lines there, so that the tables of
    all sheets begin in one row.
    """
    for at, table in enumerate(tables):
        told = (*report.warnings, *("" if at else text for text in report.once))
        _write_sheet(book, table, (report.title, *report.heads), told, language)


def _write_sheet(
    book: Workbook, sheet: ReportTable, title: Sequence[str], warnings: Sequence[str], language: Language
) -> None:
    """One sheet: everything above the first row of the table stays in sight and is repeated on every printed page."""
    page = book.create_sheet(sheet.title.translate(_NOT_IN_NAMES)[:LONGEST_SHEET_NAME])
    widths = sheet.widths
    for at, width in enumerate(widths, start=1):
        page.column_dimensions[_letter(at)].width = width
    top = [*title, *warnings]
    for row, text in enumerate(top, start=1):
        _write_top(page, row, text, widths, is_title=row == 1, is_warning=row > len(title))
    head = len(top) + 1
    for at, column in enumerate(sheet.columns, start=1):
        _write_head(_cell(page, head, at), column)
    last = _write_blocks(page, sheet, head + 1, language)
    page.freeze_panes = f"A{head + 1}"
    if not any(block.heading for block in sheet.blocks):
        page.auto_filter.ref = f"A{head}:{_letter(len(widths))}{max(last, head)}"
    _set_up_print(page, head, landscape=sheet.landscape, language=language)


def write_value(cell: Cell, value: Value, kind: Kind, language: Language) -> None:
    """Write a value into a cell, never as a formula; None leaves it empty."""
    from openpyxl.styles import Alignment

    plain = tell_value(value)
    cell.alignment = Alignment(vertical="top", wrap_text=isinstance(plain, str))
    if isinstance(plain, str):
        _write_text(cell, plain)
    elif isinstance(plain, date):
        cell.value = plain
        cell.number_format = DATE_FORMATS[language.code]
    elif plain is not None and kind is Kind.CLOCK:
        _write_clock(cell, int(plain))
    elif plain is not None:
        cell.value = plain / KM_M if kind in (Kind.KM, Kind.LENGTH) else plain
        km = language.gettext(KM)
        cell.number_format = f'0.0 "{km}"' if kind is Kind.LENGTH else NUMBER_FORMATS[kind]


def _write_text(cell: Cell, text: str) -> None:
    """Text that stays text; the prefix keeps it so when somebody edits the cell."""
    if not (clean := clean_text(text)[:LONGEST_TEXT]):
        return
    cell.value = clean
    cell.data_type = "s"
    cell.quotePrefix = starts_formula(clean)


def _write_clock(cell: Cell, seconds: int) -> None:
    """Clock time as Excel counts it; midnight at the end of a day is 24:00."""
    if seconds < DAY_S:
        cell.value = time(seconds // HOUR_S, seconds % HOUR_S // MINUTE_S)
        cell.number_format = NUMBER_FORMATS[Kind.CLOCK]
    else:
        cell.value = timedelta(seconds=seconds)
        cell.number_format = MIDNIGHT_FORMAT


def _write_top(
    page: Worksheet, row: int, text: str, widths: Sequence[int], *, is_title: bool, is_warning: bool
) -> None:
    """Line over the whole width, high enough for its text."""
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = _cell(page, row, 1)
    _write_text(cell, text)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    cell.font = Font(bold=is_title or is_warning, size=_TITLE_SIZE if is_title else None)
    if is_warning:
        cell.fill = PatternFill("solid", fgColor=_NOTICE_FILL)
    page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(widths))
    lines = min(count_lines(text, int(sum(widths) / (1.5 if is_title else 1.15))), _MOST_NOTICE_LINES)
    page.row_dimensions[row].height = lines * _LINE_PT * (1.4 if is_title else 1.0) + 2


def _write_head(cell: Cell, column: ReportColumn) -> None:
    """Heading of a column."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    _write_text(cell, column.label)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor=_HEAD_FILL)
    cell.border = Border(bottom=Side(style="medium"))
    cell.alignment = Alignment(vertical="center", wrap_text=True)


def _write_blocks(page: Worksheet, sheet: ReportTable, row: int, language: Language) -> int:
    """Blocks from a row on, an empty row between two; gives the last row written."""
    from openpyxl.styles import Border, Font, PatternFill, Side

    line = Border(bottom=Side(style="hair"))
    for number, block in enumerate(sheet.blocks):
        row += number > 0
        if block.heading:
            for at in range(1, len(sheet.columns) + 1):
                page.cell(row, at).fill = PatternFill("solid", fgColor=_BLOCK_FILL)
            _write_text(_cell(page, row, 1), block.heading)
            page.cell(row, 1).font = Font(bold=True)
            row += 1
        for values in block.rows:
            for at, (column, value) in enumerate(zip(sheet.columns, values, strict=True), start=1):
                cell = _cell(page, row, at)
                write_value(cell, value, column.kind, language)
                cell.border = line
            row += 1
    return row - 1


def _set_up_print(page: Worksheet, head: int, *, landscape: bool, language: Language) -> None:
    """A4, as wide as the paper, the top rows on every page, pages numbered."""
    from openpyxl.worksheet.page import PageMargins
    from openpyxl.worksheet.properties import PageSetupProperties

    page.page_setup.paperSize = int(page.PAPERSIZE_A4)
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins = PageMargins(
        left=_MARGIN_INCH, right=_MARGIN_INCH, top=_MARGIN_INCH, bottom=_FOOT_MARGIN_INCH, header=0.2, footer=0.2
    )
    page.print_title_rows = f"1:{head}"
    assert page.oddFooter is not None  # a new sheet has one
    page.oddFooter.center.text = language.gettext(PAGE_OF).format(page="&P", pages="&N")


def _cell(page: Worksheet, row: int, column: int) -> Cell:
    """Cell that is not merged away."""
    return cast("Cell", page.cell(row, column))


def _letter(column: int) -> str:
    """Letter of a column, 1 is A."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))
