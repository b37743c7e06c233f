"""What road changes hit: roads to draw, and legs that lead over them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import NoRoads
from bibliobus.findings import FindingKind, Severity
from bibliobus.network.changes.find import RoadsToChange
from bibliobus.network.changes.resolve import resolve_changes
from bibliobus.network.changes.roads import tell_place
from bibliobus.network.network import DM_PER_M, change_view
from bibliobus.network.roads.profile import make_road_bus
from bibliobus.words.alphabet import alphabet_key
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bibliobus.domain.changes import RoadChange
    from bibliobus.domain.fleet import BusProfile
    from bibliobus.findings import Finding
    from bibliobus.inputs.area import Dataset
    from bibliobus.network.changes.roads import ResolvedChange
    from bibliobus.network.geometry import LatLon
    from bibliobus.network.network import Network

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
    """
    Draw the roads that a change hits.

    Parameters
    ----------
    network
        Roads of the area.
    resolved
        The change with its roads.

    Returns
    -------
    tuple of lines
        Each at least two points as (lat, lon).
    """
    lines = (network.roads.line_of_segment(at) for at in sorted(set((resolved.steps >> 1).tolist())))
    return join_lines([piece for line in lines for piece in pairwise(line)])


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
        The same places on the changed roads.
    """
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
        Steps by leg, in the order they are driven.
    """
    ids = {place.place_id for place in network.places}
    known = (leg for leg in legs if leg[0] in profiles and ids.issuperset(leg[1:]) and leg[1] != leg[2])
    return {leg: network.find_steps(*leg) for leg in known}


def join_lines(pieces: Sequence[tuple[LatLon, LatLon]]) -> tuple[tuple[LatLon, ...], ...]:
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
