"""Road tables as networks: each row is an edge with its own length, each settlement and junction a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.network.engine.graph import RoadGraph
from bibliobus.network.osm.tags import BACKWARD, FORWARD
from bibliobus.network.profile_table import ABSENT, read_profile_table
from bibliobus.network.roads.network import RoadNetwork, RowFacts, WayTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.domain.places import Settlement
    from bibliobus.domain.roads import RoadRow, RoadTable
    from bibliobus.network.places import LatLon

DM_PER_M = 10


def lay_table(table: RoadTable, settlements: Sequence[Settlement]) -> RoadNetwork:
    """
    Build a network from a road table.

    Parameters
    ----------
    table
        The roads; their ends are settlements or junctions.
    settlements
        Settlements of the area. All of them are nodes, also those to which no road leads.

    Returns
    -------
    RoadNetwork
        Every row is one way, one segment and one arc for each direction in which it may be driven. A junction that no
        drawn row touches has no position.
    """
    import numpy as np

    rows = table.rows
    node = _number_ends(rows, settlements)
    lat, lon = _find_positions(rows, settlements, node)
    start, end = (np.array([node[key] for key in keys], dtype=np.int32) for keys in _list_ends(rows))
    oneway = np.array([row.oneway for row in rows], dtype=bool)
    step = np.arange(2 * len(rows), dtype=np.int32)
    step = step[((step & 1) == 0) | ~oneway[step >> 1]]
    along = (step & 1) == 0
    tail = np.where(along, start[step >> 1], end[step >> 1])
    head = np.where(along, end[step >> 1], start[step >> 1])
    texts = ("", *dict.fromkeys(row.name for row in rows if row.name))
    return RoadNetwork(
        graph=RoadGraph(*_guess_positions(lat, lon, start, end), tail, head),
        node_point=np.arange(len(node), dtype=np.int32),
        chain_first=np.arange(len(step) + 1, dtype=np.int64),
        chain=step,
        segment_from=start,
        segment_to=end,
        segment_way=np.arange(len(rows), dtype=np.int32),
        segment_dm=np.array([row.length_m * DM_PER_M for row in rows], dtype=np.int32),
        segment_ford=np.zeros(len(rows), dtype=bool),
        point_lat=lat,
        point_lon=lon,
        ways=_tabulate(rows, oneway, {text: at for at, text in enumerate(texts)}),
        texts=texts,
        data_date="",
        rows=RowFacts(
            node=node,
            speed_kmh=np.array([np.nan if row.speed_kmh is None else row.speed_kmh for row in rows], dtype=np.float64),
            shapes={at: row.shape for at, row in enumerate(rows) if row.shape},
            estimated=table.estimated,
        ),
    )


def _list_ends(rows: Sequence[RoadRow]) -> tuple[list[str], list[str]]:
    """Ids where the rows start and end."""
    return [row.from_id for row in rows], [row.to_id for row in rows]


def _number_ends(rows: Sequence[RoadRow], settlements: Sequence[Settlement]) -> dict[str, int]:
    """Node of each settlement and then of each junction, in the order of their tables."""
    ids = [settlement.settlement_id for settlement in settlements]
    ids += [end for row in rows for end in (row.from_id, row.to_id)]
    return {key: at for at, key in enumerate(dict.fromkeys(ids))}


def _find_positions(
    rows: Sequence[RoadRow], settlements: Sequence[Settlement], node: dict[str, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Degrees of each node: of a junction where the first drawn row at it ends, not a number if none is drawn."""
    import numpy as np

    known: dict[str, LatLon] = {}
    for row in rows:
        if row.shape:
            known.setdefault(row.from_id, row.shape[0])
            known.setdefault(row.to_id, row.shape[-1])
    known |= {settlement.settlement_id: (settlement.lat, settlement.lon) for settlement in settlements}
    nowhere = (np.nan, np.nan)
    degrees = np.array([known.get(key, nowhere) for key in node], dtype=np.float64).reshape(-1, 2)
    return degrees[:, 0].copy(), degrees[:, 1].copy()


def _guess_positions(
    lat: NDArray[np.float64], lon: NDArray[np.float64], start: NDArray[np.int32], end: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Positions for the graph, where every node needs one: that of a neighbour, or 0 far from all known ones.

    They only order the contraction, which any order gets right and a good one makes fast.
    """
    import numpy as np

    lat, lon = lat.copy(), lon.copy()
    one, two = np.concatenate([start, end]), np.concatenate([end, start])
    while (new := np.isnan(lat[two]) & ~np.isnan(lat[one])).any():
        lat[two[new]], lon[two[new]] = lat[one[new]], lon[one[new]]
    return np.nan_to_num(lat), np.nan_to_num(lon)


def _tabulate(rows: Sequence[RoadRow], oneway: NDArray[np.bool_], code_of: dict[str, int]) -> WayTable:
    """What the rows say, in the columns that ways of OpenStreetMap have."""
    import numpy as np

    classes, surfaces = (read_profile_table().codes(kind) for kind in ("road_class", "surface"))
    count = len(rows)
    codes = np.zeros(count, dtype=np.uint8)
    numbers = np.zeros(count, dtype=np.float32)
    return WayTable(
        way_id=np.zeros(count, dtype=np.int64),
        name_code=np.array([code_of[row.name] for row in rows], dtype=np.int32),
        ref_code=np.zeros(count, dtype=np.int32),
        road_class=np.array([classes[row.road_class] for row in rows], dtype=np.uint8),
        surface=np.array([surfaces[row.surface] if row.surface else ABSENT for row in rows], dtype=np.uint8),
        tracktype=codes,
        smoothness=codes,
        directions=np.where(oneway, FORWARD, FORWARD | BACKWARD).astype(np.uint8),
        flags=codes,
        maxspeed_forward=numbers,
        maxspeed_backward=numbers,
        max_weight_t=np.array([row.max_weight_t or 0 for row in rows], dtype=np.float32),
        max_height_m=np.array([row.max_height_m or 0 for row in rows], dtype=np.float32),
        max_width_m=numbers,
        max_length_m=numbers,
        duration_s=numbers,
    )
