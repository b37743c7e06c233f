"""An area as its planner sees it before anything is planned there: its names, what must be said of it, its ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.network.build import gather_geometry
from bibliobus.plan.cautions import tell_unknown
from bibliobus.plan.names import name_area, name_places
from bibliobus.view.heading import tell_estimate, tell_prices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.inputs.area import Dataset
    from bibliobus.network.network import Network
    from bibliobus.view.ground import LatLon, RoadLine
    from bibliobus.words.language import Language


@dataclass(frozen=True)
class AreaView:
    """
    An area in the planner's language: nobody else reads papers without a plan, so nothing is left out of it.

    `names` are those of settlements and depots, `libraries` names by id; `notices` are the warning of the planner,
    `cautions` what a reader of numbers must not miss, `estimate` that distances are one if the roads are known to be,
    `prices` what money rests on.
    """

    language: Language
    area: str
    names: Mapping[str, str]
    libraries: Mapping[str, str]
    notices: tuple[str, ...]
    cautions: tuple[str, ...]
    estimate: tuple[str, ...]
    prices: str
    attribution: str
    data_date: str

    @property
    def sources(self) -> tuple[str, ...]:
        """Whose data they are, and of which date, as far as that is known."""
        return tuple(filter(None, (self.attribution, self.data_date)))


def build_area_view(dataset: Dataset, language: Language, network: Network | None = None) -> AreaView:
    """Build the view of an area; the network is that of papers with distances."""
    scenario = dataset.scenario
    return AreaView(
        language=language,
        area=name_area(dataset, language),
        names=name_places(dataset, language),
        libraries={library.library_id: library.name for library in dataset.libraries},
        notices=tuple(filter(None, (language.choose(uk=scenario.notice_uk, en=scenario.notice_en),))),
        cautions=tell_unknown(dataset, language),
        estimate=tell_estimate(network is not None and network.estimated, language),
        prices=language.gettext(tell_prices(scenario.money)),
        attribution=scenario.attribution,
        data_date=scenario.data_date,
    )


@dataclass(frozen=True)
class BareGround:
    """
    Settlements and roads of an area, whatever is planned there: what a map of its roads is drawn from.

    Settlements stand in the order of the inputs, each with its name, where it lies and its residents.
    """

    settlements: tuple[tuple[str, LatLon, int], ...]
    roads: tuple[RoadLine, ...]
    attribution: str


def gather_bare_ground(view: AreaView, dataset: Dataset, network: Network) -> BareGround:
    """Gather settlements and roads of an area."""
    geometry = gather_geometry(network, dataset.scenario.profiles, ())
    settlements = (
        (view.names[one.settlement_id], geometry.positions[one.settlement_id], one.population or 0)
        for one in dataset.settlements
        if one.settlement_id in geometry.positions
    )
    return BareGround(tuple(settlements), geometry.roads, view.attribution)
