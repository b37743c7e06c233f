"""Write what the cancelling of a tour means: the plan as it is, the exceptions, and the notices."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bibliobus.language import LANGUAGES, N_, Language
from bibliobus.plan.kept_back import find_kept_back, write_kept_back
from bibliobus.plan.names import name_settlement
from bibliobus.reports.notices import CUT, EXCEPTION_COLUMNS, hold_apart, list_cells
from bibliobus.reports.plain_csv import format_csv
from bibliobus.units import format_clock
from bibliobus.wording import Text
from bibliobus.workflows.output import write_folder
from bibliobus.workflows.replan_papers import copy_plan

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from bibliobus.plan.compare import DatedVisit
    from bibliobus.workflows.cancel import Cancelled, CancelledVisit

COLUMNS: Final = ("settlement_id", "name_uk", "name_latin", "hromada", "text_uk", "text_en")
CANCELLED: Final = N_("{place}: the mobile library. On {date}, {start}–{end}, the bus does not come.")
INSTEAD: Final = N_("It comes instead on {date}, {start}–{end}.")
NO_REPLACEMENT: Final = N_("There is no replacement; the next visit is on {date}.")
NO_VISIT_KNOWN: Final = N_("There is no replacement.")
MOVED: Final = N_("{place}: the mobile library. On {date} the bus comes at {start}–{end}.")


def write_cancelled(cancelled: Cancelled, path: Path, out: Path, *, force: bool) -> None:
    """
    Write what the cancelling of a tour means.

    Parameters
    ----------
    cancelled
        Cancelled visits and their replacements.
    path
        Folder of the published plan, or its plan.json.
    out
        Folder to write: the plan byte for byte, and exceptions.csv, notices.csv, notices.txt, cancel.json.
    force
        True if a folder that stands there may be replaced.

    Raises
    ------
    UsageError
        If the output is in the way.
    ToolError
        If it cannot be written.
    """
    plan, dataset = cancelled.plan, cancelled.case.dataset
    kept_back = frozenset(find_kept_back(plan, dataset))
    files = copy_plan(path if path.is_dir() else path.parent) | _render(cancelled, without=kept_back)
    files["cancel.json"] = (json.dumps(list_cancel_facts(cancelled), ensure_ascii=False, indent=2) + "\n").encode()
    if kept_back & {key for key, _ in list_notices(cancelled)}:
        others = frozenset(place.settlement_id for place in dataset.settlements) - kept_back
        apart = _render(cancelled, without=others)
        files |= hold_apart(apart, (write_kept_back(Language(code), (plan, dataset)) for code in LANGUAGES))
    write_folder(out, files, force=force)


def _render(cancelled: Cancelled, *, without: Collection[str]) -> dict[str, bytes]:
    """Notices and exceptions of the settlements that are not left out."""
    settlements = {s.settlement_id: s for s in cancelled.case.dataset.settlements}
    rows, texts = [], []
    for key, told in list_notices(cancelled):
        if key not in without:
            one = settlements[key]
            rows.append((key, one.name_uk, one.name_latin, one.hromada, *told))
            texts.append("\n".join(told))
    return {
        "exceptions.csv": _render_exceptions(cancelled, without),
        "notices.csv": format_csv(COLUMNS, rows),
        "notices.txt": ("\N{BYTE ORDER MARK}" + CUT.join(texts) + "\n").encode(),
    }


def list_notices(cancelled: Cancelled) -> list[tuple[str, tuple[str, ...]]]:
    """
    List the notices of everybody concerned.

    Parameters
    ----------
    cancelled
        Cancelled visits and their replacements.

    Returns
    -------
    list of (str, tuple of str)
        Settlement, and its text in each of `LANGUAGES`.
    """
    names = {s.settlement_id: s for s in cancelled.case.dataset.settlements}
    languages = [Language(code) for code in LANGUAGES]
    told = [
        (
            visit.settlement_id,
            tuple(_write(visit, name_settlement(names[visit.settlement_id], one), one) for one in languages),
        )
        for visit in cancelled.visits
    ]
    for key, _, new in cancelled.moved:
        words = [
            Text(MOVED, {"place": name_settlement(names[key], one), **_tell(new, one)}).render(one) for one in languages
        ]
        told.append((key, tuple(words)))
    return told


def list_cancel_facts(cancelled: Cancelled) -> dict[str, Any]:
    """
    List what the cancelling of a tour means as values that JSON knows.

    Parameters
    ----------
    cancelled
        Cancelled visits and their replacements.

    Returns
    -------
    dict
        Each cancelled visit with its replacement, and what moves a little.
    """
    return {
        "cancelled": [
            {
                "settlement_id": visit.settlement_id,
                "old": _list_facts(visit.old),
                "new": None if visit.new is None else _list_facts(visit.new),
                "following": visit.following and visit.following.isoformat(),
            }
            for visit in cancelled.visits
        ],
        "moved": [
            {"settlement_id": key, "old": _list_facts(old), "new": _list_facts(new)}
            for key, old, new in cancelled.moved
        ],
    }


def _render_exceptions(cancelled: Cancelled, without: Collection[str]) -> bytes:
    """Each cancelled, replacing and moved visit with its dates."""
    names = {s.settlement_id: s.name_uk for s in cancelled.case.dataset.settlements}
    rows = [
        (
            visit.settlement_id,
            names[visit.settlement_id],
            "cancelled" if visit.new is None else "replaced",
            *list_cells(visit.old),
            *list_cells(visit.new),
        )
        for visit in cancelled.visits
    ]
    rows += [(key, names[key], "slight", *list_cells(old), *list_cells(new)) for key, old, new in cancelled.moved]
    return format_csv(EXCEPTION_COLUMNS, [row for row in rows if row[0] not in without])


def _write(visit: CancelledVisit, name: str, language: Language) -> str:
    """Notice of a cancelled visit."""
    first = Text(CANCELLED, {"place": name, **_tell(visit.old, language)}).render(language)
    if visit.new is not None:
        return f"{first} {Text(INSTEAD, _tell(visit.new, language)).render(language)}"
    if visit.following is None:
        return f"{first} {Text(NO_VISIT_KNOWN).render(language)}"
    return f"{first} {Text(NO_REPLACEMENT, {'date': language.date(visit.following)}).render(language)}"


def _tell(visit: DatedVisit, language: Language) -> dict[str, str]:
    """Date and clock times in words."""
    day = f"{language.weekday(visit.date.weekday())}, {language.date(visit.date)}"
    return {"date": day, "start": format_clock(visit.start_s), "end": format_clock(visit.end_s)}


def _list_facts(visit: DatedVisit) -> dict[str, str]:
    """Date, bus and clock times."""
    start, end = format_clock(visit.start_s), format_clock(visit.end_s)
    return {"date": visit.date.isoformat(), "bus_id": visit.bus_id, "start": start, "end": end}
