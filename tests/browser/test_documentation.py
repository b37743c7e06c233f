"""The built documentation: complete, readable from disk without a network, and its search answers questions."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from pages import PAGES, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

LANGUAGES = ("uk", "en")
THEME_WORDS = (
    "Skip to content",
    "Toggle",
    "Back to top",
    "On this page",
    "<title>Contents",
    "<title>Menu",
    "<title>Expand",
    "<title>Light mode",
    "<title>Dark mode",
    "<title>Auto",
    ">Next<",
    ">Previous<",
    ">Home<",
)
"""What the theme says in English."""

QUESTIONS = {
    "uk": {
        "закрили дорогу": "closed-road",
        "закрита дорога": "closed-road",
        "зламався бібліобус": "broken-bus",
        "чому не їдуть": "why-not",
        "встановити без інтернету": "start",
        "розпакувати теку": "start",
        "плакати": "publish",
        "комендантська година": "files/scenario",
        "справжні дороги": "own-area",
        "сьогоднішній графік": "from-timetable",
        "журнал відвідувань": "files/log",
        "другий бібліобус": "what-if",
        "відповідь раді": "answer-council",
        "оприлюднювати зупинки": "explain/security",
        "норматив": "explain/norms",
        "звернення мешканців": "files/requests",
        "rhythm-does-not-divide": "reference/findings",
        "код завершення": "reference/exit-codes",
        "закріпити зупинку": "by-hand",
        "обіцянки": "explain/promises",
    },
    "en": {
        "road closed": "closed-road",
        "closing a road": "closed-road",
        "bus breaks down": "broken-bus",
        "why does the bus not come": "why-not",
        "install without internet": "start",
        "folder for Windows": "start",
        "posters": "publish",
        "curfews": "reference/scenario-keys",
        "real roads": "own-area",
        "timetable of today": "from-timetable",
        "log of visits": "files/log",
        "second bus": "what-if",
        "answer to the council": "answer-council",
        "who may see what": "explain/security",
        "norm": "explain/norms",
        "requests of residents": "files/requests",
        "rhythm-does-not-divide": "reference/findings",
        "exit codes": "reference/exit-codes",
        "keep a stop": "by-hand",
        "promises": "explain/promises",
    },
}
"""What people type, and the page that answers it."""
FIRST = 3
"""Results that are looked at."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the built documentation; without Sphinx the tests are skipped."""
    for needed in ("sphinx", "furo", "myst_parser", "sphinx_design"):
        pytest.importorskip(needed, reason=f"{needed} is in the extra 'docs'")
    folder = tmp_path_factory.mktemp("documentation")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "tools")
        from documentation import main

        # A warning is an error: a link that leads nowhere, a page that no contents name.
        assert main(["--output", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def context(browser: Browser, site: Path) -> Iterator[Any]:
    """Window that reaches nothing but the folder, and keeps what was asked for beyond it and complained about."""
    window = browser.new_context(viewport={"width": 1280, "height": 900})
    window.complaints = []  # type: ignore[attr-defined]

    def decide(route: Any) -> None:
        if route.request.url.startswith(site.as_uri()):
            route.continue_()
        else:
            window.complaints.append(route.request.url)
            route.abort()

    window.route("**/*", decide)
    yield window
    window.close()


@pytest.fixture(scope="module")
def show(context: Any, site: Path) -> Callable[[str], Page]:
    """Opener of pages by their place in the folder."""
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda message: context.complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: context.complaints.append(str(error)))

    def open_page(place: str) -> Page:
        context.complaints.clear()
        page.goto(f"{site.as_uri()}/{place}")
        return page

    return open_page


class Links(HTMLParser):
    """Targets and anchors of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the page refers to, and what can be referred to."""
        self.targets += [value for name, value in attrs if name in ("href", "src") and value]
        self.anchors.update(value for name, value in attrs if name == "id" and value)


def read_links(file: Path) -> Links:
    """Links of a built page."""
    links = Links()
    links.feed(file.read_text(encoding="utf-8"))
    return links


def test_every_page_is_built_and_every_link_leads_somewhere(site):
    pages = {file: read_links(file) for file in sorted(site.rglob("*.html"))}

    names = {code: {name.removesuffix(".md") for name in PAGES[code]} for code in LANGUAGES}
    built = {
        code: {
            file.relative_to(site / code).as_posix().removesuffix(".html")
            for file in pages
            if site / code in file.parents
        }
        for code in LANGUAGES
    }
    assert built == {code: names[code] | {"search"} for code in LANGUAGES}
    broken = []
    for file, links in pages.items():
        for target in links.targets:
            path, _, anchor = unquote(target).partition("#")
            other = (file.parent / path.partition("?")[0]).resolve() if path else file
            if re.match(r"https?:|data:", target):
                continue
            known = pages[other].anchors if other in pages else set()
            if not other.exists() or (anchor and other in pages and anchor not in known and "svg-" not in anchor):
                broken.append((file.relative_to(site).as_posix(), target))
    assert broken == []


def test_nothing_is_asked_for_beyond_the_folder(context, show, site):
    wrong = {}
    for file in sorted(site.rglob("*.html")):
        place = file.relative_to(site).as_posix()
        show(place)
        if context.complaints:
            wrong[place] = list(context.complaints)

    assert wrong == {}


def test_the_theme_speaks_the_language_of_the_page(site):
    texts = {code: [file.read_text(encoding="utf-8") for file in (site / code).rglob("*.html")] for code in LANGUAGES}

    assert all('<html class="no-js" lang="uk-UA"' in text and 'placeholder="Пошук"' in text for text in texts["uk"])
    assert all('<html class="no-js" lang="en"' in text and 'placeholder="Search"' in text for text in texts["en"])
    assert {word for word in THEME_WORDS for text in texts["uk"] if word in text} == set()
    assert {word for word in THEME_WORDS if not any(word in text for text in texts["en"])} == set()


def search(show: Callable[[str], Page], code: str, question: str) -> tuple[str, list[str]]:
    """What the page of results says, and its links in their order."""
    page = show(f"{code}/search.html?q={question}")
    page.wait_for_function("document.querySelector('#search-results .search-summary')?.innerText")
    links = page.locator("#search-results li a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    return page.inner_text("#search-results .search-summary"), links


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_search_answers(code, context, show):
    found = {question: search(show, code, question)[1] for question in QUESTIONS[code]}

    pages = {question: [link.partition(".html")[0] for link in links[:FIRST]] for question, links in found.items()}
    assert {asked: first for asked, first in pages.items() if QUESTIONS[code][asked] not in first} == {}
    assert context.complaints == []


def test_the_search_says_in_ukrainian_how_much_it_has_found(show):
    assert search(show, "uk", "дирижабль") == (
        "Нічого не знайдено. Перевірте, чи немає помилки в словах, або напишіть менше слів.",
        [],
    )
    assert re.fullmatch(r"Знайдено \d+ сторін(ку|ки|ок)\.", search(show, "uk", "рейс")[0])


@pytest.mark.parametrize(
    "place", ["uk/index.html", "uk/publish.html", "en/reference/exit-codes.html", "uk/search.html?q=рейс"]
)
def test_a_page_has_no_serious_barrier_and_fits_a_telephone(place, show):
    from axe_playwright_python.sync_playwright import Axe

    page = show(place)
    found = Axe().run(page).response["violations"]

    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1280, "height": 900})


def test_every_page_leads_to_itself_in_the_other_language(show):
    page = show("uk/closed-road.html")

    page.locator(".other-language a").click()

    assert page.url.endswith("/en/closed-road.html")
    page.locator(".other-language a").click()
    assert page.url.endswith("/uk/closed-road.html")
