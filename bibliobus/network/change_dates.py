"""Road changes and the days of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.changes import ChangeKind
from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.language import N_
from bibliobus.network.change_roads import place_change

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bibliobus.domain.changes import RoadChange

PARTLY_VALID: Final = FindingKind(
    "change-partly-valid",
    Severity.NOTE,
    N_(
        "The change “{change}” holds only on some days of the plan, {first} to {last}; the plan "
        "respects it on all days."
    ),
    N_("Plan the days before and after it separately to use the road on the other days."),
)
PARTLY_OPENED: Final = FindingKind(
    "change-partly-opened",
    Severity.NOTE,
    N_("The change “{change}” opens a road only on some days of the plan, {first} to {last}; it is not used at all."),
    N_("Plan the days on which the road is open separately to use it."),
)


def select_changes(
    changes: Iterable[RoadChange], first_day: date, last_day: date
) -> tuple[tuple[RoadChange, ...], list[Finding]]:
    """
    Select the changes that matter to the days of a plan.

    Parameters
    ----------
    changes
        Changes in their order.
    first_day
        First day of the plan.
    last_day
        Last day of the plan.

    Returns
    -------
    changes : tuple of RoadChange
        Those that hold on any of the days; an opened road only if it is open on all of them.
    findings : list of Finding
        A note for each that holds on some of the days only.
    """
    kept, findings = [], []
    for change in changes:
        if not change.overlaps(first_day, last_day):
            continue
        opened, covers = change.kind is ChangeKind.OPENED, change.covers(first_day, last_day)
        if not covers:
            kind = PARTLY_OPENED if opened else PARTLY_VALID
            place = place_change(change, "valid_to" if change.covers(first_day, first_day) else "valid_from")
            findings.append(kind.at(place, change=change.change_id, first=first_day, last=last_day))
        if covers or not opened:
            kept.append(change)
    return tuple(kept), findings
