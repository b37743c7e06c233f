"""MapGeometry: where places lie and how legs run, in degrees, for drawing only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

LatLon: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class RoadLine:
    """
    One road to draw under the plan.

    Parameters
    ----------
    points
        (lat, lon) from start to end, at least two.
    road_class
        Class as in OpenStreetMap's ``highway``; ``estimate`` if it is no real road.
    name
        Number or name; may be empty.
    """

    points: tuple[LatLon, ...]
    road_class: str
    name: str


@dataclass(frozen=True)
class MapGeometry:
    """
    Everything a map needs to know about the ground.

    Parameters
    ----------
    positions
        (lat, lon) of every place id: settlements, ``depot/…``, ``library/…``.
    roads
        Roads of the area; empty where there are none.
    legs
        (lat, lon) points of each leg by (profile id, from place, to place).
    """

    positions: Mapping[str, LatLon]
    roads: tuple[RoadLine, ...]
    legs: Mapping[tuple[str, str, str], tuple[LatLon, ...]]
