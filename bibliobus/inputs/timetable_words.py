"""Words of a timetable: names of weekdays and clock times."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.findings import FindingKind, Severity
from bibliobus.inputs.cells import clean_name
from bibliobus.inputs.change_words import parse_date
from bibliobus.inputs.windows import parse_weekday
from bibliobus.language import N_
from bibliobus.units import parse_clock

if TYPE_CHECKING:
    from datetime import date

ENGLISH_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UKRAINIAN_DAYS: Final = ("понеділок", "вівторок", "середа", "четвер", "п’ятниця", "субота", "неділя")

_NUMBERS: Final = {name: at % WEEK_DAYS for at, name in enumerate(ENGLISH_DAYS + UKRAINIAN_DAYS)}
_CLOCK: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?::00)?")
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100

NOT_A_WEEKDAY: Final = FindingKind(
    "timetable-bad-weekday",
    Severity.ERROR,
    N_("“{value}” is not a weekday."),
    N_("Write one weekday, such as Monday."),
)
NOT_A_TIME: Final = FindingKind(
    "timetable-bad-time",
    Severity.ERROR,
    N_("“{value}” is not a clock time."),
    N_("Write hours and minutes of 24 hours, such as 09:30."),
)


def parse_day_name(text: str) -> int:
    """
    Parse the name of a weekday.

    Parameters
    ----------
    text
        English or Ukrainian, whole or short, of any letter case.

    Returns
    -------
    int
        0 (Monday) to 6 (Sunday).

    Raises
    ------
    ValueError
        If the text names no weekday.
    """
    number = _NUMBERS.get(clean_name(text).casefold())
    return parse_weekday(text) if number is None else number


def parse_day(text: str) -> date:
    """
    Parse a date of a timetable.

    Parameters
    ----------
    text
        As `parse_date`.

    Returns
    -------
    date
        The day.

    Raises
    ------
    ValueError
        If the text is no date, or one of another century.
    """
    day = parse_date(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(text)
    return day


def parse_stop_time(text: str) -> int:
    """
    Parse the clock time of an arrival or a departure.

    Parameters
    ----------
    text
        ``9:30``, ``09:30``, ``09.30`` or, as spreadsheets write it, ``09:30:00``.

    Returns
    -------
    int
        Seconds after midnight.

    Raises
    ------
    ValueError
        If the text is no clock time.
    """
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    return parse_clock(f"{found[1]}:{found[2]}")
