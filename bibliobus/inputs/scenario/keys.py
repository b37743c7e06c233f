"""What is known of a key of ``scenario.toml`` beside its kind: words, unit, range, default, and the tables it holds."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints

from bibliobus.inputs.bounds import Bound
from bibliobus.words.language import N_
from bibliobus.words.units import HOUR_S, KM_M, MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
