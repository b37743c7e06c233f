"""Expense of a plan: kilometres, fuel, crew hours and money, by week or month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.plan.coverage import MONTH_WEEKS
from bibliobus.plan.measure import work_of
from bibliobus.units import HOUR_S, KM_M

if TYPE_CHECKING:
    from collections.abc import Callable

    from bibliobus.domain.money import Rates
    from bibliobus.plan.timetable import Plan


@dataclass(frozen=True)
class Expense:
    """
    What a plan takes.

    Parameters
    ----------
    week_m
        Metres driven in a mean week.
    unpaved_week_m
        Of these on roads known to be unpaved.
    week_work_s
        Paid time of all crews in a mean week, in seconds.
    week_bus_days
        Days of all buses on the road in a mean week.
    month_fuel_l
        Litres in a mean month; None if the scenario gives no consumption.
    month_money
        Money in a mean month; None if the scenario gives no price at all.
    """

    week_m: int
    unpaved_week_m: int
    week_work_s: int
    week_bus_days: float
    month_fuel_l: float | None
    month_money: float | None


def measure_expense(
    plan: Plan,
    rates: Rates,
    buses: int,
    *,
    find_unpaved: Callable[[str, str, str], int] = lambda bus_id, start, end: 0,
) -> Expense:
    """
    Measure what a plan takes.

    Parameters
    ----------
    plan
        The plan.
    rates
        Prices of the service.
    buses
        Buses that are kept, whether they drive or not.
    find_unpaved
        Tells how many metres of the drive of a bus between two places are unpaved.

    Returns
    -------
    Expense
        For a mean week, and for a mean month of 4.35 weeks.
    """
    weeks = plan.cycle.weeks
    legs = [(tour.bus_id, leg) for tour in plan.tours for leg in tour.legs]
    length_m = sum(leg.length_m for _, leg in legs)
    unpaved_m = sum(min(leg.length_m, find_unpaved(bus_id, leg.from_id, leg.to_id)) for bus_id, leg in legs)
    work_s = sum(work_of(tour) for tour in plan.tours)
    months = weeks / MONTH_WEEKS
    more_m = unpaved_m * rates.fuel_unpaved_percent / 100
    fuel_l = (length_m + more_m) / KM_M / 100 * rates.fuel_l_per_100km / months
    money = (
        fuel_l * rates.fuel_litre
        + work_s / HOUR_S * rates.crew_hour / months
        + len(plan.tours) * rates.bus_day / months
        + buses * rates.bus_month
    )
    return Expense(
        week_m=round(length_m / weeks),
        unpaved_week_m=round(unpaved_m / weeks),
        week_work_s=round(work_s / weeks),
        week_bus_days=round(len(plan.tours) / weeks, 2),
        month_fuel_l=round(fuel_l, 1) if rates.fuel_l_per_100km else None,
        month_money=round(money, 2) if rates.known else None,
    )
