from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_problems import build_problem

from bibliobus.solve import periodic
from bibliobus.solve.periodic import compiled, insertion, kernel, penalties, ruin, segments
from bibliobus.solve.periodic.arrays import (
    ABSENT,
    BEST,
    DAY,
    FIGURES,
    LEGS,
    NOW,
    OVER_CALLS,
    OVER_LOAD,
    OVER_TIME,
    PRICE,
    TAKEN,
    WORK,
    build_notes,
    flatten_problem,
    make_empty_tours,
)
from bibliobus.solve.periodic.params import SearchParams
from bibliobus.solve.periodic.starts import anneal_start, open_start, read_orders, restart

if TYPE_CHECKING:
    from bibliobus.model.problem import Problem
    from bibliobus.solve.periodic.arrays import Instance, Tours


PARAMS = SearchParams()
COMPILED = ("compiled", "segments", "breaks", "penalties", "ruin", "insertion", "kernel")
assert all(module.__name__.split(".")[-1] in COMPILED for module in (insertion, ruin, segments))


def check_state(problem: Problem, instance: Instance, tours: Tours) -> None:
    """Check that orders, homes, absent visits and figures of the tours tell the same."""
    days: dict[int, list[int]] = {visit: [] for visit in range(len(problem.visits))}
    buses: dict[int, set[int]] = {visit: set() for visit in range(len(problem.visits))}
    for (bus, day), order in read_orders(instance, tours).items():
        assert max(Counter(order).values()) == 1
        for visit in order:
            days[visit].append(day)
            buses[visit].add(bus)
    absent = set(tours.absent[: int(tours.score[ABSENT])].tolist())
    for visit, served in days.items():
        possible = instance.patterns[visit] > 0
        assert (visit in absent) == (possible and not served)
        assert not served or tuple(sorted(served)) in problem.visits[visit].patterns
        assert buses[visit] <= set(problem.visits[visit].buses)
        assert not problem.one_bus or len(buses[visit]) <= 1
        assert sorted(np.flatnonzero(tours.served_by[visit] >= 0).tolist()) == sorted(served)
    for r in range(len(instance.vehicle_day)):
        check_tour(problem, instance, tours, r)
    assert tours.score[NOW] == pytest.approx(penalties.total_cost(instance, tours))


def check_tour(problem: Problem, instance: Instance, tours: Tours, r: int) -> None:
    """Check the figures of one tour against sums made here."""
    order = tours.sequence[r, : tours.calls[r]].tolist()
    bus, _, profile, depot, _ = instance.vehicle_day[r].tolist()
    places = [depot, *order, depot]
    legs = [instance.leg[profile, a, b] for a, b in zip(places, places[1:], strict=False)] if order else []
    assert tours.leg[r, : len(order) + 1, 1].tolist() == (legs or [0.0])
    assert tours.figure[r, LEGS] == sum(legs)
    load = sum(problem.visits[visit].load for visit in order)
    assert tours.figure[r, TAKEN] == load
    assert tours.figure[r, OVER_LOAD] == max(0, load - (problem.buses[bus].capacity or 10**9))
    assert tours.figure[r, WORK] >= sum(legs) + sum(problem.visits[visit].dwell_s for visit in order)
    before = tours.figure[r].copy()
    penalties.measure_tour(r, instance, tours)
    assert tours.figure[r].tolist() == before.tolist()
    assert len(before) == FIGURES
    if not order:
        assert not before.any()


def search(problem: Problem, seed: int, chunks: int = 4, steps: int = 40):
    """Search a little and give the instance and the start."""
    instance = flatten_problem(problem, PARAMS)
    start = open_start(instance, PARAMS, seed, 0)
    for chunk in range(chunks):
        anneal_start(instance, start, 0.5 / (1 + chunk), steps)
    return instance, start


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.integers(0, 5), st.booleans())
def test_orders_homes_absent_and_figures_agree_after_any_number_of_steps(seed, chunks, one_bus):
    problem = replace(build_problem(seed), one_bus=one_bus)

    instance, start = search(problem, seed, chunks)

    check_state(problem, instance, start.tours)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_the_best_tours_keep_every_rule_the_search_knows_and_cost_what_it_says(seed):
    problem = build_problem(seed)
    instance, start = search(problem, seed)
    best = start.tours.score[BEST]
    if best == np.inf:
        return

    restart(instance, start)

    assert start.tours.score[NOW] == pytest.approx(best)
    assert not start.tours.figure[:, [OVER_LOAD, OVER_TIME, OVER_CALLS]].any()
    check_state(problem, instance, start.tours)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_visits_that_may_stay_out_never_make_a_tour_too_long_or_too_heavy(seed):
    problem = build_problem(seed)
    optional = replace(problem, visits=tuple(replace(visit, required=False) for visit in problem.visits))

    start = open_start(flatten_problem(optional, PARAMS), PARAMS, seed, 0)

    assert not start.tours.figure[:, [OVER_LOAD, OVER_TIME]].any()


def test_starts_that_leave_people_out_take_turns_in_how_hot_they_begin_and_others_begin_by_the_legs_alone():
    problem = next(problem for problem in map(build_problem, range(100)) if _leaves_out(problem))
    dear = _rewarded(problem)
    needed = replace(problem, visits=tuple(replace(visit, required=True) for visit in problem.visits))

    left_out, all_needed = (
        [open_start(flatten_problem(some, PARAMS), PARAMS, 1, at) for at in range(3)] for some in (dear, needed)
    )

    by_reward, by_leg = PARAMS.temperature_reward, PARAMS.temperature_first / PARAMS.temperature_last
    assert [start.first_temperature for start in left_out] == [10**9 * by_reward[number] for number in (0, 1, 0)]
    for start in all_needed:
        assert start.first_temperature == pytest.approx(by_leg * start.last_temperature)


def _rewarded(problem: Problem) -> Problem:
    """The same problem, where all visits may stay out, at one high price."""
    return replace(problem, visits=tuple(replace(visit, required=False, reward=10**9) for visit in problem.visits))


def _leaves_out(problem: Problem) -> bool:
    """Whether the first starts leave out somebody who could be served."""
    instance = flatten_problem(_rewarded(problem), PARAMS)
    return all(open_start(instance, PARAMS, 1, number).tours.score[ABSENT] > 0 for number in range(3))


@pytest.fixture
def interpreted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel as plain Python: fresh copies of its modules in place of the compiled ones."""
    import numba

    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    for name in COMPILED:
        # Set to what it is, so that the package has its own module back in the end.
        monkeypatch.setattr(periodic, name, getattr(periodic, name))
        monkeypatch.delitem(sys.modules, f"{periodic.__name__}.{name}")


@pytest.mark.parametrize("seed", [3, 4, 8])
def test_the_kernel_does_the_same_when_it_is_not_compiled(seed, request):
    problem = build_problem(seed)
    instance, fast = search(problem, seed, chunks=2, steps=30)
    request.getfixturevalue("interpreted")

    _, plain = search(problem, seed, chunks=2, steps=30)

    assert type(sys.modules[kernel.__name__].search) is not type(kernel.search)
    assert read_orders(instance, plain.tours) == read_orders(instance, fast.tours)
    assert read_orders(instance, plain.best) == read_orders(instance, fast.best)
    assert plain.tours.score.tolist() == pytest.approx(fast.tours.score.tolist())
    assert plain.tours.rng.tolist() == fast.tours.rng.tolist()


def test_each_start_has_random_numbers_of_its_own_between_0_and_1():
    instance = flatten_problem(build_problem(1), PARAMS)
    first, second = make_empty_tours(instance, 1), make_empty_tours(instance, 2)

    with np.errstate(over="ignore"):
        numbers = [[compiled.draw.py_func(tours.rng) for _ in range(1000)] for tours in (first, second)]

    assert all(0 <= number < 1 for row in numbers for number in row)
    assert abs(sum(numbers[0]) / 1000 - 0.5) < 0.05
    assert numbers[0] != numbers[1]


def test_two_searches_in_turn_do_not_disturb_each_other():
    problem = build_problem(5)
    instance, alone = search(problem, 5)
    one, other = open_start(instance, PARAMS, 5, 0), open_start(instance, PARAMS, 5, 1)

    for chunk in range(4):
        anneal_start(instance, one, 0.5 / (1 + chunk), 40)
        anneal_start(instance, other, 0.5 / (1 + chunk), 40)

    assert one.tours.sequence.tolist() == alone.tours.sequence.tolist()
    assert one.tours.score.tolist() == alone.tours.score.tolist()


def test_notes_are_left_clean_after_every_search():
    instance, start = search(build_problem(7), 7)

    clean = build_notes(instance)

    assert not start.notes.is_changed.any()
    assert not start.notes.is_removed.any()
    assert start.notes.was.tolist() == clean.was.tolist()


def test_days_of_the_vehicle_days_rise():
    instance = flatten_problem(build_problem(2), PARAMS)

    days = instance.vehicle_day[:, DAY].tolist()

    assert days == sorted(days)
    for day in range(len(instance.day_first) - 1):
        assert set(days[instance.day_first[day] : instance.day_first[day + 1]]) <= {day}


def test_the_price_of_a_tour_is_that_of_its_work_and_its_kilometres():
    problem = build_problem(6)
    instance, start = search(problem, 6)

    for r in np.flatnonzero(start.tours.calls):
        bus, _, profile, depot, _ = instance.vehicle_day[r].tolist()
        order = [depot, *start.tours.sequence[r, : start.tours.calls[r]].tolist(), depot]
        places = [problem.visits[a].place if a < len(problem.visits) else problem.buses[bus].depot for a in order]
        metres = sum(int(problem.length_m[profile][a, b]) for a, b in zip(places, places[1:], strict=False))
        hours, costs = start.tours.figure[r, WORK] / 3600, problem.costs
        over = max(0.0, start.tours.figure[r, WORK] - problem.buses[bus].regular_work_s) / 3600
        wanted = costs.per_hour * hours + costs.per_km * metres / 1000 + costs.per_bus_day
        wanted += costs.per_overtime_hour * over + costs.balance * hours**2
        assert start.tours.figure[r, PRICE] == pytest.approx(wanted)


def crowd(problem: Problem) -> Problem:
    """The same problem, where all must be served by one bus on one day with room for nobody."""
    visits = tuple(replace(visit, required=True, buses=(0,), patterns=((0,),), load=3) for visit in problem.visits)
    return replace(problem, visits=visits, buses=(replace(problem.buses[0], days=(0,), capacity=1),))


def penalties_after(problem: Problem, params: SearchParams) -> tuple[list[float], Instance]:
    """Penalties after some rounds."""
    instance = flatten_problem(problem, params)
    start = open_start(instance, params, 1, 0)
    anneal_start(instance, start, 0.0, 400)
    return start.tours.penalty.tolist(), instance


def test_penalties_of_rules_that_are_always_broken_rise_to_the_highest_and_no_further():
    params = SearchParams(penalty_every=1, penalty_raise=3.0)

    (load, _, _), instance = penalties_after(crowd(build_problem(4)), params)

    assert load == instance.penalty_most[0]


def test_penalties_of_rules_that_are_always_kept_fall_to_the_least_and_no_further():
    params = SearchParams(penalty_every=1, penalty_lower=0.5)
    problem = build_problem(4)
    free = replace(problem, visits=tuple(replace(visit, required=False, position=None) for visit in problem.visits))

    penalties_now, instance = penalties_after(free, params)

    assert penalties_now == instance.penalty_least.tolist()


def test_machine_code_is_kept_under_a_name_that_changes_with_all_it_is_made_from_and_not_with_the_driver(tmp_path):
    folder = Path(compiled.__file__).parent
    for path in folder.rglob("*.py"):
        (tmp_path / path.relative_to(folder)).parent.mkdir(exist_ok=True)
        (tmp_path / path.relative_to(folder)).write_bytes(path.read_bytes())
    assert compiled.digest_sources(tmp_path) == compiled.DIGEST
    assert compiled.DIGEST in kernel.search.py_func.__qualname__

    (tmp_path / "search.py").write_text("# another driver\n")
    as_before = compiled.digest_sources(tmp_path)
    (tmp_path / "arrays.py").write_text("# other columns\n")

    assert as_before == compiled.DIGEST != compiled.digest_sources(tmp_path)
