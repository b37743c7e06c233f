"""What must hold for every page, in both languages, in a browser without a network."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from areas import SETTLEMENTS, write_area
from hostile_world import build_hostile, list_names
from plans import tiny_dataset, tiny_made

from bibliobus.cli.main import run
from bibliobus.domain.audience import Audience
from bibliobus.output.pages.hromadas import render_hromada_pages
from bibliobus.output.pages.layers import draw_overview
from bibliobus.output.pages.map import render_map_page
from bibliobus.output.pages.shown import MapOptions
from bibliobus.plan.names import name_settlement
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SERVED = {"s2", "s3", "s4", "s5"}
VIEWS = {
    "planner": (Audience.PLANNER, MapOptions()),
    "council": (Audience.COUNCIL, MapOptions()),
    "hromada": (Audience.COUNCIL, MapOptions("Містецька")),
    "public": (Audience.PUBLIC, MapOptions()),
}
SHEETS = {"planner": (2, 2), "council": (2, 2), "hromada": (2, 2), "public": (2, 1)}
"""Sheets of A4 and of A3 that the page prints on."""


@pytest.mark.parametrize("code", ["uk", "en"])
@pytest.mark.parametrize("audience", VIEWS)
def test_a_map_is_complete_quiet_accessible_and_printable(
    audience: str, code: str, open_page: Callable[..., Any]
) -> None:
    language = Language(code)
    names = {name_settlement(s, language) for s in tiny_dataset().settlements if s.settlement_id in SERVED}

    opened = open_page(_draw(VIEWS[audience], language))

    page = opened.page
    assert page.evaluate("document.documentElement.lang") == code
    assert set(page.locator(".call").evaluate_all("all => all.map(one => one.title)")) == names
    assert set(page.locator("table.stops .find").all_inner_texts()) == names
    assert _find_barriers(page) == []
    assert (_count_sheets(page, "A4"), _count_sheets(page, "A3")) == SHEETS[audience]
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert (opened.requests, opened.complaints) == ([], [])


@pytest.mark.parametrize("code", ["uk", "en"])
def test_the_page_of_a_hromada_is_quiet_accessible_and_printable(code: str, open_page: Callable[..., Any]) -> None:
    language = Language(code)
    pages = dict(render_hromada_pages(replace(tiny_made(), language=language).view(Audience.COUNCIL), "Містецька"))

    opened = open_page(*pages.values())

    page = opened.page
    names = {name_settlement(s, language) for s in tiny_dataset().settlements if s.settlement_id in SERVED}
    assert names < set(page.locator("svg .name").all_text_contents())
    assert names == set(page.locator(".plain").first.locator("tbody th").all_inner_texts())
    assert _find_barriers(page) == []
    assert (_count_sheets(page, "A4"), _count_sheets(page, "A3")) == (1, 1)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert (opened.requests, opened.complaints) == ([], [])


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Pages of a comparison and of a coverage, in both languages, by the program itself."""
    folder = tmp_path_factory.mktemp("reports")
    longer = SETTLEMENTS.replace("980,,", "980,,20")
    for name, settlements in (("old", SETTLEMENTS), ("new", longer)):
        write_area(folder / name / "small", settlements=settlements)
        run(["plan", str(folder / name / "small"), "-o", str(folder / f"{name}-plan"), "--iterations", "0"])
    old, new = str(folder / "old-plan"), str(folder / "new-plan")
    for code in ("uk", "en"):
        comparison, coverage = (str(folder / f"{kind}-{code}.html") for kind in ("comparison", "coverage"))
        run(["compare", old, new, "--format", "html", "-o", comparison, "--lang", code])
        run(["coverage", old, "-o", coverage, "--lang", code])
    return {file.stem: file.read_text(encoding="utf-8") for file in folder.glob("*.html")}


@pytest.mark.parametrize("code", ["uk", "en"])
@pytest.mark.parametrize("kind", ["comparison", "coverage"])
def test_a_report_is_quiet_accessible_and_printable(
    kind: str, code: str, reports: dict[str, str], open_page: Callable[..., Any]
) -> None:
    opened = open_page(reports[f"{kind}-{code}"])

    page = opened.page
    assert page.evaluate("document.documentElement.lang") == code
    assert page.locator(".place").count() >= 5
    assert _find_barriers(page) == []
    assert 1 <= _count_sheets(page, "A4") <= 3
    page.locator(".place").first.press("Enter")
    assert page.locator(".card h3").inner_text() == page.locator(".place").first.get_attribute("title")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert (opened.requests, opened.complaints) == ([], [])


def test_a_barrier_that_is_put_in_is_found(open_page: Callable[..., Any]) -> None:
    page = open_page(_draw(VIEWS["planner"], Language("en")).replace('<html lang="en">', "<html>")).page

    assert [barrier.partition(":")[0] for barrier in _find_barriers(page)] == ["html-has-lang"]


@pytest.mark.parametrize("audience", ["planner", "public"])
def test_thirty_hostile_names_run_nothing_and_read_back_the_same(audience: str, open_page: Callable[..., Any]) -> None:
    reader, options = VIEWS[audience]
    view = build_hostile().view(reader)

    opened = open_page(render_map_page(draw_overview(view, options), view, options), 360, 740)

    page = opened.page
    places = page.evaluate("JSON.parse(document.getElementById('page-data').textContent).places.map((p) => p.name)")
    assert places[:30] == list_names()
    assert sorted(set(page.locator("table.stops .find bdi").all_text_contents())) == sorted(set(list_names()))
    assert sorted(page.locator(".call").evaluate_all("all => all.map(one => one.title)")) == sorted(list_names())
    for at in (0, 1, 2, 3, 16):
        page.evaluate(f"document.querySelector('#stops [data-place=\"{at}\"]').click()")
        assert page.locator(".card h3").last.text_content() == list_names()[at]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("img").count() == 0
    assert (opened.requests, opened.complaints) == ([], [])


def _draw(wanted: tuple[Audience, MapOptions], language: Language) -> str:
    """Page of the tiny plan."""
    reader, options = wanted
    view = replace(tiny_made(), language=language).view(reader)
    return render_map_page(draw_overview(view, options), view, options)


def _find_barriers(page: Page) -> list[str]:
    """What axe-core calls serious or critical, with the elements it finds so."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


def _count_sheets(page: Page, paper: str) -> int:
    """Sheets of paper that the page prints on."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))
