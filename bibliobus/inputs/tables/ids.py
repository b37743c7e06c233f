"""Ids and positions of rows: there, unique, within range, the right way round, near to one another."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import count
from math import asin, cos, radians, sin, sqrt
from statistics import median
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.inputs.bounds import limits_of
from bibliobus.inputs.tables.cells import MAX_ID, RESERVED_PREFIXES, clean_id, parse_number, show_name, show_value
from bibliobus.inputs.tables.rows import CELL_EMPTY, read_within, require_text
from bibliobus.inputs.tables.table import CHARACTERS
from bibliobus.words.language import KM_M, N_
from bibliobus.words.text import Count, Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bibliobus.domain.places import Settlement
    from bibliobus.inputs.tables.rows import RowCells

MAX_WORD: Final = 80

DUPLICATE_ID: Final = FindingKind(
    "duplicate-id",
    Severity.ERROR,
    N_("The id “{value}” is in row {first} already, and again in row {second}."),
    N_("Give every row an id of its own, or delete the row that is repeated."),
)
BAD_ID: Final = FindingKind(
    "bad-id",
    Severity.ERROR,
    N_("“{value}” cannot be an id: an id has at most {limit} and does not begin with {reserved}."),
    N_("Use the KATOTTG code, or any short text that never changes."),
)


def read_id(row: RowCells, column: str, findings: list[Finding]) -> str:
    """Read the tidy id of a row, or one that it refers to; empty, and a finding, if it is missing or cannot be one."""
    return check_id(row, column, clean_id(require_text(row, column, findings)), findings)


def check_id(row: RowCells, column: str, row_id: str, findings: list[Finding]) -> str:
    """Check that a tidy text, which may be empty, may be an id."""
    if len(row_id) > MAX_ID or row_id.startswith(RESERVED_PREFIXES):
        reserved = ", ".join(RESERVED_PREFIXES)
        findings.append(
            BAD_ID.at(row.place(column), value=show_value(row_id), limit=Count(*CHARACTERS, MAX_ID), reserved=reserved)
        )
    return row_id


def check_unique(rows: Sequence[RowCells], column: str) -> list[Finding]:
    """Check that no id is there twice."""
    first: dict[str, int] = {}
    findings = []
    for row in rows:
        row_id = clean_id(row.text(column))
        if row_id and first.setdefault(row_id, row.row) != row.row:
            place = row.place(column)
            findings.append(DUPLICATE_ID.at(place, value=show_value(row_id), first=first[row_id], second=row.row))
    return findings


def make_ids(names: Iterable[str]) -> list[str]:
    """
    Make a different id from each name: letters and digits in lower case with hyphens between them.

    Names that are alike get numbers from 2 on.
    """
    words = [re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:MAX_WORD] or "x" for name in names]
    taken, ids = set(words), []
    seen: set[str] = set()
    for word in words:
        free = word
        if word in seen:
            free = next(numbered for at in count(2) if (numbered := f"{word}-{at}") not in taken)
        seen.add(word)
        taken.add(free)
        ids.append(free)
    return ids


MAX_SPREAD_KM: Final = 500
LIMITS: Final = {"lat": limits_of("settlements.csv: lat"), "lon": limits_of("settlements.csv: lon")}
# Corners of a box around Ukraine, degrees.
_UKRAINE_LAT: Final = (44.0, 52.5)
_UKRAINE_LON: Final = (22.0, 40.5)

SWAPPED: Final = FindingKind(
    "lat-lon-swapped",
    Severity.ERROR,
    N_("Latitude {lat} and longitude {lon} look swapped."),
    N_("Write {lon} as latitude and {lat} as longitude."),
)
FAR_AWAY: Final = FindingKind(
    "far-away",
    Severity.WARNING,
    N_("The place lies {distance} km from the middle of the area, farther than {limit} km."),
    N_("Check the digits of latitude and longitude."),
)
SAME_POSITION: Final = FindingKind(
    "same-position",
    Severity.WARNING,
    N_("“{name}” has the same position as “{other}” in row {first}."),
    N_("Check latitude and longitude of both."),
)


def read_degrees(row: RowCells, column: str, findings: list[Finding], *, required: bool) -> float | None:
    """Read a latitude or longitude; None if the cell was refused, or is empty, which is a finding if it is required."""
    if required and not row.text(column):
        findings.append(CELL_EMPTY.at(row.place(column)))
    return read_within(row, column, parse_number, LIMITS[column], findings)


def check_positions(rows: Mapping[int, RowCells], settlements: Mapping[int, Settlement]) -> list[Finding]:
    """Check that settlements lie where settlements of one area can lie."""
    if not settlements:
        return []
    middle = (median(s.lat for s in settlements.values()), median(s.lon for s in settlements.values()))
    findings = []
    for at, settlement in settlements.items():
        lat, lon = settlement.lat, settlement.lon
        here = (_in_ukraine(lat, lon), _in_ukraine(lon, lat))
        far = _lies_far(middle, (lat, lon))
        if here == (False, True) or (far and not _lies_far(middle, (lon, lat))):
            lat_text, lon_text = (show_value(rows[at].text(column)) for column in ("lat", "lon"))
            findings.append(SWAPPED.at(rows[at].place("lat"), lat=lat_text, lon=lon_text))
        elif far:
            place, far_km = rows[at].place("lat"), measure_line((middle, (lat, lon))) / KM_M
            findings.append(FAR_AWAY.at(place, distance=Number(round(far_km)), limit=Number(MAX_SPREAD_KM)))
    return findings + _check_same(rows, settlements)


def measure_line(points: Sequence[tuple[float, float]]) -> float:
    """Measure a line of points (lat, lon) in degrees, WGS 84, on the ellipsoid, in metres."""
    from pyproj import Geod

    lat, lon = zip(*points, strict=True)
    return float(Geod(ellps="WGS84").line_length(lon, lat))


WIDEST_CURVE_M: Final = 6_399_594
"""Radius of the widest curve on WGS 84, through the poles; on a sphere of it every way is as long or longer."""


def bound_line(start: tuple[float, float], end: tuple[float, float]) -> float:
    """
    Metres (lat, lon) that the straight way between two points is never longer than, 1 % more at most.

    Who only asks whether a way is short enough need not load the library that measures it.
    """
    (north, east), (north2, east2) = (map(radians, point) for point in (start, end))
    half = sin((north2 - north) / 2) ** 2 + cos(north) * cos(north2) * sin((east2 - east) / 2) ** 2
    # A metre more, so that no rounding counts.
    return 2 * WIDEST_CURVE_M * asin(min(1.0, sqrt(half))) + 1


def _lies_far(middle: tuple[float, float], point: tuple[float, float]) -> bool:
    """Whether a point lies too far from the middle; one that is not on Earth does."""
    limit_m = MAX_SPREAD_KM * KM_M
    return abs(point[0]) > 90 or (bound_line(middle, point) > limit_m and measure_line((middle, point)) > limit_m)


def _in_ukraine(lat: float, lon: float) -> bool:
    """Whether a point lies in a box around Ukraine."""
    return _UKRAINE_LAT[0] <= lat <= _UKRAINE_LAT[1] and _UKRAINE_LON[0] <= lon <= _UKRAINE_LON[1]


def _check_same(rows: Mapping[int, RowCells], settlements: Mapping[int, Settlement]) -> list[Finding]:
    """Findings for settlements at the very spot of an earlier one."""
    spots: dict[tuple[float, float], list[int]] = defaultdict(list)
    for at, settlement in settlements.items():
        spots[settlement.lat, settlement.lon].append(at)
    return [
        SAME_POSITION.at(
            rows[at].place("lat"),
            name=show_name(settlements[at]),
            other=show_name(settlements[spot[0]]),
            first=spot[0],
        )
        for spot in spots.values()
        for at in spot[1:]
    ]
