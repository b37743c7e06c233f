"""Road tables on which road changes are found."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.fleet import BusProfile
from bibliobus.findings import Finding
from bibliobus.inputs.tables.cells import find_unknown, show_value
from bibliobus.network.changes.names import index_names, road_keys
from bibliobus.network.changes.roads import RoadMatch, Stretches, place_change
from bibliobus.network.changes_osm import (
    NO_DRIVE_BETWEEN,
    NO_ROW_BETWEEN,
    NO_SUCH_ROAD,
    NO_WAY_NUMBERS,
    ROAD_NOT_ON_DRIVE,
    SEVERAL_ROADS_BETWEEN,
)
from bibliobus.network.profile_table import find_speed
from bibliobus.words.alphabet import alphabet_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.domain.changes import RoadChange
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.roads import RoadRow, RoadTable
    from bibliobus.network.geometry import LatLon

FREE_BUS: Final = BusProfile("", 0.0, 0.0, 1.0)
"""A vehicle that no limit of weight or height keeps off a road."""

MAX_NAMED: Final = 5


@dataclass(frozen=True)
class TableRoadsToChange:
    """
    A road table on which changes can be found.

    Parameters
    ----------
    table
        The roads.
    positions
        (lat, lon) of settlements by id; rows without a shape are straight lines between them.
    """

    table: RoadTable
    positions: Mapping[str, LatLon] = field(default_factory=dict)

    def list_stretches(self, boxes: Sequence[tuple[float, float, float, float]]) -> Stretches:
        """
        List the stretches of all rows whose line is known.

        Parameters
        ----------
        boxes
            Not needed, as a table is small.

        Returns
        -------
        Stretches
            Owners are positions of rows.
        """
        import numpy as np

        lines = [(at, _find_line(road, self.positions)) for at, road in enumerate(self.table.rows)]
        parts = [(at, *line[i], *line[i + 1]) for at, line in lines for i in range(len(line) - 1)]
        columns = np.array(parts, dtype=float).reshape(-1, 5).T
        return Stretches(columns[0].astype(np.int64), *columns[1:])

    def find_ways(self, change: RoadChange, way_ids: Sequence[int]) -> RoadMatch | Finding:
        """
        Tell that a table has no way numbers.

        Parameters
        ----------
        change
            The change.
        way_ids
            Numbers of ways.

        Returns
        -------
        Finding
            Always.
        """
        return NO_WAY_NUMBERS.at(place_change(change, "way_ids"), change=change.change_id)

    def find_between(self, change: RoadChange, start: Settlement, end: Settlement, road: str) -> RoadMatch | Finding:
        """
        Find the rows between two settlements.

        Parameters
        ----------
        change
            The change, for the finding.
        start
            Where it begins.
        end
            Where it ends.
        road
            Number or name of the road; may be empty where a row joins both directly.

        Returns
        -------
        RoadMatch or Finding
            Rows that join both and are called so; else rows called so on the fastest drives there and back.
        """
        ends = {"start": show_value(start.name_uk), "end": show_value(end.name_uk)}
        rows = self.table.rows
        names = index_names([row.name for row in rows])
        called = {at for key in road_keys(road) for at in names.get(key, ())} if road else set(range(len(rows)))
        if not called:
            known = sorted({row.name for row in rows if row.name}, key=alphabet_key)
            return find_unknown(NO_SUCH_ROAD, place_change(change, "road"), road, (), known)
        pair = (start.settlement_id, end.settlement_id)
        direct = [at for at in sorted(called) if {rows[at].from_id, rows[at].to_id} == set(pair)]
        labels = sorted({rows[at].name for at in direct}, key=alphabet_key)
        if not road and len(labels) > 1:
            shown = ", ".join(show_value(label) for label in labels if label)
            count = len(labels)
            return SEVERAL_ROADS_BETWEEN.at(place_change(change, "road"), count=count, names=shown, **ends)
        if direct:
            return _match_steps([2 * at + (rows[at].from_id != pair[0]) for at in direct], [])
        if not road:
            return NO_ROW_BETWEEN.at(place_change(change, "to_place"), **ends)
        there, back = self._find_drive(*pair), self._find_drive(*pair[::-1])
        if not there and not back:
            return NO_DRIVE_BETWEEN.at(place_change(change, "to_place"), **ends)
        kept = [[step for step in steps if step >> 1 in called] for steps in (there, back)]
        if not any(kept):
            used = self._name_roads([*there, *back])
            return ROAD_NOT_ON_DRIVE.at(place_change(change, "road"), value=show_value(road), used=used, **ends)
        return _match_steps(*kept)

    def may_drive(self, steps: NDArray[np.int64]) -> NDArray[np.bool_]:
        """
        Tell where any bus may drive at all.

        Parameters
        ----------
        steps
            Steps.

        Returns
        -------
        numpy.ndarray
            False against one-way roads.
        """
        import numpy as np

        oneway = np.array([row.oneway for row in self.table.rows], dtype=bool)
        wrong_way: NDArray[np.bool_] = oneway[steps >> 1] & ((steps & 1) > 0)
        return ~wrong_way

    def _find_drive(self, start: str, end: str) -> list[int]:
        """Steps of the fastest drive of a vehicle without limits; none if no road leads."""
        import networkx as nx

        graph = _build_graph(self.table)
        try:
            path: list[str] = nx.dijkstra_path(graph, start, end, weight="hours")
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return []
        return [graph[path[i]][path[i + 1]]["step"] for i in range(len(path) - 1)]

    def _name_roads(self, steps: Sequence[int]) -> str:
        """Names of the roads of a drive in their order."""
        names = dict.fromkeys(self.table.rows[step >> 1].name for step in steps)
        return ", ".join([show_value(name) for name in names if name][:MAX_NAMED]) or "–"


def make_table_roads(table: RoadTable, settlements: Sequence[Settlement]) -> TableRoadsToChange:
    """
    Make a road table ready for changes to be found on it.

    Parameters
    ----------
    table
        The roads.
    settlements
        Settlements of the area.

    Returns
    -------
    TableRoadsToChange
        The table with the positions of its ends.
    """
    return TableRoadsToChange(table, {s.settlement_id: (s.lat, s.lon) for s in settlements})


def _find_line(row: RoadRow, positions: Mapping[str, LatLon]) -> tuple[LatLon, ...]:
    """Line of a row; empty if neither its shape nor both of its ends are known."""
    if row.shape:
        return row.shape
    ends = tuple(positions[end] for end in (row.from_id, row.to_id) if end in positions)
    return ends if len(ends) == len((row.from_id, row.to_id)) else ()


def _match_steps(there: Sequence[int], back: Sequence[int]) -> RoadMatch:
    """Match of the steps of the drives there and back."""
    import numpy as np

    out, into = np.array(there, dtype=np.int64), np.array(back, dtype=np.int64)
    return RoadMatch(np.union1d(out, into ^ 1), np.union1d(into, out ^ 1))


def _build_graph(table: RoadTable) -> nx.DiGraph[str]:
    """Fastest step between every two ends."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    for at, row in enumerate(table.rows):
        speed_kmh = find_speed(replace(row, max_weight_t=None, max_height_m=None), FREE_BUS)
        assert speed_kmh is not None  # there are no limits
        hours = row.length_m / speed_kmh
        for step, tail, head in ((2 * at, row.from_id, row.to_id), (2 * at + 1, row.to_id, row.from_id)):
            there = graph.get_edge_data(tail, head)
            if (step % 2 == 0 or not row.oneway) and (there is None or hours < there["hours"]):
                graph.add_edge(tail, head, hours=hours, step=step)
    return graph
