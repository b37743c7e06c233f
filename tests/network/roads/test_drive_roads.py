from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import TOWN, build_dataset, build_road, build_village

from bibliobus.network.build import build_network
from bibliobus.network.roads.drives import RoadPiece, join_pieces


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        ([], []),
        ([("H20", 4000), ("H20", 3000)], [("H20", 7000)]),
        ([("H20", 4000), ("", 80), ("H20", 3000)], [("H20", 7080)]),
        ([("H20", 4000), ("", 80), ("T1", 3000)], [("H20", 4080), ("T1", 3000)]),
        ([("", 300), ("T1", 3000), ("", 700)], [("T1", 3300), ("", 700)]),
        ([("H20", 4000), ("T1", 199), ("T2", 3000)], [("H20", 4199), ("T2", 3000)]),
        ([("", 200)], [("", 200)]),
    ],
)
def test_crumbs_and_repeats_are_not_told(pieces, told):
    joined = join_pieces(RoadPiece(*piece) for piece in pieces)

    assert [(piece.name, piece.length_m) for piece in joined] == told


@given(st.lists(st.builds(RoadPiece, st.sampled_from(["", "a", "b"]), st.integers(1, 2000)), max_size=12))
def test_no_metre_is_lost_and_no_name_follows_itself(pieces):
    joined = join_pieces(pieces)

    assert sum(piece.length_m for piece in joined) == sum(piece.length_m for piece in pieces)
    assert all(one.name != two.name for one, two in zip(joined, joined[1:], strict=False))


def test_the_roads_of_a_table_are_named_along_the_fastest_drive():
    roads = [build_road(TOWN, "a", 10, name="T0514"), build_road("a", "b", 5, name="lane"), build_road(TOWN, "b", 90)]
    dataset = build_dataset([build_village("a"), build_village("b")], roads)
    network, (profile,) = build_network(dataset), dataset.scenario.profiles

    told = network.list_roads(profile, TOWN, "b")

    assert told == (RoadPiece("T0514", 10_000), RoadPiece("lane", 5_000))
    assert network.list_roads(profile, "depot/main", TOWN) == ()


def test_nothing_is_told_of_roads_that_are_an_estimate():
    dataset = build_dataset([build_village("a")], [build_road(TOWN, "a", 10, name="T0514")])
    estimated = replace(dataset, roads=replace(dataset.roads, estimated=True))
    (profile,) = dataset.scenario.profiles

    assert build_network(estimated).list_roads(profile, TOWN, "a") == ()
    assert build_network(build_dataset([build_village("a")], None)).list_roads(profile, TOWN, "a") == ()
