"""Stops as KML, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from xml.etree import ElementTree as xml

import geopandas
import pytest
from hostile_world import build_hostile
from made import Made
from plans import tiny_dataset, tiny_geometry, tiny_plan

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import DateSpan
from bibliobus.domain.scenario import Publishing
from bibliobus.output.exchange.tracks import NAMESPACE, render_kml
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from pathlib import Path

SPACES = {"k": NAMESPACE}


def make(code: str = "en", span: DateSpan | None = None) -> Made:
    """The tiny plan and what a view of it is made from."""
    return Made(tiny_plan(), tiny_dataset(), tiny_geometry(), Language(code), span)


def render(made: Made) -> bytes:
    """KML as everybody may have it."""
    return render_kml(made.view(Audience.PUBLIC))


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
    made = make()
    (tmp_path / "stops.kml").write_bytes(render(made))

    layers = geopandas.list_layers(tmp_path / "stops.kml")["name"]
    read_back = {
        row.Name: (round(row.geometry.y, 6), round(row.geometry.x, 6))
        for layer in layers
        for row in geopandas.read_file(tmp_path / "stops.kml", layer=layer).itertuples()
    }

    positions = tiny_geometry().positions
    assert read_back == {
        stop.full_name: tuple(round(value, 6) for value in positions[stop.settlement_id]) for stop in made.view().stops
    }


@pytest.mark.parametrize(
    ("code", "weekday", "words"), [("en", "Monday", "next visits:"), ("uk", "понеділок", "найближчі відвідування:")]
)
def test_a_stop_says_when_the_bus_comes(code: str, weekday: str, words: str):
    made = make(code)
    told = " ".join(text for text, _ in read(render(made)).values())

    assert weekday in told
    assert words in told
    assert all(bus.name not in told for bus in made.dataset.scenario.buses)


def test_only_dates_of_the_span_are_named_and_a_stop_without_any_is_left_out():
    day = date(2026, 3, 2)
    shown = read(render(make(span=DateSpan(day, day))))

    whole = read(render(make()))
    assert set(shown) < set(whole)
    assert all(text.count("next visits") == 1 for text, _ in shown.values())


def test_it_says_whom_to_ask_and_for_which_dates():
    made = make(span=DateSpan(date(2026, 3, 2), date(2026, 3, 15)))
    publishing = Publishing(phone="+380 00 000 00 00", website="https://example.org")
    scenario = replace(made.dataset.scenario, publishing=publishing)
    made = replace(made, dataset=replace(made.dataset, scenario=scenario))

    said = xml.fromstring(render(made)).findtext("k:Document/k:description", "", SPACES).splitlines()

    assert "Visits from March 2, 2026 to March 15, 2026" in said
    assert {"+380 00 000 00 00", "https://example.org"} <= set(said)


def test_hostile_names_stay_texts():
    made = build_hostile()

    content = render(made)

    assert len(read(content)) == len(made.view().stops)
    assert b"<script" not in content


def test_equal_plans_give_equal_bytes():
    assert render(make()) == render(make())
