"""Text of one cell becomes a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibliobus.inputs.tables import cells


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (" 12,5 ", 12.5),
        ("1 234,5", 1234.5),
        ("12\N{NO-BREAK SPACE}345", 12345),
        ("1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567", 1234567),
        ("\N{MINUS SIGN}3.5", -3.5),
        ("1e3", 1000),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: float) -> None:
    parsed = cells.parse_number(text)

    assert parsed == number


@pytest.mark.parametrize(
    "text", ["", "x", "1 2", "12 3456", "1,234.5", "nan", "inf", "1e309", "٣", "1.2.3", "--1", "5 km"]
)
def test_other_texts_are_no_numbers(text: str) -> None:
    with pytest.raises(ValueError):
        cells.parse_number(text)


@given(st.integers(-(10**9), 10**9), st.sampled_from([" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", ""]))
def test_whole_numbers_survive_thousands_spaces(number: int, space: str) -> None:
    text = f"{number:,}".replace(",", space)

    assert cells.parse_whole(text) == number


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_numbers_survive_a_decimal_comma(number: float) -> None:
    text = repr(number).replace(".", ",")

    assert cells.parse_number(text) == number


def test_a_whole_number_may_have_a_zero_behind_the_comma() -> None:
    assert cells.parse_whole("1044,0") == 1044
    with pytest.raises(ValueError):
        cells.parse_whole("1044,5")


def test_yes_and_no_are_understood_in_both_languages() -> None:
    answers = [cells.parse_yes_no(text) for text in ("yes", "ТАК", "1", "True", "no", "ні", "0", "false")]

    assert answers == [True] * 4 + [False] * 4
    with pytest.raises(ValueError):
        cells.parse_yes_no("perhaps")


@pytest.mark.parametrize("mark", "'`´ʼ‘’")
def test_every_apostrophe_between_letters_becomes_the_same(mark: str) -> None:
    assert cells.clean_name(f"Слов{mark}янськ") == "Слов’янськ"


def test_quotes_around_a_word_are_left_alone() -> None:
    assert cells.clean_name("alert('x')") == "alert('x')"


def test_composed_and_decomposed_names_are_the_same() -> None:
    assert cells.clean_name(" Киі\u0308в\u200b  село ") == "Київ село"


@pytest.mark.parametrize("prefix", ["UA", "UА", "ua", "УА"])
def test_look_alike_letters_of_a_code_become_latin(prefix: str) -> None:
    assert cells.clean_id(f" {prefix}14120010010052562") == "UA14120010010052562"


def test_other_ids_stay_as_they_are() -> None:
    assert cells.clean_id("Ягода 1") == "Ягода 1"


def test_category_letters_become_latin_capitals() -> None:
    assert [cells.clean_category(letter) for letter in "ОКРНМТСХВс"] == list("OKPHMTCXBC")


def test_a_list_is_sorted_and_in_lower_case() -> None:
    assert cells.split_list("Ramp; 4x4,ramp;") == ("4x4", "ramp")


@given(st.text())
def test_a_shown_value_is_short_and_printable(text: str) -> None:
    shown = cells.show_value(text)

    assert len(shown) <= cells.MAX_SHOWN
    assert not cells.has_control_characters(shown)


def test_a_similar_word_is_found_whatever_its_case() -> None:
    assert cells.find_similar("WEKES", ["days", "weeks"]) == "weeks"
    assert cells.find_similar("xyz", ["days", "weeks"]) == ""
    assert cells.find_similar("x" * 200, ["x" * 200]) == ""
