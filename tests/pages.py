"""Pages that people read in the sources, their blocks and the commands in them."""

from __future__ import annotations

import re
from pathlib import Path

from bibliobus.words.language import LANGUAGES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def list_pages(code: str) -> dict[str, str]:
    """Pages of a language by their place in its folder; not what is made from the program."""
    files = sorted((DOCS / code).rglob("*.md"))
    pages = {file.relative_to(DOCS / code).as_posix(): file.read_text(encoding="utf-8") for file in files}
    return {name: text for name, text in pages.items() if not name.startswith("generated/")}


PAGES = {code: list_pages(code) for code in LANGUAGES}
EVERYWHERE = {
    "README.md": (ROOT / "README.md").read_text(encoding="utf-8"),
    "CONTRIBUTING.md": (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
    **{f"docs/{code}/{name}": text for code in LANGUAGES for name, text in PAGES[code].items()},
    **{
        file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted((ROOT / "data" / "settlements").glob("*/README.md"))
    },
}
"""Everything that people read in the sources, by its place."""


def list_blocks(text: str) -> list[tuple[str, str]]:
    """Fenced blocks of a page: what stands behind the fence, and the content; also inside of lists."""
    blocks = re.findall(r"^( *)```(\S*)(?: [^\n]*)?\n(.*?)^\1```$", text, re.DOTALL | re.MULTILINE)
    return [(kind, re.sub(f"^{indent}", "", content, flags=re.MULTILINE)) for indent, kind, content in blocks]


def list_commands(text: str, *kinds: str) -> list[str]:
    """Lines of blocks of some kind that call the program."""
    lines = [line for kind, block in list_blocks(text) if kind in kinds for line in block.splitlines()]
    return [line for line in lines if line.startswith("bibliobus ")]


def strip_blocks(text: str) -> str:
    """Page without its blocks."""
    return re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.DOTALL | re.MULTILINE)
