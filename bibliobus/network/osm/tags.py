"""Tags of a road, with their quantities, reduced to small numbers that do not depend on the bus."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from bibliobus.network.profile_table import ABSENT, UNKNOWN
from bibliobus.words.language import DAY_S, HOUR_S, KM_M, MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    Kilometres an hour, the slowest of several; None for ``none``, ``signals`` and anything else that is no speed.

    ``text``: ``50``, ``50 km/h``, ``30 mph``, ``UA:urban``, ``DE:zone30``, ``walk``.
    """
    speeds = [speed for part in re.split("[;|]", text) if (speed := _parse_one_speed(part, table)) is not None]
    return min(speeds, default=None)


def parse_weight(text: str) -> float | None:
    """Tonnes above 0 from ``7.5``, ``7,5 t``, ``3500 kg``, ``8000 lbs``, ``10 st``; None if it is no weight."""
    return _parse_number(text, _WEIGHT_UNITS)


def parse_length(text: str) -> float | None:
    """Metres above 0 from ``3.5``, ``3.5 m``, ``350 cm``, ``11'6"``, ``11 ft 6 in``; None if it is no length."""
    clean = text.strip().casefold()
    if feet := _FEET.fullmatch(clean):
        return float(feet[1]) * FOOT_M + float(feet[2] or 0) * INCH_M or None
    return _parse_number(clean, _LENGTH_UNITS)


def parse_duration(text: str) -> float | None:
    """Seconds above 0 that a ferry takes: ``00:35``, ``1:05:00``, ``35`` (minutes), ``PT35M``; None if it is none."""
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


FORWARD: Final = 1
BACKWARD: Final = 2
BOTH: Final = FORWARD | BACKWARD

DESTINATION: Final = 1
NO_LORRIES: Final = 2
URBAN: Final = 4
FORD: Final = 8

# The first of these keys that is there decides; the most special one comes first.
ACCESS_KEYS: Final = ("bus", "psv", "motor_vehicle", "vehicle", "access")
FERRY_KEYS: Final = ("bus", "psv", "hgv", "motorcar", "motor_vehicle", "vehicle")
ALLOWED_WORDS: Final = ("yes", "designated", "permissive", "destination", "official")
YES: Final = ("yes", "true", "1")
NO: Final = ("no", "false", "0")
REVERSE: Final = ("-1", "reverse")
ZONE_KEYS: Final = ("zone:traffic", "maxspeed:type", "source:maxspeed", "zone:maxspeed", "maxspeed")
URBAN_CLASSES: Final = ("residential", "living_street")


class WayTags(NamedTuple):
    """
    Tags of one road in numbers.

    Signed limits are in kilometres an hour, the heaviest, highest, widest and longest vehicle in tonnes and metres, 0
    for no limit; seconds are those a ferry takes from end to end, 0 if not a ferry or not tagged.
    """

    road_class: int
    surface: int
    tracktype: int
    smoothness: int
    directions: int
    flags: int
    maxspeed_forward: float
    maxspeed_backward: float
    max_weight_t: float
    max_height_m: float
    max_width_m: float
    max_length_m: float
    duration_s: float


class TagReader:
    """Reader of the tags of roads; keeps the codes of the table at hand."""

    def __init__(self, table: ProfileTable) -> None:
        self.table = table
        self.classes = frozenset(table.values("road_class"))
        kinds = ("road_class", "surface", "tracktype", "smoothness")
        self._codes = {kind: table.codes(kind) for kind in kinds}
        self._allowed = {value: bool(number) for value, number in table.numbers["access"].items()}
        self._barriers = {value: bool(number) for value, number in table.numbers["barrier"].items()}

    def read_way(self, tags: Mapping[str, str]) -> WayTags | None:
        """Reduce the tags of a road; None if no bus may ever use it."""
        road_class = self._find_class(tags)
        if road_class == ABSENT or not self._may_use(tags):
            return None
        ferry = tags.get("route") == "ferry"
        directions = BOTH if ferry and "oneway" not in tags else find_directions(tags)
        if not directions:
            return None
        forward, backward = self._read_maxspeeds(tags)
        return WayTags(
            road_class=road_class,
            surface=self._code("surface", tags),
            tracktype=self._code("tracktype", tags),
            smoothness=self._code("smoothness", tags),
            directions=directions,
            flags=self._read_flags(tags),
            maxspeed_forward=forward,
            maxspeed_backward=backward,
            max_weight_t=_least(tags, ("maxweight", "maxweightrating", "maxweight:bus"), parse_weight),
            max_height_m=_least(tags, ("maxheight", "maxheight:physical"), parse_length),
            max_width_m=_least(tags, ("maxwidth", "maxwidth:physical"), parse_length),
            max_length_m=_least(tags, ("maxlength", "maxlength:bus"), parse_length),
            duration_s=_least(tags, ("duration",), parse_duration) if ferry else 0.0,
        )

    def is_barrier(self, tags: Mapping[str, str]) -> bool:
        """Tell whether something at a node of a road stops a bus."""
        allowed = self._decide_access(tags)
        if allowed is not None:
            return not allowed
        barrier = tags.get("barrier")
        return barrier is not None and not self._barriers.get(barrier, self._barriers["unknown"])

    def _find_class(self, tags: Mapping[str, str]) -> int:
        """Code of the class; `ABSENT` if it is no road for vehicles."""
        codes = self._codes["road_class"]
        if tags.get("route") == "ferry" and "highway" not in tags:
            return codes["ferry"] if any(tags.get(key) in ALLOWED_WORDS for key in FERRY_KEYS) else ABSENT
        highway = tags.get("highway", "")
        if tags.get("motorroad") == "yes" and highway in ("trunk", "primary"):
            highway = "motorroad"
        if highway in ("ferry", "motorroad") and tags["highway"] == highway:
            return ABSENT  # both are rows of the table, but no values of the tag
        return ABSENT if tags.get("area") == "yes" else codes.get(highway, ABSENT)

    def _may_use(self, tags: Mapping[str, str]) -> bool:
        """Whether access is open and the road can be driven without four driven wheels."""
        if tags.get("impassable") == "yes" or tags.get("4wd_only") not in (None, "no"):
            return False
        return self._decide_access(tags) is not False

    def _decide_access(self, tags: Mapping[str, str]) -> bool | None:
        """Whether the most special access key lets a bus in; None if there is no such key."""
        for key in ACCESS_KEYS:
            if key in tags:
                return self._allowed.get(tags[key], True)
        return None

    def _read_flags(self, tags: Mapping[str, str]) -> int:
        """Flags of a road, added up."""
        access = next((tags[key] for key in ACCESS_KEYS if key in tags), "")
        lorries_barred = self._allowed.get(tags.get("hgv", ""), True) is False
        special = any(tags.get(key) in ALLOWED_WORDS for key in ("bus", "psv"))
        return (
            DESTINATION * (access == "destination" or (tags.get("hgv") == "destination" and not special))
            | NO_LORRIES * (lorries_barred and not special)
            | URBAN * is_urban(tags)
            | FORD * is_ford(tags)
        )

    def _read_maxspeeds(self, tags: Mapping[str, str]) -> tuple[float, float]:
        """Signed limits along and against the way; one for buses goes before one for all."""
        common = self._speed(tags, "maxspeed:bus") or self._speed(tags, "maxspeed")
        return (
            self._speed(tags, "maxspeed:bus:forward") or self._speed(tags, "maxspeed:forward") or common,
            self._speed(tags, "maxspeed:bus:backward") or self._speed(tags, "maxspeed:backward") or common,
        )

    def _speed(self, tags: Mapping[str, str], key: str) -> float:
        """Speed under a key; 0 for none."""
        return (parse_speed(tags[key], self.table) or 0.0) if key in tags else 0.0

    def _code(self, kind: str, tags: Mapping[str, str]) -> int:
        """Code of a tag whose key is the kind."""
        return self._codes[kind].get(tags[kind], UNKNOWN) if kind in tags else ABSENT


def find_directions(tags: Mapping[str, str]) -> int:
    """Find the directions of a road: `FORWARD`, `BACKWARD`, `BOTH`, or 0 if it changes by the hour."""
    if tags.get("oneway:bus") in NO or tags.get("oneway:psv") in NO or "opposite" in tags.get("busway", ""):
        return BOTH
    oneway = tags.get("oneway:bus", tags.get("oneway:psv", tags.get("oneway", "")))
    if oneway in YES:
        return FORWARD
    if oneway in REVERSE:
        return BACKWARD
    if oneway == "reversible":
        return 0
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
    return FORWARD if implied and oneway not in NO else BOTH


def is_urban(tags: Mapping[str, str]) -> bool:
    """Tell whether the limit of settlements holds: a tag says so, or none does and the class is that of a street."""
    zones = [tags[key].casefold().rpartition(":")[2] for key in ZONE_KEYS if key in tags]
    if "urban" in zones or "rural" in zones:
        return "urban" in zones
    return tags.get("highway") in URBAN_CLASSES


def is_ford(tags: Mapping[str, str]) -> bool:
    """Decide whether a road, or a node of it, lies under water."""
    return tags.get("ford", "no") not in NO or tags.get("highway") == "ford"


def _least(tags: Mapping[str, str], keys: tuple[str, ...], parse: Callable[[str], float | None]) -> float:
    """Least value under any of the keys; 0 for none."""
    found = [value for key in keys if key in tags and (value := parse(tags[key])) is not None]
    return min(found, default=0.0)
