"""What the search believes of times, against the exact clocks, which are another program."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_problems import build_problem, build_strict_problem

from bibliobus.model.problem import Problem
from bibliobus.solve.periodic import penalties
from bibliobus.solve.periodic.arrays import (
    OVER_CALLS,
    OVER_LOAD,
    OVER_TIME,
    PRICE,
    WORK,
    flatten_problem,
    make_empty_tours,
)
from bibliobus.solve.periodic.params import SearchParams
from bibliobus.solve.periodic.search import list_unserved, price_draft, time_orders
from bibliobus.solve.periodic.starts import _load_tour, anneal_start, open_start, read_orders
from bibliobus.solve.times.schedule import Scheduler

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
