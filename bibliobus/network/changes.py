"""Road changes found on the roads: all of them are resolved first, and only if nothing is wrong may any be applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.changes import AlongLine, BetweenPlaces, Direction, InArea, OnWays
from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.language import N_
from bibliobus.network.along_line import find_along, widen_box
from bibliobus.network.change_places import find_profiles, find_settlement
from bibliobus.network.change_roads import ResolvedChange, RoadMatch, place_change
from bibliobus.network.stretches import find_touched

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from bibliobus.domain.changes import RoadChange
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.scenario import Scenario
    from bibliobus.network.change_roads import ChangeableRoads
    from bibliobus.network.stretches import Stretches

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
    roads: ChangeableRoads,
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
    import shapely

    match change.where:
        case AlongLine(parts):
            return [shapely.LineString([(lon, lat) for lat, lon in part]) for part in parts]
        case InArea(polygons):
            rings = [[[(lon, lat) for lat, lon in ring] for ring in polygon] for polygon in polygons]
            return [shapely.Polygon(polygon[0], polygon[1:]) for polygon in rings]
        case _:
            return []


def _find_steps(
    roads: ChangeableRoads,
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
        return [AGAINST_ONE_WAY.at(place_change(change, "direction"), change=change.change_id)]
    return steps


def _find_ends(
    change: RoadChange, between: BetweenPlaces, settlements: Sequence[Settlement]
) -> tuple[Settlement, Settlement] | list[Finding]:
    """The two settlements of a stretch, or what is wrong with them."""
    start = find_settlement(between.from_place, settlements, place_change(change, "from_place"))
    end = find_settlement(between.to_place, settlements, place_change(change, "to_place"))
    if isinstance(start, Finding) or isinstance(end, Finding):
        return [finding for finding in (start, end) if isinstance(finding, Finding)]
    if start == end:
        return [SAME_PLACE.at(place_change(change, "to_place"), change=change.change_id, value=between.to_place)]
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
            return NO_ROAD_ON_LINE.at(place_change(change), change=change.change_id)
        along.append(2 * owner + ~same_way)
        against.append(2 * owner + same_way)
    return RoadMatch(np.concatenate(along), np.concatenate(against))


def _match_area(change: RoadChange, shapes: Sequence[BaseGeometry], stretches: Stretches) -> RoadMatch | Finding:
    """Roads that polygons touch."""
    import numpy as np

    owner = np.concatenate([find_touched(stretches, shape) for shape in shapes])
    if not len(owner):
        return NO_ROAD_IN_AREA.at(place_change(change), change=change.change_id)
    return RoadMatch(2 * owner, 2 * owner + 1)
