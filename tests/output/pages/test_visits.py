"""Tests of `bibliobus.output.pages.shown`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from plans import tiny_plan, tiny_scenario

from bibliobus.domain.calendar import DateSpan, ExtraDay
from bibliobus.output.pages.shown import NEXT_VISITS, VisitDate, choose_next, list_visits

IVANIVKA = ("s4", 7, 9 * 3600 + 20 * 60)


def test_a_fortnightly_call_has_a_date_every_two_weeks() -> None:
    visits = list_visits(tiny_plan(), tiny_scenario(), date(2026, 3, 2))

    assert [visit.day for visit in visits[IVANIVKA]][:3] == [date(2026, 3, 9), date(2026, 3, 23), date(2026, 4, 6)]


def test_a_date_without_service_is_not_among_the_next_and_a_moved_one_is() -> None:
    scenario = tiny_scenario()
    calendar = replace(
        scenario.calendar,
        no_service=(DateSpan(date(2026, 3, 23), date(2026, 3, 23)),),
        extra_service=(ExtraDay(date(2026, 4, 11), instead_of=date(2026, 4, 6)),),
    )

    visits = list_visits(tiny_plan(), replace(scenario, calendar=calendar), date(2026, 3, 2))

    assert VisitDate(date(2026, 3, 23), driven=False) in visits[IVANIVKA]
    assert VisitDate(date(2026, 4, 11), moved=True) in visits[IVANIVKA]
    assert [day.isoformat() for day, _ in choose_next(visits, [IVANIVKA])][:3] == [
        "2026-03-09",
        "2026-04-11",
        "2026-04-20",
    ]


@settings(max_examples=25, deadline=None)
@given(st.integers(-60, 1800))
def test_the_next_visits_are_six_on_dates_of_the_cycle_and_none_comes_before_the_day_asked_for(later: int) -> None:
    plan = tiny_plan()
    first = plan.cycle.first_day + timedelta(days=later)

    found = choose_next(list_visits(plan, tiny_scenario(), first), [IVANIVKA])

    start = plan.cycle.date_of(7)
    assert len(found) == NEXT_VISITS
    assert all(day >= max(first, start) and (day - start).days % 14 == 0 for day, _ in found)
    assert found[0][0] - max(first, start) < timedelta(days=14)
