"""The map of a published plan."""

from __future__ import annotations

import pytest
from folders import copy_folder

from bibliobus.errors import InputError, UsageError
from bibliobus.workflows.draw import draw_plan


def test_the_map_is_the_one_in_the_folder(made_once, tmp_path):
    draw_plan(made_once, tmp_path / "map.html")

    assert (tmp_path / "map.html").read_bytes() == (made_once / "map.html").read_bytes()


def test_the_map_may_have_another_language(made_once, tmp_path):
    draw_plan(made_once, tmp_path / "map.html", language="uk")

    assert b'lang="uk"' in (tmp_path / "map.html").read_bytes()


def test_a_plan_that_breaks_a_rule_is_not_drawn(made_once, tmp_path):
    out = copy_folder(made_once, tmp_path / "out")
    text = (out / "plan.json").read_text(encoding="utf-8")
    (out / "plan.json").write_text(text.replace('"visits": 4', '"visits": 5'), encoding="utf-8")

    with pytest.raises(InputError) as caught:
        draw_plan(out, tmp_path / "map.html")

    assert [finding.code for finding in caught.value.findings] == ["figure-wrong"]
    assert not (tmp_path / "map.html").exists()


def test_a_file_in_the_way_is_kept_without_force(made_once, tmp_path):
    (tmp_path / "map.html").write_bytes(b"mine")

    with pytest.raises(UsageError):
        draw_plan(made_once, tmp_path / "map.html")
    assert (tmp_path / "map.html").read_bytes() == b"mine"

    draw_plan(made_once, tmp_path / "map.html", force=True)
    assert (tmp_path / "map.html").read_bytes() != b"mine"
