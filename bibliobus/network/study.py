"""
What the roads alone tell: without which of them somebody is cut off, and who is cut off already.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.network.places import DEPOT_PREFIX, UNREACHABLE_S
from bibliobus.network.roads.near import find_nearest, make_grid
from bibliobus.network.roads.profile import IMPASSABLE_MS, find_parts
from bibliobus.network.roads.snap import REACH_M, find_snap_segments
from bibliobus.words.language import N_, alphabet_key
from bibliobus.words.text import Length, Name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import networkx as nx
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.domain.places import Settlement
    from bibliobus.network.network import Network
    from bibliobus.network.places import LatLon, TravelMatrix
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.profile import StepTimes
    from bibliobus.network.roads.snap import Snaps

Spot: TypeAlias = tuple[str, int]
"""``("node", number)`` for a junction, ``("place", number)`` for a place on a road."""

Stretch: TypeAlias = tuple[int, int, int]
"""Position in the chain where a road starts, and decimetres from there to both ends of a stretch of it."""


def build_spot_graph(roads: RoadNetwork, times: StepTimes, snaps: Snaps) -> nx.Graph[Spot]:
    """
    Build the graph of the roads, broken where a place joins them; a stretch closed in both directions is no road here.

    Each edge has a ``stretch``: where its road starts in the chain of the roads, and decimetres from there to both
    spots. It is ``dispensable`` if another road joins the same spots or if it has no length that could be closed.
    """
    import networkx as nx

    graph: nx.Graph[Spot] = nx.Graph()
    if len(roads.chain):
        _lay_runs(graph, roads, _find_runs(roads, times), snaps)
    for place, node in enumerate(snaps.node.tolist()):
        if node >= 0:
            # A place of a road table is at its node: there is nothing between them that could be closed.
            graph.add_edge(("place", place), ("node", node), stretch=(0, 0, 0), dispensable=True)
    return graph


def _lay_runs(graph: nx.Graph[Spot], roads: RoadNetwork, runs: _Runs, snaps: Snaps) -> None:
    """Lay the edges of all roads from spot to spot."""
    places = _places_by_run(snaps, runs)
    for pair in _pair_runs(roads, runs):
        first = pair[0]
        inside = _order_places(pair, places, runs.length_dm[first])
        spots: list[tuple[int, Spot]] = [(0, ("node", runs.tail[first]))]
        spots += [(before_dm, ("place", place)) for before_dm, place in inside]
        spots.append((runs.length_dm[first], ("node", runs.head[first])))
        open_ = _find_open(pair, [place for _, place in inside], places, runs)
        for at, ((one_dm, one), (two_dm, two)) in enumerate(pairwise(spots)):
            if open_[at]:
                _join(graph, one, two, (runs.start[first], one_dm, two_dm))


@dataclass(frozen=True)
class _Runs:
    """
    Arcs without turns, parted where both directions of a road begin or end to lie together.

    Two one-way roads that meet are one arc together with the two-way road behind them, and no other arc is the same
    driven the other way.
    """

    start: list[int]
    end: list[int]
    tail: list[int]
    head: list[int]
    length_dm: list[int]
    closed: list[int]
    # By step: its run, and decimetres and closed steps of its arc before that run.
    of_step: NDArray[np.int64]
    before_dm: NDArray[np.int64]
    before_closed: NDArray[np.int64]


def _find_runs(roads: RoadNetwork, times: StepTimes) -> _Runs:
    """All runs in the order of the chain."""
    import numpy as np

    chain, step_arc = roads.chain, roads.step_arc
    back_arc, back_at = step_arc[chain ^ 1], roads.step_at[chain ^ 1]
    alone = (back_arc[1:] < 0) & (back_arc[:-1] < 0)
    together = (back_arc[1:] == back_arc[:-1]) & (back_at[1:] == back_at[:-1] - 1)
    same_arc = step_arc[chain[1:]] == step_arc[chain[:-1]]
    start = np.flatnonzero(np.concatenate([[True], ~(same_arc & (alone | together))]))
    end = np.append(start[1:], len(chain))
    total_dm = np.concatenate([[0], np.cumsum(roads.segment_dm[chain >> 1], dtype=np.int64)])
    total_closed = np.concatenate([[0], np.cumsum(times.step_ms[chain] >= IMPASSABLE_MS)])
    size, arc_first = end - start, roads.chain_first[step_arc[chain[start]]]
    of_step, before_dm, before_closed = (np.zeros(2 * roads.segments, dtype=np.int64) for _ in range(3))
    of_step[chain] = np.repeat(np.arange(len(start)), size)
    before_dm[chain] = np.repeat(total_dm[start] - total_dm[arc_first], size)
    before_closed[chain] = np.repeat(total_closed[start] - total_closed[arc_first], size)
    tail, head = _find_junctions(roads, chain[start], chain[end - 1])
    return _Runs(
        start=start.tolist(),
        end=end.tolist(),
        tail=tail.tolist(),
        head=head.tolist(),
        length_dm=(total_dm[end] - total_dm[start]).tolist(),
        closed=(total_closed[end] - total_closed[start]).tolist(),
        of_step=of_step,
        before_dm=before_dm,
        before_closed=before_closed,
    )


def _find_junctions(
    roads: RoadNetwork, first: NDArray[np.int32], last: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Junctions where runs start and end, by their first and last steps.

    A node is its own junction: so both sides of a barrier stay apart. Where turn restrictions made several nodes of
    one, and inside an arc, the point is the junction.
    """
    import numpy as np

    graph = roads.graph
    turn = np.diff(roads.chain_first) == 0
    restricted = np.isin(roads.node_point, roads.node_point[graph.tail[turn]])
    node_label = np.where(restricted, graph.nodes + roads.node_point, np.arange(graph.nodes))
    labels = []
    for step, ends, outer, back in (
        (first, graph.tail, roads.chain_first[:-1], first & 1),
        (last, graph.head, roads.chain_first[1:] - 1, ~last & 1),
    ):
        arc = roads.step_arc[step]
        point = np.where(back.astype(bool), roads.segment_to[step >> 1], roads.segment_from[step >> 1])
        at_node = roads.step_at[step] == outer[arc]
        labels.append(np.where(at_node, node_label[ends[arc]], graph.nodes + point).astype(np.int64))
    return labels[0], labels[1]


def _pair_runs(roads: RoadNetwork, runs: _Runs) -> Iterator[list[int]]:
    """Runs of each road: one, or one and the same driven the other way."""
    import numpy as np

    out, back = roads.chain[runs.start], roads.chain[np.array(runs.end, dtype=np.int64) - 1] ^ 1
    # An end is the step that sets out from there: both ends are the same in both directions.
    ends = np.stack([np.minimum(out, back), np.maximum(out, back)], axis=1)
    found: dict[tuple[int, ...], list[int]] = {}
    for run, end in enumerate(ends.tolist()):
        found.setdefault(tuple(end), []).append(run)
    yield from found.values()


def _places_by_run(snaps: Snaps, runs: _Runs) -> dict[int, dict[int, tuple[int, int]]]:
    """Decimetres and closed steps from the start of each run to each place on it."""
    found: dict[int, dict[int, tuple[int, int]]] = {}
    for place, arcs in enumerate(snaps.arc.tolist()):
        for slot, arc in enumerate(arcs):
            step = 2 * int(snaps.segment[place]) + slot
            if arc >= 0:
                before_dm = int(snaps.before_dm[place, slot] - runs.before_dm[step])
                closed = int(snaps.closed_before[place, slot] - runs.before_closed[step])
                found.setdefault(int(runs.of_step[step]), {})[place] = before_dm, closed
    return found


def _order_places(
    pair: list[int], places: dict[int, dict[int, tuple[int, int]]], length_dm: int
) -> list[tuple[int, int]]:
    """Places on a road with their decimetres from the start of its first run, in that order."""
    # A place whose stretch is closed in one direction lies on the run of the other one only.
    found = {place: length_dm - at[0] for run in pair[1:] for place, at in places.get(run, {}).items()}
    found |= {place: at[0] for place, at in places.get(pair[0], {}).items()}
    return sorted((before_dm, place) for place, before_dm in found.items())


def _find_open(
    pair: list[int], inside: list[int], places: dict[int, dict[int, tuple[int, int]]], runs: _Runs
) -> list[bool]:
    """Whether each piece of a road, from spot to spot, is open in at least one direction."""
    open_ = [False] * (len(inside) + 1)
    for run in pair:
        # Closed steps before each spot, in the order of the first run: no closed step lies between equal numbers.
        ends = (0, runs.closed[run]) if run == pair[0] else (runs.closed[run], 0)
        on = places.get(run, {})
        counts = [ends[0], *(on[place][1] if place in on else -1 for place in inside), ends[1]]
        open_ = [was or one == two >= 0 for was, (one, two) in zip(open_, pairwise(counts), strict=True)]
    return open_


def _join(graph: nx.Graph[Spot], one: Spot, two: Spot, stretch: Stretch) -> None:
    """Lay an edge; a second road between the same spots makes both dispensable, and no length cannot be closed."""
    if one == two:
        return
    if graph.has_edge(one, two):
        graph.edges[one, two]["dispensable"] = True
    else:
        graph.add_edge(one, two, stretch=stretch, dispensable=stretch[1] == stretch[2])


@dataclass(frozen=True)
class CriticalRoad:
    """
    One stretch of road without which some places are cut off.

    Parameters
    ----------
    label
        Number and name of the two longest roads of the stretch; empty if they have none.
    way_ids
        Ways of OpenStreetMap in the stretch, rising; none for the rows of a table.
    position
        (lat, lon) somewhere on it; None if nobody knows where it lies.
    length_m
        Metres of it.
    cut_off
        Places that could no longer be reached, sorted.
    ends
        Ids of the settlements and junctions that rows of a table lead between, in their order; none for ways of
        OpenStreetMap.
    """

    label: str
    way_ids: tuple[int, ...]
    position: LatLon | None
    length_m: int
    cut_off: tuple[str, ...]
    ends: tuple[str, ...] = ()


def find_critical_roads(
    roads: RoadNetwork, times: StepTimes, snaps: Snaps, place_ids: Sequence[str | None], home: int
) -> tuple[CriticalRoad, ...]:
    """
    Find the roads on which places depend: the bridges of the graph.

    Parameters
    ----------
    roads
        The roads.
    times
        How long the bus takes for each step; a stretch that is closed in both directions is no road here. One-way
        rules are not looked at, since in an emergency a road serves both directions.
    snaps
        Where the places join the roads.
    place_ids
        Ids of the places, in the order of the snaps; None for a place that does not count, such as a library.
    home
        Place from which the others are reached, such as the depot.

    Returns
    -------
    tuple of CriticalRoad
        One for each set of places that can be cut off by a single closure, the largest sets first.
    """
    import networkx as nx

    graph = build_spot_graph(roads, times, snaps)
    start = ("place", home)
    if start not in graph:
        return ()
    reached = nx.node_connected_component(graph, start)
    graph = nx.Graph(graph.subgraph(reached))
    # The stubs of networkx take a pair of nodes for a node here.
    pairs = cast("Iterator[tuple[Spot, Spot]]", nx.bridges(cast("Any", graph)))
    bridges = [pair for pair in pairs if not graph.edges[pair]["dispensable"]]
    behind = _list_behind(graph, bridges, start)
    groups: dict[tuple[str, ...], list[tuple[Spot, Spot]]] = {}
    for pair, places in behind:
        cut_off = tuple(sorted(place_id for at in places if (place_id := place_ids[at]) is not None))
        if cut_off:
            groups.setdefault(cut_off, []).append(pair)
    found = [_describe(roads, graph, pairs, cut_off) for cut_off, pairs in groups.items()]
    return tuple(sorted(found, key=lambda road: (-len(road.cut_off), road.cut_off)))


def _list_behind(
    graph: nx.Graph[Spot], bridges: list[tuple[Spot, Spot]], start: Spot
) -> Iterator[tuple[tuple[Spot, Spot], set[int]]]:
    """Each bridge with the places that lie behind it, seen from the start."""
    import networkx as nx

    rest: nx.Graph[Spot] = nx.Graph(graph)
    rest.remove_edges_from(bridges)
    block = {spot: at for at, spots in enumerate(nx.connected_components(rest)) for spot in spots}
    tree: nx.Graph[int] = nx.Graph()
    tree.add_nodes_from(range(max(block.values()) + 1))
    for one, two in bridges:
        tree.add_edge(block[one], block[two], pair=(one, two))
    places: dict[int, set[int]] = {at: set() for at in tree}
    for spot, at in block.items():
        if spot[0] == "place":
            places[at].add(spot[1])
    order = list(nx.dfs_edges(tree, block[start]))
    for near, far in reversed(order):
        yield tree.edges[near, far]["pair"], places[far]
        places[near] |= places[far]


def _describe(
    roads: RoadNetwork, graph: nx.Graph[Spot], pairs: list[tuple[Spot, Spot]], cut_off: tuple[str, ...]
) -> CriticalRoad:
    """Names, ways and length of the bridges that cut off the same places."""
    stretches = sorted(graph.edges[pair]["stretch"] for pair in pairs)
    steps = [step for stretch in stretches for step in _list_steps(roads, stretch)]
    ways = sorted({int(roads.segment_way[step >> 1]) for step in steps})
    labels: Counter[str] = Counter()
    for step in steps:
        labels[roads.way_label(int(roads.segment_way[step >> 1]))] += int(roads.segment_dm[step >> 1])
    named = [label for label in sorted(labels, key=lambda label: (-labels[label], alphabet_key(label))) if label]
    middle = roads.line_of_segment(steps[len(steps) // 2] >> 1) if steps else ()
    return CriticalRoad(
        label=", ".join(named[:2]),
        way_ids=() if roads.rows else tuple(sorted({int(roads.ways.way_id[way]) for way in ways})),
        position=middle[0] if middle else None,
        length_m=round(sum(end_dm - start_dm for _, start_dm, end_dm in stretches) / 10),
        cut_off=cut_off,
        ends=_name_ends(roads, steps),
    )


def _name_ends(roads: RoadNetwork, steps: list[int]) -> tuple[str, ...]:
    """Ids of the nodes that rows of a table lead between."""
    if roads.rows is None:
        return ()
    key_of = {node: key for key, node in roads.rows.node.items()}
    nodes = (int(points[step >> 1]) for step in steps for points in (roads.segment_from, roads.segment_to))
    return tuple(key_of[node] for node in dict.fromkeys(nodes))


def _list_steps(roads: RoadNetwork, stretch: Stretch) -> list[int]:
    """Steps that a stretch runs along, also those that it only begins or ends on."""
    import numpy as np

    first, start_dm, end_dm = stretch
    steps = roads.chain[first : int(roads.chain_first[roads.step_arc[roads.chain[first]] + 1])]
    end_of_step = np.cumsum(roads.segment_dm[steps >> 1], dtype=np.int64)
    at, to = np.searchsorted(end_of_step, start_dm, "right"), np.searchsorted(end_of_step, end_dm, "left")
    return [int(step) for step in steps[at : to + 1]]


SETTLEMENT_CUT_OFF: Final = FindingKind(
    "settlement-cut-off",
    Severity.WARNING,
    N_("No road leads from a depot to {name} and back for any bus; it cannot be served."),
    N_(
        "Check the road changes, and the road table for a missing row, a wrong id, or a weight, height or one-way "
        "limit."
    ),
)
SETTLEMENT_ON_ISLAND: Final = FindingKind(
    "settlement-on-island",
    Severity.WARNING,
    N_(
        "No road leads from a depot to {name} and back for any bus; it cannot be served. The nearest road that is"
        " reached lies {distance} away."
    ),
    N_(
        "If a road is missing between them, add it to OpenStreetMap; else look for a limit, a ford, a gate or a change."
    ),
)


def check_reach(
    settlements: Sequence[Settlement], matrices: Sequence[TravelMatrix], network: Network
) -> tuple[Finding, ...]:
    """
    Check that every settlement can be reached from a depot and left again.

    Parameters
    ----------
    settlements
        Settlements of the area.
    matrices
        One a bus profile, with the same places.
    network
        Roads that the matrices were measured on.

    Returns
    -------
    tuple of Finding
        One for each settlement that no bus can reach, on OpenStreetMap with the distance of roads it can reach.
    """
    cut_off = [s for s in settlements if not any(_is_reached(matrix, s.settlement_id) for matrix in matrices)]
    distances = measure_to_depot_roads(network, cut_off) if network.roads.rows is None and cut_off else {}
    findings = []
    for settlement in cut_off:
        place, name = Place(settlement_id=settlement.settlement_id), Name(settlement.name_uk, settlement.name_latin)
        distance_m = distances.get(settlement.settlement_id)
        findings.append(
            SETTLEMENT_CUT_OFF.at(place, name=name)
            if distance_m is None
            else SETTLEMENT_ON_ISLAND.at(place, name=name, distance=Length(distance_m))
        )
    return tuple(findings)


def measure_to_depot_roads(network: Network, settlements: Sequence[Settlement]) -> dict[str, int]:
    """
    Metres as the crow flies from settlements to the nearest road that a depot reaches, there and back, by id.

    The bus that comes nearest counts; settlements with no such road in reach are left out.
    """
    import numpy as np

    depots = [at for at, place in enumerate(network.places) if place.place_id.startswith(DEPOT_PREFIX)]
    lat, lon = np.array([s.lat for s in settlements]), np.array([s.lon for s in settlements])
    nearest_m = np.full(len(settlements), np.inf)
    for view in network.views.values():
        part = find_parts(network.roads, view.times).segment_part
        homes = view.snaps.segment[depots]
        reached = find_snap_segments(network.roads, view.times) & (part >= 0)
        reached &= np.isin(part, part[homes[homes >= 0]])
        if reached.any():
            grid = make_grid(network.roads, reached)
            nearest_m = np.minimum(nearest_m, find_nearest(grid, lat, lon, REACH_M).distance_m)
    return {
        s.settlement_id: round(float(metres))
        for s, metres in zip(settlements, nearest_m, strict=True)
        if np.isfinite(metres)
    }


def _is_reached(matrix: TravelMatrix, settlement_id: str) -> bool:
    """Whether some depot reaches the settlement and the way back."""
    here = matrix.place_ids.index(settlement_id)
    depots = [at for at, place in enumerate(matrix.place_ids) if place.startswith(DEPOT_PREFIX)]
    return any(
        matrix.duration_s[depot, here] < UNREACHABLE_S and matrix.duration_s[here, depot] < UNREACHABLE_S
        for depot in depots
    )
