"""Tiny worlds one can add up in the head: one kilometre takes one minute, nothing is reserved, a minute costs one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from defaults import default_promises, default_rules, default_weights

from bibliobus.domain.calendar import Cycle
from bibliobus.domain.fleet import Bus, BusProfile, Depot, DrivingRules, MealBreak, Shift
from bibliobus.domain.places import Library, Settlement
from bibliobus.domain.roads import NoRoads, RoadRow, RoadTable
from bibliobus.domain.scenario import DwellRule, RhythmRule, Scenario, ServiceRules, Weights
from bibliobus.inputs.area import Dataset
from bibliobus.words.language import HOUR_S, KM_M, MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.domain.roads import Roads

TOWN: Final = "town"
"""The settlement where the depot of every world stands; nobody lives there."""

MONDAY: Final = date(2026, 3, 2)

MEAL: Final = MealBreak(45 * MINUTE_S, 11 * HOUR_S + 30 * MINUTE_S, 14 * HOUR_S + 30 * MINUTE_S)

DRIVING: Final = DrivingRules("ua_340", 9 * HOUR_S, 4 * HOUR_S + 30 * MINUTE_S, 45 * MINUTE_S)


def build_village(settlement_id: str, **changes: Any) -> Settlement:
    """Build a village of 100 people; all lie at one point, for only roads count."""
    village = Settlement(settlement_id, f"Село {settlement_id}", "", "C", "", "", 48.0, 37.0, population=100)
    return replace(village, **changes)


def build_road(from_id: str, to_id: str, km: float, **changes: Any) -> RoadRow:
    """Build a road on which a bus drives 60 km/h: as many minutes as kilometres."""
    return replace(RoadRow(from_id, to_id, round(km * KM_M), "primary", speed_kmh=60.0), **changes)


def build_library(settlement_id: str, **changes: Any) -> Library:
    """Build a library in a settlement."""
    library = Library(settlement_id, "Бібліотека", settlement_id, None, None, "made up for tests")
    return replace(library, **changes)


def build_bus(bus_id: str = "one", **changes: Any) -> Bus:
    """Build a bus that is out on Mondays from 8 to 17, works 8 hours at most, and has no break and no driving rules."""
    shift = Shift(8 * HOUR_S, 17 * HOUR_S, 8 * HOUR_S)
    return replace(Bus(bus_id, f"Bus {bus_id}", "main", "lorry", (), (0,), shift, None, None), **changes)


def build_rules(**changes: Any) -> ServiceRules:
    """Build rules: half an hour every week for everybody, no reserve, need is people, times on five minutes."""
    rules = default_rules(
        dwell=(DwellRule(0, 30 * MINUTE_S),),
        rhythm=(RhythmRule(0, 1),),
        default_population=300,
        library_radius_m=3 * KM_M,
        need_distance_m=10 * KM_M,
        need_factor_min=1.0,
        need_factor_max=1.0,
        buffer_share=0.0,
        buffer_min_s=0,
        grid_s=5 * MINUTE_S,
    )
    return replace(rules, **changes)


def build_weights(**changes: Any) -> Weights:
    """Build weights: a paid minute costs one, kilometres and bus days nothing, a resident is worth a hundred."""
    return default_weights(**{"need": 100.0, "hour": 60.0, "km": 0.0, "bus_day": 0.0, "same_time": 0.0} | changes)


def build_scenario(weeks: int = 1, **changes: Any) -> Scenario:
    """Build a scenario with one bus and one depot in town."""
    scenario = Scenario(
        title_uk="Мала громада",
        title_en="Small hromada",
        notice_uk="",
        notice_en="",
        data_date="",
        attribution="",
        language="en",
        cycle=Cycle(weeks, MONDAY),
        depots=(Depot("main", "Depot", TOWN),),
        profiles=(BusProfile("lorry", 5.0, 3.0, 1.0),),
        buses=(build_bus(),),
        rules=build_rules(),
        weights=build_weights(),
        promises=default_promises(),
    )
    return replace(scenario, **changes)


def build_dataset(
    villages: Iterable[Settlement],
    roads: Iterable[RoadRow] | None,
    *,
    libraries: Iterable[Library] = (),
    scenario: Scenario | None = None,
) -> Dataset:
    """
    Build an area: the villages and the town, which has a library of its own, so that nobody needs the bus there.

    The library in town is reached by every village that has a road; need does not depend on the distance.
    """
    town = build_village(TOWN, category="M", population=0)
    settlements = sorted([town, *villages], key=lambda settlement: settlement.settlement_id)
    everywhere = sorted([build_library(TOWN), *libraries], key=lambda library: library.library_id)
    laid: Roads = NoRoads() if roads is None else RoadTable(tuple(roads), "roads.csv", estimated=False)
    return Dataset("tiny", scenario or build_scenario(), tuple(settlements), tuple(everywhere), laid, {})


def build_star(distances_km: dict[str, float], *, scenario: Scenario | None = None, **changes: Any) -> Dataset:
    """Build villages that each have a road of their own to town; every way from one to another leads through town."""
    villages = [build_village(name, **changes) for name in distances_km]
    return build_dataset(villages, [build_road(TOWN, name, km) for name, km in distances_km.items()], scenario=scenario)
