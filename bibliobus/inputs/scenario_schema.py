"""Shape of ``scenario.toml``: keys, units and limits as the planner writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, Strict

from bibliobus.inputs.bounds import within
from bibliobus.inputs.scenario_schema_days import CalendarShape, CurfewShape, Day, LockShape, Note, StopShape
from bibliobus.inputs.scenario_schema_money import MoneyShape
from bibliobus.inputs.scenario_schema_promises import PromisesShape
from bibliobus.inputs.scenario_schema_publish import PublishShape, ReportShape, Word

_FORBID: dict[str, str] = {"extra": "forbid"}

Name: TypeAlias = Annotated[str, Strict(), Field(min_length=1, max_length=200)]
Id: TypeAlias = Annotated[str, Strict(), Field(min_length=1, max_length=100)]


@dataclass(frozen=True)
class CycleShape:
    """
    Table ``[cycle]``.

    Parameters
    ----------
    first_day
        A Monday.
    weeks
        Weeks until the timetable repeats.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    first_day: Day
    weeks: Annotated[int, Strict(), within("cycle.weeks")] = 2


@dataclass(frozen=True)
class DepotShape:
    """
    Table ``[[depots]]``.

    Parameters
    ----------
    id
        Unique text.
    name
        Name people know.
    settlement_id
        Settlement it stands in.
    lat
        Degrees north.
    lon
        Degrees east.
    phone
        Telephone that the crews call.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    id: Id
    name: Name
    settlement_id: Id | None = None
    lat: Annotated[float, Strict(), within("depots.lat")] | None = None
    lon: Annotated[float, Strict(), within("depots.lon")] | None = None
    phone: Word = ""


@dataclass(frozen=True)
class ProfileShape:
    """
    Table ``[[profiles]]``.

    Parameters
    ----------
    id
        Unique text.
    weight_t
        Actual weight in tonnes.
    height_m
        Height in metres.
    speed_factor
        Speed compared with the tables.
    width_m
        Width in metres.
    length_m
        Length in metres.
    season_factor
        Speed on unpaved roads compared with dry ones; an assumption, off unless changed.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    id: Id
    weight_t: Annotated[float, Strict(), within("profiles.weight_t")] = 5.5
    height_m: Annotated[float, Strict(), within("profiles.height_m")] = 3.1
    speed_factor: Annotated[float, Strict(), within("profiles.speed_factor")] = 1.0
    width_m: Annotated[float, Strict(), within("profiles.width_m")] = 2.3
    length_m: Annotated[float, Strict(), within("profiles.length_m")] = 7.5
    season_factor: Annotated[float, Strict(), within("profiles.season_factor")] = 1.0


@dataclass(frozen=True)
class BusShape:
    """
    Table ``[[buses]]``.

    Parameters
    ----------
    id
        Unique text.
    name
        Name people know.
    depot
        Id of its depot.
    profile
        Id of its profile.
    features
        What it has.
    weekdays
        Days of service.
    shift
        Earliest leaving and latest return.
    max_work_h
        Longest working time of a day in hours.
    break_min
        Length of the meal break in minutes; 0 for none.
    break_start
        Earliest and latest start of the meal break.
    driving_rules
        Name of a set of rules, or ``none``.
    days_off
        Dates on which it stays in the depot.
    overtime_h
        Overtime allowed on a day in hours.
    max_calls
        Most calls of a day.
    capacity
        Most load of a day.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    id: Id
    name: Name
    depot: Id
    profile: Id
    features: tuple[Name, ...] = ()
    weekdays: tuple[Name, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri")
    shift: Name = "08:00-17:00"
    max_work_h: Annotated[float, Strict(), within("buses.max_work_h")] = 8.0
    break_min: Annotated[int, Strict(), within("buses.break_min")] = 45
    break_start: Name = "11:30-14:30"
    driving_rules: Name = "ua_340"
    days_off: tuple[Day, ...] = ()
    overtime_h: Annotated[float, Strict(), within("buses.overtime_h")] = 0.0
    max_calls: Annotated[int, Strict(), within("buses.max_calls")] | None = None
    capacity: Annotated[int, Strict(), within("buses.capacity")] | None = None


@dataclass(frozen=True)
class DwellShape:
    """
    Table ``[[rules.dwell]]``.

    Parameters
    ----------
    from_population
        Residents from which on the rule holds.
    minutes
        Length of a visit.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    from_population: Annotated[int, Strict(), within("rules.dwell.from_population")]
    minutes: Annotated[int, Strict(), within("rules.dwell.minutes")]


@dataclass(frozen=True)
class RhythmShape:
    """
    Table ``[[rules.rhythm]]``.

    Parameters
    ----------
    from_population
        Residents from which on the rule holds.
    weeks
        Weeks between visits.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    from_population: Annotated[int, Strict(), within("rules.rhythm.from_population")]
    weeks: Annotated[int, Strict(), within("rules.rhythm.weeks")]


@dataclass(frozen=True)
class RulesShape:
    """
    Table ``[rules]``.

    Parameters
    ----------
    default_population
        Residents assumed where the number is unknown.
    library_radius_km
        Distance by road within which a library makes a stop unnecessary.
    grid_min
        Published times are multiples of this many minutes.
    buffer_percent
        Extra time on every leg.
    buffer_min
        Smallest extra time on a leg in minutes.
    need_distance_km
        Distance to a library at which a resident counts once.
    need_factor_min
        Smallest weight of a resident.
    need_factor_max
        Largest weight of a resident.
    reserve_min
        Working time kept free every day in minutes.
    small_population
        Residents below which a settlement counts as small.
    dwell
        Length of visits by size.
    rhythm
        Rhythm of visits by size; empty means by the cycle.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    default_population: Annotated[int, Strict(), within("rules.default_population")] = 300
    library_radius_km: Annotated[float, Strict(), within("rules.library_radius_km")] = 3.0
    grid_min: Literal[1, 5, 10, 15] = 5
    buffer_percent: Annotated[float, Strict(), within("rules.buffer_percent")] = 10
    buffer_min: Annotated[int, Strict(), within("rules.buffer_min")] = 5
    need_distance_km: Annotated[float, Strict(), within("rules.need_distance_km")] = 10.0
    need_factor_min: Annotated[float, Strict(), within("rules.need_factor_min")] = 0.3
    need_factor_max: Annotated[float, Strict(), within("rules.need_factor_max")] = 3.0
    reserve_min: Annotated[int, Strict(), within("rules.reserve_min")] = 0
    small_population: Annotated[int, Strict(), within("rules.small_population")] = 200
    dwell: tuple[DwellShape, ...] = (
        DwellShape(0, 20),
        DwellShape(200, 30),
        DwellShape(500, 45),
        DwellShape(1000, 60),
    )
    rhythm: tuple[RhythmShape, ...] = ()


@dataclass(frozen=True)
class WeightsShape:
    """
    Table ``[weights]``.

    Parameters
    ----------
    need
        Worth of one unit of need.
    hour
        Cost of one paid hour.
    km
        Cost of one kilometre.
    bus_day
        Cost of sending a bus out.
    overtime_hour
        Cost of one hour of overtime on top of the paid hour.
    balance
        Cost of one squared hour of work of a day.
    no_library
        Times a resident counts where no library is near.
    small_village
        Times a resident of a small settlement counts.
    unserved_year
        Share added for every year without service.
    request
        Share added for every resident who has signed a request.
    same_time
        Worth of a stop keeping its clock time.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    need: Annotated[float, Strict(), within("weights.need")] = 100.0
    hour: Annotated[float, Strict(), within("weights.hour")] = 60.0
    km: Annotated[float, Strict(), within("weights.km")] = 1.0
    bus_day: Annotated[float, Strict(), within("weights.bus_day")] = 30.0
    overtime_hour: Annotated[float, Strict(), within("weights.overtime_hour")] = 30.0
    balance: Annotated[float, Strict(), within("weights.balance")] = 0.0
    no_library: Annotated[float, Strict(), within("weights.no_library")] = 1.0
    small_village: Annotated[float, Strict(), within("weights.small_village")] = 1.0
    unserved_year: Annotated[float, Strict(), within("weights.unserved_year")] = 0.0
    request: Annotated[float, Strict(), within("weights.request")] = 0.5
    same_time: Annotated[float, Strict(), within("weights.same_time")] = 30.0


@dataclass(frozen=True)
class ScenarioShape:
    """
    The whole file.

    Parameters
    ----------
    title_uk
        Title in Ukrainian.
    cycle
        Weeks and first day.
    title_en
        Title in English.
    depots
        Where buses start and end.
    profiles
        Kinds of bus.
    buses
        The buses.
    notice_uk
        Warning on every output, in Ukrainian.
    notice_en
        Warning on every output, in English.
    data_date
        Date or years of the data.
    attribution
        Who must be named for the data.
    language
        Language of the outputs.
    encoding
        Encoding of tables that are not UTF-8; empty means by their text.
    rules
        Who is visited, how long, how often.
    weights
        What a plan is worth and what it costs.
    promises
        What an announced visit is worth when the plan is made anew.
    calendar
        Dates on which the cycle does not hold.
    stops
        Wishes of single settlements.
    curfews
        Hours without buses.
    locks
        Settlements that must be served.
    publish
        What the papers say beside the plan, and what must not be published.
    report
        Whose demands the report answers.
    money
        What driving costs.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    title_uk: Name
    cycle: CycleShape
    title_en: Note = ""
    depots: tuple[DepotShape, ...] = ()
    profiles: tuple[ProfileShape, ...] = ()
    buses: tuple[BusShape, ...] = ()
    notice_uk: Note = ""
    notice_en: Note = ""
    data_date: Note = ""
    attribution: Note = ""
    language: Literal["uk", "en"] = "uk"
    encoding: Word = ""
    rules: RulesShape = field(default_factory=RulesShape)
    weights: WeightsShape = field(default_factory=WeightsShape)
    promises: PromisesShape = field(default_factory=PromisesShape)
    calendar: CalendarShape = field(default_factory=CalendarShape)
    stops: tuple[StopShape, ...] = ()
    curfews: tuple[CurfewShape, ...] = ()
    locks: tuple[LockShape, ...] = ()
    publish: PublishShape = field(default_factory=PublishShape)
    report: ReportShape = field(default_factory=ReportShape)
    money: MoneyShape = field(default_factory=MoneyShape)
