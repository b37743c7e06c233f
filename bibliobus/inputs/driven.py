"""Plan that is driven today, out of ``today.json``: which bus comes where on which day, and in which order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.calendar import WEEK_DAYS, Cycle
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.inputs.files import InputFile

TODAY_UNREADABLE: Final = FindingKind(
    "today-unreadable",
    Severity.ERROR,
    N_("This is not a plan of bibliobus, so no search can start from it."),
    N_("Let “bibliobus init --from-timetable” write it anew, or take the file out of the area to plan from nothing."),
)
MOST_WEEKS: Final = 4


@dataclass(frozen=True)
class DrivenTour:
    """One bus on one day of the cycle that is driven today: its settlements in the order of the calls."""

    bus_id: str
    day: int
    settlement_ids: tuple[str, ...]


@dataclass(frozen=True)
class Driven:
    """What is driven today, whatever rules it breaks; it may name buses and settlements that an area no longer has."""

    cycle: Cycle
    tours: tuple[DrivenTour, ...]

    def list_tours(self, cycle: Cycle) -> tuple[DrivenTour, ...]:
        """Tours with their days in another cycle, which may begin on another Monday; none if it has other weeks."""
        if cycle.weeks != self.cycle.weeks:
            return ()
        days = cycle.weeks * WEEK_DAYS
        later = (cycle.first_day - self.cycle.first_day).days
        return tuple(DrivenTour(tour.bus_id, (tour.day - later) % days, tour.settlement_ids) for tour in self.tours)


def read_driven(file: InputFile) -> tuple[Driven | None, list[Finding]]:
    """
    Read buses, days and calls of a plan, and nothing else of it.

    Parameters
    ----------
    file
        A ``plan.json``, under whatever name.

    Returns
    -------
    driven : Driven or None
        None if the file is no plan.
    findings : list of Finding
        One error, or nothing.
    """
    try:
        return _parse(json.loads(file.content.decode("utf-8-sig"))), []
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        # All that odd JSON gives; what is wrong with a plan is told by the commands that open it as one.
        return None, [TODAY_UNREADABLE.at(Place(file.name))]


def _parse(document: dict[str, Any]) -> Driven:
    """Plan in the document; one of the errors above if it is none."""
    weeks, first_day = (
        _whole(document["cycle"]["weeks"], MOST_WEEKS),
        date.fromisoformat(document["cycle"]["first_day"]),
    )
    if weeks == 0 or first_day.weekday() != 0:
        raise ValueError(weeks)
    cycle = Cycle(weeks, first_day)
    return Driven(cycle, tuple(_parse_tour(tour, weeks * WEEK_DAYS - 1) for tour in document["tours"]))


def _parse_tour(tour: dict[str, Any], last_day: int) -> DrivenTour:
    """One tour."""
    return DrivenTour(_text(tour["bus_id"]), _whole(tour["day"], last_day), tuple(_list_calls(tour["rows"])))


def _list_calls(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Settlements of the calls in their order."""
    for row in rows:
        if row["kind"] == "call":
            yield _text(row["settlement_id"])


def _text(value: object) -> str:
    """Text, or an error."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _whole(value: object, most: int) -> int:
    """Whole number from 0 to the most, or an error."""
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(value)
    return value
