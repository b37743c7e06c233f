"""
Day sheets: what a crew does on one date, as values and as a PDF document for A4 paper in big letters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import week_of
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
from bibliobus.plan.cautions import tell_long_after
from bibliobus.plan.dates import service_dates
from bibliobus.plan.measure.figures import work_of
from bibliobus.view.changes import list_road_notes
from bibliobus.view.days import Doing, list_rows
from bibliobus.view.heading import list_notices, tell_estimate, write_title
from bibliobus.words.language import N_
from bibliobus.words.text import Duration, Length, Text
from bibliobus.words.units import MINUTE_S, format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fpdf import FPDF

    from bibliobus.network.roads.drives import RoadPiece
    from bibliobus.plan.dates import ServiceDate
    from bibliobus.plan.plan import Leg, Tour
    from bibliobus.view.days import DayRow
    from bibliobus.view.material import Material
    from bibliobus.words.language import Language

WHEN: Final = N_("{weekday}, {date}")
WHEN_WEEK: Final = N_("{weekday}, {date}, week {week}")
SUMMARY: Final = N_("leave {leave} · back {back} · {length} · work {work}")
PHONE: Final = N_("Telephone of the depot: {phone}")
MOVED: Final = N_("This tour is driven in place of {date}.")
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
    """
    One thing a crew does.

    Parameters
    ----------
    doing
        What it is.
    clock
        Clock time, or two with a dash between.
    title
        What and where, in words.
    details
        Further lines: roads of a drive; length of a stay, note of the planner, room for numbers.
    """

    doing: Doing
    clock: str
    title: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class DaySheet:
    """
    One bus on one date.

    Parameters
    ----------
    bus
        Name of the bus.
    when
        Weekday and date, and the week where the cycle has several.
    top
        Lines below the heading: times and lengths, telephone, what is unusual.
    rows
        What the crew does, in the order of time.
    changes
        Road changes on the way.
    warnings
        What every output has to say, and who must be named for the data.
    """

    bus: str
    when: str
    top: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    changes: tuple[str, ...]
    warnings: tuple[str, ...]


def list_sheets(material: Material) -> tuple[DaySheet, ...]:
    """
    List the day sheets of the span.

    Parameters
    ----------
    material
        The plan and what its papers need.

    Returns
    -------
    tuple of DaySheet
        One for each tour that is driven, by date and bus.
    """
    span = material.span
    services = service_dates(material.plan, material.dataset.scenario, span.first, span.last)
    return tuple(_build_sheet(material, service) for service in services if service.driven)


def say_once(material: Material, sheets: Iterable[DaySheet]) -> tuple[DaySheet, ...]:
    """
    Say on the first sheet of a paper what need not stand on all of them.

    Parameters
    ----------
    material
        The plan and what its papers need.
    sheets
        Sheets of one paper.

    Returns
    -------
    tuple of DaySheet
        The same; the first says that driving times are an estimate, if they are.
    """
    estimate = tell_estimate(material.plan, material.language)
    return tuple(
        sheet if at else replace(sheet, warnings=(*estimate, *sheet.warnings)) for at, sheet in enumerate(sheets)
    )


def _build_sheet(material: Material, service: ServiceDate) -> DaySheet:
    """Sheet of a tour on a date."""
    language = material.language
    words = {
        "weekday": language.weekday(service.day.weekday()),
        "date": language.date(service.day),
        "week": week_of(service.tour.day),
    }
    own = replace(material.plan, tours=(service.tour,))  # a sheet is handed out alone
    notices = list_notices(material.dataset, language, (own, material.dataset))
    notices += tell_long_after(material.plan, language, material.span.first)
    when = WHEN if material.plan.cycle.weeks == 1 else WHEN_WEEK
    return DaySheet(
        bus=material.buses[service.tour.bus_id],
        when=Text(when, words).render(language),
        top=tuple(_list_top(material, service)),
        rows=tuple(_list_rows(material, service)),
        changes=list_road_notes(material, service.tour, service.day),
        warnings=tuple(text for text in (*notices, material.attribution) if text),
    )


def _list_top(material: Material, service: ServiceDate) -> Iterator[str]:
    """Lines below the heading."""
    tour, language = service.tour, material.language
    words: dict[str, object] = {
        "leave": format_clock(tour.leave_s),
        "back": format_clock(tour.return_s),
        "length": Length(sum(leg.length_m for leg in tour.legs)),
        "work": Duration(work_of(tour)),
    }
    yield Text(SUMMARY, words).render(language)
    if phone := _find_phone(material, tour):
        yield Text(PHONE, {"phone": phone}).render(language)
    if service.instead_of is not None:
        yield Text(MOVED, {"date": language.date(service.instead_of)}).render(language)


def _find_phone(material: Material, tour: Tour) -> str:
    """Telephone of the depot of a tour; empty if there is none."""
    scenario = material.dataset.scenario
    depots = {bus.bus_id: bus.depot_id for bus in scenario.buses}
    return next(depot.phone for depot in scenario.depots if depot.depot_id == depots[tour.bus_id])


def _list_rows(material: Material, service: ServiceDate) -> Iterator[SheetRow]:
    """Rows in the order of time."""
    tour, language = service.tour, material.language
    legs, calls = iter(tour.legs), iter(tour.calls)
    notes = {place.settlement_id: place.note for place in material.dataset.settlements}
    for row in list_rows(tour, material.names):
        clock = format_clock(row.start_s)
        if row.end_s > row.start_s:
            clock = f"{clock}–{format_clock(row.end_s)}"
        match row.doing:
            case Doing.DRIVE:
                yield _tell_drive(material, tour, next(legs), row, clock)
            case Doing.OPEN:
                call = next(calls)
                skipped = call.settlement_id in service.skipped
                details = tuple(_list_stay(material, row, notes[call.settlement_id], skipped=skipped))
                yield SheetRow(row.doing, clock, row.place, details)
            case _:
                yield SheetRow(row.doing, clock, Text(DOINGS[row.doing], {"place": row.place}).render(language))


def _tell_drive(material: Material, tour: Tour, leg: Leg, row: DayRow, clock: str) -> SheetRow:
    """Row of a drive: where to, how far, and on which roads."""
    language = material.language
    words: dict[str, object] = {
        "place": row.place,
        "length": Length(leg.length_m),
        "duration": Duration(row.end_s - row.start_s),
    }
    pieces = material.roads.get((material.profiles[tour.bus_id], leg.from_id, leg.to_id), ())
    roads = " → ".join(_tell_piece(piece, material) for piece in pieces)
    return SheetRow(row.doing, clock, Text(DRIVE, words).render(language), (roads,) if roads else ())


def _tell_piece(piece: RoadPiece, material: Material) -> str:
    """A road and how far it is driven."""
    road = piece.name or material.language.gettext(NAMELESS)
    words: Mapping[str, object] = {"road": road, "length": Length(piece.length_m)}
    return Text(PIECE, words).render(material.language)


def _list_stay(material: Material, row: DayRow, note: str, *, skipped: bool) -> Iterator[str]:
    """Lines of a stay."""
    language = material.language
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
