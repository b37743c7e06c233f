from __future__ import annotations

from datetime import date

import pytest
from areas import say
from plans import tiny_plan

from bibliobus.domain.calendar import DateSpan
from bibliobus.findings import UsageError
from bibliobus.tasks.reopen import choose_span

MONDAY = date(2026, 3, 2)


def test_papers_are_made_for_a_year_from_the_first_day_of_the_plan():
    assert choose_span(tiny_plan(), None, None) == DateSpan(MONDAY, date(2027, 3, 1))


def test_papers_are_made_for_the_dates_asked_for():
    assert choose_span(tiny_plan(), date(2026, 9, 1), None) == DateSpan(date(2026, 9, 1), date(2027, 8, 31))
    assert choose_span(tiny_plan(), None, MONDAY) == DateSpan(MONDAY, MONDAY)


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        (
            date(2026, 9, 1),
            date(2026, 8, 1),
            " | The papers are to end on 2026-08-01, before they begin on 2026-09-01. | "
            "Give a date with --to that is not before the one of --from.",
        ),
        (
            date(2026, 1, 1),
            date(2026, 3, 1),
            " | The papers are to end on 2026-03-01, but the plan begins on 2026-03-02. | "
            "Give later dates with --from and --to.",
        ),
        (
            date(2026, 1, 1),
            date(2036, 1, 1),
            " | From 2026-01-01 to 2036-01-01 it is more than 1,096 days. | "
            "Give dates that lie nearer together; papers are best made for a year at most.",
        ),
    ],
)
def test_dates_that_do_not_fit_are_refused(first: date, last: date, message: str):
    with pytest.raises(UsageError) as raised:
        choose_span(tiny_plan(), first, last)

    assert say(raised.value.findings) == [message]
