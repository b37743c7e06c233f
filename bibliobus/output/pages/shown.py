"""
What the map shows: tours by bus and weekday, settlements by their standing, and dates of the visits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from string import ascii_uppercase
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.domain.calendar import week_of, weekday_of
from bibliobus.network.places import DEPOT_PREFIX, LIBRARY_PREFIX
from bibliobus.plan.dates import service_dates
from bibliobus.plan.plan import Standing
from bibliobus.view.style import Symbol, find_layer_style
from bibliobus.words.safe import escape_markup
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from bibliobus.domain.fleet import Bus, Depot
    from bibliobus.domain.places import Library, Settlement
    from bibliobus.domain.scenario import Scenario
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Account, Plan, Tour
    from bibliobus.view.style import LayerStyle
    from bibliobus.words.language import Language


@dataclass(frozen=True)
class Stay:
    """
    One call with all that the map says about it.

    Parameters
    ----------
    settlement_id
        Settlement served.
    layer
        Number of the layer it belongs to.
    bus_id
        The bus.
    day
        Day of the cycle.
    order
        Number of the call in its tour, from 1.
    start_s
        Arrival in seconds after midnight.
    end_s
        Departure in seconds after midnight.
    """

    settlement_id: str
    layer: int
    bus_id: str
    day: int
    order: int
    start_s: int
    end_s: int

    @property
    def key(self) -> tuple[str, int, int]:
        """Settlement, day of the cycle and arrival: what its dates are found by."""
        return self.settlement_id, self.day, self.start_s

    @property
    def week(self) -> int:
        """Week of the cycle, from 1."""
        return week_of(self.day)

    @property
    def weekday(self) -> int:
        """Weekday, 0 is Monday."""
        return weekday_of(self.day)


@dataclass(frozen=True)
class TourLayer:
    """
    All tours of one bus on one weekday.

    Parameters
    ----------
    index
        Number of the layer.
    bus
        The bus.
    weekday
        0 (Monday) to 6 (Sunday).
    mark
        Letter of the bus on the badges; empty if there is only one bus.
    style
        Colour and dash.
    tours
        Tours in the order of weeks.
    """

    index: int
    bus: Bus
    weekday: int
    mark: str
    style: LayerStyle
    tours: tuple[Tour, ...]

    @property
    def ordered(self) -> bool:
        """Whether the calls have an order that may be shown: the tours have drives."""
        return any(tour.legs for tour in self.tours)

    @property
    def stays(self) -> tuple[Stay, ...]:
        """Calls in the order of weeks and time."""
        return tuple(
            Stay(call.settlement_id, self.index, tour.bus_id, tour.day, order, call.start_s, call.end_s)
            for tour in self.tours
            for order, call in enumerate(tour.calls, start=1)
        )


def find_layers(plan: Plan, dataset: Dataset) -> tuple[TourLayer, ...]:
    """
    Sort the tours into layers.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.

    Returns
    -------
    tuple of TourLayer
        In the order of the buses of the scenario, then of weekdays.
    """
    buses = {bus.bus_id: number for number, bus in enumerate(dataset.scenario.buses)}
    keys = sorted({(buses[tour.bus_id], weekday_of(tour.day)) for tour in plan.tours})
    return tuple(
        TourLayer(
            index=index,
            bus=dataset.scenario.buses[number],
            weekday=weekday,
            mark=_mark(number) if len(buses) > 1 else "",
            style=find_layer_style(weekday, number),
            tours=_tours(plan, dataset.scenario.buses[number].bus_id, weekday),
        )
        for index, (number, weekday) in enumerate(keys)
    )


def draw_badge(layer: TourLayer, stays: Sequence[Stay], language: Language) -> str:
    """
    Draw the badge of a stop.

    Parameters
    ----------
    layer
        Layer of the stop.
    stays
        Calls of one settlement in this layer; at least one.
    language
        Language of the reader.

    Returns
    -------
    str
        Markup: the weekday, for all weeks together; and for each order number and time a part with a class for each
        week it holds in. The public does not learn in which order a bus drives.
    """
    held: dict[tuple[int, int], list[int]] = {}
    for stay in stays:
        held.setdefault((stay.order, stay.start_s), []).append(stay.week)
    day = f"<em>{escape_markup(' '.join(filter(None, (layer.mark, language.weekday_short(layer.weekday)))))}</em>"
    mark = f"<u>{layer.mark}</u>" if layer.mark else ""
    parts = (
        f'<span class="{mark_weeks(weeks)}">{day}{f"<b>{mark}{order}</b>" if layer.ordered else ""}'
        f"<i>{format_clock(start_s)}</i></span>"
        for (order, start_s), weeks in sorted(held.items(), key=lambda item: (item[1], item[0]))
    )
    style = f"--colour:{layer.style.colour};--ink:{layer.style.ink}"
    return f'<span class="badge" style="{style}"><span class="any">{day}</span>{"".join(parts)}</span>'


def mark_weeks(weeks: Sequence[int]) -> str:
    """
    Name the classes of markup that is shown only in some weeks.

    Parameters
    ----------
    weeks
        Weeks of the cycle, from 1.

    Returns
    -------
    str
        Such as ``in-week w1 w2``.
    """
    return " ".join(["in-week", *(f"w{week}" for week in weeks)])


def _tours(plan: Plan, bus_id: str, weekday: int) -> tuple[Tour, ...]:
    """Tours of one bus on one weekday in the order of weeks."""
    found = (tour for tour in plan.tours if tour.bus_id == bus_id and weekday_of(tour.day) == weekday)
    return tuple(sorted(found, key=lambda tour: tour.day))


def _mark(number: int) -> str:
    """Letter of a bus; two letters from the 27th on."""
    rounds, letter = divmod(number, len(ascii_uppercase))
    return (ascii_uppercase[rounds - 1] if rounds else "") + ascii_uppercase[letter]


@dataclass(frozen=True)
class MapPlace:
    """
    One place on the map.

    Parameters
    ----------
    index
        Number of the place on this page, by which marker, card and row of a table find each other.
    place_id
        Settlement id, ``library/…`` or ``depot/…``.
    symbol
        What it is.
    settlement
        The settlement; None for a building.
    account
        Its account in the plan; None for a building.
    building
        The library or depot; None for a settlement.
    libraries
        Libraries that stand in the settlement.
    """

    index: int
    place_id: str
    symbol: Symbol
    settlement: Settlement | None = None
    account: Account | None = None
    building: Library | Depot | None = None
    libraries: tuple[Library, ...] = ()


def list_places(plan: Plan, dataset: Dataset) -> tuple[MapPlace, ...]:
    """
    List everything that has a place on the map.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.

    Returns
    -------
    tuple of MapPlace
        Settlements, libraries, depots, each in the order of the dataset; a library that stands in
        a settlement without a position of its own is shown by the settlement.
    """
    accounts = {account.settlement_id: account for account in plan.accounts}
    settlements = dataset.settlements
    own = tuple(library for library in dataset.libraries if not library.settlement_id or library.lat is not None)
    depots = dataset.scenario.depots
    return (
        *(_settlement(i, s, accounts[s.settlement_id], dataset) for i, s in enumerate(settlements)),
        *(
            MapPlace(i, LIBRARY_PREFIX + library.library_id, Symbol.LIBRARY, building=library)
            for i, library in enumerate(own, start=len(settlements))
        ),
        *(
            MapPlace(i, DEPOT_PREFIX + depot.depot_id, Symbol.DEPOT, building=depot)
            for i, depot in enumerate(depots, start=len(settlements) + len(own))
        ),
    )


def find_symbol(account: Account) -> Symbol:
    """
    Find the symbol of a settlement.

    Parameters
    ----------
    account
        Its account in the plan.

    Returns
    -------
    Symbol
        By standing; the unserved by whether it was proved impossible.
    """
    if account.standing is Standing.SERVED:
        return Symbol.SERVED
    if account.standing is Standing.NOT_NEEDED:
        return Symbol.NOT_NEEDED
    return Symbol.IMPOSSIBLE if account.reason and account.reason.impossible else Symbol.SACRIFICED


def _settlement(index: int, settlement: Settlement, account: Account, dataset: Dataset) -> MapPlace:
    """Place of a settlement with the libraries that stand in it."""
    inside = tuple(library for library in dataset.libraries if library.settlement_id == settlement.settlement_id)
    here = any(library.lat is None for library in inside)
    symbol = Symbol.LIBRARY if here and account.standing is Standing.NOT_NEEDED else find_symbol(account)
    return MapPlace(index, settlement.settlement_id, symbol, settlement=settlement, account=account, libraries=inside)


NEXT_VISITS: Final = 6
"""How many visits are listed by date."""
HORIZON_DAYS: Final = 366
"""How far ahead dates are looked up: a year, so that the rarest rhythm has its visits whatever is cancelled."""

CallKey: TypeAlias = tuple[str, int, int]
"""Settlement, day of the cycle, arrival in seconds after midnight."""


@dataclass(frozen=True, order=True)
class VisitDate:
    """
    A call of the cycle on one of its dates.

    Parameters
    ----------
    day
        The date.
    driven
        False if there is no visit: a holiday, no school, a day without service.
    moved
        True if it takes the place of another date.
    """

    day: date
    driven: bool = True
    moved: bool = False


def list_visits(plan: Plan, scenario: Scenario, first: date) -> Mapping[CallKey, tuple[VisitDate, ...]]:
    """
    List the dates of every call of the cycle.

    Parameters
    ----------
    plan
        The plan.
    scenario
        What the planner decides; its calendar holds the exceptions.
    first
        First date that counts.

    Returns
    -------
    mapping of CallKey to tuple of VisitDate
        Dates of a year in order.
    """
    found: dict[CallKey, list[VisitDate]] = {}
    for service in service_dates(plan, scenario, first, first + timedelta(days=HORIZON_DAYS - 1)):
        for call in service.tour.calls:
            visit = VisitDate(
                service.day,
                service.driven and call.settlement_id not in service.skipped,
                service.instead_of is not None,
            )
            found.setdefault((call.settlement_id, service.tour.day, call.start_s), []).append(visit)
    return {key: tuple(visits) for key, visits in found.items()}


def choose_missing(
    visits: Mapping[CallKey, tuple[VisitDate, ...]], keys: Iterable[CallKey], last: date
) -> tuple[date, ...]:
    """
    Choose the dates on which a reader would wait in vain.

    Parameters
    ----------
    visits
        Dates of every call.
    keys
        The calls.
    last
        Last date that counts.

    Returns
    -------
    tuple of date
        Dates that the cycle has and the calendar of the service takes away, in order.
    """
    missing = {visit.day for key in keys for visit in visits.get(key, ()) if not visit.driven and visit.day <= last}
    return tuple(sorted(missing))


def choose_next(
    visits: Mapping[CallKey, tuple[VisitDate, ...]], keys: Iterable[CallKey]
) -> tuple[tuple[date, CallKey], ...]:
    """
    Choose the next visits of some calls.

    Parameters
    ----------
    visits
        Dates of every call.
    keys
        The calls.

    Returns
    -------
    tuple of tuple
        Date and call of the first `NEXT_VISITS` that are driven, in order of date and time.
    """
    driven = [(visit.day, key) for key in dict.fromkeys(keys) for visit in visits.get(key, ()) if visit.driven]
    return tuple(sorted(driven, key=lambda one: (one[0], one[1][2], one[1]))[:NEXT_VISITS])
