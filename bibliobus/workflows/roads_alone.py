"""Roads of an area that has no scenario yet: only roads, and perhaps settlements and road changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.domain.fleet import BusProfile
from bibliobus.errors import InputError
from bibliobus.findings import FindingReport
from bibliobus.inputs.changes import read_changes_file
from bibliobus.inputs.files import CHANGES_FILES, ROADS_OSM
from bibliobus.inputs.roads import ROADS_CACHE
from bibliobus.network.changes import resolve_changes
from bibliobus.network.changes_osm import OsmRoadsToChange
from bibliobus.network.engine import build_index
from bibliobus.network.osm_network import OsmNetwork, build_osm_network
from bibliobus.network.places import NetworkPlace
from bibliobus.network.road_cache import load_roads
from bibliobus.workflows.area_settlements import read_area_settlements

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bibliobus.domain.places import Settlement
    from bibliobus.findings import Finding
    from bibliobus.network.change_roads import ResolvedChange

PLAIN_BUS: Final = BusProfile("", 5.5, 3.1, 1.0)
"""Bus that is assumed where an area has no scenario yet: the defaults of the scenario."""


@dataclass(frozen=True)
class RoadsAlone:
    """
    Roads of an area without a scenario.

    Parameters
    ----------
    network
        The roads with the settlements, for one assumed bus.
    profile
        That bus.
    settlements
        Settlements of the area; none if it has no table of them.
    """

    network: OsmNetwork
    profile: BusProfile
    settlements: tuple[Settlement, ...]


def read_roads_alone(area: Path, *, changes: Path | None = None) -> tuple[RoadsAlone, FindingReport]:
    """
    Read the roads of an area without looking at any scenario.

    Parameters
    ----------
    area
        Folder of the area; it has imported roads.
    changes
        File of road changes that takes the place of the area's own; None means the area's own. There are no days,
        so every change holds.

    Returns
    -------
    alone : RoadsAlone
        Roads and settlements.
    report : FindingReport
        Settlements without a road, and what else is worth knowing.

    Raises
    ------
    InputError
        If roads, settlements or changes cannot be used.
    """
    roads, findings = load_roads(area / ROADS_OSM, (area / ROADS_OSM).with_name(ROADS_CACHE))
    if roads is None:
        raise InputError(*findings)
    settlements, more = read_area_settlements(area)
    findings += more
    places = tuple(NetworkPlace(s.settlement_id, s.lat, s.lon, s.settlement_id, 0) for s in settlements)
    index = build_index(roads.graph)
    resolved = _resolve_changes(area, changes, OsmRoadsToChange(roads, index), settlements, findings)
    network = build_osm_network(
        roads, places, [PLAIN_BUS], [s.name_uk for s in settlements], index=index, changes=resolved
    )
    return RoadsAlone(network, PLAIN_BUS, settlements), FindingReport.of([*findings, *network.findings])


def _resolve_changes(
    area: Path,
    changes: Path | None,
    roads: OsmRoadsToChange,
    settlements: Sequence[Settlement],
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
    resolved, unresolved = resolve_changes(roads, edits, settlements)
    if resolved is None:
        raise InputError(*more, *unresolved)
    findings += [*more, *unresolved]
    return resolved
