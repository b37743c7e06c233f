"""Places beside the roads, the matrix between them, and the drives with their geometry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bibliobus.network.roads.drives import find_drive_steps
from bibliobus.network.roads.snap import (
    find_direct_drives,
    find_snap_segments,
    make_arriving,
    make_leaving,
    place_on_segments,
    snap_places,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.network.engine.engine import RoadMetric
    from bibliobus.network.engine.graph import RoadAccess
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.profile import StepTimes
    from bibliobus.network.roads.snap import Snaps

ASIDE_DEG = 0.0005
"""Standard deviation of the way from a place to its road, some 50 m."""


@dataclass(frozen=True)
class Trips:
    """
    Places on the roads at one time.

    Parameters
    ----------
    snaps
        Where they join.
    leaving
        Ways out of the places.
    arriving
        Ways into the places.
    direct
        Drives along one road: sources, targets, packed weights.
    weights
        Shape (arcs,), packed weights of the roads.
    """

    snaps: Snaps
    leaving: RoadAccess
    arriving: RoadAccess
    direct: tuple[np.ndarray, np.ndarray, np.ndarray]
    weights: np.ndarray


def scatter_places(network: RoadNetwork, times: StepTimes, count: int, seed: int) -> Snaps:
    """
    Scatter places along the roads, every metre of road as likely as another, and join them.

    Parameters
    ----------
    network
        Roads.
    times
        How long the bus takes for each step.
    count
        Number of places.
    seed
        Seed of the random numbers.

    Returns
    -------
    Snaps
        Places on the roads.
    """
    random = np.random.default_rng(seed)
    wanted = find_snap_segments(network, times)
    metres = np.where(wanted, network.segment_dm, 0).astype(float)
    if not metres.any():
        raise SystemExit("no road of this file can be used by the bus")
    segment = random.choice(network.segments, count, p=metres / metres.sum())
    share = random.random(count)
    start, end = network.segment_from[segment], network.segment_to[segment]
    lat = network.point_lat[start] * (1 - share) + network.point_lat[end] * share
    lon = network.point_lon[start] * (1 - share) + network.point_lon[end] * share
    aside = random.normal(0, ASIDE_DEG, (2, count))
    return snap_places(network, times, lat + aside[0], lon + aside[1], wanted=wanted)


def move_places(network: RoadNetwork, times: StepTimes, weights: np.ndarray, snaps: Snaps) -> Trips:
    """
    Measure places and roads again after a change, the places where they were.

    Parameters
    ----------
    network
        Roads.
    times
        How long the bus takes for each step now.
    weights
        Shape (arcs,), packed weights of the roads now.
    snaps
        Places on the roads before.

    Returns
    -------
    Trips
        The places with the new times.
    """
    now = place_on_segments(network, times, snaps.segment, snaps.fraction, snaps.distance_m)
    return Trips(now, make_leaving(network, now), make_arriving(network, now), find_direct_drives(now), weights)


def measure_matrix(metric: RoadMetric, trips: Trips) -> np.ndarray:
    """
    Measure the drives between all places, those along one road included.

    Parameters
    ----------
    metric
        Roads with weights.
    trips
        Places on them.

    Returns
    -------
    numpy.ndarray
        Shape (places, places), packed weights; 0 from a place to itself.
    """
    packed = metric.measure_places(trips.leaving, trips.arriving).packed.copy()
    source, target, weight = trips.direct
    np.minimum.at(packed, (source, target), weight)
    np.fill_diagonal(packed, 0)
    return packed


def find_positions(
    network: RoadNetwork, snaps: Snaps, places: Sequence[int] | slice = slice(None)
) -> tuple[np.ndarray, np.ndarray]:
    """
    Find where places join their roads.

    Parameters
    ----------
    network
        Roads.
    snaps
        Places on the roads, all joined to one.
    places
        Which of them.

    Returns
    -------
    lat : numpy.ndarray
        Degrees north.
    lon : numpy.ndarray
        Degrees east.
    """
    segment, share = snaps.segment[places], snaps.fraction[places]
    start, end = network.segment_from[segment], network.segment_to[segment]
    lat, lon = network.point_lat, network.point_lon
    return lat[start] * (1 - share) + lat[end] * share, lon[start] * (1 - share) + lon[end] * share


def draw_drive(network: RoadNetwork, metric: RoadMetric, trips: Trips, source: int, target: int) -> np.ndarray | None:
    """
    Draw the fastest drive from one place to another, as the program does.

    Parameters
    ----------
    network
        Roads.
    metric
        Roads with weights.
    trips
        Places on them.
    source
        Place to start from.
    target
        Place to reach.

    Returns
    -------
    numpy.ndarray or None
        Shape (points, 2), degrees as (lat, lon), every point of the roads from place to place, both included; None
        if no road leads.
    """
    steps = find_drive_steps(network, metric, trips.snaps, source, target, (trips.leaving, trips.arriving))
    if steps is None:
        return None
    line = network.points_of_steps(steps)
    line[[0, -1], 0], line[[0, -1], 1] = find_positions(network, trips.snaps, [source, target])
    return line
