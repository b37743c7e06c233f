"""From road data to a network that can be measured; the one place where a new kind of road data plugs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bibliobus.domain.roads import NoRoads, RoadTable
from bibliobus.network.estimate import EstimatedNetwork
from bibliobus.network.places import find_places
from bibliobus.network.table import TableNetwork

if TYPE_CHECKING:
    from bibliobus.domain.fleet import BusProfile
    from bibliobus.inputs.dataset import Dataset
    from bibliobus.network.geometry import LatLon, RoadLine
    from bibliobus.network.matrix import TravelMatrix
    from bibliobus.network.places import NetworkPlace


class Network(Protocol):
    """Roads of an area with its places joined to them."""

    @property
    def places(self) -> tuple[NetworkPlace, ...]:
        """Places of the area."""
        ...

    @property
    def estimated(self) -> bool:
        """Whether distances or times are estimates."""
        ...

    @property
    def lines(self) -> tuple[RoadLine, ...]:
        """Roads to draw."""
        ...

    def measure_travel(self, profile: BusProfile) -> TravelMatrix:
        """
        Measure the fastest drive between every two places.

        Parameters
        ----------
        profile
            Kind of bus.

        Returns
        -------
        TravelMatrix
            Places in the order of the network.
        """
        ...

    def find_path(self, profile: BusProfile, from_id: str, to_id: str) -> tuple[LatLon, ...]:
        """
        Find the line of the fastest drive.

        Parameters
        ----------
        profile
            Kind of bus.
        from_id
            Place it leaves.
        to_id
            Place it reaches; a road must lead there.

        Returns
        -------
        tuple of (lat, lon)
            From start to end.
        """
        ...


def build_network(dataset: Dataset) -> Network:
    """
    Build the network of an area.

    Parameters
    ----------
    dataset
        Checked inputs.

    Returns
    -------
    Network
        From the road table, or an estimate where an area has no roads.
    """
    places = find_places(dataset)
    match dataset.roads:
        case RoadTable() as table:
            return TableNetwork(places, table)
        case NoRoads():
            return EstimatedNetwork(places)
