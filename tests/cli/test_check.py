"""``bibliobus check``."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from areas import SCENARIO, write_area


def load_hostile():
    """The table of hostile areas, which is part of the tests of inputs."""
    file = Path(__file__).parents[1] / "inputs" / "test_hostile_areas.py"
    spec = importlib.util.spec_from_file_location("hostile_areas", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules["hostile_areas"] = module
    spec.loader.exec_module(module)
    return module.AREAS


HOSTILE = load_hostile()


def test_a_sound_area_is_told_on_stdout(bibliobus, area):
    ran = bibliobus("check", area, "--lang", "en")

    assert ran.code == 0
    assert ran.err == ""
    lines = ran.out.splitlines()
    assert lines[0] == "The area was understood as follows."
    assert "Settlements\t5" in lines
    assert "Residents\t14,280" in lines
    assert "Roads\t5 roads, 36.0\xa0km" in lines
    assert "Distances and times\tby the road data" in lines
    assert "From south to north\t48.7000° – 48.8000°" in lines


def test_an_area_without_roads_says_that_it_is_estimated(bibliobus, tmp_path):
    ran = bibliobus("check", write_area(tmp_path / "area", roads=None), "--lang", "en")

    assert ran.code == 0
    assert ran.err.startswith("warning: The area has no roads; distances and times are estimates from positions.")
    assert "Roads\tnone" in ran.out.splitlines()
    assert "Distances and times\testimated" in ran.out.splitlines()


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_language_is_that_of_the_scenario(bibliobus, language, tmp_path):
    scenario = SCENARIO.replace('language = "en"', f'language = "{language}"')
    area = write_area(tmp_path / "area", scenario=scenario)

    assert bibliobus("check", area).out == bibliobus("check", area, "--lang", language).out


def test_json_is_one_document(bibliobus, tmp_path):
    ran = bibliobus("check", write_area(tmp_path / "area", roads=None), "--json", "--lang", "en")

    assert ran.err == ""
    assert ran.document["exit_code"] == 0
    assert ran.document["understood"]["settlements"] == 5
    assert [finding["code"] for finding in ran.document["findings"]] == ["no-roads"]


def test_strict_minds_a_warning(bibliobus, area, tmp_path):
    other = write_area(tmp_path / "other", roads=None)

    assert bibliobus("check", area, "--strict").code == 0
    assert bibliobus("check", other, "--strict").code == 1
    assert bibliobus("check", other, "--strict", "--json").document["exit_code"] == 1


def test_a_folder_that_does_not_exist_is_told(bibliobus, tmp_path):
    ran = bibliobus("check", tmp_path / "nowhere", "--lang", "en")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("error: There is no folder “nowhere”.")


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_area_is_usable_or_all_its_findings_are_told(bibliobus, hostile, tmp_path):
    area = write_area(tmp_path / "area", **hostile.files)

    ran = bibliobus("check", area, "--lang", "en")

    assert ran.code == (0 if hostile.usable else 3)
    assert bool(ran.out) == hostile.usable
    assert "Traceback" not in ran.err
    assert str(tmp_path) not in ran.err
    told = [line for line in ran.err.splitlines() if line.startswith(("error: ", "warning: ", "note: "))]
    assert len(told) >= len(hostile.codes)
    for code in hostile.codes:
        assert f"({code})" in ran.err


def test_requests_are_counted_with_their_signatures(bibliobus, tmp_path):
    table = "request_id,settlement_id,wish,signatures\nr1,far,visit,40\nr2,east,visit,\n"

    ran = bibliobus("check", write_area(tmp_path / "area", requests_csv=table), "--lang", "en")

    assert "Requests of residents\t2 requests, 41 signatures" in ran.out.splitlines()
