"""Roads of an area in a notebook, on a few roads of OpenStreetMap and on a road table."""

from __future__ import annotations

import pytest
from road_areas import make_area

import bibliobus as bb


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Area with imported roads."""
    return bb.read_area(make_area(tmp_path_factory.mktemp("roads")), language="en")


def test_classes_add_up_and_shares_are_shares(town):
    classes, missing = town.roads.classes.to_frame(), town.roads.missing.to_frame()

    assert repr(town.roads) == f"<Roads: {classes.length_km.sum():.0f} km>"
    assert classes.length_km.is_monotonic_decreasing
    assert missing.share.between(0, 1).all()


def test_critical_roads_name_who_would_be_cut_off(town):
    critical = town.roads.critical.to_frame()

    assert len(critical)
    assert (critical.cut_off != "").all()


def test_travel_is_sorted_and_never_shorter_than_a_crow_flies(town):
    drives = town.travel_from().to_frame()

    assert drives.duration_min.is_monotonic_increasing
    assert (drives.length_km >= drives.crow_km - 0.1).all()
    with pytest.raises(bb.InputError, match="nowhere"):
        town.travel_from("nowhere")


def test_a_closed_bridge_of_openstreetmap_cuts_a_village_off(town):
    closed = town.close_road(road="Мостова", near="Східне")

    assert set(town.travel_from().to_frame().index) - set(closed.travel_from().to_frame().index) == {"UA14"}
    assert closed.changes[0].kind == "closed"


def test_roads_of_a_table_are_told_like_imported_ones(area):
    classes, critical = area.roads.classes.to_frame(), area.roads.critical.to_frame()

    assert repr(area.roads) == f"<Roads: {classes.length_km.sum():.0f} km>"
    assert len(critical)
    assert len(area.travel_from("Skhidne")) == 5
