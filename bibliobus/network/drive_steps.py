"""The steps of a drive: from a place along its road to the first junction, over arcs, and to the other place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.network.engine.weights import pack_weights
from bibliobus.network.roads.profile import IMPASSABLE_MS
from bibliobus.network.roads.snap import make_arriving, make_leaving

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.engine.engine import RoadMetric
    from bibliobus.network.engine.graph import Access
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.snap import Snaps

AT_NODE: Final = 2
"""Slot of a place that is joined to a node: it has no part of an arc before or behind it."""


def find_drive_steps(
    network: RoadNetwork,
    metric: RoadMetric,
    snaps: Snaps,
    source: int,
    target: int,
    accesses: tuple[Access, Access] | None = None,
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
    source
        Place the drive starts from.
    target
        Place it leads to; another one.
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
