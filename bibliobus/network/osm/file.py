"""OpenStreetMap files: which kind a file is, and what can be wrong with it before and while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from pathlib import Path

OSM_MISSING: Final = FindingKind(
    "osm-file-missing",
    Severity.ERROR,
    N_("The road file cannot be read: {problem}."),
    N_("Check the name, and that no other program holds the file open."),
)
OSM_EMPTY: Final = FindingKind(
    "osm-file-empty",
    Severity.ERROR,
    N_("The road file is empty: it has 0 bytes."),
    N_("Download it again; the download probably broke off."),
)
NOT_OSM: Final = FindingKind(
    "not-osm",
    Severity.ERROR,
    N_("This is not an OpenStreetMap file: it holds neither PBF nor OSM XML."),
    N_("Use a file that ends in .osm.pbf, .osm, .osm.gz or .osm.bz2, such as an extract from Geofabrik."),
)
OSM_BROKEN: Final = FindingKind(
    "osm-file-broken",
    Severity.ERROR,
    N_("The OpenStreetMap file is damaged or cut off and cannot be read to its end."),
    N_("Download it again and compare its size or checksum with that of the source."),
)

HEAD_BYTES: Final = 4096
GZIP: Final = b"\x1f\x8b"
BZIP2: Final = b"BZh"
UTF8_BOM: Final = b"\xef\xbb\xbf"

# What the reader raises for damaged data, depending on where the damage is.
READ_ERRORS: Final = (RuntimeError, ValueError, IndexError, KeyError, OverflowError, MemoryError, OSError)


def find_format(path: Path) -> str | Finding:
    """Find by what a file holds whether it is ``pbf``, ``xml``, ``xml.gz`` or ``xml.bz2``, or why it is none."""
    place = Place(path.name)
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        return OSM_MISSING.at(place, problem=error.strerror or type(error).__name__)
    if not head:
        return OSM_EMPTY.at(place)
    if head[:2] == b"\0\0" and b"OSMHeader" in head[:64]:
        return "pbf"
    if head.startswith((GZIP, BZIP2)):
        return _look_inside(path, "xml.gz" if head.startswith(GZIP) else "xml.bz2")
    return "xml" if _is_osm_xml(head) else NOT_OSM.at(place)


def _look_inside(path: Path, packed: str) -> str | Finding:
    """Format of a packed file."""
    import bz2
    import gzip
    import zlib

    try:
        with gzip.open(path) if packed == "xml.gz" else bz2.open(path) as stream:
            head = stream.read(HEAD_BYTES)
    except (OSError, EOFError, zlib.error):
        return OSM_BROKEN.at(Place(path.name))
    return packed if _is_osm_xml(head) else NOT_OSM.at(Place(path.name))


def _is_osm_xml(head: bytes) -> bool:
    """Whether the text begins like OSM XML."""
    return head.removeprefix(UTF8_BOM).lstrip().startswith(b"<") and b"<osm" in head
