"""The map of a published plan."""

from __future__ import annotations

import pytest
from areas import SCENARIO, SETTLEMENTS, write_area
from folders import copy_folder

from bibliobus.domain.audience import Audience
from bibliobus.findings import InputError, UsageError
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.plan import plan_area
from bibliobus.tasks.publish import MapRequest, draw_pages, draw_plan
from bibliobus.words.language import Language


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


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.COUNCIL])
def test_a_map_that_leaves_the_house_stops_at_a_stop_that_must_not_be_published(tmp_path, audience):
    area = write_area(tmp_path / "area", scenario=SCENARIO + '\n[publish]\nno_publish = ["north"]\n')
    plan_area(area, tmp_path / "out", options=SearchOptions(seed=1, iterations=3))

    with pytest.raises(InputError) as caught:
        draw_plan(tmp_path / "out", tmp_path / "map.html", request=MapRequest(audience), language="en")

    (finding,) = caught.value.findings
    assert finding.code == "stops-not-public"
    assert finding.sentence.render(Language("en")) == "Stops of this plan must not be published: Pivnichne."
    assert not (tmp_path / "map.html").exists()
    draw_plan(tmp_path / "out", tmp_path / "map.html", request=MapRequest(Audience.PLANNER))


def test_an_area_without_hromadas_has_no_pages(tmp_path):
    text = SETTLEMENTS.replace(",Мала,", ",,")
    area = write_area(tmp_path / "area", settlements=text)
    plan_area(area, tmp_path / "out", options=SearchOptions(seed=1, iterations=3))

    with pytest.raises(UsageError) as caught:
        draw_pages(tmp_path / "out", tmp_path / "pages", request=MapRequest(Audience.COUNCIL))

    assert [finding.code for finding in caught.value.findings] == ["hromada-none"]
