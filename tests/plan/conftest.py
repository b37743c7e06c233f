"""A town with a library, three villages, and a plan for two weeks, all of it made by hand."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Final

import pytest
from plan_rows import BASE, at, call, leg, pause
from worlds import (
    MEAL,
    MONDAY,
    TOWN,
    build_bus,
    build_dataset,
    build_road,
    build_rules,
    build_scenario,
    build_village,
    build_weights,
)

from bibliobus.domain.calendar import Cycle, WeeklyWindow
from bibliobus.domain.fleet import DrivingRules, Shift
from bibliobus.model.area import PreparedArea, prepare_area
from bibliobus.plan.measure.figures import measure_plan
from bibliobus.plan.plan import Account, Plan, Provenance, Reason, Standing, Tour
from bibliobus.words.language import HOUR_S, KM_M, MINUTE_S

LATE: Final = {"change-shift-start": 325 * MINUTE_S, "change-window-end": 325 * MINUTE_S}
"""By how much night is closed too early for the shift: the bus could be there from 10:55 to 11:25."""

WEEKDAYS: Final = (0, 1, 2, 3, 4)


@pytest.fixture(scope="session")
def prepared() -> PreparedArea:
    """Town, east 10 km away and north 10 km farther by road; night is open only before the shift, island has no road.

    Every drive has 5 minutes in reserve. Two buses; only the first has a ramp, which north needs.
    """
    shift = Shift(at("10:30"), at("17:00"), 5 * HOUR_S)
    limits = DrivingRules("tight", 70 * MINUTE_S, 54 * MINUTE_S, 45 * MINUTE_S)
    one = build_bus("one", weekdays=WEEKDAYS, shift=shift, meal_break=MEAL, driving_rules=limits, features=("ramp",))
    two = replace(one, bus_id="two", name="Bus two", features=())
    morning = WeeklyWindow(0, at("09:00"), at("12:00"))
    villages = [
        build_village("east", rhythm_weeks=1, population=400, name_latin="Skhidne"),
        build_village(
            "north", rhythm_weeks=2, population=250, name_latin="Pivnichne", windows=(morning,), needs=("ramp",)
        ),
        build_village(
            "night", rhythm_weeks=2, name_latin="Nichne", windows=(WeeklyWindow(1, at("05:00"), at("06:00")),)
        ),
        build_village("island", rhythm_weeks=2, name_latin="Ostrivne"),
    ]
    roads = [build_road(TOWN, "east", 10), build_road("east", "north", 10), build_road(TOWN, "night", 20)]
    rules = build_rules(buffer_share=0.1, buffer_min_s=5 * MINUTE_S)
    return prepare_area(build_dataset(villages, roads, scenario=build_scenario(weeks=2, buses=(one, two), rules=rules)))


@pytest.fixture(scope="session")
def plan() -> Plan:
    """Monday of week 1: east, north, meal break there. Monday of week 2: east, meal break at the depot."""
    first = Tour(
        "one",
        0,
        (
            leg(BASE, "east", "10:30", "10:45", 10),
            call("east", "10:45", "11:15"),
            leg("east", "north", "11:15", "11:30", 10),
            call("north", "11:30", "12:00"),
            pause("north", "12:00", "12:45"),
            leg("north", BASE, "12:45", "13:10", 20),
        ),
    )
    second = Tour(
        "one",
        7,
        (
            leg(BASE, "east", "10:30", "10:45", 10),
            call("east", "10:45", "11:15"),
            leg("east", BASE, "11:15", "11:30", 10),
            pause(BASE, "11:30", "12:15"),
        ),
    )
    accounts = (
        Account("east", Standing.SERVED, 400, 400, 1, TOWN, 10 * KM_M),
        Account("island", Standing.UNSERVED, 100, 100, 2, "", None, Reason("no-road", True)),
        Account("night", Standing.UNSERVED, 100, 100, 2, TOWN, 20 * KM_M, Reason("outside-shift", True, LATE)),
        Account("north", Standing.SERVED, 250, 250, 2, TOWN, 20 * KM_M),
        Account(TOWN, Standing.NOT_NEEDED, 0, 0, 0, TOWN, 0),
    )
    return Plan(
        area_id="tiny",
        language="en",
        cycle=Cycle(2, MONDAY),
        estimated=False,
        tours=(first, second),
        accounts=accounts,
        figures=measure_plan((first, second), accounts),
        provenance=Provenance(
            version="0.1.0",
            solver="by hand",
            seed=1,
            iterations=0,
            status="feasible",
            ended_by="budget",
            # 115 and 60 paid minutes; island and night are left out, a hundred people each at one visit.
            cost=11_500 + 6_000 + 2 * 1_000_000,
            bound=None,
            weights=asdict(build_weights()),
            digests={"settlements.csv": "sha256:" + "ab" * 32},
        ),
    )
