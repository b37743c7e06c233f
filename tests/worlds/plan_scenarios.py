"""Rules that a plan breaks only when the planner decides otherwise: changes of the area, and what the checker says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from plan_rows import at

from bibliobus.domain.fleet import DrivingRules
from bibliobus.domain.scenario import Curfew, Lock, StopWish
from bibliobus.inputs.area import Dataset


def change_scenario(dataset: Dataset, **changes: Any) -> Dataset:
    """Area whose planner decides otherwise."""
    return replace(dataset, scenario=replace(dataset.scenario, **changes))


def change_buses(dataset: Dataset, **changes: Any) -> Dataset:
    """Area whose buses differ."""
    return change_scenario(dataset, buses=tuple(replace(bus, **changes) for bus in dataset.scenario.buses))


def spare_first(dataset: Dataset) -> Dataset:
    """Area whose first bus is a spare vehicle, beside another bus that is like it."""
    first, *others = dataset.scenario.buses
    return change_scenario(dataset, buses=(replace(first, spare=True), *others, replace(first, bus_id="three")))


SCENARIOS: dict[str, tuple[Callable[[Dataset], Dataset], str]] = {
    # code: a change of the area with which the good plan breaks this rule alone, and the sentence about it
    "bus-spare": (
        spare_first,
        "Bus one has a tour in the timetable, but it is a spare vehicle, which only replaces cancelled visits.",
    ),
    "break-unknown": (
        lambda dataset: change_buses(dataset, meal_break=None),
        "The tour has 1 meal break, but by the scenario this bus has none.",
    ),
    "meal-too-late": (
        lambda dataset: change_buses(
            dataset, driving_rules=DrivingRules("tight", 70 * 60, 54 * 60, 45 * 60, None, 80 * 60)
        ),
        "The crew works 1\xa0h\xa030\xa0min before the meal break; the limit is 1\xa0h\xa020\xa0min.",
    ),
    "reserve-used": (
        lambda dataset: change_scenario(dataset, rules=replace(dataset.scenario.rules, reserve_s=200 * 60)),
        "Only 3\xa0h\xa005\xa0min of working time are kept free on this day; it has to be 3\xa0h\xa020\xa0min.",
    ),
    "too-many-calls": (
        lambda dataset: change_buses(dataset, max_calls=1),
        "The tour has 2 calls; the bus may have 1.",
    ),
    "overloaded": (
        lambda dataset: change_scenario(
            change_buses(dataset, capacity=11), stops=(StopWish("east", load=4), StopWish("north", load=8))
        ),
        "The calls of the tour need a load of 12; the bus holds 11.",
    ),
    "weekday-not-allowed": (
        lambda dataset: change_scenario(dataset, stops=(StopWish("north", forbidden_weekdays=(0,)),)),
        "Pivnichne is visited on Monday, week 1, a weekday that the scenario rules out there.",
    ),
    "in-curfew": (
        lambda dataset: change_scenario(
            dataset,
            curfews=(Curfew(at("15:00"), at("11:00"), ("east",), (), (), date(2026, 3, 9), None, 10 * 60),),
        ),
        "In Skhidne the bus is open from 10:45 to 11:15 on Monday, week 2; "
        "the curfew there with its margin is 14:50-11:10.",
    ),
    # East of everybody the sun sets earlier by the same clocks: at 15:37 on 2 March.
    "after-sunset": (
        lambda dataset: replace(
            change_scenario(dataset, rules=replace(dataset.scenario.rules, before_sunset_s=4 * 3600)),
            settlements=tuple(
                replace(one, lon=62.0) if one.settlement_id == "north" else one for one in dataset.settlements
            ),
        ),
        "In Pivnichne the bus is open until 12:00 on Monday, week 1; "
        "by the sunset of 2026-03-02 stays there have to end by 11:37.",
    ),
    "lock-not-served": (
        lambda dataset: change_scenario(dataset, locks=(Lock("night"),)),
        "Nichne is locked, but the plan does not serve it.",
    ),
    "lock-weekday": (
        lambda dataset: change_scenario(dataset, locks=(Lock("north", weekday=2),)),
        "Pivnichne is visited on Monday, week 1; its lock says another weekday.",
    ),
    "lock-week": (
        lambda dataset: change_scenario(dataset, locks=(Lock("north", week=2),)),
        "Pivnichne has no visit in week 2, in which its lock wants one.",
    ),
    "lock-time": (
        lambda dataset: change_scenario(dataset, locks=(Lock("north", time_s=at("11:25")),)),
        "In Pivnichne the bus opens at 11:30 on Monday, week 1; its lock says 11:25.",
    ),
    "lock-bus": (
        lambda dataset: change_scenario(dataset, locks=(Lock("north", bus_id="two"),)),
        "Pivnichne is served by Bus one; its lock says Bus two.",
    ),
    "lock-position": (
        lambda dataset: change_scenario(dataset, locks=(Lock("north", position=1),)),
        "Pivnichne is call 2 of 2 on Monday, week 1; its lock says 1.",
    ),
    "bus-day-off": (
        lambda dataset: change_buses(dataset, days_off=(date(2026, 3, 9), date(2026, 4, 1))),
        "Bus one drives on Monday, week 2, but 2026-03-09 is one of its days off.",
    ),
}
