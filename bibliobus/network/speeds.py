"""Speed of a bus by class and surface of the road."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bibliobus.domain.fleet import BusProfile
    from bibliobus.domain.roads import RoadRow


@cache
def _speeds() -> dict[tuple[str, str], float]:
    """Speed in km/h by kind (``road_class``, ``surface``) and value; surfaces without a cap are left out."""
    text = (resources.files("bibliobus.tables") / "road_profile.csv").read_text(encoding="utf-8-sig")
    rows = csv.DictReader(text.splitlines())
    return {(row["kind"], row["value"]): float(row["number"]) for row in rows if row["number"]}


def find_speed(road: RoadRow, profile: BusProfile) -> float | None:
    """
    Find the speed of a bus on a road.

    Parameters
    ----------
    road
        The road.
    profile
        Kind of bus.

    Returns
    -------
    float or None
        Kilometres an hour, or None if the bus is too heavy or too high for the road.
    """
    if road.max_weight_t is not None and profile.weight_t > road.max_weight_t:
        return None
    if road.max_height_m is not None and profile.height_m > road.max_height_m:
        return None
    speeds = _speeds()
    by_class = speeds[("road_class", road.road_class)]
    by_rule = min(by_class, speeds.get(("surface", road.surface), by_class))
    return (by_rule if road.speed_kmh is None else road.speed_kmh) * profile.speed_factor
