"""Import the roads of an OpenStreetMap file into an area."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bibliobus.alphabet import alphabet_key
from bibliobus.domain.places import Settlement
from bibliobus.errors import InputError, ToolError, UsageError
from bibliobus.findings import FindingKind, FindingReport, Place, Severity
from bibliobus.inputs.area import refuse_plan
from bibliobus.inputs.cells import MAX_ID, clean_id, show_value
from bibliobus.inputs.files import FILE_UNREADABLE, ROADS_OSM, SCENARIO_FILE, SETTLEMENTS_CSV, InputFile
from bibliobus.inputs.roads import ROADS_CACHE
from bibliobus.inputs.settlement_csv import format_settlements
from bibliobus.inputs.settlements import read_settlements
from bibliobus.language import N_
from bibliobus.network.osm import read_osm
from bibliobus.network.osm_cut import write_cut
from bibliobus.network.osm_file import READ_ERRORS
from bibliobus.network.osm_region import make_region, read_region
from bibliobus.network.road_cache import load_roads
from bibliobus.network.road_stats import measure_roads
from bibliobus.refusals import explain_refusal
from bibliobus.units import KM_M
from bibliobus.workflows.output import OUTPUT_FAILED, check_output, write_file, write_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.findings import Finding
    from bibliobus.network.osm import Progress
    from bibliobus.network.osm_places import OsmPlace
    from bibliobus.network.osm_region import Region
    from bibliobus.network.osm_roads import OsmRoads
    from bibliobus.network.road_network import RoadNetwork
    from bibliobus.network.road_stats import RoadStats

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
    """
    What an import gave.

    Parameters
    ----------
    stats
        Lengths by class and surface.
    places
        Number of places written as settlements; 0 if none were asked for.
    needs_scenario
        Whether the area has no scenario yet.
    report
        Warnings and notes.
    """

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
        Called with a label and the number of roads read or written so far.

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
    return _name_settlements(place for place in places if single[place.name, place.lat, place.lon] is place)


def _name_settlements(places: Iterable[OsmPlace]) -> list[Settlement]:
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
