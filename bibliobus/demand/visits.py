"""Visits: who is to be served, how often, how long, on which days; and who needs no bus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bibliobus.domain.calendar import WeeklyWindow
    from bibliobus.domain.wishes import Curfew, Lock


@dataclass(frozen=True)
class Visit:
    """
    One settlement to be served in its rhythm.

    Parameters
    ----------
    settlement_id
        Settlement to be served.
    population
        Residents, counted or assumed.
    need
        Residents weighted by their distance to the nearest library.
    rhythm_weeks
        Weeks between visits; divides the cycle.
    dwell_s
        Shortest time the bus is open there, a multiple of the grid.
    windows
        When the bus may be open there; empty means at any time.
    needs
        Bus features needed.
    patterns
        Sets of days of the cycle on which all visits may fall, each on one weekday.
    library_id
        Nearest library by road; empty if none can be reached.
    library_m
        Distance to it by road; None if none can be reached.
    load
        What each call takes of the capacity of a bus.
    curfews
        Hours in which no bus may be there.
    lock
        How it must be served; None if it need not be.
    """

    settlement_id: str
    population: int
    need: float
    rhythm_weeks: int
    dwell_s: int
    windows: tuple[WeeklyWindow, ...]
    needs: tuple[str, ...]
    patterns: tuple[tuple[int, ...], ...]
    library_id: str
    library_m: int | None
    load: int = 0
    curfews: tuple[Curfew, ...] = ()
    lock: Lock | None = None


@dataclass(frozen=True)
class NotNeeded:
    """
    One settlement that needs no bus because a library is near.

    Parameters
    ----------
    settlement_id
        The settlement.
    library_id
        Nearest library by road.
    distance_m
        Distance to it by road; 0 if it stands in the settlement.
    population
        Residents, counted or assumed.
    """

    settlement_id: str
    library_id: str
    distance_m: int
    population: int


@dataclass(frozen=True)
class Demand:
    """
    Every settlement of an area: to be served or not.

    Parameters
    ----------
    visits
        Sorted by settlement.
    not_needed
        Sorted by settlement.
    """

    visits: tuple[Visit, ...]
    not_needed: tuple[NotNeeded, ...]
