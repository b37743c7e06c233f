"""What road changes hit: roads to draw, and legs that lead over them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from bibliobus.network.build import CHANGES_WITHOUT_ROADS
from bibliobus.network.changed_table import apply_table_changes
from bibliobus.network.changes.resolve import resolve_changes
from bibliobus.network.changes.roads import place_change
from bibliobus.network.changes_osm import OsmRoadsToChange
from bibliobus.network.changes_table import make_table_roads
from bibliobus.network.drive_steps import find_drive_steps
from bibliobus.network.engine.engine import build_index
from bibliobus.network.osm_network import DM_PER_M, OsmNetwork, change_view
from bibliobus.network.roads.profile import make_road_bus
from bibliobus.network.table import TableNetwork, find_nodes
from bibliobus.words.alphabet import alphabet_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bibliobus.domain.changes import RoadChange
    from bibliobus.domain.fleet import BusProfile
    from bibliobus.findings import Finding
    from bibliobus.inputs.area import Dataset
    from bibliobus.network.build import Network
    from bibliobus.network.changes.roads import ResolvedChange
    from bibliobus.network.geometry import LatLon

ProfileLeg = tuple[str, str, str]
"""Bus profile, place that is left, place that is reached."""


def resolve_on(
    network: Network, dataset: Dataset, changes: Sequence[RoadChange]
) -> tuple[tuple[ResolvedChange, ...] | None, list[Finding]]:
    """
    Find the roads of changes on a network that is built already.

    Parameters
    ----------
    network
        Roads of the area.
    dataset
        Checked inputs it was built from.
    changes
        Changes in their order.

    Returns
    -------
    resolved : tuple of ResolvedChange or None
        In the order of the changes; None if any finding is an error.
    findings : list of Finding
        What is wrong or worth knowing.
    """
    if not changes:
        return (), []
    match network:
        case TableNetwork():
            table = make_table_roads(network.table, dataset.settlements)
            return resolve_changes(table, changes, dataset.settlements, dataset.scenario)
        case OsmNetwork():
            roads = OsmRoadsToChange(network.roads, network.index)
            return resolve_changes(roads, changes, dataset.settlements, dataset.scenario)
        case _:
            return None, [CHANGES_WITHOUT_ROADS.at(place_change(changes[0]))]


def draw_change(network: Network, dataset: Dataset, resolved: ResolvedChange) -> tuple[tuple[LatLon, ...], ...]:
    """
    Draw the roads that a change hits.

    Parameters
    ----------
    network
        Roads of the area.
    dataset
        Checked inputs it was built from.
    resolved
        The change with its roads.

    Returns
    -------
    tuple of lines
        Each at least two points as (lat, lon).
    """
    wanted = sorted(set((resolved.steps >> 1).tolist()))
    pieces: list[tuple[LatLon, LatLon]] = []
    if isinstance(network, OsmNetwork):
        roads = network.roads
        ends = ((int(roads.segment_from[at]), int(roads.segment_to[at])) for at in wanted)
        pieces = [(roads.point_of(one), roads.point_of(two)) for one, two in ends]
    elif isinstance(network, TableNetwork):
        stretches = make_table_roads(network.table, dataset.settlements).list_stretches([])
        columns = (stretches.from_lat, stretches.from_lon, stretches.to_lat, stretches.to_lon)
        rows = zip(stretches.owner.tolist(), *(column.tolist() for column in columns), strict=True)
        chosen = set(wanted)
        pieces = [((lat, lon), (to_lat, to_lon)) for owner, lat, lon, to_lat, to_lon in rows if owner in chosen]
    return join_pieces(pieces)


def find_touched_legs(
    network: Network, profiles: Iterable[BusProfile], resolved: Sequence[ResolvedChange], legs: Iterable[ProfileLeg]
) -> dict[str, frozenset[ProfileLeg]]:
    """
    Find the legs that lead over the roads of changes.

    Parameters
    ----------
    network
        Roads as the legs were planned on them, without the changes.
    profiles
        Kinds of bus.
    resolved
        The changes with their roads.
    legs
        Legs; each once is enough.

    Returns
    -------
    dict of str to frozenset
        Legs by id of the change, in the order of the changes; a change that does not hold for the bus of a leg
        does not touch it.
    """
    steps = list_steps(network, {profile.profile_id: profile for profile in profiles}, sorted(set(legs)))
    found = {}
    for change in resolved:
        hit = set(change.steps.tolist())
        touched = (leg for leg, driven in steps.items() if change.holds_for(leg[0]) and not hit.isdisjoint(driven))
        found[change.change.change_id] = frozenset(touched)
    return found


def close_roads(network: Network, dataset: Dataset, resolved: ResolvedChange) -> Network:
    """
    Lay one more change over a network that is built already.

    Parameters
    ----------
    network
        Roads of the area; stays as it is.
    dataset
        Checked inputs it was built from.
    resolved
        The change with its roads.

    Returns
    -------
    Network
        The same places on the changed roads; an estimate stays as it is.
    """
    if isinstance(network, TableNetwork):
        return replace(network, changes=(*network.changes, resolved))
    if not isinstance(network, OsmNetwork):
        return network
    index = network.index or build_index(network.roads.graph)
    views = {
        profile.profile_id: change_view(
            network.roads,
            index,
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
    wanted = sorted(set((resolved.steps >> 1).tolist()))
    if isinstance(network, OsmNetwork):
        roads = network.roads
        length_dm = sum(int(roads.segment_dm[at]) for at in wanted)
        ways = {int(roads.segment_way[at]) for at in wanted}
        return round(length_dm / DM_PER_M), tuple(
            sorted({roads.way_label(way) for way in ways} - {""}, key=alphabet_key)
        )
    rows = [network.table.rows[at] for at in wanted] if isinstance(network, TableNetwork) else []
    return sum(row.length_m for row in rows), tuple(sorted({row.name for row in rows} - {""}, key=alphabet_key))


def list_new_changes(old: Sequence[RoadChange], new: Sequence[RoadChange]) -> tuple[RoadChange, ...]:
    """
    List the changes that are not among others.

    Parameters
    ----------
    old
        Changes that were known before.
    new
        Changes now.

    Returns
    -------
    tuple of RoadChange
        In their order; where they stand in their files does not count.
    """
    known = {_facts(change) for change in old}
    return tuple(change for change in new if _facts(change) not in known)


def _facts(change: RoadChange) -> RoadChange:
    """The change without its place in a file."""
    return replace(change, file="", row=None)


def list_steps(
    network: Network, profiles: Mapping[str, BusProfile], legs: Sequence[ProfileLeg]
) -> dict[ProfileLeg, Sequence[int]]:
    """
    List the steps of legs.

    Parameters
    ----------
    network
        Roads as the legs were planned on them.
    profiles
        Kinds of bus by id.
    legs
        Legs; those of unknown buses or places are left out.

    Returns
    -------
    dict of sequence of int
        Steps by leg, in the order they are driven: segments of imported roads or rows of a road table, each with
        its direction; none on estimates.
    """
    at = {place.place_id: row for row, place in enumerate(network.places)}
    known = [leg for leg in legs if leg[0] in profiles and leg[1] != leg[2] and leg[1] in at and leg[2] in at]
    if isinstance(network, OsmNetwork):
        return {leg: _drive(network, leg[0], at[leg[1]], at[leg[2]]) for leg in known}
    if not isinstance(network, TableNetwork):
        return {}
    home = {place.place_id: place.settlement_id for place in network.places}
    found: dict[ProfileLeg, Sequence[int]] = {}
    for profile_id, profile in profiles.items():
        mine = {leg: (home[leg[1]], home[leg[2]]) for leg in known if leg[0] == profile_id}
        table = apply_table_changes(network.table, network.changes, profile)
        nodes = find_nodes(table, profile, mine.values())
        steps = _index_rows(network)
        found |= {
            leg: tuple(step for pair in pairwise(nodes[ends]) for step in steps.get(pair, ()))
            for leg, ends in mine.items()
        }
    return found


def _index_rows(network: TableNetwork) -> dict[tuple[str, str], tuple[int, ...]]:
    """Steps of a road table by their ends; several where rows are parallel."""
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for at, row in enumerate(network.table.rows):
        for step, ends in ((2 * at, (row.from_id, row.to_id)), (2 * at + 1, (row.to_id, row.from_id))):
            found[ends] = (*found.get(ends, ()), step)
    return found


def _drive(network: OsmNetwork, profile_id: str, start: int, end: int) -> Sequence[int]:
    """Steps of one leg on imported roads."""
    view = network.views[profile_id]
    steps = find_drive_steps(network.roads, view.metric, view.snaps, start, end, (view.leaving, view.arriving))
    return () if steps is None else tuple(steps.tolist())


def join_pieces(pieces: Sequence[tuple[LatLon, LatLon]]) -> tuple[tuple[LatLon, ...], ...]:
    """
    Join straight pieces to lines where they follow each other.

    Parameters
    ----------
    pieces
        Both ends of each piece.

    Returns
    -------
    tuple of lines
        Each at least two points.
    """
    lines: list[list[LatLon]] = []
    for start, end in pieces:
        if lines and lines[-1][-1] == start:
            lines[-1].append(end)
        elif lines and lines[-1][-1] == end:
            lines[-1].append(start)
        else:
            lines.append([start, end])
    return tuple(tuple(line) for line in lines)
