from __future__ import annotations

import importlib
import itertools
import math
import random
import sys
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from random_problems import build_problem

from bibliobus.domain.watch import UNWATCHED
from bibliobus.model.problem import Costs, Problem, ProblemBus, ProblemVisit
from bibliobus.network.places import UNREACHABLE_S
from bibliobus.solve.periodic.arrays import flatten_problem
from bibliobus.solve.periodic.params import SearchParams
from bibliobus.solve.periodic.population.chains import BROKEN, COST, SOUND, lay_ground
from bibliobus.solve.periodic.population.nursery import adopt_plan, breed_plans, can_recombine, open_nursery
from bibliobus.solve.periodic.search import PeriodicSearch
from bibliobus.solve.periodic.starts import anneal_start, open_start, read_orders
from bibliobus.solve.solver import SearchOptions, Status
from bibliobus.words.language import DAY_S, HOUR_S

if TYPE_CHECKING:
    from bibliobus.solve.periodic.population.nursery import Nursery

FEW = SearchParams(bred_parents=4, bred_children=5, bred_drawn=12, bred_penalty_every=10, bred_repaired_share=0.5)
"""Small populations, so that some go and penalties change in a few generations."""

PACKAGE = "bibliobus.solve.periodic"
COMPILED = (
    *("compiled", "segments", "penalties", "ruin", "insertion", "kernel"),
    *(f"population.{name}" for name in ("moves", "exchange", "education", "crossover", "survivors", "breeding")),
)


def build_days(seed: int, visits: int = 12, *, days: int = 4, capacity: int = 8, span_s: int = 5 * HOUR_S) -> Problem:
    """Draw a problem whose only rules are patterns, load, length and number of calls; its roads are one-way in part."""
    draw = random.Random(seed)
    points = [(draw.randint(0, 60), draw.randint(0, 60)) for _ in range(visits + 1)]
    legs = np.array([[60 * (abs(a - c) + abs(b - d)) for c, d in points] for a, b in points], dtype=np.int64)
    legs += np.array([[60 * draw.randint(0, 5) * (a != b) for b in range(visits + 1)] for a in range(visits + 1)])
    single = tuple((day,) for day in range(days))
    pairs = tuple((day, day + days // 2) for day in range(days // 2))
    every = (tuple(range(days)),)
    bus = ProblemBus(
        depot=visits,
        profile=0,
        days=tuple(range(days)),
        shift_start_s=8 * HOUR_S,
        shift_end_s=8 * HOUR_S + span_s,
        regular_work_s=span_s // 2,
        max_work_s=span_s,
        break_duration_s=0,
        break_earliest_s=0,
        break_latest_s=0,
        max_driving_s=DAY_S,
        max_unbroken_s=DAY_S,
        max_calls=5,
        capacity=capacity,
    )
    return Problem(
        days=days,
        grid_s=60,
        visits=tuple(
            ProblemVisit(
                place=at,
                dwell_s=60 * draw.randint(5, 15),
                reward=0,
                patterns=draw.choice([single, single, pairs, every]),
                windows=(((0, DAY_S),),) * days,
                buses=(0, 1, 2),
                load=draw.randint(1, 3),
                required=True,
            )
            for at in range(visits)
        ),
        buses=(bus,) * 3,
        leg_s=(legs,),
        driving_s=(legs,),
        length_m=(legs * 10,),
        costs=Costs(per_hour=6000, per_km=100, per_bus_day=500, per_overtime_hour=3000, balance=50),
        one_bus=False,
    )


def grow(problem: Problem, seed: int, children: int = 40) -> Nursery:
    """Draw plans and breed children."""
    nursery = open_nursery(flatten_problem(problem, FEW), FEW, seed)
    breed_plans(nursery, FEW.bred_drawn, drawn=True)
    breed_plans(nursery, children)
    return nursery


def price_tour(problem: Problem, order: tuple[int, ...]) -> tuple[float, float, int]:
    """Cost of a tour of these problems by its definition, its seconds, and its load."""
    bus, costs = problem.buses[0], problem.costs
    places = [bus.depot, *order, bus.depot]
    legs = sum(int(problem.leg_s[0][a, b]) for a, b in itertools.pairwise(places))
    metres = sum(int(problem.length_m[0][a, b]) for a, b in itertools.pairwise(places))
    work = legs + sum(problem.visits[visit].dwell_s for visit in order)
    cost = costs.per_hour * work / HOUR_S + costs.per_km * metres / 1000 + costs.per_bus_day
    cost += costs.per_overtime_hour * max(0, work - bus.regular_work_s) / HOUR_S + costs.balance * (work / HOUR_S) ** 2
    return cost, work, sum(problem.visits[visit].load for visit in order)


def list_tours(nursery: Nursery, slot: int) -> list[tuple[int, tuple[int, ...]]]:
    """Day and calls of each tour of a member."""
    members, found = nursery.members, []
    for day, (first, last) in enumerate(itertools.pairwise(nursery.ground.day_first)):
        at = 0
        for r in range(first, last):
            calls = int(members.calls[slot, r])
            found.append((day, tuple(map(int, members.order[slot, day, at : at + calls]))))
            at += calls
    return [(day, order) for day, order in found if order]


@pytest.mark.parametrize("seed", range(6))
def test_every_member_is_a_whole_plan_and_costs_what_its_tours_cost_by_their_definition(seed):
    problem = build_days(seed, capacity=6 + seed % 3)

    nursery = grow(problem, seed)

    members, bus = nursery.members, problem.buses[0]
    assert members.alive[SOUND] + members.alive[BROKEN] > 2
    for side in (SOUND, BROKEN):
        for slot in map(int, members.member[side, : members.alive[side]]):
            days: dict[int, list[int]] = {visit: [] for visit in range(len(problem.visits))}
            total, load_over, time_over, calls_over = 0.0, 0, 0.0, 0
            for day, order in list_tours(nursery, slot):
                cost, work, load = price_tour(problem, order)
                total += cost
                load_over += max(0, load - bus.capacity)
                time_over += 2 * max(0, work - bus.max_work_s)
                calls_over += max(0, len(order) - bus.max_calls)
                for visit in order:
                    days[visit].append(day)
            for visit, served in days.items():
                assert tuple(served) == problem.visits[visit].patterns[members.chosen[slot, visit]]
            assert members.value[slot].tolist() == pytest.approx([total, load_over, time_over, calls_over])
            assert (side == SOUND) == (load_over == time_over == calls_over == 0)


def test_the_best_plan_is_the_cheapest_that_keeps_all_rules_and_stays_however_many_go():
    problem = build_days(2)
    nursery, costs = open_nursery(flatten_problem(problem, FEW), FEW, 1), []

    for number in range(30):
        breed_plans(nursery, 3, drawn=number < 4)
        costs.append(nursery.cost)

    assert costs == sorted(costs, reverse=True)
    orders = read_orders(flatten_problem(problem, FEW), nursery.best)
    assert sum(price_tour(problem, order)[0] for order in orders.values()) == pytest.approx(nursery.cost)
    first = nursery.members.member[SOUND, 0]
    assert nursery.members.value[first, COST] == pytest.approx(nursery.cost)


def test_the_population_never_grows_beyond_its_size_and_no_slot_is_held_twice():
    nursery = grow(build_days(3), 3, children=0)

    for _ in range(20):
        breed_plans(nursery, 2)

        members = nursery.members
        held = [int(slot) for side in (0, 1) for slot in members.member[side, : members.alive[side]]]
        assert max(members.alive) <= FEW.bred_parents + FEW.bred_children
        assert len(set(held)) == len(held)
        assert sorted(held) == np.flatnonzero(~members.free).tolist()


@cache
def solve_by_hand(seed: int) -> tuple[Problem, float]:
    """Problem of five visits, and the cost of its best plan: every pattern, every grouping, every order."""
    problem = build_days(seed, 5, days=2, capacity=5)
    bus = problem.buses[0]

    @cache
    def best_tour(group: frozenset[int]) -> float:
        priced = [price_tour(problem, order) for order in itertools.permutations(sorted(group))]
        return min(
            (
                cost
                for cost, work, load in priced
                if work <= bus.max_work_s and load <= bus.capacity and len(group) <= bus.max_calls
            ),
            default=math.inf,
        )

    @cache
    def best_day(group: frozenset[int]) -> float:
        found = math.inf
        for homes in itertools.product(range(3), repeat=len(group)):
            tours = [frozenset(v for v, home in zip(sorted(group), homes, strict=True) if home == t) for t in range(3)]
            found = min(found, sum(best_tour(tour) for tour in tours if tour))
        return found

    plans = itertools.product(*(visit.patterns for visit in problem.visits))
    costs = (
        sum(best_day(frozenset(v for v, pattern in enumerate(plan) if day in pattern)) for day in range(2))
        for plan in plans
    )
    return problem, min(costs)


@pytest.mark.parametrize("seed", range(8))
def test_the_best_plan_of_tiny_problems_is_the_best_there_is(seed):
    problem, least = solve_by_hand(seed)

    nursery = grow(problem, seed)

    assert nursery.cost == (pytest.approx(least) if math.isfinite(least) else math.inf)


def test_the_tiny_problems_are_not_all_alike():
    least = [solve_by_hand(seed)[1] for seed in range(8)]

    assert len(set(least)) > 5
    assert any(map(math.isfinite, least))


@pytest.fixture
def interpreted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiled modules as plain Python: fresh copies in their place."""
    import numba

    # All compiled first: one that was imported among plain ones would stay plain for the tests that follow.
    modules = [importlib.import_module(f"{PACKAGE}.{name}") for name in COMPILED]
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    for module in modules:
        home, _, last = module.__name__.rpartition(".")
        monkeypatch.setattr(sys.modules[home], last, module)
        monkeypatch.delitem(sys.modules, module.__name__)


def test_breeding_does_the_same_when_it_is_not_compiled(request):
    fast = grow(build_days(5, 8), 5, children=6)
    request.getfixturevalue("interpreted")

    plain = grow(build_days(5, 8), 5, children=6)

    assert plain.cost == pytest.approx(fast.cost)
    for one, other in zip(plain.members[:3], fast.members[:3], strict=True):
        assert one.tolist() == other.tolist()
    assert plain.chain.rng.tolist() == fast.chain.rng.tolist()


@pytest.mark.usefixtures("interpreted")
@pytest.mark.parametrize("seed", range(3))
def test_every_move_of_the_local_search_makes_the_plan_cheaper_and_loses_no_call(seed, monkeypatch):
    moves = importlib.import_module(f"{PACKAGE}.population.moves")
    crossover = importlib.import_module(f"{PACKAGE}.population.crossover")
    nursery = open_nursery(flatten_problem(build_days(seed, 14), FEW), FEW, seed)
    ground, chain = nursery.ground, nursery.chain
    done: set[int] = set()
    crossover.draw_plan(ground, chain)
    crossover.lay_tours(ground, chain)
    do_move = moves._do_move
    monkeypatch.setattr(moves, "_do_move", lambda move, *rest: (done.add(move), do_move(move, *rest)))

    def weigh() -> float:
        return float(chain.tour[:, 0].sum() + chain.tour[:, 4].sum())

    def list_calls() -> list[list[int]]:
        found = []
        for day, (first, last) in enumerate(itertools.pairwise(ground.day_first)):
            calls = []
            for r in range(first, last):
                node = chain.following[day, 14 + r]
                while node < 14:
                    assert chain.row[day, node] == r and chain.following[day, chain.before[day, node]] == node
                    calls.append(int(node))
                    node = chain.following[day, node]
            found.append(sorted(calls))
        return found

    calls, draw, tried = list_calls(), random.Random(seed), 0
    for _ in range(1500):
        day = draw.randrange(len(calls))
        u = draw.choice(calls[day])
        depots = [14 + r for r in range(ground.day_first[day], ground.day_first[day + 1])]
        v = draw.choice([*calls[day], *depots])
        before = weigh()

        moved = v != u and moves.try_pair(day, u, v, ground, chain)

        assert weigh() < before if moved else weigh() == before
        tried += moved
        if moved:
            assert list_calls() == calls
        if tried % 12 == 11:
            # From another plan, so that every kind of move has its chance.
            tried += 1
            crossover.draw_plan(ground, chain)
            crossover.lay_tours(ground, chain)
            calls = list_calls()

    assert len(done) > 6


def test_days_that_can_change_places_are_found_and_what_becomes_of_their_patterns():
    problem = build_days(1)
    ground = lay_ground(flatten_problem(problem, FEW), FEW.for_breeding())

    # Patterns join days 0 and 2, and 1 and 3: two pairs that can be turned and can change places.
    assert sorted(map(tuple, ground.turn.tolist())) == sorted(
        order for order in itertools.permutations(range(4)) if abs(order[0] - order[2]) == 2
    )
    for order, turned in zip(ground.turn, ground.turned, strict=True):
        for visit, wish in enumerate(problem.visits):
            for p, pattern in enumerate(wish.patterns):
                assert wish.patterns[turned[visit, p]] == tuple(sorted(int(order[day]) for day in pattern))


def test_days_with_other_limits_cannot_change_places():
    problem = build_days(1)
    buses = [replace(bus, days=(0, 1, 2)) for bus in problem.buses]
    buses += [replace(bus, days=(3,), capacity=9) for bus in problem.buses]
    visits = [replace(visit, buses=tuple(range(6))) for visit in problem.visits]
    uneven = replace(problem, buses=tuple(buses), visits=tuple(visits))

    ground = lay_ground(flatten_problem(uneven, FEW), FEW.for_breeding())

    assert can_recombine(uneven)
    assert sorted(map(tuple, ground.turn.tolist())) == [(0, 1, 2, 3), (2, 1, 0, 3)]


def change_bus(problem: Problem, **changes: object) -> Problem:
    """Change all buses."""
    return replace(problem, buses=tuple(replace(bus, **changes) for bus in problem.buses))


def change_visit(problem: Problem, **changes: object) -> Problem:
    """Change one visit."""
    return replace(problem, visits=(replace(problem.visits[0], **changes), *problem.visits[1:]))


OTHERWISE = {
    "one bus for all repeats": lambda p: replace(p, one_bus=True),
    "may stay out": lambda p: change_visit(p, required=False),
    "a window": lambda p: change_visit(p, windows=(((0, DAY_S),), ((0, 10 * HOUR_S),), *p.visits[0].windows[2:])),
    "closed on a day": lambda p: change_visit(p, windows=((), *p.visits[0].windows[1:])),
    "a locked place": lambda p: change_visit(p, position=1),
    "some buses only": lambda p: change_visit(p, buses=(0, 1)),
    "no pattern": lambda p: change_visit(p, patterns=()),
    "a day without buses": lambda p: change_bus(change_visit(p, patterns=((0, 1, 2, 3),)), days=(0, 1, 2)),
    "too long for any tour": lambda p: change_visit(p, dwell_s=5 * HOUR_S),
    "a meal": lambda p: change_bus(p, break_duration_s=1800, break_earliest_s=0, break_latest_s=DAY_S),
    "breaks": lambda p: change_bus(p, max_unbroken_s=HOUR_S),
    "limited driving": lambda p: change_bus(p, max_driving_s=2 * HOUR_S),
    "one bus unlike the others": lambda p: replace(p, buses=(*p.buses[:2], replace(p.buses[2], capacity=3))),
    "two depots": lambda p: replace(p, buses=(*p.buses[:2], replace(p.buses[2], depot=0))),
    "no road": lambda p: replace(p, leg_s=(np.where(p.leg_s[0] == p.leg_s[0].max(), UNREACHABLE_S, p.leg_s[0]),)),
}


def test_a_problem_of_patterns_loads_and_lengths_can_be_recombined():
    assert can_recombine(build_days(1))


@pytest.mark.parametrize("what", OTHERWISE)
def test_a_problem_with_any_other_rule_cannot(what):
    assert not can_recombine(OTHERWISE[what](build_days(1)))


def test_random_problems_with_every_rule_are_searched_as_before():
    assert not any(can_recombine(build_problem(seed)) for seed in range(40))


def search(problem: Problem, seed: int = 3, iterations: int = 61, workers: int = 1):
    """Plan with the whole search."""
    return PeriodicSearch(params=FEW).solve(problem, SearchOptions(seed, iterations, None, workers), UNWATCHED)


def test_two_threads_find_the_same_plan_as_one_and_the_same_seed_finds_it_again():
    problem = build_days(4)

    alone, together, again = search(problem), search(problem, workers=2), search(problem)

    assert alone == together == again
    assert alone.status is Status.FEASIBLE


@pytest.mark.parametrize("iterations", [0, 1, 2, 3, 10])
def test_exactly_so_many_steps_are_done(iterations, monkeypatch):
    counted = []
    monkeypatch.setattr(f"{PACKAGE}.search._Search._step", _count_steps(counted))

    search(build_days(4), iterations=iterations)

    assert len(counted) == iterations


def _count_steps(counted: list[object]):
    """The method that counts a step, which notes it, too."""
    from bibliobus.solve.periodic.search import _Search

    step = _Search._step

    def note(self, instance, start):
        counted.append(start)
        step(self, instance, start)

    return note


def test_the_search_is_never_dearer_than_the_start_that_is_annealed_beside():
    for seed in range(4):
        problem = build_days(seed)
        instance = flatten_problem(problem, FEW)
        start = open_start(instance, FEW, 3, 0)
        anneal_start(instance, start, 0.0, FEW.rounds_per_step)

        found = search(problem, iterations=21)

        assert found.status is Status.FEASIBLE
        assert found.cost <= start.cost + len(problem.visits)


def test_a_plan_of_another_search_joins_the_population_improved():
    problem = build_days(6)
    instance = flatten_problem(problem, FEW)
    start = open_start(instance, FEW, 3, 0)
    for cooled in (0.0, 0.5, 1.0):
        anneal_start(instance, start, cooled, 500)
    nursery = open_nursery(instance, FEW, 1)

    adopt_plan(nursery, start.best)

    assert nursery.members.alive.sum() == 1
    slot = nursery.members.member[np.argmax(nursery.members.alive), 0]
    served = {(day, visit) for day, order in list_tours(nursery, slot) for visit in order}
    assert len(served) == int(start.best.calls.sum())
