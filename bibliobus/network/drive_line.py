"""The line of a drive: from where one place joins the roads to where the other does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.network.drive_steps import find_drive_steps

if TYPE_CHECKING:
    from bibliobus.network.engine.engine import RoadMetric
    from bibliobus.network.engine.graph import Access
    from bibliobus.network.geometry import LatLon
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.snap import Snaps


def trace_drive(
    roads: RoadNetwork,
    metric: RoadMetric,
    snaps: Snaps,
    source: int,
    target: int,
    accesses: tuple[Access, Access] | None = None,
) -> tuple[LatLon, ...]:
    """
    Trace the fastest drive from one place to another.

    Parameters
    ----------
    roads
        The roads.
    metric
        Drives with the times of one kind of bus.
    snaps
        Where the places join the roads, for the same times.
    source
        Place the drive starts from.
    target
        Place it leads to.
    accesses
        Ways by which the places are left and reached, if they are known already; None to make them now.

    Returns
    -------
    tuple of (lat, lon)
        From where the one place joins the roads to where the other does, with every point between. Empty if no
        road leads there, or both are one place.
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
