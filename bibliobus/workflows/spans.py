"""Dates that papers are made for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import DateSpan
from bibliobus.errors import UsageError
from bibliobus.findings import FindingKind, Place, Severity
from bibliobus.language import N_, NN_
from bibliobus.quantities import Count
from bibliobus.reports.series import YEAR_DAYS, span_year

if TYPE_CHECKING:
    from datetime import date

    from bibliobus.plan.timetable import Plan

SPAN_REVERSED: Final = FindingKind(
    "span-reversed",
    Severity.ERROR,
    N_("The papers are to end on {last}, before they begin on {first}."),
    N_("Give a date with --to that is not before the one of --from."),
)
SPAN_BEFORE_PLAN: Final = FindingKind(
    "span-before-plan",
    Severity.ERROR,
    N_("The papers are to end on {last}, but the plan begins on {day}."),
    N_("Give later dates with --from and --to."),
)
SPAN_TOO_LONG: Final = FindingKind(
    "span-too-long",
    Severity.ERROR,
    N_("From {first} to {last} it is more than {limit}."),
    N_("Give dates that lie nearer together; papers are best made for a year at most."),
)
DAYS: Final = NN_("{count} day", "{count} days")
MOST_DAYS: Final = 3 * YEAR_DAYS + 1


def choose_span(plan: Plan, first: date | None, last: date | None) -> DateSpan:
    """
    Choose the dates that papers are made for.

    Parameters
    ----------
    plan
        The plan.
    first
        First date that was asked for; None means the first day of the plan.
    last
        Last date that was asked for; None means a year from the first.

    Returns
    -------
    DateSpan
        The dates.

    Raises
    ------
    UsageError
        If the span ends before it or the plan begins, or is longer than three years.
    """
    first = first or plan.cycle.first_day
    span = DateSpan(first, last) if last else span_year(first)
    words = {"first": span.first.isoformat(), "last": span.last.isoformat()}
    if span.last < span.first:
        raise UsageError(SPAN_REVERSED.at(Place(), **words))
    if span.last < plan.cycle.first_day:
        raise UsageError(SPAN_BEFORE_PLAN.at(Place(), last=words["last"], day=plan.cycle.first_day.isoformat()))
    if span.last - span.first >= timedelta(days=MOST_DAYS):
        raise UsageError(SPAN_TOO_LONG.at(Place(), **words, limit=Count(*DAYS, MOST_DAYS)))
    return span
