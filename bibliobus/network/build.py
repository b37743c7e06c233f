"""From road data to a network that can be measured; the one place where a new kind of road data plugs in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from bibliobus.domain.roads import NoRoads, RoadFile, RoadTable
from bibliobus.errors import InputError
from bibliobus.network.estimate import EstimatedNetwork
from bibliobus.network.osm_network import OsmNetwork, build_osm_network
from bibliobus.network.places import DEPOT_PREFIX, LIBRARY_PREFIX, find_places
from bibliobus.network.road_cache import load_roads
from bibliobus.network.table import TableNetwork

if TYPE_CHECKING:
    from bibliobus.domain.fleet import BusProfile
    from bibliobus.findings import Finding
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
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong or worth knowing about the roads and the places on them."""
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
    Build the network of an area from whatever it knows of its roads.

    Parameters
    ----------
    dataset
        Checked inputs.

    Returns
    -------
    Network
        From imported roads or the road table, or an estimate where an area has no roads.

    Raises
    ------
    InputError
        If the imported roads cannot be used; it carries the findings.
    """
    places = find_places(dataset)
    match dataset.roads:
        case RoadTable() as table:
            return TableNetwork(places, table)
        case RoadFile() as file:
            return _build_from_file(dataset, places, file)
        case NoRoads():
            return EstimatedNetwork(places)


def _build_from_file(dataset: Dataset, places: tuple[NetworkPlace, ...], file: RoadFile) -> OsmNetwork:
    """Network of imported roads."""
    roads, findings = load_roads(file.path, file.cache)
    if roads is None:
        raise InputError(*findings)
    names = {s.settlement_id: s.name_uk for s in dataset.settlements}
    names |= {DEPOT_PREFIX + depot.depot_id: depot.name for depot in dataset.scenario.depots}
    names |= {LIBRARY_PREFIX + library.library_id: library.name for library in dataset.libraries}
    network = build_osm_network(roads, places, dataset.scenario.profiles, [names[place.place_id] for place in places])
    return replace(network, findings=(*findings, *network.findings))
