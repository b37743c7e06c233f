"""
Measure re-planning after random closures: time, announced changes, and the same against planning anew.

``python tests/bench/replan.py PLAN --area AREA --closures 50 --seed 1 --json`` prints one JSON object. PLAN is a plan
folder, AREA the area it was made from, whose cache of roads is used.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from measuring import describe_machine

from bibliobus.domain.roads import AlongLine, ChangeKind, RoadChange
from bibliobus.model.area import build_problem
from bibliobus.network.changes.apply import ResolvedChange
from bibliobus.network.changes.effects import close_roads, list_steps
from bibliobus.plan.compare.compare import compare_plans
from bibliobus.plan.promises import assemble_kept, list_promises, make_prices
from bibliobus.plan.store import FILE_NAME, parse_plan
from bibliobus.solve.repair.repair import Repair
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.areas import ready_area
from bibliobus.tasks.plan import make_plan


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--area", type=Path, required=True)
    parser.add_argument("--closures", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--iterations", type=int, default=400)
    parser.add_argument("--anew", type=int, default=60, help="iterations of planning anew; 0 leaves it out")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    plan = parse_plan((given.plan / FILE_NAME).read_text(encoding="utf-8"))
    prepared, _ = ready_area(given.area, area_id=plan.area_id)
    rows = list(measure(plan, prepared, given))
    print(json.dumps({**summarise(rows, plan), "rows": rows, **describe_machine(["ortools", "numpy"])}, indent=2))


def measure(plan: Any, prepared: Any, given: Any) -> Any:
    """Each closure that breaks at least one leg."""
    profiles = {bus.bus_id: bus.profile_id for bus in prepared.dataset.scenario.buses}
    legs = sorted({(profiles[t.bus_id], leg.from_id, leg.to_id) for t in plan.tours for leg in t.legs})
    steps = list_steps(prepared.network, {p.profile_id: p for p in prepared.dataset.scenario.profiles}, legs)
    driven = [leg for leg in legs if len(steps[leg])]
    rng, done = random.Random(given.seed), 0
    while done < given.closures:
        leg = rng.choice(driven)
        road = rng.choice(list(steps[leg])) >> 1
        closed = np.array([2 * road, 2 * road + 1], dtype=np.int64)
        change = ResolvedChange(RoadChange("closed", ChangeKind.CLOSED, AlongLine(())), closed)
        network = close_roads(prepared.network, prepared.dataset, change)
        matrices = tuple(network.measure_travel(profile) for profile in prepared.dataset.scenario.profiles)
        problem = build_problem(prepared.dataset.scenario, prepared.demand, matrices)
        changed = replace(prepared, network=network, matrices=matrices, problem=problem)
        row = compare_both(plan, changed, given)
        if row is not None:
            done += 1
            print(done, row, file=sys.stderr, flush=True)
            yield row


def compare_both(plan: Any, prepared: Any, given: Any) -> dict[str, Any] | None:
    """Changes, residents and metres of a plan repaired and made anew; None if the closure breaks no tour."""
    options = SearchOptions(seed=1, iterations=given.iterations)
    start = time.process_time()
    repair = Repair(
        prepared.problem, list_promises(plan, prepared), make_prices(prepared.dataset.scenario.promises), options
    )
    kept, ending = repair.run(lambda progress: None, keep_all=True)
    if not repair.broken and not kept.change:
        return None
    made = assemble_kept(plan, prepared, repair.report(kept, ending).solution, options)
    cpu_s = time.process_time() - start
    row = {"cpu_s": round(cpu_s, 2), "broken": len(repair.broken), **describe(plan, made, "repaired")}
    if given.anew:
        row |= describe(plan, make_plan(prepared, options=SearchOptions(seed=1, iterations=given.anew)), "anew")
    return row


def describe(old: Any, new: Any, name: str) -> dict[str, Any]:
    """Changed visits, residents served, and metres."""
    comparison = compare_plans(old, new)
    figures = new.figures
    return {
        f"{name}_changes": comparison.broken,
        f"{name}_people": figures["people_served"],
        f"{name}_length_m": figures["length_m"],
    }


def summarise(rows: list[dict[str, Any]], plan: Any) -> dict[str, Any]:
    """Medians over the closures."""
    found = {
        "closures": len(rows),
        "announced": plan.figures["visits"],
        "repair_cpu_s_median": statistics.median(row["cpu_s"] for row in rows),
        "repair_cpu_s_max": max(row["cpu_s"] for row in rows),
        "repaired_changes_median": statistics.median(row["repaired_changes"] for row in rows),
    }
    both = [row for row in rows if "anew_changes" in row]
    if both:
        shares = [row["repaired_changes"] / max(row["anew_changes"], 1) for row in both]
        found |= {
            "anew_changes_median": statistics.median(row["anew_changes"] for row in both),
            "changes_share_median": round(statistics.median(shares), 3),
            "fewer_people": sum(row["repaired_people"] < row["anew_people"] for row in both),
            "length_ratio_median": round(
                statistics.median(row["repaired_length_m"] / max(row["anew_length_m"], 1) for row in both), 4
            ),
        }
    return found


if __name__ == "__main__":
    main()
