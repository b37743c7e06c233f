"""What the map shows of the tours: one layer a bus and weekday, one badge a stop."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING

from bibliobus.domain.calendar import week_of, weekday_of
from bibliobus.maps.escape import escape_markup
from bibliobus.maps.style import find_layer_style
from bibliobus.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.domain.fleet import Bus
    from bibliobus.inputs.dataset import Dataset
    from bibliobus.language import Language
    from bibliobus.maps.style import LayerStyle
    from bibliobus.plan.timetable import Plan, Tour


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
