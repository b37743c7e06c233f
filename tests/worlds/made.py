"""A plan and everything that a view of it is made from, so that a test can change what it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bibliobus.domain.audience import Audience
from bibliobus.view.ground import MapGround
from bibliobus.view.reader import Reader, span_year
from bibliobus.view.view import build_view
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.domain.calendar import DateSpan
    from bibliobus.inputs.area import Dataset
    from bibliobus.network.places import MapGeometry
    from bibliobus.plan.plan import Plan
    from bibliobus.view.ground import Drive, RoadPiece
    from bibliobus.view.view import PlanView


@dataclass(frozen=True)
class Made:
    """What a view is made from; without geometry for papers that draw nothing, without span for a year."""

    plan: Plan
    dataset: Dataset
    geometry: MapGeometry | None = None
    language: Language = field(default_factory=lambda: Language("en"))
    span: DateSpan | None = None
    roads: Mapping[Drive, tuple[RoadPiece, ...]] = field(default_factory=dict)

    @property
    def dates(self) -> DateSpan:
        """Dates that are asked for."""
        return self.span or span_year(self.plan.cycle.first_day)

    def view(self, audience: Audience = Audience.PLANNER, alone: str = "") -> PlanView:
        """View of a reader."""
        ground = MapGround(self.geometry, self.roads) if self.geometry else None
        return build_view(self.plan, self.dataset, Reader(audience, self.language, self.dates), ground, alone=alone)
