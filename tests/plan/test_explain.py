"""Reasons are computed, and every one of them comes from an area that has no other."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from worlds import MEAL, build_bus, build_dataset, build_road, build_scenario, build_star, build_village

from bibliobus.domain.calendar import WeeklyWindow
from bibliobus.domain.fleet import Bus, DrivingRules, Shift
from bibliobus.inputs.dataset import Dataset
from bibliobus.language import Language
from bibliobus.model.case import build_case
from bibliobus.plan.explain import REASONS, describe_reason, explain_unserved
from bibliobus.plan.timetable import Reason
from bibliobus.solve.schedule import Scheduler
from bibliobus.solve.solution import Ending, Solution, Status
from bibliobus.units import HOUR_S, MINUTE_S, parse_clock


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

STORIES = {
    "no-bus-with-feature": Story(
        alone(10, needs=("4x4",)),
        Reason("no-bus-with-feature", True),
        "No bus has every feature this stop needs.",
    ),
    "no-common-weekday": Story(
        alone(10, windows=window(1, "09:00", "15:00")),
        Reason("no-common-weekday", True),
        "No bus is out on a weekday on which this stop is open.",
    ),
    "no-road": Story(
        build_dataset([build_village("out")], [build_road("town", "elsewhere", 5)]),
        Reason("no-road", True),
        "No road leads there from a depot and back for any suitable bus.",
    ),
    "window-too-short": Story(
        alone(10, windows=window(0, "09:00", "09:20")),
        Reason("window-too-short", True, {"needed": 30 * MINUTE_S, "limit": 20 * MINUTE_S}),
        "The bus has to stay 30\xa0min, but the longest time allowed there is 20\xa0min.",
    ),
    # 250 minutes there, 30 minutes of service, 250 minutes back
    "work-too-long": Story(
        alone(250),
        Reason("work-too-long", True, {"needed": 530 * MINUTE_S, "limit": 480 * MINUTE_S}),
        "Even alone, the trip there and back takes 8\xa0h\xa050\xa0min of work; "
        "the limit is 8\xa0h\xa000\xa0min a day.",
    ),
    "driving-too-long": Story(
        alone(125, build_bus(driving_rules=FOUR_HOURS)),
        Reason("driving-too-long", True, {"needed": 250 * MINUTE_S, "limit": 240 * MINUTE_S}),
        "Even alone, the trip there and back takes 4\xa0h\xa010\xa0min of driving; "
        "the limit is 4\xa0h\xa000\xa0min a day.",
    ),
    "outside-shift": Story(
        alone(10, windows=window(0, "05:00", "06:00")),
        Reason("outside-shift", True),
        "Even alone, the bus cannot be there at the allowed times within its shift.",
    ),
    # 60 + 30 + 60 minutes fill the shift; the break must begin inside it
    "break-in-the-way": Story(
        alone(
            60,
            build_bus(shift=shift("11:30", "14:00"), meal_break=replace(MEAL, latest_s=parse_clock("13:30"))),
        ),
        Reason("break-in-the-way", True),
        "Even alone, the bus cannot be there at the allowed times beside the meal break.",
    ),
    "rules-together": Story(
        alone(125, build_bus(driving_rules=FOUR_HOURS), windows=window(0, "05:00", "06:00")),
        Reason("rules-together", True),
        "Even alone, no day keeps all rules at once: shift, allowed times, meal break and driving.",
    ),
    # 30 + 30 + 30 minutes for the one, 10 + 30 + 10 for the other
    "day-full": Story(
        build_star(
            {"in": 30, "out": 10}, scenario=build_scenario(buses=(build_bus(shift=shift("08:00", "17:00", 120)),))
        ),
        Reason("day-full", False, {"day": 0, "needed": 140 * MINUTE_S, "limit": 120 * MINUTE_S}),
        "It gave way to others: the shortest day it could join (Monday, week 1) would take 2\xa0h\xa020\xa0min "
        "of work; the limit is 2\xa0h\xa000\xa0min.",
        served=("in",),
    ),
    "day-past-shift": Story(
        build_star({"in": 30, "out": 10}, scenario=build_scenario(buses=(build_bus(shift=shift("08:00", "10:00")),))),
        Reason("day-past-shift", False, {"day": 0, "back": parse_clock("10:20"), "end": parse_clock("10:00")}),
        "It gave way to others: on the best day it could join (Monday, week 1) the bus would be back at 10:20; "
        "the shift ends at 10:00.",
        served=("in",),
    ),
    # the empty bus would have time for it, and still the solution leaves it out
    "costs-more": Story(
        alone(10),
        Reason("costs-more", False, {"day": 0}),
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
    case = build_case(dataset)
    names = [visit.settlement_id for visit in case.demand.visits]
    scheduler = Scheduler(case.problem)
    timing = scheduler.time_tour(0, 0, [names.index(name) for name in served]) if served else None
    unserved = tuple(at for at, name in enumerate(names) if name not in served)
    tours = (timing.tour,) if timing else ()
    solution = Solution(tours, unserved, 0, None, Status.FEASIBLE, Ending.BUDGET)
    return {names[at]: reason for at, reason in explain_unserved(case.problem, solution).items()}


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


def test_only_buses_with_the_feature_count_for_the_weekday():
    scenario = build_scenario(buses=(build_bus(), TUESDAY_RAMP))
    dataset = build_star({"out": 10}, scenario=scenario, windows=window(0, "09:00", "15:00"), needs=("ramp",))

    assert explain(dataset) == {"out": Reason("no-common-weekday", True)}


def test_only_days_with_a_bus_count_for_the_longest_window():
    windows = window(0, "09:00", "09:20") + window(2, "09:00", "15:00")

    reasons = explain(alone(10, windows=windows))

    assert reasons["out"] == Reason("window-too-short", True, {"needed": 30 * MINUTE_S, "limit": 20 * MINUTE_S})


def test_the_best_of_several_days_is_named():
    crew = build_bus(weekdays=(0, 1), shift=shift("08:00", "17:00", 120))
    dataset = build_star({"in": 30, "out": 35, "far": 50}, scenario=build_scenario(buses=(crew,)))
    case = build_case(dataset)
    scheduler = Scheduler(case.problem)
    timings = [scheduler.time_tour(0, day, [visit]) for day, visit in ((0, 1), (1, 2))]
    tours = tuple(timing.tour for timing in timings if timing)
    solution = Solution(tours, (0,), 0, None, Status.FEASIBLE, Ending.BUDGET)

    reasons = explain_unserved(case.problem, solution)

    # "far" fills 130 minutes and does not fit alone; "out" could join neither "in" (90) nor itself.
    assert [visit.settlement_id for visit in case.demand.visits] == ["far", "in", "out"]
    assert reasons == {0: Reason("work-too-long", True, {"needed": 130 * MINUTE_S, "limit": 120 * MINUTE_S})}


def test_of_two_full_days_the_shorter_one_is_named():
    crew = build_bus(weekdays=(0, 1), shift=shift("08:00", "17:00", 120))
    dataset = build_star({"a": 40, "b": 30, "out": 20}, scenario=build_scenario(buses=(crew,)))
    case = build_case(dataset)
    scheduler = Scheduler(case.problem)
    timings = [scheduler.time_tour(0, day, [visit]) for day, visit in ((0, 0), (1, 1))]
    tours = tuple(timing.tour for timing in timings if timing)

    reasons = explain_unserved(case.problem, Solution(tours, (2,), 0, None, Status.FEASIBLE, Ending.BUDGET))

    # With a the day would take 110 + 70 minutes, with b 90 + 70.
    assert reasons == {2: Reason("day-full", False, {"day": 1, "needed": 160 * MINUTE_S, "limit": 120 * MINUTE_S})}


def test_who_is_served_needs_no_reason():
    assert explain(build_star({"in": 10}), ("in",)) == {}
