"""Random road closures, told in all the ways in which closures come that need no names of places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bibliobus.domain.roads import AlongLine, ChangeKind, InArea, OnWays, RoadChange
from bibliobus.network.changes.apply import apply_changes, reweigh_arcs
from bibliobus.network.changes.find import RoadsToChange
from bibliobus.network.changes.resolve import resolve_changes

if TYPE_CHECKING:
    from bibliobus.domain.roads import Where
    from bibliobus.network.engine.engine import RoadIndex
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.profile import RoadBus, StepTimes

PROFILE: Final = "bus"
LINE_M: Final = 500
AREA_DEG: Final = 0.005
WAYS, LINES, AREAS = 4, 4, 2
"""Of ten closures so many name a way, follow a road with a line, or are a square of half a kilometre or more."""


def choose_closures(network: RoadNetwork, times: StepTimes, count: int, seed: int) -> list[RoadChange]:
    """
    Choose roads to close.

    Parameters
    ----------
    network
        Roads.
    times
        How long the bus takes for each step.
    count
        Number of closures.
    seed
        Seed of the random numbers.

    Returns
    -------
    list of RoadChange
        Closures on ways that the bus may use; fewer if there are not so many ways.
    """
    ways = np.unique(network.segment_way[times.usable])
    chosen = np.random.default_rng(seed).choice(ways, min(count, len(ways)), replace=False)
    changes = []
    for number, way in enumerate(chosen.tolist()):
        turn, where = number % (WAYS + LINES + AREAS), _tell_way(network, way)
        if turn >= WAYS:
            where = _tell_line(network, way) if turn < WAYS + LINES else _tell_area(network, way)
        kind = ChangeKind.DANGER_AREA if isinstance(where, InArea) else ChangeKind.CLOSED
        changes.append(RoadChange(change_id=f"closure-{number}", kind=kind, where=where))
    return changes


def close_roads(
    network: RoadNetwork,
    index: RoadIndex,
    bus: RoadBus,
    before: tuple[StepTimes, np.ndarray],
    changes: list[RoadChange],
) -> tuple[StepTimes, np.ndarray]:
    """
    Find the roads of closures and weigh them anew.

    Parameters
    ----------
    network
        Roads.
    index
        Roads ready for any weights.
    bus
        The bus.
    before
        Times of the steps and weights of the arcs; stay as they are.
    changes
        Closures.

    Returns
    -------
    times : StepTimes
        New times.
    weights : numpy.ndarray
        New weights.
    """
    resolved, findings = resolve_changes(RoadsToChange(network, index), changes, ())
    if resolved is None:
        raise SystemExit(f"closures were not found on the roads: {', '.join(finding.code for finding in findings)}")
    times, touched = apply_changes(network, bus, before[0], resolved, PROFILE)
    return times, reweigh_arcs(network, times, before[1], touched)


def _tell_way(network: RoadNetwork, way: int) -> Where:
    """A whole way by its number."""
    return OnWays((int(network.ways.way_id[way]),))


def _tell_line(network: RoadNetwork, way: int) -> Where:
    """The first half kilometre of a way, drawn."""
    segments = np.flatnonzero(network.segment_way == way)
    metres = np.cumsum(network.segment_dm[segments]) / 10
    segments = segments[: int(np.searchsorted(metres, LINE_M)) + 1]
    # Parts of a way that are left out would leave a jump in the line.
    jump = np.flatnonzero(network.segment_to[segments[:-1]] != network.segment_from[segments[1:]])
    segments = segments[: int(jump[0]) + 1] if len(jump) else segments
    points = [int(network.segment_from[segments[0]]), *network.segment_to[segments].tolist()]
    return AlongLine((tuple(network.point_of(point) for point in points),))


def _tell_area(network: RoadNetwork, way: int) -> Where:
    """A square around the start of a way."""
    lat, lon = network.point_of(int(network.segment_from[int(np.argmax(network.segment_way == way))]))
    a = AREA_DEG / 2
    ring = ((lat - a, lon - a), (lat - a, lon + a), (lat + a, lon + a), (lat + a, lon - a), (lat - a, lon - a))
    return InArea(((ring,),))
