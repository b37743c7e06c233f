"""Text from data made safe for the places where a page would read it as code."""

from __future__ import annotations

import html
import json
from typing import Final

_MARKUP: Final = str.maketrans({"\\": "&#92;", "`": "&#96;", "$": "&#36;", "{": "&#123;", "}": "&#125;"})
_SCRIPT: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def escape_markup(text: str) -> str:
    """
    Escape text that becomes part of markup inside a script.

    Parameters
    ----------
    text
        Any text from data.

    Returns
    -------
    str
        Text that a browser shows as it was: no tag, no end of a string or template literal of a
        script, no expression of a template engine.
    """
    return html.escape(text, quote=True).translate(_MARKUP)


def embed_json(value: object) -> str:
    """
    Format a value as JSON that may stand inside a ``script`` element.

    Parameters
    ----------
    value
        Dictionaries, lists, strings, numbers, booleans, None.

    Returns
    -------
    str
        JSON on one line without ``<``, ``>``, ``&`` and without the line separators of Unicode.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_SCRIPT)
