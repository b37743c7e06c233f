"""What road changes hit: the roads near a point, the drives of a plan, and how they look on a map."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import AlongLine, BetweenPlaces, NoRoads
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.tables.cells import show_value
from bibliobus.network.changes.apply import tell_place
from bibliobus.network.changes.find import NO_SUCH_ROAD, RoadsToChange
from bibliobus.network.changes.resolve import resolve_changes
from bibliobus.network.network import DM_PER_M, change_view
from bibliobus.network.places import measure_distances
from bibliobus.network.roads.near import list_near
from bibliobus.network.roads.profile import make_road_bus
from bibliobus.words.language import N_, alphabet_key
from bibliobus.words.text import Length

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.domain.fleet import BusProfile
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.roads import RoadChange, Where
    from bibliobus.inputs.area import Dataset
    from bibliobus.network.changes.apply import ResolvedChange
    from bibliobus.network.network import Network
    from bibliobus.network.places import LatLon
    from bibliobus.network.roads.network import RoadNetwork, RowFacts

CHANGES_WITHOUT_ROADS: Final = FindingKind(
    "changes-without-roads",
    Severity.WARNING,
    N_("The area has no roads, so the road changes hold for straight connections between neighbouring settlements."),
    N_("Import roads with “bibliobus roads import”, or put a road table into the area, to change real roads."),
)

ProfileLeg = tuple[str, str, str]
"""Bus profile, place that is left, place that is reached."""


def resolve_on(
    network: Network, dataset: Dataset, changes: Sequence[RoadChange]
) -> tuple[tuple[ResolvedChange, ...] | None, list[Finding]]:
    """Find the roads of changes on a network that is built already, in their order; None if any finding is an error."""
    return resolve_all(RoadsToChange(network.roads, network.index), dataset, changes)


def resolve_all(
    roads: RoadsToChange, dataset: Dataset, changes: Sequence[RoadChange]
) -> tuple[tuple[ResolvedChange, ...] | None, list[Finding]]:
    """Changes of an area with their roads, None if any finding is an error; and what is worth knowing."""
    if not changes:
        return (), []
    resolved, findings = resolve_changes(roads, changes, dataset.settlements, dataset.scenario)
    if isinstance(dataset.roads, NoRoads):
        findings = [CHANGES_WITHOUT_ROADS.at(tell_place(changes[0])), *findings]
    return resolved, findings


def draw_change(network: Network, resolved: ResolvedChange) -> tuple[tuple[LatLon, ...], ...]:
    """Draw the roads that a change hits: lines of at least two points (lat, lon)."""
    lines = (network.roads.line_of_segment(at) for at in sorted(set((resolved.steps >> 1).tolist())))
    return join_lines([piece for line in lines for piece in pairwise(line)])


def find_touched_legs(
    network: Network, profiles: Iterable[BusProfile], resolved: Sequence[ResolvedChange], legs: Iterable[ProfileLeg]
) -> dict[str, frozenset[ProfileLeg]]:
    """
    Find the legs that lead over the roads of changes, by id of the change, in the order of the changes.

    The network is the one the legs were planned on, without the changes. A change that does not hold for the bus of a
    leg does not touch it.
    """
    steps = list_steps(network, {profile.profile_id: profile for profile in profiles}, sorted(set(legs)))
    found = {}
    for change in resolved:
        hit = set(change.steps.tolist())
        touched = (leg for leg, driven in steps.items() if change.holds_for(leg[0]) and not hit.isdisjoint(driven))
        found[change.change.change_id] = frozenset(touched)
    return found


def close_roads(network: Network, dataset: Dataset, resolved: ResolvedChange) -> Network:
    """Lay one more change over a network, which stays as it is."""
    views = {
        profile.profile_id: change_view(
            network.roads,
            network.index,
            network.views[profile.profile_id],
            make_road_bus(profile),
            [resolved],
            profile.profile_id,
        )
        for profile in dataset.scenario.profiles
    }
    return replace(network, views=views)


def measure_change(network: Network, resolved: ResolvedChange) -> tuple[int, tuple[str, ...]]:
    """
    Measure what a change hits.

    Parameters
    ----------
    network
        Roads of the area.
    resolved
        The change with its roads.

    Returns
    -------
    length_m : int
        Metres of road, both directions counted once.
    names : tuple of str
        Numbers and names of the roads, sorted; those without a name are left out.
    """
    import numpy as np

    roads, segment = network.roads, np.unique(resolved.steps >> 1)
    names = {roads.way_label(way) for way in np.unique(roads.segment_way[segment]).tolist()}
    length_dm = int(roads.segment_dm[segment].sum(dtype=np.int64))
    return round(length_dm / DM_PER_M), tuple(sorted(names - {""}, key=alphabet_key))


def list_new_changes(old: Sequence[RoadChange], new: Sequence[RoadChange]) -> tuple[RoadChange, ...]:
    """Changes that are not among others, in their order; where they stand in their files does not count."""
    known = {_facts(change) for change in old}
    return tuple(change for change in new if _facts(change) not in known)


def _facts(change: RoadChange) -> RoadChange:
    """The change without its place in a file."""
    return replace(change, file="", row=None)


def list_steps(
    network: Network, profiles: Mapping[str, BusProfile], legs: Sequence[ProfileLeg]
) -> dict[ProfileLeg, Sequence[int]]:
    """Steps of legs in the order they are driven; legs of unknown buses or places are left out."""
    ids = {place.place_id for place in network.places}
    known = (leg for leg in legs if leg[0] in profiles and ids.issuperset(leg[1:]) and leg[1] != leg[2])
    return {leg: network.find_steps(*leg) for leg in known}


def join_lines(pieces: Sequence[tuple[LatLon, LatLon]]) -> tuple[tuple[LatLon, ...], ...]:
    """Join straight pieces to lines of at least two points where they follow each other."""
    lines: list[list[LatLon]] = []
    for start, end in pieces:
        if lines and lines[-1][-1] == start:
            lines[-1].append(end)
        elif lines and lines[-1][-1] == end:
            lines[-1].append(start)
        else:
            lines.append([start, end])
    return tuple(tuple(line) for line in lines)


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
    Find the part of a road that lies near a settlement, or what is wrong.

    On imported roads the lines within `NEAR_M`; in a road table the one row that begins or ends there.
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
