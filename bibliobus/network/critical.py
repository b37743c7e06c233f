"""Critical roads: those without which some settlement is cut off from the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from bibliobus.alphabet import alphabet_key
from bibliobus.network.road_spots import build_spot_graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import networkx as nx

    from bibliobus.network.bus_profile import StepTimes
    from bibliobus.network.geometry import LatLon
    from bibliobus.network.road_network import RoadNetwork
    from bibliobus.network.road_spots import Spot, Stretch
    from bibliobus.network.snap import Snaps


@dataclass(frozen=True)
class CriticalRoad:
    """
    One stretch of road without which some places are cut off.

    Parameters
    ----------
    label
        Number and name of the two longest roads of the stretch; empty if they have none.
    way_ids
        Ways of OpenStreetMap in the stretch, rising.
    position
        (lat, lon) somewhere on it.
    length_m
        Metres of it.
    cut_off
        Places that could no longer be reached, sorted.
    """

    label: str
    way_ids: tuple[int, ...]
    position: LatLon
    length_m: int
    cut_off: tuple[str, ...]


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
    middle = steps[len(steps) // 2] >> 1 if steps else 0
    return CriticalRoad(
        label=", ".join(named[:2]),
        way_ids=tuple(sorted({int(roads.ways.way_id[way]) for way in ways})),
        position=roads.point_of(int(roads.segment_from[middle])),
        length_m=round(sum(end_dm - start_dm for _, start_dm, end_dm in stretches) / 10),
        cut_off=cut_off,
    )


def _list_steps(roads: RoadNetwork, stretch: Stretch) -> list[int]:
    """Steps that a stretch runs along, also those that it only begins or ends on."""
    import numpy as np

    first, start_dm, end_dm = stretch
    steps = roads.chain[first : int(roads.chain_first[roads.step_arc[roads.chain[first]] + 1])]
    end_of_step = np.cumsum(roads.segment_dm[steps >> 1], dtype=np.int64)
    at, to = np.searchsorted(end_of_step, start_dm, "right"), np.searchsorted(end_of_step, end_dm, "left")
    return [int(step) for step in steps[at : to + 1]]
