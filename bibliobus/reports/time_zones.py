"""Time zones for calendar files, as RFC 5545 wants them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icalendar import Timezone

    from bibliobus.domain.calendar import DateSpan


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
