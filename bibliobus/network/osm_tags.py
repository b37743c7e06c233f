"""Tags of a road, reduced to small numbers that do not depend on the bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from bibliobus.network.osm_units import parse_duration, parse_length, parse_speed, parse_weight
from bibliobus.network.profile_table import ABSENT, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bibliobus.network.profile_table import ProfileTable

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

    Parameters
    ----------
    road_class
        Code in the table.
    surface
        Code in the table, `ABSENT` or `UNKNOWN`.
    tracktype
        Code in the table, `ABSENT` or `UNKNOWN`.
    smoothness
        Code in the table, `ABSENT` or `UNKNOWN`.
    directions
        `FORWARD`, `BACKWARD` or `BOTH`.
    flags
        Sum of `DESTINATION`, `NO_LORRIES`, `URBAN`, `FORD`.
    maxspeed_forward
        Signed limit in kilometres an hour; 0 for none.
    maxspeed_backward
        The same against the direction of the way.
    max_weight_t
        Heaviest vehicle in tonnes; 0 for no limit.
    max_height_m
        Highest vehicle in metres; 0 for no limit.
    max_width_m
        Widest vehicle in metres; 0 for no limit.
    max_length_m
        Longest vehicle in metres; 0 for no limit.
    duration_s
        Seconds a ferry takes from end to end; 0 if not a ferry or not tagged.
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
    """
    Reader of the tags of roads; keeps the codes of the table at hand.

    Parameters
    ----------
    table
        Table of what a bus may use.
    """

    def __init__(self, table: ProfileTable) -> None:
        self.table = table
        self.classes = frozenset(table.values("road_class"))
        kinds = ("road_class", "surface", "tracktype", "smoothness")
        self._codes = {kind: table.codes(kind) for kind in kinds}
        self._allowed = {value: bool(number) for value, number in table.numbers["access"].items()}
        self._barriers = {value: bool(number) for value, number in table.numbers["barrier"].items()}

    def read_way(self, tags: Mapping[str, str]) -> WayTags | None:
        """
        Reduce the tags of a road.

        Parameters
        ----------
        tags
            All tags of the way.

        Returns
        -------
        WayTags or None
            None if no bus may ever use it.
        """
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
        """
        Decide whether something at a node of a road stops a bus.

        Parameters
        ----------
        tags
            All tags of the node.

        Returns
        -------
        bool
            True if no bus passes.
        """
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
    """
    Find the directions in which a road may be driven.

    Parameters
    ----------
    tags
        All tags of the way.

    Returns
    -------
    int
        `FORWARD`, `BACKWARD`, `BOTH`, or 0 if it changes by the hour.
    """
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
    """
    Decide whether the limit of settlements holds on a road.

    Parameters
    ----------
    tags
        All tags of the way.

    Returns
    -------
    bool
        True if a tag says so, or none does and the class is that of a street.
    """
    zones = [tags[key].casefold().rpartition(":")[2] for key in ZONE_KEYS if key in tags]
    if "urban" in zones or "rural" in zones:
        return "urban" in zones
    return tags.get("highway") in URBAN_CLASSES


def is_ford(tags: Mapping[str, str]) -> bool:
    """
    Decide whether a road, or a node of it, lies under water.

    Parameters
    ----------
    tags
        All tags.

    Returns
    -------
    bool
        True for a ford.
    """
    return tags.get("ford", "no") not in NO or tags.get("highway") == "ford"


def _least(tags: Mapping[str, str], keys: tuple[str, ...], parse: Callable[[str], float | None]) -> float:
    """Least value under any of the keys; 0 for none."""
    found = [value for key in keys if key in tags and (value := parse(tags[key])) is not None]
    return min(found, default=0.0)
