"""Road changes found on the roads: all of them are resolved first, and only if nothing is wrong may any be applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from bibliobus.domain.changes import AlongLine, BetweenPlaces, ChangeKind, Direction, InArea, OnWays
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.language import N_
from bibliobus.network.along_line import find_along, widen_box
from bibliobus.network.change_places import find_profiles, find_settlement
from bibliobus.network.stretches import find_touched

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from bibliobus.domain.changes import RoadChange
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.scenario import Scenario
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
NO_SUCH_WAYS: Final = FindingKind(
    "change-no-such-ways",
    Severity.ERROR,
    N_("{count} way numbers of the change “{change}” are not among the roads: {ways}."),
    N_("Check the numbers; roads that no bus may ever use are not imported, and numbers change as the map is edited."),
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
PARTLY_VALID: Final = FindingKind(
    "change-partly-valid",
    Severity.NOTE,
    N_("The change “{change}” holds only on some days of the plan, {first} to {last}; it is kept to on all of them."),
    N_("Plan the days before and after it separately to use the road on the other days."),
)
PARTLY_OPENED: Final = FindingKind(
    "change-partly-opened",
    Severity.NOTE,
    N_("The change “{change}” opens a road only on some days of the plan, {first} to {last}; it is not used at all."),
    N_("Plan the days on which the road is open separately to use it."),
)
MAX_WAYS_NAMED: Final = 5


@dataclass(frozen=True)
class RoadMatch:
    """
    Roads that a change is about. A step is a segment of a network, or a row of a road table, in one direction:
    ``2 * segment`` along it, ``2 * segment + 1`` against it.

    Parameters
    ----------
    along
        Steps in the direction of the change, int64.
    against
        Steps in the other direction, int64.
    """

    along: NDArray[np.int64]
    against: NDArray[np.int64]


@dataclass(frozen=True)
class ResolvedChange:
    """
    A change with the roads it is about.

    Parameters
    ----------
    change
        The change.
    steps
        Steps it holds for, rising, int64; at least one. Read-only.
    profile_ids
        Bus profiles it holds for, sorted; None means all.
    """

    change: RoadChange
    steps: NDArray[np.int64]
    profile_ids: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Make the array read-only."""
        self.steps.setflags(write=False)

    def holds_for(self, profile_id: str) -> bool:
        """
        Tell whether the change holds for a bus profile.

        Parameters
        ----------
        profile_id
            The profile.

        Returns
        -------
        bool
            True if it does.
        """
        return self.profile_ids is None or profile_id in self.profile_ids


class ChangeableRoads(Protocol):
    """Roads of whatever source on which changes can be found."""

    def list_stretches(self, boxes: Sequence[tuple[float, float, float, float]]) -> Stretches:
        """
        List the stretches of road near some boxes, and perhaps more.

        Parameters
        ----------
        boxes
            West, south, east and north of each, in degrees.

        Returns
        -------
        Stretches
            All that touch a box are among them; owners are segments or rows.
        """
        ...

    def find_ways(self, change: RoadChange, way_ids: Sequence[int]) -> RoadMatch | Finding:
        """
        Find roads by their numbers in OpenStreetMap.

        Parameters
        ----------
        change
            The change, for the finding.
        way_ids
            Numbers.

        Returns
        -------
        RoadMatch or Finding
            The roads, or what is wrong.
        """
        ...

    def find_between(self, change: RoadChange, start: Settlement, end: Settlement, road: str) -> RoadMatch | Finding:
        """
        Find the stretch of a road between two settlements.

        Parameters
        ----------
        change
            The change, for the finding.
        start
            Where it begins.
        end
            Where it ends.
        road
            Number or name of the road; may be empty.

        Returns
        -------
        RoadMatch or Finding
            The stretch, or what is wrong.
        """
        ...

    def may_drive(self, steps: NDArray[np.int64]) -> NDArray[np.bool_]:
        """
        Tell where any bus may drive at all.

        Parameters
        ----------
        steps
            Steps.

        Returns
        -------
        numpy.ndarray
            False against one-way roads.
        """
        ...


def select_changes(
    changes: Iterable[RoadChange], first_day: date, last_day: date
) -> tuple[tuple[RoadChange, ...], list[Finding]]:
    """
    Select the changes that matter to the days of a plan.

    Parameters
    ----------
    changes
        Changes in their order.
    first_day
        First day of the plan.
    last_day
        Last day of the plan.

    Returns
    -------
    changes : tuple of RoadChange
        Those that hold on any of the days; an opened road only if it is open on all of them.
    findings : list of Finding
        A note for each that holds on some of the days only.
    """
    kept, findings = [], []
    for change in changes:
        if not change.overlaps(first_day, last_day):
            continue
        opened, covers = change.kind is ChangeKind.OPENED, change.covers(first_day, last_day)
        if not covers:
            kind = PARTLY_OPENED if opened else PARTLY_VALID
            place = place_change(change, "valid_to" if change.covers(first_day, first_day) else "valid_from")
            findings.append(kind.at(place, change=change.change_id, first=first_day, last=last_day))
        if covers or not opened:
            kept.append(change)
    return tuple(kept), findings


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


def place_change(change: RoadChange, column: str = "") -> Place:
    """
    Say where a change stands.

    Parameters
    ----------
    change
        The change.
    column
        Column that is meant; empty for the whole row.

    Returns
    -------
    Place
        File, row and column.
    """
    return Place(change.file, change.row, column)


def name_ways(change: RoadChange, missing: Sequence[int]) -> Finding:
    """
    Make the finding for way numbers that are not among the roads.

    Parameters
    ----------
    change
        The change.
    missing
        The numbers.

    Returns
    -------
    Finding
        It names the first few.
    """
    ways = ", ".join(str(way) for way in missing[:MAX_WAYS_NAMED]) + (", …" if len(missing) > MAX_WAYS_NAMED else "")
    return NO_SUCH_WAYS.at(place_change(change, "way_ids"), count=len(missing), change=change.change_id, ways=ways)


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
