from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import build_bus, build_scenario, build_star

from bibliobus.domain.calendar import WeeklyWindow
from bibliobus.domain.scenario import Curfew, Lock
from bibliobus.model.area import build_windows, prepare_area
from bibliobus.model.rules.curfew import cut_hours
from bibliobus.words.language import DAY_S, HOUR_S, MINUTE_S, parse_clock

STEP_S = 15 * MINUTE_S
clocks = st.integers(0, 96).map(lambda step: step * STEP_S)


def curfew(start: str, end: str, **changes: object) -> Curfew:
    """Curfew at village a, without a margin."""
    return replace(Curfew(parse_clock(start), parse_clock(end), ("a",)), **changes)


def windows_of(scenario, **village: object) -> list[list[tuple[float, float]]]:
    """Hours in which the bus may be open at village a, day by day."""
    prepared = prepare_area(build_star({"a": 10}, scenario=scenario, **village))
    spans = build_windows(prepared.demand.visits[0], scenario)
    assert spans == prepared.problem.visits[0].windows
    return [[(start_s / HOUR_S, end_s / HOUR_S) for start_s, end_s in day] for day in spans]


@pytest.mark.parametrize(
    ("hours", "margin_min", "left"),
    [
        (("21:00", "05:00"), 0, [(5, 21)]),
        (("21:00", "05:00"), 30, [(5.5, 20.5)]),
        (("15:00", "11:00"), 30, [(11.5, 14.5)]),
        (("12:00", "14:00"), 0, [(0, 12), (14, 24)]),
        (("00:00", "24:00"), 0, []),
        (("12:00", "12:00"), 0, []),
    ],
)
def test_a_curfew_leaves_the_hours_outside_of_it(hours, margin_min, left):
    scenario = build_scenario(curfews=(curfew(*hours, margin_s=margin_min * MINUTE_S),))

    assert windows_of(scenario) == [left] * 7


def test_a_curfew_holds_on_its_dates_and_at_its_places_only():
    dated = curfew("15:00", "11:00", first=date(2026, 3, 4), last=date(2026, 3, 9))
    elsewhere = replace(curfew("10:00", "20:00"), settlements=("b",))
    by_raion = replace(curfew("20:00", "05:00"), settlements=(), raions=("Raion",))

    days = windows_of(build_scenario(weeks=2, curfews=(dated, elsewhere, by_raion)), raion="Raion")

    assert days[:2] + days[8:] == [[(5, 20)]] * 8
    assert days[2:8] == [[(11, 15)]] * 6


def test_a_curfew_cuts_weekly_windows():
    windows = (WeeklyWindow(0, 9 * HOUR_S, 12 * HOUR_S), WeeklyWindow(0, 13 * HOUR_S, 17 * HOUR_S))
    scenario = build_scenario(curfews=(curfew("11:00", "14:00"),))

    days = windows_of(scenario, windows=windows)

    assert days == [[(9, 11), (14, 17)], *[[]] * 6]


def test_a_locked_time_is_the_only_window_where_it_is_allowed():
    lock = Lock("a", time_s=9 * HOUR_S)
    windows = (WeeklyWindow(0, 8 * HOUR_S, 12 * HOUR_S), WeeklyWindow(1, 10 * HOUR_S, 12 * HOUR_S))

    days = windows_of(build_scenario(locks=(lock,), buses=(build_bus(weekdays=(0, 1)),)), windows=windows)

    assert days == [[(9, 9.5)], *[[]] * 6]


@settings(max_examples=150, derandomize=True)
@given(clocks, clocks, st.integers(0, 4), st.lists(st.tuples(clocks, clocks), max_size=3))
def test_a_moment_is_left_if_and_only_if_it_was_there_and_no_curfew_is_near(start_s, end_s, margin, pairs):
    spans = [(min(pair), max(pair)) for pair in pairs]
    one = Curfew(start_s % DAY_S, end_s, ("a",), margin_s=margin * STEP_S)

    left = list(cut_hours(spans, one))

    closed = range(one.start_s, end_s if end_s > one.start_s else end_s + DAY_S, STEP_S)
    hours = {moment + shift for moment in closed for shift in (-DAY_S, 0)}
    for moment in range(0, DAY_S, STEP_S):
        near = any(moment + by * STEP_S in hours for by in range(-margin, margin + 1))
        inside = any(first <= moment < last for first, last in spans)
        assert any(first <= moment < last for first, last in left) == (inside and not near)
