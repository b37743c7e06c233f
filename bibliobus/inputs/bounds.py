"""Bounds of every number that a planner writes, each with the reason for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Bound:
    """
    What a number may be.

    Parameters
    ----------
    least
        The smallest that is read.
    most
        The largest that is read.
    reason
        Why, in English, marked for the catalogues.
    """

    least: int | float
    most: int | float
    reason: str


_CYCLE: Final = N_("a cycle has one to four weeks")
_LATITUDE: Final = N_("from the South Pole to the North Pole")
_LONGITUDE: Final = N_("once around the Earth")
_PEOPLE: Final = N_("the largest cities of the world have fewer than 40 million residents")
_DWELL: Final = N_("no stay is longer than ten hours, which is more than a working day")
_FACTOR: Final = N_("beyond a hundred times, one settlement alone decides everything")
_WEIGHT: Final = N_("two years of paid time: more than anything in a cycle is worth")
_MONEY: Final = N_("a thousand million of any currency is more than a service costs")
_LOAD: Final = N_("a million books or crates is more than any bus holds")
_COUNT: Final = N_("more than all the readers of one visit")
_LIMIT: Final = N_("road signs never show more or less")

BOUNDS: Final[Mapping[str, Bound]] = {
    "cycle.weeks": Bound(1, 4, _CYCLE),
    "depots.lat": Bound(-90, 90, _LATITUDE),
    "depots.lon": Bound(-180, 180, _LONGITUDE),
    "profiles.weight_t": Bound(0.5, 60, N_("from the smallest car with books to the heaviest road train")),
    "profiles.height_m": Bound(1, 5, N_("from a car to the highest double-decker; bridges allow no more")),
    "profiles.speed_factor": Bound(
        0.1, 1, N_("a tenth is walking pace on a village road; the tables hold what a bus may drive at most")
    ),
    "profiles.width_m": Bound(0.5, 4, N_("from a cart to a lane of a road")),
    "profiles.length_m": Bound(1, 25, N_("from a cart to the longest road train")),
    "profiles.season_factor": Bound(0.1, 1, N_("mud slows a bus down, to a tenth at most, and never speeds it up")),
    "buses.max_work_h": Bound(0.1, 24, N_("from a few minutes to a whole day")),
    "buses.break_min": Bound(0, 240, N_("with a longer break it is a day of two shifts")),
    "buses.overtime_h": Bound(0, 12, N_("half a day on top of the shift")),
    "buses.max_calls": Bound(1, 100, N_("a hundred calls of a few minutes fill a day")),
    "buses.capacity": Bound(1, 1_000_000, _LOAD),
    "rules.default_population": Bound(0, 50_000_000, _PEOPLE),
    "rules.library_radius_km": Bound(0, 100, N_("nobody walks farther to a library in a day")),
    "rules.buffer_percent": Bound(0, 200, N_("three times the drive is the worst of winters")),
    "rules.buffer_min": Bound(0, 120, N_("two hours in reserve on every leg leave no day to drive")),
    "rules.need_distance_km": Bound(0.1, 1000, N_("from next door to across the country")),
    "rules.need_factor_min": Bound(0, 100, _FACTOR),
    "rules.need_factor_max": Bound(0, 100, _FACTOR),
    "rules.reserve_min": Bound(0, 600, N_("ten hours kept free leave no day to drive")),
    "rules.small_population": Bound(0, 50_000_000, _PEOPLE),
    "rules.dwell.from_population": Bound(0, 50_000_000, _PEOPLE),
    "rules.dwell.minutes": Bound(1, 600, _DWELL),
    "rules.rhythm.from_population": Bound(0, 50_000_000, _PEOPLE),
    "rules.rhythm.weeks": Bound(1, 4, _CYCLE),
    "weights.need": Bound(0, 1_000_000, _WEIGHT),
    "weights.hour": Bound(0, 1_000_000, _WEIGHT),
    "weights.km": Bound(0, 1_000_000, _WEIGHT),
    "weights.bus_day": Bound(0, 1_000_000, _WEIGHT),
    "weights.overtime_hour": Bound(0, 1_000_000, _WEIGHT),
    "weights.balance": Bound(0, 1_000_000, _WEIGHT),
    "weights.no_library": Bound(0, 100, _FACTOR),
    "weights.small_village": Bound(0, 100, _FACTOR),
    "weights.unserved_year": Bound(0, 100, _FACTOR),
    "weights.request": Bound(0, 9, N_("a resident who signed counts ten times at most")),
    "weights.same_time": Bound(0, 1_000_000, _WEIGHT),
    "promises.lost": Bound(0, 1_000_000, _WEIGHT),
    "promises.day": Bound(0, 1_000_000, _WEIGHT),
    "promises.bus": Bound(0, 1_000_000, _WEIGHT),
    "promises.time": Bound(0, 1_000_000, _WEIGHT),
    "promises.order": Bound(0, 1_000_000, _WEIGHT),
    "promises.tolerance_min": Bound(0, 600, _DWELL),
    "stops.load": Bound(0, 1_000_000, _LOAD),
    "curfews.margin_min": Bound(0, 240, N_("four hours before and after leave no day to drive")),
    "locks.week": Bound(1, 4, _CYCLE),
    "locks.position": Bound(-1, 100, N_("a hundred calls of a few minutes fill a day")),
    "publish.no_publish_areas": Bound(-180, 180, _LONGITUDE),
    "money.crew_hour": Bound(0, 1_000_000_000, _MONEY),
    "money.fuel_litre": Bound(0, 1_000_000_000, _MONEY),
    "money.fuel_l_per_100km": Bound(0, 200, N_("a road train in mud takes less")),
    "money.fuel_unpaved_percent": Bound(0, 300, N_("only a tank takes four times the fuel")),
    "money.bus_day": Bound(0, 1_000_000_000, _MONEY),
    "money.bus_month": Bound(0, 1_000_000_000, _MONEY),
    "settlements.csv: lat": Bound(-90, 90, _LATITUDE),
    "settlements.csv: lon": Bound(-180, 180, _LONGITUDE),
    "settlements.csv: population": Bound(0, 50_000_000, _PEOPLE),
    "settlements.csv: rhythm_weeks": Bound(1, 4, _CYCLE),
    "settlements.csv: dwell_min": Bound(1, 600, _DWELL),
    "libraries.csv: lat": Bound(-90, 90, _LATITUDE),
    "libraries.csv: lon": Bound(-180, 180, _LONGITUDE),
    "roads.csv: length_km": Bound(0.001, 1000, N_("from a step to the length of a country")),
    "roads.csv: speed_kmh": Bound(1, 130, N_("from walking pace to the limit on motorways")),
    "roads.csv: max_weight_t": Bound(0.1, 200, _LIMIT),
    "roads.csv: max_height_m": Bound(0.5, 20, _LIMIT),
    "changes: speed": Bound(1, 130, N_("from walking pace to the limit on motorways")),
    "changes: weight limit": Bound(0.1, 200, _LIMIT),
    "changes: height limit": Bound(0.5, 20, _LIMIT),
    "requests.csv: signatures": Bound(1, 1_000_000, N_("a million people sign a petition, not a wish for a stop")),
    "requests.csv: weeks wanted": Bound(1, 4, _CYCLE),
    "requests.csv: minutes wanted": Bound(1, 600, _DWELL),
    "visits.csv: readers": Bound(0, 100_000, _COUNT),
    "visits.csv: loans": Bound(0, 100_000, _COUNT),
}
"""Every number of scenario.toml by its key, and of the tables by file and column."""


def within(key: str) -> Any:
    """
    Make the limits of a field of a shape.

    Parameters
    ----------
    key
        A key of `BOUNDS`.

    Returns
    -------
    Any
        What the parser calls a field with limits.
    """
    from pydantic import Field

    return Field(ge=BOUNDS[key].least, le=BOUNDS[key].most)


def limits_of(key: str) -> tuple[int | float, int | float]:
    """
    Find the limits of a cell.

    Parameters
    ----------
    key
        A key of `BOUNDS`.

    Returns
    -------
    tuple of number
        The smallest and the largest that is read.
    """
    return BOUNDS[key].least, BOUNDS[key].most
