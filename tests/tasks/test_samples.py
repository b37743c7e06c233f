"""Sample areas that ship with the program."""

from __future__ import annotations

import tomllib
from dataclasses import asdict

import pytest
from folders import read_folder
from road_areas import make_area
from timetables import SCHOOL, write_rows

from bibliobus.domain.fleet import Rates
from bibliobus.findings import UsageError
from bibliobus.inputs.area import read_area
from bibliobus.tasks.check import check_area
from bibliobus.tasks.start import (
    init_area,
    init_from_timetable,
    list_samples,
    open_sample,
    read_template,
    start_area,
    write_template,
)
from bibliobus.words.language import Language


def test_every_sample_is_usable():
    for name in list_samples():
        with open_sample(name) as folder:
            understood, report = check_area(folder)
        assert understood.settlements > 0
        assert report.errors == ()


def test_the_default_sample_is_there():
    assert "kramatorsk" in list_samples()


@pytest.mark.parametrize("name", ["atlantis", "", "..", "../settlements", "kramatorsk/"])
def test_an_unknown_sample_is_told_with_the_choices(name):
    with pytest.raises(UsageError) as caught:
        open_sample(name)

    (finding,) = caught.value.findings
    assert finding.sentence.render(Language("en")) == f"There is no sample area “{name}”."
    assert "kramatorsk" in finding.hint.render(Language("en"))


def test_the_example_area_is_the_sample(tmp_path):
    init_area(tmp_path / "mine")

    names = read_folder(tmp_path / "mine").keys()
    assert {"scenario.toml", "settlements.csv", "libraries.csv", "roads.csv", "README.md"} <= names
    assert not any(name.endswith(".py") for name in names)
    understood, _ = check_area(tmp_path / "mine")
    assert understood.settlements == 55


def list_new_areas(tmp_path):
    """Scenario of an area of each kind that ``init`` can write."""
    timetable = tmp_path / "timetable.csv"
    timetable.write_text(write_rows(SCHOOL), encoding="utf-8")
    tables = make_area(tmp_path / "roads", scenario=False)
    init_area(tmp_path / "example")
    start_area(tables, language="uk")
    init_from_timetable(timetable, tmp_path / "today")
    return [read_area(folder)[0].scenario for folder in (tmp_path / "example", tables, tmp_path / "today")]


def test_a_new_area_has_no_invented_price_and_no_reason_of_another_place(tmp_path):
    scenarios = list_new_areas(tmp_path)

    assert [one.money for one in scenarios] == [Rates()] * 3
    assert [one.report_clauses for one in scenarios] == [""] * 3
    assert {(one.publishing.phone, one.publishing.website) for one in scenarios} == {("", "")}
    assert {depot.phone for one in scenarios for depot in one.depots} == {""}


def test_the_prices_of_every_sample_are_marked_as_made_up():
    for name in list_samples():
        with open_sample(name) as folder:
            scenario = read_area(folder)[0].scenario
        assert scenario.money.known and scenario.money.assumed
        assert (scenario.report_clauses == "kramatorsk_2017") == (name in ("kramatorsk", "donetsk"))


def test_the_template_has_the_values_of_the_sample_but_for_what_is_its_own():
    with open_sample("kramatorsk") as folder:
        sample = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))

    template = tomllib.loads(write_template(read_template()))

    assert {key for key in template if template[key] != sample[key]} == {"report", "money"}
    assert template["report"] == {"clauses": ""}
    assert template["money"] == asdict(Rates())


def test_an_area_one_has_worked_on_is_never_deleted(tmp_path):
    init_area(tmp_path / "mine")
    (tmp_path / "mine" / "settlements.csv").write_bytes(b"my work")

    with pytest.raises(UsageError):
        init_area(tmp_path / "mine")
    init_area(tmp_path / "mine", force=True)

    assert (tmp_path / "mine-old" / "settlements.csv").read_bytes() == b"my work"
