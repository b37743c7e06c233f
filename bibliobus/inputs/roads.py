"""Roads of an area: the one place where the sources of roads come together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import NoRoads, RoadFile, Roads, RoadTable
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.files import ROADS_CSV, ROADS_GPKG, ROADS_OSM
from bibliobus.inputs.road_ends import check_road_ends
from bibliobus.inputs.roads_gpkg import DrawnTable, read_geopackage
from bibliobus.inputs.roads_table import is_estimate, read_road_rows
from bibliobus.inputs.table_file import read_table
from bibliobus.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.settlements import SettlementTable

ROADS_CACHE: Final = "roads.cache"
"""Made from the roads, beside them; may be deleted at any time."""

NO_ROADS: Final = FindingKind(
    "no-roads",
    Severity.WARNING,
    N_("The area has no roads; distances and times are estimates from positions."),
    N_("Put a road table roads.csv or roads.gpkg into the area, or run “bibliobus roads import”."),
)
TWO_ROAD_SOURCES: Final = FindingKind(
    "two-road-sources",
    Severity.ERROR,
    N_("The area has both {first} and {second}, and it is not clear which one holds."),
    N_("Keep one of them in the folder."),
)


def read_roads(
    folder: Path, files: Mapping[str, InputFile], present: Sequence[str], settlements: SettlementTable
) -> tuple[Roads | None, list[Finding]]:
    """
    Read the roads of an area, whatever their source.

    Parameters
    ----------
    folder
        The area's folder.
    files
        Files that could be read, by name.
    present
        Names of the files that are there, also of those that could not be read.
    settlements
        Settlements of the area; if they could not be read, ends of roads are not checked.

    Returns
    -------
    roads : Roads or None
        None if a file of roads is there and cannot be used.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    sources = [name for name in (ROADS_CSV, ROADS_GPKG, ROADS_OSM) if name in present]
    if not sources:
        return NoRoads(), [NO_ROADS.at(Place())]
    findings = []
    if len(sources) > 1:
        findings.append(TWO_ROAD_SOURCES.at(Place(sources[0]), first=sources[0], second=sources[1]))
    if sources == [ROADS_OSM]:
        path = folder / ROADS_OSM
        return (RoadFile(path, path.with_name(ROADS_CACHE)) if ROADS_OSM in files else None), findings
    tables = []
    for name in sources:
        if name in files and name != ROADS_OSM:
            table, more = _read_road_table(files[name], settlements)
            findings += more
            tables.append(table)
    return (tables[0] if len(tables) == len(sources) == 1 else None), findings


def _read_road_table(file: InputFile, settlements: SettlementTable) -> tuple[RoadTable | None, list[Finding]]:
    """Road table of one file."""
    drawn, findings = _read_drawn(file)
    if drawn is None:
        return None, findings
    rows, more = read_road_rows(drawn.table, drawn.shapes)
    findings += more
    if settlements.ids:
        findings += check_road_ends(rows, settlements, file.name)
    roads = tuple(rows.values())
    return RoadTable(roads, file.name, any(is_estimate(road) for road in roads)), findings


def _read_drawn(file: InputFile) -> tuple[DrawnTable | None, list[Finding]]:
    """Rows of the file, with lines if it has any."""
    if file.name == ROADS_GPKG:
        return read_geopackage(file)
    table, findings = read_table(file)
    return None if table is None else DrawnTable(table), findings
