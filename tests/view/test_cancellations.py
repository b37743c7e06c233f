"""Notices of cancelled visits: whole sentences in both languages, with weekday and date in their right form."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bibliobus.plan.compare.compare import DatedVisit
from bibliobus.view.cancellations import tell_day, write_cancellation, write_moved
from bibliobus.view.notices import count_segments, write_cancel_message
from bibliobus.words.language import Language

UK, EN = Language("uk"), Language("en")


def plain(text):
    """Text with ordinary spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def visit(day, start="10:00", minutes=30):
    """Visit on a date."""
    hours, minute = map(int, start.split(":"))
    start_s = hours * 3600 + minute * 60
    return DatedVisit(day, 0, "bus-1", start_s, start_s + minutes * 60)


OLD = visit(date(2026, 3, 10))
NEW = visit(date(2026, 3, 12), "13:05")
NEXT = visit(date(2026, 3, 24))


@pytest.mark.parametrize(
    ("new", "following", "uk", "en"),
    [
        (
            NEW,
            NEXT,
            "Ямпіль: бібліобус. У вівторок, 10 березня 2026 року, бібліобус не приїде. Натомість він приїде в четвер, "
            "12 березня, 13:05–13:35. Наступний приїзд за графіком — у вівторок, 24 березня, 10:00–10:30.",
            "Yampil: the mobile library. On Tuesday, March 10, 2026, the bus does not come. It comes instead on "
            "Thursday, March 12, 13:05–13:35. The next visit by the timetable is on Tuesday, March 24, 10:00–10:30.",
        ),
        (
            None,
            NEXT,
            "Ямпіль: бібліобус. У вівторок, 10 березня 2026 року, бібліобус не приїде. Заміни не буде. Наступний "
            "приїзд за графіком — у вівторок, 24 березня, 10:00–10:30.",
            "Yampil: the mobile library. On Tuesday, March 10, 2026, the bus does not come. There is no replacement. "
            "The next visit by the timetable is on Tuesday, March 24, 10:00–10:30.",
        ),
        (
            None,
            None,
            "Ямпіль: бібліобус. У вівторок, 10 березня 2026 року, бібліобус не приїде. Заміни не буде.",
            "Yampil: the mobile library. On Tuesday, March 10, 2026, the bus does not come. There is no replacement.",
        ),
        (
            visit(date(2026, 3, 10), "11:15"),
            NEXT,
            "Ямпіль: бібліобус. У вівторок, 10 березня 2026 року, бібліобус приїде в інший час: 11:15–11:45, а не "
            "10:00–10:30.",
            "Yampil: the mobile library. On Tuesday, March 10, 2026, the bus comes at another time: 11:15–11:45, not "
            "10:00–10:30.",
        ),
        (
            OLD,
            NEXT,
            "Ямпіль: бібліобус. У вівторок, 10 березня 2026 року, бібліобус приїде, як оголошено, 10:00–10:30, але "
            "це буде інша машина.",
            "Yampil: the mobile library. On Tuesday, March 10, 2026, the library comes as announced, 10:00–10:30, "
            "but in another vehicle.",
        ),
    ],
)
def test_a_notice_says_what_is_cancelled_what_replaces_it_and_what_comes_next(new, following, uk, en):
    assert plain(write_cancellation("Ямпіль", OLD, new, following, UK)) == uk
    assert write_cancellation("Yampil", OLD, new, following, EN) == en


def test_a_visit_that_moves_a_little_is_told_with_both_times():
    new = visit(date(2026, 3, 10), "10:10")

    assert plain(write_moved("Ямпіль", OLD, new, UK)) == (
        "Ямпіль: бібліобус. У вівторок, 10 березня 2026 року, бібліобус приїде трохи раніше чи пізніше: 10:10–10:40, "
        "а не 10:00–10:30."
    )
    assert write_moved("Yampil", OLD, new, EN) == (
        "Yampil: the mobile library. On Tuesday, March 10, 2026, the bus comes a little earlier or later: "
        "10:10–10:40, not 10:00–10:30."
    )


def test_every_weekday_has_its_ending_and_another_year_is_named():
    days = [date(2026, 12, 28) + timedelta(days=at) for at in range(7)]

    assert [plain(tell_day(day, days[0], UK)) for day in days] == [
        "в понеділок, 28 грудня",
        "у вівторок, 29 грудня",
        "в середу, 30 грудня",
        "в четвер, 31 грудня",
        "в п’ятницю, 1 січня 2027 року",
        "в суботу, 2 січня 2027 року",
        "в неділю, 3 січня 2027 року",
    ]
    assert tell_day(days[4], days[0], EN) == "on Friday, January 1, 2027"


@pytest.mark.parametrize(
    ("new", "following", "uk", "en"),
    [
        (
            NEW,
            NEXT,
            "Бібліобус, Ямпіль: чт 12.03 13:05-13:35 замість вт 10.03.",
            "Mobile library, Yampil: Thu 12 Mar 13:05-13:35 instead of Tue 10 Mar.",
        ),
        (
            None,
            NEXT,
            "Бібліобус, Ямпіль: вт 10.03 не приїде. Далі: вт 24.03 10:00-10:30.",
            "Mobile library, Yampil: not Tue 10 Mar. Next: Tue 24 Mar 10:00-10:30.",
        ),
        (
            None,
            None,
            "Бібліобус, Ямпіль: вт 10.03 не приїде.",
            "Mobile library, Yampil: not Tue 10 Mar.",
        ),
        (
            visit(date(2026, 3, 10), "11:15"),
            NEXT,
            "Бібліобус, Ямпіль: вт 10.03 11:15-11:45, а не 10:00-10:30.",
            "Mobile library, Yampil: Tue 10 Mar 11:15-11:45, not 10:00-10:30.",
        ),
        (
            OLD,
            NEXT,
            "Бібліобус, Ямпіль: вт 10.03 10:00-10:30 іншою машиною.",
            "Mobile library, Yampil: Tue 10 Mar 10:00-10:30 as announced, another vehicle.",
        ),
    ],
)
def test_a_message_to_telephones_says_the_same_in_one_segment(new, following, uk, en):
    messages = [
        write_cancel_message(*who, language)
        for *who, language in (("Ямпіль", OLD, new, following, UK), ("Yampil", OLD, new, following, EN))
    ]

    assert messages == [uk, en]
    assert [count_segments(text) for text in messages] == [1, 1]
