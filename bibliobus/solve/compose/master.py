"""
Master: whole numbers of tours that together cost least, chosen by CP-SAT.

A column is a tour, or a number of nodes with the same visits; a row says that tours of a node share its visits, that
there are so many days, that a visit is served at most once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bibliobus.solve.solver import build_cp_solver, solve_watched

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Master:
    """
    Least ``cost @ x`` with whole ``0 <= x <= most``, rows of ``a x = right`` where `equal`, else ``a x <= right``.

    ``row``, ``column``, ``value``: Entries of the matrix, sorted by column; ``fixed``: cost beside the columns.
    """

    cost: NDArray[np.int64]
    most: NDArray[np.int64]
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    value: NDArray[np.int64]
    right: NDArray[np.int64]
    equal: NDArray[np.bool_]
    fixed: int

    def entries_of(self, columns: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Rows, positions among the columns, and values of the entries of some columns, sorted by row."""
        place = np.full(len(self.cost), -1, dtype=np.int64)
        place[columns] = np.arange(len(columns))
        mine = np.flatnonzero(place[self.column] >= 0)
        mine = mine[np.argsort(self.row[mine], kind="stable")]
        return self.row[mine], place[self.column[mine]], self.value[mine]


@dataclass(frozen=True)
class Choice:
    """How many of each column, its cost, whether it is the best of the columns, and the deterministic seconds spent."""

    count: dict[int, int]
    cost: int
    proved: bool
    spent: float


def choose(
    master: Master,
    columns: NDArray[np.int64],
    hint: Mapping[int, int],
    *,
    most: int,
    seed: int,
    effort: float,
    limit_s: float,
    check: Callable[[], None],
) -> Choice | None:
    """
    Choose among some columns with CP-SAT, from a hint on, for no more than a cost; None where it found nothing in time.

    ``effort``: Deterministic seconds: the same columns and seed give the same choice on every machine.
    ``limit_s``: Seconds after which it ends all the same; infinite for none.
    ``check``: Asked whether to stop.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    used: list[Any] = [
        model.new_bool_var("") if times == 1 else model.new_int_var(0, int(times), "") for times in master.most[columns]
    ]
    rows, places, values = master.entries_of(columns)
    ends = np.searchsorted(rows, np.arange(len(master.right) + 1))
    for row, (start, end) in enumerate(zip(ends, ends[1:], strict=False)):
        places_here, factors = places[start:end], values[start:end]
        terms = [used[at] for at in places_here.tolist()]
        is_clique = bool((factors == 1).all() and (master.most[columns[places_here]] == 1).all())
        _add_row(model, terms, factors, int(master.right[row]), equal=bool(master.equal[row]), is_clique=is_clique)
    total = cp_model.LinearExpr.weighted_sum(used, master.cost[columns].tolist())
    model.add(total <= most - master.fixed)
    model.minimize(total)
    for at, column in enumerate(columns.tolist()):
        model.add_hint(used[at], hint.get(column, 0))
    solver = build_cp_solver(seed)
    solver.parameters.max_deterministic_time = effort
    if not math.isinf(limit_s):
        solver.parameters.max_time_in_seconds = max(0.0, limit_s)
    solver.parameters.linearization_level = 2
    # A choice among tours lives by its linear relaxation: all rows in it at once, and no time for probing, proved the
    # optimum of kramatorsk in 1.1 s instead of 7.5 s.
    solver.parameters.add_lp_constraints_lazily = False
    solver.parameters.cp_model_probing_level = 0
    status = solve_watched(solver, model, check)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    count = {column: solver.value(used[at]) for at, column in enumerate(columns.tolist()) if solver.value(used[at])}
    cost = master.fixed + sum(int(master.cost[column]) * times for column, times in count.items())
    return Choice(count, cost, status == cp_model.OPTIMAL, solver.deterministic_time)


def _add_row(
    model: Any, terms: list[Any], factors: NDArray[np.int64], right: int, *, equal: bool, is_clique: bool
) -> None:
    """Add a row, as at most one of several where it is that: CP-SAT makes more of it."""
    from ortools.sat.python import cp_model

    total = cp_model.LinearExpr.weighted_sum(terms, factors.tolist())
    if equal:
        model.add(total == right)
    elif right == 1 and is_clique:
        model.add_at_most_one(terms)
    elif terms:
        model.add(total <= right)
