"""Day sheets: what a crew does on one date, as values for print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import week_of
from bibliobus.language import N_
from bibliobus.plan.calendar import service_dates
from bibliobus.plan.cautions import tell_long_after
from bibliobus.plan.measure import work_of
from bibliobus.reports.days import Doing, list_rows
from bibliobus.reports.heading import list_notices, tell_estimate
from bibliobus.reports.road_notes import list_road_notes
from bibliobus.units import MINUTE_S, format_clock
from bibliobus.wording import Duration, Length, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bibliobus.network.drive_roads import RoadPiece
    from bibliobus.plan.calendar import ServiceDate
    from bibliobus.plan.timetable import Leg, Tour
    from bibliobus.reports.days import DayRow
    from bibliobus.reports.material import Material

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
