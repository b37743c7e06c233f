"""A visit that moves to another date is one visit that moves, not a lost one and another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from changed_plans import DAY, FIRST, change_for_a_time, changed_plans, make_tour, with_tours
from hypothesis import given, settings
from plans import tiny_dataset, tiny_plan

from bibliobus.domain.calendar import Cycle, ExtraDay
from bibliobus.plan.compare.compare import NOTICED, Difference, compare_plans
from bibliobus.plan.dates import tours_of
from bibliobus.view.notices import Why, list_notices, render_exceptions

SETTLEMENTS = {one.settlement_id: one for one in tiny_dataset().settlements}
BUSES = {"uk": {"b1": "Бібліобус 1"}, "en": {"b1": "Bus 1"}}


def make_plan(*days, weeks=2):
    """Plan in which the bus comes to one village on some days of the cycle."""
    plan = replace(tiny_plan(), cycle=Cycle(weeks, FIRST))
    return with_tours(plan, [make_tour("b1", day, ("s5", 60, 60)) for day in days])


def change(plan, first, last, *days):
    """The plan in which it comes on other days for a time."""
    dropped = [tour for tour in plan.tours if tour.day not in days]
    known = {tour.day for tour in plan.tours}
    tours = [make_tour("b1", day, ("s5", 60, 60)) for day in days if day not in known]
    return change_for_a_time(plan, first, last, *tours, dropped=dropped)


def list_days(comparison):
    """Kind and dates of each changed visit as days of March."""
    return [
        (visit.kind.value, *(one.date.day if one else None for one in (visit.old, visit.new)))
        for place in comparison.places
        for visit in place.visits
    ]


MARCH = date(2026, 3, 2), date(2026, 3, 15)
TUE, THU, FRI = 1, 3, 4
NEXT = 7


@pytest.mark.parametrize(
    ("weeks", "before", "after", "told"),
    [
        (2, (TUE, NEXT + TUE), (NEXT + THU,), [("lost", 3, None), ("day", 10, 12)]),
        (2, (TUE, NEXT + TUE), (THU,), [("day", 3, 5), ("lost", 10, None)]),
        (2, (NEXT + TUE,), (THU, NEXT + THU), [("new", None, 5), ("day", 10, 12)]),
        # Of one week before those that are nearer, which lie in another one.
        (2, (FRI, NEXT + FRI), (NEXT + 0,), [("lost", 6, None), ("day", 13, 9)]),
        # Two of one week keep their order.
        (2, (0, FRI), (TUE, NEXT), [("day", 2, 3), ("day", 6, 9)]),
        (2, (0, THU), (TUE, FRI), [("day", 2, 3), ("day", 5, 6)]),
        # The only visit of a cycle moves, however far.
        (2, (TUE,), (NEXT + FRI,), [("day", 3, 13)]),
        # In four weeks no farther than two where the bus comes in between.
        (4, (TUE, 14 + TUE), (14 + TUE, 21 + FRI), [("lost", 3, None), ("new", None, 27)]),
        (4, (TUE, NEXT + TUE), (NEXT + TUE, 14 + TUE), [("day", 3, 17)]),
        (1, (FRI,), (0,), [("day", 6, 2), ("day", 13, 9)]),
    ],
)
def test_a_visit_moves_within_its_week_else_to_the_nearest_date_of_half_a_cycle(weeks, before, after, told):
    old = make_plan(*before, weeks=weeks)
    last = MARCH[0] + timedelta(days=max(14, 7 * weeks) - 1)

    comparison = compare_plans(old, change(old, MARCH[0], last, *after))

    assert sorted(list_days(comparison), key=str) == sorted(told, key=str)


def test_what_one_piece_loses_and_another_far_away_gains_are_two_visits():
    old = make_plan(TUE)
    once = change(old, date(2026, 3, 2), date(2026, 3, 8))

    comparison = compare_plans(old, change(once, date(2026, 3, 30), date(2026, 4, 5), TUE, FRI))

    assert [(kind, was) for kind, was, _ in list_days(comparison)] == [("lost", 3), ("new", None)]


def test_a_resident_reads_one_sentence_and_so_do_those_who_send_messages_and_keep_calendars():
    old = make_plan(TUE, NEXT + TUE)
    comparison = compare_plans(old, change(old, date(2026, 3, 9), date(2026, 3, 15), TUE, NEXT + THU))

    (notice,) = list_notices(comparison, SETTLEMENTS, BUSES, {"s5": Why.CLOSED})

    texts = [text.replace("\N{NO-BREAK SPACE}", " ") for text in notice.texts]
    assert "Бібліобус приїде не у вівторок, 10 березня 2026 року, а в четвер, 12 березня 2026 року, 09:00" in texts[0]
    assert "The bus does not come on Tuesday, March 10, 2026, but on Thursday, March 12, 2026, 09:00–10:00." in texts[1]
    assert [text.count("10") for text in notice.messages] == [2, 2]  # date and clock time
    assert "чт 12.03 09:00-10:00 замість вт 10.03" in notice.messages[0]
    assert "Thu 12 Mar 09:00-10:00 instead of Tue 10 Mar" in notice.messages[1]
    rows = render_exceptions(comparison, SETTLEMENTS).decode("utf-8-sig").splitlines()[1:]
    assert [row.split(",")[2:] for row in rows] == [
        ["day", "2026-03-10", "09:00", "10:00", "b1", "2026-03-12", "09:00", "10:00", "b1"]
    ]


def test_a_tour_that_the_calendar_moves_moves_however_far():
    old, scenario = make_plan(TUE, NEXT + TUE), tiny_dataset().scenario
    moved = (ExtraDay(date(2026, 3, 20), instead_of=date(2026, 3, 3)),)
    later = replace(scenario, calendar=replace(scenario.calendar, extra_service=moved))

    there = compare_plans(old, old, scenarios=(scenario, later))
    back = compare_plans(old, old, scenarios=(later, scenario))

    assert list_days(there) == [("day", 3, 20)]
    assert list_days(back) == [("day", 20, 3)]


@settings(max_examples=60, deadline=None)
@given(changed_plans())
def test_every_date_that_is_in_one_plan_only_is_lost_moved_or_new_and_none_of_them_twice(plans):
    old, new = plans

    comparison = compare_plans(old, new)

    days = [comparison.first_day + at * DAY for at in range(comparison.days)]
    places = {place.settlement_id: place for place in comparison.places}
    for key in {call.settlement_id for plan in plans for day in days for t in tours_of(plan, day) for call in t.calls}:
        before, after = (
            {day for day in days if any(call.settlement_id == key for t in tours_of(plan, day) for call in t.calls)}
            for plan in plans
        )
        apart = [one for one in (places[key].visits if key in places else ()) if one.kind in NOTICED]
        gone = [one.old.date for one in apart if one.old and (one.new is None or one.new.date != one.old.date)]
        come = [one.new.date for one in apart if one.new and (one.old is None or one.new.date != one.old.date)]
        assert (sorted(gone), sorted(come)) == (sorted(before - after), sorted(after - before))
        _check_far_apart(apart, max(old.cycle.weeks, new.cycle.weeks))
    assert compare_plans(old, new) == comparison


def _check_far_apart(visits, weeks):
    """What is lost and what is new could not be one visit that moves; what moves stays within its cycle or near."""
    lost, new = ([one for one in visits if one.kind is kind] for kind in (Difference.LOST, Difference.NEW))
    for one in lost:
        for other in new:
            days = abs((one.old.date - other.new.date).days)
            assert days > weeks * 7 // 2
            assert one.old.date.isocalendar()[:2] != other.new.date.isocalendar()[:2]
    for one in visits:
        if one.kind is Difference.DAY:
            assert abs((one.old.date - one.new.date).days) < max(7, 7 * weeks)
