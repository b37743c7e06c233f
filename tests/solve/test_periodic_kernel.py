from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_problems import build_problem

from bibliobus.solve import periodic_kernel
from bibliobus.solve.periodic_arrays import (
    BANKED,
    BEST,
    DAY,
    LEGS,
    NOW,
    OVER_CALLS,
    OVER_LOAD,
    OVER_TIME,
    PRICE,
    TAKEN,
    VALUES,
    WORK,
    build_room,
    build_tours,
    flatten_problem,
)
from bibliobus.solve.periodic_starts import HOT, HOT_NEED, anneal_start, open_start, read_orders, restart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.model.problem import Problem
    from bibliobus.solve.periodic_arrays import Terms, Tours


def check_state(problem: Problem, terms: Terms, tours: Tours) -> None:
    """Check that orders, homes, bank and figures of the tours tell the same."""
    days: dict[int, list[int]] = {visit: [] for visit in range(len(problem.visits))}
    buses: dict[int, set[int]] = {visit: set() for visit in range(len(problem.visits))}
    for (bus, day), order in read_orders(terms, tours).items():
        assert max(Counter(order).values()) == 1
        for visit in order:
            days[visit].append(day)
            buses[visit].add(bus)
    banked = set(tours.bank[: int(tours.score[BANKED])].tolist())
    for visit, served in days.items():
        possible = terms.patterns[visit] > 0
        assert (visit in banked) == (possible and not served)
        assert not served or tuple(sorted(served)) in problem.visits[visit].patterns
        assert buses[visit] <= set(problem.visits[visit].buses)
        assert not problem.one_bus or len(buses[visit]) <= 1
        assert sorted(np.flatnonzero(tours.home[visit] >= 0).tolist()) == sorted(served)
    for r in range(len(terms.slot)):
        check_tour(problem, terms, tours, r)
    assert tours.score[NOW] == pytest.approx(periodic_kernel.total_cost(terms, tours))


def check_tour(problem: Problem, terms: Terms, tours: Tours, r: int) -> None:
    """Check the figures of one tour against sums made here."""
    order = tours.sequence[r, : tours.calls[r]].tolist()
    bus, _, profile, depot, _ = terms.slot[r].tolist()
    places = [depot, *order, depot]
    legs = [terms.leg[profile, a, b] for a, b in zip(places, places[1:], strict=False)] if order else []
    assert tours.gap[r, : len(order) + 1, 1].tolist() == (legs or [0.0])
    assert tours.value[r, LEGS] == sum(legs)
    load = sum(problem.visits[visit].load for visit in order)
    assert tours.value[r, TAKEN] == load
    assert tours.value[r, OVER_LOAD] == max(0, load - (problem.buses[bus].capacity or 10**9))
    assert tours.value[r, WORK] >= sum(legs) + sum(problem.visits[visit].dwell_s for visit in order)
    before = tours.value[r].copy()
    periodic_kernel.settle_tour(r, terms, tours)
    assert tours.value[r].tolist() == before.tolist()
    assert len(before) == VALUES
    if not order:
        assert not before.any()


def search(problem: Problem, seed: int, chunks: int = 4, steps: int = 40):
    """Search a little and give the terms and the start."""
    terms = flatten_problem(problem)
    start = open_start(terms, seed, 0)
    for chunk in range(chunks):
        anneal_start(terms, start, 0.5 / (1 + chunk), steps)
    return terms, start


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.integers(0, 5), st.booleans())
def test_orders_homes_bank_and_figures_agree_after_any_number_of_steps(seed, chunks, one_bus):
    problem = replace(build_problem(seed), one_bus=one_bus)

    terms, start = search(problem, seed, chunks)

    check_state(problem, terms, start.tours)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_the_best_tours_keep_every_rule_the_search_knows_and_cost_what_it_says(seed):
    problem = build_problem(seed)
    terms, start = search(problem, seed)
    best = start.tours.score[BEST]
    if best == np.inf:
        return

    restart(terms, start)

    assert start.tours.score[NOW] == pytest.approx(best)
    assert not start.tours.value[:, [OVER_LOAD, OVER_TIME, OVER_CALLS]].any()
    check_state(problem, terms, start.tours)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_visits_that_may_stay_out_never_make_a_tour_too_long_or_too_heavy(seed):
    problem = build_problem(seed)
    optional = replace(problem, visits=tuple(replace(visit, required=False) for visit in problem.visits))

    start = open_start(flatten_problem(optional), seed, 0)

    assert not start.tours.value[:, [OVER_LOAD, OVER_TIME]].any()


def test_starts_that_leave_people_out_take_turns_in_how_hot_they_begin_and_others_begin_by_the_legs_alone():
    problem = next(problem for problem in map(build_problem, range(100)) if _leaves_out(problem))
    dear = _rewarded(problem)
    needed = replace(problem, visits=tuple(replace(visit, required=True) for visit in problem.visits))

    left_out, all_needed = ([open_start(flatten_problem(some), 1, at) for at in range(3)] for some in (dear, needed))

    assert [start.hot for start in left_out] == [10**9 * HOT_NEED[number] for number in (0, 1, 0)]
    assert [start.hot for start in all_needed] == [HOT * start.leg for start in all_needed]


def _rewarded(problem: Problem) -> Problem:
    """The same problem, where all visits may stay out, at one high price."""
    return replace(problem, visits=tuple(replace(visit, required=False, reward=10**9) for visit in problem.visits))


def _leaves_out(problem: Problem) -> bool:
    """Whether the first starts leave out somebody who could be served."""
    terms = flatten_problem(_rewarded(problem))
    return all(open_start(terms, 1, number).tours.score[BANKED] > 0 for number in range(3))


@pytest.fixture
def interpreted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kernel as plain Python: a fresh copy of its module in place of the compiled one."""
    import numba

    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    spec = importlib.util.spec_from_file_location(periodic_kernel.__name__, periodic_kernel.__file__)
    assert spec and spec.loader
    fresh = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, periodic_kernel.__name__, fresh)
    spec.loader.exec_module(fresh)
    yield


@pytest.mark.parametrize("seed", [3, 4, 8])
def test_the_kernel_does_the_same_when_it_is_not_compiled(seed, request):
    problem = build_problem(seed)
    terms, compiled = search(problem, seed, chunks=2, steps=30)
    request.getfixturevalue("interpreted")

    _, plain = search(problem, seed, chunks=2, steps=30)

    assert type(sys.modules[periodic_kernel.__name__].search) is not type(periodic_kernel.search)
    assert read_orders(terms, plain.tours) == read_orders(terms, compiled.tours)
    assert read_orders(terms, plain.best) == read_orders(terms, compiled.best)
    assert plain.tours.score.tolist() == pytest.approx(compiled.tours.score.tolist())
    assert plain.tours.rng.tolist() == compiled.tours.rng.tolist()


def test_each_start_has_random_numbers_of_its_own_between_0_and_1():
    terms = flatten_problem(build_problem(1))
    first, second = build_tours(terms, 1), build_tours(terms, 2)

    numbers = [[periodic_kernel.draw(tours.rng) for _ in range(1000)] for tours in (first, second)]

    assert all(0 <= number < 1 for row in numbers for number in row)
    assert abs(sum(numbers[0]) / 1000 - 0.5) < 0.05
    assert numbers[0] != numbers[1]


def test_two_searches_in_turn_do_not_disturb_each_other():
    problem = build_problem(5)
    terms, alone = search(problem, 5)
    one, other = open_start(terms, 5, 0), open_start(terms, 5, 1)

    for chunk in range(4):
        anneal_start(terms, one, 0.5 / (1 + chunk), 40)
        anneal_start(terms, other, 0.5 / (1 + chunk), 40)

    assert one.tours.sequence.tolist() == alone.tours.sequence.tolist()
    assert one.tours.score.tolist() == alone.tours.score.tolist()


def test_room_is_left_clean_after_every_search():
    terms, start = search(build_problem(7), 7)

    clean = build_room(terms)

    assert not start.room.touched.any()
    assert not start.room.is_gone.any()
    assert start.room.before.tolist() == clean.before.tolist()


def test_days_of_the_slots_rise():
    terms = flatten_problem(build_problem(2))

    days = terms.slot[:, DAY].tolist()

    assert days == sorted(days)
    for day in range(len(terms.day_first) - 1):
        assert set(days[terms.day_first[day] : terms.day_first[day + 1]]) <= {day}


def test_the_price_of_a_tour_is_that_of_its_work_and_its_kilometres():
    problem = build_problem(6)
    terms, start = search(problem, 6)

    for r in np.flatnonzero(start.tours.calls):
        bus, _, profile, depot, _ = terms.slot[r].tolist()
        order = [depot, *start.tours.sequence[r, : start.tours.calls[r]].tolist(), depot]
        places = [problem.visits[a].place if a < len(problem.visits) else problem.buses[bus].depot for a in order]
        metres = sum(int(problem.length_m[profile][a, b]) for a, b in zip(places, places[1:], strict=False))
        hours, costs = start.tours.value[r, WORK] / 3600, problem.costs
        over = max(0.0, start.tours.value[r, WORK] - problem.buses[bus].regular_work_s) / 3600
        wanted = costs.per_hour * hours + costs.per_km * metres / 1000 + costs.per_bus_day
        wanted += costs.per_overtime_hour * over + costs.balance * hours**2
        assert start.tours.value[r, PRICE] == pytest.approx(wanted)
