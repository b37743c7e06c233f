"""Settlements where people live, the libraries that already serve them, and what their residents have asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

    from bibliobus.domain.calendar import WeeklyWindow

SETTLEMENT_LETTERS: Final = frozenset("KMTXC")
"""Categories of the codifier in which people live: cities with special status, cities, settlements of urban type (until
2024), settlements, villages."""


@dataclass(frozen=True)
class Settlement:
    """
    A place where people live.

    Parameters
    ----------
    settlement_id
        KATOTTG code where one is known, else any unique text; never changes.
    name_uk
        Ukrainian name; never empty.
    name_latin
        Name in Latin letters; may be empty.
    category
        Letter of the codifier (M city, X settlement, C village, …) in Latin; may be empty.
    raion, hromada
        District and municipality; may be empty.
    lat, lon
        Degrees north and east, WGS 84.
    population
        Residents, 0 or more; None if unknown, which is not zero.
    rhythm_weeks
        Weeks between visits, 1 to 4; None means by rule.
    dwell_s
        Length of a visit in seconds; None means by rule.
    windows
        When the bus may be open there; empty means at any time.
    needs
        Bus features needed, sorted.
    note
        Free text of the planner.
    match
        How code and position were brought together; empty if nobody had to.
    """

    settlement_id: str
    name_uk: str
    name_latin: str
    category: str
    raion: str
    hromada: str
    lat: float
    lon: float
    population: int | None = None
    rhythm_weeks: int | None = None
    dwell_s: int | None = None
    windows: tuple[WeeklyWindow, ...] = ()
    needs: tuple[str, ...] = ()
    note: str = ""
    match: str = ""


@dataclass(frozen=True)
class Library:
    """
    A library with a building of its own: in a settlement, or where only the position is known.

    ``lat``, ``lon``: Degrees north and east; None if the settlement's position is meant.
    ``source``: Where the fact comes from; an assumption says so.
    """

    library_id: str
    name: str
    settlement_id: str
    lat: float | None
    lon: float | None
    source: str


class Wish(StrEnum):
    """What residents wish for."""

    VISIT = "visit"
    MORE_OFTEN = "more_often"
    LONGER = "longer"
    OTHER_DAY = "other_day"
    OTHER_TIME = "other_time"
    OTHER = "other"


@dataclass(frozen=True)
class Request:
    """
    One request.

    Parameters
    ----------
    request_id
        Unique text.
    settlement_id
        Settlement whose residents ask.
    wish
        What they wish for.
    wanted
        How: weeks between visits for `Wish.MORE_OFTEN`, seconds of a stay for `Wish.LONGER`, weekdays 0 (Monday) to 6
        for `Wish.OTHER_DAY`, first and last second after midnight for `Wish.OTHER_TIME`; empty for the others.
    day
        When it was made; None if that is not known.
    signatures
        How many have signed, 1 or more.
    note
        Free text; the wish itself for `Wish.OTHER`.
    """

    request_id: str
    settlement_id: str
    wish: Wish
    wanted: tuple[int, ...] = ()
    day: date | None = None
    signatures: int = 1
    note: str = ""
