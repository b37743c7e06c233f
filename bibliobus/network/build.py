"""From road data to a network that can be measured; the one place where a new kind of road data plugs in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.domain.roads import NoRoads, RoadFile, RoadTable
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.findings import InputError
from bibliobus.network.changes.effects import resolve_all
from bibliobus.network.changes.find import RoadsToChange
from bibliobus.network.changes.resolve import select_changes
from bibliobus.network.network import join_network, make_index
from bibliobus.network.places import DEPOT_PREFIX, LIBRARY_PREFIX, MapGeometry, find_places
from bibliobus.network.sources.estimate import estimate_roads
from bibliobus.network.sources.osm import load_roads
from bibliobus.network.sources.table import lay_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.domain.fleet import BusProfile
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.roads import Roads
    from bibliobus.findings import Finding
    from bibliobus.inputs.area import Dataset
    from bibliobus.network.network import Network
    from bibliobus.network.roads.network import RoadNetwork


def build_network(dataset: Dataset, like: Network | None = None, watch: Watch = UNWATCHED) -> Network:
    """
    Build the network of an area from whatever it knows of its roads.

    Parameters
    ----------
    dataset
        Checked inputs.
    like
        Network of the same roads, with other places or changes, so that they need not be read again; None to read
        them.
    watch
        Told, and asked whether to stop, while roads are read and machine code is loaded.

    Returns
    -------
    Network
        From imported roads or the road table; where an area has no roads, from roads that are assumed between
        neighbouring settlements.

    Raises
    ------
    InputError
        If the imported roads cannot be used, or a road change finds no road; it carries the findings.
    """
    places, scenario = find_places(dataset), dataset.scenario
    first_day = dataset.roads_on or scenario.cycle.first_day
    last_day = dataset.roads_on or scenario.cycle.date_of(scenario.cycle.weeks * WEEK_DAYS - 1)
    changes, notes = select_changes(dataset.changes, first_day, last_day)
    roads, findings = (like.roads, []) if like is not None else lay_roads(dataset.roads, dataset.settlements, watch)
    index = make_index(roads, len(places), watch) if like is None else like.index
    resolved, more = resolve_all(RoadsToChange(roads, index), dataset, changes)
    watch.check()
    if resolved is None:
        # None is applied if one of them finds no road.
        raise InputError(*more)
    names = {s.settlement_id: s.name_uk for s in dataset.settlements}
    names |= {DEPOT_PREFIX + depot.depot_id: depot.name for depot in scenario.depots}
    names |= {LIBRARY_PREFIX + library.library_id: library.name for library in dataset.libraries}
    network = join_network(
        roads,
        places,
        scenario.profiles,
        [names[place.place_id] for place in places],
        index=index,
        changes=resolved,
        like=like,
        watch=watch,
    )
    return replace(network, findings=(*notes, *findings, *more, *network.findings))


def lay_roads(
    source: Roads, settlements: Sequence[Settlement], watch: Watch = UNWATCHED
) -> tuple[RoadNetwork, list[Finding]]:
    """
    Make a network of roads, whatever their source, without any places: the one place where a new source plugs in.

    Where an area has no roads they are assumed between neighbours.
    """
    match source:
        case RoadTable():
            return lay_table(source, settlements), []
        case NoRoads():
            return lay_table(estimate_roads(settlements), settlements), []
        case RoadFile():
            roads, findings = load_roads(source.path, source.cache, watch=watch)
            if roads is None:
                raise InputError(*findings)
            return roads, findings


def gather_geometry(
    network: Network, profiles: Iterable[BusProfile], legs: Iterable[tuple[str, str, str]], *, roads: bool = True
) -> MapGeometry:
    """Gather positions of all places, lines of all roads, and a shape for each leg."""
    by_id = {profile.profile_id: profile for profile in profiles}
    return MapGeometry(
        positions={place.place_id: (place.lat, place.lon) for place in network.places},
        roads=network.lines if roads else (),
        legs={
            (profile_id, from_id, to_id): network.find_path(by_id[profile_id], from_id, to_id)
            for profile_id, from_id, to_id in sorted(set(legs))
        },
    )
