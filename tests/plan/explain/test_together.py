"""Villages that no single longer day would reach: what must change together, by how much, and the words for it."""

from __future__ import annotations

import random
from itertools import product

import pytest
from worlds import (
    MEAL,
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
from bibliobus.domain.fleet import Bus, Depot, DrivingRules, Shift
from bibliobus.domain.scenario import Curfew, DwellRule
from bibliobus.inputs.area import Dataset
from bibliobus.model.area import prepare_area
from bibliobus.plan.explain.alone import STAY, TIMED, Alone, change_times, find_singles, find_together, leave_alone
from bibliobus.plan.explain.impossible import CHANGE, LIMIT, TOGETHER_BY, prove_impossible
from bibliobus.plan.explain.reasons import NEEDED, PARTS, describe_reason, describe_ways_out
from bibliobus.plan.plan import Reason
from bibliobus.words.language import HOUR_S, MINUTE_S, Language, parse_clock


def find_out(dataset: Dataset) -> Alone:
    """Village “out” without all others."""
    prepared = prepare_area(dataset)
    return leave_alone(prepared, [visit.settlement_id for visit in prepared.demand.visits].index("out"))


def alone(village_km: float, bus: Bus, **changes: object) -> Alone:
    """Village “out” so many kilometres from town, which one bus leaves."""
    return find_out(build_star({"out": village_km}, scenario=build_scenario(buses=(bus,)), **changes))


def shift(start: str, end: str, work_min: int = 480) -> Shift:
    """Hours of a crew."""
    return Shift(parse_clock(start), parse_clock(end), work_min * MINUTE_S)


# 275 minutes there, half an hour of stay, 275 back: 9 h 40 min, from 8:00 to 17:40.
FAR = alone(275, build_bus(shift=shift("08:00", "16:30")))
FAR_VALUES = {
    "together-work": 100 * MINUTE_S,
    "together-shift-start": 70 * MINUTE_S,
    "limit-work": 480 * MINUTE_S,
    "limit-shift-start": parse_clock("08:00"),
}


def test_a_village_that_is_too_far_says_by_how_much_each_rule_is_broken():
    reason = prove_impossible(FAR)

    assert reason == Reason("rules-together", True, FAR_VALUES)
    assert describe_reason(reason).render(Language("en")) == (
        "Even alone, no day keeps all rules at once. It would take: 9\xa0h\xa040\xa0min of work "
        "(8\xa0h\xa000\xa0min allowed); leaving at 06:50 (the shift begins at 08:00)."
    )
    assert describe_reason(reason).render(Language("uk")) == (
        "Навіть для окремого рейсу немає дня, коли вдалося б дотримати всіх правил разом. Знадобилося б: "
        "9\xa0год\xa040\xa0хв роботи (дозволено 8\xa0год\xa000\xa0хв); виїзд о 06:50 (зміна починається о 08:00)."
    )


def test_the_smallest_change_is_told_with_both_numbers():
    (way,) = describe_ways_out(prove_impossible(FAR), {})

    assert way.render(Language("en")) == (
        "It could be served if all of this changed together: a working day that is 1\xa0h\xa040\xa0min longer; "
        "a shift that begins 1\xa0h\xa010\xa0min earlier."
    )
    assert way.render(Language("uk")) == (
        "Туди можна було б їздити за всіх цих змін разом: робочий день, на 1\xa0год\xa040\xa0хв довший; "
        "початок зміни на 1\xa0год\xa010\xa0хв раніше."
    )


def test_a_shorter_stay_that_is_enough_by_itself_is_told_beside():
    # 60 minutes of stay: forty less are enough, for with twenty the day takes eight hours.
    stay = alone(230, build_bus(shift=shift("08:00", "16:00")), dwell_s=60 * MINUTE_S)

    ways = [way.render(Language("en")) for way in describe_ways_out(prove_impossible(stay), {})]

    assert ways == [
        "It could be served if the bus stayed 40\xa0min less.",
        "It could be served if all of this changed together: a working day that is 40\xa0min longer; "
        "a shift that begins 40\xa0min earlier.",
    ]


def test_where_one_longer_time_is_enough_nothing_is_told_together():
    assert set(prove_impossible(alone(250, build_bus())).values) == {"needed", "limit", "change-work"}


def test_where_no_road_leads_no_change_of_times_is_looked_for():
    out = find_out(build_dataset([build_village("out")], [build_road(TOWN, "elsewhere", 5)]))

    assert prove_impossible(out) == Reason("no-road", True)
    assert find_together(out) == {}


def test_one_time_more_is_changed_where_that_saves_hours_of_another():
    # 260 minutes there, and the meal at most four hours after leaving. Eaten before leaving, from 11:30, it would take
    # two numbers and a shift until 21:25; eaten on arrival, at 12:20, the bus is back at 17:55.
    rules = DrivingRules("meal", 24 * HOUR_S, 24 * HOUR_S, 0, None, 4 * HOUR_S)
    far = alone(260, build_bus(shift=shift("08:00", "17:00"), meal_break=MEAL, driving_rules=rules))

    assert find_together(far) == {
        "change-work": 70 * MINUTE_S,
        "change-shift-end": 55 * MINUTE_S,
        "change-before-meal": 20 * MINUTE_S,
    }


def test_a_curfew_that_is_one_of_several_rules_is_named_among_them():
    night = Curfew(15 * HOUR_S, 11 * HOUR_S, settlements=("out",), margin_s=HOUR_S)
    # Open from 12:00 to 14:00; two and a half hours of stay and 200 minutes each way: 9 h 10 min of work.
    scenario = build_scenario(buses=(build_bus(shift=shift("08:00", "18:00", 540)),), curfews=(night,))
    far = find_out(build_star({"out": 200}, scenario=scenario, dwell_s=150 * MINUTE_S))

    reason = prove_impossible(far)

    assert find_together(far) == {"change-work": 10 * MINUTE_S, "change-margin": 15 * MINUTE_S}
    (*_, way) = describe_ways_out(reason, {})
    assert "a safety margin of the curfew that is 15\xa0min shorter" in way.render(Language("en"))


def draw_far(seed: int) -> Alone:
    """Draw a village that is often too far, with up to three buses at two depots under some rules."""
    draw = random.Random(seed)
    buses = []
    for at in range(draw.randint(1, 3)):
        start, end = draw.choice([7, 8, 9]) * HOUR_S, draw.choice([14, 16, 17]) * HOUR_S
        rules = DrivingRules(
            "drawn",
            draw.choice([3, 5, 20]) * HOUR_S,
            draw.choice([2, 4, 20]) * HOUR_S,
            draw.choice([30, 45]) * MINUTE_S,
            None,
            draw.choice([None, 3 * HOUR_S, 4 * HOUR_S]),
        )
        buses.append(
            build_bus(
                f"bus{at}",
                depot_id=draw.choice(["main", "other"]),
                shift=Shift(start, end, draw.choice([4, 6, 8]) * HOUR_S),
                meal_break=draw.choice([None, MEAL]),
                driving_rules=draw.choice([None, rules]),
            )
        )
    opening = draw.choice(
        [(), (WeeklyWindow(0, 5 * HOUR_S, 7 * HOUR_S),), (WeeklyWindow(0, 11 * HOUR_S, 13 * HOUR_S),)]
    )
    night = Curfew(15 * HOUR_S, 10 * HOUR_S, settlements=("out",), margin_s=HOUR_S)
    scenario = build_scenario(
        buses=tuple(buses),
        depots=(Depot("main", "Depot", TOWN), Depot("other", "Depot", "base")),
        rules=build_rules(grid_s=15 * MINUTE_S, dwell=(DwellRule(0, draw.choice([30, 60, 120]) * MINUTE_S),)),
        curfews=draw.choice([(), (night,)]),
    )
    roads = [build_road(TOWN, "out", draw.choice([30, 90, 130, 200, 260])), build_road(TOWN, "base", 45)]
    return find_out(
        build_dataset([build_village("out", windows=opening), build_village("base")], roads, scenario=scenario)
    )


FAR_AWAY = [seed for seed in range(120) if not draw_far(seed).fits()]


def test_enough_villages_are_too_far_in_more_than_one_way():
    together = [len(find_together(draw_far(seed))) for seed in FAR_AWAY]

    assert sum(count == 2 for count in together) > 15
    assert sum(count > 2 for count in together) > 10
    assert sum(bool(find_singles(draw_far(seed))) for seed in FAR_AWAY) > 15


@pytest.mark.parametrize("seed", FAR_AWAY)
def test_what_is_told_makes_the_visit_fit_and_a_step_less_of_anything_does_not(seed):
    far = draw_far(seed)
    reason, grid_s = prove_impossible(far), far.problem.grid_s

    singles = {code: seconds for code, seconds in reason.values.items() if code in TIMED}
    together = {
        CHANGE + name.removeprefix(TOGETHER_BY): int(seconds)
        for name, seconds in reason.values.items()
        if name.startswith(TOGETHER_BY)
    }
    for changes in [*({code: int(seconds)} for code, seconds in singles.items()), *([together] if together else [])]:
        changed = change_times(far, changes)
        assert changed is not None
        assert changed.fits()
        for code, seconds in changes.items():
            less = change_times(far, {**changes, code: seconds - grid_s})
            assert less is not None
            assert not less.fits()


@pytest.mark.parametrize("seed", [seed for seed in FAR_AWAY if len(find_together(draw_far(seed))) == 2][:8])
def test_no_two_times_together_need_less(seed):
    far = draw_far(seed)
    grid_s, told = far.problem.grid_s, find_together(far)

    for one, other in product(TIMED, TIMED):
        if one < other and STAY not in (one, other):
            steps = (sum(told.values()) - 1) // grid_s
            for first in range(steps + 1):
                # More of the one never makes more of the other necessary: the largest that both may be is asked.
                changed = change_times(far, {one: first * grid_s, other: (steps - first) * grid_s})
                assert changed is None or not changed.fits(), (one, other, first)


def test_every_part_has_words_in_both_languages_and_numbers_where_a_limit_is_known():
    for part in PARTS:
        values = {TOGETHER_BY + part: 3600, LIMIT + part: 28_800, TOGETHER_BY + "work": 600}
        told = describe_reason(Reason("rules-together", True, values))
        (way,) = describe_ways_out(Reason("rules-together", True, {**values, TOGETHER_BY + "driving": 300}), {})

        for language in ("en", "uk"):
            assert "{" not in told.render(Language(language)) + way.render(Language(language))
            assert told.render(Language("uk")) != told.render(Language("en"))
    assert {CHANGE + part for part in PARTS} == TIMED.keys() - {STAY}
    assert NEEDED.keys() <= PARTS.keys()


@pytest.mark.parametrize(
    "values", [{}, {"together-magic": 600}, {"together-magic": 600, "limit-magic": 3}, {"limit-work": 28_800}]
)
def test_a_reason_without_numbers_that_are_known_is_told_as_before(values):
    assert describe_reason(Reason("rules-together", True, values)).render(Language("en")) == (
        "Even alone, no day keeps all rules at once: shift, allowed times, meal break and driving."
    )
