"""A tiny world to change: a main road with a school street across it, a slow way round, and a one-way lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from defaults import default_promises, default_rules, default_weights
from osm_text import osm_text, write_text

from bibliobus.domain.calendar import Cycle
from bibliobus.domain.fleet import Bus, BusProfile, Shift
from bibliobus.domain.places import Settlement
from bibliobus.domain.scenario import Scenario
from bibliobus.network.osm.read import read_osm
from bibliobus.network.roads.build import build_roads

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bibliobus.network.roads.network import RoadNetwork

MAIN, SCHOOL, ROUND, LANE, BRIDGE = 10, 20, 30, 40, 50
NODES: Final = {
    1: (48.0, 37.00),
    2: (48.0, 37.01),
    3: (48.0, 37.02),
    4: (48.0, 37.03),
    5: (48.0, 37.04),
    6: (48.01, 37.02),
    7: (47.99, 37.02),
    8: (48.03, 37.00),
    9: (48.03, 37.04),
    10: (48.0, 37.05),
    11: (47.98, 37.00),
    12: (47.98, 37.04),
}
WAYS: Final = {
    MAIN: ([1, 2, 3, 4, 5], {"highway": "primary", "ref": "Т-05-14;E40"}),
    SCHOOL: ([6, 3, 7], {"highway": "tertiary", "name": "Шкільна вулиця"}),
    ROUND: ([1, 8, 9, 5], {"highway": "residential", "name": "Об’їзна"}),
    LANE: ([5, 10], {"highway": "tertiary", "name": "Lane", "oneway": "yes"}),
    BRIDGE: ([1, 11, 12, 5], {"highway": "secondary", "name": "Bridge", "maxweight": "3"}),
}


def build_world(folder: Path) -> RoadNetwork:
    """
    Build the network.

    Parameters
    ----------
    folder
        Where its file is written.

    Returns
    -------
    RoadNetwork
        Five ways; the bridge bears three tonnes.
    """
    roads, _ = read_osm(write_text(folder, osm_text(NODES, WAYS)))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None
    return network


def place(settlement_id: str, name: str, lat: float, lon: float, latin: str = "") -> Settlement:
    """
    Make a settlement.

    Parameters
    ----------
    settlement_id
        Its id.
    name
        Its Ukrainian name.
    lat
        Degrees north.
    lon
        Degrees east.
    latin
        Its Latin name.

    Returns
    -------
    Settlement
        A village.
    """
    return Settlement(settlement_id, name, latin, "C", "", "", lat, lon)


SETTLEMENTS: Final = (
    place("west", "Захід", 48.0001, 37.002, "Zakhid"),
    place("east", "Схід", 48.0001, 37.038, "Skhid"),
    place("north", "Ганнівка", 48.0099, 37.0201),
    place("south", "Ганнівка", 47.9901, 37.0201),
    place("far", "Далеке", 49.0, 38.0),
)


def make_scenario(first_day: date, **profile_of: str) -> Scenario:
    """
    Make a scenario with some buses.

    Parameters
    ----------
    first_day
        First day of the cycle.
    **profile_of
        Profile id by bus id.

    Returns
    -------
    Scenario
        Nothing in it but buses and profiles.
    """
    shift = Shift(0, 36_000, 28_800)
    buses = tuple(Bus(bus, bus, "base", profile, (), (0,), shift, None, None) for bus, profile in profile_of.items())
    profiles = tuple(BusProfile(profile, 5.5, 3.1, 1.0) for profile in sorted(set(profile_of.values())))
    rules = default_rules(dwell=(), rhythm=(), default_population=200, need_factor_min=0.5)
    weights = default_weights(need=1.0, bus_day=120.0, same_time=0.0)
    return Scenario(
        "", "", "", "", "", "", "uk", Cycle(1, first_day), (), profiles, buses, rules, weights, default_promises()
    )
