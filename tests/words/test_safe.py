"""Text from data, made safe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibliobus.words.safe import clean_text, guard_text, starts_formula


def test_ordinary_text_stays_as_it_is() -> None:
    text = "Ґанок, «Їжак» <b>${x}</b> `\\ \N{RIGHT-TO-LEFT MARK}\N{RIGHT-TO-LEFT OVERRIDE} 🚌 é ʼ"

    cleaned = clean_text(text)

    assert cleaned == text


def test_line_breaks_become_spaces_and_control_characters_go() -> None:
    text = "a\tb\nc\rd\N{LINE SEPARATOR}e\x00f\x1b[2Jg\x7fh\x9bi\ud800j\ufffek\ufdd0l"

    cleaned = clean_text(text)

    assert cleaned == "a b c d ef[2Jghijkl"


@given(st.text(alphabet=st.characters()))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_text(text)

    twice = clean_text(once)

    assert twice == once
    assert once.isprintable() or not any(ord(letter) < 32 for letter in once)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "  =1", "\t=1", "\N{NO-BREAK SPACE}=1", "\x00=1"])
def test_a_text_that_could_be_a_formula_stands_behind_an_apostrophe(text: str) -> None:
    guarded = guard_text(text)

    assert guarded == "'" + clean_text(text)


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "'=1", "Олексієво-Дружківка"])
def test_other_texts_have_no_guard(text: str) -> None:
    guarded = guard_text(text)

    assert guarded == text
    assert not starts_formula(text)
