"""Time windows as people write them: ``Mon-Fri 09:00-15:00; Sat 10:00-12:00``."""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, WeeklyWindow
from bibliobus.findings import FindingKind, Severity
from bibliobus.words.language import N_
from bibliobus.words.units import format_clock, parse_clock

if TYPE_CHECKING:
    from collections.abc import Iterable

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS_UK: Final = ("пн", "вт", "ср", "чт", "пт", "сб", "нд")
_NUMBERS: Final = {name.casefold(): at % WEEK_DAYS for at, name in enumerate(WEEKDAYS + _WEEKDAYS_UK)}
_DASHES: Final = re.compile(r"\s*[-‐‑–—]\s*")
_HINT: Final = N_("Write windows like this: Mon-Fri 09:00-15:00; Sat 10:00-12:00.")

WINDOWS_UNREADABLE: Final = FindingKind(
    "windows-unreadable",
    Severity.ERROR,
    N_("“{value}” is not a time window: weekdays and a span of time are expected."),
    _HINT,
)
WINDOWS_REVERSED: Final = FindingKind(
    "windows-reversed",
    Severity.ERROR,
    N_("The window “{value}” ends before it begins, or lasts no time at all."),
    _HINT,
)
WINDOWS_OVERLAP: Final = FindingKind(
    "windows-overlap",
    Severity.ERROR,
    N_("Two windows on the same weekday overlap in “{value}”."),
    N_("Join the overlapping windows into one."),
)


class WindowError(ValueError):
    """Text that is no list of windows."""

    def __init__(self, kind: FindingKind, part: str) -> None:
        super().__init__(part)
        self.kind = kind
        self.part = part


def parse_weekday(text: str) -> int:
    """
    Parse a weekday.

    Returns 0 (Monday) to 6 (Sunday).
    """
    number = _NUMBERS.get(text.strip().rstrip(".").casefold())
    if number is None:
        raise ValueError(text)
    return number


def parse_span(text: str) -> tuple[int, int]:
    """
    Parse a span of clock times.

    Returns seconds after midnight; may be before the start.
    """
    ends = _DASHES.split(text.strip())
    if len(ends) != 2:
        raise ValueError(text)
    return parse_clock(ends[0]), parse_clock(ends[1])


def parse_windows(text: str) -> tuple[WeeklyWindow, ...]:
    """
    Parse weekly windows.

    ``text``: Parts with semicolons between them; each is weekdays (one, a range, or several with commas) and one or
        more spans with commas. Empty text means at any time.

    Returns sorted by weekday and start; empty if the text is empty.
    """
    if not text.strip():
        return ()
    parts = [part.strip() for part in text.split(";")]
    windows = sorted(window for part in parts if part for window in _parse_part(part))
    if not windows:
        raise WindowError(WINDOWS_UNREADABLE, text)
    for before, after in pairwise(windows):
        if before.weekday == after.weekday and after.start_s < before.end_s:
            raise WindowError(WINDOWS_OVERLAP, text)
    return tuple(windows)


def format_windows(windows: Iterable[WeeklyWindow]) -> str:
    """Format weekly windows."""
    return "; ".join(
        f"{WEEKDAYS[weekday]} {','.join(f'{format_clock(w.start_s)}-{format_clock(w.end_s)}' for w in group)}"
        for weekday, group in groupby(sorted(windows), key=lambda window: window.weekday)
    )


def _parse_part(part: str) -> list[WeeklyWindow]:
    """Windows of one part: every weekday with every span."""
    found = re.match(r"([^0-9]*[^0-9\s])\s+([0-9].*)", part)
    if found is None:
        raise WindowError(WINDOWS_UNREADABLE, part)
    try:
        weekdays = sorted({day for piece in found[1].split(",") for day in _parse_weekdays(piece, part)})
        spans = [parse_span(piece) for piece in found[2].split(",")]
    except WindowError:
        raise
    except ValueError as error:
        raise WindowError(WINDOWS_UNREADABLE, part) from error
    if any(end_s <= start_s for start_s, end_s in spans):
        raise WindowError(WINDOWS_REVERSED, part)
    return [WeeklyWindow(day, start_s, end_s) for day in weekdays for start_s, end_s in spans]


def _parse_weekdays(piece: str, part: str) -> range:
    """Weekdays of one word or range."""
    names = _DASHES.split(piece.strip())
    first, last = parse_weekday(names[0]), parse_weekday(names[-1])
    if len(names) > 2:
        raise WindowError(WINDOWS_UNREADABLE, part)
    if last < first:
        raise WindowError(WINDOWS_REVERSED, part)
    return range(first, last + 1)
