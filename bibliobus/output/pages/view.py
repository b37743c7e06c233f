"""What a map is drawn from: the view of its reader, what is in front, places by number, tours by bus and weekday."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.domain.audience import Audience
from bibliobus.output.pages.shown import find_layers, list_places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.output.pages.shown import MapPlace, TourLayer
    from bibliobus.view.stops import Stop
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language


@dataclass(frozen=True)
class MapOptions:
    """
    How a map is meant.

    `hromada` is put in front, as the inputs spell it; empty for all alike. With `tiles` the map may load background
    pictures from the internet.
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
    return Atlas(view, options, list_places(view), find_layers(view), stops)
