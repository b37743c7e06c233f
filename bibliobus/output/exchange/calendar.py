"""
Calendar files (iCalendar, RFC 5545), with their time zones: the visits at the stops, for phones and calendar programs.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from datetime import time as clock
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bibliobus.output.archive import MAKER
from bibliobus.view.periods import tell_change
from bibliobus.words.language import N_, format_clock
from bibliobus.words.safe import clean_text
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from icalendar import Event, Timezone

    from bibliobus.domain.calendar import DateSpan
    from bibliobus.view.periods import Change, DatedVisit
    from bibliobus.view.stops import Stop, StopTime
    from bibliobus.view.view import PlanView


def build_time_zone(name: str, span: DateSpan) -> Timezone:
    """Build the component ``VTIMEZONE``."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    zone = ZoneInfo(name)
    component = Timezone()
    component.add("tzid", name)
    start = datetime.combine(span.first, clock(), zone).astimezone(UTC)
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
"""Dates without a visit in a QR code; a series with more of them ends before the next one."""
LONGEST_CODE: Final = 800
"""Bytes of a QR code from which on it takes no more single visits: a telephone reads denser ones badly."""
NO_VISIT: Final = N_("No visit on {date}: {why}.")


def render_calendar(view: PlanView, settlement_id: str | None = None) -> bytes:
    """
    Render visits as a calendar file (iCalendar).

    Parameters
    ----------
    view
        The plan as its reader may know it.
    settlement_id
        Settlement whose visits alone are wanted; None means all.

    Returns
    -------
    bytes
        The file: time zone first, then for each stop an event for each rhythm, and one for each visit that the cycle
        does not give.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//{MAKER}//{view.language.code.upper()}")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", clean_text(view.title))
    calendar.add_component(build_time_zone(view.contacts.time_zone, view.span))
    for stop in view.stops:
        if settlement_id in (None, stop.settlement_id):
            for time in stop.times:
                if time.all_dates:
                    calendar.add_component(_build_event(view, stop, time))
            for change in stop.changes:
                if change.visit is not None:
                    calendar.add_component(_build_single(view, stop, change, change.visit))
    content: bytes = calendar.to_ical()
    return content


def render_short_calendar(view: PlanView, stop: Stop) -> str:
    """Render the visits at one stop so briefly that they fit a QR code."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    for time in stop.times:
        if time.all_dates:
            calendar.add_component(_build_short_event(view, stop, time))
    for visit in stop.changed:
        if len(calendar.to_ical()) < LONGEST_CODE:
            calendar.add_component(_build_short_single(view, stop, visit))
    text: str = calendar.to_ical().decode("utf-8")
    return text.replace("\r\n ", "")  # long lines need no folding here


def _build_short_single(view: PlanView, stop: Stop, visit: DatedVisit) -> Event:
    """Event of one visit without all that is not needed."""
    event = _start_single(view, stop, visit)
    event.add("dtstart", _at(visit.date, visit.start_s))
    event.add("dtend", _at(visit.date, visit.end_s))
    event.add("summary", _summarise_short(view, stop))
    return event


def _build_short_event(view: PlanView, stop: Stop, time: StopTime) -> Event:
    """Event of a series without all that is not needed."""
    from icalendar import Event

    full = _build_event(view, stop, time)
    event = Event()
    for name in ("UID", "DTSTAMP"):
        event[name] = full[name]
    dates = time.dates or time.extra
    event.add("dtstart", _at(dates[0], time.start_s))
    event.add("dtend", _at(dates[0], time.end_s))
    if len(time.dates) > 1:
        holes, last = time.holes[:MOST_HOLES], time.dates[-1]
        if len(time.holes) > MOST_HOLES:
            last = max(day for day in time.dates if day < time.holes[MOST_HOLES])
        event.add("rrule", {"freq": "weekly", "interval": time.weeks, "until": _at(last, time.start_s)})
        if holes:
            event.add("exdate", [_at(day, time.start_s) for day in holes])
    event.add("summary", _summarise_short(view, stop))
    return event


def _summarise_short(view: PlanView, stop: Stop) -> str:
    """What an event is about, not too long for a QR code."""
    place = stop.full_name
    short = place if len(place) <= LONGEST_PLACE else f"{place[: LONGEST_PLACE - 1]}…"
    return _say(view, SUMMARY, place=short)


def _at(day: date, seconds: int) -> datetime:
    """Clock time on a date."""
    return datetime.combine(day, clock()) + timedelta(seconds=seconds)


def _build_event(view: PlanView, stop: Stop, time: StopTime) -> Event:
    """Event of a series."""
    from icalendar import Event

    zone = ZoneInfo(view.contacts.time_zone)
    dates = time.dates or time.extra

    def at(day: date, seconds: int) -> datetime:
        return _at(day, seconds).replace(tzinfo=zone)

    event = Event()
    event.add("uid", clean_text(f"{stop.settlement_id}-{time.days[0]}-{format_clock(time.start_s)}@{MAKER}"))
    event.add("dtstamp", datetime.combine(view.cycle.first_day, clock(), UTC))
    event.add("dtstart", at(dates[0], time.start_s))
    event.add("dtend", at(dates[0], time.end_s))
    if len(time.dates) > 1:
        until = at(time.dates[-1], time.start_s).astimezone(UTC)
        event.add("rrule", {"freq": "weekly", "interval": time.weeks, "until": until})
        if time.holes:
            event.add("exdate", [at(day, time.start_s) for day in time.holes])
    extra = [day for day in time.extra if day != dates[0]]
    if extra:
        event.add("rdate", [at(day, time.start_s) for day in extra])
    _describe(event, view, stop, _list_notes(view, stop, time))
    return event


def _build_single(view: PlanView, stop: Stop, change: Change, visit: DatedVisit) -> Event:
    """Event of a visit that the cycle does not give."""
    zone = ZoneInfo(view.contacts.time_zone)
    event = _start_single(view, stop, visit)
    event.add("dtstart", _at(visit.date, visit.start_s).replace(tzinfo=zone))
    event.add("dtend", _at(visit.date, visit.end_s).replace(tzinfo=zone))
    lines = (visit.bus, tell_change(change, view.language), *view.notices)
    _describe(event, view, stop, map(clean_text, lines))
    return event


def _start_single(view: PlanView, stop: Stop, visit: DatedVisit) -> Event:
    """Event of one date with its id: no series has one like it."""
    from icalendar import Event

    event = Event()
    moment = f"{visit.date:%Y%m%d}-{format_clock(visit.start_s)}-{visit.bus_id}"
    event.add("uid", clean_text(f"{stop.settlement_id}-{moment}@{MAKER}"))
    event.add("dtstamp", datetime.combine(view.cycle.first_day, clock(), UTC))
    return event


def _describe(event: Event, view: PlanView, stop: Stop, lines: Iterable[str]) -> None:
    """Say what, where and why."""
    event.add("summary", _say(view, SUMMARY, place=stop.full_name))
    event.add("location", clean_text(", ".join(filter(None, (stop.name, stop.district)))))
    event.add("geo", (round(stop.lat, 6), round(stop.lon, 6)))
    event.add("description", "\n".join(lines))
    event.add("transp", "TRANSPARENT")


def _list_notes(view: PlanView, stop: Stop, time: StopTime) -> Iterable[str]:
    """Lines of the description: the bus, the rhythm, dates without a visit, and what every output has to say."""
    language = view.language
    yield clean_text(f"{time.bus}, {language.rhythm(time.weeks)}")
    for one in time.cancelled:
        if not one.changed:
            yield _say(view, NO_VISIT, date=language.date(one.date), why=one.why)
    for change in stop.find_changes(time):
        yield clean_text(tell_change(change, language))
    yield from map(clean_text, view.notices)


def _say(view: PlanView, template: str, **words: object) -> str:
    """A sentence on one line."""
    return clean_text(Text(template, words).render(view.language))
