"""A large plan without a search: stops on a grid, shared out among many buses, drives along bent lines."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from plans import HOUR, MINUTE, tiny_dataset, tiny_plan

from bibliobus.domain.places import Settlement
from bibliobus.inputs.area import Dataset
from bibliobus.network.places import LatLon, MapGeometry, RoadLine
from bibliobus.plan.measure.figures import measure_plan
from bibliobus.plan.plan import Account, Call, Leg, Plan, Row, Standing, Tour

DEPOT = "depot/main"
HOME: LatLon = (48.5, 37.5)
BENDS = 24
"""Corners of a drive, as many as real roads have between two villages."""


def build_large(stops: int, buses: int) -> tuple[Plan, Dataset, MapGeometry]:
    """Build a fortnightly plan of so many stops, five days a week, with so many buses."""
    ids = [f"UA1412{number:013d}" for number in range(stops)]
    spots = {key: (48.0 + at // 20 * 0.07, 37.0 + at % 20 * 0.05) for at, key in enumerate(ids)}
    slots = [(f"b{bus + 1}", week * 7 + day) for week in range(2) for day in range(5) for bus in range(buses)]
    tours = tuple(
        _tour(bus_id, day, ids[at :: len(slots)])
        for at, (bus_id, day) in sorted(enumerate(slots), key=lambda slot: (slot[1][1], slot[1][0]))
        if ids[at :: len(slots)]
    )
    accounts = tuple(Account(key, Standing.SERVED, 400, 400, 2, "l1", 9_000) for key in ids)
    plan = replace(tiny_plan(), tours=tours, accounts=accounts, figures=measure_plan(tours, accounts))
    return plan, _dataset(ids, spots, buses), _geometry(spots, tours)


def _tour(bus_id: str, day: int, ids: list[str]) -> Tour:
    """Tour that calls every forty minutes."""
    rows: list[Row] = []
    here, now = DEPOT, 8 * HOUR
    for key in ids:
        rows += [
            Leg(here, key, now, now + 20 * MINUTE, 15 * MINUTE, 9_000),
            Call(key, now + 20 * MINUTE, now + 40 * MINUTE),
        ]
        here, now = key, now + 40 * MINUTE
    rows.append(Leg(here, DEPOT, now, now + 20 * MINUTE, 15 * MINUTE, 9_000))
    return Tour(bus_id, day, tuple(rows))


def _dataset(ids: list[str], spots: dict[str, LatLon], buses: int) -> Dataset:
    """Settlements in ten hromadas, and the buses."""
    dataset = tiny_dataset()
    settlements = tuple(
        Settlement(
            key, f"Селище-Перше {at}", f"Selyshche-Pershe {at}", "C", "Тестовий", f"Громада {at % 10}", *spots[key]
        )
        for at, key in enumerate(ids)
    )
    bus = dataset.scenario.buses[0]
    fleet = tuple(replace(bus, bus_id=f"b{number}", name=f"Бібліобус {number}") for number in range(1, buses + 1))
    return replace(dataset, settlements=settlements, libraries=(), scenario=replace(dataset.scenario, buses=fleet))


def _geometry(spots: dict[str, LatLon], tours: tuple[Tour, ...]) -> MapGeometry:
    """Bent drives, and roads between neighbours."""
    positions = {DEPOT: HOME, **spots}
    legs = {
        ("bus", leg.from_id, leg.to_id): _bend(positions[leg.from_id], positions[leg.to_id])
        for tour in tours
        for leg in tour.legs
    }
    roads = tuple(RoadLine(_bend(one, other), "tertiary", "") for one, other in pairwise(spots.values()))
    return MapGeometry(positions, roads, legs)


def _bend(one: LatLon, other: LatLon) -> tuple[LatLon, ...]:
    """Zigzag from a place to another."""
    steps = ((at / BENDS, 0.003 * (at % 2) * (0 < at < BENDS)) for at in range(BENDS + 1))
    return tuple(
        (one[0] + (other[0] - one[0]) * part + aside, one[1] + (other[1] - one[1]) * part) for part, aside in steps
    )
