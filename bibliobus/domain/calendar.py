"""Days of the cycle, weekly windows, and the rhythm in which a stop is served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

WEEK_DAYS: Final = 7


@dataclass(frozen=True, order=True)
class WeeklyWindow:
    """A span of time on one weekday; `end_s` is the last moment inside."""

    weekday: int
    start_s: int
    end_s: int


@dataclass(frozen=True)
class Cycle:
    """
    The weeks after which the timetable repeats.

    Parameters
    ----------
    weeks
        1 to 4.
    first_day
        Monday on which the cycle starts.
    """

    weeks: int
    first_day: date

    def date_of(self, day: int) -> date:
        """
        Find the date of a day of the cycle.

        Parameters
        ----------
        day
            0 is the first day; Monday of the second week is 7.

        Returns
        -------
        date
            The date in the first cycle.
        """
        return self.first_day + timedelta(days=day)


@dataclass(frozen=True, order=True)
class DateSpan:
    """
    Dates from one to another, both included.

    Parameters
    ----------
    first, last
        First and last date, not before it.
    note
        Why, as people read it; may be empty.
    """

    first: date
    last: date
    note: str = ""

    def __contains__(self, day: object) -> bool:
        """Whether a date lies in the span."""
        return isinstance(day, date) and self.first <= day <= self.last


@dataclass(frozen=True, order=True)
class ExtraDay:
    """
    A date of service that the cycle alone would not give.

    ``instead_of``: Date whose tours are driven on it and not on their own; None if its own tours are driven although it
        is a holiday or lies in a span without service.
    """

    day: date
    instead_of: date | None = None
    note: str = ""


@dataclass(frozen=True)
class ServiceCalendar:
    """
    Dates on which the cycle does not hold.

    ``holidays``: Country, or region such as ``DE-MV``, on whose public holidays nobody drives; empty for none.
    ``school_terms``: Terms of the schools, sorted; none means that it is always term.
    """

    holidays: str = ""
    no_service: tuple[DateSpan, ...] = ()
    extra_service: tuple[ExtraDay, ...] = ()
    school_terms: tuple[DateSpan, ...] = ()


def week_of(day: int) -> int:
    """Week of a day of the cycle, from 1."""
    return day // WEEK_DAYS + 1


def weekday_of(day: int) -> int:
    """Weekday of a day of the cycle, 0 (Monday) to 6 (Sunday)."""
    return day % WEEK_DAYS


def rhythm_days(cycle_weeks: int, rhythm_weeks: int, first_day: int) -> tuple[int, ...]:
    """
    Days of the cycle, 1 to 4 weeks, on which a rhythm falls, in order and all on the same weekday.

    ``rhythm_weeks``: Weeks between visits; divides `cycle_weeks`.
    ``first_day``: Day of the first visit, within the first `rhythm_weeks` weeks.
    """
    return tuple(range(first_day, cycle_weeks * WEEK_DAYS, rhythm_weeks * WEEK_DAYS))
