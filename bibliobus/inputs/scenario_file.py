"""Scenario from ``scenario.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.fleet import Rates
from bibliobus.domain.scenario import Scenario, Weights
from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.inputs.scenario_calendar import build_calendar
from bibliobus.inputs.scenario_fleet import build_buses, build_depots, build_profiles
from bibliobus.inputs.scenario_lines import KeyLines, scan_lines
from bibliobus.inputs.scenario_publish import build_publishing, choose_clauses
from bibliobus.inputs.scenario_rules import build_cycle, build_promises, build_rules
from bibliobus.inputs.scenario_wishes import build_curfews, build_locks, build_stops
from bibliobus.inputs.tables.cells import clean_text, find_unknown, has_control_characters, show_value
from bibliobus.inputs.tables.rows import CONTROL_CHARACTERS
from bibliobus.inputs.tables.table import CHARACTERS
from bibliobus.inputs.tables.text import ENCODING_UNKNOWN, decode_text, find_codec
from bibliobus.inputs.toml_file import Either, parse_toml
from bibliobus.inputs.toml_forms import NO_DATE, WRITE, is_value, quote, recognise
from bibliobus.words.language import N_
from bibliobus.words.text import Count, Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.scenario_schema import ScenarioShape

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

_TYPES: Final = {
    "bool_type": N_("true or false"),
    "date_type": N_("a date such as 2026-03-02"),
    "dataclass_type": N_("a table with keys"),
    "float_type": N_("a number"),
    "int_type": N_("a whole number"),
    "string_type": N_("a text"),
    "tuple_type": N_("a list"),
}
_LIMITS: Final = {
    "greater_than": ("gt", N_("more than {limit}")),
    "greater_than_equal": ("ge", N_("at least {limit}")),
    "less_than": ("lt", N_("less than {limit}")),
    "less_than_equal": ("le", N_("at most {limit}")),
    "string_too_short": ("min_length", N_("a text that is not empty")),
    "string_too_long": ("max_length", N_("at most {limit}")),
    "finite_number": ("", N_("an ordinary finite number")),
}
LEAST_SHOWN: Final = 1e-6
MOST_SHOWN: Final = 1e15
LONGEST_BITS: Final = 10_000
_ANYTHING: Final = N_("another value")


@dataclass(frozen=True)
class ScenarioFile:
    """
    A scenario and where its keys stand.

    Parameters
    ----------
    scenario
        What the planner decides.
    lines
        Where the keys stand.
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
    return ScenarioFile(_build(shape, lines, findings), lines, _find_encoding(shape, lines, findings)), findings


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
    return clean_text(data) if isinstance(data, str) else data + 0.0 if isinstance(data, float) else data


def _walk(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
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

    adapter = _scenario_parser()
    try:
        return adapter.validate_python(data), []
    except ValidationError as error:
        problems = error.errors(include_url=False)
    findings = [_describe(problem, lines) for problem in problems]
    if any(problem["type"] != "unexpected_keyword_argument" for problem in problems):
        return None, findings
    for problem in problems:
        table: Any = data
        for part in problem["loc"][:-1]:
            table = table[part]
        del table[problem["loc"][-1]]
    return adapter.validate_python(data), findings


@cache
def _scenario_parser() -> TypeAdapter[ScenarioShape]:
    """Parser that checks the types and limits of every key; making it takes longer than any reading."""
    from pydantic import TypeAdapter

    from bibliobus.inputs.scenario_schema import ScenarioShape

    return TypeAdapter(ScenarioShape)


def _describe(problem: ErrorDetails, lines: KeyLines) -> Finding:
    """Finding of ours for an error of the parser."""
    path, kind, context = problem["loc"], problem["type"], problem.get("ctx", {})
    place, value = lines.place(*path), _show(problem["input"])
    if kind == "unexpected_keyword_argument":
        return find_unknown(UNKNOWN_KEY, place, str(path[-1]), _known_keys(path[:-1]))
    if kind == "missing":
        return MISSING_KEY.at(place, key=path[-1])
    if kind == "literal_error":
        choices = re.findall(r"[^\s',]+", str(context["expected"]).replace(" or ", " "))
        return find_unknown(BAD_CHOICE, place, value, choices)
    if kind in _LIMITS:
        key, expected = _LIMITS[kind]
        limit, told = (_tell_limit(kind, context.get(key, "")), _tell_limit("", problem["input"]))
        return BAD_LIMITS.at(place, value=told, expected=Text(expected, {"limit": limit}))
    rights = _find_rights(kind, problem["input"], path)
    found = replace(WRONG_TYPE, hint=WRITE) if rights else WRONG_TYPE
    return found.at(place, value=value, expected=Text(_TYPES.get(kind, _ANYTHING)), right=Either(rights))


def _find_rights(kind: str, value: object, path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Right forms of a value of the wrong kind; none if only the planner knows it."""
    if kind == "tuple_type" and isinstance(value, dict) and path[-1] in _list_shapes():
        return (f"[[{path[-1]}]]",)
    if kind == "string_type" and isinstance(value, int | date) and not isinstance(value, bool):
        return (quote(str(value)),)
    wanted = {"float_type": (int, float), "int_type": (int,), "date_type": (date,), "bool_type": (bool,)}.get(kind)
    if wanted is None or not isinstance(value, str):
        return ()
    plain = value.strip()
    slip, rights = (None, (plain,)) if is_value(plain) else recognise(plain, str(path[-1])) or (None, ())
    fits = all(type(tomllib.loads(f"value = {right}")["value"]) in wanted for right in rights)
    return rights if fits and slip is not NO_DATE else ()


def _tell_limit(kind: str, value: object) -> object:
    """Number with the marks of the language, length of a text, or anything else as the file has it."""
    if kind == "string_too_long" and isinstance(value, int):
        return Count(*CHARACTERS, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _show(value)
    # Written out, a number beyond these has no end.
    return Number(value) if value == 0 or LEAST_SHOWN <= abs(value) < MOST_SHOWN else _show(value)


def _show(value: object) -> str:
    """Value as the file has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{…}"
    # Python refuses to write out whole numbers of thousands of digits, but not in base 16.
    long = isinstance(value, int) and value.bit_length() > LONGEST_BITS
    return "[…]" if isinstance(value, list) else show_value(f"{value:#x}" if long else value)


def _known_keys(path: tuple[str | int, ...]) -> list[str]:
    """Keys that a table may have."""
    from bibliobus.inputs.scenario_schema import ScenarioShape

    tables = [part for part in path if isinstance(part, str)]
    shape: Any = _list_shapes()[tables[-1]] if tables else ScenarioShape
    return [field.name for field in fields(shape)]


def _list_shapes() -> Mapping[str, type]:
    """Shape of each table by the last part of its name."""
    from bibliobus.inputs import scenario_schema as schema
    from bibliobus.inputs import scenario_schema_days as days
    from bibliobus.inputs.scenario_schema_money import MoneyShape
    from bibliobus.inputs.scenario_schema_promises import PromisesShape
    from bibliobus.inputs.scenario_schema_publish import PublishShape, ReportShape

    return {
        "cycle": schema.CycleShape,
        "depots": schema.DepotShape,
        "profiles": schema.ProfileShape,
        "buses": schema.BusShape,
        "rules": schema.RulesShape,
        "dwell": schema.DwellShape,
        "rhythm": schema.RhythmShape,
        "weights": schema.WeightsShape,
        "promises": PromisesShape,
        "calendar": days.CalendarShape,
        "no_service": days.SpanShape,
        "school_terms": days.SpanShape,
        "extra_service": days.ExtraShape,
        "stops": days.StopShape,
        "curfews": days.CurfewShape,
        "locks": days.LockShape,
        "publish": PublishShape,
        "report": ReportShape,
        "money": MoneyShape,
    }


def _build(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> Scenario:
    """Scenario in our units."""
    cycle = build_cycle(shape, lines, findings)
    depots = build_depots(shape, lines, findings)
    profiles = build_profiles(shape, lines, findings)
    buses = build_buses(shape, lines, findings)
    return Scenario(
        title_uk=shape.title_uk,
        title_en=shape.title_en,
        notice_uk=shape.notice_uk,
        notice_en=shape.notice_en,
        data_date=shape.data_date,
        attribution=shape.attribution,
        language=shape.language,
        cycle=cycle,
        depots=depots,
        profiles=profiles,
        buses=buses,
        rules=build_rules(shape, buses, lines, findings),
        weights=Weights(**asdict(shape.weights)),
        promises=build_promises(shape.promises),
        calendar=build_calendar(shape, buses, lines, findings),
        stops=build_stops(shape, lines, findings),
        curfews=build_curfews(shape, lines, findings),
        locks=build_locks(shape, lines, findings),
        publishing=build_publishing(shape, lines, findings),
        report_clauses=choose_clauses(shape, lines, findings),
        money=Rates(**asdict(shape.money)),
    )
