"""
Make the picture of README from the map of a plan: ``python tools/picture.py PLAN/map.html``.

Needs Chromium, as the browser tests do.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final

PICTURE: Final = Path(__file__).parent.parent / "docs" / "demo-map.png"
WIDTH: Final = 1200
HEIGHT: Final = 900
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> None:
    """Open the page without network and keep what one sees first."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(Path(sys.argv[1]).absolute().as_uri())
        page.wait_for_timeout(1000)
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
