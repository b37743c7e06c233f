"""
Everything the planner decides, in whole seconds and metres: rules, wishes for single settlements, published papers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.domain.calendar import ServiceCalendar
from bibliobus.domain.fleet import Rates

if TYPE_CHECKING:
    from datetime import date

    from bibliobus.domain.calendar import Cycle
    from bibliobus.domain.fleet import Bus, BusProfile, Depot


@dataclass(frozen=True)
class StopWish:
    """
    What the planner decides for one settlement; weekdays are 0 (Monday) to 6, sorted.

    ``weekdays``: On which it may be visited; empty means any.
    ``forbidden_weekdays``: On which it may not be visited, such as the market day.
    ``load``: What one visit takes of the capacity of a bus, 0 or more.
    ``school_terms_only``: True if the bus calls only during school terms.
    ``unserved_since``: Date since which no library and no bus has served it; None if that is not known or not so.
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
    Hours in which no bus may be at some settlements, from `first` to `last`, None for always and for ever.

    ``end_s``: Seconds after midnight, when it ends; if that is not later than `start_s`, it holds over midnight: on
        each of its dates from `start_s` on and until `end_s`.
    ``margin_s``: Seconds before and after it in which the bus is not there either.
    ``note``: Source or reason; may be empty.
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
        """Say whether the curfew holds on a date."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def covers(self, settlement_id: str, hromada: str, raion: str) -> bool:
        """Tell whether the curfew names a settlement, or its hromada or raion."""
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


Ring: TypeAlias = tuple[tuple[float, float], ...]

DEFAULT_TIME_ZONE: Final = "Europe/Kyiv"


@dataclass(frozen=True)
class Publishing:
    """
    What the papers say beside the plan, empty if there is none, and what must not be published.

    ``no_publish``: Settlements whose stops must not be published, sorted.
    ``no_publish_areas``: Outlines of areas in which no stop may be published; each at least three points as (lat, lon)
        in degrees.
    """

    time_zone: str = DEFAULT_TIME_ZONE
    phone: str = ""
    website: str = ""
    no_publish: tuple[str, ...] = ()
    no_publish_areas: tuple[Ring, ...] = ()

    def forbids(self, settlement_id: str, lat: float, lon: float) -> bool:
        """Tell whether a stop must not be published: its settlement is listed, or it lies in one of the areas."""
        return settlement_id in self.no_publish or any(_lies_in(ring, lat, lon) for ring in self.no_publish_areas)


def _lies_in(ring: Ring, lat: float, lon: float) -> bool:
    """Whether a ray from the point crosses the outline an odd number of times, or the point lies on it."""
    inside = False
    for (lat_a, lon_a), (lat_b, lon_b) in zip(ring, (*ring[1:], ring[0]), strict=True):
        turn = (lon_b - lon_a) * (lat - lat_a) - (lat_b - lat_a) * (lon - lon_a)
        between = min(lat_a, lat_b) <= lat <= max(lat_a, lat_b) and min(lon_a, lon_b) <= lon <= max(lon_a, lon_b)
        if turn == 0 and between:
            return True
        if (lat_a > lat) != (lat_b > lat) and lon < lon_a + (lat - lat_a) * (lon_b - lon_a) / (lat_b - lat_a):
            inside = not inside
    return inside


@dataclass(frozen=True)
class DwellRule:
    """Length of a visit by size of the settlement."""

    from_population: int
    dwell_s: int


@dataclass(frozen=True)
class RhythmRule:
    """Weeks between visits, 1 to 4, by size of the settlement."""

    from_population: int
    weeks: int


@dataclass(frozen=True)
class ServiceRules:
    """
    Rules that say who is visited, how long, how often, and how times are made.

    ``dwell``, ``rhythm``: By size, smallest first; the first holds from 0 residents on.
    ``need_distance_m``: Distance by road to the nearest library at which a resident counts once; farther counts more
        and nearer less, within `need_factor_min` and `need_factor_max`.
    ``before_sunset_s``: Seconds before sunset by which stays have to end, below 0 for after it; None if they need not.
    ``sunset_until``: Last date for which that has to hold; None for the last day of the cycle.
    """

    dwell: tuple[DwellRule, ...]
    rhythm: tuple[RhythmRule, ...]
    default_population: int
    library_radius_m: int
    need_distance_m: int
    need_factor_min: float
    need_factor_max: float
    buffer_share: float
    buffer_min_s: int
    grid_s: int
    reserve_s: int
    small_population: int
    before_sunset_s: int | None
    sunset_until: date | None


@dataclass(frozen=True)
class Weights:
    """
    What a plan is worth and what it costs, in minutes of paid time.

    ``balance``: Cost of one squared hour of work of a day; the higher, the more alike the days. 0 for none. Every bus
        day then costs the square of the longest possible one as well, so that balance never pays for another day.
    ``no_library``: Times a resident counts where no library is within `ServiceRules.need_distance_m`; 1 for none.
    ``small_village``: Times a resident of a small settlement counts; 1 for none.
    ``unserved_year``: Share added to need for every year without any service, ten years at most; 0 for none.
    ``request``: Share added to the need of every resident who has signed a request, 0 to 9; 0 for none.
    ``same_time``: Worth of a stop keeping its clock time in all visits of the cycle, and of every hour that unequal
        times lie closer together; 0 means none.
    """

    need: float
    hour: float
    km: float
    bus_day: float
    overtime_hour: float
    balance: float
    no_library: float
    small_village: float
    unserved_year: float
    request: float
    same_time: float


PRICED_RESIDENTS: Final = 500
"""Residents of the place for which the weights of promises are written; a place of twice as many counts twice."""

LEAST_RESIDENTS: Final = 100
"""A place of fewer residents counts as one of so many, that no visit is given up to save a drive."""


@dataclass(frozen=True)
class PromiseWeights:
    """
    What an announced visit is worth when a plan is made anew: minutes of paid time for each visit that changes.

    They hold for a place of `PRICED_RESIDENTS` and grow with the residents, not below `LEAST_RESIDENTS`; broken
    promises and driving weigh together in one sum.

    ``order``: A visit that moves within the tolerance.
    ``wait``: A day that 500 residents wait for the replacement of a cancelled visit.
    """

    lost: float
    day: float
    bus: float
    time: float
    order: float
    tolerance_s: int
    wait: float


@dataclass(frozen=True)
class Scenario:
    """
    Everything the planner decides.

    Parameters
    ----------
    title_uk, title_en
        Title of the area in Ukrainian and English.
    notice_uk, notice_en
        Warning that every output carries, in Ukrainian and English; may be empty.
    data_date
        Date or years of the data, as text for the outputs; may be empty.
    attribution
        Who must be named for the data; may be empty.
    language
        ``uk`` or ``en``.
    cycle
        Weeks until the timetable repeats, and its first day.
    depots
        Depots in the order of the file.
    profiles
        Kinds of bus in the order of the file.
    buses
        Buses in the order of the file.
    rules
        Who is visited, how long, how often.
    weights
        What a plan is worth and what it costs.
    promises
        What announced visits are worth when a plan is made anew.
    calendar
        Dates on which the cycle does not hold.
    stops
        Wishes of single settlements, in the order of the file.
    curfews
        Hours without buses, in the order of the file.
    locks
        Settlements that must be served, in the order of the file; one for each settlement.
    publishing
        What the papers say beside the plan, and what must not be published.
    money
        What driving costs.
    report_clauses
        Name of the document whose demands the report answers; empty for none.
    """

    title_uk: str
    title_en: str
    notice_uk: str
    notice_en: str
    data_date: str
    attribution: str
    language: str
    cycle: Cycle
    depots: tuple[Depot, ...]
    profiles: tuple[BusProfile, ...]
    buses: tuple[Bus, ...]
    rules: ServiceRules
    weights: Weights
    promises: PromiseWeights
    calendar: ServiceCalendar = field(default_factory=ServiceCalendar)
    stops: tuple[StopWish, ...] = ()
    curfews: tuple[Curfew, ...] = ()
    locks: tuple[Lock, ...] = ()
    publishing: Publishing = field(default_factory=Publishing)
    money: Rates = field(default_factory=Rates)
    report_clauses: str = ""
