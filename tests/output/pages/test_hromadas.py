"""Tests of `bibliobus.output.pages.hromadas`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from hostile_world import build_hostile
from plans import tiny_dataset, tiny_made

from bibliobus.domain.audience import Audience
from bibliobus.output.pages.hromadas import name_pages, render_hromada_pages

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset

COUNCIL = Audience.COUNCIL


def test_there_is_a_page_for_each_hromada_and_a_list_of_them() -> None:
    pages = _render(COUNCIL)

    assert sorted(pages) == ["hromada-insha.html", "hromada-mistetska.html", "index.html"]
    assert re.findall(r'<a href="([^"]*)"><bdi>([^<]*)</bdi>', pages["index.html"]) == [
        ("hromada-insha.html", "Insha hromada"),
        ("hromada-mistetska.html", "Mistetska hromada"),
    ]


def test_a_page_holds_what_its_hromada_gets_and_nothing_of_the_others() -> None:
    page = _render(COUNCIL)["hromada-insha.html"]

    assert "<h1><bdi>Insha hromada</bdi></h1>" in page
    assert "1 of 2" in page
    assert re.findall(r'<th scope="row"><bdi>([^<]*)</bdi>', page) == ["Zoloti Prudy", "Daleka Balka"]
    assert "09:20–10:05" in page
    assert "March 4, 18; April 1, 15, 29; May 13" in page
    assert "It gave way to others" in page
    assert "<b><bdi>Peredmistia</bdi></b>: <bdi>Центральна бібліотека</bdi>, 2.0\u00a0km" in page
    assert "Andriivka" not in page


def test_one_hromada_alone_is_one_page_without_a_list() -> None:
    assert list(_render(COUNCIL, hromada="Інша")) == ["hromada-insha.html"]


def test_a_page_for_the_public_has_times_only() -> None:
    page = _render(Audience.PUBLIC)["hromada-insha.html"]

    assert "Zoloti Prudy" in page
    assert "Daleka Balka" not in page
    assert "Центральна" not in page
    assert "headlines" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert "Бібліобус 2" not in page


def test_a_page_has_no_script_at_all_and_two_runs_are_equal() -> None:
    pages = _render(COUNCIL)

    assert not any("<script" in page for page in pages.values())
    assert all("script-src 'none'" in page for page in pages.values())
    assert pages == _render(COUNCIL)


def test_a_hromada_where_the_bus_does_not_call_is_told_so() -> None:
    page = _render(COUNCIL, alone="s8")["hromada-insha.html"]

    assert "The bus does not call here." in page
    assert "No road leads there" in page


def test_files_have_plain_names_that_all_differ() -> None:
    files = name_pages(["Слов’янська", "СЛОВ'ЯНСЬКА", "../../x", "=1+1", "📚", "<script>", "я" * 90])

    assert files["Слов’янська"] == "hromada-slovianska.html"
    assert files["СЛОВ'ЯНСЬКА"] == "hromada-slovianska-2.html"
    assert files["../../x"] == "hromada-x.html"
    assert all(re.fullmatch(r"hromada[a-z0-9-]{0,45}\.html", name) for name in files.values())
    assert len(set(files.values())) == 7


def test_thirty_hostile_hromadas_stay_text() -> None:
    pages = dict(render_hromada_pages(build_hostile("uk").view(COUNCIL)))

    assert len(pages) == 31
    for page in pages.values():
        assert not re.search(r"<(script|img)", page)
        assert "{{" not in re.sub(r"&\w+;|\{\{ 7\*7 \}\}", "", page)


def _render(audience: Audience, hromada: str = "", alone: str = "") -> dict[str, str]:
    """Pages of the tiny plan with two hromadas."""
    made = tiny_made(dataset=_split({alone} if alone else None))
    return dict(render_hromada_pages(made.view(audience), hromada))


def _split(ids: set[str] | None) -> Dataset:
    """Tiny dataset with some settlements in another hromada."""
    dataset, moved = tiny_dataset(), ids or {"s5", "s6", "s7"}
    settlements = (replace(s, hromada="Інша") if s.settlement_id in moved else s for s in dataset.settlements)
    return replace(dataset, settlements=tuple(settlements))


def test_a_hromada_without_stops_has_a_public_page_without_a_drawing() -> None:
    page = _render(Audience.PUBLIC, hromada="Глухоманська")

    assert [text for text in page.values() if "<svg" in text or "<figure" in text] == []
    assert len(page) == 1
