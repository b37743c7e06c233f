"""A bus does not drive: tiny worlds in which every replacement and its price can be added up in the head."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations, permutations, product

import pytest
from absences import cancel, day_after, list_new, plan_tours
from worlds import TOWN, build_bus, build_dataset, build_road, build_scenario, build_star, build_village

from bibliobus.domain.calendar import DateSpan, ExtraDay, ServiceCalendar, WeeklyWindow
from bibliobus.domain.roads import BetweenPlaces, ChangeKind, RoadChange
from bibliobus.domain.scenario import Lock, StopWish
from bibliobus.findings import InputError, UsageError
from bibliobus.plan.dates import tours_of
from bibliobus.plan.plan import PeriodCause
from bibliobus.plan.stand_in import Surroundings
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.stand_ins import check_stand_ins
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.repair.stand_in import StandInSearch, WhyNot
from bibliobus.tasks.cancel_papers import list_cancel_facts

WEEK = (0, 1, 2, 3, 4)
HOUR = 3600


def small_world(people=(), buses=None, **changes):
    """
    A bus that is out from Monday to Friday, and tours of which those of Tuesday and Wednesday have room for one more.

    A village lies as far from town as its minutes say: a tour to one at 60 takes 150 minutes with the stay.
    """
    scenario = build_scenario(buses=buses or (build_bus(weekdays=WEEK),), **changes)
    star = build_star(
        {"big": 60, "small": 60, "tuesday": 100, "wednesday": 100, "thursday": 225, "friday": 225}, scenario=scenario
    )
    people = {"big": 1000, "small": 400} | dict(people)
    changed = (replace(s, population=people.get(s.settlement_id, s.population)) for s in star.settlements)
    return replace(star, settlements=tuple(changed))


TOURS = {
    ("one", 0): ["big", "small"],
    ("one", 1): ["tuesday"],
    ("one", 2): ["wednesday"],
    ("one", 3): ["thursday"],
    ("one", 4): ["friday"],
}
FULL = TOURS | {("one", 1): ["tuesday", "tuesday2"], ("one", 2): ["wednesday", "wednesday2"]}


def full_world(buses=None, people=()):
    """The same, but no tour has room for one more: on Tuesday and Wednesday two villages are visited."""
    dataset = small_world(people, buses)
    villages = [build_village(name) for name in ("tuesday2", "wednesday2")]
    rows = [*dataset.roads.rows, *(build_road(TOWN, village.settlement_id, 95) for village in villages)]
    settlements = sorted([*dataset.settlements, *villages], key=lambda one: one.settlement_id)
    return replace(dataset, settlements=tuple(settlements), roads=replace(dataset.roads, rows=tuple(rows)))


def test_the_village_with_most_residents_gets_the_earlier_date():
    cancelled = cancel(plan_tours(small_world(), TOURS), ("one", 0))

    # Tuesday: 100 minutes out, 30 there and 100 back from 8:00 on; then 60 minutes to the other village.
    assert list_new(cancelled) == {"big": (1, "one", "12:50"), "small": (2, "one", "12:50")}
    costs = [(visit.chosen.cost, visit.days_without) for visit in cancelled.visits]
    assert [(cost.work_s, cost.length_m, cost.overtime_s, cost.days, without) for cost, without in costs] == [
        (150 * 60, 120_000, 0, 1, 7),
        (150 * 60, 120_000, 0, 2, 7),
    ]
    assert (cancelled.cost.work_s, cancelled.cost.length_m) == (300 * 60, 240_000)
    assert (cancelled.cost.days, cancelled.days_without) == (1000 * 1 + 400 * 2, 1400 * 7)
    assert (cancelled.spared.work_s, cancelled.spared.length_m) == (300 * 60, 240_000)
    assert cancelled.moved == ()
    assert cancelled.whole


def test_the_other_way_round_it_is_the_other_village():
    cancelled = cancel(plan_tours(small_world({"big": 400, "small": 1000}), TOURS), ("one", 0))

    assert list_new(cancelled) == {"big": (2, "one", "12:50"), "small": (1, "one", "12:50")}


def test_all_visits_are_weighed_together_and_not_one_after_another():
    dataset = small_world({"small": 900})
    open_early = (WeeklyWindow(0, 8 * HOUR, 17 * HOUR), WeeklyWindow(1, 8 * HOUR, 17 * HOUR))
    settlements = (replace(s, windows=open_early if s.settlement_id == "small" else ()) for s in dataset.settlements)

    cancelled = cancel(plan_tours(replace(dataset, settlements=tuple(settlements)), TOURS), ("one", 0))

    # The bigger village alone would take Tuesday, the only day on which the other is open.
    assert list_new(cancelled) == {"big": (2, "one", "12:50"), "small": (1, "one", "12:50")}


def test_an_idle_bus_drives_the_same_tour_at_once():
    buses = (build_bus(weekdays=WEEK), build_bus("two", weekdays=WEEK))

    cancelled = cancel(plan_tours(small_world(buses=buses), TOURS), ("one", 0))

    assert list_new(cancelled) == {"big": (0, "two", "9:00"), "small": (0, "two", "11:30")}
    assert cancelled.cost.days == 0
    # The next dates are told as well, with what they cost.
    other = cancelled.visits[0].others[0]
    assert (other.visit.date, other.visit.bus_id, other.cost.work_s) == (day_after(1), "one", 150 * 60)
    assert all(len(visit.others) == 3 for visit in cancelled.visits)


def test_a_bus_without_what_the_stop_needs_stays_where_it_is():
    buses = (build_bus(weekdays=WEEK, features=("ramp",)), build_bus("two", weekdays=WEEK))
    dataset = small_world(buses=buses)
    settlements = (replace(s, needs=("ramp",) if s.settlement_id == "big" else ()) for s in dataset.settlements)

    cancelled = cancel(plan_tours(replace(dataset, settlements=tuple(settlements)), TOURS), ("one", 0))

    assert list_new(cancelled) == {"big": (1, "one", "12:50"), "small": (0, "two", "11:30")}


def test_a_saturday_is_used_only_if_the_scenario_allows_it():
    both = {"big": 1000, "small": 1000}
    without = cancel(plan_tours(full_world(people=both), FULL), ("one", 0))
    allowed = full_world((build_bus(weekdays=WEEK, replacement_weekdays=(5,)),), both)
    within = cancel(plan_tours(allowed, FULL), ("one", 0))

    assert list_new(without) == {"big": None, "small": None}
    assert list_new(within) == {"big": (5, "one", "9:00"), "small": (5, "one", "11:30")}
    # A visit there adds the way from town and back, and the stay; the whole tour is twice that.
    assert [visit.chosen.cost.work_s for visit in within.visits] == [150 * 60, 150 * 60]
    assert within.cost.work_s == 300 * 60


def test_a_spare_vehicle_drives_only_to_replace():
    buses = (build_bus(weekdays=WEEK), build_bus("spare", weekdays=WEEK, spare=True))
    plan, prepared = plan_tours(full_world(buses), FULL)

    cancelled = cancel((plan, prepared), ("one", 0))

    assert prepared.problem.buses[1].days == ()
    assert all(1 not in visit.buses for visit in prepared.problem.visits)
    assert list_new(cancelled) == {"big": (0, "spare", "9:00"), "small": (0, "spare", "11:30")}
    assert [
        (p.first, p.last, p.cause, [t.bus_id for t in p.tours], [n.bus_id for n in p.dropped])
        for p in cancelled.plan.periods
    ] == [(day_after(0), day_after(0), PeriodCause.BUS, ["spare"], ["one"])]
    assert verify_plan(gather_evidence(cancelled.plan, prepared)).findings == ()


def test_a_longer_day_is_used_where_overtime_is_allowed():
    shift = replace(build_bus().shift, overtime_s=HOUR)
    buses = (build_bus(weekdays=WEEK, shift=shift),)

    # Tuesday and Wednesday take 450 minutes; a village at 20 minutes more makes 520 of them, of 480 and 60.
    near = full_world(buses)
    rows = tuple(replace(row, length_m=20_000) if row.to_id in ("big", "small") else row for row in near.roads.rows)
    cancelled = cancel(plan_tours(replace(near, roads=replace(near.roads, rows=rows)), FULL), ("one", 0))

    assert list_new(cancelled) == {"big": (1, "one", "15:50"), "small": (2, "one", "15:50")}
    assert [visit.chosen.cost.overtime_s for visit in cancelled.visits] == [40 * 60, 40 * 60]


def test_several_days_and_buses_are_cancelled_in_one_order():
    buses = (build_bus(weekdays=WEEK), build_bus("two", weekdays=WEEK))
    planned = plan_tours(
        small_world({"wednesday": 900}, buses), {("one", 0): ["big"], ("two", 1): ["small"], ("one", 2): ["wednesday"]}
    )

    cancelled = cancel(planned, ("one", 0), ("two", 1))
    week = cancel(planned, ("one", 0), until=8)

    assert list_new(cancelled) == {"big": (0, "two", "9:00"), "small": (1, "one", "9:00")}
    assert [(visit.settlement_id, (visit.new.date - day_after(0)).days, visit.new.bus_id) for visit in week.visits] == [
        ("big", 0, "two"),
        ("wednesday", 2, "two"),
        ("big", 7, "two"),
    ]
    assert [visit.missed.following.date for visit in week.visits] == [day_after(14), day_after(9), day_after(14)]
    assert [visit.days_without for visit in week.visits] == [7, 7, 7]


@pytest.mark.parametrize(
    ("people", "buses", "why"),
    [
        ({}, (build_bus(weekdays=WEEK),), WhyNot.FULL),
        ({"big": 10, "small": 10}, (build_bus(weekdays=WEEK, replacement_weekdays=(5,)),), WhyNot.DEAR),
    ],
)
def test_where_nothing_is_possible_the_reason_and_the_next_visit_are_told(people, buses, why):
    cancelled = cancel(plan_tours(full_world(buses, people), FULL), ("one", 0))

    assert list_new(cancelled) == {"big": None, "small": None}
    assert {visit.why_not for visit in cancelled.visits} == {why}
    assert {visit.missed.following.date for visit in cancelled.visits} == {day_after(7)}
    assert bool(cancelled.visits[0].others) == (why is WhyNot.DEAR)
    assert cancelled.cost.days == cancelled.days_without


def test_a_bus_that_is_out_on_no_other_day_replaces_nothing():
    cancelled = cancel(plan_tours(small_world(buses=(build_bus(weekdays=(0,)),)), {("one", 0): ["big"]}), ("one", 0))

    assert list_new(cancelled) == {"big": None}
    assert cancelled.visits[0].why_not is WhyNot.NO_BUS


def test_who_gives_way_to_others_is_told_so():
    tours = TOURS | {("one", 2): ["wednesday", "wednesday2"]}

    cancelled = cancel(plan_tours(full_world(), tours), ("one", 0))

    assert list_new(cancelled) == {"big": (1, "one", "12:50"), "small": None}
    assert cancelled.visits[1].why_not is WhyNot.OTHERS


def test_nobody_else_moves_by_more_than_the_tolerance():
    def world(dwell_min):
        dataset = small_world()
        early = {"windows": (WeeklyWindow(0, 8 * HOUR, 9 * HOUR), WeeklyWindow(1, 8 * HOUR, 9 * HOUR))}
        places = {"big": {"dwell_s": dwell_min * 60, **early}}
        settlements = tuple(replace(s, **places.get(s.settlement_id, {})) for s in dataset.settlements)
        rows = tuple(replace(row, length_m=5000) if row.to_id == "big" else row for row in dataset.roads.rows)
        return replace(dataset, settlements=settlements, roads=replace(dataset.roads, rows=rows))

    # Five minutes there, the stay, and five back to town come before the call that was announced for 9:40.
    just, more = (cancel(plan_tours(world(minutes), TOURS), ("one", 0)) for minutes in (5, 10))

    assert list_new(just)["big"] == (1, "one", "8:05")
    assert [(key, old.start_s, new.start_s) for key, old, new in just.moved] == [
        ("tuesday", 9 * HOUR + 40 * 60, 9 * HOUR + 55 * 60)
    ]
    assert list_new(more)["big"] is None


def test_a_visit_of_the_same_date_is_never_earlier_than_people_expect_it():
    buses = (
        build_bus(weekdays=WEEK),
        build_bus("two", shift=replace(build_bus().shift, end_s=12 * HOUR)),
    )

    cancelled = cancel(plan_tours(small_world(buses=buses), TOURS), ("one", 0))

    # The second village was announced for 11:30, when the other bus has to be on its way home.
    assert list_new(cancelled) == {"big": (0, "two", "9:00"), "small": (1, "one", "12:50")}


def test_the_wishes_of_a_stop_hold_for_replacements_but_its_lock_does_not():
    buses = (build_bus(weekdays=WEEK),)
    wishes = (StopWish("big", forbidden_weekdays=(1,)),)
    locks = (Lock("small", weekday=0, time_s=11 * HOUR + 30 * 60, bus_id="one", position=-1),)
    plan = plan_tours(small_world(buses=buses, stops=wishes, locks=locks), TOURS)

    cancelled = cancel(plan, ("one", 0))

    assert list_new(cancelled) == {"big": (2, "one", "12:50"), "small": (1, "one", "12:50")}


def test_the_calendar_says_who_is_cancelled_and_who_may_stand_in():
    calendar = ServiceCalendar(
        no_service=(DateSpan(day_after(1), day_after(1)),), extra_service=(ExtraDay(day_after(5), day_after(0)),)
    )

    plan = plan_tours(small_world(calendar=calendar), TOURS)
    cancelled = cancel(plan, ("one", 5))

    # The tour of Monday is driven on Saturday. On Tuesday nobody drives, and then it is Monday again.
    assert {visit.old.date for visit in cancelled.visits} == {day_after(5)}
    assert list_new(cancelled) == {"big": None, "small": None}
    with pytest.raises(InputError) as caught:
        cancel(plan, ("one", 0))
    assert [finding.code for finding in caught.value.findings] == ["cancel-no-tour"]


def test_a_school_that_is_closed_misses_nothing():
    calendar = ServiceCalendar(school_terms=(DateSpan(day_after(7), day_after(60)),))
    wishes = (StopWish("small", school_terms_only=True),)

    cancelled = cancel(plan_tours(small_world(calendar=calendar, stops=wishes), TOURS), ("one", 0))

    assert list_new(cancelled) == {"big": (1, "one", "12:50")}


def test_a_date_whose_roads_are_others_is_not_offered():
    closed = RoadChange(
        "flood", ChangeKind.CLOSED, BetweenPlaces(TOWN, "friday", ""), valid_from=day_after(8), valid_to=day_after(8)
    )
    plan, prepared = plan_tours(small_world(), TOURS)
    later = replace(prepared, dataset=replace(prepared.dataset, changes=(closed,)))

    cancelled = cancel((plan, later), ("one", 7))

    assert list_new(cancelled) == {"big": (9, "one", "12:50"), "small": None}


def test_a_stand_in_may_be_cancelled_too():
    planned = plan_tours(small_world(), TOURS)
    first = cancel(planned, ("one", 0))

    again = cancel((first.plan, planned[1]), ("one", 1))

    assert [
        (visit.settlement_id, (visit.new.date - day_after(0)).days if visit.new else None) for visit in again.visits
    ] == [
        ("tuesday", None),
        ("big", None),
    ]
    # What was laid over the plan before stays: small comes on Wednesday.
    assert [call.settlement_id for call in tours_of(again.plan, day_after(2))[0].calls] == ["wednesday", "small"]
    assert tours_of(again.plan, day_after(1)) == ()
    assert tours_of(again.plan, day_after(0)) == ()
    assert tours_of(again.plan, day_after(7)) == tours_of(planned[0], day_after(7))


@pytest.mark.parametrize(
    ("absences", "until", "error", "code"),
    [
        ((("nobody", 0),), None, UsageError, "cancel-unknown-bus"),
        ((("one", 5),), None, InputError, "cancel-no-tour"),
        ((("one", 5),), 6, InputError, "cancel-no-tours"),
        ((("one", 5),), 4, UsageError, "cancel-reversed"),
        ((("one", 0),), 31, UsageError, "cancel-too-long"),
    ],
)
def test_orders_that_make_no_sense_are_refused(absences, until, error, code):
    planned = plan_tours(small_world(), TOURS)

    with pytest.raises(error) as caught:
        cancel(planned, *absences, until=until)

    assert [finding.code for finding in caught.value.findings] == [code]


def test_a_vehicle_that_never_drives_has_no_date_to_name():
    buses = (build_bus(weekdays=WEEK), build_bus("spare", weekdays=WEEK, spare=True))

    with pytest.raises(InputError) as caught:
        cancel(plan_tours(small_world(buses=buses), TOURS), ("spare", 0))

    assert caught.value.findings[0].kind.hint == "It drives on no date within a year."


def random_area(seed):
    """Villages on a plain, one to three buses, and tours of the nearest ones; some days stay free."""
    draw = random.Random(seed)
    names = [f"v{number}" for number in range(draw.randint(5, 8))]
    spots = {name: (draw.choice([-1, 1]) * draw.randint(5, 50), draw.randint(-50, 50)) for name in names} | {
        TOWN: (0, 0)
    }
    roads = [
        build_road(
            one,
            two,
            max(1, round(((spots[one][0] - spots[two][0]) ** 2 + (spots[one][1] - spots[two][1]) ** 2) ** 0.5)),
        )
        for one, two in combinations(sorted(spots), 2)
    ]
    buses = [
        build_bus(f"b{number}", weekdays=WEEK, spare=number == 2, replacement_weekdays=draw.choice([(), (5,)]))
        for number in range(draw.randint(1, 3))
    ]
    villages = [build_village(name, population=draw.choice([50, 300, 900])) for name in names]
    dataset = build_dataset(villages, roads, scenario=build_scenario(buses=tuple(buses)))
    tours = {}
    for name in names:
        key = (draw.choice([bus.bus_id for bus in buses if not bus.spare]), draw.randint(0, 2))
        if len(tours.setdefault(key, [])) < 3:
            tours[key].append(name)
    return plan_tours(dataset, tours), draw


@pytest.mark.parametrize("seed", range(20))
def test_no_tour_breaks_a_rule_and_nothing_lies_outside_its_dates(seed):
    (plan, prepared), draw = random_area(seed)
    tour = draw.choice(plan.tours)
    until = draw.choice([None, tour.day + draw.randint(0, 10)])

    cancelled = cancel((plan, prepared), (tour.bus_id, tour.day), until=until)

    assert list(check_stand_ins(gather_evidence(cancelled.plan, prepared))) == []
    tolerance_s = prepared.dataset.scenario.promises.tolerance_s
    assert all(abs(old.start_s - new.start_s) <= tolerance_s for _, old, new in cancelled.moved)
    for visit in cancelled.visits:
        for one in [*([visit.chosen] if visit.chosen else []), *visit.others]:
            assert visit.old.date <= one.visit.date < visit.missed.until
    dates = {period.first for period in cancelled.plan.periods}
    assert dates <= {visit.old.date for visit in cancelled.visits} | {
        visit.new.date for visit in cancelled.visits if visit.new
    }
    promised = sorted(
        (call.settlement_id, day)
        for day in map(day_after, range(28))
        for one in tours_of(plan, day)
        for call in one.calls
    )
    kept = [
        (call.settlement_id, day)
        for day in map(day_after, range(28))
        for one in tours_of(cancelled.plan, day)
        for call in one.calls
    ]
    missing = {(visit.settlement_id, visit.old.date) for visit in cancelled.visits}
    come = [(visit.settlement_id, visit.new.date) for visit in cancelled.visits if visit.new]
    assert sorted(kept) == sorted([one for one in promised if one not in missing] + come)
    again = cancel((plan, prepared), (tour.bus_id, tour.day), until=until)
    assert list_cancel_facts(again) == list_cancel_facts(cancelled)


def search_all(search, slots):
    """The least that any choice of slots and orders costs, and the waiting of those that are left out."""
    best = {}
    for slot in slots:
        key, calls = (slot.day, slot.bus), tuple(range(len(slot.calls)))
        best[key] = {(): 0}
        for size in range(1, len(slot.room) + 1):
            for some in combinations(sorted(slot.room), size):
                orders = permutations((*calls, *(~number for number in some)))
                timed = [
                    one
                    for order in orders
                    if [c for c in order if c >= 0] == list(calls) and (one := search.time(slot, order))
                ]
                if timed:
                    best[key][some] = min(one.price for one in timed)
    waits = [one.price(one.until) for one in search.missed]
    least = sum(waits)
    for choice in product(*(best[key].items() for key in best)):
        taken = [number for some, _ in choice for number in some]
        if len(taken) == len(set(taken)):
            saved = sum(
                search.missed[number].price(key[0]) - waits[number]
                for key, (some, _) in zip(best, choice, strict=True)
                for number in some
            )
            least = min(least, sum(waits) + saved + sum(price for _, price in choice))
    return least


@pytest.mark.parametrize("seed", range(30))
def test_no_other_choice_of_dates_and_orders_costs_less(seed):
    (plan, prepared), draw = random_area(seed)
    tour = draw.choice([one for one in plan.tours if len(one.calls) == max(len(tour.calls) for tour in plan.tours)])
    around = Surroundings(plan, prepared, frozenset({(tour.bus_id, day_after(tour.day))}), day_after(tour.day))
    search = StandInSearch(prepared.problem, around.weigh_missed(), tolerance_s=900, moved=100)
    slots = around.list_slots()[:4]

    found = search.run(slots)

    taken = {number: one.slot.day for one in found.takeovers for number in one.taken}
    waited = sum(one.price(taken.get(number, one.until)) for number, one in enumerate(search.missed))
    assert found.whole
    assert sum(one.price for one in found.takeovers) + waited == search_all(search, slots)
