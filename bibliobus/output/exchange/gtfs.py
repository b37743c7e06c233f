"""GTFS: the timetable for journey planners, each date written out in calendar_dates.txt."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.output.archive import MAKER, pack_files
from bibliobus.words.language import format_clock
from bibliobus.words.safe import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from bibliobus.domain.calendar import DateSpan
    from bibliobus.view.days import BusDay, DayRow
    from bibliobus.view.view import PlanView

TripKey: TypeAlias = "tuple[str, DateSpan | None]"
"""Id and period of a tour."""

NO_WEBSITE: Final = "https://bibliobus.invalid"
"""The format needs an address; this one is reserved for those that lead nowhere (RFC 2606)."""
BUS: Final = 3
ADDED: Final = 1
EXACT: Final = 1


@dataclass(frozen=True)
class Trip:
    """A tour on the dates on which it leaves out the same stops."""

    tour: BusDay
    skipped: tuple[str, ...]
    dates: tuple[date, ...]

    @property
    def trip_id(self) -> str:
        """Id of the tour, from when on it is driven for a time, and what it leaves out."""
        since = ["from", self.tour.period.first.isoformat()] if self.tour.period else []
        return "/".join([self.tour.tour_id, *since, *(["without", *self.skipped] if self.skipped else [])])

    @property
    def calls(self) -> list[DayRow]:
        """Stays that are made."""
        return [call for call in self.tour.calls if call.place_id not in self.skipped]


def render_gtfs(view: PlanView) -> bytes:
    """
    Render the timetable as GTFS.

    Parameters
    ----------
    view
        The plan as its reader may know it.

    Returns
    -------
    bytes
        The archive (ZIP) with the tables of the feed.
    """
    trips = _find_trips(view)
    tables = {
        "agency.txt": _list_agency(view),
        "stops.txt": _list_stops(view),
        "routes.txt": _list_routes(view, trips),
        "trips.txt": _list_trips(trips),
        "stop_times.txt": _list_stop_times(trips),
        "calendar_dates.txt": _list_dates(trips),
        "feed_info.txt": _list_feed(view),
    }
    return pack_files({name: _write_table(rows) for name, rows in tables.items()})


def _find_trips(view: PlanView) -> list[Trip]:
    """Dates of each tour, apart for each set of stops that it leaves out."""
    found: dict[tuple[TripKey, tuple[str, ...]], list[date]] = defaultdict(list)
    for service in view.services:
        found[_key(service.tour), service.skipped].append(service.date)
    return [
        Trip(tour, skipped, tuple(sorted(found[_key(tour), skipped])))
        for tour in (*view.days, *view.changed_days)
        for skipped in sorted(skipped for key, skipped in found if key == _key(tour))
    ]


def _key(tour: BusDay) -> TripKey:
    """By what the dates of a tour are found."""
    return tour.tour_id, tour.period


def _list_agency(view: PlanView) -> Iterator[tuple[object, ...]]:
    """The service."""
    contacts = view.contacts
    yield "agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang", "agency_phone"
    website = contacts.website or NO_WEBSITE
    yield MAKER, view.area, website, contacts.time_zone, view.language.code, contacts.phone


def _list_stops(view: PlanView) -> Iterator[tuple[object, ...]]:
    """Stops by name in the alphabet."""
    yield "stop_id", "stop_name", "stop_desc", "stop_lat", "stop_lon"
    for stop in view.stops:
        if stop.times or stop.changed:
            yield stop.settlement_id, stop.full_name, stop.district, f"{stop.lat:.6f}", f"{stop.lon:.6f}"


def _list_routes(view: PlanView, trips: Iterable[Trip]) -> Iterator[tuple[object, ...]]:
    """A route for each bus that is out; what every output has to say is its description."""
    yield "route_id", "agency_id", "route_long_name", "route_desc", "route_type"
    warnings = " ".join(view.notices)
    for bus_id, bus in sorted({trip.tour.bus_id: trip.tour.bus for trip in trips}.items()):
        yield bus_id, MAKER, bus, warnings, BUS


def _list_trips(trips: Iterable[Trip]) -> Iterator[tuple[object, ...]]:
    """A trip for each tour; its service has the same name."""
    yield "route_id", "service_id", "trip_id", "trip_short_name"
    for trip in trips:
        yield trip.tour.bus_id, trip.trip_id, trip.trip_id, trip.tour.title


def _list_stop_times(trips: Iterable[Trip]) -> Iterator[tuple[object, ...]]:
    """Stays of the trips."""
    yield "trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence", "timepoint"
    for trip in trips:
        for order, call in enumerate(trip.calls, start=1):
            times = (f"{format_clock(seconds)}:00" for seconds in (call.start_s, call.end_s))
            yield trip.trip_id, *times, call.place_id, order, EXACT


def _list_dates(trips: Iterable[Trip]) -> Iterator[tuple[object, ...]]:
    """Dates of the trips."""
    yield "service_id", "date", "exception_type"
    for trip in trips:
        yield from ((trip.trip_id, f"{day:%Y%m%d}", ADDED) for day in trip.dates)


def _list_feed(view: PlanView) -> Iterator[tuple[object, ...]]:
    """Who publishes it, and for which dates."""
    yield "feed_publisher_name", "feed_publisher_url", "feed_lang", "feed_start_date", "feed_end_date"
    website, span = view.contacts.website or NO_WEBSITE, view.span
    yield view.area, website, view.language.code, f"{span.first:%Y%m%d}", f"{span.last:%Y%m%d}"


def _write_table(rows: Iterable[tuple[object, ...]]) -> bytes:
    """CSV as the format wants it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([clean_text(str(cell)) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8")
