"""Cut the roads out of an OpenStreetMap file into a small file of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bibliobus.findings import Finding
from bibliobus.network.osm.file import find_format
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import osmium
    from numpy.typing import NDArray

    from bibliobus.network.osm.read import Progress
    from bibliobus.network.osm.roads import OsmRoads

WRITING: Final = N_("Writing roads")
REPORT_EVERY: Final = 5000
KEYS: Final = ("highway", "route", "type")
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
    keys = osmium.filter.KeyFilter(*KEYS)
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
