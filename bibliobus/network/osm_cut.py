"""Cut the roads out of an OpenStreetMap file into a small file of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.network.osm_roads import OsmRoads


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

    Notes
    -----
    Tags stay as they are, so the file opens in any OpenStreetMap editor.
    """
    import numpy as np
    import osmium

    ways = np.unique(roads.ways.way_id)
    places = {place.osm_id for place in roads.places}

    def is_kept(way_id: int) -> bool:
        at = int(np.searchsorted(ways, way_id))
        return at < len(ways) and int(ways[at]) == way_id

    undated = target.with_name(f"undated-{target.name}")
    with osmium.BackReferenceWriter(str(undated), ref_src=str(source), overwrite=True, remove_tags=False) as writer:
        for thing in osmium.FileProcessor(str(source)):
            match thing:
                case osmium.osm.Way():
                    wanted = is_kept(thing.id)
                case osmium.osm.Node():
                    wanted = thing.id in places
                case osmium.osm.Relation():
                    turns = str(thing.tags.get("type", "")).startswith("restriction")
                    wanted = turns and all(is_kept(member.ref) for member in thing.members if member.type == "w")
                case _:
                    wanted = False
            if wanted:
                writer.add(thing)
    _copy_with_date(undated, target, roads.data_date)
    undated.unlink()


def _copy_with_date(source: Path, target: Path, data_date: str) -> None:
    """Copy a file and write the date of the data into its header, which the first writer cannot do."""
    import osmium

    header = osmium.io.Header()
    header.set("generator", "bibliobus")
    if data_date:
        header.set("osmosis_replication_timestamp", data_date)
    with osmium.SimpleWriter(str(target), header=header, overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
