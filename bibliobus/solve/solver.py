"""Solution and the Solver protocol: what every search gives back, in indices."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bibliobus.domain.watch import Watch
    from bibliobus.model.problem import Problem


ASK_S: Final = 0.05
"""Seconds after which somebody is asked again whether to stop."""


class Status(StrEnum):
    """What is known about a solution."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    NOT_FOUND = "not_found"


class Ending(StrEnum):
    """What ended a search."""

    PROOF = "proof"
    BUDGET = "budget"
    LIMIT = "limit"
    INTERRUPT = "interrupt"


@dataclass(frozen=True)
class SolvedCall:
    """
    One call of a tour.

    Parameters
    ----------
    visit
        Index of the visit.
    start_s
        Seconds after midnight when the bus opens.
    end_s
        Seconds after midnight when it closes.
    """

    visit: int
    start_s: int
    end_s: int


@dataclass(frozen=True)
class SolvedBreak:
    """A break: `leg` is 0 at the depot before leaving, k (1 to n) at the place of the k-th call, n + 1 afterwards."""

    start_s: int
    leg: int
    duration_s: int


@dataclass(frozen=True)
class SolvedTour:
    """
    One bus on one day.

    Parameters
    ----------
    bus, day
        Index of the bus, and day of the cycle.
    leave_s
        Seconds after midnight, leaving the depot.
    calls
        Calls in order, at least one.
    return_s
        Seconds after midnight, back at the depot.
    meal_break
        The meal break; None if the bus has none.
    breaks
        Further breaks for the driver, in the order of time, all on the way.
    """

    bus: int
    day: int
    leave_s: int
    calls: tuple[SolvedCall, ...]
    return_s: int
    meal_break: SolvedBreak | None
    breaks: tuple[SolvedBreak, ...] = ()


@dataclass(frozen=True)
class Solution:
    """
    What a search found.

    Parameters
    ----------
    tours
        Sorted by day and bus.
    unserved
        Visits that no tour serves, sorted.
    cost
        Paid time, kilometres and bus days plus the rewards of the unserved, in hundredths of a minute.
    bound
        A proved lower bound of the cost; None where none is known.
    status
        What is known about it.
    ended_by
        What ended the search.
    steps
        Steps it was given, or those it did where time or an interrupt ended it.
    """

    tours: tuple[SolvedTour, ...]
    unserved: tuple[int, ...]
    cost: int
    bound: int | None
    status: Status
    ended_by: Ending
    steps: int = 0


@dataclass(frozen=True)
class SearchOptions:
    """
    How long and how to search.

    Parameters
    ----------
    seed
        Start of the random numbers, 0 or more.
    iterations
        Steps of the search, 0 or more; None means as many as fit into the time limit, or without one a number that
        depends on the size of the problem alone.
    time_limit_s
        Wall time of the search, above 0, all of which is used where no steps are set; with steps the budget that ends
        first counts. None means no limit.
    workers
        Threads that search at once, 1 or more; None means one for each core. As long as steps end the search, the
        result is the same for any number.
    """

    seed: int = 1
    iterations: int | None = None
    time_limit_s: float | None = None
    workers: int | None = None


class Solver(Protocol):
    """Anything that turns a problem into a solution."""

    @property
    def name(self) -> str:
        """Name on the command line."""
        ...

    @property
    def compiled(self) -> bool:
        """Whether it needs a compiler."""
        ...

    def solve(
        self,
        problem: Problem,
        options: SearchOptions,
        watch: Watch,
        start: Mapping[tuple[int, int], tuple[int, ...]] | None = None,
    ) -> Solution:
        """
        Search for tours.

        Parameters
        ----------
        problem, options
            What is to be planned, and how long and how to search.
        watch
            Told after every step, and before machine code is made or loaded, which the first time takes longer than
            many a search; asked whether to stop after every piece of work.
        start
            Orders of visits by bus and day that are driven today or were planned before, whatever rules they break:
            visits leave where they break one. None to start from nothing.

        Returns
        -------
        Solution
            The best that was found, also where it was stopped: never worse than what of the start keeps all rules.
            Never raises for want of a feasible tour.
        """
        ...


def build_cp_solver(seed: int) -> Any:
    """
    CP-SAT on one thread, so that the same model and seed give the same result on every machine.

    An interrupt belongs to the program, which ends a search between two pieces of work: OR-Tools would take the signal
    and afterwards leave the process without a handler, so that the next interrupt kills it.
    """
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.catch_sigint_signal = False
    return solver


def solve_watched(solver: Any, model: Any, check: Callable[[], None]) -> Any:
    """Status of a CP-SAT model; whoever is asked may stop it, which ends the search and is raised."""
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(solver.solve, model)
        try:
            while not running.done():
                check()
                wait([running], ASK_S)
        except BaseException:
            solver.stop_search()
            raise
        return running.result()
