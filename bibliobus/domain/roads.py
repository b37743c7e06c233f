"""Road files as they were read, and road changes as people say them, not yet found on the roads."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

OSM_ATTRIBUTION: Final = "© OpenStreetMap contributors (ODbL 1.0)"
"""Whom every output that draws roads of OpenStreetMap has to name."""


@dataclass(frozen=True)
class RoadRow:
    """
    One road of a road table, longer than 0 m; texts may be empty.

    ``surface``: Surface as in OpenStreetMap.
    ``speed_kmh``: Speed that overrides the tables; None means by class and surface.
    ``max_weight_t``, ``max_height_m``: Heaviest and highest bus allowed; None means no limit.
    ``oneway``: True if it may be driven only from start to end.
    ``shape``: Points as (lat, lon) from start to end; empty means a straight line.
    """

    from_id: str
    to_id: str
    length_m: int
    road_class: str
    surface: str = ""
    speed_kmh: float | None = None
    max_weight_t: float | None = None
    max_height_m: float | None = None
    oneway: bool = False
    name: str = ""
    source: str = ""
    shape: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class RoadTable:
    """
    Roads given row by row.

    Parameters
    ----------
    rows
        Roads in the order of the file.
    file
        Name of the file, for findings.
    estimated
        True if the lengths are themselves an estimate and every output must say so.
    """

    rows: tuple[RoadRow, ...]
    file: str
    estimated: bool


@dataclass(frozen=True)
class NoRoads:
    """No road data at all: distances and times are estimated from positions."""


@dataclass(frozen=True)
class RoadFile:
    """
    Roads imported from OpenStreetMap; the network reads the file itself.

    Parameters
    ----------
    path
        The file.
    cache
        Where the network made from it is kept; None if nothing may be written beside it.
    """

    path: Path
    cache: Path | None


Roads: TypeAlias = RoadTable | RoadFile | NoRoads


class ChangeKind(StrEnum):
    """What a change does to a road."""

    CLOSED = "closed"
    OPENED = "opened"
    SPEED = "speed"
    WEIGHT_LIMIT = "weight limit"
    HEIGHT_LIMIT = "height limit"
    DANGER_AREA = "danger area"


class Direction(StrEnum):
    """Which direction of the road is meant: both, or only along or against the way the change is drawn or told."""

    BOTH = "both"
    ALONG = "along"
    AGAINST = "against"


@dataclass(frozen=True)
class AlongLine:
    """The roads that run along one or more lines of at least two points, each (lat, lon) in degrees."""

    parts: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class InArea:
    """
    The roads that touch an area, also those that only cross it.

    ``polygons``: One or more polygons; each is its outer ring and then its holes, each ring points as (lat, lon) in
        degrees, the last one equal to the first.
    """

    polygons: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]


@dataclass(frozen=True)
class OnWays:
    """Whole roads of OpenStreetMap by the sorted numbers of their ways, at least one."""

    way_ids: tuple[int, ...]


@dataclass(frozen=True)
class BetweenPlaces:
    """A stretch between two places of a road by number or name, or empty where a road table joins them directly."""

    from_place: str
    to_place: str
    road: str


Where: TypeAlias = AlongLine | InArea | OnWays | BetweenPlaces


@dataclass(frozen=True)
class RoadChange:
    """
    One change of a road; changes hold in the order of their list.

    Parameters
    ----------
    change_id
        Unique text.
    kind
        What happens to the road.
    where
        Which roads are meant.
    direction
        Direction that is meant: as the line is drawn, as the way is drawn in OpenStreetMap, or from the first
        place to the second. Areas mean both.
    valid_from, valid_to
        First and last day on which it holds; None means since ever, and until further notice.
    vehicles
        Ids of the buses or bus profiles it holds for, sorted; empty means all.
    value
        Kilometres an hour, tonnes or metres, by kind; None for kinds without a number.
    note
        Free text of the planner.
    source
        Where the fact comes from.
    file, row
        Name and row of the file, for findings; None if it was not read from a file.
    """

    change_id: str
    kind: ChangeKind
    where: Where
    direction: Direction = Direction.BOTH
    valid_from: date | None = None
    valid_to: date | None = None
    vehicles: tuple[str, ...] = ()
    value: float | None = None
    note: str = ""
    source: str = ""
    file: str = ""
    row: int | None = None

    def overlaps(self, first_day: date, last_day: date) -> bool:
        """
        Tell whether the change holds on any day of a span.

        Parameters
        ----------
        first_day, last_day
            First and last day of the span.

        Returns
        -------
        bool
            True if it does.
        """
        begun = self.valid_from is None or self.valid_from <= last_day
        return begun and (self.valid_to is None or first_day <= self.valid_to)

    def covers(self, first_day: date, last_day: date) -> bool:
        """
        Tell whether the change holds on every day of a span.

        Parameters
        ----------
        first_day, last_day
            First and last day of the span.

        Returns
        -------
        bool
            True if it does.
        """
        begun = self.valid_from is None or self.valid_from <= first_day
        return begun and (self.valid_to is None or last_day <= self.valid_to)


Key = TypeVar("Key", str, int)


def find_reordered(old: Sequence[Key], new: Sequence[Key]) -> tuple[Key, ...]:
    """
    Find the fewest members whose moves make one order out of another, in the new order; each stands in both once.

    All but a longest rising subsequence (Schensted 1961); those of only one order do not count.
    """
    place = {key: at for at, key in enumerate(old)}
    kept = [key for key in new if key in place]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, key in enumerate(kept):
        length: int = bisect_left(tails, place[key])
        tails[length:] = [place[key], *tails[length + 1 :]]
        before.append(ends[length - 1] if length else -1)
        ends[length:] = [at, *ends[length + 1 :]]
    stay = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        stay.add(at)
        at = before[at]
    return tuple(key for at, key in enumerate(kept) if at not in stay)
