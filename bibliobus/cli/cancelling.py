"""``replan --cancel``: a bus does not drive on some dates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.cli.options import parse_day
from bibliobus.words.language import LANGUAGES, N_, Language

if TYPE_CHECKING:
    from bibliobus.tasks.cancel import Cancelled, CancelOrder

NO_DATE: Final = N_("“{value}” is not a date such as 2026-03-09.")
ALONE: Final = N_("--cancel goes with --until, and with none of these: {options}.")
_OTHERS: Final = {"first": "--from", "freeze": "--freeze-until", "improve": "--improve", "area": "--area"}
TOLD_FILES: Final = (
    ("notices.txt", N_("a short text for each settlement, in both languages")),
    ("notices.csv", N_("the same texts as a table, for messages")),
    ("exceptions.csv", N_("each changed visit with its old and new date")),
)
"""What every plan made anew is told with."""

PLAN_FILE: Final = ("plan.json", N_("the new plan, with map and timetables as always"))
_COSTS_FILE: Final = ("cancel.json", N_("what is cancelled and what each offer costs, for the computer"))


def cancel(path: Path, out: Path, words: dict[str, Any], language: Language) -> int:
    """Cancel tours, find replacement dates, and write what to tell."""
    from bibliobus.cli.console import show_waiting
    from bibliobus.tasks.cancel import cancel_tours
    from bibliobus.tasks.cancel_papers import write_cancelled

    order = _read_order(words, language)
    with show_waiting(language, quiet=words["as_json"]):
        cancelled = cancel_tours(path, order, out, force=words["force"])
    write_cancelled(cancelled, path, out, force=words["force"])
    return _report(cancelled, out, words)


def _read_order(words: dict[str, Any], language: Language) -> CancelOrder:
    """Buses and dates of the command line."""
    from bibliobus.tasks.cancel import CancelOrder

    mixed = [option for name, option in _OTHERS.items() if words[name]]
    if mixed:
        raise click.UsageError(language.gettext(ALONE).format(options=", ".join(mixed)))
    absences = []
    for bus_id, text in words["cancel"]:
        day = parse_day(text)
        if day is None:
            raise click.UsageError(language.gettext(NO_DATE).format(value=text))
        absences.append((bus_id, day))
    return CancelOrder(tuple(absences), words["until"])


def _report(cancelled: Cancelled, out: Path, words: dict[str, Any]) -> int:
    """Say what replaces what, what to tell, and where it was written."""
    from bibliobus.cli.console import print_json, print_lines, print_table
    from bibliobus.tasks.cancel_papers import (
        MORE_ROOM,
        OFFER_HEAD,
        OFFERS,
        list_cancel_facts,
        list_cancel_notices,
        list_offer_cells,
    )

    spoken = Language(words["lang"] or cancelled.plan.language)
    code = 1 if words["strict"] and any(visit.new is None for visit in cancelled.visits) else 0
    if words["as_json"]:
        print_json({"exit_code": code, "output": str(out), **list_cancel_facts(cancelled), "findings": []})
        return code
    print_lines([*(told[LANGUAGES.index(spoken.code)] for _, told in list_cancel_notices(cancelled)), ""])
    head = [spoken.gettext(word) for word in OFFER_HEAD]
    print_table(spoken.gettext(OFFERS), head, list_offer_cells(cancelled, spoken), right=[3, 4, 5, 6, 7])
    if any(visit.new is None for visit in cancelled.visits):
        print_lines([spoken.gettext(MORE_ROOM), ""])
    written = [(name, spoken.gettext(text)) for name, text in (*TOLD_FILES, _COSTS_FILE, PLAN_FILE)]
    print_table(spoken.gettext("Written to {folder}").format(folder=out), ("", ""), written)
    return code
