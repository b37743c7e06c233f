"""Tours of single dates laid over a plan: only those dates differ, and what a period said before holds beside them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bibliobus.domain.calendar import Cycle
from bibliobus.plan.dates import day_of, tours_of
from bibliobus.plan.periods import overlay_tours
from bibliobus.plan.plan import Call, Period, PeriodCause, Plan, Provenance, Tour, TourName
from bibliobus.plan.store import format_plan, parse_plan

MONDAY = date(2026, 3, 2)
BUSES = ("b1", "b2", "spare")


def on(days):
    """Date so many days after the first one."""
    return MONDAY + timedelta(days=days)


def tour(bus, day, place="village"):
    """Tour that calls at one place."""
    return Tour(bus, day, (Call(place, 32400, 34200),))


def plan_of(*tours, periods=()):
    """Plan of two weeks."""
    made = Provenance("1", "x", 1, 1, "feasible", "budget", 0, None, {}, {})
    ordered = tuple(sorted(tours, key=lambda one: (one.day, one.bus_id)))
    return Plan("a", "en", Cycle(2, MONDAY), False, ordered, (), {}, made, periods=periods)


def test_a_dropped_tour_and_a_stand_in_make_a_period_of_their_date():
    plan = plan_of(tour("b1", 0), tour("b2", 0))

    laid = overlay_tours(plan, {on(14): (tour("b2", 0), tour("spare", 0, "other"))}, PeriodCause.BUS)

    assert laid.periods == (
        Period(on(14), on(14), PeriodCause.BUS, (tour("spare", 0, "other"),), (TourName("b1", 0),)),
    )
    assert tours_of(laid, on(0)) == plan.tours
    assert overlay_tours(laid, {on(14): plan.tours}, PeriodCause.BUS).periods == ()


def test_a_period_is_cut_at_the_date_and_keeps_its_cause_beside_it():
    closed = Period(on(0), on(13), PeriodCause.CHANGE, (tour("b1", 0, "detour"),), (TourName("b1", 8),))
    plan = plan_of(tour("b1", 0), tour("b1", 3), tour("b1", 8), periods=(closed,))

    laid = overlay_tours(plan, {on(3): ()}, PeriodCause.BUS)

    assert laid.periods == (
        Period(on(0), on(2), PeriodCause.CHANGE, (tour("b1", 0, "detour"),)),
        Period(on(3), on(3), PeriodCause.BUS, (), (TourName("b1", 3),)),
        Period(on(4), on(13), PeriodCause.CHANGE, (), (TourName("b1", 8),)),
    )


def random_tours(draw, day):
    """Some tours of a day, sorted by bus."""
    return tuple(tour(bus, day, draw.choice("xyz")) for bus in BUSES if draw.random() < 0.5)


def random_period(draw, first, last):
    """Period with tours and drops of any days."""
    tours = [one for day in range(14) for one in random_tours(draw, day)]
    names = [TourName(bus, day) for day in range(14) for bus in BUSES if draw.random() < 0.2]
    taken = {(one.bus_id, one.day) for one in tours}
    dropped = tuple(name for name in names if (name.bus_id, name.day) not in taken)
    return Period(on(first), on(last), PeriodCause.CHANGE, tuple(tours), dropped)


@pytest.mark.parametrize("seed", range(40))
def test_only_the_dates_that_are_laid_over_differ(seed):
    draw = random.Random(seed)
    cycle = [one for day in range(14) for one in random_tours(draw, day)]
    plan = plan_of(*cycle, periods=(random_period(draw, 2, 9), random_period(draw, 12, 45)))
    days = draw.sample(range(50), 6)
    dated = {on(day): random_tours(draw, day_of(plan.cycle, on(day))) for day in days}

    laid = overlay_tours(plan, dated, PeriodCause.BUS)

    assert [tours_of(laid, on(day)) for day in range(60)] == [
        dated.get(on(day), tours_of(plan, on(day))) for day in range(60)
    ]
    assert all(one.last < two.first for one, two in zip(laid.periods, laid.periods[1:], strict=False))
    assert all(one.cause is PeriodCause.BUS for one in laid.periods if one.first in dated)
    assert replace(parse_plan(format_plan(laid)), periods=()) == replace(laid, periods=())
    assert parse_plan(format_plan(laid)).periods == laid.periods
    assert overlay_tours(laid, dated, PeriodCause.BUS) == laid
