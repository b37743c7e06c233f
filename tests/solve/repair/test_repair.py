"""Repair of a published timetable against the provable minimum of announced changes."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import chain, combinations, permutations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from worlds import MEAL, TOWN, build_bus, build_scenario, build_star

from bibliobus.domain.watch import UNWATCHED
from bibliobus.model.area import prepare_area
from bibliobus.network.places import UNREACHABLE_S
from bibliobus.solve.repair.promises import AnnouncedTimetable, ChangePrices, Promise
from bibliobus.solve.repair.repair import Newcomers, Repair
from bibliobus.solve.repair.times import TimeKeeper
from bibliobus.solve.solver import Ending, SearchOptions
from bibliobus.words.language import HOUR_S, MINUTE_S

PRICES = ChangePrices(10_000_000, 1_000_000, 100_000, 10_000, 100, 15 * MINUTE_S)
FEW = SearchOptions(seed=1, iterations=10)


def make_problem(seed, villages=5, weekdays=(0, 2), buses=1, weeks=1, rhythms=(1,)):
    """Random symmetric travel of minutes between a few villages of any size with a bus or two."""
    rng = random.Random(seed)
    fleet = tuple(build_bus(f"b{n}", weekdays=weekdays, meal_break=MEAL if seed % 2 else None) for n in range(buses))
    scenario = build_scenario(weeks, buses=fleet)
    dataset = build_star({f"v{n}": rng.randint(5, 60) for n in range(villages)}, scenario=scenario)
    settlements = tuple(
        place
        if place.settlement_id == TOWN
        else replace(place, population=rng.choice((40, 150, 300, 530, 1600, 9400)), rhythm_weeks=rng.choice(rhythms))
        for place in dataset.settlements
    )
    case = prepare_area(replace(dataset, settlements=settlements))
    residents = {at: visit.population for at, visit in enumerate(case.demand.visits)}
    return randomise(case.problem, rng), residents


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
    kept, ending = nothing.run(UNWATCHED)
    return list_published(nothing.report(kept, ending))


def slow_down(problem, rng, share=0.3):
    """Problem in which some legs take three times as long or no longer exist."""
    legs = problem.leg_s[0].copy()
    for a, b in combinations(range(len(legs)), 2):
        if rng.random() < share:
            new = UNREACHABLE_S if rng.random() < 0.2 else min(legs[a, b] * 3, 5 * HOUR_S)
            legs[a, b] = legs[b, a] = new
    return replace(problem, leg_s=(legs,), driving_s=(np.minimum(legs, UNREACHABLE_S),))


def find_least_price(problem, published):
    """Least sum of broken promises and driving over every pattern, bus and order: independent but for clock times."""
    times = TimeKeeper(problem, published, PRICES)
    prices = {
        key: price_sets(times, key) for key in ((b, day) for b, bus in enumerate(problem.buses) for day in bus.days)
    }
    best = None
    for choice in product(*(list_ways(problem, published, visit) for visit in range(len(problem.visits)))):
        masks = dict.fromkeys(prices, 0)
        for visit, (_, keys) in enumerate(choice):
            for key in keys:
                masks[key] |= 1 << visit
        parts = [prices[key].get(mask) for key, mask in masks.items()]
        if None not in parts:
            total = sum(parts) + sum(price for price, _ in choice)
            best = total if best is None else min(best, total)
    return best


def list_ways(problem, published, visit):
    """Price and tours of each way to serve a visit, or not; nobody who was never announced is put in."""
    wish = problem.visits[visit]
    ways = [(published.price_days(visit, (), PRICES), ())]
    if visit in published.promises:
        for bus, days in product(wish.buses, wish.patterns):
            ways.append((published.price_days(visit, days, PRICES), tuple((bus, day) for day in days)))
    return ways


def price_sets(times, key):
    """Least price of every set of visits on one bus-day, in any order; an announced tour that holds is left alone."""
    found, whole = {0: 0}, times.keep_whole(key)
    announced = sorted(times.published.promises)
    for group in chain.from_iterable(combinations(announced, size) for size in range(1, len(announced) + 1)):
        if whole is not None and group == tuple(sorted(whole.order)):
            values = [whole]
        else:
            values = [value for order in permutations(group) if (value := times.value(key, order)) is not None]
        if values:
            found[sum(1 << visit for visit in group)] = min(value.change + value.cost for value in values)
    return found


def make_case(seed):
    """Small random timetable and a closure that breaks it: one or two buses, one or two weeks, 4 to 7 stops."""
    rng = random.Random(seed)
    buses, weeks = rng.choice(((1, 1), (1, 2), (1, 2), (2, 1), (2, 2)))
    weekdays = rng.choice(((0,), (0, 2))) if buses == 2 or weeks == 2 else (0, 2)
    tours = buses * weeks * len(weekdays)
    villages = rng.choice((4, 5) if tours > 4 else (4, 5, 5, 6) if tours > 2 else (4, 5, 6, 7))
    problem, residents = make_problem(seed, villages, weekdays, buses, weeks, rhythms=(1, 2)[:weeks])
    published = replace(publish(problem, seed), residents=residents)
    for attempt in range(50):
        changed = slow_down(problem, random.Random(1000 * seed + attempt), share=rng.choice((0.15, 0.3)))
        trial = TimeKeeper(changed, published, PRICES)
        if any(trial.keep_whole(key) is None for key in published.orders):
            return changed, published
    raise AssertionError(seed)


def check_case(seed):
    """A repair finds the least price of all, and says that it is proved."""
    changed, published = make_case(seed)

    repair = Repair(changed, published, PRICES, FEW)
    kept, ending = repair.run(UNWATCHED, newcomers=Newcomers.NONE)
    repaired = repair.report(kept, ending)

    assert repaired.price == find_least_price(changed, published)
    assert repaired.proved
    assert ending is Ending.PROOF
    assert repaired.bound <= repaired.change


@pytest.mark.parametrize("seed", range(12))
def test_no_timetable_costs_people_and_driving_less(seed):
    check_case(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12, 200))
def test_none_of_two_hundred_small_timetables_costs_less(seed):
    check_case(seed)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000).map(lambda seed: 2 * seed))
def test_without_a_change_every_time_is_the_announced_one(seed):
    problem, _ = make_problem(seed, villages=4)
    published = publish(problem, seed)

    repair = Repair(problem, published, PRICES, FEW)
    kept, ending = repair.run(UNWATCHED, keep_all=True)

    assert (kept.change, repair.broken) == (0, ())
    assert list_times(repair.report(kept, ending)) == list_announced(published)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000).map(lambda seed: 2 * seed), st.sampled_from([0, 2]))
def test_frozen_days_are_not_touched(seed, frozen):
    problem, _ = make_problem(seed, villages=4)
    published = publish(problem, seed)
    changed = slow_down(problem, random.Random(seed), share=0.2)
    frozen_too = replace(published, frozen=frozenset({frozen}))
    trial = TimeKeeper(changed, published, PRICES)
    assume(all(trial.value(key, order) for key, order in published.orders.items() if key[1] == frozen))

    repair = Repair(changed, frozen_too, PRICES, FEW)
    kept, _ = repair.run(UNWATCHED)

    before = {key: order for key, order in published.orders.items() if key[1] == frozen}
    assert {key: order for key, order in kept.tours.items() if key[1] == frozen} == before


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000).map(lambda seed: 2 * seed))
def test_the_same_change_changes_nothing_the_second_time(seed):
    problem, _ = make_problem(seed, villages=4)
    published = publish(problem, seed)
    changed = slow_down(problem, random.Random(seed), share=0.3)
    first = Repair(changed, published, PRICES, FEW)
    made = list_published(first.report(*first.run(UNWATCHED)))

    again = Repair(changed, made, PRICES, FEW)
    kept, ending = again.run(UNWATCHED, keep_all=True)

    assert (kept.change, again.broken) == (0, ())
    assert list_times(again.report(kept, ending)) == list_announced(made)


def test_an_improvement_costs_less_and_a_repair_does_not_look_for_it():
    problem, _ = make_problem(0, villages=5)
    published = publish(problem, 0)
    legs = problem.leg_s[0] // 2 // problem.grid_s * problem.grid_s
    faster = replace(problem, leg_s=(legs,), driving_s=(legs,))
    repair = Repair(faster, published, PRICES, FEW)
    kept, _ = repair.run(UNWATCHED, keep_all=True)

    better, _ = repair.run(UNWATCHED, improve_from=kept, focus=frozenset(range(5)))

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
