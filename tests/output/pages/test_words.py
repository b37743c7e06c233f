"""Tests of `bibliobus.output.pages.page`."""

from __future__ import annotations

from bibliobus.output.pages.page import WORDS, translate_words
from bibliobus.view.style import ROAD_STYLES, Symbol
from bibliobus.words.language import Language


def test_english_words_are_those_of_the_source() -> None:
    assert translate_words(Language("en")) == dict(WORDS)


def test_every_symbol_and_every_kind_of_road_has_words_for_the_legend() -> None:
    names = {symbol.value for symbol in Symbol} | {f"road_{kind}" for kind in ROAD_STYLES}

    assert names <= set(WORDS)
