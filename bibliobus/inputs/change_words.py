"""Words in tables of road changes: what happens, in which direction, and dates."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final, TypeVar

from bibliobus.domain.changes import ChangeKind, Direction
from bibliobus.findings import FindingKind, Severity
from bibliobus.inputs.suggestions import find_unknown
from bibliobus.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.findings import Finding
    from bibliobus.inputs.rows import Row

KIND_WORDS: Final = {
    ChangeKind.CLOSED: ("closed", "закрито", "закрита", "закрита дорога", "перекрито", "перекриття", "закриття"),
    ChangeKind.OPENED: ("opened", "open", "відкрито", "відкрита", "відкрита дорога"),
    ChangeKind.SPEED: ("speed", "швидкість", "обмеження швидкості"),
    ChangeKind.WEIGHT_LIMIT: ("weight limit", "вага", "маса", "обмеження ваги", "обмеження маси"),
    ChangeKind.HEIGHT_LIMIT: ("height limit", "висота", "обмеження висоти"),
    ChangeKind.DANGER_AREA: ("danger area", "danger", "небезпечна зона", "небезпека"),
}
DIRECTION_WORDS: Final = {
    Direction.BOTH: ("both", "обидва", "обидві", "в обидва боки"),
    Direction.ALONG: ("along", "уздовж", "вперед", "туди"),
    Direction.AGAINST: ("against", "проти", "назад"),
}
Meaning = TypeVar("Meaning")

_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")

UNKNOWN_KIND: Final = FindingKind(
    "unknown-change-kind",
    Severity.ERROR,
    N_("“{value}” is not a known kind of road change."),
    N_("Known kinds: {known}."),
)
UNKNOWN_DIRECTION: Final = FindingKind(
    "unknown-direction",
    Severity.ERROR,
    N_("“{value}” is not a known direction."),
    N_("Known directions: {known}; an empty cell means both."),
)
NOT_A_DATE: Final = FindingKind(
    "not-a-date",
    Severity.ERROR,
    N_("“{value}” is not a date."),
    N_("Write year, month and day, such as 2026-03-09; leave the cell empty if there is no such day."),
)


def read_kind(row: Row, findings: list[Finding]) -> ChangeKind | None:
    """
    Read what happens to a road.

    Parameters
    ----------
    row
        A row whose column ``kind`` is not empty.
    findings
        Where a finding is added.

    Returns
    -------
    ChangeKind or None
        None if the word is unknown.
    """
    found = _find_word(row.text("kind"), KIND_WORDS)
    if found is None:
        findings.append(_make_unknown(UNKNOWN_KIND, row, "kind", KIND_WORDS))
    return found


def read_direction(row: Row, findings: list[Finding]) -> Direction:
    """
    Read in which direction it happens.

    Parameters
    ----------
    row
        The row.
    findings
        Where a finding is added.

    Returns
    -------
    Direction
        Both if the cell is empty or the word is unknown.
    """
    text = row.text("direction")
    found = _find_word(text, DIRECTION_WORDS) if text else Direction.BOTH
    if found is None:
        findings.append(_make_unknown(UNKNOWN_DIRECTION, row, "direction", DIRECTION_WORDS))
    return found or Direction.BOTH


def parse_date(text: str) -> date:
    """
    Parse a date.

    Parameters
    ----------
    text
        ``2026-03-09`` or ``9.3.2026``; the time of midnight after it is passed over.

    Returns
    -------
    date
        The day.

    Raises
    ------
    ValueError
        If the text is no date, or one that the calendar lacks.
    """
    day_first = _DAY_FIRST.fullmatch(text)
    if day_first:
        return date(int(day_first[3]), int(day_first[2]), int(day_first[1]))
    year_first = _YEAR_FIRST.fullmatch(text)
    if not year_first:
        raise ValueError(text)
    return date.fromisoformat(year_first[1])


def _find_word(text: str, words: Mapping[Meaning, tuple[str, ...]]) -> Meaning | None:
    """Meaning of a text; underscores and hyphens count as blanks."""
    plain = " ".join(re.split(r"[\s_-]+", text.casefold()))
    return next((meaning for meaning, known in words.items() if plain in known), None)


def _make_unknown(kind: FindingKind, row: Row, column: str, words: Mapping[Meaning, tuple[str, ...]]) -> Finding:
    """Finding for a word that has no meaning here."""
    known = [names[0] for names in words.values()]
    others = [name for names in words.values() for name in names[1:]]
    return find_unknown(kind, row.place(column), row.text(column), known, others)
