from __future__ import annotations

import itertools
import sys
from dataclasses import replace

import pytest
from random_problems import build_problem

from bibliobus.domain.watch import UNWATCHED, Progress, Stage, Watch
from bibliobus.solve.backends import SOLVERS, choose_solver, has_compiled_search
from bibliobus.solve.budget import choose_steps
from bibliobus.solve.periodic import starts
from bibliobus.solve.periodic.arrays import BEST, NOW, flatten_problem
from bibliobus.solve.periodic.params import SearchParams
from bibliobus.solve.periodic.search import PeriodicSearch
from bibliobus.solve.solver import Ending, SearchOptions, Solution, Status
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import Language

KERNEL = "bibliobus.solve.periodic.kernel"
ALONE = SearchParams(composed_share=0.0)
"""Numbers by which nothing is composed: plans as small as these would be proved after one step."""
MANY_STARTS = replace(ALONE, rounds_per_call=20)
"""Numbers by which small budgets have several starts, too."""
ONE_START = replace(ALONE, starts_most=1)
"""Numbers by which every budget has one start."""


def solve(
    problem,
    iterations: int | None = 12,
    *,
    workers: int | None = 1,
    limit_s: float | None = None,
    watch=UNWATCHED,
    params: SearchParams = ALONE,
) -> Solution:
    """Solve with a clock that counts how often it is read."""
    ticks = itertools.count()
    solver = PeriodicSearch(clock=lambda: float(next(ticks)), params=params)
    return solver.solve(problem, SearchOptions(3, iterations, limit_s, workers), watch)


def check_rules(problem, solution: Solution) -> None:
    """Check that every tour keeps all rules and every visit is served in full or not at all."""
    scheduler, days, buses = Scheduler(problem), {}, {}
    for tour in solution.tours:
        timing = scheduler.time_tour(tour.bus, tour.day, [call.visit for call in tour.calls])
        assert timing is not None and timing.tour == tour
        for call in tour.calls:
            days.setdefault(call.visit, []).append(tour.day)
            buses.setdefault(call.visit, set()).add(tour.bus)
    for visit, served in days.items():
        assert tuple(sorted(served)) in problem.visits[visit].patterns
        assert not problem.one_bus or len(buses[visit]) == 1
    assert sorted([*days, *solution.unserved]) == list(range(len(problem.visits)))
    left_out = any(problem.visits[visit].required for visit in solution.unserved)
    assert (solution.status is Status.NOT_FOUND) == left_out


@pytest.mark.parametrize("one_bus", [True, False])
def test_every_plan_keeps_all_rules_and_says_if_a_required_visit_is_missing(one_bus):
    seen = set()
    for seed in range(25):
        problem = replace(build_problem(seed), one_bus=one_bus)

        solution = solve(problem, 4)

        check_rules(problem, solution)
        seen.add(solution.status)
    assert seen == {Status.FEASIBLE, Status.NOT_FOUND}


@pytest.mark.parametrize("params", [MANY_STARTS, ONE_START])
def test_any_number_of_threads_finds_the_same_plan(params):
    for seed in range(4):
        problem = build_problem(seed)

        alone, *others = (solve(problem, 25, workers=workers, params=params) for workers in (1, 2, 3, None))

        assert others == [alone] * 3


@pytest.mark.parametrize(
    ("params", "iterations", "limit_s", "least"),
    [(MANY_STARTS, 31, None, 2), (ONE_START, None, 200.0, 2), (ONE_START, 31, None, 1)],
)
def test_what_follows_the_first_starts_runs_in_threads_too(monkeypatch, params, iterations, limit_s, least):
    # Only the first starts once did. An only start stays alone if it goes by steps: two of half as many are worse.
    together: list[int] = []

    def note(instance, some, cooled, rounds, pool):
        together.append(len(some))
        return starts.anneal_together(instance, some, cooled, rounds, pool)

    monkeypatch.setattr("bibliobus.solve.periodic.search.anneal_together", note)

    solution = solve(build_problem(3), iterations, limit_s=limit_s, workers=2, params=params)

    assert 1 + sum(together) == solution.steps
    assert {count >= 2 for count in together[:-1]} == {least >= 2}


def test_the_two_that_search_on_draw_other_random_numbers_and_meet_at_the_better_tours():
    instance = flatten_problem(build_problem(4), SearchParams())
    first = starts.open_start(instance, SearchParams(), 3, 0)
    other = starts.split_start(instance, first, 3)
    assert read_now(other) == read_now(first)
    assert other.tours.rng != first.tours.rng

    rounds = 0
    while first.tours.score[NOW] == other.tours.score[NOW]:
        assert (rounds := rounds + 1) < 1000
        for start in (first, other):
            starts.anneal_start(instance, start, 0.0, 1)
    better, worse = sorted((first, other), key=lambda start: start.tours.score[NOW])
    best = float(worse.tours.score[BEST])
    assert better.tours.score[NOW] < worse.tours.score[NOW] and read_now(better) != read_now(worse)
    starts.meet(first, other)

    assert read_now(worse) == read_now(better)
    assert worse.tours.score[NOW] == better.tours.score[NOW]
    assert worse.tours.score[BEST] == best
    assert other.tours.rng != first.tours.rng


def read_now(start) -> list[list[int]]:
    """Calls of every tour as it is now."""
    return [row[:calls].tolist() for row, calls in zip(start.tours.sequence, start.tours.calls, strict=True)]


def test_several_starts_share_the_budget(monkeypatch):
    opened = []
    monkeypatch.setattr(
        "bibliobus.solve.periodic.search.open_start",
        lambda instance, params, seed, number: (
            opened.append(number) or starts.open_start(instance, params, seed, number)
        ),
    )
    told: list[Progress] = []

    solve(build_problem(3), 30, watch=Watch(on_progress=told.append), params=MANY_STARTS)

    assert opened == list(range(10))
    assert [progress.done for progress in told] == list(range(1, 31))


def test_without_steps_everybody_is_put_where_it_costs_least():
    solution = solve(build_problem(4), 0)

    assert solution.ended_by is Ending.BUDGET
    assert solution.tours


def test_a_limit_that_comes_first_ends_the_search_and_is_told():
    # The clock moves a second at each look, and every few steps have one: a thousand steps do not fit into 50 s.
    told: list[Progress] = []

    solution = solve(build_problem(4), 1000, limit_s=50.0, watch=Watch(on_progress=told.append))

    assert solution.ended_by is Ending.LIMIT
    assert 0 < told[-1].done < 1000
    check_rules(build_problem(4), solution)


def test_a_limit_alone_is_used_up_however_many_steps_that_are():
    # The default of 400 steps once ended the search long before its limit.
    told: list[Progress] = []
    ticks = itertools.count()
    solver = PeriodicSearch(clock=lambda: float(next(ticks)), params=ALONE)

    solution = solver.solve(build_problem(4), SearchOptions(3, time_limit_s=3000.0), Watch(on_progress=told.append))

    assert solution.ended_by is Ending.LIMIT
    assert told[-1].done > 400
    assert solution.steps == told[-1].done == told[-1].budget
    assert 2700 <= next(ticks) <= 3300
    check_rules(build_problem(4), solution)


def test_a_longer_limit_finds_a_plan_that_is_no_worse_in_the_mean():
    def cost(limit_s: float) -> int:
        return sum(solve(build_problem(seed), None, limit_s=limit_s).cost for seed in range(5))

    assert cost(200.0) < cost(10.0)


def test_the_steps_of_a_search_without_any_limit_depend_on_the_problem_alone():
    problem, told = build_problem(4), []

    solution = PeriodicSearch(params=ALONE).solve(problem, SearchOptions(3), Watch(on_progress=told.append))

    assert told[-1].done == told[-1].budget == solution.steps == choose_steps(problem)
    assert solution == solve(problem, choose_steps(problem))


def test_a_step_is_measured_by_itself_when_starts_are_counted(monkeypatch):
    # Arrays that take as long as a hundred steps once made a step look so long that one start was all.
    now = [0.0]
    opened = []

    def pass_time(function, seconds):
        def slow(*arguments):
            now[0] += seconds
            return function(*arguments)

        return slow

    def note(instance, params, seed, number):
        opened.append(number)
        return starts.open_start(instance, params, seed, number)

    search = "bibliobus.solve.periodic.search"
    monkeypatch.setattr(f"{search}.flatten_problem", pass_time(flatten_problem, 10.0))
    monkeypatch.setattr(f"{search}.anneal_start", pass_time(starts.anneal_start, 0.1))
    monkeypatch.setattr(starts, "anneal_start", pass_time(starts.anneal_start, 0.1))
    monkeypatch.setattr(f"{search}.open_start", note)
    solver = PeriodicSearch(clock=lambda: now[0], params=MANY_STARTS)

    solver.solve(build_problem(3), SearchOptions(3, time_limit_s=60.0), UNWATCHED)

    assert len(opened) == MANY_STARTS.starts_most


def test_a_limit_that_is_never_near_changes_nothing():
    problem = build_problem(4)

    assert solve(problem, 20, limit_s=10.0**9) == solve(problem, 20)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_keeps_the_best_plan(workers):
    told = []

    def interrupt(progress: Progress) -> None:
        told.append(progress.done)
        if told.count(3) == 1 and progress.done == 3:
            raise KeyboardInterrupt

    solution = solve(build_problem(4), 50, workers=workers, watch=Watch(on_progress=interrupt))

    assert solution.ended_by is Ending.INTERRUPT
    check_rules(build_problem(4), solution)
    assert solution.tours


def test_required_visits_that_exclude_each_other_leave_the_least_out_and_are_not_called_a_plan():
    problem = build_problem(4)
    crowded = replace(
        problem,
        visits=tuple(replace(visit, required=True, position=1) for visit in problem.visits),
        buses=(replace(problem.buses[0], days=(0,)),),
    )

    solution = solve(crowded)

    assert solution.status is Status.NOT_FOUND
    check_rules(crowded, solution)


class Broken:
    """An import that fails."""

    def find_spec(self, name, path, target=None):
        """Fail for the kernel."""
        if name == KERNEL:
            raise ImportError("no wheel")


def test_without_numba_ortools_plans_and_says_so(monkeypatch):
    monkeypatch.delitem(sys.modules, KERNEL, raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])

    solver, (finding,) = choose_solver("periodic")

    assert solver is SOLVERS["ortools"]
    assert not has_compiled_search()
    assert finding.code == "search-without-compiler"
    english = Language("en")
    assert finding.sentence.render(english) == (
        "The search “periodic” cannot be used on this computer; “ortools” plans instead, and may find a more "
        "expensive plan."
    )
    assert finding.hint.render(english) == (
        "Every rule is kept all the same. For the better search, install the Python package numba."
    )
    assert choose_solver("ortools") == (SOLVERS["ortools"], ())


def test_with_numba_the_solver_is_the_one_that_is_wished_for():
    assert has_compiled_search()
    assert choose_solver("periodic") == (SOLVERS["periodic"], ())


def test_nothing_is_compiled_when_the_solvers_are_imported():
    import subprocess

    code = "import sys, bibliobus.solve.backends; print('numba' in sys.modules, 'ortools' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["False", "False"]


def test_the_making_of_machine_code_is_told_and_may_be_interrupted():
    problem, told = build_problem(4), []
    watch = Watch(told.append, lambda progress: told.append(progress.done))
    PeriodicSearch(params=ALONE).solve(problem, SearchOptions(3, 5), watch)

    stopping = Watch(should_stop=lambda: True)
    solution = PeriodicSearch(params=ALONE).solve(problem, SearchOptions(3, 5), stopping)

    assert list(dict.fromkeys(told)) == [Stage.PREPARING, Stage.SEARCHING, 1, 2, 3, 4, 5]
    assert solution.ended_by is Ending.INTERRUPT
    check_rules(problem, solution)
