"""Measure how long the clock times of a plan take, how many stops keep theirs, and what that costs."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from made_up import make_problem
from measuring import describe_machine, take_cpu_s

from bibliobus.solve.drafts import EMPTY, insert_visit
from bibliobus.solve.solver import Ending, Solution, Status
from bibliobus.solve.times.align import align_times, hold_openings
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import MINUTE_S

if TYPE_CHECKING:
    from bibliobus.model.problem import Problem


def make_solution(problem: Problem, visits_most: int) -> Solution:
    """
    Make a plan in a hurry: every settlement on the first days that have room, those with least detour first.

    Parameters
    ----------
    problem
        A made-up problem.
    visits_most
        Calls after which nothing is added.

    Returns
    -------
    Solution
        Tours that keep all rules, not good ones.
    """
    scheduler, draft, calls = Scheduler(problem), EMPTY, 0
    for visit, wish in enumerate(problem.visits):
        fuller = insert_visit(draft, visit, scheduler)
        if fuller is not None and calls + len(wish.patterns[0]) <= visits_most:
            draft, calls = fuller, calls + len(wish.patterns[0])
    timings = [scheduler.time_tour(*key, draft.tours[key]) for key in draft.tours]
    tours = sorted((timing.tour for timing in timings if timing), key=lambda tour: (tour.day, tour.bus))
    unserved = tuple(visit for visit in range(len(problem.visits)) if visit not in draft.homes)
    return Solution(tuple(tours), unserved, draft.cost, None, Status.FEASIBLE, Ending.BUDGET)


def describe_times(problem: Problem, solution: Solution) -> dict[str, Any]:
    """
    Describe the clock times of a plan.

    Parameters
    ----------
    problem
        The problem.
    solution
        Its solution.

    Returns
    -------
    dict
        Share of the stops with several calls that keep one time, mean minutes the others are apart, and paid minutes.
    """
    starts: dict[int, list[int]] = {}
    for tour in solution.tours:
        for call in tour.calls:
            starts.setdefault(call.visit, []).append(call.start_s)
    timings = [
        hold_openings(problem, tour, {call.visit: call.start_s for call in tour.calls}) for tour in solution.tours
    ]
    apart = [max(times) - min(times) for times in starts.values() if len(times) > 1]
    unequal = [seconds for seconds in apart if seconds]
    return {
        "share_same_time": round(1 - len(unequal) / len(apart), 4) if apart else 0.0,
        "apart_min": round(sum(unequal) / len(unequal) / MINUTE_S, 1) if unequal else 0.0,
        "paid_min": sum(timing.work_s for timing in timings if timing) // MINUTE_S,
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=1000)
    parser.add_argument("--settlements", type=int, default=600)
    parser.add_argument("--buses", type=int, default=12)
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--side-km", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    problem = make_problem(words.settlements, words.buses, words.weeks, words.seed, words.side_km)
    solution = make_solution(problem, words.visits)
    # The first search loads OR-Tools.
    align_times(make_problem(4, 1, 2, 1), make_solution(make_problem(4, 1, 2, 1), 8))
    cpu_s, aligned = take_cpu_s(lambda: align_times(problem, solution, seed=words.seed))
    figures = {
        "visits": sum(len(tour.calls) for tour in solution.tours),
        "tours": len(solution.tours),
        "cpu_s": round(cpu_s, 2),
        "before": describe_times(problem, solution),
        "after": describe_times(problem, aligned),
        "seed": words.seed,
        "machine": describe_machine(("numpy", "ortools")),
    }
    if words.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:10} {value}")


if __name__ == "__main__":
    main()
