"""
Measure re-planning after random closures: time, announced changes, and the same against planning anew.

``python tests/bench/replan.py PLAN --area AREA --closures 30 --seed 1 --fresh FILE`` prints one JSON object. PLAN is a
plan folder, AREA the area it was made from, whose cache of roads is used. Planning anew takes long: FILE keeps what it
gave for each closure, so that the repair can be measured again and again against the same.
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
from bibliobus.domain.watch import UNWATCHED
from bibliobus.model.area import build_problem
from bibliobus.network.changes.apply import ResolvedChange
from bibliobus.network.changes.effects import close_roads, list_steps
from bibliobus.plan.compare.compare import Difference, compare_plans
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
    parser.add_argument("--closures", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--iterations", type=int, default=400)
    parser.add_argument("--anew", type=int, default=60, help="iterations of planning anew; 0 leaves it out")
    parser.add_argument("--fresh", type=Path, help="file that keeps what planning anew gave")
    parser.add_argument("--json", action="store_true", help="the default; kept for old commands")
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
    fresh = json.loads(given.fresh.read_text(encoding="utf-8")) if given.fresh and given.fresh.exists() else {}
    rng, done, seen = random.Random(given.seed), 0, set()
    while done < given.closures:
        leg = rng.choice(driven)
        road = int(rng.choice(list(steps[leg])) >> 1)
        if road in seen:
            continue
        seen.add(road)
        closed = np.array([2 * road, 2 * road + 1], dtype=np.int64)
        change = ResolvedChange(RoadChange("closed", ChangeKind.CLOSED, AlongLine(())), closed)
        network = close_roads(prepared.network, prepared.dataset, change)
        matrices = tuple(network.measure_travel(profile) for profile in prepared.dataset.scenario.profiles)
        problem = build_problem(prepared.dataset.scenario, prepared.demand, matrices)
        changed = replace(prepared, network=network, matrices=matrices, problem=problem)
        row = repair_plan(plan, changed, given)
        if row is None:
            continue
        done += 1
        if given.anew:
            if str(road) not in fresh:
                options = SearchOptions(seed=1, iterations=given.anew)
                fresh[str(road)] = describe(plan, make_plan(changed, options=options), "anew")
                if given.fresh:
                    given.fresh.write_text(json.dumps(fresh, indent=1), encoding="utf-8")
            row |= fresh[str(road)]
        row = {"road": road, **row}
        print(done, row, file=sys.stderr, flush=True)
        yield row


def repair_plan(plan: Any, prepared: Any, given: Any) -> dict[str, Any] | None:
    """Changes, residents and metres of a repaired plan; None if the closure breaks no tour."""
    options = SearchOptions(seed=1, iterations=given.iterations)
    start = time.process_time()
    promised = list_promises(plan, prepared)
    repair = Repair(prepared.problem, promised, make_prices(prepared.dataset.scenario.promises), options)
    kept, ending = repair.run(UNWATCHED, keep_all=True)
    repaired = repair.report(kept, ending)
    cpu_s = time.process_time() - start
    if not repair.broken and not kept.change:
        return None
    made = assemble_kept(plan, prepared, repaired.solution, options)
    found = describe(plan, made, "repaired")
    return {
        "cpu_s": round(cpu_s, 2),
        "steps": repair.step,
        "broken": len(repair.broken),
        "price": repaired.price,
        "change": repaired.change,
        "bound": repaired.bound,
        "proved": repaired.proved,
        "new_while_lost": bool(found["repaired_new"] and found["repaired_lost"] and may_stay(prepared, repair, kept)),
        **found,
    }


def may_stay(prepared: Any, repair: Any, kept: Any) -> bool:
    """Whether an announced visit that is lost could be made by some bus on some days, if nothing else were."""
    visits = prepared.problem.visits
    lost = [visit for visit in repair.published.promises if visit not in kept.homes]
    return any(
        all(repair.times.value((bus, day), (visit,)) is not None for day in days)
        for visit in lost
        for bus in visits[visit].buses
        for days in visits[visit].patterns
    )


def describe(old: Any, new: Any, name: str) -> dict[str, Any]:
    """Changed visits by kind, residents served and lost, settlements that are new, and metres."""
    comparison = compare_plans(old, new)
    figures = new.figures
    changes = [(place, visit) for place in comparison.places for visit in place.visits]
    kinds = {kind: sum(visit.kind is kind for _, visit in changes) for kind in Difference}
    return {
        f"{name}_changes": comparison.broken,
        f"{name}_lost": kinds[Difference.LOST],
        f"{name}_day": kinds[Difference.DAY],
        f"{name}_bus": kinds[Difference.BUS],
        f"{name}_time": kinds[Difference.TIME],
        f"{name}_slight": kinds[Difference.SLIGHT],
        f"{name}_new": sum(not place.before for place in comparison.places),
        f"{name}_lost_people": sum(place.residents for place, visit in changes if visit.kind is Difference.LOST),
        f"{name}_people": figures["people_served"],
        f"{name}_announced_people": count_announced(old, new),
        f"{name}_length_m": figures["length_m"],
    }


def count_announced(old: Any, new: Any) -> int:
    """Residents of the settlements that the old plan visits and the new one still does."""
    served = [{call.settlement_id for tour in plan.tours for call in tour.calls} for plan in (old, new)]
    return sum(account.population for account in new.accounts if account.settlement_id in served[0] & served[1])


def summarise(rows: list[dict[str, Any]], plan: Any) -> dict[str, Any]:
    """Medians and worst over the closures."""
    found = {
        "closures": len(rows),
        "announced": plan.figures["visits"],
        "repair_cpu_s_median": statistics.median(row["cpu_s"] for row in rows),
        "repair_cpu_s_max": max(row["cpu_s"] for row in rows),
        "repaired_changes_median": statistics.median(row["repaired_changes"] for row in rows),
        "repaired_changes_max": max(row["repaired_changes"] for row in rows),
        "repaired_lost": sum(row["repaired_lost"] for row in rows),
        "repaired_lost_people": sum(row["repaired_lost_people"] for row in rows),
        "repaired_people_min": min(row["repaired_people"] for row in rows),
        "new_while_lost": sum(row["new_while_lost"] for row in rows),
        "proved": sum(row["proved"] for row in rows),
    }
    both = [row for row in rows if "anew_changes" in row]
    if both:
        shares = [row["repaired_changes"] / max(row["anew_changes"], 1) for row in both]
        excess = [row["anew_people"] - row["repaired_people"] for row in both]
        found |= {
            "anew_changes_median": statistics.median(row["anew_changes"] for row in both),
            "anew_lost_people": sum(row["anew_lost_people"] for row in both),
            "changes_share_median": round(statistics.median(shares), 3),
            "changes_share_max": round(max(shares), 3),
            "fewer_people": sum(row["repaired_people"] < row["anew_people"] for row in both),
            "fewer_announced_people": sum(
                row["repaired_announced_people"] < row["anew_announced_people"] for row in both
            ),
            "people_short_of_anew_max": max(excess),
            "people_short_of_anew_share_max": round(max(excess) / plan.figures["people_served"], 4),
            "more_lost_people_than_anew": sum(row["repaired_lost_people"] > row["anew_lost_people"] for row in both),
            "length_ratio_median": round(
                statistics.median(row["repaired_length_m"] / max(row["anew_length_m"], 1) for row in both), 4
            ),
        }
    return found


if __name__ == "__main__":
    main()
