"""The order of names in the alphabet, the same on every machine."""

from __future__ import annotations

import unicodedata
from typing import Final, TypeAlias

UKRAINIAN_ALPHABET: Final = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"

AlphabetKey: TypeAlias = tuple[tuple[tuple[int, int], ...], str]

_BLANK, _DIGIT, _OTHER, _LATIN, _UKRAINIAN, _CYRILLIC = range(6)


def alphabet_key(name: str) -> AlphabetKey:
    """
    Find the place of a name in the alphabet.

    Parameters
    ----------
    name
        Name in any letters.

    Returns
    -------
    tuple
        Key to sort by: words first by their letters (digits, Latin without accents, Ukrainian in the order
        of its alphabet, other Cyrillic), case, apostrophes and other marks aside; then by the text itself.
    """
    folded = unicodedata.normalize("NFC", name).casefold().replace("-", " ")
    return tuple(place for letter in folded for place in _places(letter)), name


def _places(letter: str) -> list[tuple[int, int]]:
    """Class of a letter and its place within; none for a mark, several for a letter made of several."""
    if letter in UKRAINIAN_ALPHABET:
        return [(_UKRAINIAN, UKRAINIAN_ALPHABET.index(letter))]
    if letter.isspace():
        return [(_BLANK, 0)]
    if "\u0400" <= letter <= "\u052f":
        return [(_CYRILLIC, ord(letter))]
    return [
        (_DIGIT if part.isdigit() else _LATIN if part.isascii() else _OTHER, ord(part))
        for part in unicodedata.normalize("NFKD", letter)
        if part.isalnum()
    ]
