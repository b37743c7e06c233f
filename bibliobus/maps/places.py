"""What the map shows of the places: settlements by their standing, libraries and depots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.maps.style import Symbol
from bibliobus.network.places import DEPOT_PREFIX, LIBRARY_PREFIX
from bibliobus.plan.timetable import Standing

if TYPE_CHECKING:
    from bibliobus.domain.fleet import Depot
    from bibliobus.domain.places import Library, Settlement
    from bibliobus.inputs.dataset import Dataset
    from bibliobus.plan.timetable import Account, Plan


@dataclass(frozen=True)
class MapPlace:
    """
    One place on the map.

    Parameters
    ----------
    index
        Number of the place on this page, by which marker, card and row of a table find each other.
    place_id
        Settlement id, ``library/…`` or ``depot/…``.
    symbol
        What it is.
    settlement
        The settlement; None for a building.
    account
        Its account in the plan; None for a building.
    building
        The library or depot; None for a settlement.
    libraries
        Libraries that stand in the settlement.
    """

    index: int
    place_id: str
    symbol: Symbol
    settlement: Settlement | None = None
    account: Account | None = None
    building: Library | Depot | None = None
    libraries: tuple[Library, ...] = ()


def list_places(plan: Plan, dataset: Dataset) -> tuple[MapPlace, ...]:
    """
    List everything that has a place on the map.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.

    Returns
    -------
    tuple of MapPlace
        Settlements, libraries, depots, each in the order of the dataset; a library that stands in
        a settlement without a position of its own is shown by the settlement.
    """
    accounts = {account.settlement_id: account for account in plan.accounts}
    settlements = dataset.settlements
    own = tuple(library for library in dataset.libraries if not library.settlement_id or library.lat is not None)
    depots = dataset.scenario.depots
    return (
        *(_settlement(i, s, accounts[s.settlement_id], dataset) for i, s in enumerate(settlements)),
        *(
            MapPlace(i, LIBRARY_PREFIX + library.library_id, Symbol.LIBRARY, building=library)
            for i, library in enumerate(own, start=len(settlements))
        ),
        *(
            MapPlace(i, DEPOT_PREFIX + depot.depot_id, Symbol.DEPOT, building=depot)
            for i, depot in enumerate(depots, start=len(settlements) + len(own))
        ),
    )


def find_symbol(account: Account) -> Symbol:
    """
    Find the symbol of a settlement.

    Parameters
    ----------
    account
        Its account in the plan.

    Returns
    -------
    Symbol
        By standing; the unserved by whether it was proved impossible.
    """
    if account.standing is Standing.SERVED:
        return Symbol.SERVED
    if account.standing is Standing.NOT_NEEDED:
        return Symbol.NOT_NEEDED
    return Symbol.IMPOSSIBLE if account.reason and account.reason.impossible else Symbol.SACRIFICED


def _settlement(index: int, settlement: Settlement, account: Account, dataset: Dataset) -> MapPlace:
    """Place of a settlement with the libraries that stand in it."""
    inside = tuple(library for library in dataset.libraries if library.settlement_id == settlement.settlement_id)
    here = any(library.lat is None for library in inside)
    symbol = Symbol.LIBRARY if here and account.standing is Standing.NOT_NEEDED else find_symbol(account)
    return MapPlace(index, settlement.settlement_id, symbol, settlement=settlement, account=account, libraries=inside)
