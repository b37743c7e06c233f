"""What the planner decides about the papers that leave the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

Ring: TypeAlias = tuple[tuple[float, float], ...]

DEFAULT_TIME_ZONE: Final = "Europe/Kyiv"


@dataclass(frozen=True)
class Publishing:
    """
    What the papers say beside the plan, and what must not be published.

    Parameters
    ----------
    time_zone
        Name of the zone in which the clock times are, such as ``Europe/Kyiv``.
    phone
        Telephone for readers; empty if there is none.
    website
        Web page of the service; empty if there is none.
    no_publish
        Settlements whose stops must not be published, sorted.
    no_publish_areas
        Outlines of areas in which no stop may be published; each at least three points as (lat, lon) in degrees.
    """

    time_zone: str = DEFAULT_TIME_ZONE
    phone: str = ""
    website: str = ""
    no_publish: tuple[str, ...] = ()
    no_publish_areas: tuple[Ring, ...] = ()

    def forbids(self, settlement_id: str, lat: float, lon: float) -> bool:
        """
        Tell whether a stop must not be published.

        Parameters
        ----------
        settlement_id
            Settlement of the stop.
        lat
            Degrees north.
        lon
            Degrees east.

        Returns
        -------
        bool
            True if the settlement is listed, or the stop lies in one of the areas.
        """
        return settlement_id in self.no_publish or any(_lies_in(ring, lat, lon) for ring in self.no_publish_areas)


def _lies_in(ring: Ring, lat: float, lon: float) -> bool:
    """Whether a ray from the point crosses the outline an odd number of times, or the point lies on it."""
    inside = False
    for (lat_a, lon_a), (lat_b, lon_b) in zip(ring, (*ring[1:], ring[0]), strict=True):
        turn = (lon_b - lon_a) * (lat - lat_a) - (lat_b - lat_a) * (lon - lon_a)
        between = min(lat_a, lat_b) <= lat <= max(lat_a, lat_b) and min(lon_a, lon_b) <= lon <= max(lon_a, lon_b)
        if turn == 0 and between:
            return True
        if (lat_a > lat) != (lat_b > lat) and lon < lon_a + (lat - lat_a) * (lon_b - lon_a) / (lat_b - lat_a):
            inside = not inside
    return inside
