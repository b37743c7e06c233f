"""Day sheets: what a crew does on one date, as values and as a PDF document for A4 paper in big letters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.output.print.pdf import (
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
from bibliobus.view.days import Doing
from bibliobus.words.language import MINUTE_S, N_, format_clock
from bibliobus.words.text import Duration, Length, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fpdf import FPDF

    from bibliobus.domain.calendar import DateSpan
    from bibliobus.view.days import DayRow, ServiceDay
    from bibliobus.view.ground import RoadPiece
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

WHEN: Final = N_("{weekday}, {date}")
WHEN_WEEK: Final = N_("{weekday}, {date}, week {week}")
SUMMARY: Final = N_("leave {leave} · back {back} · {length} · work {work}")
PHONE: Final = N_("Telephone of the depot: {phone}")
MOVED: Final = N_("This tour is driven in place of {date}.")
CHANGED: Final = N_("A changed tour, only from {first} to {last}.")
CHANGED_ONCE: Final = N_("A changed tour, only on {first}.")
DRIVE: Final = N_("drive to {place}: {length}, {duration}")
STAY: Final = N_("open {duration} · readers ______ · loans ______")
NO_CALL: Final = N_("No call today: there is no school.")
NAMELESS: Final = N_("road without a name")
PIECE: Final = N_("{road} {length}")
DOINGS: Final = {
    Doing.LEAVE: N_("Leave: {place}"),
    Doing.OPEN: "{place}",
    Doing.WAIT: N_("Wait: {place}"),
    Doing.MEAL: N_("Meal break: {place}"),
    Doing.REST: N_("Break for the driver: {place}"),
    Doing.BACK: N_("Back: {place}"),
}
"""What a crew does, in words; a drive has more of them."""


@dataclass(frozen=True)
class SheetRow:
    """One thing a crew does."""

    doing: Doing
    clock: str
    title: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class DaySheet:
    """One bus on one date."""

    bus: str
    when: str
    top: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    changes: tuple[str, ...]
    warnings: tuple[str, ...]


def list_sheets(view: PlanView, span: DateSpan | None = None) -> tuple[DaySheet, ...]:
    """
    List the sheets of the tours that are driven.

    Parameters
    ----------
    view
        The plan as its reader may know it.
    span
        Dates that are wanted, inside those of the view; None means all of the view.

    Returns
    -------
    tuple of DaySheet
        By date and bus.
    """
    span = span or view.span
    notes = {stop.settlement_id: stop.note for stop in view.stops}
    return tuple(_build_sheet(view, service, span, notes) for service in view.services if service.date in span)


def say_once(view: PlanView, sheets: Iterable[DaySheet]) -> tuple[DaySheet, ...]:
    """Say on the first sheet of a document, and on no other, that distances and times are an estimate."""
    return tuple(
        sheet if at else replace(sheet, warnings=(*view.estimate, *sheet.warnings)) for at, sheet in enumerate(sheets)
    )


def _build_sheet(view: PlanView, service: ServiceDay, span: DateSpan, notes: Mapping[str, str]) -> DaySheet:
    """Sheet of a tour on a date."""
    language, tour = view.language, service.tour
    words = {
        "weekday": language.weekday(service.date.weekday()),
        "date": language.date(service.date),
        "week": tour.week,
    }
    own = view.tell_notices({call.place_id for call in tour.calls})  # a sheet is handed out alone
    when = WHEN if view.cycle.weeks == 1 else WHEN_WEEK
    return DaySheet(
        bus=tour.bus,
        when=Text(when, words).render(language),
        top=tuple(_list_top(service, language)),
        rows=tuple(_tell_row(row, service, notes, language) for row in tour.rows),
        changes=tuple(note.text for note in tour.changes if note.covers(service.date)),
        warnings=tuple(text for text in (*own, *view.tell_long_after(span.first), view.attribution) if text),
    )


def _list_top(service: ServiceDay, language: Language) -> Iterator[str]:
    """Lines below the heading."""
    tour = service.tour
    words: dict[str, object] = {
        "leave": format_clock(tour.leave_s),
        "back": format_clock(tour.return_s),
        "length": Length(tour.length_m),
        "work": Duration(tour.work_s),
    }
    yield Text(SUMMARY, words).render(language)
    if tour.phone:
        yield Text(PHONE, {"phone": tour.phone}).render(language)
    if tour.period is not None:
        dates = {"first": language.date(tour.period.first), "last": language.date(tour.period.last)}
        changed = CHANGED if tour.period.first < tour.period.last else CHANGED_ONCE
        yield Text(changed, dates).render(language)
    if service.instead_of is not None:
        yield Text(MOVED, {"date": language.date(service.instead_of)}).render(language)


def _tell_row(row: DayRow, service: ServiceDay, notes: Mapping[str, str], language: Language) -> SheetRow:
    """One thing that the crew does."""
    clock = format_clock(row.start_s)
    if row.end_s > row.start_s:
        clock = f"{clock}–{format_clock(row.end_s)}"
    match row.doing:
        case Doing.DRIVE:
            return _tell_drive(row, clock, language)
        case Doing.OPEN:
            skipped = row.place_id in service.skipped
            details = tuple(_list_stay(row, notes[row.place_id], language, skipped=skipped))
            return SheetRow(row.doing, clock, row.place, details)
        case _:
            return SheetRow(row.doing, clock, Text(DOINGS[row.doing], {"place": row.place}).render(language))


def _tell_drive(row: DayRow, clock: str, language: Language) -> SheetRow:
    """Row of a drive: where to, how far, and on which roads."""
    words: dict[str, object] = {
        "place": row.place,
        "length": Length(row.length_m or 0),
        "duration": Duration(row.end_s - row.start_s),
    }
    roads = " → ".join(_tell_piece(piece, language) for piece in row.roads)
    return SheetRow(row.doing, clock, Text(DRIVE, words).render(language), (roads,) if roads else ())


def _tell_piece(piece: RoadPiece, language: Language) -> str:
    """A road and how far it is driven."""
    road = piece.name or language.gettext(NAMELESS)
    words: Mapping[str, object] = {"road": road, "length": Length(piece.length_m)}
    return Text(PIECE, words).render(language)


def _list_stay(row: DayRow, note: str, language: Language, *, skipped: bool) -> Iterator[str]:
    """Lines of a stay."""
    if skipped:
        yield language.gettext(NO_CALL)
        return
    minutes = Duration((row.end_s - row.start_s) // MINUTE_S * MINUTE_S)
    yield Text(STAY, {"duration": minutes}).render(language)
    if note:
        yield note


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


def render_sheets_pdf(view: PlanView, sheets: Iterable[DaySheet]) -> bytes:
    """
    Render day sheets as one document.

    Parameters
    ----------
    view
        The plan as its reader may know it.
    sheets
        Sheets of the view, as `list_sheets` makes them.

    Returns
    -------
    bytes
        PDF, sheets in the given order.
    """
    with open_document(view.title, view.language) as document:
        for sheet in say_once(view, sheets):
            _write_sheet(document, sheet, view.language)
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
