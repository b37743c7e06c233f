"""The order of names."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from bibliobus.alphabet import UKRAINIAN_ALPHABET, alphabet_key


def _mix(names: list[str]) -> list[str]:
    """Names in another order, the same at every run."""
    return random.Random(1).sample(names, len(names))


def test_the_alphabet_has_33_letters_in_the_right_places() -> None:
    letters = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"

    ordered = sorted(letters.upper(), key=alphabet_key)

    assert len(set(UKRAINIAN_ALPHABET)) == 33
    assert "".join(ordered).lower() == letters


def test_ukrainian_names_stand_in_the_order_of_a_dictionary() -> None:
    names = ["Ганнівка", "Ґанок", "Дружківка", "Елеватор", "Євгенівка", "Иржавець", "Іванівка", "Їжаківка", "Йосипівка"]

    ordered = sorted(_mix(names), key=alphabet_key)

    assert ordered == names


def test_words_come_before_longer_words_and_marks_do_not_count() -> None:
    names = ["Нове", "Нове Місто", "Нове-Поле", "Новий", "Прибуття", "П’ятигірське", "П'ять"]

    ordered = sorted(_mix(names), key=alphabet_key)

    assert ordered == ["Нове", "Нове Місто", "Нове-Поле", "Новий", "Прибуття", "П’ятигірське", "П'ять"]


def test_digits_and_latin_letters_come_before_cyrillic_ones_and_accents_do_not_count() -> None:
    names = ["1 Травня", "Elan", "Élan", "Elaz", "Straße", "ω", "Андріївка", "Ы"]

    ordered = sorted(_mix(names), key=alphabet_key)

    assert ordered == ["1 Травня", "ω", "Elan", "Élan", "Elaz", "Straße", "Андріївка", "Ы"]


@given(st.lists(st.text(max_size=8), max_size=8))
def test_every_text_has_a_place_and_the_order_does_not_depend_on_the_start(names: list[str]) -> None:
    mixed = _mix(names)

    ordered = sorted(mixed, key=alphabet_key)

    assert ordered == sorted(names, key=alphabet_key)
