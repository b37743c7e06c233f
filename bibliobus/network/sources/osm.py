"""Networks of OpenStreetMap files, each kept beside its file, so that it is read only once."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import zipfile
import zlib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.network.engine.graph import RoadGraph
from bibliobus.network.osm.file import OSM_MISSING
from bibliobus.network.osm.read import IMPORTER_VERSION, read_osm
from bibliobus.network.osm.roads import OSM_OUT_OF_RANGE, OSM_SOME_NODES_MISSING, OSM_TOO_LONG
from bibliobus.network.profile_table import ProfileTable, read_profile_table
from bibliobus.network.roads.build import build_roads
from bibliobus.network.roads.network import RoadNetwork, WayTable
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from bibliobus.network.osm.read import Progress

ROAD_CACHE_UNWRITABLE: Final = FindingKind(
    "road-cache-unwritable",
    Severity.NOTE,
    N_("The roads were read, but cannot be kept for the next time: {problem}."),
    N_("Nothing is wrong with the result; the next run reads the roads again, which takes a little longer."),
)

CACHE_FORMAT: Final = 1
NOTES: Final = "notes.json"
TEXTS: Final = "texts.txt"
SEPARATOR: Final = "\0"
ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)

# Whatever a damaged archive can raise while it is read.
DAMAGE: Final = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    OverflowError,
    RuntimeError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
)

# Only warnings can come with a network; they are told again when it comes from the cache.
_KINDS: Final = {kind.code: kind for kind in (OSM_SOME_NODES_MISSING, OSM_OUT_OF_RANGE, OSM_TOO_LONG)}


def load_roads(
    source: Path,
    cache: Path | None,
    *,
    region: BaseGeometry | None = None,
    table: ProfileTable | None = None,
    progress: Progress | None = None,
) -> tuple[RoadNetwork | None, list[Finding]]:
    """
    Load the network of an OpenStreetMap file, from the cache if that fits, else from the file.

    Parameters
    ----------
    source
        The OpenStreetMap file.
    cache
        File of the cache; made, and replaced where it is stale or damaged. None means that nothing is kept.
    region
        Only roads that touch it, degrees as (lon, lat); None means all.
    table
        What a bus may use; None means the table that comes with the program.
    progress
        Called with a label and the number of roads read so far.

    Returns
    -------
    network : RoadNetwork or None
        None if the file cannot be used.
    findings : list of Finding
        The same whether the network came from the cache or from the file.
    """
    table = table or read_profile_table()
    try:
        key = make_cache_key(source, region=region, table=table)
    except OSError as error:
        return None, [OSM_MISSING.at(Place(source.name), problem=error.strerror or type(error).__name__)]
    kept = read_cache(cache, key) if cache else None
    if kept is not None:
        return kept
    roads, findings = read_osm(source, region=region, table=table, progress=progress)
    if roads is None:
        return None, findings
    network, more = build_roads(roads, source.name)
    findings += more
    if network is None:
        return None, findings
    if cache is None:
        return network, findings
    try:
        write_cache(cache, key, network, findings)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        findings = [*findings, ROAD_CACHE_UNWRITABLE.at(Place(cache.name), problem=problem)]
    return network, findings


def make_cache_key(source: Path, *, region: BaseGeometry | None = None, table: ProfileTable | None = None) -> str:
    """Make the key under which a network is kept: anything that changes the network changes it; no region means all."""
    with source.open("rb") as stream:
        content = hashlib.file_digest(stream, "sha256").hexdigest()
    parts = (
        f"format {CACHE_FORMAT}",
        f"importer {IMPORTER_VERSION}",
        content,
        (table or read_profile_table()).digest,
        "" if region is None else hashlib.sha256(region.wkb).hexdigest(),
    )
    return f"sha256:{hashlib.sha256(chr(10).join(parts).encode('ascii')).hexdigest()}"


def write_cache(path: Path, key: str, network: RoadNetwork, findings: list[Finding]) -> None:
    """Write a network into a folder that is there: all of it or nothing."""
    notes = {
        "key": key,
        "data_date": network.data_date,
        "findings": [[f.code, f.place.file, dict(f.values)] for f in findings if f.code in _KINDS],
    }
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
                _put(archive, NOTES, json.dumps(notes, ensure_ascii=False, sort_keys=True).encode("utf-8"))
                _put(archive, TEXTS, SEPARATOR.join(network.texts).encode("utf-8"))
                for column, array in _list_arrays(network).items():
                    _put(archive, f"{column}.npy", _pack(array))
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def read_cache(path: Path, key: str) -> tuple[RoadNetwork, list[Finding]] | None:
    """Read a network; None if the file is not there, is damaged, or holds one of another key."""
    try:
        # Every member is read to its end, so its checksum is checked.
        with zipfile.ZipFile(path) as archive:
            notes = json.loads(archive.read(NOTES))
            if notes["key"] != key:
                return None
            texts = tuple(archive.read(TEXTS).decode("utf-8").split(SEPARATOR))
            arrays = {
                name.removesuffix(".npy"): _unpack(archive.read(name))
                for name in archive.namelist()
                if name.endswith(".npy")
            }
        network = _build(arrays, texts, notes["data_date"])
        findings = [_KINDS[code].at(Place(file), **values) for code, file, values in notes["findings"]]
    except DAMAGE:
        return None
    return network, findings


def _list_arrays(network: RoadNetwork) -> dict[str, NDArray[Any]]:
    """All arrays of a network by name; those of the graph and the ways with a prefix."""
    arrays = {field.name: getattr(network, field.name) for field in fields(network)}
    arrays = {name: array for name, array in arrays.items() if hasattr(array, "dtype")}
    arrays |= {"graph_tail": network.graph.tail, "graph_head": network.graph.head}
    return arrays | {f"way_{field.name}": getattr(network.ways, field.name) for field in fields(WayTable)}


def _build(arrays: dict[str, Any], texts: tuple[str, ...], data_date: str) -> RoadNetwork:
    """Network from its arrays."""
    ways = WayTable(**{field.name: arrays.pop(f"way_{field.name}") for field in fields(WayTable)})
    tail, head = arrays.pop("graph_tail"), arrays.pop("graph_head")
    lat, lon, point = arrays["point_lat"], arrays["point_lon"], arrays["node_point"]
    graph = RoadGraph(lat[point], lon[point], tail, head)
    return RoadNetwork(graph=graph, ways=ways, texts=texts, data_date=data_date, **arrays)


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Member written with a fixed date, so that the same network gives the same bytes."""
    archive.writestr(zipfile.ZipInfo(name, ZIP_DATE), content)


def _pack(array: NDArray[Any]) -> bytes:
    """Array as the bytes of an .npy file."""
    import numpy as np

    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, allow_pickle=False)
    return stream.getvalue()


def _unpack(content: bytes) -> NDArray[Any]:
    """Array from the bytes of an .npy file."""
    import numpy as np

    array: NDArray[Any] = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    return array
