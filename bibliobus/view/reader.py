"""For whom a view is made, and what of a plan that reader may know: the one redaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import may_see
from bibliobus.domain.calendar import DateSpan
from bibliobus.domain.roads import RoadFile
from bibliobus.network.places import DEPOT_PREFIX
from bibliobus.plan.cautions import find_kept_back, refuse_kept_back
from bibliobus.plan.dates import service_dates
from bibliobus.plan.names import name_settlement, tell_apart
from bibliobus.plan.plan import Standing
from bibliobus.words.language import N_
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bibliobus.domain.audience import Audience
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.scenario import Scenario
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.dates import ServiceDate
    from bibliobus.plan.plan import Account, Plan
    from bibliobus.view.ground import LatLon, MapGround, RoadLine
    from bibliobus.words.language import Language

BUS: Final = N_("Mobile library")
BUS_NUMBER: Final = N_("Mobile library {number}")
ESTIMATE: Final = "estimate"
"""Class of a road that is a straight line for want of better."""
YEAR_DAYS: Final = 365


def span_year(first: date) -> DateSpan:
    """Span the year that begins on a date, so that the rarest rhythm has its visits whatever is cancelled."""
    return DateSpan(first, first + timedelta(days=YEAR_DAYS - 1))


@dataclass(frozen=True)
class Reader:
    """
    For whom a view is made.

    Parameters
    ----------
    audience
        What the reader may know.
    language
        Language of the reader.
    span
        First and last date of what is shown.
    """

    audience: Audience
    language: Language
    span: DateSpan


@dataclass(frozen=True)
class ShownBus:
    """A bus as its reader knows it: everybody else than the staff gets a number, since a name may be a driver's."""

    bus_id: str
    name: str


@dataclass(frozen=True)
class Seen:
    """
    A plan through the eyes of one reader: the only place where somebody decides who may know what.

    `bibliobus.view.view.build_view` makes everything it shows from this, and keeps nothing else. Without ground
    nothing can be drawn, which is enough for texts. The inputs in `also` say as well what must not be published: those
    of the plan that follows this one.
    """

    plan: Plan
    dataset: Dataset
    reader: Reader
    ground: MapGround | None = None
    also: tuple[Dataset, ...] = ()

    def may(self, thing: str) -> bool:
        """Say whether the reader may see a thing of the table of audiences."""
        return may_see(self.reader.audience, thing)

    @cached_property
    def accounts(self) -> Mapping[str, Account]:
        """Accounts of the settlements that the reader may know of."""
        known = {one.settlement_id: one for one in self.plan.accounts}
        if self.may("unserved"):
            return known
        called = {call.settlement_id for one in self.plan.periods for tour in one.tours for call in tour.calls}
        return {key: one for key, one in known.items() if one.standing is Standing.SERVED or key in called}

    @cached_property
    def settlements(self) -> tuple[Settlement, ...]:
        """Settlements that the reader may know of, in the order of the inputs."""
        return tuple(one for one in self.dataset.settlements if one.settlement_id in self.accounts)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Name of every place that the reader may know of, no two settlements alike."""
        language = self.reader.language
        plain = {one.settlement_id: (name_settlement(one, language), one.hromada) for one in self.settlements}
        depots = self.dataset.scenario.depots if self.may("depots") else ()
        return tell_apart(plain, language) | {DEPOT_PREFIX + depot.depot_id: depot.name for depot in depots}

    @cached_property
    def buses(self) -> Mapping[str, ShownBus]:
        """Buses by their ids in the plan."""
        scenario = self.dataset.scenario
        if self.may("buses"):
            return {bus.bus_id: ShownBus(bus.bus_id, bus.name) for bus in scenario.buses}
        names = name_public_buses(scenario, self.reader.language)
        return {bus_id: ShownBus(str(number), name) for number, (bus_id, name) in enumerate(names.items(), start=1)}

    @cached_property
    def kept_back(self) -> frozenset[str]:
        """Settlements whose stops must not be published."""
        return frozenset(key for dataset in (self.dataset, *self.also) for key in find_kept_back(self.plan, dataset))

    @cached_property
    def services(self) -> tuple[ServiceDate, ...]:
        """Every tour on every date that the reader asked for, driven or not."""
        span = self.reader.span
        return service_dates(self.plan, self.dataset.scenario, span.first, span.last)

    @property
    def real_roads(self) -> bool:
        """Whether the roads are those of OpenStreetMap."""
        return isinstance(self.dataset.roads, RoadFile)

    @cached_property
    def roads(self) -> tuple[RoadLine, ...]:
        """
        Roads to draw.

        Everybody may see those of OpenStreetMap. The lines of a road table and of an estimate lead straight from place
        to place, so they would show depots, drives and settlements without a stop.
        """
        if self.ground is None:
            return ()
        lines = self.ground.geometry.roads
        if self.may("drives"):
            return lines
        return tuple(line for line in lines if self.real_roads and line.road_class != ESTIMATE)

    def find_spot(self, place_id: str) -> LatLon | None:
        """Find where a place lies; None where there is no ground."""
        return self.ground.geometry.positions[place_id] if self.ground else None

    def refuse(self, *, alone: str = "") -> None:
        """Refuse a plan with a stop that this reader may not see; a paper of one stop alone is judged by that stop."""
        plan = self.plan
        if alone:
            calls = ((tour, tuple(one for one in tour.calls if one.settlement_id == alone)) for tour in plan.all_tours)
            plan = replace(plan, tours=tuple(replace(tour, rows=rows) for tour, rows in calls), periods=())
        refuse_kept_back(self.reader.audience, *((plan, dataset) for dataset in (self.dataset, *self.also)))


def name_public_buses(scenario: Scenario, language: Language) -> dict[str, str]:
    """Name the buses for everybody: a number where there are several, since a name may be that of a driver."""
    several = len(scenario.buses) > 1
    texts = {
        bus.bus_id: Text(BUS_NUMBER, {"number": number}) if several else Text(BUS)
        for number, bus in enumerate(scenario.buses, start=1)
    }
    return {bus_id: text.render(language) for bus_id, text in texts.items()}
