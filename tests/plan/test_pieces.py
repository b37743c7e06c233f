"""Dates are cut where changes begin and end, and folded into one plan that has each date's own tours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from plans import tiny_plan

from bibliobus.domain.calendar import Cycle
from bibliobus.domain.roads import BetweenPlaces, ChangeKind, RoadChange
from bibliobus.plan.dates import day_of, find_period, tours_of
from bibliobus.plan.pieces import (
    Stretch,
    cut_calendar,
    find_first_difference,
    fold_stretches,
    list_stretches,
)
from bibliobus.plan.plan import Period, PeriodCause, TourName
from bibliobus.plan.store import format_plan, parse_plan

MONDAY = date(2026, 3, 2)
DAYS = [MONDAY + timedelta(days=at) for at in range(70)]


def change(name, first=None, last=None):
    """Closed road between two dates."""
    return RoadChange(name, ChangeKind.CLOSED, BetweenPlaces("a", "b", ""), valid_from=first, valid_to=last)


def draw_changes(random):
    """A few changes of which some have no first or no last day, and some hold on the same dates."""
    found = []
    for number in range(random.randint(0, 5)):
        first, last = sorted(random.choices(DAYS[:50], k=2))
        found.append(change(f"c{number}", random.choice((first, first, None)), random.choice((last, last, None))))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_every_date_lies_in_one_piece_which_has_the_changes_that_hold_on_it(seed):
    random = Random(seed)
    changes, first = draw_changes(random), random.choice(DAYS[:10])
    last = random.choice((None, DAYS[60]))

    pieces = cut_calendar(changes, first, last)

    assert (pieces[0].first, pieces[-1].last) == (first, last)
    for day in (day for day in DAYS if first <= day and (last is None or day <= last)):
        (piece,) = [one for one in pieces if one.first <= day and (one.last is None or day <= one.last)]
        assert piece.changes == tuple(one for one in changes if one.overlaps(day, day))
        assert day_of(Cycle(2, MONDAY), day) in piece.list_days(Cycle(2, MONDAY))
    assert all(one.changes != two.changes for one, two in zip(pieces, pieces[1:], strict=False))


def test_a_week_has_seven_days_of_a_cycle_and_what_has_no_end_has_them_all():
    cycle = Cycle(2, MONDAY)
    (week,) = cut_calendar([], date(2026, 3, 11), date(2026, 3, 17))
    (endless,) = cut_calendar([], date(2026, 3, 11))

    assert week.list_days(cycle) == {9, 10, 11, 12, 13, 0, 1}
    assert endless.list_days(cycle) == set(range(14))


def draw_tours(random, plan):
    """Some of the tours of a plan, some with a call less, some of another bus."""
    tours = []
    for tour in plan.tours:
        match random.randint(0, 4):
            case 0:
                continue
            case 1:
                tours.append(replace(tour, rows=tour.rows[:-1]))
            case 2:
                tours.append(replace(tour, bus_id=f"{tour.bus_id}x"))
            case _:
                tours.append(tour)
    return tuple(tours)


@pytest.mark.parametrize("seed", range(60))
def test_a_folded_plan_has_on_each_date_the_tours_of_its_stretch(seed):
    random, plan = Random(seed), tiny_plan()
    starts = [MONDAY, *sorted(random.sample(DAYS[1:50], random.randint(0, 5)))]
    ends = [*(day - timedelta(days=1) for day in starts[1:]), None]
    stretches = [
        Stretch(first, last, plan.cycle, draw_tours(random, plan), random.choice(list(PeriodCause)))
        for first, last in zip(starts, ends, strict=True)
    ]

    tours, periods = fold_stretches(plan.cycle, stretches)

    folded = replace(plan, tours=tours, periods=periods)
    for stretch in stretches:
        for day in (one for one in DAYS if stretch.first <= one and (stretch.last is None or one <= stretch.last)):
            expected = {tour for tour in stretch.tours if tour.day == day_of(plan.cycle, day)}
            assert set(tours_of(folded, day)) == expected
    assert all(one.last < two.first for one, two in zip(periods, periods[1:], strict=False))
    assert parse_plan(format_plan(folded)) == folded
    assert find_first_difference(list_stretches(folded, MONDAY, None), stretches) is None


@pytest.mark.parametrize("weeks", [1, 3, 4])
def test_dates_of_another_cycle_are_folded_in_too(weeks):
    plan = tiny_plan()
    other = Stretch(DAYS[9], None, Cycle(weeks, MONDAY), tuple(t for t in plan.tours if t.day < 7), PeriodCause.CHANGE)

    tours, periods = fold_stretches(other.cycle, [*list_stretches(plan, MONDAY, DAYS[8]), other])

    folded = replace(plan, cycle=other.cycle, tours=tours, periods=periods)
    for day in DAYS:
        before = tours_of(plan, day) if day < other.first else other.tours
        at = day_of(plan.cycle if day < other.first else other.cycle, day)
        assert {(t.bus_id, t.rows) for t in tours_of(folded, day)} == {
            (t.bus_id, t.rows) for t in before if t.day == at
        }


def test_neighbours_that_nothing_tells_apart_are_one_period():
    plan = tiny_plan()
    less = plan.tours[1:]
    cuts = [(DAYS[0], DAYS[6]), (DAYS[7], DAYS[20]), (DAYS[21], None)]
    stretches = [Stretch(*cut, plan.cycle, less, PeriodCause.CHANGE) for cut in cuts[:2]]

    _, periods = fold_stretches(plan.cycle, [*stretches, Stretch(*cuts[2], plan.cycle, plan.tours, PeriodCause.BEFORE)])

    gone = plan.tours[0]
    assert periods == (Period(DAYS[0], DAYS[20], PeriodCause.CHANGE, (), (TourName(gone.bus_id, gone.day),)),)


def test_dates_on_which_a_bus_is_out_of_service_are_never_one_period():
    plan = tiny_plan()
    days = [MONDAY + timedelta(days=tour.day) for tour in plan.tours[:2]]
    cuts = [(days[0], days[1] - timedelta(days=1)), (days[1], days[1]), (days[1] + timedelta(days=1), None)]
    stretches = [Stretch(*cut, plan.cycle, plan.tours[2:], PeriodCause.BUS) for cut in cuts[:2]]

    _, periods = fold_stretches(plan.cycle, [*stretches, Stretch(*cuts[2], plan.cycle, plan.tours, PeriodCause.BEFORE)])

    assert [(one.first, one.last) for one in periods] == cuts[:2]
    assert [[(name.bus_id, name.day) for name in one.dropped] for one in periods] == [
        [(tour.bus_id, tour.day)] for tour in plan.tours[:2]
    ]


def test_a_date_outside_of_every_period_has_the_tours_of_the_cycle():
    plan = tiny_plan()
    period = Period(DAYS[7], DAYS[13], PeriodCause.BUS, (), tuple(TourName(t.bus_id, t.day) for t in plan.tours))
    changed = replace(plan, periods=(period,))

    for day in DAYS[:30]:
        assert tours_of(changed, day) == (() if day in period else tours_of(plan, day))
        assert find_period(changed, day) == (period if day in period else None)


def test_two_timetables_first_differ_on_a_date_and_not_on_a_day_of_the_cycle():
    plan = tiny_plan()
    gone = plan.tours[0]
    less = [
        Stretch(MONDAY, DAYS[20], plan.cycle, plan.tours, PeriodCause.BEFORE),
        Stretch(DAYS[21], None, plan.cycle, plan.tours[1:], PeriodCause.CHANGE),
    ]

    found = find_first_difference(list_stretches(plan, MONDAY, None), less)

    assert found == next(day for day in DAYS[21:] if day_of(plan.cycle, day) == gone.day)
