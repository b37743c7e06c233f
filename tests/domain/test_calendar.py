from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibliobus.domain.calendar import Cycle, WeeklyWindow, rhythm_days, week_of, weekday_of


def test_the_days_of_a_cycle_have_dates():
    cycle = Cycle(2, date(2026, 3, 2))

    assert cycle.date_of(0) == date(2026, 3, 2)
    assert cycle.date_of(13) == date(2026, 3, 15)
    assert cycle.date_of(30) == date(2026, 4, 1)


@given(st.integers(0, 27))
def test_a_day_is_its_weekday_in_its_week(day):
    assert (week_of(day) - 1) * 7 + weekday_of(day) == day
    assert Cycle(4, date(2026, 3, 2)).date_of(day).weekday() == weekday_of(day)


@pytest.mark.parametrize(
    ("cycle_weeks", "rhythm_weeks", "first_day", "days"),
    [
        (1, 1, 4, (4,)),
        (2, 1, 4, (4, 11)),
        (2, 2, 11, (11,)),
        (3, 3, 16, (16,)),
        (3, 1, 0, (0, 7, 14)),
        (4, 2, 9, (9, 23)),
        (4, 4, 27, (27,)),
        (4, 1, 6, (6, 13, 20, 27)),
    ],
)
def test_a_rhythm_falls_on_one_weekday(cycle_weeks, rhythm_weeks, first_day, days):
    assert rhythm_days(cycle_weeks, rhythm_weeks, first_day) == days


def test_windows_sort_by_weekday_and_start():
    windows = [WeeklyWindow(1, 0, 60), WeeklyWindow(0, 60, 120), WeeklyWindow(0, 0, 180)]

    assert sorted(windows) == [WeeklyWindow(0, 0, 180), WeeklyWindow(0, 60, 120), WeeklyWindow(1, 0, 60)]
