"""Roads of an OpenStreetMap file read, and cut to those of an area."""

from __future__ import annotations

from array import array
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bibliobus.findings import Finding, Place, Severity
from bibliobus.network.osm.file import OSM_BROKEN, READ_ERRORS, find_format
from bibliobus.network.osm.roads import (
    OSM_NO_ROADS,
    OsmPlace,
    OsmRoads,
    TurnReader,
    check_roads,
    cut_region,
    read_place,
)
from bibliobus.network.osm.tags import TagReader, WayTags, is_ford
from bibliobus.network.profile_table import ProfileTable, read_profile_table
from bibliobus.network.roads.network import WayTable
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    import numpy as np
    import osmium
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

Progress: TypeAlias = "Callable[[str, int], None]"

IMPORTER_VERSION: Final = 2
"""Raised whenever the same file would give other arrays than before."""

READING: Final = N_("Reading roads")
REPORT_EVERY: Final = 5000
KEYS: Final = ("highway", "route", "barrier", "ford", "place", "type")
NODE_KEYS: Final = ("barrier", "ford", "place")
INT_COLUMNS: Final = 6
WKB_HEAD_BYTES: Final = 9
MIN_POINTS: Final = 2


def read_osm(
    path: Path,
    *,
    region: BaseGeometry | None = None,
    table: ProfileTable | None = None,
    progress: Progress | None = None,
) -> tuple[OsmRoads | None, list[Finding]]:
    """
    Read the roads of an OpenStreetMap file.

    Parameters
    ----------
    path
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``; recognised by what it holds.
    region
        Only roads and places that touch it, degrees as (lon, lat); None means all.
    table
        What a bus may use; None means the table that comes with the program.
    progress
        Called with a label and the number of roads read so far; None means silence.

    Returns
    -------
    roads : OsmRoads or None
        None if the file cannot be used.
    findings : list of Finding
        Everything that is wrong or worth knowing.

    Notes
    -----
    Memory: 16 bytes for each node of the file, and some 60 for each point of a road.
    """
    found = find_format(path)
    if isinstance(found, Finding):
        return None, [found]
    collector = _Collector(TagReader(table or read_profile_table()), progress or _be_silent)
    try:
        roads = _read(path, found, collector)
    except READ_ERRORS:
        return None, [OSM_BROKEN.at(Place(path.name))]
    findings = check_roads(roads, path.name)
    if region is not None and len(roads.ways):
        roads = cut_region(roads, region)
        if not len(roads.ways):
            findings.append(OSM_NO_ROADS.at(Place(path.name), ways=0))
    if any(finding.severity is Severity.ERROR for finding in findings):
        return None, findings
    return roads, findings


class _Collector:
    """What has been read so far; numbers only in arrays, as a country has a hundred million nodes."""

    def __init__(self, tags: TagReader, progress: Progress) -> None:
        self.tags = tags
        self.turns = TurnReader()
        self.progress = progress
        self.ways_read = 0
        self.way_id = array("q")
        self.size = array("q")
        self.ref = array("q")
        self.degrees = bytearray()
        self.columns: tuple[array[Any], ...] = tuple(
            array("B" if at < INT_COLUMNS else "f") for at in range(len(WayTags._fields))
        )
        self.name_code = array("i")
        self.ref_code = array("i")
        self.texts: dict[str, int] = {"": 0}
        self.barrier = array("q")
        self.ford = array("q")
        self.places: list[OsmPlace] = []

    def take_node(self, node: Any) -> None:
        """Take a barrier, a ford or a place."""
        # Most nodes here are crossings and bus stops: look before all tags are copied.
        if not any(key in node.tags for key in NODE_KEYS) and node.tags.get("highway") != "ford":
            return
        tags: Mapping[str, str] = dict(node.tags)
        if "barrier" in tags and self.tags.is_barrier(tags):
            self.barrier.append(node.id)
        if is_ford(tags):
            self.ford.append(node.id)
        if "place" in tags and node.location.valid():
            place = read_place(node.id, tags, node.location.lat, node.location.lon)
            if place is not None:
                self.places.append(place)

    def take_way(self, way: Any, write_wkb: Callable[[Any], str]) -> None:
        """Take a road that a bus may use."""
        highway, route = way.tags.get("highway"), way.tags.get("route")
        if highway is None and route != "ferry":
            return
        self.ways_read += 1
        if self.ways_read % REPORT_EVERY == 0:
            self.progress(READING, self.ways_read)
        if highway is not None and highway not in self.tags.classes:
            return
        tags: Mapping[str, str] = dict(way.tags)
        row = self.tags.read_way(tags)
        refs = [node.ref for node in way.nodes] if row is not None else []
        if row is None or len(refs) < MIN_POINTS:
            return
        self.way_id.append(way.id)
        self.size.append(len(refs))
        self.ref.extend(refs)
        self.degrees += _read_degrees(way, len(refs), write_wkb)
        for column, value in zip(self.columns, row, strict=True):
            column.append(value)
        self.name_code.append(self.texts.setdefault(tags.get("name", ""), len(self.texts)))
        self.ref_code.append(self.texts.setdefault(tags.get("ref", ""), len(self.texts)))


def _be_silent(label: str, count: int) -> None:
    """No progress shown."""


def _read(path: Path, file_format: str, collector: _Collector) -> OsmRoads:
    """All roads of a file."""
    import osmium

    kinds = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    # Sparse: an index over all numbers would take gigabytes for a single village with new nodes.
    source = osmium.FileProcessor(osmium.io.File(str(path), file_format), kinds).with_locations("sparse_mem_array")
    factory = osmium.geom.WKBFactory()

    def write_wkb(way: Any) -> str:
        """Positions of all nodes of a way, in hexadecimal WKB."""
        return factory.create_linestring(way, osmium.geom.use_nodes.ALL)

    things: Iterable[Any] = source.with_filter(osmium.filter.KeyFilter(*KEYS))
    for thing in things:
        if getattr(thing, "deleted", False):
            continue
        if thing.is_node():
            collector.take_node(thing)
        elif thing.is_way():
            collector.take_way(thing, write_wkb)
        else:
            collector.turns.take(thing)
    collector.progress(READING, collector.ways_read)
    date = source.header.get("osmosis_replication_timestamp", "")
    return _build(collector, source.node_location_storage, date)


def _read_degrees(way: Any, points: int, write_wkb: Callable[[Any], str]) -> bytes:
    """Positions of a way's points as pairs of floats, lon first; NaN for all where one is not known yet."""
    import osmium

    try:
        degrees = bytes.fromhex(write_wkb(way))[WKB_HEAD_BYTES:]
    except (osmium.InvalidLocationError, RuntimeError):
        degrees = b""
    return degrees if len(degrees) == 16 * points else _nan() * (2 * points)


def _nan() -> bytes:
    """Bytes of a float that is no number."""
    return array("d", [float("nan")]).tobytes()


def _build(collector: _Collector, index: Any, data_date: str) -> OsmRoads:
    """Arrays from what was collected."""
    import numpy as np

    way_id, rows = np.unique(np.frombuffer(collector.way_id, dtype=np.int64), return_index=True)
    size = np.frombuffer(collector.size, dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(size)])
    # Ways by number, each once: position of each of their points among all that were read.
    order = np.repeat(first[:-1][rows], size[rows]) + _count_within(size[rows])
    refs = np.frombuffer(collector.ref, dtype=np.int64)[order]
    degrees = np.frombuffer(collector.degrees, dtype=np.float64).reshape(-1, 2)[order]
    point_id, point = np.unique(refs, return_inverse=True)
    lon, lat = np.full(len(point_id), np.nan), np.full(len(point_id), np.nan)
    known = np.isfinite(degrees[:, 0])
    lon[point[known]], lat[point[known]] = degrees[known, 0], degrees[known, 1]
    out_of_range = _fill_from_index(point_id, lat, lon, index)
    columns = (collector.way_id, collector.name_code, collector.ref_code, *collector.columns)
    ways = WayTable(
        **{field.name: np.asarray(column)[rows] for field, column in zip(fields(WayTable), columns, strict=True)}
    )
    assert np.array_equal(ways.way_id, way_id)
    return OsmRoads(
        ways=ways,
        texts=tuple(collector.texts),
        first=np.concatenate([[0], np.cumsum(size[rows])]).astype(np.int64),
        point=point.astype(np.int32),
        point_id=point_id,
        lat=lat,
        lon=lon,
        barrier=np.isin(point_id, np.asarray(collector.barrier)),
        ford=np.isin(point_id, np.asarray(collector.ford)),
        restrictions=collector.turns.build(),
        places=tuple(collector.places),
        data_date=data_date,
        ways_read=collector.ways_read,
        out_of_range=out_of_range,
    )


def _count_within(size: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, 2, … within each of some groups."""
    import numpy as np

    return np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)


def _fill_from_index(
    point_id: NDArray[np.int64], lat: NDArray[np.float64], lon: NDArray[np.float64], index: Any
) -> int:
    """Positions that came after their way in the file filled in; number of positions that are no degrees."""
    import numpy as np

    out_of_range = 0
    for at in np.flatnonzero(np.isnan(lat)).tolist():
        try:
            location = index.get(int(point_id[at]))
        except (KeyError, TypeError, OverflowError):
            continue
        if location.valid():
            lat[at], lon[at] = location.lat, location.lon
        else:
            out_of_range += 1
    return out_of_range


WRITING: Final = N_("Writing roads")
CUT_KEYS: Final = ("highway", "route", "type")
"""One of them is on every road and turn restriction."""


def write_cut(source: Path, target: Path, roads: OsmRoads, *, progress: Progress | None = None) -> None:
    """
    Write a file that holds only roads, their points, turn restrictions and places.

    Parameters
    ----------
    source
        The OpenStreetMap file.
    target
        PBF file to write.
    roads
        What was read from the source and is to be kept; it can be read from the target again.
    progress
        Called with a label and the number of roads written so far; None means silence.

    Raises
    ------
    OSError
        If the source cannot be read any more, or the target cannot be written.

    Notes
    -----
    Tags stay as they are, so the file opens in any OpenStreetMap editor. Everything stays in the order of the source.
    """
    import numpy as np
    import osmium

    source_format = find_format(source)
    if isinstance(source_format, Finding):
        raise OSError(f"{source.name} has changed since it was read")
    ways = np.unique(roads.ways.way_id)
    places = np.array([place.osm_id for place in roads.places], dtype=np.int64)
    # Both filters work outside Python, which never sees the many nodes and ways that are left out.
    nodes = osmium.filter.IdFilter(map(int, np.union1d(roads.point_id, places)))
    nodes.enable_for(osmium.osm.NODE)
    keys = osmium.filter.KeyFilter(*CUT_KEYS)
    keys.enable_for(osmium.osm.WAY | osmium.osm.RELATION)
    things = osmium.FileProcessor(osmium.io.File(str(source), source_format)).with_filter(nodes).with_filter(keys)
    written = 0
    with osmium.SimpleWriter(str(target), header=_make_header(roads.data_date), overwrite=True) as writer:
        for thing in things:
            if not _is_wanted(thing, ways):
                continue
            writer.add(thing)
            if isinstance(thing, osmium.osm.Way):
                written += 1
                if progress is not None and written % REPORT_EVERY == 1:
                    progress(WRITING, written)


def _is_wanted(thing: Any, ways: NDArray[np.int64]) -> bool:
    """Whether a node, way or relation that passed the filters belongs into the file; ways are the rising numbers."""
    if thing.is_way():
        return _is_kept(thing.id, ways)
    if thing.is_relation():
        turns = str(thing.tags.get("type", "")).startswith("restriction")
        return turns and all(_is_kept(member.ref, ways) for member in thing.members if member.type == "w")
    return True


def _is_kept(way_id: int, ways: NDArray[np.int64]) -> bool:
    """Whether a number is among rising ones."""
    at = int(ways.searchsorted(way_id))
    return at < len(ways) and int(ways[at]) == way_id


def _make_header(data_date: str) -> osmium.io.Header:
    """Head of the file, with the date of the data."""
    import osmium

    header = osmium.io.Header()
    header.set("generator", "bibliobus")
    if data_date:
        header.set("osmosis_replication_timestamp", data_date)
    return header
