"""Text of one cell → a value, and what may have been meant by a word that is not known."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.words.language import N_
from bibliobus.words.text import Name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.domain.places import Settlement
    from bibliobus.findings import Finding, FindingKind, Place

MAX_SHOWN: Final = 60
MAX_ID: Final = 100
# Prefixes under which the network keeps depots and libraries.
RESERVED_PREFIXES: Final = ("depot/", "library/")

_SPACES: Final = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}"
_NUMBER: Final = re.compile(
    rf"[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+)(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?"
)
_APOSTROPHE: Final = re.compile(r"(?<=[^\W\d_])['`´ʼ‘’‛](?=[^\W\d_])")
_KATOTTG: Final = re.compile(r"[UuУу][AaАа]([0-9]{17})")
_CATEGORY_LETTERS: Final = str.maketrans("ОКРНМТСХВ", "OKPHMTCXB")
_INVISIBLE: Final = re.compile("[\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{SOFT HYPHEN}\N{WORD JOINER}]")
# Marks that turn the direction of a text around can make one name look like another.
_DIRECTION_MARKS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def parse_number(text: str) -> float:
    """
    Parse a number as people write it.

    ``text``: Digits with a decimal point or comma; spaces between groups of three digits are allowed.
    """
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(text)
    number = float(re.sub(f"[{_SPACES}]", "", plain).replace(",", "."))
    if not math.isfinite(number):
        raise ValueError(text)
    return number + 0.0  # a zero has no sign


def parse_whole(text: str) -> int:
    """
    Parse a whole number.

    ``text``: As for `parse_number`; ``1044,0`` is whole too.
    """
    number = parse_number(text)
    if not number.is_integer():
        raise ValueError(text)
    return int(number)


def parse_yes_no(text: str) -> bool:
    """
    Parse an answer.

    ``text``: ``yes``, ``true``, ``1`` or ``так``; ``no``, ``false``, ``0`` or ``ні``, in any letter case.
    """
    answers = dict.fromkeys(("yes", "true", "1", "так"), True) | dict.fromkeys(("no", "false", "0", "ні"), False)
    answer = answers.get(text.strip().casefold())
    if answer is None:
        raise ValueError(text)
    return answer


def tidy_text(text: str) -> str:
    """Tidy a text without changing what it says."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def clean_name(text: str) -> str:
    """Tidy a name."""
    return _APOSTROPHE.sub("\N{RIGHT SINGLE QUOTATION MARK}", tidy_text(text))


def clean_id(text: str) -> str:
    """
    Tidy an id.

    Returns as `tidy_text`; a KATOTTG code gets Latin capital letters.
    """
    plain = tidy_text(text)
    code = _KATOTTG.fullmatch(plain)
    return f"UA{code[1]}" if code else plain


def clean_category(text: str) -> str:
    """Tidy a category of the codifier."""
    return tidy_text(text).upper().translate(_CATEGORY_LETTERS)


def split_list(text: str) -> tuple[str, ...]:
    """
    Split a list such as ``ramp; 4x4``.

    Returns the words in lower case, sorted, each once.
    """
    words = (tidy_text(word).casefold() for word in re.split("[;,]", text))
    return tuple(sorted({word for word in words if word}))


def has_control_characters(text: str) -> bool:
    """
    Tell whether a text holds characters that cannot be printed or that turn its direction around.

    Returns true if it does; a line break counts.
    """
    return any(unicodedata.category(mark) in ("Cc", "Cs") or mark in _DIRECTION_MARKS for mark in text)


def show_value(value: object) -> str:
    """
    Format a value found in a file for a sentence.

    ``value``: Anything; text may be long or hold control characters.
    """
    text = value if isinstance(value, str) else str(value)
    head = "".join("\N{REPLACEMENT CHARACTER}" if has_control_characters(mark) else mark for mark in text[:MAX_SHOWN])
    return head if len(text) <= MAX_SHOWN else f"{head[:-1]}…"


def show_name(settlement: Settlement) -> Name:
    """Format the name of a settlement for a sentence."""
    return Name(show_value(settlement.name_uk), show_value(settlement.name_latin))


def find_similar(word: str, choices: Iterable[str]) -> str:
    """
    Find the choice somebody may have meant.

    ``choices``: What can be written; beyond 2,000 choices none is looked for.

    Returns the most similar choice; empty if none is similar.
    """
    known = sorted(choices)
    if len(word) > MAX_ID or len(known) > 2000:
        return ""
    lower = {choice.casefold(): choice for choice in reversed(known)}
    close = difflib.get_close_matches(word.casefold(), lower, n=1, cutoff=0.7)
    return lower[close[0]] if close else ""


DID_YOU_MEAN: Final = N_("Did you mean “{similar}”?")


def find_unknown(
    kind: FindingKind, place: Place, word: str, choices: Iterable[str], synonyms: Iterable[str] = ()
) -> Finding:
    """
    Make a finding for a word that is none of the known ones.

    ``kind``: Kind with a place for ``{value}`` in its sentence, and for ``{known}`` in its hint if it likes.
    ``choices``: What is known; named in the hint if nothing is similar.
    ``synonyms``: Other words that may have been meant, not named in the hint.
    """
    known = list(choices)
    similar = find_similar(word, {*known, *synonyms})
    if similar:
        return replace(kind, hint=DID_YOU_MEAN).at(place, value=show_value(word), similar=show_value(similar))
    return kind.at(place, value=show_value(word), known=", ".join(show_value(choice) for choice in known))
