"""TableNetwork: roads given row by row, measured with networkx."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from bibliobus.network.changed_table import apply_table_changes
from bibliobus.network.drive_grounds import Ground, is_unpaved, join_grounds
from bibliobus.network.drive_roads import RoadPiece, join_pieces
from bibliobus.network.estimate import estimate_drive
from bibliobus.network.geometry import LatLon, RoadLine
from bibliobus.network.places import UNREACHABLE_S, TravelMatrix
from bibliobus.network.profile_table import find_speed
from bibliobus.words.units import HOUR_S, KM_M

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx

    from bibliobus.domain.fleet import BusProfile
    from bibliobus.domain.roads import RoadRow, RoadTable
    from bibliobus.findings import Finding
    from bibliobus.network.changes.roads import ResolvedChange
    from bibliobus.network.places import NetworkPlace


@dataclass(frozen=True)
class TableNetwork:
    """
    Roads given row by row; their ends are settlements or junctions.

    Parameters
    ----------
    places
        Places of the area.
    table
        The roads.
    changes
        Resolved road changes in their order.
    findings
        What is worth knowing about the changes.
    """

    places: tuple[NetworkPlace, ...]
    table: RoadTable
    changes: tuple[ResolvedChange, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def estimated(self) -> bool:
        """Whether the table is itself an estimate."""
        return self.table.estimated

    @property
    def lines(self) -> tuple[RoadLine, ...]:
        """Roads to draw: those with a shape, or with both ends in known places."""
        ends = _positions(self.places, self.table)
        shapes = ((road, road.shape or _straight(road, ends)) for road in self.table.rows)
        kind = "estimate" if self.estimated else ""
        return tuple(RoadLine(shape, kind or road.road_class, road.name) for road, shape in shapes if shape)

    def measure_travel(self, profile: BusProfile) -> TravelMatrix:
        """
        Measure the fastest drive between every two places.

        Parameters
        ----------
        profile
            Kind of bus.

        Returns
        -------
        TravelMatrix
            Places in the order of the network; `UNREACHABLE_S` where no road leads.
        """
        import numpy as np

        graph = self._graph_of(profile)
        home = {settlement: row for row, settlement in enumerate(sorted({p.settlement_id for p in self.places}))}
        duration_s = np.full((len(home), len(home)), UNREACHABLE_S, dtype=np.int64)
        length_m = np.zeros_like(duration_s)
        for source, row in home.items():
            for target, (seconds, metres) in _search(graph, source).items():
                if target in home:
                    duration_s[row, home[target]], length_m[row, home[target]] = seconds, metres
        rows = np.array([home[place.settlement_id] for place in self.places])
        duration_s, length_m = duration_s[np.ix_(rows, rows)], length_m[np.ix_(rows, rows)]
        access = np.array([place.access_m for place in self.places], dtype=float)
        access_s, access_m = estimate_drive(access, profile.speed_factor)
        elsewhere = ~np.eye(len(rows), dtype=bool)
        duration_s = duration_s + elsewhere * (access_s[:, None] + access_s[None, :])
        length_m = length_m + elsewhere * (access_m[:, None] + access_m[None, :])
        closed = duration_s >= UNREACHABLE_S
        duration_s[closed], length_m[closed] = UNREACHABLE_S, 0
        return TravelMatrix(profile.profile_id, tuple(p.place_id for p in self.places), duration_s, length_m)

    def find_path(self, profile: BusProfile, from_id: str, to_id: str) -> tuple[LatLon, ...]:
        """
        Find the line of the fastest drive.

        Parameters
        ----------
        profile
            Kind of bus.
        from_id
            Place it leaves.
        to_id
            Place it reaches; a road must lead there.

        Returns
        -------
        tuple of (lat, lon)
            From start to end along the roads; junctions whose position is unknown are passed over.
        """
        import networkx as nx

        places = {place.place_id: place for place in self.places}
        start, end = places[from_id], places[to_id]
        if start.settlement_id == end.settlement_id:
            # No road is used, and perhaps none leads there.
            return (start.lat, start.lon), (end.lat, end.lon)
        graph = self._graph_of(profile)
        ends = _positions(self.places, self.table)
        points = [(start.lat, start.lon)]
        for tail, head in pairwise(
            nx.dijkstra_path(graph, start.settlement_id, end.settlement_id, weight="duration_s")
        ):
            points += graph[tail][head]["shape"] or [ends[node] for node in (tail, head) if node in ends]
        points.append((end.lat, end.lon))
        return tuple(point for at, point in enumerate(points) if at == 0 or point != points[at - 1])

    def list_roads(self, profile: BusProfile, from_id: str, to_id: str) -> tuple[RoadPiece, ...]:
        """
        List the roads of the fastest drive.

        Parameters
        ----------
        profile
            Kind of bus.
        from_id
            Place it leaves.
        to_id
            Place it reaches; a road must lead there.

        Returns
        -------
        tuple of RoadPiece
            In the order of the drive; none where the names are not known.
        """
        return join_pieces(RoadPiece(arc["name"], arc["length_m"]) for arc in self._list_arcs(profile, from_id, to_id))

    def list_grounds(self, profile: BusProfile, from_id: str, to_id: str) -> tuple[Ground, ...]:
        """
        List what the fastest drive goes over.

        Parameters
        ----------
        profile
            Kind of bus.
        from_id
            Place it leaves.
        to_id
            Place it reaches; a road must lead there.

        Returns
        -------
        tuple of Ground
            Each kind of road once, the one with most metres first; none where the roads are not known.
        """
        arcs = self._list_arcs(profile, from_id, to_id)
        return join_grounds(Ground(arc["road_class"], arc["unpaved"], arc["length_m"]) for arc in arcs)

    def _list_arcs(self, profile: BusProfile, from_id: str, to_id: str) -> list[dict[str, Any]]:
        """Roads of the fastest drive; none within one settlement, or where the table is an estimate."""
        import networkx as nx

        homes = {place.place_id: place.settlement_id for place in self.places}
        start, end = homes[from_id], homes[to_id]
        if start == end or self.estimated:
            return []
        graph = self._graph_of(profile)
        return [graph[tail][head] for tail, head in pairwise(nx.dijkstra_path(graph, start, end, weight="duration_s"))]

    @cached_property
    def _graphs(self) -> dict[BusProfile, nx.DiGraph[str]]:
        """Graphs that were built already."""
        return {}

    def _graph_of(self, profile: BusProfile) -> nx.DiGraph[str]:
        """Roads as a kind of bus finds them."""
        if profile not in self._graphs:
            self._graphs[profile] = _build_graph(apply_table_changes(self.table, self.changes, profile), profile)
        return self._graphs[profile]


def find_nodes(
    table: RoadTable, profile: BusProfile, drives: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """
    Find the road ends on the fastest drives between settlements.

    Parameters
    ----------
    table
        Roads as this kind of bus finds them.
    profile
        Kind of bus.
    drives
        Settlements or junctions where each begins and ends.

    Returns
    -------
    dict of tuple of str
        Road ends from start to end by drive; none where no road leads.
    """
    import networkx as nx

    graph = _build_graph(table, profile)
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for start, end in drives:
        try:
            found[start, end] = tuple(nx.dijkstra_path(graph, start, end, weight="duration_s"))
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            found[start, end] = ()
    return found


def _build_graph(table: RoadTable, profile: BusProfile) -> nx.DiGraph[str]:
    """Fastest arc between every two ends that the bus may drive."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    for road in table.rows:
        speed_kmh = find_speed(road, profile)
        if speed_kmh is None:
            continue
        duration_s = max(1, math.ceil(road.length_m * HOUR_S / (speed_kmh * KM_M)))
        _lay(graph, road.from_id, road.to_id, duration_s, road)
        if not road.oneway:
            back = replace(road, shape=road.shape[::-1])
            _lay(graph, road.to_id, road.from_id, duration_s, back)
    return graph


def _lay(graph: nx.DiGraph[str], tail: str, head: str, duration_s: int, road: RoadRow) -> None:
    """Lay an arc unless a faster one, or an equally fast and shorter one, is there."""
    there: dict[str, Any] | None = graph.get_edge_data(tail, head)
    if there is None or (duration_s, road.length_m) < (there["duration_s"], there["length_m"]):
        ground = {"road_class": road.road_class, "unpaved": is_unpaved(road.road_class, road.surface)}
        facts = {"length_m": road.length_m, "shape": road.shape, "name": road.name}
        graph.add_edge(tail, head, duration_s=duration_s, **facts, **ground)


def _search(graph: nx.DiGraph[str], source: str) -> dict[str, tuple[int, int]]:
    """Seconds and metres of the fastest drive from a node to every node it reaches."""
    import networkx as nx

    if source not in graph:
        return {source: (0, 0)}
    found = nx.single_source_dijkstra(graph, source, weight="duration_s")
    durations: dict[str, int] = cast("dict[str, int]", found[0])
    paths: dict[str, list[str]] = cast("dict[str, list[str]]", found[1])
    metres = {source: 0}
    for target in durations:
        if target != source:
            before = paths[target][-2]
            metres[target] = metres[before] + graph[before][target]["length_m"]
    return {target: (int(seconds), metres[target]) for target, seconds in durations.items()}


def _positions(places: tuple[NetworkPlace, ...], table: RoadTable) -> dict[str, LatLon]:
    """Position of every road end that is a settlement or stands at the end of a shape."""
    known: dict[str, LatLon] = {}
    for road in table.rows:
        if road.shape:
            known.setdefault(road.from_id, road.shape[0])
            known.setdefault(road.to_id, road.shape[-1])
    return known | {place.place_id: (place.lat, place.lon) for place in places}


def _straight(road: RoadRow, ends: dict[str, LatLon]) -> tuple[LatLon, ...]:
    """Straight line between the ends of a road; empty if one of them has no known position."""
    return (ends[road.from_id], ends[road.to_id]) if road.from_id in ends and road.to_id in ends else ()
