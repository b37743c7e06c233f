from __future__ import annotations

from datetime import date

import pytest
from areas import SCENARIO, say

from bibliobus.domain.calendar import DateSpan, ExtraDay, ServiceCalendar
from bibliobus.findings import Finding
from bibliobus.inputs.files import InputFile
from bibliobus.inputs.norms import list_countries, list_holidays
from bibliobus.inputs.scenario.read import read_scenario


def read(rows: str) -> tuple[ServiceCalendar | None, list[Finding]]:
    """Read the calendar of a scenario that ends with some rows."""
    text = SCENARIO + "\n[calendar]\n" + rows
    scenario, findings = read_scenario(InputFile("scenario.toml", text.encode("utf-8")))
    return (None if scenario is None else scenario.scenario.calendar), findings


def test_a_scenario_without_a_calendar_has_no_exceptions():
    scenario, findings = read_scenario(InputFile("scenario.toml", SCENARIO.encode("utf-8")))

    assert findings == []
    assert scenario is not None
    assert scenario.scenario.calendar == ServiceCalendar()


def test_every_list_of_a_calendar_is_read_and_sorted():
    calendar, findings = read(
        'holidays = "de-mv"\n'
        'no_service = [{ first = 2026-07-01, last = 2026-07-31, note = "leave" }, { first = 2026-05-01 }]\n'
        "extra_service = [{ date = 2026-03-14, instead_of = 2026-03-09 }, { date = 2026-01-01 }]\n"
        "school_terms = [{ first = 2026-01-12, last = 2026-05-29 }]\n"
    )

    assert findings == []
    assert calendar == ServiceCalendar(
        "DE-MV",
        (DateSpan(date(2026, 5, 1), date(2026, 5, 1)), DateSpan(date(2026, 7, 1), date(2026, 7, 31), "leave")),
        (ExtraDay(date(2026, 1, 1)), ExtraDay(date(2026, 3, 14), date(2026, 3, 9))),
        (DateSpan(date(2026, 1, 12), date(2026, 5, 29)),),
    )


MESSAGES = [
    (
        'holidays = "XQ"',
        "scenario.toml:29:calendar.holidays | The public holidays of “XQ” are not known. | "
        "Use the code of a country, such as UA, or of one of its regions, such as DE-MV.",
    ),
    (
        "no_service = [{ first = 2026-07-31, last = 2026-07-01 }]",
        "scenario.toml:29:calendar.no_service[1] | The span ends on 2026-07-01, before it begins on 2026-07-31. | "
        "Swap the two dates.",
    ),
    (
        "extra_service = [{ date = 2026-03-14 }, { date = 2026-03-14 }]",
        "scenario.toml:29:calendar.extra_service[2] | "
        "2026-03-14 is moved, or driven in place of another date, more than once. | "
        "Keep one row of extra_service for each date.",
    ),
    (
        "extra_service = [{ date = 2026-03-12, instead_of = 2026-03-09 }]",
        "scenario.toml:29:calendar.extra_service[1] | "
        "Tours are moved to 2026-03-12, but Bus 1 has tours of its own on that weekday. | "
        "Choose a date on which no bus is out, or add the date to no_service or to days_off of the bus.",
    ),
    (
        "no_service = [{ last = 2026-07-31 }]",
        "scenario.toml:29:calendar.no_service[1].first | The key “first” is missing. | Add it; it has no default.",
    ),
]


@pytest.mark.parametrize(("row", "message"), MESSAGES)
def test_what_is_wrong_with_a_calendar_is_said(row, message):
    _, findings = read(row)

    assert message in say(findings)


def test_tours_may_be_moved_to_a_date_that_is_free():
    _, findings = read(
        "no_service = [{ first = 2026-03-12 }]\nextra_service = [{ date = 2026-03-12, instead_of = 2026-03-09 }]"
    )

    assert findings == []


def test_under_martial_law_holidays_of_ukraine_are_working_days():
    before = list_holidays("UA", date(2021, 1, 1), date(2021, 12, 31))
    during = list_holidays("UA", date(2026, 1, 1), date(2026, 12, 31))

    assert (before[0].name_uk, before[0].name_en) == ("Новий рік", "New Year's Day")
    assert during == ()


def test_holidays_of_a_region_are_listed_between_two_dates():
    (holiday,) = list_holidays("DE-MV", date(2026, 10, 4), date(2026, 11, 30))

    assert (holiday.day, holiday.name_en) == (date(2026, 10, 31), "Reformation Day")


def test_countries_and_regions_are_known_by_their_codes():
    known = list_countries()

    assert {"UA", "PL", "DE", "DE-MV"} <= set(known)
    assert list(known) == sorted(known)
    assert list_holidays("", date(2026, 1, 1), date(2026, 12, 31)) == ()
