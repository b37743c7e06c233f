"""Classic files of the periodic vehicle routing problem: read, turned into a Problem, and tours judged exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bibliobus.model.problem import Costs, Problem, ProblemBus, ProblemVisit
from bibliobus.words.language import DAY_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bibliobus.solve.solver import Solution

PERIODIC = 1
"""Type of a periodic problem with one depot."""

LENGTHS_A_UNIT = 10_000
"""Whole lengths in one unit of the file, the price of a leg."""

LONGEST_S = 80_000
"""Seconds that stand for the longest duration of the file."""

TOLERANCE = 1e-9
"""Relative error of floating point that is no broken rule."""


@dataclass(frozen=True)
class Customer:
    """
    One row of a file; the first is the depot.

    Parameters
    ----------
    number
        Its number in the file.
    x
        Coordinate in the units of the file.
    y
        The same.
    service
        Duration of a call.
    demand
        Load of a call.
    frequency
        Number of days it is served.
    patterns
        Sets of days, of which one is chosen; 0 is the first day.
    """

    number: int
    x: float
    y: float
    service: float
    demand: float
    frequency: int
    patterns: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Instance:
    """
    One file.

    Parameters
    ----------
    name
        Name of the file.
    vehicles
        Vehicles of each day.
    limits
        For each day the longest duration (0: any) and the largest load (0: any).
    places
        Depot, then customers.
    """

    name: str
    vehicles: int
    limits: tuple[tuple[float, float], ...]
    places: tuple[Customer, ...]

    @property
    def served(self) -> tuple[Customer, ...]:
        """Customers that are served at all: those of frequency 0 are not."""
        return tuple(place for place in self.places[1:] if place.frequency > 0)


def read_instance(path: Path) -> Instance:
    """
    Read a file.

    Parameters
    ----------
    path
        The file: type, vehicles, customers, days; a line of duration and load for each day; a line for each place.

    Returns
    -------
    Instance
        What it holds.

    Raises
    ------
    ValueError
        If it is no periodic problem of that format.
    """
    lines = [line.split() for line in path.read_text(encoding="ascii", errors="replace").splitlines() if line.split()]
    try:
        kind, vehicles, _, days = (int(word) for word in lines[0][:4])
        limits = tuple((float(words[0]), float(words[1])) for words in lines[1 : 1 + days])
        places = tuple(_read_place(words, days) for words in lines[1 + days :] if len(words) >= 7)
    except (IndexError, ValueError) as error:
        raise ValueError(f"{path.name} is no file of that format: {error}") from error
    if kind != PERIODIC or len(limits) != days or len(places) < 2:
        raise ValueError(f"{path.name} holds no periodic problem: type {kind}, {len(places)} places, {days} days")
    if len({duration > 0 for duration, _ in limits}) > 1:
        raise ValueError(f"{path.name} limits the duration on some days only")
    return Instance(path.name, vehicles, limits, places)


def _read_place(words: Sequence[str], days: int) -> Customer:
    """Place of one line; the highest bit of a mask is the first day."""
    masks = [int(word) for word in words[7 : 7 + int(words[6])]]
    patterns = tuple(tuple(day for day in range(days) if mask >> (days - 1 - day) & 1) for mask in masks)
    x, y, service, demand = (float(word) for word in words[1:5])
    return Customer(int(words[0]), x, y, service, demand, int(words[5]), patterns)


def read_best_known(folder: Path) -> dict[str, float]:
    """
    Read the best values that were ever published.

    Parameters
    ----------
    folder
        Folder with ``best_known.csv``: instance, value.

    Returns
    -------
    dict of str to float
        Cost by name; empty if there is no such file.
    """
    table = folder / "best_known.csv"
    if not table.is_file():
        return {}
    rows = [line.split(",") for line in table.read_text(encoding="utf-8").splitlines()[1:] if "," in line]
    return {name: float(value) for name, value, *_ in rows}


def build_pvrp(instance: Instance) -> Problem:
    """
    Turn a file into a planning problem.

    Parameters
    ----------
    instance
        What the file holds.

    Returns
    -------
    Problem
        Every customer of frequency 1 or more is a required visit, in the order of the file; the price is the length
        in ten-thousandths of a unit. Durations are rounded up and limits down, so that a tour that keeps them
        keeps those of the file.
    """
    longest = max(duration for duration, _ in instance.limits)
    scale = math.floor(LONGEST_S / longest) if longest else 0
    share = 1 if all(place.demand == round(place.demand) for place in instance.places) else 1000
    places = [instance.places[0], *instance.served]
    distance = np.array([[math.hypot(a.x - b.x, a.y - b.y) for b in places] for a in places])
    legs = np.ceil(distance * scale * (1 + TOLERANCE)).astype(np.int64)
    lengths = np.round(distance * LENGTHS_A_UNIT).astype(np.int64)
    buses = tuple(_build_buses(instance, scale, share))
    visits = tuple(
        ProblemVisit(
            place=at,
            dwell_s=math.ceil(place.service * scale),
            reward=0,
            patterns=place.patterns,
            windows=(((0, DAY_S),),) * len(instance.limits),
            buses=tuple(range(len(buses))),
            load=math.ceil(place.demand * share),
            required=True,
        )
        for at, place in enumerate(instance.served, start=1)
    )
    return Problem(
        days=len(instance.limits),
        grid_s=1,
        visits=visits,
        buses=buses,
        leg_s=(legs,),
        driving_s=(legs,),
        length_m=(lengths,),
        costs=Costs(per_hour=0, per_km=1000, per_bus_day=0),
        one_bus=False,
    )


def _build_buses(instance: Instance, scale: int, share: int) -> Iterable[ProblemBus]:
    """Vehicles of each kind of day."""
    for duration, load in sorted(set(instance.limits)):
        days = tuple(day for day, limits in enumerate(instance.limits) if limits == (duration, load))
        end_s = math.floor(duration * scale) if duration else DAY_S
        bus = ProblemBus(
            depot=0,
            profile=0,
            days=days,
            shift_start_s=0,
            shift_end_s=end_s,
            regular_work_s=end_s,
            max_work_s=end_s,
            break_duration_s=0,
            break_earliest_s=0,
            break_latest_s=0,
            max_driving_s=DAY_S,
            max_unbroken_s=DAY_S,
            capacity=math.floor(load * share) if load else None,
        )
        yield from [bus] * instance.vehicles


def name_tours(instance: Instance, solution: Solution) -> list[dict[str, Any]]:
    """
    Say what a solution does in the numbers of the file.

    Parameters
    ----------
    instance
        What the file holds.
    solution
        Tours.

    Returns
    -------
    list of dict
        ``day``, ``vehicle`` (both from 0) and ``customers`` of each tour.
    """
    numbers = [place.number for place in instance.served]
    vehicles: dict[int, int] = {}
    named = []
    for tour in solution.tours:
        vehicle = vehicles[tour.day] = vehicles.get(tour.day, -1) + 1
        customers = [numbers[call.visit] for call in tour.calls]
        named.append({"day": tour.day, "vehicle": vehicle, "customers": customers})
    return named


def judge_tours(instance: Instance, tours: Sequence[Mapping[str, Any]]) -> tuple[float, list[str]]:
    """
    Judge tours by the file alone, distances not rounded.

    Parameters
    ----------
    instance
        What the file holds.
    tours
        What `name_tours` returns.

    Returns
    -------
    cost : float
        Length of all tours.
    broken : list of str
        What they break; empty if they keep everything.
    """
    places = {place.number: place for place in instance.places[1:]}
    cost, broken, days = 0.0, [], {number: [] for number in places}
    for tour in tours:
        way = [instance.places[0], *(places[number] for number in tour["customers"]), instance.places[0]]
        length = sum(math.hypot(a.x - b.x, a.y - b.y) for a, b in zip(way, way[1:], strict=False))
        duration, load = instance.limits[tour["day"]]
        cost += length
        if duration and length + sum(place.service for place in way[1:-1]) > duration * (1 + TOLERANCE):
            broken.append(f"day {tour['day']}, vehicle {tour['vehicle']}: too long")
        if load and sum(place.demand for place in way[1:-1]) > load * (1 + TOLERANCE):
            broken.append(f"day {tour['day']}, vehicle {tour['vehicle']}: too heavy")
        for number in tour["customers"]:
            days[number].append(tour["day"])
    keys = [(tour["day"], tour["vehicle"]) for tour in tours]
    if len(set(keys)) < len(keys) or any(not 0 <= vehicle < instance.vehicles for _, vehicle in keys):
        broken.append("a vehicle that is not there, or twice on a day")
    for number, served in days.items():
        place = places[number]
        if tuple(sorted(served)) not in (place.patterns if place.frequency else ((),)):
            broken.append(f"customer {number} on days {sorted(served)}")
    return cost, broken
