"""Turn restrictions, on a crossing of four roads: west 1, south 2, east 3, north 4 around node 9."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pytest
from osm_text import STEP_DEG, Tags, osm_text, write_text

from bibliobus.network.osm.read import read_osm
from bibliobus.network.roads.build import build_roads

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.network.roads.network import RoadNetwork

NODES = {1: (48.0, 36.99), 2: (47.99, 37.0), 3: (48.0, 37.01), 4: (48.01, 37.0), 9: (48.0, 37.0)}
ROAD = {"highway": "primary"}
WAYS = {10: ([1, 9], ROAD), 20: ([2, 9], ROAD), 30: ([9, 3], ROAD), 40: ([9, 4], ROAD)}
NO_TURN = [("way", "from", 10), ("node", "via", 9), ("way", "to", 40)]


def read(folder: Path, relations: list[tuple[list[tuple[str, str, int]], Tags]]) -> RoadNetwork:
    """Network of the crossing."""
    roads, findings = read_osm(write_text(folder, osm_text(NODES, WAYS, relations=relations)))
    assert roads is not None and findings == []
    network, _ = build_roads(roads)
    assert network is not None
    return network


def find_ways(network: RoadNetwork) -> set[str]:
    """Pairs such as ``14`` for which a drive leads from the outer end 1 to the outer end 4 over the crossing once."""
    graph: nx.DiGraph[int] = nx.DiGraph(zip(network.graph.tail.tolist(), network.graph.head.tolist(), strict=True))
    outer: dict[int, int] = {}
    for node, point in enumerate(network.node_point.tolist()):
        at = (round(float(network.point_lat[point]), 2), round(float(network.point_lon[point]), 2))
        outer |= dict.fromkeys([node], next((n for n, where in NODES.items() if where == at), 9))
    outer = {node: number for node, number in outer.items() if number != 9}
    found = set()
    for start, one in outer.items():
        others = [node for node in outer if node != start]
        for end in others:
            inner = graph.subgraph([node for node in graph if node not in outer or node in (start, end)])
            if nx.has_path(inner, start, end):
                found.add(f"{one}{outer[end]}")
    return found


ALL = {f"{a}{b}" for a in "1234" for b in "1234" if a != b}


@pytest.mark.parametrize(
    ("members", "tags", "lost"),
    [
        (NO_TURN, {"restriction": "no_left_turn"}, {"14"}),
        (NO_TURN, {"restriction": "only_left_turn"}, {"12", "13"}),
        (NO_TURN, {"restriction": "no_left_turn", "except": "bus"}, set()),
        (NO_TURN, {"restriction": "no_left_turn", "except": "bicycle;psv"}, set()),
        (NO_TURN, {"restriction": "no_left_turn", "except": "bicycle"}, {"14"}),
        (NO_TURN, {"restriction:hgv": "no_left_turn"}, set()),
        (NO_TURN, {"restriction:bus": "no_left_turn"}, {"14"}),
        (NO_TURN, {"restriction": "no_left_turn", "restriction:conditional": "none @ (Su)"}, {"14"}),
        (NO_TURN, {"restriction": "give_way"}, set()),
        ([*NO_TURN, ("way", "from", 20)], {"restriction": "no_entry"}, {"14", "24"}),
        ([*NO_TURN, ("way", "to", 30)], {"restriction": "no_exit"}, {"14", "13"}),
        ([("way", "from", 10), ("node", "via", 9), ("way", "to", 10)], {"restriction": "no_u_turn"}, set()),
        ([("way", "from", 10), ("node", "via", 9), ("way", "to", 99)], {"restriction": "only_left_turn"}, set()),
        ([("way", "from", 10), ("node", "via", 8), ("way", "to", 40)], {"restriction": "no_left_turn"}, set()),
        ([("way", "from", 10), ("way", "to", 40)], {"restriction": "no_left_turn"}, set()),
        ([("way", "from", 10), ("way", "via", 20), ("way", "to", 40)], {"restriction": "no_left_turn"}, set()),
    ],
)
def test_a_restriction_forbids_its_turns_and_no_others(
    tmp_path: Path, members: list[tuple[str, str, int]], tags: Tags, lost: set[str]
) -> None:
    relations = [(members, {"type": "restriction"} | tags)]

    network = read(tmp_path, relations)

    assert ALL - find_ways(network) == lost


def test_restrictions_add_up_at_one_crossing(tmp_path: Path) -> None:
    kind = {"type": "restriction"}
    no_left = (NO_TURN, kind | {"restriction": "no_left_turn"})
    no_straight = (
        [("way", "from", 20), ("node", "via", 9), ("way", "to", 40)],
        kind | {"restriction": "no_straight_on"},
    )

    network = read(tmp_path, [no_left, no_straight])

    assert ALL - find_ways(network) == {"14", "24"}


def test_every_step_stays_in_one_arc_and_turns_cost_nothing(tmp_path: Path) -> None:
    relations = [(NO_TURN, {"type": "restriction", "restriction": "no_left_turn"})]

    network = read(tmp_path, relations)

    turns = [arc for arc in range(network.graph.arcs) if network.chain_first[arc] == network.chain_first[arc + 1]]
    assert sorted(network.chain.tolist()) == list(range(2 * network.segments))
    # Four ways in and four out, without turning back: 12 turns less the forbidden one.
    assert len(turns) == 11
    assert network.arc_length_dm()[turns].sum() == 0
    assert network.arc_line(turns[0]) == ((48.0, 37.0),)


def test_other_relations_are_passed_over(tmp_path: Path) -> None:
    relations = [([("way", "", 10)], {"type": "route", "route": "bus"})]

    network = read(tmp_path, relations)

    assert network.graph.nodes == 5


def test_two_restricted_crossings_side_by_side_both_hold(tmp_path: Path) -> None:
    nodes = NODES | {5: (48.0, 37.02), 6: (48.0 + STEP_DEG, 37.01)}
    ways = WAYS | {50: ([3, 5], ROAD), 60: ([3, 6], ROAD)}
    kind = {"type": "restriction", "restriction": "no_left_turn"}
    relations = [
        (NO_TURN, kind),
        ([("way", "from", 30), ("node", "via", 3), ("way", "to", 60)], kind),
        ([("way", "from", 50), ("node", "via", 3), ("way", "to", 60)], kind),
    ]

    roads, _ = read_osm(write_text(tmp_path, osm_text(nodes, ways, relations=relations)))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None

    graph: nx.DiGraph[int] = nx.DiGraph(zip(network.graph.tail.tolist(), network.graph.head.tolist(), strict=True))
    at = {
        (round(float(lat), 2), round(float(lon), 2)): n
        for n, (lat, lon) in enumerate(zip(network.graph.node_lat, network.graph.node_lon, strict=True))
    }
    west, east, north = at[48.0, 36.99], at[48.0, 37.02], at[48.01, 37.01]
    assert nx.has_path(graph, west, east) and nx.has_path(graph, north, west)
    assert not nx.has_path(graph, west, north) and not nx.has_path(graph, east, north)
