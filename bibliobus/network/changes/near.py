"""A road near a settlement, as the place of a road change."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bibliobus.domain.changes import AlongLine, BetweenPlaces
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.tables.cells import show_value
from bibliobus.network.changes.effects import join_lines
from bibliobus.network.changes.find import NO_SUCH_ROAD, RoadsToChange
from bibliobus.network.geometry import measure_distances
from bibliobus.network.roads.near import list_near
from bibliobus.words.language import N_
from bibliobus.words.text import Length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.domain.changes import Where
    from bibliobus.domain.places import Settlement
    from bibliobus.network.network import Network
    from bibliobus.network.roads.network import RoadNetwork, RowFacts

NEAR_M: Final = 3000
"""A road within this distance of the middle of a settlement is near it."""

NEAR_DEG: Final = 0.06

ROAD_NOT_NEAR: Final = FindingKind(
    "change-road-not-near",
    Severity.ERROR,
    N_("The road “{value}” does not come within {reach} of {settlement}."),
    N_("Name a settlement on the road, or two settlements between which it is meant, with --between."),
)
SEVERAL_ROWS_NEAR: Final = FindingKind(
    "change-several-rows-near",
    Severity.ERROR,
    N_("The road “{value}” leads from {settlement} to several places: {names}."),
    N_("Say which part is meant with --between."),
)


def find_road_near(network: Network, road: str, settlement: Settlement) -> Where | Finding:
    """
    Find the part of a road that lies near a settlement.

    Parameters
    ----------
    network
        Roads of the area.
    road
        Number or name of the road.
    settlement
        The settlement.

    Returns
    -------
    Where or Finding
        On imported roads the lines within `NEAR_M`; in a road table the one row that begins or ends there;
        or what is wrong.
    """
    roads = network.roads
    called = RoadsToChange(roads, network.index).find_road(road)
    if not called.any():
        return NO_SUCH_ROAD.at(Place(), value=show_value(road))
    if roads.rows is None:
        return _draw_near(roads, called, road, settlement)
    return _find_row(roads, roads.rows, called, road, settlement)


def _draw_near(roads: RoadNetwork, called: NDArray[np.bool_], road: str, settlement: Settlement) -> Where | Finding:
    """Lines of a road near a settlement."""
    import numpy as np

    lat, lon = settlement.lat, settlement.lon
    near = list_near(roads, [(lon - 2 * NEAR_DEG, lat - NEAR_DEG, lon + 2 * NEAR_DEG, lat + NEAR_DEG)])
    near = near[called[roads.segment_way[near]]]
    both = [
        measure_distances([lat], [lon], roads.point_lat[at].tolist(), roads.point_lon[at].tolist())[0]
        for at in (roads.segment_from[near], roads.segment_to[near])
    ]
    kept = near[np.maximum(*both) <= NEAR_M] if len(near) else near
    if not len(kept):
        return _tell_not_near(road, settlement)
    return AlongLine(join_lines([piece for at in kept.tolist() for piece in pairwise(roads.line_of_segment(at))]))


def _find_row(
    roads: RoadNetwork, rows: RowFacts, called: NDArray[np.bool_], road: str, settlement: Settlement
) -> Where | Finding:
    """The row of a table that leads from a settlement and is called so."""
    here = rows.node[settlement.settlement_id]
    ids = {node: key for key, node in rows.node.items()}
    pairs = zip(roads.segment_from[called].tolist(), roads.segment_to[called].tolist(), strict=True)
    ends = sorted({ids[two if one == here else one] for one, two in pairs if here in (one, two)})
    if not ends:
        return _tell_not_near(road, settlement)
    if len(ends) > 1:
        names, name = ", ".join(map(show_value, ends)), show_value(settlement.name_uk)
        return SEVERAL_ROWS_NEAR.at(Place(), value=show_value(road), settlement=name, names=names)
    return BetweenPlaces(settlement.settlement_id, ends[0], road)


def _tell_not_near(road: str, settlement: Settlement) -> Finding:
    """Finding for a road that lies elsewhere."""
    name = show_value(settlement.name_uk)
    return ROAD_NOT_NEAR.at(Place(), value=show_value(road), reach=Length(NEAR_M), settlement=name)
