"""Random road closures: find the roads, weigh them anew, measure the matrix anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bibliobus.network.bus_profile import close_segments

if TYPE_CHECKING:
    from bibliobus.network.bus_profile import StepTimes
    from bibliobus.network.road_network import RoadNetwork


def choose_ways(network: RoadNetwork, times: StepTimes, count: int, seed: int) -> list[int]:
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
    list of int
        Numbers of ways in OpenStreetMap that the bus may use; fewer if there are not so many.
    """
    ways = np.unique(network.segment_way[times.usable])
    chosen = np.random.default_rng(seed).choice(ways, min(count, len(ways)), replace=False)
    return [int(number) for number in network.ways.way_id[chosen]]


def close_ways(network: RoadNetwork, times: StepTimes, way_ids: list[int]) -> StepTimes:
    """
    Close ways, each looked for by its number on its own, as a list of changes gives them.

    Parameters
    ----------
    network
        Roads.
    times
        How long the bus takes for each step; stays as it is.
    way_ids
        Numbers of ways in OpenStreetMap.

    Returns
    -------
    StepTimes
        New times.
    """
    found = [network.segments_of_ways(np.array([number], dtype=np.int64)) for number in way_ids]
    return close_segments(times, np.unique(np.concatenate(found)))
