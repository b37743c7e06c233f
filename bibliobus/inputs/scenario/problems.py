"""What a parser says of a document → what is wrong in words of ours: one translator for scenario, norms and plans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Final

from bibliobus.inputs.tables.cells import show_value
from bibliobus.inputs.tables.table import CHARACTERS
from bibliobus.words.language import N_
from bibliobus.words.text import Count, Number, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]
"""Names of tables and keys, and 0-based numbers in lists."""

TEXT: Final = N_("a text")
NUMBER: Final = N_("a number")
LIST: Final = N_("a list")
FIELDS: Final = N_("fields in braces")
TRUTH: Final = N_("true or false")
DATE: Final = N_("a date such as 2026-03-02")


class FaultKind(Enum):
    """What can be wrong."""

    UNKNOWN = "unknown"
    MISSING = "missing"
    CHOICE = "choice"
    LIMITS = "limits"
    TYPE = "type"


@dataclass(frozen=True)
class Notation:
    """What a kind of file calls what has names inside, and anything that no other word fits."""

    table: str
    anything: str


TOML: Final = Notation(N_("a table with keys"), N_("another value"))
JSON: Final = Notation(FIELDS, N_("a value of another kind"))


@dataclass(frozen=True)
class Fault:
    """One thing in a document that does not fit its shape."""

    kind: FaultKind
    path: Path
    value: object
    """What stands there; the table around it if it is missing."""
    expected: Text
    choices: tuple[str, ...] = ()
    wanted: tuple[type, ...] = ()
    """Kinds of value that would fit; empty if the kind is not the matter."""


# Kinds of the parser → what is expected, and which values of Python that is.
_TYPES: Final[Mapping[str, tuple[str, tuple[type, ...]]]] = {
    "bool_type": (TRUTH, (bool,)),
    "date_from_datetime_parsing": (DATE, (date,)),
    "date_parsing": (DATE, (date,)),
    "date_type": (DATE, (date,)),
    "float_type": (NUMBER, (int, float)),
    "int_type": (N_("a whole number"), (int,)),
    "list_type": (LIST, (tuple,)),
    "string_type": (TEXT, (str,)),
    "tuple_type": (LIST, (tuple,)),
}
_TABLES: Final = frozenset({"dataclass_type", "dict_type", "mapping_type"})
_LIMITS: Final[Mapping[str, tuple[str, str]]] = {
    "greater_than": ("gt", N_("more than {limit}")),
    "greater_than_equal": ("ge", N_("at least {limit}")),
    "less_than": ("lt", N_("less than {limit}")),
    "less_than_equal": ("le", N_("at most {limit}")),
    "string_too_short": ("min_length", N_("a text that is not empty")),
    "string_too_long": ("max_length", N_("at most {limit}")),
    "finite_number": ("", N_("an ordinary finite number")),
}
# Written out, a number beyond these has no end.
LEAST_SHOWN: Final = 1e-6
MOST_SHOWN: Final = 1e15
LONGEST_BITS: Final = 10_000


def translate_error(error: ErrorDetails, notation: Notation) -> Fault:
    """What an error of the parser means; its path is that of the parser."""
    path, kind, context = error["loc"], error["type"], error.get("ctx", {})
    value = error["input"]
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        return Fault(FaultKind.UNKNOWN, path, value, Text(notation.anything))
    if kind == "missing":
        return Fault(FaultKind.MISSING, path, value, Text(notation.anything))
    if kind in ("literal_error", "enum"):
        choices = re.findall(r"[^\s',]+", str(context["expected"]).replace(" or ", " "))
        return Fault(FaultKind.CHOICE, path, value, Text(notation.anything), choices=tuple(choices))
    if kind in _LIMITS:
        key, expected = _LIMITS[kind]
        limit = _show_limit(kind, context.get(key, ""))
        return Fault(FaultKind.LIMITS, path, value, Text(expected, {"limit": limit}))
    words, wanted = (notation.table, (dict,)) if kind in _TABLES else _TYPES.get(kind, (notation.anything, ()))
    return Fault(FaultKind.TYPE, path, value, Text(words), wanted=wanted)


def show_number(value: object) -> object:
    """Number with the marks of the reader's language, or anything else as the file has it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return show_setting(value)
    return Number(value) if value == 0 or LEAST_SHOWN <= abs(value) < MOST_SHOWN else show_setting(value)


def show_setting(value: object) -> str:
    """Value as the file has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{…}"
    # Python refuses to write out whole numbers of thousands of digits, but not in base 16.
    long = isinstance(value, int) and value.bit_length() > LONGEST_BITS
    return "[…]" if isinstance(value, list) else show_value(f"{value:#x}" if long else value)


def _show_limit(kind: str, limit: object) -> object:
    """Limit of a number, or of the length of a text."""
    return Count(*CHARACTERS, limit) if kind == "string_too_long" and isinstance(limit, int) else show_number(limit)
