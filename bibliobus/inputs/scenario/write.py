"""The shape of the scenario in writing: the documented ``scenario.toml``, and the reference of its keys."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from bibliobus.inputs.scenario.problems import keys_of, walk_keys
from bibliobus.words.language import N_, Language
from bibliobus.words.text import Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bibliobus.inputs.bounds import Bound
    from bibliobus.inputs.scenario.problems import Key

INTRODUCTION: Final = N_(
    "Scenario: everything the planner decides. Above each key stands what it means, in two languages."
)
REQUIRED: Final = N_("required")

# Ukrainian above English, as on every bilingual paper.
_LANGUAGES: Final = ("uk", "en")
_REMARK: Final = re.compile(r"(?m)^((?:# .*\n)+)\[\[([\w.]+)\]\]\n(?=\w)")


@dataclass(frozen=True)
class Shown:
    """Value that stands behind a ``#`` until the planner takes it."""

    value: object


@dataclass(frozen=True)
class KeyRow:
    """A key in the reference: all as people read it in one language; empty where there is nothing to say."""

    section: str
    key: str
    unit: str
    default: str
    least: str
    most: str
    reason: str
    words: str


def write_scenario(values: Mapping[str, Any], remarks: Mapping[str, Sequence[str]] | None = None) -> str:
    """
    Write a scenario in which every key stands below its explanation in both languages.

    Parameters
    ----------
    values
        The document as TOML has it, tables as mappings. A key that is not there stands with its default, or behind a
        ``#`` with a value to take; None and `Shown` put it behind a ``#`` too. A list of tables that is empty is left
        out; one that is not there stands behind a ``#``.
    remarks
        Lines above the second table of a list, by its name.

    Returns
    -------
    str
        TOML.

    Raises
    ------
    KeyError
        If no key of the scenario has such a name, or a required one has no value.
    """
    from bibliobus.inputs.scenario.shape import ScenarioShape

    lines = [*_explain(INTRODUCTION, ""), "", *_write_table(ScenarioShape, values, "", remarks or {})]
    return "\n".join(lines).rstrip("\n") + "\n"


def read_remarks(text: str) -> dict[str, tuple[str, ...]]:
    """Remarks of a documented scenario above further tables of a list, by its name."""
    return {table: tuple(above.splitlines()) for above, table in _REMARK.findall(text)}


def format_setting(value: object) -> str:
    """Value as TOML on one line."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {format_setting(inner)}' for key, inner in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(format_setting, value))}]"
    # JSON's texts, numbers and truths are TOML's too, but for the delete character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def list_reference(language: Language) -> tuple[KeyRow, ...]:
    """List every key of ``scenario.toml`` in the order of the template, each section before its keys."""
    from bibliobus.inputs.scenario.shape import ScenarioShape

    return tuple(_list_rows(ScenarioShape, "", language))


def list_bounds() -> dict[str, Bound]:
    """Range of every number of ``scenario.toml`` by its path, such as ``rules.buffer_min``."""
    from bibliobus.inputs.scenario.shape import ScenarioShape

    return {path: key.bound for path, key in walk_keys(ScenarioShape) if key.bound is not None}


def _list_rows(shape: type, section: str, language: Language) -> Iterator[KeyRow]:
    """Rows of a table, then those of the tables it holds."""
    keys = keys_of(shape)
    for key in keys:
        if not key.section:
            yield _make_row(key, section, language)
    for key in keys:
        if key.inner is not None:
            name = f"{section.strip('[]')}.{key.name}".removeprefix(".")
            header = f"{name}[]" if key.told.inline else f"[[{name}]]" if key.listed else f"[{name}]"
            if key.section:
                yield KeyRow(header, "", "", "", "", "", "", _tell(key, language))
            yield from _list_rows(key.inner, header, language)


def _make_row(key: Key, section: str, language: Language) -> KeyRow:
    """Row of one key."""
    ends = (
        ("", "") if key.bound is None else [Number(end).render(language) for end in (key.bound.least, key.bound.most)]
    )
    default = language.gettext(REQUIRED) if key.required else _format_default(key)
    return KeyRow(
        section=section,
        key=key.name,
        unit=language.gettext(key.told.unit) if key.told.unit else "",
        default=default,
        least=ends[0],
        most=ends[1],
        reason=language.gettext(key.bound.reason) if key.bound else "",
        words=_tell(key, language),
    )


def _write_table(
    shape: type, values: Mapping[str, Any], path: str, remarks: Mapping[str, Sequence[str]], *, off: bool = False
) -> Iterator[str]:
    """Lines of a table below its header, then of the sections inside it."""
    keys = keys_of(shape)
    if unknown := values.keys() - {key.name for key in keys}:
        raise KeyError(f"{path}: {sorted(unknown)}")
    for key in keys:
        if not key.section:
            line = _write_key(key, values, path, off=off)
            yield from () if line is None else (*_explain(key.told.words, _format_default(key)), line, "")
    for key in keys:
        if key.section:
            yield from _write_section(key, values.get(key.name), f"{path}.{key.name}".removeprefix("."), remarks)


def _write_section(key: Key, value: Any, path: str, remarks: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Lines of a section, or of all sections of a list: the first with explanations, the others without."""
    assert key.inner is not None
    if not key.listed:
        yield from (*_explain(key.told.words, ""), f"[{path}]", "")
        yield from _write_table(key.inner, value or {}, path, remarks)
        return
    entries = list(map(_as_table, key.default)) if value is None else value
    if not entries and value is not None:
        return
    yield from (*_explain(key.told.words, ""), f"{'' if entries else '# '}[[{path}]]", "")
    yield from _write_table(key.inner, entries[0] if entries else {}, path, remarks, off=not entries)
    for at, entry in enumerate(entries[1:]):
        yield from () if at else remarks.get(path, ())
        yield f"[[{path}]]"
        yield from (f"{name} = {format_setting(one)}" for name, one in entry.items() if one is not None)
        yield ""


def _write_key(key: Key, values: Mapping[str, Any], path: str, *, off: bool) -> str | None:
    """Line of a key; None if it has neither a value nor one to show."""
    value = values.get(key.name)
    if value is None:
        plain = not key.required and key.default is not None and key.name not in values and not off
        value = key.default if plain and key.told.shown is None else Shown(key.told.shown)
    if not isinstance(value, Shown):
        return f"{key.name} = {format_setting(value)}"
    if value.value is not None:
        return f"# {key.name} = {format_setting(value.value)}"
    if key.required:
        raise KeyError(f"{path}: {key.name}")
    return None if key.default is None else f"# {key.name} = {format_setting(key.default)}"


def _as_table(entry: Any) -> Any:
    """Default of a list of tables as a document has it."""
    return asdict(entry) if is_dataclass(entry) and not isinstance(entry, type) else entry


def _explain(words: str, default: str) -> Iterator[str]:
    """Comment in both languages."""
    for name in _LANGUAGES:
        yield f"# {Text(words, {'default': default}).render(Language(name))}"


def _tell(key: Key, language: Language) -> str:
    """Words of a key."""
    return Text(key.told.words, {"default": _format_default(key)}).render(language)


def _format_default(key: Key) -> str:
    """Default as TOML; empty if there is none."""
    if key.required or key.section or key.default is None:
        return ""
    return format_setting(key.default)
