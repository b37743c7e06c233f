"""Rules that a plan breaks only when the planner decides otherwise: changes of the area, and what the checker says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from bibliobus.domain.fleet import DrivingRules
from bibliobus.inputs.dataset import Dataset


def change_scenario(dataset: Dataset, **changes: Any) -> Dataset:
    """Area whose planner decides otherwise."""
    return replace(dataset, scenario=replace(dataset.scenario, **changes))


def change_buses(dataset: Dataset, **changes: Any) -> Dataset:
    """Area whose buses differ."""
    return change_scenario(dataset, buses=tuple(replace(bus, **changes) for bus in dataset.scenario.buses))


SCENARIOS: dict[str, tuple[Callable[[Dataset], Dataset], str]] = {
    # code: a change of the area with which the good plan breaks this rule alone, and the sentence about it
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
    "bus-day-off": (
        lambda dataset: change_buses(dataset, days_off=(date(2026, 3, 9), date(2026, 4, 1))),
        "Bus one drives on Monday, week 2, but 2026-03-09 is one of its days off.",
    ),
}
