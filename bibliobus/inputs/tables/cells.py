"""Text of one cell → a value, and what may have been meant by a word that is not known."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, WeeklyWindow
from bibliobus.findings import FindingKind, Severity
from bibliobus.words.language import N_, format_clock, parse_clock
from bibliobus.words.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.domain.places import Settlement
    from bibliobus.findings import Finding, Place

MAX_SHOWN: Final = 60
MAX_ID: Final = 100
# Prefixes under which the network keeps depots and libraries.
RESERVED_PREFIXES: Final = ("depot/", "library/")

_SPACES: Final = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}"
_NUMBER: Final = re.compile(
    rf"[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+)(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?"
)
_APOSTROPHE: Final = re.compile(r"(?<=[^\W\d_])['`´ʼ‘’‛](?=[^\W\d_])")
_KATOTTG: Final = re.compile(r"[UuУу][AaАа]([0-9]{17})")
_CATEGORY_LETTERS: Final = str.maketrans("ОКРНМТСХВ", "OKPHMTCXB")
_INVISIBLE: Final = re.compile("[\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{SOFT HYPHEN}\N{WORD JOINER}]")
# Marks that turn the direction of a text around can make one name look like another.
_DIRECTION_MARKS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def parse_number(text: str) -> float:
    """Parse digits with a decimal point or comma; spaces between groups of three digits are allowed."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(text)
    number = float(re.sub(f"[{_SPACES}]", "", plain).replace(",", "."))
    if not math.isfinite(number):
        raise ValueError(text)
    return number + 0.0  # a zero has no sign


def parse_whole(text: str) -> int:
    """Parse a number as `parse_number` that is whole; ``1044,0`` is whole too."""
    number = parse_number(text)
    if not number.is_integer():
        raise ValueError(text)
    return int(number)


def parse_yes_no(text: str) -> bool:
    """Parse ``yes``, ``true``, ``1`` or ``так``; ``no``, ``false``, ``0`` or ``ні``, in any letter case."""
    answers = dict.fromkeys(("yes", "true", "1", "так"), True) | dict.fromkeys(("no", "false", "0", "ні"), False)
    answer = answers.get(text.strip().casefold())
    if answer is None:
        raise ValueError(text)
    return answer


def tidy_text(text: str) -> str:
    """Tidy a text without changing what it says."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def clean_name(text: str) -> str:
    """Tidy a name."""
    return _APOSTROPHE.sub("\N{RIGHT SINGLE QUOTATION MARK}", tidy_text(text))


def clean_id(text: str) -> str:
    """Tidy an id as `tidy_text`; a KATOTTG code gets Latin capital letters."""
    plain = tidy_text(text)
    code = _KATOTTG.fullmatch(plain)
    return f"UA{code[1]}" if code else plain


def clean_category(text: str) -> str:
    """Tidy a category of the codifier."""
    return tidy_text(text).upper().translate(_CATEGORY_LETTERS)


def split_list(text: str) -> tuple[str, ...]:
    """Split a list such as ``ramp; 4x4`` into words in lower case, sorted, each once."""
    words = (tidy_text(word).casefold() for word in re.split("[;,]", text))
    return tuple(sorted({word for word in words if word}))


def has_control_characters(text: str) -> bool:
    """Tell whether a text holds characters that cannot be printed or turn its direction; a line break counts."""
    return any(unicodedata.category(mark) in ("Cc", "Cs") or mark in _DIRECTION_MARKS for mark in text)


def show_value(value: object) -> str:
    """Format a value found in a file for a sentence: no control characters, and not too long."""
    text = value if isinstance(value, str) else str(value)
    head = "".join("\N{REPLACEMENT CHARACTER}" if has_control_characters(mark) else mark for mark in text[:MAX_SHOWN])
    return head if len(text) <= MAX_SHOWN else f"{head[:-1]}…"


def show_name(settlement: Settlement) -> Name:
    """Format the name of a settlement for a sentence."""
    return Name(show_value(settlement.name_uk), show_value(settlement.name_latin))


def find_similar(word: str, choices: Iterable[str]) -> str:
    """Find the choice somebody may have meant; empty if none is similar, or there are more than 2,000."""
    known = sorted(choices)
    if len(word) > MAX_ID or len(known) > 2000:
        return ""
    lower = {choice.casefold(): choice for choice in reversed(known)}
    close = difflib.get_close_matches(word.casefold(), lower, n=1, cutoff=0.7)
    return lower[close[0]] if close else ""


DID_YOU_MEAN: Final = N_("Did you mean “{similar}”?")


def find_unknown(
    kind: FindingKind, place: Place, word: str, choices: Iterable[str], synonyms: Iterable[str] = ()
) -> Finding:
    """
    Make a finding for a word that is none of the known ones.

    ``kind``: Kind with a place for ``{value}`` in its sentence, and for ``{known}`` in its hint if it likes.
    ``choices``: What is known; named in the hint if nothing is similar.
    ``synonyms``: Other words that may have been meant, not named in the hint.
    """
    known = list(choices)
    similar = find_similar(word, {*known, *synonyms})
    if similar:
        return replace(kind, hint=DID_YOU_MEAN).at(place, value=show_value(word), similar=show_value(similar))
    return kind.at(place, value=show_value(word), known=", ".join(show_value(choice) for choice in known))


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
    """Parse a weekday into 0 (Monday) to 6 (Sunday)."""
    number = _NUMBERS.get(text.strip().rstrip(".").casefold())
    if number is None:
        raise ValueError(text)
    return number


def parse_span(text: str) -> tuple[int, int]:
    """Parse a span of clock times into seconds after midnight; the end may be before the start."""
    ends = _DASHES.split(text.strip())
    if len(ends) != 2:
        raise ValueError(text)
    return parse_clock(ends[0]), parse_clock(ends[1])


def parse_windows(text: str) -> tuple[WeeklyWindow, ...]:
    """
    Parse weekly windows, sorted by weekday and start; none, which means at any time, from an empty text.

    ``text``: Parts with semicolons between them; each is weekdays (one, a range, or several with commas) and one or
        more spans with commas.
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
