"""Plans as text: plan.json, both ways."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, Any, Final

from bibliobus.errors import InputError
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.language import LANGUAGES, N_
from bibliobus.plan.explain import REASONS
from bibliobus.plan.timetable import Call, Leg, Pause, Plan, Row, Tour
from bibliobus.units import format_clock, parse_clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import TypeAdapter

    from bibliobus.plan.timetable import Reason

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

_KINDS: Final[Mapping[str, type[Leg | Call | Pause]]] = {"leg": Leg, "call": Call, "break": Pause}
_CLOCKS: Final = ("leave_s", "arrive_s", "start_s", "end_s")


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
        "provenance": asdict(plan.provenance),
    }
    lines = [f"  {_dump(key)}: {_dump(value)}," for key, value in head.items()]
    tours = ",\n".join(_format_tour(plan, tour) for tour in plan.tours)
    accounts = ",\n".join(f"    {_dump(asdict(account))}" for account in plan.accounts)
    lines += [f'  "tours": [\n{tours}\n  ],', f'  "settlements": [\n{accounts}\n  ]']
    return "{\n" + "\n".join(lines) + "\n}\n"


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
        document = json.loads(text, parse_int=_parse_int, parse_float=_parse_float, parse_constant=_parse_float)
    except (ValueError, RecursionError) as error:
        raise InputError(_unreadable(str(error))) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = document.get("format", "") if isinstance(document, dict) else ""
        raise InputError(PLAN_OTHER_FORMAT.at(Place(FILE_NAME), found=found, expected=FORMAT))
    try:
        # Through text once more: only there do strict types know dates, names of a choice and tuples.
        plan = _plan_parser().validate_json(json.dumps(_reshape(document), ensure_ascii=False).encode(), strict=True)
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:MOST_PROBLEMS])
        raise InputError(*map(_unreadable, wrong)) from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise InputError(_unreadable(f"{type(error).__name__} {error}")) from error
    problems = [*_check_words(plan)]
    if problems:
        raise InputError(*map(_unreadable, problems[:MOST_PROBLEMS]))
    return plan


def _unreadable(problem: str) -> Finding:
    """Finding about a text that is no plan."""
    return PLAN_UNREADABLE.at(Place(FILE_NAME), problem=problem)


@cache
def _plan_parser() -> TypeAdapter[Plan]:
    """Parser that checks the types of every field."""
    from pydantic import TypeAdapter

    return TypeAdapter(Plan)


def _dump(value: object) -> str:
    """JSON on one line with readable letters."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def _format_tour(plan: Plan, tour: Tour) -> str:
    """A tour: its head on one line, then one row a line."""
    head = {"bus_id": tour.bus_id, "day": tour.day, "date": plan.cycle.date_of(tour.day).isoformat()}
    rows = ",\n".join(f"      {_dump(_format_row(row))}" for row in tour.rows)
    return f'    {_dump(head)[:-1]}, "rows": [\n{rows}\n    ]}}'


def _format_row(row: Row) -> dict[str, object]:
    """A row with its kind, clock times as people read them."""
    kind = next(name for name, of in _KINDS.items() if isinstance(row, of))
    fields = {name: format_clock(value) if name in _CLOCKS else value for name, value in asdict(row).items()}
    return {"kind": kind} | {
        name.removesuffix("_s") if name in _CLOCKS else name: value for name, value in fields.items()
    }


def _reshape(document: Mapping[str, Any]) -> dict[str, Any]:
    """Document in the shape of the dataclasses."""
    tours = [{**tour, "rows": [_parse_row(row) for row in _rows(tour)]} for tour in _rows(document, "tours")]
    return {**document, "tours": tours, "accounts": document["settlements"]}


def _rows(holder: Mapping[str, Any], name: str = "rows") -> list[Any]:
    """List that a JSON object holds under a name."""
    if not isinstance(holder[name], list):
        raise TypeError(name)
    return list(holder[name])


def _parse_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a row with its clock times in seconds; they must be those of its kind."""
    parsed = {
        f"{name}_s" if f"{name}_s" in _CLOCKS else name: parse_clock(value) if f"{name}_s" in _CLOCKS else value
        for name, value in row.items()
        if name != "kind"
    }
    odd = sorted(row.keys() & set(_CLOCKS))
    expected = {field.name for field in fields(_KINDS[row["kind"]])}
    odd += sorted(name.removesuffix("_s") if name in _CLOCKS else name for name in parsed.keys() ^ expected)
    if odd:
        raise ValueError(f"{row['kind']}: {', '.join(odd)}")
    return parsed


def _parse_int(digits: str) -> int:
    """Whole number of a size that a plan can mean."""
    if len(digits) > len(str(LARGEST_NUMBER)) or abs(int(digits)) > LARGEST_NUMBER:
        raise ValueError(f"{digits[:20]}…")
    return int(digits)


def _parse_float(digits: str) -> float:
    """Finite number."""
    if not math.isfinite(float(digits)):
        raise ValueError(digits[:20])
    return float(digits)


def _check_words(plan: Plan) -> Iterator[str]:
    """Language and reasons must be such that every paper can put them into words."""
    if plan.language not in LANGUAGES:
        yield f"language: {plan.language}"
    for account in plan.accounts:
        if account.reason is not None and not _is_reason(account.reason):
            yield f"settlements.{account.settlement_id}.reason: {account.reason.code}"


def _is_reason(reason: Reason) -> bool:
    """Whether the code is known and every number of its sentence is there."""
    if reason.code not in REASONS:
        return False
    names = [name for _, name, _, _ in Formatter().parse(REASONS[reason.code]) if name]
    return all(isinstance(value := reason.values.get(name), int) and value >= 0 for name in names)
