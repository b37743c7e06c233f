"""The shape in writing: the documented scenario and the reference of its keys."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict
from datetime import date
from difflib import ndiff
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibliobus.domain.fleet import Rates
from bibliobus.domain.scenario import Publishing
from bibliobus.inputs.files import InputFile
from bibliobus.inputs.scenario.problems import walk_keys
from bibliobus.inputs.scenario.read import read_scenario
from bibliobus.inputs.scenario.shape import MoneyShape, PublishShape, ScenarioShape
from bibliobus.inputs.scenario.write import Shown, format_setting, list_reference, read_remarks, write_scenario
from bibliobus.words.language import Language

SAMPLE = (resources.files("bibliobus.samples") / "kramatorsk" / "scenario.toml").read_text(encoding="utf-8")
VALUES = tomllib.loads(SAMPLE)


def test_the_documented_sample_is_its_values_with_the_words_of_the_shape():
    written = write_scenario(VALUES, read_remarks(SAMPLE))

    # Keys that are newer than the sample are added, and nothing else differs.
    changes = [line for line in ndiff(SAMPLE.splitlines(), written.splitlines()) if line[0] in "+-"]
    assert [line for line in changes if line[0] == "-"] == []
    shown = [found[1] for line in changes if (found := re.match(r"\+ (?:# )?(\w+) = ", line))]
    assert all(f"{name} = " not in SAMPLE for name in shown)
    assert len(changes) == 4 * len(shown)


def test_named_values_are_filled_in_and_all_explanations_stay():
    old = write_scenario(VALUES, read_remarks(SAMPLE)).splitlines()
    filled = write_scenario(VALUES | {"title_en": "Mine", "money": {"assumed": True}}, read_remarks(SAMPLE))

    new = filled.splitlines()
    assert [line for line in new if line.startswith("#")] == [line for line in old if line.startswith("#")]
    assert 'title_en = "Mine"' in new
    assert "bus_month = 0.0" in new


def test_the_entries_of_a_list_take_the_place_of_all_of_the_example():
    (bus,) = VALUES["buses"]
    filled = write_scenario(VALUES | {"buses": [bus | {"capacity": 9}, {"id": "b", "name": "B", "max_calls": None}]})

    assert [one["id"] for one in tomllib.loads(filled)["buses"]] == ["bus-1", "b"]
    assert filled.count("# Buses. Repeat the section for each.") == filled.count("# Unique code of the bus.") == 1
    assert "\ncapacity = 9\n" in filled
    assert '[[buses]]\nid = "b"\nname = "B"\n\n' in filled


def test_a_key_is_put_behind_a_mark_and_a_list_left_out():
    filled = write_scenario(VALUES | {"title_en": Shown("Mine"), "curfews": []})

    assert '\n# title_en = "Mine"\n' in filled
    assert "curfews" not in filled
    assert "# [[locks]]" in filled


def test_tables_on_one_line_come_back_as_they_are():
    calendar = {"no_service": [{"first": date(2026, 12, 24), "last": date(2027, 1, 2), "note": "A = {b}"}]}

    filled = write_scenario(VALUES | {"calendar": calendar})

    assert tomllib.loads(filled)["calendar"]["no_service"] == calendar["no_service"]


def test_a_key_that_the_scenario_does_not_have_or_has_no_value_for_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError, match="seasons"):
        write_scenario(VALUES | {"seasons": []})
    with pytest.raises(KeyError, match="rules: .*speed"):
        write_scenario(VALUES | {"rules": {"speed": 1}})
    with pytest.raises(KeyError, match="title_uk"):
        write_scenario({})


def test_every_default_is_the_one_that_is_read_where_the_key_is_missing():
    least = {key: VALUES[key] for key in ("title_uk", "cycle")}
    least |= {"depots": [{"id": "d", "name": "D", "settlement_id": "x"}], "profiles": [{"id": "p"}]}
    least |= {"buses": [{"id": "b", "name": "B", "depot": "d", "profile": "p"}], "title_en": ""}
    bare = "\n".join(line for line in write_scenario(least).splitlines() if not line.startswith("#"))
    keys = {"title_uk", "first_day", "id", "name", "settlement_id", "depot", "profile"}
    short = "\n".join(line for line in bare.splitlines() if line.startswith("[[") or line.split(" = ")[0] in keys)
    short = short.replace("[[rules.dwell]]", "").replace("first_day", "cycle.first_day")

    (long, told), (brief, told_brief) = (read_scenario(InputFile("s.toml", one.encode())) for one in (bare, short))

    assert told == told_brief == []
    assert long.scenario == brief.scenario


def test_what_nobody_has_said_of_papers_and_prices_is_the_default_of_the_file():
    assert Rates(**asdict(MoneyShape())) == Rates()
    assert Publishing(**asdict(PublishShape())) == Publishing()


@pytest.mark.parametrize("name", ["uk", "en"])
def test_the_reference_has_every_key_once_with_words_of_its_language(name):
    rows = list_reference(Language(name))

    keys = [f"{row.section.strip('[]')}.{row.key}".removeprefix(".") for row in rows if row.key]
    assert sorted(keys) == sorted(path for path, key in walk_keys(ScenarioShape) if not key.section)
    assert all(row.words for row in rows)
    assert all(bool(row.least) == bool(row.most) == bool(row.reason) for row in rows)


def test_a_row_of_the_reference_says_unit_default_range_and_reason():
    (row,) = (row for row in list_reference(Language("en")) if row.key == "buffer_min")

    assert (row.section, row.unit, row.default, row.least, row.most) == ("[rules]", "minutes", "5", "0", "120")
    assert row.reason == "two hours in reserve on every leg leave no day to drive"
    assert row.words == "Smallest spare time on a leg, minutes. Default: 5."


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.one_of(texts, st.integers(-(2**53), 2**53), st.floats(-1e9, 1e9), st.dates(), st.lists(texts)))
def test_every_setting_comes_back_from_toml(value):
    line = format_setting(value)

    assert "\n" not in line
    assert tomllib.loads(f"key = {line}") == {"key": value}


def test_a_date_is_no_text():
    assert format_setting(date(2026, 3, 2)) == "2026-03-02"
