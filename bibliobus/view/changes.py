"""Road changes in words, and those that a crew meets on the way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import AlongLine, BetweenPlaces, ChangeKind, Direction, InArea, OnWays
from bibliobus.view.ground import key_drive
from bibliobus.words.language import N_
from bibliobus.words.text import Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from bibliobus.domain.roads import RoadChange
    from bibliobus.plan.plan import Tour
    from bibliobus.view.ground import LatLon
    from bibliobus.view.reader import Seen
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
NOTE: Final = N_("{where}: {kind}, {dates}")
NOTE_MORE: Final = N_("{where}: {kind}, {dates}; {note}")

NEAR_M: Final = 2000
"""Changes farther from every road of the tour are not on the way."""
_METRES_PER_DEGREE: Final = 111_195


def write_kind(change: RoadChange, language: Language) -> str:
    """Write what happens to a road, such as ``at most 30 km/h``."""
    value = "" if change.value is None else Number(change.value)
    return Text(KINDS[change.kind], {"value": value}).render(language)


def write_where(change: RoadChange, names: Mapping[str, str], language: Language) -> str:
    """Write where a road changes, such as ``T0514 between Skhidne and Misto``; `names` are those of settlements."""
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
    """Write on which days a change holds, as far as they are known."""
    parts = []
    if change.valid_from is not None:
        parts.append(Text(SINCE, {"first": language.date(change.valid_from)}).render(language))
    if change.valid_to is not None:
        parts.append(Text(UNTIL, {"last": language.date(change.valid_to)}).render(language))
    return " ".join(parts) or language.gettext(ALWAYS)


@dataclass(frozen=True)
class RoadNote:
    """A road change on the way of a tour in words, and the days on which it holds; None where it has no end."""

    text: str
    first: date | None
    last: date | None

    def covers(self, day: date) -> bool:
        """Say whether it holds on a day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def find_road_notes(seen: Seen, tour: Tour) -> tuple[RoadNote, ...]:
    """
    Find the road changes that the crew of a tour meets on one of the dates asked for, in the order of the file.

    Those within 2 km of the tour are on the way. A change told by numbers of OpenStreetMap ways always is, as are those
    between two places if one of them is on the tour.
    """
    span = seen.reader.span
    changes = [change for change in seen.dataset.changes if change.overlaps(span.first, span.last)]
    drives = [key_drive(seen.dataset, tour, leg) for leg in tour.legs] if changes and seen.ground else []
    lines = [seen.ground.find_line(drive) for drive in drives] if seen.ground else []
    stops = {call.settlement_id for call in tour.calls}
    named = stops | {place.name_uk for place in seen.dataset.settlements if place.settlement_id in stops}
    return tuple(
        RoadNote(_tell(change, seen), change.valid_from, change.valid_to)
        for change in changes
        if _is_near(change, lines, named)
    )


def _tell(change: RoadChange, seen: Seen) -> str:
    """A change in words: where, what, when, and the note of the planner."""
    language = seen.reader.language
    words = {
        "where": write_where(change, seen.names, language),
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
