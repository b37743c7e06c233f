"""What is told of imported roads, with a scenario and without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from areas import say, write_area
from folders import read_folder
from osm_text import osm_text, write_text
from road_areas import BRIDGE, LANE, NODES, PRIMARY, WAYS, make_area, write_osm

from bibliobus.domain.roads import OSM_ATTRIBUTION
from bibliobus.findings import InputError
from bibliobus.tasks.roads import describe_roads, import_roads

if TYPE_CHECKING:
    from pathlib import Path

both = pytest.mark.parametrize("scenario", [True, False])
SPACE = "\N{NO-BREAK SPACE}"
CLOSED_BRIDGE = f"kind,way_ids\nclosed,{BRIDGE}\n"


@both
def test_roads_are_told_by_class_surface_part_and_missing_tags(tmp_path: Path, scenario: bool) -> None:
    area = make_area(tmp_path, scenario=scenario)

    info, _ = describe_roads(area)

    assert dict(info.stats.class_m) == pytest.approx(
        {"primary": 4417, "secondary": 2945, "tertiary": 6673, "track": 2200}, abs=9
    )
    assert dict(info.stats.surface_m) == pytest.approx({"": 5145, "asphalt": 4417, "gravel": 6673}, abs=9)
    assert info.parts_m == pytest.approx((14_035, 2200), abs=9)
    assert info.stats.missing["maxspeed"] == pytest.approx(0.728, abs=0.001)
    assert (info.critical, info.seen_from) == (None, "")


@both
def test_critical_roads_are_seen_from_the_depot_or_the_biggest_settlement(tmp_path: Path, scenario: bool) -> None:
    area = make_area(tmp_path, scenario=scenario)

    info, report = describe_roads(area, critical=True)

    assert info.seen_from == ("depot/base" if scenario else "osm-201")
    assert info.names[info.seen_from].en in ("", "Misto")
    assert info.critical is not None
    # The depot stands in town itself, so that the town never lies behind any road.
    assert [(road.cut_off, road.way_ids) for road in info.critical] == [
        (("UA14",), (PRIMARY, BRIDGE)),
        (("osm-203",), (PRIMARY, LANE)),
    ]
    assert ("settlement-cut-off" in [finding.code for finding in report.findings]) == scenario


def test_a_village_on_an_island_of_roads_is_told_with_the_distance_of_the_others(tmp_path: Path) -> None:
    area = make_area(tmp_path)
    table = "settlement_id,name_uk,name_latin,lat,lon\nosm-201,Місто,Misto,48.7005,37.502\nnear,Біля,Near,48.73,37.52\n"
    (area / "settlements.csv").write_text(table, encoding="utf-8")
    text = osm_text(NODES | {7: (48.73, 37.521), 8: (48.745, 37.521)}, WAYS | {50: ([7, 8], {"highway": "track"})})
    import_roads(write_text(tmp_path, text, "more.osm"), area, force=True)

    _, report = describe_roads(area)

    islands = [finding for finding in report.findings if finding.code == "settlement-on-island"]
    assert say(islands) == [
        "near | No road leads from a depot to Near and back for any bus; it cannot be served. The nearest road that"
        f" is reached lies 1.5{SPACE}km away. | If a road is missing between them, add it to OpenStreetMap; else look"
        " for a limit, a ford, a gate or a change."
    ]


@both
def test_road_changes_are_laid_over_the_roads(tmp_path: Path, scenario: bool) -> None:
    area = make_area(tmp_path, scenario=scenario)
    changes = tmp_path / "flood.csv"
    changes.write_text(CLOSED_BRIDGE, encoding="utf-8")

    info, _ = describe_roads(area, critical=True, changes=changes)

    assert info.critical is not None
    assert [road.cut_off for road in info.critical] == [("osm-203",)]
    assert info.parts_m == pytest.approx((11_090, 2200), abs=9)


def test_changes_of_the_area_hold_without_a_scenario_too(tmp_path: Path) -> None:
    area = make_area(tmp_path, scenario=False)
    (area / "changes.csv").write_text(CLOSED_BRIDGE, encoding="utf-8")

    info, _ = describe_roads(area)

    assert info.parts_m == pytest.approx((11_090, 2200), abs=9)


@pytest.mark.parametrize(
    ("text", "code"),
    [("kind,way_ids\nclosed,99\n", "change-no-such-ways"), ("kind,way_ids\nmoved,20\n", "unknown-change-kind")],
)
def test_changes_that_cannot_be_used_are_an_error_and_change_nothing(tmp_path: Path, text: str, code: str) -> None:
    area = make_area(tmp_path, scenario=False)
    (area / "changes.csv").write_text(text, encoding="utf-8")
    before = read_folder(area)

    with pytest.raises(InputError) as caught:
        describe_roads(area)

    assert [finding.code for finding in caught.value.findings] == [code]
    assert read_folder(area) == before


def test_without_people_the_place_in_the_middle_of_all_drives_is_home(tmp_path: Path) -> None:
    area = make_area(tmp_path, scenario=False)
    table = (area / "settlements.csv").read_text(encoding="utf-8-sig").replace("12000", "")
    (area / "settlements.csv").write_text(table, encoding="utf-8")

    info, _ = describe_roads(area, critical=True)

    assert info.seen_from == "osm-201"


def test_an_area_of_roads_alone_is_told_but_nobody_depends_on_them(tmp_path: Path) -> None:
    import_roads(write_osm(tmp_path), tmp_path / "area")

    info, report = describe_roads(tmp_path / "area")

    assert info.parts_m == pytest.approx((14_035, 2200), abs=9)
    assert report.findings == ()
    with pytest.raises(InputError) as caught:
        describe_roads(tmp_path / "area", critical=True)
    assert say(caught.value.findings) == [
        " | Critical roads are those on which settlements depend, but the area has no settlements."
        " | Put a file settlements.csv into the area, or import the places with --places."
    ]


def test_settlements_far_from_every_road_depend_on_none(tmp_path: Path) -> None:
    area = make_area(tmp_path, scenario=False)
    (area / "settlements.csv").write_text("settlement_id,name_uk,lat,lon\nfar,Далеке,50,37\n", encoding="utf-8")

    info, report = describe_roads(area, critical=True)

    assert (info.critical, info.seen_from) == ((), "")
    assert [finding.code for finding in report.findings] == ["no-road-near"]


def test_a_settlement_table_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    area = make_area(tmp_path, scenario=False)
    (area / "settlements.csv").write_text("settlement_id,name_uk,lat,lon\nfar,Далеке,500,37\n", encoding="utf-8")

    with pytest.raises(InputError):
        describe_roads(area)


def test_an_area_without_roads_and_settlements_says_how_to_import_them(tmp_path: Path) -> None:
    area = tmp_path / "area"
    area.mkdir()
    (area / "libraries.csv").write_text("", encoding="utf-8")

    with pytest.raises(InputError) as caught:
        describe_roads(area)

    assert say(caught.value.findings) == [
        "roads/roads.osm.pbf | The area has neither roads nor settlements between which roads could be assumed."
        " | Import roads with “bibliobus roads import FILE.osm.pbf -o AREA”."
    ]


@both
def test_critical_roads_of_a_table_are_told_by_the_places_they_lead_between(tmp_path: Path, scenario: bool) -> None:
    area = write_area(tmp_path / "area", **({} if scenario else {"scenario": None}))

    info, _ = describe_roads(area, critical=True)

    assert info.critical
    assert all(road.ends and road.way_ids == () for road in info.critical)
    assert (info.estimated, set(info.stats.missing)) == (False, {"surface"})
    assert OSM_ATTRIBUTION not in info.attribution


@both
def test_where_there_are_no_roads_those_between_neighbours_are_told_as_an_estimate(
    tmp_path: Path, scenario: bool
) -> None:
    area = write_area(tmp_path / "area", roads=None, **({} if scenario else {"scenario": None}))

    info, report = describe_roads(area, critical=True)

    assert info.estimated
    assert dict(info.stats.class_m).keys() == {"road"}
    assert info.attribution == ""
    assert "no-roads" in [finding.code for finding in report.findings]


def test_roads_that_are_damaged_are_an_error(tmp_path: Path) -> None:
    area = make_area(tmp_path, scenario=False)
    (area / "roads" / "roads.osm.pbf").write_bytes(b"damaged")
    (area / "roads" / "roads.cache").unlink()

    with pytest.raises(InputError) as caught:
        describe_roads(area)

    assert [finding.code for finding in caught.value.findings] == ["not-osm"]
