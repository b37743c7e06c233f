"""Tests of the map page in a browser without a network."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from plans import tiny_dataset, tiny_geometry, tiny_made, tiny_plan

from bibliobus.output.pages.layers import TILES, draw_overview
from bibliobus.output.pages.map import render_map_page
from bibliobus.output.pages.shown import MapOptions
from bibliobus.words.language import Language, alphabet_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from bibliobus.inputs.area import Dataset

pytestmark = pytest.mark.browser


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
    assert sorted(" ".join(text.split()) for text in shown) == ["A Mon 1", "A Mon 2"]
    assert page.locator(".way:visible").count() == 1
    page.locator("#weeks button", has_text="All").click()
    assert page.locator(".call .badge:visible").count() == 4


def test_a_name_in_the_table_opens_its_card_with_the_next_visits(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    page.get_by_role("button", name="Andriivka", exact=True).last.click()

    card = page.locator(".card")
    assert card.locator("h3").inner_text() == "Andriivka"
    rows = [row.inner_text().split() for row in card.locator("tbody tr").all()]
    assert len(rows) == 6
    assert [row[:5] for row in rows[:2]] == [
        ["March", "2,", "2026", "Monday", "09:20–10:20"],
        ["March", "9,", "2026", "Monday", "10:05–11:05"],
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
    heading = page.locator("#stops thead th", has_text="Time")

    heading.locator("button").press("Enter")
    up = page.locator("#stops tbody .clock:nth-child(6)").all_inner_texts()
    said = heading.get_attribute("aria-sort")
    heading.locator("button").press("Enter")

    assert (up, said) == (sorted(up), "ascending")
    assert page.locator("#stops tbody .clock:nth-child(6)").all_inner_texts() == sorted(up, reverse=True)
    assert heading.get_attribute("aria-sort") == "descending"


def test_names_are_sorted_by_the_ukrainian_alphabet_as_the_program_does(open_page: Callable[..., Any]) -> None:
    names = ["Ґалаґан", "Гай", "Єва", "Жуки", "Енерго", "Їжак", "Інгул", "Йосипівка", "Зоря", "Мар’їнка", "Марія"]
    dataset, plan = tiny_dataset(), tiny_plan()
    near = tuple(replace(plan.accounts[5], settlement_id=f"n{at}") for at in range(len(names)))
    more = tuple(replace(dataset.settlements[5], settlement_id=f"n{at}", name_uk=n) for at, n in enumerate(names))
    plan = replace(plan, accounts=(*plan.accounts, *near))
    dataset = replace(dataset, settlements=(*dataset.settlements, *more))
    geometry = tiny_geometry()
    spots = {**geometry.positions, **{place.settlement_id: (48.7, 37.5) for place in more}}
    view = replace(tiny_made(plan, dataset, replace(geometry, positions=spots)), language=Language("uk")).view()
    page = open_page(render_map_page(draw_overview(view), view)).page
    written = page.locator("#not-needed tbody th").all_inner_texts()

    page.locator("#not-needed thead button").nth(1).click()
    page.locator("#not-needed thead button").first.click()

    assert page.locator("#not-needed tbody th").all_inner_texts() == written
    assert written == sorted(written, key=alphabet_key)
    assert [name for name in written if name[0] in "ГҐЕЄЖІЇЙ"] == [
        *("Гай", "Ґалаґан", "Енерго", "Єва", "Жуки", "Інгул", "Їжак", "Йосипівка")
    ]


def test_the_search_finds_a_settlement_in_any_table(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    page.locator("#search").fill("bALKA")

    assert page.locator("tbody .find:visible").all_inner_texts() == ["Daleka Balka"]
    page.locator("#search").fill("nowhere")
    assert page.locator("#nothing").is_visible()


def test_the_scale_speaks_the_language_of_the_page(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    assert re.fullmatch(r"\d+\u00a0k?m", page.locator(".leaflet-control-scale-line:visible").text_content())


def test_a_bus_shows_only_its_tours(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    page.locator("#bus").select_option("b2")

    assert page.locator(".call").evaluate_all("all => all.map(one => one.title)") == ["Zoloti Prudy"]
    assert page.locator("#days [aria-pressed=true]").inner_text() == "All"
    page.get_by_role("button", name="Monday", exact=True).click()
    assert page.locator(".call").count() == 0
    page.locator("#bus").select_option("")
    assert page.locator(".call").count() == 3


def test_badges_tell_the_day_then_the_order_then_the_time(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page
    badge = page.locator(".call[title=Ivanivka] .badge")

    everything = badge.inner_text().split()
    page.locator("#weeks button", has_text="2").click()
    one_week = badge.inner_text().split()
    page.get_by_role("button", name="Monday", exact=True).click()
    one_day = badge.inner_text().split()

    assert (everything, one_week, one_day) == (["A", "Mon"], ["A", "Mon", "1"], ["A1", "09:20"])


def test_the_address_keeps_what_is_shown_and_brings_it_back(tiny_page: str, open_page: Callable[..., Any]) -> None:
    opened = open_page(tiny_page)
    page = opened.page
    page.locator("#weeks button", has_text="2").click()
    page.get_by_role("button", name="Monday", exact=True).click()
    page.locator("#bus").select_option("b1")
    page.get_by_role("button", name="Ivanivka", exact=True).last.click()

    address = page.evaluate("location.hash")
    page.goto("about:blank")
    page.goto(opened.address + address)

    assert address == "#week=2&day=0&bus=b1&place=s4"
    assert page.evaluate("document.documentElement.dataset.week") == "2"
    assert page.locator("#days [aria-pressed=true]").inner_text() == "Mon"
    assert page.locator("#bus").input_value() == "b1"
    assert page.locator(".card h3").inner_text() == "Ivanivka"
    assert (opened.requests, opened.complaints) == ([], [])


def test_an_address_of_another_plan_is_no_harm(tiny_page: str, open_page: Callable[..., Any]) -> None:
    opened = open_page(tiny_page, address="#week=9&day=x&bus=%3Cb%3E&place=nowhere")

    assert opened.page.locator(".call").count() == 4
    assert opened.page.evaluate("document.documentElement.dataset.week || ''") == ""
    assert opened.complaints == []


def test_the_keyboard_opens_a_card_and_comes_back_to_its_place(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page
    marker = page.locator(".call[title=Ivanivka]")

    marker.press("Enter")
    opened = page.locator(".card h3").inner_text()
    page.locator(".leaflet-popup-close-button").press("Enter")

    assert opened == "Ivanivka"
    assert marker.get_attribute("aria-label") == "Ivanivka: Monday 09:20–09:50"
    page.locator(".card").wait_for(state="detached")
    assert page.evaluate("document.activeElement.title") == "Ivanivka"


def test_escape_closes_a_card(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page
    page.locator(".call[title=Ivanivka]").press("Enter")
    page.locator(".card").wait_for()

    page.keyboard.press("Escape")

    page.locator(".card").wait_for(state="detached")


def test_only_tiles_are_fetched_and_only_when_they_are_asked_for(open_page: Callable[..., Any]) -> None:
    view, options = tiny_made().view(), MapOptions(tiles=True)

    opened = open_page(render_map_page(draw_overview(view, options), view, options))

    opened.page.locator(".leaflet-tile").first.wait_for(state="attached")
    assert opened.requests
    assert {address[: len(TILES)] for address in opened.requests} == {TILES}
    assert opened.page.locator(".call").count() == 4


def test_the_first_key_leads_past_the_map_to_the_timetable(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page

    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent") == "To the timetable"
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('#timetable').getBoundingClientRect().top") < 20
    assert page.locator(".call").count() == 4


def test_only_what_is_chosen_is_printed(tiny_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(tiny_page).page
    page.get_by_role("button", name="Wednesday", exact=True).click()

    page.pdf(format="A4")

    assert page.locator(".call").evaluate_all("all => all.map(one => one.title)") == ["Zoloti Prudy"]
    assert page.evaluate("document.documentElement.className") == ""


def _page(dataset: Dataset) -> str:
    """Page of the tiny plan in English."""
    view = tiny_made(dataset=dataset).view()
    return render_map_page(draw_overview(view), view)


def _overlap(one: list[float], two: list[float]) -> bool:
    """Whether two boxes of left, top, right, bottom have more than an edge in common."""
    return one[0] < two[2] - 1 and two[0] < one[2] - 1 and one[1] < two[3] - 1 and two[1] < one[3] - 1
