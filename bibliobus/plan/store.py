"""Plans as text: plan.json, both ways."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.calendar import WEEK_DAYS, Cycle
from bibliobus.findings import FindingKind, InputError, Place, Severity
from bibliobus.inputs.scenario.problems import FIELDS, JSON, LIST, FaultKind, translate_error
from bibliobus.inputs.tables.cells import show_value
from bibliobus.inputs.toml.file import format_path
from bibliobus.plan.explain.reasons import REASONS, TEXTS
from bibliobus.plan.plan import Account, Call, Leg, Pause, Period, Plan, Provenance, Reason, Row, Tour, TourName
from bibliobus.words.language import LANGUAGES, N_, format_clock, parse_clock
from bibliobus.words.text import Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

    from bibliobus.inputs.scenario.problems import Fault, Path

FORMAT: Final = "bibliobus-plan/1"
FILE_NAME: Final = "plan.json"
MOST_PROBLEMS: Final = 100
LARGEST_BYTES: Final = 64 * 2**20
LARGEST_NUMBER: Final = 2**53
"""Whole numbers beyond it are none that a plan can mean, and not exact in other programs."""

PLAN_UNREADABLE: Final = FindingKind(
    "plan-unreadable",
    Severity.ERROR,
    N_("This is not a plan of bibliobus: {problem}."),
    N_("Give the folder that `plan` or `demo` wrote, or its plan.json, unchanged."),
)
PLAN_OTHER_FORMAT: Final = FindingKind(
    "plan-other-format",
    Severity.ERROR,
    N_("The plan has the format “{found}”; this version reads “{expected}”."),
    N_("Make the plan anew with this version, or use the version that made it."),
)

_CLOCKS: Final = ("leave_s", "arrive_s", "start_s", "end_s")
"""Fields that the text has as clock times, without the ending."""

_CLOCK: Final = N_("a clock time such as 08:30")
_CHOICE: Final = N_("one of {choices}")
_KNOWN_REASON: Final = N_("a reason that this version knows, with its numbers")
_MISSING: Final = N_("“{field}” is missing")
_UNKNOWN: Final = N_("“{field}” is unknown there")
_TWICE: Final = N_("“{field}” appears twice in the same braces")
_WRONG: Final = N_("“{field}” has to be {expected}")
_BROKEN: Final = N_("it is not JSON from line {line}, column {column} on")
_NO_NUMBER: Final = N_("“{value}” is not a number that a plan can hold")
_TOO_DEEP: Final = N_("brackets stand inside brackets too often")
_BROKEN_LETTER: Final = N_("a text holds a broken character")

_REST: Final = "rest"
_KINDS: Final[Mapping[str, type[Leg | Call | Pause]]] = {"leg": Leg, "call": Call, "break": Pause, _REST: Pause}
_BY_KIND: Final = frozenset({"is_meal"})
"""Fields that the kind of a row says."""


_HEAD: Final = frozenset({"format", "settlements", *(one.name for one in fields(Plan))} - {"accounts"})
_INNER: Final[Mapping[str, frozenset[str]]] = {
    "cycle": frozenset(one.name for one in fields(Cycle)),
    "provenance": frozenset(one.name for one in fields(Provenance)),
    "meanwhile": frozenset({"first", "last"}),
}
_TOUR: Final = frozenset(one.name for one in fields(Tour))
_ACCOUNT: Final = frozenset(one.name for one in fields(Account))
_PERIOD: Final = frozenset(one.name for one in fields(Period))
_DROPPED: Final = frozenset(one.name for one in fields(TourName))
_REASON: Final = frozenset(one.name for one in fields(Reason))
"""Fields that the text may have where each begins: those of the values it is read into, so that a new field of a value
is known here at once. Rows are told by kind."""


class _RepeatedFieldError(ValueError):
    """A field that stands twice in the same braces."""


class _OddNumberError(ValueError):
    """A number that a plan cannot mean."""


def format_plan(plan: Plan) -> str:
    """
    Format a plan as JSON, one row of a tour and one settlement a line.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    str
        The text, keys in a stable order, ending with a newline.
    """
    head = {
        "format": FORMAT,
        "area_id": plan.area_id,
        "language": plan.language,
        "cycle": {"weeks": plan.cycle.weeks, "first_day": plan.cycle.first_day.isoformat()},
        "notice_uk": plan.notice_uk,
        "notice_en": plan.notice_en,
        "estimated": plan.estimated,
        "figures": dict(plan.figures),
        "provenance": _list_provenance(plan.provenance),
        **_list_dates(plan),
    }
    lines = [f"  {_dump(key)}: {_dump(value)}," for key, value in head.items()]
    tours = ",\n".join(_format_tour(plan, tour) for tour in plan.tours)
    accounts = ",\n".join(f"    {_dump(asdict(account))}" for account in plan.accounts)
    lines += [f'  "tours": [\n{tours}\n  ],']
    if plan.periods:
        periods = ",\n".join(_format_period(plan, period) for period in plan.periods)
        lines += [f'  "periods": [\n{periods}\n  ],']
    lines += [f'  "settlements": [\n{accounts}\n  ]']
    return "{\n" + "\n".join(lines) + "\n}\n"


def _list_dates(plan: Plan) -> dict[str, object]:
    """From when a plan made anew holds, and whose roads it has; a plan that was not made anew keeps its text."""
    named = {"holds_from": plan.holds_from, "roads_on": plan.roads_on}
    found: dict[str, object] = {name: day.isoformat() for name, day in named.items() if day is not None}
    ends = {name: day.isoformat() for name, day in sorted(plan.ends.items())}
    span = plan.meanwhile
    return (
        found
        | ({"ends": ends} if ends else {})
        | ({"meanwhile": {"first": span.first.isoformat(), "last": span.last.isoformat()}} if span else {})
    )


def _format_period(plan: Plan, period: Period) -> str:
    """A period: its dates on one line, then its tours as those of the cycle."""
    head: dict[str, object] = {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "cause": period.cause.value,
        "dropped": [asdict(name) for name in period.dropped],
    }
    tours = ",\n".join(_format_tour(plan, tour, period) for tour in period.tours)
    return f'    {_dump(head)[:-1]}, "tours": [' + (f"\n{tours}\n    " if tours else "") + "]}"


def parse_plan(text: str) -> Plan:
    """
    Parse a plan.

    Parameters
    ----------
    text
        JSON as `format_plan` makes it; rows may have been edited by hand.

    Returns
    -------
    Plan
        The plan, not yet verified.

    Raises
    ------
    InputError
        If the text is no plan of this format; the findings name what is wrong.
    """
    from pydantic import ValidationError

    try:
        document = json.loads(
            text,
            parse_int=_parse_int,
            parse_float=_parse_float,
            parse_constant=_parse_float,
            object_pairs_hook=_parse_object,
        )
    except (ValueError, RecursionError) as error:
        raise _unreadable(_tell_failure(error)) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = document.get("format", "") if isinstance(document, dict) else ""
        raise InputError(PLAN_OTHER_FORMAT.at(Place(FILE_NAME), found=show_value(found), expected=FORMAT))
    problems: list[Text] = []
    shape = _reshape(document, problems)
    if problems:
        raise _unreadable(*problems)
    try:
        # Through text once more: only there do strict types know dates, names of a choice and tuples.
        plan = _plan_parser().validate_json(json.dumps(shape, ensure_ascii=False).encode(), strict=True)
    except ValidationError as error:
        classes = frozenset(kind.__name__ for kind in _KINDS.values())
        raise _unreadable(*_tell_errors(error.errors(include_url=False), shape, classes)) from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(_tell_failure(error)) from error
    problems += _check_words(plan)
    if problems:
        raise _unreadable(*problems)
    return plan


def _unreadable(*problems: Text) -> InputError:
    """Error about a text that is no plan."""
    return InputError(*(PLAN_UNREADABLE.at(Place(FILE_NAME), problem=one) for one in problems[:MOST_PROBLEMS]))


@cache
def _plan_parser() -> TypeAdapter[Plan]:
    """Parser that checks the types of every field."""
    from pydantic import TypeAdapter

    return TypeAdapter(Plan)


def _dump(value: object) -> str:
    """JSON on one line with readable letters."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def _list_provenance(made: Provenance) -> dict[str, object]:
    """What made a plan; a plan that does not name its libraries keeps its text."""
    return {name: value for name, value in asdict(made).items() if name != "libraries" or value}


def _format_tour(plan: Plan, tour: Tour, period: Period | None = None) -> str:
    """A tour: its head on one line, then one row a line; its date is the first one of the cycle, or of a period."""
    date = plan.cycle.date_of(tour.day) if period is None else period.date_of(plan.cycle, tour.day)
    head = {"bus_id": tour.bus_id, "day": tour.day, "date": date.isoformat()}
    rows = ",\n".join(f"      {_dump(_format_row(row))}" for row in tour.rows)
    return f'    {_dump(head)[:-1]}, "rows": [\n{rows}\n    ]}}'


def _format_row(row: Row) -> dict[str, object]:
    """A row with its kind, clock times as people read them."""
    kind = next(name for name, of in _KINDS.items() if isinstance(row, of))
    if isinstance(row, Pause) and not row.is_meal:
        kind = _REST
    fields = {name: format_clock(value) if name in _CLOCKS else value for name, value in asdict(row).items()}
    return {"kind": kind} | {
        name.removesuffix("_s") if name in _CLOCKS else name: value
        for name, value in fields.items()
        if name not in _BY_KIND
    }


def _reshape(document: Mapping[str, Any], problems: list[Text]) -> dict[str, Any]:
    """Document in the shape of the dataclasses; each row holds the name of its class, which the parser leaves out."""
    _refuse_unknown(document, (), _HEAD, problems)
    for name, known in _INNER.items():
        _refuse_unknown(document.get(name), (name,), known, problems)
    tours = _reshape_tours(document, (), problems)
    periods = []
    for at, period in _list_objects(document, (), "periods", problems) if "periods" in document else ():
        _refuse_unknown(period, at, _PERIOD, problems)
        for path, dropped in _list_objects(period, at, "dropped", problems):
            _refuse_unknown(dropped, path, _DROPPED, problems)
        periods.append({**period, "tours": _reshape_tours(period, at, problems)})
    accounts = []
    for at, account in _list_objects(document, (), "settlements", problems):
        _refuse_unknown(account, at, _ACCOUNT, problems)
        _refuse_unknown(account.get("reason"), (*at, "reason"), _REASON, problems)
        accounts.append(account)
    return {**document, "tours": tours, "periods": periods, "accounts": accounts}


def _reshape_tours(holder: Mapping[str, Any], at: Path, problems: list[Text]) -> list[dict[str, Any]]:
    """Tours of the cycle or of a period."""
    tours = []
    for path, tour in _list_objects(holder, at, "tours", problems):
        _refuse_unknown(tour, path, _TOUR, problems)
        problems += [_tell_missing((*path, "date"))] if "date" not in tour else []
        rows = [_parse_row(row, place, problems) for place, row in _list_objects(tour, path, "rows", problems)]
        tours.append({**tour, "rows": rows})
    return tours


def _refuse_unknown(holder: object, path: tuple[str | int, ...], known: frozenset[str], problems: list[Text]) -> None:
    """Add a problem for every field that nobody knows: it would be lost, or believed by other programs."""
    if isinstance(holder, dict):
        problems += [_tell_unknown((*path, str(name))) for name in sorted(holder.keys() - known)]


def _list_objects(
    holder: Mapping[str, Any], path: tuple[str | int, ...], name: str, problems: list[Text]
) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Objects of the list that a field holds, with their paths."""
    if name not in holder:
        problems.append(_tell_missing((*path, name)))
    elif not isinstance(holder[name], list):
        problems.append(_tell_wrong((*path, name), LIST))
    else:
        for number, inner in enumerate(holder[name]):
            if isinstance(inner, dict):
                yield (*path, name, number), inner
            else:
                problems.append(_tell_wrong((*path, name, number), FIELDS))


def _parse_row(row: Mapping[str, Any], path: tuple[str | int, ...], problems: list[Text]) -> dict[str, Any]:
    """Fields of a row with its clock times in seconds; they must be those of its kind."""
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        known = _tell_wrong((*path, "kind"), _CHOICE, _KINDS) if "kind" in row else _tell_missing((*path, "kind"))
        problems.append(known)
        return {}
    names = [field.name for field in fields(_KINDS[kind]) if field.name not in _BY_KIND]
    expected = {name.removesuffix("_s") if name in _CLOCKS else name for name in names}
    problems += [_tell_missing((*path, name)) for name in sorted(expected - row.keys())]
    problems += [_tell_unknown((*path, name)) for name in sorted(row.keys() - expected - {"kind"})]
    parsed: dict[str, Any] = {"class": _KINDS[kind].__name__}
    if kind == _REST:
        parsed["is_meal"] = False
    for name in sorted(expected & row.keys()):
        if f"{name}_s" not in _CLOCKS:
            parsed[name] = row[name]
            continue
        try:
            parsed[f"{name}_s"] = parse_clock(row[name])
        except (ValueError, AttributeError):
            problems.append(_tell_wrong((*path, name), _CLOCK))
    return parsed


def _parse_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Fields in braces, each once: of two, one would be read and nobody could say which."""
    fields_once = dict(pairs)
    if len(fields_once) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedFieldError(next(name for name in names if names.count(name) > 1))
    return fields_once


def _parse_int(digits: str) -> int:
    """Whole number of a size that a plan can mean."""
    if len(digits) > len(str(LARGEST_NUMBER)) or abs(int(digits)) > LARGEST_NUMBER:
        raise _OddNumberError(f"{digits[:20]}…")
    return int(digits)


def _parse_float(digits: str) -> float:
    """Finite number."""
    if not math.isfinite(float(digits)):
        raise _OddNumberError(digits[:20])
    return float(digits)


def _check_words(plan: Plan) -> Iterator[Text]:
    """Language and reasons must be such that every paper can put them into words."""
    if plan.language not in LANGUAGES:
        yield _tell_wrong(("language",), _CHOICE, LANGUAGES)
    for at, account in enumerate(plan.accounts):
        if account.reason is not None and not _is_reason(account.reason):
            yield _tell_wrong(("settlements", at, "reason"), _KNOWN_REASON)


def _is_reason(reason: Reason) -> bool:
    """Whether the code is known, every number of its sentence is there, and all values are of their kind."""
    if reason.code not in REASONS:
        return False
    names = [name for _, name, _, _ in Formatter().parse(REASONS[reason.code]) if name]
    kinds = all(
        isinstance(value, str) if name in TEXTS else isinstance(value, int) and value >= 0
        for name, value in reason.values.items()
    )
    return kinds and set(names) <= reason.values.keys() and int(reason.values.get("change-weekday", 0)) < WEEK_DAYS


def _tell_missing(path: Path) -> Text:
    """Words for a field that is missing."""
    return Text(_MISSING, {"field": format_path(path)})


def _tell_unknown(path: Path) -> Text:
    """Words for a field that does not belong where it is."""
    return Text(_UNKNOWN, {"field": show_value(format_path(path))})


def _tell_wrong(path: Path, expected: str, choices: Iterable[str] = ()) -> Text:
    """Words for a field that has to be something else: one of the choices where `_CHOICE` is expected."""
    words = Text(expected, {"choices": ", ".join(choices)})
    return Text(_WRONG, {"field": show_value(format_path(path)), "expected": words})


def _tell_failure(error: Exception) -> Text:
    """Why a text could not be read at all."""
    match error:
        case json.JSONDecodeError():
            return Text(_BROKEN, {"line": Number(error.lineno), "column": Number(error.colno)})
        case _OddNumberError():
            return Text(_NO_NUMBER, {"value": str(error)})
        case _RepeatedFieldError():
            return Text(_TWICE, {"field": show_value(str(error))})
        case RecursionError():
            return Text(_TOO_DEEP)
        case _:
            return Text(_BROKEN_LETTER)


def _tell_errors(errors: Iterable[ErrorDetails], document: Mapping[str, Any], alien: frozenset[str]) -> list[Text]:
    """What the fields have to be: one for each field, although the parser tries several classes for a row."""
    found: dict[Path, Text] = {}
    for error in errors:
        path = _find_path(error, document, alien)
        if path is not None:
            # What has no path is JSON that our reader took and the parser did not: it is nested too deep.
            found[path] = _tell_fault(translate_error(error, JSON), path) if path else Text(_TOO_DEEP)
    return list(found.values())


def _tell_fault(fault: Fault, path: Path) -> Text:
    """Words for one fault."""
    if fault.kind is FaultKind.MISSING:
        return _tell_missing(path)
    if fault.kind is FaultKind.CHOICE:
        return _tell_wrong(path, _CHOICE, fault.choices)
    return Text(_WRONG, {"field": show_value(format_path(path)), "expected": fault.expected})


def _find_path(error: ErrorDetails, document: Mapping[str, Any], alien: frozenset[str]) -> Path | None:
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
    return tuple(part.removesuffix("_s") if part in _CLOCKS and isinstance(part, str) else part for part in path)
