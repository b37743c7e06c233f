"""Road changes found on the roads: all are resolved first, and only if nothing is wrong may any be applied."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import AlongLine, BetweenPlaces, ChangeKind, Direction, InArea, OnWays
from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.network.changes.apply import ResolvedChange, RoadMatch, find_touched, tell_place
from bibliobus.network.changes.names import find_profiles, find_settlement
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from bibliobus.domain.places import Settlement
    from bibliobus.domain.roads import RoadChange
    from bibliobus.domain.scenario import Scenario
    from bibliobus.network.changes.apply import Stretches
    from bibliobus.network.changes.find import RoadsToChange
    from bibliobus.network.places import LatLon

# Numbers for lines that people draw by hand over a map: chosen by hand, not measured.
LINE_REACH_M: Final = 30.0
"""Metres that a road may lie beside a drawn line."""

LINE_ANGLE_DEG: Final = 35.0
"""Degrees by which a road may turn away from the line; a road that crosses turns farther."""

LINE_BESIDE_M: Final = 12.0
"""Metres that a road may lie farther from the line than the nearest one beside it, as two carriageways do."""

LINE_SHARED_M: Final = 20.0
"""Metres of a road that must run along the line; of one shorter than twice as much, half of it."""

SAMPLE_M: Final = 10.0
ROUNDING_M: Final = 1e-6
BIN_M: Final = 30.0
SMOOTH_M: Final = 5.0
DEGREE_M: Final = 111_320.0


def widen_box(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Widen a box (west, south, east and north in degrees) by what a road may lie beside its line."""
    west, south, east, north = box
    up = LINE_REACH_M / DEGREE_M * 1.01
    aside = up / max(0.01, math.cos(math.radians(min(89.0, max(abs(south), abs(north))))))
    return west - aside, south - up, east + aside, north + up


def find_along(stretches: Stretches, line: Sequence[LatLon]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """
    Find what a line runs along; roads that it only crosses are not found.

    Every stretch is looked at each `SAMPLE_M` metres. A spot lies along the line if the line passes within
    `LINE_REACH_M` and their directions differ by at most `LINE_ANGLE_DEG`; of spots side by side only those count
    that lie within `LINE_BESIDE_M` of the nearest. An owner is found if `LINE_SHARED_M` of it, or half of it where
    that is less, lie along the line.
    """
    import numpy as np
    import shapely

    lat, lon = np.array(line, dtype=float).T
    near = stretches.select_box(*widen_box((lon.min(), lat.min(), lon.max(), lat.max())))
    per_lon = DEGREE_M * max(0.01, float(np.cos(np.radians(lat.mean()))))
    path = np.stack([lon * per_lon, lat * DEGREE_M], axis=-1)
    start = np.stack([near.from_lon * per_lon, near.from_lat * DEGREE_M], axis=-1)
    way = np.stack([near.to_lon * per_lon, near.to_lat * DEGREE_M], axis=-1) - start
    length = np.hypot(way[:, 0], way[:, 1])
    whole = shapely.LineString(path)
    shapely.prepare(whole)
    # Stretches that the line does not come near need not be looked at spot by spot.
    close = shapely.dwithin(whole, shapely.linestrings(np.stack([start, start + way], axis=1)), LINE_REACH_M)
    close &= length > 0
    owner, start, way, length = near.owner[close], start[close], way[close], length[close]
    spots = np.maximum(1, np.ceil(length / SAMPLE_M)).astype(np.int64)
    which = np.repeat(np.arange(len(owner)), spots)
    part = (np.arange(len(which)) - np.repeat(np.cumsum(spots) - spots, spots) + 0.5) / spots[which]
    along, turned = _compare(path, start[which] + part[:, None] * way[which], way[which] / length[which, None])
    owners, inverse = np.unique(owner, return_inverse=True)
    share = (length / spots)[which]
    shared_m = np.bincount(inverse[which][along], weights=share[along], minlength=len(owners))
    whole_m = np.bincount(inverse, weights=length, minlength=len(owners))
    ahead_m = np.bincount(inverse[which][along], weights=(share * np.sign(turned))[along], minlength=len(owners))
    found = (shared_m > 0) & (shared_m >= np.minimum(LINE_SHARED_M, whole_m / 2) - ROUNDING_M)
    return owners[found], ahead_m[found] >= 0


def _compare(
    path: NDArray[np.float64], spot: NDArray[np.float64], heading: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Whether each spot lies along the path, and the cosine between its heading and that of the path beside it."""
    import numpy as np

    path = path[np.concatenate([[True], (np.diff(path, axis=0) != 0).any(axis=1)])]
    passed_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    at_m, distance_m = _locate(path, passed_m, spot)
    before, after = (
        np.stack([np.interp(at_m + shift, passed_m, path[:, axis]) for axis in (0, 1)], axis=-1)
        for shift in (-SMOOTH_M, SMOOTH_M)
    )
    course = after - before
    size = np.hypot(course[:, 0], course[:, 1])
    turned = (course * heading).sum(axis=1) / np.where(size > 0, size, 1)
    along = (distance_m <= LINE_REACH_M) & (np.abs(turned) >= math.cos(math.radians(LINE_ANGLE_DEG)))
    # Spots beyond the ends of the line lie behind it, not beside it.
    along &= (at_m > 0) & (at_m < passed_m[-1])
    along[along] = _is_nearest(at_m[along], distance_m[along])
    return along, turned


def _locate(
    path: NDArray[np.float64], passed_m: NDArray[np.float64], spot: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres along the path to the point nearest to each spot, and the distance to there."""
    import numpy as np
    import shapely

    pieces = np.asarray(shapely.linestrings(np.stack([path[:-1], path[1:]], axis=1)), dtype=object)
    tree = shapely.STRtree(pieces)
    piece = tree.nearest(shapely.points(spot))
    step = path[piece + 1] - path[piece]
    fraction = np.clip(((spot - path[piece]) * step).sum(axis=1) / (step**2).sum(axis=1), 0, 1)
    offset = spot - path[piece] - fraction[:, None] * step
    return passed_m[piece] + fraction * (passed_m[piece + 1] - passed_m[piece]), np.hypot(offset[:, 0], offset[:, 1])


def _is_nearest(at: NDArray[np.float64], distance_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each spot is about as near as the nearest one at that part of the line."""
    import numpy as np

    bins = (at // BIN_M).astype(np.int64)
    nearest = np.full(int(bins.max(initial=0)) + 1, np.inf)
    np.minimum.at(nearest, bins, distance_m)
    return distance_m <= nearest[bins] + LINE_BESIDE_M


NO_ROAD_ON_LINE: Final = FindingKind(
    "change-no-road-on-line",
    Severity.ERROR,
    N_("No road runs along the line of the change “{change}”."),
    N_("Draw the line on the road itself, at most 30 m beside it; a line across a road does not count."),
)
NO_ROAD_IN_AREA: Final = FindingKind(
    "change-no-road-in-area",
    Severity.ERROR,
    N_("No road touches the area of the change “{change}”."),
    N_("Check where the polygon lies, longitude first, and that the roads of the area reach there."),
)
SAME_PLACE: Final = FindingKind(
    "change-same-place",
    Severity.ERROR,
    N_("The change “{change}” begins and ends at “{value}”."),
    N_("Name two different settlements."),
)
AGAINST_ONE_WAY: Final = FindingKind(
    "change-against-one-way",
    Severity.ERROR,
    N_("The road of the change “{change}” is one-way, and the change is for the other direction."),
    N_("Exchange “along” and “against”, or leave the direction empty."),
)


def resolve_changes(
    roads: RoadsToChange,
    changes: Sequence[RoadChange],
    settlements: Sequence[Settlement],
    scenario: Scenario | None = None,
) -> tuple[tuple[ResolvedChange, ...] | None, list[Finding]]:
    """
    Find the roads of all changes.

    Parameters
    ----------
    roads
        The roads, without any changes.
    changes
        Changes in their order.
    settlements
        Settlements of the area.
    scenario
        Buses and profiles; None means that vehicles are not checked, and must be profile ids.

    Returns
    -------
    resolved : tuple of ResolvedChange or None
        In the order of the changes; None if any finding is an error, so that none may be applied.
    findings : list of Finding
        What is wrong or worth knowing, in the order of the changes.
    """
    shapes = [_make_shapes(change) for change in changes]
    boxes = [widen_box(shape.bounds) for parts in shapes for shape in parts]
    stretches = roads.list_stretches(boxes) if boxes else None
    resolved, findings = [], []
    for change, parts in zip(changes, shapes, strict=True):
        steps = _find_steps(roads, change, parts, stretches, settlements)
        profiles: tuple[str, ...] | None = change.vehicles or None
        if scenario is not None:
            profiles, more = find_profiles(change, scenario)
            findings += more
        if isinstance(steps, list):
            findings += steps
        else:
            resolved.append(ResolvedChange(change, steps, profiles))
    broken = any(finding.severity is Severity.ERROR for finding in findings)
    return (None if broken else tuple(resolved)), findings


def _make_shapes(change: RoadChange) -> list[BaseGeometry]:
    """Shapes of a change that is drawn, coordinates as (lon, lat)."""
    match change.where:
        case AlongLine(parts):
            import shapely

            return [shapely.LineString([(lon, lat) for lat, lon in part]) for part in parts]
        case InArea(polygons):
            import shapely

            rings = [[[(lon, lat) for lat, lon in ring] for ring in polygon] for polygon in polygons]
            return [shapely.Polygon(polygon[0], polygon[1:]) for polygon in rings]
        case _:
            return []


def _find_steps(
    roads: RoadsToChange,
    change: RoadChange,
    shapes: Sequence[BaseGeometry],
    stretches: Stretches | None,
    settlements: Sequence[Settlement],
) -> NDArray[np.int64] | list[Finding]:
    """Steps that a change holds for, or what is wrong with it."""
    import numpy as np

    match change.where:
        case OnWays(way_ids):
            found = roads.find_ways(change, way_ids)
        case BetweenPlaces() as between:
            ends = _find_ends(change, between, settlements)
            if isinstance(ends, list):
                return ends
            found = roads.find_between(change, *ends, between.road)
        case AlongLine(parts):
            assert stretches is not None  # it was drawn, so it has a box
            found = _match_lines(change, parts, stretches)
        case InArea():
            assert stretches is not None  # it was drawn, so it has a box
            found = _match_area(change, shapes, stretches)
    if isinstance(found, Finding):
        return [found]
    wanted = {
        Direction.BOTH: np.concatenate([found.along, found.against]),
        Direction.ALONG: found.along,
        Direction.AGAINST: found.against,
    }[change.direction]
    steps = np.unique(wanted)
    steps = steps[roads.may_drive(steps)]
    if not len(steps):
        return [AGAINST_ONE_WAY.at(tell_place(change, "direction"), change=change.change_id)]
    return steps


def _find_ends(
    change: RoadChange, between: BetweenPlaces, settlements: Sequence[Settlement]
) -> tuple[Settlement, Settlement] | list[Finding]:
    """The two settlements of a stretch, or what is wrong with them."""
    start = find_settlement(between.from_place, settlements, tell_place(change, "from_place"))
    end = find_settlement(between.to_place, settlements, tell_place(change, "to_place"))
    if isinstance(start, Finding) or isinstance(end, Finding):
        return [finding for finding in (start, end) if isinstance(finding, Finding)]
    if start == end:
        return [SAME_PLACE.at(tell_place(change, "to_place"), change=change.change_id, value=between.to_place)]
    return start, end


def _match_lines(
    change: RoadChange, parts: Sequence[Sequence[tuple[float, float]]], stretches: Stretches
) -> RoadMatch | Finding:
    """Roads along lines; every one of the lines must have a road."""
    import numpy as np

    along, against = [], []
    for part in parts:
        owner, same_way = find_along(stretches, part)
        if not len(owner):
            return NO_ROAD_ON_LINE.at(tell_place(change), change=change.change_id)
        along.append(2 * owner + ~same_way)
        against.append(2 * owner + same_way)
    return RoadMatch(np.concatenate(along), np.concatenate(against))


def _match_area(change: RoadChange, shapes: Sequence[BaseGeometry], stretches: Stretches) -> RoadMatch | Finding:
    """Roads that polygons touch."""
    import numpy as np

    owner = np.concatenate([find_touched(stretches, shape) for shape in shapes])
    if not len(owner):
        return NO_ROAD_IN_AREA.at(tell_place(change), change=change.change_id)
    return RoadMatch(2 * owner, 2 * owner + 1)


PARTLY_VALID: Final = FindingKind(
    "change-partly-valid",
    Severity.NOTE,
    N_(
        "The change “{change}” holds only on some days of the plan, {first} to {last}; the plan "
        "respects it on all days."
    ),
    N_("Plan the days before and after it separately to use the road on the other days."),
)
PARTLY_OPENED: Final = FindingKind(
    "change-partly-opened",
    Severity.NOTE,
    N_("The change “{change}” opens a road only on some days of the plan, {first} to {last}; it is not used at all."),
    N_("Plan the days on which the road is open separately to use it."),
)


def select_changes(
    changes: Iterable[RoadChange], first_day: date, last_day: date
) -> tuple[tuple[RoadChange, ...], list[Finding]]:
    """
    Select the changes that matter to the days of a plan: those that hold on any day, with a note if not on all of them.

    An opened road matters only if it is open on all of the days.
    """
    kept, findings = [], []
    for change in changes:
        if not change.overlaps(first_day, last_day):
            continue
        opened, covers = change.kind is ChangeKind.OPENED, change.covers(first_day, last_day)
        if not covers:
            kind = PARTLY_OPENED if opened else PARTLY_VALID
            place = tell_place(change, "valid_to" if change.covers(first_day, first_day) else "valid_from")
            findings.append(kind.at(place, change=change.change_id, first=first_day, last=last_day))
        if covers or not opened:
            kept.append(change)
    return tuple(kept), findings
