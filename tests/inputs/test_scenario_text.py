"""A documented scenario is filled in with values of one's own."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibliobus.inputs.scenario_text import fill_scenario, format_setting

EXAMPLE = """\
# Title.
title = "Example"

# Buses.
# Repeat it.
[[buses]]

# Unique.
id = "one"

# Unknown unless given.
# lat = 48.7

# Comes second.
[[buses]]
id = "two"

# Rules.
[rules]

# Spare time.
buffer = 10
"""


def test_named_values_are_filled_in_and_all_explanations_stay():
    filled = fill_scenario(EXAMPLE, {"": [{"title": "Mine"}], "rules": [{"buffer": 0}]})

    assert filled == EXAMPLE.replace('"Example"', '"Mine"').replace("buffer = 10", "buffer = 0")


def test_the_entries_of_a_list_take_the_place_of_all_of_the_example():
    filled = fill_scenario(EXAMPLE, {"buses": [{"id": "a", "lat": 48.5}, {"id": "b", "lat": None}]})

    assert tomllib.loads(filled)["buses"] == [{"id": "a", "lat": 48.5}, {"id": "b"}]
    assert filled.count("# Repeat it.") == filled.count("# Unique.") == 1
    assert "Comes second" not in filled
    assert "# Rules.\n[rules]" in filled


def test_a_key_and_a_table_can_be_taken_out():
    filled = fill_scenario(EXAMPLE, {"": [{"title": None}], "buses": [], "seasons": []})

    assert tomllib.loads(filled) == {"rules": {"buffer": 10}}


def test_a_table_or_key_that_the_example_lacks_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError, match="seasons"):
        fill_scenario(EXAMPLE, {"seasons": [{"winter": True}]})
    with pytest.raises(KeyError, match="speed"):
        fill_scenario(EXAMPLE, {"rules": [{"speed": 1}]})


def test_nothing_changes_in_a_sample_when_nothing_is_filled_in():
    sample = Path(__file__).parents[2] / "data" / "settlements" / "kramatorsk" / "scenario.toml"
    text = sample.read_text(encoding="utf-8")

    assert fill_scenario(text, {}) == text


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.one_of(texts, st.integers(-(2**53), 2**53), st.floats(-1e9, 1e9), st.dates(), st.lists(texts)))
def test_every_setting_comes_back_from_toml(value):
    line = format_setting(value)

    assert "\n" not in line
    assert tomllib.loads(f"key = {line}") == {"key": value}


def test_a_date_is_no_text():
    assert format_setting(date(2026, 3, 2)) == "2026-03-02"
