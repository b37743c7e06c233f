"""What a plan takes, added up by hand."""

from __future__ import annotations

import pytest

from bibliobus.domain.fleet import Rates
from bibliobus.plan.measure.coverage import MONTH_WEEKS
from bibliobus.plan.measure.figures import measure_expense, work_of


def test_kilometres_hours_fuel_and_money_of_a_mean_month(plan):
    length_m = sum(leg.length_m for tour in plan.tours for leg in tour.legs)
    work_h = sum(work_of(tour) for tour in plan.tours) / 3600
    rates = Rates("UAH", crew_hour=100, fuel_litre=50, fuel_l_per_100km=20, bus_day=10, bus_month=1000)

    expense = measure_expense(plan, rates, 2)

    litres = length_m / 1000 / 100 * 20 / 2 * MONTH_WEEKS
    assert expense.week_m == round(length_m / 2)
    assert expense.week_bus_days == 1
    assert expense.month_fuel_l == round(litres, 1)
    wanted = litres * 50 + work_h / 2 * MONTH_WEEKS * 100 + 2 / 2 * MONTH_WEEKS * 10 + 2 * 1000
    assert expense.month_money == pytest.approx(wanted, abs=0.01)


def test_unpaved_roads_take_more_fuel(plan):
    rates = Rates(fuel_l_per_100km=10, fuel_unpaved_percent=50)

    paved, unpaved, half = (
        measure_expense(plan, rates, 1, find_unpaved=find)
        for find in (lambda *_: 0, lambda *_: 10**9, lambda bus, start, end: 5000)
    )

    assert unpaved.month_fuel_l == pytest.approx(1.5 * paved.month_fuel_l, abs=0.11)
    assert unpaved.unpaved_week_m == unpaved.week_m
    assert paved.month_fuel_l < half.month_fuel_l < unpaved.month_fuel_l


def test_what_nobody_said_is_unknown_and_not_nothing(plan):
    expense = measure_expense(plan, Rates(), 1)

    assert expense.month_fuel_l is None
    assert expense.month_money is None
