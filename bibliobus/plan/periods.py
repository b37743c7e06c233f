"""Periods of a plan: tours of single dates laid over those of its cycle and of the periods that it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.plan.dates import day_of
from bibliobus.plan.plan import Period, TourName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from bibliobus.domain.calendar import Cycle
    from bibliobus.plan.plan import PeriodCause, Plan, Tour


def overlay_tours(plan: Plan, dated: Mapping[date, Sequence[Tour]], cause: PeriodCause) -> Plan:
    """
    Lay tours over a plan: on each of the dates exactly these are driven, on all others what was.

    A period that the plan has on such a date is cut there; a date whose tours are those of the cycle has no period.
    """
    kept = [piece for period in plan.periods for piece in _cut(plan.cycle, period, sorted(dated))]
    made = (_make_period(plan, day, dated[day], cause) for day in sorted(dated))
    periods = sorted([*kept, *filter(None, made)], key=lambda period: period.first)
    return replace(plan, periods=tuple(periods))


def _make_period(plan: Plan, day: date, tours: Sequence[Tour], cause: PeriodCause) -> Period | None:
    """Period of one date with what differs from the cycle; None if nothing does."""
    at = day_of(plan.cycle, day)
    own = {tour.bus_id: tour for tour in plan.tours if tour.day == at and day >= plan.cycle.first_day}
    wanted = {tour.bus_id: tour for tour in tours}
    others = tuple(replace(tour, day=at) for bus_id, tour in sorted(wanted.items()) if tour != own.get(bus_id))
    dropped = tuple(TourName(bus_id, at) for bus_id in sorted(own.keys() - wanted.keys()))
    return Period(day, day, cause, others, dropped) if others or dropped else None


def _cut(cycle: Cycle, period: Period, days: Sequence[date]) -> Iterator[Period]:
    """Pieces of a period between some dates, each with the tours of its own days."""
    inside, first, one = [day for day in days if day in period], period.first, timedelta(days=1)
    if not inside:
        yield period
        return
    for day in [*inside, period.last + one]:
        if first < day and (piece := _narrow(cycle, period, first, day - one)) is not None:
            yield piece
        first = day + one


def _narrow(cycle: Cycle, period: Period, first: date, last: date) -> Period | None:
    """The part of a period between two dates of it; None if nothing differs from the cycle there."""
    count = min((last - first).days + 1, cycle.weeks * WEEK_DAYS)
    days = {day_of(cycle, first + timedelta(days=at)) for at in range(count)}
    tours = tuple(tour for tour in period.tours if tour.day in days)
    dropped = tuple(name for name in period.dropped if name.day in days)
    return replace(period, first=first, last=last, tours=tours, dropped=dropped) if tours or dropped else None
