"""What a version was planned anew for, and on which dates its tours are others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bibliobus.domain.calendar import DateSpan, ExtraDay, ServiceCalendar
from bibliobus.domain.roads import BetweenPlaces, ChangeKind, RoadChange
from bibliobus.domain.scenario import Lock
from bibliobus.plan.compare.steps import Side, find_differing_dates, tell_step
from bibliobus.plan.plan import Period, PeriodCause, TourName
from bibliobus.words.language import Language

CLOSED = RoadChange("bridge", ChangeKind.CLOSED, BetweenPlaces("a", "b", ""), file="changes.csv", row=2)


@pytest.fixture
def side(plan, dataset):
    """One version, on which the others are built."""
    return Side(plan, dataset.scenario, (CLOSED,), {"roads.csv": "sha256:aa", "settlements.csv": "sha256:bb"})


def absent(first, last, *names):
    """Span of dates on which tours are not driven because of a bus."""
    return Period(first, last, PeriodCause.BUS, dropped=tuple(TourName(bus_id, day) for bus_id, day in names))


def tell(old, new, code="en"):
    """Words of a step."""
    return "; ".join(fact.render(Language(code)) for fact in tell_step(old, new))


def with_periods(side, *periods):
    """A version with other tours for a time."""
    return replace(side, plan=replace(side.plan, periods=periods))


def with_scenario(side, **fields):
    """A version of another scenario."""
    return replace(side, scenario=replace(side.scenario, **fields))


def test_nothing_is_different_between_a_version_and_itself(side):
    assert tell(side, side) == "nothing is different"
    assert find_differing_dates(side, side) == (None, None)


def test_road_changes_are_told_by_their_notes_or_ids(side):
    noted = replace(CLOSED, change_id="ford", note="the ford is\nflooded")

    assert tell(side, replace(side, changes=(CLOSED, noted))) == "road changes added: the ford is flooded"
    assert tell(side, replace(side, changes=())) == "road changes taken back: bridge"
    later = replace(CLOSED, valid_to=date(2026, 4, 1))
    assert tell(side, replace(side, changes=(later, noted))) == (
        "road changes added: the ford is flooded; road changes altered: bridge"
    )
    assert tell(side, replace(side, changes=(noted,)), "uk") == (
        "додано зміни на дорогах: the ford is flooded; скасовано зміни на дорогах: bridge"
    )


def test_where_a_change_stands_in_its_file_does_not_count(side):
    moved = replace(CLOSED, file="changes.geojson", row=7)

    assert tell(side, replace(side, changes=(moved,))) == "nothing is different"


def test_of_many_and_long_names_the_beginning_is_told(side):
    many = tuple(replace(CLOSED, change_id=f"c{at}") for at in range(5))

    assert tell(replace(side, changes=()), replace(side, changes=many)) == "road changes added: c0, c1, c2 and 2 more"
    long = replace(CLOSED, note="x" * 300)
    assert tell(replace(side, changes=()), replace(side, changes=(long,))) == f"road changes added: {'x' * 59}…"


def test_a_bus_that_does_not_drive_is_told_with_its_dates(side):
    day, last = date(2026, 3, 3), date(2026, 3, 6)
    one = with_periods(side, absent(day, day, ("bus1", 1)))
    span = with_periods(side, absent(day, last, ("bus1", 1), ("bus1", 2)))
    name = side.scenario.buses[0].name

    assert tell(side, one) == f"{name} does not drive on March 3, 2026"
    assert tell(side, span) == f"{name} does not drive from March 3, 2026 to March 6, 2026"
    assert tell(one, side) == f"{name} drives on March 3, 2026 after all"
    assert tell(span, side, "uk") == (
        f"{name} усе-таки виїздить з 3 березня 2026\N{NO-BREAK SPACE}року до 6 березня 2026\N{NO-BREAK SPACE}року"
    )
    assert tell(one, one) == "nothing is different"


def test_decisions_of_the_planner_are_told_by_what_people_call_them(side):
    new = with_scenario(side, buses=side.scenario.buses[:1], locks=(Lock("hanna"),), title_en="Another land")

    assert tell(side, new) == "scenario: buses and depots, fixed stops, texts of the papers and prices"
    assert tell(side, new, "uk") == "сценарій: бібліобуси й бази, закріплені зупинки, тексти документів і ціни"


def test_decisions_for_a_time_are_told_with_their_dates(side):
    span = DateSpan(date(2026, 3, 9), date(2026, 3, 20))
    less = replace(side.scenario, buses=side.scenario.buses[:1])
    new = replace(side, meanwhile=less, plan=replace(side.plan, meanwhile=span))

    assert tell(side, new) == "scenario from March 9, 2026 to March 20, 2026: buses and depots"
    assert tell(new, side) == "scenario from March 9, 2026 to March 20, 2026 taken back"
    assert tell(new, new) == "nothing is different"


def test_every_decision_is_a_field_of_the_scenario(side):
    from bibliobus.plan.compare.steps import DECISIONS

    names = [name for names in DECISIONS.values() for name in names]
    assert len(names) == len(set(names))
    assert all(hasattr(side.scenario, name) for name in names)


def test_tables_are_told_and_tours_without_any_reason_too(side):
    tables = replace(side, digests={"roads/roads.osm.pbf": "sha256:aa", "settlements.csv": "sha256:cc"})
    tours = replace(side, plan=replace(side.plan, tours=side.plan.tours[:-1]))

    assert tell(side, tables) == "other settlements; other roads"
    assert tell(side, tours) == "other tours for the same inputs"


def test_tours_of_the_cycle_differ_from_their_first_date_on_for_ever(side):
    new = replace(side, plan=replace(side.plan, tours=side.plan.tours[:-1]))

    # The last tour is that of day 7, the Monday of the second week.
    assert find_differing_dates(side, new) == (date(2026, 3, 9), None)
    assert find_differing_dates(new, side) == (date(2026, 3, 9), None)


def test_a_period_differs_from_its_first_to_its_last_tour(side):
    new = with_periods(side, absent(date(2026, 3, 3), date(2026, 4, 30), ("one", 7)))

    # Every second Monday: the last one before the end of April is the 20th.
    assert find_differing_dates(side, new) == (date(2026, 3, 9), date(2026, 4, 20))
    assert find_differing_dates(new, side) == (date(2026, 3, 9), date(2026, 4, 20))


def test_dates_before_one_of_the_plans_begins_do_not_count(side):
    cycle = replace(side.plan.cycle, first_day=date(2026, 3, 16))
    later = replace(side, plan=replace(side.plan, cycle=cycle))

    assert find_differing_dates(side, later) == (None, None)
    assert find_differing_dates(later, side) == (None, None)


def test_a_date_without_service_differs_although_the_plan_is_the_same(side):
    calendar = ServiceCalendar(no_service=(DateSpan(date(2026, 3, 9), date(2026, 3, 11)),))
    moved = replace(calendar, extra_service=(ExtraDay(date(2026, 3, 14), date(2026, 3, 9)),))

    assert find_differing_dates(side, with_scenario(side, calendar=calendar)) == (date(2026, 3, 9), date(2026, 3, 9))
    assert find_differing_dates(side, with_scenario(side, calendar=moved)) == (date(2026, 3, 9), date(2026, 3, 14))


def test_holidays_differ_every_year(side):
    # Easter Monday falls on one of the tours.
    polish = with_scenario(side, calendar=ServiceCalendar(holidays="PL"))

    assert find_differing_dates(side, polish) == (date(2026, 4, 6), None)


def test_a_date_in_the_far_future_does_not_keep_anybody_waiting(side):
    calendar = ServiceCalendar(no_service=(DateSpan(date(2100, 1, 1), date(2100, 12, 31)),))

    assert find_differing_dates(side, with_scenario(side, calendar=calendar)) == (None, None)
