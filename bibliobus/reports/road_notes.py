"""Road changes that a driver meets on the way."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bibliobus.domain.changes import AlongLine, BetweenPlaces, ChangeKind, InArea, OnWays
from bibliobus.language import N_
from bibliobus.quantities import Number
from bibliobus.wording import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from bibliobus.domain.changes import RoadChange
    from bibliobus.language import Language
    from bibliobus.network.geometry import LatLon
    from bibliobus.plan.timetable import Tour
    from bibliobus.reports.material import Material

KINDS: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.CLOSED: N_("Road closed"),
    ChangeKind.OPENED: N_("Road opened"),
    ChangeKind.SPEED: N_("Speed at most {value} km/h"),
    ChangeKind.WEIGHT_LIMIT: N_("Weight at most {value} t"),
    ChangeKind.HEIGHT_LIMIT: N_("Height at most {value} m"),
    ChangeKind.DANGER_AREA: N_("Danger area"),
}
"""The words of every kind of road change."""
BETWEEN: Final = N_("{kind}: {start} – {end}")
BETWEEN_ROAD: Final = N_("{kind}: {start} – {end}, {road}")
CALLED: Final = N_("{kind}: {id}")
UNTIL: Final = N_("until {date}")

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
    return tuple(_tell(change, material.language) for change in changes if _is_near(change, lines, named))


def _tell(change: RoadChange, language: Language) -> str:
    """A change in words: what, where, until when, and the note of the planner."""
    kind = Text(KINDS[change.kind], {"value": "" if change.value is None else Number(change.value)}).render(language)
    match change.where:
        case BetweenPlaces(start, end, road):
            words = {"kind": kind, "start": start, "end": end, "road": road}
            parts = [Text(BETWEEN_ROAD if road else BETWEEN, words).render(language)]
        case _:
            parts = [Text(CALLED, {"kind": kind, "id": change.change_id}).render(language)]
    if change.valid_to is not None:
        parts.append(Text(UNTIL, {"date": language.date(change.valid_to)}).render(language))
    return "; ".join([*parts, change.note] if change.note else parts)


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
