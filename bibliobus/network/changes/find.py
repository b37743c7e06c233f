"""Where road changes are found: on ways, between settlements, along lines and in areas of any roads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.inputs.tables.cells import find_unknown, show_value
from bibliobus.network.changes.apply import RoadMatch, Stretches, tell_place
from bibliobus.network.changes.names import index_names, road_keys
from bibliobus.network.roads.drives import find_drive_steps
from bibliobus.network.roads.near import list_near
from bibliobus.network.roads.profile import RoadBus, measure_steps, weigh_arcs
from bibliobus.network.roads.snap import find_snap_segments, join_at_nodes, snap_places
from bibliobus.words.language import N_, alphabet_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.domain.places import Settlement
    from bibliobus.domain.roads import RoadChange
    from bibliobus.network.engine.engine import RoadIndex
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.profile import StepTimes
    from bibliobus.network.roads.snap import Snaps

NO_SUCH_WAYS: Final = FindingKind(
    "change-no-such-ways",
    Severity.ERROR,
    N_("{count} way numbers of the change “{change}” are not among the roads: {ways}."),
    N_("Check the numbers; roads that no bus may ever use are not imported, and numbers change as the map is edited."),
)
ROAD_NOT_NAMED: Final = FindingKind(
    "change-road-not-named",
    Severity.ERROR,
    N_("The change “{change}” names two settlements, but not the road between them."),
    N_("Write the number or the name of the road, or draw a line along it."),
)
NO_SUCH_ROAD: Final = FindingKind(
    "change-no-such-road",
    Severity.ERROR,
    N_("No road is called “{value}”."),
    N_("Write the number or the name as OpenStreetMap has it, or draw a line along the road."),
)
NO_DRIVE_BETWEEN: Final = FindingKind(
    "change-no-drive-between",
    Severity.ERROR,
    N_("No road leads from {start} to {end}."),
    N_("Check that both lie near a road, or draw a line along the road."),
)
ROAD_NOT_ON_DRIVE: Final = FindingKind(
    "change-road-not-on-drive",
    Severity.ERROR,
    N_("The fastest drive between {start} and {end} does not use the road “{value}”; it uses {used}."),
    N_("Name settlements that lie along the road, or draw a line along it."),
)
NO_WAY_NUMBERS: Final = FindingKind(
    "change-ways-need-import",
    Severity.ERROR,
    N_("The change “{change}” gives way numbers, but only roads imported from OpenStreetMap have such numbers."),
    N_("Name two settlements that a road of the area joins, or draw a line or a polygon."),
)
NO_ROW_BETWEEN: Final = FindingKind(
    "change-no-row-between",
    Severity.ERROR,
    N_("No road of the area joins {start} and {end} directly."),
    N_("Name two settlements that a road joins directly, or name the road that the drive between them uses."),
)
SEVERAL_ROADS_BETWEEN: Final = FindingKind(
    "change-several-roads-between",
    Severity.ERROR,
    N_("{count} roads join {start} and {end}, and it is not said which one is meant."),
    N_("Write the number or the name of the road: {names}."),
)
UNRESTRICTED: Final = RoadBus(weight_t=0.0, height_m=0.0)
"""A vehicle that no limit of weight or size keeps off a road."""

SNAP_M: Final = 2000
SNAP_DEG: Final = 0.02
MAX_NAMED: Final = 5


@dataclass(frozen=True)
class RoadsToChange:
    """Roads on which changes can be found, whatever their source."""

    network: RoadNetwork
    index: RoadIndex

    def list_stretches(self, boxes: Sequence[tuple[float, float, float, float]]) -> Stretches:
        """List the segments near boxes of west, south, east and north in degrees."""
        import numpy as np

        network = self.network
        # A table is small, and its lengths need not be those of its lines, by which near segments are told.
        segment = list_near(network, boxes) if network.rows is None else np.arange(network.segments)
        start, end = network.segment_from[segment], network.segment_to[segment]
        lat, lon = network.point_lat, network.point_lon
        straight = Stretches(segment, lat[start], lon[start], lat[end], lon[end])
        if network.rows is None:
            return straight
        drawn = network.rows.shapes
        parts = [(at, *line[i], *line[i + 1]) for at, line in drawn.items() for i in range(len(line) - 1)]
        columns = np.array(parts, dtype=float).reshape(-1, 5).T
        known = np.isfinite(straight.from_lat) & np.isfinite(straight.to_lat)
        straight = straight.select(known & ~np.isin(segment, list(drawn)))
        return straight.join(Stretches(columns[0].astype(np.int64), *columns[1:]))

    def find_ways(self, change: RoadChange, way_ids: Sequence[int]) -> RoadMatch | Finding:
        """Find the segments of ways, along them as OpenStreetMap draws them; a finding if any of them is missing."""
        import numpy as np

        if self.network.rows is not None:
            return NO_WAY_NUMBERS.at(tell_place(change, "way_ids"), change=change.change_id)
        ways, wanted = self.network.ways.way_id, np.array(way_ids, dtype=np.int64)
        row = np.minimum(np.searchsorted(ways, wanted), len(ways) - 1).astype(np.int32)
        # Segments stand in the order of their ways.
        first = np.searchsorted(self.network.segment_way, row, "left")
        last = np.searchsorted(self.network.segment_way, row, "right")
        missing = wanted[(ways[row] != wanted) | (first == last)]
        if len(missing):
            return _name_missing(change, missing.tolist())
        segment = np.concatenate([np.arange(*ends) for ends in zip(first, last, strict=True)])
        return RoadMatch(2 * segment, 2 * segment + 1)

    def find_between(self, change: RoadChange, start: Settlement, end: Settlement, road: str) -> RoadMatch | Finding:
        """
        Find the stretch of a road that the fastest drive between two settlements uses.

        ``road``: Number or name of the road; may be empty where a row of a table joins both directly.

        Returns rows that join both and are called so; else steps of the fastest drives there and back, by a vehicle
        without limits, that are on the road. On OpenStreetMap the segments at the very settlements are left out if
        others remain, so that these are not cut off from every road.
        """
        import numpy as np

        network, place = self.network, tell_place(change, "road")
        named = bool(road_keys(road))
        if not named and network.rows is None:
            return ROAD_NOT_NAMED.at(place, change=change.change_id)
        on_road = self.find_road(road) if named else np.ones(len(network.ways), dtype=bool)
        if named and not on_road.any():
            names = sorted({text for text in network.texts if text})
            return find_unknown(NO_SUCH_ROAD, place, road, (), names)
        names_of_ends = {"start": show_value(start.name_uk), "end": show_value(end.name_uk)}
        direct = self._list_direct(start, end, on_road)
        labels = sorted({network.way_label(way) for way in direct.tolist()}, key=alphabet_key)
        if not named and len(labels) > 1:
            shown = ", ".join(show_value(label) for label in labels if label)
            return SEVERAL_ROADS_BETWEEN.at(place, count=len(labels), names=shown, **names_of_ends)
        if len(direct):
            return RoadMatch(*self._turn(direct, start))
        if not named:
            return NO_ROW_BETWEEN.at(tell_place(change, "to_place"), **names_of_ends)
        drives = self._find_drives(start, end)
        if drives is None:
            return NO_DRIVE_BETWEEN.at(tell_place(change, "to_place"), **names_of_ends)
        parts = [self._keep_road(steps, on_road[network.segment_way[steps >> 1]]) for steps in drives]
        if not any(len(part) for part in parts):
            used = self._name_roads(np.concatenate(drives))
            return ROAD_NOT_ON_DRIVE.at(place, value=show_value(road), used=used, **names_of_ends)
        there, back = parts
        return RoadMatch(np.union1d(there, back ^ 1), np.union1d(back, there ^ 1))

    def may_drive(self, steps: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell where any bus may drive at all."""
        allowed: NDArray[np.bool_] = self.network.step_arc[steps] >= 0
        return allowed

    def find_road(self, road: str) -> NDArray[np.bool_]:
        """Tell which ways have a number or a name."""
        import numpy as np

        found = index_names(self.network.texts)
        codes = sorted({code for key in road_keys(road) for code in found.get(key, ())})
        ways = self.network.ways
        return np.isin(ways.ref_code, codes) | np.isin(ways.name_code, codes)

    def _find_drives(self, start: Settlement, end: Settlement) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
        """Steps of the drives there and back; None if no road leads either way."""
        import numpy as np

        network = self.network
        times = measure_steps(network, UNRESTRICTED)
        snaps = self._snap_ends(start, end, times)
        if not snaps.joined.all():
            return None
        metric = self.index.customize(weigh_arcs(network, times))
        there, back = (find_drive_steps(network, metric, snaps, *pair) for pair in ((0, 1), (1, 0)))
        if there is None and back is None:
            return None
        none = np.zeros(0, dtype=np.int64)
        return (
            none if there is None else there.astype(np.int64),
            none if back is None else back.astype(np.int64),
        )

    def _list_direct(self, start: Settlement, end: Settlement, on_road: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Rows of a table that join two settlements and are on a road; none on OpenStreetMap."""
        import numpy as np

        network = self.network
        if network.rows is None:
            return np.zeros(0, dtype=np.int64)
        one, two = (network.rows.node.get(place.settlement_id, -1) for place in (start, end))
        joined = (network.segment_from == one) & (network.segment_to == two)
        joined |= (network.segment_from == two) & (network.segment_to == one)
        return np.flatnonzero(joined & on_road)

    def _turn(self, direct: NDArray[np.int64], start: Settlement) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Steps of rows away from a settlement, and those towards it."""
        assert self.network.rows is not None  # only a table has rows
        away = 2 * direct + (self.network.segment_from[direct] != self.network.rows.node[start.settlement_id])
        return away, away ^ 1

    def _snap_ends(self, start: Settlement, end: Settlement, times: StepTimes) -> Snaps:
        """Both settlements joined to the roads."""
        import numpy as np

        network = self.network
        if network.rows is not None:
            node = network.rows.node
            return join_at_nodes(np.array([node.get(place.settlement_id, -1) for place in (start, end)]))
        lat, lon = np.array([start.lat, end.lat]), np.array([start.lon, end.lon])
        wanted = np.zeros(network.segments, dtype=bool)
        wanted[list_near(network, [_box_around(place) for place in (start, end)])] = True
        wanted &= find_snap_segments(network, times)
        return snap_places(network, times, lat, lon, wanted=wanted, max_distance_m=SNAP_M)

    def _keep_road(self, steps: NDArray[np.int64], on_road: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Steps on the road, on OpenStreetMap without those at the two ends of the drive if others remain."""
        inner = steps[1:-1][on_road[1:-1]]
        return inner if len(inner) and self.network.rows is None else steps[on_road]

    def _name_roads(self, steps: NDArray[np.int64]) -> str:
        """Names of the longest roads of a drive."""
        way = self.network.segment_way[steps >> 1]
        metres: dict[str, int] = {}
        for row, length in zip(way.tolist(), self.network.segment_dm[steps >> 1].tolist(), strict=True):
            label = self.network.way_label(row)
            metres[label] = metres.get(label, 0) + length
        named = sorted((name for name in metres if name), key=lambda name: (-metres[name], alphabet_key(name)))
        return ", ".join(show_value(name) for name in named[:MAX_NAMED]) or "–"


def _box_around(place: Settlement) -> tuple[float, float, float, float]:
    """Box in which a settlement may join the roads."""
    aside = SNAP_DEG / max(0.01, math.cos(math.radians(abs(place.lat))))
    return place.lon - aside, place.lat - SNAP_DEG, place.lon + aside, place.lat + SNAP_DEG


def _name_missing(change: RoadChange, missing: Sequence[int]) -> Finding:
    """Finding for way numbers that are not among the roads; it names the first few."""
    ways = ", ".join(str(way) for way in missing[:MAX_NAMED]) + (", …" if len(missing) > MAX_NAMED else "")
    return NO_SUCH_WAYS.at(tell_place(change, "way_ids"), count=len(missing), change=change.change_id, ways=ways)
