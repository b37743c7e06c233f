"""What is wrong with a text that should be a plan, in words of ours: which field, and what it has to be."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from bibliobus.inputs.scenario_lines import format_path
from bibliobus.inputs.tables.cells import show_value
from bibliobus.words.language import N_
from bibliobus.words.text import Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic_core import ErrorDetails

CLOCKS: Final = ("leave_s", "arrive_s", "start_s", "end_s")
"""Fields that the text has as clock times, without the ending."""

LIST: Final = N_("a list")
FIELDS: Final = N_("fields in braces")
CLOCK: Final = N_("a clock time such as 08:30")
CHOICE: Final = N_("one of {choices}")
REASON: Final = N_("a reason that this version knows, with its numbers")

_MISSING: Final = N_("“{field}” is missing")
_UNKNOWN: Final = N_("“{field}” is unknown there")
_TWICE: Final = N_("“{field}” appears twice in the same braces")
_WRONG: Final = N_("“{field}” has to be {expected}")
_BROKEN: Final = N_("it is not JSON from line {line}, column {column} on")
_NO_NUMBER: Final = N_("“{value}” is not a number that a plan can hold")
_TOO_DEEP: Final = N_("brackets stand inside brackets too often")
_BROKEN_LETTER: Final = N_("a text holds a broken character")
_ANOTHER: Final = N_("a value of another kind")
_KINDS: Final = {
    "bool_type": N_("true or false"),
    "dataclass_type": FIELDS,
    "date_from_datetime_parsing": N_("a date such as 2026-03-02"),
    "date_parsing": N_("a date such as 2026-03-02"),
    "date_type": N_("a date such as 2026-03-02"),
    "dict_type": FIELDS,
    "float_type": N_("a number"),
    "int_type": N_("a whole number"),
    "list_type": LIST,
    "mapping_type": FIELDS,
    "string_type": N_("a text"),
    "tuple_type": LIST,
}


class RepeatedFieldError(ValueError):
    """A field that stands twice in the same braces."""


class OddNumberError(ValueError):
    """A number that a plan cannot mean."""


def tell_missing(path: tuple[str | int, ...]) -> Text:
    """
    Say that a field is missing.

    Parameters
    ----------
    path
        Names of fields, and 0-based numbers in lists.

    Returns
    -------
    Text
        Words to stand inside a sentence.
    """
    return Text(_MISSING, {"field": format_path(path)})


def tell_unknown(path: tuple[str | int, ...]) -> Text:
    """
    Say that a field does not belong where it is.

    Parameters
    ----------
    path
        Names of fields, and 0-based numbers in lists.

    Returns
    -------
    Text
        Words to stand inside a sentence.
    """
    return Text(_UNKNOWN, {"field": show_value(format_path(path))})


def tell_wrong(path: tuple[str | int, ...], expected: str, choices: Iterable[str] = ()) -> Text:
    """
    Say what a field has to be.

    Parameters
    ----------
    path
        Names of fields, and 0-based numbers in lists.
    expected
        English words, marked for the catalogues.
    choices
        What can be chosen, where `expected` is `CHOICE`.

    Returns
    -------
    Text
        Words to stand inside a sentence.
    """
    words = Text(expected, {"choices": ", ".join(choices)})
    return Text(_WRONG, {"field": show_value(format_path(path)), "expected": words})


def tell_failure(error: Exception) -> Text:
    """
    Say why a text could not be read at all.

    Parameters
    ----------
    error
        What the reader of JSON raised, `OddNumberError` or `RepeatedFieldError`.

    Returns
    -------
    Text
        Words to stand inside a sentence.
    """
    match error:
        case json.JSONDecodeError():
            return Text(_BROKEN, {"line": Number(error.lineno), "column": Number(error.colno)})
        case OddNumberError():
            return Text(_NO_NUMBER, {"value": str(error)})
        case RepeatedFieldError():
            return Text(_TWICE, {"field": show_value(str(error))})
        case RecursionError():
            return Text(_TOO_DEEP)
        case _:
            return Text(_BROKEN_LETTER)


def tell_errors(errors: Iterable[ErrorDetails], document: Mapping[str, Any], alien: frozenset[str]) -> list[Text]:
    """
    Say what the fields of a plan have to be.

    Parameters
    ----------
    errors
        Errors of the parser.
    document
        What was parsed: tours whose rows hold the name of their class under ``class``, and accounts.
    alien
        Names of all classes of rows.

    Returns
    -------
    list of Text
        One for each field, although the parser tries several kinds for some.
    """
    found: dict[tuple[str | int, ...], Text] = {}
    for error in errors:
        path = _find_path(error, document, alien)
        if path is not None:
            # What has no path is JSON that our reader took and the parser did not: it is nested too deep.
            found[path] = _tell_error(error, path) if path else Text(_TOO_DEEP)
    return list(found.values())


def _find_path(error: ErrorDetails, document: Mapping[str, Any], alien: frozenset[str]) -> tuple[str | int, ...] | None:
    """Path of a field in the text; None for an error of a class that the row is not of."""
    here: Any = document
    path: list[str | int] = []
    for part in error["loc"]:
        if isinstance(here, dict) and part in alien and "class" in here:
            if here["class"] != part:
                return None
        elif (isinstance(here, list) and isinstance(part, int)) or (isinstance(here, dict) and part in here):
            known: Any = here
            here = known[part]
            path.append(part)
    if error["type"] == "missing":
        path.append(error["loc"][-1])
    if path and path[0] == "accounts":
        path[0] = "settlements"
    return tuple(part.removesuffix("_s") if part in CLOCKS and isinstance(part, str) else part for part in path)


def _tell_error(error: ErrorDetails, path: tuple[str | int, ...]) -> Text:
    """Words for one error of the parser."""
    kind = error["type"]
    if kind == "missing":
        return tell_missing(path)
    if kind == "enum":
        return tell_wrong(path, CHOICE, re.findall(r"'(\w+)'", str(error["ctx"]["expected"])))
    return tell_wrong(path, _KINDS.get(kind, _ANOTHER))
