"""The pages about numbers have the bounds that the program has, each with its reason in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bibliobus.inputs.bounds import BOUNDS
from bibliobus.inputs.scenario.write import list_bounds
from bibliobus.words.language import Language
from bibliobus.words.text import Number

pytestmark = pytest.mark.upkeep

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("name", ["en", "uk"])
def test_every_bound_stands_on_the_page_as_it_is(name):
    language, page = Language(name), (DOCS / f"numbers.{name}.md").read_text(encoding="utf-8")
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|")) for line in page.splitlines() if line[:3] == "| `"
    ]

    expected = [
        (
            f"`{key}`",
            Number(bound.least).render(language),
            Number(bound.most).render(language),
            language.gettext(bound.reason),
        )
        for key, bound in {**list_bounds(), **BOUNDS}.items()
    ]
    assert rows == expected


@pytest.mark.parametrize("topic", ["numbers", "verification"])
def test_both_languages_have_the_same_parts(topic):
    pages = [(DOCS / f"{topic}.{name}.md").read_text(encoding="utf-8") for name in ("en", "uk")]

    shapes = [[line.split()[0] for line in page.splitlines() if re.match(r"#|\||- ", line)] for page in pages]
    assert shapes[0] == shapes[1]
