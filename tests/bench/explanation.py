"""Measure how long the explanation of unserved settlements takes."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from clock_times import make_solution
from made_up import make_problem
from measuring import describe_machine, take_cpu_s

from bibliobus.plan.explain.reasons import explain_unserved

if TYPE_CHECKING:
    from bibliobus.model.area import PreparedArea
    from bibliobus.model.problem import Problem


@dataclass(frozen=True)
class Settlement:
    """As much of a visit as the explanation asks for."""

    settlement_id: str
    population: int = 100
    rhythm_weeks: int = 1
    needs: tuple[str, ...] = ()
    windows: tuple[Any, ...] = ()
    curfews: tuple[Any, ...] = ()
    lock: None = None


def make_case(problem: Problem) -> PreparedArea:
    """
    Make names for a made-up problem.

    Parameters
    ----------
    problem
        The problem.

    Returns
    -------
    Case
        As much of a case as the explanation asks for.
    """
    visits = tuple(Settlement(f"s{at}") for at in range(len(problem.visits)))
    buses = tuple(SimpleNamespace(name=f"Bus {at}", features=()) for at in range(len(problem.buses)))
    scenario = SimpleNamespace(buses=buses, cycle=SimpleNamespace(weeks=problem.days // 7))
    prepared = SimpleNamespace(
        problem=problem, demand=SimpleNamespace(visits=visits), dataset=SimpleNamespace(scenario=scenario)
    )
    return cast("PreparedArea", prepared)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settlements", type=int, default=300)
    parser.add_argument("--buses", type=int, default=4)
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--unserved", type=int, default=50)
    parser.add_argument("--side-km", type=float, default=100.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    problem = make_problem(words.settlements, words.buses, words.weeks, words.seed, words.side_km)
    full = make_solution(problem, 10**6)
    asked = SimpleNamespace(tours=full.tours, unserved=full.unserved[: words.unserved])
    cpu_s, reasons = take_cpu_s(lambda: explain_unserved(make_case(problem), asked))
    codes = [reason.code for reason in reasons.values()]
    figures = {
        "unserved": len(full.unserved),
        "explained": len(reasons),
        "cpu_s": round(cpu_s, 2),
        "codes": {code: codes.count(code) for code in sorted(set(codes))},
        "with_somebody_instead": sum("instead" in reason.values for reason in reasons.values()),
        "tours": len(full.tours),
        "seed": words.seed,
        "machine": describe_machine(("numpy", "ortools")),
    }
    if words.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:22} {value}")


if __name__ == "__main__":
    main()
