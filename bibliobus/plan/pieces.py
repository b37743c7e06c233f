"""The calendar cut where changes begin and end: pieces that are planned, and one plan with periods made of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.plan.dates import day_of, find_period, tours_of
from bibliobus.plan.plan import Period, PeriodCause, TourName

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from bibliobus.domain.calendar import Cycle
    from bibliobus.domain.roads import RoadChange
    from bibliobus.plan.plan import Plan, Tour

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Piece:
    """Dates on which the same road changes hold; `last` is None where there is no end."""

    first: date
    last: date | None
    changes: tuple[RoadChange, ...]

    def list_days(self, cycle: Cycle) -> frozenset[int]:
        """Days of the cycle that occur."""
        length = cycle.weeks * WEEK_DAYS
        days = length if self.last is None else min(length, (self.last - self.first).days + 1)
        return frozenset(day_of(cycle, self.first + timedelta(days=at)) for at in range(days))


def cut_calendar(changes: Sequence[RoadChange], first: date, last: date | None = None) -> tuple[Piece, ...]:
    """
    Cut dates where road changes begin and end.

    Parameters
    ----------
    changes
        Road changes in their order.
    first, last
        First and last date; None for no end.

    Returns
    -------
    tuple of Piece
        Without gaps, each with the changes that hold on all of its dates; two neighbours never have the same.
    """
    begins = {change.valid_from for change in changes if change.valid_from is not None}
    begins |= {change.valid_to + ONE_DAY for change in changes if change.valid_to is not None}
    starts = sorted({first, *(day for day in begins if first < day and (last is None or day <= last))})
    held = [(start, tuple(change for change in changes if change.overlaps(start, start))) for start in starts]
    cuts = [next(group) for _, group in groupby(held, key=lambda one: one[1])]
    ends = [start - ONE_DAY for start, _ in cuts[1:]]
    return tuple(Piece(start, end, some) for (start, some), end in zip(cuts, [*ends, last], strict=True))


@dataclass(frozen=True)
class Stretch:
    """
    Dates with the tours of some cycle; `last` is None where there is no end.

    ``tours``: Those of every day of the cycle, although only those of days that occur are driven.
    """

    first: date
    last: date | None
    cycle: Cycle
    tours: tuple[Tour, ...]
    cause: PeriodCause


def list_stretches(plan: Plan, first: date, last: date | None) -> tuple[Stretch, ...]:
    """List what a plan has announced between two dates, cut where its periods begin and end; none if none lie there."""
    if last is not None and last < first:
        return ()
    cuts = {first}
    for period in plan.periods:
        cuts |= {day for day in (period.first, period.last + ONE_DAY) if first < day and (last is None or day <= last)}
    starts = sorted(cuts)
    ends: list[date | None] = [*(start - ONE_DAY for start in starts[1:]), last]
    found = []
    for start, end in zip(starts, ends, strict=True):
        held = find_period(plan, start)
        tours = plan.tours if held is None else held.replace_tours(plan.tours)
        cause = PeriodCause.BEFORE if held is None else held.cause
        found.append(Stretch(start, end, plan.cycle, tours, cause))
    return tuple(found)


def fold_stretches(cycle: Cycle, stretches: Sequence[Stretch]) -> tuple[tuple[Tour, ...], tuple[Period, ...]]:
    """
    Fold dates into the tours of a cycle and the periods in which others are driven.

    Parameters
    ----------
    cycle
        The cycle of the last stretch, whose first day may have moved by whole cycles.
    stretches
        Without gaps, in their order; the last one has no end.

    Returns
    -------
    tours : tuple of Tour
        Those of the last stretch.
    periods : tuple of Period
        What differs from them before; neighbours of one cause are one period where no day of the cycle tells them
        apart.
    """
    # The dates in a file are those of the cycle that it was written for.
    tours = tuple(replace(tour, date=None) for tour in stretches[-1].tours)
    changed: list[_Changed] = []
    for stretch in stretches[:-1]:
        for part in _split(stretch, cycle):
            one = _compare(part, tours, cycle)
            if changed and (joined := changed[-1].join(one)) is not None:
                changed[-1] = joined
            elif one.differs:
                changed.append(one)
    return tours, tuple(one.make_period(tours) for one in changed if one.differs)


@dataclass(frozen=True)
class _Changed:
    """Dates of one cause, and the tours of each day of the cycle that occurs; None where they are as in the cycle."""

    first: date
    last: date
    cause: PeriodCause
    by_day: dict[int, tuple[Tour, ...] | None]

    @property
    def differs(self) -> bool:
        """Whether any day has other tours; none at all are others too."""
        return any(tours is not None for tours in self.by_day.values())

    def join(self, other: _Changed) -> _Changed | None:
        """Both together; None if they do not belong together: on each date another bus may be out of service."""
        apart = self.cause != other.cause or self.cause is PeriodCause.BUS or self.last + ONE_DAY != other.first
        if apart or any(self.by_day[day] != other.by_day[day] for day in self.by_day.keys() & other.by_day.keys()):
            return None
        return _Changed(self.first, other.last, self.cause, self.by_day | other.by_day)

    def make_period(self, cycle_tours: Iterable[Tour]) -> Period:
        """The period."""
        mine = {day: tours for day, tours in self.by_day.items() if tours is not None}
        own = [tour for tour in cycle_tours if tour.day in mine]
        new = [tour for day in sorted(mine) for tour in mine[day] if tour not in own]
        named = {(tour.bus_id, tour.day) for day in mine for tour in mine[day]}
        dropped = [TourName(tour.bus_id, tour.day) for tour in own if (tour.bus_id, tour.day) not in named]
        undated = tuple(replace(tour, date=None) for tour in new)
        return Period(self.first, self.last, self.cause, undated, tuple(dropped))


def _compare(stretch: Stretch, tours: Iterable[Tour], cycle: Cycle) -> _Changed:
    """What is different in a stretch of the same cycle."""
    assert stretch.last is not None  # only the last stretch has no end
    days = Piece(stretch.first, stretch.last, ()).list_days(cycle)
    mine, theirs = (_by_day(some, days) for some in (stretch.tours, tours))
    by_day = {day: mine[day] if mine[day] != theirs[day] else None for day in sorted(days)}
    return _Changed(stretch.first, stretch.last, stretch.cause, by_day)


def _by_day(tours: Iterable[Tour], days: Iterable[int]) -> dict[int, tuple[Tour, ...]]:
    """Tours by day, sorted by bus."""
    ordered = sorted(tours, key=lambda tour: tour.bus_id)
    return {day: tuple(tour for tour in ordered if tour.day == day) for day in days}


def _split(stretch: Stretch, cycle: Cycle) -> Iterable[Stretch]:
    """The same dates in terms of another cycle, at most one cycle long each where the lengths differ."""
    if (stretch.cycle.weeks, day_of(cycle, stretch.cycle.first_day)) == (cycle.weeks, 0):
        yield stretch
        return
    assert stretch.last is not None  # only the last stretch has no end
    length, start = cycle.weeks * WEEK_DAYS, stretch.first
    while start <= stretch.last:
        end = min(stretch.last, start + timedelta(days=length - 1))
        dates = [start + timedelta(days=at) for at in range((end - start).days + 1)]
        tours = [
            replace(tour, day=day_of(cycle, when))
            for when in dates
            for tour in stretch.tours
            if tour.day == day_of(stretch.cycle, when)
        ]
        yield Stretch(start, end, cycle, tuple(tours), stretch.cause)
        start = end + ONE_DAY


def list_dated(plan: Plan, first: date, last: date) -> tuple[Tour, ...]:
    """Tours of a plan between two dates that lie less than a cycle apart, sorted by day of the cycle and bus."""
    dates = (first + timedelta(days=at) for at in range((last - first).days + 1))
    found = (tour for when in dates for tour in tours_of(plan, when))
    return tuple(sorted(found, key=lambda tour: (tour.day, tour.bus_id)))


def find_first_difference(old: Sequence[Stretch], new: Sequence[Stretch]) -> date | None:
    """Find the first date on which two timetables without gaps, which begin on the same date, differ; None if none."""
    starts = sorted({stretch.first for stretch in (*old, *new)})
    for start, following in pairwise([*starts, None]):
        assert start is not None
        one, two = (_find_at(some, start) for some in (old, new))
        length = WEEK_DAYS * one.cycle.weeks * two.cycle.weeks
        days = length if following is None else min(length, (following - start).days)
        for when in (start + timedelta(days=at) for at in range(days)):
            if _tours_at(one, when) != _tours_at(two, when):
                return when
    return None


def _find_at(stretches: Sequence[Stretch], day: date) -> Stretch:
    """Stretch in which a date lies."""
    return next(one for one in stretches if one.first <= day and (one.last is None or day <= one.last))


def _tours_at(stretch: Stretch, day: date) -> list[tuple[str, object]]:
    """Tours of a date by bus, whatever the day of the cycle is called."""
    at = day_of(stretch.cycle, day)
    return sorted(((tour.bus_id, tour.rows) for tour in stretch.tours if tour.day == at), key=lambda one: one[0])
