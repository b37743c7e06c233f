"""What is wrong in a file of keys, in the planner's words: keys that nobody knows, and values that do not fit."""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints

from bibliobus.inputs.bounds import Bound
from bibliobus.inputs.tables.cells import show_value
from bibliobus.inputs.tables.table import CHARACTERS
from bibliobus.words.language import HOUR_S, KM_M, MINUTE_S, N_
from bibliobus.words.text import Count, Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

FORBID: Final[dict[str, str]] = {"extra": "forbid"}
"""Unknown keys are refused."""

MINUTES: Final = N_("minutes")
HOURS: Final = N_("hours")
WEEKS: Final = N_("weeks")
METRES: Final = N_("metres")
KILOMETRES: Final = N_("km")
TONNES: Final = N_("tonnes")
LITRES: Final = N_("litres")
DEGREES: Final = N_("degrees")
PEOPLE: Final = N_("people")
PERCENT: Final = N_("percent")
SHARE: Final = N_("share")
TIMES: Final = N_("times")
MONEY: Final = N_("money")
PAID: Final = N_("minutes of paid time")

# The planner's unit → ending of the key, ending of our name, and how many of ours make one.
_OURS: Final[Mapping[str, tuple[str, str, int]]] = {
    MINUTES: ("_min", "_s", MINUTE_S),
    HOURS: ("_h", "_s", HOUR_S),
    KILOMETRES: ("_km", "_m", KM_M),
}


@dataclass(frozen=True)
class Told:
    """What planners are told of a key: words with ``{default}``, the unit, and a value to show where it is left out."""

    words: str
    unit: str = ""
    shown: object = None
    inline: bool = False
    """True for a list of tables that stands on one line, and not in sections."""


@dataclass(frozen=True)
class Key:
    """A key as its shape has it; `inner` is the shape of the tables it holds, `listed` whether it holds several."""

    name: str
    told: Told
    bound: Bound | None
    default: Any
    inner: type | None
    listed: bool

    @property
    def required(self) -> bool:
        """Whether the key has no default."""
        return self.default is MISSING

    @property
    def section(self) -> bool:
        """Whether it stands in sections of its own."""
        return self.inner is not None and not self.told.inline


@cache
def keys_of(shape: type) -> tuple[Key, ...]:
    """Keys of a table in the order of the template."""
    hints = get_type_hints(shape, include_extras=True)
    return tuple(_describe(one.name, hints[one.name], _default_of(one)) for one in fields(shape))


def walk_keys(shape: type, path: str = "") -> Iterator[tuple[str, Key]]:
    """Every key with its path, such as ``rules.grid_min``, in the order of the template: sections after other keys."""
    for key in sorted(keys_of(shape), key=lambda key: key.section):
        yield f"{path}{key.name}", key
        if key.inner is not None:
            yield from walk_keys(key.inner, f"{path}{key.name}.")


def to_our_units(table: Any) -> dict[str, Any]:
    """Values of a table by name, times in seconds and distances in metres: ``grid_min`` becomes ``grid_s``."""
    shape: type = type(table)
    ours = {}
    for key in keys_of(shape):
        ending, our_ending, size = _OURS.get(key.told.unit, ("", "", 0))
        value = getattr(table, key.name)
        if size and key.name.endswith(ending):
            ours[f"{key.name.removesuffix(ending)}{our_ending}"] = None if value is None else round(value * size)
        else:
            ours[key.name] = value
    return ours


def _default_of(one: Any) -> Any:
    """Default of a field; MISSING if it has none."""
    return one.default if one.default_factory is MISSING else one.default_factory()


def _describe(name: str, hint: Any, default: Any) -> Key:
    """Key of a field."""
    told = next(one for one in hint.__metadata__ if isinstance(one, Told))
    parts = list(_list_parts(hint))
    bound = next((part for part in parts if isinstance(part, Bound)), None)
    inner = next((part for part in parts if isinstance(part, type) and is_dataclass(part)), None)
    return Key(name, told, None if inner else bound, default, inner, inner is not None and hint.__origin__ is not inner)


def _list_parts(hint: Any) -> Iterator[Any]:
    """Everything that a hint is made of."""
    yield hint
    for part in (*get_args(hint), *getattr(hint, "__metadata__", ())):
        yield from _list_parts(part)


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
