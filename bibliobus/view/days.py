"""Days of the buses, row by row, as a crew lives them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bibliobus.domain.calendar import week_of, weekday_of
from bibliobus.plan.measure.figures import work_of
from bibliobus.plan.names import name_places
from bibliobus.plan.plan import Call, Leg, Pause

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan, Tour
    from bibliobus.words.language import Language


class Doing(StrEnum):
    """What a crew does."""

    LEAVE = "leave"
    DRIVE = "drive"
    OPEN = "open"
    WAIT = "wait"
    MEAL = "meal"
    REST = "rest"
    BACK = "back"


@dataclass(frozen=True)
class DayRow:
    """
    One thing a crew does.

    Parameters
    ----------
    doing
        What it is.
    place
        Name of the place; of a drive, where it leads.
    start_s
        Seconds after midnight.
    end_s
        Seconds after midnight; `start_s` if it is a moment.
    length_m
        Metres by road; None unless it is a drive.
    """

    doing: Doing
    place: str
    start_s: int
    end_s: int
    length_m: int | None = None


@dataclass(frozen=True)
class Day:
    """
    One bus on one day of the cycle.

    Parameters
    ----------
    bus
        Name of the bus.
    week
        1 for the first week.
    weekday
        0 (Monday) to 6 (Sunday).
    date
        Date in the first cycle.
    rows
        What the crew does, in the order of time.
    stops
        Names of the settlements served, in the order of the tour.
    leave_s
        Leaving of the depot, seconds after midnight.
    return_s
        Return to the depot, seconds after midnight.
    work_s
        Paid seconds, meal break excluded.
    length_m
        Metres driven.
    """

    bus: str
    week: int
    weekday: int
    date: date
    rows: tuple[DayRow, ...]
    stops: tuple[str, ...]
    leave_s: int
    return_s: int
    work_s: int
    length_m: int


def list_days(plan: Plan, dataset: Dataset, language: Language) -> tuple[Day, ...]:
    """
    List the days of the buses.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.
    language
        Language of the reader.

    Returns
    -------
    tuple of Day
        In the order of the plan's tours: by day, then bus.
    """
    names = name_places(dataset, language)
    buses = {bus.bus_id: bus.name for bus in dataset.scenario.buses}
    return tuple(
        Day(
            bus=buses[tour.bus_id],
            week=week_of(tour.day),
            weekday=weekday_of(tour.day),
            date=plan.cycle.date_of(tour.day),
            rows=list_rows(tour, names),
            stops=tuple(names[call.settlement_id] for call in tour.calls),
            leave_s=tour.leave_s,
            return_s=tour.return_s,
            work_s=work_of(tour),
            length_m=sum(leg.length_m for leg in tour.legs),
        )
        for tour in plan.tours
    )


def list_rows(tour: Tour, names: Mapping[str, str]) -> tuple[DayRow, ...]:
    """
    List what the crew of a tour does.

    Parameters
    ----------
    tour
        The tour.
    names
        Name of every place.

    Returns
    -------
    tuple of DayRow
        In the order of time; leaving and returning are rows of their own, and so is waiting on the way. Drives stand
        in the order of the legs, stays in the order of the calls.
    """
    return tuple(_tell_rows(tour, names))


def _tell_rows(tour: Tour, names: Mapping[str, str]) -> Iterator[DayRow]:
    """Rows of a tour; leaving and returning are rows of their own, and so is waiting on the way."""
    first, last = tour.legs[0], tour.legs[-1]
    clock_s, place = first.leave_s, names[first.from_id]
    for row in tour.rows:
        start_s = row.leave_s if isinstance(row, Leg) else row.start_s
        on_the_way = first.leave_s < start_s <= last.leave_s
        if on_the_way and start_s > clock_s:
            yield DayRow(Doing.WAIT, place, clock_s, start_s)
        match row:
            case Leg():
                if row is first:
                    yield DayRow(Doing.LEAVE, place, row.leave_s, row.leave_s)
                clock_s, place = row.arrive_s, names[row.to_id]
                yield DayRow(Doing.DRIVE, place, row.leave_s, row.arrive_s, row.length_m)
                if row is last:
                    yield DayRow(Doing.BACK, place, row.arrive_s, row.arrive_s)
            case Call():
                clock_s = row.end_s
                yield DayRow(Doing.OPEN, names[row.settlement_id], row.start_s, row.end_s)
            case Pause():
                clock_s = row.end_s
                yield DayRow(Doing.MEAL if row.is_meal else Doing.REST, names[row.place_id], row.start_s, row.end_s)
