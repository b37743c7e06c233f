"""Networks of real roads: what they keep, and their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from osm_text import osm_text, write_text

from bibliobus.domain.fleet import BusProfile
from bibliobus.network.engine.graph import TIME_SHIFT
from bibliobus.network.osm.read import read_osm
from bibliobus.network.profile_table import parse_profile_table, read_profile_table
from bibliobus.network.roads.build import build_roads
from bibliobus.network.roads.profile import RoadBus, find_parts, make_road_bus, measure_steps, weigh_arcs

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.network.roads.network import RoadNetwork

ROAD = {"highway": "primary", "ref": "M-03", "name": "Kharkiv road"}
NODES = {1: (48.0, 37.0), 2: (48.0, 37.1), 3: (48.1, 37.1), 4: (48.1, 37.0), 5: (49.0, 38.0), 6: (49.0, 38.01)}
WAYS = {
    10: ([1, 2, 3], ROAD),
    20: ([3, 4], {"highway": "track"}),
    30: ([5, 6], {"highway": "residential"}),
    40: ([2, 4], ROAD | {"oneway": "yes"}),
}


def build(folder: Path) -> RoadNetwork:
    """Network of four roads in two parts."""
    roads, _ = read_osm(write_text(folder, osm_text(NODES, WAYS)))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None
    return network


def test_every_segment_knows_its_way_and_its_way_its_name(tmp_path: Path) -> None:
    network = build(tmp_path)

    segments = network.segments_of_ways(np.array([10, 30]))

    assert network.ways.way_id[network.segment_way[segments]].tolist() == [10, 10, 30]
    assert [network.way_label(row) for row in range(4)] == ["M-03 Kharkiv road", "", "", "M-03 Kharkiv road"]


def test_arcs_have_their_full_line_and_the_time_of_their_steps(tmp_path: Path) -> None:
    network = build(tmp_path)
    times = measure_steps(network, RoadBus(5.5, 3.1))

    weights = weigh_arcs(network, times)

    for arc in range(network.graph.arcs):
        steps = network.chain[network.chain_first[arc] : network.chain_first[arc + 1]]
        line = network.arc_line(arc)
        tail, head = network.graph.tail[arc], network.graph.head[arc]
        assert line[0] == (network.graph.node_lat[tail], network.graph.node_lon[tail])
        assert line[-1] == (network.graph.node_lat[head], network.graph.node_lon[head])
        assert weights[arc] >> TIME_SHIFT == times.step_ms[steps].sum()
        assert weights[arc] & 0xFFFFFFFF == network.segment_dm[steps >> 1].sum() == network.arc_length_dm()[arc]
        assert (network.step_arc[steps] == arc).all() and (network.chain[network.step_at[steps]] == steps).all()


def test_parts_are_kept_and_measured(tmp_path: Path) -> None:
    network = build(tmp_path)
    times = measure_steps(network, RoadBus(5.5, 3.1))

    parts = find_parts(network, times)

    by_way = {
        int(network.ways.way_id[way]): int(part)
        for way, part in zip(network.segment_way, parts.segment_part, strict=True)
    }
    assert by_way == {10: 0, 20: 0, 30: 1, 40: 0}
    assert parts.length_m.tolist()[1] == 732
    assert len(parts.length_m) == 2


def test_a_one_way_road_to_nowhere_is_in_no_part(tmp_path: Path) -> None:
    ways = {10: ([1, 2], ROAD), 20: ([2, 3], ROAD | {"oneway": "yes"})}
    roads, _ = read_osm(write_text(tmp_path, osm_text(NODES, ways)))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None

    parts = find_parts(network, measure_steps(network, RoadBus(5.5, 3.1)))

    assert parts.segment_part.tolist() == [0, -1]


def test_the_open_ends_of_a_road_closed_in_its_middle_belong_to_the_part_they_are_reached_from(tmp_path: Path) -> None:
    # One road without junctions, 1113 m a stretch: the bridge is the third of five.
    nodes = {number: (0.0, number / 100) for number in range(1, 7)}
    ways = {10: ([1, 2, 3], ROAD), 20: ([3, 4], ROAD | {"maxweight": "5"}), 30: ([4, 5, 6], ROAD)}
    roads, _ = read_osm(write_text(tmp_path, osm_text(nodes, ways)))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None and network.graph.arcs == 2

    parts = find_parts(network, measure_steps(network, RoadBus(5.5, 3.1)))

    assert parts.segment_part.tolist() == [0, 0, -1, 1, 1]
    assert parts.length_m.tolist() == [2226, 2226]


def test_a_bus_of_the_scenario_becomes_a_bus_on_the_road() -> None:
    profile = BusProfile("lorry", weight_t=5.5, height_m=3.1, speed_factor=0.9)

    bus = make_road_bus(profile)

    assert bus == RoadBus(5.5, 3.1, 2.3, 7.5, speed_factor=0.9, season_factor=1.0)


def test_each_row_of_the_table_has_a_source_and_the_digest_does_not_see_line_ends() -> None:
    text = "kind,value,number,unit,source\nroad_class,trunk,60,km/h,made up\n"

    one, two = parse_profile_table(text), parse_profile_table(text.replace("\n", "\r\n"))

    assert one == two and one.number("road_class", "trunk") == 60
    assert read_profile_table().digest != one.digest


def test_the_table_names_a_source_for_every_row() -> None:
    import csv
    from importlib import resources

    text = (resources.files("bibliobus.tables") / "road_profile.csv").read_text(encoding="utf-8")

    rows = list(csv.DictReader(text.splitlines()))

    assert len(rows) > 100
    assert [row for row in rows if not row["source"] or not row["unit"]] == []
    assert len({(row["kind"], row["value"]) for row in rows}) == len(rows)
