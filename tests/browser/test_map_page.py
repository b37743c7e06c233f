"""Tests of the map page in a browser without a network."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from plans import tiny_dataset, tiny_geometry, tiny_plan

from bibliobus.language import Language
from bibliobus.maps.map_page import render_page
from bibliobus.maps.overview import draw_overview

if TYPE_CHECKING:
    from collections.abc import Callable

    from bibliobus.inputs.dataset import Dataset

pytestmark = pytest.mark.browser

HOSTILE = (
    "<img src=x onerror=\"window.PWN='img'\">",
    "</script><script>window.PWN='script'</script>",
    "${window.PWN='template'}`;window.PWN='tick';`",
    "{{ 7 * 7 }}{% for x in y %}\\",
    "\u202eправо\u200fналіво'\"",
    "<svg/onload=\"window.PWN='svg'\">",
    "javascript:window.PWN='link'",
    "ДужеДовгаНазва" * 21 + "кінець",
)


@pytest.fixture(scope="module")
def tiny_page() -> str:
    """Page of the tiny plan in English."""
    return _page(tiny_dataset())


def test_the_page_asks_for_nothing_and_complains_about_nothing(tiny_page: str, open_page: Callable[..., Any]) -> None:
    opened = open_page(tiny_page)

    opened.page.locator("#stops .find").first.click()
    opened.page.locator("#home").click()

    assert (opened.requests, opened.complaints) == ([], [])
    assert opened.page.evaluate("document.documentElement.lang") == "en"


def test_every_served_settlement_is_a_marker_and_a_row(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    markers = page.locator(".call").evaluate_all("all => all.map(one => one.title)")
    rows = page.locator("#stops .find").all_inner_texts()

    assert set(markers) == set(rows) == {"Andriivka", "Yelyzavetivka", "Ivanivka", "Zoloti Prudy"}
    assert page.locator(".place").count() == 9


def test_all_names_fit_on_the_tiny_map(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    names = page.locator(".label:visible").all_inner_texts()

    assert len(names) == 8


def test_labels_and_badges_do_not_cover_each_other(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    boxes = page.locator(".label:visible, .call .badge:visible").evaluate_all(
        "all => all.map(one => { const b = one.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })"
    )

    assert not [(one, two) for i, one in enumerate(boxes) for two in boxes[:i] if _overlap(one, two)]


def test_a_layer_can_be_switched_off_and_on(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page
    switch = page.locator("#tours label", has_text="Monday").locator("input")

    switch.uncheck()
    hidden = page.locator(".call").evaluate_all("all => all.map(one => one.title)")
    switch.check()

    assert hidden == ["Zoloti Prudy"]
    assert page.locator(".call").count() == 4


def test_a_day_shows_only_its_tours(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    page.get_by_role("button", name="Wednesday", exact=True).click()

    assert page.locator(".call").evaluate_all("all => all.map(one => one.title)") == ["Zoloti Prudy"]
    assert page.locator("#days [aria-pressed=true]").get_attribute("aria-label") == "Wednesday"
    page.locator("#days button").first.click()
    assert page.locator(".call").count() == 4


def test_a_week_shows_only_its_tours(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    page.locator("#weeks button", has_text="2").click()

    shown = page.locator(".call .badge > span:visible").all_inner_texts()
    assert sorted(re.sub(r"\s+", "", text) for text in shown) == ["Mon2A1", "Mon2A2"]
    assert page.locator(".way:visible").count() == 2  # a line and its white core
    page.locator("#weeks button", has_text="All").click()
    assert page.locator(".call .badge:visible").count() == 4


def test_a_name_in_the_table_opens_its_card_with_times_by_week(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    page.get_by_role("button", name="Andriivka", exact=True).last.click()

    card = page.locator(".card")
    assert card.locator("h3").inner_text() == "Andriivka"
    rows = [row.inner_text().split() for row in card.locator("tbody tr").all()]
    assert [(row[0], row[1], row[5]) for row in rows] == [
        ("1", "Monday", "09:20–10:20"),
        ("2", "Monday", "10:05–11:05"),
    ]


def test_a_name_whose_layer_and_week_are_hidden_brings_them_back(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page
    page.locator("#days button", has_text="Wed").click()
    page.locator("#weeks button", has_text="1").click()

    page.get_by_role("button", name="Ivanivka", exact=True).last.click()

    assert page.locator(".card h3").inner_text() == "Ivanivka"
    assert page.locator(".call[title=Ivanivka] .badge").is_visible()


def test_an_unserved_place_says_why_in_its_card(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    page.locator(".place.impossible").press("Enter")

    assert "Not served. No road leads there" in page.locator(".card").inner_text()


def test_a_column_is_sorted_both_ways_and_says_so(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page
    heading = page.locator("#stops thead th", has_text="Arrival")

    heading.locator("button").press("Enter")
    up = page.locator("#stops tbody td:nth-child(7)").all_inner_texts()
    said = heading.get_attribute("aria-sort")
    heading.locator("button").press("Enter")

    assert (up, said) == (sorted(up), "ascending")
    assert page.locator("#stops tbody td:nth-child(7)").all_inner_texts() == sorted(up, reverse=True)
    assert heading.get_attribute("aria-sort") == "descending"


def test_the_search_finds_a_settlement_in_any_table(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    page.locator("#search").fill("bALKA")

    assert page.locator("tbody .find:visible").all_inner_texts() == ["Daleka Balka"]
    page.locator("#search").fill("nowhere")
    assert page.locator("#nothing").is_visible()


def test_the_scale_speaks_the_language_of_the_page(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    assert re.fullmatch(r"\d+\u00a0k?m", page.locator(".leaflet-control-scale-line:visible").text_content())


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_page_does_not_scroll_sideways(tiny_page: str, open_page: Callable[..., Any], width: int) -> None:
    page = open_page(tiny_page, width, 800).page

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_runs_nothing_and_shows_as_text(name: str, open_page: Callable[..., Any]) -> None:
    opened = open_page(_page(_renamed(name)), 360, 800)

    opened.page.locator("#stops .find").first.click()
    opened.page.wait_for_function("document.querySelector('.card h3')")

    page = opened.page
    assert page.evaluate("window.PWN") is None
    assert (opened.requests, opened.complaints) == ([], [])
    assert page.locator(".card h3").text_content() == name
    assert page.locator("#stops .find bdi").first.text_content() == name
    assert page.locator("#tours bdi").first.text_content() == f"A · {name} · Monday"
    assert page.locator(".label").first.text_content() == name
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("img").count() == 0


def test_it_prints_on_two_pages_of_paper(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    paper = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 2
    assert page.evaluate("document.documentElement.className") == ""


def _page(dataset: Dataset) -> str:
    """Page of the tiny plan in English."""
    language, plan = Language("en"), tiny_plan()
    return render_page(draw_overview(plan, dataset, tiny_geometry(), language), plan, dataset, language)


def _renamed(name: str) -> Dataset:
    """Tiny dataset in which everything that can have a name has this one."""
    dataset = tiny_dataset()
    scenario = dataset.scenario
    return replace(
        dataset,
        settlements=tuple(replace(s, name_uk=name, name_latin=name, hromada=name) for s in dataset.settlements),
        libraries=tuple(replace(library, name=name, source=name) for library in dataset.libraries),
        scenario=replace(
            scenario,
            title_en=name,
            notice_en=name,
            attribution=name,
            buses=tuple(replace(bus, name=name) for bus in scenario.buses),
            depots=tuple(replace(depot, name=name) for depot in scenario.depots),
        ),
    )


def _overlap(one: list[float], two: list[float]) -> bool:
    """Whether two boxes of left, top, right, bottom have more than an edge in common."""
    return one[0] < two[2] - 1 and two[0] < one[2] - 1 and one[1] < two[3] - 1 and two[1] < one[3] - 1
