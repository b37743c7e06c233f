"""Repair of a published timetable against the provable minimum of announced changes."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import chain, combinations, permutations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from worlds import MEAL, build_bus, build_scenario, build_star

from bibliobus.model.area import prepare_area
from bibliobus.network.places import UNREACHABLE_S
from bibliobus.solve.repair.promises import AnnouncedTimetable, ChangePrices, Promise
from bibliobus.solve.repair.repair import Repair
from bibliobus.solve.repair.times import TimeKeeper
from bibliobus.solve.solver import SearchOptions
from bibliobus.words.language import HOUR_S, MINUTE_S

PRICES = ChangePrices(10_000_000, 1_000_000, 100_000, 10_000, 100, 15 * MINUTE_S)
FEW = SearchOptions(seed=1, iterations=10)


def make_problem(seed, villages=5, weekdays=(0, 2), buses=1):
    """Random symmetric travel of minutes between a few villages with a bus or two."""
    rng = random.Random(seed)
    fleet = tuple(build_bus(f"b{n}", weekdays=weekdays, meal_break=MEAL if seed % 2 else None) for n in range(buses))
    scenario = build_scenario(buses=fleet)
    case = prepare_area(build_star({f"v{n}": rng.randint(5, 60) for n in range(villages)}, scenario=scenario))
    return randomise(case.problem, rng)


def randomise(problem, rng, low=5, high=90):
    """Problem with random legs that are multiples of the grid."""
    size = len(problem.leg_s[0])
    minutes = np.array([[rng.randint(low // 5, high // 5) * 5 for _ in range(size)] for _ in range(size)])
    legs = np.minimum(minutes, minutes.T) * MINUTE_S
    np.fill_diagonal(legs, 0)
    return replace(problem, leg_s=(legs,), driving_s=(legs,), length_m=(legs,))


def publish(problem, seed):
    """Published timetable: every village that fits where a random search puts it."""
    nothing = Repair(problem, AnnouncedTimetable({}, {}), PRICES, SearchOptions(seed=seed, iterations=0))
    kept, ending = nothing.run(lambda progress: None)
    return list_published(nothing.report(kept, ending))


def slow_down(problem, rng, share=0.3):
    """Problem in which some legs take three times as long or no longer exist."""
    legs = problem.leg_s[0].copy()
    for a, b in combinations(range(len(legs)), 2):
        if rng.random() < share:
            new = UNREACHABLE_S if rng.random() < 0.2 else min(legs[a, b] * 3, 5 * HOUR_S)
            legs[a, b] = legs[b, a] = new
    return replace(problem, leg_s=(legs,), driving_s=(np.minimum(legs, UNREACHABLE_S),))


def find_least_change(problem, published):
    """Least price of announced changes over every assignment and order, one visit a cycle and settlement."""
    times = TimeKeeper(problem, published, PRICES)
    everyone = range(len(problem.visits))
    keys = [(bus, day) for bus, crew in enumerate(problem.buses) for day in crew.days]
    best = {(): 0}
    for key in keys:
        prices = {}
        for group in chain.from_iterable(combinations(everyone, size) for size in range(len(everyone) + 1)):
            values = [times.value(key, order) for order in permutations(group)] if group else []
            days = sum(published.price_days(visit, (key[1],), PRICES) for visit in group)
            known = [value.change + days for value in values if value]
            if known or not group:
                prices[group] = min(known, default=0)
        joined = {}
        for (done, cost), (more, extra) in product(best.items(), prices.items()):
            if not set(done) & set(more):
                together = tuple(sorted(done + more))
                joined[together] = min(joined.get(together, cost + extra), cost + extra)
        best = joined
    lost = {visit: published.price_days(visit, (), PRICES) for visit in everyone}
    return min(cost + sum(lost[visit] for visit in everyone if visit not in done) for done, cost in best.items())


@pytest.mark.parametrize("seed", [0, 2, 4, 6, 8, 10, 11])
def test_no_timetable_breaks_fewer_promises(seed):
    problem = make_problem(seed, villages=4 + seed // 2 % 2, buses=1 + seed % 3 // 2)
    published = publish(problem, seed)
    changed = slow_down(problem, random.Random(seed + 100))

    repair = Repair(changed, published, PRICES, FEW)
    found, ending = repair.run(lambda progress: None)

    assert found.change == find_least_change(changed, published)
    assert repair.report(found, ending).change == found.change


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000).map(lambda seed: 2 * seed))
def test_without_a_change_every_time_is_the_announced_one(seed):
    problem = make_problem(seed, villages=4)
    published = publish(problem, seed)

    repair = Repair(problem, published, PRICES, FEW)
    kept, ending = repair.run(lambda progress: None, keep_all=True)

    assert (kept.change, repair.broken) == (0, ())
    assert list_times(repair.report(kept, ending)) == list_announced(published)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000).map(lambda seed: 2 * seed), st.sampled_from([0, 2]))
def test_frozen_days_are_not_touched(seed, frozen):
    problem = make_problem(seed, villages=4)
    published = publish(problem, seed)
    changed = slow_down(problem, random.Random(seed), share=0.2)
    frozen_too = replace(published, frozen=frozenset({frozen}))
    trial = TimeKeeper(changed, published, PRICES)
    assume(all(trial.value(key, order) for key, order in published.orders.items() if key[1] == frozen))

    repair = Repair(changed, frozen_too, PRICES, FEW)
    kept, _ = repair.run(lambda progress: None)

    before = {key: order for key, order in published.orders.items() if key[1] == frozen}
    assert {key: order for key, order in kept.tours.items() if key[1] == frozen} == before


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000).map(lambda seed: 2 * seed))
def test_the_same_change_changes_nothing_the_second_time(seed):
    problem = make_problem(seed, villages=4)
    published = publish(problem, seed)
    changed = slow_down(problem, random.Random(seed), share=0.3)
    first = Repair(changed, published, PRICES, FEW)
    made = list_published(first.report(*first.run(lambda progress: None)))

    again = Repair(changed, made, PRICES, FEW)
    kept, ending = again.run(lambda progress: None, keep_all=True)

    assert (kept.change, again.broken) == (0, ())
    assert list_times(again.report(kept, ending)) == list_announced(made)


def test_an_improvement_costs_less_and_a_repair_does_not_look_for_it():
    problem = make_problem(0, villages=5)
    published = publish(problem, 0)
    legs = problem.leg_s[0] // 2 // problem.grid_s * problem.grid_s
    faster = replace(problem, leg_s=(legs,), driving_s=(legs,))
    repair = Repair(faster, published, PRICES, FEW)
    kept, _ = repair.run(lambda progress: None, keep_all=True)

    better, _ = repair.run(lambda progress: None, improve_from=kept, focus=frozenset(range(5)))

    assert kept.change == 0
    assert better.cost < kept.cost


def list_published(repaired):
    """Promises of the tours that a repair found."""
    promises: dict[int, dict[int, Promise]] = {}
    for tour in repaired.solution.tours:
        for call in tour.calls:
            promises.setdefault(call.visit, {})[tour.day] = Promise(tour.bus, call.start_s, call.end_s)
    orders = {(t.bus, t.day): tuple(c.visit for c in t.calls) for t in repaired.solution.tours}
    return AnnouncedTimetable(promises, orders)


def list_times(repaired):
    """Visit, day, bus and opening of every call."""
    tours = repaired.solution.tours
    return sorted((call.visit, tour.day, tour.bus, call.start_s) for tour in tours for call in tour.calls)


def list_announced(published):
    """The same of every promise."""
    return sorted(
        (visit, day, promise.bus, promise.start_s)
        for visit, days in published.promises.items()
        for day, promise in days.items()
    )
