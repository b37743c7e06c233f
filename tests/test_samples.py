"""The sample areas are complete, documented, and made by the scripts beside them."""

from __future__ import annotations

import csv
import importlib.util
import re
import runpy
import sys
import tomllib
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.scenario.read import read_scenario as read_scenario_file

pytestmark = pytest.mark.upkeep

SAMPLES = Path(__file__).parents[1] / "data" / "settlements"
KRAMATORSK = SAMPLES / "kramatorsk"
NEUBRANDENBURG = SAMPLES / "neubrandenburg"
DONETSK = SAMPLES / "donetsk"
ROADS_SCRIPT = SAMPLES / "make_roads.py"
ALL = pytest.mark.parametrize("sample", [KRAMATORSK, NEUBRANDENBURG, DONETSK], ids=lambda sample: sample.name)
ESTIMATED = pytest.mark.parametrize("sample", [KRAMATORSK, DONETSK], ids=lambda sample: sample.name)
SHIPPED = {".csv", ".toml", ".pbf"}
SECTIONS = {"cycle", "depots", "profiles", "buses", "rules", "dwell", "rhythm", "weights", "calendar", "publish"}
SECTIONS |= {"promises", "stops", "curfews", "locks"}
SECTIONS |= {"stops", "curfews", "locks", "money", "report"}
CYRILLIC = re.compile("[а-яіїєґ]", re.IGNORECASE)


def read_rows(sample: Path, name: str) -> list[dict[str, str]]:
    """Rows of a table of a sample."""
    with (sample / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def load_script(file: Path) -> ModuleType:
    """Module of a script beside the data, which is no part of the package."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def list_documented(text: str) -> list[tuple[str, list[str]]]:
    """Every key and section of a scenario as it first stands there, with the comment lines right above it."""
    lines = text.splitlines()
    section, found = "", {}
    for at, line in enumerate(lines):
        if header := re.fullmatch(r"(?:# )?\[+([\w.]+)\]+", line):
            section = key = header[1]
        elif assignment := re.match(r"(?:# )?(\w+) = ", line):
            key = f"{section}.{assignment[1]}".removeprefix(".")
        else:
            continue
        first = next((back for back in range(at, -1, -1) if not lines[back].strip()), -1) + 1
        found.setdefault(key, [comment for comment in lines[first:at] if comment.startswith("# ")])
    return list(found.items())


def list_keys(table: dict[str, object], prefix: str = "") -> set[str]:
    """Dotted names of all keys of a scenario."""
    keys = set()
    for key, value in table.items():
        keys.add(prefix + key)
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                keys |= list_keys(inner, f"{prefix}{key}.")
    return keys


def read_scenario(sample: Path) -> str:
    """Text of the scenario of a sample."""
    return (sample / "scenario.toml").read_text(encoding="utf-8")


DOCUMENTED = [
    pytest.param(key, comments, id=f"{sample.name}-{key}")
    for sample in (KRAMATORSK, NEUBRANDENBURG, DONETSK)
    for key, comments in list_documented(read_scenario(sample))
]


@ESTIMATED
def test_the_roads_are_what_the_script_makes(sample):
    settlements = (sample / "settlements.csv").read_text(encoding="utf-8-sig")

    roads = load_script(ROADS_SCRIPT).format_roads(settlements)

    assert (sample / "roads.csv").read_bytes() == roads.encode("utf-8-sig"), "run make_roads.py"


def test_the_roads_do_not_depend_on_the_order_of_the_settlements():
    head, *rows = (KRAMATORSK / "settlements.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)

    roads = load_script(ROADS_SCRIPT).format_roads(head + "".join(reversed(rows)))

    assert (KRAMATORSK / "roads.csv").read_bytes() == roads.encode("utf-8-sig")


def test_the_script_writes_the_roads_into_the_area_it_is_given(tmp_path, monkeypatch):
    (tmp_path / "settlements.csv").write_bytes((KRAMATORSK / "settlements.csv").read_bytes())
    monkeypatch.setattr(sys, "argv", ["make_roads.py", str(tmp_path)])

    runpy.run_path(str(ROADS_SCRIPT), run_name="__main__")

    assert (tmp_path / "roads.csv").read_bytes() == (KRAMATORSK / "roads.csv").read_bytes()


def test_three_places_on_a_line_are_joined_one_after_the_other():
    import numpy as np

    distance_m = np.array([[0.0, 1000.0, 2000.0], [1000.0, 0.0, 1000.0], [2000.0, 1000.0, 0.0]])

    pairs = load_script(ROADS_SCRIPT).join_neighbours(distance_m)

    assert pairs == [(0, 1), (1, 2)]


@ESTIMATED
def test_the_roads_join_all_settlements(sample):
    neighbours: dict[str, set[str]] = {row["settlement_id"]: set() for row in read_rows(sample, "settlements.csv")}
    for road in read_rows(sample, "roads.csv"):
        neighbours[road["from_id"]].add(road["to_id"])
        neighbours[road["to_id"]].add(road["from_id"])

    reached: set[str] = set()
    waiting = [min(neighbours)]
    while waiting:
        here = waiting.pop()
        waiting += sorted(neighbours[here] - reached)
        reached.add(here)

    assert reached == set(neighbours)


@ESTIMATED
def test_every_road_says_that_it_is_an_estimate(sample):
    assert {row["source"] for row in read_rows(sample, "roads.csv")} == {
        "оцінка: граф сусідства x коефіцієнт звивистості; не справжня дорога / "
        "estimate: planar neighbour graph x detour factor; not a real road"
    }


@pytest.mark.parametrize(("sample", "places", "homes"), [(KRAMATORSK, 55, 12), (DONETSK, 298, 72)])
def test_every_settlement_and_library_has_an_id_of_its_own(sample, places, homes):
    settlements = [row["settlement_id"] for row in read_rows(sample, "settlements.csv")]
    libraries = [row["library_id"] for row in read_rows(sample, "libraries.csv")]

    assert len(settlements) == len(set(settlements)) == places
    assert len(libraries) == len(set(libraries)) == homes
    assert all(re.fullmatch(r"UA\d{17}", code) for code in settlements)


def test_a_library_stands_in_every_city_and_once_in_every_hromada():
    home = {row["settlement_id"]: row for row in read_rows(KRAMATORSK, "settlements.csv")}
    libraries = read_rows(KRAMATORSK, "libraries.csv")

    places = [home[row["settlement_id"]] for row in libraries]

    assert {row["name_uk"] for row in home.values() if row["category"] == "M"} <= {row["name_uk"] for row in places}
    assert sorted(row["hromada"] for row in places) == sorted({row["hromada"] for row in home.values()})
    assert all(re.match("припущення: .* / assumption: ", row["source"]) for row in libraries)


@ESTIMATED
def test_a_library_stands_in_every_city_and_in_the_first_place_of_every_hromada(sample):
    homes = {row["settlement_id"] for row in read_rows(sample, "libraries.csv")}

    settlements = read_rows(sample, "settlements.csv")

    # Digits 8 to 10 of a KATOTTG code number the places of a hromada, and its centre is the first.
    assert homes == {
        row["settlement_id"] for row in settlements if row["category"] == "M" or row["settlement_id"][9:12] == "001"
    }


def test_both_samples_say_the_same_about_a_settlement_they_share():
    small, large = (
        {row["settlement_id"]: {**row, "windows": "", "note": ""} for row in read_rows(sample, "settlements.csv")}
        for sample in (KRAMATORSK, DONETSK)
    )

    assert small.items() <= large.items()


def test_two_buses_start_in_kramatorsk_and_two_in_pokrovsk():
    scenario = tomllib.loads(read_scenario(DONETSK))
    names = {row["settlement_id"]: row["name_uk"] for row in read_rows(DONETSK, "settlements.csv")}

    homes = {depot["id"]: names[depot["settlement_id"]] for depot in scenario["depots"]}

    assert [homes[bus["depot"]] for bus in scenario["buses"]] == ["Краматорськ"] * 2 + ["Покровськ"] * 2
    assert scenario["cycle"]["weeks"] == 4


@pytest.mark.parametrize(("sample", "unknown"), [(KRAMATORSK, 2), (NEUBRANDENBURG, 42), (DONETSK, 2)])
def test_unknown_population_is_empty_and_never_zero(sample, unknown):
    population = [row["population"] for row in read_rows(sample, "settlements.csv")]

    assert population.count("") == unknown
    assert "0" not in population


@ALL
def test_apostrophes_are_all_alike(sample):
    names = ("settlements.csv", "libraries.csv", "scenario.toml")

    text = "".join((sample / name).read_text(encoding="utf-8") for name in names)

    assert "’" in text
    assert not re.search("['`´ʼ‘′]", text)


def test_the_invented_curfew_is_labelled_and_shorter_than_the_visit():
    restricted = [row for row in read_rows(KRAMATORSK, "settlements.csv") if row["windows"]]

    assert [(row["name_uk"], row["windows"]) for row in restricted] == [("Торське", "Mon-Fri 10:00-10:30")]
    assert "приклад (вигадано)" in restricted[0]["note"]
    assert "example (invented)" in restricted[0]["note"]
    assert int(restricted[0]["population"]) >= 1000


@pytest.mark.parametrize("table", sorted(SAMPLES.glob("*/*.csv")), ids=lambda file: f"{file.parent.name}-{file.name}")
def test_tables_are_utf8_with_bom_and_line_feeds(table):
    content = table.read_bytes()

    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")


@ALL
def test_every_key_of_the_scenario_is_explained(sample):
    scenario = read_scenario(sample)

    keys = list_keys(tomllib.loads(scenario))

    assert keys <= {key for key, _ in list_documented(scenario)}


def test_all_scenarios_explain_the_same_keys():
    scenarios = [read_scenario(sample) for sample in (KRAMATORSK, NEUBRANDENBURG, DONETSK)]

    first, *others = ([key for key, _ in list_documented(scenario)] for scenario in scenarios)

    assert others == [first, first]


@pytest.mark.parametrize(("key", "comments"), DOCUMENTED)
def test_a_key_is_explained_in_ukrainian_and_english(key, comments):
    ukrainian, english = comments

    assert CYRILLIC.search(ukrainian)
    assert not CYRILLIC.search(english)
    if key.rpartition(".")[2] not in SECTIONS:
        assert ("Типово: " in ukrainian) == ("Default: " in english)
        assert ("Обов’язково" in ukrainian) == ("Required" in english)
        assert ("Default: " in english) != ("Required" in english)


@ALL
def test_every_key_that_is_only_shown_can_be_used(sample):
    text = re.sub(r"(?m)^# (?=\w+ = |\[)", "", read_scenario(sample))

    scenario, findings = read_scenario_file(InputFile("scenario.toml", text.encode("utf-8")))

    assert findings == []
    assert scenario is not None
    assert (len(scenario.scenario.stops), len(scenario.scenario.curfews), len(scenario.scenario.locks)) == (1, 1, 1)
    assert scenario.scenario.buses[0].capacity == 40


@ALL
def test_dwell_and_rhythm_rules_start_at_zero_and_rise(sample):
    rules = tomllib.loads(read_scenario(sample))["rules"]

    for name in ("dwell", "rhythm"):
        limits = [rule["from_population"] for rule in rules[name]]
        assert limits[0] == 0
        assert all(low < high for low, high in pairwise(limits))


@pytest.mark.parametrize(
    ("sample", "source"),
    [
        (KRAMATORSK, "GeoNames"),
        (NEUBRANDENBURG, "© OpenStreetMap contributors (ODbL 1.0)"),
        (DONETSK, "GeoNames (CC BY 4.0)"),
    ],
)
def test_the_scenario_names_its_source_and_warns_in_both_languages_that_it_is_no_plan_to_drive(sample, source):
    scenario = tomllib.loads(read_scenario(sample))

    assert "не план для поїздок" in scenario["notice_uk"]
    assert "not a plan to drive" in scenario["notice_en"]
    assert source in scenario["attribution"]


def test_the_large_sample_says_that_it_is_a_test_of_size_on_pre_war_data_in_occupied_destroyed_land():
    scenario = tomllib.loads(read_scenario(DONETSK))
    ukrainian, english = (DONETSK / "README.md").read_text(encoding="utf-8").split("\n---\n")

    for text in (scenario["notice_uk"], ukrainian):
        assert re.search("Перевірка на великій території, на довоєнних даних", text, re.IGNORECASE)
        assert re.search("окуповано, зруйновано або лежить на лінії фронту", text)
    for text in (scenario["notice_en"], english):
        assert "test of size on pre-war data" in text
        assert "occupied, destroyed or at the front" in text


@ALL
def test_the_readme_warns_in_both_languages_and_names_every_file(sample):
    readme = (sample / "README.md").read_text(encoding="utf-8")

    ukrainian, english = readme.split("\n---\n")

    assert "не план для поїздок" in ukrainian
    assert "not a plan to drive" in english
    listed = {file.relative_to(sample).as_posix() for file in sample.rglob("*.*") if file.suffix in SHIPPED}
    for half in (ukrainian, english):
        assert {name for name in listed if f"`{name}`" not in half} == set()


def test_the_tables_of_neubrandenburg_are_what_the_script_makes(tmp_path, monkeypatch):
    (tmp_path / "roads").mkdir()
    roads = Path("roads", "roads.osm.pbf")
    (tmp_path / roads).write_bytes((NEUBRANDENBURG / roads).read_bytes())
    script = load_script(NEUBRANDENBURG / "make_area.py")
    monkeypatch.setattr(script, "HERE", tmp_path)

    script.main()

    for name in ("settlements.csv", "libraries.csv"):
        assert (tmp_path / name).read_bytes() == (NEUBRANDENBURG / name).read_bytes(), "run make_area.py"


def test_the_script_of_neubrandenburg_says_what_is_wrong_with_a_file(tmp_path):
    file = tmp_path / "roads.osm.pbf"
    file.write_bytes(b"no roads")
    script = load_script(NEUBRANDENBURG / "make_area.py")

    with pytest.raises(ValueError, match=r"^roads\.osm\.pbf: not-osm$"):
        script.read_places(file)


def test_neubrandenburg_has_57_places_and_3_libraries_named_by_their_numbers_in_openstreetmap():
    settlements = read_rows(NEUBRANDENBURG, "settlements.csv")
    libraries = read_rows(NEUBRANDENBURG, "libraries.csv")

    assert len({row["settlement_id"] for row in settlements}) == len(settlements) == 57
    assert len({row["library_id"] for row in libraries}) == len(libraries) == 3
    assert all(re.fullmatch(r"osm-\d+", row["settlement_id"]) for row in settlements)
    assert all(row["source"].endswith(f"node {row['library_id'][4:]}, amenity=library") for row in libraries)


def test_places_of_neubrandenburg_keep_their_german_names():
    settlements = {row["settlement_id"]: row for row in read_rows(NEUBRANDENBURG, "settlements.csv")}

    assert settlements["osm-240118676"]["name_uk"] == settlements["osm-240118676"]["name_latin"] == "Groß Nemerow"
    assert {row["note"] for row in settlements.values()} == {
        f"OpenStreetMap: place={kind}" for kind in ("town", "village", "hamlet", "isolated_dwelling")
    }


def test_the_bus_of_neubrandenburg_starts_at_the_regional_library():
    libraries = {row["name"]: row for row in read_rows(NEUBRANDENBURG, "libraries.csv")}

    (depot,) = tomllib.loads(read_scenario(NEUBRANDENBURG))["depots"]

    home = libraries["Regionalbibliothek Neubrandenburg"]
    assert (depot["name"], depot["lat"], depot["lon"]) == (home["name"], float(home["lat"]), float(home["lon"]))
