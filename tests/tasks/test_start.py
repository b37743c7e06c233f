"""An area started from nothing, or from the roads and settlements that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from areas import LIBRARIES, ROADS, SETTLEMENTS, say, write_area
from folders import read_folder
from road_areas import make_area, write_osm

from bibliobus.findings import InputError, UsageError
from bibliobus.inputs.area import read_area
from bibliobus.tasks.roads import import_roads
from bibliobus.tasks.start import start_area

if TYPE_CHECKING:
    from pathlib import Path


def test_an_empty_folder_gets_the_example(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()

    depot = start_area(tmp_path / "mine", language="en")

    assert depot is None
    assert {"scenario.toml", "settlements.csv", "libraries.csv", "roads.csv"} <= read_folder(tmp_path / "mine").keys()


def test_imported_roads_and_places_get_a_scenario_and_nothing_else_changes(tmp_path: Path) -> None:
    area = make_area(tmp_path, scenario=False)
    before = read_folder(area)

    depot = start_area(area, language="en")

    after = read_folder(area)
    assert depot is not None and depot.name_uk == "Місто"
    assert after.keys() - before.keys() == {"scenario.toml"}
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(("language", "bus"), [("en", "Bus 1"), ("uk", "Бібліобус 1")])
def test_the_scenario_fits_the_area_and_can_be_planned(tmp_path: Path, language: str, bus: str) -> None:
    area = make_area(tmp_path, scenario=False)

    start_area(area, language=language)

    dataset, report = read_area(area)
    assert dataset is not None and report.errors == ()
    scenario = dataset.scenario
    assert (scenario.title_uk, scenario.title_en, scenario.language) == ("area", "area", language)
    assert (scenario.notice_uk, scenario.notice_en, scenario.data_date) == ("", "", "")
    assert scenario.attribution == "© OpenStreetMap contributors (ODbL 1.0)"
    assert [(depot.name, depot.settlement_id) for depot in scenario.depots] == [("Місто", "osm-201")]
    assert [found.name for found in scenario.buses] == [bus]


def test_the_scenario_says_nothing_of_the_example_it_was_made_from(tmp_path: Path) -> None:
    area = make_area(tmp_path, scenario=False)

    start_area(area, language="uk")

    text = (area / "scenario.toml").read_text(encoding="utf-8")
    assert [word for word in ("рамат", "ramat", "GeoNames", "UA14120090010038661", "48.73106") if word in text] == []
    assert "# lat = 48.7005\n" in text


def test_a_name_with_quotes_stays_what_it_is(tmp_path: Path) -> None:
    table = 'settlement_id,name_uk,lat,lon\na\\b,"Село ""Нове"" = \\",48.7,37.5\n'
    area = write_area(tmp_path / "area", scenario=None, settlements=table, libraries=None, roads=None)

    start_area(area, language="uk")

    dataset, _ = read_area(area)
    assert dataset is not None
    assert dataset.scenario.depots[0].name == dataset.settlements[0].name_uk
    assert dataset.scenario.attribution == ""


def test_without_people_the_settlement_in_the_middle_gets_the_depot(tmp_path: Path) -> None:
    rows = "".join(f"{name},{name},48.7,{lon}\n" for name, lon in (("a", 37.1), ("b", 37.2), ("c", 37.4)))
    table = "settlement_id,name_uk,lat,lon\n" + rows
    area = write_area(tmp_path / "area", scenario=None, settlements=table, libraries=LIBRARIES, roads=ROADS)

    depot = start_area(area, language="uk", force=True)

    assert depot is not None and depot.settlement_id == "b"
    assert (area / "libraries.csv").is_file()


def test_roads_without_settlements_are_an_error_and_get_no_scenario(tmp_path: Path) -> None:
    import_roads(write_osm(tmp_path), tmp_path / "area")

    with pytest.raises(InputError) as caught:
        start_area(tmp_path / "area", language="uk")

    assert say(caught.value.findings) == [
        "settlements.csv | The area has no settlements. | Put a table settlements.csv or settlements.xlsx into the"
        " area, with a row for each settlement."
    ]
    assert not (tmp_path / "area" / "scenario.toml").exists()


def test_a_table_that_cannot_be_used_is_an_error_and_gets_no_scenario(tmp_path: Path) -> None:
    area = write_area(tmp_path / "area", scenario=None, settlements=SETTLEMENTS.replace("48.700", "4870"))

    with pytest.raises(InputError):
        start_area(area, language="uk")

    assert not (area / "scenario.toml").exists()


def test_an_area_with_a_scenario_is_kept(tmp_path: Path) -> None:
    area = write_area(tmp_path / "area")
    before = read_folder(area)

    with pytest.raises(UsageError):
        start_area(area, language="uk")

    assert read_folder(area) == before
