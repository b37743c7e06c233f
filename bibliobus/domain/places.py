"""Settlements where people live, and libraries that already serve them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
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
    raion
        District; may be empty.
    hromada
        Municipality; may be empty.
    lat
        Degrees north, WGS 84.
    lon
        Degrees east, WGS 84.
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
    A library with a building of its own.

    Parameters
    ----------
    library_id
        Unique text.
    name
        Name people know.
    settlement_id
        Settlement it stands in; empty if only the position is known.
    lat
        Degrees north; None if the settlement's position is meant.
    lon
        Degrees east; None if the settlement's position is meant.
    source
        Where the fact comes from; an assumption says so.
    """

    library_id: str
    name: str
    settlement_id: str
    lat: float | None
    lon: float | None
    source: str
