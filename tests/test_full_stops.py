"""No sentence ends in two full stops, whatever its last word is."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import bibliobus
from bibliobus.words.language import LANGUAGES, Language
from bibliobus.words.text import Text, fill_sentence

PACKAGE = Path(bibliobus.__file__).parent
CATALOGUE = PACKAGE / "locale" / "uk" / "LC_MESSAGES" / "bibliobus.po"
DAY = date(2026, 3, 2)
TWO_STOPS = re.compile(r"[^.]\.\.(?!\.)")


def list_templates():
    """Every message of the program that has named places."""
    with CATALOGUE.open("rb") as stream:
        messages = [message.id for message in read_po(stream) if message.id]
    return [template for template in messages if isinstance(template, str) and "{" in template]


def list_places(template):
    """Names of the places of a template."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.upkeep
@pytest.mark.parametrize("code", LANGUAGES)
def test_no_message_with_a_date_has_two_full_stops(code):
    language = Language(code)
    said = {
        template: Text(template, dict.fromkeys(list_places(template), language.date(DAY))).render(language)
        for template in list_templates()
    }

    assert {template: text for template, text in said.items() if TWO_STOPS.search(text)} == {}


@pytest.mark.parametrize(
    ("template", "words", "text"),
    [
        ("Діє з {day}.", {"day": "2 березня 2026 р."}, "Діє з 2 березня 2026 р."),
        ("Діє з {day}. Далі.", {"day": "2 березня 2026 р."}, "Діє з 2 березня 2026 р. Далі."),
        ("Від {day}, до {day}.", {"day": "2026 р."}, "Від 2026 р., до 2026 р."),
        ("Діє з {day}.", {"day": "2 березня"}, "Діє з 2 березня."),
        ("Далі {day}...", {"day": "2026 р."}, "Далі 2026 р...."),
        ("{one} {two}.", {"one": "а.", "two": "б"}, "а. б."),
        ("{count}.", {"count": 1.5}, "1.5."),
    ],
)
def test_a_word_that_ends_in_a_full_stop_ends_the_sentence(template, words, text):
    assert fill_sentence(template, words) == text


def test_sentences_with_dates_are_filled_in_one_place():
    """A message that ends in a named place may be filled by hand only with what is no date."""
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "format":
                words = ast.get_source_segment(text, node) or ""
                if ".date(" in words and '}."' in words:
                    found.append(f"{file.name}: {words}")

    assert found == []
