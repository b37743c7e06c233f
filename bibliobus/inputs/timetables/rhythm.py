"""Rhythm of a timetable row, an iCalendar rule as far as a bus can follow it, and its weekdays and clock times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.findings import FindingKind, Severity
from bibliobus.inputs.changes import parse_date
from bibliobus.inputs.tables.cells import clean_name, parse_weekday
from bibliobus.words.language import N_, parse_clock

if TYPE_CHECKING:
    from datetime import date

MONTH_WEEKS: Final = 4
"""Weeks that stand for a month: the nearest number after which a cycle of weeks can repeat."""
MAX_INTERVAL: Final = 52

_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PARTS: Final = frozenset(("FREQ", "INTERVAL", "BYDAY", "BYSETPOS", "WKST"))
_DAY: Final = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_PLACE: Final = re.compile(r"[+-]?[1-5]")


@dataclass(frozen=True)
class Recurrence:
    """
    How often a row of a timetable is driven.

    ``weeks``: Weeks from one time to the next, at least 1; four for every month of a monthly rule.
    ``monthly``: True if the rule counts months, so that the weeks are only near to it.
    ``nth``: Which of its weekdays in the month a monthly rule means, 1 to 5, or -5 to -1 from its end; 0 if unsaid.
    ``weekday``: 0 (Monday) to 6 (Sunday); None if the rule does not say.
    """

    weeks: int
    monthly: bool = False
    nth: int = 0
    weekday: int | None = None

    def find_week(self, first: date, cycle_first: date) -> int:
        """Week of the rhythm in which the row is driven, 0 to `weeks` - 1, counted from the first week of the cycle."""
        if not self.monthly:
            return (first - cycle_first).days // WEEK_DAYS % self.weeks
        # The fifth weekday of a month, and the last one, come in the fourth week of a cycle at the latest.
        nth = self.nth or (first.day - 1) // WEEK_DAYS + 1
        return min(nth, MONTH_WEEKS) - 1 if nth > 0 else max(MONTH_WEEKS + nth, 0)


def parse_recurrence(text: str) -> Recurrence:
    """Parse ``FREQ=WEEKLY;INTERVAL=2`` or ``FREQ=MONTHLY;BYDAY=2MO``, also behind ``RRULE:``, or a number of weeks."""
    plain = re.sub(r"\s+", "", text).upper().removeprefix("RRULE:")
    if plain.isascii() and plain.isdigit():
        return Recurrence(_parse_interval(plain))
    parts = _split(plain)
    interval = _parse_interval(parts.get("INTERVAL", "1"))
    nth, weekday = _parse_day(parts.get("BYDAY"), parts.get("BYSETPOS"))
    if parts.get("FREQ") == "WEEKLY" and not nth:
        return Recurrence(interval, weekday=weekday)
    if parts.get("FREQ") == "MONTHLY":
        return Recurrence(interval * MONTH_WEEKS, monthly=True, nth=nth, weekday=weekday)
    raise ValueError(text)


def _split(plain: str) -> dict[str, str]:
    """Parts of a rule by name, each once and all known."""
    pairs = [part.partition("=") for part in plain.split(";") if part]
    parts = {name: value for name, _, value in pairs}
    if len(parts) != len(pairs) or not parts.keys() <= _PARTS or not all(parts.values()):
        raise ValueError(plain)
    return parts


def _parse_interval(digits: str) -> int:
    """Number of weeks or months."""
    if not (digits.isascii() and digits.isdigit()) or not 1 <= int(digits[:9]) <= MAX_INTERVAL:
        raise ValueError(digits)
    return int(digits)


def _parse_day(day: str | None, place: str | None) -> tuple[int, int | None]:
    """Which weekday of the month, 0 if not said, and the weekday, None if not said."""
    if day is None:
        if place is not None:
            raise ValueError(place)
        return 0, None
    found = _DAY.fullmatch(day)
    if found is None or (place is not None and (found[1] or not _PLACE.fullmatch(place))):
        raise ValueError(day)
    return int(found[1] or place or 0), _WEEKDAYS.index(found[2])


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
    """Parse the name of a weekday into 0 (Monday) to 6 (Sunday)."""
    number = _NUMBERS.get(clean_name(text).casefold())
    return parse_weekday(text) if number is None else number


def parse_timetable_day(text: str) -> date:
    """Parse a date of a timetable."""
    day = parse_date(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(text)
    return day


def parse_stop_time(text: str) -> int:
    """Parse ``9:30``, ``09:30``, ``09.30`` or, as spreadsheets write it, ``09:30:00`` into seconds after midnight."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    return parse_clock(f"{found[1]}:{found[2]}")
