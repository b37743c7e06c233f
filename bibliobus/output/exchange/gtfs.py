"""GTFS: the timetable for journey planners, each date written out in calendar_dates.txt."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.output.archive import MAKER, pack_files
from bibliobus.plan.dates import service_dates
from bibliobus.plan.names import name_area, name_district
from bibliobus.view.heading import list_notices
from bibliobus.words.safe import clean_text
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from bibliobus.plan.plan import Call, Tour
    from bibliobus.view.material import Material

NO_WEBSITE: Final = "https://bibliobus.invalid"
"""The format needs an address; this one is reserved for those that lead nowhere (RFC 2606)."""
BUS: Final = 3
ADDED: Final = 1
EXACT: Final = 1

Trip: TypeAlias = "tuple[Tour, tuple[str, ...]]"


def render_gtfs(material: Material) -> bytes:
    """
    Render the timetable as GTFS.

    Parameters
    ----------
    material
        The plan and what its papers need.

    Returns
    -------
    bytes
        Zip file with fixed dates: agency, stops, routes (a bus each), trips (a tour each, and one more where the
        bus leaves out some stops on some dates), stop_times, calendar_dates and feed_info. Only the stops are in
        it, neither depots nor roads.
    """
    trips = _find_trips(material)
    tables = {
        "agency.txt": _list_agency(material),
        "stops.txt": _list_stops(material),
        "routes.txt": _list_routes(material, trips),
        "trips.txt": _list_trips(material, trips),
        "stop_times.txt": _list_stop_times(trips),
        "calendar_dates.txt": _list_dates(trips),
        "feed_info.txt": _list_feed(material),
    }
    return pack_files({name: _write_table(rows) for name, rows in tables.items()})


def _find_trips(material: Material) -> dict[Trip, list[date]]:
    """Dates of each tour, apart for each set of stops that it leaves out."""
    found: dict[tuple[str, tuple[str, ...]], list[date]] = defaultdict(list)
    scenario, span = material.dataset.scenario, material.span
    for service in service_dates(material.plan, scenario, span.first, span.last):
        if service.driven:
            found[service.tour.tour_id, service.skipped].append(service.day)
    return {
        (tour, skipped): sorted(found[tour.tour_id, skipped])
        for tour in material.plan.tours
        for skipped in sorted(skipped for tour_id, skipped in found if tour_id == tour.tour_id)
    }


def _list_agency(material: Material) -> Iterator[tuple[object, ...]]:
    """The service."""
    publishing = material.dataset.scenario.publishing
    yield "agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang", "agency_phone"
    name = name_area(material.dataset, material.language)
    yield (
        MAKER,
        name,
        publishing.website or NO_WEBSITE,
        publishing.time_zone,
        material.language.code,
        publishing.phone,
    )


def _list_stops(material: Material) -> Iterator[tuple[object, ...]]:
    """Stops by name in the alphabet."""
    yield "stop_id", "stop_name", "stop_desc", "stop_lat", "stop_lon"
    for call in {call.settlement_id: call for call in material.calls}.values():
        where = name_district(call.hromada, call.raion, material.language)
        yield call.settlement_id, material.names[call.settlement_id], where, f"{call.lat:.6f}", f"{call.lon:.6f}"


def _list_routes(material: Material, trips: Mapping[Trip, list[date]]) -> Iterator[tuple[object, ...]]:
    """A route for each bus that is out; what every output has to say is its description."""
    yield "route_id", "agency_id", "route_long_name", "route_desc", "route_type"
    warnings = " ".join(list_notices(material.dataset, material.language, (material.plan, material.dataset)))
    for bus_id in sorted({tour.bus_id for tour, _ in trips}):
        yield bus_id, MAKER, material.buses[bus_id], warnings, BUS


def _list_trips(material: Material, trips: Iterable[Trip]) -> Iterator[tuple[object, ...]]:
    """A trip for each tour; its service has the same name."""
    yield "route_id", "service_id", "trip_id", "trip_short_name"
    for trip in trips:
        yield trip[0].bus_id, _name_trip(trip), _name_trip(trip), material.title_of(trip[0])


def _list_stop_times(trips: Iterable[Trip]) -> Iterator[tuple[object, ...]]:
    """Stays of the trips."""
    yield "trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence", "timepoint"
    for trip in trips:
        for order, call in enumerate(_list_calls(trip), start=1):
            times = (f"{format_clock(seconds)}:00" for seconds in (call.start_s, call.end_s))
            yield _name_trip(trip), *times, call.settlement_id, order, EXACT


def _list_dates(trips: Mapping[Trip, list[date]]) -> Iterator[tuple[object, ...]]:
    """Dates of the trips."""
    yield "service_id", "date", "exception_type"
    for trip, days in trips.items():
        yield from ((_name_trip(trip), f"{day:%Y%m%d}", ADDED) for day in days)


def _list_feed(material: Material) -> Iterator[tuple[object, ...]]:
    """Who publishes it, and for which dates."""
    yield "feed_publisher_name", "feed_publisher_url", "feed_lang", "feed_start_date", "feed_end_date"
    website = material.dataset.scenario.publishing.website or NO_WEBSITE
    name, span = name_area(material.dataset, material.language), material.span
    yield name, website, material.language.code, f"{span.first:%Y%m%d}", f"{span.last:%Y%m%d}"


def _list_calls(trip: Trip) -> list[Call]:
    """Calls of a trip."""
    tour, skipped = trip
    return [call for call in tour.calls if call.settlement_id not in skipped]


def _name_trip(trip: Trip) -> str:
    """Id of a trip: that of the tour, and what it leaves out."""
    tour, skipped = trip
    return "/".join([tour.tour_id, *(["without", *skipped] if skipped else [])])


def _write_table(rows: Iterable[tuple[object, ...]]) -> bytes:
    """CSV as the format wants it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([clean_text(str(cell)) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8")
