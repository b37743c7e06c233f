"""Settlements that no depot can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.network.places import DEPOT_PREFIX, UNREACHABLE_S
from bibliobus.network.roads.near import find_nearest, make_grid
from bibliobus.network.roads.profile import find_parts
from bibliobus.network.roads.snap import REACH_M, find_snap_segments
from bibliobus.words.language import N_
from bibliobus.words.text import Length, Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.domain.places import Settlement
    from bibliobus.network.network import Network
    from bibliobus.network.places import TravelMatrix

SETTLEMENT_CUT_OFF: Final = FindingKind(
    "settlement-cut-off",
    Severity.WARNING,
    N_("No road leads from a depot to {name} and back for any bus; it cannot be served."),
    N_("Check the road table for a missing row, a wrong id, or a weight, height or one-way limit."),
)
SETTLEMENT_ON_ISLAND: Final = FindingKind(
    "settlement-on-island",
    Severity.WARNING,
    N_(
        "No road leads from a depot to {name} and back for any bus; it cannot be served. The nearest road that is"
        " reached lies {distance} away."
    ),
    N_(
        "If a road is missing between them, add it to OpenStreetMap; else look for a limit, a ford, a gate or a change."
    ),
)


def check_reach(
    settlements: Sequence[Settlement], matrices: Sequence[TravelMatrix], network: Network
) -> tuple[Finding, ...]:
    """
    Check that every settlement can be reached from a depot and left again.

    Parameters
    ----------
    settlements
        Settlements of the area.
    matrices
        One a bus profile, with the same places.
    network
        Roads that the matrices were measured on.

    Returns
    -------
    tuple of Finding
        One for each settlement that no bus can reach, on OpenStreetMap with the distance of roads it can reach.
    """
    cut_off = [s for s in settlements if not any(_is_reached(matrix, s.settlement_id) for matrix in matrices)]
    distances = measure_to_depot_roads(network, cut_off) if network.roads.rows is None and cut_off else {}
    findings = []
    for settlement in cut_off:
        place, name = Place(settlement_id=settlement.settlement_id), Name(settlement.name_uk, settlement.name_latin)
        distance_m = distances.get(settlement.settlement_id)
        findings.append(
            SETTLEMENT_CUT_OFF.at(place, name=name)
            if distance_m is None
            else SETTLEMENT_ON_ISLAND.at(place, name=name, distance=Length(distance_m))
        )
    return tuple(findings)


def measure_to_depot_roads(network: Network, settlements: Sequence[Settlement]) -> dict[str, int]:
    """
    Measure how far settlements lie from the nearest road that a depot reaches, there and back.

    Returns metres as the crow flies by settlement id, for the bus that comes nearest; those with no such road in reach
        are left out.
    """
    import numpy as np

    depots = [at for at, place in enumerate(network.places) if place.place_id.startswith(DEPOT_PREFIX)]
    lat, lon = np.array([s.lat for s in settlements]), np.array([s.lon for s in settlements])
    nearest_m = np.full(len(settlements), np.inf)
    for view in network.views.values():
        part = find_parts(network.roads, view.times).segment_part
        homes = view.snaps.segment[depots]
        reached = find_snap_segments(network.roads, view.times) & (part >= 0)
        reached &= np.isin(part, part[homes[homes >= 0]])
        if reached.any():
            grid = make_grid(network.roads, reached)
            nearest_m = np.minimum(nearest_m, find_nearest(grid, lat, lon, REACH_M).distance_m)
    return {
        s.settlement_id: round(float(metres))
        for s, metres in zip(settlements, nearest_m, strict=True)
        if np.isfinite(metres)
    }


def _is_reached(matrix: TravelMatrix, settlement_id: str) -> bool:
    """Whether some depot reaches the settlement and the way back."""
    here = matrix.place_ids.index(settlement_id)
    depots = [at for at, place in enumerate(matrix.place_ids) if place.startswith(DEPOT_PREFIX)]
    return any(
        matrix.duration_s[depot, here] < UNREACHABLE_S and matrix.duration_s[here, depot] < UNREACHABLE_S
        for depot in depots
    )
