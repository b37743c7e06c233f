"""How fast a bus drives each road, which roads it may not use, and between which it can drive there and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.inputs.bounds import limits_of
from bibliobus.network.engine.graph import CLOSED, TIME_SHIFT, pack_weights
from bibliobus.network.osm.tags import DESTINATION, NO_LORRIES, URBAN
from bibliobus.network.profile_table import ABSENT, UNKNOWN, ProfileTable, read_profile_table
from bibliobus.words.language import HOUR_S, KM_M

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.domain.fleet import BusProfile
    from bibliobus.network.roads.network import RoadNetwork, WayTable

IMPASSABLE_MS: Final = CLOSED >> TIME_SHIFT
"""Time of what cannot be driven; times from here on count as closed."""

# Above any speed, so that the least of it and a limit is the limit.
NO_LIMIT_KMH: Final = 1e9
DM_PER_M: Final = 10
MS_PER_S: Final = 1000
MS_PER_DM_KMH: Final = 360.0
"""Milliseconds that a decimetre takes at one kilometre an hour."""


@dataclass(frozen=True)
class RoadBus:
    """
    What of a bus matters to roads.

    Parameters
    ----------
    weight_t, height_m
        Actual weight in tonnes, height in metres.
    width_m, length_m
        Width and length in metres; None means that such limits are not looked at.
    speed_factor
        Speed compared with the table, above 0; ferries do not change.
    season_factor
        Speed on unpaved roads compared with dry ones, above 0, at most 1; None means the table's, which is 1. Any
        other value is an assumption of the planner.
    ford_kmh
        Speed through fords in kilometres an hour, 0 for never; None means the table's.
    """

    weight_t: float
    height_m: float
    width_m: float | None = None
    length_m: float | None = None
    speed_factor: float = 1.0
    season_factor: float | None = None
    ford_kmh: float | None = None


def make_road_bus(profile: BusProfile) -> RoadBus:
    """
    Take from a bus profile what matters to roads.

    Parameters
    ----------
    profile
        Kind of bus of the scenario.

    Returns
    -------
    RoadBus
        Weight, sizes and speeds; fords as in the table.
    """
    return RoadBus(
        profile.weight_t,
        profile.height_m,
        profile.width_m,
        profile.length_m,
        speed_factor=profile.speed_factor,
        season_factor=profile.season_factor,
    )


@dataclass(frozen=True)
class StepTimes:
    """Milliseconds of a bus for each step, at least 1; `IMPASSABLE_MS` or more if it may not drive there. Read-only."""

    step_ms: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Make the array read-only."""
        self.step_ms.setflags(write=False)

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Whether each segment may be driven in some direction."""
        return (self.step_ms[::2] < IMPASSABLE_MS) | (self.step_ms[1::2] < IMPASSABLE_MS)


def find_speeds(
    ways: WayTable,
    bus: RoadBus,
    table: ProfileTable | None = None,
    given_kmh: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Find the speed of a bus along and against each road, in kilometres an hour; 0 where it may not drive at all.

    ``given_kmh``: Shape (ways,), speed that takes the place of all rules, but for season and bus; NaN where there is
        none, None for none at all.

    The speed of the class, or the signed limit times a factor in its place, is capped by surface, track type,
    smoothness, the limit of settlements or outside where nothing is signed, and access for destinations only. The
    way of reckoning is that of openrouteservice and OSRM, the numbers are in ``tables/road_profile.csv``. One-way rules
    are not in it.
    """
    import numpy as np

    table = table or read_profile_table()
    urban = (ways.flags & URBAN) > 0
    limit = np.where(urban, table.number("limit", "settlement"), table.number("limit", "outside"))
    by_class = np.minimum(_look_up(table, "road_class", ways.road_class), limit)
    ferry = ways.road_class == table.codes("road_class")["ferry"]
    cap = np.full(len(ways), NO_LIMIT_KMH)
    for kind, codes in (("surface", ways.surface), ("tracktype", ways.tracktype), ("smoothness", ways.smoothness)):
        cap = np.minimum(cap, _look_up(table, kind, codes))
    cap = np.where((ways.flags & DESTINATION) > 0, np.minimum(cap, table.number("access_cap", "destination")), cap)
    outside = table.number("limit", "outside")
    factor = np.where(ferry, 1.0, bus.speed_factor * _find_season(ways, bus, table))
    closed = _find_closed(ways, bus, table)
    speeds = []
    for signed in (ways.maxspeed_forward, ways.maxspeed_backward):
        by_sign = np.minimum(signed * table.number("factor", "maxspeed"), outside)
        kmh = np.minimum(np.where((signed > 0) & ~ferry, by_sign, by_class), np.where(ferry, NO_LIMIT_KMH, cap))
        if given_kmh is not None:
            kmh = np.where(np.isnan(given_kmh), kmh, given_kmh)
        speeds.append(np.where(closed, 0.0, kmh * factor))
    return speeds[0], speeds[1]


def measure_steps(network: RoadNetwork, bus: RoadBus, table: ProfileTable | None = None) -> StepTimes:
    """
    Measure how long a bus takes for every segment.

    Parameters
    ----------
    network
        Roads to drive on.
    bus
        The bus.
    table
        What a bus may use; None means the table that comes with the program.

    Returns
    -------
    StepTimes
        Milliseconds by step.
    """
    import numpy as np

    table = table or read_profile_table()
    ways, way = network.ways, network.segment_way
    ford_kmh = table.number("ford", "yes") if bus.ford_kmh is None else bus.ford_kmh
    way_dm = np.bincount(way, weights=network.segment_dm, minlength=len(ways))
    # A ferry takes its time whatever the bus; a tag in minutes is shared out by length.
    sailing = ways.duration_s > 0
    # 0.36 makes decimetres a second kilometres an hour.
    sailing_kmh = np.where(sailing, way_dm * 0.36 / np.where(sailing, ways.duration_s, 1), 0)
    # Nothing that carries a bus is faster than a road, whatever a tag says.
    sailing_kmh = np.minimum(sailing_kmh, limits_of("roads.csv: speed_kmh")[1])
    step_ms = np.full(2 * network.segments, IMPASSABLE_MS, dtype=np.int64)
    given_kmh = None if network.rows is None else network.rows.speed_kmh
    for direction, kmh in enumerate(find_speeds(ways, bus, table, given_kmh)):
        speed = np.where(sailing & (kmh > 0), sailing_kmh, kmh)[way]
        speed = np.where(network.segment_ford, np.minimum(speed, ford_kmh), speed)
        drivable = (speed > 0) & (network.step_arc[direction::2] >= 0)
        step_ms[direction::2][drivable] = time_segments(network, np.flatnonzero(drivable), speed[drivable])
    return StepTimes(step_ms)


def time_segments(
    network: RoadNetwork, segments: NDArray[np.integer[Any]], kmh: NDArray[np.float64] | float
) -> NDArray[np.int64]:
    """Milliseconds for each of some segments at speeds above 0, at most `IMPASSABLE_MS`."""
    import numpy as np

    length_dm = network.segment_dm[segments].astype(np.int64)
    if network.rows is None:
        least_ms, ms = 1, np.rint(length_dm * (MS_PER_DM_KMH / kmh))
    else:
        # A row of a table takes whole seconds, never less than it needs: kilometres with one decimal are no finer.
        least_ms, ms = MS_PER_S, MS_PER_S * np.ceil(length_dm // DM_PER_M * HOUR_S / (kmh * KM_M))
    return np.asarray(np.clip(ms, least_ms, IMPASSABLE_MS), dtype=np.int64)


def weigh_arcs(network: RoadNetwork, times: StepTimes) -> NDArray[np.int64]:
    """
    Weigh the arcs of a network.

    Parameters
    ----------
    network
        Roads to drive on.
    times
        How long each step takes; those that are closed are closed here.

    Returns
    -------
    numpy.ndarray
        Shape (arcs,), packed time and length; `CLOSED` for arcs with a step that cannot be driven, 0 for turns.
    """
    import numpy as np

    ms = times.step_ms[network.chain]
    closed = np.concatenate([[0], np.cumsum(ms >= IMPASSABLE_MS)])
    total = np.concatenate([[0], np.cumsum(np.where(ms >= IMPASSABLE_MS, 0, ms))])
    first = network.chain_first
    arc_ms = np.where(np.diff(closed[first]) > 0, IMPASSABLE_MS, np.diff(total[first]))
    return pack_weights(arc_ms, network.arc_length_dm())


def close_segments(times: StepTimes, segments: NDArray[np.int64]) -> StepTimes:
    """Close segments in both directions; the times given stay as they are."""
    step_ms = times.step_ms.copy()
    step_ms[2 * segments] = IMPASSABLE_MS
    step_ms[2 * segments + 1] = IMPASSABLE_MS
    return StepTimes(step_ms)


def _look_up(table: ProfileTable, kind: str, codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Numbers of a kind by code; no limit where a tag is absent, or not named and ``unknown`` is no row."""
    import numpy as np

    numbers = np.full(UNKNOWN + 1, NO_LIMIT_KMH)
    for value, code in table.codes(kind).items():
        number = table.numbers[kind][value]
        numbers[code] = NO_LIMIT_KMH if number is None else number
        if value == "unknown":
            numbers[UNKNOWN] = numbers[code]
    numbers[ABSENT] = NO_LIMIT_KMH
    return numbers[codes]


def _find_season(ways: WayTable, bus: RoadBus, table: ProfileTable) -> NDArray[np.float64]:
    """Season factor of each road: tracks count as unpaved unless a surface says otherwise."""
    import numpy as np

    factor = table.number("factor", "season") if bus.season_factor is None else bus.season_factor
    surfaces = table.codes("surface")
    unpaved = np.isin(ways.surface, [surfaces[value] for value in table.values("unpaved")])
    track = (ways.road_class == table.codes("road_class")["track"]) & (ways.surface == ABSENT)
    return np.where(unpaved | track, factor, 1.0)


def _find_closed(ways: WayTable, bus: RoadBus, table: ProfileTable) -> NDArray[np.bool_]:
    """Whether the bus is too heavy, too high, too wide or too long for each road."""
    heavy = bus.weight_t > table.number("limit", "hgv_weight")
    closed: NDArray[np.bool_] = ((ways.flags & NO_LORRIES) > 0) & heavy
    for limit, size in (
        (ways.max_weight_t, bus.weight_t),
        (ways.max_height_m, bus.height_m),
        (ways.max_width_m, bus.width_m),
        (ways.max_length_m, bus.length_m),
    ):
        if size is not None:
            # Limits are kept in single precision: 3.1 must not close a road to a bus of 3.1 metres.
            closed = closed | ((limit > 0) & (size > limit + 1e-4))
    return closed


@dataclass(frozen=True)
class RoadParts:
    """Part of each node and segment for one bus, 0 is the longest; -1 for a segment that only leads between parts."""

    node_part: NDArray[np.int64]
    length_m: NDArray[np.int64]
    segment_part: NDArray[np.int64]


def find_parts(network: RoadNetwork, times: StepTimes) -> RoadParts:
    """
    Find the parts of a network in which a bus gets from every node to every other; nothing is cut away.

    A road that is closed in its middle belongs with each of its open ends to the part from which the bus drives there
    and back.
    """
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph, chain = network.graph, network.chain
    closed = np.concatenate([[0], np.cumsum(times.step_ms[chain] >= IMPASSABLE_MS)])
    first, last = network.chain_first[:-1], network.chain_first[1:]
    open_ = closed[last] == closed[first]
    tail, head = graph.tail[open_], graph.head[open_]
    matrix = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(graph.nodes, graph.nodes)).tocsr()
    count, label = connected_components(matrix, directed=True, connection="strong")
    # Part from which each step is reached, and to which it leads, with no closed step between.
    arc, at = np.repeat(np.arange(graph.arcs), last - first), np.arange(len(chain))
    reached, leads = (np.full(2 * network.segments, -1, dtype=np.int64) for _ in range(2))
    reached[chain] = np.where(closed[at + 1] == closed[first[arc]], label[graph.tail[arc]], -1)
    leads[chain] = np.where(closed[at] == closed[last[arc]], label[graph.head[arc]], -1)
    segment_part = np.maximum(*(_keep_if_back(reached[way::2], leads) for way in (0, 1)))
    found = segment_part >= 0
    length_dm = np.bincount(segment_part[found], weights=network.segment_dm[found], minlength=count)
    order = np.argsort(-length_dm, kind="stable")
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    return RoadParts(
        rank[label],
        np.rint(length_dm[order] / 10).astype(np.int64),
        np.where(found, rank[np.maximum(segment_part, 0)], -1),
    )


def _keep_if_back(part: NDArray[np.int64], leads: NDArray[np.int64]) -> NDArray[np.int64]:
    """Part of each segment if it leads back there, in whatever direction; else -1."""
    import numpy as np

    return np.where((part == leads[::2]) | (part == leads[1::2]), part, -1)
