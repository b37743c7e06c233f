"""Scenario from ``scenario.toml``: every key checked against its shape, every mistake a finding at its line."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.inputs.scenario.build import build_scenario
from bibliobus.inputs.scenario.problems import TOML, FaultKind, keys_of, show_number, show_setting, translate_error
from bibliobus.inputs.tables.cells import find_unknown, has_control_characters, show_value, tidy_text
from bibliobus.inputs.tables.rows import CONTROL_CHARACTERS
from bibliobus.inputs.tables.text import ENCODING_UNKNOWN, decode_text, find_codec
from bibliobus.inputs.toml.file import Either, KeyLines, parse_toml, scan_lines
from bibliobus.inputs.toml.forms import NO_DATE, WRITE, is_value, quote, recognise
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import TypeAdapter

    from bibliobus.domain.scenario import Scenario
    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.scenario.problems import Fault, Key, Path
    from bibliobus.inputs.scenario.shape import ScenarioShape

UNKNOWN_KEY: Final = FindingKind(
    "unknown-key", Severity.ERROR, N_("The key “{value}” is unknown."), N_("Known keys here: {known}.")
)
MISSING_KEY: Final = FindingKind(
    "missing-key", Severity.ERROR, N_("The key “{key}” is missing."), N_("Add it; it has no default.")
)
WRONG_TYPE: Final = FindingKind(
    "wrong-type",
    Severity.ERROR,
    N_("{value} is of the wrong kind: expected {expected}."),
    N_("Text is written in quotation marks; numbers and dates are not."),
)
BAD_LIMITS: Final = FindingKind(
    "key-out-of-range",
    Severity.ERROR,
    N_("{value} is out of range: expected {expected}."),
    N_("Check the number and its unit."),
)
BAD_CHOICE: Final = FindingKind(
    "bad-choice", Severity.ERROR, N_("“{value}” is not allowed here."), N_("Choose one of: {known}.")
)
_PLAIN: Final = frozenset({bool, date, float, int})
"""Kinds of value that stand without quotation marks."""


@dataclass(frozen=True)
class ScenarioFile:
    """
    A scenario as its file tells it.

    Parameters
    ----------
    scenario
        What the planner decides.
    lines
        Where its keys stand.
    encoding
        Python's name of the encoding of tables that are not UTF-8; empty means by their text.
    """

    scenario: Scenario
    lines: KeyLines
    encoding: str = ""


def read_scenario(file: InputFile) -> tuple[ScenarioFile | None, list[Finding]]:
    """
    Read the scenario of an area.

    Parameters
    ----------
    file
        ``scenario.toml``.

    Returns
    -------
    scenario : ScenarioFile or None
        The scenario as far as it could be understood: usable only if no finding is an error.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    text, findings = decode_text(file)
    if text is None:
        return None, findings
    document, broken = parse_toml(text, file.name)
    if document is None:
        return None, [*findings, *broken]
    data = _clean(document)
    lines = scan_lines(text, file.name)
    findings += [
        CONTROL_CHARACTERS.at(lines.place(*path), value=show_value(value))
        for path, value in _walk(data)
        if isinstance(value, str) and has_control_characters(value)
    ]
    shape, more = _validate(data, lines)
    findings += more
    if shape is None:
        return None, findings
    return ScenarioFile(build_scenario(shape, lines, findings), lines, _find_encoding(shape, lines, findings)), findings


def _find_encoding(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> str:
    """Encoding that the scenario names; empty if it names none, or none that there is."""
    if not shape.encoding:
        return ""
    codec = find_codec(shape.encoding)
    if codec is None:
        findings.append(ENCODING_UNKNOWN.at(lines.place("encoding"), value=show_value(shape.encoding)))
    return codec or ""


def _clean(data: Any) -> Any:
    """Same data with every text tidied, and no negative zero."""
    if isinstance(data, dict):
        return {key: _clean(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_clean(value) for value in data]
    # A zero has no sign: nothing is paid, weighed or driven differently for it.
    return tidy_text(data) if isinstance(data, str) else data + 0.0 if isinstance(data, float) else data


def _walk(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that is neither table nor list, with its path."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _walk(value, (*path, key))
    elif isinstance(data, list):
        for at, value in enumerate(data):
            yield from _walk(value, (*path, at))
    else:
        yield path, data


def _validate(data: dict[str, Any], lines: KeyLines) -> tuple[ScenarioShape | None, list[Finding]]:
    """Shape of the scenario; unknown keys are findings, but do not keep the rest from being checked."""
    from pydantic import ValidationError

    parser = _scenario_parser()
    try:
        return parser.validate_python(data), []
    except ValidationError as error:
        faults = [translate_error(one, TOML) for one in error.errors(include_url=False)]
    findings = [_tell_fault(fault, lines) for fault in faults]
    if any(fault.kind is not FaultKind.UNKNOWN for fault in faults):
        return None, findings
    for fault in faults:
        table: Any = data
        for part in fault.path[:-1]:
            table = table[part]
        del table[fault.path[-1]]
    return parser.validate_python(data), findings


@cache
def _scenario_parser() -> TypeAdapter[ScenarioShape]:
    """Parser that checks the types and limits of every key; making it takes longer than any reading."""
    from pydantic import TypeAdapter

    from bibliobus.inputs.scenario.shape import ScenarioShape

    return TypeAdapter(ScenarioShape)


def _tell_fault(fault: Fault, lines: KeyLines) -> Finding:
    """Finding at the line of the key."""
    place, value = lines.place(*fault.path), show_setting(fault.value)
    match fault.kind:
        case FaultKind.UNKNOWN:
            known = [key.name for key in _find_keys(fault.path[:-1])]
            return find_unknown(UNKNOWN_KEY, place, str(fault.path[-1]), known)
        case FaultKind.MISSING:
            return MISSING_KEY.at(place, key=fault.path[-1])
        case FaultKind.CHOICE:
            return find_unknown(BAD_CHOICE, place, value, fault.choices)
        case FaultKind.LIMITS:
            return BAD_LIMITS.at(place, value=show_number(fault.value), expected=fault.expected)
    rights = _find_rights(fault)
    found = replace(WRONG_TYPE, hint=WRITE) if rights else WRONG_TYPE
    return found.at(place, value=value, expected=fault.expected, right=Either(rights))


def _find_rights(fault: Fault) -> tuple[str, ...]:
    """Right forms of a value of the wrong kind; none if only the planner knows it."""
    value, name = fault.value, str(fault.path[-1])
    if fault.wanted == (tuple,) and isinstance(value, dict):
        listed = [key for key in _find_keys(fault.path[:-1]) if key.name == name and key.listed]
        return (f"[[{name}]]",) if listed else ()
    if fault.wanted == (str,) and isinstance(value, int | date) and not isinstance(value, bool):
        return (quote(str(value)),)
    if not fault.wanted or not _PLAIN.issuperset(fault.wanted) or not isinstance(value, str):
        return ()
    plain = value.strip()
    slip, rights = (None, (plain,)) if is_value(plain) else recognise(plain, name) or (None, ())
    fits = all(type(tomllib.loads(f"value = {right}")["value"]) in fault.wanted for right in rights)
    return rights if fits and slip is not NO_DATE else ()


def _find_keys(path: Path) -> tuple[Key, ...]:
    """Keys that a table may have; its required ones first, as the advice names them."""
    from bibliobus.inputs.scenario.shape import ScenarioShape

    shape: type = ScenarioShape
    for part in path:
        if isinstance(part, str):
            shape = next(key.inner for key in keys_of(shape) if key.name == part and key.inner is not None)
    return tuple(sorted(keys_of(shape), key=lambda key: not key.required))
