"""Resolved road changes, and the weights of the roads once they are applied."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.roads import ChangeKind
from bibliobus.findings import Place
from bibliobus.network.engine.graph import pack_weights
from bibliobus.network.roads.profile import IMPASSABLE_MS, StepTimes, measure_steps, time_segments

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from bibliobus.domain.roads import RoadChange
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.profile import RoadBus


@dataclass(frozen=True)
class RoadMatch:
    """
    Roads that a change is about: steps in its direction and steps against it, int64.

    A step is a segment of a network in one direction: ``2 * segment`` along it, ``2 * segment + 1`` against it.
    """

    along: NDArray[np.int64]
    against: NDArray[np.int64]


@dataclass(frozen=True)
class ResolvedChange:
    """
    A change with the roads it is about.

    Parameters
    ----------
    change
        The change.
    steps
        Steps it holds for, rising, int64; at least one. Read-only.
    profile_ids
        Bus profiles it holds for, sorted; None means all.
    """

    change: RoadChange
    steps: NDArray[np.int64]
    profile_ids: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Make the array read-only."""
        self.steps.setflags(write=False)

    def holds_for(self, profile_id: str) -> bool:
        """
        Tell whether the change holds for a bus profile.

        Parameters
        ----------
        profile_id
            The profile.

        Returns
        -------
        bool
            True if it does.
        """
        return self.profile_ids is None or profile_id in self.profile_ids


def tell_place(change: RoadChange, column: str = "") -> Place:
    """Say where a change stands; without a column the whole row is meant."""
    return Place(change.file, change.row, column)


@dataclass(frozen=True)
class Stretches:
    """Straight stretches of road from (lat, lon) to (lat, lon) in degrees; `owner` is the segment each is part of."""

    owner: NDArray[np.int64]
    from_lat: NDArray[np.float64]
    from_lon: NDArray[np.float64]
    to_lat: NDArray[np.float64]
    to_lon: NDArray[np.float64]

    def select(self, wanted: NDArray[Any]) -> Stretches:
        """Select stretches."""
        return Stretches(*(getattr(self, column.name)[wanted] for column in fields(self)))

    def join(self, other: Stretches) -> Stretches:
        """These stretches and then some others."""
        import numpy as np

        return Stretches(*(np.concatenate([getattr(self, one.name), getattr(other, one.name)]) for one in fields(self)))

    def select_box(self, west: float, south: float, east: float, north: float) -> Stretches:
        """Select the stretches that a box in degrees may touch: those that do not lie beyond one side as a whole."""
        import numpy as np

        inside = (np.maximum(self.from_lat, self.to_lat) >= south) & (np.minimum(self.from_lat, self.to_lat) <= north)
        inside &= (np.maximum(self.from_lon, self.to_lon) >= west) & (np.minimum(self.from_lon, self.to_lon) <= east)
        return self.select(inside)


def find_touched(stretches: Stretches, area: BaseGeometry) -> NDArray[np.int64]:
    """Find what polygons touch, in degrees as (lon, lat), also what only crosses them."""
    import numpy as np
    import shapely

    near = stretches.select_box(*area.bounds)
    starts = np.stack([near.from_lon, near.from_lat], axis=-1)
    ends = np.stack([near.to_lon, near.to_lat], axis=-1)
    shapely.prepare(area)
    return np.unique(near.owner[shapely.intersects(area, shapely.linestrings(np.stack([starts, ends], axis=1)))])


SLACK: Final = 1e-4
"""A bus of exactly the limit may pass, whatever the last digits say."""


def is_kept_out(change: RoadChange, weight_t: float, height_m: float) -> bool:
    """Tell whether a change closes its roads to a vehicle of such weight (tonnes) and height (metres)."""
    match change.kind:
        case ChangeKind.CLOSED | ChangeKind.DANGER_AREA:
            return True
        case ChangeKind.WEIGHT_LIMIT:
            return change.value is not None and weight_t > change.value + SLACK
        case ChangeKind.HEIGHT_LIMIT:
            return change.value is not None and height_m > change.value + SLACK
        case _:
            return False


def apply_changes(
    network: RoadNetwork, bus: RoadBus, times: StepTimes, changes: Sequence[ResolvedChange], profile_id: str
) -> tuple[StepTimes, NDArray[np.int64]]:
    """
    Lay changes over the times of a bus, one after the other.

    Parameters
    ----------
    network
        Roads.
    bus
        The bus.
    times
        How long the bus takes for each step without changes; stays as it is.
    changes
        All resolved changes in their order.
    profile_id
        Profile of the bus; changes that do not hold for it are passed over.

    Returns
    -------
    times : StepTimes
        New times.
    touched : numpy.ndarray
        Steps whose time may have changed, rising.

    Notes
    -----
    *Closed* and *danger area* close steps, *weight limit* and *height limit* close them to buses above the limit,
    *speed* lets them take no less time than at that speed. *Opened* lifts what earlier changes closed. Where nothing
    was closed by an earlier change, it lifts the limits of the road data instead: weight, height, width, length, and
    no lorries. It opens no fords that are barred, no roads too rough to drive, no one-way roads against their
    direction, and no roads whose access tags keep every bus out, as these are not imported. Speed limits stay.
    """
    import numpy as np

    held = [resolved for resolved in changes if resolved.holds_for(profile_id)]
    if not held:
        return times, np.zeros(0, dtype=np.int64)
    touched = np.unique(np.concatenate([resolved.steps for resolved in held]))
    drive_ms = times.step_ms[touched]
    barred = drive_ms >= IMPASSABLE_MS
    if any(resolved.change.kind is ChangeKind.OPENED for resolved in held):
        drive_ms = np.where(barred, measure_steps(network, _without_limits(bus)).step_ms[touched], drive_ms)
    shut = np.zeros(len(touched), dtype=bool)
    for resolved in held:
        at = np.searchsorted(touched, resolved.steps)
        if resolved.change.kind is ChangeKind.OPENED:
            barred[at] &= shut[at]
            shut[at] = False
        elif resolved.change.kind is ChangeKind.SPEED and resolved.change.value:
            slow_ms = time_segments(network, resolved.steps >> 1, resolved.change.value)
            drive_ms[at] = np.maximum(drive_ms[at], slow_ms)
        elif is_kept_out(resolved.change, bus.weight_t, bus.height_m):
            shut[at] = True
    step_ms = times.step_ms.copy()
    step_ms[touched] = np.where(shut | barred, IMPASSABLE_MS, np.minimum(drive_ms, IMPASSABLE_MS))
    return StepTimes(step_ms), touched


def reweigh_arcs(
    network: RoadNetwork, times: StepTimes, weights: NDArray[np.int64], touched: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Weigh only the arcs with changed steps again; `weights` are those of `weigh_arcs` before, and not changed."""
    import numpy as np

    arcs = np.unique(network.step_arc[touched])
    arcs = arcs[arcs >= 0]
    new = weights.copy()
    if not len(arcs):
        return new
    size = (network.chain_first[arcs + 1] - network.chain_first[arcs]).astype(np.int64)
    first = np.cumsum(size) - size
    at = np.repeat(network.chain_first[arcs] - first, size) + np.arange(int(size.sum()))
    step = network.chain[at]
    ms = times.step_ms[step]
    shut = np.add.reduceat(ms >= IMPASSABLE_MS, first, dtype=np.int64) > 0
    total_ms = np.add.reduceat(np.minimum(ms, IMPASSABLE_MS), first)
    length_dm = np.add.reduceat(network.segment_dm[step >> 1].astype(np.int64), first)
    new[arcs] = pack_weights(np.where(shut, IMPASSABLE_MS, total_ms), length_dm)
    return new


def _without_limits(bus: RoadBus) -> RoadBus:
    """The same bus, let through by every limit of weight and size."""
    return replace(bus, weight_t=0.0, height_m=0.0, width_m=None, length_m=None)
