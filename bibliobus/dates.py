"""Lists of dates in the reader's language."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bibliobus.language import Language


def join_dates(dates: Sequence[date], language: Language) -> str:
    """
    Join dates to a short text.

    Parameters
    ----------
    dates
        Dates in order.
    language
        Language of the reader.

    Returns
    -------
    str
        Days by month, such as ``2, 16, 30 березня; 13 квітня`` or ``March 2, 16, 30; April 13``; with the year
        behind each month where the dates lie in more than one year.
    """
    years = len({day.year for day in dates}) > 1
    return "; ".join(
        _month([day.day for day in group], month, f" {year}" if years else "", language)
        for (year, month), group in groupby(dates, key=lambda day: (day.year, day.month))
    )


def _month(days: Sequence[int], month: int, year: str, language: Language) -> str:
    """Days of one month."""
    from babel.dates import get_month_names

    name = get_month_names("wide", context="format", locale=language.code)[month]
    listed = ", ".join(map(str, days))
    words = f"{name} {listed}" if language.code == "en" else f"{listed} {name}"
    separator = "," if year and language.code == "en" else ""
    return f"{words}{separator}{year}"
