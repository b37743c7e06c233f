"""Bytes of the input files: found, read once, and digested."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity, explain_refusal
from bibliobus.words.language import N_
from bibliobus.words.text import Number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set
    from pathlib import Path

SCENARIO_FILE: Final = "scenario.toml"
MEANWHILE_FILE: Final = "meanwhile.toml"
"""Scenario of a plan for the dates on which other decisions hold; those dates stand in the plan."""
SETTLEMENTS_CSV: Final = "settlements.csv"
SETTLEMENTS_XLSX: Final = "settlements.xlsx"
LIBRARIES_FILE: Final = "libraries.csv"
REQUESTS_CSV: Final = "requests.csv"
REQUESTS_XLSX: Final = "requests.xlsx"
ROADS_CSV: Final = "roads.csv"
ROADS_GPKG: Final = "roads.gpkg"
ROADS_OSM: Final = "roads/roads.osm.pbf"
CHANGES_GEOJSON: Final = "changes.geojson"
CHANGES_CSV: Final = "changes.csv"
CHANGES_GPKG: Final = "changes.gpkg"
TODAY_FILE: Final = "today.json"
"""Plan that is driven today: what a search starts from."""
PLAN_FILE: Final = "plan.json"
PLAN_FOLDER_OF_AREA: Final = "area"
"""Where a plan keeps the area it was made from."""
CHANGES_FILES: Final = (CHANGES_GEOJSON, CHANGES_CSV, CHANGES_GPKG)

MEGABYTE: Final = 1_000_000
# Largest size of each file in megabytes.
FILE_LIMITS_MB: Final = {
    SCENARIO_FILE: 1,
    MEANWHILE_FILE: 1,
    SETTLEMENTS_CSV: 20,
    SETTLEMENTS_XLSX: 20,
    LIBRARIES_FILE: 20,
    REQUESTS_CSV: 20,
    REQUESTS_XLSX: 20,
    ROADS_CSV: 20,
    ROADS_GPKG: 100,
    ROADS_OSM: 500,
    CHANGES_GEOJSON: 20,
    CHANGES_CSV: 20,
    CHANGES_GPKG: 20,
    TODAY_FILE: 64,
}

FILE_UNREADABLE: Final = FindingKind(
    "file-unreadable",
    Severity.ERROR,
    N_("The file cannot be read: {problem}."),
    N_("Check that it is a file, that you may read it, and that no other program holds it open."),
)
NO_SUCH_FILE: Final = FindingKind(
    "no-such-file",
    Severity.ERROR,
    N_("There is no file “{name}”."),
    N_("Check the name, and the folder that it is in."),
)
NOT_A_FILE: Final = FindingKind(
    "not-a-file",
    Severity.ERROR,
    N_("There is something with this name, but it is not a file."),
    N_("Put the file itself there: not a folder, and not a link that leads nowhere."),
)
FILE_TOO_BIG: Final = FindingKind(
    "file-too-big",
    Severity.ERROR,
    N_("The file is bigger than {limit} MB, the largest size that is read."),
    N_("Keep only the table itself in it; leave out pictures, empty rows and other sheets."),
)
CHANGES_OF_OTHER_KIND: Final = FindingKind(
    "changes-of-other-kind",
    Severity.ERROR,
    N_("Road changes are not read from a file of this kind."),
    N_("Give a file like one of: {known}."),
)
FILE_IGNORED: Final = FindingKind(
    "file-ignored",
    Severity.WARNING,
    N_("This file is not read: of its kind only {expected} are."),
    N_("Save its table under one of these names, or take the file out of the folder."),
)
VERSIONS_FOLDER: Final = "versions"
"""Where a plan keeps the plans that were before it, each in a folder with its number."""
SHARED_FOLDER: Final = "shared"
"""Where the versions of a plan keep big files, each once, under its digest."""
SHARED_INDEX: Final = "shared.json"
"""Tells which files of the area of a version are kept there, or are those of the plan as it is now."""
SHARED_FORMAT: Final = "bibliobus-shared/1"
SHARED_UNREADABLE: Final = FindingKind(
    "shared-unreadable",
    Severity.ERROR,
    N_("The list of the files that this version shares with others cannot be used."),
    N_("Take the folder of the plan from an older copy; the other versions in it are not concerned."),
)
SHARED_MISSING: Final = FindingKind(
    "shared-missing",
    Severity.ERROR,
    N_("The file is shared by several versions of a plan, and is not there as it was."),
    N_("Leave a version in the folder of its plan; “bibliobus versions restore” makes a complete copy of it."),
)
_LARGEST_INDEX_BYTES: Final = 100_000
_DIGEST: Final = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class InputFile:
    """
    One input file as it was read.

    ``encoding``: Python's name of what somebody named for it, empty if nobody did.
    ``path``: Where it was read if that is not its place in the area, since versions of a plan share it; else None.
    """

    name: str
    content: bytes
    encoding: str = ""
    path: Path | None = None


def area_files(folder: Path) -> tuple[Path, ...]:
    """Input files of an area that are there, in the order in which they are read; a broken link is there, too."""
    return tuple(folder / name for name in FILE_LIMITS_MB if os.path.lexists(folder / name))


def list_names(folder: Path) -> tuple[str, ...]:
    """Names of the input files of an area that are there or shared with other versions of a plan, in that order."""
    there = {*(name_file(folder, path) for path in area_files(folder)), *(read_shared_index(folder) or ())}
    return tuple(name for name in FILE_LIMITS_MB if name in there)


def name_file(folder: Path, path: Path) -> str:
    """Name an input file as findings and digests do."""
    return path.relative_to(folder).as_posix()


def show_path(path: Path) -> str:
    """Format a path for a command line: forward slashes, which Windows takes too, quoted if a shell would divide it."""
    text = path.as_posix()
    return f'"{text}"' if re.search(r"[\s&;,()']", text) else text


def digest_area(folder: Path) -> dict[str, str]:
    """Digest the input files of an area as `digest_files`; files that cannot be read are left out."""
    files, _ = read_files(folder)
    return digest_files(files)


def digest_files(files: dict[str, InputFile]) -> dict[str, str]:
    """``sha256:…`` by name of the file, sorted."""
    return {name: digest_bytes(files[name].content) for name in sorted(files)}


def digest_bytes(content: bytes) -> str:
    """``sha256:…`` of a content."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def read_files(
    folder: Path, *, changes: Path | None = None, scenario: Path | None = None
) -> tuple[dict[str, InputFile], list[Finding]]:
    """
    Read every input file of an area into memory; `changes` and `scenario` replace the area's own, None keeps these.
    """
    files: dict[str, InputFile] = {}
    findings = []
    own = [(path, name_file(folder, path)) for path in area_files(folder)]
    if changes is not None:
        named = name_changes(changes)
        if isinstance(named, Finding):
            return files, [named]
        own = [*((path, name) for path, name in own if name not in CHANGES_FILES), (changes, named)]
    own = [(scenario if scenario is not None and name == SCENARIO_FILE else path, name) for path, name in own]
    for path, name in own:
        got = read_file(path, name, FILE_LIMITS_MB[name])
        if isinstance(got, Finding):
            findings.append(got)
        else:
            files[got.name] = got
    more = _read_shared(folder, {name for _, name in own}, frozenset() if changes is None else frozenset(CHANGES_FILES))
    for got in more:
        if isinstance(got, Finding):
            findings.append(got)
        else:
            files[got.name] = got
    return {name: files[name] for name in FILE_LIMITS_MB if name in files}, findings


def read_shared_index(folder: Path) -> dict[str, str] | None:
    """
    Read which files of an area lie elsewhere, as ``sha256:…`` by name; None if the list cannot be used.

    Names and digests are all that it says: where the files lie is never taken from it.
    """
    try:
        with (folder / SHARED_INDEX).open("rb") as stream:
            text = stream.read(_LARGEST_INDEX_BYTES + 1)
    except FileNotFoundError:
        return {}
    except OSError:
        return None
    return parse_shared_index(text)


def parse_shared_index(text: bytes) -> dict[str, str] | None:
    """Parse what `read_shared_index` reads; None if it is none, names no input file, or is too long."""
    try:
        document = json.loads(text) if len(text) <= _LARGEST_INDEX_BYTES else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("format") != SHARED_FORMAT:
        return None
    files = document.get("files")
    if not isinstance(files, dict) or not all(
        name in FILE_LIMITS_MB and isinstance(digest, str) and _DIGEST.fullmatch(digest)
        for name, digest in files.items()
    ):
        return None
    return files


def format_shared_index(digests: Mapping[str, str]) -> bytes:
    """Format what `parse_shared_index` parses."""
    document = {"format": SHARED_FORMAT, "files": dict(sorted(digests.items()))}
    return (json.dumps(document, indent=1) + "\n").encode()


def name_shared(digest: str) -> str:
    """Name a file that versions share by its digest ``sha256:…``."""
    return digest.removeprefix("sha256:")


def _read_shared(folder: Path, own: Set[str], replaced: Set[str]) -> Iterator[InputFile | Finding]:
    """Files of an area that versions share, but for those that lie in it or are replaced."""
    index = read_shared_index(folder)
    if index is None:
        yield SHARED_UNREADABLE.at(Place(SHARED_INDEX))
    for name, digest in (index or {}).items():
        if name not in own and name not in replaced:
            yield find_shared(folder, name, digest) or SHARED_MISSING.at(Place(name))


def find_shared(folder: Path, name: str, digest: str) -> InputFile | None:
    """File with a digest, among those of all versions or of the plan as it is now; None if neither is the one."""
    area = folder.resolve()
    versions = area.parent.parent
    if area.name != PLAN_FOLDER_OF_AREA or versions.name != VERSIONS_FOLDER:
        return None
    for path in (versions / SHARED_FOLDER / name_shared(digest), versions.parent / PLAN_FOLDER_OF_AREA / name):
        file = read_file(path, name, FILE_LIMITS_MB[name])
        if isinstance(file, InputFile) and digest_bytes(file.content) == digest:
            return replace(file, path=path)
    return None


def name_changes(path: Path) -> str | Finding:
    """Name a file of road changes as an area does, by its kind; or say that nothing reads its kind."""
    suffix = path.suffix.casefold()
    name = f"changes{'.geojson' if suffix == '.json' else suffix}"
    known = ", ".join(CHANGES_FILES)
    return name if name in CHANGES_FILES else CHANGES_OF_OTHER_KIND.at(Place(path.name), known=known)


def find_ignored(folder: Path) -> list[Finding]:
    """Find files that look like inputs and are not read."""
    kinds: dict[str, list[str]] = {}
    for name in FILE_LIMITS_MB:
        kinds.setdefault(name.partition(".")[0], []).append(name)
    try:
        names = sorted(path.name for path in folder.iterdir() if path.is_file())
    except OSError:
        return []
    return [
        FILE_IGNORED.at(Place(name), expected=", ".join(kinds[stem]))
        for name in names
        if (stem := name.partition(".")[0].casefold()) in kinds and name not in FILE_LIMITS_MB
    ]


def read_file(path: Path, name: str, limit_mb: int, *, encoding: str = "") -> InputFile | Finding:
    """Read one file into memory; `encoding` is Python's name of what somebody named for it, empty if nobody did."""
    place = Place(name)
    try:
        if not path.is_file():
            return NOT_A_FILE.at(place)
        with path.open("rb") as stream:
            content = stream.read(limit_mb * MEGABYTE + 1)
    except OSError as error:
        return FILE_UNREADABLE.at(place, problem=explain_refusal(error))
    if len(content) > limit_mb * MEGABYTE:
        return FILE_TOO_BIG.at(place, limit=Number(limit_mb))
    return InputFile(name, content, encoding)
