"""Dates that papers are made for, and how they stand to the plan and to today."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import DateSpan
from bibliobus.errors import UsageError
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.files import SCENARIO_FILE
from bibliobus.language import N_, NN_
from bibliobus.plan.cautions import find_long_after
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
FIRST_DAY_PAST: Final = FindingKind(
    "first-day-past",
    Severity.WARNING,
    N_("The cycle begins on {day}, which was {days} ago."),
    N_("Write a Monday that is still to come into first_day of [cycle], such as {monday}."),
)
PAPERS_PAST: Final = FindingKind(
    "papers-past",
    Severity.WARNING,
    N_("The papers begin on {day}, which was {days} ago."),
    N_("Give a date that is still to come with --from, such as {monday}, or plan again with a later first_day."),
)
AHEAD_DAYS: Final = 14
"""A plan is made at least two weeks ahead: stops must be told before the bus comes."""

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


def judge_first_day(first_day: date, today: date) -> list[Finding]:
    """
    Judge whether a cycle that is to be planned begins in the past.

    Parameters
    ----------
    first_day
        First day of the cycle.
    today
        Date of the caller.

    Returns
    -------
    list of Finding
        One warning, or none.
    """
    place = Place(SCENARIO_FILE, column="first_day")
    return _find_past(FIRST_DAY_PAST, place, first_day, today)


def judge_dates(plan: Plan, first: date | None, today: date) -> list[Finding]:
    """
    Judge the dates that papers are made for.

    Parameters
    ----------
    plan
        The plan.
    first
        First date that was asked for; None means the first day of the plan.
    today
        Date of the caller.

    Returns
    -------
    list of Finding
        Warnings that they begin long after the plan, or in the past.
    """
    begin = first or plan.cycle.first_day
    return [*find_long_after(plan.cycle, begin), *_find_past(PAPERS_PAST, Place(), begin, today)]


def find_monday(today: date) -> date:
    """
    Find a first day for a plan that is begun today.

    Parameters
    ----------
    today
        Date of the caller.

    Returns
    -------
    date
        The first Monday that is at least `AHEAD_DAYS` away.
    """
    soonest = today + timedelta(days=AHEAD_DAYS)
    return soonest + timedelta(days=-soonest.weekday() % 7)


def _find_past(kind: FindingKind, place: Place, first: date, today: date) -> list[Finding]:
    """Warning that dates begin before today."""
    if first >= today:
        return []
    days, monday = Count(*DAYS, (today - first).days), find_monday(today).isoformat()
    return [kind.at(place, day=first.isoformat(), days=days, monday=monday)]
