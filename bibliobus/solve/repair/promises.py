"""Promises: what a published timetable has announced, and the price of breaking it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bibliobus.domain.scenario import LEAST_RESIDENTS, PRICED_RESIDENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bibliobus.solve.drafts import TourKey


@dataclass(frozen=True)
class ChangePrices:
    """
    Prices of announced changes in hundredths of a minute: of one visit to a place of `PRICED_RESIDENTS` residents.

    A place of twice as many is worth twice as much, one of fewer than `LEAST_RESIDENTS` as much as of so many. They
    weigh together with driving in one sum.

    Parameters
    ----------
    lost
        A visit that no longer takes place.
    day
        A visit on another day.
    bus
        A visit on the same day by another bus.
    time
        A visit on the same day and bus that moves by more than the tolerance.
    order
        A visit that moves within the tolerance.
    tolerance_s
        Seconds by which a visit may move and count as only slightly changed.
    """

    lost: int
    day: int
    bus: int
    time: int
    order: int
    tolerance_s: int


@dataclass(frozen=True)
class Promise:
    """
    One announced visit.

    Parameters
    ----------
    bus
        Index of the bus; -1 if it is no longer there.
    start_s
        Seconds after midnight when the bus opens.
    end_s
        Seconds after midnight when it closes.
    """

    bus: int
    start_s: int
    end_s: int


@dataclass(frozen=True)
class AnnouncedTimetable:
    """
    The published timetable in the indices of a problem.

    Parameters
    ----------
    promises
        Announced visits by visit and day of the cycle.
    orders
        Order of the visits of each tour; visits and buses that are no longer there are left out.
    frozen
        Days of the cycle on which nothing may change.
    residents
        Residents by visit; who is not in it counts as a place of `PRICED_RESIDENTS`.
    awaited
        Number of visits in the cycle, by visit, of places that are new and wait for their first bus: to leave one out
        costs as much as to lose what was announced, whatever day it would be.
    """

    promises: Mapping[int, Mapping[int, Promise]]
    orders: Mapping[TourKey, tuple[int, ...]]
    frozen: frozenset[int] = frozenset()
    residents: Mapping[int, int] = field(default_factory=dict)
    awaited: Mapping[int, int] = field(default_factory=dict)

    def expects(self, visit: int) -> bool:
        """
        Tell whether anybody expects a visit, since it was announced or its place is new.

        Parameters
        ----------
        visit
            Index of the visit.

        Returns
        -------
        bool
            True if somebody does.
        """
        return visit in self.promises or visit in self.awaited

    def weigh(self, visit: int, price: int) -> int:
        """
        Weigh a price by the residents of a place.

        Parameters
        ----------
        visit
            Index of the visit.
        price
            Price at a place of `PRICED_RESIDENTS`, in hundredths of a minute.

        Returns
        -------
        int
            Hundredths of a minute.
        """
        residents = max(self.residents.get(visit, PRICED_RESIDENTS), LEAST_RESIDENTS)
        return price * residents // PRICED_RESIDENTS

    def price_days(self, visit: int, days: Iterable[int], prices: ChangePrices) -> int:
        """
        Price the days on which a visit takes place: lost ones and other days.

        Parameters
        ----------
        visit
            Index of the visit.
        days
            Days of the cycle on which it takes place now; none if it does not.
        prices
            Prices of changes.

        Returns
        -------
        int
            Hundredths of a minute, weighed by residents; bus, time and order are priced with the tours.
        """
        if visit in self.awaited:
            return 0 if set(days) else self.weigh(visit, prices.lost) * self.awaited[visit]
        old, new = set(self.promises.get(visit, ())), set(days)
        gone, come = len(old - new), len(new - old)
        moved = min(gone, come)
        return self.weigh(visit, prices.day) * moved + self.weigh(visit, prices.lost) * (gone - moved)
