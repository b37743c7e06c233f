"""
Calls and settlements without a bus as rows, and series of visits with the dates on which the bus does not come.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, DateSpan, rhythm_days, week_of, weekday_of
from bibliobus.plan.dates import service_dates, tell_cause
from bibliobus.plan.explain.reasons import describe_reason, describe_ways_out
from bibliobus.plan.measure.figures import FIGURES, find_empty_shares, format_figure
from bibliobus.plan.names import name_settlement, spell_places
from bibliobus.plan.plan import Standing
from bibliobus.words.alphabet import alphabet_key
from bibliobus.words.language import N_
from bibliobus.words.text import Length, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.dates import ServiceDate
    from bibliobus.plan.measure.figures import Unit
    from bibliobus.plan.plan import Account, Plan
    from bibliobus.words.language import Language
    from bibliobus.words.text import Name

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
        A name of `bibliobus.plan.measure.figures.FIGURES`.
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
        In the order of `bibliobus.plan.measure.figures.FIGURES`.
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


def group_calls(calls: Sequence[CallRow], cycle_weeks: int) -> Iterator[tuple[int, CallRow]]:
    """
    Group the visits that one rhythm describes.

    Parameters
    ----------
    calls
        Visits of the cycle.
    cycle_weeks
        Weeks of the cycle, 1 to 4.

    Yields
    ------
    tuple of int and CallRow
        Weeks between the visits, and the first of them. Visits at one settlement by one bus on one weekday at one
        clock time that come at equal distances are one group; others are groups of one, once a cycle.
    """
    groups: dict[tuple[str, str, int, int, int], list[CallRow]] = {}
    for call in calls:
        groups.setdefault((call.settlement_id, call.bus, call.weekday, call.start_s, call.end_s), []).append(call)
    found = [pair for group in groups.values() for pair in _split(group, cycle_weeks)]
    place = {settlement_id: at for at, settlement_id in enumerate(dict.fromkeys(call.settlement_id for call in calls))}
    yield from sorted(found, key=lambda pair: (place[pair[1].settlement_id], pair[1].day, pair[1].start_s, pair[1].bus))


def _split(group: Sequence[CallRow], cycle_weeks: int) -> list[tuple[int, CallRow]]:
    """The group as one rhythm if it is regular, else each visit once a cycle."""
    weeks, rest = divmod(cycle_weeks, len(group))
    days = tuple(call.day for call in group)
    if not rest and days[0] < weeks * WEEK_DAYS and days == rhythm_days(cycle_weeks, weeks, days[0]):
        return [(weeks, group[0])]
    return [(cycle_weeks, call) for call in group]


NO_SCHOOL: Final = N_("No school on this date")
YEAR_DAYS: Final = 365


@dataclass(frozen=True)
class Cancelled:
    """
    A date of the rhythm on which the bus does not come.

    Parameters
    ----------
    day
        The date.
    why
        A few words in the reader's language, without a full stop.
    """

    day: date
    why: str


@dataclass(frozen=True)
class Series:
    """
    Visits of one bus at one stop on one weekday at one clock time.

    Parameters
    ----------
    call
        First visit of the cycle; its ``date`` lies in the first cycle, not in the span.
    weeks
        Weeks between the visits.
    dates
        Dates of the rhythm on which the bus comes, in order.
    cancelled
        Dates of the rhythm on which it does not, in order.
    extra
        Dates beside the rhythm on which it comes: visits moved from other dates, in order.
    """

    call: CallRow
    weeks: int
    dates: tuple[date, ...]
    cancelled: tuple[Cancelled, ...]
    extra: tuple[date, ...]

    @property
    def visits(self) -> tuple[date, ...]:
        """All dates on which the bus comes, in order."""
        return tuple(sorted({*self.dates, *self.extra}))


def span_year(first: date) -> DateSpan:
    """
    Make the span that holds where nobody asked for another.

    Parameters
    ----------
    first
        First date.

    Returns
    -------
    DateSpan
        A year from the first date on.
    """
    return DateSpan(first, first + timedelta(days=YEAR_DAYS - 1))


def list_series(plan: Plan, dataset: Dataset, span: DateSpan, language: Language) -> tuple[Series, ...]:
    """
    List the series of all stops.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.
    span
        Dates that are wanted.
    language
        Language of names and reasons.

    Returns
    -------
    tuple of Series
        Sorted by name in the alphabet, then day of the cycle and time. A series without a date in the span is
        there too.
    """
    buses = {bus.bus_id: bus.name for bus in dataset.scenario.buses}
    found: dict[tuple[str, int, int, str], list[ServiceDate]] = defaultdict(list)
    for service in service_dates(plan, dataset.scenario, span.first, span.last):
        for call in service.tour.calls:
            key = (call.settlement_id, service.tour.day, call.start_s, buses[service.tour.bus_id])
            found[key].append(service)
    groups = group_calls(list_calls(plan, dataset, language), plan.cycle.weeks)
    return tuple(
        _build(call, weeks, [one for day in _list_days(call, weeks, plan) for one in found[day]], language)
        for weeks, call in groups
    )


def _list_days(call: CallRow, weeks: int, plan: Plan) -> Iterable[tuple[str, int, int, str]]:
    """Keys of the visits of the cycle that a series describes."""
    days = range(call.day, plan.cycle.weeks * WEEK_DAYS, weeks * WEEK_DAYS)
    return [(call.settlement_id, day, call.start_s, call.bus) for day in days]


def _build(call: CallRow, weeks: int, services: list[ServiceDate], language: Language) -> Series:
    """Series of the dates of its tours."""
    dates, cancelled, extra = [], [], []
    for service in services:
        skipped = call.settlement_id in service.skipped
        comes = service.driven and not skipped
        if service.instead_of is not None:
            extra += [service.day] if comes else []
        elif comes:
            dates.append(service.day)
        else:
            why = language.gettext(NO_SCHOOL) if service.driven else tell_cause(service, language)
            cancelled.append(Cancelled(service.day, why))
    cancelled.sort(key=lambda one: one.day)
    return Series(call, weeks, tuple(sorted(dates)), tuple(cancelled), tuple(sorted(extra)))
