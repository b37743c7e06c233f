"""
Write the tables of readers into docs/audiences.en.md and docs/audiences.uk.md: ``python tools/audiences_table.py``.

With ``--check`` it writes nothing and exits with 1 if a table is not the one it would write.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from bibliobus.domain.audience import Audience, Thing, read_things
from bibliobus.output.registry import Output, list_outputs
from bibliobus.words.language import Language

DOCS: Final = Path(__file__).parent.parent / "docs"
START: Final = "<!-- {name} -->"
END: Final = "<!-- /{name} -->"
READERS: Final = {
    "en": {
        Audience.PLANNER: "planner",
        Audience.COUNCIL: "council",
        Audience.DRIVER: "driver",
        Audience.PUBLIC: "public",
    },
    "uk": {
        Audience.PLANNER: "планувальник",
        Audience.COUNCIL: "рада",
        Audience.DRIVER: "водій",
        Audience.PUBLIC: "усі",
    },
}
"""Headings of the readers by language."""
HEADS: Final = {
    "en": ("what", "paper", "for whom by default", "for whom else"),
    "uk": ("що", "документ", "типово для кого", "для кого ще"),
}
ANSWERS: Final = {"en": ("no", "yes"), "uk": ("ні", "так")}


def format_things(things: list[Thing], code: str) -> str:
    """
    Format who may see what.

    Parameters
    ----------
    things
        Rows in their order.
    code
        ``en`` or ``uk``.

    Returns
    -------
    str
        Markdown, without the markers.
    """
    heads = [HEADS[code][0], *(READERS[code][one] for one in Audience)]
    rows = [
        [thing.title_uk if code == "uk" else thing.title_en] + [ANSWERS[code][one in thing.seen_by] for one in Audience]
        for thing in things
    ]
    return _format(heads, rows)


def format_papers(papers: list[Output], code: str) -> str:
    """
    Format whose paper each paper is.

    Parameters
    ----------
    papers
        Rows in their order.
    code
        ``en`` or ``uk``.

    Returns
    -------
    str
        Markdown, without the markers.
    """
    names = READERS[code]
    rows = [
        [
            Language(code).gettext(paper.about),
            names[paper.audiences[0]],
            ", ".join(names[one] for one in paper.audiences[1:]),
        ]
        for paper in papers
    ]
    return _format(list(HEADS[code][1:]), rows)


def update(text: str, code: str) -> str:
    """
    Put the tables into a page.

    Parameters
    ----------
    text
        The page with its markers.
    code
        ``en`` or ``uk``.

    Returns
    -------
    str
        The same with the right tables.
    """
    tables = {
        "things": format_things(list(read_things().values()), code),
        "papers": format_papers(list(list_outputs().values()), code),
    }
    for name, table in tables.items():
        start, end = START.format(name=name), END.format(name=name)
        head, _, rest = text.partition(start)
        _, _, tail = rest.partition(end)
        text = f"{head}{start}\n{table}\n{end}{tail}"
    return text


def main() -> int:
    """
    Update the pages, or check them.

    Returns
    -------
    int
        0 if the pages have the right tables, or have them now; 1 if a check found others.
    """
    wrong = 0
    for code in READERS:
        page = DOCS / f"audiences.{code}.md"
        text = page.read_text(encoding="utf-8")
        wanted = update(text, code)
        if "--check" not in sys.argv[1:]:
            page.write_text(wanted, encoding="utf-8", newline="\n")
        wrong |= int(wanted != text)
    return wrong if "--check" in sys.argv[1:] else 0


def _format(heads: list[str], rows: list[list[str]]) -> str:
    """Markdown of a table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    sys.exit(main())
