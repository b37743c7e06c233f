"""What a network holds: kilometres by class and surface, and how many tags are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.network.profile_table import ABSENT, UNKNOWN, ProfileTable, read_profile_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.road_network import RoadNetwork

NOT_TAGGED: Final = ""
OTHER: Final = "other"
DM_PER_M: Final = 10


@dataclass(frozen=True)
class RoadStats:
    """
    Lengths of roads; each road counts once, whatever its directions.

    Parameters
    ----------
    class_m
        Metres by class, in the order of the table; classes without roads are left out.
    surface_m
        Metres by surface, in the order of the table; ``""`` is not tagged, ``other`` is a value the table does not
        name.
    total_m
        Metres of all roads, ferries too.
    missing
        Share of the length without the tag (0 to 1) by key: surface, smoothness, maxspeed, and tracktype (of tracks
        only).
    """

    class_m: Mapping[str, int]
    surface_m: Mapping[str, int]
    total_m: int
    missing: Mapping[str, float]


def measure_roads(network: RoadNetwork, table: ProfileTable | None = None) -> RoadStats:
    """
    Measure what a network holds.

    Parameters
    ----------
    network
        The network.
    table
        Table the network was read with; None means the one that comes with the program.

    Returns
    -------
    RoadStats
        Lengths and shares.
    """
    import numpy as np

    table = table or read_profile_table()
    ways = network.ways
    length_m = np.bincount(network.segment_way, weights=network.segment_dm, minlength=len(ways)) / DM_PER_M
    track = ways.road_class == table.codes("road_class")["track"]
    land = ways.road_class != table.codes("road_class")["ferry"]
    unsigned = (ways.maxspeed_forward == 0) & (ways.maxspeed_backward == 0)
    return RoadStats(
        class_m=_sum_up(ways.road_class, length_m, table.values("road_class")),
        surface_m=_sum_up(ways.surface[land], length_m[land], table.values("surface")),
        total_m=round(float(length_m.sum())),
        missing={
            "surface": _share(ways.surface == ABSENT, land, length_m),
            "smoothness": _share(ways.smoothness == ABSENT, land, length_m),
            "maxspeed": _share(unsigned, land, length_m),
            "tracktype": _share(ways.tracktype == ABSENT, track, length_m),
        },
    )


def _sum_up(codes: NDArray[np.uint8], length_m: NDArray[np.float64], values: tuple[str, ...]) -> dict[str, int]:
    """Metres by value, without those that do not occur."""
    import numpy as np

    metres = np.bincount(codes, weights=length_m, minlength=UNKNOWN + 1)
    names = dict(enumerate(values, start=ABSENT + 1))
    names |= {ABSENT: NOT_TAGGED, UNKNOWN: OTHER}
    return {name: round(float(metres[code])) for code, name in names.items() if metres[code] > 0}


def _share(missing: NDArray[np.bool_], among: NDArray[np.bool_], length_m: NDArray[np.float64]) -> float:
    """Share of the length; 0 if there is none."""
    total = float(length_m[among].sum())
    return float(length_m[among & missing].sum()) / total if total else 0.0
