"""Nearest library of every settlement, by road."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.network.matrix import UNREACHABLE_S
from bibliobus.network.places import LIBRARY_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.network.matrix import TravelMatrix


def find_nearest_libraries(settlement_ids: Iterable[str], matrix: TravelMatrix) -> dict[str, tuple[str, int]]:
    """
    Find the nearest library of every settlement.

    Parameters
    ----------
    settlement_ids
        Settlements, each a place of the matrix.
    matrix
        Travel between all places; its libraries are those that count.

    Returns
    -------
    dict of str to (str, int)
        Library id and metres by road; settlements that reach no library are left out.
    """
    libraries = [
        (at, place.removeprefix(LIBRARY_PREFIX))
        for at, place in enumerate(matrix.place_ids)
        if place.startswith(LIBRARY_PREFIX)
    ]
    rows = {place: at for at, place in enumerate(matrix.place_ids)}
    nearest: dict[str, tuple[str, int]] = {}
    for settlement_id in settlement_ids:
        here = rows[settlement_id]
        reached = [
            (int(matrix.length_m[here, at]), library)
            for at, library in libraries
            if matrix.duration_s[here, at] < UNREACHABLE_S
        ]
        if reached:
            distance_m, library = min(reached)
            nearest[settlement_id] = (library, distance_m)
    return nearest
