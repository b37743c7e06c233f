"""Rule by rule: a tiny area where the rule binds, what is served at best, and a checker that agrees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import (
    DRIVING,
    MEAL,
    MONDAY,
    TOWN,
    build_bus,
    build_dataset,
    build_road,
    build_rules,
    build_scenario,
    build_star,
    build_village,
    build_weights,
)

from bibliobus.domain.fleet import DrivingRules, MealBreak, Shift
from bibliobus.domain.scenario import Curfew, Lock, RhythmRule, StopWish
from bibliobus.domain.watch import UNWATCHED
from bibliobus.inputs.area import Dataset
from bibliobus.model.area import prepare_area
from bibliobus.plan.build import assemble_plan
from bibliobus.plan.plan import Plan, Standing
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.backends import SOLVERS
from bibliobus.solve.solver import SearchOptions
from bibliobus.solve.times.align import align_times
from bibliobus.words.language import HOUR_S, MINUTE_S, parse_clock

every_solver = pytest.mark.parametrize("name", sorted(SOLVERS))
TWO_DAYS = build_bus(weekdays=(0, 1))


def plan_area(dataset: Dataset, name: str, iterations: int = 20) -> Plan:
    """Plan an area and check that every rule is kept."""
    prepared = prepare_area(dataset)
    options = SearchOptions(1, iterations)
    found = SOLVERS[name].solve(prepared.problem, options, UNWATCHED)
    solution = align_times(prepared.problem, found, seed=1)
    plan = assemble_plan(prepared, solution, solver=name, options=options, language="en")
    assert verify_plan(gather_evidence(plan, prepared)).findings == ()
    return plan


def list_tours(plan: Plan) -> list[tuple[int, str, str]]:
    """Day, bus and calls of each tour."""
    return [(tour.day, tour.bus_id, "".join(call.settlement_id for call in tour.calls)) for tour in plan.tours]


def star(names: str = "ab", **scenario: object) -> Dataset:
    """Villages 10 km from town by roads of their own; a has the fewest people, the next more, and so on."""
    dataset = build_star(dict.fromkeys(names, 10), scenario=build_scenario(**scenario))
    people = {name: 100 * (at + 1) for at, name in enumerate(names)}
    return replace(
        dataset,
        settlements=tuple(replace(one, population=people.get(one.settlement_id, 0)) for one in dataset.settlements),
    )


def work_bus(minutes: int, **shift: int) -> tuple[object, ...]:
    """One bus on Mondays that may work so many minutes."""
    return (build_bus(shift=Shift(8 * HOUR_S, 17 * HOUR_S, minutes * MINUTE_S, **shift)),)


@every_solver
@pytest.mark.parametrize(
    ("changes", "tours"),
    [
        # Each village alone takes 50 minutes, two together 100.
        ({}, [(0, "one", "ab")]),
        ({"buses": (build_bus(max_calls=1),)}, [(0, "one", "b")]),
        (
            {"buses": (build_bus(capacity=5),), "stops": (StopWish("a", load=5), StopWish("b", load=6))},
            [(0, "one", "a")],
        ),
        ({"buses": work_bus(100)}, [(0, "one", "ab")]),
        ({"buses": work_bus(100), "rules": build_rules(reserve_s=5 * MINUTE_S)}, [(0, "one", "b")]),
        ({"buses": work_bus(95)}, [(0, "one", "b")]),
        ({"buses": work_bus(95, overtime_s=5 * MINUTE_S)}, [(0, "one", "ab")]),
        ({"stops": (StopWish("b", weekdays=(1,)),)}, [(0, "one", "a")]),
        ({"stops": (StopWish("b", forbidden_weekdays=(0,)),)}, [(0, "one", "a")]),
        ({"buses": (build_bus(weekdays=(0, 1), days_off=(MONDAY,)),)}, [(1, "one", "ab")]),
        ({"curfews": (Curfew(0, 24 * HOUR_S, ("b",)),)}, [(0, "one", "a")]),
        (
            {"curfews": (Curfew(parse_clock("15:00"), parse_clock("11:00"), ("b",), (), (), MONDAY, MONDAY),)},
            [(0, "one", "ab")],
        ),
        (
            {"buses": (TWO_DAYS,), "locks": (Lock("a", weekday=1),), "weights": build_weights(bus_day=9.0)},
            [(1, "one", "ab")],
        ),
        ({"locks": (Lock("b", position=1), Lock("a", position=-1))}, [(0, "one", "ba")]),
        ({"buses": work_bus(55), "locks": (Lock("a"),)}, [(0, "one", "a")]),
        ({"buses": (build_bus(), build_bus("two")), "locks": (Lock("a", bus_id="two"),)}, [(0, "two", "ab")]),
    ],
)
def test_a_rule_binds(name, changes, tours):
    plan = plan_area(star(**{"weights": build_weights(bus_day=9.0), **changes}), name)

    found = list_tours(plan)
    if "locks" not in changes or all(lock.position is None for lock in changes["locks"]):
        found = [(day, bus, "".join(sorted(calls))) for day, bus, calls in found]
    assert found == tours


@every_solver
def test_a_locked_time_is_kept(name):
    plan = plan_area(star(locks=(Lock("a", time_s=parse_clock("11:20")),)), name)

    (tour,) = plan.tours
    assert [call.start_s for call in tour.calls if call.settlement_id == "a"] == [parse_clock("11:20")]


@every_solver
def test_a_week_is_kept_in_the_rhythm(name):
    dataset = star(weeks=2, locks=(Lock("a", week=2),), rules=build_rules())
    villages = tuple(replace(one, rhythm_weeks=2) for one in dataset.settlements)

    plan = plan_area(replace(dataset, settlements=villages), name)

    assert [tour.day for tour in plan.tours if "a" in [call.settlement_id for call in tour.calls]] == [7]


@every_solver
def test_equal_days_are_cheapest_with_a_weight_for_balance(name):
    # Three of the four fit one day, which is what one long and one short day would hold.
    shift = Shift(8 * HOUR_S, 17 * HOUR_S, 150 * MINUTE_S)
    even = star("abcd", buses=(replace(TWO_DAYS, shift=shift),), weights=build_weights(balance=10.0))

    plan = plan_area(even, name, iterations=60)

    assert [len(tour.calls) for tour in plan.tours] == [2, 2]
    assert plan.figures["spread_s"] == 0


@every_solver
@pytest.mark.parametrize("balance", [0.5, 20.0, 200.0])
def test_balance_spreads_work_over_the_days_that_are_needed_and_opens_no_other(name, balance):
    # Nine villages of 50 minutes, at most four a day: three days of the eight, by squares alone all eight.
    shift = Shift(8 * HOUR_S, 17 * HOUR_S, 200 * MINUTE_S)
    buses = (build_bus(weekdays=(0, 1, 2, 3), shift=shift),)
    rules = build_rules(rhythm=(RhythmRule(0, 2),))
    even = star("abcdefghi", weeks=2, buses=buses, rules=rules, weights=build_weights(bus_day=9.0, balance=balance))

    plan = plan_area(even, name, iterations=60)

    assert [len(tour.calls) for tour in plan.tours] == [3, 3, 3]
    assert plan.figures["spread_s"] == 0


@every_solver
def test_overtime_is_worked_only_where_it_is_worth_its_price(name):
    # Forty minutes of overtime, 5 minutes for each: 200 minutes for two people.
    bus = work_bus(60, overtime_s=HOUR_S)
    dear = star(buses=bus, weights=build_weights(need=0.6, overtime_hour=300.0))
    cheap = star(buses=bus, weights=build_weights(need=0.6, overtime_hour=0.0))

    assert [calls for _, _, calls in list_tours(plan_area(dear, name))] == ["b"]
    assert sorted(list_tours(plan_area(cheap, name))[0][2]) == ["a", "b"]


@every_solver
def test_a_driver_rests_at_a_far_village(name):
    eu = DrivingRules("eu_561", 9 * HOUR_S, 270 * MINUTE_S, 45 * MINUTE_S, (15 * MINUTE_S, 30 * MINUTE_S))
    bus = build_bus(driving_rules=eu, meal_break=MealBreak(30 * MINUTE_S, MEAL.earliest_s, MEAL.latest_s))

    plan = plan_area(build_star({"far": 140}, scenario=build_scenario(buses=(bus,))), name)

    (tour,) = plan.tours
    assert [(rest.place_id, rest.end_s - rest.start_s) for rest in tour.rests] == [("far", 15 * MINUTE_S)]


@st.composite
def areas(draw) -> Dataset:
    """Draw an area of four villages and two weeks with some of the rules switched on."""
    names = "abcd"
    weekdays = st.lists(st.integers(0, 1), max_size=1).map(tuple)
    villages = [
        build_village(name, population=draw(st.integers(20, 300)), rhythm_weeks=draw(st.sampled_from([1, 2])))
        for name in names
    ]
    roads = [build_road(TOWN, name, draw(st.integers(5, 120))) for name in names]
    roads += [build_road("a", "b", 15), build_road("c", "d", 25)]
    shift = Shift(8 * HOUR_S, 17 * HOUR_S, draw(st.integers(3, 8)) * HOUR_S, draw(st.sampled_from([0, HOUR_S])))
    limits = [None, DRIVING, replace(DRIVING, max_unbroken_s=100 * MINUTE_S, split_break_s=(900, 1800))]
    buses = tuple(
        build_bus(
            bus_id,
            weekdays=(0, 1),
            shift=shift,
            meal_break=draw(st.sampled_from([None, MEAL])),
            driving_rules=draw(st.sampled_from(limits)),
            days_off=tuple(MONDAY + timedelta(days=day) for day in draw(st.sampled_from([(), (0,), (7, 8)]))),
            max_calls=draw(st.sampled_from([None, 2])),
            capacity=draw(st.sampled_from([None, 4])),
        )
        for bus_id in ("one", "two")[: draw(st.integers(1, 2))]
    )
    stops = tuple(StopWish(name, draw(weekdays), (), draw(st.integers(0, 3))) for name in names if draw(st.booleans()))
    curfews = tuple(
        Curfew(hours[0] * HOUR_S, hours[1] * HOUR_S, (name,), first=MONDAY + timedelta(days=since), margin_s=900)
        for name, hours, since in draw(
            st.lists(
                st.tuples(st.sampled_from(names), st.sampled_from([(15, 11), (21, 5), (9, 13)]), st.integers(-1, 8)),
                max_size=2,
            )
        )
    )
    rules = build_rules(reserve_s=draw(st.sampled_from([0, 20 * MINUTE_S])))
    weights = build_weights(balance=draw(st.sampled_from([0.0, 2.0])), bus_day=20.0, km=0.5, small_village=2.0)
    scenario = build_scenario(2, buses=buses, stops=stops, curfews=curfews, rules=rules, weights=weights)
    return build_dataset(villages, roads, scenario=scenario)


@every_solver
@settings(max_examples=15, deadline=None, derandomize=True)
@given(dataset=areas())
def test_with_any_rules_switched_on_every_plan_verifies_and_accounts_for_each_settlement_once(name, dataset):
    plan = plan_area(dataset, name, iterations=8)

    assert [account.settlement_id for account in plan.accounts] == [one.settlement_id for one in dataset.settlements]
    called = {call.settlement_id for tour in plan.tours for call in tour.calls}
    assert called == {one.settlement_id for one in plan.accounts if one.standing is Standing.SERVED}


@every_solver
@settings(max_examples=5, deadline=None, derandomize=True)
@given(dataset=areas())
def test_other_names_with_the_same_ids_change_nothing_but_names(name, dataset):
    renamed = replace(
        dataset,
        settlements=tuple(replace(one, name_uk=f"Інше {at}") for at, one in enumerate(dataset.settlements)),
        scenario=replace(
            dataset.scenario, buses=tuple(replace(bus, name=f"X {bus.bus_id}") for bus in dataset.scenario.buses)
        ),
    )

    plans = [leave_out_names(plan_area(area, name, iterations=8)) for area in (renamed, dataset)]
    assert plans[0] == plans[1]


def leave_out_names(plan: Plan) -> Plan:
    """Plan whose reasons say numbers only."""
    numbers = [
        account.reason and {key: value for key, value in account.reason.values.items() if isinstance(value, int)}
        for account in plan.accounts
    ]
    accounts = tuple(
        replace(account, reason=account.reason and replace(account.reason, values=values))
        for account, values in zip(plan.accounts, numbers, strict=True)
    )
    return replace(plan, accounts=accounts)
