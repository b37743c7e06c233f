"""
Measure the solvers on classic files of the periodic vehicle routing problem.

Prints cost, gap to the best known value where one is known, and the tours themselves.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pvrp_files import build_pvrp, judge_tours, name_tours, read_best_known, read_instance

from bibliobus.domain.watch import UNWATCHED
from bibliobus.solve.backends import find_solver
from bibliobus.solve.periodic.params import SearchParams, parse_params
from bibliobus.solve.periodic.population.nursery import compile_breeding
from bibliobus.solve.periodic.search import PeriodicSearch
from bibliobus.solve.periodic.starts import compile_search
from bibliobus.solve.solver import SearchOptions, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pvrp_files import Instance

    from bibliobus.solve.solver import Solver


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code: 1 if a plan breaks the rules of its file, 2 for unusable files."""
    options = parse_words(words)
    try:
        options.params = parse_params(options.params.read_text(encoding="utf-8")) if options.params else SearchParams()
        instances = [(path, read_instance(path)) for path in options.files]
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    results = []
    for path, instance in instances:
        results.append(measure(instance, read_best_known(path.parent).get(instance.name), options))
        if not options.json:
            print(describe(results[-1]), flush=True)
    if options.json:
        print(json.dumps(results, indent=1))
    return 1 if any(result["status"] == "broken" for result in results) else 0


def parse_words(words: Sequence[str] | None) -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--time-limit", type=float, default=10.0, metavar="S", help="CPU seconds for each file")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--solver", default="periodic", metavar="NAME")
    parser.add_argument("--processes", type=int, default=1, metavar="K", help="threads that search at once")
    parser.add_argument("--iterations", type=int, metavar="N", help="steps beside the time limit")
    parser.add_argument("--params", type=Path, metavar="FILE", help="TOML with numbers of SearchParams that differ")
    parser.add_argument("--json", action="store_true", help="print one JSON list and nothing else")
    return parser.parse_args(words)


def measure(instance: Instance, best_known: float | None, options: argparse.Namespace) -> dict[str, Any]:
    """Solve one file and judge the tours by the file alone."""
    problem, solver = build_pvrp(instance), choose_solver(options)
    search = SearchOptions(options.seed, options.iterations, options.time_limit, options.processes)
    before = time.process_time()
    solution = solver.solve(problem, search, UNWATCHED)
    cpu_s = time.process_time() - before
    tours = name_tours(instance, solution)
    cost, broken = judge_tours(instance, tours)
    found = solution.status in (Status.FEASIBLE, Status.OPTIMAL)
    status = "broken" if found and broken else str(solution.status)
    gap = round(100 * (cost / best_known - 1), 3) if best_known and status == solution.status and found else None
    return {
        "instance": instance.name,
        "cost": round(cost, 4) if found else None,
        "best_known": best_known,
        "gap_percent": gap,
        "status": status,
        "seed": options.seed,
        "cpu_s": round(cpu_s, 2),
        "solver": solver.name,
        "broken": broken if found else [],
        "tours": tours,
    }


def choose_solver(options: argparse.Namespace) -> Solver:
    """Solver of that name, compiled before the clock runs; one thread is measured in CPU time, more in wall time."""
    solver = find_solver(options.solver)
    if isinstance(solver, PeriodicSearch):
        compile_search()
        compile_breeding()
        clock = time.process_time if options.processes == 1 else solver.clock
        return replace(solver, clock=clock, params=options.params)
    return solver


def describe(result: dict[str, Any]) -> str:
    """One line for people."""
    known = "" if result["gap_percent"] is None else f"{result['gap_percent']:7.2f} % above {result['best_known']}"
    cost = "none" if result["cost"] is None else f"{result['cost']:.2f}"
    return f"{result['instance']:8} {cost:>10} {known:30} {result['status']:10} {result['cpu_s']:.1f} s"


if __name__ == "__main__":
    sys.exit(main())
