"""Wishes of single settlements, curfews, and locks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class StopWish:
    """
    What the planner decides for one settlement.

    Parameters
    ----------
    settlement_id
        The settlement.
    weekdays
        Weekdays on which it may be visited, 0 (Monday) to 6, sorted; empty means any.
    forbidden_weekdays
        Weekdays on which it may not be visited, such as the market day; sorted.
    load
        What one visit takes of the capacity of a bus, 0 or more.
    school_terms_only
        True if the bus calls only during school terms.
    unserved_since
        Date since which no library and no bus has served it; None if that is not known or not so.
    note
        Why, as people read it; may be empty.
    """

    settlement_id: str
    weekdays: tuple[int, ...] = ()
    forbidden_weekdays: tuple[int, ...] = ()
    load: int = 0
    school_terms_only: bool = False
    unserved_since: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Curfew:
    """
    Hours in which no bus may be at some settlements.

    Parameters
    ----------
    start_s
        Seconds after midnight, when it begins.
    end_s
        Seconds after midnight, when it ends; if that is not later than `start_s`, it holds over midnight:
        on each of its dates from `start_s` on and until `end_s`.
    settlements
        Ids of settlements.
    hromadas
        Names of hromadas.
    raions
        Names of raions.
    first
        First date; None for always.
    last
        Last date; None for ever.
    margin_s
        Seconds before and after it in which the bus is not there either.
    note
        Source or reason; may be empty.
    """

    start_s: int
    end_s: int
    settlements: tuple[str, ...] = ()
    hromadas: tuple[str, ...] = ()
    raions: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    margin_s: int = 0
    note: str = ""

    def holds_on(self, day: date) -> bool:
        """
        Say whether the curfew holds on a date.

        Parameters
        ----------
        day
            The date.

        Returns
        -------
        bool
            True from the first to the last date.
        """
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def covers(self, settlement_id: str, hromada: str, raion: str) -> bool:
        """
        Say whether the curfew holds at a settlement.

        Parameters
        ----------
        settlement_id
            Id of the settlement.
        hromada
            Its hromada.
        raion
            Its raion.

        Returns
        -------
        bool
            True if it is named, or its hromada or raion.
        """
        return settlement_id in self.settlements or hromada in self.hromadas or raion in self.raions


@dataclass(frozen=True)
class Lock:
    """
    A settlement that must be served, and how.

    Parameters
    ----------
    settlement_id
        The settlement.
    weekday
        0 (Monday) to 6; None for any.
    week
        A week of the cycle in which one of its visits falls, 1 for the first; None for any.
    time_s
        Seconds after midnight when the bus opens; None for any.
    bus_id
        The bus; None for any.
    position
        1 for the first call of its tour, 2 for the second …, -1 for the last; None for any.
    note
        Why, as people read it; may be empty.
    """

    settlement_id: str
    weekday: int | None = None
    week: int | None = None
    time_s: int | None = None
    bus_id: str | None = None
    position: int | None = None
    note: str = ""
