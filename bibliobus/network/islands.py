"""Settlements that no depot can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.language import N_
from bibliobus.network.matrix import UNREACHABLE_S
from bibliobus.network.places import DEPOT_PREFIX
from bibliobus.wording import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.domain.places import Settlement
    from bibliobus.network.matrix import TravelMatrix

SETTLEMENT_CUT_OFF: Final = FindingKind(
    "settlement-cut-off",
    Severity.WARNING,
    N_("No road leads from a depot to {name} and back for any bus; it cannot be served."),
    N_("Check the road table for a missing row, a wrong id, or a weight, height or one-way limit."),
)


def check_reach(settlements: Sequence[Settlement], matrices: Sequence[TravelMatrix]) -> tuple[Finding, ...]:
    """
    Check that every settlement can be reached from a depot and left again.

    Parameters
    ----------
    settlements
        Settlements of the area.
    matrices
        One a bus profile, with the same places.

    Returns
    -------
    tuple of Finding
        One for each settlement that no bus can reach.
    """
    return tuple(
        SETTLEMENT_CUT_OFF.at(Place(settlement_id=s.settlement_id), name=Name(s.name_uk, s.name_latin))
        for s in settlements
        if not any(_is_reached(matrix, s.settlement_id) for matrix in matrices)
    )


def _is_reached(matrix: TravelMatrix, settlement_id: str) -> bool:
    """Whether some depot reaches the settlement and the way back."""
    here = matrix.place_ids.index(settlement_id)
    depots = [at for at, place in enumerate(matrix.place_ids) if place.startswith(DEPOT_PREFIX)]
    return any(
        matrix.duration_s[depot, here] < UNREACHABLE_S and matrix.duration_s[here, depot] < UNREACHABLE_S
        for depot in depots
    )
