"""The line of a drive: from a place along its road to the first junction, over arcs, and to the other place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.network.snap_access import find_direct_drives, make_arriving, make_leaving
from bibliobus.network.weights import CLOSED

if TYPE_CHECKING:
    from bibliobus.network.engine import RoadMetric
    from bibliobus.network.geometry import LatLon
    from bibliobus.network.road_network import RoadNetwork
    from bibliobus.network.snap import Snaps


def trace_drive(roads: RoadNetwork, metric: RoadMetric, snaps: Snaps, source: int, target: int) -> tuple[LatLon, ...]:
    """
    Trace the fastest drive from one place to another.

    Parameters
    ----------
    roads
        The roads.
    metric
        Drives with the times of one kind of bus.
    snaps
        Where the places join the roads.
    source
        Place the drive starts from.
    target
        Place it leads to; a road must lead there, or both are one.

    Returns
    -------
    tuple of (lat, lon)
        From where the one place joins the roads to where the other does.
    """
    leaving, arriving = make_leaving(roads, snaps), make_arriving(roads, snaps)
    drive = metric.find_drive(leaving, source, arriving, target)
    direct = _find_direct(snaps, source, target)
    ends = _snap_point(roads, snaps, source), _snap_point(roads, snaps, target)
    if drive is None or (direct is not None and direct[0] <= drive.weight):
        return (ends[0], *(_line_between(roads, snaps, source, target, direct[1]) if direct else ()), ends[1])
    out = _entry_slot(snaps, leaving.first[source], drive.source_entry, source, leaving=True)
    into = _entry_slot(snaps, arriving.first[target], drive.target_entry, target, leaving=False)
    points = [ends[0], *_line_to_end(roads, snaps, source, out)]
    for arc in drive.arcs.tolist():
        points += roads.arc_line(arc)
    points += [*_line_from_start(roads, snaps, target, into), ends[1]]
    return tuple(point for at, point in enumerate(points) if at == 0 or point != points[at - 1])


def _find_direct(snaps: Snaps, source: int, target: int) -> tuple[int, int] | None:
    """Packed weight of the drive along one arc, and the slot of the source on it."""
    sources, targets, packed = find_direct_drives(snaps)
    found = packed[(sources == source) & (targets == target)]
    if not len(found):
        return None
    weight = int(found.min())
    slots = [
        slot
        for slot in (0, 1)
        if snaps.arc[source, slot] >= 0 and snaps.arc[source, slot] in snaps.arc[target].tolist()
    ]
    ahead = [slot for slot in slots if _slot_on(snaps, source, slot, target) is not None]
    return (weight, ahead[0]) if ahead and weight < CLOSED else None


def _slot_on(snaps: Snaps, source: int, slot: int, target: int) -> int | None:
    """Slot of the target on the same arc and ahead of the source; None if there is none."""
    for other in (0, 1):
        same = snaps.arc[target, other] == snaps.arc[source, slot]
        if same and snaps.before_dm[target, other] >= snaps.before_dm[source, slot]:
            return other
    return None


def _step(snaps: Snaps, place: int, slot: int) -> int:
    """Step on which a place lies, driven in the direction of the slot."""
    return 2 * int(snaps.segment[place]) + slot


def _line_between(roads: RoadNetwork, snaps: Snaps, source: int, target: int, slot: int) -> tuple[LatLon, ...]:
    """Points between two places on one arc."""
    other = _slot_on(snaps, source, slot, target)
    assert other is not None
    start = int(roads.step_at[_step(snaps, source, slot)])
    end = int(roads.step_at[_step(snaps, target, other)])
    return _line_from_second(roads, start, end)


def _line_to_end(roads: RoadNetwork, snaps: Snaps, place: int, slot: int) -> tuple[LatLon, ...]:
    """Points from a place to the end of its arc."""
    start = int(roads.step_at[_step(snaps, place, slot)])
    end = int(roads.chain_first[int(snaps.arc[place, slot]) + 1])
    line = roads.line_of_steps(roads.chain[start:end])
    return line[1:]


def _line_from_start(roads: RoadNetwork, snaps: Snaps, place: int, slot: int) -> tuple[LatLon, ...]:
    """Points from the start of an arc to a place on it."""
    start = int(roads.chain_first[int(snaps.arc[place, slot])])
    end = int(roads.step_at[_step(snaps, place, slot)])
    line = roads.line_of_steps(roads.chain[start : end + 1])
    return line[:-1]


def _line_from_second(roads: RoadNetwork, start: int, end: int) -> tuple[LatLon, ...]:
    """Points after the first step's start and before the last step's end."""
    return roads.line_of_steps(roads.chain[start : end + 1])[1:-1] if end > start else ()


def _entry_slot(snaps: Snaps, first: int, entry: int, place: int, *, leaving: bool) -> int:
    """Slot of a place that an entry of its access stands for."""
    from bibliobus.network.bus_profile import IMPASSABLE_MS

    ms = snaps.after_ms if leaving else snaps.before_ms
    good = [slot for slot in (0, 1) if snaps.arc[place, slot] >= 0 and ms[place, slot] < IMPASSABLE_MS]
    return good[int(entry) - int(first)]


def _snap_point(roads: RoadNetwork, snaps: Snaps, place: int) -> LatLon:
    """Where a place joins the roads."""
    segment, fraction = int(snaps.segment[place]), float(snaps.fraction[place])
    start, end = roads.point_of(int(roads.segment_from[segment])), roads.point_of(int(roads.segment_to[segment]))
    return start[0] + fraction * (end[0] - start[0]), start[1] + fraction * (end[1] - start[1])
