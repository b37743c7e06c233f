"""Plans of the tiny area in which other tours are driven for a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from plans import tiny_plan

from bibliobus.domain.calendar import DateSpan, ExtraDay, ServiceCalendar
from bibliobus.plan.plan import Call, Leg, Pause, Period, PeriodCause, Plan, Tour, TourName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.plan.plan import Row

MONDAY = date(2026, 3, 2)
STEP_S = 5 * 60
SPAN = DateSpan(MONDAY, date(2026, 6, 28))
EXCEPTIONS = ServiceCalendar(
    holidays="PL",
    no_service=(
        DateSpan(date(2026, 5, 11), date(2026, 5, 17), "leave"),
        DateSpan(date(2026, 3, 30), date(2026, 3, 30)),
    ),
    extra_service=(ExtraDay(date(2026, 4, 11), date(2026, 3, 18)), ExtraDay(date(2026, 4, 25), date(2026, 4, 20))),
    school_terms=(DateSpan(date(2026, 1, 1), date(2026, 5, 31)),),
)
"""Holidays, leave, two moved days, one of them a holiday's neighbour, and school until May."""


def change_plan(*periods: Period, plan: Plan | None = None) -> Plan:
    """Give the tiny plan, or another, periods."""
    return replace(plan or tiny_plan(), periods=periods)


def change_tour(of_day: int, later_s: int = 0, swap: dict[str, str] | None = None, **others: object) -> Tour:
    """Change a tour of the tiny plan: driven later, other settlements in the place of some, another bus or day."""
    tour = next(tour for tour in tiny_plan().tours if tour.day == of_day)
    names = swap or {}

    def change(row: Row) -> Row:
        match row:
            case Leg():
                ends = {"from_id": names.get(row.from_id, row.from_id), "to_id": names.get(row.to_id, row.to_id)}
                return replace(row, **ends, leave_s=row.leave_s + later_s, arrive_s=row.arrive_s + later_s)
            case Call():
                named = {"settlement_id": names.get(row.settlement_id, row.settlement_id)}
            case Pause():
                named = {"place_id": names.get(row.place_id, row.place_id)}
        return replace(row, **named, start_s=row.start_s + later_s, end_s=row.end_s + later_s)

    return replace(tour, rows=tuple(map(change, tour.rows)), **others)


def from_to(first: date, last: date, *tours: Tour, drop: Iterable[int] = (), cause: str = "change") -> Period:
    """Build a period that drops the tours of some days."""
    names = {tour.day: TourName(tour.bus_id, tour.day) for tour in tiny_plan().tours}
    return Period(first, last, PeriodCause(cause), tours, tuple(names[day] for day in sorted(drop)))


@st.composite
def draw_tours(draw: st.DrawFn) -> tuple[tuple[Tour, ...], tuple[int, ...]]:
    """Draw what becomes of each tour of the tiny plan: as it is, dropped, later, elsewhere, another day or bus."""
    tours: list[Tour] = []
    dropped = []
    for tour in tiny_plan().tours:
        fate = draw(st.sampled_from(("same", "dropped", "later", "elsewhere", "moved", "bus")))
        later_s = draw(st.integers(-6, 6)) * STEP_S if fate in ("later", "elsewhere") else 0
        first = tour.calls[0].settlement_id
        swap = {first: draw(st.sampled_from(("s7", "s8", "s6")))} if fate == "elsewhere" else {}
        others: dict[str, object] = {}
        if fate == "moved":
            others["day"] = (tour.day + draw(st.sampled_from((1, 3, 5)))) % 14
        if fate == "bus":
            others["bus_id"] = "b2" if tour.bus_id == "b1" else "b1"
        if fate in ("dropped", "moved", "bus"):
            dropped.append(tour.day)
        if fate not in ("same", "dropped"):
            tours.append(change_tour(tour.day, later_s, swap, **others))
    unlike = {(tour.bus_id, tour.day): tour for tour in tours}
    return tuple(unlike[key] for key in sorted(unlike, key=lambda key: (key[1], key[0]))), tuple(dropped)


@st.composite
def draw_periods(draw: st.DrawFn) -> tuple[Period, ...]:
    """Draw up to three periods; the timetable of before comes first if there is one."""
    ends = draw(st.lists(st.integers(0, 100), min_size=2, max_size=6, unique=True))
    cuts = [MONDAY + timedelta(days=end) for end in sorted(ends)[: len(ends) // 2 * 2]]
    found = []
    for at, (first, last) in enumerate(zip(cuts[::2], cuts[1::2], strict=True)):
        tours, dropped = draw(draw_tours())
        cause = draw(st.sampled_from(("change", "bus", "before") if at == 0 else ("change", "bus")))
        found.append(from_to(first, last, *tours, drop=dropped, cause=cause))
    return tuple(found)
