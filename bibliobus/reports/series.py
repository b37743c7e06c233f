"""Series of visits: the dates of each stop within a span, with the dates on which the bus does not come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, DateSpan
from bibliobus.language import N_
from bibliobus.plan.calendar import service_dates, tell_cause
from bibliobus.reports.rhythms import group_calls
from bibliobus.reports.rows import list_calls

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bibliobus.inputs.dataset import Dataset
    from bibliobus.language import Language
    from bibliobus.plan.calendar import ServiceDate
    from bibliobus.plan.timetable import Plan
    from bibliobus.reports.rows import CallRow

NO_SCHOOL: Final = N_("No school on this date")
YEAR_DAYS: Final = 365


@dataclass(frozen=True)
class Cancelled:
    """
    A date of the rhythm on which the bus does not come.

    Parameters
    ----------
    day
        The date.
    why
        A few words in the reader's language, without a full stop.
    """

    day: date
    why: str


@dataclass(frozen=True)
class Series:
    """
    Visits of one bus at one stop on one weekday at one clock time.

    Parameters
    ----------
    call
        First visit of the cycle; its ``date`` lies in the first cycle, not in the span.
    weeks
        Weeks between the visits.
    dates
        Dates of the rhythm on which the bus comes, in order.
    cancelled
        Dates of the rhythm on which it does not, in order.
    extra
        Dates beside the rhythm on which it comes: visits moved from other dates, in order.
    """

    call: CallRow
    weeks: int
    dates: tuple[date, ...]
    cancelled: tuple[Cancelled, ...]
    extra: tuple[date, ...]

    @property
    def visits(self) -> tuple[date, ...]:
        """All dates on which the bus comes, in order."""
        return tuple(sorted({*self.dates, *self.extra}))


def span_year(first: date) -> DateSpan:
    """
    Make the span that holds where nobody asked for another.

    Parameters
    ----------
    first
        First date.

    Returns
    -------
    DateSpan
        A year from the first date on.
    """
    return DateSpan(first, first + timedelta(days=YEAR_DAYS - 1))


def list_series(plan: Plan, dataset: Dataset, span: DateSpan, language: Language) -> tuple[Series, ...]:
    """
    List the series of all stops.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.
    span
        Dates that are wanted.
    language
        Language of names and reasons.

    Returns
    -------
    tuple of Series
        Sorted by name in the alphabet, then day of the cycle and time. A series without a date in the span is
        there too.
    """
    buses = {bus.bus_id: bus.name for bus in dataset.scenario.buses}
    found: dict[tuple[str, int, int, str], list[ServiceDate]] = defaultdict(list)
    for service in service_dates(plan, dataset.scenario, span.first, span.last):
        for call in service.tour.calls:
            key = (call.settlement_id, service.tour.day, call.start_s, buses[service.tour.bus_id])
            found[key].append(service)
    groups = group_calls(list_calls(plan, dataset, language), plan.cycle.weeks)
    return tuple(
        _build(call, weeks, [one for day in _list_days(call, weeks, plan) for one in found[day]], language)
        for weeks, call in groups
    )


def _list_days(call: CallRow, weeks: int, plan: Plan) -> Iterable[tuple[str, int, int, str]]:
    """Keys of the visits of the cycle that a series describes."""
    days = range(call.day, plan.cycle.weeks * WEEK_DAYS, weeks * WEEK_DAYS)
    return [(call.settlement_id, day, call.start_s, call.bus) for day in days]


def _build(call: CallRow, weeks: int, services: list[ServiceDate], language: Language) -> Series:
    """Series of the dates of its tours."""
    dates, cancelled, extra = [], [], []
    for service in services:
        skipped = call.settlement_id in service.skipped
        comes = service.driven and not skipped
        if service.instead_of is not None:
            extra += [service.day] if comes else []
        elif comes:
            dates.append(service.day)
        else:
            why = language.gettext(NO_SCHOOL) if service.driven else tell_cause(service, language)
            cancelled.append(Cancelled(service.day, why))
    cancelled.sort(key=lambda one: one.day)
    return Series(call, weeks, tuple(sorted(dates)), tuple(cancelled), tuple(sorted(extra)))
