"""Roads imported into an area: whole, cut out, replaced, or refused with nothing written."""

from __future__ import annotations

import csv
import json
import os
from typing import TYPE_CHECKING

import pytest
from areas import say
from folders import read_folder
from osm_text import osm_text, write_text
from road_areas import BRIDGE, ISLAND, LANE, NODES, PLACES, PRIMARY, WAYS, write_osm

from bibliobus.findings import InputError, ToolError, UsageError
from bibliobus.network.osm.read import read_osm
from bibliobus.tasks import roads as road_import
from bibliobus.tasks.roads import import_roads

if TYPE_CHECKING:
    from pathlib import Path

SQUARE = {"type": "Polygon", "coordinates": [[[37.4, 48.6], [37.55, 48.6], [37.55, 48.9], [37.4, 48.9], [37.4, 48.6]]]}


def read_places(area: Path) -> list[dict[str, str]]:
    """Rows of the settlement table."""
    with (area / "settlements.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def list_ways(area: Path) -> list[int]:
    """Numbers of the roads that the area keeps."""
    roads, findings = read_osm(area / "roads" / "roads.osm.pbf")
    assert roads is not None and findings == []
    return roads.ways.way_id.tolist()


def test_a_new_area_holds_the_roads_and_a_cache_and_nothing_else(tmp_path: Path) -> None:
    imported = import_roads(write_osm(tmp_path), tmp_path / "new" / "area")

    assert read_folder(tmp_path / "new" / "area").keys() == {"roads/roads.osm.pbf", "roads/roads.cache"}
    assert list_ways(tmp_path / "new" / "area") == [PRIMARY, BRIDGE, LANE, ISLAND]
    assert (imported.places, imported.needs_scenario, imported.report.findings) == (0, True, ())
    assert imported.stats.total_m == pytest.approx(16_240, abs=20)


def test_places_become_a_settlement_table(tmp_path: Path) -> None:
    imported = import_roads(write_osm(tmp_path), tmp_path / "area", places=True)

    rows = read_places(tmp_path / "area")
    assert imported.places == 4
    assert [
        (row["settlement_id"], row["name_uk"], row["name_latin"], row["population"], row["note"]) for row in rows
    ] == [
        ("UA14", "Східне", "", "", "OpenStreetMap: place=village, koatuu=1420"),
        ("osm-201", "Місто", "Misto", "12000", "OpenStreetMap: place=town"),
        ("osm-203", "North", "North", "", "OpenStreetMap: place=hamlet"),
        ("osm-204", "Isle", "Isle", "", "OpenStreetMap: place=hamlet"),
    ]


def test_a_code_that_two_places_share_is_the_id_of_the_first_only(tmp_path: Path) -> None:
    places = PLACES | {203: PLACES[203] | {"katotth": "UA14"}, 204: PLACES[204] | {"katotth": "U" * 200}}
    file = write_text(tmp_path, osm_text(NODES, WAYS, node_tags=places))

    import_roads(file, tmp_path / "area", places=True)

    assert [row["settlement_id"] for row in read_places(tmp_path / "area")] == ["UA14", "osm-201", "osm-203", "osm-204"]


def test_a_place_that_is_in_the_file_twice_is_written_once_with_its_population(tmp_path: Path) -> None:
    nodes = NODES | {200: NODES[201]}
    places = PLACES | {200: {"place": "village", "name": "Місто"}}
    file = write_text(tmp_path, osm_text(nodes, WAYS, node_tags=places), "region.osm")

    imported = import_roads(file, tmp_path / "area", places=True)

    assert [row["population"] for row in read_places(tmp_path / "area") if row["name_uk"] == "Місто"] == ["12000"]
    assert say(imported.report.findings) == [
        "region.osm | The file holds some places twice, with the same name and position (Місто); each was written"
        " once. | Nothing to do."
    ]


def test_a_file_without_places_is_a_warning_and_an_empty_table(tmp_path: Path) -> None:
    file = write_text(tmp_path, osm_text(NODES, WAYS), "region.osm")

    imported = import_roads(file, tmp_path / "area", places=True)

    assert (imported.places, read_places(tmp_path / "area")) == (0, [])
    assert say(imported.report.findings) == [
        "region.osm | The file names no places in this region, so the table of settlements has no rows."
        " | Fill the table by hand, or take a file from which the places were not left out."
    ]


def test_a_polygon_keeps_the_roads_that_touch_it_and_the_places_inside(tmp_path: Path) -> None:
    outline = write_text(tmp_path, json.dumps(SQUARE), "oblast.geojson")

    imported = import_roads(write_osm(tmp_path), tmp_path / "area", within=outline, places=True)

    assert list_ways(tmp_path / "area") == [PRIMARY, LANE]
    assert [row["name_uk"] for row in read_places(tmp_path / "area")] == ["Місто", "North"]
    assert imported.places == 2


def test_settlements_and_kilometres_keep_the_roads_around_them(tmp_path: Path) -> None:
    table = write_text(tmp_path, "settlement_id,name_uk,lat,lon\nisle,Isle,48.9,37.9\n", "villages.csv")

    import_roads(write_osm(tmp_path), tmp_path / "area", around=(table, 5))

    assert list_ways(tmp_path / "area") == [ISLAND]


def test_the_same_file_gives_the_same_bytes_whatever_its_name(tmp_path: Path) -> None:
    for at, name in enumerate(("region.osm", "download(1)")):
        import_roads(write_osm(tmp_path, name=name), tmp_path / f"area{at}", places=True)

    assert read_folder(tmp_path / "area0") == read_folder(tmp_path / "area1")


def test_what_stands_there_is_kept_without_force_and_replaced_with_it(tmp_path: Path) -> None:
    area = tmp_path / "area"
    import_roads(write_osm(tmp_path), area)
    (area / "settlements.csv").write_bytes(b"mine")
    small = write_text(tmp_path, osm_text(NODES, {LANE: WAYS[LANE]}, node_tags=PLACES), "small.osm")

    with pytest.raises(UsageError):
        import_roads(small, area)
    with pytest.raises(UsageError):
        import_roads(small, tmp_path / "other", places=True, within=small, around=(small, 1))
    assert list_ways(area) == [PRIMARY, BRIDGE, LANE, ISLAND]
    import_roads(small, area, force=True)

    assert list_ways(area) == [LANE]
    assert (area / "settlements.csv").read_bytes() == b"mine"


def test_a_settlement_table_that_is_there_stops_an_import_of_places_before_it_reads(tmp_path: Path) -> None:
    area = tmp_path / "area"
    area.mkdir()
    (area / "settlements.csv").write_bytes(b"mine")

    with pytest.raises(UsageError) as caught:
        import_roads(tmp_path / "missing.osm", area, places=True)

    assert say(caught.value.findings)[0].startswith(" | “settlements.csv” exists already and is not empty.")
    assert read_folder(area) == {"settlements.csv": b"mine"}


def test_two_regions_are_wrong_use(tmp_path: Path) -> None:
    file = write_osm(tmp_path)

    with pytest.raises(UsageError) as caught:
        import_roads(file, tmp_path / "area", within=file, around=(file, 5))

    assert say(caught.value.findings) == [
        " | Both --within and --around are given, and it is not clear which one holds. | Give one of them."
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "osm-file-empty"),
        (b"settlement_id;name\n", "not-osm"),
        (b'<?xml version="1.0"?><osm version="0.6"><node', "osm-file-broken"),
        (b'<?xml version="1.0"?><osm version="0.6"></osm>', "osm-no-roads"),
        (None, "osm-file-missing"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_error_and_leaves_nothing(
    tmp_path: Path, content: bytes | None, code: str
) -> None:
    file = tmp_path / "region.osm.pbf"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(InputError) as caught:
        import_roads(file, tmp_path / "area", places=True)

    assert [finding.code for finding in caught.value.findings] == [code]
    assert not (tmp_path / "area").exists()


def test_a_cut_file_is_one_error_wherever_it_is_cut(tmp_path: Path) -> None:
    import_roads(write_osm(tmp_path), tmp_path / "whole")
    content = (tmp_path / "whole" / "roads" / "roads.osm.pbf").read_bytes()
    file = tmp_path / "region.osm.pbf"

    for size in range(1, len(content), 7):
        file.write_bytes(content[:size])
        with pytest.raises(InputError) as caught:
            import_roads(file, tmp_path / "area")
        assert len(caught.value.findings) == 1

    assert not (tmp_path / "area").exists()


def test_stretches_too_long_for_any_road_leave_nothing_if_nothing_else_is_there(tmp_path: Path) -> None:
    file = write_text(tmp_path, osm_text({1: (48.0, 37.0), 2: (58.0, 37.0)}, {10: ([1, 2], {"highway": "primary"})}))

    with pytest.raises(InputError) as caught:
        import_roads(file, tmp_path / "area")

    assert [finding.code for finding in caught.value.findings] == ["osm-segment-too-long", "osm-no-roads"]
    assert not (tmp_path / "area").exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [("no json", "region-unreadable"), ('{"type":"Point","coordinates":[1,2]}', "region-unreadable")],
)
def test_an_outline_that_cannot_be_used_leaves_nothing(tmp_path: Path, text: str, code: str) -> None:
    outline = write_text(tmp_path, text, "oblast.geojson")

    with pytest.raises(InputError) as caught:
        import_roads(write_osm(tmp_path), tmp_path / "area", within=outline)

    assert [finding.code for finding in caught.value.findings] == [code]
    assert not (tmp_path / "area").exists()


@pytest.mark.parametrize(("text", "code"), [("settlement_id,lat\n", "missing-column"), (None, "file-unreadable")])
def test_a_table_to_search_around_that_cannot_be_used_leaves_nothing(
    tmp_path: Path, text: str | None, code: str
) -> None:
    table = tmp_path / "villages.csv"
    if text is not None:
        table.write_text(text, encoding="utf-8")

    with pytest.raises(InputError) as caught:
        import_roads(write_osm(tmp_path), tmp_path / "area", around=(table, 5))

    assert code in [finding.code for finding in caught.value.findings]
    assert not (tmp_path / "area").exists()


def test_a_disk_that_is_full_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(road_import, "write_cut", fail)

    with pytest.raises(ToolError) as caught:
        import_roads(write_osm(tmp_path), tmp_path / "area")

    assert say(caught.value.findings)[0].startswith(" | “roads” could not be written: ")
    assert not (tmp_path / "area").exists()


def test_progress_is_told_while_reading_and_while_writing(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []

    import_roads(write_osm(tmp_path), tmp_path / "area", on_progress=lambda *words: told.append(words))

    assert told == [("Reading roads", len(WAYS)), ("Writing roads", 1)]
