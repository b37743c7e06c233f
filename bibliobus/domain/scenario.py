"""Everything the planner decides, in whole seconds and metres."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bibliobus.domain.calendar import ServiceCalendar
from bibliobus.domain.money import Rates
from bibliobus.domain.publishing import Publishing

if TYPE_CHECKING:
    from bibliobus.domain.calendar import Cycle
    from bibliobus.domain.fleet import Bus, BusProfile, Depot
    from bibliobus.domain.wishes import Curfew, Lock, StopWish


@dataclass(frozen=True)
class DwellRule:
    """
    Length of a visit by size of the settlement.

    Parameters
    ----------
    from_population
        The rule holds from this many residents on.
    dwell_s
        Length of a visit in seconds.
    """

    from_population: int
    dwell_s: int


@dataclass(frozen=True)
class RhythmRule:
    """
    Rhythm of visits by size of the settlement.

    Parameters
    ----------
    from_population
        The rule holds from this many residents on.
    weeks
        Weeks between visits, 1 to 4.
    """

    from_population: int
    weeks: int


@dataclass(frozen=True)
class ServiceRules:
    """
    Rules that say who is visited, how long, how often, and how times are made.

    Parameters
    ----------
    dwell
        By size, smallest first; the first holds from 0 residents on.
    rhythm
        By size, smallest first; the first holds from 0 residents on.
    default_population
        Residents assumed where the number is unknown.
    library_radius_m
        A library within this distance by road makes a stop unnecessary.
    need_distance_m
        Distance by road to the nearest library at which a resident counts once; farther counts
        more and nearer less, within `need_factor_min` and `need_factor_max`.
    need_factor_min
        Smallest weight of a resident.
    need_factor_max
        Largest weight of a resident, also where no library can be reached.
    buffer_share
        Extra time on every leg as a share of the drive, for weather and road works.
    buffer_min_s
        Smallest extra time on a leg.
    grid_s
        Published times are multiples of this.
    reserve_s
        Working time of every day that is kept free for new stops.
    small_population
        A settlement with fewer residents counts as small.
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
    reserve_s: int = 0
    small_population: int = 200


@dataclass(frozen=True)
class Weights:
    """
    What a plan is worth and what it costs, in minutes of paid time.

    Parameters
    ----------
    need
        Worth of serving one unit of need (a resident, weighted by distance, per visit of the cycle).
    hour
        Cost of one paid hour on the road.
    km
        Cost of one kilometre.
    bus_day
        Cost of sending a bus out at all.
    overtime_hour
        Cost of one hour of overtime on top of the paid hour.
    balance
        Cost of one squared hour of work of a day; the higher, the more alike the days. 0 for none.
    no_library
        Times a resident counts where no library is within `ServiceRules.need_distance_m`; 1 for none.
    small_village
        Times a resident of a small settlement counts; 1 for none.
    unserved_year
        Share added to need for every year without any service, ten years at most; 0 for none.
    request
        Share added to the need of every resident who has signed a request, 0 to 9; 0 for none.
    same_time
        Worth of a stop keeping its clock time in all visits of the cycle, and of every hour that unequal
        times lie closer together; 0 means none.
    """

    need: float
    hour: float
    km: float
    bus_day: float
    overtime_hour: float = 30.0
    balance: float = 0.0
    no_library: float = 1.0
    small_village: float = 1.0
    unserved_year: float = 0.0
    request: float = 0.5
    same_time: float = 0.0


@dataclass(frozen=True)
class PromiseWeights:
    """
    What an announced visit is worth when a plan is made anew: minutes of paid time for each visit that changes.

    Fewer broken promises come before any saving; the weights say which promises are broken first.

    Parameters
    ----------
    lost
        A visit that no longer takes place.
    day
        A visit on another day.
    bus
        A visit by another bus.
    time
        A visit that moves by more than the tolerance.
    order
        A visit that moves within the tolerance, or changes its place in the order.
    tolerance_s
        Seconds by which a visit may move and still be the one announced.
    """

    lost: float = 100_000.0
    day: float = 10_000.0
    bus: float = 1_000.0
    time: float = 100.0
    order: float = 1.0
    tolerance_s: int = 900


@dataclass(frozen=True)
class Scenario:
    """
    Everything the planner decides.

    Parameters
    ----------
    title_uk
        Title of the area in Ukrainian.
    title_en
        Title of the area in English.
    notice_uk
        Warning that every output carries, in Ukrainian; may be empty.
    notice_en
        The same in English; may be empty.
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
    calendar
        Dates on which the cycle does not hold.
    stops
        Wishes of single settlements, in the order of the file.
    curfews
        Hours without buses, in the order of the file.
    locks
        Settlements that must be served, in the order of the file; one for each settlement.
    promises
        What announced visits are worth when a plan is made anew.
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
    calendar: ServiceCalendar = field(default_factory=ServiceCalendar)
    stops: tuple[StopWish, ...] = ()
    curfews: tuple[Curfew, ...] = ()
    locks: tuple[Lock, ...] = ()
    promises: PromiseWeights = field(default_factory=PromiseWeights)
    publishing: Publishing = field(default_factory=Publishing)
    money: Rates = field(default_factory=Rates)
    report_clauses: str = ""
