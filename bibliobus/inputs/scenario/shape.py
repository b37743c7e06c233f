"""
Shape of ``scenario.toml``: every key once, with its kind, range, reason, default, unit and explanation.

Reading and its messages, the documented template, the reference of keys and the ranges of the docs all come from here.
A new key is one entry below; whoever needs it finds it in the scenario under its name, in whole seconds and metres.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, ClassVar, Final, Literal, TypeAlias

from pydantic import Field, Strict

from bibliobus.inputs.bounds import CYCLE, DWELL, LATITUDE, LONGITUDE, RESIDENTS, Bound
from bibliobus.inputs.scenario.problems import (
    DEGREES,
    FORBID,
    HOURS,
    KILOMETRES,
    LITRES,
    METRES,
    MINUTES,
    MONEY,
    PAID,
    PEOPLE,
    PERCENT,
    SHARE,
    TIMES,
    TONNES,
    WEEKS,
    Told,
)
from bibliobus.words.language import N_

Whole: TypeAlias = Annotated[int, Strict()]
Amount: TypeAlias = Annotated[float, Strict()]
Truth: TypeAlias = Annotated[bool, Strict()]
Id: TypeAlias = Annotated[str, Strict(), Field(min_length=1, max_length=100)]
Name: TypeAlias = Annotated[str, Strict(), Field(min_length=1, max_length=200)]
Word: TypeAlias = Annotated[str, Strict(), Field(max_length=200)]
Note: TypeAlias = Annotated[str, Strict(), Field(max_length=2000)]
Currency: TypeAlias = Annotated[str, Strict(), Field(min_length=1, max_length=20)]
Day: TypeAlias = Annotated[date, Strict(), Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
Past: TypeAlias = Annotated[date, Strict(), Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))]
Point: TypeAlias = Annotated[
    tuple[Annotated[Amount, Bound(-180, 180, LONGITUDE)], ...], Field(min_length=2, max_length=2)
]
Outline: TypeAlias = Annotated[tuple[Point, ...], Field(min_length=3, max_length=1000)]

_CALLS: Final = N_("a hundred calls of a few minutes fill a day")
_LOAD: Final = Bound(0, 1_000_000, N_("a million books or crates is more than any bus holds"))
_WEEKS: Final = Bound(1, 4, CYCLE)
_RESIDENTS: Final = Bound(0, 50_000_000, RESIDENTS)
_TIMES: Final = Bound(0, 100, N_("beyond a hundred times, one settlement alone decides everything"))
_WORTH: Final = Bound(0, 1_000_000, N_("two years of paid time: more than anything in a cycle is worth"))
_SPEED: Final = Bound(
    0.1, 1, N_("a tenth is walking pace on a village road; the tables hold what a bus may drive at most")
)
_MUD: Final = Bound(0.1, 1, N_("mud slows a bus down, to a tenth at most, and never speeds it up"))
_SUNSET: Final = Bound(-240, 240, N_("four hours before or after sunset, the light hardly changes any more"))
_PRICE: Final = Bound(0, 1_000_000_000, N_("a thousand million of any currency is more than a service costs"))

# A table, not code: the formatter would make it three times as long.
# fmt: off


@dataclass(frozen=True, kw_only=True)
class CycleShape:
    """Table ``[cycle]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    weeks: Annotated[Whole, _WEEKS, Told(N_(
        "Weeks of the cycle, 1 to 4. Default: {default}, as smaller villages wait for the bus every two "
        "weeks."), WEEKS)] = 2
    first_day: Annotated[Day, Told(N_("First day of the cycle, always a Monday; dates are counted from it. Required."))]


@dataclass(frozen=True, kw_only=True)
class DepotShape:
    """Table ``[[depots]]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    id: Annotated[Id, Told(N_("Unique code of the depot. Required."))]
    name: Annotated[Name, Told(N_("Name of the depot for people. Required."))]
    settlement_id: Annotated[Id | None, Told(N_(
        "Settlement of the depot, by its code in settlements.csv. Required unless lat and lon are given."),
        shown="UA14120090010038661")] = None
    lat: Annotated[Amount | None, Bound(-90, 90, LATITUDE), Told(N_(
        "Exact place of the depot: degrees north. Default: the place of the "
        "settlement. Remove the # and write yours."), DEGREES, shown=48.73106)] = None
    lon: Annotated[Amount | None, Bound(-180, 180, LONGITUDE), Told(N_(
        "Exact place of the depot: degrees east. Default: the place of the "
        "settlement. Remove the # and write yours."), DEGREES, shown=37.56779)] = None
    phone: Annotated[Word, Told(N_(
        "Telephone of the depot; it stands on the day sheets of the crews. Default: {default}."))] = ""


@dataclass(frozen=True, kw_only=True)
class ProfileShape:
    """Table ``[[profiles]]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    id: Annotated[Id, Told(N_("Unique code of the kind. Required."))]
    weight_t: Annotated[Amount, Bound(0.5, 60, N_("from the smallest car with books to the heaviest road train")),
        Told(N_(
        "Actual weight in tonnes; a road with a lower limit is closed. Default: {default}."), TONNES)] = 5.5
    height_m: Annotated[Amount, Bound(1, 5, N_("from a car to the highest double-decker; bridges allow no more")),
        Told(N_(
        "Height in metres; a road with a lower limit is closed. Default: {default}."), METRES)] = 3.1
    width_m: Annotated[Amount, Bound(0.5, 4, N_("from a cart to a lane of a road")), Told(N_(
        "Width in metres; an OpenStreetMap road with a lower limit is closed. Default: {default}."), METRES)] = 2.3
    length_m: Annotated[Amount, Bound(1, 25, N_("from a cart to the longest road train")), Told(N_(
        "Length in metres; an OpenStreetMap road with a lower limit is closed. Default: {default}."), METRES)] = 7.5
    speed_factor: Annotated[Amount, _SPEED, Told(N_(
        "Speed compared with the tables, 0.1 to 1. Default: {default}."), TIMES)] = 1.0
    season_factor: Annotated[Amount, _MUD, Told(N_(
        "Speed on unpaved OpenStreetMap roads compared with dry ones, 0.1 to 1. An assumption. "
        "Default: {default}, off."), TIMES)] = 1.0


@dataclass(frozen=True, kw_only=True)
class BusShape:
    """Table ``[[buses]]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    id: Annotated[Id, Told(N_("Unique code of the bus. Required."))]
    name: Annotated[Name, Told(N_("Name of the bus for people. Required."))]
    depot: Annotated[Id, Told(N_("Depot, by its code. Required."))]
    profile: Annotated[Id, Told(N_("Kind of bus, by its code. Required."))]
    features: Annotated[tuple[Name, ...], Told(N_(
        'What the bus has, such as ["ramp", "4x4"]; compared with column needs of settlements.csv. Default: '
        '{default}.'))] = ()
    weekdays: Annotated[tuple[Name, ...], Told(N_(
        "Service days: Mon, Tue, Wed, Thu, Fri, Sat, Sun. Default: Monday to "
        "Friday."))] = ("Mon", "Tue", "Wed", "Thu", "Fri")
    shift: Annotated[Name, Told(N_(
        "Shift: earliest leaving and latest return, hours:minutes. Default: {default}."))] = "08:00-17:00"
    max_work_h: Annotated[Amount, Bound(0.1, 24, N_("from a few minutes to a whole day")), Told(N_(
        "Longest work of a day without the meal break, hours. Default: {default}."), HOURS)] = 8.0
    break_min: Annotated[Whole, Bound(0, 240, N_("with a longer break it is a day of two shifts")), Told(N_(
        "Meal break in minutes; 0 means none. Default: {default}, as the driver needs a break of the "
        "same length."), MINUTES)] = 45
    break_start: Annotated[Name, Told(N_(
        "When the break may start, hours:minutes. Default: {default}, as on 90 % of the days in "
        "British timetables."))] = "11:30-14:30"
    driving_rules: Annotated[Name, Told(N_(
        'Rules for the driver: "ua_340" (Ukrainian order 340 of 2010), "eu_561" (EU regulation 561/2006) or "none". '
        'Default: {default}.'))] = "ua_340"
    days_off: Annotated[tuple[Day, ...], Told(N_(
        "Dates on which the bus stays in the depot: repair, leave of the driver. The first cycle plans no tours then. "
        "Default: {default}."))] = ()
    overtime_h: Annotated[Amount, Bound(0, 12, N_("half a day on top of the shift")), Told(N_(
        "Overtime allowed on a day, hours; it costs overtime_hour. Default: {default}."), HOURS)] = 0.0
    max_calls: Annotated[Whole | None, Bound(1, 100, _CALLS), Told(N_(
        "Most calls of a day. Default: no limit. Remove the # and write yours."), shown=8)] = None
    capacity: Annotated[Whole | None, Bound(1, 1_000_000, _LOAD.reason), Told(N_(
        "Capacity: sum of load over the calls of a day, in units of yours, such as crates. Default: no limit. Remove "
        "the # and write yours."), shown=40)] = None
    spare: Annotated[Truth, Told(N_(
        "A spare vehicle, true or false: no plan uses it, it only replaces visits that are cancelled. Default: "
        "{default}."))] = False
    replacement_weekdays: Annotated[tuple[Name, ...], Told(N_(
        'Further weekdays on which the bus may drive, only to replace visits that are cancelled, such as ["Sat"]. '
        'Default: {default}.'))] = ()


@dataclass(frozen=True, kw_only=True)
class DwellShape:
    """Table ``[[rules.dwell]]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    from_population: Annotated[Whole, _RESIDENTS, Told(N_(
        "The rule holds from this many residents on, people. Default: 0, 200, 500 and 1000."), PEOPLE)]
    minutes: Annotated[Whole, Bound(1, 600, DWELL), Told(N_(
        "Length of a visit, minutes. Default: 20, 30, 45 and 60; in Britain half of the visits take up to 20, a quarter"
        " 30 or more."), MINUTES)]


@dataclass(frozen=True, kw_only=True)
class RhythmShape:
    """Table ``[[rules.rhythm]]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    from_population: Annotated[Whole, _RESIDENTS, Told(N_(
        "The rule holds from this many residents on, people. Default: 0."), PEOPLE, shown=0)]
    weeks: Annotated[Whole, _WEEKS, Told(N_(
        "Weeks between visits, 1 to 4; must divide the cycle. Default: 2, and in a cycle of 4 weeks 4 below 200 "
        "residents."), WEEKS, shown=2)]


@dataclass(frozen=True, kw_only=True)
class RulesShape:
    """Table ``[rules]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    default_population: Annotated[Whole, _RESIDENTS, Told(N_(
        "Residents assumed where their number is unknown. Default: {default} people."), PEOPLE)] = 300
    library_radius_km: Annotated[Amount, Bound(0, 100, N_("nobody walks farther to a library in a day")), Told(N_(
        "A library within this distance by road makes a stop unnecessary, km. Default: {default} (Ukrainian resolution "
        "72 of 2019)."), KILOMETRES)] = 3.0
    grid_min: Annotated[Literal[1, 5, 10, 15], Told(N_(
        "Published times are multiples of this, minutes. Default: {default}, as in all British "
        "timetables."), MINUTES)] = 5
    buffer_percent: Annotated[Amount, Bound(0, 200, N_("three times the drive is the worst of winters")), Told(N_(
        "Spare time on every leg, percent of the drive; for weather and road works. Default: "
        "{default} %."), PERCENT)] = 10
    buffer_min: Annotated[Whole, Bound(0, 120, N_("two hours in reserve on every leg leave no day to drive")), Told(N_(
        "Smallest spare time on a leg, minutes. Default: {default}."), MINUTES)] = 5
    need_distance_km: Annotated[Amount, Bound(0.1, 1000, N_("from next door to across the country")), Told(N_(
        "Distance by road to a library at which a resident counts once, km; farther counts more. "
        "Default: {default}."), KILOMETRES)] = 10.0
    need_factor_min: Annotated[Amount, _TIMES, Told(N_(
        "Smallest weight of a resident, times; for those who live near a library. Default: {default}."), TIMES)] = 0.3
    need_factor_max: Annotated[Amount, _TIMES, Told(N_(
        "Largest weight of a resident, times; for those who live far, or have no road to a library at all. Default: "
        "{default}."), TIMES)] = 3.0
    reserve_min: Annotated[Whole, Bound(0, 600, N_("ten hours kept free leave no day to drive")), Told(N_(
        "Working time kept free every day for new stops, minutes. Default: {default}."), MINUTES)] = 0
    small_population: Annotated[Whole, _RESIDENTS, Told(N_(
        "A settlement with fewer residents counts as small (weight small_village), people. Default: "
        "{default}."), PEOPLE)] = 200
    before_sunset_min: Annotated[Whole | None, _SUNSET, Told(N_(
        "No stop after sunset: every stay ends this long before the sun sets there, minutes; 0 for sunset itself, -30 "
        "for half an hour after it. Default: off. Remove the # and write yours."), MINUTES, shown=0)] = None
    sunset_until: Annotated[Day | None, Told(N_(
        "Last date for which before_sunset_min has to hold: the earliest sunset of the weekday until then counts. "
        "Default: the last day of the cycle."), shown=date(2026, 10, 31))] = None
    dwell: Annotated[tuple[DwellShape, ...], Told(N_(
        "Length of a visit by number of residents. Repeat the section for each limit; the first is 0."))] = (
        DwellShape(from_population=0, minutes=20),
        DwellShape(from_population=200, minutes=30),
        DwellShape(from_population=500, minutes=45),
        DwellShape(from_population=1000, minutes=60),
    )
    rhythm: Annotated[tuple[RhythmShape, ...], Told(N_(
        "Rhythm by number of residents. Repeat the section for each limit; the first is 0."))] = ()


@dataclass(frozen=True, kw_only=True)
class WeightsShape:
    """Table ``[weights]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    need: Annotated[Amount, _WORTH, Told(N_(
        "Worth of serving one resident (weighted by distance) per visit, minutes. Default: {default}."), PAID)] = 100.0
    hour: Annotated[Amount, _WORTH, Told(N_(
        "Cost of one paid hour on the road, minutes. Default: {default}."), PAID)] = 60.0
    km: Annotated[Amount, _WORTH, Told(N_("Cost of one kilometre, minutes. Default: {default}."), PAID)] = 1.0
    bus_day: Annotated[Amount, _WORTH, Told(N_(
        "Cost of sending a bus out for a day, minutes. Default: {default}."), PAID)] = 30.0
    overtime_hour: Annotated[Amount, _WORTH, Told(N_(
        "Cost of an hour of overtime on top of the paid hour, minutes. Default: {default}, so that the hour costs one "
        "and a half."), PAID)] = 30.0
    balance: Annotated[Amount, _WORTH, Told(N_(
        "Balance: cost of a squared hour of work of a day, minutes; the more, the more alike the days. Default: "
        "{default}, off."), PAID)] = 0.0
    no_library: Annotated[Amount, _TIMES, Told(N_(
        "Equity: times a resident counts who is farther than need_distance_km from every library. Default: {default}, "
        "off."), TIMES)] = 1.0
    small_village: Annotated[Amount, _TIMES, Told(N_(
        "Equity: times a resident of a small settlement counts. Default: {default}, off."), TIMES)] = 1.0
    unserved_year: Annotated[Amount, _TIMES, Told(N_(
        "Equity: share that every year without service (unserved_since) adds, ten years at most. Default: {default}, "
        "off."), SHARE)] = 0.0
    request: Annotated[Amount, Bound(0, 9, N_("a resident who signed counts ten times at most")), Told(N_(
        "Requests (requests.csv): share that every resident who signed adds, 0 to 9. Default: {default}, decides only "
        "between villages alike."), SHARE)] = 0.5
    same_time: Annotated[Amount, _WORTH, Told(N_(
        "Worth of a stop keeping its clock time in all visits of the cycle, and again for every hour apart, minutes. "
        "Default: {default}."), PAID)] = 30.0


@dataclass(frozen=True, kw_only=True)
class PromisesShape:
    """Table ``[promises]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    lost: Annotated[Amount, _WORTH, Told(N_(
        "A visit that no longer takes place. Default: {default}, more than any saved drive, and less than a visit of a "
        "place with more residents."), PAID)] = 100_000.0
    day: Annotated[Amount, _WORTH, Told(N_("A visit on another day. Default: {default}."), PAID)] = 30_000.0
    bus: Annotated[Amount, _WORTH, Told(N_("A visit by another bus. Default: {default}."), PAID)] = 10_000.0
    time: Annotated[Amount, _WORTH, Told(N_(
        "A visit that moves by more than the tolerance. Default: {default}."), PAID)] = 3_000.0
    order: Annotated[Amount, _WORTH, Told(N_(
        "A visit that moves within the tolerance. Default: {default}."), PAID)] = 10.0
    tolerance_min: Annotated[Whole, Bound(0, 600, DWELL), Told(N_(
        "By how many minutes a visit may move and still be the one announced. Default: {default}."), MINUTES)] = 15
    wait: Annotated[Amount, _WORTH, Told(N_(
        "A day that 500 residents wait for the replacement of a cancelled visit. Default: {default}: an hour of paid "
        "time is spent to bring the bus to them a day sooner."), PAID)] = 60.0


@dataclass(frozen=True, kw_only=True)
class SpanShape:
    """An element of ``no_service`` and ``school_terms``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    first: Annotated[Day, Told(N_("First date. Required."))]
    last: Annotated[Day | None, Told(N_("Last date. Default: the first."))] = None
    note: Annotated[Note, Told(N_("Explanation for people. Default: {default}."))] = ""


@dataclass(frozen=True, kw_only=True)
class ExtraShape:
    """An element of ``extra_service``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    date: Annotated[Day, Told(N_("Date of service. Required."))]
    instead_of: Annotated[Day | None, Told(N_(
        "Date whose tours are driven on it. Default: its own, although it is a holiday."))] = None
    note: Annotated[Note, Told(N_("Explanation for people. Default: {default}."))] = ""


@dataclass(frozen=True, kw_only=True)
class CalendarShape:
    """Table ``[calendar]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    holidays: Annotated[Note, Told(N_(
        'Country whose public holidays are days off: "UA", "PL", or with a region "DE-MV". Default: {default}, as under'
        ' martial law they are not.'))] = ""
    no_service: Annotated[tuple[SpanShape, ...], Told(N_(
        'Dates without service, such as [{{ first = 2026-12-24, last = 2027-01-02, note = "Christmas" }}]. Default: '
        '{default}.'), inline=True)] = ()
    extra_service: Annotated[tuple[ExtraShape, ...], Told(N_(
        "Extra days: [{{ date = 2026-03-14, instead_of = 2026-03-09 }}] moves tours; without instead_of even a holiday "
        "is driven. Default: {default}."), inline=True)] = ()
    school_terms: Annotated[tuple[SpanShape, ...], Told(N_(
        "School terms: [{{ first = 2026-01-12, last = 2026-05-29 }}]; for stops that are visited in term only. "
        "Default: {default}, always term."), inline=True)] = ()


@dataclass(frozen=True, kw_only=True)
class StopShape:
    """Table ``[[stops]]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    settlement_id: Annotated[Id, Told(N_(
        "Settlement, by its code in settlements.csv. Required."), shown="UA14120010050096041")]
    weekdays: Annotated[tuple[Name, ...], Told(N_(
        "Weekdays on which it may be visited: Mon … Sun. Default: {default}, any service "
        "day of a bus."), shown=("Tue", "Thu"))] = ()
    forbidden_weekdays: Annotated[tuple[Name, ...], Told(N_(
        "Weekdays on which it may not be visited, such as the market day. Default: {default}."), shown=("Fri",))] = ()
    load: Annotated[Whole, _LOAD, Told(N_(
        "What one visit takes of the capacity of a bus, in the units of capacity. Default: {default}."), shown=3)] = 0
    school_terms_only: Annotated[Truth, Told(N_(
        "Whether to come in school terms only (school_terms), true or false. Default: {default}."), shown=True)] = False
    unserved_since: Annotated[Past | None, Told(N_(
        "Since when there has been neither a library nor a bus, a date; for the "
        "weight unserved_year. Default: unknown."), shown=date(2022, 2, 24))] = None
    note: Annotated[Note, Told(N_("Explanation for people. Default: {default}."), shown="wish of the school")] = ""


@dataclass(frozen=True, kw_only=True)
class CurfewShape:
    """Table ``[[curfews]]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    hours: Annotated[Name, Told(N_(
        "Hours, over midnight if need be; they hold on each of the dates. Required."), shown="15:00-11:00")]
    settlements: Annotated[tuple[Id, ...], Told(N_(
        "Settlements, by their codes. Default: {default}; at least one of the "
        "lists must not be empty."), shown=("UA14120010050096041",))] = ()
    hromadas: Annotated[tuple[Name, ...], Told(N_(
        "Hromadas, by their names in settlements.csv. Default: {default}."), shown=())] = ()
    raions: Annotated[tuple[Name, ...], Told(N_(
        "Raions, by their names in settlements.csv. Default: {default}."), shown=())] = ()
    first: Annotated[Day | None, Told(N_(
        "First day, a date. Default: in force from the beginning."), shown=date(2026, 3, 2))] = None
    last: Annotated[Day | None, Told(N_(
        "Last day, a date. Default: in force without end."), shown=date(2026, 12, 31))] = None
    margin_min: Annotated[Whole, Bound(0, 240, N_("four hours before and after leave no day to drive")), Told(N_(
        "Margin before and after, minutes: the call must lie outside the hours with it, so that the bus gets away in "
        "time. Default: {default}."), MINUTES, shown=30)] = 30
    note: Annotated[Note, Told(N_(
        "Source or explanation. Default: {default}."), shown="order of the administration")] = ""


@dataclass(frozen=True, kw_only=True)
class LockShape:
    """Table ``[[locks]]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    settlement_id: Annotated[Id, Told(N_(
        "Settlement, by its code; one section for a settlement. Without other keys it "
        "is served anyhow. Required."), shown="UA14120010050096041")]
    weekday: Annotated[Name | None, Told(N_("Weekday. Default: any."), shown="Wed")] = None
    week: Annotated[Whole | None, _WEEKS, Told(N_(
        "Week of the cycle in which one of the visits falls, 1 to 4. Default: any."), shown=1)] = None
    time: Annotated[Name | None, Told(N_("Time of opening, hours:minutes. Default: any."), shown="10:00")] = None
    bus: Annotated[Id | None, Told(N_("Bus, by its code. Default: any."), shown="bus-1")] = None
    position: Annotated[Whole | None, Bound(-1, 100, _CALLS), Told(N_(
        "Place in the tour: 1 is the first call, 2 the second, -1 the last. Default: any."), shown=1)] = None
    note: Annotated[Note, Told(N_("Explanation for people. Default: {default}."), shown="as promised")] = ""


@dataclass(frozen=True, kw_only=True)
class PublishShape:
    """Table ``[publish]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    time_zone: Annotated[Word, Told(N_("Time zone of the clock times. Default: {default}."))] = "Europe/Kyiv"
    phone: Annotated[Word, Told(N_("Telephone for readers; it stands on the posters. Default: {default}."))] = ""
    website: Annotated[Word, Told(N_(
        "Web page of the service, with https://; it stands on the posters and in GTFS. Default: {default}."))] = ""
    no_publish: Annotated[tuple[Word, ...], Told(N_(
        "Settlements whose stops must not be made public, by their codes in settlements.csv. Default: "
        "{default}."))] = ()
    no_publish_areas: Annotated[tuple[Outline, ...], Told(N_(
        "Outlines in which no stop may be made public: [[[48.1, 37.1], [48.1, 37.3], [48.3, 37.2]]], north, east. "
        "Default: {default}."))] = ()


@dataclass(frozen=True, kw_only=True)
class ReportShape:
    """Table ``[report]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    clauses: Annotated[Word, Told(N_(
        "Document whose demands the report answers; the guide names those that are known. Default: {default}, "
        "for none."))] = ""


@dataclass(frozen=True, kw_only=True)
class MoneyShape:
    """Table ``[money]``."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    assumed: Annotated[Truth, Told(N_(
        "Whether the prices are made up for an example, true or false; every paper with money says so then. Default: "
        "{default}."))] = False
    currency: Annotated[Currency, Told(N_("What the prices are in. Default: {default}."))] = "UAH"
    crew_hour: Annotated[Amount, _PRICE, Told(N_("Wages of the whole crew for a paid hour. Default: 0."), MONEY)] = 0.0
    fuel_litre: Annotated[Amount, _PRICE, Told(N_("Price of a litre of fuel. Default: 0."), MONEY)] = 0.0
    fuel_l_per_100km: Annotated[Amount, Bound(0, 200, N_("a road train in mud takes less")), Told(N_(
        "Litres of fuel for 100 km on paved roads. Default: 0. Write the norm of your bus."), LITRES)] = 0.0
    fuel_unpaved_percent: Annotated[Amount, Bound(0, 300, N_("only a tank takes four times the fuel")), Told(N_(
        "How many percent more fuel on unpaved roads. Default: 0."), PERCENT)] = 0.0
    bus_day: Annotated[Amount, _PRICE, Told(N_(
        "Further cost of a bus for a day on the road. Default: 0."), MONEY)] = 0.0
    bus_month: Annotated[Amount, _PRICE, Told(N_(
        "Further cost of a bus for a month: insurance, garage, wear. Default: 0."), MONEY)] = 0.0


@dataclass(frozen=True, kw_only=True)
class ScenarioShape:
    """The whole file."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID
    title_uk: Annotated[Name, Told(N_("Title of the area in Ukrainian. Required."))]
    cycle: Annotated[CycleShape, Told(N_("Cycle: the timetable repeats after it."))]
    title_en: Annotated[Note, Told(N_("Title of the area in English. Required."))] = ""
    depots: Annotated[tuple[DepotShape, ...], Told(N_(
        "Depots: where buses leave and return. Repeat the section for each depot."))] = ()
    profiles: Annotated[tuple[ProfileShape, ...], Told(N_(
        "Kinds of bus: what matters on the road. Repeat the section for each kind."))] = ()
    buses: Annotated[tuple[BusShape, ...], Told(N_("Buses. Repeat the section for each."))] = ()
    notice_uk: Annotated[Note, Told(N_("Warning that every output carries, in Ukrainian. Default: empty."))] = ""
    notice_en: Annotated[Note, Told(N_("Warning that every output carries, in English. Default: empty."))] = ""
    data_date: Annotated[Note, Told(N_("Date or years of the data, as the outputs show it. Default: empty."))] = ""
    attribution: Annotated[Note, Told(N_("Who must be named as the source of the data. Default: empty."))] = ""
    language: Annotated[Literal["uk", "en"], Told(N_(
        'Language of the outputs: "uk" or "en". Default: {default}.'))] = "uk"
    encoding: Annotated[Word, Told(N_(
        'Encoding of the tables of the area if they are not UTF-8, such as "windows-1252". Default: {default}, that is '
        'by the text itself.'))] = ""
    rules: Annotated[RulesShape, Told(N_(
        "Rules: who is visited, how often and how long."))] = field(default_factory=RulesShape)
    weights: Annotated[WeightsShape, Told(N_(
        "Weights: what service is worth and what driving costs, in minutes of "
        "paid time."))] = field(default_factory=WeightsShape)
    promises: Annotated[PromisesShape, Told(N_(
        "Promises: what it costs to break the word given to a place of 500 residents, in minutes of paid time for each "
        "visit. Twice as many residents count twice; fewer than 100 count as 100. It is added to the cost of "
        "driving."))] = field(default_factory=PromisesShape)
    calendar: Annotated[CalendarShape, Told(N_(
        "Calendar: dates on which the cycle does not hold."))] = field(default_factory=CalendarShape)
    stops: Annotated[tuple[StopShape, ...], Told(N_(
        "Wishes of single settlements. Repeat the section for each; remove the # before the lines you need."))] = ()
    curfews: Annotated[tuple[CurfewShape, ...], Told(N_(
        "Curfew: when the bus may not be there. Repeat the section for each; remove the # before the lines you "
        "need."))] = ()
    locks: Annotated[tuple[LockShape, ...], Told(N_(
        "Locks: a settlement that must be served just so. Repeat the section for each; remove the # before the lines "
        "you need."))] = ()
    publish: Annotated[PublishShape, Told(N_(
        "Publishing: what posters and day sheets say beside the plan, and "
        "what is kept back."))] = field(default_factory=PublishShape)
    report: Annotated[ReportShape, Told(N_("Report to a council."))] = field(default_factory=ReportShape)
    money: Annotated[MoneyShape, Told(N_(
        "Money: what driving costs; 0 means “not said”, and no paper shows "
        "money then."))] = field(default_factory=MoneyShape)
