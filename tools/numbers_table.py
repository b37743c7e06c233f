"""
Write the table of all numbers and their bounds into docs/numbers.*.md: ``python tools/numbers_table.py``.

With ``--check`` it writes nothing and exits with 1 if a table is not the one it would write.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from bibliobus.inputs.bounds import BOUNDS
from bibliobus.inputs.scenario.write import list_bounds
from bibliobus.words.language import LANGUAGES, Language
from bibliobus.words.text import Number

DOCS: Final = Path(__file__).parent.parent / "docs"
START: Final = "<!-- numbers -->"
END: Final = "<!-- /numbers -->"
HEADS: Final = {
    "en": "| number | least | most | why |",
    "uk": "| число | найменше | найбільше | чому |",
}


def format_table(language: Language, head: str) -> str:
    """
    Format the table.

    Parameters
    ----------
    language
        Language of the reader.
    head
        First line.

    Returns
    -------
    str
        Markdown, without the markers.
    """
    rows = (
        (
            f"`{key}`",
            *(Number(end).render(language) for end in (bound.least, bound.most)),
            language.gettext(bound.reason),
        )
        for key, bound in {**list_bounds(), **BOUNDS}.items()
    )
    return "\n".join([head, "|---|---|---|---|", *(f"| {' | '.join(cells)} |" for cells in rows)])


def main() -> int:
    """
    Update the pages, or check them.

    Returns
    -------
    int
        0 if they have the right tables, or have them now; 1 if a check found another one.
    """
    stale = False
    for name in LANGUAGES:
        page = DOCS / f"numbers.{name}.md"
        text = page.read_text(encoding="utf-8")
        head, _, rest = text.partition(START)
        _, _, tail = rest.partition(END)
        wanted = f"{head}{START}\n{format_table(Language(name), HEADS[name])}\n{END}{tail}"
        stale = stale or wanted != text
        if "--check" not in sys.argv[1:]:
            page.write_text(wanted, encoding="utf-8", newline="\n")
    return int("--check" in sys.argv[1:] and stale)


if __name__ == "__main__":
    sys.exit(main())
