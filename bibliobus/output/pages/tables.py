"""
The table twin of the map: everything it shows as rows that can be read, sorted and printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.output.pages.shown import draw_badge, find_symbol
from bibliobus.view.outside import NOT_NEEDED, Outside
from bibliobus.view.stops import list_next
from bibliobus.words.alphabet import alphabet_key
from bibliobus.words.text import join_dates
from bibliobus.words.units import MINUTE_S, format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bibliobus.output.pages.shown import Atlas, Held, MapPlace, TourLayer
    from bibliobus.view.stops import Stop, StopTime
    from bibliobus.view.style import Symbol
    from bibliobus.words.language import Language


@dataclass(frozen=True)
class StopRow:
    """
    Calls of one bus at one settlement at one clock time.

    Parameters
    ----------
    place
        Number of the place on the map.
    name
        Name of the settlement.
    hromada
        Municipality.
    rhythm
        Rhythm in words.
    weeks
        Weeks of the cycle; empty if every week.
    weekday
        Name of the weekday.
    weekday_number
        0 is Monday.
    arrival
        Clock time.
    departure
        Clock time.
    stay
        Length of the stay in words.
    stay_s
        Length of the stay in seconds.
    dates
        Next dates in words.
    missing
        Dates among them without a visit, in words; empty if there are none.
    date_iso
        First of them as YYYY-MM-DD; empty if there is none within a year.
    bus
        Name of the bus; empty for the public.
    badge
        Badge as on the map, as markup.
    far
        True if the settlement stays in the background.
    """

    place: int
    name: str
    hromada: str
    rhythm: str
    weeks: str
    weekday: str
    weekday_number: int
    arrival: str
    departure: str
    stay: str
    stay_s: int
    dates: str
    missing: str
    date_iso: str
    bus: str
    badge: str
    far: bool


@dataclass(frozen=True)
class UnservedRow:
    """
    One settlement that is not served.

    Parameters
    ----------
    place
        Number of the place on the map.
    name
        Name of the settlement.
    hromada
        Municipality.
    population
        Residents.
    residents
        Residents in words.
    symbol
        Symbol on the map.
    reason
        Why, in words.
    ways
        What would change it, in sentences; none for the public.
    """

    place: int
    name: str
    hromada: str
    population: int
    residents: str
    symbol: Symbol
    reason: str
    ways: tuple[str, ...]


@dataclass(frozen=True)
class NotNeededRow:
    """
    One settlement that needs no bus.

    Parameters
    ----------
    place
        Number of the place on the map.
    name
        Name of the settlement.
    hromada
        Municipality.
    library
        Name of the nearest library.
    distance
        Distance by road in words; empty if it stands in the settlement.
    length_m
        Distance by road in metres.
    """

    place: int
    name: str
    hromada: str
    library: str
    distance: str
    length_m: int


def tabulate_stops(atlas: Atlas) -> tuple[StopRow, ...]:
    """Tabulate the served settlements by name, then by the first date and time."""
    by_id = {place.place_id: place for place in atlas.places}
    rows = (
        _stop_row(atlas, by_id[calls[0][2].place_id], layer, calls)
        for layer in atlas.layers
        for calls in _same_time(layer)
    )
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.place, row.date_iso, row.arrival)))


def tabulate_unserved(atlas: Atlas) -> tuple[UnservedRow, ...]:
    """Tabulate the settlements that are not served by name; where a hromada is in front only its own."""
    rows = (
        UnservedRow(
            place=place.index,
            name=settlement.name,
            hromada=settlement.hromada,
            population=settlement.residents,
            residents=atlas.language.number(settlement.residents),
            symbol=find_symbol(settlement),
            reason=settlement.reason,
            ways=settlement.ways,
        )
        for place, settlement in _list_outside(atlas)
        if settlement.standing != NOT_NEEDED
    )
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.place)))


def tabulate_not_needed(atlas: Atlas) -> tuple[NotNeededRow, ...]:
    """Tabulate the settlements that need no bus by name; where a hromada is in front only its own."""
    rows = (
        NotNeededRow(
            place=place.index,
            name=settlement.name,
            hromada=settlement.hromada,
            library=settlement.library,
            distance=atlas.language.kilometres(settlement.library_m) if settlement.library_m else "",
            length_m=settlement.library_m or 0,
        )
        for place, settlement in _list_outside(atlas)
        if settlement.standing == NOT_NEEDED
    )
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.place)))


def _list_outside(atlas: Atlas) -> Iterator[tuple[MapPlace, Outside]]:
    """Settlements in front that have no bus."""
    for place in atlas.places:
        if isinstance(place.settlement, Outside) and not atlas.is_far(place):
            yield place, place.settlement


def _same_time(layer: TourLayer) -> list[list[Held]]:
    """Calls of a layer that are the same for a resident: one settlement, one clock time."""
    found: dict[tuple[str, int, int], list[Held]] = {}
    for call in layer.calls:
        row = call[2]
        found.setdefault((row.place_id, row.start_s, row.end_s), []).append(call)
    return list(found.values())


def _find_times(stop: Stop, layer: TourLayer, calls: Sequence[Held], atlas: Atlas) -> list[StopTime]:
    """Times of a stop that these calls belong to; everybody gets all buses in one row."""
    row = calls[0][2]
    return [
        time
        for time in stop.times
        if (time.weekday, time.start_s, time.end_s) == (layer.weekday, row.start_s, row.end_s)
        and (atlas.view.public or time.bus_id == layer.bus.bus_id)
    ]


def _stop_row(atlas: Atlas, place: MapPlace, layer: TourLayer, calls: Sequence[Held]) -> StopRow:
    """Row of the calls of one settlement at one clock time."""
    language, first, stop = atlas.language, calls[0][2], atlas.stops[place.place_id]
    times = _find_times(stop, layer, calls, atlas)
    dates = [visit.date for visit, _ in list_next(times)]
    missing = {one.date for time in times for one in time.cancelled if dates and one.date <= dates[-1]}
    weeks = [week for week, _, _ in calls]
    return StopRow(
        place=place.index,
        name=stop.name,
        hromada=stop.hromada,
        rhythm=language.rhythm(stop.rhythm_weeks),
        weeks="" if len(weeks) == atlas.view.cycle.weeks else ", ".join(map(str, weeks)),
        weekday=language.weekday(layer.weekday),
        weekday_number=layer.weekday,
        arrival=format_clock(first.start_s),
        departure=format_clock(first.end_s),
        stay=_minutes(first.end_s - first.start_s, language),
        stay_s=first.end_s - first.start_s,
        dates=join_dates(dates, language),
        missing=join_dates(sorted(missing), language),
        date_iso=dates[0].isoformat() if dates else "",
        bus=layer.bus.name,
        badge=draw_badge(layer, calls, language),
        far=atlas.is_far(place),
    )


def _minutes(seconds: int, language: Language) -> str:
    """Length of a stay: always minutes, so that stays can be compared at a glance."""
    unit = language.gettext("min")
    return f"{language.number(round(seconds / MINUTE_S))}\N{NO-BREAK SPACE}{unit}"
