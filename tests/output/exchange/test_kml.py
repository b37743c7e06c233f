"""Stops as KML, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from xml.etree import ElementTree as xml

import geopandas
import pytest
from hostile_world import build_hostile
from plans import tiny_dataset, tiny_geometry, tiny_plan

from bibliobus.domain.calendar import DateSpan
from bibliobus.domain.scenario import Publishing
from bibliobus.output.exchange.kml import NAMESPACE, render_kml
from bibliobus.view.material import Material
from bibliobus.view.visits import span_year
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from pathlib import Path

SPACES = {"k": NAMESPACE}


def make(code: str = "en", span: DateSpan | None = None) -> Material:
    """The tiny plan and what its papers need."""
    plan, dataset = tiny_plan(), tiny_dataset()
    span = span or span_year(plan.cycle.first_day)
    return Material(plan, dataset, tiny_geometry(), Language(code), span)


def read(content: bytes) -> dict[str, tuple[str, str]]:
    """Description and position of each placemark by its name."""
    found = xml.fromstring(content).iterfind(".//k:Placemark", SPACES)
    return {
        str(mark.findtext("k:name", "", SPACES)): (
            str(mark.findtext("k:description", "", SPACES)),
            str(mark.findtext("k:Point/k:coordinates", "", SPACES)),
        )
        for mark in found
    }


def test_another_program_finds_every_stop_where_it_is(tmp_path: Path):
    material = make()
    (tmp_path / "stops.kml").write_bytes(render_kml(material))

    layers = geopandas.list_layers(tmp_path / "stops.kml")["name"]
    read_back = {
        row.Name: (round(row.geometry.y, 6), round(row.geometry.x, 6))
        for layer in layers
        for row in geopandas.read_file(tmp_path / "stops.kml", layer=layer).itertuples()
    }

    stops = {call.settlement_id for call in material.calls}
    assert read_back == {
        material.names[stop]: tuple(round(value, 6) for value in material.geometry.positions[stop]) for stop in stops
    }


@pytest.mark.parametrize(
    ("code", "weekday", "words"), [("en", "Monday", "next visits:"), ("uk", "понеділок", "найближчі відвідування:")]
)
def test_a_stop_says_when_the_bus_comes(code: str, weekday: str, words: str):
    material = make(code)
    told = " ".join(text for text, _ in read(render_kml(material)).values())

    assert weekday in told
    assert words in told
    assert all(bus.name not in told for bus in material.dataset.scenario.buses)


def test_only_dates_of_the_span_are_named_and_a_stop_without_any_is_left_out():
    day = date(2026, 3, 2)
    shown = read(render_kml(make(span=DateSpan(day, day))))

    whole = read(render_kml(make()))
    assert set(shown) < set(whole)
    assert all(text.count("next visits") == 1 for text, _ in shown.values())


def test_it_says_whom_to_ask_and_for_which_dates():
    material = make(span=DateSpan(date(2026, 3, 2), date(2026, 3, 15)))
    publishing = Publishing(phone="+380 00 000 00 00", website="https://example.org")
    scenario = replace(material.dataset.scenario, publishing=publishing)
    material = replace(material, dataset=replace(material.dataset, scenario=scenario))

    said = xml.fromstring(render_kml(material)).findtext("k:Document/k:description", "", SPACES).splitlines()

    assert "Visits from March 2, 2026 to March 15, 2026" in said
    assert {"+380 00 000 00 00", "https://example.org"} <= set(said)


def test_hostile_names_stay_texts():
    material = build_hostile()

    content = render_kml(material)

    assert len(read(content)) == len({call.settlement_id for call in material.calls})
    assert b"<script" not in content


def test_equal_plans_give_equal_bytes():
    assert render_kml(make()) == render_kml(make())
