"""
Make the estimated road table of an area from the positions of its settlements.

Run it with bibliobus installed, ``python -m bibliobus.samples.make_roads AREA``, after settlements.csv of the folder
AREA has changed; it writes roads.csv there. The samples kramatorsk and donetsk have their roads from it. Two
settlements are joined if no third one lies in the circle whose diameter is the line between them (a Gabriel graph:
it never crosses itself and is always connected). Length and speed of a road follow from its length as the crow flies.
"""

from __future__ import annotations

import csv
import io
import sys
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bibliobus.network.estimate import estimate_drive
from bibliobus.network.geometry import measure_distances
from bibliobus.words.units import HOUR_S, KM_M

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SOURCE: Final = (
    "оцінка: граф сусідства x коефіцієнт звивистості; не справжня дорога / "
    "estimate: planar neighbour graph x detour factor; not a real road"
)
COLUMNS: Final = (
    "from_id",
    "to_id",
    "length_km",
    "road_class",
    "surface",
    "speed_kmh",
    "max_weight_t",
    "max_height_m",
    "oneway",
    "name",
    "source",
)


def join_neighbours(distance_m: NDArray[np.float64]) -> list[tuple[int, int]]:
    """
    Join the places that have no other place between them.

    Parameters
    ----------
    distance_m
        Shape (n, n), metres as the crow flies.

    Returns
    -------
    list of (int, int)
        Pairs of rows, the smaller first, in order.
    """
    square = distance_m**2
    return [
        (here, there)
        for here, there in combinations(range(len(square)), 2)
        if sum(square[here] + square[there] < square[here, there]) == 0
    ]


def format_roads(settlements: str) -> str:
    """
    Format the road table for a table of settlements.

    Parameters
    ----------
    settlements
        Text of settlements.csv.

    Returns
    -------
    str
        Text of roads.csv, sorted by the ids of its ends.
    """
    places = sorted(csv.DictReader(io.StringIO(settlements)), key=lambda row: row["settlement_id"])
    lat, lon = [float(row["lat"]) for row in places], [float(row["lon"]) for row in places]
    distance_m = measure_distances(lat, lon, lat, lon)
    duration_s, length_m = estimate_drive(distance_m, 1.0)
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for here, there in join_neighbours(distance_m):
        metres, seconds = int(length_m[here, there]), int(duration_s[here, there])
        writer.writerow(
            {
                "from_id": places[here]["settlement_id"],
                "to_id": places[there]["settlement_id"],
                "length_km": f"{metres / KM_M:.1f}",
                # OpenStreetMap's word for a road of unknown class; the speed is that of the estimate.
                "road_class": "road",
                "speed_kmh": f"{metres / KM_M * HOUR_S / seconds:.0f}",
                "source": SOURCE,
            }
        )
    return text.getvalue()


def write_roads(area: Path) -> None:
    """
    Write the road table of an area; one that stands there is replaced.

    Parameters
    ----------
    area
        Folder with settlements.csv.
    """
    settlements = (area / "settlements.csv").read_text(encoding="utf-8-sig")
    (area / "roads.csv").write_text(format_roads(settlements), encoding="utf-8-sig", newline="\n")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        write_roads(Path(name))
