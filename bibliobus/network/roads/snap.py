"""Places joined to the roads, in both directions that may be driven, and the drives between places and junctions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.network.engine.graph import CLOSED, RoadAccess, pack_weights
from bibliobus.network.roads.near import find_nearest, make_grid
from bibliobus.network.roads.profile import IMPASSABLE_MS
from bibliobus.words.language import N_
from bibliobus.words.text import Length

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.profile import StepTimes

TOO_FAR_FROM_ROAD: Final = FindingKind(
    "too-far-from-road",
    Severity.WARNING,
    N_("{name} lies {distance} from the nearest road that the bus may use; at most {limit} are bridged."),
    N_("Check its position and the road file; if the road is missing there, add it to OpenStreetMap."),
)
NO_ROAD_NEAR: Final = FindingKind(
    "no-road-near",
    Severity.WARNING,
    N_("{name} lies more than {reach} from every road that the bus may use."),
    N_("Check its position (latitude first), and that the road file covers the area."),
)

# Chosen by hand, not measured: who lives farther from a road than the first has a wrong position or lacks a road in the
# data; up to the second the distance is still looked for, so that the warning can tell it.
MAX_DISTANCE_M: Final = 2000
REACH_M: Final = 20_000
DIRECTIONS: Final = 2


@dataclass(frozen=True)
class Snaps:
    """
    Where places join the roads, for one bus. All arrays are read-only, of shape (places,) or (places, 2): along the
    segment and against it.

    ``segment``: Nearest usable segment; -1 if the place is joined to none.
    ``fraction``: Where on the segment, 0 at its start, 1 at its end.
    ``distance_m``: Metres from the place to there, also if that is too far; infinite if nothing is in reach.
    ``arc``: Arc through there; -1 if the bus may not drive that way.
    ``before_ms``, ``before_dm``: From the start of the arc to there; `IMPASSABLE_MS` if a part is closed.
    ``after_ms``, ``after_dm``: From there to the end of the arc, likewise.
    ``closed_before``: Closed steps on the arc before there.
    ``at_ms``: Milliseconds from the start of the arc to there, not counting closed steps.
    ``node``: Node that the place is joined to in place of a segment; -1 if it is not.
    ``node_ms``, ``node_dm``: Between the place and its node, either way.
    """

    segment: NDArray[np.int64]
    fraction: NDArray[np.float64]
    distance_m: NDArray[np.float64]
    arc: NDArray[np.int64]
    before_ms: NDArray[np.int64]
    before_dm: NDArray[np.int64]
    after_ms: NDArray[np.int64]
    after_dm: NDArray[np.int64]
    closed_before: NDArray[np.int64]
    at_ms: NDArray[np.int64]
    node: NDArray[np.int64]
    node_ms: NDArray[np.int64]
    node_dm: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for value in vars(self).values():
            value.setflags(write=False)

    @property
    def joined(self) -> NDArray[np.bool_]:
        """Whether each place is joined to the roads at all."""
        found: NDArray[np.bool_] = (self.segment >= 0) | (self.node >= 0)
        return found


def find_snap_segments(network: RoadNetwork, times: StepTimes) -> NDArray[np.bool_]:
    """Find the segments that a place may join: the bus may drive there, and it is no ferry."""
    from bibliobus.network.profile_table import read_profile_table

    ferry = read_profile_table().codes("road_class")["ferry"]
    sails: NDArray[np.bool_] = (network.ways.road_class == ferry)[network.segment_way]
    return times.usable & ~sails


def snap_places(
    network: RoadNetwork,
    times: StepTimes,
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    *,
    wanted: NDArray[np.bool_] | None = None,
    max_distance_m: float = MAX_DISTANCE_M,
) -> Snaps:
    """
    Join places to the roads.

    Parameters
    ----------
    network
        Roads.
    times
        How long the bus takes for each step.
    lat, lon
        Degrees north and east of the places.
    wanted
        Shape (segments,), segments a place may join; None means those of `find_snap_segments`.
    max_distance_m
        Metres beyond which a place is not joined.

    Returns
    -------
    Snaps
        In the order of the places.
    """
    import numpy as np

    grid = make_grid(network, find_snap_segments(network, times) if wanted is None else wanted)
    nearest = find_nearest(grid, np.asarray(lat, dtype=float), np.asarray(lon, dtype=float), REACH_M)
    joined = nearest.distance_m <= max_distance_m
    segment = np.where(joined, nearest.segment, -1)
    return place_on_segments(network, times, segment, nearest.fraction, nearest.distance_m)


def join_at_nodes(
    node: NDArray[np.int64], node_ms: NDArray[np.int64] | None = None, node_dm: NDArray[np.int64] | None = None
) -> Snaps:
    """Places joined to nodes, as a road table has it, with the drives between place and node; None for none."""
    import numpy as np

    none, zeros = np.full(len(node), -1, dtype=np.int64), np.zeros(len(node), dtype=np.int64)
    both = np.zeros((len(node), DIRECTIONS), dtype=np.int64)
    return Snaps(
        segment=none,
        fraction=np.zeros(len(node)),
        distance_m=np.zeros(len(node)),
        arc=both - 1,
        before_ms=both + IMPASSABLE_MS,
        before_dm=both,
        after_ms=both + IMPASSABLE_MS,
        after_dm=both,
        closed_before=both,
        at_ms=both,
        node=node,
        node_ms=zeros if node_ms is None else node_ms,
        node_dm=zeros if node_dm is None else node_dm,
    )


def place_on_segments(
    network: RoadNetwork,
    times: StepTimes,
    segment: NDArray[np.int64],
    fraction: NDArray[np.float64],
    distance_m: NDArray[np.float64],
) -> Snaps:
    """Measure where places lie on their arcs; again after a road change, with the segments found before (-1: none)."""
    import numpy as np

    step = 2 * np.maximum(segment, 0)[:, None] + np.arange(DIRECTIONS)
    usable = (segment >= 0)[:, None] & (network.step_arc[step] >= 0) & (times.step_ms[step] < IMPASSABLE_MS)
    arc = np.where(usable, network.step_arc[step], 0)
    # Only arcs with a place are added up: after a road change this is most of what there is to do.
    arcs, row = np.unique(arc, return_inverse=True)
    row = row.reshape(arc.shape)
    size = (network.chain_first[arcs + 1] - network.chain_first[arcs]).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(size)])
    chain = network.chain[np.repeat(network.chain_first[arcs] - first[:-1], size) + np.arange(first[-1])]
    ms = times.step_ms[chain]
    shut = ms >= IMPASSABLE_MS
    total_ms = np.concatenate([[0], np.cumsum(np.where(shut, 0, ms))])
    total_dm = np.concatenate([[0], np.cumsum(network.segment_dm[chain >> 1], dtype=np.int64)])
    total_shut = np.concatenate([[0], np.cumsum(shut)])
    start, end = first[row], first[row + 1]
    at = np.where(usable, start + network.step_at[step] - network.chain_first[arc], start)
    driven = np.stack([fraction, 1 - fraction], axis=1)
    part_ms = np.rint(driven * np.where(usable, times.step_ms[step], 0)).astype(np.int64)
    part_dm = np.rint(driven * network.segment_dm[step >> 1]).astype(np.int64)
    before_ms, before_dm = total_ms[at] - total_ms[start] + part_ms, total_dm[at] - total_dm[start] + part_dm
    after_ms, after_dm = total_ms[end] - total_ms[start] - before_ms, total_dm[end] - total_dm[start] - before_dm
    shut_before, shut_after = total_shut[at] - total_shut[start], total_shut[end] - total_shut[at]
    return Snaps(
        segment=segment,
        fraction=fraction,
        distance_m=distance_m,
        arc=np.where(usable, arc, -1).astype(np.int64),
        before_ms=np.where(usable & (shut_before == 0), before_ms, IMPASSABLE_MS),
        before_dm=np.where(usable, before_dm, 0),
        after_ms=np.where(usable & (shut_after == 0), after_ms, IMPASSABLE_MS),
        after_dm=np.where(usable, after_dm, 0),
        closed_before=shut_before.astype(np.int64),
        at_ms=before_ms,
        node=np.full(len(segment), -1, dtype=np.int64),
        node_ms=np.zeros(len(segment), dtype=np.int64),
        node_dm=np.zeros(len(segment), dtype=np.int64),
    )


def check_snaps(
    snaps: Snaps, place_ids: Sequence[str], names: Sequence[str], *, max_distance_m: float = MAX_DISTANCE_M
) -> list[Finding]:
    """Find each place that is more than `max_distance_m` from a road, with the distance and its name for people."""
    import math

    findings = []
    for place_id, name, joined, distance in zip(
        place_ids, names, snaps.joined.tolist(), snaps.distance_m.tolist(), strict=True
    ):
        place = Place(settlement_id=place_id)
        if not joined and math.isfinite(distance):
            limit = Length(round(max_distance_m))
            findings.append(TOO_FAR_FROM_ROAD.at(place, name=name, distance=Length(round(distance)), limit=limit))
        elif not joined:
            findings.append(NO_ROAD_NEAR.at(place, name=name, reach=Length(REACH_M)))
    return findings


def make_leaving(network: RoadNetwork, snaps: Snaps) -> RoadAccess:
    """Make the ways by which places are left: to the end of each arc through them."""
    return _make_access(network.graph.head, snaps, snaps.after_ms, snaps.after_dm)


def make_arriving(network: RoadNetwork, snaps: Snaps) -> RoadAccess:
    """Make the ways by which places are reached: from the start of each arc through them."""
    return _make_access(network.graph.tail, snaps, snaps.before_ms, snaps.before_dm)


def find_direct_drives(snaps: Snaps) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """
    Drives between places on one arc that need not leave it: from, to, never the same, and packed weight.

    The matrix takes the least of this and of what it found over nodes.
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


def _make_access(node: NDArray[np.int32], snaps: Snaps, ms: NDArray[np.int64], dm: NDArray[np.int64]) -> RoadAccess:
    """Entries of all places that may be used: along the segment, against it, and at a node."""
    import numpy as np

    packed = pack_weights(np.column_stack([ms, snaps.node_ms]), np.column_stack([dm, snaps.node_dm]))
    arc = np.maximum(snaps.arc, 0)
    # Roads without a single arc join places at nodes only.
    ends = node[arc] if len(node) else np.zeros_like(arc)
    nodes = np.column_stack([ends, snaps.node])
    good = np.column_stack([snaps.arc >= 0, snaps.node >= 0]) & (packed < CLOSED)
    first = np.concatenate([[0], np.cumsum(good.sum(axis=1))]).astype(np.int64)
    return RoadAccess(first, nodes[good].astype(np.int32), packed[good])
