"""Days of the buses: the tours of the cycle row by row, as a crew lives them, and the dates they are driven on."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, DateSpan, week_of, weekday_of
from bibliobus.plan.dates import find_period, tours_of
from bibliobus.plan.day_sheet import DAY_COLUMNS, DAY_HEADING, DAY_TOTAL, DOINGS, Doing
from bibliobus.plan.measure.figures import work_of
from bibliobus.plan.plan import Call, Leg, Pause, PeriodCause
from bibliobus.view.changes import find_road_notes
from bibliobus.view.ground import key_drive
from bibliobus.view.tables import Block, Kind, ReportColumn, ReportTable, translate_columns
from bibliobus.words.language import MINUTE_S, N_
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bibliobus.plan.plan import Period, Plan, Tour
    from bibliobus.view.changes import RoadNote
    from bibliobus.view.ground import LatLon, RoadPiece
    from bibliobus.view.reader import Seen
    from bibliobus.view.tables import Value
    from bibliobus.words.language import Language

__all__ = [
    "BusDay",
    "DayRow",
    "Doing",
    "ServiceDay",
    "lay_out_changed_days",
    "lay_out_days",
    "list_changed_days",
    "list_days",
    "list_services",
]

TITLE: Final = N_("{bus}, {weekday}")
TITLE_WEEK: Final = N_("{bus}, {weekday}, week {week}")
TITLE_ONCE: Final = N_("{title}, only on {date}")
TITLE_SPAN: Final = N_("{title}, only from {first} to {last}")


@dataclass(frozen=True)
class DayRow:
    """
    One thing that a crew does, at a place or on the way to it.

    A drive has the name of the place it leaves, its length by road, its line in degrees as far as there is ground, and
    its roads as far as they are known.
    """

    doing: Doing
    place_id: str
    place: str
    start_s: int
    end_s: int
    length_m: int | None = None
    from_place: str = ""
    line: tuple[LatLon, ...] = ()
    roads: tuple[RoadPiece, ...] = ()


@dataclass(frozen=True)
class BusDay:
    """
    One bus on one day of the cycle, in every cycle or on the dates of a period.

    Who may not see drives gets the rows of the stops only, and no work; the telephone of the depot and the road changes
    on the way are there for those who may see them. The period is None for a tour of the cycle; the date is the first.
    """

    tour_id: str
    bus_id: str
    bus: str
    title: str
    day: int
    date: datetime.date
    rows: tuple[DayRow, ...]
    work_s: int = 0
    phone: str = ""
    changes: tuple[RoadNote, ...] = ()
    period: DateSpan | None = None

    @property
    def week(self) -> int:
        """Week of the cycle, from 1."""
        return week_of(self.day)

    @property
    def weekday(self) -> int:
        """Weekday, 0 is Monday."""
        return weekday_of(self.day)

    @property
    def calls(self) -> tuple[DayRow, ...]:
        """Stays at stops in their order."""
        return tuple(row for row in self.rows if row.doing is Doing.OPEN)

    @property
    def drives(self) -> tuple[DayRow, ...]:
        """Drives in their order; none where they may not be seen."""
        return tuple(row for row in self.rows if row.doing is Doing.DRIVE)

    @property
    def leave_s(self) -> int:
        """Leaving of the depot in seconds after midnight, of a day with drives."""
        return self.drives[0].start_s

    @property
    def return_s(self) -> int:
        """Return to the depot in seconds after midnight, of a day with drives."""
        return self.drives[-1].end_s

    @property
    def length_m(self) -> int:
        """Metres driven on that day."""
        return sum(row.length_m or 0 for row in self.drives)


@dataclass(frozen=True)
class ServiceDay:
    """A tour on a date on which it is driven; `skipped` are the stops that it leaves out because school is out."""

    date: datetime.date
    tour: BusDay
    skipped: tuple[str, ...]
    instead_of: datetime.date | None


def list_days(seen: Seen) -> tuple[BusDay, ...]:
    """List the tours of the cycle in the order of the plan."""
    return tuple(_show_day(seen, tour) for tour in seen.plan.tours)


def list_changed_days(seen: Seen) -> tuple[BusDay, ...]:
    """List the tours of periods that are driven on a date that the reader asked for, by period, day and bus."""
    return tuple(_show_day(seen, tour, period) for period, tour in _list_changed(seen))


def list_services(seen: Seen, days: Sequence[BusDay], changed: Sequence[BusDay]) -> tuple[ServiceDay, ...]:
    """List the tours date by date, as far as they are driven."""
    # A tour of the cycle and the one in its place have one id, so each is found as the very object of the plan.
    shown = {id(tour): day for tour, day in zip(seen.plan.tours, days, strict=True)}
    shown |= {id(tour): day for (_, tour), day in zip(_list_changed(seen), changed, strict=True)}
    return tuple(
        ServiceDay(one.day, shown[id(one.tour)], one.skipped, one.instead_of) for one in seen.services if one.driven
    )


def _list_changed(seen: Seen) -> list[tuple[Period, Tour]]:
    """Tours of periods that are driven, each with its period."""
    driven = {id(one.tour) for one in seen.services if one.driven} if seen.plan.periods else set()
    return [(period, tour) for period in seen.plan.periods for tour in period.tours if id(tour) in driven]


def _show_day(seen: Seen, tour: Tour, period: Period | None = None) -> BusDay:
    """A tour as the reader may know it."""
    bus, drives, cycle = seen.buses[tour.bus_id], seen.may("drives"), seen.plan.cycle
    return BusDay(
        tour_id=f"{bus.bus_id}/{tour.day}",
        bus_id=bus.bus_id,
        bus=bus.name,
        title=_name_changed(seen, tour, period) if period else _name_tour(seen, tour),
        day=tour.day,
        date=period.date_of(cycle, tour.day) if period else _find_first(seen.plan, tour),
        rows=tuple(_list_rows(seen, tour) if drives else (_show_call(seen, call) for call in tour.calls)),
        work_s=work_of(tour) if drives else 0,
        phone=_find_phone(seen, tour) if seen.may("crew_phones") else "",
        changes=find_road_notes(seen, tour) if seen.may("road_changes") else (),
        period=DateSpan(period.first, period.last) if period else None,
    )


def _find_first(plan: Plan, tour: Tour) -> datetime.date:
    """First date that the cycle gives a tour, once the timetable of before does not hold any more."""
    day = plan.cycle.date_of(tour.day)
    while (period := find_period(plan, day)) and period.cause is PeriodCause.BEFORE and tour not in tours_of(plan, day):
        day += datetime.timedelta(weeks=plan.cycle.weeks)
    return day


def _name_tour(seen: Seen, tour: Tour) -> str:
    """Bus and weekday, and the week where the cycle has several."""
    language = seen.reader.language
    words = {"bus": seen.buses[tour.bus_id].name, "weekday": language.weekday(weekday_of(tour.day))}
    if seen.plan.cycle.weeks == 1:
        return Text(TITLE, words).render(language)
    return Text(TITLE_WEEK, words | {"week": week_of(tour.day)}).render(language)


def _name_changed(seen: Seen, tour: Tour, period: Period) -> str:
    """The same, and on which date it is driven or between which."""
    language, cycle = seen.reader.language, seen.plan.cycle
    day = period.date_of(cycle, tour.day)
    once = (period.last - day).days < cycle.weeks * WEEK_DAYS
    dates = {"date": day, "first": period.first, "last": period.last}
    words = {name: language.date(one) for name, one in dates.items()}
    return Text(TITLE_ONCE if once else TITLE_SPAN, words | {"title": _name_tour(seen, tour)}).render(language)


def _find_phone(seen: Seen, tour: Tour) -> str:
    """Telephone of the depot of a tour; empty if there is none."""
    scenario = seen.dataset.scenario
    depots = {bus.bus_id: bus.depot_id for bus in scenario.buses}
    return next(depot.phone for depot in scenario.depots if depot.depot_id == depots[tour.bus_id])


def _list_rows(seen: Seen, tour: Tour) -> Iterator[DayRow]:
    """Rows of a tour; leaving and returning are rows of their own, and so is waiting on the way."""
    first, last = tour.legs[0], tour.legs[-1]
    clock_s, place_id = first.leave_s, first.from_id
    for row in tour.rows:
        start_s = row.leave_s if isinstance(row, Leg) else row.start_s
        on_the_way = first.leave_s < start_s <= last.leave_s
        if on_the_way and start_s > clock_s:
            yield DayRow(Doing.WAIT, place_id, seen.names[place_id], clock_s, start_s)
        match row:
            case Leg():
                if row is first:
                    yield DayRow(Doing.LEAVE, place_id, seen.names[place_id], row.leave_s, row.leave_s)
                clock_s, place_id = row.arrive_s, row.to_id
                yield _show_drive(seen, tour, row)
                if row is last:
                    yield DayRow(Doing.BACK, place_id, seen.names[place_id], row.arrive_s, row.arrive_s)
            case Call():
                clock_s = row.end_s
                yield _show_call(seen, row)
            case Pause():
                clock_s = row.end_s
                doing = Doing.MEAL if row.is_meal else Doing.REST
                yield DayRow(doing, row.place_id, seen.names[row.place_id], row.start_s, row.end_s)


def _show_call(seen: Seen, call: Call) -> DayRow:
    """A stay at a stop."""
    return DayRow(Doing.OPEN, call.settlement_id, seen.names[call.settlement_id], call.start_s, call.end_s)


def _show_drive(seen: Seen, tour: Tour, leg: Leg) -> DayRow:
    """A drive with its line and its roads."""
    drive = key_drive(seen.dataset, tour, leg)
    return DayRow(
        Doing.DRIVE,
        leg.to_id,
        seen.names[leg.to_id],
        leg.leave_s,
        leg.arrive_s,
        leg.length_m,
        seen.names[leg.from_id],
        seen.ground.find_line(drive) if seen.ground else (),
        seen.ground.pieces.get(drive, ()) if seen.ground else (),
    )


COLUMN_KINDS: Final = (Kind.CLOCK, Kind.CLOCK, Kind.TEXT, Kind.TEXT, Kind.WHOLE, Kind.KM, Kind.TEXT)
"""What stands in the columns of the sheet by bus and day."""


def lay_out_days(days: Sequence[BusDay], language: Language) -> ReportTable:
    """Lay out days with their drives as the sheet by bus and day, which may come back edited: a block for each."""
    columns = tuple(map(ReportColumn, DAY_COLUMNS, COLUMN_KINDS))
    blocks = tuple(_lay_out_day(day, language) for day in days)
    return ReportTable(language.gettext(N_("By bus and day")), translate_columns(columns, language), blocks)


def lay_out_changed_days(days: Sequence[BusDay], language: Language) -> ReportTable:
    """Lay out days of a time with their drives: nobody marks anything there, and each says on which dates it is."""
    table = lay_out_days(days, language)
    blocks = tuple(
        Block(tuple(row[:-1] for row in block.rows), day.title) for day, block in zip(days, table.blocks, strict=True)
    )
    return replace(table, title=language.gettext(N_("Changed tours")), columns=table.columns[:-1], blocks=blocks)


def _lay_out_day(day: BusDay, language: Language) -> Block:
    """Block of a bus on a day: its rows and what they add up to."""
    words = {
        "bus": day.bus,
        "weekday": language.weekday(day.weekday),
        "week": day.week,
        "date": language.date(day.date),
    }
    rows: list[tuple[Value, ...]] = []
    for row in day.rows:
        lasting = row.end_s > row.start_s
        minutes = (row.end_s - row.start_s) // MINUTE_S if lasting else None
        end_s = row.end_s if lasting else None
        doing = language.gettext(DOINGS[row.doing])
        # The last column is for the planner, whose marks `bibliobus locks` takes over into the scenario.
        rows.append((row.start_s, end_s, doing, row.place, minutes, row.length_m, None))
    total = (day.leave_s, day.return_s, language.gettext(DAY_TOTAL), None, day.work_s // MINUTE_S, day.length_m, None)
    return Block((*rows, total), Text(DAY_HEADING, words).render(language))
