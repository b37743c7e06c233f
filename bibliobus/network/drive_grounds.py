"""What a drive goes over: class of road, and whether it is unpaved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.network.profile_table import ABSENT, read_profile_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.domain.fleet import BusProfile
    from bibliobus.network.network import Network
    from bibliobus.network.roads.network import RoadNetwork

TRACK: Final = "track"


@dataclass(frozen=True)
class Ground:
    """
    One kind of road of a drive.

    Parameters
    ----------
    road_class
        Class of the road, as OpenStreetMap's ``highway``.
    unpaved
        Whether it is known to be unpaved; a track is unless a surface says otherwise.
    length_m
        Metres driven on it.
    """

    road_class: str
    unpaved: bool
    length_m: int


def is_unpaved(road_class: str, surface: str) -> bool:
    """
    Say whether a road is known to be unpaved.

    Parameters
    ----------
    road_class
        Class of the road.
    surface
        Its surface; empty if unknown.

    Returns
    -------
    bool
        By the table of speeds; a track without a surface is.
    """
    return surface in read_profile_table().values("unpaved") or (road_class == TRACK and not surface)


def tell_grounds(roads: RoadNetwork, steps: Iterable[int]) -> tuple[Ground, ...]:
    """
    Tell what steps that follow each other go over.

    Parameters
    ----------
    roads
        The roads.
    steps
        Steps in the order they are driven.

    Returns
    -------
    tuple of Ground
        Each kind once, the one with most metres first; lengths are those of whole segments.
    """
    table = read_profile_table()
    classes = {code: value for value, code in table.codes("road_class").items()}
    surfaces = {code: value for value, code in table.codes("surface").items()} | {ABSENT: ""}
    lengths_dm: dict[tuple[str, bool], int] = {}
    for step in steps:
        way = int(roads.segment_way[step >> 1])
        road_class = classes.get(int(roads.ways.road_class[way]), "")
        surface = surfaces.get(int(roads.ways.surface[way]), "unknown")
        key = (road_class, is_unpaved(road_class, surface))
        lengths_dm[key] = lengths_dm.get(key, 0) + int(roads.segment_dm[step >> 1])
    return join_grounds(Ground(*key, round(length_dm / 10)) for key, length_dm in lengths_dm.items())


def join_grounds(grounds: Iterable[Ground]) -> tuple[Ground, ...]:
    """
    Join roads of one kind.

    Parameters
    ----------
    grounds
        Roads in any order.

    Returns
    -------
    tuple of Ground
        Each kind once, the one with most metres first.
    """
    lengths_m: dict[tuple[str, bool], int] = {}
    for one in grounds:
        key = (one.road_class, one.unpaved)
        lengths_m[key] = lengths_m.get(key, 0) + one.length_m
    ranked = sorted(lengths_m.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Ground(*key, length_m) for key, length_m in ranked)


def measure_unpaved(network: Network, profile: BusProfile, from_id: str, to_id: str) -> int:
    """
    Measure how much of a drive is known to be unpaved.

    Parameters
    ----------
    network
        Roads of an area.
    profile
        Kind of bus.
    from_id
        Place it leaves.
    to_id
        Place it reaches; a road must lead there.

    Returns
    -------
    int
        Metres; 0 where the roads are not known.
    """
    return sum(one.length_m for one in network.list_grounds(profile, from_id, to_id) if one.unpaved)


def find_main_class(network: Network, profile: BusProfile, from_id: str, to_id: str) -> str:
    """
    Find the class of most of the road of a drive.

    Parameters
    ----------
    network
        Roads of an area.
    profile
        Kind of bus.
    from_id
        Place it leaves.
    to_id
        Place it reaches; a road must lead there.

    Returns
    -------
    str
        As OpenStreetMap's ``highway``; empty where the roads are not known.
    """
    lengths_m: dict[str, int] = {}
    for one in network.list_grounds(profile, from_id, to_id):
        lengths_m[one.road_class] = lengths_m.get(one.road_class, 0) + one.length_m
    return min(lengths_m, key=lambda road_class: (-lengths_m[road_class], road_class), default="")
