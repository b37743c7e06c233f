"""Rows that several reports share: calls, settlements without a bus, and key figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.alphabet import alphabet_key
from bibliobus.domain.calendar import week_of, weekday_of
from bibliobus.language import N_
from bibliobus.plan.explain import describe_reason, describe_ways_out
from bibliobus.plan.measure import FIGURES, find_empty_shares, format_figure
from bibliobus.plan.names import name_settlement, spell_places
from bibliobus.plan.timetable import Standing
from bibliobus.wording import Length, Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bibliobus.inputs.dataset import Dataset
    from bibliobus.language import Language
    from bibliobus.plan.measure import Unit
    from bibliobus.plan.timetable import Account, Plan
    from bibliobus.wording import Name

NOTHING: Final = "–"
"""In place of a share of nothing."""
LIBRARY_HERE: Final = N_("A library stands here: {library}.")
LIBRARY_NEAR: Final = N_("A library is near: {library}, {distance} by road.")

STANDINGS: Final = {
    "impossible": N_("Not served: not possible under the rules"),
    "sacrificed": N_("Not served: no time left"),
    "not_needed": N_("No bus needed: a library is near"),
}
"""How a settlement without a bus stands, in the order of the tables."""


@dataclass(frozen=True)
class CallRow:
    """
    One visit of the bus.

    Parameters
    ----------
    settlement_id
        Settlement served.
    name
        Its name in the reader's language.
    hromada
        Municipality; may be empty.
    raion
        District; may be empty.
    rhythm_weeks
        Weeks between visits.
    day
        Day of the cycle, 0 is the Monday of week 1.
    week
        1 for the first week.
    weekday
        0 (Monday) to 6 (Sunday).
    date
        Date in the first cycle.
    start_s
        Published arrival, seconds after midnight.
    end_s
        Published departure, seconds after midnight.
    bus
        Name of the bus.
    lat
        Degrees north.
    lon
        Degrees east.
    """

    settlement_id: str
    name: str
    hromada: str
    raion: str
    rhythm_weeks: int
    day: int
    week: int
    weekday: int
    date: date
    start_s: int
    end_s: int
    bus: str
    lat: float
    lon: float


@dataclass(frozen=True)
class OutsideRow:
    """
    One settlement without a bus.

    Parameters
    ----------
    settlement_id
        The settlement.
    name
        Its name in the reader's language.
    hromada
        Municipality; may be empty.
    raion
        District; may be empty.
    population
        Residents, counted or assumed.
    standing
        A name of `STANDINGS`.
    why
        One sentence.
    ways
        What would change it, in sentences; empty if nothing is known or nothing has to change.
    library
        Name of the nearest library by road; empty if none can be reached.
    library_m
        Metres by road to it; None if none can be reached.
    """

    settlement_id: str
    name: str
    hromada: str
    raion: str
    population: int
    standing: str
    why: str
    ways: str
    library: str
    library_m: int | None


@dataclass(frozen=True)
class FigureRow:
    """
    One key figure.

    Parameters
    ----------
    name
        A name of `bibliobus.plan.measure.FIGURES`.
    label
        What it is, in the reader's language.
    text
        Its value with the unit, in the reader's language; a dash for a share of nothing.
    value
        Its value in `unit`; None for a share of nothing.
    unit
        What it counts.
    """

    name: str
    label: str
    text: str
    value: float | None
    unit: Unit


def list_calls(plan: Plan, dataset: Dataset, language: Language) -> tuple[CallRow, ...]:
    """
    List the visits of the cycle.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.
    language
        Language of the reader.

    Returns
    -------
    tuple of CallRow
        Sorted by name in the alphabet, then settlement, then time.
    """
    settlements = {settlement.settlement_id: settlement for settlement in dataset.settlements}
    rhythms = {account.settlement_id: account.rhythm_weeks for account in plan.accounts}
    buses = {bus.bus_id: bus.name for bus in dataset.scenario.buses}
    rows = [
        CallRow(
            settlement_id=(settlement := settlements[call.settlement_id]).settlement_id,
            name=name_settlement(settlement, language),
            hromada=settlement.hromada,
            raion=settlement.raion,
            rhythm_weeks=rhythms[call.settlement_id],
            day=tour.day,
            week=week_of(tour.day),
            weekday=weekday_of(tour.day),
            date=plan.cycle.date_of(tour.day),
            start_s=call.start_s,
            end_s=call.end_s,
            bus=buses[tour.bus_id],
            lat=settlement.lat,
            lon=settlement.lon,
        )
        for tour in plan.tours
        for call in tour.calls
    ]
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.settlement_id, row.day, row.start_s)))


def list_outside(plan: Plan, dataset: Dataset, language: Language) -> tuple[OutsideRow, ...]:
    """
    List the settlements without a bus.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.
    language
        Language of the reader.

    Returns
    -------
    tuple of OutsideRow
        Those that cannot be served, then those that gave way to others, then those that need no bus;
        each sorted by name in the alphabet.
    """
    settlements = {settlement.settlement_id: settlement for settlement in dataset.settlements}
    libraries = {library.library_id: library.name for library in dataset.libraries}
    names = spell_places(dataset)
    rows = [
        OutsideRow(
            settlement_id=(settlement := settlements[account.settlement_id]).settlement_id,
            name=name_settlement(settlement, language),
            hromada=settlement.hromada,
            raion=settlement.raion,
            population=account.population,
            standing=_find_standing(account),
            why=_explain(account, libraries).render(language),
            ways=" ".join(way.render(language) for way in _list_ways(account, names)),
            library=libraries.get(account.library_id, account.library_id),
            library_m=account.library_m,
        )
        for account in plan.accounts
        if account.standing is not Standing.SERVED
    ]
    order = list(STANDINGS)
    return tuple(sorted(rows, key=lambda row: (order.index(row.standing), alphabet_key(row.name), row.settlement_id)))


def list_figures(plan: Plan, language: Language) -> tuple[FigureRow, ...]:
    """
    List the key figures.

    Parameters
    ----------
    plan
        The plan.
    language
        Language of the reader.

    Returns
    -------
    tuple of FigureRow
        In the order of `bibliobus.plan.measure.FIGURES`.
    """
    empty = find_empty_shares(plan.tours, plan.accounts)
    rows = []
    for name, figure in FIGURES.items():
        value = None if name in empty else plan.figures[name]
        text = NOTHING if value is None else format_figure(name, value, language)
        rows.append(FigureRow(name, language.gettext(figure.label), text, value, figure.unit))
    return tuple(rows)


def _find_standing(account: Account) -> str:
    """Name of `STANDINGS`."""
    if account.standing is Standing.NOT_NEEDED:
        return "not_needed"
    return "impossible" if account.reason and account.reason.impossible else "sacrificed"


def _list_ways(account: Account, names: Mapping[str, Name]) -> tuple[Text, ...]:
    """What would change it that a settlement is not served."""
    return describe_ways_out(account.reason, names) if account.reason else ()


def _explain(account: Account, libraries: Mapping[str, str]) -> Text:
    """Why there is no bus."""
    if account.reason is not None:
        return describe_reason(account.reason)
    library = libraries.get(account.library_id, account.library_id)
    if not account.library_m:
        return Text(LIBRARY_HERE, {"library": library})
    return Text(LIBRARY_NEAR, {"library": library, "distance": Length(account.library_m)})
