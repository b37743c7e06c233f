"""Estimated roads between neighbours: what to assume about drives where only positions are known."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import RoadRow, RoadTable
from bibliobus.network.places import measure_distances
from bibliobus.words.language import HOUR_S, KM_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.domain.places import Settlement

ROAD_CLASS: Final = "road"
"""OpenStreetMap's word for a road of unknown class; the speed is that of the estimate."""


@cache
def _bands() -> tuple[tuple[float, float, float], ...]:
    """Middle of each distance band in metres, detour factor, speed in km/h, nearest band first."""
    text = (resources.files("bibliobus.tables") / "estimate_bands.csv").read_text(encoding="utf-8-sig")
    rows = [
        {name: float(row[name]) for name in ("from_km", "detour", "speed_kmh")}
        for row in csv.DictReader(text.splitlines())
    ]
    middles = [(here["from_km"] + after["from_km"]) / 2 for here, after in pairwise(rows)] + [rows[-1]["from_km"]]
    return tuple((middle * KM_M, row["detour"], row["speed_kmh"]) for middle, row in zip(middles, rows, strict=True))


def _estimate_road(crow_m: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres by road and kilometres an hour of drives as long as the crow flies."""
    import numpy as np

    middle_m, detour, speed_kmh = (np.array(column) for column in zip(*_bands(), strict=True))
    return crow_m * np.interp(crow_m, middle_m, detour), np.interp(crow_m, middle_m, speed_kmh)


def estimate_drive(crow_m: NDArray[np.float64], speed_factor: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Estimate whole seconds and whole metres of drives from metres as the crow flies and a factor of speed above 0.

    Detour and speed by distance are those of 4,589 lorry legs of British mobile libraries
    (LibrariesHacked open data, 2019-2020), interpolated between the middles of the bands so that a
    longer way never takes less time. Elsewhere they are an assumption.
    """
    import numpy as np

    length_m, speed_kmh = _estimate_road(crow_m)
    speed_ms = speed_kmh * speed_factor * KM_M / HOUR_S
    return np.ceil(length_m / speed_ms).astype(np.int64), np.rint(length_m).astype(np.int64)


def join_neighbours(distance_m: NDArray[np.float64]) -> list[tuple[int, int]]:
    """
    Join the places that have no other place between them: pairs of rows, the smaller first, in order.

    Gabriel and Sokal (1969), A new statistical approach to geographic variation analysis: two places are joined if
    no third one lies in the circle whose diameter is the line between them. Such roads never cross and join all places.
    """
    import numpy as np

    square = distance_m**2
    pairs = []
    for here in range(len(square)):
        nearest_first = np.argsort(square[here], kind="stable")
        left = nearest_first[nearest_first != here]
        for other in nearest_first:
            # Only a place nearer than those that are left can lie between, so most are settled by a few neighbours.
            if not len(left) or square[here, left[-1]] <= square[here, other]:
                break
            left = left[square[here, other] + square[other, left] >= square[here, left]]
        pairs += [(here, there) for there in sorted(left.tolist()) if there > here]
    return pairs


def estimate_roads(settlements: Sequence[Settlement]) -> RoadTable:
    """
    Estimate the roads of an area from the positions of its settlements.

    Parameters
    ----------
    settlements
        Settlements of the area.

    Returns
    -------
    RoadTable
        Nameless roads between neighbours, sorted by the ids of their ends; marked as an estimate.
    """
    import numpy as np

    places = sorted(settlements, key=lambda settlement: settlement.settlement_id)
    lat, lon = [place.lat for place in places], [place.lon for place in places]
    distance_m = measure_distances(lat, lon, lat, lon)
    pairs = join_neighbours(distance_m)
    length_m, speed_kmh = _estimate_road(np.array([distance_m[pair] for pair in pairs], dtype=np.float64))
    rows = tuple(
        # Two settlements at one place are a metre apart: a road has a length.
        RoadRow(places[here].settlement_id, places[there].settlement_id, max(1, round(metres)), ROAD_CLASS, "", kmh)
        for (here, there), metres, kmh in zip(pairs, length_m.tolist(), speed_kmh.tolist(), strict=True)
    )
    return RoadTable(rows, "", estimated=True)
