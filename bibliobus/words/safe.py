"""Text from data made safe for the places where a page, a spreadsheet or another program would read it as code."""

from __future__ import annotations

import html
import json
import unicodedata
from typing import Final

GUARD: Final = "'"
FORMULA_STARTS: Final = ("=", "+", "-", "@")

_BLANKS: Final = frozenset("\t\n\v\f\r\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}")
_NEVER_TEXT: Final = frozenset({"Cc", "Cs"})


def clean_text(text: str) -> str:
    """
    Clean a text of what no cell of a table can hold, on one line: a tab or line break is a space.

    Control characters, halves of surrogate pairs and noncharacters are gone; everything else is as it was.
    """
    return "".join(" " if letter in _BLANKS else letter for letter in text if _is_text(letter))


def starts_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula: it begins with ``= + - @``, white space aside."""
    return text.lstrip().startswith(FORMULA_STARTS)


def guard_text(text: str) -> str:
    """Clean a text for a cell of a CSV file, behind an apostrophe if a spreadsheet could take it for a formula."""
    clean = clean_text(text)
    return GUARD + clean if starts_formula(clean) else clean


def _is_text(letter: str) -> bool:
    """Whether XML and a spreadsheet accept the character."""
    if letter in _BLANKS:
        return True
    nonchar = ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF
    return not nonchar and unicodedata.category(letter) not in _NEVER_TEXT


_MARKUP: Final = str.maketrans({"\\": "&#92;", "`": "&#96;", "$": "&#36;", "{": "&#123;", "}": "&#125;"})
_SCRIPT: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def escape_markup(text: str) -> str:
    """Escape text that becomes part of markup inside a script."""
    return html.escape(text, quote=True).translate(_MARKUP)


def embed_json(value: object) -> str:
    """JSON on one line for a ``script`` element: without ``<``, ``>``, ``&`` and the line separators of Unicode."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_SCRIPT)
