"""Starts of the periodic search: several sets of tours that are annealed side by side."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.solve.periodic.arrays import (
    ABSENT,
    BEST,
    BUS,
    DAY,
    DEPOT,
    NEEDED,
    NOW,
    PROFILE,
    REWARD,
    Tours,
    build_notes,
    flatten_problem,
    make_empty_tours,
)
from bibliobus.solve.periodic.params import SearchParams
from bibliobus.words.language import DAY_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem
    from bibliobus.solve.drafts import Draft, TourKey
    from bibliobus.solve.periodic.arrays import Instance, Notes, Tours
    from bibliobus.solve.periodic.params import KernelParams
    from bibliobus.solve.times.schedule import Scheduler

SEEDS_APART = 1000
"""Seed of the search to that of its first start: more than there are starts, so that no two searches share one."""
SPLIT = 500
"""The same to that of the start that is split off the best one."""


@dataclass(frozen=True)
class Start:
    """One set of tours that is annealed, with room for copies of them; temperatures in hundredths of a minute."""

    tours: Tours
    saved: Tours
    best: Tours
    notes: Notes
    params: KernelParams
    first_temperature: float
    last_temperature: float

    @property
    def cost(self) -> float:
        """Cost of the best tours, infinite if none keep all rules."""
        return float(self.tours.score[BEST])


def compile_search(problem: Problem | None = None, watch: Watch = UNWATCHED) -> None:
    """
    Compile or load all that the search runs, on a problem or on a tiny one, and look whether to stop after every part.

    ImportError or RuntimeError if numba cannot be used.
    """
    import bibliobus.solve.periodic.compiled  # noqa: F401 loads numba: half of the work; nothing can be told within

    watch.check()
    from bibliobus.solve.periodic.kernel import search
    from bibliobus.solve.periodic.penalties import measure_tour, total_cost

    watch.check()
    params = SearchParams()
    instance = flatten_problem(problem or build_tiny(), params)
    tours, saved, best = (make_empty_tours(instance, 0) for _ in range(3))
    search(instance, tours, saved, best, build_notes(instance), params.for_kernel(0), 0, 1.0, False)
    watch.check()
    measure_tour(0, instance, tours)
    watch.check()
    total_cost(instance, tours)
    watch.check()


def open_start(instance: Instance, params: SearchParams, seed: int, number: int) -> Start:
    """Put every visit where it costs least, one after another; each number of a start has random numbers of its own."""
    from bibliobus.solve.periodic.kernel import search

    tours, saved, best = (make_empty_tours(instance, seed * SEEDS_APART + number) for _ in range(3))
    notes, chosen = build_notes(instance), params.for_kernel(number)
    search(instance, tours, saved, best, notes, chosen, 1, 1.0, True)
    leg = _price_mean_leg(tours)
    share = params.temperature_reward[number % len(params.temperature_reward)]
    hot = max(params.temperature_first * leg, share * _find_usual_loss(instance, tours))
    return Start(tours, saved, best, notes, chosen, hot, params.temperature_last * leg)


def load_start(instance: Instance, params: SearchParams, seed: int, draft: Draft, scheduler: Scheduler) -> Start:
    """
    Put every visit where a draft has it, and the others where they cost least.

    Where some are left out, because what is driven breaks rules, a step of the search follows: putting them in one by
    one opened bus-days in Somerset and Suffolk (18 in place of 17, 54 in place of 53); after 200 rounds there were
    fewer than are driven.
    """
    from bibliobus.solve.periodic.kernel import search

    tours, saved, best = (make_empty_tours(instance, seed * SEEDS_APART) for _ in range(3))
    notes, chosen = build_notes(instance), params.for_kernel(0)
    rows = {(int(row[BUS]), int(row[DAY])): r for r, row in enumerate(instance.vehicle_day)}
    for key, order in draft.tours.items():
        r = rows[key]
        best.calls[r] = len(order)
        best.sequence[r, : len(order)] = order
        best.window[r, : len(order)] = _find_windows(instance, scheduler, key, order)
    unit = Start(tours, saved, best, notes, chosen, 1.0, 1.0)
    restart(instance, unit)
    leg, absent = _price_mean_leg(tours), tours.score[ABSENT]
    start = replace(
        unit, first_temperature=params.temperature_first * leg, last_temperature=params.temperature_last * leg
    )
    search(instance, tours, saved, best, notes, chosen, 1, 1.0, True)
    if absent:
        anneal_start(instance, start, 1.0, params.rounds_per_step)
    return start


def _find_windows(instance: Instance, scheduler: Scheduler, key: TourKey, order: tuple[int, ...]) -> list[int]:
    """Which window of the day each call of a tour opens in, by its exact times."""
    timing = scheduler.time_tour(*key, order)
    assert timing is not None
    found = []
    for call in timing.tour.calls:
        spans = instance.window[call.visit, key[1], : instance.windows[call.visit, key[1]]]
        found.append(next(at for at, (first, last) in enumerate(spans) if first <= call.start_s <= last))
    return found


def anneal_start(instance: Instance, start: Start, cooled: float, rounds: int) -> None:
    """
    Search on from the tours of a start, which are changed.

    `cooled` says how far they have cooled, from 0 (hot) to 1 (cold); the temperature falls by equal factors.
    """
    from bibliobus.solve.periodic.kernel import search

    hot = start.first_temperature
    temperature = hot * (start.last_temperature / hot) ** cooled
    search(instance, start.tours, start.saved, start.best, start.notes, start.params, rounds, temperature, False)


def anneal_together(
    instance: Instance, starts: Sequence[Start], cooled: float, rounds: int, pool: ThreadPoolExecutor | None
) -> Iterator[Start]:
    """
    Anneal starts one after another, or in threads, and give each when it is done: in their order, however many threads.

    Threads, not processes: the kernel holds no lock of Python's, every start has arrays and random numbers of its
    own, and nothing has to be copied between processes or started anew, which on Windows and macOS takes seconds.
    """
    if pool is None:
        for start in starts:
            anneal_start(instance, start, cooled, rounds)
            yield start
        return
    running = [pool.submit(anneal_start, instance, start, cooled, rounds) for start in starts]
    for start, future in zip(starts, running, strict=True):
        future.result()
        yield start


def run_together(tasks: Sequence[Callable[[], None]], pool: ThreadPoolExecutor | None) -> None:
    """Do tasks that share nothing, each in a thread if there are threads."""
    if pool is None:
        for task in tasks:
            task()
        return
    for future in [pool.submit(task) for task in tasks]:
        future.result()


def count_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def open_threads(workers: int) -> AbstractContextManager[ThreadPoolExecutor | None]:
    """Threads for several starts at once, or None if there is only one worker."""
    return ThreadPoolExecutor(workers) if workers > 1 else nullcontext()


def read_orders(instance: Instance, tours: Tours) -> dict[TourKey, tuple[int, ...]]:
    """Order of the visits by bus and day; tours without calls are left out."""
    return {
        (int(instance.vehicle_day[r, BUS]), int(instance.vehicle_day[r, DAY])): tuple(
            map(int, tours.sequence[r, :calls])
        )
        for r, calls in enumerate(tours.calls)
        if calls
    }


def split_start(instance: Instance, start: Start, seed: int) -> Start:
    """Another start with the same tours now, the same numbers and temperatures, and random numbers of its own."""
    tours, saved, best = (make_empty_tours(instance, seed * SEEDS_APART + SPLIT) for _ in range(3))
    other = replace(start, tours=tours, saved=saved, best=best, notes=build_notes(instance))
    _take_over(other.tours, start.tours)
    return other


def meet(one: Start, other: Start) -> None:
    """Let the start whose tours cost more now go on from those of the other; the best tours of both stay."""
    worse, better = (one, other) if one.tours.score[NOW] > other.tours.score[NOW] else (other, one)
    _take_over(worse.tours, better.tours)


def _take_over(tours: Tours, others: Tours) -> None:
    """Copy tours as they are now, with their penalties; random numbers and the best cost stay."""
    best = tours.score[BEST]
    for name, mine, theirs in zip(Tours._fields, tours, others, strict=True):
        if name != "rng":
            mine[...] = theirs
    tours.score[BEST] = best


def restart(instance: Instance, start: Start) -> None:
    """Go back to the best tours of a start."""
    from bibliobus.solve.periodic.penalties import measure_tour, total_cost

    tours, best = start.tours, start.best
    tours.served_by[:] = -1
    tours.absent_at[:] = -1
    for r, calls in enumerate(best.calls):
        _load_tour(instance, tours, r, best.sequence[r, :calls], best.window[r, :calls])
        measure_tour(r, instance, tours)
    absent = np.flatnonzero((instance.patterns > 0) & (tours.served_by < 0).all(axis=1))
    tours.absent[: len(absent)] = absent
    tours.absent_at[absent] = np.arange(len(absent))
    tours.score[ABSENT] = len(absent)
    tours.score[NOW] = total_cost(instance, tours)


def _load_tour(instance: Instance, tours: Tours, r: int, order: NDArray[np.int64], windows: NDArray[np.int64]) -> None:
    """Write the order of one tour and the windows its calls use; its figures are not worked out."""
    row = instance.vehicle_day[r]
    profile, depot = row[PROFILE], row[DEPOT]
    calls = len(order)
    tours.calls[r] = calls
    tours.sequence[r, :calls] = order
    tours.window[r, :calls] = windows
    places = [depot, *order, depot] if calls else []
    for k, (a, b) in enumerate(zip(places, places[1:], strict=False)):
        tours.leg[r, k] = instance.price[profile, a, b], instance.leg[profile, a, b]
    if not calls:
        tours.leg[r, 0] = 0.0
    tours.served_by[order, row[DAY]] = r


def _price_mean_leg(tours: Tours) -> float:
    """Price of a mean leg of the tours, at least 1: what temperatures are measured by."""
    prices = sum(float(tours.leg[r, : calls + 1, 0].sum()) for r, calls in enumerate(tours.calls) if calls)
    legs = int(tours.calls.sum() + np.count_nonzero(tours.calls))
    return max(1.0, prices / max(1, legs))


def _find_usual_loss(instance: Instance, tours: Tours) -> float:
    """Median reward of the optional visits that are absent; 0 if there are none."""
    rewards = instance.visit[tours.absent[: int(tours.score[ABSENT])], REWARD]
    optional = rewards[rewards < NEEDED]
    return float(np.median(optional)) if len(optional) else 0.0


def build_tiny() -> Problem:
    """One visit, one bus, one day: enough to compile everything."""
    from bibliobus.model.problem import Costs, Problem, ProblemBus, ProblemVisit

    ways = (np.array([[0, 60], [60, 0]]),)
    visit = ProblemVisit(0, 60, 1, ((0,),), (((0, DAY_S),),), (0,))
    bus = ProblemBus(1, 0, (0,), 0, DAY_S, DAY_S, DAY_S, 0, 0, 0, DAY_S, DAY_S)
    return Problem(1, 60, (visit,), (bus,), ways, ways, ways, Costs(1, 1, 1))
