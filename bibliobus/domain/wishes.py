"""Wishes of single settlements beyond their row of the table."""

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
