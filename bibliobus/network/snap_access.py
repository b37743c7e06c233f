"""Drives between places and the network: leaving, arriving, and going straight along one road."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.network.graph import Access
from bibliobus.network.weights import CLOSED, pack_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.road_network import RoadNetwork
    from bibliobus.network.snap import Snaps


def make_leaving(network: RoadNetwork, snaps: Snaps) -> Access:
    """
    Make the ways by which places are left: to the end of each arc through them.

    Parameters
    ----------
    network
        Roads.
    snaps
        Places on the roads.

    Returns
    -------
    Access
        Up to two entries a place.
    """
    return _make_access(network.graph.head, snaps.arc, snaps.after_ms, snaps.after_dm)


def make_arriving(network: RoadNetwork, snaps: Snaps) -> Access:
    """
    Make the ways by which places are reached: from the start of each arc through them.

    Parameters
    ----------
    network
        Roads.
    snaps
        Places on the roads.

    Returns
    -------
    Access
        Up to two entries a place.
    """
    return _make_access(network.graph.tail, snaps.arc, snaps.before_ms, snaps.before_dm)


def find_direct_drives(snaps: Snaps) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """
    Find the drives between places on one arc that need not leave it.

    Parameters
    ----------
    snaps
        Places on the roads.

    Returns
    -------
    source : numpy.ndarray
        Place each drive starts from.
    target : numpy.ndarray
        Place it leads to; never the same.
    packed : numpy.ndarray
        Packed weight; the matrix takes the least of this and of what it found over nodes.
    """
    import numpy as np

    place, slot = np.nonzero(snaps.arc >= 0)
    order = np.argsort(snaps.arc[place, slot], kind="stable")
    place, slot = place[order], slot[order]
    arc = snaps.arc[place, slot]
    first, last = np.searchsorted(arc, arc, "left"), np.searchsorted(arc, arc, "right")
    count = last - first
    one = np.repeat(np.arange(len(arc)), count)
    two = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count - first, count)
    source, target = (place[one], slot[one]), (place[two], slot[two])
    ms, dm = snaps.at_ms[target] - snaps.at_ms[source], snaps.before_dm[target] - snaps.before_dm[source]
    ahead = (ms >= 0) & (dm >= 0) & (source[0] != target[0])
    ahead &= snaps.closed_before[target] == snaps.closed_before[source]
    return source[0][ahead], target[0][ahead], pack_weights(ms[ahead], dm[ahead])


def _make_access(
    node: NDArray[np.int32], arc: NDArray[np.int64], ms: NDArray[np.int64], dm: NDArray[np.int64]
) -> Access:
    """Entries of all places that may be used."""
    import numpy as np

    packed = pack_weights(ms, dm)
    good = (arc >= 0) & (packed < CLOSED)
    first = np.concatenate([[0], np.cumsum(good.sum(axis=1))]).astype(np.int64)
    return Access(first, node[arc[good]], packed[good])
