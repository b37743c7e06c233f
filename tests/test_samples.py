"""The sample areas are complete, documented, and made by the scripts beside them."""

from __future__ import annotations

import csv
import importlib.util
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

SAMPLE = Path(__file__).parents[1] / "data" / "settlements" / "kramatorsk"
CYRILLIC = re.compile("[а-яіїєґ]", re.IGNORECASE)


def read_rows(name: str) -> list[dict[str, str]]:
    """Rows of a table of the sample."""
    with (SAMPLE / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def load_script() -> ModuleType:
    """Module of make_roads.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("make_roads", SAMPLE / "make_roads.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def list_documented(text: str) -> list[tuple[str, list[str]]]:
    """Every key and section of a scenario as it first stands there, with the comment lines right above it."""
    lines = text.splitlines()
    section, found = "", {}
    for at, line in enumerate(lines):
        if header := re.fullmatch(r"\[+([\w.]+)\]+", line):
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


SCENARIO = (SAMPLE / "scenario.toml").read_text(encoding="utf-8")
DOCUMENTED = list_documented(SCENARIO)


def test_the_roads_are_what_the_script_makes():
    settlements = (SAMPLE / "settlements.csv").read_text(encoding="utf-8-sig")

    roads = load_script().format_roads(settlements)

    assert (SAMPLE / "roads.csv").read_bytes() == roads.encode("utf-8-sig"), "run make_roads.py"


def test_the_roads_do_not_depend_on_the_order_of_the_settlements():
    head, *rows = (SAMPLE / "settlements.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)

    roads = load_script().format_roads(head + "".join(reversed(rows)))

    assert (SAMPLE / "roads.csv").read_bytes() == roads.encode("utf-8-sig")


def test_the_script_writes_the_roads_beside_itself(tmp_path, monkeypatch):
    (tmp_path / "settlements.csv").write_bytes((SAMPLE / "settlements.csv").read_bytes())
    script = load_script()
    monkeypatch.setattr(script, "HERE", tmp_path)

    script.main()

    assert (tmp_path / "roads.csv").read_bytes() == (SAMPLE / "roads.csv").read_bytes()


def test_three_places_on_a_line_are_joined_one_after_the_other():
    import numpy as np

    distance_m = np.array([[0.0, 1000.0, 2000.0], [1000.0, 0.0, 1000.0], [2000.0, 1000.0, 0.0]])

    pairs = load_script().join_neighbours(distance_m)

    assert pairs == [(0, 1), (1, 2)]


def test_the_roads_join_all_settlements():
    neighbours: dict[str, set[str]] = {row["settlement_id"]: set() for row in read_rows("settlements.csv")}
    for road in read_rows("roads.csv"):
        neighbours[road["from_id"]].add(road["to_id"])
        neighbours[road["to_id"]].add(road["from_id"])

    reached: set[str] = set()
    waiting = [min(neighbours)]
    while waiting:
        here = waiting.pop()
        waiting += sorted(neighbours[here] - reached)
        reached.add(here)

    assert reached == set(neighbours)


def test_every_road_says_that_it_is_an_estimate():
    assert {row["source"] for row in read_rows("roads.csv")} == {
        "оцінка: граф сусідства x коефіцієнт звивистості; не справжня дорога / "
        "estimate: planar neighbour graph x detour factor; not a real road"
    }


def test_the_sample_has_55_settlements_and_12_libraries_with_ids_of_their_own():
    settlements = [row["settlement_id"] for row in read_rows("settlements.csv")]
    libraries = [row["library_id"] for row in read_rows("libraries.csv")]

    assert len(settlements) == len(set(settlements)) == 55
    assert len(libraries) == len(set(libraries)) == 12
    assert all(re.fullmatch(r"UA\d{17}", code) for code in settlements)


def test_a_library_stands_in_every_city_and_once_in_every_hromada():
    home = {row["settlement_id"]: row for row in read_rows("settlements.csv")}
    libraries = read_rows("libraries.csv")

    places = [home[row["settlement_id"]] for row in libraries]

    assert {row["name_uk"] for row in home.values() if row["category"] == "M"} <= {row["name_uk"] for row in places}
    assert sorted(row["hromada"] for row in places) == sorted({row["hromada"] for row in home.values()})
    assert all(re.match("припущення: .* / assumption: ", row["source"]) for row in libraries)


def test_unknown_population_is_empty_and_never_zero():
    population = [row["population"] for row in read_rows("settlements.csv")]

    assert population.count("") == 2
    assert "0" not in population


def test_apostrophes_are_all_alike():
    text = "".join((SAMPLE / name).read_text(encoding="utf-8") for name in ("settlements.csv", "libraries.csv"))

    assert "’" in text
    assert not re.search("['`´ʼ‘′]", text)


def test_the_invented_curfew_is_labelled_and_shorter_than_the_visit():
    restricted = [row for row in read_rows("settlements.csv") if row["windows"]]

    assert [(row["name_uk"], row["windows"]) for row in restricted] == [("Торське", "Mon-Fri 10:00-10:30")]
    assert "приклад (вигадано)" in restricted[0]["note"]
    assert "example (invented)" in restricted[0]["note"]
    assert int(restricted[0]["population"]) >= 1000


@pytest.mark.parametrize("name", ["settlements.csv", "libraries.csv", "roads.csv"])
def test_tables_are_utf8_with_bom_and_line_feeds(name):
    content = (SAMPLE / name).read_bytes()

    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")


def test_every_key_of_the_scenario_is_explained():
    keys = list_keys(tomllib.loads(SCENARIO))

    assert keys <= {key for key, _ in DOCUMENTED}


@pytest.mark.parametrize(("key", "comments"), DOCUMENTED, ids=[key for key, _ in DOCUMENTED])
def test_a_key_is_explained_in_ukrainian_and_english(key, comments):
    ukrainian, english = comments

    assert CYRILLIC.search(ukrainian)
    assert not CYRILLIC.search(english)
    if key.rpartition(".")[2] not in {"cycle", "depots", "profiles", "buses", "rules", "dwell", "rhythm", "weights"}:
        assert ("Типово: " in ukrainian) == ("Default: " in english)
        assert ("Обов’язково" in ukrainian) == ("Required" in english)
        assert ("Default: " in english) != ("Required" in english)


def test_dwell_and_rhythm_rules_start_at_zero_and_rise():
    rules = tomllib.loads(SCENARIO)["rules"]

    for name in ("dwell", "rhythm"):
        limits = [rule["from_population"] for rule in rules[name]]
        assert limits[0] == 0
        assert all(low < high for low, high in pairwise(limits))


def test_the_scenario_warns_in_both_languages_that_it_is_no_plan_to_drive():
    scenario = tomllib.loads(SCENARIO)

    assert "не план для поїздок" in scenario["notice_uk"]
    assert "not a plan to drive" in scenario["notice_en"]
    assert "GeoNames" in scenario["attribution"]
