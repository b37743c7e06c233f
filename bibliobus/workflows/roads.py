"""Describe the imported roads of an area, and find those on which settlements depend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.domain.fleet import BusProfile
from bibliobus.errors import InputError
from bibliobus.findings import FindingKind, FindingReport, Place, Severity
from bibliobus.inputs.changes import read_changes_file
from bibliobus.inputs.files import (
    CHANGES_FILES,
    ROADS_OSM,
    SCENARIO_FILE,
    SETTLEMENTS_CSV,
    SETTLEMENTS_XLSX,
    read_files,
)
from bibliobus.inputs.roads import ROADS_CACHE
from bibliobus.inputs.settlements import read_settlements
from bibliobus.language import N_
from bibliobus.network.bus_profile import make_road_bus, measure_steps, weigh_arcs
from bibliobus.network.changed_times import apply_changes
from bibliobus.network.changes import resolve_changes
from bibliobus.network.changes_osm import OsmRoadsToChange
from bibliobus.network.critical import find_critical_roads
from bibliobus.network.engine import build_index
from bibliobus.network.osm_network import OsmNetwork, build_osm_network
from bibliobus.network.parts import find_parts
from bibliobus.network.places import DEPOT_PREFIX, NetworkPlace
from bibliobus.network.road_cache import load_roads
from bibliobus.network.road_stats import measure_roads
from bibliobus.workflows.ready import ready_area

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bibliobus.domain.places import Settlement
    from bibliobus.findings import Finding
    from bibliobus.network.change_roads import ResolvedChange
    from bibliobus.network.critical import CriticalRoad
    from bibliobus.network.road_stats import RoadStats

PLAIN_BUS: Final = BusProfile("", 5.5, 3.1, 1.0)
"""Bus that is assumed where an area has no scenario yet: the defaults of the scenario."""

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
    names
        Names of the settlements by id.
    """

    stats: RoadStats
    parts_m: tuple[int, ...]
    data_date: str
    critical: tuple[CriticalRoad, ...] | None
    names: Mapping[str, str]


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
    if not (area / ROADS_OSM).is_file():
        raise InputError(NO_IMPORTED_ROADS.at(Place(ROADS_OSM)))
    if (area / SCENARIO_FILE).is_file():
        case, report = ready_area(area, changes=changes)
        if isinstance(case.network, OsmNetwork):
            settlements = {s.settlement_id: s for s in case.dataset.settlements}
            profile = case.dataset.scenario.profiles[0]
            home = next(at for at, p in enumerate(case.network.places) if p.place_id.startswith(DEPOT_PREFIX))
            return _describe(case.network, settlements, profile, home, critical=critical), report
    return _describe_without_scenario(area, critical=critical, changes=changes)


def _describe_without_scenario(area: Path, *, critical: bool, changes: Path | None) -> tuple[RoadInfo, FindingReport]:
    """Roads of an area that has only roads, and perhaps settlements."""
    roads, findings = load_roads(area / ROADS_OSM, (area / ROADS_OSM).with_name(ROADS_CACHE))
    if roads is None:
        raise InputError(*findings)
    settlements = _read_settlements(area, findings)
    if critical and not settlements:
        raise InputError(NO_SETTLEMENTS_FOR_ROADS.at(Place()))
    places = tuple(NetworkPlace(s.settlement_id, s.lat, s.lon, s.settlement_id, 0) for s in settlements.values())
    index = build_index(roads.graph)
    resolved = _resolve_changes(area, changes, OsmRoadsToChange(roads, index), settlements, findings)
    if not places:
        bus = make_road_bus(PLAIN_BUS)
        times, _ = apply_changes(roads, bus, measure_steps(roads, bus), resolved, PLAIN_BUS.profile_id)
        parts = find_parts(roads, weigh_arcs(roads, times))
        info = RoadInfo(measure_roads(roads), _list_parts(parts.length_m.tolist()), roads.data_date, None, {})
        return info, FindingReport.of(findings)
    network = build_osm_network(
        roads, places, [PLAIN_BUS], [s.name_uk for s in settlements.values()], index=index, changes=resolved
    )
    # The place with the most people is the one that the others want to reach.
    home = max(range(len(places)), key=lambda at: (settlements[places[at].place_id].population or 0, -at))
    info = _describe(network, settlements, PLAIN_BUS, home, critical=critical)
    return info, FindingReport.of([*findings, *network.findings])


def _resolve_changes(
    area: Path,
    changes: Path | None,
    roads: OsmRoadsToChange,
    settlements: Mapping[str, Settlement],
    findings: list[Finding],
) -> tuple[ResolvedChange, ...]:
    """Changes of a file, or the area's own, with their roads; none if there are none."""
    own = [area / name for name in CHANGES_FILES if (area / name).is_file()]
    file = changes or next(iter(own), None)
    if file is None:
        return ()
    edits, more = read_changes_file(file)
    if edits is None:
        raise InputError(*more)
    resolved, unresolved = resolve_changes(roads, edits, list(settlements.values()))
    if resolved is None:
        raise InputError(*more, *unresolved)
    findings += [*more, *unresolved]
    return resolved


def _describe(
    network: OsmNetwork,
    settlements: Mapping[str, Settlement],
    profile: BusProfile,
    home: int,
    *,
    critical: bool,
) -> RoadInfo:
    """Lengths, parts and critical roads of a network."""
    view = network.views[profile.profile_id]
    weights = weigh_arcs(network.roads, view.times)
    place_ids = [place.place_id if place.place_id in settlements else None for place in network.places]
    found = find_critical_roads(network.roads, weights.tolist(), view.snaps, place_ids, home) if critical else None
    return RoadInfo(
        measure_roads(network.roads),
        _list_parts(find_parts(network.roads, weights).length_m.tolist()),
        network.roads.data_date,
        found,
        {settlement_id: settlement.name_uk for settlement_id, settlement in settlements.items()},
    )


def _list_parts(lengths_m: list[int]) -> tuple[int, ...]:
    """Lengths of the parts that have any road."""
    return tuple(length_m for length_m in lengths_m if length_m > 0)


def _read_settlements(area: Path, findings: list[Finding]) -> dict[str, Settlement]:
    """Settlements of an area without a scenario, by id; empty if it has none."""
    files, more = read_files(area)
    findings += [finding for finding in more if finding.place.file.startswith("settlements")]
    found: dict[str, Settlement] = {}
    for name in (SETTLEMENTS_XLSX, SETTLEMENTS_CSV):
        if name in files:
            table, more = read_settlements(files[name])
            findings += more
            found = {settlement.settlement_id: settlement for settlement in table.by_row.values()}
    if FindingReport(tuple(findings)).errors:
        raise InputError(*findings)
    return found
