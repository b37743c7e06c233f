"""What driving costs: the planner's own numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rates:
    """
    Prices of a service; 0 means that the planner has not said.

    Parameters
    ----------
    currency
        What they are in, as people read it.
    crew_hour
        Wages of the whole crew of a bus for one paid hour.
    fuel_litre
        Price of one litre.
    fuel_l_per_100km
        Litres for 100 km on paved roads.
    fuel_unpaved_percent
        How much more is needed on unpaved roads, in percent.
    bus_day
        Further cost of a bus on each day it drives.
    bus_month
        Further cost of a bus in each month, whether it drives or not.
    assumed
        True if the numbers are made up for an example; every paper with fuel or money says so.
    """

    currency: str = "UAH"
    crew_hour: float = 0.0
    fuel_litre: float = 0.0
    fuel_l_per_100km: float = 0.0
    fuel_unpaved_percent: float = 0.0
    bus_day: float = 0.0
    bus_month: float = 0.0
    assumed: bool = False

    @property
    def known(self) -> bool:
        """Whether any price is given."""
        return any((self.crew_hour, self.fuel_litre, self.bus_day, self.bus_month))
