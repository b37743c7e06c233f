"""Cut the roads out of an OpenStreetMap file into a small file of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding
from bibliobus.network.osm_file import find_format

if TYPE_CHECKING:
    from pathlib import Path

    import osmium

    from bibliobus.network.osm_roads import OsmRoads

KEYS: Final = ("highway", "route", "type")
"""One of them is on every road and turn restriction."""


def write_cut(source: Path, target: Path, roads: OsmRoads) -> None:
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

    def is_kept(way_id: int) -> bool:
        at = int(np.searchsorted(ways, way_id))
        return at < len(ways) and int(ways[at]) == way_id

    # Both filters work outside Python, which never sees the many nodes and ways that are left out.
    nodes = osmium.filter.IdFilter(map(int, np.union1d(roads.point_id, places)))
    nodes.enable_for(osmium.osm.NODE)
    keys = osmium.filter.KeyFilter(*KEYS)
    keys.enable_for(osmium.osm.WAY | osmium.osm.RELATION)
    things = osmium.FileProcessor(osmium.io.File(str(source), source_format)).with_filter(nodes).with_filter(keys)
    with osmium.SimpleWriter(str(target), header=_make_header(roads.data_date), overwrite=True) as writer:
        for thing in things:
            match thing:
                case osmium.osm.Way():
                    wanted = is_kept(thing.id)
                case osmium.osm.Relation():
                    turns = str(thing.tags.get("type", "")).startswith("restriction")
                    wanted = turns and all(is_kept(member.ref) for member in thing.members if member.type == "w")
                case osmium.osm.Node():
                    wanted = True
                case _:
                    wanted = False
            if wanted:
                writer.add(thing)


def _make_header(data_date: str) -> osmium.io.Header:
    """Head of the file, with the date of the data."""
    import osmium

    header = osmium.io.Header()
    header.set("generator", "bibliobus")
    if data_date:
        header.set("osmosis_replication_timestamp", data_date)
    return header
