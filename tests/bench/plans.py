"""
Measure the solvers on whole areas: the packaged samples, and generated ones of any size.

For each area, seed and time limit: cost, visits served, and the gap to the best that any run of this table found.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from measuring import describe_machine, read_peak_bytes

from bibliobus.domain.calendar import WEEK_DAYS, rhythm_days
from bibliobus.domain.watch import Watch
from bibliobus.model.problem import Costs, Problem, ProblemBus, ProblemVisit
from bibliobus.solve.backends import find_solver
from bibliobus.solve.periodic.search import PeriodicSearch
from bibliobus.solve.periodic.starts import compile_search
from bibliobus.solve.solver import SearchOptions
from bibliobus.words.language import DAY_S, HOUR_S, MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.domain.watch import Progress

GRID_S = 5 * MINUTE_S
SPEED_MS = 12.5
"""Metres a second between places as the crow flies: 45 km/h."""


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    options = parse_words(words)
    if options.solver == "periodic":
        compile_search()
    results = []
    for area in options.areas:
        problem = load_problem(area)
        for limit_s in options.time_limits:
            for seed in options.seeds:
                results.append(measure(area, problem, limit_s, seed, options))
                if not options.json:
                    print(describe(results[-1]), flush=True)
    best = {area: min(result["cost"] for result in results if result["area"] == area) for area in options.areas}
    for result in results:
        result["gap_percent"] = round(100 * (result["cost"] / best[result["area"]] - 1), 3)
    if options.json:
        machine = describe_machine(["numba", "numpy", "ortools"])
        print(json.dumps({"machine": machine, "peak_bytes": read_peak_bytes(), "results": results}, indent=1))
    else:
        print(f"best: {best}; peak {(read_peak_bytes() or 0) / 2**20:.0f} MB")
    return 0


def parse_words(words: Sequence[str] | None) -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    area = "name of a packaged sample, or VISITSxBUSES such as 1000x12 for a generated area of four weeks"
    parser.add_argument("areas", nargs="+", metavar="AREA", help=area)
    parser.add_argument("--time-limits", type=float, nargs="+", default=[10.0], metavar="S", help="CPU seconds")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1], metavar="N")
    parser.add_argument("--solver", default="periodic", metavar="NAME")
    parser.add_argument("--iterations", type=int, metavar="N", help="steps beside the time limit")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    return parser.parse_args(words)


def load_problem(area: str) -> Problem:
    """Problem of a sample, or a generated one."""
    visits, cross, buses = area.partition("x")
    if cross and visits.isdigit() and buses.isdigit():
        return generate_problem(int(visits), int(buses))
    from bibliobus.tasks.areas import ready_area
    from bibliobus.tasks.start import open_sample

    with open_sample(area) as folder:
        prepared, _ = ready_area(Path(folder), area_id=area, keep_cache=False)
    return prepared.problem


def generate_problem(visits: int, buses: int, seed: int = 1) -> Problem:
    """
    Generate an area of four weeks.

    Places lie in a square of 120 × 120 km around some towns; depots are in the towns. One in five is visited
    weekly, half every two weeks, the others every four; one in four has hours of its own; one in ten needs a ramp,
    which every other bus has; two kinds of bus drive at different speeds. Every bus has a meal break and keeps the
    driving rules.
    """
    draw, weeks = random.Random(seed), 4
    towns = [(draw.uniform(10, 110), draw.uniform(10, 110)) for _ in range(max(2, buses // 3))]
    places = [_draw_place(draw, towns) for _ in range(visits)] + towns
    x_km, y_km = np.array(places).T
    metres = np.rint(1300 * np.hypot(x_km[:, None] - x_km, y_km[:, None] - y_km)).astype(np.int64)
    driving = [np.ceil(metres / speed).astype(np.int64) for speed in (SPEED_MS, 0.85 * SPEED_MS)]
    working = range(5)
    return Problem(
        days=weeks * WEEK_DAYS,
        grid_s=GRID_S,
        visits=tuple(_draw_visit(draw, at, buses, weeks) for at in range(visits)),
        buses=tuple(
            ProblemBus(
                depot=visits + bus % len(towns),
                profile=bus % 2,
                days=tuple(day for day in range(weeks * WEEK_DAYS) if day % WEEK_DAYS in working),
                shift_start_s=8 * HOUR_S,
                shift_end_s=18 * HOUR_S,
                regular_work_s=8 * HOUR_S,
                max_work_s=9 * HOUR_S,
                break_duration_s=45 * MINUTE_S,
                break_earliest_s=11 * HOUR_S + 30 * MINUTE_S,
                break_latest_s=14 * HOUR_S,
                max_driving_s=9 * HOUR_S,
                max_unbroken_s=4 * HOUR_S + 30 * MINUTE_S,
                min_break_s=45 * MINUTE_S,
            )
            for bus in range(buses)
        ),
        leg_s=tuple(-(-matrix // GRID_S) * GRID_S for matrix in driving),
        driving_s=tuple(driving),
        length_m=(metres, metres),
        costs=Costs(per_hour=6000, per_km=100, per_bus_day=12_000, per_overtime_hour=3000),
    )


def _draw_place(draw: random.Random, towns: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Half of the places lie near a town."""
    if draw.random() < 0.5:
        x, y = draw.choice(towns)
        return draw.gauss(x, 12), draw.gauss(y, 12)
    return draw.uniform(0, 120), draw.uniform(0, 120)


def _draw_visit(draw: random.Random, place: int, buses: int, weeks: int) -> ProblemVisit:
    """Draw a visit; those with hours of their own are open for four hours."""
    rhythm = draw.choices([1, 2, 4], [2, 5, 3])[0]
    firsts = [day for day in range(rhythm * WEEK_DAYS) if day % WEEK_DAYS < 5]
    start_s = draw.choice([9, 10, 12]) * HOUR_S
    hours = (start_s, start_s + 4 * HOUR_S) if draw.random() < 0.25 else (0, DAY_S)
    ramp = draw.random() < 0.1
    return ProblemVisit(
        place=place,
        dwell_s=draw.choice([4, 6, 9]) * GRID_S,
        reward=draw.randint(20, 500) * (weeks // rhythm) * 1000,
        patterns=tuple(rhythm_days(weeks, rhythm, first) for first in firsts),
        windows=((hours,),) * (weeks * WEEK_DAYS),
        buses=tuple(bus for bus in range(buses) if not ramp or bus % 2 == 0),
    )


def measure(area: str, problem: Problem, limit_s: float, seed: int, options: argparse.Namespace) -> dict[str, Any]:
    """Solve one problem."""
    solver = find_solver(options.solver)
    if isinstance(solver, PeriodicSearch):
        solver = replace(solver, clock=time.process_time)
    first: list[float] = []
    before = time.process_time()

    def listen(progress: Progress) -> None:
        if not first and progress.served:
            first.append(time.process_time() - before)

    solution = solver.solve(problem, SearchOptions(seed, options.iterations, limit_s, 1), Watch(on_progress=listen))
    return {
        "area": area,
        "solver": options.solver,
        "seed": seed,
        "time_limit_s": limit_s,
        "cost": solution.cost,
        "served": len(problem.visits) - len(solution.unserved),
        "visits": len(problem.visits),
        "tours": len(solution.tours),
        "status": str(solution.status),
        "first_plan_cpu_s": round(first[0], 2) if first else None,
        "cpu_s": round(time.process_time() - before, 2),
    }


def describe(result: dict[str, Any]) -> str:
    """One line for people."""
    return (
        f"{result['area']:14} {result['solver']} seed {result['seed']}, {result['time_limit_s']:g} s: "
        f"cost {result['cost']}, {result['served']} of {result['visits']} served, {result['tours']} tours, "
        f"first plan after {result['first_plan_cpu_s']} s, {result['cpu_s']} s in all"
    )


if __name__ == "__main__":
    sys.exit(main())
