"""What a map shows: for whom, which hromada in front, dates from when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.domain.audience import Audience
from bibliobus.output.pages.shown import find_layers, list_places, list_visits
from bibliobus.plan.public import keep_public, keep_public_geometry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bibliobus.inputs.area import Dataset
    from bibliobus.network.geometry import MapGeometry
    from bibliobus.output.pages.shown import CallKey, MapPlace, TourLayer, VisitDate
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language


@dataclass(frozen=True)
class View:
    """
    How a map is meant.

    Parameters
    ----------
    audience
        For whom it is made.
    hromada
        Hromada to put in front, as the inputs spell it; empty for all alike.
    first
        Day from which visits are listed; None means the first day of the plan.
    tiles
        True if the map may load background pictures from the internet.
    """

    audience: Audience = Audience.PLANNER
    hromada: str = ""
    first: date | None = None
    tiles: bool = False


@dataclass(frozen=True)
class Atlas:
    """
    A plan with everything a map of it needs, cut down to what its reader may know.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.
    view
        How the map is meant.
    language
        Language of the reader.
    places
        Places of the map.
    layers
        Tours by bus and weekday.
    visits
        Dates of every call, holidays and other exceptions considered.
    """

    plan: Plan
    dataset: Dataset
    view: View
    language: Language
    places: tuple[MapPlace, ...]
    layers: tuple[TourLayer, ...]
    visits: Mapping[CallKey, tuple[VisitDate, ...]]

    @property
    def first(self) -> date:
        """Day from which visits are listed."""
        return self.view.first or self.plan.cycle.first_day

    def is_far(self, place: MapPlace) -> bool:
        """
        Find whether a place stays in the background.

        Parameters
        ----------
        place
            A place of the map.

        Returns
        -------
        bool
            True for settlements of other hromadas where one hromada is in front.
        """
        hromada = self.view.hromada
        return bool(hromada) and place.settlement is not None and place.settlement.hromada != hromada


def build_atlas(plan: Plan, dataset: Dataset, language: Language, view: View) -> Atlas:
    """
    Build what a map is drawn from.

    Parameters
    ----------
    plan
        The plan; every settlement of the dataset has an account.
    dataset
        Checked inputs it was made from.
    language
        Language of the reader.
    view
        How the map is meant.

    Returns
    -------
    Atlas
        For the public only what everybody may know.
    """
    visits = list_visits(plan, dataset.scenario, view.first or plan.cycle.first_day)
    if view.audience is Audience.PUBLIC:
        plan, dataset = keep_public(plan, dataset)
    return Atlas(plan, dataset, view, language, list_places(plan, dataset), find_layers(plan, dataset), visits)


def keep_ground(geometry: MapGeometry, atlas: Atlas, dataset: Dataset) -> MapGeometry:
    """
    Keep what the reader of a map may see of the ground.

    Parameters
    ----------
    geometry
        Where places lie and legs run.
    atlas
        The map.
    dataset
        Checked inputs, uncut.

    Returns
    -------
    MapGeometry
        For the public only what everybody may see.
    """
    if atlas.view.audience is not Audience.PUBLIC:
        return geometry
    return keep_public_geometry(geometry, {place.settlement_id for place in atlas.dataset.settlements}, dataset)
