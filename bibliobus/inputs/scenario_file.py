"""Scenario from ``scenario.toml``."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.money import Rates
from bibliobus.domain.scenario import Scenario, Weights
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.cells import clean_text, has_control_characters, show_value
from bibliobus.inputs.columns import CONTROL_CHARACTERS
from bibliobus.inputs.scenario_calendar import build_calendar
from bibliobus.inputs.scenario_fleet import build_buses, build_depots, build_profiles
from bibliobus.inputs.scenario_lines import KeyLines, scan_lines
from bibliobus.inputs.scenario_publish import build_publishing
from bibliobus.inputs.scenario_rules import build_cycle, build_promises, build_rules
from bibliobus.inputs.scenario_wishes import build_curfews, build_locks, build_stops
from bibliobus.inputs.suggestions import find_unknown
from bibliobus.inputs.table_file import CHARACTERS
from bibliobus.inputs.text_file import decode_text
from bibliobus.language import N_
from bibliobus.quantities import Count, Number
from bibliobus.wording import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.scenario_schema import ScenarioShape

TOML_BROKEN: Final = FindingKind(
    "toml-broken",
    Severity.ERROR,
    N_("The file is not valid TOML: {problem}."),
    N_("Look at the line named. Text stands in quotation marks, and every key stands once in its table."),
)
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
    N_("Text stands in quotation marks; numbers and dates do not."),
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

# Words of ours for the English ones of the parser, which change from one Python to the next.
_TWICE: Final = N_("a key or a table is defined twice")
_TOO_DEEP: Final = N_("brackets stand inside brackets too often")
_NOT_UNDERSTOOD: Final = N_("a key or a value cannot be understood")
_AT_LINE: Final = N_("{what} (line {line}, column {column})")
_AT_END: Final = N_("{what} (at the end of the file)")
_TYPES: Final = {
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
    """

    scenario: Scenario
    lines: KeyLines


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
    try:
        data = _clean(tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        return None, [*findings, _describe_toml_error(error, file.name)]
    lines = scan_lines(text, file.name)
    findings += [
        CONTROL_CHARACTERS.at(lines.place(*path), value=show_value(value))
        for path, value in _walk(data)
        if isinstance(value, str) and has_control_characters(value)
    ]
    shape, more = _validate(data, lines)
    findings += more
    return (None if shape is None else ScenarioFile(_build(shape, lines, findings), lines)), findings


def _describe_toml_error(error: Exception, file: str) -> Finding:
    """Finding for text that is no TOML, with the line if the parser tells it."""
    said = str(error)
    twice = said.startswith(("Cannot ", "Duplicate "))
    what = Text(_TOO_DEEP if isinstance(error, RecursionError) else _TWICE if twice else _NOT_UNDERSTOOD)
    spot = re.search(r"\(at line (\d+), column (\d+)\)", said)
    if spot is not None:
        where = {"what": what, "line": Number(int(spot[1])), "column": Number(int(spot[2]))}
        return TOML_BROKEN.at(Place(file, int(spot[1])), problem=Text(_AT_LINE, where))
    at_end = "at end of document" in said
    return TOML_BROKEN.at(Place(file), problem=Text(_AT_END, {"what": what}) if at_end else what)


def _clean(data: Any) -> Any:
    """Same data with every text tidied."""
    if isinstance(data, dict):
        return {key: _clean(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_clean(value) for value in data]
    return clean_text(data) if isinstance(data, str) else data


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
    from pydantic import TypeAdapter, ValidationError

    from bibliobus.inputs.scenario_schema import ScenarioShape

    adapter = TypeAdapter(ScenarioShape)
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
    return WRONG_TYPE.at(place, value=value, expected=Text(_TYPES.get(kind, _ANYTHING)))


def _tell_limit(kind: str, value: object) -> object:
    """Number with the marks of the language, length of a text, or anything else as the file has it."""
    if kind == "string_too_long" and isinstance(value, int):
        return Count(*CHARACTERS, value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return _show(value)
    # Written out, a number beyond these has no end.
    return Number(value) if value == 0 or LEAST_SHOWN <= abs(value) < MOST_SHOWN else _show(value)


def _show(value: object) -> str:
    """Value as the file has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{…}"
    return "[…]" if isinstance(value, list) else show_value(value)


def _known_keys(path: tuple[str | int, ...]) -> list[str]:
    """Keys that a table may have."""
    from bibliobus.inputs import scenario_schema as schema
    from bibliobus.inputs import scenario_schema_days as days
    from bibliobus.inputs.scenario_schema_money import MoneyShape
    from bibliobus.inputs.scenario_schema_promises import PromisesShape
    from bibliobus.inputs.scenario_schema_publish import PublishShape

    shapes: Mapping[str, type] = {
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
        "money": MoneyShape,
    }
    tables = [part for part in path if isinstance(part, str)]
    shape: Any = shapes[tables[-1]] if tables else schema.ScenarioShape
    return [field.name for field in fields(shape)]


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
        money=Rates(**asdict(shape.money)),
    )
