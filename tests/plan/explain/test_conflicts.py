"""Tiny areas whose locks contradict something, and the smallest set of facts that says what."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from areas import say
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
)

from bibliobus.domain.calendar import WeeklyWindow
from bibliobus.domain.fleet import Shift
from bibliobus.domain.scenario import Curfew, Lock, StopWish
from bibliobus.findings import InfeasibleError
from bibliobus.model.area import prepare_area
from bibliobus.plan.explain import conflicts
from bibliobus.plan.explain.conflicts import can_serve_locked, find_conflicts
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.plan import make_plan
from bibliobus.words.language import HOUR_S, MINUTE_S, parse_clock


def tell(dataset, **options: bool) -> list[str]:
    """Facts of the contradictions in English, each with its place."""
    found = say(find_conflicts(prepare_area(dataset), **options))
    return [" | ".join(text.split(" | ")[:2]) for text in found]


def star(distances_km=None, *, village=None, **scenario):
    """Villages around the town, a and b 10 km away."""
    return build_star(distances_km or {"a": 10, "b": 10}, scenario=build_scenario(**scenario), **(village or {}))


ONE = "scenario.toml:locks[1] | Contradiction 1: Село a must be served, for it is locked."


@pytest.mark.parametrize(
    ("dataset", "facts"),
    [
        (
            star(locks=(Lock("a", weekday=2),)),
            [
                "scenario.toml:locks[1].weekday | Contradiction 1: Село a is locked to this weekday: Wednesday.",
                "scenario.toml:buses[1].weekdays | Contradiction 1: Bus one is in service on these weekdays: Monday.",
            ],
        ),
        (
            star(locks=(Lock("a", time_s=parse_clock("18:00")),)),
            [
                "scenario.toml:locks[1].time | Contradiction 1: Село a is locked to 18:00.",
                "scenario.toml:buses[1].shift | Contradiction 1: the shift of Bus one is from 08:00 to 17:00.",
            ],
        ),
        (
            star(
                locks=(Lock("a", time_s=parse_clock("12:00")),),
                village={"windows": (WeeklyWindow(0, 9 * HOUR_S, 11 * HOUR_S),)},
            ),
            [
                "scenario.toml:locks[1].time | Contradiction 1: Село a is locked to 12:00.",
                "settlements:windows a | Contradiction 1: Село a may be visited only at these times: Mon 09:00-11:00.",
            ],
        ),
        (
            star(locks=(Lock("a"),), curfews=(Curfew(7 * HOUR_S, 18 * HOUR_S, ("a",), margin_s=1800),)),
            [
                "scenario.toml:curfews[1] | "
                "Contradiction 1: at Село a a curfew holds 07:00-18:00, with a margin of 30\xa0min.",
                "scenario.toml:buses[1].shift | Contradiction 1: the shift of Bus one is from 08:00 to 17:00.",
            ],
        ),
        (
            star(locks=(Lock("a", time_s=parse_clock("16:30")),), rules=build_rules(before_sunset_s=HOUR_S)),
            [
                "scenario.toml:locks[1].time | Contradiction 1: Село a is locked to 16:30.",
                "scenario.toml:rules.before_sunset_min | "
                "Contradiction 1: stays at Село a have to end before sunset, on some weekdays by 16:17.",
            ],
        ),
        (
            star(locks=(Lock("a", weekday=0),), stops=(StopWish("a", forbidden_weekdays=(0,)),)),
            [
                "scenario.toml:locks[1].weekday | Contradiction 1: Село a is locked to this weekday: Monday.",
                "scenario.toml:stops[1].forbidden_weekdays | "
                "Contradiction 1: Село a may not be visited on these weekdays: Monday.",
            ],
        ),
        (
            star(locks=(Lock("a"),), stops=(StopWish("a", weekdays=(3,)),)),
            [
                "scenario.toml:stops[1].weekdays | Contradiction 1: Село a may be visited on these weekdays: Thursday.",
                "scenario.toml:buses[1].weekdays | Contradiction 1: Bus one is in service on these weekdays: Monday.",
            ],
        ),
        (
            star(
                locks=(Lock("a", bus_id="one"),),
                village={"needs": ("ramp",)},
                buses=(build_bus(), build_bus("two", features=("ramp",))),
            ),
            [
                "scenario.toml:locks[1].bus | Contradiction 1: Село a is locked to Bus one.",
                "settlements:needs a | Contradiction 1: Село a needs a bus with: ramp.",
            ],
        ),
        (
            star({"a": 250}, locks=(Lock("a"),)),
            [
                "scenario.toml:buses[1].max_work_h | "
                "Contradiction 1: the crew of Bus one may work 8\xa0h\xa000\xa0min a day.",
            ],
        ),
        (
            star(locks=(Lock("a"),), stops=(StopWish("a", load=9),), buses=(build_bus(capacity=5),)),
            ["scenario.toml:buses[1].capacity | Contradiction 1: Bus one holds a load of 5."],
        ),
        (
            star(locks=(Lock("a"),), buses=(build_bus(days_off=(MONDAY,)),)),
            [
                "scenario.toml:buses[1].days_off | Contradiction 1: Bus one has days off in the cycle.",
                "scenario.toml:buses[1].weekdays | Contradiction 1: Bus one is in service on these weekdays: Monday.",
            ],
        ),
        (
            star(
                locks=(Lock("a", time_s=parse_clock("13:00")),),
                buses=(build_bus(meal_break=replace(MEAL, duration_s=4 * HOUR_S + 1800)),),
                village={"dwell_s": 4 * HOUR_S},
            ),
            [
                "scenario.toml:locks[1].time | Contradiction 1: Село a is locked to 13:00.",
                "scenario.toml:buses[1].shift | Contradiction 1: the shift of Bus one is from 08:00 to 17:00.",
            ],
        ),
        (
            build_dataset([build_village("a")], [], scenario=build_scenario(locks=(Lock("a"),))),
            ["a | Contradiction 1: no road leads a bus there and back."],
        ),
    ],
)
def test_a_lock_that_cannot_be_kept_alone_is_told_with_what_stands_against_it(dataset, facts):
    told = tell(dataset)

    assert sorted(told) == sorted([*facts, ONE])


def test_two_locks_that_exclude_each_other_are_told_together_without_the_third():
    dataset = star(
        {"a": 10, "b": 10, "c": 10},
        locks=(Lock("a", time_s=parse_clock("10:00")), Lock("c"), Lock("b", time_s=parse_clock("10:20"))),
    )

    told = tell(dataset)

    assert sorted(told) == sorted(
        [
            ONE,
            "scenario.toml:locks[3] | Contradiction 1: Село b must be served, for it is locked.",
            "scenario.toml:locks[1].time | Contradiction 1: Село a is locked to 10:00.",
            "scenario.toml:locks[3].time | Contradiction 1: Село b is locked to 10:20.",
            "scenario.toml:buses[1].weekdays | Contradiction 1: Bus one is in service on these weekdays: Monday.",
        ]
    )


def test_two_locks_for_the_same_place_in_the_order_contradict_each_other():
    locks = (Lock("a", weekday=0, position=1), Lock("b", weekday=0, position=1))

    told = tell(star(locks=locks))

    assert [text.split(" | ")[0].removeprefix("scenario.toml:") for text in told] == [
        "locks[2]",
        "locks[2].position",
        "locks[2].weekday",
        "locks[1]",
        "locks[1].position",
        "locks[1].weekday",
    ]


def test_each_lock_that_fails_alone_is_a_contradiction_of_its_own():
    told = tell(star(locks=(Lock("a", weekday=2), Lock("b", time_s=parse_clock("20:00")))))

    assert [text.split(" | ")[1][:15] for text in told] == ["Contradiction 1"] * 3 + ["Contradiction 2"] * 3


def test_driving_rules_are_counted_only_when_asked_for():
    # 5 hours there: nobody may drive so long at a stretch, but a further stop on the way could be a place to rest.
    bus = build_bus(driving_rules=replace(DRIVING, max_driving_s=12 * HOUR_S), shift=Shift(0, 24 * HOUR_S, 20 * HOUR_S))
    dataset = star({"a": 300}, locks=(Lock("a"),), buses=(bus,))

    assert tell(dataset) == []
    told = [
        "scenario.toml:buses[1].driving_rules | Contradiction 1: the driver of Bus one keeps the driving rules ua_340.",
    ]
    assert sorted(tell(dataset, with_driving=True)) == sorted([ONE, *told])


def test_plan_stops_before_it_searches():
    prepared = prepare_area(star(locks=(Lock("a", weekday=2),)))

    with pytest.raises(InfeasibleError) as caught:
        make_plan(prepared, options=SearchOptions(iterations=10**9))

    assert {finding.code for finding in caught.value.findings} == {"conflicting-fact"}
    hint = "All facts of contradiction 1 together cannot be kept. Change any one of them."
    assert all(text.endswith(hint) for text in say(caught.value.findings))


def test_a_lock_that_the_search_did_not_keep_is_told(monkeypatch):
    prepared = prepare_area(star(locks=(Lock("a"),)))
    monkeypatch.setattr("bibliobus.tasks.plan.find_conflicts", lambda prepared: ())
    monkeypatch.setattr(conflicts, "can_serve_locked", lambda problem: None)
    nobody = replace(prepared.problem, visits=tuple(replace(visit, buses=()) for visit in prepared.problem.visits))

    with pytest.raises(InfeasibleError) as caught:
        make_plan(replace(prepared, problem=nobody), options=SearchOptions(iterations=1))

    assert say(caught.value.findings) == [
        "a | Село a is locked, but no plan was found that serves it as its lock says. | "
        "Search longer with --iterations, or change the lock or what stands in its way."
    ]


def test_locks_that_can_be_kept_are_no_contradiction_and_are_kept():
    locks = (Lock("a", time_s=parse_clock("10:00"), position=-1), Lock("b", position=1))
    prepared = prepare_area(star({"a": 10, "b": 10, "c": 10}, locks=locks))

    plan = make_plan(prepared, options=SearchOptions(iterations=10))

    (tour,) = plan.tours
    assert [call.settlement_id for call in tour.calls] == ["b", "c", "a"]


def test_too_many_locks_on_one_day_leave_the_question_open_and_never_hang():
    names = "abcdefghijkl"
    prepared = prepare_area(star(dict.fromkeys(names, 10), locks=tuple(Lock(name) for name in names)))

    assert can_serve_locked(prepared.problem) in (None, True)


def test_more_choices_than_can_be_tried_leave_the_question_open():
    # Two calls a day and five days are ten places for eleven locks; there are some hundred thousand ways to see that.
    names = "abcdefghijk"
    buses = (build_bus(weekdays=(0, 1, 2, 3, 4), max_calls=2),)
    many = star(dict.fromkeys(names, 10), buses=buses, locks=tuple(Lock(name) for name in names))
    few = star(dict.fromkeys("abc", 10), buses=(build_bus(max_calls=2),), locks=tuple(Lock(name) for name in "abc"))

    assert can_serve_locked(prepare_area(many).problem) is None
    assert can_serve_locked(prepare_area(few).problem) is False


locks = st.builds(
    lambda name, weekday, step, position: Lock(name, weekday, None, step and step * 30 * MINUTE_S, None, position),
    name=st.sampled_from("abc"),
    weekday=st.sampled_from([None, 0, 1]),
    step=st.one_of(st.none(), st.integers(16, 34)),
    position=st.sampled_from([None, None, 1, -1]),
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(locks, min_size=1, max_size=3, unique_by=lambda lock: lock.settlement_id))
def test_what_is_told_is_a_contradiction_and_no_part_of_it_is(wishes):
    buses = (build_bus(weekdays=(0, 1), shift=Shift(8 * HOUR_S, 12 * HOUR_S, 4 * HOUR_S)),)
    roads = [build_road(TOWN, name, 20) for name in "abc"]
    villages = [build_village(name) for name in "abc"]
    dataset = build_dataset(villages, roads, scenario=build_scenario(buses=buses, locks=tuple(wishes)))

    prepared = prepare_area(dataset)
    found = find_conflicts(prepared)

    assert (can_serve_locked(prepared.problem) is False) == bool(found)
    numbers = {finding.values["number"] for finding in found}
    for number in numbers:
        group = [finding for finding in found if finding.values["number"] == number]
        named = [lock for lock in wishes if any(f"Село {lock.settlement_id} must" in text for text in say(group))]
        for few in combinations(named, len(named) - 1):
            fewer = replace(dataset, scenario=replace(dataset.scenario, locks=few))
            assert can_serve_locked(prepare_area(fewer).problem) is True
