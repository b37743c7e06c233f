from __future__ import annotations

from dataclasses import replace

from random_problems import build_problem

from bibliobus.domain.watch import UNWATCHED
from bibliobus.solve.drafts import EMPTY
from bibliobus.solve.driven import time_orders
from bibliobus.solve.periodic import search
from bibliobus.solve.periodic.search import (
    PeriodicSearch,
    finish_by_steps,
    finish_draft,
    list_unserved,
    price_draft,
)
from bibliobus.solve.solver import Ending, SearchOptions
from bibliobus.solve.times.schedule import Scheduler


def build_open(seed: int = 4):
    """A problem without required visits."""
    problem = build_problem(seed)
    return replace(problem, visits=tuple(replace(visit, required=False) for visit in problem.visits))


def test_a_tour_without_times_loses_the_visit_of_least_reward_that_helps():
    problem = build_open()
    crew = replace(problem.buses[0], max_calls=2, days=(0, 1, 2, 3))
    visits = tuple(
        replace(visit, buses=(0,), windows=(((0, 86400),),) * 4, position=None, reward=100 + at, load=0, dwell_s=300)
        for at, visit in enumerate(problem.visits)
    )
    scheduler = Scheduler(replace(problem, buses=(crew,), visits=visits, leg_s=(problem.leg_s[0] * 0,) * 2))

    draft = time_orders(scheduler, {(0, 0): (0, 1, 2), (0, 2): (0, 3)})

    # Three calls are one too many; the first is worth least, and goes on all its days.
    assert draft.tours == {(0, 0): (1, 2), (0, 2): (3,)}
    assert draft.homes == {1: (0, (0,)), 2: (0, (0,)), 3: (0, (2,))}


def test_filling_in_never_costs_more_and_serves_everyone_who_fits():
    for seed in range(12):
        for one_bus in (True, False):
            problem = replace(build_open(seed), one_bus=one_bus)
            scheduler = Scheduler(problem)

            draft = finish_draft(scheduler, EMPTY)

            assert price_draft(problem, draft) <= price_draft(problem, EMPTY)
            assert sorted([*draft.homes, *list_unserved(problem, draft)]) == list(range(len(problem.visits)))
            for visit, (_, days) in draft.homes.items():
                assert tuple(sorted(days)) in problem.visits[visit].patterns
            assert draft.cost == sum(scheduler.time_tour(*key, order).cost for key, order in draft.tours.items())


def test_repeats_may_be_by_several_buses_only_where_the_problem_says_so():
    problem = build_open()
    first, second = replace(problem.buses[0], days=(0,)), replace(problem.buses[0], days=(2,))
    wish = replace(
        problem.visits[0], patterns=((0, 2),), buses=(0, 1), windows=(((0, 86400),),) * 4, position=None, reward=10**9
    )
    split = replace(problem, buses=(first, second), visits=(wish, *problem.visits[1:]))

    together, apart = (finish_draft(Scheduler(replace(split, one_bus=one)), EMPTY) for one in (True, False))

    assert 0 not in together.homes
    assert apart.homes[0][1] == (0, 2)
    assert {key for key, order in apart.tours.items() if 0 in order} == {(0, 0), (1, 2)}


class Waiting:
    """A clock of what is left, from which every insertion takes ten seconds."""

    def __init__(self, monkeypatch, left_s: float) -> None:
        self.left_s = left_s
        self.tried: list[int] = []
        insert = search.insert_visit

        def slow(draft, visit, *arguments, **options):
            self.tried.append(visit)
            self.left_s -= 10.0
            return insert(draft, visit, *arguments, **options)

        monkeypatch.setattr(search, "insert_visit", slow)

    def __call__(self) -> float:
        """Seconds that are left."""
        return self.left_s


def test_a_finish_ends_with_its_time_and_the_most_needed_come_first(monkeypatch):
    # Putting in whoever was left out once took a hundred seconds after a limit of thirty.
    problem = next(some for some in map(build_open, range(50)) if len(some.visits) >= 6)
    waiting = Waiting(monkeypatch, 25.0)

    drafts = list(finish_by_steps(Scheduler(problem), EMPTY, waiting))

    wanted = sorted(range(len(problem.visits)), key=lambda visit: (-problem.visits[visit].reward, visit))
    assert waiting.tried == wanted[:3]
    assert len(drafts) == 3


def test_a_finish_without_any_time_tries_nothing(monkeypatch):
    waiting = Waiting(monkeypatch, 0.0)

    assert list(finish_by_steps(Scheduler(build_open()), EMPTY, waiting)) == []
    assert waiting.tried == []


def test_a_search_whose_finish_was_cut_short_says_that_time_ended_it():
    passed = [0.0]

    def look() -> float:
        passed[0] += 1.0
        return passed[0]

    problem = next(some for some in map(build_open, range(50)) if len(some.visits) >= 6)

    solution = PeriodicSearch(clock=look).solve(problem, SearchOptions(1, 0, time_limit_s=2.0), UNWATCHED)

    assert solution.ended_by is Ending.LIMIT
