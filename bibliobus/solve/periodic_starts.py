"""Starts of the periodic search: several sets of tours that are annealed side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bibliobus.solve.periodic_arrays import (
    BANKED,
    BEST,
    BUS,
    DAY,
    DEPOT,
    NEEDED,
    NOW,
    PROFILE,
    REWARD,
    build_room,
    build_tours,
    flatten_problem,
)
from bibliobus.words.units import DAY_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem
    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.periodic_arrays import Room, Terms, Tours

CHUNK: Final = 500
"""Ruins and recreates of one step: some hundredths of a second."""

REMOVED: Final = (8.0, 16.0)
"""Calls taken out in the mean, by every other start."""

STRING_MOST: Final = 10
WHOLE: Final = 0.85
BLINK: Final = 0.02
HOT: Final = 0.3
COLD: Final = 0.03
"""Temperatures in prices of a mean leg: at the start and at the end."""

HOT_NEED: Final = (0.05, 0.5)
"""Temperatures at the start where not everybody fits, by every other start, as shares of a reward.

The reward is the median of those who are left out. Hot enough to exchange them, and two temperatures because neither
finds the best set everywhere.
"""

REHEATED: Final = 0.3
"""How far the tours have cooled, from 0 to 1, where the best start is searched on."""


@dataclass(frozen=True)
class Start:
    """
    One set of tours that is annealed.

    Parameters
    ----------
    tours
        The tours now.
    backup
        Room for a copy.
    best
        Order of the calls in the best tours that keep all rules.
    room
        Room for one step.
    removed
        Calls taken out in the mean.
    leg
        Price of a mean leg, by which temperatures are measured.
    hot
        Temperature at the start, in hundredths of a minute.
    """

    tours: Tours
    backup: Tours
    best: Tours
    room: Room
    removed: float
    leg: float
    hot: float

    @property
    def cost(self) -> float:
        """Cost of the best tours, infinite if none keep all rules."""
        return float(self.tours.score[BEST])


def compile_search(problem: Problem | None = None) -> None:
    """
    Compile the search, or load what was compiled before.

    Parameters
    ----------
    problem
        Any problem with a visit and a bus; None for a tiny one.

    Raises
    ------
    ImportError, RuntimeError
        If numba cannot be used.
    """
    from bibliobus.solve.periodic_kernel import search

    terms = flatten_problem(problem or _build_tiny())
    tours, backup, best = (build_tours(terms, 0) for _ in range(3))
    search(terms, tours, backup, best, build_room(terms), 0, 1.0, 1.0, 1, 1.0, 0.0, False)


def open_start(terms: Terms, seed: int, number: int) -> Start:
    """
    Put every visit where it costs least, one after another.

    Parameters
    ----------
    terms
        The problem.
    seed
        Seed of the search.
    number
        Number of the start, 0 or more; each has random numbers of its own.

    Returns
    -------
    Start
        Ready to be annealed.
    """
    from bibliobus.solve.periodic_kernel import search

    tours, backup, best = (build_tours(terms, seed * 1000 + number) for _ in range(3))
    room, removed = build_room(terms), REMOVED[number % len(REMOVED)]
    search(terms, tours, backup, best, room, 1, 1.0, removed, STRING_MOST, WHOLE, BLINK, True)
    legs = sum(float(tours.gap[r, : calls + 1, 0].sum()) for r, calls in enumerate(tours.calls) if calls)
    number_of_legs = int(tours.calls.sum() + np.count_nonzero(tours.calls))
    leg = max(1.0, legs / max(1, number_of_legs))
    hot = max(HOT * leg, HOT_NEED[number % len(HOT_NEED)] * _find_usual_loss(terms, tours))
    return Start(tours, backup, best, room, removed, leg, hot)


def anneal_start(terms: Terms, start: Start, cooled: float, steps: int = CHUNK) -> None:
    """
    Search on from the tours of a start.

    Parameters
    ----------
    terms
        The problem.
    start
        The tours; are changed.
    cooled
        How far the tours have cooled, from 0 (hot) to 1 (cold); the temperature falls by equal factors.
    steps
        Ruins and recreates.
    """
    from bibliobus.solve.periodic_kernel import search

    search(
        terms,
        start.tours,
        start.backup,
        start.best,
        start.room,
        steps,
        start.hot * (COLD * start.leg / start.hot) ** cooled,
        start.removed,
        STRING_MOST,
        WHOLE,
        BLINK,
        False,
    )


def anneal_together(
    terms: Terms, starts: Sequence[Start], cooled: float, pool: ThreadPoolExecutor | None
) -> Iterator[Start]:
    """
    Anneal starts by one chunk each.

    Parameters
    ----------
    terms
        The problem.
    starts
        The starts; are changed.
    cooled
        How far the tours have cooled, from 0 (hot) to 1 (cold); the temperature falls by equal factors.
    pool
        Threads to run them in; None for one after the other.

    Yields
    ------
    Start
        Each of them when its chunk is done, in their order: the same whatever the number of threads.

    Notes
    -----
    Threads, not processes: the kernel holds no lock of Python's, every start has arrays and random numbers of its
    own, and nothing has to be copied between processes or started anew, which on Windows and macOS takes seconds.
    """
    if pool is None:
        for start in starts:
            anneal_start(terms, start, cooled)
            yield start
        return
    running = [pool.submit(anneal_start, terms, start, cooled) for start in starts]
    for start, future in zip(starts, running, strict=True):
        future.result()
        yield start


def open_threads(workers: int) -> AbstractContextManager[ThreadPoolExecutor | None]:
    """
    Open threads for several starts at once.

    Parameters
    ----------
    workers
        How many, 1 or more.

    Returns
    -------
    context manager
        Gives the threads, or None if there is only one worker.
    """
    return ThreadPoolExecutor(workers) if workers > 1 else nullcontext()


def read_orders(terms: Terms, tours: Tours) -> dict[TourKey, tuple[int, ...]]:
    """
    Read the tours.

    Parameters
    ----------
    terms
        The problem.
    tours
        The tours, or the best ones.

    Returns
    -------
    dict of (int, int) to tuple of int
        Order of the visits by bus and day; tours without calls are left out.
    """
    return {
        (int(terms.slot[r, BUS]), int(terms.slot[r, DAY])): tuple(map(int, tours.sequence[r, :calls]))
        for r, calls in enumerate(tours.calls)
        if calls
    }


def restart(terms: Terms, start: Start) -> None:
    """
    Go back to the best tours of a start.

    Parameters
    ----------
    terms
        The problem.
    start
        The start; its tours are changed.
    """
    from bibliobus.solve.periodic_kernel import settle_tour, total_cost

    tours, best = start.tours, start.best
    tours.home[:] = -1
    tours.bank_at[:] = -1
    for r, calls in enumerate(best.calls):
        load_tour(terms, tours, r, best.sequence[r, :calls], best.span[r, :calls])
        settle_tour(r, terms, tours)
    bank = np.flatnonzero((terms.patterns > 0) & (tours.home < 0).all(axis=1))
    tours.bank[: len(bank)] = bank
    tours.bank_at[bank] = np.arange(len(bank))
    tours.score[BANKED] = len(bank)
    tours.score[NOW] = total_cost(terms, tours)


def load_tour(terms: Terms, tours: Tours, r: int, order: NDArray[np.int64], spans: NDArray[np.int64]) -> None:
    """
    Write the order of one tour; its figures are not worked out.

    Parameters
    ----------
    terms
        The problem.
    tours
        The tours; are changed.
    r
        Row of the tour.
    order
        Visits in the order of their calls.
    spans
        Window of the day that each call uses.
    """
    profile, depot, day = terms.slot[r, PROFILE], terms.slot[r, DEPOT], terms.slot[r, DAY]
    calls = len(order)
    tours.calls[r] = calls
    tours.sequence[r, :calls] = order
    tours.span[r, :calls] = spans
    places = [depot, *order, depot] if calls else []
    for k, (a, b) in enumerate(zip(places, places[1:], strict=False)):
        tours.gap[r, k] = terms.price[profile, a, b], terms.leg[profile, a, b]
    if not calls:
        tours.gap[r, 0] = 0.0
    tours.home[order, day] = r


def _find_usual_loss(terms: Terms, tours: Tours) -> float:
    """Median reward of the optional visits that are left out; 0 if there are none."""
    rewards = terms.visit[tours.bank[: int(tours.score[BANKED])], REWARD]
    optional = rewards[rewards < NEEDED]
    return float(np.median(optional)) if len(optional) else 0.0


def _build_tiny() -> Problem:
    """One visit, one bus, one day: enough to compile everything."""
    from bibliobus.model.problem import Costs, Problem, ProblemBus, ProblemVisit

    ways = (np.array([[0, 60], [60, 0]]),)
    visit = ProblemVisit(0, 60, 1, ((0,),), (((0, DAY_S),),), (0,))
    bus = ProblemBus(1, 0, (0,), 0, DAY_S, DAY_S, DAY_S, 0, 0, 0, DAY_S, DAY_S)
    return Problem(1, 60, (visit,), (bus,), ways, ways, ways, Costs(1, 1, 1))
