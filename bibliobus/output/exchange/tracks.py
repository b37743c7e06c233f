"""Stops and drives for devices and globes: GPX and KML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as xml

from bibliobus.output.archive import MAKER
from bibliobus.view.days import Doing
from bibliobus.view.periods import tell_change, tell_since
from bibliobus.words.language import N_, alphabet_key, format_clock
from bibliobus.words.safe import clean_text
from bibliobus.words.text import Text, join_dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gpxpy.gpx import GPXRoute, GPXTrack, GPXWaypoint

    from bibliobus.view.days import BusDay, DayRow
    from bibliobus.view.ground import LatLon
    from bibliobus.view.stops import Stop
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

VISIT: Final = N_("{tour}: {start}-{end}")
POINTS: Final = {
    Doing.LEAVE: N_("leave {time}"),
    Doing.OPEN: N_("{start}-{end}"),
    Doing.MEAL: N_("meal break {start}-{end}"),
    Doing.REST: N_("break for the driver {start}-{end}"),
    Doing.BACK: N_("back {time}"),
}
"""What is told of the points of a route."""


def render_gpx(view: PlanView, tours: Iterable[BusDay] | None = None) -> bytes:
    """
    Render tours with their drives as GPX 1.1.

    A waypoint for each stop with its times; for each tour a route (depot, stops and breaks in order) and a track along
    the roads. Times are words, since a tour repeats.

    Parameters
    ----------
    view
        The plan as its reader may know it.
    tours
        Tours of the view that are wanted; None means all of them, and behind them those that are driven for a time.

    Returns
    -------
    bytes
        The file in UTF-8.
    """
    from gpxpy.gpx import GPX

    chosen = tuple((*view.days, *view.changed_days) if tours is None else tours)
    spots = {place.settlement_id: place.spot for place in view.places}
    spots |= {one.place_id: one.spot for one in view.buildings if one.spot}
    gpx = GPX()
    gpx.creator = MAKER
    gpx.name = clean_text(view.title)
    gpx.description = clean_text(" ".join([*view.warnings, view.attribution])) or None
    gpx.waypoints = list(_list_waypoints(view, chosen))
    gpx.routes = [_build_route(tour, spots, view) for tour in chosen]
    gpx.tracks = [_build_track(tour) for tour in chosen]
    return gpx.to_xml(version="1.1").encode("utf-8", "replace")


def _list_waypoints(view: PlanView, tours: tuple[BusDay, ...]) -> Iterator[GPXWaypoint]:
    """A waypoint for each stop of the tours, by name in the alphabet."""
    from gpxpy.gpx import GPXWaypoint

    visits: dict[str, list[str]] = {}
    for tour in tours:
        for call in tour.calls:
            words = {"tour": tour.title, "start": format_clock(call.start_s), "end": format_clock(call.end_s)}
            visits.setdefault(call.place_id, []).append(Text(VISIT, words).render(view.language))
    for stop in view.stops:
        if stop.settlement_id in visits:
            times = clean_text("; ".join(visits[stop.settlement_id]))
            yield GPXWaypoint(*stop.spot, name=clean_text(stop.full_name), description=times)


def _build_route(tour: BusDay, spots: Mapping[str, LatLon], view: PlanView) -> GPXRoute:
    """Route: depot, stops and breaks in order, and the depot again."""
    from gpxpy.gpx import GPXRoute, GPXRoutePoint

    ends = [row for row in tour.rows if row.doing in (Doing.LEAVE, Doing.BACK)]
    told = [row for row in tour.rows if row.doing in (Doing.OPEN, Doing.MEAL, Doing.REST)]
    route = GPXRoute(name=clean_text(tour.title))
    route.points = [
        GPXRoutePoint(*spots[row.place_id], name=clean_text(row.place), description=clean_text(_tell(row, view)))
        for row in (ends[0], *told, ends[-1])
    ]
    return route


def _tell(row: DayRow, view: PlanView) -> str:
    """What the crew does at a point of a route."""
    start, end = format_clock(row.start_s), format_clock(row.end_s)
    return Text(POINTS[row.doing], {"time": start, "start": start, "end": end}).render(view.language)


def _build_track(tour: BusDay) -> GPXTrack:
    """Track: a segment for each drive."""
    from gpxpy.gpx import GPXTrack, GPXTrackPoint, GPXTrackSegment

    track = GPXTrack(name=clean_text(tour.title))
    track.segments = [GPXTrackSegment([GPXTrackPoint(lat, lon) for lat, lon in row.line]) for row in tour.drives]
    return track


NAMESPACE: Final = "http://www.opengis.net/kml/2.2"
DECIMALS: Final = 6
"""Decimals of a degree: a tenth of a metre."""
MOST_DATES: Final = 6
"""Dates of a stop that a telephone shows without scrolling."""

SPAN: Final = N_("Visits from {first} to {last}")
VISITS: Final = N_("{weekday}, {start}–{end}, {rhythm}; next visits: {dates}")


def render_kml(view: PlanView) -> bytes:
    """
    Render the stops as KML 2.2 (OGC 07-147r2).

    A placemark for each stop with its times and next dates, in a folder for each hromada, which Google My Maps shows
    as a layer. No buses, drives or numbers of residents, whoever reads it; nothing in it is loaded from elsewhere.

    Parameters
    ----------
    view
        The plan as its reader may know it.

    Returns
    -------
    bytes
        The file in UTF-8, hromadas by alphabet.
    """
    root = xml.Element("kml", xmlns=NAMESPACE)
    document = xml.SubElement(root, "Document")
    _add(document, "name", view.title)
    _add(document, "description", "\n".join(_list_lines(view)))
    groups: dict[str, list[Stop]] = {}
    for stop in view.stops:
        if stop.coming:
            groups.setdefault(stop.hromada, []).append(stop)
    for hromada, stops in sorted(groups.items(), key=lambda item: alphabet_key(item[0])):
        folder = document
        if hromada:
            folder = xml.SubElement(document, "Folder")
            _add(folder, "name", stops[0].hromada_name)
        for stop in stops:
            _add_stop(folder, stop, view.language)
    xml.indent(root, " ")
    text = xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode("utf-8", "replace")


def _list_lines(view: PlanView) -> Iterator[str]:
    """What is said of all stops: notices, dates, whom to ask, whose data."""
    yield from view.notices
    days = {"first": view.language.date(view.span.first), "last": view.language.date(view.span.last)}
    yield Text(SPAN, days).render(view.language)
    yield from filter(None, (view.contacts.phone, view.contacts.website, view.attribution))


def _add_stop(folder: xml.Element, stop: Stop, language: Language) -> None:
    """Placemark of a stop."""
    mark = xml.SubElement(folder, "Placemark")
    _add(mark, "name", stop.full_name)
    _add(mark, "description", "\n".join(_tell_visits(stop, language)))
    # KML gives the longitude first.
    _add(xml.SubElement(mark, "Point"), "coordinates", f"{stop.lon:.{DECIMALS}f},{stop.lat:.{DECIMALS}f}")


def _tell_visits(stop: Stop, language: Language) -> Iterator[str]:
    """A line for each time at which the bus comes, and for each date on which that is changed."""
    for time in stop.times:
        if time.all_dates:
            words = {
                "weekday": language.weekday(time.weekday),
                "start": format_clock(time.start_s),
                "end": format_clock(time.end_s),
                "rhythm": language.rhythm(time.weeks),
                "dates": join_dates(time.all_dates[:MOST_DATES], language),
            }
            yield tell_since(Text(VISITS, words).render(language), time.since, language)
    yield from (tell_change(change, language) for change in stop.changes if change.felt)


def _add(parent: xml.Element, tag: str, text: str) -> None:
    """Element that holds a text, each of its lines without letters that XML does not know."""
    xml.SubElement(parent, tag).text = "\n".join(clean_text(line) for line in text.splitlines())
