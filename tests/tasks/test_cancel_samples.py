"""The bus is broken in the samples: full weeks, a Saturday, a spare vehicle, and four buses at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from absences import list_new

from bibliobus.model.area import prepare_area
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.stand_ins import check_stand_ins
from bibliobus.solve.repair.stand_in import WhyNot
from bibliobus.tasks.areas import ready_area
from bibliobus.tasks.cancel import CancelOrder, replace_visits
from bibliobus.tasks.plan import make_plan
from bibliobus.tasks.start import open_sample

TUESDAY = date(2026, 3, 10)
SATURDAY = 12
"""Days since the first day of the plan."""


def plan_sample(name):
    """Plan and area of a sample, as `demo` makes it."""
    with open_sample(name) as folder:
        prepared, _ = ready_area(folder, area_id=name, keep_cache=False)
        return make_plan(prepared), prepared


@pytest.fixture(scope="module")
def kramatorsk():
    """Plan of one bus, whose ten days are full."""
    return plan_sample("kramatorsk")


def with_buses(planned, *buses):
    """The same plan in an area with other buses, of which it uses the same."""
    plan, prepared = planned
    dataset = prepared.dataset
    return plan, prepare_area(replace(dataset, scenario=replace(dataset.scenario, buses=buses)))


def order(bus="bus-1", until=None):
    """The bus is broken on the second Tuesday."""
    return CancelOrder(((bus, TUESDAY),), until)


def test_a_full_week_has_no_room_and_says_so_with_the_next_visit(kramatorsk):
    cancelled = replace_visits(*kramatorsk, order())

    assert len(cancelled.visits) == 5
    assert {visit.why_not for visit in cancelled.visits} == {WhyNot.FULL}
    assert {visit.missed.following.date for visit in cancelled.visits} <= {date(2026, 3, 17), date(2026, 3, 24)}
    assert cancelled.cost.days == cancelled.days_without > 0


def test_one_saturday_replaces_the_whole_tour(kramatorsk):
    (bus,) = kramatorsk[1].dataset.scenario.buses
    plan, prepared = with_buses(kramatorsk, replace(bus, replacement_weekdays=(5,)))

    cancelled = replace_visits(plan, prepared, order())

    assert {new[:2] for new in list_new(cancelled).values()} == {(SATURDAY, "bus-1")}
    # The same tour on another day: it costs what the cancelled one would have cost.
    assert (cancelled.cost.work_s, cancelled.cost.length_m) == (cancelled.spared.work_s, cancelled.spared.length_m)
    assert cancelled.cost.days == 4 * sum(visit.missed.people for visit in cancelled.visits) < cancelled.days_without


def test_a_spare_vehicle_drives_the_tour_at_the_announced_times(kramatorsk):
    (bus,) = kramatorsk[1].dataset.scenario.buses
    plan, prepared = with_buses(kramatorsk, bus, replace(bus, bus_id="spare", spare=True))

    cancelled = replace_visits(plan, prepared, order())

    assert [(visit.new.date, visit.new.start_s, visit.new.bus_id) for visit in cancelled.visits] == [
        (TUESDAY, visit.old.start_s, "spare") for visit in cancelled.visits
    ]
    assert cancelled.cost.days == 0


def test_a_spare_vehicle_drives_for_a_whole_week_as_if_nothing_were(kramatorsk):
    (bus,) = kramatorsk[1].dataset.scenario.buses
    plan, prepared = with_buses(kramatorsk, bus, replace(bus, bus_id="spare", spare=True))

    cancelled = replace_visits(plan, prepared, order(until=date(2026, 3, 11)))

    assert {(visit.new.date, visit.new.bus_id) for visit in cancelled.visits} == {
        (TUESDAY, "spare"),
        (date(2026, 3, 11), "spare"),
    }
    assert (cancelled.cost.days, cancelled.cost.length_m) == (0, cancelled.spared.length_m)


def test_a_week_without_the_bus_serves_the_most_people_first(kramatorsk):
    (bus,) = kramatorsk[1].dataset.scenario.buses
    plan, prepared = with_buses(kramatorsk, bus, replace(bus, bus_id="spare", spare=True, weekdays=(3,)))

    cancelled = replace_visits(plan, prepared, order(until=date(2026, 3, 12)))

    served = [visit.missed.people for visit in cancelled.visits if visit.new is not None]
    left = [visit.missed.people for visit in cancelled.visits if visit.new is None]
    assert served and left
    assert sum(served) / len(served) > sum(left) / len(left)
    assert list(check_stand_ins(gather_evidence(cancelled.plan, prepared))) == []


@pytest.mark.slow
def test_four_buses_help_each_other_on_a_saturday():
    planned = plan_sample("donetsk")
    buses = planned[1].dataset.scenario.buses
    plan, prepared = with_buses(planned, *(replace(bus, replacement_weekdays=(5,)) for bus in buses))

    one = replace_visits(plan, prepared, order())
    week = replace_visits(plan, prepared, order(until=date(2026, 3, 13)))

    for cancelled in (one, week):
        assert list(check_stand_ins(gather_evidence(cancelled.plan, prepared))) == []
        assert all(abs(old.start_s - new.start_s) <= 15 * 60 for _, old, new in cancelled.moved)
    assert all(visit.new is not None for visit in one.visits)
    assert week.cost.days < week.days_without / 2
    # Of two, the bus that comes on the earlier Saturday comes to more people.
    first = [visit.missed.people for visit in week.visits if visit.new and visit.new.date == date(2026, 3, 14)]
    later = [visit.missed.people for visit in week.visits if visit.new and visit.new.date > date(2026, 3, 14)]
    assert sum(first) > sum(later)
