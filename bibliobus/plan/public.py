"""What of a plan may be made public: times and places of stops."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import NoRoads, RoadFile
from bibliobus.plan.plan import Provenance, Standing

if TYPE_CHECKING:
    from collections.abc import Collection

    from bibliobus.domain.places import Settlement
    from bibliobus.inputs.area import Dataset
    from bibliobus.network.geometry import MapGeometry
    from bibliobus.plan.plan import Account, Plan, Tour

PUBLIC_BUS: Final = "bus"
"""Id of the one bus of a public plan."""


def keep_public(plan: Plan, dataset: Dataset) -> tuple[Plan, Dataset]:
    """
    Keep what everybody may know, so that no paper made from it can tell more.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.

    Returns
    -------
    plan : Plan
        Calls without drives and breaks, all by one nameless bus; only settlements that are served; no key
        figures, weights, seed or digests.
    dataset : Dataset
        Served settlements by name and place; no depots, libraries, roads or road changes, no notes.
    """
    served = {account.settlement_id for account in plan.accounts if account.standing is Standing.SERVED}
    scenario = dataset.scenario
    bus = replace(scenario.buses[0], bus_id=PUBLIC_BUS, name="", depot_id="")
    publishing = replace(scenario.publishing, no_publish=(), no_publish_areas=())
    origin = Provenance(plan.provenance.version, "", 0, 0, "", "", 0, None, {}, {})
    public_plan = replace(
        plan,
        tours=tuple(_tour(tour) for tour in plan.tours),
        accounts=tuple(_account(account) for account in plan.accounts if account.settlement_id in served),
        figures={},
        provenance=origin,
    )
    public_dataset = replace(
        dataset,
        scenario=replace(scenario, depots=(), buses=(bus,), publishing=publishing, curfews=(), locks=(), stops=()),
        settlements=tuple(_settlement(s) for s in dataset.settlements if s.settlement_id in served),
        libraries=(),
        roads=NoRoads(),
        digests={},
        changes=(),
        requests=(),
    )
    return public_plan, public_dataset


def keep_public_geometry(geometry: MapGeometry, served: Collection[str], dataset: Dataset) -> MapGeometry:
    """
    Keep the ground that everybody may see.

    Parameters
    ----------
    geometry
        Where places lie and how legs run.
    served
        Settlements with a stop.
    dataset
        Checked inputs, uncut.

    Returns
    -------
    MapGeometry
        Places of the stops, no legs, and roads only where they are those of OpenStreetMap: the lines of a road table
        lead straight from place to place, so they would show depots, drives and settlements without a stop.
    """
    positions = {key: spot for key, spot in geometry.positions.items() if key in served}
    roads = geometry.roads if isinstance(dataset.roads, RoadFile) else ()
    return replace(geometry, positions=positions, roads=roads, legs={})


def _tour(tour: Tour) -> Tour:
    """Calls of a tour."""
    return replace(tour, bus_id=PUBLIC_BUS, rows=tour.calls)


def _account(account: Account) -> Account:
    """Rhythm of a settlement."""
    return replace(account, population=0, need=0, library_id="", library_m=None)


def _settlement(settlement: Settlement) -> Settlement:
    """Name and place of a settlement."""
    return replace(settlement, population=None, windows=(), needs=(), note="", match="")
