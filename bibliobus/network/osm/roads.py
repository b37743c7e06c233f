"""Roads of an OpenStreetMap file as arrays, with their turn restrictions, inside the region that is wanted."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from bibliobus.network.roads.network import WayTable

PLACE_KINDS: Final = ("city", "town", "village", "hamlet", "isolated_dwelling")
_POPULATION: Final = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class OsmPlace:
    """One place, never without a name; Ukrainian and Latin name and codes of the codifiers are empty if not tagged."""

    osm_id: int
    kind: str
    name: str
    name_uk: str
    name_latin: str
    population: int | None
    katottg: str
    koatuu: str
    lat: float
    lon: float


def read_place(osm_id: int, tags: Mapping[str, str], lat: float, lon: float) -> OsmPlace | None:
    """Read a place from the tags of a node; None if nobody may live there or it has no name."""
    name = tags.get("name", tags.get("name:uk", "")).strip()
    if tags.get("place") not in PLACE_KINDS or not name:
        return None
    return OsmPlace(
        osm_id=osm_id,
        kind=tags["place"],
        name=name,
        name_uk=tags.get("name:uk", "").strip(),
        name_latin=tags.get("name:en", tags.get("int_name", "")).strip(),
        population=parse_population(tags.get("population", "")),
        katottg=_first(tags, ("katotth", "katottg", "ref:katottg")),
        koatuu=_first(tags, ("koatuu", "ref:koatuu")),
        lat=lat,
        lon=lon,
    )


def parse_population(text: str) -> int | None:
    """Parse residents such as ``1234``, ``1 234``, ``1,234``, ``~1234``; None if it is no number."""
    clean = re.sub(r"(?<=\d)[\s\u00a0,.](?=\d{3}(?:\D|$))", "", text.strip().lstrip("~"))
    return int(clean) if _POPULATION.fullmatch(clean) else None


def _first(tags: Mapping[str, str], keys: tuple[str, ...]) -> str:
    """First value that is there; empty if there is none."""
    return next((tags[key].strip() for key in keys if key in tags), "")


OSM_NO_ROADS: Final = FindingKind(
    "osm-no-roads",
    Severity.ERROR,
    N_("The file holds no road that a bus could use ({ways} ways with road tags were read)."),
    N_("If it should hold roads, it was probably cut off: download it again. Otherwise choose another file."),
)
OSM_NODES_MISSING: Final = FindingKind(
    "osm-nodes-missing",
    Severity.ERROR,
    N_("Of {expected} points that the roads need, {missing} have no position in the file."),
    N_("The file is cut off, or was cut out without the points of its roads: get it again, with complete ways."),
)
OSM_SOME_NODES_MISSING: Final = FindingKind(
    "osm-some-nodes-missing",
    Severity.WARNING,
    N_("Of {expected} points that the roads need, {missing} have no position in the file; roads end there."),
    N_("This is usual at the edge of an extract. If places inside are cut off, get it again with complete ways."),
)
OSM_OUT_OF_RANGE: Final = FindingKind(
    "osm-out-of-range",
    Severity.WARNING,
    N_("Points outside the earth's degrees (latitude -90 to 90, longitude -180 to 180): {count}."),
    N_("The file is probably damaged: download it again."),
)
OSM_TOO_LONG: Final = FindingKind(
    "osm-segment-too-long",
    Severity.WARNING,
    N_("Roads with neighbouring points more than {limit} km apart: {count}. These stretches are left out."),
    N_("The file is probably damaged: download it again."),
)

MAX_MISSING_SHARE: Final = 0.1
MAX_SEGMENT_KM: Final = 100


@dataclass(frozen=True)
class Restrictions:
    """
    Turns that are not allowed, as the file gives them; with `only` all others from there are not.

    ``skipped``: Restrictions over a way instead of a node, or without one of their members: they are not used.
    """

    from_way: NDArray[np.int64]
    via_node: NDArray[np.int64]
    to_way: NDArray[np.int64]
    only: NDArray[np.bool_]
    skipped: int


@dataclass(frozen=True)
class OsmRoads:
    """
    Roads as they stand in the file.

    Parameters
    ----------
    ways
        One row a road that a bus may use, by number.
    texts
        Names and numbers of roads, the first one empty.
    first
        Shape (ways + 1,), int64: ``point[first[w]]`` to ``point[first[w + 1] - 1]`` are the points of way w.
    point
        Position of each point of each way in the arrays below, int32.
    point_id
        Numbers of the nodes in OpenStreetMap, rising.
    lat, lon
        Degrees north and east; NaN where the file does not say.
    barrier
        Whether no bus passes the point.
    ford
        Whether the point lies under water.
    restrictions
        Turns that are not allowed.
    places
        Places with a name, in the order of the file.
    data_date
        Date and time of the data as the file gives it; empty if it does not.
    ways_read
        Ways with road tags, also those that no bus may use.
    out_of_range
        Points outside the degrees of the earth.
    """

    ways: WayTable
    texts: tuple[str, ...]
    first: NDArray[np.int64]
    point: NDArray[np.int32]
    point_id: NDArray[np.int64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    barrier: NDArray[np.bool_]
    ford: NDArray[np.bool_]
    restrictions: Restrictions
    places: tuple[OsmPlace, ...]
    data_date: str
    ways_read: int
    out_of_range: int


def check_roads(roads: OsmRoads, file: str) -> list[Finding]:
    """Check that what was read can be a whole file: errors without roads or most points, warnings for less."""
    import numpy as np

    place = Place(file)
    findings = []
    missing = int(np.isnan(roads.lat).sum())
    if not len(roads.ways):
        findings.append(OSM_NO_ROADS.at(place, ways=roads.ways_read))
    elif missing:
        kind = OSM_NODES_MISSING if missing > MAX_MISSING_SHARE * len(roads.lat) else OSM_SOME_NODES_MISSING
        findings.append(kind.at(place, expected=len(roads.lat), missing=missing))
    if roads.out_of_range:
        findings.append(OSM_OUT_OF_RANGE.at(place, count=roads.out_of_range))
    return findings


# A restriction for one kind of vehicle is for a bus if it is under one of these keys.
KEYS: Final = ("restriction:bus", "restriction:psv", "restriction:motor_vehicle", "restriction:vehicle", "restriction")
EXEMPT: Final = ("bus", "psv", "motor_vehicle", "vehicle")


class TurnReader:
    """Collector of turn restrictions."""

    def __init__(self) -> None:
        self._from = array("q")
        self._via = array("q")
        self._to = array("q")
        self._only = array("B")
        self._skipped = 0

    def take(self, relation: Any) -> None:
        """Take a relation; anything but a turn restriction for a bus is passed over."""
        tags: Mapping[str, str] = dict(relation.tags)
        if not tags.get("type", "").startswith("restriction"):
            return
        turn = find_turn(tags)
        if not turn:
            return
        members = [(member.role, member.type, member.ref) for member in relation.members]
        ways = {role: [ref for r, kind, ref in members if r == role and kind == "w"] for role in ("from", "to")}
        via = [ref for role, kind, ref in members if role == "via" and kind == "n"]
        if len(via) != 1 or not ways["from"] or not ways["to"] or any(r == "via" and k == "w" for r, k, _ in members):
            self._skipped += 1
            return
        for from_way, to_way in product(ways["from"], ways["to"]):
            self._from.append(from_way)
            self._via.append(via[0])
            self._to.append(to_way)
            self._only.append(turn.startswith("only_"))

    def build(self) -> Restrictions:
        """Build arrays of what was taken, in the order of the file."""
        import numpy as np

        return Restrictions(
            np.array(self._from, dtype=np.int64),
            np.array(self._via, dtype=np.int64),
            np.array(self._to, dtype=np.int64),
            np.array(self._only, dtype=bool),
            self._skipped,
        )


def find_turn(tags: Mapping[str, str]) -> str:
    """Find the restriction that holds for a bus at all hours, ``no_…`` or ``only_…``; empty for none."""
    if any(word in EXEMPT for word in re.split(r"[;,\s]+", tags.get("except", ""))):
        return ""
    value = next((tags[key] for key in KEYS if key in tags), "")
    return value if value.startswith(("no_", "only_")) else ""


REGION_UNREADABLE: Final = FindingKind(
    "region-unreadable",
    Severity.ERROR,
    N_("The file with the outline holds no polygon in GeoJSON, in degrees."),
    N_("Draw the outline as a polygon and save it as GeoJSON in WGS 84."),
)

CORNERS: Final = 72
MAX_BYTES: Final = 50_000_000

Region: TypeAlias = "BaseGeometry"
"""A part of the Earth; degrees as (lon, lat)."""


def read_region(path: Path) -> tuple[BaseGeometry | None, list[Finding]]:
    """Read the polygons of an outline, in degrees as (lon, lat); None if there is none."""
    import shapely

    try:
        with path.open("rb") as stream:
            text = stream.read(MAX_BYTES).decode("utf-8-sig")
        shapes = shapely.get_parts(shapely.from_geojson(text))
        polygons = [shape for shape in shapes.tolist() if shape.geom_type in ("Polygon", "MultiPolygon")]
        region = shapely.make_valid(shapely.union_all(polygons))
    except (OSError, ValueError, shapely.errors.ShapelyError):
        return None, [REGION_UNREADABLE.at(Place(path.name))]
    west, south, east, north = region.bounds
    if region.is_empty or not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None, [REGION_UNREADABLE.at(Place(path.name))]
    return region, []


def make_region(lats: Sequence[float], lons: Sequence[float], radius_m: float) -> BaseGeometry:
    """Join circles of so many metres on the ellipsoid around places; degrees as (lon, lat)."""
    import numpy as np
    import shapely
    from pyproj import Geod

    bearing = np.tile(np.linspace(0, 360, CORNERS, endpoint=False), len(lats))
    lon, lat, _ = Geod(ellps="WGS84").fwd(
        np.repeat(np.asarray(lons, dtype=float), CORNERS),
        np.repeat(np.asarray(lats, dtype=float), CORNERS),
        bearing,
        # The corners lie a little outside, so that the sides do not cut into the circle.
        np.full(len(bearing), radius_m / np.cos(np.pi / CORNERS)),
    )
    corners = np.stack([lon, lat], axis=-1).reshape(len(lats), CORNERS, 2)
    return shapely.union_all(shapely.polygons(corners))


def cut_region(roads: OsmRoads, region: BaseGeometry) -> OsmRoads:
    """Cut a region, in degrees as (lon, lat), out of roads; roads that touch it stay whole."""
    import numpy as np
    import shapely

    inside = find_ways_inside(region, roads.first, roads.lat[roads.point], roads.lon[roads.point])
    kept = roads.point[np.repeat(inside, np.diff(roads.first))]
    used, point = np.unique(kept, return_inverse=True)
    rows = np.flatnonzero(inside)
    return replace(
        roads,
        ways=roads.ways.select(rows),
        first=np.concatenate([[0], np.cumsum(np.diff(roads.first)[rows])]).astype(np.int64),
        point=point.astype(np.int32),
        point_id=roads.point_id[used],
        lat=roads.lat[used],
        lon=roads.lon[used],
        barrier=roads.barrier[used],
        ford=roads.ford[used],
        places=tuple(p for p in roads.places if shapely.contains_xy(region, p.lon, p.lat)),
    )


def find_ways_inside(
    region: BaseGeometry, first: NDArray[np.int64], lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """
    Find the ways that run through a region, degrees as (lon, lat), even if no node of theirs lies in it.

    ``first``: Shape (ways + 1,): points ``first[w]`` to ``first[w + 1] - 1`` belong to way w.
    ``lat``, ``lon``: Degrees north and east of the points; NaN if unknown.
    """
    import numpy as np
    import shapely

    ways = len(first) - 1
    known = np.isfinite(lat) & np.isfinite(lon)
    way = np.repeat(np.arange(ways), np.diff(first))[known]
    points = np.stack([lon[known], lat[known]], axis=-1)
    # A line needs two points: those with one only are left out.
    enough = np.bincount(way, minlength=ways) >= 2
    lines = shapely.linestrings(points[enough[way]], indices=np.cumsum(enough)[way[enough[way]]] - 1)
    inside = np.zeros(ways, dtype=bool)
    shapely.prepare(region)
    inside[enough] = shapely.intersects(region, lines)
    return inside
