"""Breaks for the driver beside the meal: whole or in two parts, in the plan, its file and its rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made import Made
from plan_rows import BASE, at, call, leg, pause
from worlds import MEAL, TOWN, build_bus, build_dataset, build_road, build_scenario, build_star, build_village

from bibliobus.domain.fleet import DrivingRules
from bibliobus.inputs.norms import read_driving_rules
from bibliobus.model.area import PreparedArea, prepare_area
from bibliobus.plan.build import assemble_plan
from bibliobus.plan.plan import Pause, Plan, Tour
from bibliobus.plan.store import format_plan, parse_plan
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.tours import check_crew
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.ortools.stage import OrtoolsStage
from bibliobus.solve.solver import SearchOptions
from bibliobus.view.days import Doing
from bibliobus.words.language import HOUR_S, MINUTE_S

EU = {rules.name: rules for rules in read_driving_rules()}["eu_561"]


def plan_far_village(rules: DrivingRules, **meal: object) -> tuple[Plan, PreparedArea]:
    """Plan a village 140 km away: 280 minutes of driving there and back."""
    bus = build_bus(driving_rules=rules, meal_break=replace(MEAL, **meal) if meal else None)
    prepared = prepare_area(build_star({"far": 140}, scenario=build_scenario(buses=(bus,))))
    options = SearchOptions(iterations=2)
    solution = OrtoolsStage().solve(prepared.problem, options, lambda progress: None)
    return assemble_plan(prepared, solution, solver="ortools", options=options, language="en"), prepared


def rest(place_id: str, start: str, end: str) -> Pause:
    """Break for the driver."""
    return replace(pause(place_id, start, end), is_meal=False)


def test_the_rules_of_the_table_are_those_of_their_sources():
    ua, eu = read_driving_rules()

    assert ua == DrivingRules("ua_340", 9 * HOUR_S, 270 * MINUTE_S, 45 * MINUTE_S, None, 4 * HOUR_S)
    assert eu == DrivingRules("eu_561", 9 * HOUR_S, 270 * MINUTE_S, 45 * MINUTE_S, (15 * MINUTE_S, 30 * MINUTE_S))


@pytest.mark.parametrize(("meal", "lengths"), [({}, [45]), ({"duration_s": 30 * MINUTE_S}, [15])])
def test_a_plan_with_a_break_for_the_driver_keeps_every_rule_and_its_file_can_be_read(meal, lengths):
    plan, prepared = plan_far_village(EU, **meal)

    report = verify_plan(gather_evidence(plan, prepared))

    (tour,) = plan.tours
    assert [(row.end_s - row.start_s) // MINUTE_S for row in tour.rests] == lengths
    assert len(tour.pauses) == len(meal)
    assert report.findings == ()
    assert '"kind": "rest"' in format_plan(plan)
    assert parse_plan(format_plan(plan)) == plan


def test_a_break_for_the_driver_is_shown_as_one_and_paid():
    plan, prepared = plan_far_village(EU)

    (day,) = Made(plan, prepared.dataset).view().days

    assert [row.doing for row in day.rows].count(Doing.REST) == 1
    assert Doing.MEAL not in [row.doing for row in day.rows]
    assert day.work_s == (280 + 30 + 45) * MINUTE_S


DAY = [
    leg(BASE, "a", "08:00", "10:30", 150),
    call("a", "10:30", "11:00"),
    leg("a", "b", "11:15", "12:45", 90),
    call("b", "12:45", "13:15"),
    leg("b", BASE, "13:45", "15:45", 120),
]


@pytest.mark.parametrize(
    ("rests", "codes"),
    [
        # 150, 90 and 120 minutes of driving; 270 are allowed without a break.
        ((), ["driving-unbroken"]),
        ((rest("a", "11:00", "11:15"), rest("b", "13:15", "13:45")), []),
        ((rest("b", "13:15", "13:45"),), ["driving-unbroken"]),
        ((rest("a", "11:00", "11:15"), rest("b", "13:15", "13:40")), ["driving-unbroken"]),
        ((rest("b", "12:45", "13:30"),), []),
    ],
)
def test_a_break_counts_whole_or_as_a_first_and_a_second_part(rests, codes):
    bus = build_bus(driving_rules=EU)
    roads = [build_road(TOWN, "a", 150), build_road("a", "b", 90), build_road("b", TOWN, 120)]
    villages = [build_village("a"), build_village("b")]
    prepared = prepare_area(build_dataset(villages, roads, scenario=build_scenario(buses=(bus,))))
    plan, _ = plan_far_village(EU)
    tour = Tour(
        "one", 0, tuple(sorted([*DAY, *rests], key=lambda row: getattr(row, "start_s", getattr(row, "leave_s", 0))))
    )

    found = [kind.code for kind, _ in check_crew(gather_evidence(plan, prepared), tour, bus)]

    assert found == codes


def test_a_meal_before_leaving_is_never_too_late():
    rules = replace(EU, max_before_break_s=HOUR_S)
    bus = build_bus(driving_rules=rules, meal_break=MEAL)
    prepared = prepare_area(build_star({"a": 10}, scenario=build_scenario(buses=(bus,))))
    plan, _ = plan_far_village(EU)
    rows = (pause(BASE, "11:30", "12:15"), leg(BASE, "a", "12:15", "12:25", 10), call("a", "12:25", "13:30"))
    tour = Tour("one", 0, (*rows, leg("a", BASE, "13:30", "13:40", 10)))

    found = [kind.code for kind, _ in check_crew(gather_evidence(plan, prepared), tour, bus)]

    assert at("11:30") < tour.leave_s
    assert found == []
