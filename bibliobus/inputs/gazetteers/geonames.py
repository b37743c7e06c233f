"""Populated places of a GeoNames country dump, and the credit that their data ask for."""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.tables.cells import clean_name
from bibliobus.words.language import N_, NN_
from bibliobus.words.text import Count, Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO

    from bibliobus.domain.places import Settlement
    from bibliobus.domain.scenario import Scenario
    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.scenario.read import ScenarioFile
    from bibliobus.inputs.settlements import SettlementTable

COLUMNS: Final = 19
MAX_UNPACKED_MB: Final = 500
MAX_LINE: Final = 100_000
LINES: Final = NN_("{count} line", "{count} lines")
GONE: Final = frozenset({"PPLX", "PPLQ", "PPLH", "PPLW", "PPLCH"})
"""Feature codes of parts of towns and of places that are abandoned, historical or destroyed."""

# What a damaged or locked archive raises, and one without a text file.
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, LookupError)

NOT_GEONAMES: Final = FindingKind(
    "not-geonames",
    Severity.ERROR,
    N_("This is not a country dump of GeoNames: no line has {columns} columns separated by tabs."),
    N_("Take the file of your country, such as UA.zip, as GeoNames offers it."),
)
GEONAMES_TOO_BIG: Final = FindingKind(
    "geonames-too-big",
    Severity.ERROR,
    N_("Unpacked, the file is bigger than {limit} MB, the largest size that is read."),
    N_("Take the file of one country, not that of all countries."),
)
GEONAMES_LINES_SKIPPED: Final = FindingKind(
    "geonames-lines-skipped",
    Severity.WARNING,
    N_("Skipped: {lines} that name no place of GeoNames, the first of them line {line}."),
    N_("Take the file again from GeoNames; an editor may have changed it."),
)
GEONAMES_DAMAGED: Final = FindingKind(
    "geonames-damaged",
    Severity.WARNING,
    N_("Names are damaged in {lines}, the first of them line {line}: such names are skipped."),
    N_("Take the file again from GeoNames, which is in UTF-8; an editor may have saved it in another encoding."),
)
_DAMAGED: Final = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class GeoPlace:
    """
    One populated place of GeoNames.

    ``raion_digits``: Second level of administration; in Ukraine the four digits of oblast and raion. May be empty or of
        another kind.
    ``population``: Residents; None if unknown, which GeoNames writes as 0.
    """

    geoname_id: int
    name: str
    names: tuple[str, ...]
    lat: float
    lon: float
    raion_digits: str
    population: int | None


def read_geonames(file: InputFile) -> tuple[tuple[GeoPlace, ...], list[Finding]]:
    """
    Read the populated places of a country dump.

    Parameters
    ----------
    file
        ``XX.zip`` as GeoNames offers it, or the text file inside.

    Returns
    -------
    places : tuple of GeoPlace
        Sorted by number, each once; parts of towns and places where nobody lives any more are left out.
    findings : list of Finding
        Everything that is wrong.
    """
    place = Place(file.name)
    limit_bytes = MAX_UNPACKED_MB * 1_000_000
    try:
        with _open_text(file) as stream:
            read = _read_lines(stream, limit_bytes)
    except _DAMAGE:
        return (), [NOT_GEONAMES.at(place, columns=Number(COLUMNS))]
    if read.total > limit_bytes:
        return (), [GEONAMES_TOO_BIG.at(place, limit=Number(MAX_UNPACKED_MB))]
    if not read.found:
        return (), [NOT_GEONAMES.at(place, columns=Number(COLUMNS))]
    findings = [
        kind.at(place, lines=Count(*LINES, len(lines)), line=lines[0])
        for kind, lines in ((GEONAMES_LINES_SKIPPED, read.skipped), (GEONAMES_DAMAGED, read.damaged))
        if lines
    ]
    return tuple(read.found[number] for number in sorted(read.found)), findings


@dataclass(frozen=True)
class _Read:
    """Places by number, lines that could not be read, lines with damaged names, and how many bytes were read."""

    found: dict[int, GeoPlace]
    skipped: list[int]
    damaged: list[int]
    total: int


def _open_text(file: InputFile) -> IO[bytes]:
    """Text of the dump as a stream of bytes, unpacked while it is read."""
    if not zipfile.is_zipfile(io.BytesIO(file.content)):
        return io.BytesIO(file.content)
    archive = zipfile.ZipFile(io.BytesIO(file.content))
    names = [name for name in archive.namelist() if name.endswith(".txt") and not name.casefold().startswith("readme")]
    return archive.open(sorted(names)[0])


def _read_lines(stream: IO[bytes], limit_bytes: int) -> _Read:
    """Read the lines of the text; stops beyond the limit."""
    found: dict[int, GeoPlace] = {}
    skipped: list[int] = []
    damaged: list[int] = []
    total = 0
    for number, line in enumerate(_lines(stream), 1):
        total += len(line)
        if total > limit_bytes:
            break
        cells = line.decode("utf-8", errors="replace").rstrip("\r\n").split("\t")
        if len(cells) != COLUMNS:
            skipped.extend([number] if line.strip() else [])
            continue
        if cells[6] != "P" or cells[7] in GONE:
            continue
        try:
            place = _read_place(cells)
        except ValueError:
            skipped.append(number)
            continue
        found.setdefault(place.geoname_id, place)
        if any(_DAMAGED in cell for cell in cells):
            damaged.append(number)
    return _Read(found, skipped, damaged, total)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Lines; one that is longer than any line of GeoNames comes in pieces."""
    while line := stream.readline(MAX_LINE):
        yield line


def _read_place(cells: list[str]) -> GeoPlace:
    """Place of one line; ValueError if a number of it is none or out of range."""
    lat, lon, population = float(cells[4]), float(cells[5]), int(cells[14] or 0)
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180 and population >= 0):
        raise ValueError(cells[0])
    others = (clean_name(name) for name in [cells[2], *cells[3].split(",")])
    names = tuple(dict.fromkeys(name for name in others if name and _DAMAGED not in name))
    return GeoPlace(int(cells[0]), clean_name(cells[1]), names, lat, lon, cells[11], population or None)


GEONAMES_ATTRIBUTION: Final = "GeoNames (CC BY 4.0)"
"""What the licence of GeoNames asks for."""

ATTRIBUTION_ADDED: Final = FindingKind(
    "attribution-added",
    Severity.WARNING,
    N_("Settlements come from GeoNames, whose licence asks for credit, but attribution does not name it."),
    N_('The papers name it all the same; to word it yourself, write attribution = "{value}" into scenario.toml.'),
)

# `settlements import` writes where it found each place into the note, and how it joined it into the column match.
_NOTE: Final = re.compile(r"\bGeoNames \d+\b")


def comes_from_geonames(settlements: Iterable[Settlement]) -> bool:
    """Tell by note or way of joining whether any settlement was imported from GeoNames."""
    return any(settlement.match or _NOTE.search(settlement.note) for settlement in settlements)


def credit_geonames(scenario: Scenario, settlements: Iterable[Settlement]) -> Scenario:
    """Put GeoNames into the attribution if settlements come from there and it is not named yet."""
    if _is_named(scenario) or not comes_from_geonames(settlements):
        return scenario
    return replace(scenario, attribution="; ".join(filter(None, (scenario.attribution, GEONAMES_ATTRIBUTION))))


def check_credit(file: ScenarioFile, settlements: SettlementTable) -> list[Finding]:
    """Check that the scenario names GeoNames if settlements come from there."""
    if _is_named(file.scenario) or not comes_from_geonames(settlements.by_row.values()):
        return []
    return [ATTRIBUTION_ADDED.at(file.lines.place("attribution"), value=GEONAMES_ATTRIBUTION)]


def _is_named(scenario: Scenario) -> bool:
    """Whether the planner named GeoNames."""
    return "geonames" in scenario.attribution.casefold()
