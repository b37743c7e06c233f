"""OsmRoads: roads of an OpenStreetMap file as arrays, before a network is built, and checks of what was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.language import N_

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.osm_places import OsmPlace
    from bibliobus.network.way_table import WayTable

OSM_NO_ROADS: Final = FindingKind(
    "osm-no-roads",
    Severity.ERROR,
    N_("The file holds no road that a bus could use ({ways} ways with road tags were read)."),
    N_("If it should hold roads, it was probably cut off: download it again. Otherwise choose another file."),
)
OSM_NODES_MISSING: Final = FindingKind(
    "osm-nodes-missing",
    Severity.ERROR,
    N_("Of {expected} points that the roads need, {missing} have no position in the file."),
    N_("The file is cut off, or was cut out without the points of its roads: get it again, with complete ways."),
)
OSM_SOME_NODES_MISSING: Final = FindingKind(
    "osm-some-nodes-missing",
    Severity.WARNING,
    N_("Of {expected} points that the roads need, {missing} have no position in the file; roads end there."),
    N_("This is usual at the edge of an extract. If places inside are cut off, get it again with complete ways."),
)
OSM_OUT_OF_RANGE: Final = FindingKind(
    "osm-out-of-range",
    Severity.WARNING,
    N_("Points outside the earth's degrees (latitude -90 to 90, longitude -180 to 180): {count}."),
    N_("The file is probably damaged: download it again."),
)
OSM_TOO_LONG: Final = FindingKind(
    "osm-segment-too-long",
    Severity.WARNING,
    N_("Roads with neighbouring points more than {limit} km apart: {count}. These stretches are left out."),
    N_("The file is probably damaged: download it again."),
)

MAX_MISSING_SHARE: Final = 0.1
MAX_SEGMENT_KM: Final = 100


@dataclass(frozen=True)
class Restrictions:
    """
    Turns that are not allowed, as the file gives them.

    Parameters
    ----------
    from_way
        Number of the way one comes from.
    via_node
        Number of the node where one turns.
    to_way
        Number of the way one turns into.
    only
        True if this is the only turn allowed from there, False if it is forbidden.
    skipped
        Restrictions over a way instead of a node, or without one of their members: they are not used.
    """

    from_way: NDArray[np.int64]
    via_node: NDArray[np.int64]
    to_way: NDArray[np.int64]
    only: NDArray[np.bool_]
    skipped: int


@dataclass(frozen=True)
class OsmRoads:
    """
    Roads as they stand in the file.

    Parameters
    ----------
    ways
        One row a road that a bus may use, by number.
    texts
        Names and numbers of roads, the first one empty.
    first
        Shape (ways + 1,), int64: ``point[first[w]]`` to ``point[first[w + 1] - 1]`` are the points of way w.
    point
        Position of each point of each way in the arrays below, int32.
    point_id
        Numbers of the nodes in OpenStreetMap, rising.
    lat
        Degrees north; NaN where the file does not say.
    lon
        Degrees east; NaN where the file does not say.
    barrier
        Whether no bus passes the point.
    ford
        Whether the point lies under water.
    restrictions
        Turns that are not allowed.
    places
        Places with a name, in the order of the file.
    data_date
        Date and time of the data as the file gives it; empty if it does not.
    ways_read
        Ways with road tags, also those that no bus may use.
    out_of_range
        Points outside the degrees of the earth.
    """

    ways: WayTable
    texts: tuple[str, ...]
    first: NDArray[np.int64]
    point: NDArray[np.int32]
    point_id: NDArray[np.int64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    barrier: NDArray[np.bool_]
    ford: NDArray[np.bool_]
    restrictions: Restrictions
    places: tuple[OsmPlace, ...]
    data_date: str
    ways_read: int
    out_of_range: int


def check_roads(roads: OsmRoads, file: str) -> list[Finding]:
    """
    Check that what was read can be a whole file.

    Parameters
    ----------
    roads
        Roads of the file, before a region is cut out.
    file
        Name of the file.

    Returns
    -------
    list of Finding
        Errors if roads or most of their points are missing, warnings for smaller losses.
    """
    import numpy as np

    place = Place(file)
    findings = []
    missing = int(np.isnan(roads.lat).sum())
    if not len(roads.ways):
        findings.append(OSM_NO_ROADS.at(place, ways=roads.ways_read))
    elif missing:
        kind = OSM_NODES_MISSING if missing > MAX_MISSING_SHARE * len(roads.lat) else OSM_SOME_NODES_MISSING
        findings.append(kind.at(place, expected=len(roads.lat), missing=missing))
    if roads.out_of_range:
        findings.append(OSM_OUT_OF_RANGE.at(place, count=roads.out_of_range))
    return findings
