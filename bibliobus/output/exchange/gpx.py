"""GPX: the tours for a phone or a navigator, each as a route of stops and as a track along the roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.output.archive import MAKER
from bibliobus.view.days import Doing
from bibliobus.words.language import N_
from bibliobus.words.safe import clean_text
from bibliobus.words.text import Text
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gpxpy.gpx import GPXRoute, GPXTrack, GPXWaypoint

    from bibliobus.view.days import BusDay, DayRow
    from bibliobus.view.ground import LatLon
    from bibliobus.view.view import PlanView

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
    Render tours of a view with drives as GPX 1.1; None means all of them.

    A waypoint for each stop with its times; for each tour a route (depot, stops and breaks in order) and a track along
    the roads. Times are words, since a tour repeats.
    """
    from gpxpy.gpx import GPX

    chosen = tuple(view.days if tours is None else tours)
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
