"""
Make the pictures of README and of the documentation with the program itself: ``python tools/picture.py``.

Plans the sample area, draws its maps and pages for every reader, builds the documentation, and keeps what one sees
first. Needs Chromium, as the browser tests do.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from documentation import build

from bibliobus.cli.main import run

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DOCS: Final = Path(__file__).parent.parent / "docs"
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
HROMADA: Final = "Лиманська"


@dataclass(frozen=True)
class Picture:
    """
    One picture.

    Parameters
    ----------
    name
        File in ``docs``.
    words
        Words of ``bibliobus map`` behind the plan.
    page
        File to open where a folder is written; empty for the file itself.
    address
        Part of the address after the file, with its ``#`` or ``?``.
    size
        Width and height of the window in pixels.
    paper
        True for the look on paper.
    at
        Element that is scrolled to; empty for the top of the page.
    """

    name: str
    words: tuple[str, ...]
    page: str = ""
    address: str = ""
    size: tuple[int, int] = (1200, 900)
    paper: bool = False
    at: str = ""


PICTURES: Final = (
    Picture("demo-map.png", ()),
    Picture("map-day.png", (), address="#week=1&day=0", at=".switches", size=(1200, 760)),
    Picture("map-phone.png", (), size=(360, 740), at=".switches"),
    Picture("council-map.png", ("--audience", "council", "--hromada", HROMADA)),
    Picture(
        "hromada-page.png",
        ("--audience", "council", "--hromada", HROMADA, "--pages"),
        page="hromada-lymanska.html",
        size=(780, 1060),
        paper=True,
    ),
    Picture("public-map.png", ("--audience", "public"), size=(1200, 760)),
)
OF_DOCUMENTATION: Final = (
    Picture("documentation-start.png", (), page="uk/index.html", size=(1200, 640)),
    Picture("documentation-findings.png", (), page="uk/reference/findings.html", address="#rhythm-does-not-divide"),
    Picture("documentation-search.png", (), page="uk/search.html", address="?q=закрита дорога", size=(1200, 520)),
)
"""Pages of the documentation; their folder is built first."""


def main() -> None:
    """Draw every page from a fresh plan, open it without network, and keep the pictures."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        plan = Path(folder) / "plan"
        assert run(["demo", "-o", str(plan)]) == 0
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        DOCS.mkdir(exist_ok=True)
        for picture in PICTURES:
            out = Path(folder) / picture.name.replace(".png", "" if picture.page else ".html")
            assert run(["map", str(plan), "-o", str(out), *picture.words]) == 0
            take_picture(browser, out / picture.page if picture.page else out, picture)
        site = Path(folder) / "documentation"
        assert build(site) == 0
        for picture in OF_DOCUMENTATION:
            take_picture(browser, site / picture.page, picture)
        browser.close()


def take_picture(browser: Browser, file: Path, picture: Picture) -> None:
    """
    Open a page and keep what one sees.

    Parameters
    ----------
    browser
        A browser.
    file
        The page.
    picture
        How it is looked at.
    """
    width, height = picture.size
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    if picture.paper:
        page.emulate_media(media="print")
    page.goto(file.as_uri() + picture.address)
    if picture.paper:
        page.add_style_tag(content="body { padding: 36px 40px; }")
    page.wait_for_timeout(1000)
    if picture.at:
        page.evaluate(f"document.querySelector({picture.at!r}).scrollIntoView()")
        page.wait_for_timeout(300)
    page.screenshot(path=DOCS / picture.name)
    page.close()


if __name__ == "__main__":
    main()
