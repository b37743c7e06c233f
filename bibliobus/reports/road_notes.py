"""Road changes that a driver meets on the way."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bibliobus.domain.changes import AlongLine, BetweenPlaces, InArea, OnWays
from bibliobus.language import N_
from bibliobus.reports.changes import write_dates, write_kind, write_where
from bibliobus.wording import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from bibliobus.domain.changes import RoadChange
    from bibliobus.network.geometry import LatLon
    from bibliobus.plan.timetable import Tour
    from bibliobus.reports.material import Material

NOTE: Final = N_("{where}: {kind}, {dates}")
NOTE_MORE: Final = N_("{where}: {kind}, {dates}; {note}")

NEAR_M: Final = 2000
"""Changes farther from every road of the tour are not on the way."""
_METRES_PER_DEGREE: Final = 111_195


def list_road_notes(material: Material, tour: Tour, day: date) -> tuple[str, ...]:
    """
    List the road changes that the crew of a tour meets.

    Parameters
    ----------
    material
        The plan and what its papers need.
    tour
        The tour.
    day
        Date on which it is driven.

    Returns
    -------
    tuple of str
        A line for each change that holds on the date and lies within 2 km of the tour, in the order of the file.
        A change told by numbers of OpenStreetMap ways is always there, as are those between two places if one of
        them is on the tour.
    """
    changes = [change for change in material.dataset.changes if change.covers(day, day)]
    lines = [material.line_of(tour, leg) for leg in tour.legs] if changes else []
    stops = {call.settlement_id for call in tour.calls}
    named = stops | {place.name_uk for place in material.dataset.settlements if place.settlement_id in stops}
    return tuple(_tell(change, material) for change in changes if _is_near(change, lines, named))


def _tell(change: RoadChange, material: Material) -> str:
    """A change in words: where, what, when, and the note of the planner."""
    language = material.language
    words = {
        "where": write_where(change, material.names, language),
        "kind": write_kind(change, language),
        "dates": write_dates(change, language),
        "note": change.note,
    }
    return Text(NOTE_MORE if change.note else NOTE, words).render(language)


def _is_near(change: RoadChange, lines: Iterable[tuple[LatLon, ...]], named: set[str]) -> bool:
    """Whether a change lies near one of the lines."""
    match change.where:
        case OnWays():
            return True
        case BetweenPlaces(start, end, _):
            return start in named or end in named
        case AlongLine(parts):
            spots = [point for part in parts for point in part]
        case InArea(polygons):
            spots = [point for rings in polygons for point in rings[0]]
    return any(_distance_m(spot, start, end) <= NEAR_M for spot in spots for start, end in _list_pieces(lines))


def _list_pieces(lines: Iterable[tuple[LatLon, ...]]) -> Iterator[tuple[LatLon, LatLon]]:
    """Straight pieces of the lines."""
    for line in lines:
        yield from pairwise(line)


def _distance_m(spot: LatLon, start: LatLon, end: LatLon) -> float:
    """Metres between a point and a straight piece; good to a percent over some kilometres."""
    shrink = math.cos(math.radians(spot[0]))
    (ax, ay), (bx, by) = (
        ((point[1] - spot[1]) * shrink * _METRES_PER_DEGREE, (point[0] - spot[0]) * _METRES_PER_DEGREE)
        for point in (start, end)
    )
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else min(1.0, max(0.0, -(ax * dx + ay * dy) / length))
    return math.hypot(ax + share * dx, ay + share * dy)
