"""What the search believes of times, against the exact clocks, which are another program."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_problems import build_problem, build_strict_problem

from bibliobus.model.problem import Costs, Problem, ProblemBus, ProblemVisit, keep_days
from bibliobus.solve.periodic import penalties
from bibliobus.solve.periodic.arrays import (
    ABSENT,
    OVER_CALLS,
    OVER_LOAD,
    OVER_TIME,
    PRICE,
    WAIT,
    WORK,
    flatten_problem,
    make_empty_tours,
)
from bibliobus.solve.periodic.params import SearchParams
from bibliobus.solve.periodic.search import list_unserved, price_draft, time_orders
from bibliobus.solve.periodic.starts import _load_tour, anneal_start, open_start, read_orders
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import HOUR_S, MINUTE_S

PARAMS = SearchParams()
CENT = 3
"""A tour's price is rounded in five parts where it is exact."""


def draw_order(problem: Problem, instance, r: int, draw: random.Random) -> list[int]:
    """Some visits that may be in a tour, in any order."""
    possible = np.flatnonzero(instance.fits[:, r]).tolist()
    return draw.sample(possible, draw.randint(1, min(6, len(possible)))) if possible else []


def measure(problem: Problem, instance, r: int, order: list[int]):
    """Figures of one tour as the search works them out."""
    tours = make_empty_tours(instance, 0)
    _load_tour(instance, tours, r, np.array(order), np.zeros(len(order), dtype=np.int64))
    penalties.measure_tour(r, instance, tours)
    return tours.figure[r]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**9), st.sampled_from([build_problem, build_strict_problem]))
def test_a_tour_keeps_the_rules_of_time_for_the_search_if_and_only_if_it_has_exact_times_at_the_same_price(seed, build):
    problem, draw = build(seed), random.Random(seed)
    instance, scheduler = flatten_problem(problem, PARAMS), Scheduler(problem)

    for r, (bus, day) in enumerate(instance.vehicle_day[:, :2].tolist()):
        order = draw_order(problem, instance, r, draw)
        if order:
            figure = measure(problem, instance, r, order)
            timing = scheduler.time_tour(bus, day, order)

            keeps_all = not figure[[OVER_LOAD, OVER_TIME, OVER_CALLS]].any()
            assert keeps_all == (timing is not None)
            if timing is not None:
                assert figure[WORK] == timing.work_s
                assert figure[PRICE] == pytest.approx(timing.cost, abs=CENT)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**9), st.sampled_from([build_problem, build_strict_problem]), st.booleans())
def test_the_best_tours_of_a_search_have_exact_times_for_every_visit_and_cost_what_it_says(seed, build, one_bus):
    problem = replace(build(seed), one_bus=one_bus)
    instance, scheduler = flatten_problem(problem, PARAMS), Scheduler(problem)
    start = open_start(instance, PARAMS, seed % 1000, 0)
    for cooled in (0.0, 0.5, 0.9):
        anneal_start(instance, start, cooled, 60)
    if start.cost == np.inf:
        return
    orders = read_orders(instance, start.best)

    draft = time_orders(scheduler, orders)

    assert draft.tours == orders
    never = [visit for visit in list_unserved(problem, draft) if instance.patterns[visit] == 0]
    rewards = sum(problem.visits[visit].reward for visit in never)
    assert price_draft(problem, draft) - rewards == pytest.approx(start.cost, abs=CENT * max(1, len(orders)))


@pytest.mark.parametrize("area", ["kramatorsk", "neubrandenburg"])
def test_on_the_samples_no_best_tours_of_any_start_lose_a_visit(area):
    from bibliobus.tasks.areas import ready_area
    from bibliobus.tasks.start import open_sample

    with open_sample(area) as folder:
        prepared, _ = ready_area(Path(folder), area_id=area, keep_cache=False)
    instance, scheduler = flatten_problem(prepared.problem, PARAMS), Scheduler(prepared.problem)
    for number in range(6):
        start = open_start(instance, PARAMS, 1, number)
        for cooled in (0.0, 0.5, 0.8, 1.0):
            anneal_start(instance, start, cooled, 1000)

            orders = read_orders(instance, start.best)
            assert time_orders(scheduler, orders).tours == orders


DEPOT, NEAR, FAR = range(3)
LEGS_MIN = np.array([[0, 10, 30], [10, 0, 30], [30, 30, 0]])
"""Minutes between the places of the tiny worlds."""


def build_tiny(*visits: ProblemVisit, **rules: int | None) -> Problem:
    """
    Build a problem of two days and one bus, on a grid of five minutes.

    Its shift is from 8 to 17, the meal of 45 minutes begins from 11:30 to 14:30 and at most 4 hours after leaving.
    """
    legs = (LEGS_MIN * MINUTE_S,)
    times: dict[str, int | None] = {
        "shift_start_s": 8 * HOUR_S,
        "shift_end_s": 17 * HOUR_S,
        "regular_work_s": 9 * HOUR_S,
        "max_work_s": 9 * HOUR_S,
        "break_duration_s": 45 * MINUTE_S,
        "break_earliest_s": 11 * HOUR_S + 30 * MINUTE_S,
        "break_latest_s": 14 * HOUR_S + 30 * MINUTE_S,
        "max_driving_s": 9 * HOUR_S,
        "max_unbroken_s": 9 * HOUR_S,
        "max_before_break_s": 4 * HOUR_S,
    }
    bus = ProblemBus(DEPOT, 0, (0, 1), **{**times, **rules})
    return Problem(2, 5 * MINUTE_S, visits, (bus,), legs, legs, legs, Costs(per_hour=6000, per_km=0, per_bus_day=3000))


def visit(place: int, dwell_min: int, days: tuple[int, ...] = (0,), hours: tuple[int, int] = (0, 24)) -> ProblemVisit:
    """A visit on one of some days, within opening hours."""
    window = ((hours[0] * HOUR_S, hours[1] * HOUR_S),)
    return ProblemVisit(place, dwell_min * MINUTE_S, 10**6, tuple((day,) for day in days), (window,) * 2, (0,))


def measure_first(problem: Problem, order: list[int]):
    """Figures of the tour of the first day."""
    return measure(problem, flatten_problem(problem, PARAMS), 0, order)


def test_a_meal_whose_time_lies_within_a_stay_is_missed_by_what_the_stay_is_too_long():
    # A meal on the way may have 240 minutes before it, and 285 behind it: from 12:15 to 17:00.
    fits, too_long = build_tiny(visit(NEAR, 275)), build_tiny(visit(NEAR, 300))

    assert measure_first(fits, [0])[OVER_TIME] == 0.0
    assert measure_first(too_long, [0])[OVER_TIME] == 25 * MINUTE_S
    assert Scheduler(too_long).time_tour(0, 0, [0]) is None


def test_a_visit_goes_to_the_dearer_day_where_a_meal_fits_and_not_to_the_cheaper_one_where_none_does():
    # Two stays of 235 minutes at one place fit into the shift, but between them 245 minutes have passed since leaving.
    problem = build_tiny(visit(NEAR, 235), visit(NEAR, 235, days=(0, 1)))
    instance = flatten_problem(problem, PARAMS)

    start = open_start(instance, PARAMS, 1, 0)
    anneal_start(instance, start, 0.5, 200)

    assert read_orders(instance, start.best) == {(0, 0): (0,), (0, 1): (1,)}
    assert start.cost == pytest.approx(2 * (3000 + 255 * 100))


def test_the_same_visits_share_a_day_where_the_meal_may_be_later():
    problem = build_tiny(visit(NEAR, 235), visit(NEAR, 235, days=(0, 1)), max_before_break_s=None)
    instance = flatten_problem(problem, PARAMS)

    start = open_start(instance, PARAMS, 1, 0)
    anneal_start(instance, start, 0.5, 200)

    assert len(read_orders(instance, start.best)) == 1
    assert start.cost == pytest.approx(3000 + 490 * 100)


def test_waiting_before_the_meal_and_behind_it_is_paid_and_the_meal_is_not():
    # Open from 9 to 10 and from 13 to 14: 8:30 to 14:30 without the meal of 45 minutes.
    problem = build_tiny(visit(FAR, 60, hours=(9, 10)), visit(NEAR, 60, hours=(13, 14)), max_before_break_s=None)

    figure = measure_first(problem, [0, 1])

    timing = Scheduler(problem).time_tour(0, 0, [0, 1])
    assert timing is not None and timing.tour.meal_break is not None
    assert timing.tour.meal_break.start_s == 11 * HOUR_S + 30 * MINUTE_S
    assert figure[WORK] == timing.work_s == (340 - 45) * MINUTE_S
    assert figure[WAIT] == (340 - 45 - 190) * MINUTE_S


def test_breaks_of_the_driver_are_paid_unless_the_meal_is_one_of_them():
    # 30, 30 and 10 minutes of driving with at most 40 without a break of 30: a meal at the first call is enough.
    stays = (visit(FAR, 60), visit(NEAR, 60))
    driver = {"max_unbroken_s": 40 * MINUTE_S, "min_break_s": 30 * MINUTE_S}

    with_meal, without = build_tiny(*stays, **driver), build_tiny(*stays, **driver, break_duration_s=0)

    assert measure_first(with_meal, [0, 1])[WORK] == 190 * MINUTE_S
    assert measure_first(without, [0, 1])[WORK] == (190 + 30) * MINUTE_S


def test_a_window_is_watched_where_a_way_round_leads_there_before_it_opens():
    # An hour straight to the far place, which opens just then, but 25 minutes by way of the near one. The three calls
    # take the whole shift if nobody waits.
    legs = np.where(LEGS_MIN == 30, 60, LEGS_MIN) * MINUTE_S
    legs[NEAR, FAR] = 10 * MINUTE_S
    late = replace(visit(FAR, 30), windows=(((9 * HOUR_S, 17 * HOUR_S),),) * 2)
    tiny = build_tiny(visit(NEAR, 5), late, visit(NEAR, 415), break_duration_s=0)
    problem = replace(tiny, leg_s=(legs,), driving_s=(legs,))

    figure = measure_first(problem, [0, 1, 2])

    assert Scheduler(problem).time_tour(0, 0, [0, 1, 2]) is None
    assert figure[OVER_TIME] == 35 * MINUTE_S


@pytest.mark.parametrize("seed", range(10))
def test_a_visit_that_fits_alone_is_never_left_out_of_an_empty_cycle(seed):
    problem = build_strict_problem(seed)
    optional = replace(problem, visits=tuple(replace(one, required=False, reward=10**7) for one in problem.visits))
    scheduler = Scheduler(problem)
    for at in range(len(problem.visits)):
        alone = keep_days(optional, frozenset(range(problem.days)), frozenset({at}))
        instance = flatten_problem(alone, PARAMS)

        start = open_start(instance, PARAMS, 1, 0)

        possible = [
            pattern
            for pattern in problem.visits[at].patterns
            if any(all(scheduler.time_tour(bus, day, [at]) for day in pattern) for bus in problem.visits[at].buses)
        ]
        assert (start.tours.score[ABSENT] == 0 and instance.patterns[at] > 0) == bool(possible)
