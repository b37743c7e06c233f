"""Reasons are computed, and every one of them comes from an area that has no other."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from string import Formatter

import pytest
from worlds import (
    MEAL,
    build_bus,
    build_dataset,
    build_road,
    build_rules,
    build_scenario,
    build_star,
    build_village,
    build_weights,
)

from bibliobus.domain.calendar import WeeklyWindow
from bibliobus.domain.fleet import Bus, DrivingRules, Shift
from bibliobus.domain.scenario import Curfew, Scenario, StopWish
from bibliobus.inputs.area import Dataset
from bibliobus.model.area import PreparedArea, prepare_area
from bibliobus.plan.build import assemble_plan, check_retold
from bibliobus.plan.explain.alone import TIMED, leave_alone
from bibliobus.plan.explain.reasons import CHANGES, REASONS, describe_reason, describe_ways_out, explain_unserved
from bibliobus.plan.measure.figures import measure_plan
from bibliobus.plan.plan import Plan, Reason, Standing
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.facts import IMPOSSIBLE, SACRIFICED
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.solver import Ending, SearchOptions, Solution, Status
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.tasks.plan import make_plan
from bibliobus.words.language import HOUR_S, MINUTE_S, Language, parse_clock
from bibliobus.words.text import Name


@dataclass(frozen=True)
class Story:
    """An area, who is served in it on Monday, the reason for the one who is not, and its words."""

    dataset: Dataset
    reason: Reason
    words: str
    served: tuple[str, ...] = field(default=())


def alone(village_km: float, bus: Bus | None = None, **changes: object) -> Dataset:
    """Town, one bus, and the village “out” so many kilometres away."""
    return build_star({"out": village_km}, scenario=build_scenario(buses=(bus or build_bus(),)), **changes)


def window(weekday: int, start: str, end: str) -> tuple[WeeklyWindow, ...]:
    """One window."""
    return (WeeklyWindow(weekday, parse_clock(start), parse_clock(end)),)


def shift(start: str, end: str, work_min: int = 480) -> Shift:
    """Hours of a crew."""
    return Shift(parse_clock(start), parse_clock(end), work_min * MINUTE_S)


FOUR_HOURS = DrivingRules("short", 4 * HOUR_S, 4 * HOUR_S, 45 * MINUTE_S)
TUESDAY_RAMP = build_bus("ramp", weekdays=(1,), features=("ramp",))

TEN_MINUTES = {
    "change-dwell": 10 * MINUTE_S,
    "change-window-end": 10 * MINUTE_S,
    "change-window-start": 10 * MINUTE_S,
}
PRICE = {"bus": "Bus one", "more_work": 50 * MINUTE_S, "more_length": 20_000}
INSTEAD = {"longer": 20 * MINUTE_S, "instead": "in", "instead_people": 100, "instead_day": 0}
GONE = {"instead": "in", "instead_people": 100, "instead_day": 0}
NIGHT = Curfew(17 * HOUR_S, 9 * HOUR_S, settlements=("out",), margin_s=3 * HOUR_S)


def wished(*wishes: StopWish, **bus: object) -> Scenario:
    """One bus and wishes of villages."""
    return build_scenario(buses=(build_bus(**bus),), stops=wishes)


STORIES = {
    "no-day-left": Story(
        build_star({"out": 10}, scenario=wished(StopWish("out", forbidden_weekdays=(0,)))),
        Reason("no-day-left", True, {"change-weekday": 0}),
        "The weekdays and dates decided for this stop leave no day on which a bus could come.",
    ),
    # From 12:00, three hours after the curfew, to 14:00, three hours before the next one.
    "curfew": Story(
        build_star({"out": 10}, scenario=build_scenario(curfews=(NIGHT,)), dwell_s=3 * HOUR_S),
        Reason(
            "curfew",
            True,
            {
                "needed": 180 * MINUTE_S,
                "limit": 120 * MINUTE_S,
                "change-margin": 30 * MINUTE_S,
                "change-dwell": 60 * MINUTE_S,
            },
        ),
        "The curfew and its safety margin leave 2\xa0h\xa000\xa0min at a stretch there; "
        "the bus has to stay 3\xa0h\xa000\xa0min.",
    ),
    # At 48° N, 37° E the sun sets at 17:17 on 2 March; the bus can be there from 16:50 on.
    "sunset": Story(
        build_star(
            {"out": 10},
            scenario=build_scenario(
                buses=(build_bus(shift=shift("16:40", "20:00")),), rules=build_rules(before_sunset_s=10 * MINUTE_S)
            ),
        ),
        Reason(
            "sunset",
            True,
            {
                "needed": 30 * MINUTE_S,
                "end": parse_clock("17:07"),
                "change-dwell": 15 * MINUTE_S,
                "change-shift-start": 15 * MINUTE_S,
                "change-sunset": 15 * MINUTE_S,
            },
        ),
        "Sunset comes too early, even for an empty bus: a stay of 30\xa0min has to end by 17:07 there.",
    ),
    "load-too-big": Story(
        build_star({"out": 10}, scenario=wished(StopWish("out", load=5), capacity=3)),
        Reason("load-too-big", True, {"load": 5, "capacity": 3, "change-capacity": 5}),
        "A visit takes 5 of the room on the bus; the biggest suitable bus has room for 3.",
    ),
    # 100 minutes each way; the only break that counts is three hours long.
    "unbroken-too-long": Story(
        alone(100, build_bus(driving_rules=DrivingRules("rest", 9 * HOUR_S, 95 * MINUTE_S, 180 * MINUTE_S))),
        Reason(
            "unbroken-too-long",
            True,
            {"needed": 200 * MINUTE_S, "limit": 95 * MINUTE_S, "change-unbroken": 5 * MINUTE_S},
        ),
        "Even alone, the trip takes 3\xa0h\xa020\xa0min of driving without a break that counts; "
        "the limit is 1\xa0h\xa035\xa0min.",
    ),
    # The meal may begin from 11:30, an hour after leaving at the latest; the tour takes 4 h 30 min. After a meal at
    # the depot the bus is back at 16:45; it leaves at 8:00 and eats after returning only with 4 h 30 min before it.
    "meal-too-late": Story(
        alone(
            120,
            build_bus(
                shift=shift("08:00", "14:00"),
                meal_break=MEAL,
                driving_rules=DrivingRules("early", 9 * HOUR_S, 9 * HOUR_S, 0, None, HOUR_S),
            ),
        ),
        Reason(
            "meal-too-late",
            True,
            {
                "limit": 60 * MINUTE_S,
                "change-meal-earlier": 165 * MINUTE_S,
                "change-shift-end": 165 * MINUTE_S,
                "change-before-meal": 210 * MINUTE_S,
            },
        ),
        "Even alone, the crew could not have its meal break within 1\xa0h\xa000\xa0min of leaving.",
    ),
    "day-calls": Story(
        build_star({"in": 30, "out": 10}, scenario=wished(max_calls=1)),
        Reason("day-calls", False, {"day": 0, "calls": 1, **PRICE, **GONE}),
        "It gave way to others: on every day it could join the bus already has as many calls as it may, "
        "such as 1 on Monday, week 1.",
        served=("in",),
    ),
    "day-load": Story(
        build_star({"in": 30, "out": 10}, scenario=wished(StopWish("in", load=2), StopWish("out", load=3), capacity=4)),
        Reason("day-load", False, {"day": 0, "load": 5, "capacity": 4, **PRICE, **GONE}),
        "It gave way to others: on the best day it could join (Monday, week 1) the load would be 5; "
        "the bus has room for 4.",
        served=("in",),
    ),
    # 240 minutes of driving are allowed: 200 for the one, 60 for the other.
    "day-driving": Story(
        build_star({"in": 100, "out": 30}, scenario=wished(driving_rules=FOUR_HOURS)),
        Reason(
            "day-driving",
            False,
            {
                "day": 0,
                "needed": 260 * MINUTE_S,
                "limit": 240 * MINUTE_S,
                "bus": "Bus one",
                "more_work": 90 * MINUTE_S,
                "more_length": 60_000,
                **GONE,
            },
        ),
        "It gave way to others: on the best day it could join (Monday, week 1) the bus would drive "
        "4\xa0h\xa020\xa0min; the limit is 4\xa0h\xa000\xa0min a day.",
        served=("in",),
    ),
    # From one to the other it is 110 minutes without a place to rest; 100 are allowed.
    "day-unbroken": Story(
        build_star(
            {"in": 50, "out": 60},
            scenario=wished(driving_rules=DrivingRules("rest", 9 * HOUR_S, 100 * MINUTE_S, 10 * MINUTE_S)),
        ),
        Reason(
            "day-unbroken",
            False,
            {
                "day": 0,
                "limit": 100 * MINUTE_S,
                "bus": "Bus one",
                "more_work": 150 * MINUTE_S,
                "more_length": 120_000,
                **GONE,
            },
        ),
        "It gave way to others: on the best day it could join (Monday, week 1) the bus would drive longer than "
        "1\xa0h\xa040\xa0min without a break that counts.",
        served=("in",),
    ),
    # the empty bus would have time for it, it is worth much, and still the solution leaves it out
    "room-left": Story(
        alone(10),
        Reason("room-left", False, {"day": 0, **PRICE}),
        "There is room for it on Monday, week 1, and the visit would be worth its price; the search did not find "
        "that. Plan again with more iterations.",
    ),
    "no-bus-with-feature": Story(
        alone(10, needs=("4x4",)),
        Reason("no-bus-with-feature", True, {"change-feature": "4x4"}),
        "No bus has every feature this stop needs.",
    ),
    "no-common-weekday": Story(
        alone(10, windows=window(1, "09:00", "15:00")),
        Reason("no-common-weekday", True, {"change-weekday": 0}),
        "No bus is out on a weekday on which this stop is open.",
    ),
    "no-road": Story(
        build_dataset([build_village("out")], [build_road("town", "elsewhere", 5)]),
        Reason("no-road", True),
        "No road leads there from a depot and back for any suitable bus.",
    ),
    "window-too-short": Story(
        alone(10, windows=window(0, "09:00", "09:20")),
        Reason("window-too-short", True, {"needed": 30 * MINUTE_S, "limit": 20 * MINUTE_S, **TEN_MINUTES}),
        "The bus has to stay 30\xa0min, but the longest time allowed there is 20\xa0min.",
    ),
    # 250 minutes there, 30 minutes of service, 250 minutes back
    "work-too-long": Story(
        alone(250),
        Reason(
            "work-too-long", True, {"needed": 530 * MINUTE_S, "limit": 480 * MINUTE_S, "change-work": 50 * MINUTE_S}
        ),
        "Even alone, the trip there and back takes 8\xa0h\xa050\xa0min of work; "
        "the limit is 8\xa0h\xa000\xa0min a day.",
    ),
    "driving-too-long": Story(
        alone(125, build_bus(driving_rules=FOUR_HOURS)),
        Reason(
            "driving-too-long",
            True,
            {"needed": 250 * MINUTE_S, "limit": 240 * MINUTE_S, "change-driving": 10 * MINUTE_S},
        ),
        "Even alone, the trip there and back takes 4\xa0h\xa010\xa0min of driving; "
        "the limit is 4\xa0h\xa000\xa0min a day.",
    ),
    "outside-shift": Story(
        alone(10, windows=window(0, "05:00", "06:00")),
        # From the depot at 8:00 the bus is there at 8:10 and done at 8:40; for a stay from 5:30 it leaves at 5:20.
        Reason("outside-shift", True, {"change-shift-start": 160 * MINUTE_S, "change-window-end": 160 * MINUTE_S}),
        "Even alone, the bus cannot be there at the allowed times within its shift.",
    ),
    # 60 + 30 + 60 minutes fill the shift; the break must begin inside it
    "break-in-the-way": Story(
        alone(
            60,
            build_bus(shift=shift("11:30", "14:00"), meal_break=replace(MEAL, latest_s=parse_clock("13:30"))),
        ),
        Reason(
            "break-in-the-way",
            True,
            {
                "change-meal-later": 30 * MINUTE_S,
                "change-shift-start": 30 * MINUTE_S,
                "change-meal-earlier": 45 * MINUTE_S,
            },
        ),
        "Even alone, the bus cannot be there at the allowed times beside the meal break.",
    ),
    "rules-together": Story(
        alone(125, build_bus(driving_rules=FOUR_HOURS), windows=window(0, "05:00", "06:00")),
        # For a stay from 5:30 the bus leaves at 3:25; it drives 250 minutes.
        Reason(
            "rules-together",
            True,
            {
                "together-shift-start": 275 * MINUTE_S,
                "together-driving": 10 * MINUTE_S,
                "limit-shift-start": parse_clock("08:00"),
                "limit-driving": 240 * MINUTE_S,
            },
        ),
        "Even alone, no day keeps all rules at once. It would take: leaving at 03:25 (the shift begins at 08:00); "
        "4\xa0h\xa010\xa0min of driving (4\xa0h\xa000\xa0min allowed).",
    ),
    # 30 + 30 + 30 minutes for the one, 10 + 30 + 10 for the other
    "day-full": Story(
        build_star(
            {"in": 30, "out": 10}, scenario=build_scenario(buses=(build_bus(shift=shift("08:00", "17:00", 120)),))
        ),
        Reason("day-full", False, {"day": 0, "needed": 140 * MINUTE_S, "limit": 120 * MINUTE_S, **PRICE, **INSTEAD}),
        "It gave way to others: the shortest day it could join (Monday, week 1) would take 2\xa0h\xa020\xa0min "
        "of work; the limit is 2\xa0h\xa000\xa0min.",
        served=("in",),
    ),
    "day-past-shift": Story(
        build_star({"in": 30, "out": 10}, scenario=build_scenario(buses=(build_bus(shift=shift("08:00", "10:00")),))),
        Reason(
            "day-past-shift",
            False,
            {"day": 0, "back": parse_clock("10:20"), "end": parse_clock("10:00"), **PRICE, **INSTEAD},
        ),
        "It gave way to others: on the best day it could join (Monday, week 1) the bus would be back at 10:20; "
        "the shift ends at 10:00.",
        served=("in",),
    ),
    # the empty bus would have time for it, and still the solution leaves it out
    "costs-more": Story(
        build_star({"out": 10}, scenario=build_scenario(weights=build_weights(need=0.1))),
        Reason("costs-more", False, {"day": 0, **PRICE}),
        "There would be room on the best day it could join (Monday, week 1), but by the weights of the scenario "
        "the visit costs more than it is worth.",
    ),
    "day-times-clash": Story(
        build_star({"in": 30, "out": 10}, windows=window(0, "09:00", "09:30")),
        Reason("day-times-clash", False),
        "It gave way to others: on every possible day its times clash with those of other stops.",
        served=("in",),
    ),
}


def explain(dataset: Dataset, served: tuple[str, ...] = ()) -> dict[str, Reason]:
    """Reasons by settlement when the bus calls at some villages on Monday and nowhere else."""
    prepared = prepare_area(dataset)
    names = [visit.settlement_id for visit in prepared.demand.visits]
    scheduler = Scheduler(prepared.problem)
    timing = scheduler.time_tour(0, 0, [names.index(name) for name in served]) if served else None
    unserved = tuple(at for at, name in enumerate(names) if name not in served)
    tours = (timing.tour,) if timing else ()
    solution = Solution(tours, unserved, 0, None, Status.FEASIBLE, Ending.BUDGET)
    return {names[at]: reason for at, reason in explain_unserved(prepared, solution).items()}


def test_every_reason_has_a_story():
    assert STORIES.keys() == REASONS.keys()


@pytest.mark.parametrize("code", STORIES)
def test_a_reason_is_found_with_its_numbers(code):
    story = STORIES[code]

    reasons = explain(story.dataset, story.served)

    assert reasons == {"out": story.reason}
    assert story.reason.code == code


@pytest.mark.parametrize("code", STORIES)
def test_a_reason_has_words(code):
    story = STORIES[code]

    assert describe_reason(story.reason).render(Language("en")) == story.words
    assert "{" not in describe_reason(story.reason).render(Language("uk"))


WAYS_OUT = {
    ("change-feature", "4x4; ramp"): "It could be served if a bus had what it lacks: 4x4; ramp.",
    ("change-weekday", 2): "It could be served if the bus came on another weekday, Wednesday.",
    ("change-capacity", 5): "It could be served if a bus had room for 5.",
    ("change-work", 1500): "It could be served if a working day could be 25\xa0min longer.",
    ("change-shift-start", 1500): "It could be served if the shift began 25\xa0min earlier.",
    ("change-shift-end", 1500): "It could be served if the shift ended 25\xa0min later.",
    ("change-driving", 1500): "It could be served if a driver could drive 25\xa0min longer a day.",
    ("change-unbroken", 1500): "It could be served if a driver could drive 25\xa0min longer without a break.",
    ("change-meal-earlier", 1500): "It could be served if the meal break could begin 25\xa0min earlier.",
    ("change-meal-later", 1500): "It could be served if the meal break could begin 25\xa0min later.",
    ("change-before-meal", 1500): "It could be served if the meal break could come 25\xa0min later after leaving.",
    ("change-window-start", 1500): "It could be served if the bus could be open there 25\xa0min earlier.",
    ("change-window-end", 1500): "It could be served if the bus could be open there 25\xa0min longer.",
    ("change-sunset", 1500): "It could be served if the rule about sunset let stays end 25\xa0min later.",
    ("change-margin", 1500): "It could be served if the safety margin of the curfew were 25\xa0min shorter.",
    ("change-dwell", 1500): "It could be served if the bus stayed 25\xa0min less.",
}


def test_every_change_has_words():
    english, ukrainian = Language("en"), Language("uk")

    for (code, value), words in WAYS_OUT.items():
        (way,) = describe_ways_out(Reason("rules-together", True, {code: value}), {})
        assert way.render(english) == words
        assert way.render(ukrainian) not in ("", words)
    assert {code for code, _ in WAYS_OUT} == CHANGES.keys()


PLACE = {"day": 7, "bus": "Bus 1", "more_work": 3000, "more_length": 20_000}
ON_THE_WAY = PLACE | {"more_length": 50}
GONE_THERE = {"instead": "in", "instead_day": 8, "instead_people": 1}


@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        (
            "day-full",
            PLACE | {"longer": 600} | GONE_THERE,
            [
                "The best place for it is with Bus 1 from Monday, week 2: 50\xa0min more work and 20.0\xa0km more "
                "driving in the cycle.",
                "It would fit in there if the day could be 10\xa0min longer.",
                "It would fit in on Tuesday, week 2 if “In” (1 resident) were left out instead.",
            ],
        ),
        (
            "day-calls",
            ON_THE_WAY,
            [
                "The best place for it is with Bus 1 from Monday, week 2: 50\xa0min more work in the cycle; it lies "
                "on the way.",
                "Leaving out any one other stop would not make room there.",
            ],
        ),
        ("day-times-clash", {}, []),
    ],
)
def test_a_sacrifice_tells_its_place_its_price_and_who_would_go(code, values, words):
    ways = describe_ways_out(Reason(code, False, values), {"in": Name("Ін", "In")})

    assert [way.render(Language("en")) for way in ways] == words


@pytest.mark.parametrize("code", [code for code, story in STORIES.items() if story.reason.impossible])
def test_a_change_that_is_told_helps_and_less_of_it_does_not(code):
    prepared = prepare_area(STORIES[code].dataset)
    alone = leave_alone(prepared, [visit.settlement_id for visit in prepared.demand.visits].index("out"))

    for name, value in STORIES[code].reason.values.items():
        if name in TIMED:
            assert TIMED[name](alone, value).fits()
            assert not TIMED[name](alone, value - prepared.problem.grid_s).fits()


def test_only_buses_with_the_feature_count_for_the_weekday():
    scenario = build_scenario(buses=(build_bus(), TUESDAY_RAMP))
    dataset = build_star({"out": 10}, scenario=scenario, windows=window(0, "09:00", "15:00"), needs=("ramp",))

    assert explain(dataset) == {
        "out": Reason("no-common-weekday", True, {"change-feature": "ramp", "change-weekday": 0})
    }


def test_only_days_with_a_bus_count_for_the_longest_window():
    windows = window(0, "09:00", "09:20") + window(2, "09:00", "15:00")

    reasons = explain(alone(10, windows=windows))

    assert reasons["out"].code == "window-too-short"
    assert reasons["out"].values["limit"] == 20 * MINUTE_S


def test_the_best_of_several_days_is_named():
    crew = build_bus(weekdays=(0, 1), shift=shift("08:00", "17:00", 120))
    dataset = build_star({"in": 30, "out": 35, "far": 50}, scenario=build_scenario(buses=(crew,)))
    prepared = prepare_area(dataset)
    scheduler = Scheduler(prepared.problem)
    timings = [scheduler.time_tour(0, day, [visit]) for day, visit in ((0, 1), (1, 2))]
    tours = tuple(timing.tour for timing in timings if timing)
    solution = Solution(tours, (0,), 0, None, Status.FEASIBLE, Ending.BUDGET)

    reasons = explain_unserved(prepared, solution)

    # "far" fills 130 minutes and does not fit alone; "out" could join neither "in" (90) nor itself.
    assert [visit.settlement_id for visit in prepared.demand.visits] == ["far", "in", "out"]
    expected = {"needed": 130 * MINUTE_S, "limit": 120 * MINUTE_S, "change-work": 10 * MINUTE_S}
    assert reasons == {0: Reason("work-too-long", True, expected | {"change-dwell": 10 * MINUTE_S})}


def test_of_two_full_days_the_shorter_one_is_named():
    crew = build_bus(weekdays=(0, 1), shift=shift("08:00", "17:00", 120))
    dataset = build_star({"a": 40, "b": 30, "out": 20}, scenario=build_scenario(buses=(crew,)))
    prepared = prepare_area(dataset)
    scheduler = Scheduler(prepared.problem)
    timings = [scheduler.time_tour(0, day, [visit]) for day, visit in ((0, 0), (1, 1))]
    tours = tuple(timing.tour for timing in timings if timing)

    reasons = explain_unserved(prepared, Solution(tours, (2,), 0, None, Status.FEASIBLE, Ending.BUDGET))

    # With a the day would take 110 + 70 minutes, with b 90 + 70.
    reason = reasons[2]
    assert (reason.code, reason.impossible) == ("day-full", False)
    assert (reason.values["day"], reason.values["needed"], reason.values["longer"]) == (
        1,
        160 * MINUTE_S,
        40 * MINUTE_S,
    )


def test_who_is_served_needs_no_reason():
    assert explain(build_star({"in": 10}), ("in",)) == {}


@pytest.mark.parametrize("code", STORIES)
def test_a_plan_under_any_rule_accounts_for_everybody(code):
    prepared = prepare_area(STORIES[code].dataset)

    plan = make_plan(prepared, options=SearchOptions(iterations=2))

    figures = plan.figures
    parts = ("settlements_served", "settlements_not_needed", "settlements_impossible", "settlements_sacrificed")
    assert sum(figures[part] for part in parts) == figures["settlements"] == len(prepared.dataset.settlements)
    assert verify_plan(gather_evidence(plan, prepared)).findings == ()


@pytest.mark.parametrize("code", [code for code, story in STORIES.items() if story.reason.impossible])
def test_what_is_impossible_stays_so_in_the_best_plan(code):
    prepared = prepare_area(STORIES[code].dataset)

    plan = make_plan(prepared, options=SearchOptions(iterations=2))

    out = next(account for account in plan.accounts if account.settlement_id == "out")
    assert (out.standing, out.reason) == (Standing.UNSERVED, STORIES[code].reason)


def make_story(code: str) -> tuple[Plan, PreparedArea]:
    """Plan of a story, whose one unserved village has its reason, and its area."""
    story = STORIES[code]
    prepared = prepare_area(story.dataset)
    names = [visit.settlement_id for visit in prepared.demand.visits]
    timing = Scheduler(prepared.problem).time_tour(0, 0, [names.index(name) for name in story.served])
    found = (timing,) if story.served and timing else ()
    unserved = tuple(at for at, name in enumerate(names) if name not in story.served)
    cost = sum(one.cost for one in found) + sum(prepared.problem.visits[at].reward for at in unserved)
    solution = Solution(tuple(one.tour for one in found), unserved, cost, None, Status.FEASIBLE, Ending.BUDGET)
    return assemble_plan(prepared, solution, solver="periodic", options=SearchOptions(1, 0), language="en"), prepared


def find_problems(plan: Plan, prepared: PreparedArea) -> list[str]:
    """What `verify` would say: codes of the checker, else of the reasons told once more."""
    findings = verify_plan(gather_evidence(plan, prepared)).findings or check_retold(plan, prepared)
    return [finding.code for finding in findings]


def tell_otherwise(code: str) -> list[tuple[str, Reason, bool]]:
    """Name of what differs, the reason of a story with it, and whether arithmetic alone notices."""
    reason = STORIES[code].reason
    others = [("impossible", replace(reason, impossible=not reason.impossible), True)]
    others.append(("unknown", replace(reason, values={**reason.values, "happiness": 1}), True))
    for name, value in reason.values.items():
        less = {key: one for key, one in reason.values.items() if key != name}
        needed = IMPOSSIBLE.get(code, ()) + SACRIFICED.get(code, ())
        others.append((f"no {name}", replace(reason, values=less), name in needed))
        for other in (f"{value}?",) if isinstance(value, str) else (value + 1, value * 2 + 1, 0):
            if other != value and not (name == "day" and other > 6):
                others.append((name, replace(reason, values={**reason.values, name: other}), name in SURE))
    return others


SURE = {"bus", "limit", "load", "capacity", "calls", "end", "day", "instead", "instead_people", "instead_day"}
"""Values that arithmetic alone knows, or knows to be nonsense when they differ."""


@pytest.mark.parametrize("code", STORIES)
def test_a_true_reason_verifies(code):
    plan, prepared = make_story(code)

    assert [account.reason.code for account in plan.accounts if account.reason] == [code]
    assert find_problems(plan, prepared) == []


@pytest.mark.parametrize("code", STORIES)
def test_a_reason_that_says_anything_else_is_noticed(code):
    plan, prepared = make_story(code)

    for name, reason, sure in tell_otherwise(code):
        changed = tuple(replace(one, reason=reason) if one.reason else one for one in plan.accounts)
        other = replace(plan, accounts=changed, figures=measure_plan(plan.tours, changed))
        found = find_problems(other, prepared)

        assert found and set(found) <= {"reason-wrong", "reason-differs", "reason-untrue"}, (name, reason)
        if sure:
            assert "reason-differs" not in found, (name, reason)


def test_a_plan_from_before_numbers_were_told_is_as_good():
    plan, prepared = make_story("rules-together")

    before = tuple(replace(one, reason=Reason("rules-together", True)) if one.reason else one for one in plan.accounts)

    assert find_problems(replace(plan, accounts=before), prepared) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        # Not on the grid; fewer hours than the way takes; a limit of nobody; a limit that nothing goes beyond.
        ("together-driving", 10 * MINUTE_S + 1),
        ("together-driving", 5 * MINUTE_S),
        ("limit-driving", 200 * MINUTE_S),
        ("limit-work", 480 * MINUTE_S),
        ("together-shift-start", 13 * HOUR_S),
    ],
)
def test_numbers_that_cannot_be_are_noticed_by_arithmetic_alone(name, value):
    plan, prepared = make_story("rules-together")
    values = {**STORIES["rules-together"].reason.values, name: value}

    told = tuple(
        replace(one, reason=Reason("rules-together", True, values)) if one.reason else one for one in plan.accounts
    )

    assert set(find_problems(replace(plan, accounts=told), prepared)) == {"reason-wrong"}


@pytest.mark.parametrize("code", STORIES)
def test_the_reason_of_another_story_is_noticed(code):
    plan, prepared = make_story(code)

    for other in STORIES.values():
        if other.reason != STORIES[code].reason:
            changed = tuple(replace(one, reason=other.reason) if one.reason else one for one in plan.accounts)
            told = replace(plan, accounts=changed, figures=measure_plan(plan.tours, changed))

            assert find_problems(told, prepared), (code, other.reason)


def test_the_checker_knows_every_reason_and_its_numbers():
    told = {code: {name for _, name, _, _ in Formatter().parse(words) if name} for code, words in REASONS.items()}

    assert {code: set(names) for code, names in (IMPOSSIBLE | SACRIFICED).items()} == told
