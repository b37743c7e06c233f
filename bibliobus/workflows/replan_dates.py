"""From which day a plan made anew holds."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.errors import InputError
from bibliobus.findings import FindingKind, Place, Severity
from bibliobus.inputs.changes import read_changes_file
from bibliobus.language import N_

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bibliobus.plan.timetable import Plan

NO_FIRST_DAY: Final = FindingKind(
    "first-day-not-found",
    Severity.ERROR,
    N_("The line with the first day of the cycle was not found, so the cycle cannot be moved to {day}."),
    N_("Write it as a line of its own in the table [cycle]: first_day = 2026-03-02."),
)
_FIRST_DAY: Final = re.compile(r"(\bfirst_day\s*=\s*)\d{4}-\d{2}-\d{2}")


def choose_start(plan: Plan, changes: Path | None, first: date | None) -> date:
    """
    Choose the Monday on which the cycle of the new plan begins.

    Parameters
    ----------
    plan
        The published plan; its timetable repeats.
    changes
        File of road changes; None for none.
    first
        First day of the new plan; None: the first day of the published one, or, if no change holds in its first
        cycle and some begin later, the day on which the first of them begins.

    Returns
    -------
    date
        A Monday, not before the first day of the published plan.
    """
    cycle = plan.cycle
    if first is None and changes is not None:
        last = cycle.date_of(cycle.weeks * WEEK_DAYS - 1)
        edits = read_changes_file(changes)[0] or ()
        later = [edit.valid_from for edit in edits if edit.valid_from is not None and edit.valid_from > last]
        if later and not any(edit.overlaps(cycle.first_day, last) for edit in edits):
            first = min(later)
    weeks = 0 if first is None else max(0, (first - cycle.first_day).days // WEEK_DAYS)
    return cycle.first_day + timedelta(days=weeks * WEEK_DAYS)


def next_cycle(plan: Plan, start: date, freeze: date | None) -> date:
    """
    Find the Monday of the week in which a freeze ends.

    Parameters
    ----------
    plan
        The published plan.
    start
        Monday on which the cycle of the new plan begins.
    freeze
        Date before which nothing may change; None for none.

    Returns
    -------
    date
        A Monday, not before the start.
    """
    return start if freeze is None else max(start, choose_start(plan, None, freeze))


def move_cycle(scenario: Path, start: date, spare: Path) -> Path:
    """
    Write a scenario whose cycle begins on another Monday.

    Parameters
    ----------
    scenario
        The scenario.
    start
        The Monday.
    spare
        Folder for the new file.

    Returns
    -------
    Path
        The new file; equal to the old one but for the first day of the cycle.

    Raises
    ------
    InputError
        If the line with the first day is not found.
    """
    text = scenario.read_bytes().decode("utf-8", errors="surrogateescape")
    moved, count = _FIRST_DAY.subn(rf"\g<1>{start.isoformat()}", text, count=1)
    if not count:
        raise InputError(NO_FIRST_DAY.at(Place(scenario.name), day=start))
    file = spare / "scenario.toml"
    file.write_bytes(moved.encode("utf-8", errors="surrogateescape"))
    return file
