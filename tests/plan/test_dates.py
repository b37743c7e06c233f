from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import tiny_plan, tiny_scenario

from bibliobus.domain.calendar import DateSpan, ExtraDay, ServiceCalendar
from bibliobus.domain.scenario import Scenario, StopWish
from bibliobus.plan.dates import Cause, ServiceDate, service_dates, tell_cause, tours_of
from bibliobus.words.language import Language

MONDAY = date(2026, 3, 2)
# Bus b1 is out on the first and on the second Monday, b2 on the first Wednesday; then the cycle repeats.
WEDNESDAY = date(2026, 3, 4)


def list_dates(first: date, last: date, **changes: object) -> tuple[ServiceDate, ...]:
    """List the dates of the tiny plan with other decisions."""
    return service_dates(tiny_plan(), decide(**changes), first, last)


def decide(**changes: object) -> Scenario:
    """Build the scenario of the tiny plan with other decisions."""
    return replace(tiny_scenario(), **changes)


def show(dates: tuple[ServiceDate, ...]) -> list[tuple[str, str, str]]:
    """Date, tour, and why it is not driven."""
    return [(one.day.isoformat(), one.tour.tour_id, tell_cause(one, Language("en"))) for one in dates]


def test_without_exceptions_every_tour_is_driven_in_every_cycle():
    dates = list_dates(MONDAY, MONDAY + timedelta(days=27))

    assert show(dates) == [
        ("2026-03-02", "b1/0", ""),
        ("2026-03-04", "b2/2", ""),
        ("2026-03-09", "b1/7", ""),
        ("2026-03-16", "b1/0", ""),
        ("2026-03-18", "b2/2", ""),
        ("2026-03-23", "b1/7", ""),
    ]
    assert all(one.driven for one in dates)


def test_nothing_is_driven_before_the_first_cycle():
    assert list_dates(MONDAY - timedelta(days=28), MONDAY - timedelta(days=1)) == ()


def test_a_public_holiday_is_named_in_the_language_of_the_reader():
    calendar = ServiceCalendar(holidays="PL")

    (date_off,) = list_dates(date(2026, 4, 6), date(2026, 4, 6), calendar=calendar)

    assert not date_off.driven
    assert tell_cause(date_off, Language("en")) == "Public holiday: Easter Monday"
    assert tell_cause(date_off, Language("uk")) == "Державне свято: Великодній понеділок"


def test_nobody_drives_in_a_span_without_service():
    calendar = ServiceCalendar(no_service=(DateSpan(MONDAY, MONDAY, "flood"), DateSpan(WEDNESDAY, WEDNESDAY)))

    dates = list_dates(MONDAY, date(2026, 3, 9), calendar=calendar)

    assert show(dates) == [
        ("2026-03-02", "b1/0", "No service on this date: flood"),
        ("2026-03-04", "b2/2", "No service on this date"),
        ("2026-03-09", "b1/7", ""),
    ]


def test_a_moved_tour_is_there_on_both_dates():
    calendar = ServiceCalendar(extra_service=(ExtraDay(date(2026, 3, 7), MONDAY, "make-up day"),))

    dates = list_dates(MONDAY, date(2026, 3, 8), calendar=calendar)

    assert show(dates) == [
        ("2026-03-02", "b1/0", "Moved to March 7, 2026"),
        ("2026-03-04", "b2/2", ""),
        ("2026-03-07", "b1/0", ""),
    ]
    assert (dates[2].instead_of, dates[2].note) == (MONDAY, "make-up day")


def test_an_extra_day_is_driven_although_it_is_a_holiday():
    holiday = date(2026, 4, 6)
    calendar = ServiceCalendar(
        holidays="PL", no_service=(DateSpan(holiday, holiday),), extra_service=(ExtraDay(holiday),)
    )

    (extra,) = list_dates(holiday, holiday, calendar=calendar)

    assert extra.driven


def test_a_bus_stays_in_the_depot_on_its_days_off_alone():
    buses = tuple(replace(bus, days_off=(date(2026, 3, 16), WEDNESDAY)) for bus in tiny_scenario().buses[:1])

    dates = list_dates(MONDAY, date(2026, 3, 16), buses=(*buses, tiny_scenario().buses[1]))

    assert show(dates) == [
        ("2026-03-02", "b1/0", ""),
        ("2026-03-04", "b2/2", ""),
        ("2026-03-09", "b1/7", ""),
        ("2026-03-16", "b1/0", "The bus is not in service on this date"),
    ]


def test_outside_school_terms_schools_are_passed_over_and_empty_tours_are_not_driven():
    calendar = ServiceCalendar(school_terms=(DateSpan(date(2026, 3, 9), date(2026, 5, 29)),))
    stops = (StopWish("s3", school_terms_only=True), StopWish("s5", school_terms_only=True))

    first, second, third = list_dates(MONDAY, date(2026, 3, 9), calendar=calendar, stops=stops)

    assert (first.driven, first.skipped) == (True, ("s3",))
    assert (second.cause, second.skipped) == (Cause.NO_SCHOOL, ("s5",))
    assert tell_cause(second, Language("en")) == "No school on this date"
    assert (third.driven, third.skipped) == (True, ())


days = st.integers(-30, 120).map(lambda count: MONDAY + timedelta(days=count))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(first=days, last=days, off=st.lists(days, max_size=4), moved=days)
def test_every_tour_is_there_once_on_every_date_of_its_own(first, last, off, moved):
    calendar = ServiceCalendar(
        no_service=tuple(DateSpan(day, day) for day in sorted(off)),
        extra_service=(ExtraDay(date(2026, 3, 7), moved),),
    )

    dates = list_dates(first, last, calendar=calendar)

    own = [(one.day, one.tour.tour_id) for one in dates if one.instead_of is None]
    span = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    assert own == [(day, tour.tour_id) for day in span for tour in tours_of(tiny_plan(), day)]
    assert all(first <= one.day <= last for one in dates)
    assert all(not one.driven for one in dates if one.day in off and one.instead_of is None)


@pytest.mark.parametrize("language", ["uk", "en"])
def test_a_driven_date_has_no_cause(language):
    (service,) = list_dates(MONDAY, MONDAY)

    assert tell_cause(service, Language(language)) == ""
