"""A tiny area with a plan one can add up in one's head; drives take one minute a kilometre."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from defaults import default_promises, default_rules, default_weights
from made import Made

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import Cycle
from bibliobus.domain.fleet import Bus, BusProfile, Depot, MealBreak, Shift
from bibliobus.domain.places import Library, Settlement
from bibliobus.domain.roads import RoadRow, RoadTable
from bibliobus.domain.scenario import DwellRule, RhythmRule, Scenario
from bibliobus.inputs.area import Dataset
from bibliobus.network.places import MapGeometry, RoadLine
from bibliobus.output.pages.shown import Atlas, MapOptions, build_atlas
from bibliobus.plan.measure.figures import measure_plan
from bibliobus.plan.plan import Account, Call, Leg, Pause, Plan, Provenance, Reason, Row, Standing, Tour
from bibliobus.view.reader import span_year
from bibliobus.words.language import Language

MINUTE = 60
HOUR = 3600
KM = 1000
DEPOT = "depot/main"

PLACES = {
    # settlement id: name, Latin name, lat, lon, residents
    "s1": ("Містечко", "Mistechko", 48.70, 37.50, 20_000),
    "s2": ("Андріївка", "Andriivka", 48.74, 37.60, 1_600),
    "s3": ("Єлизаветівка", "Yelyzavetivka", 48.80, 37.56, 420),
    "s4": ("Іванівка", "Ivanivka", 48.66, 37.66, 300),
    "s5": ("Золоті Пруди", "Zoloti Prudy", 48.62, 37.42, 740),
    "s6": ("Передмістя", "Peredmistia", 48.715, 37.52, 900),
    "s7": ("Далека Балка", "Daleka Balka", 48.92, 37.20, 120),
    "s8": ("Острівне", "Ostrivne", 48.56, 37.72, 80),
}
"""Settlements of the tiny area: 1 has the library, 2 to 5 are served, 6 is near it, 7 and 8 are not served."""

TOURS = (
    # bus, day, stops with the kilometres that lead there, kilometres back to the depot
    ("b1", 0, (("s2", 12), ("s3", 8)), 14),
    ("b1", 7, (("s4", 15), ("s2", 10)), 12),
    ("b2", 2, (("s5", 11),), 11),
)


def tiny_dataset() -> Dataset:
    """Build eight settlements, one library, two buses and a cycle of two weeks."""
    settlements = tuple(
        Settlement(key, name, latin, "M" if key == "s1" else "C", "Тестовий", "Містецька", lat, lon, residents)
        for key, (name, latin, lat, lon, residents) in PLACES.items()
    )
    library = Library("l1", "Центральна бібліотека", "s1", None, None, "an assumption")
    return Dataset(
        "tiny", tiny_scenario(), settlements, (library,), _roads(), {"settlements.csv": "sha256:" + "ab" * 32}
    )


def tiny_scenario() -> Scenario:
    """Build what the planner of the tiny area decides."""
    shift = Shift(8 * HOUR, 17 * HOUR, 8 * HOUR)
    meal = MealBreak(45 * MINUTE, 11 * HOUR + 30 * MINUTE, 14 * HOUR + 30 * MINUTE)
    first = Bus("b1", "Бібліобус 1", "main", "bus", (), (0, 1, 2, 3, 4), shift, meal, None)
    return Scenario(
        title_uk="Містецька громада",
        title_en="Mistechko hromada",
        notice_uk="Це лише приклад.",
        notice_en="This is only an example.",
        data_date="2022",
        attribution="GeoNames, CC BY 4.0",
        language="uk",
        cycle=Cycle(2, date(2026, 3, 2)),
        depots=(Depot("main", "Гараж бібліотеки", "s1"),),
        profiles=(BusProfile("bus", 5.0, 3.0, 1.0),),
        buses=(first, replace(first, bus_id="b2", name="Бібліобус 2")),
        rules=default_rules(
            dwell=(DwellRule(0, 20 * MINUTE), DwellRule(200, 30 * MINUTE), DwellRule(500, 45 * MINUTE)),
            rhythm=(RhythmRule(0, 2), RhythmRule(1_500, 1)),
            default_population=100,
            library_radius_m=3 * KM,
            need_distance_m=10 * KM,
            need_factor_min=0.5,
            need_factor_max=2.0,
            buffer_share=0.1,
            buffer_min_s=5 * MINUTE,
            grid_s=5 * MINUTE,
        ),
        weights=default_weights(need=1.0, same_time=0.0),
        promises=default_promises(),
    )


def tiny_plan() -> Plan:
    """Build a plan in which every standing occurs: a weekly stop, fortnightly ones, and all kinds of unserved."""
    tours = tuple(sorted((_tour(*tour) for tour in TOURS), key=lambda tour: (tour.day, tour.bus_id)))
    served = {"s2": 1, "s3": 2, "s4": 2, "s5": 2}
    accounts = tuple(_account(key, served.get(key, 2)) for key in PLACES)
    provenance = Provenance(
        version="0.1.0",
        solver="ortools",
        seed=1,
        iterations=100,
        status="feasible",
        ended_by="budget",
        cost=12_345,
        bound=None,
        weights={"need": 1.0},
        digests={"settlements.csv": "sha256:" + "ab" * 32},
    )
    return Plan(
        "tiny", "uk", Cycle(2, date(2026, 3, 2)), True, tours, accounts, measure_plan(tours, accounts), provenance
    )


def tiny_made(plan: Plan | None = None, dataset: Dataset | None = None, geometry: MapGeometry | None = None) -> Made:
    """Gather what an English view of the tiny plan, or of another, is made from."""
    return Made(plan or tiny_plan(), dataset or tiny_dataset(), geometry or tiny_geometry())


def bare_made(dataset: Dataset, language: Language) -> Made:
    """Gather what a view of a plan without any tour is made from, for an area of its own."""
    plan = tiny_plan()
    accounts = tuple(replace(plan.accounts[0], settlement_id=one.settlement_id) for one in dataset.settlements)
    return Made(replace(plan, tours=(), accounts=accounts), dataset, language=language)


def tiny_atlas(
    audience: Audience = Audience.PLANNER, *, hromada: str = "", first: date | None = None, **changed: Any
) -> Atlas:
    """Build what an English map of the tiny plan, or of another, is drawn from."""
    made = tiny_made(**changed)
    span = span_year(first) if first else None
    return build_atlas(replace(made, span=span).view(audience), MapOptions(hromada))


def tiny_geometry() -> MapGeometry:
    """Build positions, three roads and the shape of one leg; the other legs are straight."""
    positions = {key: (lat, lon) for key, (_, _, lat, lon, _) in PLACES.items()}
    positions |= {DEPOT: positions["s1"], "library/l1": positions["s1"]}
    bend = (positions["s1"], (48.72, 37.57), positions["s2"])
    roads = (
        RoadLine(bend, "primary", "Н-20"),
        RoadLine((positions["s2"], positions["s3"]), "tertiary", ""),
        RoadLine((positions["s2"], positions["s4"]), "estimate", ""),
    )
    return MapGeometry(positions, roads, {("bus", DEPOT, "s2"): bend})


def _roads() -> RoadTable:
    """Roads of the tiny area as a table."""
    lengths = {("s1", "s2"): 12, ("s2", "s3"): 8, ("s1", "s3"): 14, ("s1", "s4"): 15, ("s2", "s4"): 10}
    lengths |= {("s1", "s5"): 11, ("s1", "s6"): 2, ("s3", "s7"): 60}
    rows = tuple(RoadRow(start, end, km * KM, "tertiary", "asphalt", 60.0) for (start, end), km in lengths.items())
    return RoadTable(rows, "roads.csv", True)


def _tour(bus_id: str, day: int, stops: tuple[tuple[str, int], ...], back_km: int) -> Tour:
    """Tour that leaves at nine; five minutes of reserve on each drive; the break follows the last stop."""
    rows: list[Row] = []
    here, now = DEPOT, 9 * HOUR
    dwell = {"s2": 60, "s3": 30, "s4": 30, "s5": 45}
    for settlement_id, km in stops:
        rows.append(_leg(here, settlement_id, now, km))
        start = rows[-1].arrive_s
        rows.append(Call(settlement_id, start, start + dwell[settlement_id] * MINUTE))
        here, now = settlement_id, rows[-1].end_s
    meal = max(now, 11 * HOUR + 30 * MINUTE)
    rows.append(Pause(here, meal, meal + 45 * MINUTE))
    rows.append(_leg(here, DEPOT, meal + 45 * MINUTE, back_km))
    return Tour(bus_id, day, tuple(rows))


def _leg(from_id: str, to_id: str, leave_s: int, km: int) -> Leg:
    """Drive of one minute a kilometre, five minutes of reserve, rounded up to five minutes."""
    arrive_s = -(-(leave_s + (km + 5) * MINUTE) // (5 * MINUTE)) * 5 * MINUTE
    return Leg(from_id, to_id, leave_s, arrive_s, km * MINUTE, km * KM)


def _account(key: str, rhythm_weeks: int) -> Account:
    """Account of a settlement of the tiny area."""
    residents = PLACES[key][4]
    library_m = {"s1": 0, "s2": 12, "s3": 14, "s4": 15, "s5": 11, "s6": 2, "s7": 74}.get(key)
    nearest = ("", None) if library_m is None else ("l1", library_m * KM)
    if key in {"s1", "s6"}:
        return Account(key, Standing.NOT_NEEDED, residents, 0, 0, *nearest)
    if key == "s7":
        return Account(
            key,
            Standing.UNSERVED,
            residents,
            240,
            2,
            *nearest,
            Reason("day-full", False, {"day": 2, "needed": 9 * HOUR, "limit": 8 * HOUR}),
        )
    if key == "s8":
        return Account(key, Standing.UNSERVED, residents, 160, 2, *nearest, Reason("no-road", True))
    return Account(key, Standing.SERVED, residents, residents, rhythm_weeks, *nearest)
