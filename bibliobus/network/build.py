"""
From road data to a network that can be measured; the one place where a new kind of road data plugs in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.domain.roads import NoRoads, RoadFile, RoadTable
from bibliobus.findings import FindingKind, InputError, Severity
from bibliobus.network.changes.resolve import resolve_changes, select_changes
from bibliobus.network.changes.roads import place_change
from bibliobus.network.changes_osm import OsmRoadsToChange
from bibliobus.network.changes_table import make_table_roads
from bibliobus.network.engine.engine import build_index
from bibliobus.network.estimate import EstimatedNetwork
from bibliobus.network.geometry import MapGeometry
from bibliobus.network.osm_network import OsmNetwork, build_osm_network
from bibliobus.network.places import DEPOT_PREFIX, LIBRARY_PREFIX, find_places
from bibliobus.network.roads.cache import load_roads
from bibliobus.network.table import TableNetwork
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.domain.changes import RoadChange
    from bibliobus.domain.fleet import BusProfile
    from bibliobus.findings import Finding
    from bibliobus.inputs.area import Dataset
    from bibliobus.network.changes.roads import ChangeableRoads, ResolvedChange
    from bibliobus.network.drive_grounds import Ground
    from bibliobus.network.drive_roads import RoadPiece
    from bibliobus.network.geometry import LatLon, RoadLine
    from bibliobus.network.places import NetworkPlace, TravelMatrix

CHANGES_WITHOUT_ROADS: Final = FindingKind(
    "changes-without-roads",
    Severity.ERROR,
    N_("There are road changes, but the area has no roads they could be laid over."),
    N_("Import roads with “bibliobus roads import”, put a road table into the area, or take the changes away."),
)


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

    def list_roads(self, profile: BusProfile, from_id: str, to_id: str) -> tuple[RoadPiece, ...]:
        """
        List the roads of the fastest drive.

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
        tuple of RoadPiece
            In the order of the drive; none where the names are not known.
        """
        ...

    def list_grounds(self, profile: BusProfile, from_id: str, to_id: str) -> tuple[Ground, ...]:
        """
        List what the fastest drive goes over.

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
        tuple of Ground
            Each kind of road once, the one with most metres first; none where the roads are not known.
        """
        ...


def build_network(dataset: Dataset, like: OsmNetwork | None = None) -> Network:
    """
    Build the network of an area from whatever it knows of its roads.

    Parameters
    ----------
    dataset
        Checked inputs.
    like
        Network of the same imported roads, with other places or changes, so that they need not be read again;
        None to read them.

    Returns
    -------
    Network
        From imported roads or the road table, or an estimate where an area has no roads.

    Raises
    ------
    InputError
        If the imported roads cannot be used, or a road change finds no road; it carries the findings.
    """
    places = find_places(dataset)
    cycle = dataset.scenario.cycle
    last_day = cycle.date_of(cycle.weeks * WEEK_DAYS - 1)
    changes, notes = select_changes(dataset.changes, cycle.first_day, last_day)
    match dataset.roads:
        case RoadTable() as table:
            resolved, findings = _resolve(make_table_roads(table, dataset.settlements), changes, dataset)
            return TableNetwork(places, table, resolved, (*notes, *findings))
        case RoadFile() as file:
            network = _build_from_file(dataset, places, changes, _load(file) if like is None else (like, []))
            return replace(network, findings=(*notes, *network.findings))
        case NoRoads():
            if changes:
                raise InputError(CHANGES_WITHOUT_ROADS.at(place_change(changes[0])))
            return EstimatedNetwork(places)


def _load(file: RoadFile) -> tuple[OsmNetwork, list[Finding]]:
    """Imported roads without any place."""
    roads, findings = load_roads(file.path, file.cache)
    if roads is None:
        raise InputError(*findings)
    return OsmNetwork((), roads, {}, (), build_index(roads.graph)), findings


def _build_from_file(
    dataset: Dataset,
    places: tuple[NetworkPlace, ...],
    changes: tuple[RoadChange, ...],
    loaded: tuple[OsmNetwork, list[Finding]],
) -> OsmNetwork:
    """Network of imported roads."""
    (plain, findings), roads = loaded, loaded[0].roads
    index = plain.index or build_index(roads.graph)
    resolved, more = _resolve(OsmRoadsToChange(roads, index), changes, dataset)
    names = {s.settlement_id: s.name_uk for s in dataset.settlements}
    names |= {DEPOT_PREFIX + depot.depot_id: depot.name for depot in dataset.scenario.depots}
    names |= {LIBRARY_PREFIX + library.library_id: library.name for library in dataset.libraries}
    network = build_osm_network(
        roads,
        places,
        dataset.scenario.profiles,
        [names[place.place_id] for place in places],
        index=index,
        changes=resolved,
    )
    return replace(network, findings=(*findings, *more, *network.findings))


def _resolve(
    roads: ChangeableRoads, changes: tuple[RoadChange, ...], dataset: Dataset
) -> tuple[tuple[ResolvedChange, ...], list[Finding]]:
    """All changes with their roads; an error if one of them finds none, so that none is applied."""
    if not changes:
        return (), []
    resolved, findings = resolve_changes(roads, changes, dataset.settlements, dataset.scenario)
    if resolved is None:
        raise InputError(*findings)
    return resolved, findings


def gather_geometry(
    network: Network, profiles: Iterable[BusProfile], legs: Iterable[tuple[str, str, str]], *, roads: bool = True
) -> MapGeometry:
    """
    Gather the shapes of roads and legs.

    Parameters
    ----------
    network
        Roads of the area.
    profiles
        Kinds of bus.
    legs
        (profile id, from place, to place) of the legs to draw.
    roads
        False to leave the roads out.

    Returns
    -------
    MapGeometry
        Positions of all places, lines of all roads, and a shape for each leg.
    """
    by_id = {profile.profile_id: profile for profile in profiles}
    return MapGeometry(
        positions={place.place_id: (place.lat, place.lon) for place in network.places},
        roads=network.lines if roads else (),
        legs={
            (profile_id, from_id, to_id): network.find_path(by_id[profile_id], from_id, to_id)
            for profile_id, from_id, to_id in sorted(set(legs))
        },
    )
