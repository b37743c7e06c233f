"""Describe the imported roads of an area, and find those on which settlements depend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.errors import InputError
from bibliobus.findings import FindingKind, FindingReport, Place, Severity
from bibliobus.inputs.area import refuse_area
from bibliobus.inputs.files import ROADS_OSM, SCENARIO_FILE
from bibliobus.language import N_
from bibliobus.network.critical import find_critical_roads
from bibliobus.network.matrix import UNREACHABLE_S
from bibliobus.network.osm_network import OsmNetwork
from bibliobus.network.parts import find_parts
from bibliobus.network.places import DEPOT_PREFIX
from bibliobus.network.road_stats import measure_roads
from bibliobus.wording import Name
from bibliobus.workflows.ready import ready_area
from bibliobus.workflows.roads_alone import read_roads_alone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bibliobus.domain.fleet import BusProfile
    from bibliobus.domain.places import Settlement
    from bibliobus.network.critical import CriticalRoad
    from bibliobus.network.road_stats import RoadStats

NO_IMPORTED_ROADS: Final = FindingKind(
    "no-imported-roads",
    Severity.ERROR,
    N_("The area has no roads from OpenStreetMap."),
    N_("Import them with “bibliobus roads import FILE.osm.pbf -o AREA”."),
)
NO_SETTLEMENTS_FOR_ROADS: Final = FindingKind(
    "no-settlements-for-roads",
    Severity.ERROR,
    N_("Critical roads are those on which settlements depend, but the area has no settlements."),
    N_("Put a file settlements.csv into the area, or import the places with --places."),
)


@dataclass(frozen=True)
class RoadInfo:
    """
    What the roads of an area are.

    Parameters
    ----------
    stats
        Lengths by class and surface.
    parts_m
        Metres of road in each part between which a bus cannot drive there and back, longest first.
    data_date
        Date of the data; may be empty.
    critical
        Critical roads; None if they were not asked for.
    seen_from
        Id of the place from which settlements would be cut off; empty if critical roads were not asked for, or no
        place joins the roads.
    names
        Names of settlements and depots by id.
    """

    stats: RoadStats
    parts_m: tuple[int, ...]
    data_date: str
    critical: tuple[CriticalRoad, ...] | None
    seen_from: str
    names: Mapping[str, Name]


def describe_roads(
    area: Path, *, critical: bool = False, changes: Path | None = None
) -> tuple[RoadInfo, FindingReport]:
    """
    Describe the imported roads of an area.

    Parameters
    ----------
    area
        Folder of the area; it needs no scenario.
    critical
        True to search for the roads on which settlements depend.
    changes
        File of road changes that takes the place of the area's own; None means the area's own. Without
        a scenario there are no days, and every change holds.

    Returns
    -------
    info : RoadInfo
        Lengths, parts, and the critical roads.
    report : FindingReport
        Settlements without a road, and what else is worth knowing.

    Raises
    ------
    InputError
        If the area has no imported roads, or they cannot be used.
    """
    if (refused := refuse_area(area)) is not None:
        raise InputError(refused)
    if not (area / ROADS_OSM).is_file():
        raise InputError(NO_IMPORTED_ROADS.at(Place(ROADS_OSM)))
    if (area / SCENARIO_FILE).is_file():
        case, report = ready_area(area, changes=changes)
        if isinstance(case.network, OsmNetwork):
            scenario = case.dataset.scenario
            names = _name_settlements(case.dataset.settlements)
            names |= {DEPOT_PREFIX + depot.depot_id: Name(depot.name, "") for depot in scenario.depots}
            return _describe(case.network, case.dataset.settlements, scenario.profiles[0], names, critical), report
    alone, report = read_roads_alone(area, changes=changes)
    if critical and not alone.settlements:
        raise InputError(NO_SETTLEMENTS_FOR_ROADS.at(Place()))
    names = _name_settlements(alone.settlements)
    return _describe(alone.network, alone.settlements, alone.profile, names, critical), report


def _name_settlements(settlements: tuple[Settlement, ...]) -> dict[str, Name]:
    """Names of settlements by id."""
    return {settlement.settlement_id: Name(settlement.name_uk, settlement.name_latin) for settlement in settlements}


def _describe(
    network: OsmNetwork,
    settlements: tuple[Settlement, ...],
    profile: BusProfile,
    names: Mapping[str, Name],
    critical: bool,
) -> RoadInfo:
    """Lengths, parts and critical roads of a network."""
    view = network.views[profile.profile_id]
    parts = find_parts(network.roads, view.times)
    home = _find_home(network, settlements, profile) if critical else None
    found: tuple[CriticalRoad, ...] | None = () if critical else None
    if home is not None:
        ids = {settlement.settlement_id for settlement in settlements}
        place_ids = [place.place_id if place.place_id in ids else None for place in network.places]
        found = find_critical_roads(network.roads, view.times, view.snaps, place_ids, home)
    return RoadInfo(
        measure_roads(network.roads),
        tuple(length_m for length_m in parts.length_m.tolist() if length_m > 0),
        network.roads.data_date,
        found,
        "" if home is None else network.places[home].place_id,
        names,
    )


def _find_home(network: OsmNetwork, settlements: tuple[Settlement, ...], profile: BusProfile) -> int | None:
    """
    Place that the others want to reach; None if no place joins the roads.

    The first depot; without one the settlement with the most people, or, if nobody knows how many there are, the
    one from which most others are reached, in the least time.
    """
    joined = [at for at, segment in enumerate(network.views[profile.profile_id].snaps.segment.tolist()) if segment >= 0]
    people = {settlement.settlement_id: settlement.population or 0 for settlement in settlements}
    depots = [at for at in joined if network.places[at].place_id.startswith(DEPOT_PREFIX)]
    if depots:
        return depots[0]
    homes = [at for at in joined if network.places[at].place_id in people]
    if any(people[network.places[at].place_id] for at in homes):
        return max(homes, key=lambda at: (people[network.places[at].place_id], -at))
    duration_s = network.measure_travel(profile).duration_s
    reached = duration_s < UNREACHABLE_S
    return min(homes, key=lambda at: (-int(reached[at].sum()), int(duration_s[at][reached[at]].sum())), default=None)
