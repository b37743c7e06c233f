"""The ground under a plan: where places lie, how roads run, and how each drive does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from bibliobus.network.build import gather_geometry
from bibliobus.network.places import LatLon, MapGeometry, RoadLine
from bibliobus.network.roads.drives import RoadPiece

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.inputs.area import Dataset
    from bibliobus.network.network import Network
    from bibliobus.plan.plan import Leg, Plan, Tour

__all__ = [
    "Drive",
    "MapGround",
    "LatLon",
    "MapGeometry",
    "RoadLine",
    "RoadPiece",
    "gather_ground",
    "key_drive",
]

Drive: TypeAlias = tuple[str, str, str]
"""Kind of bus, place it leaves, place it reaches."""


@dataclass(frozen=True)
class MapGround:
    """Positions, roads and lines in degrees, and the roads of each drive by name as far as they are known."""

    geometry: MapGeometry
    pieces: Mapping[Drive, tuple[RoadPiece, ...]] = field(default_factory=dict)

    def find_line(self, drive: Drive) -> tuple[LatLon, ...]:
        """Find how a drive runs: straight from place to place where nothing is known of the roads between."""
        line = self.geometry.legs.get(drive, ())
        positions = self.geometry.positions
        return line if len(line) > 1 else (positions[drive[1]], positions[drive[2]])


def gather_ground(
    plan: Plan, dataset: Dataset, network: Network, *, roads: bool = True, pieces: bool = False
) -> MapGround:
    """Gather the ground under a plan; the names of the roads of its drives only where they are asked for."""
    profiles = {profile.profile_id: profile for profile in dataset.scenario.profiles}
    drives = sorted({key_drive(dataset, tour, leg) for tour in plan.all_tours for leg in tour.legs})
    geometry = gather_geometry(network, dataset.scenario.profiles, drives, roads=roads)
    named = {drive: network.list_roads(profiles[drive[0]], *drive[1:]) for drive in drives} if pieces else {}
    return MapGround(geometry, named)


def key_drive(dataset: Dataset, tour: Tour, leg: Leg) -> Drive:
    """Say by what the line of a leg is found: buses of one kind take the same roads."""
    bus = next(bus for bus in dataset.scenario.buses if bus.bus_id == tour.bus_id)
    return bus.profile_id, leg.from_id, leg.to_id
