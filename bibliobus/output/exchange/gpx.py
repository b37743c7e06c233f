"""GPX: the tours for a phone or a navigator, each as a route of stops and as a track along the roads."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from bibliobus.output.archive import MAKER
from bibliobus.plan.plan import Call, Leg, Pause
from bibliobus.view.heading import list_warnings, write_title
from bibliobus.words.language import N_
from bibliobus.words.safe import clean_text
from bibliobus.words.text import Text
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gpxpy.gpx import GPXRoute, GPXTrack, GPXWaypoint

    from bibliobus.plan.plan import Tour
    from bibliobus.view.material import Material

VISIT: Final = N_("{tour}: {start}-{end}")
STAY: Final = N_("{start}-{end}")
LEAVE: Final = N_("leave {time}")
BACK: Final = N_("back {time}")
MEAL: Final = N_("meal break {start}-{end}")
REST: Final = N_("break for the driver {start}-{end}")


def render_gpx(material: Material, tours: Iterable[Tour] | None = None) -> bytes:
    """
    Render tours as GPX.

    Parameters
    ----------
    material
        The plan and what its papers need.
    tours
        Tours to render; None means all.

    Returns
    -------
    bytes
        GPX 1.1: a waypoint for each stop with its times, and for each tour a route (``rte``) of its stops and a
        track (``trk``) along the roads, a segment for each leg.
    """
    from gpxpy.gpx import GPX

    chosen = tuple(material.plan.tours if tours is None else tours)
    gpx = GPX()
    gpx.creator = MAKER
    gpx.name = clean_text(write_title(material.dataset, material.language))
    warnings = list_warnings(material.plan, material.dataset, material.language)
    gpx.description = clean_text(" ".join([*warnings, material.attribution])) or None
    gpx.waypoints = list(_list_waypoints(material, chosen))
    gpx.routes = [_build_route(material, tour) for tour in chosen]
    gpx.tracks = [_build_track(material, tour) for tour in chosen]
    return gpx.to_xml(version="1.1").encode("utf-8", "replace")


def _list_waypoints(material: Material, tours: tuple[Tour, ...]) -> Iterator[GPXWaypoint]:
    """A waypoint for each stop of the tours, by name in the alphabet."""
    from gpxpy.gpx import GPXWaypoint

    visits: dict[str, list[str]] = {}
    for tour in tours:
        for call in tour.calls:
            words = {
                "tour": material.title_of(tour),
                "start": format_clock(call.start_s),
                "end": format_clock(call.end_s),
            }
            visits.setdefault(call.settlement_id, []).append(Text(VISIT, words).render(material.language))
    for settlement_id, _ in groupby(material.calls, key=lambda call: call.settlement_id):
        if settlement_id in visits:
            lat, lon = material.geometry.positions[settlement_id]
            name, times = clean_text(material.names[settlement_id]), clean_text("; ".join(visits[settlement_id]))
            yield GPXWaypoint(lat, lon, name=name, description=times)


def _build_route(material: Material, tour: Tour) -> GPXRoute:
    """Route: depot, stops and breaks in order, and the depot again."""
    from gpxpy.gpx import GPXRoute, GPXRoutePoint

    def point(place_id: str, words: str) -> GPXRoutePoint:
        lat, lon = material.geometry.positions[place_id]
        return GPXRoutePoint(lat, lon, name=clean_text(material.names[place_id]), description=clean_text(words))

    def say(template: str, **seconds: int) -> str:
        return Text(template, {name: format_clock(value) for name, value in seconds.items()}).render(material.language)

    points = [point(tour.legs[0].from_id, say(LEAVE, time=tour.leave_s))]
    for row in tour.rows:
        match row:
            case Call():
                points.append(point(row.settlement_id, say(STAY, start=row.start_s, end=row.end_s)))
            case Pause():
                points.append(point(row.place_id, say(MEAL if row.is_meal else REST, start=row.start_s, end=row.end_s)))
            case Leg():
                pass
    points.append(point(tour.legs[-1].to_id, say(BACK, time=tour.return_s)))
    route = GPXRoute(name=clean_text(material.title_of(tour)))
    route.points = points
    return route


def _build_track(material: Material, tour: Tour) -> GPXTrack:
    """Track: a segment for each leg."""
    from gpxpy.gpx import GPXTrack, GPXTrackPoint, GPXTrackSegment

    track = GPXTrack(name=clean_text(material.title_of(tour)))
    track.segments = [
        GPXTrackSegment([GPXTrackPoint(lat, lon) for lat, lon in material.line_of(tour, leg)]) for leg in tour.legs
    ]
    return track
