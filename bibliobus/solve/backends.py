"""Solvers by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.findings import FindingKind, Place, Severity, UsageError
from bibliobus.solve.ortools.stage import OrtoolsStage
from bibliobus.solve.periodic.search import PeriodicSearch
from bibliobus.solve.solver import build_cp_solver
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.findings import Finding
    from bibliobus.solve.solver import Solver

SOLVER_UNKNOWN: Final = FindingKind(
    "solver-unknown",
    Severity.ERROR,
    N_("There is no solver “{name}”."),
    N_("Choose one of: {choices}."),
)

SEARCH_WITHOUT_COMPILER: Final = FindingKind(
    "search-without-compiler",
    Severity.NOTE,
    N_(
        "The search “{name}” cannot be used on this computer; “{other}” plans instead, and may find a more "
        "expensive plan."
    ),
    N_("Every rule is kept all the same. For the better search, install the Python package numba."),
)

SOLVERS: Final[Mapping[str, Solver]] = {solver.name: solver for solver in (OrtoolsStage(), PeriodicSearch())}
"""Every solver by its name."""

DEFAULT_SOLVER: Final = "periodic"


def find_solver(name: str) -> Solver:
    """Find a solver by its name; `UsageError` if there is none of that name."""
    if name not in SOLVERS:
        raise UsageError(SOLVER_UNKNOWN.at(Place(), name=name, choices=", ".join(SOLVERS)))
    return SOLVERS[name]


def has_compiled_search() -> bool:
    """Tell whether numba is there, can be loaded, and has a place to keep its machine code."""
    try:
        import bibliobus.solve.periodic.kernel  # noqa: F401
    except (ImportError, RuntimeError):
        # numba raises RuntimeError if neither the package nor the user's cache folder can be written.
        return False
    return True


def try_solver() -> None:
    """Let OR-Tools solve something that has one solution."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    number = model.new_int_var(0, 10, "")
    model.add(2 * number <= 7)
    model.maximize(number)
    solver = build_cp_solver(0)
    if solver.solve(model) != cp_model.OPTIMAL or solver.value(number) != 3:
        raise RuntimeError(solver.status_name())


def choose_solver(name: str) -> tuple[Solver, tuple[Finding, ...]]:
    """
    Find a solver that works on this computer.

    Parameters
    ----------
    name
        Name of the one that is wished for.

    Returns
    -------
    solver : Solver
        That one, or OR-Tools if it needs a compiler and there is none.
    findings : tuple of Finding
        A note if it is another.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    solver = find_solver(name)
    if solver.compiled and not has_compiled_search():
        other = SOLVERS[OrtoolsStage().name]
        return other, (SEARCH_WITHOUT_COMPILER.at(Place(), name=name, other=other.name),)
    return solver, ()
