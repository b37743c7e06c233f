"""Tests of `bibliobus.words.text`."""

from __future__ import annotations

from datetime import date

import pytest

from bibliobus.words.language import Language
from bibliobus.words.text import join_dates

SPRING = (date(2026, 3, 2), date(2026, 3, 16), date(2026, 4, 13))
WINTER = (date(2026, 12, 28), date(2027, 1, 11))


@pytest.mark.parametrize(
    ("code", "dates", "text"),
    [
        ("uk", SPRING, "2, 16 березня; 13 квітня"),
        ("en", SPRING, "March 2, 16; April 13"),
        ("uk", WINTER, "28 грудня 2026; 11 січня 2027"),
        ("en", WINTER, "December 28, 2026; January 11, 2027"),
        ("uk", (), ""),
    ],
)
def test_dates_are_joined_by_month_and_the_year_is_told_where_it_changes(
    code: str, dates: tuple[date, ...], text: str
) -> None:
    assert join_dates(dates, Language(code)) == text
