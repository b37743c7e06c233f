"""Roads as the planner knows them, before a network is built from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

OSM_ATTRIBUTION: Final = "© OpenStreetMap contributors (ODbL 1.0)"
"""Whom every output that draws roads of OpenStreetMap has to name."""


@dataclass(frozen=True)
class RoadRow:
    """
    One road of a road table.

    Parameters
    ----------
    from_id
        Settlement or junction where it starts.
    to_id
        Settlement or junction where it ends.
    length_m
        Length by road in metres, above 0.
    road_class
        Class as in OpenStreetMap's ``highway`` (``primary``, ``track``, …).
    surface
        Surface as in OpenStreetMap; may be empty.
    speed_kmh
        Speed that overrides the tables; None means by class and surface.
    max_weight_t
        Heaviest bus allowed; None means no limit.
    max_height_m
        Highest bus allowed; None means no limit.
    oneway
        True if it may be driven only from start to end.
    name
        Number or name of the road; may be empty.
    source
        Where the fact comes from.
    shape
        Points as (lat, lon) from start to end; empty means a straight line.
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
