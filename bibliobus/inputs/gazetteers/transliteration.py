"""Ukrainian names in Latin letters, and what is left of a Latin name when the way of writing it does not matter."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LETTERS: Final = dict(
    zip(
        "абвгґдезиіклмнопрстуфх",
        ("a", "b", "v", "h", "g", "d", "e", "z", "y", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh"),
        strict=True,
    )
) | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "'": "", "’": "", "ʼ": ""}
_AT_START: Final = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_INSIDE: Final = {"є": "ie", "ї": "i", "й": "i", "ю": "iu", "я": "ia"}


def transliterate(name: str) -> str:
    """
    Write a Ukrainian name in Latin letters.

    Parameters
    ----------
    name
        Name in Ukrainian letters; others are kept.

    Returns
    -------
    str
        The name by the official table, letter case as in the name.

    Notes
    -----
    Resolution of the Cabinet of Ministers of Ukraine No. 55 of 27.01.2010: ``зг`` is ``zgh``; ``є ї й ю я`` differ at
    the beginning of a word; the soft sign and the apostrophe are not written.
    """
    return re.sub(r"[^\W\d_][\w'’ʼ]*", lambda word: _transliterate_word(word[0]), unicodedata.normalize("NFC", name))


def fold_latin(name: str) -> str:
    """
    Reduce a Latin name to what all ways of writing it have in common.

    Parameters
    ----------
    name
        Name in Latin letters, by any of the usual tables (official, BGN/PCGN, scholarly).

    Returns
    -------
    str
        Lower-case letters only: without accents and apostrophes, ``y``, ``j`` and ``i`` alike and never doubled.
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = re.sub("[^a-z]", "", plain)
    return re.sub("i+", "i", re.sub("[yj]", "i", letters))


def fold_cyrillic(name: str) -> str:
    """
    Reduce a Cyrillic name to its letters.

    Parameters
    ----------
    name
        Name in Cyrillic letters.

    Returns
    -------
    str
        Lower-case letters and digits only: no apostrophes, hyphens, spaces and accents.
    """
    # An accent that marks the stress is dropped; the marks of й and ї are part of the letter.
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFD", name.casefold()).replace("\u0301", ""))
    return "".join(mark for mark in plain if mark.isalnum())


def _transliterate_word(word: str) -> str:
    """One word, its first letter large if it was."""
    lower = word.casefold()
    parts = []
    for at, letter in enumerate(lower):
        if lower[at - 1 : at + 1] == "зг":
            parts.append("gh")
        else:
            special = _INSIDE if at else _AT_START
            parts.append(special.get(letter, _LETTERS.get(letter, letter)))
    latin = "".join(parts)
    if len(word) > 1 and word.isupper():
        return latin.upper()
    return latin[:1].upper() + latin[1:] if word[:1].isupper() else latin
