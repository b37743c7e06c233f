"""Positions: degrees within range, the right way round, and near to one another."""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.inputs.bounds import limits_of
from bibliobus.inputs.cells import parse_number, show_name, show_value
from bibliobus.inputs.rows import CELL_EMPTY, read_within
from bibliobus.language import N_
from bibliobus.quantities import Number
from bibliobus.units import KM_M

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bibliobus.domain.places import Settlement
    from bibliobus.inputs.rows import Row

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


def read_degrees(row: Row, column: str, findings: list[Finding], *, required: bool) -> float | None:
    """
    Read a latitude or longitude.

    Parameters
    ----------
    row
        The row.
    column
        ``lat`` or ``lon``.
    findings
        Where a finding is added.
    required
        Whether an empty cell is one.

    Returns
    -------
    float or None
        Degrees; None if the cell is empty or was refused.
    """
    if required and not row.text(column):
        findings.append(CELL_EMPTY.at(row.place(column)))
    return read_within(row, column, parse_number, LIMITS[column], findings)


def check_positions(rows: Mapping[int, Row], settlements: Mapping[int, Settlement]) -> list[Finding]:
    """
    Check that settlements lie where settlements of one area can lie.

    Parameters
    ----------
    rows
        Rows of the table by number.
    settlements
        Settlements by row.

    Returns
    -------
    list of Finding
        Swapped degrees, places far from all others, and places at the same spot.
    """
    if not settlements:
        return []
    numbers = list(settlements)
    middle = (median(s.lat for s in settlements.values()), median(s.lon for s in settlements.values()))
    given = _measure(middle, [(settlements[at].lat, settlements[at].lon) for at in numbers])
    turned = _measure(middle, [(settlements[at].lon, settlements[at].lat) for at in numbers])
    findings = []
    for at, given_km, turned_km in zip(numbers, given, turned, strict=True):
        lat, lon = settlements[at].lat, settlements[at].lon
        here = (_in_ukraine(lat, lon), _in_ukraine(lon, lat))
        if here == (False, True) or turned_km <= MAX_SPREAD_KM < given_km:
            lat_text, lon_text = (show_value(rows[at].text(column)) for column in ("lat", "lon"))
            findings.append(SWAPPED.at(rows[at].place("lat"), lat=lat_text, lon=lon_text))
        elif given_km > MAX_SPREAD_KM:
            place = rows[at].place("lat")
            findings.append(FAR_AWAY.at(place, distance=Number(round(given_km)), limit=Number(MAX_SPREAD_KM)))
    return findings + _check_same(rows, settlements)


def measure_line(points: Sequence[tuple[float, float]]) -> float:
    """
    Measure a line on the ellipsoid.

    Parameters
    ----------
    points
        Points as (lat, lon) in degrees, WGS 84.

    Returns
    -------
    float
        Length in metres.
    """
    from pyproj import Geod

    lat, lon = zip(*points, strict=True)
    return float(Geod(ellps="WGS84").line_length(lon, lat))


def _measure(middle: tuple[float, float], points: Iterable[tuple[float, float]]) -> list[float]:
    """Kilometres from the middle to each point; endless for a point that is not on Earth."""
    return [measure_line((middle, point)) / KM_M if abs(point[0]) <= 90 else float("inf") for point in points]


def _in_ukraine(lat: float, lon: float) -> bool:
    """Whether a point lies in a box around Ukraine."""
    return _UKRAINE_LAT[0] <= lat <= _UKRAINE_LAT[1] and _UKRAINE_LON[0] <= lon <= _UKRAINE_LON[1]


def _check_same(rows: Mapping[int, Row], settlements: Mapping[int, Settlement]) -> list[Finding]:
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
