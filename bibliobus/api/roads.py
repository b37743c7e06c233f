"""Roads of an area in a notebook: what they are, which must not fail, and how far everything is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bibliobus.api.shown import GeoTable, Table, speaking
from bibliobus.findings import Finding, InputError, Place
from bibliobus.network.changes.names import find_settlement
from bibliobus.network.geometry import measure_distances
from bibliobus.network.places import DEPOT_PREFIX, UNREACHABLE_S
from bibliobus.plan.names import name_places
from bibliobus.tasks.roads import name_critical, tell_roads
from bibliobus.words.language import Language
from bibliobus.words.units import KM_M, MINUTE_S

if TYPE_CHECKING:
    from bibliobus.model.area import PreparedArea
    from bibliobus.tasks.roads import RoadInfo

TRAVEL_COLUMNS = ("settlement_id", "name", "duration_min", "length_km", "crow_km")


@dataclass(frozen=True, repr=False, eq=False)
class Roads:
    """
    Roads of an area, whatever their source; assumed between neighbouring settlements where it has none.

    Parameters
    ----------
    prepared
        The area made ready.
    language
        ``uk`` or ``en``.
    """

    prepared: PreparedArea
    language: str

    @cached_property
    def classes(self) -> Table:
        """Kilometres by class of road, the longest first."""
        lengths = sorted(self._describe(critical=False).stats.class_m.items(), key=lambda item: (-item[1], item[0]))
        return Table(("road_class", "length_km"), tuple((name, length_m / KM_M) for name, length_m in lengths))

    @cached_property
    def missing(self) -> Table:
        """Shares of the roads without a tag, by tag: how much of the rest is a guess."""
        return Table(("tag", "share"), tuple(self._describe(critical=False).stats.missing.items()))

    @cached_property
    def critical(self) -> Table:
        """Roads without which some settlement is cut off from the depot, in the order of their weight."""
        info, spoken = self._describe(critical=True), Language(self.language)
        names = {place: name.render(spoken) for place, name in info.names.items()}
        rows = tuple(
            (
                name_critical(road, names),
                road.length_m / KM_M,
                ", ".join(names[place] for place in road.cut_off),
            )
            for road in info.critical or ()
        )
        return Table(("road", "length_km", "cut_off"), rows)

    def _describe(self, *, critical: bool) -> RoadInfo:
        """What the roads are."""
        with speaking(self.language):
            return tell_roads(self.prepared, critical=critical)

    def __repr__(self) -> str:
        """How long they are."""
        return f"<Roads: {self._describe(critical=False).stats.total_m / KM_M:.0f} km>"

    def _repr_html_(self) -> str:
        """The classes."""
        return self.classes._repr_html_()


def measure_travel(prepared: PreparedArea, place: str | None, language: str) -> GeoTable:
    """Measure the drives from one place to all settlements that can be reached, the nearest first."""
    matrix, dataset = prepared.matrices[0], prepared.dataset
    start = matrix.place_ids.index(_find_start(prepared, place))
    at = {place_id: row for row, place_id in enumerate(matrix.place_ids)}
    positions = {one.place_id: (one.lat, one.lon) for one in prepared.network.places}
    names, (lat, lon) = name_places(dataset, Language(language)), positions[matrix.place_ids[start]]
    reached = [
        (int(matrix.duration_s[start, at[one.settlement_id]]), one)
        for one in dataset.settlements
        if one.settlement_id in at and matrix.duration_s[start, at[one.settlement_id]] < UNREACHABLE_S
    ]
    reached.sort(key=lambda found: (found[0], found[1].settlement_id))
    crow_m = measure_distances([lat], [lon], [one.lat for _, one in reached], [one.lon for _, one in reached])
    rows = tuple(
        (
            one.settlement_id,
            names[one.settlement_id],
            round(duration_s / MINUTE_S, 1),
            int(matrix.length_m[start, at[one.settlement_id]]) / KM_M,
            round(float(crow_m[0, row]) / KM_M, 3),
        )
        for row, (duration_s, one) in enumerate(reached)
    )
    return GeoTable(TRAVEL_COLUMNS, rows, tuple(((one.lat, one.lon),) for _, one in reached))


def _find_start(prepared: PreparedArea, place: str | None) -> str:
    """Place in the matrices: a settlement by id or name, or the first depot."""
    if place is None:
        return DEPOT_PREFIX + prepared.dataset.scenario.depots[0].depot_id
    found = find_settlement(place, prepared.dataset.settlements, Place())
    if isinstance(found, Finding):
        raise InputError(found)
    return found.settlement_id
