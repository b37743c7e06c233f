"""Buses, their depots, the rules for the people who drive them, and what driving costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class Depot:
    """
    Where buses start and end their day.

    Parameters
    ----------
    depot_id
        Unique text.
    name
        Name people know.
    settlement_id
        Settlement it stands in; empty if only the position is known.
    lat, lon
        Degrees north and east; None if the settlement's position is meant.
    phone
        Telephone that the crews call; empty if there is none.
    """

    depot_id: str
    name: str
    settlement_id: str
    lat: float | None = None
    lon: float | None = None
    phone: str = ""


@dataclass(frozen=True)
class BusProfile:
    """
    What matters about a kind of bus on the road.

    Parameters
    ----------
    profile_id
        Unique text.
    weight_t, height_m
        Actual weight in tonnes, height in metres.
    speed_factor
        Speed compared with the tables, above 0, at most 1.
    width_m, length_m
        Width and length in metres; only roads from OpenStreetMap have such limits.
    season_factor
        Speed on unpaved roads from OpenStreetMap compared with dry ones, above 0, at most 1; 1 is off.
    """

    profile_id: str
    weight_t: float
    height_m: float
    speed_factor: float
    width_m: float = 2.3
    length_m: float = 7.5
    season_factor: float = 1.0


@dataclass(frozen=True)
class Shift:
    """When a crew may be on the road; `max_work_s` is the longest from leaving to returning, without the meal break."""

    start_s: int
    end_s: int
    max_work_s: int
    overtime_s: int = 0


@dataclass(frozen=True)
class MealBreak:
    """The meal break of a day, taken parked and never inside a dwell."""

    duration_s: int
    earliest_s: int
    latest_s: int


@dataclass(frozen=True)
class DrivingRules:
    """
    How long a person may drive.

    ``max_unbroken_s``: Longest driving without a break of at least `min_break_s`.
    ``split_break_s``: Shortest first and shortest second part of a break that is split; None if it cannot be split.
    ``max_before_break_s``: Longest time from the start of the work to the meal break; None for no limit.
    """

    name: str
    max_driving_s: int
    max_unbroken_s: int
    min_break_s: int
    split_break_s: tuple[int, int] | None = None
    max_before_break_s: int | None = None


@dataclass(frozen=True)
class Bus:
    """
    One bibliobus with its crew.

    Parameters
    ----------
    bus_id
        Unique text.
    name
        Name people know.
    depot_id
        Where its day starts and ends.
    profile_id
        Kind of bus on the road.
    features
        What it has, sorted, such as ``ramp``.
    weekdays
        Service weekdays, 0 (Monday) to 6, sorted.
    shift
        When the crew may be on the road.
    meal_break
        The meal break; None if there is none.
    driving_rules
        How long the driver may drive; None if no rules apply.
    days_off
        Dates on which it stays in the depot, sorted.
    max_calls, capacity
        Most calls and most load of a tour; None for no limit.
    spare
        True for a vehicle that no plan uses, and that only replaces cancelled visits.
    replacement_weekdays
        Further weekdays on which it may drive to replace cancelled visits, sorted.
    """

    bus_id: str
    name: str
    depot_id: str
    profile_id: str
    features: tuple[str, ...]
    weekdays: tuple[int, ...]
    shift: Shift
    meal_break: MealBreak | None
    driving_rules: DrivingRules | None
    days_off: tuple[date, ...] = ()
    max_calls: int | None = None
    capacity: int | None = None
    spare: bool = False
    replacement_weekdays: tuple[int, ...] = ()

    @property
    def planned_weekdays(self) -> tuple[int, ...]:
        """Weekdays on which a plan may use it."""
        return () if self.spare else self.weekdays

    def stands_in_on(self, day: date) -> bool:
        """
        Tell whether it may replace cancelled visits on a date.

        Parameters
        ----------
        day
            The date.

        Returns
        -------
        bool
            True if it is out on that weekday, or may be for a replacement, and has no day off.
        """
        return day.weekday() in (*self.weekdays, *self.replacement_weekdays) and day not in self.days_off


@dataclass(frozen=True)
class Rates:
    """
    Prices of a service; 0 means that the planner has not said. Litres are for 100 km on paved roads.

    ``bus_month``: Further cost of a bus in each month, whether it drives or not.
    ``assumed``: True if the numbers are made up for an example; every paper with fuel or money says so.
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
