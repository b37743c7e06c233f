"""A plan as it is on some dates: what its key figures are then, and on which dates two plans differ most."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bibliobus.domain.calendar import WEEK_DAYS, DateSpan
from bibliobus.plan.dates import day_of, tours_of
from bibliobus.plan.measure.figures import measure_plan
from bibliobus.plan.plan import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.plan.plan import Account, Call, Plan

_ONE_DAY = timedelta(days=1)


def measure_on(plan: Plan, span: DateSpan | None) -> dict[str, int | float]:
    """Measure the key figures of a cycle that has the tours of some dates; None for those of the cycle itself."""
    if span is None or not any(period.first <= span.last and span.first <= period.last for period in plan.periods):
        return dict(plan.figures)
    by_day = {day_of(plan.cycle, day): tours_of(plan, day) for day in reversed(_list_dates(plan, span))}
    others = (tour for tour in plan.tours if tour.day not in by_day)
    tours = tuple(sorted((*others, *(one for some in by_day.values() for one in some)), key=lambda tour: tour.day))
    called = {call.settlement_id for tour in tours for call in tour.calls}
    return measure_plan(tours, [_stand(account, called) for account in plan.accounts])


def _stand(account: Account, called: set[str]) -> Account:
    """The account of a settlement by whether the bus calls there."""
    if account.settlement_id in called:
        return replace(account, standing=Standing.SERVED, reason=None)
    return replace(account, standing=Standing.UNSERVED) if account.standing is Standing.SERVED else account


def find_busiest(old: Plan, new: Plan) -> DateSpan | None:
    """Find the dates between two changes of either plan on which most calls differ; None if those without end do."""
    over = [period.last for plan in (old, new) for period in plan.periods]
    first = max(old.cycle.first_day, new.cycle.first_day)
    if not over:
        return None
    after = max(first, max(over) + _ONE_DAY)
    weeks = old.cycle.weeks * new.cycle.weeks
    if count_other(old, new, DateSpan(after, after + timedelta(days=weeks * WEEK_DAYS - 1))):
        return None
    counted = [(count_other(old, new, span), span) for span in _cut(old, new, first)]
    count, busiest = max(counted, key=lambda pair: pair[0], default=(0, None))
    return busiest if count else None


def _cut(old: Plan, new: Plan, first: date) -> Iterator[DateSpan]:
    """Dates from the first to the end of the last period, cut where a period of either plan begins or ends."""
    periods = [period for plan in (old, new) for period in plan.periods if period.last >= first]
    starts = sorted({first, *(max(first, one.first) for one in periods), *(one.last + _ONE_DAY for one in periods)})
    for start, following in zip(starts, starts[1:], strict=False):
        yield DateSpan(start, following - _ONE_DAY)


def count_other(old: Plan, new: Plan, span: DateSpan) -> int:
    """Calls that one of two plans has on some dates and the other has not, each day of the cycles once."""
    dates = sorted({day for plan in (old, new) for day in _list_dates(plan, span)})
    calls = ([set(_list_calls(plan, day)) for plan in (old, new)] for day in dates)
    return sum(len(before ^ after) for before, after in calls)


def _list_calls(plan: Plan, day: date) -> Iterator[tuple[str, Call]]:
    """Calls of a plan on a date, with the bus."""
    return ((tour.bus_id, call) for tour in tours_of(plan, day) for call in tour.calls)


def _list_dates(plan: Plan, span: DateSpan) -> list[date]:
    """Dates of a span, but none of a second cycle."""
    count = min((span.last - span.first).days + 1, plan.cycle.weeks * WEEK_DAYS)
    return [span.first + timedelta(days=at) for at in range(count)]
