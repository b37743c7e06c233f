"""Roads as lines for the base of a map, and what a network holds in kilometres by class and surface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.network.places import RoadLine
from bibliobus.network.profile_table import ABSENT, UNKNOWN, ProfileTable, read_profile_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.places import LatLon
    from bibliobus.network.roads.network import RoadNetwork

RANKS: Final = (
    ("motorway", "trunk", "primary", "secondary"),
    ("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary", "tertiary_link"),
    ("unclassified", "ferry"),
    ("residential", "living_street", "road"),
)
"""Classes of roads by how much they matter on a map; others are not drawn."""

# Chosen by hand, not measured: how many lines a map has, some 3 km around the places, and corners of some 10 m, which
# nobody sees on the map of an area.
MOST_LINES: Final = 3000
MARGIN_DEGREES: Final = 0.03
TOLERANCE_DEGREES: Final = 0.0001


def trace_roads(roads: RoadNetwork, around: Sequence[LatLon]) -> tuple[RoadLine, ...]:
    """
    Draw the roads in the box around some places (lat, lon), each once, without corners that one cannot see.

    The smaller classes come only while there are fewer than `MOST_LINES` lines. A road table is drawn as it is, as far
    as positions are known.
    """
    import numpy as np

    if roads.rows is not None:
        return _draw_rows(roads)
    arcs = _find_arcs(roads, around)
    names = {code: name for name, code in read_profile_table().codes("road_class").items()}
    way = roads.segment_way[roads.chain[roads.chain_first[arcs]] >> 1]
    classes = np.array([names.get(int(code), "") for code in roads.ways.road_class[way]], dtype=object)
    lines: list[RoadLine] = []
    for rank in RANKS:
        chosen = np.flatnonzero(np.isin(classes, rank))
        if lines and len(lines) + len(chosen) > MOST_LINES:
            break
        lines += [
            RoadLine(_simplify(roads.arc_line(int(arcs[at]))), str(classes[at]), roads.way_label(int(way[at])))
            for at in chosen
        ]
    return tuple(lines)


def _draw_rows(roads: RoadNetwork) -> tuple[RoadLine, ...]:
    """Rows of a table in their order."""
    names = {code: name for name, code in read_profile_table().codes("road_class").items()}
    classes = ["estimate" if roads.estimated else names[code] for code in roads.ways.road_class.tolist()]
    lines = ((at, roads.line_of_segment(at)) for at in range(roads.segments))
    return tuple(RoadLine(line, classes[at], roads.way_label(at)) for at, line in lines if len(line) > 1)


def _find_arcs(roads: RoadNetwork, around: Sequence[LatLon]) -> NDArray[np.int64]:
    """Arcs that lead through the box of the places, one of the two directions of a road."""
    import numpy as np

    first, last = roads.chain_first[:-1], roads.chain_first[1:] - 1
    arcs = np.flatnonzero(last >= first)
    start, end = roads.chain[first[arcs]] >> 1, roads.chain[last[arcs]] >> 1
    ends = np.stack([np.minimum(start, end), np.maximum(start, end)], axis=1)
    _, once = np.unique(ends, axis=0, return_index=True)
    inside = np.ones(len(arcs), dtype=bool)
    for degrees, limits in zip((roads.point_lat, roads.point_lon), zip(*around, strict=True), strict=True):
        one, two = degrees[roads.segment_from[roads.chain >> 1]], degrees[roads.segment_to[roads.chain >> 1]]
        # Steps of arcs follow each other without gaps, so each arc ends where the next one begins.
        inside &= np.maximum.reduceat(np.maximum(one, two), first[arcs]) >= min(limits) - MARGIN_DEGREES
        inside &= np.minimum.reduceat(np.minimum(one, two), first[arcs]) <= max(limits) + MARGIN_DEGREES
    kept = np.sort(once)
    return np.asarray(arcs[kept[inside[kept]]], dtype=np.int64)


def _simplify(points: tuple[LatLon, ...]) -> tuple[LatLon, ...]:
    """Line without the corners that one cannot see."""
    import shapely

    line = shapely.simplify(shapely.LineString(points), TOLERANCE_DEGREES)
    return tuple((float(lat), float(lon)) for lat, lon in line.coords)


NOT_TAGGED: Final = ""
OTHER: Final = "other"
DM_PER_M: Final = 10


@dataclass(frozen=True)
class RoadStats:
    """
    Lengths of roads; each road counts once, whatever its directions. Classes and surfaces are in the order of the
    table.

    ``surface_m``: ``""`` is not tagged, ``other`` is a value the table does not name.
    ``missing``: Share of the length without the tag (0 to 1) by key: surface, smoothness, maxspeed, and tracktype (of
        tracks only); of a road table surface alone, as it has no other.
    """

    class_m: Mapping[str, int]
    surface_m: Mapping[str, int]
    total_m: int
    missing: Mapping[str, float]


def measure_roads(network: RoadNetwork, table: ProfileTable | None = None) -> RoadStats:
    """Measure what a network holds that was read with a table; None means the one that comes with the program."""
    import numpy as np

    table = table or read_profile_table()
    ways = network.ways
    length_m = np.bincount(network.segment_way, weights=network.segment_dm, minlength=len(ways)) / DM_PER_M
    track = ways.road_class == table.codes("road_class")["track"]
    land = ways.road_class != table.codes("road_class")["ferry"]
    unsigned = (ways.maxspeed_forward == 0) & (ways.maxspeed_backward == 0)
    missing = {"surface": _share(ways.surface == ABSENT, land, length_m)}
    if network.rows is None:
        missing |= {
            "smoothness": _share(ways.smoothness == ABSENT, land, length_m),
            "maxspeed": _share(unsigned, land, length_m),
            "tracktype": _share(ways.tracktype == ABSENT, track, length_m),
        }
    return RoadStats(
        class_m=_sum_up(ways.road_class, length_m, table.values("road_class")),
        surface_m=_sum_up(ways.surface[land], length_m[land], table.values("surface")),
        total_m=round(float(length_m.sum())),
        missing=missing,
    )


def _sum_up(codes: NDArray[np.uint8], length_m: NDArray[np.float64], values: tuple[str, ...]) -> dict[str, int]:
    """Metres by value, without those that do not occur."""
    import numpy as np

    metres = np.bincount(codes, weights=length_m, minlength=UNKNOWN + 1)
    names = dict(enumerate(values, start=ABSENT + 1))
    names |= {ABSENT: NOT_TAGGED, UNKNOWN: OTHER}
    return {name: round(float(metres[code])) for code, name in names.items() if metres[code] > 0}


def _share(missing: NDArray[np.bool_], among: NDArray[np.bool_], length_m: NDArray[np.float64]) -> float:
    """Share of the length; 0 if there is none."""
    total = float(length_m[among].sum())
    return float(length_m[among & missing].sum()) / total if total else 0.0
