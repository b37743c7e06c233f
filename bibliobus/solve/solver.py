"""Solution and the Solver protocol: what every search gives back, in indices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from bibliobus.domain.watch import Progress as Progress  # noqa: PLC0414 searches take it from here

if TYPE_CHECKING:
    from collections.abc import Callable

    from bibliobus.model.problem import Problem


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
    """

    tours: tuple[SolvedTour, ...]
    unserved: tuple[int, ...]
    cost: int
    bound: int | None
    status: Status
    ended_by: Ending


@dataclass(frozen=True)
class SearchOptions:
    """
    How long and how to search.

    Parameters
    ----------
    seed
        Start of the random numbers, 0 or more.
    iterations
        Budget of improvement steps, 0 or more.
    time_limit_s
        Wall time after which the search is cut short; None means never.
    workers
        Threads that search at once, 1 or more; with an iteration budget the result is the same for any number.
    on_prepare
        Called before machine code is made or loaded, which the first time takes longer than many a search;
        None if nobody wants to know.
    """

    seed: int = 1
    iterations: int = 400
    time_limit_s: float | None = None
    workers: int = 1
    on_prepare: Callable[[], None] | None = None


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

    def solve(self, problem: Problem, options: SearchOptions, on_progress: Callable[[Progress], None]) -> Solution:
        """
        Search for tours.

        Parameters
        ----------
        problem, options
            What is to be planned, and how long and how to search.
        on_progress
            Called now and then.

        Returns
        -------
        Solution
            The best that was found; never raises for want of a feasible tour.
        """
        ...
