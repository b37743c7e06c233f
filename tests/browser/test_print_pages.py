"""Pages for print in a real browser: day sheets, posters, and the page that leads to all papers."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hostile_world import build_hostile, list_names
from pypdf import PdfReader

from bibliobus.domain.calendar import DateSpan
from bibliobus.output.print.html import Paper, render_index, render_posters_html, render_sheets_html
from bibliobus.output.print.posters import list_posters
from bibliobus.output.print.sheets import list_sheets
from bibliobus.tasks.publish import name_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from made import Made

pytestmark = pytest.mark.browser


def make(language: str) -> Made:
    """Make the plan of hostile names for its first week."""
    material = build_hostile(language)
    first = material.plan.cycle.first_day
    return replace(material, span=DateSpan(first, first + timedelta(days=6)))


def write_sheets(material: Made) -> bytes:
    """Page of the day sheets."""
    return render_sheets_html(material.view(), list_sheets(material.view()))


def write_posters(material: Made) -> bytes:
    """Page of the posters."""
    return render_posters_html(material.view(), list_posters(material.view()))


def write_index(material: Made) -> bytes:
    """Page that leads to all papers."""
    posters = list_posters(material.view())
    calendars = name_files(poster.settlement_id for poster in posters)
    return render_index(material.view(), [Paper("posters.pdf", "posters")], posters, calendars)


PAGES = pytest.mark.parametrize("write", [write_sheets, write_posters, write_index])


@PAGES
@pytest.mark.parametrize("language", ["uk", "en"])
def test_hostile_names_are_shown_and_nothing_runs_or_is_asked_for(
    write: Callable[[Made], bytes], language: str, open_page: Callable[..., Any]
) -> None:
    opened = open_page(write(make(language)).decode())

    shown = " ".join(opened.page.locator("body").inner_text().split())
    names = list_names()[:15]
    assert (opened.requests, opened.complaints) == ([], [])
    assert opened.page.evaluate("document.documentElement.lang") == language
    assert [name for name in names if " ".join(name.split()) not in shown] == []


@PAGES
def test_a_page_has_no_serious_barrier(write: Callable[[Made], bytes], open_page: Callable[..., Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = open_page(write(make("uk")).decode()).page

    found = axe.Axe().run(page).response["violations"]

    assert [
        (one["id"], node["html"][:120])
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ] == []


@PAGES
def test_a_narrow_screen_has_no_sideways_scroll(write: Callable[[Made], bytes], open_page: Callable[..., Any]) -> None:
    page = open_page(write(make("uk")).decode(), width=360, height=740).page

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_index_shows_every_cell_of_a_stop_on_a_telephone(open_page: Callable[..., Any]) -> None:
    page = open_page(write_index(make("uk")).decode(), width=360, height=740).page

    assert page.locator(".scroll").evaluate("one => one.scrollWidth <= one.clientWidth")
    assert page.locator("tbody td").evaluate_all("all => Math.min(...all.map(one => one.clientWidth))") > 300


def test_each_poster_is_printed_on_a_page_of_its_own(open_page: Callable[..., Any]) -> None:
    material = make("uk")
    posters = [
        poster for poster in list_posters(material.view()) if len(poster.name) < 45 and len(poster.district) < 120
    ]
    page = open_page(render_posters_html(material.view(), posters).decode()).page

    printed = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))

    assert len(posters) >= 8
    assert len(printed.pages) == len(posters)
