"""Rhythms of a timetable: which rules are understood, and which week they mean."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.inputs.timetables.rhythm import Recurrence, parse_recurrence

MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "rhythm"),
    [
        ("FREQ=WEEKLY", Recurrence(1)),
        ("FREQ=WEEKLY;INTERVAL=3", Recurrence(3)),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;", Recurrence(2)),
        ("freq=weekly; interval=2; byday=we; wkst=mo", Recurrence(2, weekday=2)),
        ("FREQ=MONTHLY", Recurrence(4, monthly=True)),
        ("FREQ=MONTHLY;BYDAY=2MO", Recurrence(4, monthly=True, nth=2, weekday=0)),
        ("FREQ=MONTHLY;BYDAY=-1FR", Recurrence(4, monthly=True, nth=-1, weekday=4)),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=3", Recurrence(4, monthly=True, nth=3, weekday=1)),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=1SA", Recurrence(8, monthly=True, nth=1, weekday=5)),
        ("2", Recurrence(2)),
    ],
)
def test_a_rule_is_understood(text, rhythm):
    assert parse_recurrence(text) == rhythm


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-2",
        "²",
        "53",
        "every week",
        "INTERVAL=2",
        "FREQ=DAILY",
        "FREQ=YEARLY",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=",
        "FREQ=WEEKLY;INTERVAL=99999999999999999999",
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=WEEKLY;BYSETPOS=2",
        "FREQ=WEEKLY;INTERVAL=2;INTERVAL=3",
        "FREQ=WEEKLY;COUNT=4",
        "FREQ=WEEKLY;UNTIL=20261231",
        "FREQ=MONTHLY;BYMONTHDAY=13",
        "FREQ=MONTHLY;BYDAY=2MO;BYSETPOS=2",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0",
        "FREQ=MONTHLY;BYDAY=9MO",
    ],
)
def test_a_rule_that_no_bus_can_keep_by_weeks_is_refused(text):
    with pytest.raises(ValueError):
        parse_recurrence(text)


@given(st.integers(1, 4), st.integers(-400, 400), st.integers(-9, 9))
def test_the_week_of_a_weekly_rule_is_the_same_for_each_of_its_days(weeks, days, times):
    first, later = (MONDAY + timedelta(days=days), MONDAY + timedelta(days=days, weeks=weeks * times))

    week = Recurrence(weeks).find_week(first, MONDAY)

    assert 0 <= week < weeks
    assert Recurrence(weeks).find_week(later, MONDAY) == week
    assert (first - MONDAY).days % (weeks * WEEK_DAYS) // WEEK_DAYS == week


@pytest.mark.parametrize(
    ("rule", "first", "week"),
    [
        ("FREQ=MONTHLY;BYDAY=2MO", date(2026, 3, 9), 1),
        ("FREQ=MONTHLY;BYDAY=5MO", date(2026, 3, 30), 3),
        ("FREQ=MONTHLY;BYDAY=-1MO", date(2026, 3, 30), 3),
        ("FREQ=MONTHLY;BYDAY=-5MO", date(2026, 3, 2), 0),
        ("FREQ=MONTHLY", date(2026, 3, 16), 2),
        ("FREQ=MONTHLY", date(2026, 3, 31), 3),
    ],
)
def test_a_monthly_rule_comes_in_the_week_of_its_place_in_the_month(rule, first, week):
    assert parse_recurrence(rule).find_week(first, MONDAY) == week
