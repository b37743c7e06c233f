"""Plans with periods: the tiny plan with other tours for a time or for good, and random ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from plans import DEPOT, HOUR, KM, MINUTE, tiny_plan

from bibliobus.domain.calendar import WEEK_DAYS, Cycle
from bibliobus.plan.measure.figures import measure_plan
from bibliobus.plan.plan import Call, Leg, Period, PeriodCause, Plan, Tour, TourName

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST = date(2026, 3, 2)
SERVED = ("s2", "s3", "s4", "s5", "s7", "s8")
BUSES = ("b1", "b2")
DAY = timedelta(days=1)


def make_tour(bus_id: str, day: int, *stays: tuple[str, int, int]) -> Tour:
    """Tour with stays in the order of time: settlement, minutes after eight, minutes open; drives take no time."""
    calls = [Call(key, 8 * HOUR + at * MINUTE, 8 * HOUR + (at + open_min) * MINUTE) for key, at, open_min in stays]
    places = [DEPOT, *(call.settlement_id for call in calls), DEPOT]
    leaves = [calls[0].start_s, *(call.end_s for call in calls)]
    legs = [Leg(*ends, at, at, 0, KM) for *ends, at in zip(places, places[1:], leaves, strict=False)]
    rows = [row for pair in zip(legs, calls, strict=False) for row in pair]
    return Tour(bus_id, day, (*rows, legs[-1]))


def with_tours(plan: Plan, tours: Iterable[Tour], **changes: object) -> Plan:
    """The plan with other tours of its cycle."""
    held = tuple(sorted(tours, key=lambda tour: (tour.day, tour.bus_id)))
    return replace(plan, tours=held, figures=measure_plan(held, plan.accounts), **changes)  # type: ignore[arg-type]


def change_for_a_time(plan: Plan, first: date, last: date, *tours: Tour, dropped: Iterable[Tour] = ()) -> Plan:
    """The plan with other tours on some dates."""
    names = tuple(TourName(tour.bus_id, tour.day) for tour in dropped)
    period = Period(first, last, PeriodCause.CHANGE, tours, names)
    return replace(plan, holds_from=plan.holds_from or first, periods=(*plan.periods, period))


def change_for_good(plan: Plan, first: date, tours: Iterable[Tour]) -> Plan:
    """The plan with other tours from a date on; before it those of now are driven."""
    changed = tuple(tours)
    named = {(tour.bus_id, tour.day) for tour in plan.tours}
    dropped = tuple(TourName(t.bus_id, t.day) for t in changed if (t.bus_id, t.day) not in named)
    kept = Period(plan.cycle.first_day, first - DAY, PeriodCause.BEFORE, plan.tours, dropped)
    return with_tours(plan, changed, holds_from=first, periods=(kept,) if kept.first <= kept.last else ())


def leave_out(tour: Tour, *keys: str) -> Tour:
    """The tour without its stays in some settlements."""
    gone = [row for row in tour.rows if isinstance(row, Call) and row.settlement_id in keys]
    return replace(tour, rows=tuple(row for row in tour.rows if row not in gone))


def move(tour: Tour, key: str, minutes: int) -> Tour:
    """The tour with a later stay in a settlement."""
    rows = tuple(
        replace(row, start_s=row.start_s + minutes * MINUTE, end_s=row.end_s + minutes * MINUTE)
        if isinstance(row, Call) and row.settlement_id == key
        else row
        for row in tour.rows
    )
    return replace(tour, rows=rows)


@st.composite
def tours(draw: st.DrawFn, weeks: int) -> tuple[Tour, ...]:
    """Tours in which every settlement has at most one day with any visit."""
    days = st.tuples(st.integers(0, weeks * WEEK_DAYS - 1), st.sampled_from(BUSES))
    chosen = draw(st.dictionaries(st.sampled_from(SERVED), st.tuples(days, st.integers(0, 20)), min_size=1))
    found: dict[tuple[int, str], list[tuple[str, int, int]]] = {}
    for key, (at, quarters) in sorted(chosen.items()):
        found.setdefault(at, []).append((key, quarters * 10, 30))
    return tuple(
        make_tour(bus_id, day, *sorted(stays, key=lambda stay: stay[1]))
        for (day, bus_id), stays in sorted(found.items())
    )


@st.composite
def changed_plans(draw: st.DrawFn) -> tuple[Plan, Plan]:
    """A plan, and one made of it anew: other tours in up to two spans of dates, and perhaps for good after them."""
    weeks = draw(st.integers(1, 4))
    before = draw(tours(weeks))
    cycle = Cycle(weeks, FIRST)
    old = with_tours(replace(tiny_plan(), cycle=cycle), before)
    first = FIRST + draw(st.integers(0, 40)) * DAY
    periods, begins = [], first
    for _ in range(draw(st.integers(0, 2))):
        last = begins + draw(st.integers(0, 70)) * DAY
        periods.append((begins, last, draw(tours(weeks))))
        begins = last + draw(st.integers(1, 10)) * DAY
    lasting = draw(tours(weeks)) if not periods or draw(st.booleans()) else before
    new = with_tours(old, lasting, holds_from=first)
    return old, replace(new, periods=tuple(_list_periods(new, before, first, begins, periods)))


def _list_periods(
    new: Plan, before: tuple[Tour, ...], first: date, begins: date, spans: list[tuple[date, date, tuple[Tour, ...]]]
) -> Iterable[Period]:
    """Periods that say of every date before the tours of the cycle hold what is driven on it."""
    named = {(tour.bus_id, tour.day) for tour in new.tours}
    at, held = FIRST, [(start, end, some, PeriodCause.CHANGE) for start, end, some in spans]
    for start, end, some, cause in (*held, (begins, begins, (), None)):
        if at < start:
            yield _replace_all(at, start - DAY, before, named, PeriodCause.BEFORE)
        if cause is not None:
            yield _replace_all(start, end, some, named, cause)
        at = end + DAY


def _replace_all(
    first: date, last: date, some: tuple[Tour, ...], named: set[tuple[str, int]], cause: PeriodCause
) -> Period:
    """Period in which nothing but some tours is driven."""
    gone = sorted(named - {(tour.bus_id, tour.day) for tour in some}, key=lambda name: (name[1], name[0]))
    return Period(first, last, cause, some, tuple(TourName(*name) for name in gone))
