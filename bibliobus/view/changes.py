"""
Road changes in words, and those that a driver meets on the way.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bibliobus.domain.changes import AlongLine, BetweenPlaces, ChangeKind, Direction, InArea, OnWays
from bibliobus.words.language import N_
from bibliobus.words.text import Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from bibliobus.domain.changes import RoadChange
    from bibliobus.network.geometry import LatLon
    from bibliobus.plan.plan import Tour
    from bibliobus.view.material import Material
    from bibliobus.words.language import Language

KINDS: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.CLOSED: N_("closed"),
    ChangeKind.OPENED: N_("opened"),
    ChangeKind.SPEED: N_("at most {value} km/h"),
    ChangeKind.WEIGHT_LIMIT: N_("at most {value} t"),
    ChangeKind.HEIGHT_LIMIT: N_("at most {value} m high"),
    ChangeKind.DANGER_AREA: N_("danger area"),
}
"""What happens to a road."""

BETWEEN: Final = N_("between {start} and {end}")
BETWEEN_ON: Final = N_("{road} between {start} and {end}")
ALONG_LINE: Final = N_("along a drawn line")
IN_AREA: Final = N_("in a drawn area")
ON_WAYS: Final = N_("on the ways {ways}")
DIRECTIONS: Final = {Direction.BOTH: "", Direction.ALONG: N_("only there"), Direction.AGAINST: N_("only back")}
SINCE: Final = N_("from {first}")
UNTIL: Final = N_("until {last}")
ALWAYS: Final = N_("until further notice")


def write_kind(change: RoadChange, language: Language) -> str:
    """
    Write what happens to a road.

    Parameters
    ----------
    change
        The change.
    language
        Language of the reader.

    Returns
    -------
    str
        Such as ``at most 30 km/h``.
    """
    value = "" if change.value is None else Number(change.value)
    return Text(KINDS[change.kind], {"value": value}).render(language)


def write_where(change: RoadChange, names: Mapping[str, str], language: Language) -> str:
    """
    Write where a road changes.

    Parameters
    ----------
    change
        The change.
    names
        Names of settlements by id.
    language
        Language of the reader.

    Returns
    -------
    str
        Such as ``T0514 between Skhidne and Misto``.
    """
    match change.where:
        case BetweenPlaces(start, end, road):
            words: dict[str, object] = {"start": names.get(start, start), "end": names.get(end, end), "road": road}
            text = Text(BETWEEN_ON if road else BETWEEN, words).render(language)
        case OnWays(way_ids):
            text = Text(ON_WAYS, {"ways": ", ".join(map(str, way_ids))}).render(language)
        case InArea():
            text = language.gettext(IN_AREA)
        case _:
            text = language.gettext(ALONG_LINE)
    direction = language.gettext(DIRECTIONS[change.direction])
    return f"{text}, {direction}" if direction else text


def write_dates(change: RoadChange, language: Language) -> str:
    """
    Write when a change holds.

    Parameters
    ----------
    change
        The change.
    language
        Language of the reader.

    Returns
    -------
    str
        First and last day, as far as they are known.
    """
    parts = []
    if change.valid_from is not None:
        parts.append(Text(SINCE, {"first": language.date(change.valid_from)}).render(language))
    if change.valid_to is not None:
        parts.append(Text(UNTIL, {"last": language.date(change.valid_to)}).render(language))
    return " ".join(parts) or language.gettext(ALWAYS)


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
