"""Small maps of our own around a stop, as lines and letters in millimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.view.reader import ESTIMATE
from bibliobus.words.language import KM_M
from bibliobus.words.safe import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bibliobus.view.ground import LatLon, RoadLine
    from bibliobus.view.stops import ShownPlace
    from bibliobus.view.view import PlanView

Point: TypeAlias = tuple[float, float]

SIZE_MM: Final = 80.0
LABEL_PT: Final = 9.0
LONGEST_LABEL: Final = 24
MOST_NEIGHBOURS: Final = 10

_NEAREST_M: Final = 2000.0
_FARTHEST_M: Final = 12_000.0
_NEIGHBOURS_SEEN: Final = 4
_METRES_PER_DEGREE: Final = 111_195
_WIDTHS_MM: Final = {"motorway": 1.0, "trunk": 1.0, "primary": 0.9, "secondary": 0.7, "tertiary": 0.5}
_THIN_MM: Final = 0.25
_STEP_MM: Final = 0.3
_LETTER_MM: Final = 1.9
_LINE_MM: Final = 3.6


@dataclass(frozen=True)
class Label:
    """A place with its name."""

    spot: Point
    text: str
    left: float


@dataclass(frozen=True)
class Snippet:
    """A map around a stop, which lies in the middle; north is up."""

    lines: tuple[tuple[float, tuple[Point, ...]], ...]
    labels: tuple[Label, ...]
    bar_mm: float
    bar_km: int


def draw_snippet(view: PlanView, stop: ShownPlace) -> Snippet:
    """Draw the map around a stop."""
    centre = stop.spot
    others = [place for place in view.places if place.settlement_id != stop.settlement_id]
    far_m = {place.settlement_id: math.dist((0, 0), _metres(centre, place.spot)) for place in others}
    near = sorted(others, key=lambda place: (far_m[place.settlement_id], place.settlement_id))[:MOST_NEIGHBOURS]
    reach_m = far_m[near[min(_NEIGHBOURS_SEEN, len(near)) - 1].settlement_id] * 1.15 if near else _NEAREST_M
    scale = SIZE_MM / 2 / min(max(reach_m, _NEAREST_M), _FARTHEST_M)
    bar_km = max(1, 2 ** int(math.log2(max(1.0, SIZE_MM / 3 / scale / KM_M))))
    return Snippet(
        lines=tuple(_list_lines(view.roads, centre, scale)),
        labels=tuple(_list_labels(centre, scale, near)),
        bar_mm=bar_km * KM_M * scale,
        bar_km=bar_km,
    )


def _metres(centre: LatLon, point: LatLon) -> Point:
    """Metres east and north of the centre; good to a percent over some kilometres."""
    shrink = math.cos(math.radians(centre[0]))
    return (point[1] - centre[1]) * shrink * _METRES_PER_DEGREE, (point[0] - centre[0]) * _METRES_PER_DEGREE


def _place(centre: LatLon, point: LatLon, scale: float) -> Point:
    """Millimetres on the map."""
    east, north = _metres(centre, point)
    return SIZE_MM / 2 + east * scale, SIZE_MM / 2 - north * scale


def _list_lines(roads: Iterable[RoadLine], centre: LatLon, scale: float) -> Iterator[tuple[float, tuple[Point, ...]]]:
    """Roads inside of the map, thin ones first."""
    reach = SIZE_MM / 2 / scale / _METRES_PER_DEGREE
    wide = reach / max(0.05, math.cos(math.radians(centre[0])))
    found = []
    for road in roads:
        lats, lons = zip(*road.points, strict=True)
        aside = min(lats) > centre[0] + reach or max(lats) < centre[0] - reach
        # A straight line for want of a road is not drawn: nobody could walk it.
        if road.road_class == ESTIMATE or aside or min(lons) > centre[1] + wide or max(lons) < centre[1] - wide:
            continue
        width = _WIDTHS_MM.get(road.road_class.removesuffix("_link"), _THIN_MM)
        points = _thin([_place(centre, point, scale) for point in road.points])
        found += [(width, part) for part in _clip_line(points)]
    yield from sorted(found)


def _thin(points: list[Point]) -> list[Point]:
    """The same line without points that nobody can tell apart."""
    kept = points[:1]
    for point in points[1:-1]:
        if math.dist(point, kept[-1]) >= _STEP_MM:
            kept.append(point)
    return [*kept, points[-1]]


def _clip_line(points: list[Point]) -> Iterator[tuple[Point, ...]]:
    """Parts of a line inside of the map."""
    part: list[Point] = []
    for start, end in pairwise(points):
        piece = _clip_piece(start, end)
        if piece is None or (part and piece[0] != part[-1]):
            if len(part) > 1:
                yield tuple(part)
            part = []
        if piece is not None:
            part = [*(part or [piece[0]]), piece[1]]
    if len(part) > 1:
        yield tuple(part)


def _clip_piece(start: Point, end: Point) -> tuple[Point, Point] | None:
    """Part of a straight piece inside of the map (Liang and Barsky 1984); None if there is none."""
    low, high = 0.0, 1.0
    delta = (end[0] - start[0], end[1] - start[1])
    for axis in (0, 1):
        for step, room in ((-delta[axis], start[axis]), (delta[axis], SIZE_MM - start[axis])):
            if step == 0 and room < 0:
                return None
            if step < 0:
                low = max(low, room / step)
            elif step > 0:
                high = min(high, room / step)
    if low >= high:
        return None
    ends = [(round(start[0] + share * delta[0], 2), round(start[1] + share * delta[1], 2)) for share in (low, high)]
    return ends[0], ends[1]


def _list_labels(centre: LatLon, scale: float, near: Iterable[ShownPlace]) -> Iterator[Label]:
    """Neighbours inside of the map, nearest first; a name that would cover another is left out."""
    middle = SIZE_MM / 2
    taken = [(middle - 3.5, middle - 3.5, middle + 3.5, middle + 3.5), (0.0, SIZE_MM - 8, SIZE_MM / 2, SIZE_MM)]
    for place in near:
        x, y = (round(value, 2) for value in _place(centre, place.spot, scale))
        on_bar = x < SIZE_MM / 2 and y > SIZE_MM - 8
        if on_bar or not (1 <= x <= SIZE_MM - 1 and 2 <= y <= SIZE_MM - 2):
            continue
        name = clean_text(place.full_name)
        text = name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
        width = len(text) * _LETTER_MM
        for left in (x + 1.5, x - 1.5 - width):
            box = (left, y - _LINE_MM / 2, left + width, y + _LINE_MM / 2)
            if box[0] >= 0 and box[2] <= SIZE_MM and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                yield Label((x, y), text, round(left, 2))
                break
        else:
            yield Label((x, y), "", x)


def _overlap(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    """Whether two boxes overlap."""
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
