"""
Calendar files (iCalendar, RFC 5545), with their time zones: the visits at the stops, for phones and calendar programs.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bibliobus.output.archive import MAKER
from bibliobus.plan.names import name_district
from bibliobus.view.heading import list_notices, write_title
from bibliobus.words.language import N_
from bibliobus.words.safe import clean_text
from bibliobus.words.text import Text
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from icalendar import Event, Timezone

    from bibliobus.domain.calendar import DateSpan
    from bibliobus.view.material import Material
    from bibliobus.view.visits import Series


def build_time_zone(name: str, span: DateSpan) -> Timezone:
    """
    Build the component ``VTIMEZONE``.

    Parameters
    ----------
    name
        Name of the zone, such as ``Europe/Kyiv``.
    span
        Dates for which it has to be right.

    Returns
    -------
    icalendar.Timezone
        With one observance from midnight of the first date on, and one for each change of the clock in the span.
        Each begins at the clock time that was shown just before, as the RFC asks.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    zone = ZoneInfo(name)
    component = Timezone()
    component.add("tzid", name)
    start = datetime.combine(span.first, time(), zone).astimezone(UTC)
    for moment, before in _list_changes(zone, span, start):
        here = moment.astimezone(zone)
        observance = TimezoneDaylight() if here.dst() else TimezoneStandard()
        observance.add("dtstart", moment.replace(tzinfo=None) + before)
        observance.add("tzoffsetfrom", before)
        observance.add("tzoffsetto", here.utcoffset() or timedelta())
        observance.add("tzname", here.tzname() or name)
        component.add_component(observance)
    return component


def _list_changes(zone: ZoneInfo, span: DateSpan, start: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """Moments in UTC from which another offset holds, and the offset before; the start of the span is the first."""
    before = _offset(zone, start)
    yield start, before
    moment = start
    while moment.date() <= span.last:
        after = moment + timedelta(days=1)
        if (offset := _offset(zone, after)) != before:
            yield _find_change(zone, moment, after), before
            before = offset
        moment = after


def _find_change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """First second of the new offset between two moments."""
    old = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (middle, high) if _offset(zone, middle) == old else (low, middle)
    return high


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    """How far the clocks of the zone are ahead of UTC."""
    return moment.astimezone(zone).utcoffset() or timedelta()


SUMMARY: Final = N_("Mobile library: {place}")
LONGEST_PLACE: Final = 40
"""Letters of a name in a QR code."""
MOST_HOLES: Final = 20
"""Dates without a visit in a QR code."""
NO_VISIT: Final = N_("No visit on {date}: {why}.")


def render_calendar(material: Material, settlement_id: str | None = None) -> bytes:
    """
    Render visits as a calendar file.

    Parameters
    ----------
    material
        The plan and what its papers need.
    settlement_id
        Settlement whose stop is wanted; None means all stops.

    Returns
    -------
    bytes
        One event for each series of visits: rule of the rhythm up to the end of the span, dates without a visit,
        moved visits. Clock times are those of the scenario's time zone, whose changes are in the file.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//{MAKER}//{material.language.code.upper()}")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", clean_text(write_title(material.dataset, material.language)))
    calendar.add_component(build_time_zone(material.dataset.scenario.publishing.time_zone, material.span))
    for series in material.series:
        if settlement_id in (None, series.call.settlement_id) and series.visits:
            calendar.add_component(_build_event(material, series))
    content: bytes = calendar.to_ical()
    return content


def render_short_calendar(material: Material, settlement_id: str) -> str:
    """
    Render the visits at one stop so briefly that they fit a QR code.

    Parameters
    ----------
    material
        The plan and what its papers need.
    settlement_id
        Settlement of the stop.

    Returns
    -------
    str
        As `render_calendar`, without description, position and zone: clock times are those of the reader's clock,
        which is right for a reader who lives there. A long name is cut.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    for series in material.series:
        if settlement_id == series.call.settlement_id and series.visits:
            calendar.add_component(_build_short_event(material, series))
    text: str = calendar.to_ical().decode("utf-8")
    return text.replace("\r\n ", "")  # long lines need no folding here


def _build_short_event(material: Material, series: Series) -> Event:
    """Event of a series without all that is not needed."""
    from icalendar import Event

    full = _build_event(material, series)
    event = Event()
    for name in ("UID", "DTSTAMP"):
        event[name] = full[name]
    call, dates = series.call, series.dates or series.extra
    event.add("dtstart", _at(dates[0], call.start_s))
    event.add("dtend", _at(dates[0], call.end_s))
    if len(series.dates) > 1:
        until = _at(series.dates[-1], call.start_s)
        event.add("rrule", {"freq": "weekly", "interval": series.weeks, "until": until})
        holes = [one.day for one in series.cancelled if dates[0] < one.day < series.dates[-1]]
        if holes:
            event.add("exdate", [_at(day, call.start_s) for day in holes[:MOST_HOLES]])
    place = material.names[call.settlement_id]
    short = place if len(place) <= LONGEST_PLACE else f"{place[: LONGEST_PLACE - 1]}…"
    event.add("summary", _say(material, SUMMARY, place=short))
    return event


def _at(day: date, seconds: int) -> datetime:
    """Clock time on a date."""
    return datetime.combine(day, time()) + timedelta(seconds=seconds)


def _build_event(material: Material, series: Series) -> Event:
    """Event of a series."""
    from icalendar import Event

    zone = ZoneInfo(material.dataset.scenario.publishing.time_zone)
    call, dates = series.call, series.dates or series.extra

    def at(day: date, seconds: int) -> datetime:
        return _at(day, seconds).replace(tzinfo=zone)

    event = Event()
    event.add("uid", clean_text(f"{call.settlement_id}-{call.day}-{format_clock(call.start_s)}@{MAKER}"))
    event.add("dtstamp", datetime.combine(material.plan.cycle.first_day, time(), UTC))
    event.add("dtstart", at(dates[0], call.start_s))
    event.add("dtend", at(dates[0], call.end_s))
    if len(series.dates) > 1:
        until = at(series.dates[-1], call.start_s).astimezone(UTC)
        event.add("rrule", {"freq": "weekly", "interval": series.weeks, "until": until})
        holes = [one.day for one in series.cancelled if dates[0] < one.day < series.dates[-1]]
        if holes:
            event.add("exdate", [at(day, call.start_s) for day in holes])
    extra = [day for day in series.extra if day != dates[0]]
    if extra:
        event.add("rdate", [at(day, call.start_s) for day in extra])
    event.add("summary", _say(material, SUMMARY, place=material.names[call.settlement_id]))
    district = name_district(call.hromada, call.raion, material.language)
    event.add("location", clean_text(", ".join(filter(None, (call.name, district)))))
    event.add("geo", (round(call.lat, 6), round(call.lon, 6)))
    event.add("description", "\n".join(_list_notes(material, series)))
    event.add("transp", "TRANSPARENT")
    return event


def _list_notes(material: Material, series: Series) -> Iterable[str]:
    """Lines of the description: the bus, the rhythm, dates without a visit, and what every output has to say."""
    language = material.language
    yield clean_text(f"{series.call.bus}, {language.rhythm(series.weeks)}")
    for one in series.cancelled:
        yield _say(material, NO_VISIT, date=language.date(one.day), why=one.why)
    yield from map(clean_text, list_notices(material.dataset, language, (material.plan, material.dataset)))


def _say(material: Material, template: str, **words: object) -> str:
    """A sentence on one line."""
    return clean_text(Text(template, words).render(material.language))
