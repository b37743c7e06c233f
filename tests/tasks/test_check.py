"""What was understood of an area."""

from __future__ import annotations

from datetime import date

import pytest
from areas import SCENARIO, write_area

from bibliobus.findings import InputError
from bibliobus.tasks.check import Understood, check_area


def test_an_area_is_understood(area):
    understood, report = check_area(area)

    assert understood == Understood(
        settlements=5,
        people=640 + 210 + 450 + 12000 + 980,
        people_unknown=0,
        libraries=1,
        not_needed=1,
        to_serve=4,
        visits=4,
        roads=5,
        roads_m=36_000,
        estimated=False,
        language="en",
        buses=1,
        bus_days=10,
        cycle_weeks=2,
        first_day=date(2026, 3, 2),
        extent=(48.7, 37.4, 48.8, 37.6),
        farthest_m=19_000,
    )
    assert report.findings == ()


def test_an_area_without_roads_is_an_estimate(tmp_path):
    understood, report = check_area(write_area(tmp_path / "area", roads=None))

    assert (understood.roads, understood.roads_m, understood.estimated) == (0, 0, True)
    assert [finding.code for finding in report.warnings] == ["no-roads"]


def test_a_village_that_no_road_reaches_is_a_warning(tmp_path):
    roads = "from_id,to_id,length_km,road_class\ntown,east,8,secondary\ntown,west,9,secondary\ntown,north,8,secondary\n"

    _, report = check_area(write_area(tmp_path / "area", roads=roads))

    assert "settlement-cut-off" in [finding.code for finding in report.warnings]


def test_every_finding_is_told_at_once(tmp_path):
    area = write_area(tmp_path / "area", scenario=SCENARIO.replace("weeks = 2", "weeks = 9"), settlements=None)

    with pytest.raises(InputError) as caught:
        check_area(area)

    assert {finding.place.file for finding in caught.value.findings} >= {"scenario.toml", "settlements.csv"}
