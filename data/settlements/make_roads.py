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
from pathlib import Path
from typing import Final

from bibliobus.network.places import measure_distances
from bibliobus.network.sources.estimate import ROAD_CLASS, estimate_drive, join_neighbours
from bibliobus.words.language import HOUR_S, KM_M

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
                "road_class": ROAD_CLASS,
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
