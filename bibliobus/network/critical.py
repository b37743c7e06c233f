"""Critical roads: those without which some settlement is cut off from the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from bibliobus.network.weights import CLOSED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import networkx as nx

    from bibliobus.network.geometry import LatLon
    from bibliobus.network.road_network import RoadNetwork
    from bibliobus.network.snap import Snaps

Spot: TypeAlias = tuple[str, int]
"""A node of the roads, or a place on them."""


@dataclass(frozen=True)
class CriticalRoad:
    """
    One stretch of road without which some places are cut off.

    Parameters
    ----------
    label
        Number and name of the roads of the stretch; empty if they have none.
    way_ids
        Ways of OpenStreetMap in the stretch, rising.
    position
        (lat, lon) somewhere on it.
    length_m
        Metres of the roads it belongs to, from junction to junction.
    cut_off
        Places that could no longer be reached, sorted.
    """

    label: str
    way_ids: tuple[int, ...]
    position: LatLon
    length_m: int
    cut_off: tuple[str, ...]


def find_critical_roads(
    roads: RoadNetwork, weights: Sequence[int], snaps: Snaps, place_ids: Sequence[str | None], home: int
) -> tuple[CriticalRoad, ...]:
    """
    Find the roads on which places depend: the bridges of the graph.

    Parameters
    ----------
    roads
        The roads.
    weights
        Packed weight of each arc; closed ones are no roads here. One-way rules are not looked at, since
        in an emergency a road serves both directions.
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

    graph = _build_graph(roads, weights, snaps)
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


def _build_graph(roads: RoadNetwork, weights: Sequence[int], snaps: Snaps) -> nx.Graph[Spot]:
    """Roads as edges between junctions, broken where a place joins them."""
    import networkx as nx

    graph: nx.Graph[Spot] = nx.Graph()
    places = _places_by_road(snaps)
    junction = _join_nodes(roads, weights)
    seen: set[tuple[int, int]] = set()
    tails, heads, firsts = roads.graph.tail.tolist(), roads.graph.head.tolist(), roads.chain_first.tolist()
    for arc, weight in enumerate(weights):
        start, end = firsts[arc], firsts[arc + 1]
        if weight >= CLOSED or start == end:
            continue
        ends = _find_ends(roads, start, end)
        if ends in seen:
            continue  # the same road in the other direction
        seen.add(ends)
        length_dm = int(roads.segment_dm[roads.chain[start:end] >> 1].sum())
        spots: list[tuple[int, Spot]] = [(0, ("node", junction[tails[arc]]))]
        spots += [(before_dm, ("place", place)) for before_dm, place in sorted(places.get(arc, ()))]
        spots.append((length_dm, ("node", junction[heads[arc]])))
        for (one_dm, one), (two_dm, two) in pairwise(spots):
            _join(graph, one, two, arc, closable=two_dm > one_dm)
    return graph


def _find_ends(roads: RoadNetwork, start: int, end: int) -> tuple[int, int]:
    """Both ends of a chain, the same in both directions; an end is the step that sets out from there."""
    out, back = int(roads.chain[start]), int(roads.chain[end - 1]) ^ 1
    return min(out, back), max(out, back)


def _join_nodes(roads: RoadNetwork, weights: Sequence[int]) -> list[int]:
    """
    Junction of each node: turn restrictions make several nodes of one junction.

    Nodes are one if a turn leads from one to the other, or if a road begins at the one and, driven the other way,
    ends at the other. Both sides of a barrier stay apart.
    """
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    nodes, first = roads.graph.nodes, roads.chain_first
    open_ = np.asarray(weights) < CLOSED
    turn = open_ & (first[1:] == first[:-1])
    road = open_ & ~turn
    out, back = roads.chain[first[:-1][road]], roads.chain[first[1:][road] - 1] ^ 1
    one = np.concatenate([roads.graph.tail[turn], roads.graph.tail[road], roads.graph.head[road]])
    two = np.concatenate([roads.graph.head[turn], nodes + out, nodes + back])
    size = nodes + 2 * roads.segments
    matrix = coo_array((np.ones(len(one), dtype=np.int8), (one, two)), shape=(size, size)).tocsr()
    _, label = connected_components(matrix, directed=False)
    return [int(number) for number in label[:nodes]]


def _places_by_road(snaps: Snaps) -> dict[int, list[tuple[int, int]]]:
    """Places on each arc with their distance from its start; a place is on both arcs of a two-way road."""
    found: dict[int, list[tuple[int, int]]] = {}
    for place, (arcs, before) in enumerate(zip(snaps.arc.tolist(), snaps.before_dm.tolist(), strict=True)):
        for arc, metres in zip(arcs, before, strict=True):
            if arc >= 0:
                found.setdefault(arc, []).append((metres, place))
    return found


def _join(graph: nx.Graph[Spot], one: Spot, two: Spot, arc: int, *, closable: bool) -> None:
    """Lay an edge; a second road between the same spots makes both dispensable, and no length cannot be closed."""
    if one == two:
        return
    if graph.has_edge(one, two):
        graph.edges[one, two]["dispensable"] = True
    else:
        graph.add_edge(one, two, arc=arc, dispensable=not closable)


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
    arcs = sorted({graph.edges[pair]["arc"] for pair in pairs})
    steps = [step for arc in arcs for step in roads.chain[roads.chain_first[arc] : roads.chain_first[arc + 1]].tolist()]
    ways = sorted({int(roads.segment_way[step >> 1]) for step in steps})
    labels = Counter(roads.way_label(int(roads.segment_way[step >> 1])) for step in steps)
    named = [label for label, _ in labels.most_common() if label]
    middle = steps[len(steps) // 2] >> 1 if steps else 0
    return CriticalRoad(
        label=", ".join(named[:2]),
        way_ids=tuple(sorted({int(roads.ways.way_id[way]) for way in ways})),
        position=roads.point_of(int(roads.segment_from[middle])),
        length_m=round(sum(int(roads.segment_dm[step >> 1]) for step in steps) / 10),
        cut_off=cut_off,
    )
