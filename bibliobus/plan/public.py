"""What of a plan may be made public: times and places of stops."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import NoRoads
from bibliobus.plan.timetable import Provenance, Standing

if TYPE_CHECKING:
    from bibliobus.domain.places import Settlement
    from bibliobus.inputs.dataset import Dataset
    from bibliobus.plan.timetable import Account, Plan, Tour

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
        scenario=replace(scenario, depots=(), buses=(bus,), publishing=publishing),
        settlements=tuple(_settlement(s) for s in dataset.settlements if s.settlement_id in served),
        libraries=(),
        roads=NoRoads(),
        digests={},
        changes=(),
    )
    return public_plan, public_dataset


def _tour(tour: Tour) -> Tour:
    """Calls of a tour."""
    return replace(tour, bus_id=PUBLIC_BUS, rows=tour.calls)


def _account(account: Account) -> Account:
    """Rhythm of a settlement."""
    return replace(account, population=0, need=0, library_id="", library_m=None)


def _settlement(settlement: Settlement) -> Settlement:
    """Name and place of a settlement."""
    return replace(settlement, population=None, windows=(), needs=(), note="")
