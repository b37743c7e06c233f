"""
Real roads of an area: imported from an OpenStreetMap file, described, and those found on which settlements depend.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bibliobus.domain.places import Settlement
from bibliobus.domain.roads import OSM_ATTRIBUTION, RoadFile, RoadTable
from bibliobus.findings import (
    FindingKind,
    FindingReport,
    InputError,
    Place,
    Severity,
    ToolError,
    UsageError,
    explain_refusal,
)
from bibliobus.inputs.area import refuse_area, refuse_plan
from bibliobus.inputs.files import FILE_UNREADABLE, ROADS_OSM, SCENARIO_FILE, SETTLEMENTS_CSV, InputFile
from bibliobus.inputs.roads import ROADS_CACHE
from bibliobus.inputs.settlements import format_settlements, read_settlements
from bibliobus.inputs.tables.cells import MAX_ID, clean_id, show_value
from bibliobus.network.osm.file import READ_ERRORS
from bibliobus.network.osm.read import read_osm, write_cut
from bibliobus.network.osm.roads import make_region, read_region
from bibliobus.network.places import DEPOT_PREFIX, UNREACHABLE_S
from bibliobus.network.roads.lines import measure_roads
from bibliobus.network.roads.profile import find_parts
from bibliobus.network.sources.osm import load_roads
from bibliobus.network.study import find_critical_roads
from bibliobus.tasks.areas import read_roads_alone, ready_area
from bibliobus.tasks.folders import OUTPUT_FAILED, check_output, write_file, write_folder
from bibliobus.words.language import KM_M, N_, alphabet_key
from bibliobus.words.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bibliobus.domain.fleet import BusProfile
    from bibliobus.domain.roads import Roads
    from bibliobus.findings import Finding
    from bibliobus.model.area import PreparedArea
    from bibliobus.network.network import Network
    from bibliobus.network.osm.read import Progress
    from bibliobus.network.osm.roads import OsmPlace, OsmRoads, Region
    from bibliobus.network.roads.lines import RoadStats
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.study import CriticalRoad

NO_SETTLEMENTS_FOR_ROADS: Final = FindingKind(
    "no-settlements-for-roads",
    Severity.ERROR,
    N_("Critical roads are those on which settlements depend, but the area has no settlements."),
    N_("Put a file settlements.csv into the area, or import the places with --places."),
)


@dataclass(frozen=True)
class RoadInfo:
    """
    What the roads of an area are; date of the data and whom to name for them may be empty.

    ``critical``: Critical roads; None if they were not asked for.
    ``seen_from``: Id of the place from which settlements would be cut off; empty if that was not asked for, or no place
        joins the roads.
    """

    stats: RoadStats
    parts_m: tuple[int, ...]
    data_date: str
    critical: tuple[CriticalRoad, ...] | None
    seen_from: str
    names: Mapping[str, Name]
    estimated: bool
    attribution: str = ""


def describe_roads(
    area: Path, *, critical: bool = False, changes: Path | None = None
) -> tuple[RoadInfo, FindingReport]:
    """
    Describe the roads of an area, whatever their source and with or without a scenario.

    ``changes``: File of road changes that takes the place of the area's own; None means the area's own. Without a
        scenario there are no days, and every change holds.
    """
    if (refused := refuse_area(area)) is not None:
        raise InputError(refused)
    if (area / SCENARIO_FILE).is_file():
        prepared, report = ready_area(area, changes=changes)
        return tell_roads(prepared, critical=critical), report
    alone, report = read_roads_alone(area, changes=changes)
    if critical and not alone.settlements:
        raise InputError(NO_SETTLEMENTS_FOR_ROADS.at(Place()))
    names = _name_settlements(alone.settlements)
    told = _describe(alone.network, alone.settlements, alone.profile, names, critical)
    return replace(told, attribution=_credit(alone.source)), report


def name_critical(road: CriticalRoad, names: Mapping[str, str]) -> str:
    """Name a critical road: number and name, or the places that it leads between; empty if it has neither."""
    return road.label or " – ".join(names.get(end, end) for end in road.ends)


def _credit(source: Roads) -> str:
    """Whom to name for the roads; nobody where they are only assumed."""
    match source:
        case RoadFile():
            return OSM_ATTRIBUTION
        case RoadTable(rows):
            return "; ".join(sorted({row.source for row in rows if row.source}, key=alphabet_key))
        case _:
            return ""


def tell_roads(prepared: PreparedArea, *, critical: bool = False) -> RoadInfo:
    """Describe the roads of an area that is ready, whatever their source."""
    settlements, scenario = prepared.dataset.settlements, prepared.dataset.scenario
    depots = {DEPOT_PREFIX + depot.depot_id: Name(depot.name, "") for depot in scenario.depots}
    names = {**_name_settlements(settlements), **depots}
    told = _describe(prepared.network, settlements, scenario.profiles[0], names, critical)
    return replace(told, attribution=_credit(prepared.dataset.roads))


def _name_settlements(settlements: tuple[Settlement, ...]) -> dict[str, Name]:
    """Names of settlements by id."""
    return {settlement.settlement_id: Name(settlement.name_uk, settlement.name_latin) for settlement in settlements}


def _describe(
    network: Network,
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
        network.estimated,
    )


def _find_home(network: Network, settlements: tuple[Settlement, ...], profile: BusProfile) -> int | None:
    """
    Place that the others want to reach; None if no place joins the roads.

    The first depot; without one the settlement with the most people, or, if nobody knows how many there are, the
    one from which most others are reached, in the least time.
    """
    joined = [at for at, joins in enumerate(network.views[profile.profile_id].snaps.joined.tolist()) if joins]
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


TWO_REGIONS: Final = FindingKind(
    "two-regions",
    Severity.ERROR,
    N_("Both --within and --around are given, and it is not clear which one holds."),
    N_("Give one of them."),
)
NO_PLACES: Final = FindingKind(
    "no-places",
    Severity.WARNING,
    N_("The file names no places in this region, so the table of settlements has no rows."),
    N_("Fill the table by hand, or take a file from which the places were not left out."),
)
PLACES_TWICE: Final = FindingKind(
    "places-twice",
    Severity.NOTE,
    N_("The file holds some places twice, with the same name and position ({names}); each was written once."),
    N_("Nothing to do."),
)


@dataclass(frozen=True)
class Imported:
    """What an import gave: how many places were written as settlements, 0 if none were asked for."""

    stats: RoadStats
    places: int
    needs_scenario: bool
    report: FindingReport


def import_roads(
    source: Path,
    area: Path,
    *,
    within: Path | None = None,
    around: tuple[Path, float] | None = None,
    places: bool = False,
    force: bool = False,
    on_progress: Progress | None = None,
) -> Imported:
    """
    Import the roads of an OpenStreetMap file into an area.

    ``source``: ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.
    ``area``: Folder, which may be new; only ``roads`` in it is written, and settlements.csv if places are wanted.
    ``within``: GeoJSON polygon; only roads that touch it are kept.
    ``around``: Table of settlements and kilometres; only roads within that distance of one of them are kept.
    """
    if (refused := refuse_plan(area)) is not None:
        raise InputError(refused)
    check_output(area / Path(ROADS_OSM).parent, force=force)
    settlements_file = area / SETTLEMENTS_CSV
    if places:
        check_output(settlements_file, force=force)
    roads, findings = read_osm(source, region=_find_region(within, around), progress=on_progress)
    if roads is None:
        raise InputError(*findings)
    network, files, more = _make_files(source, roads, on_progress)
    # What was found in the file itself is found in its cut again.
    known = {finding.code for finding in findings}
    findings += [finding for finding in more if finding.code not in known]
    if network is None:
        raise InputError(*findings)
    settlements = _make_settlements(roads.places, source.name, findings) if places else []
    write_folder(area / Path(ROADS_OSM).parent, files, force=force)
    if places:
        write_file(settlements_file, format_settlements(settlements), force=force)
    needs_scenario = not (area / SCENARIO_FILE).exists()
    return Imported(measure_roads(network), len(settlements), needs_scenario, FindingReport.of(findings))


def _make_files(
    source: Path, roads: OsmRoads, progress: Progress | None
) -> tuple[RoadNetwork | None, dict[str, bytes], list[Finding]]:
    """Network of the roads that are kept, the files of their folder by name, and what was found in them."""
    with tempfile.TemporaryDirectory() as folder:
        cut, cache = Path(folder) / Path(ROADS_OSM).name, Path(folder) / ROADS_CACHE
        try:
            write_cut(source, cut, roads, progress=progress)
        except READ_ERRORS as error:
            problem = explain_refusal(error if isinstance(error, OSError) else OSError())
            raise ToolError(OUTPUT_FAILED.at(Place(), name=Path(ROADS_OSM).parent.name, problem=problem)) from error
        network, findings = load_roads(cut, cache)
        return network, {file.name: file.read_bytes() for file in (cut, cache) if file.is_file()}, findings


def _make_settlements(places: Sequence[OsmPlace], file: str, findings: list[Finding]) -> list[Settlement]:
    """Settlements of all places, sorted by id; findings if there are none, or some twice."""
    # Of two entries for one place, the one that knows its population.
    known = sorted(places, key=lambda place: place.population is None)
    single = {(place.name, place.lat, place.lon): place for place in reversed(known)}
    twice = sorted(
        {place.name for place in places if single[place.name, place.lat, place.lon] is not place}, key=alphabet_key
    )
    if twice:
        findings.append(PLACES_TWICE.at(Place(file), names=show_value(", ".join(twice))))
    if not places:
        findings.append(NO_PLACES.at(Place(file)))
    return _name_settlements_road_import(place for place in places if single[place.name, place.lat, place.lon] is place)


def _name_settlements_road_import(places: Iterable[OsmPlace]) -> list[Settlement]:
    """Settlements of places: the code of the codifier is the id where one is tagged, and no other place has it."""
    found: dict[str, Settlement] = {}
    for place in places:
        own_id = f"osm-{place.osm_id}"
        settlement_id = clean_id(place.katottg) or own_id
        settlement_id = own_id if settlement_id in found or len(settlement_id) > MAX_ID else settlement_id
        found[settlement_id] = _make_settlement(place, settlement_id)
    return [found[settlement_id] for settlement_id in sorted(found)]


def _make_settlement(place: OsmPlace, settlement_id: str) -> Settlement:
    """Settlement of a place."""
    return Settlement(
        settlement_id=settlement_id,
        name_uk=place.name_uk or place.name,
        name_latin=place.name_latin or (place.name if place.name.isascii() else ""),
        category="",
        raion="",
        hromada="",
        lat=place.lat,
        lon=place.lon,
        population=place.population,
        note=f"OpenStreetMap: place={place.kind}" + (f", koatuu={place.koatuu}" if place.koatuu else ""),
    )


def _find_region(within: Path | None, around: tuple[Path, float] | None) -> Region | None:
    """Region that is wanted; None for everything."""
    if within is not None and around is not None:
        raise UsageError(TWO_REGIONS.at(Place()))
    if within is not None:
        region, findings = read_region(within)
        if region is None:
            raise InputError(*findings)
        return region
    if around is None:
        return None
    file, km = around
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(FILE_UNREADABLE.at(Place(file.name), problem=explain_refusal(error))) from error
    table, findings = read_settlements(InputFile(file.name, content))
    if FindingReport(tuple(findings)).errors:
        raise InputError(*findings)
    places = table.by_row.values()
    return make_region([s.lat for s in places], [s.lon for s in places], km * KM_M)
