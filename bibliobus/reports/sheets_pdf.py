"""Day sheets as a PDF document for A4 paper, in big letters, for black and white printers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.language import N_
from bibliobus.reports.days import Doing
from bibliobus.reports.heading import write_title
from bibliobus.reports.pdf import (
    FONT,
    MARGIN_MM,
    PAGE_HEIGHT_MM,
    PAGE_WIDTH_MM,
    finish_document,
    fit_size,
    measure_block,
    open_document,
    write_block,
)
from bibliobus.reports.sheets import say_once
from bibliobus.wording import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fpdf import FPDF

    from bibliobus.language import Language
    from bibliobus.reports.material import Material
    from bibliobus.reports.sheets import DaySheet, SheetRow

CHANGES: Final = N_("Road changes on the way")
PAGE_OF: Final = N_("Page {page} of {pages}")
GOES_ON: Final = N_("continued")

_WIDTH_MM: Final = PAGE_WIDTH_MM - 2 * MARGIN_MM
_BOTTOM_MM: Final = PAGE_HEIGHT_MM - MARGIN_MM - 6
_CLOCK_MM: Final = 42.0
_BODY_MM: Final = _WIDTH_MM - _CLOCK_MM
_GAP_MM: Final = 1.2
_GREY: Final = 235
_TITLES_PT: Final = {
    Doing.LEAVE: 13,
    Doing.DRIVE: 11,
    Doing.OPEN: 16,
    Doing.WAIT: 11,
    Doing.MEAL: 12,
    Doing.REST: 12,
    Doing.BACK: 13,
}
_DETAIL_PT: Final = 10.5


def render_sheets_pdf(material: Material, sheets: Iterable[DaySheet]) -> bytes:
    """
    Render day sheets as one document.

    Parameters
    ----------
    material
        The plan and what its papers need.
    sheets
        The sheets.

    Returns
    -------
    bytes
        PDF of A4 pages, each sheet beginning on a page of its own.
    """
    with open_document(write_title(material.dataset, material.language), material.language) as document:
        for sheet in say_once(material, sheets):
            _write_sheet(document, sheet, material.language)
        return finish_document(document)


def _write_sheet(document: FPDF, sheet: DaySheet, language: Language) -> None:
    """A sheet on as many pages as it takes."""
    first = document.pages_count + 1
    top = _open_page(document, sheet, "")
    for row, following in zip(sheet.rows, (*sheet.rows[1:], None), strict=True):
        height = _measure_row(document, row)
        if row.doing is Doing.DRIVE and following is not None:
            height += _measure_row(document, following)  # a drive stands on the page of what it leads to
        if top + height > _BOTTOM_MM:
            top = _open_page(document, sheet, language.gettext(GOES_ON))
        top = _write_row(document, row, top)
    if sheet.changes:
        top = _write_list(document, sheet, [language.gettext(CHANGES), *sheet.changes], top, language)
    for text in sheet.warnings:
        if top + measure_block(document, text, 9, _WIDTH_MM) > _BOTTOM_MM:
            top = _open_page(document, sheet, language.gettext(GOES_ON))
        top = write_block(document, text, (MARGIN_MM, top + 1), 9, _WIDTH_MM)
    _number_pages(document, first, language)


def _open_page(document: FPDF, sheet: DaySheet, extra: str) -> float:
    """Page with its heading; gives where it ends."""
    document.add_page()
    title = f"{sheet.bus} ({extra})" if extra else sheet.bus
    size = fit_size(document, title, (22, 18, 14), _WIDTH_MM, 2)
    top = write_block(document, title, (MARGIN_MM, MARGIN_MM), size, _WIDTH_MM, bold=True)
    top = write_block(document, sheet.when, (MARGIN_MM, top), 16, _WIDTH_MM, bold=True)
    if not extra:
        for line in sheet.top:
            top = write_block(document, line, (MARGIN_MM, top + 0.5), 12, _WIDTH_MM)
    document.set_line_width(0.6)
    document.line(MARGIN_MM, top + 1.5, MARGIN_MM + _WIDTH_MM, top + 1.5)
    return top + 3.5


def _measure_row(document: FPDF, row: SheetRow) -> float:
    """Height of a row with the room below it."""
    size = _TITLES_PT[row.doing]
    bold = row.doing is not Doing.DRIVE
    title = measure_block(document, row.title, size, _BODY_MM, bold=bold)
    details = sum(measure_block(document, detail, _DETAIL_PT, _BODY_MM) for detail in row.details)
    return title + details + (4 * _GAP_MM if row.doing is Doing.OPEN else 2 * _GAP_MM)


def _write_row(document: FPDF, row: SheetRow, top: float) -> float:
    """A row; a stay stands on grey in a frame."""
    inner = top
    if row.doing is Doing.OPEN:
        height = _measure_row(document, row) - 2 * _GAP_MM
        document.set_fill_color(_GREY)
        document.set_line_width(0.3)
        document.rect(MARGIN_MM, top, _WIDTH_MM, height, style="DF")
        inner = top + _GAP_MM
    size, bold = _TITLES_PT[row.doing], row.doing is not Doing.DRIVE
    clock = min(size, 14)
    write_block(document, row.clock, (MARGIN_MM + 1, inner), clock, _CLOCK_MM, bold=bold)
    end = write_block(document, row.title, (MARGIN_MM + _CLOCK_MM, inner), size, _BODY_MM, bold=bold)
    for detail in row.details:
        end = write_block(document, detail, (MARGIN_MM + _CLOCK_MM, end), _DETAIL_PT, _BODY_MM)
    return end + 2 * _GAP_MM + (_GAP_MM if row.doing is Doing.OPEN else 0)


def _write_list(document: FPDF, sheet: DaySheet, lines: list[str], top: float, language: Language) -> float:
    """Lines under a heading, which is the first of them."""
    for at, line in enumerate(lines):
        text, size, bold = (line, 13, True) if at == 0 else (f"• {line}", 11, False)
        if top + measure_block(document, text, size, _WIDTH_MM, bold=bold) > _BOTTOM_MM:
            top = _open_page(document, sheet, language.gettext(GOES_ON))
        top = write_block(document, text, (MARGIN_MM, top + 0.5), size, _WIDTH_MM, bold=bold)
    return top + _GAP_MM


def _number_pages(document: FPDF, first: int, language: Language) -> None:
    """Number of each page of a sheet at its foot."""
    pages = document.pages_count - first + 1
    for number in range(1, pages + 1) if pages > 1 else ():
        document.page = first + number - 1
        document.set_font(FONT, "", 9)
        document.set_xy(MARGIN_MM, PAGE_HEIGHT_MM - MARGIN_MM)
        document.cell(_WIDTH_MM, 4, Text(PAGE_OF, {"page": number, "pages": pages}).render(language), align="R")
    document.page = document.pages_count
