"""No stop after sunset: the sun itself, what the rule leaves of a day, and plans that keep it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import build_bus, build_rules, build_scenario, build_star

from bibliobus.domain.calendar import ExtraDay, ServiceCalendar
from bibliobus.domain.scenario import Publishing, Scenario
from bibliobus.inputs.scenario.write import list_bounds
from bibliobus.model.area import prepare_area
from bibliobus.model.rules.sunset import LONGEST_S, NEVER_S, find_closing_s, find_sunset_s, is_dark
from bibliobus.plan.build import assemble_plan
from bibliobus.plan.plan import Plan
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.backends import SOLVERS
from bibliobus.solve.solver import SearchOptions
from bibliobus.solve.times.align import align_times
from bibliobus.words.language import DAY_S, HOUR_S, MINUTE_S, parse_clock

KYIV = (50.45, 30.52, "Europe/Kyiv")
LONDON = (51.507, -0.128, "Europe/London")
NEW_YORK = (40.713, -74.006, "America/New_York")
TROMSO = (69.65, 18.96, "Europe/Oslo")
MARCH = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("place", "day", "clock"),
    [
        # Solstices as almanacs of these cities print them.
        (KYIV, date(2026, 6, 21), "21:13"),
        (KYIV, date(2026, 12, 21), "15:56"),
        (LONDON, date(2026, 6, 21), "21:21"),
        (LONDON, date(2026, 12, 21), "15:53"),
        (NEW_YORK, date(2026, 6, 21), "20:31"),
        (NEW_YORK, date(2026, 12, 21), "16:32"),
    ],
)
def test_the_sun_sets_when_almanacs_say_to_a_minute(place, day, clock):
    assert abs(find_sunset_s(day, *place) - parse_clock(clock)) <= MINUTE_S


def test_the_sun_does_not_set_in_the_summer_of_the_north_and_does_not_rise_in_its_winter():
    assert find_sunset_s(date(2026, 6, 21), *TROMSO) == NEVER_S
    assert find_sunset_s(date(2026, 12, 21), *TROMSO) == 0
    for clock_s in range(0, DAY_S, HOUR_S):
        assert not is_dark(date(2026, 6, 21), clock_s, *TROMSO)
        assert is_dark(date(2026, 12, 21), clock_s, *TROMSO)


def test_sunset_follows_summer_time():
    before, after = (find_sunset_s(date(2026, 3, day), *KYIV) for day in (28, 29))

    assert 60 * MINUTE_S < after - before < 63 * MINUTE_S


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.floats(-60, 60), st.floats(-30, 30), st.integers(0, 9000))
def test_the_equations_of_the_checker_see_the_same_sunset_to_a_minute(lat, from_zone, days):
    place, day = (lat, 30 + from_zone, "Europe/Kyiv"), date(2024, 1, 1) + timedelta(days=days)

    sunset_s = find_sunset_s(day, *place)

    assert 12 * HOUR_S < sunset_s < DAY_S
    assert not is_dark(day, sunset_s - MINUTE_S, *place)
    assert is_dark(day, sunset_s + MINUTE_S, *place)
    # Before sunrise the sun has not set; nobody asks that stays begin in daylight.
    assert not is_dark(day, 3 * HOUR_S, *place)


def shine(before_min: int | None = 0, until: date | None = None, **changes: object) -> Scenario:
    """Scenario whose stays end before sunset."""
    before_s = None if before_min is None else before_min * MINUTE_S
    return build_scenario(rules=build_rules(before_sunset_s=before_s, sunset_until=until), **changes)


def test_the_rule_is_off_unless_it_is_asked_for():
    prepared = prepare_area(build_star({"a": 10}, scenario=shine(None)))

    assert prepared.problem.visits[0].windows == (((0, DAY_S),),) * 7


def test_windows_end_on_the_grid_before_sunset_of_the_place_and_day():
    scenario = shine(30)
    prepared = prepare_area(build_star({"a": 10}, scenario=scenario))

    for day, ((start_s, end_s),) in enumerate(prepared.problem.visits[0].windows):
        sunset_s = find_sunset_s(MARCH + timedelta(days=day), 48.0, 37.0, "Europe/Kyiv")
        assert start_s == 0
        assert end_s == (sunset_s - 30 * MINUTE_S) // (5 * MINUTE_S) * 5 * MINUTE_S


@pytest.mark.parametrize(
    ("until", "strictest"),
    [
        (None, date(2026, 3, 2)),
        (date(2026, 6, 30), date(2026, 3, 2)),
        # The first cycle always counts.
        (date(2025, 12, 14), date(2026, 3, 2)),
        (date(2026, 12, 31), date(2026, 12, 14)),
    ],
)
def test_the_earliest_sunset_of_the_weekday_counts_until_the_timetable_ends(until, strictest):
    closing_s = find_closing_s(50.45, 30.52, shine(0, until), 0)

    assert closing_s == find_sunset_s(strictest, *KYIV)


def test_a_date_to_which_tours_are_moved_counts_too():
    moved = ServiceCalendar(extra_service=(ExtraDay(date(2026, 12, 12), MARCH),))

    assert find_closing_s(50.45, 30.52, shine(0, calendar=moved), 0) == find_sunset_s(date(2026, 12, 12), *KYIV)


def test_where_the_sun_does_not_rise_no_stay_is_left_however_late_it_may_end():
    winter = replace(shine(-60, date(2026, 12, 31)), publishing=Publishing("Europe/Oslo"))

    assert find_closing_s(69.65, 18.96, winter, 0) == 0
    summer = replace(winter, cycle=replace(winter.cycle, first_day=date(2026, 6, 15)))
    summer = replace(summer, rules=replace(summer.rules, sunset_until=None))
    assert find_closing_s(69.65, 18.96, summer, 0) == DAY_S


def plan_star(scenario: Scenario, name: str) -> Plan:
    """Plan of two villages, verified."""
    prepared = prepare_area(build_star({"a": 10, "b": 10}, scenario=scenario))
    options = SearchOptions(1, 20)
    found = SOLVERS[name].solve(prepared.problem, options, lambda progress: None)
    plan = assemble_plan(
        prepared, align_times(prepared.problem, found, seed=1), solver=name, options=options, language="en"
    )
    assert verify_plan(gather_evidence(plan, prepared)).findings == ()
    return plan


@pytest.mark.parametrize("name", sorted(SOLVERS))
def test_every_solver_keeps_the_rule_and_the_checker_agrees(name):
    late = (build_bus(shift=replace(build_bus().shift, start_s=parse_clock("15:00"), end_s=parse_clock("20:00"))),)

    free, bound = (plan_star(shine(before, buses=late), name) for before in (None, 90))

    calls = [call for tour in bound.tours for call in tour.calls]
    assert len([call for tour in free.tours for call in tour.calls]) == 2
    assert calls and all(call.end_s <= parse_clock("15:55") for call in calls)
    assert len(calls) == 1


def test_the_rule_can_be_eased_as_far_as_the_key_goes():
    bound = list_bounds()["rules.before_sunset_min"]

    assert (bound.least * MINUTE_S, bound.most * MINUTE_S) == (-LONGEST_S, LONGEST_S)
