"""What a drive leads over: its steps from place to place, its line, the names of its roads and their ground."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.network.engine.graph import pack_weights
from bibliobus.network.profile_table import ABSENT, read_profile_table
from bibliobus.network.roads.profile import IMPASSABLE_MS
from bibliobus.network.roads.snap import make_arriving, make_leaving

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.engine.engine import RoadMetric
    from bibliobus.network.engine.graph import RoadAccess
    from bibliobus.network.places import LatLon
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.snap import Snaps

AT_NODE: Final = 2
"""Slot of a place that is joined to a node: it has no part of an arc before or behind it."""

SHORTEST_NAMED_M: Final = 200
SHORTEST_NAMELESS_M: Final = 500
"""Shorter pieces are crossings and bends, which nobody needs to be told. Both chosen by hand, not measured."""

TRACK: Final = "track"


def find_drive_steps(
    network: RoadNetwork,
    metric: RoadMetric,
    snaps: Snaps,
    source: int,
    target: int,
    accesses: tuple[RoadAccess, RoadAccess] | None = None,
) -> NDArray[np.int32] | None:
    """
    Find the steps of the fastest drive from one place to another.

    Parameters
    ----------
    network
        Roads.
    metric
        Drives with the times of one kind of bus.
    snaps
        Where the places join the roads, for the same times.
    source, target
        Places where the drive begins and ends, not the same.
    accesses
        Ways by which the places are left and reached, if they are known already; None to make them now.

    Returns
    -------
    numpy.ndarray or None
        Steps in the order of the drive; the first and the last are driven in part where the places lie on segments.
        None if no road leads.
    """
    import numpy as np

    leaving, arriving = accesses or (make_leaving(network, snaps), make_arriving(network, snaps))
    drive = metric.find_drive(leaving, source, arriving, target)
    direct = _find_direct(network, snaps, source, target)
    if drive is None or (direct is not None and direct[0] <= drive.weight):
        return None if direct is None else direct[1]
    out = _list_slots(snaps, snaps.after_ms, source)[drive.source_entry - int(leaving.first[source])]
    into = _list_slots(snaps, snaps.before_ms, target)[drive.target_entry - int(arriving.first[target])]
    first, arcs = network.chain_first, drive.arcs
    # Positions in the chain: the rest of the first arc, all of the arcs between, the last arc up to the target.
    left, reached = _leave(network, snaps, source, out), _reach(network, snaps, target, into)
    start = np.concatenate([[left[0]], first[arcs], [reached[0]]]).astype(np.int64)
    end = np.concatenate([[left[1]], first[arcs + 1], [reached[1]]]).astype(np.int64)
    count = end - start
    at = np.arange(int(count.sum())) + np.repeat(start - np.cumsum(count) + count, count)
    steps: NDArray[np.int32] = network.chain[at]
    return steps


def _list_slots(snaps: Snaps, ms: NDArray[np.int64], place: int) -> list[int]:
    """Directions in which a place can be left or reached, in the order of its entries."""
    slots = [slot for slot in (0, 1) if snaps.arc[place, slot] >= 0 and ms[place, slot] < IMPASSABLE_MS]
    return [*slots, AT_NODE] if snaps.node[place] >= 0 else slots


def _leave(network: RoadNetwork, snaps: Snaps, place: int, slot: int) -> tuple[int, int]:
    """Positions in the chain from a place to the end of its arc."""
    if slot == AT_NODE:
        return 0, 0
    return int(network.step_at[2 * snaps.segment[place] + slot]), int(network.chain_first[snaps.arc[place, slot] + 1])


def _reach(network: RoadNetwork, snaps: Snaps, place: int, slot: int) -> tuple[int, int]:
    """Positions in the chain from the start of the arc of a place up to it."""
    if slot == AT_NODE:
        return 0, 0
    return int(network.chain_first[snaps.arc[place, slot]]), int(network.step_at[2 * snaps.segment[place] + slot]) + 1


def _find_direct(network: RoadNetwork, snaps: Snaps, source: int, target: int) -> tuple[int, NDArray[np.int32]] | None:
    """Packed weight and steps of the fastest drive along one arc; None if there is none."""
    found: list[tuple[int, int, int]] = []
    for out in (0, 1):
        for into in (0, 1):
            ms = int(snaps.at_ms[target, into] - snaps.at_ms[source, out])
            dm = int(snaps.before_dm[target, into] - snaps.before_dm[source, out])
            same = snaps.arc[source, out] == snaps.arc[target, into] >= 0
            shut = snaps.closed_before[target, into] != snaps.closed_before[source, out]
            if same and not shut and ms >= 0 and dm >= 0:
                found.append((int(pack_weights(ms, dm)), out, into))  # type: ignore[arg-type]
    if not found:
        return None
    weight, out, into = min(found)
    start, end = network.step_at[2 * snaps.segment[source] + out], network.step_at[2 * snaps.segment[target] + into]
    return weight, network.chain[int(start) : int(end) + 1]


def trace_drive(
    roads: RoadNetwork,
    metric: RoadMetric,
    snaps: Snaps,
    source: int,
    target: int,
    accesses: tuple[RoadAccess, RoadAccess] | None = None,
) -> tuple[LatLon, ...]:
    """
    Every point of the fastest drive, from where one place joins the roads to where the other does; empty if there is
    none.

    ``accesses``: Ways by which the places are left and reached, if they are known already; None to make them now.
    """
    if source == target:
        return ()
    steps = find_drive_steps(roads, metric, snaps, source, target, accesses)
    if steps is None:
        return ()
    line = list(roads.line_of_steps(steps))
    # The first and the last step are driven in part, but from and to a node.
    if snaps.segment[source] >= 0:
        line[0] = _snap_point(roads, snaps, source)
    if snaps.segment[target] >= 0:
        line[-1] = _snap_point(roads, snaps, target)
    return tuple(point for at, point in enumerate(line) if at == 0 or point != line[at - 1])


def _snap_point(roads: RoadNetwork, snaps: Snaps, place: int) -> LatLon:
    """Where a place joins the roads."""
    segment, fraction = int(snaps.segment[place]), float(snaps.fraction[place])
    start, end = roads.point_of(int(roads.segment_from[segment])), roads.point_of(int(roads.segment_to[segment]))
    return start[0] + fraction * (end[0] - start[0]), start[1] + fraction * (end[1] - start[1])


@dataclass(frozen=True)
class RoadPiece:
    """One road of a drive by its number, or its name where there is no number; empty if it has neither."""

    name: str
    length_m: int


def join_pieces(pieces: Iterable[RoadPiece]) -> tuple[RoadPiece, ...]:
    """Join pieces of a drive to what is worth telling: neighbours of one name are one, crumbs part of another."""
    told: list[RoadPiece] = []
    for piece in _merge(pieces):
        shortest = SHORTEST_NAMED_M if piece.name else SHORTEST_NAMELESS_M
        if told and (piece.length_m < shortest or told[-1].name == piece.name):
            told[-1] = replace(told[-1], length_m=told[-1].length_m + piece.length_m)
        elif len(told) == 1 and not told[0].name and told[0].length_m < SHORTEST_NAMELESS_M:
            told[0] = replace(piece, length_m=told[0].length_m + piece.length_m)
        else:
            told.append(piece)
    return tuple(told)


def _merge(pieces: Iterable[RoadPiece]) -> list[RoadPiece]:
    """Neighbours of one name as one piece."""
    merged: list[RoadPiece] = []
    for piece in pieces:
        if merged and merged[-1].name == piece.name:
            merged[-1] = replace(piece, length_m=merged[-1].length_m + piece.length_m)
        else:
            merged.append(piece)
    return merged


def name_steps(roads: RoadNetwork, steps: Iterable[int]) -> tuple[RoadPiece, ...]:
    """Name the roads of steps in driving order, as far as worth telling; lengths are those of whole segments."""
    lengths_dm: list[tuple[int, int]] = []
    for step in steps:
        way, length_dm = int(roads.segment_way[step >> 1]), int(roads.segment_dm[step >> 1])
        if lengths_dm and lengths_dm[-1][0] == way:
            lengths_dm[-1] = (way, lengths_dm[-1][1] + length_dm)
        else:
            lengths_dm.append((way, length_dm))
    return join_pieces(RoadPiece(_name_way(roads, way), round(length_dm / 10)) for way, length_dm in lengths_dm)


def _name_way(roads: RoadNetwork, way: int) -> str:
    """Number of a way, which is what signs show between villages, or its name."""
    ref: str = roads.texts[roads.ways.ref_code[way]]
    return ref or roads.texts[roads.ways.name_code[way]]


@dataclass(frozen=True)
class Ground:
    """One kind of road of a drive; it is `unpaved` if that is known, and a track is unless a surface says otherwise."""

    road_class: str
    unpaved: bool
    length_m: int


def is_unpaved(road_class: str, surface: str) -> bool:
    """Tell by the table of speeds whether a road is known to be unpaved; a track without a surface is."""
    return surface in read_profile_table().values("unpaved") or (road_class == TRACK and not surface)


def tell_grounds(roads: RoadNetwork, steps: Iterable[int]) -> tuple[Ground, ...]:
    """Kinds of road that steps go over, each once, most metres first; lengths are those of whole segments."""
    table = read_profile_table()
    classes = {code: value for value, code in table.codes("road_class").items()}
    surfaces = {code: value for value, code in table.codes("surface").items()} | {ABSENT: ""}
    lengths_dm: dict[tuple[str, bool], int] = {}
    for step in steps:
        way = int(roads.segment_way[step >> 1])
        road_class = classes.get(int(roads.ways.road_class[way]), "")
        surface = surfaces.get(int(roads.ways.surface[way]), "unknown")
        key = (road_class, is_unpaved(road_class, surface))
        lengths_dm[key] = lengths_dm.get(key, 0) + int(roads.segment_dm[step >> 1])
    return join_grounds(Ground(*key, round(length_dm / 10)) for key, length_dm in lengths_dm.items())


def join_grounds(grounds: Iterable[Ground]) -> tuple[Ground, ...]:
    """Join roads of one kind."""
    lengths_m: dict[tuple[str, bool], int] = {}
    for one in grounds:
        key = (one.road_class, one.unpaved)
        lengths_m[key] = lengths_m.get(key, 0) + one.length_m
    ranked = sorted(lengths_m.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Ground(*key, length_m) for key, length_m in ranked)
