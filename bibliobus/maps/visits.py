"""Dates of the visits, with holidays and other exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.plan.calendar import service_dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from bibliobus.domain.scenario import Scenario
    from bibliobus.plan.timetable import Plan

NEXT_VISITS: Final = 6
"""How many visits are listed by date."""
HORIZON_DAYS: Final = 366
"""How far ahead dates are looked up: a year, so that the rarest rhythm has its visits whatever is cancelled."""

CallKey: TypeAlias = tuple[str, int, int]
"""Settlement, day of the cycle, arrival in seconds after midnight."""


@dataclass(frozen=True, order=True)
class VisitDate:
    """
    A call of the cycle on one of its dates.

    Parameters
    ----------
    day
        The date.
    driven
        False if there is no visit: a holiday, no school, a day without service.
    moved
        True if it takes the place of another date.
    """

    day: date
    driven: bool = True
    moved: bool = False


def list_visits(plan: Plan, scenario: Scenario, first: date) -> Mapping[CallKey, tuple[VisitDate, ...]]:
    """
    List the dates of every call of the cycle.

    Parameters
    ----------
    plan
        The plan.
    scenario
        What the planner decides; its calendar holds the exceptions.
    first
        First date that counts.

    Returns
    -------
    mapping of CallKey to tuple of VisitDate
        Dates of a year in order.
    """
    found: dict[CallKey, list[VisitDate]] = {}
    for service in service_dates(plan, scenario, first, first + timedelta(days=HORIZON_DAYS - 1)):
        for call in service.tour.calls:
            visit = VisitDate(
                service.day,
                service.driven and call.settlement_id not in service.skipped,
                service.instead_of is not None,
            )
            found.setdefault((call.settlement_id, service.tour.day, call.start_s), []).append(visit)
    return {key: tuple(visits) for key, visits in found.items()}


def choose_missing(
    visits: Mapping[CallKey, tuple[VisitDate, ...]], keys: Iterable[CallKey], last: date
) -> tuple[date, ...]:
    """
    Choose the dates on which a reader would wait in vain.

    Parameters
    ----------
    visits
        Dates of every call.
    keys
        The calls.
    last
        Last date that counts.

    Returns
    -------
    tuple of date
        Dates that the cycle has and the calendar of the service takes away, in order.
    """
    missing = {visit.day for key in keys for visit in visits.get(key, ()) if not visit.driven and visit.day <= last}
    return tuple(sorted(missing))


def choose_next(
    visits: Mapping[CallKey, tuple[VisitDate, ...]], keys: Iterable[CallKey]
) -> tuple[tuple[date, CallKey], ...]:
    """
    Choose the next visits of some calls.

    Parameters
    ----------
    visits
        Dates of every call.
    keys
        The calls.

    Returns
    -------
    tuple of tuple
        Date and call of the first `NEXT_VISITS` that are driven, in order of date and time.
    """
    driven = [(visit.day, key) for key in dict.fromkeys(keys) for visit in visits.get(key, ()) if visit.driven]
    return tuple(sorted(driven, key=lambda one: (one[0], one[1][2], one[1]))[:NEXT_VISITS])
