"""
What the papers for other programs and for print are made from, and what of it everybody may know.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import week_of, weekday_of
from bibliobus.domain.roads import RoadFile
from bibliobus.plan.kept_back import find_kept_back
from bibliobus.plan.names import name_places
from bibliobus.plan.plan import Standing
from bibliobus.plan.public import keep_public_geometry
from bibliobus.view.visits import list_calls, list_series
from bibliobus.words.language import N_
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bibliobus.domain.calendar import DateSpan
    from bibliobus.domain.fleet import Bus
    from bibliobus.domain.scenario import Scenario
    from bibliobus.inputs.area import Dataset
    from bibliobus.network.geometry import LatLon, MapGeometry
    from bibliobus.network.roads.drives import RoadPiece
    from bibliobus.plan.plan import Leg, Plan, Tour
    from bibliobus.view.visits import CallRow, Series
    from bibliobus.words.language import Language

TOUR_TITLE: Final = N_("{bus}, {weekday}")
TOUR_TITLE_WEEK: Final = N_("{bus}, {weekday}, week {week}")

ROADS_BY: Final = "© OpenStreetMap contributors (ODbL)"
"""Who must be named where imported roads are drawn or followed."""


@dataclass(frozen=True)
class Material:
    """
    A plan with all that its papers need.

    Parameters
    ----------
    plan
        A verified plan.
    dataset
        Checked inputs it was made from.
    geometry
        Where places lie and legs run.
    language
        Language of the reader.
    span
        Dates that are wanted.
    roads
        Names of the roads of each leg by (profile id, from place, to place); none where they are not known.
    """

    plan: Plan
    dataset: Dataset
    geometry: MapGeometry
    language: Language
    span: DateSpan
    roads: Mapping[tuple[str, str, str], tuple[RoadPiece, ...]] = field(default_factory=dict)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Name of every place, no two settlements alike."""
        return name_places(self.dataset, self.language)

    @cached_property
    def calls(self) -> tuple[CallRow, ...]:
        """Visits of the cycle by name in the alphabet, then time."""
        return list_calls(self.plan, self.dataset, self.language)

    @cached_property
    def series(self) -> tuple[Series, ...]:
        """Visits with their dates within the span, in the same order."""
        return list_series(self.plan, self.dataset, self.span, self.language)

    @cached_property
    def buses(self) -> Mapping[str, str]:
        """Name of every bus."""
        return {bus.bus_id: bus.name for bus in self.dataset.scenario.buses}

    @cached_property
    def profiles(self) -> Mapping[str, str]:
        """Kind of every bus."""
        return {bus.bus_id: bus.profile_id for bus in self.dataset.scenario.buses}

    @cached_property
    def kept_back(self) -> frozenset[str]:
        """Settlements whose stops must not be published."""
        return frozenset(find_kept_back(self.plan, self.dataset))

    def at_stop(self, settlement_id: str) -> Material:
        """
        Keep what the paper of one stop may show: it may hang where that stop is, whoever it was made for.

        Parameters
        ----------
        settlement_id
            Settlement of the stop.

        Returns
        -------
        Material
            The same without all other stops that must not be published.
        """
        return leave_out(self, self.kept_back - {settlement_id})

    @property
    def attribution(self) -> str:
        """Who must be named for the data."""
        named = self.dataset.scenario.attribution
        if not isinstance(self.dataset.roads, RoadFile) or "OpenStreetMap" in named:
            return named
        return f"{named}; {ROADS_BY}" if named else ROADS_BY

    def line_of(self, tour: Tour, leg: Leg) -> tuple[LatLon, ...]:
        """
        Find how a leg runs.

        Parameters
        ----------
        tour
            Tour of the leg.
        leg
            The leg.

        Returns
        -------
        tuple of (lat, lon)
            At least two points: straight from place to place where nothing is known of the roads between.
        """
        line = self.geometry.legs.get((self.profiles[tour.bus_id], leg.from_id, leg.to_id), ())
        positions = self.geometry.positions
        return line if len(line) > 1 else (positions[leg.from_id], positions[leg.to_id])

    def title_of(self, tour: Tour) -> str:
        """
        Name a tour for people.

        Parameters
        ----------
        tour
            The tour.

        Returns
        -------
        str
            Bus and weekday, and the week where the cycle has several.
        """
        words = {"bus": self.buses[tour.bus_id], "weekday": self.language.weekday(weekday_of(tour.day))}
        if self.plan.cycle.weeks == 1:
            return Text(TOUR_TITLE, words).render(self.language)
        return Text(TOUR_TITLE_WEEK, words | {"week": week_of(tour.day)}).render(self.language)


def leave_out(material: Material, ids: Collection[str]) -> Material:
    """
    Leave settlements out, as if nobody lived there and no bus came.

    Parameters
    ----------
    material
        The plan and what its papers need.
    ids
        Settlements.

    Returns
    -------
    Material
        The same without their calls, names and accounts; not fit for papers that show drives.
    """
    if not ids:
        return material
    plan, dataset = material.plan, material.dataset
    tours = tuple(
        replace(tour, rows=tuple(call for call in tour.calls if call.settlement_id not in ids)) for tour in plan.tours
    )
    accounts = tuple(one for one in plan.accounts if one.settlement_id not in ids)
    settlements = tuple(place for place in dataset.settlements if place.settlement_id not in ids)
    return replace(
        material, plan=replace(plan, tours=tours, accounts=accounts), dataset=replace(dataset, settlements=settlements)
    )


BUS: Final = N_("Mobile library")
BUS_NUMBER: Final = N_("Mobile library {number}")


def keep_public_material(material: Material) -> Material:
    """
    Keep what everybody may know, so that no paper made from it can tell more.

    Parameters
    ----------
    material
        The plan and what its papers need.

    Returns
    -------
    Material
        The same dates and calls, without drives, breaks, depots, libraries, road changes, reasons and key figures;
        buses have numbers for names, since a name may be that of a driver; settlements with a stop keep name and
        place, the others are gone.
    """
    scenario = material.dataset.scenario
    names = name_public_buses(scenario, material.language)
    numbers = {bus.bus_id: str(number) for number, bus in enumerate(scenario.buses, start=1)}
    accounts = tuple(
        replace(one, population=0, need=0, library_id="", library_m=None) for one in material.plan.accounts
    )
    plan = replace(
        material.plan,
        tours=tuple(replace(tour, bus_id=numbers[tour.bus_id], rows=tour.calls) for tour in material.plan.tours),
        accounts=tuple(one for one in accounts if one.standing is Standing.SERVED),
        figures={},
    )
    served = {account.settlement_id for account in plan.accounts}
    kept = [place for place in material.dataset.settlements if place.settlement_id in served]
    buses = tuple(_hide(bus, numbers[bus.bus_id], names[bus.bus_id]) for bus in scenario.buses)
    dataset = replace(
        material.dataset,
        scenario=replace(scenario, depots=(), buses=buses, curfews=(), locks=()),
        settlements=tuple(replace(place, population=None, windows=(), needs=(), note="", match="") for place in kept),
        libraries=(),
        digests={},
        changes=(),
        requests=(),
    )
    geometry = keep_public_geometry(material.geometry, served, material.dataset)
    return replace(material, plan=plan, dataset=dataset, geometry=geometry, roads={})


def name_public_buses(scenario: Scenario, language: Language) -> dict[str, str]:
    """
    Name the buses for everybody: a number where there are several, since a name may be that of a driver.

    Parameters
    ----------
    scenario
        Everything the planner decides.
    language
        Language of the reader.

    Returns
    -------
    dict of str to str
        Name by id of the bus.
    """
    several = len(scenario.buses) > 1
    texts = {
        bus.bus_id: Text(BUS_NUMBER, {"number": number}) if several else Text(BUS)
        for number, bus in enumerate(scenario.buses, start=1)
    }
    return {bus_id: text.render(language) for bus_id, text in texts.items()}


def _hide(bus: Bus, number: str, name: str) -> Bus:
    """Bus with a number for a name; its dates off still count."""
    return replace(bus, bus_id=number, name=name, depot_id="", features=())
