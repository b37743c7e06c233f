"""What the tours of a plan are driven over, from the roads of its area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.network.drive_grounds import find_main_class, measure_unpaved
from bibliobus.plan.expense import measure_expense

if TYPE_CHECKING:
    from collections.abc import Callable

    from bibliobus.domain.fleet import BusProfile
    from bibliobus.model.case import Case
    from bibliobus.plan.expense import Expense
    from bibliobus.plan.timetable import Plan


def measure_case_expense(plan: Plan, case: Case) -> Expense:
    """
    Measure what a plan takes on the roads of its area.

    Parameters
    ----------
    plan
        The plan.
    case
        Its area.

    Returns
    -------
    Expense
        By the prices of the scenario; where the roads are not known, none counts as unpaved.
    """
    profiles, scenario = _find_profiles(case), case.dataset.scenario

    def find_unpaved(bus_id: str, start: str, end: str) -> int:
        return measure_unpaved(case.network, profiles[bus_id], start, end)

    return measure_expense(plan, scenario.money, len(scenario.buses), find_unpaved=find_unpaved)


def make_kind_finder(case: Case) -> Callable[[str, str, str], str]:
    """
    Make what tells the class of most of the road of a drive.

    Parameters
    ----------
    case
        An area.

    Returns
    -------
    callable
        From bus, start and end to a class as OpenStreetMap's ``highway``; empty where the roads are not known.
    """
    profiles = _find_profiles(case)
    return lambda bus_id, start, end: find_main_class(case.network, profiles[bus_id], start, end)


def _find_profiles(case: Case) -> dict[str, BusProfile]:
    """Kind of each bus."""
    kinds = {profile.profile_id: profile for profile in case.dataset.scenario.profiles}
    return {bus.bus_id: kinds[bus.profile_id] for bus in case.dataset.scenario.buses}
