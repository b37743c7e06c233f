"""Checks of the tours of single dates: those that stand in for tours which are cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bibliobus.plan.dates import day_of, tours_of
from bibliobus.plan.plan import PeriodCause
from bibliobus.plan.verify.dated import check_dated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from bibliobus.domain.fleet import Bus
    from bibliobus.findings import Finding
    from bibliobus.plan.plan import Plan, Tour
    from bibliobus.plan.verify.evidence import Evidence


def check_stand_ins(evidence: Evidence) -> Iterator[Finding]:
    """Check every rule about the tours of the dates on which a bus does not drive or stands in for another."""
    for day in list_stand_in_dates(evidence.plan):
        yield from check_date(evidence, day, tours_of(evidence.plan, day))


def list_stand_in_dates(plan: Plan) -> tuple[date, ...]:
    """List the dates on which a bus does not drive or stands in for another."""
    periods = (period for period in plan.periods if period.cause is PeriodCause.BUS)
    return tuple(
        period.first + timedelta(days=at) for period in periods for at in range((period.last - period.first).days + 1)
    )


def check_date(evidence: Evidence, day: date, tours: Sequence[Tour]) -> Iterator[Finding]:
    """
    Check every rule about single tours and calls on one date.

    Buses may do what is allowed for replacements only. Rhythm and locks are about the timetable, and are not asked.
    """
    scenario, at = evidence.dataset.scenario, day_of(evidence.plan.cycle, day)
    cycle = replace(evidence.plan.cycle, first_day=day - timedelta(days=at))
    of_day = replace(scenario, cycle=cycle, locks=(), buses=tuple(_let_stand_in(bus) for bus in scenario.buses))
    plan = replace(evidence.plan, cycle=cycle, tours=tuple(replace(tour, date=None) for tour in tours), periods=())
    yield from check_dated(replace(evidence, dataset=replace(evidence.dataset, scenario=of_day), plan=plan))


def _let_stand_in(bus: Bus) -> Bus:
    """The bus as it may drive to replace cancelled visits."""
    weekdays = tuple(sorted({*bus.weekdays, *bus.replacement_weekdays}))
    return replace(bus, spare=False, weekdays=weekdays)
