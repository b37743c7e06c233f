"""Plans as text: plan.json, both ways."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from bibliobus.errors import InputError
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.language import N_
from bibliobus.plan.timetable import Call, Leg, Pause, Plan, Row, Tour
from bibliobus.units import format_clock, parse_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import TypeAdapter

FORMAT: Final = "bibliobus-plan/1"
FILE_NAME: Final = "plan.json"
LARGEST_BYTES: Final = 64 * 2**20

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
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError(_unreadable(str(error))) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = document.get("format", "") if isinstance(document, dict) else ""
        raise InputError(PLAN_OTHER_FORMAT.at(Place(FILE_NAME), found=found, expected=FORMAT))
    try:
        return _plan_parser().validate_python(_reshape(document))
    except ValidationError as error:
        raise InputError(
            *(_unreadable(f"{'.'.join(map(str, one['loc']))}: {one['msg']}") for one in error.errors())
        ) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(_unreadable(repr(error))) from error


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
    tours = [{**tour, "rows": [_parse_row(row) for row in tour["rows"]]} for tour in document["tours"]]
    return {**document, "tours": tours, "accounts": document["settlements"]}


def _parse_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a row with its clock times in seconds; which fields there are tells the kind."""
    return {
        f"{name}_s" if f"{name}_s" in _CLOCKS else name: parse_clock(value) if f"{name}_s" in _CLOCKS else value
        for name, value in row.items()
    }
