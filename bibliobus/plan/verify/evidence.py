"""Background: inputs with the demand and travel that were computed from them, by name; evidence: a plan beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING

from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.network.places import DEPOT_PREFIX, UNREACHABLE_S
from bibliobus.plan.names import spell_places
from bibliobus.words.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.demand.visits import NotNeeded, Visit
    from bibliobus.domain.fleet import Bus
    from bibliobus.domain.places import Settlement
    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.network.places import TravelMatrix
    from bibliobus.plan.plan import Plan


@dataclass(frozen=True)
class ProvenDrive:
    """The fastest drive between two places."""

    duration_s: int
    length_m: int


@dataclass(frozen=True)
class Background:
    """
    What plans of an area are verified against, computed from the inputs by the same code that plans.

    ``visits``, ``not_needed``: Settlements to be served, and those with a library near, by id.
    ``matrices``: Travel by bus profile. The checker adds up drives, it does not look for them again.
    ``rows``: Row of each place in the matrices.
    ``names``: Names of places, told apart from others that are alike.
    ``estimated``: True if distances or times are estimates.
    ``watch``: Told, and asked whether to stop, after every tour and every settlement; then there is no verdict.
    """

    dataset: Dataset
    visits: Mapping[str, Visit]
    not_needed: Mapping[str, NotNeeded]
    matrices: Mapping[str, TravelMatrix]
    rows: Mapping[str, int]
    estimated: bool
    names: Mapping[str, Name]
    watch: Watch = field(default=UNWATCHED, kw_only=True, repr=False, compare=False)

    @cached_property
    def buses(self) -> dict[str, Bus]:
        """Buses by id."""
        return {bus.bus_id: bus for bus in self.dataset.scenario.buses}

    @cached_property
    def settlements(self) -> dict[str, Settlement]:
        """Settlements by id."""
        return {settlement.settlement_id: settlement for settlement in self.dataset.settlements}

    def name(self, place_id: str) -> Name:
        """Name a place; one that nobody knows is called by its id."""
        return self.names.get(place_id, Name(place_id, place_id))

    def add_reserve(self, duration_s: int) -> int:
        """Add the reserve of the scenario to a drive, in whole seconds; none where nothing is driven."""
        rules = self.dataset.scenario.rules
        return duration_s + max(math.ceil(duration_s * rules.buffer_share), rules.buffer_min_s) if duration_s else 0

    def find_drive(self, bus: Bus, from_id: str, to_id: str) -> ProvenDrive | None:
        """Find the fastest drive; None if a place is unknown or no road leads."""
        if from_id not in self.rows or to_id not in self.rows:
            return None
        matrix, start, end = self.matrices[bus.profile_id], self.rows[from_id], self.rows[to_id]
        duration_s = int(matrix.duration_s[start, end])
        return ProvenDrive(duration_s, int(matrix.length_m[start, end])) if duration_s < UNREACHABLE_S else None


@dataclass(frozen=True)
class Evidence(Background):
    """
    A plan and what it is verified against.

    Parameters
    ----------
    dataset, visits, not_needed, matrices, rows, estimated, names
        As in `Background`.
    plan
        The plan.
    watch
        Told while the plan is verified, and may stop that.
    """

    plan: Plan


def gather_evidence(plan: Plan, prepared: PreparedArea, watch: Watch = UNWATCHED) -> Evidence:
    """
    Gather a plan and what it is verified against.

    Parameters
    ----------
    plan
        The plan.
    prepared
        The area the plan is for, prepared from the inputs it is to be verified against.
    watch
        Told while the plan is verified, and may stop that.

    Returns
    -------
    Evidence
        Demand and travel as the area was prepared with; nothing of the plan has gone into them.
    """
    background = replace(gather_background(prepared), watch=watch)
    return Evidence(plan=plan, **{one.name: getattr(background, one.name) for one in fields(background)})


def gather_background(prepared: PreparedArea) -> Background:
    """Gather what plans of an area are verified against."""
    return Background(
        dataset=prepared.dataset,
        visits={visit.settlement_id: visit for visit in prepared.demand.visits},
        not_needed={one.settlement_id: one for one in prepared.demand.not_needed},
        matrices={matrix.profile_id: matrix for matrix in prepared.matrices},
        rows={place: row for row, place in enumerate(prepared.matrices[0].place_ids)},
        estimated=prepared.network.estimated,
        names=spell_places(prepared.dataset),
    )


def depot_of(bus: Bus) -> str:
    """Id of the place where a bus begins and ends: ``depot/…``."""
    return DEPOT_PREFIX + bus.depot_id
