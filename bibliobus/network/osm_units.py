"""Quantities as OpenStreetMap writes them: speeds, weights, lengths, durations."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from bibliobus.units import DAY_S, HOUR_S, KM_M, MINUTE_S

if TYPE_CHECKING:
    from bibliobus.network.profile_table import ProfileTable

MILE_KM: Final = 1.609344
KNOT_KM: Final = 1.852
FOOT_M: Final = 0.3048
INCH_M: Final = 0.0254
POUND_T: Final = 0.00045359237
SHORT_TON_T: Final = 0.90718474

_NUMBER: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z/]*)", re.ASCII)
_FEET: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(?:'|ft|feet)\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|''|in|inches)?)?", re.ASCII)
_CLOCK: Final = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})", re.ASCII)
_ISO: Final = re.compile(r"p(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)?", re.ASCII)
_SPEED_UNITS: Final = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": MILE_KM, "knots": KNOT_KM}
_WEIGHT_UNITS: Final = {
    "": 1.0,
    "t": 1.0,
    "ton": 1.0,
    "tons": 1.0,
    "tonnes": 1.0,
    "kg": 1 / KM_M,
    "lbs": POUND_T,
    "lb": POUND_T,
    "st": SHORT_TON_T,
}
_LENGTH_UNITS: Final = {"": 1.0, "m": 1.0, "cm": 0.01, "km": float(KM_M)}


def parse_speed(text: str, table: ProfileTable) -> float | None:
    """
    Parse a speed limit.

    Parameters
    ----------
    text
        ``50``, ``50 km/h``, ``30 mph``, ``UA:urban``, ``DE:zone30``, ``walk``; of several values the slowest counts.
    table
        Table with the speeds that names such as ``urban`` stand for.

    Returns
    -------
    float or None
        Kilometres an hour, above 0; None for ``none``, ``signals`` and anything else that is no speed.
    """
    speeds = [speed for part in re.split("[;|]", text) if (speed := _parse_one_speed(part, table)) is not None]
    return min(speeds, default=None)


def parse_weight(text: str) -> float | None:
    """
    Parse a weight.

    Parameters
    ----------
    text
        ``7.5``, ``7,5 t``, ``3500 kg``, ``8000 lbs``, ``10 st``.

    Returns
    -------
    float or None
        Tonnes, above 0; None if it is no weight.
    """
    return _parse_number(text, _WEIGHT_UNITS)


def parse_length(text: str) -> float | None:
    """
    Parse a height, a width or a length.

    Parameters
    ----------
    text
        ``3.5``, ``3.5 m``, ``350 cm``, ``11'6"``, ``11 ft 6 in``.

    Returns
    -------
    float or None
        Metres, above 0; None if it is no length.
    """
    clean = text.strip().casefold()
    if feet := _FEET.fullmatch(clean):
        return float(feet[1]) * FOOT_M + float(feet[2] or 0) * INCH_M or None
    return _parse_number(clean, _LENGTH_UNITS)


def parse_duration(text: str) -> float | None:
    """
    Parse how long a ferry takes.

    Parameters
    ----------
    text
        ``00:35``, ``1:05:00``, ``35`` (minutes), ``PT35M``.

    Returns
    -------
    float or None
        Seconds, above 0; None if it is no duration.
    """
    clean = text.strip().casefold()
    if clean.isascii() and clean.isdigit():
        return float(clean) * MINUTE_S or None
    if clock := _CLOCK.fullmatch(clean):
        hours, minutes, seconds = (clock[1], clock[2], clock[3]) if clock[1] else (clock[2], clock[3], "0")
        return float(int(hours) * HOUR_S + int(minutes) * MINUTE_S + int(seconds)) or None
    if iso := _ISO.fullmatch(clean):
        units = (DAY_S, HOUR_S, MINUTE_S, 1)
        return float(sum(int(part) * unit for part, unit in zip(iso.groups("0"), units, strict=True))) or None
    return None


def _parse_one_speed(text: str, table: ProfileTable) -> float | None:
    """One speed, by number or by name."""
    clean = text.strip().casefold()
    name = clean.rpartition(":")[2].replace(":", "")
    implicit = table.numbers["implicit"]
    if name in implicit:
        return implicit[name]
    if zone := re.fullmatch(r"(?:[a-z]{2}:)?zone:?(\d+)", clean, re.ASCII):
        return float(zone[1]) or None
    return _parse_number(clean, _SPEED_UNITS)


def _parse_number(text: str, units: dict[str, float]) -> float | None:
    """Number above 0 in the base unit; None if it is none, or the unit is strange."""
    match = _NUMBER.fullmatch(text.strip().casefold())
    if match is None or match[2] not in units:
        return None
    value = float(match[1].replace(",", ".")) * units[match[2]]
    return value if value > 0 and math.isfinite(value) else None
