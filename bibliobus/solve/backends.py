"""Solvers by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.errors import UsageError
from bibliobus.findings import FindingKind, Place, Severity
from bibliobus.language import N_
from bibliobus.solve.ortools_stage import OrtoolsStage
from bibliobus.solve.periodic import PeriodicSearch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.solve.solution import Solver

SOLVER_UNKNOWN: Final = FindingKind(
    "solver-unknown",
    Severity.ERROR,
    N_("There is no solver “{name}”."),
    N_("Choose one of: {choices}."),
)

SOLVERS: Final[Mapping[str, Solver]] = {solver.name: solver for solver in (OrtoolsStage(), PeriodicSearch())}
"""Every solver by its name."""

DEFAULT_SOLVER: Final = "ortools"


def find_solver(name: str) -> Solver:
    """
    Find a solver.

    Parameters
    ----------
    name
        Its name.

    Returns
    -------
    Solver
        The solver.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    if name not in SOLVERS:
        raise UsageError(SOLVER_UNKNOWN.at(Place(), name=name, choices=", ".join(SOLVERS)))
    return SOLVERS[name]
