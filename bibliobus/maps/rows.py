"""Rows of the tables below the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bibliobus.maps.style import Symbol


@dataclass(frozen=True)
class StopRow:
    """
    Calls of one bus at one settlement at one clock time.

    Parameters
    ----------
    place
        Number of the place on the map.
    name
        Name of the settlement.
    hromada
        Municipality.
    rhythm
        Rhythm in words.
    weeks
        Weeks of the cycle; empty if every week.
    weekday
        Name of the weekday.
    weekday_number
        0 is Monday.
    arrival
        Clock time.
    departure
        Clock time.
    stay
        Length of the stay in words.
    stay_s
        Length of the stay in seconds.
    dates
        Next dates in words.
    missing
        Dates among them without a visit, in words; empty if there are none.
    date_iso
        First of them as YYYY-MM-DD; empty if there is none within a year.
    bus
        Name of the bus; empty for the public.
    badge
        Badge as on the map, as markup.
    far
        True if the settlement stays in the background.
    """

    place: int
    name: str
    hromada: str
    rhythm: str
    weeks: str
    weekday: str
    weekday_number: int
    arrival: str
    departure: str
    stay: str
    stay_s: int
    dates: str
    missing: str
    date_iso: str
    bus: str
    badge: str
    far: bool


@dataclass(frozen=True)
class UnservedRow:
    """
    One settlement that is not served.

    Parameters
    ----------
    place
        Number of the place on the map.
    name
        Name of the settlement.
    hromada
        Municipality.
    population
        Residents.
    residents
        Residents in words.
    symbol
        Symbol on the map.
    reason
        Why, in words.
    ways
        What would change it, in sentences; none for the public.
    """

    place: int
    name: str
    hromada: str
    population: int
    residents: str
    symbol: Symbol
    reason: str
    ways: tuple[str, ...]


@dataclass(frozen=True)
class NotNeededRow:
    """
    One settlement that needs no bus.

    Parameters
    ----------
    place
        Number of the place on the map.
    name
        Name of the settlement.
    hromada
        Municipality.
    library
        Name of the nearest library.
    distance
        Distance by road in words; empty if it stands in the settlement.
    length_m
        Distance by road in metres.
    """

    place: int
    name: str
    hromada: str
    library: str
    distance: str
    length_m: int
