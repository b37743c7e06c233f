"""Real roads for an area: imported from OpenStreetMap, described, and searched for the critical ones."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bibliobus.domain.fleet import BusProfile
from bibliobus.domain.places import Settlement
from bibliobus.errors import InputError, ToolError, UsageError
from bibliobus.findings import FindingKind, FindingReport, Place, Severity
from bibliobus.inputs.cells import MAX_ID, clean_id
from bibliobus.inputs.changes import read_changes_file
from bibliobus.inputs.files import CHANGES_FILES, FILE_UNREADABLE, ROADS_OSM, SCENARIO_FILE, InputFile, read_files
from bibliobus.inputs.roads import ROADS_CACHE
from bibliobus.inputs.settlement_csv import format_settlements
from bibliobus.inputs.settlements import read_settlements
from bibliobus.language import N_
from bibliobus.network.bus_profile import make_road_bus, measure_steps, weigh_arcs
from bibliobus.network.changed_times import apply_changes
from bibliobus.network.changes import resolve_changes
from bibliobus.network.changes_osm import OsmRoadsToChange
from bibliobus.network.critical import CriticalRoad, find_critical_roads
from bibliobus.network.engine import build_index
from bibliobus.network.osm import read_osm
from bibliobus.network.osm_cut import write_cut
from bibliobus.network.osm_file import READ_ERRORS
from bibliobus.network.osm_network import OsmNetwork, build_osm_network
from bibliobus.network.osm_region import Region, make_region, read_region
from bibliobus.network.parts import find_parts
from bibliobus.network.places import DEPOT_PREFIX, NetworkPlace
from bibliobus.network.road_cache import load_roads
from bibliobus.network.road_stats import RoadStats, measure_roads
from bibliobus.refusals import explain_refusal
from bibliobus.units import KM_M
from bibliobus.workflows.output import OUTPUT_FAILED, check_output, write_file, write_folder
from bibliobus.workflows.ready import ready_area

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bibliobus.findings import Finding
    from bibliobus.network.change_roads import ResolvedChange
    from bibliobus.network.osm_places import OsmPlace
    from bibliobus.network.osm_roads import OsmRoads
    from bibliobus.network.road_network import RoadNetwork

ROADS_FOLDER: Final = "roads"
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


@dataclass(frozen=True)
class Imported:
    """
    What an import gave.

    Parameters
    ----------
    stats
        Lengths by class and surface.
    places
        Number of places written as settlements; 0 if none were asked for.
    report
        Warnings and notes.
    """

    stats: RoadStats
    places: int
    report: FindingReport


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


def import_roads(
    source: Path,
    area: Path,
    *,
    within: Path | None = None,
    around: tuple[Path, float] | None = None,
    places: bool = False,
    force: bool = False,
    on_progress: Callable[[str, int], None] | None = None,
) -> Imported:
    """
    Import the roads of an OpenStreetMap file into an area.

    Parameters
    ----------
    source
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.
    area
        Folder of the area, which may be new; only ``roads`` in it is written, and settlements.csv if
        places are wanted.
    within
        GeoJSON polygon; only roads that touch it are kept.
    around
        Table of settlements and kilometres; only roads within that distance of one of them are kept.
    places
        True to write the places of the file as settlements.csv.
    force
        True if what stands there may be replaced.
    on_progress
        Called with a label and the number of roads read so far.

    Returns
    -------
    Imported
        What was imported.

    Raises
    ------
    UsageError
        If something stands in the way, or two regions are given.
    InputError
        If the file or the region cannot be used; nothing is written then.
    ToolError
        If the disk or the rights do not allow it.
    """
    check_output(area / ROADS_FOLDER, force=force)
    settlements_file = area / "settlements.csv"
    if places:
        check_output(settlements_file, force=force)
    roads, findings = read_osm(source, region=_find_region(within, around), progress=on_progress)
    if roads is None:
        raise InputError(*findings)
    network, files, more = _make_files(source, roads)
    # What was found in the file itself is found in its cut again.
    known = {finding.code for finding in findings}
    findings += [finding for finding in more if finding.code not in known]
    if network is None:
        raise InputError(*findings)
    settlements = _name_settlements(roads.places) if places else []
    if places and not settlements:
        findings.append(NO_PLACES.at(Place(source.name)))
    write_folder(area / ROADS_FOLDER, files, force=force)
    if places:
        write_file(settlements_file, format_settlements(settlements), force=force)
    return Imported(measure_roads(network), len(settlements), FindingReport.of(findings))


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
    file = area / ROADS_OSM
    if not file.is_file():
        raise InputError(NO_IMPORTED_ROADS.at(Place(ROADS_OSM)))
    if (area / SCENARIO_FILE).is_file():
        case, report = ready_area(area, changes=changes)
        if isinstance(case.network, OsmNetwork):
            settlements = {s.settlement_id: s for s in case.dataset.settlements}
            profile = case.dataset.scenario.profiles[0]
            home = next(at for at, p in enumerate(case.network.places) if p.place_id.startswith(DEPOT_PREFIX))
            return _describe(case.network, settlements, profile, home, critical=critical), report
    return _describe_without_scenario(area, critical=critical, changes=changes)


def _make_files(source: Path, roads: OsmRoads) -> tuple[RoadNetwork | None, dict[str, bytes], list[Finding]]:
    """Network of the roads that are kept, the files of their folder by name, and what was found in them."""
    with tempfile.TemporaryDirectory() as folder:
        cut, cache = Path(folder) / Path(ROADS_OSM).name, Path(folder) / ROADS_CACHE
        try:
            write_cut(source, cut, roads)
        except READ_ERRORS as error:
            problem = explain_refusal(error if isinstance(error, OSError) else OSError())
            raise ToolError(OUTPUT_FAILED.at(Place(), name=ROADS_FOLDER, problem=problem)) from error
        network, findings = load_roads(cut, cache)
        return network, {file.name: file.read_bytes() for file in (cut, cache) if file.is_file()}, findings


def _name_settlements(places: Iterable[OsmPlace]) -> list[Settlement]:
    """Settlements of places by id: the code of the codifier where one is tagged, and no other place has it."""
    found: dict[str, Settlement] = {}
    for place in places:
        own_id = f"osm-{place.osm_id}"
        settlement_id = clean_id(place.katottg) or own_id
        settlement_id = own_id if settlement_id in found or len(settlement_id) > MAX_ID else settlement_id
        note = f"OpenStreetMap: place={place.kind}" + (f", koatuu={place.koatuu}" if place.koatuu else "")
        found[settlement_id] = Settlement(
            settlement_id=settlement_id,
            name_uk=place.name_uk or place.name,
            name_latin=place.name_latin or (place.name if place.name.isascii() else ""),
            category="",
            raion="",
            hromada="",
            lat=place.lat,
            lon=place.lon,
            population=place.population,
            note=note,
        )
    return [found[settlement_id] for settlement_id in sorted(found)]


def _describe_without_scenario(area: Path, *, critical: bool, changes: Path | None) -> tuple[RoadInfo, FindingReport]:
    """Roads of an area that has only roads, and perhaps settlements."""
    roads, findings = load_roads(area / ROADS_OSM, area / ROADS_FOLDER / ROADS_CACHE)
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
    for name in ("settlements.csv", "settlements.xlsx"):
        if name in files:
            table, more = read_settlements(files[name])
            findings += more
            if FindingReport(tuple(findings)).errors:
                break
            return {s.settlement_id: s for s in table.by_row.values()}
    if FindingReport(tuple(findings)).errors:
        raise InputError(*findings)
    return {}


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
