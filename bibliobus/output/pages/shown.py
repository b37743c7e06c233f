"""What a map is drawn from: a view, what is in front, settlements by their standing, tours by bus and weekday."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.domain.audience import Audience
from bibliobus.view.days import DayRow
from bibliobus.view.reader import ShownBus
from bibliobus.view.style import Symbol, find_layer_style
from bibliobus.view.view import IMPOSSIBLE, NOT_NEEDED, SACRIFICED, Outside
from bibliobus.words.language import format_clock
from bibliobus.words.safe import escape_markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.view.days import BusDay
    from bibliobus.view.ground import LatLon
    from bibliobus.view.stops import Building, ShownPlace, Stop
    from bibliobus.view.style import LayerStyle
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

Held: TypeAlias = tuple[int, int, DayRow]
"""Week of the cycle, number in its tour, and stay."""
ANY_BUS: Final = ShownBus("bus", "")
"""Everybody sees one layer a weekday, whichever bus it is."""


@dataclass(frozen=True)
class TourLayer:
    """The tours of one bus on one weekday by week; `mark` is the letter of the bus where there are several."""

    index: int
    bus: ShownBus
    weekday: int
    mark: str
    style: LayerStyle
    tours: tuple[BusDay, ...]

    @property
    def ordered(self) -> bool:
        """Whether the calls have an order that may be shown: the tours have drives."""
        return any(tour.drives for tour in self.tours)

    @property
    def calls(self) -> tuple[Held, ...]:
        """Calls in the order of weeks and time."""
        return tuple((tour.week, order, row) for tour in self.tours for order, row in enumerate(tour.calls, start=1))


def find_layers(view: PlanView) -> tuple[TourLayer, ...]:
    """Find the layers of a map, by bus and weekday."""
    buses = (ANY_BUS,) if view.public else view.buses
    numbers = {bus.bus_id: 0 if view.public else number for number, bus in enumerate(view.buses)}
    found: dict[tuple[int, int], list[BusDay]] = {}
    for tour in view.days:
        found.setdefault((numbers[tour.bus_id], tour.weekday), []).append(tour)
    return tuple(
        TourLayer(
            index=index,
            bus=buses[number],
            weekday=weekday,
            mark=_mark(number) if len(buses) > 1 else "",
            style=find_layer_style(weekday, number),
            tours=tuple(sorted(found[number, weekday], key=lambda tour: tour.day)),
        )
        for index, (number, weekday) in enumerate(sorted(found))
    )


def draw_badge(layer: TourLayer, calls: Sequence[Held], language: Language) -> str:
    """Draw the badge of a stop: the day, and for each week the number and the time, which styles pick from."""
    held: dict[tuple[int, int], list[int]] = {}
    for week, order, row in calls:
        held.setdefault((order, row.start_s), []).append(week)
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
    """Classes of markup that is shown only in some weeks, counted from 1, such as ``in-week w1 w2``."""
    return " ".join(["in-week", *(f"w{week}" for week in weeks)])


def _mark(number: int) -> str:
    """Letter of a bus; two letters from the 27th on."""
    rounds, letter = divmod(number, len(ascii_uppercase))
    return (ascii_uppercase[rounds - 1] if rounds else "") + ascii_uppercase[letter]


SYMBOLS: Final[Mapping[str, Symbol]] = {
    NOT_NEEDED: Symbol.NOT_NEEDED,
    IMPOSSIBLE: Symbol.IMPOSSIBLE,
    SACRIFICED: Symbol.SACRIFICED,
}
"""Symbol of each standing without a bus."""


@dataclass(frozen=True)
class MapPlace:
    """One place by its number on the map: a settlement, or a building that stands for itself."""

    index: int
    place_id: str
    name: str
    symbol: Symbol
    spot: LatLon
    settlement: ShownPlace | None = None
    building: Building | None = None

    @property
    def libraries(self) -> tuple[Building, ...]:
        """Libraries in the settlement."""
        return self.settlement.libraries if self.settlement else ()

    @property
    def residents(self) -> int:
        """People of the settlement, as far as the reader may know."""
        return self.settlement.residents if self.settlement else 0


def list_map_places(view: PlanView) -> tuple[MapPlace, ...]:
    """List the places of a map: settlements, libraries with a place of their own, depots, as the inputs have them."""
    places = view.places
    apart = [building for building in (*view.libraries, *view.depots) if building.apart]
    return (
        *(
            MapPlace(at, one.settlement_id, one.full_name, find_symbol(one), one.spot, settlement=one)
            for at, one in enumerate(places)
        ),
        *(_show_building(at, one) for at, one in enumerate(apart, start=len(places))),
    )


def find_symbol(place: ShownPlace) -> Symbol:
    """Find the symbol of a settlement: how it stands, unless a library without a place of its own is there instead."""
    if not isinstance(place, Outside):
        return Symbol.SERVED
    if place.standing == NOT_NEEDED and any(not library.apart for library in place.libraries):
        return Symbol.LIBRARY
    return SYMBOLS[place.standing]


def _show_building(index: int, building: Building) -> MapPlace:
    """Library or depot."""
    assert building.spot is not None  # a map is drawn on ground
    symbol = Symbol.DEPOT if building.is_depot else Symbol.LIBRARY
    return MapPlace(index, building.place_id, building.name, symbol, building.spot, building=building)


@dataclass(frozen=True)
class MapOptions:
    """
    How a map is meant.

    Parameters
    ----------
    hromada
        Hromada put in front, as the inputs spell it; empty for all alike.
    tiles
        True if the map may load background pictures from the internet.
    """

    hromada: str = ""
    tiles: bool = False


@dataclass(frozen=True)
class Atlas:
    """A view with everything a map of it needs."""

    view: PlanView
    options: MapOptions
    places: tuple[MapPlace, ...]
    layers: tuple[TourLayer, ...]
    stops: Mapping[str, Stop]

    @property
    def language(self) -> Language:
        """Language of the reader."""
        return self.view.language

    @property
    def technical(self) -> bool:
        """Whether the reader works with the plan, and so with key figures, seed and digests."""
        return self.view.audience in (Audience.PLANNER, Audience.DRIVER)

    def is_far(self, place: MapPlace) -> bool:
        """Find whether a place stays in the background: a settlement of another hromada than the one in front."""
        hromada = self.options.hromada
        return bool(hromada) and place.settlement is not None and place.settlement.hromada != hromada


def build_atlas(view: PlanView, options: MapOptions) -> Atlas:
    """Build what a map is drawn from."""
    stops = {stop.settlement_id: stop for stop in view.stops}
    return Atlas(view, options, list_map_places(view), find_layers(view), stops)
