"""Price of a tour: the one sum that every search minimises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.units import HOUR_S, KM_M

if TYPE_CHECKING:
    from bibliobus.model.problem import Problem


def price_tour(problem: Problem, bus: int, work_s: int, length_m: int) -> int:
    """
    Price one tour.

    Parameters
    ----------
    problem
        The planning problem.
    bus
        Index of the bus.
    work_s
        Seconds of work: from leaving to returning without a meal break on the way.
    length_m
        Metres driven.

    Returns
    -------
    int
        Hundredths of a minute of paid time: hours, kilometres, the bus day, overtime, and the squared hours
        that make equal days cheapest; each rounded by itself.
    """
    costs, overtime_s = problem.costs, max(0, work_s - problem.buses[bus].regular_work_s)
    return (
        round(costs.per_hour * work_s / HOUR_S)
        + round(costs.per_km * length_m / KM_M)
        + costs.per_bus_day
        + round(costs.per_overtime_hour * overtime_s / HOUR_S)
        + round(costs.balance * (work_s / HOUR_S) ** 2)
    )
