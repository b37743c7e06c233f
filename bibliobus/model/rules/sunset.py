"""
No stop after sunset: every stay ends so long before the sun sets there, in the clock time of the scenario.

One clock time holds for all repeats of a stop, so the earliest sunset counts of all dates of its weekday from the first
day of the cycle to the last date that the timetable is to hold for. The search computes when the sun sets; the checker
computes, by other equations, how high the sun stands when a stay ends.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from bibliobus.domain.calendar import WEEK_DAYS, weekday_of
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.model.rules.stop_rule import Span, StopFact
from bibliobus.words.language import DAY_S, HOUR_S, MINUTE_S, N_, format_clock
from bibliobus.words.text import CycleDay, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bibliobus.demand.visits import Visit
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.scenario import Scenario
    from bibliobus.words.text import Name

CODE: Final = "sunset"
REASON: Final = N_("Sunset comes too early, even for an empty bus: a stay of {needed} has to end by {end} there.")
CHANGE: Final = "change-sunset"
CHANGE_WORDS: Final = N_("It could be served if the rule about sunset let stays end {time} later.")
CHANGE_PART: Final = N_("stays that end {time} later than the rule about sunset allows")
FACT: Final = N_("stays at {name} have to end before sunset, on some weekdays by {value}")
BROKEN: Final = FindingKind(
    "after-sunset",
    Severity.ERROR,
    N_("In {name} the bus is open until {end} on {day}; by the sunset of {date} stays there have to end by {limit}."),
    N_("Make the call earlier or move it to another day, or change before_sunset_min or sunset_until in [rules]."),
)

HORIZON_DEG: Final = -0.833
"""Height of the middle of the sun when it sets: 34′ of refraction and 16′ of its radius (Meeus 1998, ch. 15)."""

TOLERANCE_S: Final = 60
"""Nobody knows a sunset better than to a minute, for the air bends light as it likes (NOAA, Solar Calculator)."""

LONGEST_S: Final = 4 * HOUR_S
"""As far from sunset as the key goes, either way."""

NEVER_S: Final = 2 * DAY_S
"""Sunset on a day without one: later than any stay can end."""

J2000: Final = datetime(2000, 1, 1, 12, tzinfo=UTC)


class _Horizon(NamedTuple):
    """Dates for which stays on one weekday have to end in time."""

    days: tuple[date, ...]
    zone: str


def holds(visit: Visit, scenario: Scenario) -> bool:
    """Whether the rule is on."""
    return scenario.rules.before_sunset_s is not None


def cut(visit: Visit, scenario: Scenario, day: int, spans: Iterable[Span]) -> Iterable[Span]:
    """Spans until stays have to end."""
    if scenario.rules.before_sunset_s is None:
        return spans
    last_s = find_closing_s(visit.lat, visit.lon, scenario, weekday_of(day))
    return [(start_s, min(end_s, last_s)) for start_s, end_s in spans if start_s < last_s]


def numbers(visit: Visit, scenario: Scenario, spans: Sequence[Span]) -> dict[str, int]:
    """The stay that is needed, and when it has to end on the best weekday of the visit."""
    weekdays = {weekday_of(days[0]) for days in visit.patterns}
    closings = (find_closing_s(visit.lat, visit.lon, scenario, weekday) for weekday in weekdays)
    return {"needed": visit.dwell_s, "end": max(closings, default=0) // MINUTE_S * MINUTE_S}


def lift(visit: Visit, scenario: Scenario) -> tuple[Visit, Scenario]:
    """The scenario without the rule."""
    return visit, _turn_off(scenario)


def ease(visit: Visit, scenario: Scenario, seconds: int) -> tuple[Visit, Scenario] | None:
    """The scenario whose stays may end so much later; None beyond what the key can say."""
    before_s = scenario.rules.before_sunset_s
    if before_s is None or before_s - seconds < -LONGEST_S:
        return None
    return visit, replace(scenario, rules=replace(scenario.rules, before_sunset_s=before_s - seconds))


def list_facts(settlement: Settlement, name: Name, scenario: Scenario) -> Iterator[StopFact]:
    """The rule, with the earliest closing of the weekdays on which a bus is out."""
    weekdays = sorted({weekday for bus in scenario.buses for weekday in bus.planned_weekdays})
    if scenario.rules.before_sunset_s is not None and weekdays:
        earliest_s = min(find_closing_s(settlement.lat, settlement.lon, scenario, weekday) for weekday in weekdays)
        words = Text(FACT, {"name": name, "value": format_clock(earliest_s)})
        yield StopFact(words, "rules.before_sunset_min", _turn_off)


def check(
    scenario: Scenario, settlement: Settlement, name: Name, place: Place, day: int, stay: Span
) -> Iterator[Finding]:
    """The sun is up when the stay ends and so long after, on every date of its weekday that counts."""
    before_s = scenario.rules.before_sunset_s
    if before_s is None:
        return
    until_s = stay[1] + before_s - TOLERANCE_S
    horizon = _list_dates(scenario, weekday_of(day))
    dark = [date for date in horizon.days if is_dark(date, until_s, settlement.lat, settlement.lon, horizon.zone)]
    if dark:
        closing = {date: find_sunset_s(date, settlement.lat, settlement.lon, horizon.zone) for date in dark}
        first = min(dark, key=lambda date: (closing[date], date))
        yield BROKEN.at(
            place,
            name=name,
            end=format_clock(stay[1]),
            day=CycleDay(day),
            date=first.isoformat(),
            limit=format_clock(max(0, min(DAY_S, closing[first] - before_s))),
        )


def find_closing_s(lat: float, lon: float, scenario: Scenario, weekday: int) -> int:
    """Seconds after midnight by which stays on a weekday have to end; 0 where the sun does not rise on some date."""
    horizon = _list_dates(scenario, weekday)
    earliest_s = _find_earliest_s(lat, lon, horizon)
    return max(0, min(DAY_S, earliest_s - (scenario.rules.before_sunset_s or 0))) if earliest_s else 0


def find_sunset_s(day: date, lat: float, lon: float, zone: str) -> int:
    """
    Find when the sun sets, in seconds after the midnight at which the day begins by the clocks of a time zone.

    0 where the sun does not rise on that day, and `NEVER_S` where it does not set. Equations of NOAA's Solar
    Calculator, after Meeus, Astronomical Algorithms, 2nd ed. 1998, ch. 25 and 28: right to a minute between the polar
    circles.
    """
    midday = datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC)
    moment = midday
    # Declination and equation of time are those of the sunset itself, which the third round no longer moves.
    for _ in range(3):
        declination, equation_min = _locate_sun((moment - J2000) / timedelta(days=36525))
        phi = math.radians(lat)
        cosine = math.sin(math.radians(HORIZON_DEG)) - math.sin(phi) * math.sin(declination)
        scale = math.cos(phi) * math.cos(declination)
        if abs(cosine) >= abs(scale):
            return 0 if cosine > 0 else NEVER_S
        half_day_min = 4 * math.degrees(math.acos(cosine / scale))
        noon_min = 720 - 4 * lon - equation_min
        # The noon that is nearest to midday by the clocks.
        from_midday = (noon_min - midday.hour * 60 - midday.minute + 720) % 1440 - 720
        moment = midday + timedelta(minutes=from_midday + half_day_min)
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return int((local - datetime.combine(day, time())).total_seconds())


def is_dark(day: date, clock_s: int, lat: float, lon: float, zone: str) -> bool:
    """
    Tell whether the sun has set at a clock time, or does not rise on that day at all; before sunrise it has not set.

    Equations of the Astronomical Almanac, section C, "Low precision formulas for the Sun": right to 0.01° until 2050.
    """
    local = datetime.combine(day, time()) + timedelta(seconds=clock_s)
    days = (local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) - J2000) / timedelta(days=1)
    anomaly = math.radians(357.528 + 0.9856003 * days)
    ecliptic = math.radians(280.460 + 0.9856474 * days + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly))
    tilt = math.radians(23.439 - 0.0000004 * days)
    ascension = math.degrees(math.atan2(math.cos(tilt) * math.sin(ecliptic), math.cos(ecliptic)))
    declination = math.asin(math.sin(tilt) * math.sin(ecliptic))
    # Sidereal time in degrees, the place east of Greenwich; west of the meridian the sun has passed its noon.
    from_noon = (280.46062 + 360.98564737 * days + lon - ascension + 180) % 360 - 180
    phi, hour = math.radians(lat), math.radians(from_noon)
    sine = math.sin(phi) * math.sin(declination) + math.cos(phi) * math.cos(declination) * math.cos(hour)
    if sine >= math.sin(math.radians(HORIZON_DEG)):
        return False
    rises = 90 - abs(lat - math.degrees(declination)) >= HORIZON_DEG
    # By the clocks noon lies between 6 and 18 hours, so that the night before the day and that after it are told apart.
    morning = clock_s < 6 * HOUR_S or (from_noon < 0 and clock_s < 18 * HOUR_S)
    return not (rises and morning)


def _turn_off(scenario: Scenario) -> Scenario:
    """Scenario without the rule."""
    return replace(scenario, rules=replace(scenario.rules, before_sunset_s=None))


def _list_dates(scenario: Scenario, weekday: int) -> _Horizon:
    """Dates on which tours of a weekday are driven until the timetable ends, with the dates they are moved to."""
    first = scenario.cycle.first_day
    last = max(scenario.rules.sunset_until or first, scenario.cycle.date_of(scenario.cycle.weeks * WEEK_DAYS - 1))
    days = {first + timedelta(days=at) for at in range(weekday, (last - first).days + 1, WEEK_DAYS)}
    moved = (extra for extra in scenario.calendar.extra_service if extra.instead_of in days)
    return _Horizon(tuple(sorted({*days, *(extra.day for extra in moved)})), scenario.publishing.time_zone)


@lru_cache(maxsize=65536)
def _find_earliest_s(lat: float, lon: float, horizon: _Horizon) -> int:
    """Earliest sunset of some dates."""
    return min((find_sunset_s(day, lat, lon, horizon.zone) for day in horizon.days), default=NEVER_S)


def _locate_sun(centuries: float) -> tuple[float, float]:
    """Declination in radians and equation of time in minutes (Meeus 1998, ch. 25 and 28), centuries from J2000."""
    t = centuries
    longitude = math.radians(280.46646 + 36000.76983 * t + 0.0003032 * t**2)
    anomaly = math.radians(357.52911 + 35999.05029 * t - 0.0001537 * t**2)
    eccentricity = 0.016708634 - 0.000042037 * t - 0.0000001267 * t**2
    centre = (
        (1.914602 - 0.004817 * t - 0.000014 * t**2) * math.sin(anomaly)
        + (0.019993 - 0.000101 * t) * math.sin(2 * anomaly)
        + 0.000289 * math.sin(3 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * t)
    apparent = longitude + math.radians(centre - 0.00569 - 0.00478 * math.sin(node))
    mean_tilt = 23 + 26 / 60 + (21.448 - 46.8150 * t - 0.00059 * t**2 + 0.001813 * t**3) / 3600
    tilt = math.radians(mean_tilt + 0.00256 * math.cos(node))
    y = math.tan(tilt / 2) ** 2
    equation = (
        y * math.sin(2 * longitude)
        - 2 * eccentricity * math.sin(anomaly)
        + 4 * eccentricity * y * math.sin(anomaly) * math.cos(2 * longitude)
        - y**2 / 2 * math.sin(4 * longitude)
        - 1.25 * eccentricity**2 * math.sin(2 * anomaly)
    )
    return math.asin(math.sin(tilt) * math.sin(apparent)), 4 * math.degrees(equation)
